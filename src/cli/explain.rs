//! `refgate explain`: what a rule means, and why something was decided.

use super::{Exit, Global, not_in_this_build};

/// Tell what a rule means, or why something was decided
///
/// Without more, lists every rule.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the repository. Writes nothing.

Exit codes: 0 explained, 2 there is nothing to explain.

Examples:
  refgate explain fast-forward-only
  refgate explain --ref main --path db/42.sql")]
pub(super) struct Explain {
    /// The rule
    #[arg(value_name = "RULE")]
    rule: Option<String>,
    /// Which rules apply to this ref, and which line asks for them
    #[arg(long = "ref", value_name = "REF", conflicts_with = "last")]
    onto: Option<String>,
    /// The same for a change of this path
    #[arg(long, value_name = "PATH", requires = "onto")]
    path: Option<String>,
    /// What the last hook decided here, with all that passed
    #[arg(long)]
    last: bool,
}

impl Explain {
    pub(super) fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        let _ = (&self.rule, &self.onto, &self.path, self.last);
        not_in_this_build("explain")
    }
}
