//! What time it is: the one place of this shell where a clock is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::model::Timestamp;

/// A clock. Clones of a stopped one show the same time, so that a test can move
/// what it has given away.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's own.
    pub fn system() -> Self {
        Self(None)
    }

    /// One that stands at `now` until it is moved.
    pub fn stopped(now: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(now))))
    }

    /// The time, in seconds since 1970.
    pub fn now(&self) -> Timestamp {
        if let Some(stopped) = &self.0 {
            return stopped.load(Ordering::SeqCst);
        }
        let seconds = |it: std::time::Duration| i64::try_from(it.as_secs()).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => seconds(since),
            Err(before) => -seconds(before.duration()),
        }
    }

    /// Moves a stopped clock on by `seconds`; the machine's own does as it likes.
    pub fn advance(&self, seconds: i64) {
        if let Some(stopped) = &self.0 {
            stopped.fetch_add(seconds, Ordering::SeqCst);
        }
    }
}
