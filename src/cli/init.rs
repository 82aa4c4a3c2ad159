//! `refgate init`: a first policy.

use clap::ValueEnum;

use super::{Exit, Global, not_in_this_build};

/// Write a refgate.toml that fits this repository
///
/// Looks at the branches, tags and messages of this repository, writes a
/// commented policy, and tells what it would have denied in the last 200
/// commits. Never overwrites a policy.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the repository. Writes refgate.toml at the top of the work tree.

Exit codes: 0 written, 2 not written.

Examples:
  refgate init
  refgate init --template trunk --stdout")]
pub struct Init {
    /// Start from this preset
    #[arg(long, value_name = "NAME")]
    pub template: Option<Template>,
    /// Only warn at first: every protection gets mode = "warn"
    #[arg(long)]
    pub monitor: bool,
    /// Ask nothing
    #[arg(long)]
    pub yes: bool,
    /// Print the policy instead of writing it
    #[arg(long)]
    pub stdout: bool,
}

/// The presets that a policy can start from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Template {
    /// What suits every repository.
    Baseline,
    /// One branch that everyone lands on.
    Trunk,
    /// Long-lived develop and release branches.
    GitFlow,
    /// Evidence for auditors.
    Regulated,
}

impl Init {
    pub(super) fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        not_in_this_build("init")
    }
}
