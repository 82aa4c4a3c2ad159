//! Holds our reading of repositories against Git's own, over made-up histories:
//! merges, criss-crosses, octopuses, roots, and times that lie.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use bstr::{BString, ByteSlice};
use refgate::git::{Deadline, Index, Pushed, Repository, Side, Vars, Walker};
use refgate::model::{ChangeId, Facts, Oid, RefUpdate, Target};

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }
}

fn git(dir: &Path, args: &[&str]) -> BString {
    feed(dir, args, b"")
}

fn feed(dir: &Path, args: &[&str], input: &[u8]) -> BString {
    let mut child = Command::new("git")
        .args(args)
        .current_dir(dir)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs(["AUTHOR", "COMMITTER"].map(|it| (format!("GIT_{it}_NAME"), "a")))
        .envs(["AUTHOR", "COMMITTER"].map(|it| (format!("GIT_{it}_EMAIL"), "a@x.example")))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "git {args:?}: {}", out.stderr.as_bstr());
    out.stdout.into()
}

/// A history of `count` commits in `dir`; each has one to three parents.
fn history(dir: &Path, dice: &mut Dice, count: usize, format: &str) -> Vec<Oid> {
    git(dir, &["init", "-q", "--object-format", format, "-b", "main", "."]);
    let mut stream = String::new();
    for mark in 1..=count {
        // One in four times lies.
        let time = match dice.roll(4) {
            0 => dice.roll(2_000_000),
            _ => 1_000_000 + mark * 60,
        };
        let _ = write!(stream, "commit refs/heads/c{mark}\nmark :{mark}\n");
        let _ = write!(stream, "committer a <a@x.example> {time} +0000\ndata 1\nm\n");
        if mark > 1 && dice.roll(12) > 0 {
            let mut parents = BTreeSet::new();
            for _ in 0..=[0, 0, 0, 1, 2][dice.roll(5)] {
                parents.insert(mark - 1 - dice.roll((mark - 1).min(6)));
            }
            for (at, parent) in parents.iter().rev().enumerate() {
                let _ = writeln!(stream, "{} :{parent}", if at == 0 { "from" } else { "merge" });
            }
        }
        for _ in 0..=dice.roll(3) {
            let path = ["a", "a/b", "a-b", "d/e/f", "d/e/g", "d/h", "x"][dice.roll(7)];
            match dice.roll(5) {
                0 => drop(writeln!(stream, "D {path}")),
                1 => drop(write!(stream, "M 100755 inline {path}\ndata 1\n{}\n", dice.roll(3))),
                2 => drop(write!(stream, "M 120000 inline {path}\ndata 1\n{}\n", dice.roll(3))),
                _ => drop(write!(stream, "M 100644 inline {path}\ndata 1\n{}\n", dice.roll(9))),
            }
        }
        stream.push('\n');
    }
    feed(dir, &["fast-import", "--quiet"], stream.as_bytes());
    let oid =
        |mark: usize| Oid::from_hex(git(dir, &["rev-parse", &format!("c{mark}")]).trim()).unwrap();
    (1..=count).map(oid).collect()
}

fn open(dir: &Path) -> Repository {
    Repository::open(&Vars::default(), dir, Side::Local).unwrap()
}

fn oids(text: &[u8]) -> BTreeSet<Oid> {
    text.lines().map(|line| Oid::from_hex(line).unwrap()).collect()
}

fn worlds(mut see: impl FnMut(&Path, &mut Dice, &[Oid])) {
    for seed in 0..12 {
        let dir = tempfile::tempdir().unwrap();
        let mut dice = Dice(seed);
        let format = if seed % 4 == 3 { "sha256" } else { "sha1" };
        let commits = history(dir.path(), &mut dice, 40, format);
        see(dir.path(), &mut dice, &commits);
    }
}

#[test]
fn new_commits_are_those_that_git_lists() {
    worlds(|dir, dice, commits| {
        let repository = open(dir);
        let walker = Walker::new(&repository.objects, repository.shallow());
        for _ in 0..40 {
            let new = commits[dice.roll(commits.len())];
            let old: Vec<_> =
                (0..dice.roll(4)).map(|_| commits[dice.roll(commits.len())]).collect();
            let ours = walker.new_commits(new, &old, &|| Ok(())).unwrap();
            // `git rev-list NEW --not OLD` errs where times lie; whole histories
            // do not.
            let all = |oid: &Oid| oids(&git(dir, &["rev-list", &oid.to_string()]));
            let known: BTreeSet<_> = old.iter().flat_map(all).collect();
            let theirs: BTreeSet<_> = all(&new).difference(&known).copied().collect();
            assert_eq!(ours.iter().copied().collect::<BTreeSet<_>>(), theirs, "{new} not {old:?}");
            assert_eq!(ours.len(), theirs.len(), "listed twice");
        }
    });
}

#[test]
fn ancestors_are_those_that_git_knows() {
    worlds(|dir, dice, commits| {
        let repository = open(dir);
        let walker = Walker::new(&repository.objects, repository.shallow());
        for _ in 0..25 {
            let (old, new) = (commits[dice.roll(commits.len())], commits[dice.roll(commits.len())]);
            let ours = walker.is_ancestor(old, new, &|| Ok(())).unwrap();
            let all = oids(&git(dir, &["rev-list", &new.to_string()]));
            assert_eq!(ours, all.contains(&old), "{old} in {new}");
        }
    });
}

/// Paths and how they changed, as `git diff-tree -c` lists them: what differs
/// from every parent.
fn changed(dir: &Path, commit: Oid) -> BTreeMap<BString, String> {
    let oid = commit.to_string();
    let how = ["diff-tree", "-r", "-c", "--root", "--no-renames", "--name-status"];
    let args: Vec<_> = how.into_iter().chain(["-z", "--no-commit-id", &*oid]).collect();
    let out = git(dir, &args);
    let fields: Vec<_> = out.split_str(b"\0").filter(|it| !it.is_empty()).collect();
    let pair = |it: &[&[u8]]| (BString::from(it[1]), it[0].to_str().unwrap().to_owned());
    fields.chunks(2).map(pair).collect()
}

#[test]
fn changed_paths_are_those_that_git_lists() {
    worlds(|dir, _, commits| {
        let repository = open(dir);
        for &commit in commits {
            let update = RefUpdate {
                name: "refs/heads/main".into(),
                asked_as: None,
                old: None,
                new: Target::At(commit),
                stale: false,
            };
            let facts = Pushed::new(&repository, [].into(), Deadline::never());
            let ours: BTreeMap<_, _> = facts
                .files(&update)
                .unwrap()
                .iter()
                .filter(|it| it.commit == Some(commit))
                .map(|it| (it.path.clone(), it.new.is_none()))
                .collect();
            let theirs = changed(dir, commit);
            let theirs: BTreeMap<_, _> =
                theirs.into_iter().map(|(path, how)| (path, how.contains('D'))).collect();
            assert_eq!(
                ours.keys().collect::<Vec<_>>(),
                theirs.keys().collect::<Vec<_>>(),
                "{commit}"
            );
        }
    });
}

#[test]
fn staged_paths_are_those_that_git_lists() {
    worlds(|dir, dice, commits| {
        git(dir, &["update-ref", "refs/heads/main", &commits[39].to_string()]);
        git(dir, &["read-tree", "main"]);
        for round in 0..10 {
            let blob = feed(
                dir,
                &["hash-object", "-w", "--stdin"],
                &[b'0' + u8::try_from(round).unwrap()],
            );
            let path = ["a/b", "a-b", "d/e/f", "d/e/z", "d/y/z", "x/y", "n"][dice.roll(7)];
            let blob = blob.trim().to_str().unwrap();
            match dice.roll(4) {
                0 => drop(git(dir, &["update-index", "--force-remove", path])),
                1 => drop(git(dir, &["write-tree"])),
                _ => drop(git(
                    dir,
                    &[
                        "update-index",
                        "--add",
                        "--replace",
                        "--cacheinfo",
                        &format!("100644,{blob},{path}"),
                    ],
                )),
            }
            let repository = open(dir);
            let index = Index::open(&repository.index_path(), repository.hash()).unwrap().unwrap();
            let head = repository.tree_of(repository.head().unwrap().oid.unwrap()).unwrap();
            let ours = index.changes(&repository.objects, &[head]).unwrap();
            let ours: BTreeSet<BString> = ours.into_iter().map(|it| it.path).collect();
            let theirs =
                git(dir, &["diff-index", "--cached", "--no-renames", "--name-only", "-z", "main"]);
            let theirs = theirs.split_str(b"\0").filter(|it| !it.is_empty());
            let theirs: BTreeSet<BString> = theirs.map(BString::from).collect();
            assert_eq!(ours, theirs);
        }
    });
}

/// What is staged, by our reading.
fn staged(dir: &Path) -> BTreeMap<BString, bool> {
    let repository = open(dir);
    let index = Index::open(&repository.index_path(), repository.hash()).unwrap().unwrap();
    let head = repository.tree_of(repository.head().unwrap().oid.unwrap()).unwrap();
    let all = index.changes(&repository.objects, &[head]).unwrap();
    all.into_iter().map(|it| (it.path, it.new.is_none())).collect()
}

/// A repository with a commit of these files, each in the work tree as well.
fn committed(paths: &[&str]) -> tempfile::TempDir {
    let world = tempfile::tempdir().unwrap();
    let dir = world.path();
    git(dir, &["init", "-q", "-b", "main"]);
    for path in paths {
        let path = dir.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, path.to_str().unwrap()).unwrap();
    }
    git(dir, &["add", "."]);
    git(dir, &["commit", "-q", "-m", "Begin"]);
    world
}

#[test]
fn what_is_only_announced_is_no_longer_there() {
    let world = committed(&["a", "d/b", "c"]);
    let dir = world.path();
    git(dir, &["rm", "-q", "--cached", "a", "d/b"]);
    git(dir, &["add", "-N", "a", "d/b"]);
    std::fs::write(dir.join("new"), "new").unwrap();
    git(dir, &["add", "-N", "new"]);
    let gone = [("a".into(), true), ("d/b".into(), true)];
    assert_eq!(staged(dir), gone.into());
}

#[test]
fn a_sparse_index_holds_all_that_is_staged() {
    let all = ["a", "in/b", "out/c", "out/deep/d", "out/deep/e/f", "z/y"];
    let world = committed(&all);
    let dir = world.path();
    git(dir, &["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    let listed = git(dir, &["ls-files", "--sparse"]);
    assert!(listed.lines().any(|it| it == b"out/"), "the index is not sparse: {listed}");
    let repository = open(dir);
    let objects = &repository.objects;
    let index = Index::open(&repository.index_path(), repository.hash()).unwrap().unwrap();
    let paths: Vec<_> = index.all(objects).unwrap().into_iter().map(|it| it.path).collect();
    assert_eq!(paths, all);
    let names = |path: &str| -> Option<Vec<BString>> {
        let found = index.directory(objects, path.into()).unwrap()?;
        Some(found.into_iter().map(|it| it.name).collect())
    };
    assert_eq!(names(""), Some(vec!["a".into(), "in".into(), "out".into(), "z".into()]));
    assert_eq!(names("out"), Some(vec!["c".into(), "deep".into()]));
    assert_eq!(names("out/deep"), Some(vec!["d".into(), "e".into()]));
    assert_eq!(names("out/deep/e"), Some(vec!["f".into()]));
    assert_eq!(names("in"), Some(vec!["b".into()]));
    assert_eq!((names("out/no"), names("ou"), names("out/c")), (None, None, None));
    assert!(index.at(objects, "out/deep/e/f".into()).unwrap().is_some());
    assert!(index.at(objects, "out/deep/e".into()).unwrap().is_none_or(|it| !it.mode.is_blob()));
}

#[test]
fn the_empty_tree_is_there_without_being_written() {
    let dir = tempfile::tempdir().unwrap();
    git(dir.path(), &["init", "-q", "."]);
    let empty = feed(dir.path(), &["hash-object", "-t", "tree", "--stdin"], b"");
    let oid = Oid::from_hex(empty.trim()).unwrap();
    let repository = open(dir.path());
    assert_eq!(repository.objects.header(oid).unwrap(), Some((refgate::model::Kind::Tree, 0)));
    assert_eq!(repository.file(oid, b"refgate.toml").unwrap(), None);
}

/// A second opinion, by another implementation of Git: libgit2 reads SHA-1 only.
#[test]
fn libgit2_agrees_on_ancestors_and_changed_paths() {
    worlds(|dir, dice, commits| {
        if commits[0].as_bytes().len() != 20 {
            return;
        }
        let theirs = git2::Repository::open(dir).unwrap();
        let repository = open(dir);
        let walker = Walker::new(&repository.objects, repository.shallow());
        let id = |oid: Oid| git2::Oid::from_bytes(oid.as_bytes()).unwrap();
        for _ in 0..40 {
            let (old, new) = (commits[dice.roll(commits.len())], commits[dice.roll(commits.len())]);
            let known = old == new || theirs.graph_descendant_of(id(new), id(old)).unwrap();
            assert_eq!(walker.is_ancestor(old, new, &|| Ok(())).unwrap(), known, "{old} in {new}");
        }
        for &commit in commits {
            let found = theirs.find_commit(id(commit)).unwrap();
            if found.parent_count() > 1 {
                continue;
            }
            let before = found.parent(0).ok().map(|it| it.tree().unwrap());
            let after = found.tree().unwrap();
            let diff = theirs.diff_tree_to_tree(before.as_ref(), Some(&after), None).unwrap();
            let path = |it: git2::DiffDelta<'_>| {
                let file = it.new_file().path_bytes().or(it.old_file().path_bytes());
                BString::from(file.unwrap())
            };
            let known: BTreeSet<_> = diff.deltas().map(path).collect();
            let update = RefUpdate {
                name: "refs/heads/main".into(),
                asked_as: None,
                old: None,
                new: Target::At(commit),
                stale: false,
            };
            let facts = Pushed::new(&repository, [].into(), Deadline::never());
            let files = facts.files(&update).unwrap();
            let ours = files.iter().filter(|it| it.commit == Some(commit));
            assert_eq!(ours.map(|it| it.path.clone()).collect::<BTreeSet<_>>(), known, "{commit}");
        }
    });
}

/// `one` and all that it reaches.
fn reached(parents: &BTreeMap<Oid, Vec<Oid>>, one: Oid) -> BTreeSet<Oid> {
    let (mut seen, mut queue) = (BTreeSet::new(), vec![one]);
    while let Some(oid) = queue.pop() {
        if seen.insert(oid) {
            queue.extend(&parents[&oid]);
        }
    }
    seen
}

#[test]
fn what_a_head_brings_is_what_git_lists_from_the_one_merge_base() {
    let mut counts = [0; 3];
    worlds(|dir, dice, commits| {
        let repository = open(dir);
        let walker = Walker::new(&repository.objects, repository.shallow());
        let listed = git(dir, &["rev-list", "--all", "--parents"]);
        let parents: BTreeMap<Oid, Vec<Oid>> = listed
            .lines()
            .map(|line| {
                let mut all = line.split_str(" ").map(|it| Oid::from_hex(it).unwrap());
                (all.next().unwrap(), all.collect())
            })
            .collect();
        let empty = feed(dir, &["hash-object", "-t", "tree", "--stdin"], b"");
        let empty = empty.trim().to_str().unwrap();
        for _ in 0..60 {
            let (target, head) =
                (commits[dice.roll(commits.len())], commits[dice.roll(commits.len())]);
            let (one, other) = (reached(&parents, target), reached(&parents, head));
            let shared: BTreeSet<_> = one.intersection(&other).copied().collect();
            let below = shared.iter().flat_map(|it| &parents[it]);
            let below: BTreeSet<_> = below.flat_map(|it| reached(&parents, *it)).collect();
            let best: Vec<_> = shared.difference(&below).copied().collect();
            let ours = walker.merge_bases(target, head, &|| Ok(())).unwrap();
            assert_eq!(ours, best, "{target} and {head}");

            let brought = repository.content(target, head, Deadline::never());
            let base = match &*best {
                [] => empty.to_owned(),
                [base] => base.to_string(),
                _ => {
                    assert!(brought.unwrap_err().to_string().contains("merge bases"));
                    counts[2] += 1;
                    continue;
                }
            };
            counts[best.len()] += 1;
            let how = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"];
            let head = head.to_string();
            let args: Vec<_> = how.into_iter().chain([&*base, &*head]).collect();
            let raw = git(dir, &args);
            assert_eq!(brought.unwrap().id(), ChangeId::of(&raw), "{}", raw.as_bstr());
        }
    });
    assert!(counts.iter().all(|it| *it > 10), "{counts:?}");
}
