//! Tests that fail, as workflow commands of GitHub Actions.

use super::text::sentence;
use super::{Outcome, Trial};
use crate::report::error_at;

/// How many annotations GitHub shows of one step.
const MOST: usize = 10;

/// An annotation for each test that fails, ten at most.
pub fn github(trials: &[(&Trial, &Outcome)]) -> String {
    let failed = trials.iter().filter(|(_, it)| !it.holds()).take(MOST);
    let command = |(trial, outcome): &(&Trial, &Outcome)| {
        let wrong: Vec<_> = outcome.wrong.iter().map(|it| sentence(trial, it)).collect();
        let what = format!("{}: {}", trial.name, wrong.join("; "));
        error_at(&trial.origin.file, trial.origin.line, "refgate test", &what)
    };
    failed.map(command).collect()
}
