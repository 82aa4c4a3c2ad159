//! The ledger: what only the moment of a delivery can tell.

use super::line::{On, Row, bounded, id, json, values};
use super::{Store, StoreError, cache, index};
use crate::github::work::Note;
use crate::model::{Oid, Opinion, Timestamp};

/// A review as it was when it came.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LedgerReview {
    /// Its id.
    pub review: u64,
    /// The head of the pull request at that moment.
    pub commit: Oid,
    /// What it said then.
    pub says: Opinion,
    /// When it came.
    pub at: Timestamp,
}

/// A push to the head of a pull request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LedgerPush {
    /// Where the head was; `None` for a new pull request.
    pub before: Option<Oid>,
    /// Where it is since.
    pub after: Oid,
    /// When, as GitHub says; `None` if the push was not seen.
    pub at: Option<Timestamp>,
    /// When it was, or when it was noted that the head is another.
    pub noted: Timestamp,
    /// The login of who pushed; `None` if the push was not seen.
    pub by: Option<String>,
}

/// Somebody changed settings that policies rely on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SettingsChange {
    /// The login of who did.
    pub by: String,
    /// What was changed.
    pub what: String,
    /// When it was told.
    pub at: Timestamp,
}

/// Somebody else wrote what only we may write.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Forgery {
    /// The commit it was written to.
    pub commit: Oid,
    /// The login of who did.
    pub by: String,
    /// What was written.
    pub what: String,
    /// When it was seen first.
    pub at: Timestamp,
}

/// As long as a login or what was forged may be.
const LONGEST: usize = 300;

impl Store {
    /// The reviews of a pull request, oldest first.
    pub async fn reviews(
        &self,
        repository: u64,
        number: u64,
    ) -> Result<Vec<LedgerReview>, StoreError> {
        let sql = "SELECT review, head, says, at FROM reviews
            WHERE repository = $1 AND number = $2 ORDER BY at, review";
        let rows = self.rows(sql, values![id(repository)?, id(number)?]).await?;
        let review = |row: &Row| {
            let (review, commit) = (row.id(0)?, row.oid(1)?);
            Ok(LedgerReview { review, commit, says: row.json(2)?, at: row.int(3)? })
        };
        rows.iter().map(review).collect()
    }

    /// The pushes to a pull request, oldest first; within a second in no order that
    /// means anything but `before` and `after`.
    pub async fn pushes(
        &self,
        repository: u64,
        number: u64,
    ) -> Result<Vec<LedgerPush>, StoreError> {
        let sql = "SELECT before, after, moment, seen, login FROM pushes
            WHERE repository = $1 AND number = $2 ORDER BY moment, after";
        let rows = self.rows(sql, values![id(repository)?, id(number)?]).await?;
        let push = |row: &Row| {
            let (before, after, noted, by) =
                (row.maybe_oid(0)?, row.oid(1)?, row.int(2)?, row.text(4)?);
            let at = row.yes(3)?.then_some(noted);
            Ok(LedgerPush { before, after, at, noted, by: Some(by).filter(|it| !it.is_empty()) })
        };
        rows.iter().map(push).collect()
    }

    /// Who changed settings of a repository, newest first; at most 100.
    pub async fn settings(&self, repository: u64) -> Result<Vec<SettingsChange>, StoreError> {
        let sql = "SELECT login, what, at FROM settings WHERE repository = $1
            ORDER BY at DESC, login, what LIMIT 100";
        let rows = self.rows(sql, values![id(repository)?]).await?;
        let change = |row: &Row| {
            Ok(SettingsChange { by: row.text(0)?, what: row.text(1)?, at: row.int(2)? })
        };
        rows.iter().map(change).collect()
    }

    /// What was forged in a repository, newest first; at most 100.
    pub async fn forgeries(&self, repository: u64) -> Result<Vec<Forgery>, StoreError> {
        let sql = "SELECT head, login, what, at FROM forgeries WHERE repository = $1
            ORDER BY at DESC, head, login, what LIMIT 100";
        let rows = self.rows(sql, values![id(repository)?]).await?;
        let forgery = |row: &Row| {
            let (commit, by) = (row.oid(0)?, row.text(1)?);
            Ok(Forgery { commit, by, what: row.text(2)?, at: row.int(3)? })
        };
        rows.iter().map(forgery).collect()
    }

    /// Keeps what was found out without a delivery: pushes that the host remembers.
    pub async fn note(&self, notes: Vec<Note>, at: Timestamp) -> Result<(), StoreError> {
        self.write(Noted { notes, at }).await
    }
}

struct Noted {
    notes: Vec<Note>,
    at: Timestamp,
}

impl super::writer::Write for Noted {
    type Answer = ();

    async fn run(&self, on: &mut On<'_>) -> Result<(), StoreError> {
        for note in &self.notes {
            keep(on, note, self.at).await?;
        }
        Ok(())
    }
}

/// Keeps a note; `at` is when it came.
pub(super) async fn keep(on: &mut On<'_>, note: &Note, at: Timestamp) -> Result<(), StoreError> {
    match note {
        Note::Review { repository, number, review, commit, says } => {
            // The first word stands: GitHub re-points what it tells later.
            let sql = "INSERT INTO reviews (repository, review, number, head, says, at)
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (repository, review) DO NOTHING";
            let (repository, review) = (id(*repository)?, id(*review)?);
            let values = values![repository, review, id(*number)?, commit, json(says)?, at];
            on.run(sql, values).await.map(drop)
        }
        Note::Push { repository, number, before, after, at: seen, by } => {
            let sql = "INSERT INTO pushes (repository, number, moment, after, before, login, seen)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (repository, number, moment, after, before, login) DO NOTHING";
            let (repository, number) = (id(*repository)?, id(*number)?);
            let by = bounded(by.as_deref().unwrap_or_default(), LONGEST);
            let moment = seen.unwrap_or(at);
            let values = values![repository, number, moment, after, *before, by, seen.is_some()];
            on.run(sql, values).await.map(drop)
        }
        Note::Settings { repository, by, what } => {
            let sql = "INSERT INTO settings (repository, login, what, at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (repository, at, login, what) DO NOTHING";
            let (by, what) = (bounded(by, LONGEST), bounded(what, LONGEST));
            on.run(sql, values![id(*repository)?, by, what, at]).await.map(drop)
        }
        Note::Forged { repository, commit, by, what } => {
            let sql = "INSERT INTO forgeries (repository, head, login, what, at)
                VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (repository, head, login, what) DO NOTHING";
            let (by, what) = (bounded(by, LONGEST), bounded(what, LONGEST));
            on.run(sql, values![id(*repository)?, commit, by, what, at]).await.map(drop)
        }
        Note::Repository { home, slug, default_branch } => {
            index::named(on, (*home, slug, default_branch.as_deref()), at).await
        }
        Note::Gone { repository } => index::gone(on, *repository, at).await,
        Note::Uninstalled { installation } => index::uninstalled(on, *installation, at).await,
        Note::People { owner, .. } => {
            // What GitHub lets nobody be called is nobody we know anything about.
            cache::forget(on, &bounded(&cache::people(owner), LONGEST), at).await
        }
    }
}
