//! `refgate policy import` and `export`: other tools' configurations.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::builder::PossibleValuesParser;

use super::{Exit, Format, Global, PolicyFile, say, warn};
use crate::import::{EXPORTERS, Exported, IMPORTERS, Imported, Note};
use crate::report;

/// Write a policy that asks what another tool's configuration asks
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads FILE, or the standard input for `-`. Prints the policy, and on the
standard error output what it does not say as the original did. With --output
writes the policy to a new file.

Exit codes: 0 everything is carried over, or asked more strictly; 1 something is
lost or looser, as the report says; 2 FILE cannot be read.

Examples:
  refgate policy import policy-bot .policy.yml --output refgate.toml
  refgate policy import --format json policy-bot .policy.yml")]
pub(super) struct Import {
    /// What FILE is
    #[arg(value_name = "KIND", value_parser = PossibleValuesParser::new(IMPORTERS.iter().map(|it| it.kind)))]
    kind: String,
    /// The configuration; `-` is the standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the policy to this new file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Write what of the policy another tool can hold
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the policy. Prints the configuration, and on the standard error
output what it does not say. With --output writes it to a new file.

Exit codes: 0 everything is carried over, or asked more strictly; 1 something is
lost or looser, as the report says; 2 the policy is not valid or cannot be read.

Examples:
  refgate policy export github-rulesets
  refgate policy export codeowners --output .github/CODEOWNERS")]
pub(super) struct Export {
    /// What to write
    #[arg(value_name = "KIND", value_parser = PossibleValuesParser::new(EXPORTERS.iter().map(|it| it.kind)))]
    kind: String,
    /// Write it to this new file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Import {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let kind = IMPORTERS.iter().find(|it| it.kind == self.kind);
        let kind = kind.with_context(|| format!("there is no kind `{}`", self.kind))?;
        let Imported { toml, notes } = match (kind.read)(&read(&self.file)?) {
            Ok(imported) => imported,
            Err(wrong) => bail!("{}\n{wrong}", said(&self.file, "cannot be imported")),
        };
        tell(global, &self.kind, &toml, &notes, self.output.as_deref())
    }
}

impl Export {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let exporter = EXPORTERS.iter().find(|it| it.kind == self.kind);
        let exporter = exporter.with_context(|| format!("there is no kind `{}`", self.kind))?;
        let policy = PolicyFile::find(global)?.policy()?;
        let Exported { text, notes } = (exporter.write)(&policy);
        tell(global, &self.kind, &text, &notes, self.output.as_deref())
    }
}

fn said(file: &Path, what: &str) -> String {
    format!("{} {what}", file.display())
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let failed = || said(file, "cannot be read");
    if file == Path::new("-") {
        let mut text = Vec::new();
        std::io::stdin().lock().read_to_end(&mut text).with_context(failed)?;
        return Ok(text);
    }
    std::fs::read(file).with_context(failed)
}

/// Prints or writes what was made, and what it does not say.
fn tell(
    global: &Global,
    kind: &str,
    text: &str,
    notes: &[Note],
    output: Option<&Path>,
) -> anyhow::Result<Exit> {
    if let Some(output) = output {
        let mut file = File::create_new(output).with_context(|| said(output, "cannot be made"))?;
        file.write_all(text.as_bytes()).with_context(|| said(output, "cannot be written"))?;
    }
    if global.format == Format::Json {
        say(&format!("{:#}\n", json(kind, text, notes)))?;
    } else {
        if output.is_none() {
            say(&report::escaped(text))?;
        }
        warn(&human(notes));
    }
    Ok(Exit::denied_if(notes.iter().any(|it| it.how.is_less())))
}

fn human(notes: &[Note]) -> String {
    let mut worst: Vec<_> = notes.iter().collect();
    worst.sort_by_key(|it| std::cmp::Reverse(it.how));
    worst.iter().map(|it| report::escaped(&format!("{it}\n"))).collect()
}

fn json(kind: &str, text: &str, notes: &[Note]) -> serde_json::Value {
    let note = |it: &Note| {
        serde_json::json!({
            "line": it.line,
            "part": it.part,
            "how": it.how.to_string(),
            "what": it.what,
            "hint": it.hint,
        })
    };
    let notes: Vec<_> = notes.iter().map(note).collect();
    serde_json::json!({ "format": 1, "kind": kind, "text": text, "notes": notes })
}
