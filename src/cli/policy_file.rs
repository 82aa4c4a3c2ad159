//! Finding and reading the policy that a person would expect.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use super::Global;
use crate::file::{self, Holds};
use crate::policy::{self, Policy, Problem};

/// The policy's name at the top of a work tree.
pub(super) const NAME: &str = "refgate.toml";

/// A policy in the file system: where it is, and what it is called in reports.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyFile {
    /// Where it is.
    pub path: PathBuf,
    /// What reports call it: `refgate.toml`, or the path as it was given.
    pub name: String,
}

/// The text of a policy that was read.
#[derive(Clone, Debug)]
pub struct Text {
    /// What reports call it.
    pub name: String,
    /// What it says.
    pub text: String,
}

impl PolicyFile {
    /// The file that `path` names.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), name: path.display().to_string() }
    }

    /// The policy that was asked for, else the one that `git config
    /// refgate.policy` names, else `refgate.toml` at the top of the work tree.
    pub fn find(global: &Global) -> anyhow::Result<Self> {
        if let Some(path) = &global.policy {
            return Ok(Self::at(path));
        }
        let top = git(&["rev-parse", "--show-toplevel"])?;
        if let Some(configured) = git(&["config", "--type=path", "--get", "refgate.policy"])? {
            let path = top.as_deref().map_or(PathBuf::new(), PathBuf::from).join(&configured);
            return Ok(Self { path, name: configured });
        }
        let Some(top) = top else {
            bail!(
                "this is no work tree, so there is no policy to find\n\
                 hint: name one with `--policy FILE`"
            );
        };
        let path = PathBuf::from(top).join(NAME);
        if path.symlink_metadata().is_err() {
            bail!("there is no {NAME}\nhint: refgate init writes one");
        }
        Ok(Self { path, name: NAME.to_owned() })
    }

    /// Its text.
    pub fn text(&self) -> anyhow::Result<Text> {
        let raw = file::read(&self.path, Holds::Policy);
        let raw = raw.with_context(|| format!("cannot read {}", self.name))?;
        Ok(Text { name: self.name.clone(), text: Problem::text(&self.name, &raw)?.to_owned() })
    }

    /// The policy it says; what it extends is read relative to it. The error is
    /// every problem of it at once.
    pub fn policy(&self) -> anyhow::Result<Policy> {
        let Text { name, text } = self.text()?;
        let home = self.path.parent().unwrap_or(Path::new("")).to_owned();
        let mut open = |wanted: &str| {
            let raw = file::read(&home.join(wanted), Holds::Policy);
            let raw = raw.map_err(|it| format!("{it:#}"))?;
            Problem::text(wanted, &raw).map(str::to_owned).map_err(|it| it.told())
        };
        Ok(policy::parse(&name, &text, &mut open)?)
    }
}

/// What Git answers, without the line's end; `None` if it has no answer.
pub(super) fn git(arguments: &[&str]) -> anyhow::Result<Option<String>> {
    let output = Command::new("git").args(arguments).output().context("cannot run git")?;
    let answer = String::from_utf8_lossy(&output.stdout);
    let answer = answer.strip_suffix('\n').unwrap_or(&answer).to_owned();
    Ok((output.status.success() && !answer.is_empty()).then_some(answer))
}
