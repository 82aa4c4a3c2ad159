//! A verdict as text for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::escape;
use super::page::Page;
use crate::model::{Decision, Exempt, Finding, Judgment, Place, Reason, Stage, Timestamp, Verdict};

/// How many findings of one rule are shown.
const SHOWN: usize = 20;

/// How wide a line may be, in columns.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Width {
    /// 72: Git puts `remote: ` before each line.
    Server,
    /// 79.
    Local,
}

impl Width {
    fn columns(self) -> usize {
        match self {
            Self::Server => 72,
            Self::Local => 79,
        }
    }
}

/// How much is told, from little to much.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Detail {
    /// What is denied.
    Denials,
    /// Warnings and what is left to a later stage, too.
    Usual,
    /// What passed, too, and every finding.
    Everything,
}

/// Whether words stand out by color.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Color {
    /// No escape codes at all.
    Plain,
    /// The codes that every terminal knows.
    Ansi,
}

/// How a text is to look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// How wide a line may be.
    pub width: Width,
    /// How much is told.
    pub detail: Detail,
    /// Whether words stand out.
    pub color: Color,
}

/// What the pusher should know of a verdict, without color: nothing, if every
/// update passes without more.
pub fn text(verdict: &Verdict, width: Width) -> String {
    styled(verdict, Style { width, detail: Detail::Usual, color: Color::Plain })
}

/// A verdict as text, at most 32 KiB of it: what is denied stands first.
pub fn styled(verdict: &Verdict, style: Style) -> String {
    let mut page = Page::new(style.width.columns());
    let least = least(style.detail);
    let told = verdict.judgments.iter().filter(|it| it.decision() >= least);
    let (denied, allowed): (Vec<_>, Vec<_>) = told.partition(|it| !it.decision().allows());
    for judgment in denied.into_iter().chain(allowed) {
        if !page.is_empty() {
            page.gap();
        }
        update(&mut page, judgment, style.detail);
    }
    let text = page.close(&siblings(verdict));
    match style.color {
        Color::Plain => text,
        Color::Ansi => text.lines().map(|line| format!("{}\n", colored(line))).collect(),
    }
}

fn least(detail: Detail) -> Decision {
    match detail {
        Detail::Denials => Decision::Pending,
        Detail::Usual => Decision::Defer,
        Detail::Everything => Decision::Pass,
    }
}

fn update(page: &mut Page, judgment: &Judgment, detail: Detail) {
    let mut name = escape::bytes(judgment.update.name.as_bstr());
    if let Some(asked) = &judgment.update.asked_as {
        let _ = write!(name, " (pushed as {})", escape::bytes(asked.as_bstr()));
    }
    let later = judgment.findings.iter().filter(|it| it.decision() == Decision::Warn);
    match (judgment.decision(), later.filter_map(denies_from).min()) {
        (Decision::Deny, _) => page.paragraph("error: ", &format!("{name}: denied"), 0),
        (Decision::Pending, _) => page.paragraph("error: ", &format!("{name}: not yet"), 0),
        (Decision::Warn, Some(since)) => {
            let what = format!("{name}: allowed, but denied from {} on", day(since));
            page.paragraph("warning: ", &what, 0);
        }
        (Decision::Warn, None) => {
            page.paragraph("warning: ", &format!("{name}: allowed, with warnings"), 0);
        }
        (Decision::Defer | Decision::Pass, _) => {
            page.paragraph("success: ", &format!("{name}: allowed"), 0);
        }
    }
    let worth = |it: &&Finding| match detail {
        Detail::Denials => !it.decision().allows(),
        Detail::Usual => it.decision() > Decision::Defer,
        Detail::Everything => it.decision() != Decision::Defer,
    };
    for finding in judgment.findings.iter().filter(worth) {
        rule(page, finding, detail);
    }
    let mut later: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for finding in judgment.findings.iter().filter(|_| detail > Detail::Denials) {
        let reasons = finding.reasons.iter();
        for reason in reasons.filter(|it| it.decision == Decision::Defer) {
            later.entry(&reason.what).or_default().push(finding.rule);
        }
    }
    for (what, mut rules) in later {
        rules.dedup();
        page.gap();
        page.paragraph("  ", &format!("{what}: {}", rules.join(", ")), 0);
    }
}

fn rule(page: &mut Page, finding: &Finding, detail: Detail) {
    let from = match denies_from(finding) {
        Some(since) => format!(", denies from {} on", day(since)),
        None => String::new(),
    };
    let origin = finding.origin.as_ref().map_or("built in".to_owned(), ToString::to_string);
    page.gap();
    page.paragraph("  ", &format!("{} ({origin}{from})", finding.rule), 0);
    let worth = |it: &&Reason| match detail {
        Detail::Denials => !it.decision.allows(),
        Detail::Usual => it.decision > Decision::Defer,
        Detail::Everything => true,
    };
    let reasons: Vec<_> = finding.reasons.iter().filter(worth).collect();
    let shown = if detail == Detail::Everything { reasons.len() } else { SHOWN };
    let mut last_hint = None;
    for reason in reasons.iter().take(shown) {
        if last_hint.is_some() && last_hint != reason.hint.as_ref() {
            hint(page, last_hint);
        }
        page.paragraph("    ", &sentence(reason), 1);
        if let Some(Exempt { origin, why }) = &reason.exempt {
            page.paragraph("    exempt: ", &format!("{why} ({origin})"), 0);
        }
        last_hint = reason.hint.as_ref();
    }
    if reasons.len() > shown {
        page.paragraph("    ", &format!("… {} more", reasons.len() - shown), 0);
    }
    hint(page, last_hint);
    if let Some(why) = &finding.why {
        page.paragraph("    why: ", why, 0);
    }
}

fn hint(page: &mut Page, hint: Option<&String>) {
    if let Some(hint) = hint {
        page.paragraph("    hint: ", hint, 0);
    }
}

/// From when on a finding denies that only warns now.
fn denies_from(finding: &Finding) -> Option<Timestamp> {
    let soft = |it: &Reason| it.decision == Decision::Warn && it.exempt.is_none();
    finding.since.filter(|_| finding.reasons.iter().any(soft))
}

fn day(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at).map_or_else(
        |_| at.to_string(),
        |it| it.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
    )
}

/// Where it is the case, and what: on one line, escaped.
pub fn sentence(reason: &Reason) -> String {
    let place = place(&reason.place);
    let what = escape::line(&reason.what);
    if place.is_empty() { what } else { format!("{place}: {what}") }
}

/// `9be0d11 config/prod.env:2:17`, as much of it as is known.
fn place(place: &Place) -> String {
    let Place { commit, line, column, .. } = place;
    let mut out = commit.map(|it| it.short()).unwrap_or_default();
    if let Some(path) = place.shown_path() {
        if !out.is_empty() {
            out.push(' ');
        }
        out += &escape::bytes(path.as_ref());
        for number in [line, column].into_iter().flatten() {
            let _ = write!(out, ":{number}");
        }
    }
    out
}

/// Says once that a push is refused as a whole, if a part of it would pass.
fn siblings(verdict: &Verdict) -> Vec<String> {
    let push = matches!(verdict.stage, Stage::PrePush | Stage::PreReceive);
    let (allowed, denied): (Vec<_>, Vec<_>) =
        verdict.judgments.iter().partition(|it| it.decision().allows());
    let count = match allowed.len() {
        _ if !push || denied.is_empty() => return Vec::new(),
        0 => return Vec::new(),
        1 => "1 other ref".to_owned(),
        many => format!("{many} other refs"),
    };
    vec![
        format!("{count} would have passed; a push is refused as a whole"),
        "hint: push what passes on its own".to_owned(),
    ]
}

/// The line with its first word colored, as Git does for what a server says.
fn colored(line: &str) -> String {
    let rest = line.trim_start();
    let code = match rest.split(':').next() {
        Some("error") => "1;31",
        Some("warning") => "1;33",
        Some("success") => "1;32",
        Some("hint") => "36",
        Some(_) | None => return line.to_owned(),
    };
    let (indent, word) = (line.len() - rest.len(), rest.find(':').unwrap_or(0));
    let (before, after) = line.split_at(indent);
    let (word, after) = after.split_at(word);
    format!("{before}\u{1b}[{code}m{word}\u{1b}[0m{after}")
}
