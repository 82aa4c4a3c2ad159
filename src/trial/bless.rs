//! Writing down what the policy says now.

use std::ops::Range;

use super::{Expect, Outcome, Trial, Wrong};
use crate::model::Decision;

/// A text with tests that hold, and what was changed in it.
#[derive(Clone, Debug)]
pub struct Blessed {
    /// The text.
    pub text: String,
    /// One line for each test that was changed, with the name of the test.
    pub changed: Vec<String>,
}

/// Writes what `expect` and `because` should say into `text`, which `trials` were
/// read from. All else stays byte for byte, and so do tests that hold.
pub fn bless(text: &str, trials: &[(&Trial, &Outcome)]) -> Blessed {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut changed = Vec::new();
    for (trial, outcome) in
        trials.iter().filter(|(trial, it)| !it.holds() && !trial.todo && it.worthless().is_none())
    {
        let (expect, because) = now(trial, outcome);
        let mut says = Vec::new();
        if expect != trial.expect {
            edits.push((trial.places.expect.clone(), format!("\"{}\"", expect.word())));
            says.push(format!("expect {}, was {}", expect.word(), trial.expect.word()));
        }
        if because != trial.because {
            edits.push(place(text, trial, &list(&because)));
            says.push(format!("because {}, was {}", list(&because), list(&trial.because)));
        }
        if !says.is_empty() {
            changed.push(format!("{} ({}): {}", trial.name, trial.origin, says.join("; ")));
        }
    }
    // From the end, so that places before stay what they are.
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = text.to_owned();
    for (span, new) in edits {
        if text.is_char_boundary(span.start) && text.is_char_boundary(span.end) {
            text.replace_range(span, &new);
        }
    }
    Blessed { text, changed }
}

/// What the test would have to say to hold.
fn now(trial: &Trial, outcome: &Outcome) -> (Expect, Vec<String>) {
    let decision = outcome.verdict.decision();
    let expect = if trial.expect.is(decision) { trial.expect } else { exact(decision) };
    if expect == Expect::Allowed {
        return (expect, Vec::new());
    }
    let silent = |it: &&String| outcome.wrong.contains(&Wrong::Silent((*it).clone()));
    if expect == trial.expect && !trial.because.iter().any(|it| silent(&it)) {
        return (expect, trial.because.clone());
    }
    // What was said and is so stays, also where it says more than a rule's name.
    let kept = trial.because.iter().filter(|it| expect == trial.expect && !silent(it));
    let mut because: Vec<String> = kept.cloned().collect();
    for rule in outcome.against() {
        let named =
            |it: &String| it == rule || it.split_once(':').is_some_and(|(of, _)| of == rule);
        if !because.iter().any(named) {
            because.push(rule.to_owned());
        }
    }
    (expect, because)
}

/// The word that lets in nothing else: `denied` would also hold while something is
/// pending.
fn exact(decision: Decision) -> Expect {
    match Expect::of(decision) {
        Expect::Denied => Expect::Refused,
        other => other,
    }
}

/// Where `because` goes, and what is written there.
fn place(text: &str, trial: &Trial, list: &str) -> (Range<usize>, String) {
    let places = &trial.places;
    if let Some(because) = &places.because {
        return (because.clone(), list.to_owned());
    }
    let end = places.expect.end;
    if places.inline {
        return (end..end, format!(", because = {list}"));
    }
    // On a line of its own behind the one of `expect`, with what that ends in.
    let rest = text.get(end..).unwrap_or_default();
    let behind = end + rest.find('\n').unwrap_or(rest.len());
    let crlf = text.get(..behind).is_some_and(|it| it.ends_with('\r'));
    let behind = if crlf { behind - 1 } else { behind };
    let line = if crlf { "\r\n" } else { "\n" };
    let head = text.get(..places.expect.start).and_then(|it| it.lines().last());
    let indent: String =
        head.unwrap_or_default().chars().take_while(|it| it.is_whitespace()).collect();
    (behind..behind, format!("{line}{indent}because = {list}"))
}

fn list(words: &[String]) -> String {
    let words: Vec<_> =
        words.iter().map(|it| toml::Value::String(it.clone()).to_string()).collect();
    format!("[{}]", words.join(", "))
}
