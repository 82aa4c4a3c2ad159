//! Installing beside everyone else, and leaving no trace.
//!
//! The binary that is installed is a copy, so that tests can put a stand-in in
//! its place that notes down how hooks call it, or take it away.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{REFGATE, Ran, Repo, World, feed, run};

const POLICY: &str = "version = 1\n[[protect]]\nrefs = [\"main\"]\nfast-forward-only = true\n";
const LOCAL: [&str; 4] = ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"];

/// A copy of the binary under test.
struct Tool {
    binary: PathBuf,
    log: PathBuf,
}

impl Tool {
    fn new(world: &World) -> Self {
        Self::at(world, "programs/refgate")
    }

    fn at(world: &World, path: &str) -> Self {
        let binary = world.path(path);
        fs::create_dir_all(binary.parent().unwrap()).unwrap();
        let tool = Self { binary, log: world.path("called") };
        tool.restore();
        tool
    }

    /// Puts the real binary in its place; see [`program`].
    fn restore(&self) {
        let mut copy = Command::new("cp");
        run(copy.arg("--remove-destination").arg(REFGATE).arg(&self.binary)).ok();
    }

    fn command(&self, world: &World, dir: &Path, args: &[&str]) -> Command {
        let mut command = world.command(&self.binary);
        if let Some(git) = std::env::var_os("REFGATE_TEST_GIT") {
            let dir = Path::new(&git).parent().unwrap().to_owned();
            let path = std::env::var_os("PATH").unwrap();
            let path = [dir].into_iter().chain(std::env::split_paths(&path));
            command.env("PATH", std::env::join_paths(path).unwrap());
        }
        command.current_dir(dir).args(args);
        command
    }

    fn run(&self, repo: &Repo<'_>, args: &[&str]) -> Ran {
        run(&mut self.command(repo.world, &repo.dir, args))
    }

    /// Puts a stand-in in the binary's place, which notes down its arguments and
    /// what it reads.
    fn stand_in(&self, code: u8) {
        let log = self.log.display();
        let text = format!(
            "#!/bin/sh\n{{ echo \"refgate $1 $2\"; [ \"$2\" != pre-push ] || cat; }} >>'{log}'\nexit {code}\n"
        );
        program(&self.binary, &text);
    }

    /// What was called since it was last asked.
    fn called(&self) -> String {
        let called = fs::read_to_string(&self.log).unwrap_or_default();
        let _ = fs::remove_file(&self.log);
        called
    }
}

/// Writes a file that can be run. Another program does: while one of our threads
/// starts a child, the child would hold a file that we write, and Linux runs
/// nothing that is being written.
fn program(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut write = Command::new("sh");
    write.args(["-c", "rm -f \"$0\" && cat >\"$0\" && chmod 755 \"$0\""]).arg(path);
    feed(&mut write, text.as_bytes()).ok();
}

/// A repository with a policy and one commit.
fn repo<'w>(world: &'w World, name: &str) -> Repo<'w> {
    let repo = world.repo(name);
    repo.commit_file("refgate.toml", POLICY, "Guard this repository");
    repo
}

fn note(world: &World, name: &str) -> String {
    format!("#!/bin/sh\necho {name} \"$#\" >>'{}'\n", world.path("called").display())
}

/// Everything below a directory, but what Git writes for itself.
fn tree(dir: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            let metadata = path.symlink_metadata().unwrap();
            let content = if metadata.is_dir() {
                dirs.push(path.clone());
                Vec::new()
            } else if metadata.is_symlink() {
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            } else {
                fs::read(&path).unwrap()
            };
            found.insert(path, (metadata.mode(), content));
        }
    }
    found
}

fn config_hooks(world: &World) -> bool {
    let version = run(world.git(&world.path("")).arg("--version")).ok();
    let mut parts = version.trim_start_matches("git version ").split('.');
    let mut part = || parts.next().unwrap().parse::<u32>().unwrap();
    (part(), part()) >= (2, 54)
}

fn assert_same(before: &BTreeMap<PathBuf, (u32, Vec<u8>)>, dir: &Path) {
    let after = tree(dir);
    let names = |it: &BTreeMap<PathBuf, (u32, Vec<u8>)>| it.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(before), names(&after));
    for (path, was) in before {
        assert!(after[path] == *was, "{} differs", path.display());
    }
}

#[test]
fn free_slots_get_shims_that_git_runs_and_uninstall_leaves_no_trace() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "free");
    let before = tree(&repo.dir);
    let planned = tool.run(&repo, &["install", "--dry-run"]);
    assert_eq!(planned.code, 1, "{}", planned.said());
    assert_same(&before, &repo.dir);
    let said = tool.run(&repo, &["install"]).ok();
    assert!(
        said.contains(".git/hooks: pre-commit, pre-merge-commit, commit-msg, pre-push"),
        "{said}"
    );
    let installed = tree(&repo.dir);
    assert_eq!(tool.run(&repo, &["install"]).code, 0);
    assert_eq!(tool.run(&repo, &["install", "--dry-run"]).code, 0);
    assert_same(&installed, &repo.dir);

    tool.stand_in(0);
    repo.stage("a", "a");
    repo.git(&["commit", "-qm", "a"]).ok();
    assert_eq!(tool.called(), "refgate hook pre-commit\nrefgate hook commit-msg\n");
    let server = world.repo_with("s.git", &["--bare"]);
    repo.git(&["push", "-q", server.dir.to_str().unwrap(), "main"]).ok();
    let pushed = tool.called();
    assert!(pushed.starts_with("refgate hook pre-push\nrefs/heads/main "), "{pushed}");
    tool.stand_in(1);
    repo.stage("b", "b");
    assert_ne!(repo.git(&["commit", "-qm", "b"]).code, 0);

    tool.restore();
    let now = tree(&repo.dir);
    tool.run(&repo, &["uninstall", "--dry-run"]);
    assert_same(&now, &repo.dir);
    tool.run(&repo, &["uninstall"]).ok();
    let hooks = repo.dir.join(".git/hooks");
    assert!(LOCAL.iter().all(|it| !hooks.join(it).exists()));
    assert!(tool.run(&repo, &["uninstall"]).ok().contains("nothing of refgate is installed"));
}

#[test]
fn uninstall_restores_every_byte_and_mode() {
    let world = World::new();
    let tool = Tool::new(&world);
    let shapes: [fn(&Repo<'_>); 5] = [
        |_| {},
        |repo| fs::remove_dir_all(repo.dir.join(".git/hooks")).unwrap(),
        |repo| {
            // A configuration that does not end with a line feed.
            let path = repo.dir.join(".git/config");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.trim_end()).unwrap();
        },
        |repo| {
            let hook = repo.dir.join(".git/hooks/pre-push");
            program(&hook, "#!/bin/sh\nexit 0\n");
            fs::set_permissions(&hook, fs::Permissions::from_mode(0o711)).unwrap();
        },
        |repo| {
            repo.write("scripts/check", "#!/bin/sh\n");
            fs::create_dir_all(repo.dir.join(".git/hooks")).unwrap();
            symlink("../../scripts/check", repo.dir.join(".git/hooks/pre-commit")).unwrap();
        },
    ];
    for (at, shape) in shapes.into_iter().enumerate() {
        let repo = repo(&world, &format!("shape-{at}"));
        shape(&repo);
        for args in [["install", "-q"], ["install", "--chain"]] {
            let before = tree(&repo.dir);
            let dates = dates(&repo.dir);
            tool.run(&repo, &args);
            let shim = repo.dir.join(".git/hooks/pre-merge-commit");
            assert!(shim.exists(), "shape {at} {args:?}");
            tool.run(&repo, &["uninstall"]).ok();
            assert_same(&before, &repo.dir);
            assert_eq!(dates, self::dates(&repo.dir), "shape {at} {args:?}");
        }
    }
}

/// When hooks were written.
fn dates(dir: &Path) -> Vec<(PathBuf, i64)> {
    let mut dates = Vec::new();
    for entry in fs::read_dir(dir.join(".git/hooks")).into_iter().flatten() {
        let path = entry.unwrap().path();
        dates.push((path.clone(), path.symlink_metadata().unwrap().mtime_nsec()));
    }
    dates.sort();
    dates
}

#[test]
fn a_hook_that_is_there_stays_and_runs() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "taken");
    let theirs = repo.dir.join(".git/hooks/pre-commit");
    program(&theirs, &note(&world, "theirs"));
    let before = fs::read(&theirs).unwrap();
    let ran = tool.run(&repo, &["install"]);
    assert_eq!(fs::read(&theirs).unwrap(), before);
    if config_hooks(&world) {
        assert_eq!(ran.code, 0, "{}", ran.said());
        assert!(ran.stdout().contains(".git/config: pre-commit, beside"), "{}", ran.said());
    } else {
        assert_eq!(ran.code, 2, "{}", ran.said());
        let said = ran.stdout();
        assert!(said.contains(".git/hooks/pre-commit: another hook is there; nothing was changed"));
        assert!(said.contains("use git 2.54 or newer"), "{said}");
        assert!(said.contains("refgate install --hooks pre-commit --chain"), "{said}");
        tool.run(&repo, &["install", "--chain"]).ok();
    }
    tool.stand_in(0);
    repo.stage("a", "a");
    repo.git(&["commit", "-qm", "a"]).ok();
    let called = tool.called();
    assert!(
        called.contains("refgate hook pre-commit\n") && called.contains("theirs 0"),
        "{called}"
    );
    tool.stand_in(1);
    repo.stage("b", "b");
    assert_ne!(repo.git(&["commit", "-qm", "b"]).code, 0);
    tool.restore();
    tool.run(&repo, &["uninstall"]).ok();
    assert_eq!(fs::read(&theirs).unwrap(), before);
}

#[test]
fn the_line_to_add_works_in_their_hook() {
    let world = World::new();
    let tool = Tool::at(&world, "pro grams/it's/refgate");
    let repo = repo(&world, "line");
    if config_hooks(&world) {
        eprintln!("left out: this git needs no line");
        return;
    }
    for event in ["pre-commit", "pre-push"] {
        let theirs = repo.dir.join(".git/hooks").join(event);
        program(&theirs, "#!/bin/sh\n");
        let said = tool.run(&repo, &["install", "--hooks", event]).stdout();
        let line = said.lines().find_map(|it| it.split_once("before what it does: "));
        let log = tool.log.display();
        let text = format!(
            "#!/bin/sh\n{}\necho theirs >>'{log}'; [ {event} != pre-push ] || cat >>'{log}'\n",
            line.unwrap().1
        );
        program(&theirs, &text);
        let said = tool.run(&repo, &["install", "--hooks", event]).ok();
        assert!(said.contains("calls refgate"), "{said}");
    }
    tool.stand_in(0);
    let server = world.repo_with("s.git", &["--bare"]);
    repo.git(&["push", "-q", server.dir.to_str().unwrap(), "main"]).ok();
    let called = tool.called();
    assert_eq!(called.matches("refs/heads/main ").count(), 4, "{called}");
    assert!(called.find("refgate hook").unwrap() < called.find("theirs").unwrap());
    tool.stand_in(3);
    assert_ne!(repo.git(&["push", "-q", server.dir.to_str().unwrap(), "main:b"]).code, 0);
    assert_ne!(repo.git(&["commit", "-q", "--allow-empty", "-m", "b"]).code, 0);
}

#[test]
fn a_kept_hook_reads_what_git_says_and_runs_after_ours() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "kept");
    if config_hooks(&world) {
        eprintln!("left out: this git runs both without keeping");
        return;
    }
    let log = tool.log.display();
    let theirs = repo.dir.join(".git/hooks/pre-push");
    program(&theirs, &format!("#!/bin/sh\n{{ echo theirs \"$1\"; cat; }} >>'{log}'\n"));
    tool.run(&repo, &["install", "--chain"]).ok();
    tool.stand_in(0);
    let server = world.repo_with("s.git", &["--bare"]);
    repo.git(&["remote", "add", "origin", server.dir.to_str().unwrap()]).ok();
    repo.git(&["push", "-q", "origin", "main", "main:other"]).ok();
    let called = tool.called();
    let (ours, after) = called.split_once("theirs origin\n").unwrap();
    let lines = ours.strip_prefix("refgate hook pre-push\n").unwrap();
    assert_eq!(lines, after);
    assert_eq!(lines.lines().count(), 2);
    tool.stand_in(1);
    assert_ne!(repo.git(&["push", "-q", "origin", "main:third"]).code, 0);
    assert_eq!(tool.called().matches("theirs").count(), 0);
}

#[test]
fn hooks_that_belong_to_more_than_this_repository_are_not_touched() {
    let world = World::new();
    let tool = Tool::new(&world);
    let shared = world.path("corp hooks");
    program(&shared.join("pre-commit"), &note(&world, "corp"));
    for (name, value) in [("global", shared.to_str().unwrap()), ("null", "/dev/null")] {
        let repo = repo(&world, name);
        repo.git(&["config", "--global", "core.hooksPath", value]).ok();
        let (before, ours) = (tree(&shared), tree(&repo.dir));
        let ran = tool.run(&repo, &["install"]);
        assert_same(&before, &shared);
        if config_hooks(&world) {
            assert_eq!(ran.code, 0, "{}", ran.said());
            tool.stand_in(0);
            repo.git(&["commit", "-q", "--allow-empty", "-m", "a"]).ok();
            let called = tool.called();
            assert!(called.contains("refgate hook pre-commit"), "{called}");
            assert_eq!(called.contains("corp 0"), name == "global");
            tool.restore();
        } else {
            assert_eq!(ran.code, 2, "{}", ran.said());
            assert!(ran.stdout().contains("(global), not this repository's"), "{}", ran.said());
            assert!(ran.stdout().contains("hooks of its own: git config core.hooksPath"));
            assert_same(&ours, &repo.dir);
        }
        tool.run(&repo, &["uninstall"]).ok();
        assert_same(&before, &shared);
    }
}

#[test]
fn a_repositorys_own_hooks_path_is_followed() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "own");
    repo.write(".githooks/pre-push", "#!/bin/sh\n");
    repo.git(&["add", "."]).ok();
    repo.commit("hooks");
    repo.git(&["config", "core.hooksPath", ".githooks"]).ok();
    let (before, bytes) = (tree(&repo.dir), fs::read(repo.dir.join(".githooks/pre-push")).unwrap());
    fs::create_dir(repo.dir.join("below")).unwrap();
    let below = Repo { world: &world, dir: repo.dir.join("below") };
    let ran = tool.run(&below, &["install", "--chain"]);
    fs::remove_dir(repo.dir.join("below")).unwrap();
    let said = ran.stdout();
    assert!(repo.dir.join(".githooks/pre-commit").exists(), "{said}");
    assert!(said.contains(".githooks is in the work tree"), "{said}");
    // A tracked file is not ours to rename, whatever is asked for.
    assert_eq!(fs::read(repo.dir.join(".githooks/pre-push")).unwrap(), bytes);
    if !config_hooks(&world) {
        assert_eq!(ran.code, 2, "{said}");
        assert!(!said.contains("--chain"), "{said}");
    }
    tool.run(&repo, &["uninstall"]).ok();
    assert_same(&before, &repo.dir);
}

#[test]
fn husky_keeps_its_hooks() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "husky");
    for event in LOCAL {
        let line = "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n";
        program(&repo.dir.join(".husky/_").join(event), line);
    }
    program(&repo.dir.join(".husky/_/h"), "#!/bin/sh\nexec sh \"$(dirname \"$0\")/../${0##*/}\"\n");
    program(&repo.dir.join(".husky/pre-commit"), &note(&world, "husky"));
    repo.write(".husky/_/.gitignore", "*\n");
    repo.git(&["config", "core.hooksPath", ".husky/_"]).ok();
    let before = tree(&repo.dir.join(".husky"));
    let ran = tool.run(&repo, &["install", "--chain"]);
    assert_same(&before, &repo.dir.join(".husky"));
    if config_hooks(&world) {
        assert_eq!(ran.code, 0, "{}", ran.said());
        tool.stand_in(0);
        repo.git(&["commit", "-q", "--allow-empty", "-m", "a"]);
        assert_eq!(tool.called(), "refgate hook pre-commit\nhusky 0\nrefgate hook commit-msg\n");
    } else {
        assert_eq!(ran.code, 2, "{}", ran.said());
        let said = ran.stdout();
        assert!(said.contains("husky is there; nothing was changed"), "{said}");
        assert!(said.contains("put into .husky/pre-commit, before"), "{said}");
    }
}

#[test]
fn worktrees_and_submodules_have_the_hooks_that_git_runs_there() {
    let world = World::new();
    let tool = Tool::new(&world);
    let main = repo(&world, "main");
    let inner = repo(&world, "inner");
    main.git(&["worktree", "add", "-q", "../tree"]).ok();
    main.git(&["submodule", "--quiet", "add", inner.dir.to_str().unwrap(), "sub"]).ok();
    main.commit("sub");
    let tree = Repo { world: &world, dir: world.path("tree") };
    let sub = Repo { world: &world, dir: main.dir.join("sub") };
    let before = self::tree(&main.dir.join(".git"));
    tool.run(&tree, &["install"]).ok();
    tool.run(&sub, &["install"]).ok();
    assert!(main.dir.join(".git/hooks/pre-commit").exists());
    assert!(main.dir.join(".git/modules/sub/hooks/pre-commit").exists());
    tool.stand_in(1);
    for repo in [&main, &tree, &sub] {
        assert_ne!(repo.git(&["commit", "-q", "--allow-empty", "-m", "a"]).code, 0);
        assert_eq!(tool.called(), "refgate hook pre-commit\n");
    }
    tool.restore();
    tool.run(&main, &["uninstall"]).ok();
    tool.run(&sub, &["uninstall"]).ok();
    assert_same(&before, &main.dir.join(".git"));
}

#[test]
fn git_lfs_before_and_after_us() {
    let world = World::new();
    if run(world.git(&world.path("")).args(["lfs", "version"])).code != 0 {
        eprintln!("left out: git-lfs is not on this machine");
        return;
    }
    let tool = Tool::new(&world);
    let server = world.repo_with("s.git", &["--bare"]);
    for order in ["before", "after"] {
        let repo = repo(&world, order);
        let lfs = || repo.git(&["lfs", "install", "--local"]);
        if order == "before" {
            lfs().ok();
        } else {
            tool.run(&repo, &["install"]).ok();
            // It finds our shim, says so and changes nothing; we make room.
            assert_ne!(lfs().code, 0);
            tool.run(&repo, &["uninstall"]).ok();
            lfs().ok();
        }
        let before = tree(&repo.dir.join(".git/hooks"));
        tool.run(&repo, &["install", "--chain"]).ok();
        tool.stand_in(0);
        repo.git(&["lfs", "track", "*.bin"]).ok();
        repo.git(&["add", ".gitattributes"]).ok();
        repo.stage("a.bin", format!("{order} large"));
        repo.git(&["commit", "-qm", "a"]).ok();
        let url = format!("file://{}", server.dir.display());
        let said = repo.git(&["push", &url, &format!("main:{order}")]);
        said.ok();
        let called = tool.called();
        assert!(called.contains("refgate hook pre-push\nrefs/heads/main "), "{called}");
        assert!(called.contains("refgate hook pre-commit"), "{called}");
        let stored = tree(&server.dir.join("lfs"));
        let content = format!("{order} large").into_bytes();
        assert!(stored.values().any(|it| it.1 == content), "{}", said.said());
        tool.restore();
        tool.run(&repo, &["uninstall"]).ok();
        assert_same(&before, &repo.dir.join(".git/hooks"));
    }
}

#[test]
fn pre_commit_before_and_after_us() {
    let world = World::new();
    // It keeps its Python; all it writes is in this world.
    let pre_commit = |repo: &Repo<'_>, args: &[&str]| {
        let mut command = world.command("pre-commit");
        command.current_dir(&repo.dir).args(args);
        command.output().map(Ran::from).ok().filter(|it| it.code == 0)
    };
    let config = "repos:\n- repo: local\n  hooks:\n  - id: theirs\n    name: theirs\n    \
                  language: system\n    always_run: true\n    pass_filenames: false\n    entry: ";
    let tool = Tool::new(&world);
    for order in ["before", "after"] {
        let repo = repo(&world, order);
        program(&world.path("theirs"), &note(&world, "theirs"));
        let entry = world.path("theirs");
        repo.stage(".pre-commit-config.yaml", format!("{config}{}\n", entry.display()));
        if order == "after" {
            tool.run(&repo, &["install"]).ok();
        }
        if pre_commit(&repo, &["install"]).is_none() {
            eprintln!("left out: pre-commit is not on this machine");
            return;
        }
        if order == "before" {
            tool.run(&repo, &["install", "--chain"]).ok();
        } else {
            let said = tool.run(&repo, &["install"]).ok();
            assert!(said.contains("pre-commit calls refgate"), "{said}");
        }
        tool.stand_in(0);
        let ran = repo.git(&["commit", "-qm", "a"]);
        ran.ok();
        let called = tool.called();
        assert!(called.contains("refgate hook pre-commit"), "{order}: {called}{}", ran.said());
        assert!(called.contains("theirs 0"), "{order}: {called}{}", ran.said());
        tool.restore();
        tool.run(&repo, &["uninstall"]).ok();
        repo.stage("b", "b");
        repo.git(&["commit", "-qm", "b"]).ok();
        assert_eq!(tool.called(), "theirs 0\n");
    }
}

#[test]
fn paths_with_anything_in_them() {
    let world = World::new();
    let tool = Tool::at(&world, "a b/it's \"$HOME\" `x`\nnew\\line/refgate");
    for name in ["re po", "it's", "two\nlines", "\"quoted\" $HOME"] {
        let repo = repo(&world, name);
        program(&repo.dir.join(".git/hooks/pre-commit"), &note(&world, "theirs"));
        let before = tree(&repo.dir.join(".git"));
        tool.run(&repo, &["install", "--chain"]).ok();
        tool.stand_in(0);
        repo.git(&["commit", "-q", "--allow-empty", "-m", "a"]).ok();
        let called = tool.called();
        assert!(called.contains("refgate hook pre-commit\n"), "{name}: {called}");
        assert!(called.contains("theirs 0\n") && called.contains("refgate hook commit-msg\n"));
        repo.git(&["reset", "-q", "HEAD~"]).ok();
        tool.restore();
        tool.run(&repo, &["uninstall"]).ok();
        let hooks = repo.dir.join(".git/hooks");
        let before = before.into_iter().filter(|it| it.0.starts_with(&hooks) && it.0 != hooks);
        assert_same(&before.collect(), &hooks);
    }
}

#[test]
fn without_the_binary_everything_stops_and_says_what_to_do() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "gone");
    program(&repo.dir.join(".git/hooks/commit-msg"), "#!/bin/sh\n");
    tool.run(&repo, &["install", "--chain"]).ok();
    fs::remove_file(&tool.binary).unwrap();
    let shim = repo.dir.join(".git/hooks/pre-commit");
    for shell in ["sh", "dash", "bash", "busybox"] {
        let mut command = world.command(shell);
        if shell == "busybox" {
            command.arg("sh");
        }
        command.env("PATH", "/usr/bin:/bin").arg(&shim).current_dir(&repo.dir);
        let Ok(output) = command.output() else {
            eprintln!("left out: {shell} is not on this machine");
            continue;
        };
        let ran = Ran::from(output);
        assert_eq!(ran.code, 2, "{shell}: {}", ran.said());
        assert!(ran.stderr().contains("error: pre-commit: refgate is not on this machine"));
        assert!(ran.stderr().contains("hint: "), "{}", ran.said());
    }
    for args in [["commit", "-q", "--allow-empty", "-m", "a"], ["push", "-q", ".", "main:b", "-f"]]
    {
        let mut command = repo.command(&args);
        let ran = run(command.env("PATH", "/usr/local/bin:/usr/bin:/bin"));
        assert_ne!(ran.code, 0, "{args:?}");
        assert!(ran.said().contains("refgate is not on this machine"), "{}", ran.said());
    }
    // A directory of that name is no binary either.
    fs::create_dir(&tool.binary).unwrap();
    assert_ne!(repo.git(&["commit", "-q", "--allow-empty", "-m", "a"]).code, 0);
}

#[test]
fn a_binary_that_moved_is_found_on_the_path() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "moved");
    tool.run(&repo, &["install"]).ok();
    fs::rename(&tool.binary, world.path("refgate")).unwrap();
    let moved = Tool { binary: world.path("refgate"), log: tool.log.clone() };
    moved.stand_in(0);
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", world.path("").display());
    let mut command = repo.command(&["commit", "-q", "--allow-empty", "-m", "a"]);
    run(command.env("PATH", path)).ok();
    assert_eq!(moved.called(), "refgate hook pre-commit\nrefgate hook commit-msg\n");
}

#[test]
fn an_edited_shim_is_neither_replaced_nor_removed_unasked() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "edited");
    tool.run(&repo, &["install"]).ok();
    let shim = repo.dir.join(".git/hooks/pre-commit");
    let mut text = fs::read_to_string(&shim).unwrap();
    text += "# mine\n";
    fs::write(&shim, &text).unwrap();
    for command in ["install", "uninstall"] {
        let ran = tool.run(&repo, &[command]);
        assert_eq!(ran.code, 2, "{}", ran.said());
        assert!(ran.stdout().contains("our shim was edited"), "{}", ran.said());
        assert_eq!(fs::read_to_string(&shim).unwrap(), text);
    }
    tool.run(&repo, &["install", "--force"]).ok();
    assert!(!fs::read_to_string(&shim).unwrap().contains("# mine"));
    tool.run(&repo, &["uninstall"]).ok();
    assert!(!shim.exists());
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_or_the_new() {
    let world = World::new();
    let tool = Tool::new(&world);
    let fresh = |name: &str| {
        let repo = repo(&world, name);
        program(&repo.dir.join(".git/hooks/pre-push"), &note(&world, "theirs"));
        repo
    };
    let reference = fresh("reference");
    tool.run(&reference, &["install", "--chain"]).ok();
    let shims: Vec<_> = LOCAL
        .iter()
        .map(|it| fs::read(reference.dir.join(".git/hooks").join(it)).unwrap())
        .collect();
    for round in 0..24_u64 {
        let repo = fresh(&format!("kill-{round}"));
        let before = tree(&repo.dir);
        let theirs = fs::read(repo.dir.join(".git/hooks/pre-push")).unwrap();
        let mut command = tool.command(&world, &repo.dir, &["install", "--chain"]);
        let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_micros(round * 1_500));
        child.kill().unwrap();
        child.wait().unwrap();
        for (event, shim) in LOCAL.iter().zip(&shims) {
            let now = fs::read(repo.dir.join(".git/hooks").join(event)).unwrap_or_default();
            let old: &[u8] = if *event == "pre-push" { &theirs } else { b"" };
            assert!(now == *shim || now == old, "{round} {event}");
        }
        repo.git(&["status"]).ok();
        tool.run(&repo, &["install", "--chain"]).ok();
        tool.run(&repo, &["uninstall"]).ok();
        assert_same(&before, &repo.dir);
    }
}

#[test]
fn many_at_once_come_to_what_one_comes_to() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "many");
    program(&repo.dir.join(".git/hooks/pre-push"), &note(&world, "theirs"));
    let before = tree(&repo.dir);
    let start = || {
        let mut command = tool.command(&world, &repo.dir, &["install", "--chain"]);
        let quiet = std::process::Stdio::null;
        command.stdout(quiet()).stderr(quiet()).spawn().unwrap()
    };
    let children: Vec<_> = (0..8).map(|_| start()).collect();
    for mut child in children {
        child.wait().unwrap();
    }
    tool.run(&repo, &["install", "--chain"]).ok();
    let once = tree(&repo.dir);
    tool.run(&repo, &["install", "--chain"]).ok();
    assert_same(&once, &repo.dir);
    tool.stand_in(0);
    repo.git(&["push", "-q", ".", "main:b"]).ok();
    let called = tool.called();
    assert!(
        called.contains("refgate hook pre-push\n") && called.contains("theirs 2\n"),
        "{called}"
    );
    repo.git(&["branch", "-qD", "b"]).ok();
    tool.restore();
    tool.run(&repo, &["uninstall"]).ok();
    let mut after = tree(&repo.dir);
    // What the push itself left of the branch.
    after.retain(|path, _| {
        before.contains_key(path) || !path.starts_with(repo.dir.join(".git/logs"))
    });
    assert_eq!(before.len(), after.len());
    assert!(before == after);
}

#[test]
fn hooks_behind_a_link_are_not_touched() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "link");
    let shared = world.path("shared");
    program(&shared.join("post-commit"), "#!/bin/sh\n");
    fs::remove_dir_all(repo.dir.join(".git/hooks")).unwrap();
    symlink(&shared, repo.dir.join(".git/hooks")).unwrap();
    let before = tree(&shared);
    let ran = tool.run(&repo, &["install", "--chain"]);
    assert_same(&before, &shared);
    if config_hooks(&world) {
        assert_eq!(ran.code, 0, "{}", ran.said());
    } else {
        assert_eq!(ran.code, 2, "{}", ran.said());
        assert!(ran.stdout().contains(".git/hooks is a link or a file"), "{}", ran.said());
    }
}

#[test]
fn settings_of_the_configuration_survive() {
    let world = World::new();
    let tool = Tool::new(&world);
    let bare = world.repo_with("s.git", &["--bare"]);
    let policy = world.write("policy.toml", POLICY);
    let before = tree(&bare.dir);
    let policy = policy.to_str().unwrap();
    let args = ["install", "--server", ".", "--policy", policy, "--host", "ssh"];
    tool.run(&bare, &args).ok();
    assert_eq!(bare.git(&["config", "refgate.policy"]).ok(), policy);
    assert_eq!(bare.git(&["config", "refgate.host"]).ok(), "ssh");
    let once = tree(&bare.dir);
    tool.run(&bare, &["install", "--server"]).ok();
    assert_same(&once, &bare.dir);
    bare.git(&["config", "receive.denyDeletes", "true"]).ok();
    tool.run(&bare, &["uninstall", "--server"]).ok();
    assert_eq!(bare.git(&["config", "receive.denyDeletes"]).ok(), "true");
    bare.git(&["config", "--remove-section", "receive"]).ok();
    assert_same(&before, &bare.dir);
}

#[test]
fn a_server_gets_a_real_binary_and_a_policy_that_holds() {
    let world = World::new();
    let tool = Tool::new(&world);
    let bare = world.repo_with("s.git", &["--bare"]);
    let old = world.repo("old");
    old.commit("Before there was a policy");
    old.git(&["push", "-q", bare.dir.to_str().unwrap(), "main:old"]).ok();
    bare.git(&["symbolic-ref", "HEAD", "refs/heads/old"]).ok();
    let ran = tool.run(&bare, &["install", "--server"]);
    bare.git(&["symbolic-ref", "HEAD", "refs/heads/main"]).ok();
    assert_eq!(ran.code, 2, "{}", ran.said());
    assert!(ran.stderr().contains("refs/heads/old:refgate.toml is not there"), "{}", ran.said());
    let wrong = world.write("wrong.toml", "version = 1\nprotekt = 1\n");
    let ran = tool.run(&bare, &["install", "--server", "--policy", wrong.to_str().unwrap()]);
    assert_eq!(ran.code, 2, "{}", ran.said());
    assert!(!bare.dir.join("hooks/pre-receive").exists());
    let ran = tool.run(&bare, &["install"]);
    assert!(ran.stderr().contains("refgate install --server"), "{}", ran.said());

    let clone = repo(&world, "clone");
    clone.git(&["push", "-q", bare.dir.to_str().unwrap(), "main"]).ok();
    tool.run(&bare, &["install", "--server", "--seal"]).ok();
    assert_eq!(bare.git(&["config", "refgate.policy"]).ok(), "refs/heads/main:refgate.toml");
    for name in ["refgate", "pre-receive", "reference-transaction"] {
        let metadata = bare.dir.join("hooks").join(name).symlink_metadata().unwrap();
        assert!(metadata.is_file(), "{name}");
        assert_eq!(metadata.mode() & 0o7777, 0o755, "{name}");
    }
    let copy = Tool { binary: bare.dir.join("hooks/refgate"), log: tool.log.clone() };
    copy.stand_in(1);
    let push = ["push", "-q", bare.dir.to_str().unwrap(), "main:b"];
    assert_ne!(clone.git(&push).code, 0);
    assert_eq!(copy.called(), "refgate hook pre-receive\n");
    fs::remove_file(&copy.binary).unwrap();
    let ran = clone.git(&push);
    assert_ne!(ran.code, 0);
    assert!(ran.stderr().contains("this server's refgate is missing"), "{}", ran.said());
}

#[test]
fn e15_hooks_of_a_server_that_are_there_stay() {
    let world = World::new();
    let tool = Tool::new(&world);
    let clone = repo(&world, "clone");
    let log = tool.log.display();
    let read = format!("#!/bin/sh\n{{ echo theirs; cat; }} >>'{log}'\n");
    let both = "#!/bin/sh\nlines=$(cat)\nfor it in hooks/pre-receive.d/*; do\n  \
                printf '%s\\n' \"$lines\" | \"$it\" || exit\ndone\n";
    for (name, args) in [("chain", ["--chain"]), ("drop-in", ["--seal"])] {
        let bare = world.repo_with(&format!("{name}.git"), &["--bare"]);
        clone.git(&["push", "-q", bare.dir.to_str().unwrap(), "main"]).ok();
        let hook = bare.dir.join("hooks/pre-receive");
        if name == "drop-in" {
            program(&bare.dir.join("hooks/pre-receive.d/theirs"), &read);
            program(&hook, both);
        } else {
            program(&hook, &read);
            let ran = tool.run(&bare, &["install", "--server"]);
            assert_eq!(ran.code, 2, "{}", ran.said());
            assert!(ran.stdout().contains("another hook is there; nothing was changed"));
            assert!(!bare.dir.join("hooks/refgate").exists());
        }
        let before = tree(&bare.dir);
        tool.run(&bare, &["install", "--server", args[0]]).ok();
        let copy = Tool { binary: bare.dir.join("hooks/refgate"), log: tool.log.clone() };
        let text =
            format!("#!/bin/sh\n[ $2 = pre-receive ] || exit 0\n{{ echo ours; cat; }} >>'{log}'\n");
        program(&copy.binary, &text);
        let url = bare.dir.to_str().unwrap();
        clone.git(&["push", "-q", url, "main:b"]).ok();
        let called = copy.called();
        assert_eq!(called.matches(" refs/heads/b\n").count(), 2, "{called}");
        assert!(called.contains("ours\n") && called.contains("theirs\n"), "{called}");
        bare.git(&["update-ref", "-d", "refs/heads/b"]).ok();
        tool.run(&bare, &["uninstall", "--server"]).ok();
        assert_same(&before, &bare.dir);
    }
}

#[test]
fn nothing_is_read_from_an_environment_that_is_about_something_else() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "env");
    let mut command = tool.command(&world, &repo.dir, &["install"]);
    command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "core.hooksPath");
    command.env("GIT_CONFIG_VALUE_0", world.path("elsewhere")).env("GIT_INDEX_FILE", "/nowhere");
    assert_eq!(feed(&mut command, b"").code, 0);
    assert!(repo.dir.join(".git/hooks/pre-commit").exists());
    assert!(!world.path("elsewhere").exists());
}

/// What `refgate doctor` says, and whether it found something broken.
fn doctor(tool: &Tool, repo: &Repo<'_>) -> (bool, String) {
    let ran = tool.run(repo, &["doctor"]);
    assert!(ran.code < 2, "{}", ran.said());
    (ran.code == 1, ran.stdout())
}

#[test]
fn doctor_says_what_is_wrong_with_a_clone_and_how_to_mend_it() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "clone");
    let (broken, said) = doctor(&tool, &repo);
    assert!(broken && said.contains("error    pre-push: nothing calls refgate\n"), "{said}");
    assert!(said.contains("hint: refgate install\n"), "{said}");
    tool.run(&repo, &["install"]).ok();
    let before = tree(&repo.dir);
    let (broken, said) = doctor(&tool, &repo);
    assert!(!broken, "{said}");
    assert!(said.contains("ok       policy: valid, 1 rules\n"), "{said}");
    let hooks = "ok       hooks: pre-commit, pre-merge-commit, commit-msg, pre-push (files)\n";
    assert!(said.contains(hooks), "{said}");
    assert!(said.contains("programs/refgate: hooks call it, and it runs"), "{said}");
    assert_same(&before, &repo.dir);

    let hook = |name: &str| repo.dir.join(".git/hooks").join(name);
    fs::set_permissions(hook("pre-commit"), fs::Permissions::from_mode(0o644)).unwrap();
    let (broken, said) = doctor(&tool, &repo);
    assert!(broken && said.contains("pre-commit: not executable, so git passes over it"), "{said}");
    tool.run(&repo, &["install"]).ok();
    assert!(!doctor(&tool, &repo).0);

    program(&hook("post-checkout"), "#!/bin/sh\n");
    repo.git(&["config", "core.hooksPath", "elsewhere"]).ok();
    let (broken, said) = doctor(&tool, &repo);
    assert!(broken && said.contains("core.hooksPath = elsewhere (local)"), "{said}");
    assert!(said.contains("core.hooksPath hides .git/hooks/post-checkout"), "{said}");
    repo.git(&["config", "--unset", "core.hooksPath"]).ok();

    repo.write(".gitattributes", "*.bin filter=lfs\n");
    assert!(doctor(&tool, &repo).1.contains("git-lfs is used here, and its pre-push hook is not"));
    let moved = world.path("moved");
    fs::rename(&tool.binary, &moved).unwrap();
    let moved = Tool { binary: moved, log: tool.log.clone() };
    let (broken, said) = doctor(&moved, &repo);
    assert!(broken && said.contains("programs/refgate: hooks call it, and it does not run"));
}

#[test]
fn doctor_reads_the_policy_as_hooks_do() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = world.repo("clone");
    tool.run(&repo, &["install"]).ok();
    let (broken, said) = doctor(&tool, &repo);
    assert!(broken && said.contains("error    policy: there is no refgate.toml"), "{said}");
    assert!(said.contains("hint: refgate init"), "{said}");
    repo.write("refgate.toml", "version = 1\nprotekt = 1\n");
    let (broken, said) = doctor(&tool, &repo);
    assert!(
        broken && said.contains("error    policy: refgate.toml:2:1: there is no key"),
        "{said}"
    );
    let exempt = "[[exempt]]\nrule = \"fast-forward-only\"\nwhy = \"once\"\nuntil = 2020-01-01\n";
    repo.write("refgate.toml", format!("{POLICY}{exempt}"));
    let (broken, said) = doctor(&tool, &repo);
    let ended = "warning  refgate.toml:5: the exemption of `fast-forward-only` has ended";
    assert!(!broken && said.contains(ended), "{said}");
}

#[test]
fn doctor_knows_hooks_of_the_configuration() {
    let world = World::new();
    let tool = Tool::new(&world);
    let repo = repo(&world, "clone");
    if !config_hooks(&world) {
        eprintln!("left out: this git knows no hooks of the configuration");
        return;
    }
    program(&repo.dir.join(".git/hooks/pre-push"), "#!/bin/sh\n# git lfs\n");
    tool.run(&repo, &["install"]).ok();
    let (broken, said) = doctor(&tool, &repo);
    assert!(!broken && said.contains("ok       hooks: pre-push (config)\n"), "{said}");
    assert!(said.contains("pre-push: git-lfs is beside us"), "{said}");
    repo.git(&["config", "hook.refgate-pre-push.enabled", "false"]).ok();
    let (broken, said) = doctor(&tool, &repo);
    assert!(broken && said.contains("hook.refgate-pre-push.enabled is false"), "{said}");
}

/// What `refgate doctor --server` says, and whether it found something broken.
fn doctor_server(tool: &Tool, repo: &Repo<'_>) -> (bool, String) {
    let before = tree(&repo.dir);
    let ran = tool.run(repo, &["doctor", "--server"]);
    assert!(ran.code < 2, "{}", ran.said());
    assert_same(&before, &repo.dir);
    (ran.code == 1, ran.stdout())
}

#[test]
fn e10_doctor_pushes_a_canary_that_must_be_refused() {
    let world = World::new();
    let tool = Tool::new(&world);
    let clone = repo(&world, "clone");
    for options in [&["--bare"][..], &["--bare", "--object-format=sha256"]] {
        let bare = world.repo_with(&format!("s {}.git", options.len()), options);
        if options.len() == 1 {
            clone.git(&["push", "-q", bare.dir.to_str().unwrap(), "main"]).ok();
        }
        let (broken, said) = doctor_server(&tool, &bare);
        assert!(
            broken && said.contains("hooks/pre-receive: missing, so every push passes"),
            "{said}"
        );
        assert!(
            said.contains("error    canary: a push that must be refused went through"),
            "{said}"
        );
        tool.run(&bare, &["install", "--server"]).ok();
        let (broken, said) = doctor_server(&tool, &bare);
        assert!(!broken, "{said}");
        let refused = "ok       canary: a push to refs/refgate/canary was refused by sane-refs\n";
        assert!(said.contains(refused), "{said}");

        let hook = bare.dir.join("hooks/pre-receive");
        let shim = fs::read(&hook).unwrap();
        let open = "canary: a push that must be refused went through";
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).unwrap();
        let (broken, said) = doctor_server(&tool, &bare);
        assert!(broken && said.contains("not executable") && said.contains(open), "{said}");
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o777)).unwrap();
        let (broken, said) = doctor_server(&tool, &bare);
        assert!(broken && said.contains("others than its owner may write it"), "{said}");
        fs::remove_file(&hook).unwrap();
        symlink("/nowhere", &hook).unwrap();
        let (broken, said) = doctor_server(&tool, &bare);
        assert!(broken && said.contains("a symbolic link") && said.contains(open), "{said}");
        fs::remove_file(&hook).unwrap();
        program(&hook, "#!/bin/sh\nexit 1\n");
        let (broken, said) = doctor_server(&tool, &bare);
        assert!(broken && said.contains("canary: refused, but not by sane-refs"), "{said}");
        program(&hook, std::str::from_utf8(&shim).unwrap());
        bare.git(&["config", "--global", "core.hooksPath", "/nowhere"]).ok();
        let (broken, said) = doctor_server(&tool, &bare);
        bare.git(&["config", "--global", "--unset", "core.hooksPath"]).ok();
        assert!(broken && said.contains("(global): the hooks of this repository do not run"));
        assert!(said.contains(open), "{said}");
    }
}

#[test]
fn doctor_names_what_makes_refs_of_a_server_look_like_others() {
    let world = World::new();
    let tool = Tool::new(&world);
    let clone = repo(&world, "clone");
    let bare = world.repo_with("s.git", &["--bare"]);
    clone.git(&["push", "-q", bare.dir.to_str().unwrap(), "main"]).ok();
    bare.git(&["config", "receive.fsckObjects", "false"]).ok();
    tool.run(&bare, &["install", "--server"]).ok();
    bare.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]).ok();
    bare.git(&["update-ref", "refs/replace/0123456789012345678901234567890123456789", "main"]).ok();
    bare.git(&["update-ref", "refs/namespaces/a/refs/heads/main", "main"]).ok();
    fs::create_dir_all(bare.dir.join("info")).unwrap();
    fs::write(bare.dir.join("info/grafts"), "").unwrap();
    let (broken, said) = doctor_server(&tool, &bare);
    assert!(!broken, "{said}");
    for what in [
        "refs/heads/alias is a symbolic ref to refs/heads/main",
        "1 refs below refs/replace",
        "refs/namespaces is used",
        "info/grafts",
        "receive.fsckObjects is off",
    ] {
        assert!(said.contains(&format!("warning  {what}")), "{what}: {said}");
    }
}

#[test]
fn what_only_speaks_of_refgate_does_not_call_it() {
    let world = World::new();
    let tool = Tool::new(&world);
    let texts = [
        "# the line `refgate hook pre-commit` was here",
        "true # refgate hook pre-commit",
        "refgate hook commit-msg \"$1\"",
        "refgate hook pre-commits",
        "echo refgate; echo a hook of ours",
    ];
    for (at, text) in texts.iter().enumerate() {
        let repo = repo(&world, &format!("speaks-{at}"));
        let hook = repo.dir.join(".git/hooks/pre-commit");
        program(&hook, &format!("#!/bin/sh\n{text}\n"));
        let (broken, said) = doctor(&tool, &repo);
        assert!(broken && said.contains("pre-commit: nothing calls refgate\n"), "{text}: {said}");
        let said = tool.run(&repo, &["install", "--hooks", "pre-commit"]).stdout();
        assert!(!said.contains("calls refgate"), "{text}: {said}");
    }
    for text in [
        "exec refgate hook pre-commit",
        "if ! 'a b/refgate' -q \\\n  hook pre-commit; then exit 1; fi",
    ] {
        let repo = repo(&world, &format!("calls-{}", text.len()));
        program(&repo.dir.join(".git/hooks/pre-commit"), &format!("#!/bin/sh\n{text}\n"));
        let said = tool.run(&repo, &["install", "--hooks", "pre-commit"]).ok();
        assert!(said.contains("another hook calls refgate"), "{text}: {said}");
    }
}

#[test]
fn a_directory_of_hooks_outside_the_repository_is_not_ours() {
    let world = World::new();
    let tool = Tool::new(&world);
    let shared = world.path("shared");
    program(&shared.join("post-commit"), "#!/bin/sh\n");
    let before = tree(&shared);
    for (at, value) in [shared.to_str().unwrap(), "../shared", "../absent"].iter().enumerate() {
        let repo = repo(&world, &format!("outside-{at}"));
        repo.git(&["config", "core.hooksPath", value]).ok();
        let ran = tool.run(&repo, &["install", "--chain"]);
        assert_same(&before, &shared);
        assert!(!world.path("absent").exists());
        if config_hooks(&world) {
            assert_eq!(ran.code, 0, "{}", ran.said());
        } else {
            assert_eq!(ran.code, 2, "{}", ran.said());
            assert!(ran.stdout().contains("(local), not this repository's"), "{}", ran.said());
        }
        let said = doctor(&tool, &repo).1;
        assert!(said.contains("(local) belongs to more than this repository"), "{said}");
    }
    let bare = world.repo_with("s.git", &["--bare"]);
    bare.git(&["config", "core.hooksPath", shared.to_str().unwrap()]).ok();
    let ran = tool.run(&bare, &["install", "--server"]);
    assert_eq!(ran.code, 2, "{}", ran.said());
    assert!(ran.stdout().contains("core.hooksPath (local) leads to"), "{}", ran.said());
    assert_same(&before, &shared);
}

#[test]
fn a_kept_hook_keeps_its_name_and_one_that_asks_for_its_place_is_not_kept() {
    let world = World::new();
    let tool = Tool::new(&world);
    let clone = repo(&world, "clone");
    let log = tool.log.display();
    // What it is called as, without the text that gives it away.
    let name = format!("#!/bin/sh\nn=0; eval \"me=\\$$n\"; echo \"${{me##*/}}\" >>'{log}'\n");
    let asks = [
        "exec \"$(dirname \"$0\")/all\" \"${0##*/}\"",
        "case ${0##*/} in pre-receive) exit 1 ;; esac",
        ". \"${BASH_SOURCE%/*}/h\"",
    ];
    for server in [true, false] {
        let repo = |name: &str| {
            if server {
                let bare = world.repo_with(&format!("{name}.git"), &["--bare"]);
                clone.git(&["push", "-q", bare.dir.to_str().unwrap(), "main"]).ok();
                bare
            } else {
                repo(&world, name)
            }
        };
        let (hook, args): (_, &[&str]) = if server {
            ("hooks/pre-receive", &["install", "--server", "--chain"])
        } else {
            (".git/hooks/pre-push", &["install", "--chain", "--hooks", "pre-push"])
        };
        if !server && config_hooks(&world) {
            continue;
        }
        let kept = repo("kept");
        program(&kept.dir.join(hook), &name);
        let before = tree(&kept.dir);
        tool.run(&kept, args).ok();
        let url = kept.dir.to_str().unwrap();
        if server { &clone } else { &kept }.git(&["push", "-q", url, "main:b"]).ok();
        assert_eq!(tool.called(), format!("{}\n", hook.rsplit_once('/').unwrap().1));
        kept.git(&["update-ref", "-d", "refs/heads/b"]).ok();
        tool.run(&kept, &["uninstall"]).ok();
        let mut after = tree(&kept.dir);
        after.retain(|path, _| before.contains_key(path) || !path.ends_with("logs/refs/heads"));
        let hooks = kept.dir.join(hook);
        let hooks = hooks.parent().unwrap();
        let before = before.into_iter().filter(|it| it.0.starts_with(hooks) && it.0 != hooks);
        assert_same(&before.collect(), hooks);

        for (at, text) in asks.iter().enumerate() {
            let repo = repo(&format!("asks-{at}"));
            program(&repo.dir.join(hook), &format!("#!/bin/sh\n{text}\n"));
            let before = tree(&repo.dir);
            let ran = tool.run(&repo, args);
            assert_eq!(ran.code, 2, "{}", ran.said());
            assert!(ran.stdout().contains("asks for its own name or place"), "{}", ran.said());
            assert!(ran.stdout().contains("hint: "), "{}", ran.said());
            assert!(!ran.stdout().contains("--chain"), "{}", ran.said());
            assert_same(&before, &repo.dir);
        }
        let link = repo("link");
        symlink("elsewhere", link.dir.join(hook)).unwrap();
        program(&link.dir.join(hook).with_file_name("elsewhere"), "#!/bin/sh\n");
        let before = tree(&link.dir);
        assert_eq!(tool.run(&link, args).code, 2);
        assert_same(&before, &link.dir);
    }
}

#[test]
fn a_server_that_moved_or_was_copied_runs_its_own_binary() {
    let world = World::new();
    let tool = Tool::new(&world);
    let clone = repo(&world, "clone");
    let bare = world.repo_with("s.git", &["--bare"]);
    clone.git(&["push", "-q", bare.dir.to_str().unwrap(), "main"]).ok();
    tool.run(&bare, &["install", "--server"]).ok();
    fs::rename(&bare.dir, world.path("moved.git")).unwrap();
    run(world.command("cp").args(["-R", "moved.git", "copy.git"]).current_dir(world.path(""))).ok();
    for name in ["moved.git", "copy.git"] {
        let bare = Repo { world: &world, dir: world.path(name) };
        let (broken, said) = doctor_server(&tool, &bare);
        assert!(!broken, "{said}");
        assert!(said.contains(&format!("{name}/hooks/refgate: hooks call it")), "{said}");
        let copy =
            Tool { binary: bare.dir.join("hooks/refgate"), log: world.path(name).join("log") };
        copy.stand_in(0);
        clone.git(&["push", "-q", bare.dir.to_str().unwrap(), "main:b"]).ok();
        assert_eq!(copy.called(), "refgate hook pre-receive\n", "{name}");
        tool.run(&bare, &["uninstall", "--server"]).ok();
        assert!(
            !bare.dir.join("hooks/refgate").exists()
                && !bare.dir.join("hooks/pre-receive").exists()
        );
    }
}

#[test]
fn doctor_names_a_binary_outside_the_server_that_nobody_asked_for() {
    let world = World::new();
    let tool = Tool::new(&world);
    let clone = repo(&world, "clone");
    for name in ["asked.git", "unasked.git"] {
        let bare = world.repo_with(name, &["--bare"]);
        clone.git(&["push", "-q", bare.dir.to_str().unwrap(), "main"]).ok();
        let outside = world.path("all/refgate");
        fs::create_dir_all(outside.parent().unwrap()).unwrap();
        let args = ["install", "--server", "--copy", outside.to_str().unwrap()];
        tool.run(&bare, &args).ok();
        // Asked for once, it stays where it is.
        tool.run(&bare, &["install", "--server"]).ok();
        assert!(!bare.dir.join("hooks/refgate").exists());
        if name == "unasked.git" {
            let config = bare.dir.join("config");
            let text = fs::read_to_string(&config).unwrap();
            let text: Vec<_> = text.lines().filter(|it| !it.contains("copy = ")).collect();
            fs::write(&config, text.join("\n") + "\n").unwrap();
        }
        let (broken, said) = doctor_server(&tool, &bare);
        assert_eq!(broken, name == "unasked.git", "{said}");
        let what = "all/refgate: hooks call it, and it is outside this repository";
        assert_eq!(said.contains(what), broken, "{said}");
    }
}

#[test]
fn a_server_looks_at_objects_unless_it_was_told_not_to() {
    let world = World::new();
    let tool = Tool::new(&world);
    for (name, set, then, warned) in [
        ("unset", None, "true", false),
        ("on", Some(("receive.fsckObjects", "true")), "true", false),
        ("off", Some(("receive.fsckObjects", "false")), "false", true),
        ("all-on", Some(("transfer.fsckObjects", "true")), "", false),
        ("all-off", Some(("transfer.fsckObjects", "false")), "", true),
    ] {
        let bare = world.repo_with(&format!("{name}.git"), &["--bare"]);
        if let Some((key, value)) = set {
            bare.git(&["config", key, value]).ok();
        }
        let before = tree(&bare.dir);
        let said = tool.run(&bare, &["install", "--server"]).ok();
        assert_eq!(said.contains("warning  git takes malformed objects: "), warned, "{said}");
        assert_eq!(bare.git(&["config", "receive.fsckObjects"]).stdout().trim(), then, "{name}");
        let off = doctor_server(&tool, &bare).1.contains("warning  receive.fsckObjects is off");
        assert_eq!(off, warned, "{name}");
        let once = tree(&bare.dir);
        tool.run(&bare, &["install", "--server"]).ok();
        assert_same(&once, &bare.dir);
        // Git writes what comes next into the last section of that name: ours.
        bare.git(&["config", "receive.denyDeletes", "true"]).ok();
        tool.run(&bare, &["install", "--server"]).ok();
        bare.git(&["config", "receive.denyNonFastForwards", "true"]).ok();
        tool.run(&bare, &["uninstall", "--server"]).ok();
        for key in ["receive.denyDeletes", "receive.denyNonFastForwards"] {
            assert_eq!(bare.git(&["config", key]).ok().trim(), "true", "{name}");
            bare.git(&["config", "--unset", key]).ok();
        }
        assert_same(&before, &bare.dir);
    }
}

#[test]
fn a_policy_that_is_not_there_yet_is_not_called_valid() {
    let world = World::new();
    let tool = Tool::new(&world);
    let bare = world.repo_with("s.git", &["--bare", "--initial-branch=master"]);
    let said = tool.run(&bare, &["install", "--server"]).ok();
    let what =
        "warning  refs/heads/master does not exist yet; preset:baseline judges until it does";
    assert!(said.contains(what), "{said}");
    assert!(said.contains("hint: git symbolic-ref HEAD refs/heads/main"), "{said}");
    assert!(said.contains("--policy") && !said.contains(": valid"), "{said}");
    let doctor = doctor_server(&tool, &bare).1;
    assert!(doctor.contains(what) && !doctor.contains("policy: valid"), "{doctor}");
}
#[test]
fn a_servers_files_that_are_not_ours_are_never_overwritten() {
    let world = World::new();
    let tool = Tool::new(&world);
    let theirs = "#!/bin/sh\necho theirs\n";
    let outside = world.path("all/refgate");
    let dispatch = "#!/bin/sh\nfor it in hooks/pre-receive.d/*; do \"$it\" || exit; done\n";
    let cases: [(&str, PathBuf); 3] = [
        ("beside", "hooks/refgate".into()),
        ("drop-in", "hooks/pre-receive.d/refgate".into()),
        ("outside", outside.clone()),
    ];
    for (name, path) in cases {
        let bare = world.repo_with(&format!("{name}.git"), &["--bare"]);
        let path = bare.dir.join(path);
        program(&path, theirs);
        let mut args = vec!["install", "--server"];
        match name {
            "drop-in" => program(&bare.dir.join("hooks/pre-receive"), dispatch),
            "outside" => args.extend(["--copy", outside.to_str().unwrap()]),
            _ => {}
        }
        let before = tree(&bare.dir);
        for more in [None, Some("--force"), Some("--chain")] {
            let args: Vec<_> = args.iter().copied().chain(more).collect();
            let ran = tool.run(&bare, &args);
            assert_eq!(ran.code, 2, "{name}: {}", ran.said());
            assert!(ran.stdout().contains("is there, and it is not ours"), "{}", ran.said());
            assert!(ran.stdout().contains("hint: "), "{}", ran.said());
            assert_same(&before, &bare.dir);
            assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
        }
        // What we put there we may renew.
        fs::remove_file(&path).unwrap();
        tool.run(&bare, &args).ok();
        let copy = if name == "outside" { path } else { bare.dir.join("hooks/refgate") };
        program(&copy, "#!/bin/sh\necho an older one\n");
        tool.run(&bare, &args).ok();
        assert_eq!(fs::read(&copy).unwrap(), fs::read(&tool.binary).unwrap());
    }
}

#[test]
fn a_server_is_left_open_or_guarded_but_never_closed() {
    let world = World::new();
    let tool = Tool::new(&world);
    let clone = repo(&world, "clone");
    let served = |name: &str| {
        let bare = world.repo_with(name, &["--bare"]);
        clone.git(&["push", "-q", bare.dir.to_str().unwrap(), "main"]).ok();
        bare
    };
    let push = |bare: &Repo<'_>, name: &str| {
        clone.git(&["push", "-q", bare.dir.to_str().unwrap(), &format!("main:{name}")])
    };
    // A program of ours that another hook runs, whatever the event.
    let bare = served("drop-in.git");
    for event in ["pre-receive", "reference-transaction"] {
        let hook = bare.dir.join("hooks").join(event);
        program(
            &hook,
            &format!("#!/bin/sh\nfor it in hooks/{event}.d/*; do \"$it\" \"$@\" || exit; done\n"),
        );
        program(&bare.dir.join(format!("hooks/{event}.d/theirs")), "#!/bin/sh\ncat >/dev/null\n");
    }
    let before = tree(&bare.dir);
    tool.run(&bare, &["install", "--server", "--seal"]).ok();
    assert!(bare.dir.join("hooks/reference-transaction.d/refgate").exists());
    tool.run(&bare, &["uninstall", "--server"]).ok();
    assert_same(&before, &bare.dir);
    push(&bare, "b").ok();

    // A shim that stays goes on judging.
    let bare = served("edited.git");
    let before = tree(&bare.dir);
    tool.run(&bare, &["install", "--server", "--seal"]).ok();
    let shim = bare.dir.join("hooks/pre-receive");
    let text = fs::read_to_string(&shim).unwrap() + "# mine\n";
    program(&shim, &text);
    let ran = tool.run(&bare, &["uninstall", "--server"]);
    assert_eq!(ran.code, 2, "{}", ran.said());
    assert!(ran.stdout().contains("our lines stay, what stays reads them"), "{}", ran.said());
    assert_eq!(bare.git(&["config", "refgate.policy"]).ok().trim(), "refs/heads/main:refgate.toml");
    push(&bare, "b").ok();
    bare.git(&["update-ref", "-d", "refs/heads/b"]).ok();
    tool.run(&bare, &["uninstall", "--server", "--force"]).ok();
    assert_same(&before, &bare.dir);
}

#[test]
fn a_head_that_names_no_branch_of_a_server_is_told_with_one_that_is_there() {
    let world = World::new();
    let tool = Tool::new(&world);
    let clone = repo(&world, "clone");
    let bare = world.repo_with("s.git", &["--bare", "--initial-branch=master"]);
    clone.git(&["push", "-q", bare.dir.to_str().unwrap(), "main"]).ok();
    let before = tree(&bare.dir);
    let ran = tool.run(&bare, &["install", "--server"]);
    assert_eq!(ran.code, 2, "{}", ran.said());
    let said = ran.stderr();
    assert!(said.contains("HEAD names refs/heads/master, which does not exist"), "{said}");
    assert!(said.contains("hint: git symbolic-ref HEAD refs/heads/main"), "{said}");
    assert_same(&before, &bare.dir);
    bare.git(&["symbolic-ref", "HEAD", "refs/heads/main"]).ok();
    let said = tool.run(&bare, &["install", "--server"]).ok();
    assert!(said.contains("refs/heads/main:refgate.toml: valid, 1 rules"), "{said}");
}
