//! A verdict as a tree for people: how every rule and every requirement within it
//! came out, who counts, who does not and why, and whose move it is.

use std::fmt::Write;

use super::escape;
use super::page::Page;
use super::text::sentence;
use crate::model::{
    Act, Decision, Exempt, Finding, Judgment, Move, Outcome, Part, Timestamp, Verdict, Whose,
};

/// The whole verdict, in lines of at most 79 columns.
pub fn tree(verdict: &Verdict) -> String {
    let mut page = Page::endless(79);
    for judgment in &verdict.judgments {
        if !page.is_empty() {
            page.gap();
        }
        update(&mut page, judgment, verdict);
    }
    page.close(&[])
}

/// What would bring an update further, each said once, in the policy's order.
pub fn moves(judgment: &Judgment) -> Vec<&Move> {
    let open = judgment.findings.iter().filter(|it| !it.decision().allows());
    let mut all: Vec<&Move> = Vec::new();
    for finding in open {
        let mut next = Vec::new();
        finding.parts.iter().for_each(|it| within(it, &mut next));
        // Where requirements say it, the rule says it once more for all of them.
        if next.is_empty() {
            let denials = finding.reasons.iter().filter(|it| !it.decision.allows());
            next.extend(denials.filter_map(|it| it.next.as_ref()));
        }
        for it in next {
            if !all.contains(&it) {
                all.push(it);
            }
        }
    }
    all
}

/// The moves of the innermost requirements that are open.
fn within<'p>(part: &'p Part, out: &mut Vec<&'p Move>) {
    if matches!(part.outcome, Outcome::NotApplicable | Outcome::Satisfied | Outcome::Overridden) {
        return;
    }
    let before = out.len();
    part.parts.iter().for_each(|it| within(it, out));
    if out.len() == before {
        out.extend(&part.next);
    }
}

/// A move as a sentence: `2 of @acme/dba, ana: approve it`.
pub fn told(step: &Move) -> String {
    let Move { whose, act, count, until } = step;
    let who = match whose {
        Whose::Author => "the author".to_owned(),
        Whose::Reviewer(names) if names.is_empty() => match count {
            1 => "someone else".to_owned(),
            many => format!("{many} others"),
        },
        Whose::Reviewer(names) => match (count, names.as_slice()) {
            (1, [only]) if !only.starts_with('@') => only.clone(),
            (count, names) => format!("{count} of {}", names.join(", ")),
        },
        Whose::Check(names) if names.is_empty() => "the checks".to_owned(),
        Whose::Check(names) => names.join(", "),
        Whose::Keeper => "whoever keeps the policy and the repository".to_owned(),
        Whose::Nobody => "nobody".to_owned(),
    };
    let what = match act {
        Act::Approve => "approve it",
        Act::Withdraw => "take back what speaks against it",
        Act::Resolve => "resolve the threads",
        Act::Push => "push a mended version",
        Act::Update => "bring it up to date with its target",
        Act::Run => "run, and end well",
        Act::MarkReady => "mark it as ready",
        Act::Propose => "propose it anew, or in another way",
        Act::Wait => "wait",
        Act::Retry => "let it be found out again",
        Act::Repair => "mend the policy or the settings",
    };
    let until = until.map(|it| format!(", not before {}", moment(it))).unwrap_or_default();
    escape::line(&format!("{who}: {what}{until}"))
}

fn moment(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |it| it.to_string())
}

fn update(page: &mut Page, judgment: &Judgment, verdict: &Verdict) {
    let name = escape::bytes(judgment.update.name.as_bstr());
    let decision = match judgment.decision() {
        Decision::Deny => "denied",
        Decision::Pending => "not yet",
        Decision::Warn => "allowed, with warnings",
        Decision::Defer | Decision::Pass => "allowed",
    };
    page.paragraph("", &format!("{name}: {decision} at {}", verdict.stage), 0);
    judgment.findings.iter().for_each(|it| finding(page, it));
    page.gap();
    let moves = moves(judgment);
    if judgment.decision().allows() {
        page.paragraph("  ", "nothing more is needed", 0);
    } else if moves.is_empty() {
        page.paragraph("  ", "what is said above would make it pass", 0);
    } else {
        page.paragraph("  ", "to make it pass", 0);
    }
    for step in moves {
        page.paragraph("    ", &told(step), 0);
    }
}

fn finding(page: &mut Page, finding: &Finding) {
    page.gap();
    let origin = finding.origin.as_ref().map_or("built in".to_owned(), ToString::to_string);
    let head = format!("{} ({origin}): {}", finding.rule, finding.outcome());
    page.paragraph("  ", &head, 0);
    let mut last = None;
    for reason in &finding.reasons {
        let mut what = sentence(reason);
        if let Some(code) = &reason.code {
            let _ = write!(what, " [{code}]");
        }
        page.paragraph("    ", &what, 0);
        if let Some(Exempt { origin, why }) = &reason.exempt {
            page.paragraph("    exempt: ", &format!("{why} ({origin})"), 0);
        }
        if let Some(hint) = reason.hint.as_ref().filter(|it| last != Some(*it)) {
            page.paragraph("    hint: ", hint, 0);
        }
        last = reason.hint.as_ref();
    }
    if let Some(why) = &finding.why {
        page.paragraph("    why: ", why, 0);
    }
    finding.parts.iter().for_each(|it| part(page, it, 4));
}

/// A requirement, `indent` columns from the left, and those within it.
fn part(page: &mut Page, part: &Part, indent: usize) {
    let blank = " ".repeat(indent);
    let mut head = format!("{}: {}", part.name, part.outcome);
    if part.wanted > 0 {
        let _ = write!(head, ", {} of {}", part.counted.len(), part.wanted);
    }
    page.paragraph(&format!("{blank}- "), &head, 0);
    if !part.counted.is_empty() {
        let names: Vec<_> = part.counted.iter().map(ToString::to_string).collect();
        page.paragraph(&format!("{blank}  counts: "), &names.join(", "), 0);
    }
    for ignored in &part.ignored {
        let what = format!("{} [{}]", ignored.what, ignored.code);
        page.paragraph(&format!("{blank}  ignored: "), &what, 0);
    }
    if let Some(step) = part.next.as_ref().filter(|_| part.outcome != Outcome::Satisfied) {
        page.paragraph(&format!("{blank}  next: "), &told(step), 0);
    }
    // However deep a policy nests, there is room for words.
    let deeper = (indent + 2).min(30);
    for inner in &part.parts {
        self::part(page, inner, deeper);
    }
}
