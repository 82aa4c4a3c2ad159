//! What was measured, and the tables of it that the README shows.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// Everything that one run of the harness measured.
#[derive(Deserialize, Serialize)]
pub(crate) struct Measured {
    pub(crate) machine: Machine,
    /// Hooks of a commit, one contest for each size of repository.
    pub(crate) commits: Vec<Contest>,
    /// Pushes, one contest for each kind.
    pub(crate) pushes: Vec<Contest>,
}

/// Where and when it was measured.
#[derive(Deserialize, Serialize)]
pub(crate) struct Machine {
    pub(crate) day: String,
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    /// What took part, and in which version.
    pub(crate) versions: Vec<String>,
}

/// Several ways to do one thing.
#[derive(Deserialize, Serialize)]
pub(crate) struct Contest {
    pub(crate) title: String,
    pub(crate) rounds: usize,
    pub(crate) results: Vec<Taken>,
}

/// What one of them took, in milliseconds.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Taken {
    pub(crate) name: String,
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Contest {
    fn ours(&self) -> f64 {
        let ours = self.results.iter().find(|it| it.name.starts_with("refgate"));
        ours.map_or(f64::NAN, |it| it.median)
    }

    fn median(&self, name: &str) -> f64 {
        self.results.iter().find(|it| it.name == name).map_or(f64::NAN, |it| it.median)
    }
}

impl Measured {
    /// Medians: one table of commits, one of pushes, one line about the machine.
    pub(crate) fn markdown(&self) -> String {
        let mut out = self.commits();
        out.push('\n');
        out += &self.pushes();
        let Machine { day, cores, kernel, versions } = &self.machine;
        let _ =
            writeln!(out, "\nMedians, {day}, {cores} cores, {kernel}; {}.", versions.join(", "));
        out
    }

    fn commits(&self) -> String {
        let mut out = String::from("| `pre-commit`, one staged file |");
        for contest in &self.commits {
            let _ = write!(out, " {} | × refgate |", contest.title);
        }
        let _ = writeln!(out, "\n|---|{}", "---:|---:|".repeat(self.commits.len()));
        let first = self.commits.first().map(|it| it.results.as_slice()).unwrap_or_default();
        for Taken { name, .. } in first {
            let _ = write!(out, "| {name} |");
            for contest in &self.commits {
                let median = contest.median(name);
                let times = median / contest.ours();
                let _ = write!(out, " {median:.1} ms | {times:.1} |");
            }
            out.push('\n');
        }
        out
    }

    fn pushes(&self) -> String {
        let first = self.pushes.first().map(|it| it.results.as_slice()).unwrap_or_default();
        let mut out = String::from("| whole `git push` over `file://` |");
        for Taken { name, .. } in first {
            let _ = write!(out, " {name} |");
        }
        let _ = writeln!(out, " over an empty hook |\n|---|{}---:|", "---:|".repeat(first.len()));
        for contest in &self.pushes {
            let _ = write!(out, "| {} |", contest.title);
            for Taken { median, .. } in &contest.results {
                let _ = write!(out, " {median:.0} ms |");
            }
            let over = contest.ours() - contest.median("empty sh hook");
            let _ = writeln!(out, " {over:+.0} ms |");
        }
        out
    }
}
