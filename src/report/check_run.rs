//! A verdict as a check run on GitHub: a title, a summary, the tree of reasons and
//! annotations.
//!
//! Source: docs.github.com, "REST API endpoints for check runs": texts of at most
//! 65,535 characters, 50 annotations in one request, three actions.

use std::fmt::Write;

use super::markdown::{code, shown};
use super::{escape, text, tree};
use crate::model::{Act, Decision, Finding, Judgment, Outcome, Part, Reason, Verdict, Whose};

/// GitHub takes 65,535 characters; what is not shown is told in the rest.
const LIMIT: usize = 60_000;

/// GitHub shows about this much of a title in a pull request.
const TITLE: usize = 120;

/// As many annotations are written for one verdict.
const MOST: usize = 200;

/// A check run, as it is to be seen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CheckRun {
    /// How it ended; `None` as long as it has not.
    pub conclusion: Option<Conclusion>,
    /// In a line, what is the case.
    pub title: String,
    /// Markdown: whose move it is, and what speaks against.
    pub summary: String,
    /// Markdown: how each rule and each requirement came out.
    pub text: String,
    /// What belongs to a line of a file.
    pub annotations: Vec<Annotation>,
}

/// How a check run ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Conclusion {
    /// The change may go on.
    Success,
    /// It may not.
    Failure,
}

/// A reason at a line of a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Annotation {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// Whether it denies; else it warns.
    pub denies: bool,
    /// The rule.
    pub title: String,
    /// What is the case, and what to do.
    pub message: String,
}

/// The check run for a verdict. What is pending has not ended: nobody's push is
/// needed to bring it further.
pub fn check_run(verdict: &Verdict) -> CheckRun {
    let decision = verdict.decision();
    CheckRun {
        conclusion: match decision {
            Decision::Pass | Decision::Defer | Decision::Warn => Some(Conclusion::Success),
            Decision::Pending => None,
            Decision::Deny => Some(Conclusion::Failure),
        },
        title: title(verdict),
        summary: summary(verdict),
        text: details(verdict),
        annotations: annotations(verdict),
    }
}

/// What is the case, in a line: whom it waits for, or which rules deny it.
pub fn title(verdict: &Verdict) -> String {
    let findings = || verdict.judgments.iter().flat_map(|it| &it.findings);
    let rules = |wanted: Decision| {
        let mut names: Vec<_> =
            findings().filter(|it| it.decision() == wanted).map(|it| it.rule).collect();
        names.sort_unstable();
        names.dedup();
        names.join(", ")
    };
    let whole = match verdict.decision() {
        Decision::Pass | Decision::Defer => "allowed".to_owned(),
        Decision::Warn => format!("allowed, with warnings: {}", rules(Decision::Warn)),
        Decision::Deny => format!("denied: {}", rules(Decision::Deny)),
        Decision::Pending => {
            let moves: Vec<_> =
                verdict.judgments.iter().flat_map(tree::moves).map(tree::told).collect();
            match moves.as_slice() {
                [] => format!("waits: {}", rules(Decision::Pending)),
                [only] => format!("waits for {only}"),
                [first, rest @ ..] => format!("waits for {first}, and {} more", rest.len()),
            }
        }
    };
    cut(&escape::line(&whole), TITLE)
}

fn summary(verdict: &Verdict) -> String {
    let mut out = String::new();
    for judgment in &verdict.judgments {
        let name = escape::bytes(judgment.update.name.as_bstr());
        let _ = writeln!(out, "{}: **{}**\n", code(&name), word(judgment.decision()));
        let moves = tree::moves(judgment);
        if !moves.is_empty() && !judgment.decision().allows() {
            out += "To make it pass:\n\n";
            for step in moves {
                let _ = writeln!(out, "- {}", shown(&tree::told(step)));
            }
            out += "\n";
        }
        let told = judgment.findings.iter().filter(|it| it.decision() >= Decision::Warn);
        for finding in told {
            let part = reasons(finding);
            if out.len() + part.len() > LIMIT {
                out += "- … more is not shown\n";
                return out;
            }
            out += &part;
        }
    }
    out
}

/// What speaks against, under the name of the rule.
fn reasons(finding: &Finding) -> String {
    let mut out =
        format!("- **{}** ({}): {}\n", finding.rule, origin(finding), word(finding.decision()));
    let told: Vec<_> = finding.reasons.iter().filter(|it| it.decision >= Decision::Warn).collect();
    for reason in told.iter().take(20) {
        let _ = writeln!(out, "  - {}", shown(&text::sentence(reason)));
        if let Some(exempt) = &reason.exempt {
            let _ = writeln!(out, "    - exempt: {}", shown(&exempt.why));
        }
        if let Some(hint) = &reason.hint {
            let _ = writeln!(out, "    - hint: {}", shown(hint));
        }
    }
    if told.len() > 20 {
        let _ = writeln!(out, "  - … {} more", told.len() - 20);
    }
    if let Some(why) = &finding.why {
        let _ = writeln!(out, "  - why: {}", shown(why));
    }
    out
}

fn details(verdict: &Verdict) -> String {
    let mut out = String::new();
    for judgment in &verdict.judgments {
        for finding in &judgment.findings {
            let part = rule(finding);
            if out.len() + part.len() > LIMIT {
                out += "\n… more is not shown\n";
                return out;
            }
            out += &part;
        }
        if judgment.findings.is_empty() {
            out += "The policy asks nothing of this branch.\n";
        }
    }
    out
}

/// How a rule came out, and every requirement within it.
fn rule(finding: &Finding) -> String {
    let outcome = finding.outcome();
    let mut out =
        format!("- {} **{}** ({}): {outcome}\n", mark(outcome), finding.rule, origin(finding));
    let plain = finding.reasons.iter().filter(|it| it.decision < Decision::Warn);
    for reason in plain.take(5) {
        let _ = writeln!(out, "  - {}", shown(&text::sentence(reason)));
    }
    for it in &finding.parts {
        part(&mut out, it, 1);
    }
    out
}

fn part(out: &mut String, it: &Part, depth: usize) {
    // Deeper lists than this nobody can read; GitHub takes them for code.
    let blank = "  ".repeat(depth.min(8));
    let count = if it.wanted > 0 {
        format!(", {} of {}", it.counted.len(), it.wanted)
    } else {
        String::new()
    };
    let _ =
        writeln!(out, "{blank}- {} {}: {}{count}", mark(it.outcome), shown(&it.name), it.outcome);
    if !it.counted.is_empty() {
        let names: Vec<_> =
            it.counted.iter().map(|it| code(&escape::line(&it.to_string()))).collect();
        let _ = writeln!(out, "{blank}  - counts: {}", names.join(", "));
    }
    for ignored in it.ignored.iter().take(50) {
        let _ = writeln!(out, "{blank}  - ignored: {}", shown(&ignored.what));
    }
    if it.ignored.len() > 50 {
        let _ = writeln!(out, "{blank}  - … {} more are ignored", it.ignored.len() - 50);
    }
    if let Some(step) = it.next.as_ref().filter(|_| it.outcome != Outcome::Satisfied) {
        let _ = writeln!(out, "{blank}  - next: {}", shown(&tree::told(step)));
    }
    for inner in &it.parts {
        part(out, inner, depth + 1);
    }
}

fn annotations(verdict: &Verdict) -> Vec<Annotation> {
    let mut all = Vec::new();
    for finding in verdict.judgments.iter().flat_map(|it| &it.findings) {
        let told = finding.reasons.iter().filter(|it| it.decision >= Decision::Warn);
        all.extend(told.filter_map(|it| annotation(finding, it)));
    }
    // GitHub shows the first; what denies stands first.
    all.sort_by_key(|it| !it.denies);
    all.truncate(MOST);
    all
}

fn annotation(finding: &Finding, reason: &Reason) -> Option<Annotation> {
    let path = escape::bytes(reason.place.shown_path()?.as_ref());
    let hint = reason.hint.as_ref().map(|it| format!("\nhint: {}", escape::line(it)));
    Some(Annotation {
        path,
        line: reason.place.line.unwrap_or(1),
        denies: !reason.decision.allows(),
        title: finding.rule.to_owned(),
        message: text::sentence(reason) + &hint.unwrap_or_default(),
    })
}

/// The people and teams that a review is asked of, by verdict: what is open, and
/// could be closed by them.
pub fn reviewers(judgment: &Judgment) -> Vec<(&[String], usize)> {
    let moves = tree::moves(judgment).into_iter();
    let asks = moves.filter(|it| it.act == Act::Approve);
    asks.filter_map(|it| match &it.whose {
        Whose::Reviewer(names) if !names.is_empty() => Some((names.as_slice(), it.count)),
        _ => None,
    })
    .collect()
}

fn origin(finding: &Finding) -> String {
    let origin = finding.origin.as_ref().map_or("built in".to_owned(), ToString::to_string);
    shown(&origin)
}

fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotApplicable => "➖",
        Outcome::Satisfied => "✅",
        Outcome::Pending => "⏳",
        Outcome::Refused => "❌",
        Outcome::Overridden => "⚠️",
        Outcome::Error => "💥",
    }
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass | Decision::Defer => "allowed",
        Decision::Warn => "allowed, with warnings",
        Decision::Pending => "not yet",
        Decision::Deny => "denied",
    }
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
