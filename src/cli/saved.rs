//! Records of verdicts as files: writing them, and judging by them again.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};

use super::{Global, PolicyFile, warn};
use crate::file::{self, Holds};
use crate::model::{About, Actor, Timestamp, Verdict, Withheld};
use crate::record::{self, Compared, Record};
use crate::report;

/// What was decided about a recorded change, and by which policy.
pub(super) struct Saved {
    /// The verdict.
    pub(super) verdict: Verdict,
    /// What the policy is called.
    pub(super) from: String,
    /// Why the verdict is worth nothing, though it allows the change.
    pub(super) worthless: Option<String>,
}

/// What is taken to be otherwise than it was recorded.
#[derive(Debug, Default)]
pub(super) struct Instead {
    /// Who pushes.
    pub(super) actor: Option<Actor>,
    /// When.
    pub(super) at: Option<Timestamp>,
    /// The rules to judge by alone; all, if empty.
    pub(super) rules: Vec<String>,
}

/// Judges a recorded change again: by the policy that was asked for, else by the
/// one that the record holds.
pub(super) fn judged(global: &Global, path: &Path, instead: Instead) -> anyhow::Result<Saved> {
    let (name, raw) = contents(path)?;
    let mut record = record::read(&name, &raw, instead.at).map_err(anyhow::Error::new)?;
    let (policy, from) = match (&global.policy, record.policy()) {
        (Some(path), _) => (PolicyFile::at(path).policy()?, path.display().to_string()),
        (None, Some(own)) => {
            let own = own.context("the policy in the record cannot be read")?;
            let name = record.policy.as_ref().map(|it| it.name.clone()).unwrap_or_default();
            (own, format!("{name} of the record"))
        }
        (None, None) => {
            bail!("{name} holds no policy to judge by\nhint: name one with `--policy FILE`")
        }
    };
    let same = record.is_by(&policy);
    if !same && global.policy.is_none() {
        warn("warning: a preset that the policy extends is another one now\n");
    }
    let as_it_was = instead.actor.is_none() && instead.at.is_none() && instead.rules.is_empty();
    record.actor = instead.actor.or(record.actor);
    let mut verdict = record.judged(policy);
    for judgment in verdict.judgments.iter_mut().filter(|_| !instead.rules.is_empty()) {
        judgment.findings.retain(|it| instead.rules.iter().any(|only| only == it.rule));
    }
    warn(&doubts(&record, &verdict, same && as_it_was));
    let compared = if same && as_it_was { Compared::AsItWas } else { Compared::Otherwise };
    let worthless = record.worthless(&verdict, compared);
    Ok(Saved { verdict, from, worthless })
}

/// What a reader should know besides: what the record leaves out, and whether it
/// tells of another decision.
fn doubts(record: &Record, verdict: &Verdict, comparable: bool) -> String {
    let mut out = String::new();
    let of = |wanted| record.facts.withheld.values().filter(|it| **it == wanted).count();
    for (kind, why) in [(Withheld::Secret, "may hold a secret"), (Withheld::Large, "are too large")]
    {
        let count = of(kind);
        if count > 0 {
            out += &format!("warning: {count} contents are not in the record: they {why}\n");
        }
    }
    if record.redacted {
        out += "warning: texts in the record are redacted: they may have held a secret\n";
    }
    let reasons = verdict.judgments.iter().flat_map(|it| &it.findings).flat_map(|it| &it.reasons);
    let unknown = reasons.into_iter().any(|it| it.about == About::Gap);
    if !comparable && record.facts.asked.is_some() && unknown {
        out += "warning: the record holds only what was asked when it was written\n";
    }
    if comparable && out.is_empty() && record.told(verdict) == Some(false) {
        let by = report::escaped_line(record.refgate.as_deref().unwrap_or_default());
        out += &format!("warning: refgate {by} came to another verdict, which the record holds\n");
    }
    out
}

fn contents(path: &Path) -> anyhow::Result<(String, Vec<u8>)> {
    if path.as_os_str() == "-" {
        let raw = file::stdin(Holds::Facts).context("cannot read the standard input")?;
        return Ok(("-".to_owned(), raw));
    }
    let name = path.display().to_string();
    let raw = file::read(path, Holds::Facts).with_context(|| format!("cannot read {name}"))?;
    Ok((name, raw))
}

/// Writes a record as the file `path`: TOML if it ends so, else JSON.
pub(super) fn write(path: &Path, record: &Record) -> anyhow::Result<()> {
    let toml = path.extension().is_some_and(|it| it == "toml");
    let text = if toml { record.toml() } else { record.json() };
    let text = text.map_err(anyhow::Error::msg)?;
    whole(path, &text).with_context(|| format!("cannot write {}", path.display()))
}

/// Adds a record to those in `directory`, under a name that sorts by time.
pub(super) fn keep(directory: &Path, record: &Record) -> anyhow::Result<()> {
    let text = record.json().map_err(anyhow::Error::msg)?;
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S.%6fZ");
    let name = format!("{now}-{}-{}.json", record.stage, std::process::id());
    fs::create_dir_all(directory)?;
    Ok(whole(&directory.join(name), &text)?)
}

/// Writes a file that only its owner may read, wholly or not at all.
fn whole(path: &Path, text: &str) -> std::io::Result<()> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", std::process::id()));
    let new = path.with_file_name(name);
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new).and_then(
        |mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        },
    );
    let done = written.and_then(|()| fs::rename(&new, path));
    if done.is_err() {
        let _ = fs::remove_file(&new);
    }
    done
}
