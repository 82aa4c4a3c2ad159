//! `refgate check`: judges by hand what hooks would judge.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};

use super::progress::Progress;
use super::saved::{self, Instead, Saved};
use super::{Exit, Global, environment, shown};
use crate::hook::{self, Answer, Local, Options};
use crate::model::{Actor, RefName, Timestamp};
use crate::record::Keep;
use crate::rule;

/// Judge what is staged, a message, a range, a record or everything
///
/// Judges what is staged, unless told otherwise, as the hooks would.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the repository, or with --facts a file alone. With --pr, asks
GitHub, copies what it takes into a temporary directory, and judges by the
policy of the default branch. Writes nothing but what --record names.

Exit codes: 0 allowed, 1 denied or pending, 2 could not judge.

Examples:
  refgate check --range origin/main..HEAD --format sarif
  refgate check --pr 12 --repo acme/shop")]
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
    /// Judge a change that was recorded; `-` reads the standard input
    #[arg(long, value_name = "FILE", group = "what")]
    pub facts: Option<PathBuf>,
    /// Judge a pull request as the bot would; without a number, the event's in Actions
    #[cfg(feature = "github")]
    #[arg(long, value_name = "N", group = "what", num_args = 0..=1)]
    #[arg(conflicts_with_all = ["onto", "rules", "actor"])]
    pub pr: Option<Option<u64>>,
    /// The pull request's repository, instead of the one that `origin` leads to
    #[cfg(feature = "github")]
    #[arg(long, value_name = "OWNER/NAME", requires = "pr")]
    pub repo: Option<String>,
    /// Record what is judged, and all that is known about it
    #[arg(long, value_name = "FILE", conflicts_with = "facts")]
    pub record: Option<PathBuf>,
    /// The ref to judge for, instead of the current branch
    #[arg(long = "ref", value_name = "REF", conflicts_with = "facts")]
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
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let at = self.at.as_deref().map(environment::time).transpose().context("--at")?;
        if let Some(rule) = self.rules.iter().find(|it| !known(it)) {
            bail!("there is no rule `{rule}`\nhint: refgate explain lists the rules");
        }
        #[cfg(feature = "github")]
        if let Some(number) = self.pr {
            return self.pull_request(global, number, at);
        }
        if let Some(path) = &self.facts {
            return self.again(global, path, at);
        }
        let directory = std::env::current_dir().context("the directory is gone")?;
        let options = Options {
            policy: global.policy.as_deref(),
            only: self.rules.clone(),
            onto: self.onto.as_deref().map(full),
            actor: self.actor.clone().map(Actor),
            at: at.map_or_else(|| global.environment.now(), Ok)?,
            by_hand: true,
            keep: if self.record.is_some() { Keep::Everything } else { Keep::Nothing },
            ..Options::default()
        };
        let started = Instant::now();
        let local = Local::open(&global.environment.vars, &directory, options)?;
        let (answer, what) = self.answer(&local, &directory)?;
        let Some(verdict) = &answer.verdict else {
            bail!("nothing was judged");
        };
        if let Some((path, record)) = self.record.as_ref().zip(answer.record.as_ref()) {
            saved::write(path, record)?;
        }
        let summary = format!("{} {what}, {} ms", answer.judged, started.elapsed().as_millis());
        shown::show(global, verdict, &answer.from.to_string(), &summary)?;
        Ok(Exit::denied_if(!verdict.decision().allows() && !self.exit_zero))
    }

    /// Judges what was recorded, without any repository.
    fn again(&self, global: &Global, path: &Path, at: Option<Timestamp>) -> anyhow::Result<Exit> {
        let started = Instant::now();
        let instead =
            Instead { actor: self.actor.clone().map(Actor), at, rules: self.rules.clone() };
        let Saved { verdict, from, worthless } = saved::judged(global, path, instead)?;
        if let Some(why) = worthless {
            let path = path.display();
            bail!(
                "could not judge: {why}\nhint: refgate explain --facts {path} shows what is known"
            );
        }
        let count = verdict.judgments.len();
        let refs = if count == 1 { "ref" } else { "refs" };
        let summary = format!("{count} {refs}, {} ms", started.elapsed().as_millis());
        shown::show(global, &verdict, &from, &summary)?;
        Ok(Exit::denied_if(!verdict.decision().allows() && !self.exit_zero))
    }

    fn answer(&self, local: &Local<'_>, directory: &Path) -> anyhow::Result<(Answer, &str)> {
        if let Some(range) = &self.range {
            let Some((old, new)) = range.split_once("..") else {
                bail!("`{range}` is no range: write A..B");
            };
            let commit = |rev: &str| {
                let rev = if rev.is_empty() { "HEAD" } else { rev };
                local.repository().rev_parse(&format!("{rev}^{{commit}}"))
            };
            return Ok((local.range(commit(old)?, commit(new)?)?, "commits"));
        }
        if let Some(path) = &self.message {
            let raw = if path.as_os_str() == "-" {
                let mut raw = Vec::new();
                std::io::stdin().lock().read_to_end(&mut raw)?;
                raw
            } else {
                hook::message_file(local.repository(), directory, path)?
            };
            return Ok((local.message(&raw)?, "message"));
        }
        if self.all {
            let progress = Progress::new("contents");
            let answer = local.everything(&|done| progress.at(done))?;
            progress.end();
            return Ok((answer, "files"));
        }
        Ok((local.staged()?, "staged files"))
    }
}

fn known(rule: &str) -> bool {
    let built_in = rule::BUILT_IN.iter().map(|(spec, _)| spec.name);
    rule::find(rule).is_some() || built_in.into_iter().any(|it| it == rule)
}

pub(super) fn full(name: &str) -> RefName {
    let full = name.starts_with("refs/") || name == "HEAD";
    if full { name.into() } else { RefName::new(format!("refs/heads/{name}")) }
}
