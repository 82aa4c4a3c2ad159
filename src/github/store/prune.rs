//! Taking away what nobody needs any more, a little at a time, so that nobody has
//! to wait for it.

use super::line::values;
use super::writer::Statement;
use super::{Store, StoreError};
use crate::model::Timestamp;

/// For how many seconds things are kept that are over. The chain of decisions and the
/// ledger of what is open are kept for good.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Keep {
    /// Deliveries, to know a redelivery; GitHub redelivers for three days.
    pub deliveries: Timestamp,
    /// Slots of the queue that are done. Longer than any worker could be asleep.
    pub slots: Timestamp,
    /// What was written to commits.
    pub checks: Timestamp,
    /// What is known of closed pull requests, their ledger included.
    pub pulls: Timestamp,
    /// The records of decisions; the decisions themselves stay.
    pub records: Timestamp,
}

/// How many rows were taken away, or shortened.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Pruned {
    /// That many.
    pub rows: u64,
}

const DAY: Timestamp = 86_400;

impl Default for Keep {
    fn default() -> Self {
        Self {
            deliveries: 14 * DAY,
            slots: 60 * DAY,
            checks: 180 * DAY,
            pulls: 365 * DAY,
            records: 400 * DAY,
        }
    }
}

/// A statement, and how old what it takes away must be.
type Age = fn(&Keep) -> Timestamp;

/// What is taken away, in this order; `$1` is the time before which it is too old.
const STATEMENTS: &[(&str, Age)] = &[
    (
        "DELETE FROM deliveries WHERE (id, event) IN
                (SELECT id, event FROM deliveries WHERE at < $1 LIMIT 500)",
        |keep| keep.deliveries,
    ),
    (
        "DELETE FROM slots WHERE slot IN (SELECT slot FROM slots
                WHERE due IS NULL AND owner IS NULL AND wanted = done AND nudged < $1 LIMIT 500)
                AND due IS NULL AND owner IS NULL AND wanted = done",
        |keep| keep.slots,
    ),
    (
        "DELETE FROM check_parts WHERE (repository, head, name) IN
                (SELECT repository, head, name FROM checks WHERE at < $1
                ORDER BY at, repository, head, name LIMIT 500)",
        |keep| keep.checks,
    ),
    (
        "DELETE FROM checks WHERE (repository, head, name) IN
                (SELECT repository, head, name FROM checks c WHERE at < $1
                AND NOT EXISTS (SELECT 1 FROM check_parts p WHERE p.repository = c.repository
                    AND p.head = c.head AND p.name = c.name) LIMIT 500)",
        |keep| keep.checks,
    ),
    (
        "DELETE FROM reviews WHERE (repository, number) IN
            (SELECT repository, number FROM pulls WHERE open = 0 AND updated < $1
                ORDER BY updated, repository, number LIMIT 100)",
        |keep| keep.pulls,
    ),
    (
        "DELETE FROM pushes WHERE (repository, number) IN
            (SELECT repository, number FROM pulls WHERE open = 0 AND updated < $1
                ORDER BY updated, repository, number LIMIT 100)",
        |keep| keep.pulls,
    ),
    (
        "DELETE FROM requests WHERE (repository, number) IN
            (SELECT repository, number FROM pulls WHERE open = 0 AND updated < $1
                ORDER BY updated, repository, number LIMIT 100)",
        |keep| keep.pulls,
    ),
    (
        "DELETE FROM pulls WHERE (repository, number) IN
            (SELECT repository, number FROM pulls p WHERE open = 0 AND updated < $1
                AND NOT EXISTS (SELECT 1 FROM reviews x
                    WHERE x.repository = p.repository AND x.number = p.number)
                AND NOT EXISTS (SELECT 1 FROM pushes x
                    WHERE x.repository = p.repository AND x.number = p.number)
                AND NOT EXISTS (SELECT 1 FROM requests x
                    WHERE x.repository = p.repository AND x.number = p.number) LIMIT 100)",
        |keep| keep.pulls,
    ),
    ("DELETE FROM settings WHERE at < $1", |keep| keep.pulls),
    ("DELETE FROM forgeries WHERE at < $1", |keep| keep.pulls),
    (
        "UPDATE decisions SET record = NULL WHERE id IN
                (SELECT id FROM decisions WHERE at < $1 AND record IS NOT NULL LIMIT 500)",
        |keep| keep.records,
    ),
    (
        "DELETE FROM sessions WHERE token IN
            (SELECT token FROM sessions WHERE until <= $1 LIMIT 500)",
        |_| 0,
    ),
    ("DELETE FROM cache WHERE key IN (SELECT key FROM cache WHERE until <= $1 LIMIT 500)", |_| 0),
    (
        // What was remembered while it was being forgotten: see `recall`.
        "DELETE FROM cache WHERE EXISTS (SELECT 1 FROM forgotten
                WHERE forgotten.at < $1 AND cache.asked <= forgotten.at
                    AND substr(cache.key, 1, length(forgotten.prefix)) = forgotten.prefix)",
        |_| DAY,
    ),
    (
        "DELETE FROM forgotten WHERE at < $1 AND NOT EXISTS (SELECT 1 FROM cache
                WHERE cache.asked <= forgotten.at
                    AND substr(cache.key, 1, length(forgotten.prefix)) = forgotten.prefix)",
        |_| DAY,
    ),
];

impl Store {
    /// Takes away what is older than is to be kept. May be called at any time, by
    /// several replicas at once.
    pub async fn prune(&self, keep: &Keep, now: Timestamp) -> Result<Pruned, StoreError> {
        let mut rows = 0;
        for (sql, age) in STATEMENTS {
            let before = now - age(keep);
            loop {
                let touched = self.write(Statement { sql, values: values![before] }).await?;
                rows += touched;
                if touched < 100 {
                    break;
                }
            }
        }
        Ok(Pruned { rows })
    }
}
