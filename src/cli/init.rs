//! `refgate init`: a first policy.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::progress::Progress;
use super::replay::replayed;
use super::{Exit, Global, Replay, policy_file, say};
use crate::hook::{Local, Options};
use crate::install::{self, Draft, Git, Held, Seen, Site};

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
    #[arg(long, conflicts_with = "template")]
    pub monitor: bool,
    /// Ask nothing, for scripts; it never asks
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

impl Template {
    fn preset(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Trunk => "trunk",
            Self::GitFlow => "git-flow",
            Self::Regulated => "regulated",
        }
    }
}

impl Init {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let site = Site::look(&Git::at(std::env::current_dir()?))?;
        let Some(top) = &site.top else {
            bail!("there is no work tree to write a policy to\nhint: refgate init, in a clone");
        };
        let path = top.join(policy_file::NAME);
        if !self.stdout && path.symlink_metadata().is_ok() {
            bail!(
                "{} is there already; it was not changed\n\
                 hint: refgate init --stdout prints a new one beside it",
                path.display()
            );
        }
        let seen = Seen::look(&site);
        let flow = (seen.is_git_flow() && !self.monitor).then_some("git-flow");
        let preset = self.template.map(Template::preset).or(flow);
        let at = global.environment.now()?;
        let mut asked = Draft { preset, monitor: self.monitor, held: Vec::new(), at };
        let tried = Trial::of(&install::draft(&seen, &asked), global)?;
        asked.held = tried.held()?;
        let text = install::draft(&seen, &asked);
        if self.stdout {
            say(&text)?;
            return Ok(Exit::Allowed);
        }
        let past = Trial::of(&text, global)?.past()?;
        create(&path, &text)?;
        let mut told = summary(&seen);
        let _ = writeln!(told, "\nWrote refgate.toml ({} lines, commented)", text.lines().count());
        for Held { rule, paths } in asked.held {
            let exempt = paths.iter().filter(|it| std::str::from_utf8(it).is_ok()).count();
            if exempt > 0 {
                let what = "files that are here and that";
                let _ = writeln!(told, "  exempt for 90 days: {exempt} {what} `{rule}` would deny");
            }
            if exempt < paths.len() || paths.is_empty() {
                let _ = writeln!(told, "  denied: what is here, by `{rule}`; refgate check --all");
            }
        }
        let _ = write!(told, "\nIn the past, as if each were pushed now:\n{past}");
        told += "\nNext:  refgate install            hooks in this clone, removable\n       \
                 git add refgate.toml       it judges once it is committed\n";
        say(&told)?;
        Ok(Exit::Allowed)
    }
}

/// A draft in a file of its own, to see what it would say.
struct Trial<'t> {
    path: PathBuf,
    global: &'t Global,
}

impl<'t> Trial<'t> {
    fn of(text: &str, global: &'t Global) -> anyhow::Result<Self> {
        let path = |round: u32| format!("refgate-init-{}-{round}.toml", std::process::id());
        for round in 0..100 {
            let path = std::env::temp_dir().join(path(round));
            let Ok(mut file) = OpenOptions::new().write(true).create_new(true).open(&path) else {
                continue;
            };
            let trial = Self { path, global };
            file.write_all(text.as_bytes())?;
            return Ok(trial);
        }
        bail!("no file could be made in {}", std::env::temp_dir().display())
    }

    /// What the repository holds and the draft would deny.
    fn held(&self) -> anyhow::Result<Vec<Held>> {
        let directory = std::env::current_dir()?;
        let at = self.global.environment.now()?;
        let options = Options { policy: Some(&self.path), at, ..Options::default() };
        let local = Local::open(&self.global.environment.vars, &directory, options)?;
        let progress = Progress::new("contents");
        let verdict = local.everything(&|done| progress.at(done))?.verdict;
        progress.end();
        let mut held: BTreeMap<_, BTreeSet<Vec<u8>>> = BTreeMap::new();
        let judgments = verdict.iter().flat_map(|it| &it.judgments);
        for finding in judgments.flat_map(|it| &it.findings) {
            for reason in finding.reasons.iter().filter(|it| !it.decision.allows()) {
                let paths = held.entry(finding.rule).or_default();
                paths.extend(reason.place.path.as_ref().map(|it| it.to_vec()));
            }
        }
        let held = held.into_iter();
        Ok(held.map(|(rule, paths)| Held { rule, paths: paths.into_iter().collect() }).collect())
    }

    /// What the draft would have denied.
    fn past(&self) -> anyhow::Result<String> {
        let global = Global { policy: Some(self.path.clone()), ..self.global.clone() };
        let asked = Replay { count: 200, onto: None, rules: Vec::new(), against: None };
        replayed(&global, &asked)
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Writes a file that is not there: whole, and never over another.
fn create(path: &Path, text: &str) -> anyhow::Result<()> {
    let name = format!(".{}-{}", policy_file::NAME, std::process::id());
    let beside = path.with_file_name(name);
    let write = || -> std::io::Result<()> {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&beside)?
            .write_all(text.as_bytes())?;
        std::fs::hard_link(&beside, path)
    };
    let written = write();
    let _ = std::fs::remove_file(&beside);
    written.with_context(|| format!("{} could not be written", path.display()))
}

/// What was seen, in two lines.
fn summary(seen: &Seen) -> String {
    let count = |count: usize, one: &str, more: &str| {
        format!("{count} {}", if count == 1 { one } else { more })
    };
    let mut out = format!(
        "This repository: {}, {} in 90 days, {}",
        count(seen.branches.len(), "branch", "branches"),
        count(seen.commits, "commit", "commits"),
        count(seen.people, "person", "people")
    );
    if let Some(name) = &seen.github {
        let _ = write!(out, ", GitHub {name}");
    }
    let mut found: Vec<String> = seen.code_owners.iter().cloned().collect();
    found.extend(seen.lfs.then(|| "Git LFS".to_owned()));
    found.extend(seen.tools.iter().map(ToString::to_string));
    let (conventional, all) = seen.conventional;
    if all > 0 {
        found.push(format!("{conventional} of {all} messages Conventional Commits"));
    }
    let _ = write!(out, "\nWork lands on: {}\n", seen.lasting().join(", "));
    if !found.is_empty() {
        let _ = writeln!(out, "Found: {}", found.join(", "));
    }
    crate::report::escaped(&out)
}
