//! Leaves a host alone that does not answer.
//!
//! After some calls in a row that led to nothing the circuit opens: calls end at
//! once, unasked. When it has been open for a while, one call may try; its fate
//! closes the circuit, or opens it for longer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::Timestamp;

/// So many failures in a row open it.
const FAILURES: u32 = 5;

/// How long it is open at first, in seconds; doubled each time.
const PAUSE: i64 = 5;

/// How long at most, in seconds.
const LONGEST: i64 = 300;

/// The circuit of one host.
#[derive(Clone, Debug, Default)]
pub(super) struct Circuit(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Until when it is open, and for how many times in a row it has been.
    open: Option<(Timestamp, u32)>,
    is_tried: bool,
}

/// Leave to make one call. What became of it is to be told; if it never is, since
/// nobody waits any more, another may try.
#[derive(Debug)]
pub(super) struct Leave {
    circuit: Circuit,
    is_try: bool,
}

impl Circuit {
    /// Leave to call, or until when there is none.
    pub(super) fn leave(&self, now: Timestamp) -> Result<Leave, Timestamp> {
        let mut state = self.state();
        let is_try = match state.open {
            None => false,
            Some((until, _)) if until > now => return Err(until),
            Some(_) if state.is_tried => return Err(now.saturating_add(1)),
            Some(_) => true,
        };
        state.is_tried |= is_try;
        Ok(Leave { circuit: self.clone(), is_try })
    }

    /// Until when it is open, if it is.
    pub(super) fn open_until(&self) -> Option<Timestamp> {
        self.state().open.map(|(until, _)| until)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave {
    /// The host has answered.
    pub(super) fn answered(self) {
        let mut state = self.circuit.state();
        // A late answer to what was asked before does not close what is open.
        if state.open.is_none() || self.is_try {
            state.failures = 0;
            state.open = None;
        }
    }

    /// The host has not answered, or only to say that it cannot.
    pub(super) fn failed(self, now: Timestamp) {
        let mut state = self.circuit.state();
        state.failures = state.failures.saturating_add(1);
        let times = match state.open {
            None if state.failures >= FAILURES => 0,
            Some((_, times)) if self.is_try => times.saturating_add(1),
            None | Some(_) => return,
        };
        let pause = (PAUSE << times.min(10)).min(LONGEST);
        let pause = pause + fastrand::i64(0..=pause / 4);
        state.open = Some((now.saturating_add(pause), times));
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        if self.is_try {
            self.circuit.state().is_tried = false;
        }
    }
}
