//! What a head brings and its name, held against Git itself: what keeps the name,
//! what gives another, and which merges were clean.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::Duration;

use bstr::{BString, ByteSlice};
use refgate::git::{Deadline, Pushed, Repository, Side, Vars};
use refgate::model::{
    ChangeId, Content, ContentEntry, Facts, Mode, Oid, RefUpdate, Target, Version,
};
use support::{Repo, World};

fn entry(path: &str, old: Option<&str>, new: Option<&str>) -> ContentEntry {
    let version = |oid: &str| Version { mode: Mode::File, oid: oid.parse().unwrap() };
    ContentEntry { path: path.into(), old: old.map(version), new: new.map(version) }
}

fn content(entries: &[ContentEntry]) -> Content {
    Content::new(entries.to_vec()).unwrap()
}

#[test]
fn a_content_is_written_with_its_entries_or_its_id_alone() {
    let odd =
        ContentEntry { path: BString::from(b"\xff".as_slice()), ..entry("", None, Some("e1")) };
    let whole = content(&[entry("a", None, Some("b10b")), entry("d/b", Some("c1"), None), odd]);
    let json = serde_json::to_string(&whole).unwrap();
    assert!(json.contains(r#"{"path":"d/b","old":{"mode":"file""#), "{json}");
    let read: Content = serde_json::from_str(&json).unwrap();
    assert_eq!(read.entries(), whole.entries());
    assert_eq!(read.id(), whole.id());

    let toml = toml::to_string(&whole).unwrap();
    let read: Content = toml::from_str(&toml).unwrap();
    assert_eq!(read.entries(), whole.entries());

    let named: Content = serde_json::from_str(r#"{"id":"c1"}"#).unwrap();
    assert_eq!(named.id().to_string(), format!("c1{}", "0".repeat(62)));
    assert_eq!(named.entries(), None);
    assert_eq!(serde_json::to_string(&named).unwrap(), format!(r#"{{"id":"{}"}}"#, named.id()));
}

#[test]
fn a_content_that_git_would_not_list_is_refused() {
    let why = |json: &str| serde_json::from_str::<Content>(json).unwrap_err().to_string();
    let cases = [
        (r"{}", "a content needs `entries`"),
        (r#"{"id":"xyz"}"#, "is not a change id"),
        (r#"{"entries":[{"path":"a"}]}"#, "`a` is the same on both sides"),
        (r#"{"entries":[{"path":"a","old":{"oid":"1"},"new":{"oid":"1"}}]}"#, "on both sides"),
        (r#"{"entries":[{"path":"a","new":{"mode":"tree","oid":"1"}}]}"#, "`a` is a directory"),
        (
            r#"{"entries":[{"path":"a","new":{"oid":"1"}},{"path":"a","old":{"oid":"2"}}]}"#,
            "`a` is listed twice",
        ),
        (r#"{"id":"c1","entries":[{"path":"a","new":{"oid":"1"}}]}"#, "not of c1"),
        (r#"{"id":"c1","other":1}"#, "unknown field"),
    ];
    for (json, wanted) in cases {
        assert!(why(json).contains(wanted), "{json}: {}", why(json));
    }
}

#[test]
fn touched_paths_are_those_whose_entries_differ() {
    let before = content(&[
        entry("a", None, Some("1")),
        entry("b", Some("1"), Some("2")),
        entry("c", Some("1"), Some("2")),
        entry("d", Some("1"), None),
    ]);
    let now = content(&[
        entry("d", Some("1"), None),
        entry("c", Some("3"), Some("2")),
        entry("b", Some("1"), Some("4")),
        entry("e", None, Some("1")),
    ]);
    assert_eq!(now.touched_since(&before).unwrap(), ["a", "b", "c", "e"]);
    assert_eq!(before.touched_since(&now).unwrap(), ["a", "b", "c", "e"]);
    assert!(now.touched_since(&now).unwrap().is_empty());

    let named = Content::named(now.id());
    assert_eq!(named, now);
    assert!(named.touched_since(&now).unwrap().is_empty());
    assert_eq!(named.touched_since(&before), None);
    let nothing = Content::named(ChangeId::of(b""));
    assert!(nothing.is_empty() && !now.is_empty());
    assert_eq!(now.touched_since(&nothing).unwrap(), ["b", "c", "d", "e"]);
}

/// Something done in a repository.
type Edit = fn(&Repo<'_>);

const FORMATS: [&str; 2] = ["--object-format=sha1", "--object-format=sha256"];

/// Opens what Git sees with these variables.
fn open(dir: &Path, vars: &[(&str, &Path)]) -> Repository {
    let vars: Vars = vars.iter().map(|(name, it)| (OsString::from(name), (*it).into())).collect();
    Repository::open(&vars, dir, Side::Local).unwrap()
}

fn oid(repo: &Repo<'_>, spec: &str) -> Oid {
    repo.rev(spec).parse().unwrap()
}

/// What `head` brings to `target`, which must be what Git says it is.
fn brought(repo: &Repo<'_>, target: &str, head: &str) -> Content {
    let ours = open(&repo.dir, &[]);
    let content = ours.content(oid(repo, target), oid(repo, head), Deadline::never()).unwrap();
    let update = RefUpdate {
        name: "refs/heads/main".into(),
        asked_as: None,
        old: Some(oid(repo, target)),
        new: Target::Unwritten,
        stale: false,
    };
    let facts = Pushed::new(&ours, [].into(), Deadline::never());
    assert_eq!(*facts.content(&update, oid(repo, head)).unwrap(), content);
    let base = repo.git(&["merge-base", target, head]).ok();
    let raw = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", &base, head];
    let raw = repo.git(&raw);
    assert_eq!(content.id(), ChangeId::of(&raw.out), "{}", raw.said());
    content
}

/// A branch `topic` of three commits that touch `ours` in every way there is, and a
/// `main` that goes on in `theirs`.
fn topic<'w>(world: &'w World, name: &str, format: &str) -> Repo<'w> {
    let repo = world.repo_with(name, &[format]);
    for path in ["ours/a", "ours/b", "ours/c", "ours/tool", "theirs/x", "theirs/y"] {
        repo.stage(path, format!("{path}\n").repeat(20));
    }
    symlink("a", repo.dir.join("ours/link")).unwrap();
    pin(&repo, 1);
    commit(&repo, "base");
    repo.git(&["checkout", "-qb", "topic"]).ok();
    repo.write("ours/a", "other\n");
    repo.write("ours/new", "new\n");
    commit(&repo, "one");
    fs::remove_file(repo.dir.join("ours/b")).unwrap();
    relink(&repo, "c");
    mode(&repo, "ours/tool", 0o755);
    commit(&repo, "two");
    pin(&repo, 2);
    repo.write("ours/a", "yet another\n");
    repo.git(&["mv", "ours/c", "ours-c"]).ok();
    commit(&repo, "three");
    repo.git(&["checkout", "-q", "main"]).ok();
    repo.write("theirs/x", "other\n");
    commit(&repo, "four");
    repo.write("theirs/z", "new\n");
    commit(&repo, "five");
    repo.git(&["checkout", "-q", "topic"]).ok();
    repo
}

/// Commits whatever is in the work tree.
fn commit(repo: &Repo<'_>, message: &str) {
    repo.git(&["add", "-A", "--", "."]).ok();
    repo.commit(message);
}

/// Stages a submodule at a made-up commit. Its directory is there, so that adding
/// everything leaves it alone.
fn pin(repo: &Repo<'_>, commit: u8) {
    let digits = repo.git(&["hash-object", "-t", "tree", "/dev/null"]).ok().len();
    let commit = format!("{commit}").repeat(digits);
    fs::create_dir_all(repo.dir.join("ours/sub")).unwrap();
    let entry = format!("160000,{commit},ours/sub");
    repo.git(&["update-index", "--add", "--cacheinfo", &entry]).ok();
}

fn mode(repo: &Repo<'_>, path: &str, mode: u32) {
    fs::set_permissions(repo.dir.join(path), fs::Permissions::from_mode(mode)).unwrap();
}

fn relink(repo: &Repo<'_>, target: &str) {
    fs::remove_file(repo.dir.join("ours/link")).unwrap();
    symlink(target, repo.dir.join("ours/link")).unwrap();
}

#[test]
fn a_change_id_survives_whatever_keeps_the_content() {
    let world = World::new();
    let ways: [(&str, &[&[&str]]); 8] = [
        ("a target that moved", &[]),
        ("a rebase", &[&["rebase", "-q", "main"]]),
        (
            "a reword",
            &[&["commit", "-q", "--amend", "-m", "another", "--author", "Bo <bo@x.example>"]],
        ),
        ("a squash", &[&["reset", "-q", "--soft", "main~2"], &["commit", "-qm", "all"]]),
        ("an update", &[&["merge", "-q", "--no-edit", "main"]]),
        (
            "updates and a rebase",
            &[
                &["merge", "-q", "--no-edit", "main~1"],
                &["merge", "-q", "--no-edit", "main"],
                &["rebase", "-q", "main"],
            ],
        ),
        (
            "a split",
            &[
                &["reset", "-q", "--soft", "main~2"],
                &["commit", "-qm", "links", "--", "ours/link", "ours/a"],
                &["commit", "-qm", "rest"],
            ],
        ),
        (
            "a squash on top of the target",
            &[
                &["checkout", "-q", "--detach", "main"],
                &["merge", "-q", "--squash", "topic"],
                &["commit", "-qm", "squashed"],
                &["branch", "-qf", "topic", "HEAD"],
            ],
        ),
    ];
    for (at, format) in FORMATS.iter().enumerate() {
        for (which, (way, steps)) in ways.iter().enumerate() {
            let repo = topic(&world, &format!("{at}-{which}"), format);
            let (before, head) = (brought(&repo, "main~2", "topic"), repo.rev("topic"));
            assert_eq!(before.entries().unwrap().len(), 8, "{before:?}");
            for step in *steps {
                repo.git(step).ok();
            }
            assert_eq!(steps.is_empty(), repo.rev("topic") == head, "{way}");
            let now = brought(&repo, "main", "topic");
            assert_eq!(now.entries(), before.entries(), "{format}: {way}");
            assert_eq!(now.id(), before.id(), "{format}: {way}");
        }
    }
}

#[test]
fn a_change_id_breaks_on_any_other_content() {
    let world = World::new();
    let ways: [(&str, Edit, &[&str]); 10] = [
        ("a byte", |repo| repo.write("ours/a", "yet another\r\n"), &["ours/a"]),
        ("a blank", |repo| repo.write("ours/new", " new\n"), &["ours/new"]),
        ("a mode", |repo| mode(repo, "ours/a", 0o755), &["ours/a"]),
        ("a mode taken back", |repo| mode(repo, "ours/tool", 0o644), &["ours/tool"]),
        (
            "a rename",
            |repo| drop(repo.git(&["mv", "ours/new", "ours/New"])),
            &["ours/New", "ours/new"],
        ),
        ("an added file", |repo| repo.write("ours/empty", ""), &["ours/empty"]),
        (
            "a removed file",
            |repo| fs::remove_file(repo.dir.join("theirs/y")).unwrap(),
            &["theirs/y"],
        ),
        ("a link's target", |repo| relink(repo, "b"), &["ours/link"]),
        ("a submodule's commit", |repo| pin(repo, 3), &["ours/sub"]),
        (
            "a file for a link",
            |repo| {
                fs::remove_file(repo.dir.join("ours/link")).unwrap();
                repo.write("ours/link", "c");
            },
            &["ours/link"],
        ),
    ];
    for (at, format) in FORMATS.iter().enumerate() {
        let repo = topic(&world, &format!("{at}"), format);
        let before = brought(&repo, "main", "topic");
        for (way, edit, paths) in &ways {
            edit(&repo);
            commit(&repo, way);
            let now = brought(&repo, "main", "HEAD");
            assert_ne!(now.id(), before.id(), "{format}: {way}");
            assert_eq!(now.touched_since(&before).unwrap(), *paths, "{format}: {way}");
            repo.git(&["reset", "-q", "--hard", "HEAD~1"]).ok();
            fs::create_dir_all(repo.dir.join("ours/sub")).unwrap();
        }
        assert_eq!(brought(&repo, "main", "HEAD").id(), before.id());
        // A merge that also does something else.
        repo.git(&["merge", "-q", "--no-edit", "main"]).ok();
        repo.write("theirs/y", "evil\n");
        repo.git(&["commit", "-qa", "--amend", "--no-edit"]).ok();
        let now = brought(&repo, "main", "topic");
        assert_eq!(now.touched_since(&before).unwrap(), ["theirs/y"]);
    }
}

#[test]
fn modes_are_those_that_git_reads() {
    let world = World::new();
    let repo = world.repo("repo");
    let (one, two) = (repo.blob("one"), repo.blob("two"));
    let inner = repo.tree(&[("100644", b"file", &one)]);
    let other = repo.tree(&[("100644", b"file", &two)]);
    let base = repo.tree(&[
        ("100644", b"a", &one),
        ("100644", b"b", &one),
        ("100664", b"c", &one),
        ("40000", b"d", &inner),
        ("40000", b"e", &inner),
    ]);
    let base = repo.commit_tree(&base, &[], "base");
    let head = repo.tree(&[
        ("100664", b"a", &one),
        ("100775", b"b", &one),
        ("100600", b"c", &two),
        ("040000", b"d", &inner),
        ("040000", b"e", &other),
    ]);
    let head = repo.commit_tree(&head, &[&base], "head");
    let entries = brought(&repo, &base, &head);
    let paths: Vec<_> = entries.entries().unwrap().iter().map(|it| it.path.as_bstr()).collect();
    assert_eq!(paths, ["b", "c", "e/file"]);
}

/// Whether the tip of `HEAD` is a clean merge.
fn clean(repo: &Repo<'_>) -> bool {
    let ours = open(&repo.dir, &[("HOME", &repo.world.path(""))]);
    ours.clean_merge(oid(repo, "HEAD"), Deadline::never()).unwrap()
}

fn lines(changed: &[usize]) -> String {
    (0..40).map(|at| format!("{at}{}\n", if changed.contains(&at) { "!" } else { "" })).collect()
}

/// Two branches, `main` and `topic` (checked out), of which each does its own.
fn fork<'w>(world: &'w World, name: &str, format: &str, edits: [Edit; 2]) -> Repo<'w> {
    let repo = world.repo_with(name, &[format]);
    repo.write("both", lines(&[]));
    repo.write("dir/one", lines(&[1]));
    repo.write("dir/two", lines(&[2]));
    commit(&repo, "base");
    repo.git(&["branch", "topic"]).ok();
    for (branch, edit) in ["main", "topic"].iter().zip(edits) {
        repo.git(&["checkout", "-q", branch]).ok();
        edit(&repo);
        commit(&repo, branch);
    }
    repo
}

#[test]
fn a_merge_that_nobody_had_a_hand_in_is_clean() {
    let world = World::new();
    let ways: [(&str, [Edit; 2]); 7] = [
        ("other files", [|repo| repo.write("a", "1"), |repo| repo.write("b", "1")]),
        (
            "far parts of a file",
            [|repo| repo.write("both", lines(&[0])), |repo| repo.write("both", lines(&[39]))],
        ),
        (
            "a rename and an edit",
            [
                |repo| drop(repo.git(&["mv", "both", "moved"]).ok()),
                |repo| repo.write("both", lines(&[7])),
            ],
        ),
        (
            "an edit and a rename with an edit",
            [
                |repo| repo.write("both", lines(&[0])),
                |repo| {
                    repo.git(&["mv", "both", "dir/moved"]).ok();
                    repo.write("dir/moved", lines(&[39]));
                },
            ],
        ),
        (
            "a mode and an edit",
            [|repo| mode(repo, "both", 0o755), |repo| repo.write("both", lines(&[7]))],
        ),
        ("the same", [|repo| repo.write("both", "1"), |repo| repo.write("both", "1")]),
        (
            "a removal",
            [
                |repo| fs::remove_file(repo.dir.join("dir/one")).unwrap(),
                |repo| repo.write("dir/two", "1"),
            ],
        ),
    ];
    for (at, format) in FORMATS.iter().enumerate() {
        for (which, (way, edits)) in ways.iter().enumerate() {
            let repo = fork(&world, &format!("{at}-{which}"), format, *edits);
            assert!(!clean(&repo), "a commit that merges nothing");
            repo.git(&["merge", "-q", "--no-edit", "main"]).ok();
            assert!(clean(&repo), "{format}: {way}");
            repo.git(&["checkout", "-q", "main"]).ok();
            repo.git(&["merge", "-q", "--no-edit", "--no-ff", "topic"]).ok();
            assert!(clean(&repo), "{format}: {way}, where there was nothing to merge");
        }
    }
}

#[test]
fn a_merge_across_a_criss_cross_is_clean_too() {
    let world = World::new();
    let edits: [Edit; 2] =
        [|repo| repo.write("both", lines(&[0])), |repo| repo.write("both", lines(&[39]))];
    let repo = fork(&world, "repo", FORMATS[0], edits);
    let (main, topic) = (repo.rev("main"), repo.rev("topic"));
    repo.git(&["merge", "-q", "--no-edit", &main]).ok();
    repo.write("both", lines(&[0, 20, 39]));
    commit(&repo, "topic goes on");
    repo.git(&["checkout", "-q", "main"]).ok();
    repo.git(&["merge", "-q", "--no-edit", &topic]).ok();
    repo.write("dir/one", "1");
    commit(&repo, "main goes on");

    // Two merge bases: what topic brings depends on which one is taken.
    let ours = open(&repo.dir, &[]);
    let [base, head] = ["main", "topic"].map(|it| oid(&repo, it));
    let why = ours.content(base, head, Deadline::never()).unwrap_err().to_string();
    assert!(why.contains("have 2 merge bases"), "{why}");

    repo.git(&["checkout", "-q", "topic"]).ok();
    repo.git(&["merge", "-q", "--no-edit", "main"]).ok();
    assert!(clean(&repo));
    assert_eq!(brought(&repo, "main", "topic").entries().unwrap().len(), 1);
}

#[test]
fn a_merge_that_somebody_had_a_hand_in_is_not_clean() {
    let world = World::new();
    let apart: [Edit; 2] = [|repo| repo.write("a", "1"), |repo| repo.write("both", lines(&[7]))];
    let conflict: [Edit; 2] =
        [|repo| repo.write("both", lines(&[7])), |repo| repo.write("both", "mine\n")];
    let amend = |repo: &Repo<'_>| {
        repo.git(&["add", "-A", "--", "."]).ok();
        repo.git(&["commit", "-q", "--amend", "--no-edit"]).ok();
    };
    for (at, format) in FORMATS.iter().enumerate() {
        let repo = fork(&world, &format!("{at}-apart"), format, apart);
        let fresh = |args: &[&str]| {
            repo.git(&["reset", "-q", "--hard", "topic"]).ok();
            repo.git(args).ok();
        };
        repo.git(&["checkout", "-q", "--detach"]).ok();
        let merge = ["merge", "-q", "--no-edit", "main"];
        fresh(&merge);
        assert!(clean(&repo));
        repo.write("both", lines(&[7, 8]));
        amend(&repo);
        assert!(!clean(&repo), "{format}: an edit");
        fresh(&merge);
        mode(&repo, "a", 0o755);
        amend(&repo);
        assert!(!clean(&repo), "{format}: a mode");
        fresh(&merge);
        repo.write("new", "");
        amend(&repo);
        assert!(!clean(&repo), "{format}: one file more");
        fresh(&merge);
        fs::remove_file(repo.dir.join("a")).unwrap();
        amend(&repo);
        assert!(!clean(&repo), "{format}: one file less");
        fresh(&["merge", "-q", "--no-edit", "-s", "ours", "main"]);
        assert!(!clean(&repo), "{format}: a side left out");

        let repo = fork(&world, &format!("{at}-conflict"), format, conflict);
        repo.git(&["checkout", "-q", "--detach"]).ok();
        for side in ["-Xours", "-Xtheirs"] {
            repo.git(&["reset", "-q", "--hard", "topic"]).ok();
            repo.git(&["merge", "-q", "--no-edit", side, "main"]).ok();
            assert!(!clean(&repo), "{format}: {side}");
        }
        repo.git(&["reset", "-q", "--hard", "topic"]).ok();
        assert_ne!(repo.git(&["merge", "-q", "--no-edit", "main"]).code, 0);
        repo.write("both", "resolved\n");
        commit(&repo, "resolved");
        assert!(!clean(&repo), "{format}: a resolved conflict");
        // What Git leaves in the work tree on a conflict, marks and all.
        let parents = [repo.rev("HEAD^1"), repo.rev("HEAD^2")];
        let tree = repo.git(&["merge-tree", "--write-tree", &parents[0], &parents[1]]);
        assert_eq!(tree.code, 1);
        let tree = tree.stdout().lines().next().unwrap().to_owned();
        let marks = repo.commit_tree(&tree, &[&parents[0], &parents[1]], "marks");
        repo.git(&["reset", "-q", "--hard", &marks]).ok();
        assert!(!clean(&repo), "{format}: marks of a conflict");
    }
}

#[test]
fn merges_of_other_than_two_related_commits_are_not_clean() {
    let world = World::new();
    let edits: [Edit; 2] = [|repo| repo.write("a", "1"), |repo| repo.write("b", "1")];
    let repo = fork(&world, "repo", FORMATS[0], edits);
    repo.git(&["checkout", "-q", "-b", "third", "main~1"]).ok();
    repo.commit_file("c", "1", "third");
    repo.git(&["merge", "-q", "--no-edit", "main", "topic"]).ok();
    assert_eq!(repo.rev("HEAD^3"), repo.rev("topic"));
    assert!(!clean(&repo), "three parents");
    let [all, one, two, three] =
        ["third^{tree}", "HEAD^1", "HEAD^2", "HEAD^3"].map(|it| repo.rev(it));
    let merged = repo.git(&["merge-tree", "--write-tree", &one, &two]).ok();
    assert_ne!(merged, all);
    for parents in [[&one, &two, &three], [&one, &two, &one]] {
        let more = repo.commit_tree(&merged, &parents.map(String::as_str), "more");
        repo.git(&["checkout", "-q", &more]).ok();
        assert!(!clean(&repo), "{parents:?}");
    }

    repo.git(&["checkout", "-q", "--orphan", "other"]).ok();
    repo.git(&["rm", "-qrf", "."]).ok();
    repo.commit_file("d", "1", "other");
    let all = brought(&repo, "main~1", "main~1");
    assert!(all.is_empty());
    let ours = open(&repo.dir, &[]);
    let all = ours.content(oid(&repo, "main"), oid(&repo, "other"), Deadline::never()).unwrap();
    assert_eq!(all.entries().unwrap().len(), 1, "against nothing");
    repo.git(&["merge", "-q", "--no-edit", "--allow-unrelated-histories", "main"]).ok();
    assert!(!clean(&repo), "unrelated histories");

    let [tip, main] = ["main^{tree}", "main"].map(|it| repo.rev(it));
    let twice = repo.commit_tree(&tip, &[&main, &main], "twice");
    repo.git(&["checkout", "-q", &twice]).ok();
    assert!(!clean(&repo), "one parent twice");
}

#[test]
fn nothing_but_commits_decides_what_is_clean() {
    let world = World::new();
    let conflict: [Edit; 2] =
        [|repo| repo.write("both", lines(&[7])), |repo| repo.write("both", "mine\n")];
    let apart: [Edit; 2] =
        [|repo| repo.write("both", lines(&[0])), |repo| repo.write("both", lines(&[39]))];
    let [joined, parted] = [conflict, apart].map(|edits| {
        let name = format!("repo-{}", edits == apart);
        fork(&world, &name, FORMATS[0], edits)
    });
    // A driver that takes one side, and one that always gives up.
    let script =
        world.write("driver", format!("#!/bin/sh\ntouch {}\n", world.path("ran").display()));
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    for (repo, driver) in [(&joined, "%s"), (&parted, "%s; exit 1;")] {
        let driver = driver.replace("%s", &script.display().to_string());
        repo.git(&["config", "merge.odd.driver", &driver]).ok();
        repo.write(".git/info/attributes", "* merge=odd\n");
    }
    joined.git(&["merge", "-q", "--no-edit", "main"]).ok();
    assert!(fs::remove_file(world.path("ran")).is_ok(), "the driver works");
    assert!(!clean(&joined), "a conflict that a driver hides");

    // Committed attributes, and those of the whole machine.
    joined.git(&["reset", "-q", "--hard", "HEAD^1"]).ok();
    joined.write(".git/info/attributes", "* merge=union\n");
    joined.write(".gitattributes", "* merge=union\n");
    world.write(".config/git/attributes", "* merge=union\n");
    joined.git(&["merge", "-q", "--no-edit", "main"]).ok();
    assert!(!clean(&joined), "a conflict that attributes hide");

    assert_ne!(parted.git(&["merge", "-q", "--no-edit", "main"]).code, 0);
    assert!(fs::remove_file(world.path("ran")).is_ok(), "the driver works");
    parted.write("both", lines(&[0, 39]));
    commit(&parted, "as Git would by itself");
    for (name, value) in [("merge.renames", "false"), ("merge.directoryRenames", "true")] {
        parted.git(&["config", name, value]).ok();
    }
    assert!(clean(&parted), "a conflict that a driver makes up");
    assert!(!world.path("ran").exists(), "no driver is run");

    // A replacement that would make the merge look like another.
    let (tip, tree) = (parted.rev("HEAD"), parted.rev("HEAD~1^{tree}"));
    let parents = [parted.rev("HEAD^1"), parted.rev("HEAD^2")];
    let fake = parted.commit_tree(&tree, &[&parents[0], &parents[1]], "fake");
    parted.git(&["replace", &tip, &fake]).ok();
    parted.git(&["replace", &parents[0], &parents[1]]).ok();
    assert!(clean(&parted), "replaced");
}

#[test]
fn merging_leaves_nothing_behind() {
    let world = World::new();
    // Names that a list of directories must quote.
    let name = "a:b\"c\\d";
    let edits: [Edit; 2] =
        [|repo| repo.write("both", lines(&[0])), |repo| repo.write("both", lines(&[39]))];
    for (at, format) in FORMATS.iter().enumerate() {
        let repo = fork(&world, &format!("{name}{at}"), format, edits);
        // The merge is in what is being received and nowhere else.
        let (quarantine, temporary) = (world.path(format!("q{at}")), world.path(format!("t{at}")));
        fs::create_dir_all(&quarantine).unwrap();
        fs::create_dir_all(&temporary).unwrap();
        let own = repo.dir.join(".git/objects");
        let listed = own.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
        let listed = format!("\"{listed}\"");
        let env = [
            ("GIT_OBJECT_DIRECTORY", quarantine.to_str().unwrap()),
            ("GIT_ALTERNATE_OBJECT_DIRECTORIES", &listed),
        ];
        let vars: Vec<_> = env.iter().map(|(name, it)| (*name, Path::new(it))).collect();
        let vars: Vec<_> = vars.into_iter().chain([("TMPDIR", temporary.as_path())]).collect();
        repo.git(&["checkout", "-q", "--detach"]).ok();
        for (strategy, expected) in [("ours", false), ("ort", true)] {
            let merge = ["merge", "-q", "--no-edit", "-s", strategy, "main"];
            repo.git_with(&env, &["reset", "-q", "--hard", "topic"]).ok();
            repo.git_with(&env, &merge).ok();
            let (merge, before) = (oid(&repo, "HEAD"), files(&world.path("")));
            let ours = open(&repo.dir, &vars);
            assert_eq!(ours.clean_merge(merge, Deadline::never()).unwrap(), expected);
            assert_eq!(files(&world.path("")), before);
        }
    }
}

fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(files(&path));
        }
        found.push(path);
    }
    found.sort();
    found
}

#[test]
fn what_cannot_be_told_is_an_error() {
    let world = World::new();
    let edits: [Edit; 2] =
        [|repo| repo.write("both", lines(&[0])), |repo| repo.write("both", lines(&[39]))];
    let repo = fork(&world, "whole", FORMATS[0], edits);
    repo.git(&["merge", "-q", "--no-edit", "main"]).ok();
    let [main, head] = ["main", "HEAD"].map(|it| oid(&repo, it));

    let late = Deadline::after(Duration::ZERO);
    let why = open(&repo.dir, &[]).clean_merge(head, late).unwrap_err().to_string();
    assert!(why.contains("it took longer than"), "{why}");

    let url = format!("file://{}", repo.dir.display());
    for (depth, name) in [("1", "tip"), ("2", "parents")] {
        let into = world.path(name);
        let args = ["clone", "-q", "--bare", "--depth", depth, &url, into.to_str().unwrap()];
        repo.git(&args).ok();
        let shallow = open(&into, &[]);
        let why = shallow.clean_merge(head, Deadline::never()).unwrap_err().to_string();
        assert!(why.contains("is missing") || why.contains("is shallow"), "{why}");
        let [_, topic] = ["HEAD^2", "HEAD^1"].map(|it| oid(&repo, it));
        assert!(shallow.content(main, topic, Deadline::never()).is_err());
    }

    let blob = repo.rev("main:both");
    let (directory, file) = blob.split_at(2);
    fs::remove_file(repo.dir.join(".git/objects").join(directory).join(file)).unwrap();
    let why = open(&repo.dir, &[]).clean_merge(head, Deadline::never()).unwrap_err().to_string();
    assert!(why.starts_with("git cannot merge"), "{why}");
}

#[test]
fn a_git_that_does_not_answer_is_an_error() {
    let world = World::new();
    let edits: [Edit; 2] =
        [|repo| repo.write("both", lines(&[0])), |repo| repo.write("both", lines(&[39]))];
    let repo = fork(&world, "repo", FORMATS[0], edits);
    repo.git(&["merge", "-q", "--no-edit", "main"]).ok();
    let (soon, never) = (Duration::from_millis(500), Duration::from_mins(10));
    let cases = [
        ("exec tail -f /dev/null", soon, "it took longer than 0.5 s"),
        ("echo usage; exit 129", never, "this git cannot merge without a work tree; 2.38 can"),
        ("echo 4b825dc642cb6eb9a060e54bf8d69288fbee4904; exit 2", never, "git cannot merge"),
        ("exit 0", never, "git cannot merge"),
    ];
    for (script, limit, wanted) in cases {
        let git = world.write("bin/git", format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"));
        fs::set_permissions(&git, fs::Permissions::from_mode(0o755)).unwrap();
        let ours = open(&repo.dir, &[("PATH", &world.path("bin"))]);
        let limit = Deadline::after(limit);
        let why = ours.clean_merge(oid(&repo, "HEAD"), limit).unwrap_err().to_string();
        assert!(why.contains(wanted), "{script}: {why}");
    }
}
