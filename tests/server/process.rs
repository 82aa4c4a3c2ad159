//! E: processes, the environment, and where the policy comes from.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::support::http::Http;
use super::support::raw::{Pack, RawPush};
use super::support::ssh::Ssh;
use super::support::{Pushed, REFGATE, Ran, Repo, Server, World, ZERO, feed, run};
use super::{BAD, POLICY, SEEN, stage};

/// Only `bo` may move main.
const BO: &str = "version = 1\n[[protect]]\nrefs = [\"main\"]\nupdate = [\"bo\"]\n";

/// Runs the hook by itself, as receive-pack would.
fn hook(server: &Server<'_>, env: &[(&str, &str)], input: &[u8]) -> Ran {
    let mut command = server.repo.world.command(REFGATE);
    command.args(["hook", "pre-receive"]).current_dir(&server.repo.dir).env("GIT_DIR", ".");
    feed(command.envs(env.iter().copied()), input)
}

/// A line that asks main to go from where it is to the server's object `new`.
fn line(server: &Server<'_>, new: &str) -> Vec<u8> {
    format!("{} {new} refs/heads/main\n", server.tip("main").unwrap()).into_bytes()
}

/// Every path below `dir`, and how long it is.
fn tree(dir: &Path) -> BTreeSet<(PathBuf, u64)> {
    let mut all = BTreeSet::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let known = fs::symlink_metadata(&path).unwrap();
            if known.is_dir() {
                dirs.push(path.clone());
            }
            all.insert((path, if known.is_dir() { 0 } else { known.len() }));
        }
    }
    all
}

#[test]
fn e01_a_push_that_changes_the_policy_is_judged_by_the_old_one() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    server.repo.git(&["config", "refgate.policy", "refs/heads/main:refgate.toml"]).ok();
    work.commit_file("refgate.toml", POLICY, "Guard this repository");
    server.unguarded(|| work.push(&server, &["main"]).accepted().code);
    work.stage("refgate.toml", "version = 1\n[[protect]]\nrefs = [\"x\"]\nlinear = true\n");
    work.commit_file("b", BAD, "Allow everything, and use it");
    work.push(&server, &["main"]).refused(SEEN);
    // The branch that the push brings is not where the policy is read either.
    work.push(&server, &["main:refs/heads/refgate"]).refused(SEEN);
    // On its own, the old policy allows the change; then the new one holds.
    work.git(&["rm", "-q", "--cached", "b"]).ok();
    work.git(&["commit", "-q", "--amend", "-m", "Allow everything"]).ok();
    work.push(&server, &["main"]).accepted();
    work.commit_file("b", BAD, "Use it");
    work.push(&server, &["main"]).accepted();
}

#[test]
fn e01_before_there_is_a_policy_the_floor_holds() {
    let world = World::new();
    let server = world.server("");
    server.repo.git(&["config", "refgate.policy", "refs/heads/main"]).ok();
    let work = world.repo("work");
    work.commit_file("refgate.toml", POLICY, "Guard this repository");
    work.push(&server, &["main"]).accepted();
    work.commit_file("b", BAD, "Deceive");
    work.push(&server, &["main"]).refused(SEEN);
}

#[test]
fn e02_without_a_policy_that_can_be_read_nothing_is_pushed() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.commit_file("b", "two\n", "Go on");
    let wrong = [
        ("version = 2\n", "version 1, not 2"),
        ("version = 1\nprotct = 1\n", "did you mean `protect`?"),
        ("version = 1\n[[protect]]\nrefs = [\"main\"]\nlinear = 7\n", "server.git.toml:4"),
        ("\u{0}", "server.git.toml:1"),
        ("version = 1\nextends = [\"missing.toml\"]\n", "cannot extend `missing.toml`"),
    ];
    for (policy, said) in wrong {
        server.govern(policy);
        work.push(&server, &["main"]).refused(said);
    }
    fs::write(&server.policy, b"version = 1 # \xff\n").unwrap();
    work.push(&server, &["main"]).refused("cannot be read");
    fs::remove_file(&server.policy).unwrap();
    work.push(&server, &["main"]).refused("cannot be read");
    server.repo.git(&["config", "--unset", "refgate.policy"]).ok();
    work.push(&server, &["main"]).refused("has no policy").says("git config refgate.policy");
    server.repo.git(&["config", "refgate.policy", "refs/heads/main"]).ok();
    work.push(&server, &["main"]).refused("holds no refgate.toml");
}

#[test]
fn e03_what_takes_too_long_is_refused() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    for at in 0..20 {
        work.commit_file("b", format!("{at}\n"), "Go on");
    }
    server.repo.git(&["config", "refgate.deadline", "0.000001"]).ok();
    work.push(&server, &["main"]).refused("refs/heads/main: denied");
    server.repo.git(&["config", "refgate.deadline", "soon"]).ok();
    work.push(&server, &["main"]).refused("refgate.deadline");
    server.repo.git(&["config", "refgate.deadline", "60"]).ok();
    work.push(&server, &["main"]).accepted();
}

#[test]
fn e04_nowhere_to_speak_to_is_no_leave_to_pass() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.commit_file("b", BAD, "Deceive");
    for line in [">&- 2>&-", ">/dev/full 2>/dev/full", "2>&1 | true; exit 1", "<&-"] {
        server.hook("pre-receive", &format!("'{REFGATE}' hook pre-receive {line}"));
        let pushed = work.push(&server, &["main"]);
        assert_ne!(pushed.code, 0, "{line}: {}", pushed.said);
    }
    // Half of what Git would say is not half a push.
    server.hook("pre-receive", &format!("head -c 60 | '{REFGATE}' hook pre-receive"));
    work.push(&server, &["main"]).refused("malformed input");
    assert_eq!(server.refs().lines().count(), 1);
}

#[test]
fn e05_only_refs_are_read_from_the_input() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let main = work.rev("main");
    // Git always names a ref: who finds none comes after somebody who read them.
    let empty = hook(&server, &[], b"");
    assert!(empty.code != 0 && empty.stderr().contains("no refs"), "{}", empty.said());
    let good = format!("{main} {main} refs/heads/main\n");
    assert_eq!(hook(&server, &[], good.as_bytes()).code, 0);
    let bad = [
        "\n".to_owned(),
        good.trim_end().to_owned(),
        format!("{good}garbage\n"),
        format!("{good}\n"),
        format!("{good}\0"),
        format!("{main} refs/heads/main\n"),
        format!("{} {main} refs/heads/main\n", &main[1..]),
        format!("{} {main} refs/heads/main\n", "g".repeat(40)),
        format!("{main}  {main} refs/heads/main\n"),
        format!("{main} {main} \n"),
        format!("{main} {main} refs/heads/main\r\n"),
        "\u{feff}".to_owned() + &good,
    ];
    for input in bad {
        let ran = hook(&server, &[], input.as_bytes());
        assert_ne!(ran.code, 0, "{input:?}");
        assert!(ran.stderr().contains("malformed input"), "{input:?}: {}", ran.said());
    }
}

#[test]
fn e06_the_environment_names_neither_policy_nor_programs() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.commit_file("b", BAD, "Deceive");
    let lax = world.write("lax.toml", "version = 1\n[[protect]]\nrefs = [\"x\"]\nlinear = true\n");
    let lax = lax.to_str().unwrap();
    let global = world.write("lax.gitconfig", format!("[refgate]\n\tpolicy = {lax}\n"));
    world.write(".gitconfig", format!("[refgate]\n\tpolicy = {lax}\n"));
    let home = world.path("");
    let parameters = format!("'refgate.policy'='{lax}'");
    let hostile: [&[(&str, &str)]; 8] = [
        &[("REFGATE_POLICY", lax)],
        &[("REFGATE", "0")],
        &[("REFGATE_SKIP", "text")],
        &[("REFGATE_NOW", "1")],
        &[("GIT_CONFIG_GLOBAL", global.to_str().unwrap())],
        &[("HOME", home.to_str().unwrap()), ("GIT_CONFIG_GLOBAL", "")],
        &[("GIT_CONFIG_PARAMETERS", &parameters)],
        &[
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "refgate.policy"),
            ("GIT_CONFIG_VALUE_0", lax),
        ],
    ];
    for env in hostile {
        work.push_with(env, &server, &["main"]).refused(SEEN);
    }
    // What Git would take out of the environment of a push is not heeded either.
    // The server has the objects, and no ref that would vouch for them.
    server.unguarded(|| work.push(&server, &["main:refs/heads/x"]).accepted().code);
    server.repo.git(&["update-ref", "-d", "refs/heads/x"]).ok();
    let line = line(&server, &work.rev("main"));
    for env in hostile {
        let ran = hook(&server, env, &line);
        assert_eq!(ran.code, 1, "{env:?}: {}", ran.said());
    }
    // Nor is a program that calls itself Git.
    let evil =
        world.write("evil/git", format!("#!/bin/sh\ntouch {}\n", world.path("ran").display()));
    fs::set_permissions(&evil, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let ran = hook(&server, &[("PATH", evil.parent().unwrap().to_str().unwrap())], &line);
    assert_eq!(ran.code, 1, "{}", ran.said());
    assert!(!world.path("ran").exists());
}

#[test]
fn e07_secrets_of_the_environment_are_not_shown() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.commit_file("b", BAD, "Deceive");
    let env = [("HTTP_AUTHORIZATION", "hush"), ("API_TOKEN", "hush"), ("SSH_AUTH_SOCK", "hush")];
    let pushed = work.push_with(&env, &server, &["main"]);
    pushed.refused(SEEN);
    assert!(!pushed.said.contains("hush"), "{}", pushed.said);
}

#[test]
fn e08_what_comes_from_outside_is_escaped_and_bounded() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let blob = work.blob(BAD);
    let names: [&[u8]; 6] = [
        b"\x1b[2J\x1b]0;owned\x07",
        b"a\rb",
        "c\u{202e}d".as_bytes(),
        b"e\nf",
        b"\xff\xfe",
        b"g\x9b",
    ];
    let mut entries: Vec<_> = names.iter().map(|it| ("100644", *it, blob.as_str())).collect();
    entries.sort_by_key(|it| it.1);
    let commit = work.commit_tree(&work.tree(&entries), &[&work.rev("main")], "\x1b[31mred\n");
    let raw = RawPush::new(&work, &server).command("0", &commit, "refs/heads/caf\u{e9}\u{202e}");
    let answer = raw.send();
    answer.refused(SEEN);
    let plain = |it: char| it == '\n' || (!it.is_control() && it != '\u{202e}' && it != '\u{9b}');
    assert!(answer.said.chars().all(plain), "{:?}", answer.said);
    assert!(answer.said.lines().all(|it| it.chars().count() <= 72), "{}", answer.said);
    // However much there is to say.
    let blob = work.blob(BAD.repeat(300));
    let many: Vec<_> = (0..3000).map(|it| format!("{it:04}{}", "x".repeat(200))).collect();
    let entries: Vec<_> = many.iter().map(|it| ("100644", it.as_bytes(), blob.as_str())).collect();
    let commit = work.commit_tree(&work.tree(&entries), &[&work.rev("main")], "Many\n");
    let raw = RawPush::new(&work, &server).command("0", &commit, "refs/heads/many").send();
    raw.refused(SEEN);
    assert!(raw.said.len() <= 32 * 1024, "{}", raw.said.len());
    // GitLab shows only lines that say so.
    server.repo.git(&["config", "refgate.host", "gitlab"]).ok();
    let raw = RawPush::new(&work, &server).command("0", &commit, "refs/heads/many").send();
    assert!(raw.said.lines().all(|it| it.starts_with("GL-HOOK-ERR: ")), "{}", raw.said);
}

#[test]
fn e11_a_dry_run_of_the_host_gets_the_same_verdict() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    server.repo.git(&["config", "refgate.host", "bitbucket"]).ok();
    work.commit_file("b", BAD, "Deceive");
    for dry in ["true", "false"] {
        work.push_with(&[("BB_IS_DRY_RUN", dry)], &server, &["main"]).refused(SEEN);
    }
}

#[test]
fn e12_a_merge_by_the_host_is_a_pull_request_and_a_push_is_not() {
    let world = World::new();
    let policy = "version = 1\n[[protect]]\nrefs = [\"main\"]\npull-request = \"required\"\n";
    let (server, work) = stage(&world, policy);
    server.repo.git(&["config", "refgate.host", "gitea"]).ok();
    work.commit_file("b", "two\n", "Go on");
    let merge = [("GITEA_PR_ID", "7"), ("GITEA_PUSH_TRIGGER", "pr-merge-to-base")];
    let pushes: [&[(&str, &str)]; 3] = [
        &[],
        &[("GITEA_PR_ID", "0"), ("GITEA_PUSH_TRIGGER", "pr-merge-to-base")],
        &[("GITEA_PR_ID", "7"), ("GITEA_PUSH_TRIGGER", "pr-update-with-base")],
    ];
    for push in pushes {
        work.push_with(push, &server, &["main"]).refused("open a pull request");
    }
    work.push_with(&merge, &server, &["main"]).accepted();
    // Without a host that the administrator has named, nobody is believed.
    server.repo.git(&["config", "--unset", "refgate.host"]).ok();
    work.commit_file("c", "three\n", "Go on");
    work.push_with(&merge, &server, &["main"]).refused("open a pull request");
}

#[test]
fn e13_who_pushes_is_believed_only_from_the_host_that_is_named() {
    let world = World::new();
    let (server, work) = stage(&world, BO);
    work.commit_file("b", "two\n", "Go on");
    let bo = [("GL_USERNAME", "bo"), ("REFGATE_ACTOR", "bo"), ("REMOTE_USER", "bo")];
    work.push_with(&bo, &server, &["main"]).refused("the pusher");
    server.repo.git(&["config", "refgate.host", "gitlab"]).ok();
    work.push_with(&[("GL_USERNAME", "eve")], &server, &["main"]).refused("refs/heads/main");
    work.push_with(&[("REFGATE_ACTOR", "bo")], &server, &["main"]).refused("the pusher");
    server.repo.git(&["config", "refgate.host", "nowhere"]).ok();
    work.push_with(&bo, &server, &["main"]).refused("refgate.host");
    server.repo.git(&["config", "refgate.host", "gitlab"]).ok();
    work.push_with(&bo, &server, &["main"]).accepted();
}

#[test]
fn e13_over_ssh_the_forced_command_says_who_pushes() {
    let world = World::new();
    let (server, work) = stage(&world, BO);
    server.repo.git(&["config", "refgate.host", "ssh"]).ok();
    let Some(ssh) = Ssh::new(&world, &["bo", "eve"]) else { return };
    work.commit_file("b", "two\n", "Go on");
    ssh.push("eve", &work, &server, &["main"]).refused("@eve");
    ssh.push("bo", &work, &server, &["main"]).accepted();
    assert_eq!(server.tip("main"), Some(work.rev("main")));
}

#[test]
fn e13_over_http_the_web_server_says_who_pushes() {
    let world = World::new();
    let (server, work) = stage(&world, BO);
    server.repo.git(&["config", "refgate.host", "http-backend"]).ok();
    let http = Http::new(&world, &[("bo", "one"), ("eve", "two")]);
    work.commit_file("b", "two\n", "Go on");
    let push = |login, password| {
        let url = http.url(login, password, "server.git");
        Pushed::from(run(work.command(&["push", "--no-verify"]).args([&url, "main"])))
    };
    push("eve", "two").refused("@eve");
    push("bo", "one").accepted();
}

#[test]
fn e16_nothing_is_left_behind() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    work.commit_file("b", BAD, "Deceive");
    let before = tree(&server.repo.dir);
    work.push(&server, &["main"]).refused(SEEN);
    assert_eq!(tree(&server.repo.dir), before);
    // What passes brings what it sends, and nothing more.
    work.git(&["reset", "-q", "--hard", "HEAD~1"]).ok();
    work.commit_file("b", "two\n", "Go on");
    work.push(&server, &["main"]).accepted();
    let objects =
        |it: &&(PathBuf, u64)| it.0.is_file() && it.0.starts_with(server.repo.dir.join("objects"));
    let after = tree(&server.repo.dir);
    assert_eq!(after.iter().filter(objects).count(), before.iter().filter(objects).count() + 3);
}

#[test]
fn e17_a_killed_run_does_not_stop_the_next() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let before = tree(&server.repo.dir);
    let mut command = world.command(REFGATE);
    command.args(["hook", "pre-receive"]).current_dir(&server.repo.dir).env("GIT_DIR", ".");
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    // Killed while it waits for Git, too.
    server.hook(
        "pre-receive",
        &format!("sleep 0.5 | '{REFGATE}' hook pre-receive & sleep 0.1; kill -9 $!; wait $!"),
    );
    work.commit_file("b", "two\n", "Go on");
    let pushed = work.push(&server, &["main"]);
    assert_ne!(pushed.code, 0, "{}", pushed.said);
    server.hook("pre-receive", &format!("exec '{REFGATE}' hook pre-receive"));
    let names =
        |tree: BTreeSet<(PathBuf, u64)>| tree.into_iter().map(|it| it.0).collect::<BTreeSet<_>>();
    assert_eq!(names(tree(&server.repo.dir)), names(before));
    work.push(&server, &["main"]).accepted();
}

#[test]
fn a_client_that_sends_no_report_status_is_judged_all_the_same() {
    let world = World::new();
    let (server, work): (Server<'_>, Repo<'_>) = stage(&world, POLICY);
    let main = server.tip("main");
    let bad = work.commit_file("b", BAD, "Deceive");
    let raw = || RawPush::new(&work, &server).capabilities("delete-refs");
    raw().command(main.as_ref().unwrap(), &bad, "refs/heads/main").send().says(SEEN);
    raw().command(ZERO, &bad, "refs/heads/x").pack(Pack::Whole).send().says(SEEN);
    assert_eq!((server.tip("main"), server.tip("x")), (main, None));
}

#[test]
fn e01_the_ref_that_holds_the_policy_keeps_one() {
    let world = World::new();
    let server = world.server("");
    server.repo.git(&["config", "refgate.policy", "refs/heads/main"]).ok();
    let work = world.repo("work");
    work.commit_file("a", "one\n", "Begin");
    // Until there is a policy, a push has to bring it.
    work.push(&server, &["main:refs/heads/x"]).refused("does not exist yet");
    work.push(&server, &["main"]).refused("holds no refgate.toml");
    work.commit_file("refgate.toml", POLICY, "Guard this repository");
    work.push(&server, &["main"]).accepted();
    work.push(&server, &["main:refs/heads/x"]).accepted();
    work.push(&server, &["--delete", "main"]).refused("");
    work.commit_file("refgate.toml", "version = 1\nnonsense = 3\n", "Break it");
    work.push(&server, &["main"]).refused("there is no key `nonsense`");
    work.git(&["rm", "-q", "refgate.toml"]).ok();
    work.git(&["commit", "-q", "-m", "Drop it"]).ok();
    work.push(&server, &["main"]).refused("holds no refgate.toml");
    // Someone at the server may delete it all the same; then nothing is let in.
    server.repo.git(&["update-ref", "-d", "refs/heads/main"]).ok();
    work.push(&server, &["main"]).refused("is gone");
}

#[test]
fn e17_housekeeping_goes_on_under_the_seal() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let line = format!("exec '{REFGATE}' hook reference-transaction \"$@\"");
    server.hook("reference-transaction", &line);
    work.commit_file("b", "two\n", "Go on");
    work.push(&server, &["main"]).accepted();
    server.repo.git(&["pack-refs", "--all"]).ok();
    server.repo.git(&["gc", "-q"]).ok();
    server.repo.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]).ok();
    assert!(server.repo.git(&["update-ref", "-d", "refs/heads/main"]).code != 0, "sealed");
    let (main, before) = (work.rev("main"), work.rev("main~1"));
    assert!(server.repo.git(&["update-ref", "-d", "refs/heads/main", &main]).code != 0, "sealed");
    assert!(server.repo.git(&["update-ref", "refs/heads/main", &before]).code != 0, "sealed");
    assert_eq!(server.tip("main"), Some(work.rev("main")));
}

#[test]
fn whose_the_repository_is_has_been_seen_to_by_git() {
    let world = World::new();
    let (server, work) = stage(&world, POLICY);
    let owner = ["-R", "12345", server.repo.dir.to_str().unwrap()];
    if run(world.command("chown").args(owner)).code != 0 {
        eprintln!("skipped: only root can give a repository away");
        return;
    }
    work.git(&["config", "--global", "safe.directory", "*"]).ok();
    work.commit_file("b", "two\n", "Go on");
    work.push(&server, &["main"]).accepted();
    work.commit_file("b", BAD, "Deceive");
    work.push(&server, &["main"]).refused(SEEN);
}

#[test]
fn where_the_repository_is_is_told_to_nobody() {
    let world = World::new();
    let (server, _) = stage(&world, POLICY);
    let top = world.path("");
    let run_at = |git_dir: &str| {
        let mut command = world.command(REFGATE);
        command.args(["hook", "pre-receive"]).current_dir(&server.repo.dir);
        feed(command.env("GIT_DIR", git_dir), b"")
    };
    let nowhere = world.path("no where.git");
    let head = server.repo.dir.join("HEAD");
    let mut all = vec![run_at(nowhere.to_str().unwrap())];
    fs::write(&head, "nonsense").unwrap();
    all.push(run_at("."));
    fs::write(&head, "ref: refs/heads/main\n").unwrap();
    fs::rename(server.repo.dir.join("objects"), world.path("objects")).unwrap();
    all.push(run_at("."));
    all.push(run_at(server.repo.dir.to_str().unwrap()));
    for ran in all {
        assert_eq!(ran.code, 2, "{}", ran.said());
        let told = ran.stderr().contains(top.to_str().unwrap().trim_end_matches('/'));
        assert!(!told, "{}", ran.said());
    }
}
