//! `refgate doctor`: what works and what does not.

use std::path::PathBuf;

use super::{Exit, Global, not_in_this_build};

/// Tell what works, what does not, and what to do about it
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the repository and Git's configuration. With --server, pushes a
canary that must be refused, from a temporary repository. Writes nothing else.

Exit codes: 0 all is well, 1 something does not work, 2 could not find out.

Examples:
  refgate doctor
  refgate doctor --server /srv/git/app.git")]
pub struct Doctor {
    /// Look at the gate of a bare repository on a server
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = ".")]
    pub server: Option<PathBuf>,
    /// Write a report for a bug, without names and paths
    #[arg(long)]
    pub report: bool,
}

impl Doctor {
    pub(super) fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        not_in_this_build("doctor")
    }
}
