//! Several ways to do one thing, timed in turns.

use std::fmt::Write;
use std::process::Command;
use std::time::Instant;

use serde::Serialize;

/// One way to do it.
pub(crate) struct Contestant<'s> {
    pub(crate) name: String,
    /// What must be done again before each run, untimed.
    pub(crate) prepare: Box<dyn Fn() + 's>,
    /// The run.
    pub(crate) command: Box<dyn Fn() -> Command + 's>,
}

/// What came out of one contest.
#[derive(Serialize)]
pub(crate) struct Contest {
    pub(crate) title: String,
    pub(crate) rounds: usize,
    pub(crate) results: Vec<Result>,
}

/// What came out for one contestant, in milliseconds.
#[derive(Serialize)]
pub(crate) struct Result {
    pub(crate) name: String,
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

/// Everything that one run of the harness measured.
#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) machine: Machine,
    pub(crate) contests: Vec<Contest>,
}

/// Where and when it was measured.
#[derive(Serialize)]
pub(crate) struct Machine {
    pub(crate) day: String,
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    pub(crate) versions: Vec<String>,
}

/// Lets everyone run once per round, each round beginning with another one.
/// A run that fails ends the harness: its time would mean nothing.
pub(crate) fn contest(title: String, rounds: usize, contestants: &[Contestant<'_>]) -> Contest {
    let mut times = vec![Vec::new(); contestants.len()];
    // The first round warms caches and is thrown away.
    for round in 0..=rounds {
        for turn in 0..contestants.len() {
            let at = (round + turn) % contestants.len();
            let taken = timed(&contestants[at]);
            if round > 0 {
                times[at].push(taken);
            }
        }
    }
    let results = contestants.iter().zip(times).map(|(it, times)| result(&it.name, times));
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

fn result(name: &str, mut times: Vec<f64>) -> Result {
    times.sort_by(f64::total_cmp);
    let hundredths = |it: f64| (it * 100.0).round() / 100.0;
    Result {
        name: name.to_owned(),
        median: hundredths(times[times.len() / 2]),
        least: hundredths(times[0]),
        most: hundredths(times[times.len() - 1]),
    }
}

impl Measured {
    /// One table per contest: medians, and each as a multiple of Refgate's.
    pub(crate) fn markdown(&self) -> String {
        let mut out = String::new();
        for contest in &self.contests {
            let ours = contest.results.iter().find(|it| it.name.starts_with("refgate"));
            let ours = ours.map_or(f64::NAN, |it| it.median);
            let _ = writeln!(out, "\n| {} | median, ms | least | × refgate |", contest.title);
            let _ = writeln!(out, "|---|---:|---:|---:|");
            for Result { name, median, least, .. } in &contest.results {
                let times = median / ours;
                let _ = writeln!(out, "| {name} | {median:.1} | {least:.1} | {times:.1} |");
            }
        }
        out
    }
}
