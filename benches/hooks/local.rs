//! What a developer waits for: the pre-commit hook with one staged file.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::contest::{Contestant, contest};
use crate::sandbox::{Sandbox, must, script};
use crate::table::Contest;

/// The same demand in each tool's words. Refgate's is its whole baseline; the
/// others look for private keys, and prek also for large files and conflicts.
const REFGATE: &str = "version = 1\nextends = [\"preset:baseline\"]\n";
const PRE_COMMIT: &str = "\
repos:
  - repo: local
    hooks:
      - id: keys
        name: keys
        language: pygrep
        entry: 'BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}'
        types: [text]
";
const PREK: &str = "\
[[repos]]
repo = \"builtin\"
hooks = [
    { id = \"detect-private-key\" },
    { id = \"check-added-large-files\" },
    { id = \"check-merge-conflict\" },
]
";
const LEFTHOOK: &str = "\
pre-commit:
  commands:
    keys:
      run: \"! grep -nE 'BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}' {staged_files}\"
";

/// Everyone's pre-commit hook in a repository of `files` files.
pub(crate) fn pre_commit(sandbox: &Sandbox, files: usize, rounds: usize) -> Contest {
    let repository = repository(sandbox, files);
    let mut contestants = vec![version(sandbox, &repository)];
    for (name, hooks) in hooks(sandbox, &repository) {
        contestants.push(hook(sandbox, &repository, name, &hooks));
    }
    if sandbox.has("gitleaks") {
        let repository = repository.clone();
        let words = ["git", "--staged", "--no-banner", "--exit-code", "1"];
        contestants.push(Contestant {
            name: "gitleaks git --staged".to_owned(),
            prepare: Box::new(|| {}),
            command: Box::new(move || {
                let mut command = sandbox.command("gitleaks", &repository);
                command.args(words);
                command
            }),
        });
    }
    let title = format!("{files} files");
    contest(title, rounds, &contestants)
}

/// A repository of `files` files and one more, staged.
fn repository(sandbox: &Sandbox, files: usize) -> PathBuf {
    let dir = sandbox.path(&format!("local-{files}"));
    fs::create_dir(&dir).unwrap();
    sandbox.git(&dir, &["init", "--quiet"]);
    let mut stream = String::from(
        "commit refs/heads/main\ncommitter Ana <ana@acme.example> 1790000000 +0000\n\
         data 8\nadd all\n\n",
    );
    for at in 0..files {
        let text = format!("pub const N{at}: usize = {at};\n");
        let path = format!("part{}/step{}/file{at}.rs", at / 1000, at / 100 % 10);
        let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
    }
    let configs = [
        ("refgate.toml", REFGATE),
        (".pre-commit-config.yaml", PRE_COMMIT),
        ("prek.toml", PREK),
        ("lefthook.yml", LEFTHOOK),
    ];
    for (path, text) in configs {
        let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
    }
    sandbox.feed(&dir, &["fast-import", "--quiet"], &stream);
    sandbox.git(&dir, &["reset", "--quiet", "--hard", "main"]);
    fs::write(dir.join("staged.rs"), "pub fn staged() -> usize {\n    7\n}\n".repeat(20)).unwrap();
    sandbox.git(&dir, &["add", "staged.rs"]);
    dir
}

/// Each tool's own hook, as its own installer writes it, in a directory of its
/// own beside the repository.
fn hooks(sandbox: &Sandbox, repository: &Path) -> Vec<(&'static str, PathBuf)> {
    let mut hooks = Vec::new();
    let empty = repository.with_extension("empty");
    script(&empty.join("pre-commit"), "#!/bin/sh\nexit 0\n");
    hooks.push(("empty sh hook", empty));

    let refgate = sandbox.refgate.to_str().unwrap();
    hooks.push(("refgate", installed(sandbox, repository, "refgate", &[refgate, "install"])));
    if sandbox.has("prek") {
        let words = ["prek", "install"];
        hooks.push(("prek, built-in hooks", installed(sandbox, repository, "prek", &words)));
        let words = ["prek", "install", "--config", ".pre-commit-config.yaml"];
        hooks.push(("prek, pygrep hook", installed(sandbox, repository, "pygrep", &words)));
    }
    if sandbox.has("lefthook") {
        let words = ["lefthook", "install"];
        hooks.push(("lefthook", installed(sandbox, repository, "lefthook", &words)));
    }
    if sandbox.has("pre-commit") {
        let words = ["pre-commit", "install"];
        hooks.push(("pre-commit", installed(sandbox, repository, "pre-commit", &words)));
    }
    hooks
}

fn installed(sandbox: &Sandbox, repository: &Path, name: &str, words: &[&str]) -> PathBuf {
    let slot = repository.join(".git/hooks");
    let _ = fs::remove_dir_all(&slot);
    must(sandbox.command(words[0], repository).args(&words[1..]));
    let kept = repository.with_extension(name);
    fs::rename(&slot, &kept).unwrap();
    kept
}

fn hook<'s>(sandbox: &'s Sandbox, repository: &Path, name: &str, hooks: &Path) -> Contestant<'s> {
    let (repository, hooks) =
        (repository.to_owned(), format!("core.hooksPath={}", hooks.display()));
    Contestant {
        name: name.to_owned(),
        prepare: Box::new(|| {}),
        command: Box::new(move || {
            let mut command = sandbox.command("git", &repository);
            command.args(["-c", &hooks, "hook", "run", "pre-commit"]);
            command
        }),
    }
}

fn version<'s>(sandbox: &'s Sandbox, repository: &Path) -> Contestant<'s> {
    let repository = repository.to_owned();
    Contestant {
        name: "git --version".to_owned(),
        prepare: Box::new(|| {}),
        command: Box::new(move || {
            let mut command = sandbox.command("git", &repository);
            command.arg("--version");
            command
        }),
    }
}
