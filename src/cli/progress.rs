//! How far long work has come, on a terminal.

use std::cell::Cell;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use super::warn;

/// Says how far it is, once that has taken a moment, and only to a terminal.
pub(super) struct Progress {
    what: String,
    next: Cell<Instant>,
    shown: Cell<bool>,
}

const MOMENT: Duration = Duration::from_millis(500);

impl Progress {
    /// Counts `what`.
    pub(super) fn new(what: impl Into<String>) -> Self {
        let next = Cell::new(Instant::now() + MOMENT);
        Self { what: what.into(), next, shown: Cell::new(false) }
    }

    /// So many are done.
    pub(super) fn at(&self, done: usize) {
        let now = Instant::now();
        if now < self.next.get() || !std::io::stderr().is_terminal() {
            return;
        }
        self.next.set(now + MOMENT / 5);
        self.shown.set(true);
        warn(&format!("\r{done} {}", self.what));
    }

    /// Leaves the line as it was.
    pub(super) fn end(&self) {
        if self.shown.get() {
            warn(&format!("\r{}\r", " ".repeat(60)));
        }
    }
}
