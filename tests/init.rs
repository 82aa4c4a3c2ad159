//! A first policy that fits the repository it was made for.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::fs;

use support::{Repo, World};

/// A token of no provider's account, in a form that providers publish.
fn token() -> String {
    format!("{}{}", "AKIA", "Z7QXW3RB5TN2KJ4M")
}

fn policy(repo: &Repo<'_>) -> String {
    fs::read_to_string(repo.dir.join("refgate.toml")).unwrap()
}

/// Takes it for granted that the policy has no problem.
fn valid(repo: &Repo<'_>) {
    let text = policy(repo);
    let read = refgate::policy::parse("refgate.toml", &text, &mut |_| Err("no".into()));
    assert!(read.is_ok(), "{}\n{text}", read.err().unwrap());
}

#[test]
fn a_policy_is_written_that_holds_at_once_and_never_over_another() {
    let world = World::new();
    let repo = world.repo("new");
    let printed = repo.refgate(&["init", "--stdout"]).ok();
    assert!(!repo.dir.join("refgate.toml").exists());
    let said = repo.refgate(&["init"]).ok();
    assert!(said.contains("Wrote refgate.toml"), "{said}");
    let text = policy(&repo);
    assert_eq!(text.trim_end(), printed.trim_end());
    assert!(text.contains("refs = [\"main\"]"), "{text}");
    valid(&repo);
    repo.refgate(&["check", "--all"]).ok();
    let again = repo.refgate(&["init"]);
    assert_eq!(again.code, 2, "{}", again.said());
    assert!(again.stderr().contains("refgate.toml is there already; it was not changed"));
    assert!(again.stderr().contains("hint: refgate init --stdout"), "{}", again.said());
    assert_eq!(policy(&repo), text);
    assert_eq!(repo.git(&["status", "--porcelain"]).ok(), "?? refgate.toml");
}

#[test]
fn what_a_repository_shows_is_in_its_policy() {
    let world = World::new();
    let repo = world.repo_with("full", &["-b", "trunk"]);
    repo.stage(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    repo.stage(".github/CODEOWNERS", "* @acme/all\n");
    for number in 0..12 {
        repo.commit(&format!("feat(pay): take {number}"));
    }
    repo.git(&["branch", "release/1"]).ok();
    repo.git(&["remote", "add", "origin", "git@github.com:acme/pay.git"]).ok();
    repo.git(&["tag", "v1.0.0"]).ok();
    repo.git(&["tag", "v1.1.0"]).ok();
    let said = repo.refgate(&["init"]).ok();
    for what in
        ["2 branches", "GitHub acme/pay", "Git LFS", ".github/CODEOWNERS", "12 of 12 messages"]
    {
        assert!(said.contains(what), "{what}: {said}");
    }
    let text = policy(&repo);
    for what in
        ["refs = [\"trunk\", \"release/**\"]", "refs/tags/v*", "# pull-request", "lfs = \"ok\""]
    {
        assert!(text.contains(what), "{what}: {text}");
    }
    valid(&repo);
}

#[test]
fn what_is_there_already_is_exempt_for_a_while_and_told() {
    let world = World::new();
    let repo = world.repo("held");
    repo.stage("big [1].bin", vec![b'x'; 6 << 20]);
    repo.stage("deploy.sh", format!("key={}\n", token()));
    repo.commit("Start");
    let said = repo.refgate(&["init"]).ok();
    assert!(said.contains("1 files that are here and that `file-size` would deny"), "{said}");
    assert!(said.contains("1 files that are here and that `secrets` would deny"), "{said}");
    assert!(said.contains("1 commits, 1 would be denied") || said.contains("file-size"), "{said}");
    assert!(!said.contains(&token()) && !policy(&repo).contains(&token()));
    repo.refgate(&["check", "--all"]).ok();
    valid(&repo);
    repo.stage("other.sh", format!("key={}\n", token()));
    assert_eq!(repo.refgate(&["check"]).code, 1);
}

#[test]
fn a_template_is_stood_on_and_git_flow_is_seen() {
    let world = World::new();
    for name in ["baseline", "trunk", "git-flow", "regulated"] {
        let repo = world.repo(&format!("as-{name}"));
        repo.commit_file("a", "a\n", "Start");
        repo.refgate(&["init", "--yes", "--template", name]).ok();
        assert!(policy(&repo).contains(&format!("extends = [\"preset:{name}\"]")));
        valid(&repo);
        repo.refgate(&["check", "--all"]).ok();
    }
    let repo = world.repo("flow");
    repo.commit("Start");
    repo.git(&["branch", "develop"]).ok();
    repo.refgate(&["init"]).ok();
    let text = policy(&repo);
    assert!(text.contains("preset:git-flow") && text.contains("[\"main\", \"develop\"]"), "{text}");
    let repo = world.repo("monitor");
    repo.refgate(&["init", "--monitor"]).ok();
    let text = policy(&repo);
    assert_eq!(text.matches("[[protect]]").count(), text.matches("mode = \"warn\"").count());
}

#[test]
fn the_first_five_minutes() {
    let world = World::new();
    let repo = world.repo("first");
    repo.commit_file("a", "a\n", "Start");
    repo.refgate(&["init"]).ok();
    repo.git(&["add", "refgate.toml"]).ok();
    repo.commit("Guard this repository");
    repo.refgate(&["install"]).ok();
    repo.refgate(&["doctor"]).ok();
    repo.stage("deploy.sh", format!("key={}\n", token()));
    let ran = repo.git(&["commit", "-m", "Deploy"]);
    assert_ne!(ran.code, 0);
    assert!(
        ran.stderr().contains("secrets (") && ran.stderr().contains("hint: "),
        "{}",
        ran.said()
    );
    assert!(repo.dir.join(".git/refgate/last.json").exists());
    repo.refgate(&["uninstall"]).ok();
    assert!(!repo.dir.join(".git/refgate").exists());
    assert!(!repo.dir.join(".git/hooks/pre-commit").exists());
    // Without hooks it gets as far as the server.
    repo.commit("Deploy");
    let server = world.repo_with("s.git", &["--bare"]);
    server.refgate(&["install", "--server", "--seal"]).ok();
    server.refgate(&["doctor", "--server"]).ok();
    let url = server.dir.to_str().unwrap();
    repo.git(&["push", "--no-verify", url, "main~1:refs/heads/main"]).ok();
    let ran = repo.git(&["push", "--no-verify", url, "main"]);
    assert_ne!(ran.code, 0);
    assert!(ran.stderr().contains("remote: error: refs/heads/main: denied"), "{}", ran.said());
    assert!(ran.stderr().contains("secrets (refgate.toml:"), "{}", ran.said());
    assert_eq!(server.rev("main"), repo.rev("main~1"));
}
