//! How tests came out, for programs.
//!
//! `format` is 1. Within a format keys are added, never changed or removed.

use serde_json::{Value, json};

use super::text::sentence;
use super::{Coverage, Outcome, Trial};
use crate::report;

/// The tests, and what they look at if that was asked.
pub fn json(trials: &[(&Trial, &Outcome)], coverage: Option<&Coverage>) -> String {
    let count = |test: fn(&Trial, &Outcome) -> bool| {
        trials.iter().filter(|(trial, outcome)| test(trial, outcome)).count()
    };
    let mut whole = json!({
        "refgate": env!("CARGO_PKG_VERSION"),
        "format": 1,
        "passed": count(|trial, it| it.holds() && !trial.todo),
        "failed": count(|_, it| !it.holds()),
        "todo": count(|trial, it| it.holds() && trial.todo),
        "tests": trials.iter().map(|(trial, it)| test(trial, it)).collect::<Vec<_>>(),
    });
    if let (Some(coverage), Some(keys)) = (coverage, whole.as_object_mut()) {
        keys.insert("coverage".to_owned(), covered(coverage));
    }
    format!("{whole:#}\n")
}

fn test(trial: &Trial, outcome: &Outcome) -> Value {
    let wrong: Vec<_> = outcome.wrong.iter().map(|it| sentence(trial, it)).collect();
    let verdict: Value =
        serde_json::from_str(&report::json(&outcome.verdict)).unwrap_or(Value::Null);
    json!({
        "name": trial.name,
        "file": *trial.origin.file,
        "line": trial.origin.line,
        "holds": outcome.holds(),
        "todo": trial.todo,
        "expect": trial.expect,
        "because": trial.because,
        "wrong": wrong,
        "verdict": verdict,
    })
}

fn covered(coverage: &Coverage) -> Value {
    let rules = coverage.asked.iter().map(|it| {
        json!({
            "rule": it.rule,
            "policy-file": *it.origin.file,
            "policy-line": it.origin.line,
            "tests": it.against,
            "noticed": it.noticed,
        })
    });
    let requirements = coverage.requirements.iter().map(|it| {
        json!({
            "rule": it.rule,
            "policy-file": *it.origin.file,
            "policy-line": it.origin.line,
            "requirement": it.name,
            "met": it.met,
            "unmet": it.unmet,
        })
    });
    json!({
        "rules": rules.collect::<Vec<_>>(),
        "requirements": requirements.collect::<Vec<_>>(),
    })
}
