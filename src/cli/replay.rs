//! `refgate replay`: what the policy would have denied in the past.

use std::path::PathBuf;

use super::{Exit, Global, not_in_this_build};

/// Tell what the policy would have denied in the past
///
/// Judges the last commits of a ref one by one, as if each were pushed now.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the repository. Writes nothing.

Exit codes: 0 done, whatever it found; 2 could not judge.

Examples:
  refgate replay
  refgate replay 1000 --against stricter.toml")]
pub struct Replay {
    /// How many commits
    #[arg(value_name = "N", default_value_t = 200)]
    pub count: usize,
    /// The ref, instead of the current branch
    #[arg(long = "ref", value_name = "REF")]
    pub onto: Option<String>,
    /// Only this rule; may be repeated
    #[arg(long = "rule", value_name = "RULE")]
    pub rules: Vec<String>,
    /// Print only what this other policy would decide differently
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
}

impl Replay {
    pub(super) fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        not_in_this_build("replay")
    }
}
