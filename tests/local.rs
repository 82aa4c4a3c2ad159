//! Real commits and pushes past the hooks of a developer's machine.
//!
//! Tests are named after the acceptance list: L1 to L8 are what a local gate has
//! to get right. Installing (L3, and the binary's absence in L4) is in
//! `tests/install.rs`.

#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

mod support;

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use support::{REFGATE, Ran, Repo, World, ZERO, feed, run};

const SECRETS: &str = "version = 1\n[[protect]]\nrefs = [\"**\"]\nsecrets = {}\n";

/// A key that no provider has given to anyone, made anew so that none is in our
/// own repository.
fn key() -> String {
    refgate::secret::sample("aws-access-key-id").unwrap()
}

/// A line of configuration with it.
fn leak() -> String {
    format!("AWS_ACCESS_KEY_ID={}\n", key())
}

fn guarded<'w>(world: &'w World, name: &str) -> Repo<'w> {
    let repo = world.repo(name);
    repo.commit_file("a", "one\n", "Begin");
    repo.guard(SECRETS);
    repo
}

/// Takes it for granted that the key was found, and not told.
fn found(ran: &Ran) {
    assert_ne!(ran.code, 0, "{}", ran.said());
    assert!(ran.said().contains("AWS access key ID"), "{}", ran.said());
    // What Git asks about a hunk is on its standard output.
    assert!(!ran.stderr().contains(&key()), "the key is told: {}", ran.said());
    support::no_panic(&ran.said());
}

#[test]
fn l1_a_staged_key_is_denied_however_it_is_committed() {
    let world = World::new();
    let repo = guarded(&world, "work");
    let head = repo.rev("HEAD");
    repo.stage("b.env", leak());
    found(&repo.git(&["commit", "-m", "Add"]));
    found(&repo.git(&["commit", "-m", "Add", "b.env"]));
    found(&repo.git(&["commit", "-m", "Add", "--amend"]));
    let git_dir = format!("--git-dir={}", repo.dir.join(".git").display());
    let tree = format!("--work-tree={}", repo.dir.display());
    let elsewhere = run(world.git(&world.path("")).args([&git_dir, &tree, "commit", "-m", "Add"]));
    found(&elsewhere);
    repo.git(&["reset", "-q", "--hard"]).ok();
    repo.write("a", leak());
    found(&repo.git(&["commit", "-a", "-m", "Change"]));
    found(&repo.git(&["commit", "-m", "Change", "a"]));
    found(&repo.git_fed(&["commit", "-p", "-m", "Change"], b"y\n"));
    assert_eq!(repo.rev("HEAD"), head);
}

#[test]
fn l1_linked_work_trees_and_submodules_are_guarded() {
    let world = World::new();
    let repo = guarded(&world, "work");
    repo.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]).ok();
    let linked = Repo { world: &world, dir: world.path("linked") };
    linked.stage("b.env", leak());
    found(&linked.git(&["commit", "-m", "Add"]));
    let inner = world.repo("inner");
    inner.commit_file("a", "one\n", "Begin");
    repo.git(&["submodule", "--quiet", "add", inner.dir.to_str().unwrap(), "sub"]).ok();
    let sub = Repo { world: &world, dir: repo.dir.join("sub") };
    sub.guard(SECRETS);
    sub.stage("b.env", leak());
    found(&sub.git(&["commit", "-m", "Add"]));
}

#[test]
fn l1_what_no_commit_hook_sees_is_denied_at_the_push() {
    let world = World::new();
    let repo = guarded(&world, "work");
    run(world.git(&world.path("")).args(["init", "-q", "--bare", "far.git"])).ok();
    repo.git(&["remote", "add", "origin", world.path("far.git").to_str().unwrap()]).ok();
    repo.git(&["push", "-q", "origin", "main"]).ok();
    let begin = repo.rev("main");
    repo.git(&["checkout", "-q", "-b", "side"]).ok();
    let leaked = repo.commit_file("b.env", leak(), "Leak");
    let mended = repo.commit_file("b.env", "AWS_ACCESS_KEY_ID=\n", "Mend");
    let patch =
        world.write("leak.patch", repo.git(&["format-patch", "-1", "--stdout", &leaked]).out);
    let ways: [&[&str]; 6] = [
        &["cherry-pick", &leaked],
        &["merge", "-q", "--ff-only", &leaked],
        &["rebase", "-q", &begin, &leaked],
        &["am", "-q", patch.to_str().unwrap()],
        &["commit", "-q", "--no-verify", "--allow-empty", "-m", "Nothing"],
        &["revert", "--no-edit", &mended],
    ];
    for way in ways {
        let from = if way[0] == "revert" { &mended } else { &begin };
        repo.git(&["checkout", "-q", "-B", "main", from]).ok();
        if way[0] == "commit" {
            repo.stage("b.env", leak());
        }
        repo.git(way).ok();
        // Rebase leaves HEAD where it went.
        let ran = repo.git(&["push", "origin", "HEAD:refs/heads/main"]);
        found(&ran);
    }
    assert_eq!(repo.git(&["rev-parse", "origin/main"]).ok(), begin);
    repo.git(&["checkout", "-q", "-B", "main", &begin]).ok();
    repo.commit_file("c", "three\n", "Honest");
    repo.git(&["push", "-q", "origin", "main"]).ok();
}

#[test]
fn l2_what_is_staged_counts_and_not_what_lies_about() {
    let world = World::new();
    let repo = guarded(&world, "work");
    repo.stage("b.env", leak());
    repo.write("b.env", "AWS_ACCESS_KEY_ID=\n");
    found(&repo.git(&["commit", "-m", "Add"]));
    repo.stage("b.env", "AWS_ACCESS_KEY_ID=\n");
    repo.write("b.env", leak());
    repo.write("untracked.env", leak());
    repo.git(&["commit", "-q", "-m", "Add"]).ok();
    // Part of a file is staged: that part counts.
    let filler = "x\n".repeat(20);
    repo.commit_file("b.env", &filler, "Fill");
    repo.write("b.env", format!("NAME=x\n{filler}{}", leak()));
    repo.git_fed(&["add", "-p", "b.env"], b"y\nn\n").ok();
    repo.git(&["commit", "-q", "-m", "Change"]).ok();
}

#[test]
fn l2_a_kill_at_any_moment_changes_nothing() {
    let world = World::new();
    let repo = guarded(&world, "work");
    for at in 0..50 {
        repo.stage(&format!("d/{at}"), format!("{at}\n").repeat(2000));
    }
    repo.write("a", "half done\n");
    repo.write("b", "untracked\n");
    let look = || {
        let said = ["status", "diff"].map(|it| repo.git(&["--no-optional-locks", it]).out);
        let cached = repo.git(&["--no-optional-locks", "diff", "--cached", "--raw"]).out;
        (said, cached, fs::read(repo.dir.join(".git/index")).unwrap())
    };
    let before = look();
    for after in 0..12_u64 {
        let mut command = world.command(REFGATE);
        command.args(["hook", "pre-commit"]).current_dir(&repo.dir).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(after * after / 2));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(look(), before);
    }
    let ran = repo.refgate(&["hook", "pre-commit"]);
    assert_eq!((ran.code, look()), (0, before), "{}", ran.said());
}

#[test]
fn l4_without_a_policy_that_can_be_read_nothing_goes_on() {
    let world = World::new();
    let repo = guarded(&world, "work");
    let judged = |repo: &Repo<'_>| {
        let mut command = world.command(REFGATE);
        command.args(["hook", "pre-commit"]).current_dir(&repo.dir).env("RUST_BACKTRACE", "1");
        let ran = run(&mut command);
        assert!(!ran.said().contains("stack backtrace"), "{}", ran.said());
        ran
    };
    assert_eq!(judged(&repo).code, 0);
    for wrong in ["versoin = 1\n", "version = 1\n[[protect]]\nrefs = []\n", "[[protect\n", "\u{0}"]
    {
        repo.commit_file("refgate.toml", wrong, "Spoil it");
        let ran = judged(&repo);
        assert_eq!(ran.code, 2, "{wrong:?}: {}", ran.said());
        assert!(ran.stderr().contains("refgate.toml"), "{}", ran.said());
    }
    repo.git(&["rm", "-q", "refgate.toml"]).ok();
    repo.commit("Drop it");
    let ran = judged(&repo);
    assert_eq!(ran.code, 2, "{}", ran.said());
    assert!(ran.stderr().contains("hint: refgate init"), "{}", ran.said());
    // A denial is no failure, and shows no backtrace either.
    repo.commit_file("refgate.toml", SECRETS, "Guard again");
    repo.stage("b.env", leak());
    let ran = judged(&repo);
    assert_eq!(ran.code, 1, "{}", ran.said());
    found(&ran);
}

/// Runs `pre-push` as Git would.
fn pre_push(repo: &Repo<'_>, remote: &str, lines: &str) -> Ran {
    let mut command = repo.world.command(REFGATE);
    command.args(["hook", "pre-push", remote, remote]).current_dir(&repo.dir);
    feed(&mut command, lines.as_bytes())
}

#[test]
fn l5_pushes_of_every_shape_are_judged() {
    let world = World::new();
    let repo = guarded(&world, "work");
    run(world.git(&world.path("")).args(["init", "-q", "--bare", "far.git"])).ok();
    let url = world.path("far.git");
    let url = url.to_str().unwrap();
    repo.git(&["remote", "add", "origin", url]).ok();
    repo.git(&["push", "-q", "origin", "main", "main:old"]).ok();
    // Up to date: Git runs the hook and writes nothing.
    assert_eq!(pre_push(&repo, "origin", "").code, 0);
    repo.git(&["push", "-q", "origin", "main"]).ok();
    repo.git(&["push", "-q", "origin", ":old"]).ok();
    let good = repo.commit_file("b", "two\n", "Good");
    let leaked = repo.commit_file("b.env", leak(), "Leak");
    repo.git(&["push", "-q", "origin", "main~1:main"]).ok();
    found(&repo.git(&["push", "origin", "main"]));
    found(&repo.git(&["push", "origin", &format!("{leaked}:refs/heads/x")]));
    found(&repo.git(&["push", url, "main"]));
    found(&repo.git(&["push", "--dry-run", "origin", "main"]));
    repo.git(&["tag", "-a", "-m", "1", "v1"]).ok();
    found(&repo.git(&["push", "origin", "v1"]));
    // Somebody else was there first: what the remote has is not here.
    let gone = "1234567890123456789012345678901234567890";
    let line = format!("refs/heads/main {leaked} refs/heads/main {gone}\n");
    found(&pre_push(&repo, "origin", &line));
    let line = format!("refs/heads/main {good} refs/heads/main {gone}\n");
    assert_eq!(pre_push(&repo, "origin", &line).code, 0);
    for wrong in ["x\n", "refs/heads/main\n", "a b c d\n", "\n"] {
        let ran = pre_push(&repo, "origin", wrong);
        assert_eq!(ran.code, 2, "{wrong:?}: {}", ran.said());
    }
    // A thousand refs, of which one is bad.
    let zero = ZERO;
    let many: String = (0..1000).map(|it| format!("x {good} refs/heads/t/{it} {zero}\n")).collect();
    assert_eq!(pre_push(&repo, "origin", &many).code, 0);
    let one = format!("{many}x {leaked} refs/heads/bad {zero}\n");
    let ran = pre_push(&repo, "origin", &one);
    found(&ran);
    assert!(ran.stderr().contains("refs/heads/bad") && !ran.stderr().contains("refs/heads/t/7"));
}

#[test]
fn l5_a_shallow_clone_judges_what_it_has() {
    let world = World::new();
    let far = world.repo("far");
    for at in 0..5 {
        far.commit_file("a", format!("{at}\n"), "Go on");
    }
    far.git(&["config", "receive.denyCurrentBranch", "ignore"]).ok();
    let url = format!("file://{}", far.dir.display());
    run(world.git(&world.path("")).args(["clone", "-q", "--depth=2", &url, "cut"])).ok();
    let cut = Repo { world: &world, dir: world.path("cut") };
    cut.guard(SECRETS);
    cut.git(&["push", "-q", "origin", "main"]).ok();
    cut.commit_file("b.env", leak(), "Leak");
    found(&cut.git(&["push", "origin", "main"]));
}

/// Commits with an editor that writes `text` above what Git put into the file,
/// and with a setting.
fn edited(repo: &Repo<'_>, text: &[u8], setting: &[&str]) -> Ran {
    let world = repo.world;
    let text = world.write("text", text);
    let editor = world.write(
        "editor",
        format!("#!/bin/sh\ncat '{}' \"$1\" >\"$1.new\" && mv \"$1.new\" \"$1\"\n", text.display()),
    );
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    if let [name, value] = setting {
        repo.git(&["config", name, value]).ok();
    }
    let mut command = repo.command(&["commit", "--allow-empty"]);
    let ran = run(command.env("GIT_EDITOR", editor));
    if let [name, _] = setting {
        repo.git(&["config", "--unset", name]).ok();
    }
    ran
}

fn messages<'w>(world: &'w World, settings: &str) -> Repo<'w> {
    let repo = world.repo("work");
    let policy = format!("version = 1\n[[protect]]\nrefs = [\"**\"]\nmessage = {settings}\n");
    repo.guard(&policy);
    repo
}

fn commit(repo: &Repo<'_>, message: &[u8]) -> Ran {
    repo.git_fed(&["commit", "--allow-empty", "-F", "-"], message)
}

#[test]
fn l6_comments_and_differences_are_no_part_of_a_message() {
    let world = World::new();
    let repo = messages(&world, "{ style = \"conventional\", line-max = 40 }");
    assert_eq!(edited(&repo, b"feat: do a thing\n", &[]).code, 0);
    // With -v the whole difference is below the scissors, with any long line.
    repo.stage("long", "x ".repeat(200));
    let ran = edited(&repo, b"feat: do a thing\n", &["commit.verbose", "true"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let ran = edited(&repo, b"feat: do a thing\n", &["commit.cleanup", "scissors"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let ran = edited(&repo, b"feat: do\n\n; a note\n# a heading\n", &["core.commentChar", ";"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let ran = edited(&repo, b"# not: a subject\nnonsense\n", &[]);
    assert_eq!(ran.code, 1, "{}", ran.said());
    let ran = edited(&repo, b"nonsense\n", &["commit.verbose", "true"]);
    assert_eq!(ran.code, 1, "{}", ran.said());
}

#[test]
fn l6_a_number_sign_is_a_comment_only_if_somebody_edits() {
    let world = World::new();
    let repo = messages(&world, "{ pattern = '(?m)^#123' }");
    let message = "Do a thing\n\n#123 is done\n";
    repo.git(&["commit", "--allow-empty", "-m", message]).ok();
    assert!(repo.git(&["log", "-1", "--format=%B"]).ok().contains("#123"));
    let ran = edited(&repo, message.as_bytes(), &[]);
    assert_eq!(ran.code, 1, "{}", ran.said());
}

#[test]
fn l6_messages_are_read_in_their_encoding() {
    let world = World::new();
    let repo = messages(&world, "{ style = \"conventional\" }");
    let good: [&[u8]; 3] = [
        b"feat: do a thing\r\n\r\nAnd more\r\n",
        "feat: ein Ding f\u{fc}r alle\n".as_bytes(),
        "feat(\u{6f22}\u{5b57}): \u{1f469}\u{200d}\u{1f680}\n".as_bytes(),
    ];
    for message in good {
        let ran = commit(&repo, message);
        assert_eq!(ran.code, 0, "{}: {}", String::from_utf8_lossy(message), ran.said());
    }
    let bad: [&[u8]; 4] = [
        b"feat: ein Ding f\xfcr alle\n",
        "feat: \u{202e}gnihton od\n".as_bytes(),
        "\u{feff}nonsense\n".as_bytes(),
        b"nonsense\r\n",
    ];
    for message in bad {
        let ran = commit(&repo, message);
        assert_ne!(ran.code, 0, "{}: {}", String::from_utf8_lossy(message), ran.said());
        support::no_panic(&ran.said());
    }
    // In Latin-1, the first of these is text; Git says so in the commit's header.
    repo.git(&["config", "i18n.commitEncoding", "ISO-8859-1"]).ok();
    let ran = commit(&repo, b"feat: ein Ding f\xfcr alle\n");
    assert_eq!(ran.code, 0, "{}", ran.said());
    let file = world.write("message", b"feat: a\0b\n");
    let ran = repo.refgate(&["hook", "commit-msg", file.to_str().unwrap()]);
    assert_eq!(ran.code, 1, "{}", ran.said());
}

#[test]
fn l6_only_what_git_itself_makes_is_free_in_its_form() {
    let world = World::new();
    let repo = messages(&world, "{ style = \"conventional\", forbid = [\"fixup\"] }");
    for message in [
        "Revert nonsense\n",
        "v1.2.3\n",
        "Add a thing\n\nMerge branch 'x'\n",
        "Merge branch 'x'\n",
        "Merge pull request #1 from x/y\n",
    ] {
        let ran = commit(&repo, message.as_bytes());
        assert_eq!(ran.code, 1, "{message}: {}", ran.said());
    }
    commit(&repo, b"feat: one\n").ok();
    repo.stage("a", "one\n");
    commit(&repo, b"feat: two\n").ok();
    repo.git(&["revert", "--no-edit", "HEAD"]).ok();
    repo.git(&["commit", "-q", "--amend", "--no-edit"]).ok();
    repo.git(&["checkout", "-q", "-b", "side", "HEAD~1"]).ok();
    repo.stage("b", "two\n");
    commit(&repo, b"feat: three\n").ok();
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge them", "main"]).ok();
    repo.stage("c", "three\n");
    repo.git(&["commit", "-q", "--fixup=HEAD"]).ok();
}

#[test]
fn l7_a_partial_clone_fetches_nothing() {
    let world = World::new();
    let far = world.repo("far");
    far.commit_file("big", "x\n".repeat(1000), "Begin");
    far.commit_file("big", "y\n".repeat(1000), "Go on");
    far.git(&["config", "uploadpack.allowFilter", "true"]).ok();
    let url = format!("file://{}", far.dir.display());
    let mut clone = world.git(&world.path(""));
    run(clone.args(["clone", "-q", "--filter=blob:none", &url, "part"])).ok();
    let part = Repo { world: &world, dir: world.path("part") };
    fs::rename(&far.dir, world.path("away")).unwrap();
    part.guard(SECRETS);
    part.stage("b", "two\n");
    part.git(&["commit", "-q", "-m", "Add"]).ok();
    part.stage("b.env", leak());
    found(&part.git(&["commit", "-m", "Leak"]));
    // A blob that is not here is not known, and nobody goes to fetch it.
    let old = part.rev("HEAD~1^{tree}");
    let back = part.commit_tree(
        &old,
        &["HEAD~3"].map(|it| part.rev(it)).each_ref().map(String::as_str),
        "Back\n",
    );
    let line = format!("x {back} refs/heads/back {ZERO}\n");
    let mut command = world.command(REFGATE);
    command.args(["hook", "pre-push", "origin", &url]).current_dir(&part.dir);
    let ran = feed(command.env("GIT_TRACE2", world.path("trace")), line.as_bytes());
    support::no_panic(&ran.said());
    let trace = fs::read_to_string(world.path("trace")).unwrap_or_default();
    assert!(!trace.contains("fetch"), "{trace}");
}

#[test]
fn l7_names_of_any_bytes_are_told_on_one_line() {
    let world = World::new();
    let repo = guarded(&world, "work");
    let names: [&[u8]; 5] =
        [b"new\nline.env", b"-dash.env", b"\xff.env", b"a b.env", b"\x1b[31m.env"];
    for name in names {
        repo.write(std::ffi::OsStr::from_bytes(name), leak());
    }
    repo.git(&["add", "-A"]).ok();
    let ran = repo.git(&["commit", "-m", "Add"]);
    found(&ran);
    let told = ran.stderr().lines().filter(|it| it.contains("AWS access key ID")).count();
    assert_eq!(told, names.len(), "{}", ran.said());
    assert!(!ran.stderr().contains('\x1b'), "{:?}", ran.stderr());
}

#[test]
fn l8_colors_are_only_for_who_can_see_them() {
    let world = World::new();
    let repo = guarded(&world, "work");
    repo.stage("b.env", leak());
    let said = |env: &[(&str, &str)]| {
        let mut command = world.command(REFGATE);
        command.args(["hook", "pre-commit"]).current_dir(&repo.dir).envs(env.iter().copied());
        let ran = run(&mut command);
        found(&ran);
        assert!(ran.stdout().is_empty(), "{}", ran.stdout());
        ran.stderr()
    };
    let plain: [&[(&str, &str)]; 4] = [
        &[],
        &[("TERM", "xterm-256color")],
        &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")],
        &[("TERM", "dumb")],
    ];
    for env in plain {
        let said = said(env);
        assert!(!said.contains('\x1b'), "{env:?}: {said:?}");
        assert!(said.lines().all(|it| it.chars().count() <= 80), "{said}");
    }
    assert!(said(&[("CLICOLOR_FORCE", "1")]).contains('\x1b'));
}

#[test]
fn no_hook_speaks_to_a_network() {
    let world = World::new();
    let repo = guarded(&world, "work");
    repo.stage("b", "two\n");
    let tip = repo.rev("HEAD");
    let line = format!("x {tip} refs/heads/main {ZERO}\n");
    let message = world.write("message", "Say\n");
    let calls: [(&[&str], &str); 3] = [
        (&["pre-commit"], ""),
        (&["commit-msg", message.to_str().unwrap()], ""),
        (&["pre-push", "origin", "https://example.com/x.git"], &line),
    ];
    let log = world.path("calls");
    for (call, input) in calls {
        let mut command = world.command("strace");
        command.args(["-f", "-qq", "-e", "trace=%network", "-o"]).arg(&log);
        command.args([REFGATE, "hook"]).args(call).current_dir(&repo.dir);
        command.stdin(Stdio::null());
        if command.status().is_err() {
            eprintln!("skipped: there is no strace here");
            return;
        }
        let ran = feed(&mut command, input.as_bytes());
        if ran.stderr().contains("PTRACE") {
            eprintln!("skipped: strace may trace nothing here");
            return;
        }
        assert_eq!(ran.code, 0, "{call:?}: {}", ran.said());
        let calls = fs::read_to_string(&log).unwrap();
        // Between threads and processes of one machine, a pair of sockets is a pipe.
        let spoken = calls.lines().filter(|it| !it.contains("socketpair("));
        let spoken: Vec<_> =
            spoken.filter(|it| !it.contains("+++") && !it.contains("---")).collect();
        assert!(spoken.is_empty(), "{call:?}: {spoken:#?}");
    }
}

#[test]
fn l6_scissors_that_the_author_wrote_cut_nothing_off() {
    let world = World::new();
    let repo = messages(&world, "{ line-max = 60 }");
    let scissors = "# ------------------------ >8 ------------------------\n\
                    # Do not modify or remove the line above.\n";
    let message = format!("Do a thing\n\n{scissors}{}\n", "x ".repeat(80));
    let ran = commit(&repo, message.as_bytes());
    assert_eq!(ran.code, 1, "{}", ran.said());
    // Told to be verbose, Git cuts even without an editor.
    repo.git(&["config", "commit.verbose", "true"]).ok();
    let ran = commit(&repo, message.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert!(!repo.git(&["log", "-1", "--format=%B"]).ok().contains("x x"));
}

#[test]
fn l1_only_a_merge_is_told_what_it_merges() {
    let world = World::new();
    let repo = guarded(&world, "work");
    repo.git(&["checkout", "-q", "-b", "side"]).ok();
    let leaked = repo.commit_file("b.env", leak(), "Leak");
    repo.git(&["checkout", "-q", "main"]).ok();
    repo.commit_file("c", "c\n", "Go on");
    // A merge brings nothing of its own.
    repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]).ok();
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]).ok();
    repo.stage("b.env", leak());
    let name = format!("GITHEAD_{leaked}");
    found(&repo.git_with(&[(&name, "side")], &["commit", "-m", "Add"]));
    let nowhere = format!("GITHEAD_{}", "1".repeat(40));
    repo.git(&["reset", "-q", "--hard"]).ok();
    let ran = repo.git_with(&[(&nowhere, "x")], &["merge", "-q", "--no-ff", "-m", "M", "side"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
}

#[test]
fn l5_only_what_the_remote_itself_was_seen_to_have_is_known() {
    let world = World::new();
    let repo = guarded(&world, "work");
    let far = |name: &str| {
        run(world.git(&world.path("")).args(["init", "-q", "--bare", name])).ok();
        world.path(name).to_str().unwrap().to_owned()
    };
    let (near, other) = (far("near.git"), far("other.git"));
    repo.commit_file("b.env", leak(), "Leak");
    repo.git(&["remote", "add", "origin", &near]).ok();
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]).ok();
    repo.commit_file("c", "c\n", "Go on");
    // Origin has the key already, an address without a name has not.
    repo.git(&["push", "-q", "origin", "main"]).ok();
    found(&repo.git(&["push", &other, "main"]));
    // Where refs are fetched to is for the remote's refspecs to say.
    repo.git(&["config", "remote.origin.fetch", "+refs/heads/*:refs/far/*"]).ok();
    repo.git(&["update-ref", "-d", "refs/remotes/origin/main"]).ok();
    found(&repo.git(&["push", "origin", "main:x"]));
    repo.git(&["fetch", "-q", "origin"]).ok();
    repo.git(&["push", "-q", "origin", "main:x"]).ok();
    // A mirror's refs are not the remote's alone.
    repo.git(&["remote", "add", "copy", &other]).ok();
    repo.git(&["config", "remote.copy.fetch", "+refs/*:refs/*"]).ok();
    found(&repo.git(&["push", "copy", "main"]));
}

#[test]
fn l4_what_git_is_told_for_one_command_holds() {
    let world = World::new();
    let repo = world.repo("work");
    repo.guard("version = 1\n[[protect]]\nrefs = [\"**\"]\nlinear = true\n");
    let strict = world.write(
        "strict.toml",
        "version = 1\n[[protect]]\nrefs = [\"**\"]\nauthor = { email = [\"*@corp.example\"] }\n",
    );
    let strict = strict.to_str().unwrap();
    let policy = format!("refgate.policy={strict}");
    let commit = ["commit", "-q", "--allow-empty", "-m", "Do a thing"];
    let with = |settings: &[&str]| {
        let all: Vec<_> = settings.iter().flat_map(|it| ["-c", it]).chain(commit).collect();
        repo.git(&all)
    };
    let ran = with(&[&policy]);
    assert!(ran.code != 0 && ran.said().contains("ana@example.com"), "{}", ran.said());
    let ran = with(&[&policy, "user.email=ana@corp.example"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    // What is set in variables, and in a file of one's own.
    repo.git(&["config", "refgate.policy", strict]).ok();
    let count = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "user.email"),
        ("GIT_CONFIG_VALUE_0", "ana@corp.example"),
    ];
    assert_eq!(repo.git(&commit).code, 1);
    let ran = repo.git_with(&count, &commit);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let global = world.write("other", "[user]\n\tname = Ana\n\temail = ana@corp.example\n");
    let ran = repo.git_with(&[("GIT_CONFIG_GLOBAL", global.to_str().unwrap())], &commit);
    assert_eq!(ran.code, 0, "{}", ran.said());
}

#[test]
fn l4_a_policy_that_cannot_be_read_is_not_committed() {
    let world = World::new();
    let repo = guarded(&world, "work");
    repo.stage("refgate.toml", "version = 1\nnonsense = 3\n");
    let ran = repo.git(&["commit", "-q", "-m", "Break it"]);
    assert!(ran.code != 0 && ran.said().contains("nonsense"), "{}", ran.said());
    repo.stage("refgate.toml", format!("{SECRETS}linear = true\n"));
    assert_eq!(repo.git(&["commit", "-q", "-m", "Ask for more"]).code, 0);
}

#[test]
fn l4_a_branch_without_a_policy_is_judged_by_the_default_one() {
    let world = World::new();
    let repo = guarded(&world, "work");
    repo.git(&["checkout", "-q", "--orphan", "pages"]).ok();
    repo.git(&["rm", "-q", "-r", "-f", "."]).ok();
    repo.stage("index.html", "<p>honest</p>\n");
    assert_eq!(repo.git(&["commit", "-q", "-m", "Begin pages"]).code, 0);
    repo.stage("key.env", leak());
    let ran = repo.git(&["commit", "-q", "-m", "Leak"]);
    found(&ran);
    assert!(ran.said().contains("judged by refgate.toml of refs/heads/main"), "{}", ran.said());
}

#[test]
fn l4_who_asks_by_hand_gets_a_verdict_whatever_the_stages() {
    let world = World::new();
    let repo = world.repo("work");
    repo.guard(&SECRETS.replace("version = 1\n", "version = 1\nstages = [\"pre-receive\"]\n"));
    repo.stage("key.env", leak());
    assert_eq!(repo.git(&["commit", "-q", "-m", "Leak"]).code, 0, "no hook is asked for");
    let check = |args: &[&str]| {
        let mut command = world.command(REFGATE);
        run(command.arg("check").args(args).current_dir(&repo.dir))
    };
    for args in [&["--range", "HEAD~1..HEAD"][..], &["--all"]] {
        let ran = check(args);
        assert_eq!(ran.code, 1, "{args:?}: {}", ran.said());
    }
}
