//! `refgate policy`: looks at policies.

use std::path::PathBuf;

use anyhow::bail;
use clap::Subcommand;

use super::import::{Export, Import};
use super::lint::Lint;
use super::resolved::{Origins, resolved};
use super::{Exit, Global, PolicyFile, say};
use crate::policy::{self, Direction};
use crate::report;

/// Show, validate, lint, compare, import or export policies
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads policies. Writes nothing.

Exit codes: 0 valid, or no difference asked for; 1 lint found an error, or diff
--check a difference; 2 a policy is not valid or cannot be read.

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
    #[command(after_long_help = "\
Effect: reads the policy. Writes nothing.

Exit codes: 0 shown, 2 the policy is not valid or cannot be read.

Examples:
  refgate policy show
  refgate policy show --resolved --origins")]
    Show {
        /// As it holds, with everything that it extends
        #[arg(long)]
        resolved: bool,
        /// With the file and line of each demand
        #[arg(long, requires = "resolved")]
        origins: bool,
    },
    /// Tell every problem of a policy
    #[command(after_long_help = "\
Effect: reads policies. Writes nothing.

Exit codes: 0 valid, 2 not valid or not readable.

Examples:
  refgate policy validate
  refgate policy validate policies/*.toml")]
    Validate {
        /// The policies, instead of the one Git finds
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print the JSON schema of policies, for editors
    #[command(after_long_help = "\
Effect: reads and writes nothing.

Exit codes: 0 printed.

Examples:
  refgate policy schema > refgate.schema.json
  refgate policy schema | jq .properties.protect")]
    Schema,
    /// Tell what becomes stricter or looser
    #[command(after_long_help = "\
Effect: reads two policies. Writes nothing.

Exit codes: 0 compared, 1 --check found a difference, 2 a policy is not valid
or cannot be read.

Examples:
  refgate policy diff refgate.toml stricter.toml
  refgate policy diff --check org.toml refgate.toml")]
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
    Lint(Lint),
    Import(Import),
    Export(Export),
}

impl Policy {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        match &self.command {
            Command::Show { resolved: false, .. } => {
                let file = PolicyFile::find(global)?;
                file.policy()?;
                say(&report::escaped(&file.text()?.text))?;
            }
            Command::Show { origins, .. } => {
                let policy = PolicyFile::find(global)?.policy()?;
                say(&resolved(&policy, if *origins { Origins::Shown } else { Origins::Hidden }))?;
            }
            Command::Validate { files } => return validate(global, files),
            Command::Lint(it) => return it.run(global),
            Command::Import(it) => return it.run(global),
            Command::Export(it) => return it.run(global),
            Command::Schema => say(&format!("{:#}\n", policy::schema()))?,
            Command::Diff { old, new, check } => {
                let (old, new) = (PolicyFile::at(old).policy()?, PolicyFile::at(new).policy()?);
                let found = policy::diff(&old, &new);
                let line = |it: &policy::Difference| {
                    format!("{:<9} {}\n", way(it.direction), report::escaped_line(&it.what))
                };
                say(&found.iter().map(line).collect::<String>())?;
                return Ok(Exit::denied_if(*check && !found.is_empty()));
            }
        }
        Ok(Exit::Allowed)
    }
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Stricter => "stricter",
        Direction::Looser => "looser",
        Direction::Changed => "changed",
    }
}

fn validate(global: &Global, files: &[PathBuf]) -> anyhow::Result<Exit> {
    let files = match files {
        [] => vec![PolicyFile::find(global)?],
        named => named.iter().map(|it| PolicyFile::at(it)).collect(),
    };
    let mut wrong = String::new();
    for file in &files {
        match whole(file) {
            Ok(policy) => say(&format!("{}: {}\n", file.name, size(&policy)))?,
            Err(error) => wrong += &super::failed(&error),
        }
    }
    if !wrong.is_empty() {
        bail!("{wrong}");
    }
    Ok(Exit::Allowed)
}

/// The policy, if its tests can be read too.
fn whole(file: &PolicyFile) -> anyhow::Result<policy::Policy> {
    let policy = file.policy()?;
    super::test::trials(file, &policy)?;
    Ok(policy)
}

fn size(policy: &policy::Policy) -> String {
    let rules = policy.protections.iter().map(|it| it.rules.len()).sum();
    let count = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        many => format!("{many} {one}s"),
    };
    format!(
        "valid, {} in {}, {}",
        count(rules, "rule"),
        count(policy.protections.len(), "protection"),
        count(policy.exemptions.len(), "exemption"),
    )
}
