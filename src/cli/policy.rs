//! `refgate policy`: looks at policies.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Exit, Global, not_in_this_build};

/// Show, validate or compare policies
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads policies. Writes nothing.

Exit codes: 0 valid, or no difference asked for; 1 diff --check found a
difference; 2 a policy is not valid or cannot be read.

Examples:
  refgate policy validate
  refgate policy diff refgate.toml stricter.toml")]
pub(super) struct Policy {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Print the policy
    Show {
        /// As it holds, with everything that it extends
        #[arg(long)]
        resolved: bool,
        /// With the file and line of each value
        #[arg(long)]
        origins: bool,
    },
    /// Tell every problem of a policy
    Validate {
        /// The policies, instead of the one Git finds
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print the JSON schema of policies, for editors
    Schema,
    /// Tell what becomes stricter or looser
    Diff {
        /// The policy before
        #[arg(value_name = "OLD")]
        old: PathBuf,
        /// The policy after
        #[arg(value_name = "NEW")]
        new: PathBuf,
        /// Exit with 1 if there is a difference
        #[arg(long)]
        check: bool,
    },
}

impl Policy {
    pub(super) fn run(&self, _global: &Global) -> anyhow::Result<Exit> {
        let _ = &self.command;
        not_in_this_build("policy")
    }
}
