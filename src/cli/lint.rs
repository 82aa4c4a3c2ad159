//! `refgate policy lint`: what is wrong with a policy that can be read.

use std::path::PathBuf;

use anyhow::bail;

use super::{Exit, Format, Global, PolicyFile, say};
use crate::lint::{self, Finding, Severity};

/// Try a policy on small worlds, and tell what it lets in or can never do
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the policy. Writes nothing. --show prints the change that shows a
finding as facts, for refgate explain --facts.

Exit codes: 0 no errors, 1 an error, or with --strict a warning; 2 the policy is
not valid or cannot be read.

Examples:
  refgate policy lint
  refgate policy lint --show 1 > world.json")]
pub(super) struct Lint {
    /// The policy, instead of the one Git finds
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Print the change that shows finding <N>, as facts
    #[arg(long, value_name = "N")]
    show: Option<usize>,
}

impl Lint {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        if !matches!(global.format, Format::Human | Format::Json) {
            bail!("lint tells as human or json\nhint: drop --format");
        }
        let file = match &self.file {
            Some(path) => PolicyFile::at(path),
            None => PolicyFile::find(global)?,
        };
        let mut policy = file.policy()?;
        policy.people.suppose_host();
        let findings = lint::lint(&policy, global.environment.now()?);
        if let Some(number) = self.show {
            show(&findings, number)?;
            return Ok(Exit::Allowed);
        }
        let text = match global.format {
            Format::Json => lint::json(&findings),
            _ if global.quiet > 1 => String::new(),
            _ => format!("{}{}", lint::told(&findings), summary(&file.name, &findings)),
        };
        say(&text)?;
        let errors = findings.iter().any(|it| it.severity == Severity::Error);
        Ok(Exit::denied_if(errors || self.strict && !findings.is_empty()))
    }
}

fn show(findings: &[Finding], number: usize) -> anyhow::Result<()> {
    let Some(finding) = number.checked_sub(1).and_then(|it| findings.get(it)) else {
        bail!("there is no finding {number}; there are {}\nhint: drop --show", findings.len());
    };
    let Some(world) = &finding.world else {
        bail!("finding {number} is about the policy's text alone\nhint: drop --show");
    };
    say(&world.json().map_err(anyhow::Error::msg)?)
}

fn summary(name: &str, findings: &[Finding]) -> String {
    let count = |of: Severity| findings.iter().filter(|it| it.severity == of).count();
    let many = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        many => format!("{many} {word}s"),
    };
    match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => format!("success: {name}: nothing found\n"),
        (0, warnings) => format!("success: {name}: {}\n", many(warnings, "warning")),
        (errors, warnings) => {
            let (errors, warnings) = (many(errors, "error"), many(warnings, "warning"));
            format!("\nerror: {name}: {errors}, {warnings}\n")
        }
    }
}
