//! How tests came out, as text for people.

use std::fmt::Write;

use super::{Coverage, Outcome, Trial, Wrong};
use crate::report::{self, Color, Detail, Style, escaped_line};

/// What a test that does not hold expected, and the verdict it got.
pub fn told(trial: &Trial, outcome: &Outcome, style: Style) -> String {
    let word = match style.color {
        Color::Plain => "error",
        Color::Ansi => "\u{1b}[1;31merror\u{1b}[0m",
    };
    let mut out = format!("{word}: {} ({})\n", escaped_line(&trial.name), trial.origin);
    for wrong in &outcome.wrong {
        let _ = writeln!(out, "  {}", sentence(trial, wrong));
    }
    // Where nothing speaks, what passed tells why.
    let allowed = outcome.verdict.decision().allows();
    let detail = if allowed { Detail::Everything } else { style.detail };
    indent(&mut out, &report::styled(&outcome.verdict, Style { detail, ..style }));
    out
}

/// A test that holds, with what speaks against its change.
pub fn held(trial: &Trial, outcome: &Outcome, style: Style) -> String {
    let word = match style.color {
        Color::Plain => "holds",
        Color::Ansi => "\u{1b}[32mholds\u{1b}[0m",
    };
    let mut out = format!("{word}: {} ({})\n", escaped_line(&trial.name), trial.origin);
    indent(&mut out, &report::styled(&outcome.verdict, Style { detail: Detail::Usual, ..style }));
    out
}

fn indent(out: &mut String, verdict: &str) {
    for line in verdict.lines() {
        let _ = match line {
            "" => writeln!(out),
            line => writeln!(out, "    {line}"),
        };
    }
}

/// What is not as the test says.
pub(super) fn sentence(trial: &Trial, wrong: &Wrong) -> String {
    match wrong {
        Wrong::Verdict(got) => {
            format!("expected {}, got {}", trial.expect.word(), got.word())
        }
        Wrong::Silent(word) => {
            format!("{} should speak against it, and does not", escaped_line(word))
        }
        Wrong::Speaks(word) => {
            format!("{} speaks against it, and should not", escaped_line(word))
        }
        Wrong::Holds => "is marked `todo`, and holds: drop `todo`".to_owned(),
        Wrong::Worthless(why) => format!("could not be judged: {why}"),
    }
}

/// What tests look at, as a table; then what they do not.
pub fn covered(coverage: &Coverage) -> String {
    let origins = coverage.asked.iter().map(|it| it.origin.to_string());
    let wide = |it: usize| it.min(40);
    let places = wide(origins.map(|it| it.chars().count()).max().unwrap_or(0)).max(4);
    let rules = coverage.asked.iter().map(|it| it.rule.len()).max().unwrap_or(0).max(4);
    let mut out = format!("{:<places$}  {:<rules$}  tests  without it\n", "line", "rule");
    for it in &coverage.asked {
        let without = match (it.against.len(), it.noticed) {
            (0, _) => "no test notices: none makes it speak",
            (_, false) => "no test notices: others speak too",
            (_, true) => "a test fails",
        };
        let (origin, tests) = (it.origin.to_string(), it.against.len());
        let _ = writeln!(out, "{origin:<places$}  {:<rules$}  {tests:>5}  {without}", it.rule);
    }
    for it in coverage.always_met() {
        let name = escaped_line(&it.name);
        let what =
            if it.met { "is met in every test that it applies to" } else { "applies to no test" };
        let _ = writeln!(out, "{} {}: {name} {what}", it.origin, it.rule);
    }
    let all = coverage.asked.len();
    let held = all - coverage.gaps().count();
    let _ = writeln!(out, "\n{held} of {all} rules are held by tests");
    out
}
