//! `refgate doctor`: what works and what does not.

use std::path::{Path, PathBuf};

use anyhow::bail;

use super::install::{at, repository, this_binary};
use super::{Exit, Global, say};
use crate::hook::{Local, Options};
use crate::install::{self, Git, Level, Line, Site};
use crate::receive::Place;

/// Tell what works, what does not, and what to do about it
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the repository and Git's configuration. With --server, pushes a
canary that must be refused, from a temporary repository. With --github, asks
GitHub; with REFGATE_APP_ID and REFGATE_PRIVATE_KEY_FILE also as the App. Writes
nothing else.

Exit codes: 0 all is well, 1 something does not work, 2 could not find out.

Examples:
  refgate doctor --github --app-id 12345
  refgate doctor --server /srv/git/app.git")]
pub struct Doctor {
    /// Look at the gate of a bare repository on a server
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = ".")]
    pub server: Option<PathBuf>,
    /// Look at the repository and the App at GitHub
    #[cfg(feature = "github")]
    #[command(flatten)]
    pub github: super::doctor_github::Github,
}

impl Doctor {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        #[cfg(feature = "github")]
        if self.github.wanted {
            return self.github.run(global);
        }
        let lines = match &self.server {
            Some(dir) => server(dir, global)?,
            None => local(global)?,
        };
        let least = if global.quiet == 0 { Level::Ok } else { Level::Warning };
        let told = lines.iter().filter(|it| it.level >= least).map(ToString::to_string);
        say(&told.collect::<String>())?;
        Ok(Exit::denied_if(lines.iter().any(|it| it.level == Level::Error)))
    }
}

fn local(global: &Global) -> anyhow::Result<Vec<Line>> {
    let directory = std::env::current_dir()?;
    let site = Site::look(&Git::at(&directory))?;
    if site.top.is_none() {
        bail!("nobody commits in a bare repository\nhint: refgate doctor --server");
    }
    let at = global.environment.now()?;
    let options = Options { policy: global.policy.as_deref(), at, ..Options::default() };
    let opened = Local::open(&global.environment.vars, &directory, options);
    let policy = opened.as_ref().map(Local::policy).map_err(|error| format!("{error:#}"));
    let doctor = install::Doctor { binary: this_binary()?, at, policy };
    let mut lines = install::examine(&site, &doctor);
    if global.environment.is_off() {
        let off = Line::warning("REFGATE=0 is set: hooks judge nothing, the server does");
        lines.push(off.hint("unset REFGATE"));
    }
    Ok(lines)
}

fn server(dir: &Path, global: &Global) -> anyhow::Result<Vec<Line>> {
    let site = Site::look(&Git::at(at(dir)?))?;
    let at = global.environment.now()?;
    let policy = repository(&site).and_then(|it| Place::of(&it)?.read(&it));
    let policy = policy.as_ref().map_err(|error| format!("{error:#}"));
    let doctor = install::Doctor { binary: this_binary()?, at, policy };
    let mut lines = install::examine_server(&site, &doctor);
    lines.push(install::canary(&site)?);
    Ok(lines)
}
