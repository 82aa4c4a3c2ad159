//! What workers hold that are no more.

use std::time::Duration;

use super::line::{On, values};
use super::queue::milliseconds;
use super::writer::Write;
use super::{Store, StoreError};
use crate::model::Timestamp;

/// So often a slot may have been held when a server ended before it has to wait.
const ENDED: i64 = 3;

/// How long it waits for each time that it was tried, in seconds.
const LATER: Timestamp = 20;

/// How long what a server had sent before it ended may still take to have its effect.
/// GitHub gives up after ten seconds.
const UNDER_WAY: Duration = Duration::from_secs(12);

impl Store {
    /// Gives back what workers hold whose names begin with `worker` and a dash: they are
    /// no more. What one that lives after all does with it is refused.
    pub async fn abandon(&self, worker: &str) -> Result<u64, StoreError> {
        self.write(Abandon { owners: format!("{worker}-") }).await
    }
}

struct Abandon {
    /// How the names of the workers begin.
    owners: String,
}

impl Write for Abandon {
    type Answer = u64;

    async fn run(&self, on: &mut On<'_>) -> Result<u64, StoreError> {
        let sql = "UPDATE checks SET until = {clock} + $2 WHERE until > {clock} + $2
            AND EXISTS (SELECT 1 FROM check_parts p JOIN slots s ON s.slot = p.slot
                WHERE p.repository = checks.repository AND p.head = checks.head
                    AND p.name = checks.name AND s.owner IS NOT NULL
                    AND substr(s.owner, 1, length($1)) = $1)";
        on.run(sql, values![&self.owners, milliseconds(UNDER_WAY)]).await?;
        // It may have begun something, so the next attempt is not the first. What was
        // held whenever a server ended may be what ended it, and waits for the others.
        let sql = "UPDATE slots SET owner = NULL, until = 0,
                causes = causes | taken, taken = 0,
                due = CASE WHEN attempts <= $2 THEN due
                    ELSE {clock} / 1000 + $3 * (CASE WHEN attempts > 60 THEN 60 ELSE attempts END) END
            WHERE owner IS NOT NULL AND substr(owner, 1, length($1)) = $1";
        on.run(sql, values![&self.owners, ENDED, LATER]).await
    }
}
