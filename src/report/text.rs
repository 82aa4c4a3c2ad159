//! A verdict as text for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::model::{Decision, Finding, Judgment, Place, Reason, Verdict};

/// How wide a line may be, in columns.
#[derive(Clone, Copy, Debug)]
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

/// What the pusher should know of a verdict: nothing, if every update passes
/// without more.
pub fn text(verdict: &Verdict, width: Width) -> String {
    let mut out = String::new();
    for judgment in verdict.judgments.iter().filter(|it| it.decision() > Decision::Pass) {
        if !out.is_empty() {
            out.push('\n');
        }
        out += &update(judgment, width);
    }
    out
}

fn update(judgment: &Judgment, width: Width) -> String {
    let name = shown(&judgment.update.name.to_string());
    let mut out = String::new();
    let _ = match judgment.decision() {
        Decision::Deny => writeln!(out, "error: {name}: denied"),
        Decision::Pending => writeln!(out, "error: {name}: not yet"),
        Decision::Warn => writeln!(out, "warning: {name}: allowed, with warnings"),
        Decision::Defer | Decision::Pass => writeln!(out, "success: {name}: allowed"),
    };
    for finding in judgment.findings.iter().filter(|it| it.decision() > Decision::Defer) {
        rule(&mut out, finding, width);
    }
    let mut later: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for finding in &judgment.findings {
        let reasons = finding.reasons.iter();
        for reason in reasons.filter(|it| it.decision == Decision::Defer) {
            later.entry(&reason.what).or_default().push(finding.rule);
        }
    }
    for (what, rules) in later {
        let _ = writeln!(out, "\n  {what}: {}", rules.join(", "));
    }
    out
}

fn rule(out: &mut String, finding: &Finding, width: Width) {
    let _ = match &finding.origin {
        Some(origin) => writeln!(out, "\n  {} ({origin})", finding.rule),
        None => writeln!(out, "\n  {} (built in)", finding.rule),
    };
    let mut last_hint = None;
    for reason in finding.reasons.iter().filter(|it| it.decision > Decision::Defer) {
        if last_hint.is_some() && last_hint != reason.hint.as_ref() {
            hint(out, last_hint, width);
        }
        lines(out, "    ", &sentence(reason), width);
        last_hint = reason.hint.as_ref();
    }
    hint(out, last_hint, width);
    if let Some(why) = &finding.why {
        lines(out, "    why: ", why, width);
    }
}

fn hint(out: &mut String, hint: Option<&String>, width: Width) {
    if let Some(hint) = hint {
        lines(out, "    hint: ", hint, width);
    }
}

fn sentence(reason: &Reason) -> String {
    let Place { commit, path, line, column } = &reason.place;
    let mut place = commit.map(|it| it.short()).unwrap_or_default();
    if let Some(path) = path {
        if !place.is_empty() {
            place.push(' ');
        }
        place += &path.to_string();
        for number in [line, column].into_iter().flatten() {
            let _ = write!(place, ":{number}");
        }
    }
    if place.is_empty() { reason.what.clone() } else { format!("{place}: {}", reason.what) }
}

/// Writes `text` behind `prefix`, broken between words to fit.
fn lines(out: &mut String, prefix: &str, text: &str, width: Width) {
    let mut line = prefix.to_owned();
    let mut first = true;
    for word in shown(text).split(' ') {
        if !first && line.chars().count() + 1 + word.chars().count() > width.columns() {
            let _ = writeln!(out, "{line}");
            line = " ".repeat(prefix.len().max(6));
        } else if !first {
            line.push(' ');
        }
        line.push_str(word);
        first = false;
    }
    let _ = writeln!(out, "{line}");
}

/// What a pusher chose, such as a path, may be in it: control characters are
/// shown escaped, lest they forge a line.
fn shown(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        if char.is_control() {
            out.extend(char.escape_default());
        } else {
            out.push(char);
        }
    }
    out
}
