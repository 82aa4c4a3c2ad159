//! A verdict as a part of a page: whose move it is, and every rule with what it
//! found.

use maud::{Markup, html};

use super::frame::{label, outside};
use super::part::{outcome, parts};
use crate::model::{Exempt, Finding, Judgment, Origin, Outcome, Reason, Verdict};
use crate::record::Judge;
use crate::report;

/// So many reasons are shown of one rule; the record holds all.
const MOST: usize = 200;

/// Whose move it is, and what each rule came to.
pub(super) fn verdict(verdict: &Verdict, judge: Option<&Judge>) -> Markup {
    let many = verdict.judgments.len() > 1;
    html! {
        @for judgment in &verdict.judgments {
            @if many {
                h2 { (outside(&name(judgment))) " " (label(Some(judgment.decision()))) }
            }
            (moves(judgment))
            section {
                h2 { "rules" }
                @for finding in judgment.findings.iter().filter(|it| !is_well(it)) {
                    (rule(finding, judge))
                }
                @for finding in judgment.findings.iter().filter(|it| is_well(it)) {
                    (rule(finding, judge))
                }
                @if judgment.findings.is_empty() { p.empty { "no rule asks anything here" } }
            }
        }
    }
}

fn name(judgment: &Judgment) -> String {
    report::escaped_bytes(judgment.update.name.as_bstr())
}

fn moves(judgment: &Judgment) -> Markup {
    let moves = report::moves(judgment);
    html! {
        section.moves {
            h2 { "whose move" }
            @if judgment.decision().allows() {
                p { "nobody's: nothing more is needed" }
            } @else if moves.is_empty() {
                p { "what is said below would make it pass" }
            } @else {
                p { "to make it pass:" }
                ul { @for step in moves { li { (outside(&report::told(step))) } } }
            }
        }
    }
}

/// Whether nobody needs to look. What is well is folded, and stands last.
fn is_well(finding: &Finding) -> bool {
    matches!(finding.outcome(), Outcome::Satisfied | Outcome::NotApplicable)
}

fn rule(finding: &Finding, judge: Option<&Judge>) -> Markup {
    let before = finding.reasons.iter().map(|it| it.hint.as_ref());
    let before = std::iter::once(None).chain(before);
    html! {
        details.rule open[!is_well(finding)] {
            summary { strong { (outside(finding.rule)) } " " (outcome(finding.outcome())) }
            @match &finding.origin {
                Some(origin) => (asked(origin, judge)),
                None => p.origin { "built in" },
            }
            @if let Some(why) = &finding.why { p { "why: " (outside(why)) } }
            ul.reasons {
                @for (at, before) in finding.reasons.iter().zip(before).take(MOST) {
                    li { (reason(at, before)) }
                }
                @if finding.reasons.len() > MOST {
                    li { "… and " (finding.reasons.len() - MOST) " more in the record" }
                }
            }
            (parts(&finding.parts))
        }
    }
}

/// The line of the policy that asks for a rule, with its text if that is known.
fn asked(origin: &Origin, judge: Option<&Judge>) -> Markup {
    let text = judge.and_then(|it| it.files.get(&*origin.file));
    let line = text.and_then(|it| it.lines().nth(origin.line.checked_sub(1)?));
    html! {
        p.origin {
            "asked for by " (outside(&origin.to_string()))
            @if let Some(line) = line.map(str::trim).filter(|it| !it.is_empty()) {
                ": " code { (outside(line)) }
            }
        }
    }
}

/// A reason, with its hint unless the one before has said it.
fn reason(reason: &Reason, before: Option<&String>) -> Markup {
    let hint = reason.hint.as_ref().filter(|it| before != Some(*it));
    html! {
        p {
            @if !reason.decision.allows() { strong { "against: " } }
            (outside(&report::sentence(reason)))
            @if let Some(code) = &reason.code { " " code { (outside(code)) } }
        }
        @if let Some(Exempt { origin, why }) = &reason.exempt {
            p { "overridden: " (outside(why)) " (" (outside(&origin.to_string())) ")" }
        }
        @if let Some(hint) = hint { p.hint { "hint: " (outside(hint)) } }
    }
}
