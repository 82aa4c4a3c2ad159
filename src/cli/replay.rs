//! `refgate replay`: what the policy would have denied in the past.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Context;

use super::progress::Progress;
use super::{Exit, Global, check, say};
use crate::hook::{Local, Options, Past, Step};
use crate::report;

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
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let text = replayed(global, self)?;
        say(&text)?;
        Ok(Exit::Allowed)
    }
}

/// What replaying finds, as text.
pub(super) fn replayed(global: &Global, asked: &Replay) -> anyhow::Result<String> {
    let directory = std::env::current_dir().context("the directory is gone")?;
    let options = Options {
        policy: global.policy.as_deref(),
        only: asked.rules.clone(),
        onto: asked.onto.as_deref().map(check::full),
        at: global.environment.now()?,
        ..Options::default()
    };
    let vars = &global.environment.vars;
    let local = Local::open(vars, &directory, options.clone())?;
    let tip = match &asked.onto {
        Some(name) => local.repository().rev_parse(&format!("{name}^{{commit}}"))?,
        None => match local.repository().head()?.oid {
            Some(oid) => oid,
            None => return Ok("there are no commits yet\n".to_owned()),
        },
    };
    let past = Past::new(&local, tip, asked.count)?;
    let Some(against) = &asked.against else { return tell(&past, past.steps()) };
    let other = Local::open(vars, &directory, Options { policy: Some(against), ..options })?;
    let other = Past::new(&other, tip, asked.count)?;
    let both = past.steps().zip(other.steps());
    let differ = both.filter_map(|(old, new)| match (old, new) {
        (Ok(old), Ok(new)) if old.verdict.decision() == new.verdict.decision() => None,
        (Ok(_), Ok(new)) => Some(Ok(new)),
        (Err(error), _) | (_, Err(error)) => Some(Err(error)),
    });
    tell(&past, differ)
}

/// One rule, over all steps.
#[derive(Default)]
struct Row {
    steps: usize,
    people: BTreeSet<String>,
    example: String,
}

fn tell(
    past: &Past<'_>,
    steps: impl Iterator<Item = anyhow::Result<Step>>,
) -> anyhow::Result<String> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    let (mut denied, mut seen) = (0, 0);
    let progress = Progress::new(format!("of {} commits", past.len()));
    for step in steps {
        let step = step?;
        seen += 1;
        progress.at(seen);
        denied += usize::from(!step.verdict.decision().allows());
        for finding in step.verdict.judgments.iter().flat_map(|it| &it.findings) {
            let Some(reason) = finding.reasons.iter().find(|it| !it.decision.allows()) else {
                continue;
            };
            let row = rows.entry(finding.rule).or_default();
            row.steps += 1;
            row.people.insert(step.author.clone());
            if row.example.is_empty() {
                let path = reason.place.shown_path().map(|it| format!(" {it}:"));
                let what =
                    format!("{}{} {}", step.commit.short(), path.unwrap_or_default(), reason.what);
                row.example = report::escaped(&what).replace('\n', " ");
            }
        }
    }
    progress.end();
    let mut out = format!("{} commits, {denied} would be denied\n", past.len());
    if !rows.is_empty() {
        let _ = writeln!(
            out,
            "\n  {:<18} {:>10} {:>8}   first example",
            "rule", "would deny", "people"
        );
    }
    for (rule, Row { steps, people, example }) in rows {
        let example: String = example.chars().take(72).collect();
        let _ = writeln!(out, "  {rule:<18} {steps:>10} {:>8}   {example}", people.len());
    }
    Ok(out)
}
