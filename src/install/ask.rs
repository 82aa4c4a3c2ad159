//! Asking Git, in a scrubbed environment.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use bstr::ByteSlice as _;

/// What Git may be told by an environment that is about something else.
const OUT: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_TRACE",
    "GIT_WORK_TREE",
];

/// A version of Git.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Version(pub u32, pub u32);

impl Version {
    /// The oldest that Refgate works with.
    pub const OLDEST: Self = Self(2, 34);

    /// The first that runs hooks named in the configuration.
    pub const CONFIG_HOOKS: Self = Self(2, 54);

    /// Reads what `git --version` prints.
    pub fn read(printed: &str) -> Option<Self> {
        let number = printed.trim().strip_prefix("git version ")?;
        let mut parts = number.split(['.', ' ', '-']);
        Some(Self(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// Git, in a directory.
#[derive(Clone, Debug)]
pub struct Git {
    dir: PathBuf,
    program: PathBuf,
}

impl Git {
    /// The Git that `PATH` finds, in `dir`.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), program: "git".into() }
    }

    /// The same, in another directory.
    pub fn elsewhere(&self, dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), ..self.clone() }
    }

    /// Where it is asked.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A command that knows of this repository alone.
    pub fn command<A: AsRef<OsStr>>(&self, args: &[A]) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.dir).args(args).stdin(Stdio::null());
        for name in OUT {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
        command.env("GIT_NO_REPLACE_OBJECTS", "1").env("GIT_NO_LAZY_FETCH", "1");
        command
    }

    /// What Git prints, without the last line feed.
    ///
    /// # Errors
    ///
    /// If Git can't be run or says no; the error is what it says.
    pub fn ask<A: AsRef<OsStr>>(&self, args: &[A]) -> anyhow::Result<Vec<u8>> {
        let output = self.command(args).output().context("git could not be run")?;
        if !output.status.success() {
            let said = output.stderr.to_str_lossy();
            let said = said.trim().lines().next().unwrap_or("git failed without a word");
            bail!("{}", said.trim_start_matches("fatal: ").trim_start_matches("error: "));
        }
        let mut out = output.stdout;
        if out.last() == Some(&b'\n') {
            out.pop();
        }
        Ok(out)
    }

    /// What Git prints, as text; `None` if it says no.
    pub fn text<A: AsRef<OsStr>>(&self, args: &[A]) -> Option<String> {
        self.ask(args).ok().map(|out| out.to_str_lossy().into_owned())
    }

    /// A path that Git prints.
    ///
    /// # Errors
    ///
    /// As [`ask`](Self::ask).
    pub fn path<A: AsRef<OsStr>>(&self, args: &[A]) -> anyhow::Result<PathBuf> {
        let out = self.ask(args)?;
        Ok(self.dir.join(out.to_path().context("a path that this system cannot write")?))
    }

    /// Its version.
    ///
    /// # Errors
    ///
    /// If it can't be run, or says what is no version.
    pub fn version(&self) -> anyhow::Result<Version> {
        let printed = self.ask(&["--version"])?;
        Version::read(&printed.to_str_lossy())
            .with_context(|| format!("git's version is unreadable: {}", printed.as_bstr()))
    }

    /// Other Gits of this machine, at the usual places, by path and version.
    pub fn others(&self) -> Vec<(PathBuf, Version)> {
        let usual = ["/usr/bin/git", "/usr/local/bin/git", "/opt/homebrew/bin/git"];
        let other = |path: &&str| {
            let git = Self { program: path.into(), ..self.clone() };
            Some((PathBuf::from(path), git.version().ok()?))
        };
        usual.iter().filter_map(other).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_read_from_all_builds() {
        let cases = [
            ("git version 2.47.3", Some(Version(2, 47))),
            ("git version 2.55.GIT\n", Some(Version(2, 55))),
            ("git version 2.39.5 (Apple Git-154)", Some(Version(2, 39))),
            ("git version 2.54.0.windows.1", Some(Version(2, 54))),
            ("git version 3.0-rc1", Some(Version(3, 0))),
            ("hub version 2.14", None),
        ];
        for (printed, version) in cases {
            assert_eq!(Version::read(printed), version, "{printed}");
        }
        assert!(Version(2, 53) < Version::CONFIG_HOOKS && Version(3, 0) > Version::CONFIG_HOOKS);
    }
}
