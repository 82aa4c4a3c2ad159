//! `refgate check`: judges by hand what hooks would judge.

use std::path::PathBuf;

use super::{Exit, Global, not_in_this_build};

/// Judge what is staged, a message, a range or everything
///
/// Judges what is staged, unless told otherwise, as the hooks would.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the repository. Writes nothing.

Exit codes: 0 allowed, 1 denied, 2 could not judge.

Examples:
  refgate check
  refgate check --range origin/main..HEAD --format sarif")]
pub struct Check {
    /// Judge what is staged (default)
    #[arg(long, group = "what")]
    pub staged: bool,
    /// Judge a commit message; `-` reads the standard input
    #[arg(long, value_name = "FILE", group = "what")]
    pub message: Option<PathBuf>,
    /// Judge the commits of A..B as if they were pushed
    #[arg(long, value_name = "A..B", group = "what")]
    pub range: Option<String>,
    /// Judge everything that HEAD holds
    #[arg(long, group = "what")]
    pub all: bool,
    /// The ref to judge for, instead of the current branch
    #[arg(long = "ref", value_name = "REF")]
    pub onto: Option<String>,
    /// Only this rule; may be repeated
    #[arg(long = "rule", value_name = "RULE")]
    pub rules: Vec<String>,
    /// As if this person pushed
    #[arg(long = "as", value_name = "WHO")]
    pub actor: Option<String>,
    /// As if it were this time, such as 2026-12-24T10:00:00Z
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Exit with 0 even if something is denied
    #[arg(long)]
    pub exit_zero: bool,
}

impl Check {
    pub(super) fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        not_in_this_build("check")
    }
}
