//! What was measured, as Markdown.

use std::fmt::Write;
use std::process::Command;

/// The rows, in the order in which they were measured.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<(String, String)>,
}

impl Table {
    /// Keeps a figure, and shows at once that there is one.
    pub(crate) fn row(&mut self, what: impl Into<String>, figure: impl Into<String>) {
        let (what, figure) = (what.into(), figure.into());
        eprintln!("{what}: {figure}");
        self.rows.push((what, figure));
    }

    pub(crate) fn markdown(&self) -> String {
        let mut out = String::from("| the bot | |\n|---|---:|\n");
        for (what, figure) in &self.rows {
            let _ = writeln!(out, "| {what} | {figure} |");
        }
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let (day, kernel) = (said("date", "+%Y-%m-%d"), said("uname", "-sr"));
        let _ = writeln!(out, "\n{day}, {cores} cores, {kernel}; {}.", said("git", "--version"));
        out
    }
}

fn said(program: &str, word: &str) -> String {
    let output = Command::new(program).arg(word).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The number at a share of a sorted list, in hundredths.
pub(crate) fn at(sorted: &[f64], share: usize) -> f64 {
    sorted[(sorted.len() - 1) * share / 100]
}
