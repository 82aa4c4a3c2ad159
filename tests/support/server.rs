//! A bare repository that the real binary guards.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::{REFGATE, Ran, Repo, World};

/// A bare repository with our hook, and its policy beside it.
pub struct Server<'w> {
    pub repo: Repo<'w>,
    pub policy: PathBuf,
}

/// What a push came to.
#[derive(Debug)]
pub struct Pushed {
    pub code: i32,
    /// What the server said, line by line, without `remote: `.
    pub remote: Vec<String>,
    /// All that Git said.
    pub said: String,
}

impl<'w> Server<'w> {
    /// A server called `name`, with options for `git init`.
    pub fn new(world: &'w World, name: &str, policy: &str, options: &[&str]) -> Self {
        let options: Vec<_> = ["--bare"].iter().chain(options).copied().collect();
        let repo = world.repo_with(name, &options);
        let policy = world.write(format!("{name}.toml"), policy);
        repo.git(&["config", "refgate.policy", policy.to_str().unwrap()]).ok();
        repo.git(&["config", "receive.advertisePushOptions", "true"]).ok();
        let server = Self { repo, policy };
        server.hook("pre-receive", &format!("exec '{REFGATE}' hook pre-receive \"$@\""));
        server
    }

    /// Puts a hook of two lines in place.
    pub fn hook(&self, name: &str, line: &str) {
        let hook = self.repo.dir.join("hooks").join(name);
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        fs::write(&hook, format!("#!/bin/sh\n{line}\n")).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Puts another policy in place.
    pub fn govern(&self, policy: &str) {
        fs::write(&self.policy, policy).unwrap();
    }

    /// Does `work` with the hook out of the way, as if it had happened before.
    pub fn unguarded<T>(&self, work: impl FnOnce() -> T) -> T {
        let hook = self.repo.dir.join("hooks/pre-receive");
        let away = self.repo.dir.join("hooks/pre-receive.away");
        fs::rename(&hook, &away).unwrap();
        let answer = work();
        fs::rename(&away, &hook).unwrap();
        answer
    }

    /// Its address on this machine.
    pub fn url(&self) -> String {
        format!("file://{}", self.repo.dir.display())
    }

    /// What a ref points to; `None` if there is no such ref.
    pub fn tip(&self, name: &str) -> Option<String> {
        let ran = self.repo.git(&["rev-parse", "--verify", "-q", name]);
        (ran.code == 0).then(|| ran.ok())
    }

    /// Every ref and what it points to, one on each line.
    pub fn refs(&self) -> String {
        self.repo.git(&["for-each-ref", "--format=%(objectname) %(refname)"]).ok()
    }
}

impl Pushed {
    /// Takes it for granted that the push went through.
    pub fn accepted(&self) -> &Self {
        assert_eq!(self.code, 0, "refused:\n{}", self.said);
        self
    }

    /// Takes it for granted that our hook refused, and said `what`.
    pub fn refused(&self, what: &str) -> &Self {
        assert_ne!(self.code, 0, "accepted:\n{}", self.said);
        super::no_panic(&self.said);
        let hook = self.said.contains("pre-receive hook declined");
        assert!(hook, "another than the hook refused:\n{}", self.said);
        self.says(what)
    }

    /// Takes it for granted that the server said `what`.
    pub fn says(&self, what: &str) -> &Self {
        let remote = self.remote.join("\n");
        // Lines are folded, so blanks are not compared.
        let flat = |it: &str| it.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat(&remote).contains(&flat(what)), "`{what}` is not in:\n{}", self.said);
        self
    }
}

impl From<Ran> for Pushed {
    fn from(ran: Ran) -> Self {
        let said = format!("{}{}", ran.stderr(), ran.stdout());
        let lines = said.split(['\n', '\r']).filter_map(|it| it.strip_prefix("remote: "));
        let remote = lines.map(|it| it.trim_end().to_owned()).collect();
        Self { code: ran.code, remote, said }
    }
}
