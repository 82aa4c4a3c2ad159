//! Real Git for tests: repositories of fixed names and dates that know nothing of
//! the machine's configuration, servers that run the real binary, and clients
//! that do what `git push` never would.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]
#![allow(dead_code, missing_docs, unreachable_pub)]

pub mod forge;
pub mod http;
pub mod raw;
pub mod server;
pub mod ssh;

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub use server::{Pushed, Server};

/// The binary under test.
pub const REFGATE: &str = env!("CARGO_BIN_EXE_refgate");

/// No object, as SHA-1 repositories write it.
pub const ZERO: &str = "0000000000000000000000000000000000000000";

/// The first second of 2026; every commit is a minute younger than the last.
const START: u64 = 1_767_225_600;

/// A home directory of its own, in which everything of one test lives.
pub struct World {
    dir: tempfile::TempDir,
    commits: Cell<u64>,
}

/// How a program ended, and what it said.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; 128 and the signal's number if one ended it.
    pub code: i32,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        use std::os::unix::process::ExitStatusExt;
        let signal = || output.status.signal().map(|it| 128 + it);
        let code = output.status.code().or_else(signal).unwrap_or(-1);
        Self { code, out: output.stdout, err: output.stderr }
    }
}

impl Ran {
    /// What it wrote to its standard output.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }

    /// What it wrote to its standard error.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.err).into_owned()
    }

    /// Both, for messages of failed tests.
    pub fn said(&self) -> String {
        format!("exit code {}\n{}{}", self.code, self.stdout(), self.stderr())
    }

    /// Takes it for granted that it went well; the answer is what it wrote.
    pub fn ok(&self) -> String {
        assert_eq!(self.code, 0, "{}", self.said());
        self.stdout().trim_end_matches('\n').to_owned()
    }
}

impl World {
    pub fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("refgate-test-").tempdir().unwrap();
        let world = Self { dir, commits: Cell::new(0) };
        fs::write(
            world.path("gitconfig"),
            "[user]\n\tname = Ana\n\temail = ana@example.com\n[init]\n\tdefaultBranch = main\n\
             [advice]\n\tdetachedHead = false\n[protocol \"file\"]\n\tallow = always\n\
             [gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n",
        )
        .unwrap();
        world
    }

    /// A path in this world.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file, with the directories above it.
    pub fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// A program that sees nothing of the machine but its programs.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let minute = self.commits.get();
        self.commits.set(minute + 1);
        let date = format!("{} +0000", START + minute * 60);
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.dir.path()).stdin(Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.dir.path()).env("USER", "ana").env("LOGNAME", "ana");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", self.path("gitconfig"));
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_EDITOR", "true");
        command.env("LC_ALL", "C").env("TZ", "UTC").env("RUST_BACKTRACE", "0");
        command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        command
    }

    /// Runs Git here. Tests run another Git if `REFGATE_TEST_GIT` names one.
    pub fn git(&self, dir: &Path) -> Command {
        let git = std::env::var_os("REFGATE_TEST_GIT").unwrap_or_else(|| "git".into());
        let mut command = self.command(git);
        command.current_dir(dir);
        command
    }

    /// Runs the binary under test in `dir`.
    pub fn refgate(&self, dir: &Path, args: &[&str]) -> Ran {
        run(self.command(REFGATE).current_dir(dir).args(args))
    }

    /// A new repository with a work tree, without commits.
    pub fn repo(&self, name: &str) -> Repo<'_> {
        self.repo_with(name, &[])
    }

    /// The same, with options for `git init`.
    pub fn repo_with(&self, name: &str, options: &[&str]) -> Repo<'_> {
        run(self.git(self.dir.path()).args(["init", "-q"]).args(options).arg(name)).ok();
        Repo { world: self, dir: self.path(name) }
    }

    /// A bare repository guarded by `policy`, without commits.
    pub fn server(&self, policy: &str) -> Server<'_> {
        Server::new(self, "server.git", policy, &[])
    }
}

/// Takes it for granted that nothing panicked.
pub fn no_panic(said: &str) {
    let panicked = said.contains("panicked at") || said.contains("this is a mistake in refgate");
    assert!(!panicked, "{said}");
}

/// Runs `command` to its end.
pub fn run(command: &mut Command) -> Ran {
    command.output().unwrap().into()
}

/// Runs `command` to its end, with `input` on its standard input.
pub fn feed(command: &mut Command, input: &[u8]) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // Whoever ends without reading all has its reasons.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().unwrap().into()
    })
}

/// A repository, with a work tree or without.
pub struct Repo<'w> {
    pub world: &'w World,
    pub dir: PathBuf,
}

impl<'w> Repo<'w> {
    /// Runs Git in it.
    pub fn git(&self, args: &[&str]) -> Ran {
        run(&mut self.command(args))
    }

    /// Runs Git in it, with variables of the environment.
    pub fn git_with(&self, env: &[(&str, &str)], args: &[&str]) -> Ran {
        run(self.command(args).envs(env.iter().copied()))
    }

    /// Runs Git in it with `input`.
    pub fn git_fed(&self, args: &[&str], input: &[u8]) -> Ran {
        feed(&mut self.command(args), input)
    }

    /// Git with arguments, not run yet.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.world.git(&self.dir);
        command.args(args);
        command
    }

    /// Runs the binary under test in it.
    pub fn refgate(&self, args: &[&str]) -> Ran {
        self.world.refgate(&self.dir, args)
    }

    /// The object that `spec` names.
    pub fn rev(&self, spec: &str) -> String {
        self.git(&["rev-parse", "--verify", spec]).ok()
    }

    /// Whether `spec` names something.
    pub fn has(&self, spec: &str) -> bool {
        self.git(&["rev-parse", "--verify", "-q", spec]).code == 0
    }

    /// Writes a file of the work tree.
    pub fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        self.world.write(self.dir.join(path), content);
    }

    /// Writes a file and stages it.
    pub fn stage(&self, path: &str, content: impl AsRef<[u8]>) {
        self.write(path, content);
        self.git(&["add", "--", path]).ok();
    }

    /// Commits what is staged, whatever hooks say; the answer is the commit.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["commit", "-q", "--no-verify", "--allow-empty", "-m", message]).ok();
        self.rev("HEAD")
    }

    /// Commits one file, whatever hooks say; the answer is the commit.
    pub fn commit_file(&self, path: &str, content: impl AsRef<[u8]>, message: &str) -> String {
        self.stage(path, content);
        self.commit(message)
    }

    /// Writes the policy, commits it and installs the hooks.
    pub fn guard(&self, policy: &str) -> &Self {
        self.commit_file("refgate.toml", policy, "Guard this repository");
        let ran = self.refgate(&["install"]);
        assert_eq!(ran.code, 0, "{}", ran.said());
        self
    }

    /// Pushes to `server`, and what came of it.
    pub fn push(&self, server: &Server<'w>, args: &[&str]) -> Pushed {
        self.push_with(&[], server, args)
    }

    /// Pushes to `server` as a host would with these variables.
    pub fn push_with(&self, env: &[(&str, &str)], server: &Server<'w>, args: &[&str]) -> Pushed {
        let options = args.iter().filter(|it| it.starts_with('-')).copied();
        let refs = args.iter().filter(|it| !it.starts_with('-')).copied();
        let url = server.url();
        let mut command = self.command(&["push", "--no-verify"]);
        command.args(options).arg(&url).args(refs).envs(env.iter().copied());
        Pushed::from(run(&mut command))
    }
}
