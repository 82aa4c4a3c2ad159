//! Several ways to do one thing, timed in turns.

use std::process::Command;
use std::time::Instant;

use crate::table::{Contest, Taken};

/// One way to do it.
pub(crate) struct Contestant<'s> {
    pub(crate) name: String,
    /// What must be done again before each run, untimed.
    pub(crate) prepare: Box<dyn Fn() + 's>,
    /// The run.
    pub(crate) command: Box<dyn Fn() -> Command + 's>,
}

/// Lets everyone run once per round, each round beginning with another one.
/// A run that fails ends the harness: its time would mean nothing.
pub(crate) fn contest(title: String, rounds: usize, contestants: &[Contestant<'_>]) -> Contest {
    let mut times = vec![Vec::new(); contestants.len()];
    // The first round warms caches and is thrown away.
    for round in 0..=rounds {
        for turn in 0..contestants.len() {
            let at = (round + turn) % contestants.len();
            let time = timed(&contestants[at]);
            if round > 0 {
                times[at].push(time);
            }
        }
    }
    let results = contestants.iter().zip(times).map(|(it, times)| taken(&it.name, times));
    Contest { title, rounds, results: results.collect() }
}

fn timed(contestant: &Contestant<'_>) -> f64 {
    (contestant.prepare)();
    let mut command = (contestant.command)();
    let began = Instant::now();
    let output = command.output().expect("a contestant that starts");
    let taken = began.elapsed().as_secs_f64() * 1000.0;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} failed: {said}", contestant.name);
    taken
}

fn taken(name: &str, mut times: Vec<f64>) -> Taken {
    times.sort_by(f64::total_cmp);
    let hundredths = |it: f64| (it * 100.0).round() / 100.0;
    Taken {
        name: name.to_owned(),
        median: hundredths(times[times.len() / 2]),
        least: hundredths(times[0]),
        most: hundredths(times[times.len() - 1]),
    }
}
