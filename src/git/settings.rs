//! Configuration that Git was given for one command, which gix does not read.

use std::process::Command;

use anyhow::{Context, Result, bail};
use bstr::{BString, ByteSlice};

use super::vars::Vars;

/// All that Git's configuration says, in order.
pub(super) struct Settings(Vec<(BString, BString)>);

impl Settings {
    /// Asks `git`, if `git -c` has set anything in `vars`.
    pub(super) fn of_command(vars: &Vars, git: impl FnOnce() -> Command) -> Result<Option<Self>> {
        if vars.get("GIT_CONFIG_PARAMETERS").is_none() {
            return Ok(None);
        }
        let mut git = git();
        git.envs(vars.beginning_with("GIT_CONFIG")).envs(vars.beginning_with("XDG_CONFIG_HOME"));
        let out = git.args(["config", "--list", "-z"]).output().context("cannot run git")?;
        if !out.status.success() {
            bail!("git config failed: {}", out.stderr.to_str_lossy().trim());
        }
        let written = out.stdout.split_str(b"\0").filter(|it| !it.is_empty());
        // A key without a value means yes.
        let pair = |it: &[u8]| {
            let (key, value) = it.split_once_str(b"\n").unwrap_or((it, b"true"));
            (key.into(), value.into())
        };
        Ok(Some(Self(written.map(pair).collect())))
    }

    /// The last value of `section.key`.
    pub(super) fn last(&self, key: &str) -> Option<BString> {
        // Git writes such keys in small letters.
        let key = key.to_ascii_lowercase();
        self.0.iter().rfind(|(it, _)| *it == key.as_bytes()).map(|(_, value)| value.clone())
    }

    /// Every value of `section.SUBSECTION.key`, by subsection.
    pub(super) fn sections(&self, section: &str, key: &str) -> Vec<(BString, BString)> {
        let (before, after) = (format!("{section}."), format!(".{key}"));
        let found = self.0.iter().filter_map(|(it, value)| {
            let name = it.strip_prefix(before.as_bytes())?.strip_suffix(after.as_bytes())?;
            Some((name.into(), value.clone()))
        });
        found.collect()
    }
}
