//! A place of its own: no configuration from outside, tools found once.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::table::Machine;

/// A temporary directory, and the binary to measure.
pub(crate) struct Sandbox {
    pub(crate) dir: TempDir,
    pub(crate) refgate: PathBuf,
}

impl Sandbox {
    pub(crate) fn new(refgate: &Path) -> Self {
        let dir = TempDir::new().unwrap();
        let config = "[user]\nname = Ana\nemail = ana@acme.example\n\
            [init]\ndefaultBranch = main\n[gc]\nauto = 0\n[maintenance]\nauto = false\n\
            [receive]\nautogc = false\n[advice]\ndefaultBranchName = false\n";
        fs::write(dir.path().join("gitconfig"), config).unwrap();
        Self { dir, refgate: refgate.to_owned() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A command that sees no configuration but the sandbox's.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(dir)
            .stdin(Stdio::null())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.path("gitconfig"))
            .env("GIT_AUTHOR_DATE", "1790000000 +0000")
            .env("GIT_COMMITTER_DATE", "1790000000 +0000");
        command
    }

    pub(crate) fn git(&self, dir: &Path, words: &[&str]) {
        must(self.command("git", dir).args(words));
    }

    /// Feeds `input` to a Git command.
    pub(crate) fn feed(&self, dir: &Path, words: &[&str], input: &str) {
        let mut command = self.command("git", dir);
        let mut child = command.args(words).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "git {words:?}");
    }

    /// Whether `tool` can be run here.
    pub(crate) fn has(&self, tool: &str) -> bool {
        self.command(tool, self.dir.path()).arg("--help").output().is_ok()
    }

    /// What `tool --version` says, or that it is not here.
    fn version(&self, tool: &str, word: &str) -> String {
        let output = self.command(tool, self.dir.path()).arg(word).output();
        let said = output.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
        match said {
            Ok(said) if said.starts_with(tool) => said,
            Ok(said) => format!("{tool} {said}"),
            Err(_) => format!("{tool}: not here"),
        }
    }

    pub(crate) fn machine(&self) -> Machine {
        let here = self.dir.path();
        let tools = [("git", "--version"), ("pre-commit", "--version"), ("prek", "--version")];
        let mut versions: Vec<_> =
            tools.iter().map(|(tool, word)| self.version(tool, word)).collect();
        versions.push(self.version("lefthook", "version"));
        versions.push(self.version("gitleaks", "version"));
        Machine {
            day: must(self.command("date", here).arg("+%Y-%m-%d")),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            kernel: must(self.command("uname", here).arg("-sr")),
            versions,
        }
    }
}

/// Runs a command to its end; the answer is what it printed.
pub(crate) fn must(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Writes a program.
pub(crate) fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
