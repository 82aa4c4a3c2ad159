//! Tokens of installations, made when they are needed and kept while they last.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Mutex as Turn;

use crate::model::Timestamp;

use super::{Scope, Secret};

/// So many seconds before its end a token is no longer used, if another can be
/// had: what it begins must not fail in the middle.
const EARLY: i64 = 5 * 60;

/// So many seconds before its end it is not used at all.
const LATE: i64 = 30;

/// So many tokens are kept before those that have ended are thrown away.
const MANY: usize = 1024;

/// A token and its end.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) secret: Secret,
    pub(super) ends: Timestamp,
}

/// Where one token is kept. It is locked while a new one is asked for, so that
/// many who need it ask once.
pub(super) type Slot = Arc<Turn<Option<Token>>>;

/// The tokens by installation and scope.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<HashMap<(u64, Scope), Slot>>);

impl Token {
    /// Whether it is good for what begins at `now`.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        self.ends > now.saturating_add(EARLY)
    }

    /// Whether it will do if no other can be had.
    pub(super) fn is_usable(&self, now: Timestamp) -> bool {
        self.ends > now.saturating_add(LATE)
    }
}

impl Tokens {
    /// The place of the token for `installation` and `scope`.
    pub(super) fn slot(&self, installation: u64, scope: &Scope, now: Timestamp) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MANY {
            slots.retain(|_, slot| match slot.try_lock() {
                Ok(token) => token.as_ref().is_some_and(|it| it.is_usable(now)),
                Err(_) => true,
            });
        }
        Arc::clone(slots.entry((installation, scope.clone())).or_default())
    }

    /// Throws away all that are kept of `installation`.
    pub(super) fn forget(&self, installation: u64) {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|(it, _), _| *it != installation);
    }
}
