//! The pushes to a pull request's branch, from all that saw some of them.

use crate::model::{Actor, Oid, Push, Timestamp};

/// Within so many seconds two sightings of one move are of one push.
const APART: i64 = 15 * 60;

/// Joins what the ledger kept, forced pushes of the timeline and what GitHub
/// remembers of the branch. The earliest sighting of a push tells when; whoever saw
/// who pushed tells who. A head that nobody saw arrive came at no known time.
pub fn joined(seen: impl IntoIterator<Item = Push>, head: Oid) -> Vec<Push> {
    let mut all: Vec<Push> = Vec::new();
    for push in seen {
        match all.iter_mut().find(|it| same(it, &push)) {
            Some(known) => join(known, push),
            None => all.push(push),
        }
    }
    if !all.iter().any(|it| it.after == head) {
        all.push(Push { before: None, after: head, at: None, by: None, triggered_by: None });
    }
    all.sort_by_key(|it| it.at.unwrap_or(Timestamp::MAX));
    all
}

/// Whether none is missing: the last brought the head, each began where the one before
/// it ended, the first is the beginning, and of each it is known whose it was.
pub fn whole(pushes: &[Push], head: Oid) -> bool {
    let begun = pushes.first().is_some_and(|it| it.before.is_none());
    let joined = pushes.windows(2).all(|two| match two {
        [one, next] => next.before == Some(one.after),
        _ => false,
    });
    let named = pushes.iter().all(|it| it.by.is_some());
    begun && joined && named && pushes.iter().any(|it| it.after == head && it.at.is_some())
}

/// Whether two sightings are of one push.
fn same(one: &Push, other: &Push) -> bool {
    let from = match (one.before, other.before) {
        (Some(one), Some(other)) => one == other,
        // One of them does not know.
        (None, _) | (_, None) => true,
    };
    let near = match (one.at, other.at) {
        (Some(one), Some(other)) => one.abs_diff(other) <= APART.unsigned_abs(),
        (None, _) | (_, None) => true,
    };
    one.after == other.after && from && near
}

fn join(known: &mut Push, other: Push) {
    known.before = known.before.or(other.before);
    known.at = match (known.at, other.at) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    let named = |it: &Option<Actor>| it.as_ref().is_some_and(|it| !it.is_ghost());
    if !named(&known.by) && other.by.is_some() {
        known.by = other.by;
    }
    known.triggered_by = known.triggered_by.take().or(other.triggered_by);
}
