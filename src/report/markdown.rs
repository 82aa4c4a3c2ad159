//! A verdict as Markdown, for a job's summary or a comment.

use super::{escape, text};
use crate::model::{Decision, Finding, Judgment, Verdict};

/// GitHub takes 65,535 characters in a check; a part of it is kept free.
const LIMIT: usize = 60_000;

/// What is denied, warned of or left to a later stage, as nested lists.
///
/// What came from outside stands in code spans, where neither markup, mentions
/// nor links are looked for.
pub fn markdown(verdict: &Verdict) -> String {
    let mut out = format!("### refgate: {}\n", word(verdict.decision()));
    let mut left_out = 0;
    let told = verdict.judgments.iter().filter(|it| it.decision() > Decision::Pass);
    let (denied, allowed): (Vec<_>, Vec<_>) = told.partition(|it| !it.decision().allows());
    for judgment in denied.into_iter().chain(allowed) {
        let part = update(judgment);
        if left_out > 0 || out.len() + part.len() > LIMIT {
            left_out += 1;
        } else {
            out += &part;
        }
    }
    if left_out > 0 {
        out += &format!("\n… {left_out} more refs are not shown\n");
    }
    out
}

fn update(judgment: &Judgment) -> String {
    let name = escape::bytes(judgment.update.name.as_bstr());
    let mut out = format!("\n{}: **{}**\n\n", code(&name), word(judgment.decision()));
    for finding in judgment.findings.iter().filter(|it| it.decision() > Decision::Pass) {
        let part = rule(finding);
        if out.len() + part.len() > LIMIT / 2 {
            out += "- …\n";
            break;
        }
        out += &part;
    }
    out
}

fn rule(finding: &Finding) -> String {
    let origin = finding.origin.as_ref().map_or("built in".to_owned(), ToString::to_string);
    let decision = word(finding.decision());
    let mut out = format!("- **{}** ({}): {decision}\n", finding.rule, shown(&origin));
    let reasons: Vec<_> =
        finding.reasons.iter().filter(|it| it.decision > Decision::Pass).collect();
    for reason in reasons.iter().take(20) {
        out += &format!("  - {}\n", shown(&text::sentence(reason)));
        if let Some(exempt) = &reason.exempt {
            out += &format!("    - exempt: {}\n", shown(&exempt.why));
        }
        if let Some(hint) = &reason.hint {
            out += &format!("    - hint: {}\n", shown(hint));
        }
    }
    if reasons.len() > 20 {
        out += &format!("  - … {} more\n", reasons.len() - 20);
    }
    if let Some(why) = &finding.why {
        out += &format!("  - why: {}\n", shown(why));
    }
    out
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass => "allowed",
        Decision::Defer => "allowed, decided later",
        Decision::Warn => "allowed, with warnings",
        Decision::Pending => "not yet",
        Decision::Deny => "denied",
    }
}

/// Plain words as they are, anything else as code.
pub(super) fn shown(text: &str) -> String {
    let plain = |it: char| it.is_alphanumeric() || " ,()".contains(it);
    let text = escape::line(text);
    if text.chars().all(plain) && !text.starts_with(' ') { text } else { code(&text) }
}

/// What came from outside, as Markdown in which nothing of it means anything.
pub fn code_span(text: &str) -> String {
    shown(text)
}

/// A code span, whose fence is longer than any run of backticks in it.
pub(super) fn code(text: &str) -> String {
    let text: String = text.chars().take(1000).collect();
    let runs = text.split(|it| it != '`').map(str::len);
    let fence = "`".repeat(1 + runs.max().unwrap_or(0));
    let pad = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}
