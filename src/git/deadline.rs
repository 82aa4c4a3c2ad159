//! How long a judgment may take.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// When to give up.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    end: Option<Instant>,
    after: Duration,
}

impl Deadline {
    /// Gives up `after` this moment.
    pub fn after(after: Duration) -> Self {
        Self { end: Instant::now().checked_add(after), after }
    }

    /// Never gives up.
    pub fn never() -> Self {
        Self { end: None, after: Duration::ZERO }
    }

    /// An error once the time is over.
    pub fn check(&self) -> Result<()> {
        if self.end.is_some_and(|end| Instant::now() > end) {
            bail!("it took longer than {} s", self.after.as_secs_f32());
        }
        Ok(())
    }
}
