//! What can be asked for again, kept for a while; and where we are in what we
//! read piece by piece.

use super::line::{On, key, values};
use super::writer::{Statement, Write};
use super::{Store, StoreError};
use crate::model::Timestamp;

/// As long as a key may be, in bytes.
const LONGEST_KEY: usize = 1000;

/// As large as a value may be, in bytes.
const LARGEST: usize = 8 << 20;

/// Where everything begins that is known about the people of an organization or
/// account. A note about people forgets it all: a change in one team changes what
/// is said of those above it.
pub(super) fn people(owner: &str) -> String {
    format!("people/{}/", owner.to_lowercase())
}

impl Store {
    /// The beginning of every key under which something is remembered about the people
    /// of an organization or account: [`Note::People`](crate::github::work::Note)
    /// forgets all of them.
    pub fn people(owner: &str) -> String {
        people(owner)
    }

    /// Remembers what was asked for at `asked`, unless it was forgotten since then.
    pub async fn remember(
        &self,
        key: &str,
        value: &str,
        asked: Timestamp,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let key = self::key(key, LONGEST_KEY)?;
        if value.len() > LARGEST {
            let long = value.len();
            return Err(StoreError::Refused(format!("a value of {long} bytes is too large")));
        }
        let sql = "INSERT INTO cache (key, value, asked, until)
            SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM forgotten
                WHERE at >= $3 AND substr($1, 1, length(prefix)) = prefix)
            ON CONFLICT (key) DO UPDATE
                SET value = excluded.value, asked = excluded.asked, until = excluded.until
                WHERE excluded.asked >= cache.asked";
        let values = values![key, value, asked, until];
        self.write(Statement { sql, values }).await.map(drop)
    }

    /// What is remembered, if it still holds.
    pub async fn recall(&self, key: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        // What was remembered while it was being forgotten does not count.
        let sql = "SELECT value FROM cache WHERE key = $1 AND until > $2
            AND NOT EXISTS (SELECT 1 FROM forgotten
                WHERE at >= cache.asked AND substr($1, 1, length(prefix)) = prefix)";
        let row = self.row(sql, values![self::key(key, LONGEST_KEY)?, now]).await?;
        row.map(|it| it.text(0)).transpose()
    }

    /// Everything that is remembered under keys that begin like this, and still holds.
    pub async fn recall_all(
        &self,
        prefix: &str,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT value FROM cache WHERE key >= $1 AND key < $2 AND until > $3
            AND NOT EXISTS (SELECT 1 FROM forgotten
                WHERE at >= cache.asked AND substr($1, 1, length(prefix)) = prefix)";
        let start = key(prefix, LONGEST_KEY)?;
        // No character comes after the last of Unicode.
        let end = format!("{start}\u{10ffff}");
        let rows = self.rows(sql, values![start, end, now]).await?;
        rows.iter().map(|it| it.text(0)).collect()
    }

    /// Forgets everything whose key begins like this; also what is still being asked for.
    pub async fn forget(&self, prefix: &str, now: Timestamp) -> Result<(), StoreError> {
        self.write(Forget { prefix: key(prefix, LONGEST_KEY)?, now }).await
    }

    /// Where we are in something.
    pub async fn cursor(&self, name: &str) -> Result<Option<String>, StoreError> {
        let row = self.row("SELECT value FROM cursors WHERE name = $1", values![name]).await?;
        row.map(|it| it.text(0)).transpose()
    }

    /// Says where we are in something.
    pub async fn set_cursor(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO cursors (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        let values = values![key(name, LONGEST_KEY)?, value];
        self.write(Statement { sql, values }).await.map(drop)
    }
}

struct Forget {
    prefix: String,
    now: Timestamp,
}

impl Write for Forget {
    type Answer = ();

    async fn run(&self, on: &mut On<'_>) -> Result<(), StoreError> {
        forget(on, &self.prefix, self.now).await
    }
}

/// Forgets what begins so.
pub(super) async fn forget(
    on: &mut On<'_>,
    prefix: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO forgotten (prefix, at) VALUES ($1, $2)
        ON CONFLICT (prefix) DO UPDATE SET
            at = CASE WHEN excluded.at > forgotten.at THEN excluded.at ELSE forgotten.at END";
    on.run(sql, values![prefix, now]).await?;
    // No character comes after the last of Unicode.
    let end = format!("{prefix}\u{10ffff}");
    on.run("DELETE FROM cache WHERE key >= $1 AND key < $2", values![prefix, end]).await.map(drop)
}
