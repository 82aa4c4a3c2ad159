//! What a policy that a pull request proposes would make of the last pull requests,
//! by the records that are kept of them. GitHub is asked nothing for it.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::keep;
use crate::github::bot::{Bot, Trouble};
use crate::github::store::{Kept, Page, Within};
use crate::github::work::{Home, Subject};
use crate::model::{Decision, Stage, Timestamp};
use crate::policy::Policy;
use crate::record::{self, Replayed, digest};
use crate::report;
use crate::secret::Matcher;

/// So many pull requests are judged again, each as it was decided last.
const MOST: usize = 50;

/// Among so many decisions they are looked for.
const AMONG: u32 = 500;

/// So many of those that would be decided otherwise are told.
const SHOWN: usize = 10;

/// As large as the texts of the policy may be, in bytes: whoever proposes it may want
/// to keep us busy.
const LARGEST_POLICY: usize = 256 << 10;

/// As long as judging them may take. No single one is cut short.
const LONGEST: Duration = Duration::from_secs(5);

/// As much as is shown of a title, in characters.
const TITLE: usize = 80;

/// For how long what was found is told again, in seconds: a comment on the pull request
/// is no reason to write another check run.
const KEPT: Timestamp = 7 * 24 * 3600;

/// One at a time takes a processor.
static TURN: Semaphore = Semaphore::const_new(1);

/// A policy that is proposed.
pub(super) struct Asked<'a> {
    pub(super) home: Home,
    /// By which pull request.
    pub(super) number: u64,
    /// SHA-256 of the policy that there is.
    pub(super) old: &'a str,
    pub(super) new: &'a Arc<Policy>,
    pub(super) now: Timestamp,
    /// Whether a person asked for it anew.
    pub(super) anew: bool,
}

/// A pull request that was decided.
struct Past {
    number: u64,
    title: String,
    /// The record, if it is kept and not too large.
    record: Option<String>,
}

/// What was found.
#[derive(Default)]
struct Found {
    /// How many were judged again.
    judged: usize,
    /// Those that would be decided otherwise, the last first.
    others: Vec<String>,
    /// How many could not be judged, and what was lacking.
    unknown: usize,
    lacking: BTreeSet<String>,
    /// Whether there was no time for all.
    late: bool,
}

/// What the proposed policy would have decided otherwise, as Markdown.
pub(super) async fn told(bot: &Bot, asked: &Asked<'_>) -> Result<String, Trouble> {
    if !asked.new.stages.contains(&Stage::Github) {
        return Ok("\nNo pull request would be judged by it any more.\n".to_owned());
    }
    if asked.new.files.iter().map(|it| it.text.len()).sum::<usize>() > LARGEST_POLICY {
        let kib = LARGEST_POLICY >> 10;
        return Ok(format!("\nIt has more than {kib} KiB, so it is not replayed here.\n"));
    }
    let new = digest(asked.new);
    let key = format!("replay:{}:{}:{}:{new}", asked.home.repository, asked.number, asked.old);
    if !asked.anew
        && let Some(told) = bot.store.recall(&key, asked.now).await?
    {
        return Ok(told);
    }
    let past = past(bot, asked).await?;
    let policy = Arc::clone(asked.new);
    let turn = TURN.acquire().await.map_err(|it| Trouble::Broken(it.to_string()))?;
    let found = tokio::task::spawn_blocking(move || found(&past, &policy)).await;
    drop(turn);
    let told = written(&found.map_err(|it| Trouble::Broken(it.to_string()))?);
    bot.store.remember(&key, &told, asked.now, asked.now + KEPT).await?;
    Ok(told)
}

/// The pull requests that were decided last, but for the one that asks.
async fn past(bot: &Bot, asked: &Asked<'_>) -> Result<Vec<Past>, Trouble> {
    let within = Within::Only(vec![asked.home.repository]);
    let recent = bot.store.recent(&within, Page { skip: 0, most: AMONG }).await?;
    let (mut seen, mut past) = (HashSet::from([asked.number]), Vec::new());
    for Kept { id, decided, .. } in recent.items {
        let Subject::Pull { home, number } = decided.subject else { continue };
        // Whoever could not be judged, or by a floor alone, was not judged by a policy.
        if decided.decision.is_none() || decided.policy.is_empty() || !seen.insert(number) {
            continue;
        }
        let pull = bot.store.pull(home.repository, number).await?;
        let title = pull.map(|it| it.pull.title).unwrap_or_default();
        let record = keep::record(bot, id, asked.now).await?;
        past.push(Past { number, title, record });
        if past.len() == MOST {
            break;
        }
    }
    Ok(past)
}

fn found(past: &[Past], policy: &Policy) -> Found {
    let began = Instant::now();
    let mut found = Found::default();
    for Past { number, title, record } in past {
        if began.elapsed() > LONGEST {
            found.late = true;
            break;
        }
        found.judged += 1;
        match replayed(record.as_deref(), policy) {
            Replayed::Same => {}
            Replayed::Otherwise { was, now, rules } => {
                found.others.push(line(*number, title, (was, now), &rules));
            }
            Replayed::Unknown(lacking) => {
                found.unknown += 1;
                found.lacking.extend(lacking);
            }
        }
    }
    found
}

fn replayed(record: Option<&str>, policy: &Policy) -> Replayed {
    // Another version of ours may have written it.
    let read = record.and_then(|it| record::read("record.json", it.as_bytes(), None).ok());
    match read {
        Some(record) if record.host == policy.people.host => record.replayed(policy),
        Some(_) | None => Replayed::Unknown(BTreeSet::from(["a record".to_owned()])),
    }
}

/// ``- #12 `sum up`: was allowed, would be denied by `linear` ``
fn line(number: u64, title: &str, (was, now): (Decision, Decision), rules: &[String]) -> String {
    let title = Matcher::providers()
        .redact(title.as_bytes())
        .map_or_else(|| title.to_owned(), |it| String::from_utf8_lossy(&it).into_owned());
    let mut short: String = title.chars().take(TITLE).collect();
    if short.len() < title.len() {
        short.push('…');
    }
    let title = report::code_span(&short);
    let named: Vec<_> = rules.iter().take(3).map(|it| report::code_span(it)).collect();
    let more = if rules.len() > 3 { " and more" } else { "" };
    let by = |it: bool| match it && !named.is_empty() {
        true => format!(" by {}{more}", named.join(", ")),
        false => String::new(),
    };
    let (before, after) = (by(was > now), by(now > was));
    format!("- #{number} {title}: was {}{before}, would be {}{after}\n", word(was), word(now))
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass | Decision::Defer | Decision::Warn => "allowed",
        Decision::Pending => "pending",
        Decision::Deny => "denied",
    }
}

fn written(found: &Found) -> String {
    let Found { judged, others, unknown, lacking, late } = found;
    if *judged == 0 {
        return "\nNo other pull request was decided yet that it could be held against.\n"
            .to_owned();
    }
    let all = if *judged == 1 {
        "the last pull request".to_owned()
    } else {
        format!("the last {judged} pull requests")
    };
    let count = if others.is_empty() { "none".to_owned() } else { others.len().to_string() };
    let mut out = format!("\nOf {all} that were decided, {count} would be decided otherwise by it");
    out += if others.is_empty() { ".\n" } else { ":\n\n" };
    others.iter().take(SHOWN).for_each(|it| out += it);
    if others.len() > SHOWN {
        let _ = writeln!(out, "- … {} more", others.len() - SHOWN);
    }
    if *unknown > 0 {
        let what: Vec<_> = lacking.iter().map(String::as_str).collect();
        let why =
            if what.is_empty() { "something that is left out".to_owned() } else { what.join(", ") };
        let _ = write!(out, "\n{unknown} could not be replayed, for lack of {why}.\n");
    }
    if *late {
        out += "\nThere was no time for earlier ones.\n";
    }
    out
}
