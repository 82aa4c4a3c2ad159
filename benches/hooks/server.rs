//! What a push waits for: the pre-receive hook of a bare repository.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::contest::{Contestant, contest};
use crate::sandbox::{Sandbox, must, script};
use crate::table::Contest;

/// Every rule that a server can decide by itself.
const POLICY: &str = include_str!("../full.toml");

/// Puts a hook into a bare repository.
type Install = fn(&Sandbox, &Path);

/// A push of one commit with one file.
pub(crate) fn one_commit(sandbox: &Sandbox, rounds: usize) -> Contest {
    let clone = clone(sandbox, "one", 1);
    let title = "1 commit".to_owned();
    pushes(sandbox, title, rounds, &clone, "refs/heads/main")
}

/// A push of `commits` commits, each with a file of its own.
pub(crate) fn many_commits(sandbox: &Sandbox, commits: usize, rounds: usize) -> Contest {
    let clone = clone(sandbox, "many", commits);
    let title = format!("{commits} commits with a file each");
    pushes(sandbox, title, rounds, &clone, "refs/heads/main")
}

/// A push of `refs` branches that all point to one commit.
pub(crate) fn many_refs(sandbox: &Sandbox, refs: usize, rounds: usize) -> Contest {
    let clone = clone(sandbox, "refs", 1);
    let tip = must(sandbox.command("git", &clone).args(["rev-parse", "main"]));
    let create = (0..refs).fold(String::new(), |mut all, at| {
        let _ = writeln!(all, "create refs/heads/feat/part-{at} {tip}");
        all
    });
    sandbox.feed(&clone, &["update-ref", "--stdin"], &create);
    let title = format!("{refs} refs");
    pushes(sandbox, title, rounds, &clone, "refs/heads/feat/*:refs/heads/feat/*")
}

/// A repository with `commits` commits to push.
fn clone(sandbox: &Sandbox, name: &str, commits: usize) -> PathBuf {
    let dir = sandbox.path(&format!("clone-{name}"));
    fs::create_dir(&dir).unwrap();
    sandbox.git(&dir, &["init", "--quiet"]);
    let mut stream = String::new();
    for at in 0..commits {
        let message = format!(
            "feat(part): add step {at}\n\nTicket: PAY-{at}\nSigned-off-by: Ana <ana@acme.example>\n"
        );
        let text = text(at);
        let _ = write!(
            stream,
            "commit refs/heads/main\ncommitter Ana <ana@acme.example> {} +0000\n\
             data {}\n{message}\nM 100644 inline src/part{}/step{at}.rs\ndata {}\n{text}\n",
            1_790_000_000 + at,
            message.len(),
            at / 100,
            text.len(),
        );
    }
    sandbox.feed(&dir, &["fast-import", "--quiet"], &stream);
    dir
}

/// A source file of about 1.6 kB that no other is like.
fn text(seed: usize) -> String {
    let mut text = format!("//! Step {seed}.\n");
    for line in 0..32 {
        let value = (seed * 31 + line * 17).wrapping_mul(2_654_435_761) % 1_000_003;
        let _ = writeln!(text, "pub const STEP_{seed}_{line}: u32 = {value}; // part");
    }
    text
}

fn pushes(
    sandbox: &Sandbox,
    title: String,
    rounds: usize,
    clone: &Path,
    refspec: &'static str,
) -> Contest {
    let policy = sandbox.path("full.toml");
    fs::write(&policy, POLICY).unwrap();
    let hooks: [(&str, Install); 3] = [
        ("no hook", |_, _| {}),
        ("empty sh hook", |_, bare| {
            script(&bare.join("hooks/pre-receive"), "#!/bin/sh\ncat >/dev/null\n");
        }),
        ("refgate, every rule", install),
    ];
    let contestant = |(name, install): (&str, Install)| {
        let template = clone.with_extension(format!("{}.git", name.replace(' ', "-")));
        let words = ["init", "--quiet", "--bare", template.to_str().unwrap()];
        sandbox.git(sandbox.dir.path(), &words);
        install(sandbox, &template);
        let bare = template.with_extension("bare");
        let (to, clone) = (bare.clone(), clone.to_owned());
        Contestant {
            name: name.to_owned(),
            prepare: Box::new(move || {
                let _ = fs::remove_dir_all(&bare);
                let mut copy = sandbox.command("cp", sandbox.dir.path());
                must(copy.arg("-a").args([&template, &bare]));
            }),
            command: Box::new(move || {
                let mut push = sandbox.command("git", &clone);
                push.args(["push", "--quiet"]).arg(format!("file://{}", to.display())).arg(refspec);
                push
            }),
        }
    };
    let contestants: Vec<_> = hooks.into_iter().map(contestant).collect();
    contest(title, rounds, &contestants)
}

fn install(sandbox: &Sandbox, bare: &Path) {
    let mut install = sandbox.command(&sandbox.refgate, bare);
    must(install.args(["install", "--server", ".", "--policy"]).arg(sandbox.path("full.toml")));
}
