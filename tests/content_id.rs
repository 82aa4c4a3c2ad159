//! What a head brings and its name, held against Git itself: what keeps the name,
//! and what gives another.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

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
