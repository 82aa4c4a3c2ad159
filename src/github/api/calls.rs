//! How often GitHub was asked, and what for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The kinds of calls.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Call {
    /// REST that reads.
    RestRead,
    /// REST that writes.
    RestWrite,
    /// GraphQL.
    Graphql,
    /// A token of an installation.
    Token,
    /// One of [`Call::RestRead`] that was answered with "as it was", and is free.
    Unchanged,
}

impl Call {
    /// Its name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::RestRead => "rest-read",
            Self::RestWrite => "rest-write",
            Self::Graphql => "graphql",
            Self::Token => "token",
            Self::Unchanged => "unchanged",
        }
    }
}

/// Calls by purpose and kind, since the program began.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Calls(BTreeMap<(&'static str, Call), u64>);

impl Calls {
    /// How many of `kind` there were, for whatever purpose.
    pub fn of(&self, kind: Call) -> u64 {
        self.0.iter().filter(|((_, it), _)| *it == kind).map(|(_, count)| count).sum()
    }

    /// How many of any kind were made for `purpose` and were not free.
    pub fn made_for(&self, purpose: &str) -> u64 {
        let count = |kind| match kind {
            Call::RestRead | Call::RestWrite | Call::Graphql | Call::Token => 1,
            Call::Unchanged => 0,
        };
        let all = self.0.iter().filter(|((it, _), _)| *it == purpose);
        all.map(|((_, kind), many)| many * count(*kind)).sum()
    }

    /// How many there were that went out at all.
    pub fn all(&self) -> u64 {
        let kinds = [Call::RestRead, Call::RestWrite, Call::Graphql, Call::Token];
        kinds.into_iter().map(|it| self.of(it)).sum()
    }

    /// Every purpose and kind, with how many.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, Call, u64)> {
        self.0.iter().map(|((purpose, kind), many)| (*purpose, *kind, *many))
    }
}

/// Counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Counter(Arc<Mutex<Calls>>);

impl Counter {
    /// One more.
    pub(super) fn count(&self, purpose: &'static str, kind: Call) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *calls.0.entry((purpose, kind)).or_default() += 1;
    }

    /// How many there were so far.
    pub(super) fn calls(&self) -> Calls {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
