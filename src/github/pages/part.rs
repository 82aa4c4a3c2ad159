//! A requirement within a rule: how it came out, who counts for it, and who does
//! not and why.

use maud::{Markup, html};

use super::frame::{badge, outside};
use crate::model::{Outcome, Part};
use crate::report;

/// So many names or ignored words are shown of one requirement.
const MOST: usize = 100;

/// Requirements, with those within them.
pub(super) fn parts(parts: &[Part]) -> Markup {
    html! {
        @if !parts.is_empty() {
            ul.parts { @for part in parts { li { (one(part)) } } }
        }
    }
}

fn one(part: &Part) -> Markup {
    let next = part.next.as_ref().filter(|_| part.outcome != Outcome::Satisfied);
    html! {
        p {
            strong { (outside(&part.name)) } " " (outcome(part.outcome))
            @if part.wanted > 0 { " " (part.counted.len()) " of " (part.wanted) }
        }
        @if !part.counted.is_empty() {
            p.counts {
                "counts: "
                @for (at, who) in part.counted.iter().take(MOST).enumerate() {
                    @if at > 0 { ", " }
                    @if who.is_ghost() { "an account that is gone" }
                    @else { (outside(&who.to_string())) }
                }
                (more(part.counted.len()))
            }
        }
        @if !part.ignored.is_empty() {
            ul.ignored {
                @for it in part.ignored.iter().take(MOST) {
                    li { "ignored: " (outside(&it.what)) " " code { (outside(&it.code)) } }
                }
            }
            (more(part.ignored.len()))
        }
        @if let Some(next) = next { p.next { "next: " (outside(&report::told(next))) } }
        (parts(&part.parts))
    }
}

/// How many there are beside those that are shown.
fn more(count: usize) -> Markup {
    html! { @if count > MOST { " … and " (count - MOST) " more" } }
}

/// How something came out, as a label.
pub(super) fn outcome(outcome: Outcome) -> Markup {
    let (class, mark) = match outcome {
        Outcome::NotApplicable => ("none", "–"),
        Outcome::Satisfied => ("good", "✓"),
        Outcome::Pending => ("wait", "…"),
        Outcome::Refused => ("bad", "✕"),
        Outcome::Overridden => ("fair", "!"),
        Outcome::Error => ("bad", "?"),
    };
    badge(class, mark, &outcome.to_string())
}
