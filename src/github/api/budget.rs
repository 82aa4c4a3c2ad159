//! How much may still be asked of GitHub, for one account.
//!
//! An installation, the App itself and each token have limits of their own. What
//! an answer says of them is kept, so that the call that would be one too many is
//! not made: to go on against a limit is what gets an App banned.

use std::collections::BTreeMap;

use crate::model::Timestamp;

use super::error::Limit;
use super::told::Left;

/// The share of a window that is kept for what is urgent: one part of so many.
const RESERVE: u64 = 10;

/// How long to wait where GitHub does not say, in seconds; doubled each time.
const PAUSE: i64 = 60;

/// The longest pause that is believed or made, in seconds. A window is an hour.
const LONGEST: i64 = 3600;

/// Whether a call must go through while little is left.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Weight {
    /// Somebody waits for it.
    Urgent,
    /// It can wait.
    Usual,
}

/// What is known of the limits of one account.
#[derive(Clone, Debug, Default)]
pub(super) struct Budget {
    windows: BTreeMap<String, Left>,
    /// Until when nothing is answered at all.
    stopped: Timestamp,
    /// How often it was stopped in a row without being told for how long.
    stops: u32,
}

/// A limit that was met.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Met {
    pub(super) until: Timestamp,
    pub(super) kind: Limit,
}

/// What a refusal says about limits.
pub(super) struct Refusal<'r> {
    /// What is left, as by the headers.
    pub(super) left: Option<Left>,
    /// How long to wait, as by the headers.
    pub(super) retry_after: Option<i64>,
    /// What it says in words.
    pub(super) message: &'r str,
    /// Whether it can be nothing but a limit: status 429, or an error of that type.
    pub(super) is_limit: bool,
}

impl Budget {
    /// The limit that forbids a call of `resource` now.
    pub(super) fn met(&self, resource: &str, weight: Weight, now: Timestamp) -> Option<Met> {
        if self.stopped > now {
            return Some(Met { until: self.stopped, kind: Limit::Secondary });
        }
        let left = self.windows.get(resource).filter(|it| it.reset > now)?;
        let reserve = match weight {
            Weight::Urgent => 0,
            Weight::Usual => left.limit / RESERVE,
        };
        let is_met = left.remaining <= reserve;
        is_met.then_some(Met { until: left.reset, kind: Limit::Primary })
    }

    /// Keeps what an answer says. Answers overtake each other, so that within a
    /// window the least counts.
    pub(super) fn keep(&mut self, resource: &str, mut left: Left, now: Timestamp) {
        left.reset = left.reset.min(now.saturating_add(LONGEST));
        match self.windows.get_mut(resource) {
            Some(known) if known.reset > left.reset => {}
            Some(known) if known.reset == left.reset => {
                known.limit = left.limit;
                known.remaining = known.remaining.min(left.remaining);
            }
            Some(known) => *known = left,
            None => {
                self.windows.insert(resource.to_owned(), left);
            }
        }
    }

    /// A call was answered; what comes next begins with short pauses again.
    pub(super) fn answered(&mut self) {
        self.stops = 0;
    }

    /// Which limit `refusal` speaks of, if any, which then holds for all calls.
    pub(super) fn refused(
        &mut self,
        resource: &str,
        refusal: Refusal<'_>,
        now: Timestamp,
    ) -> Option<Met> {
        let message = refusal.message.to_ascii_lowercase();
        let is_spent = refusal.left.is_some_and(|it| it.remaining == 0);
        let says_so =
            message.contains("secondary rate limit") || message.contains("abuse detection");
        if is_spent && !says_so {
            let told = refusal.left.map_or(0, |it| it.reset).min(now.saturating_add(LONGEST));
            let wait = refusal.retry_after.unwrap_or(0).min(LONGEST);
            // By another clock than ours the window may seem to be over.
            let until = if told > now { told } else { now.saturating_add(PAUSE) };
            let until = until.max(now.saturating_add(wait));
            let left =
                Left { limit: refusal.left.map_or(0, |it| it.limit), remaining: 0, reset: until };
            self.windows.insert(resource.to_owned(), left);
            return Some(Met { until, kind: Limit::Primary });
        }
        if !says_so && refusal.retry_after.is_none() && !refusal.is_limit {
            return None;
        }
        let wait = match refusal.retry_after {
            Some(told) => told.clamp(1, LONGEST),
            None => {
                let pause = PAUSE << self.stops.min(4);
                self.stops = self.stops.saturating_add(1);
                pause + fastrand::i64(0..PAUSE / 4)
            }
        };
        self.stopped = self.stopped.max(now.saturating_add(wait));
        Some(Met { until: self.stopped, kind: Limit::Secondary })
    }

    /// What is left of each window that has not ended.
    pub(super) fn left(&self, now: Timestamp) -> impl Iterator<Item = (&str, Left)> {
        let open = self.windows.iter().filter(move |(_, it)| it.reset > now);
        open.map(|(resource, left)| (resource.as_str(), *left))
    }
}
