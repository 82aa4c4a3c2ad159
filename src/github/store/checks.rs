//! What is written to GitHub: that the newest wins, and that the same is written
//! once.
//!
//! A check run belongs to a commit, and several pull requests may share one. So it
//! is made of parts, one for each subject, and each part is replaced only by a newer
//! one of the same subject. Who has put a part reads all of them, writes what they
//! come to, and is refused if somebody is writing already or knows more parts.
//!
//! ```text
//! propose → the parts and a version → before_write → GitHub → written
//! ```

use std::time::Duration;

use super::line::{On, Row, id, json, key, values};
use super::queue::{self, milliseconds};
use super::slot::slot;
use super::writer::{Statement, Write};
use super::{Held, Job, Store, StoreError};
use crate::github::work::{Cause, Nudge, Subject};
use crate::model::{Oid, Timestamp};

/// A check run, by where it is seen.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CheckKey {
    /// The repository.
    pub repository: u64,
    /// The commit.
    pub commit: Oid,
    /// Its name.
    pub name: String,
}

/// What one subject contributes to a check run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CheckPart {
    /// The subject.
    pub subject: Subject,
    /// What it says, as the caller wrote it.
    pub says: String,
}

/// What became of a part.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Proposal {
    /// A newer look at the same subject has said something already; this one is over.
    Stale,
    /// It is kept.
    Kept {
        /// What to write it under.
        version: u64,
        /// All parts there are, also those of pull requests that have moved on, in the
        /// order of their subjects' keys.
        parts: Vec<CheckPart>,
    },
}

/// What is known of a check run and of one subject's part in it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Standing {
    /// Whether it was written, or somebody began to.
    pub written: bool,
    /// Whether the subject has a part in it.
    pub heard: bool,
}

/// Whether GitHub may be written to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MayWrite {
    /// It may, until the lease ends. The request must be over by then.
    Yes {
        /// The check run that is there; `None` if none is known.
        run: Option<u64>,
        /// Whether an earlier write may have got there without our knowing: then look for
        /// a run before one is created.
        unsure: bool,
    },
    /// The same is there already.
    Same,
    /// Somebody who knows more has written or is writing; this one is over.
    Stale,
    /// Somebody is writing. Propose again in a moment.
    Busy,
}

/// What was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Written {
    /// The check run.
    pub run: u64,
    /// The digest of what it says, as given to `before_write`.
    pub hash: String,
}

/// As large as a part may be, in bytes.
const LARGEST: usize = 1 << 20;

impl CheckKey {
    fn parts(&self) -> Result<(i64, String, String), StoreError> {
        Ok((id(self.repository)?, self.commit.to_string(), key(&self.name, 300)?))
    }
}

impl Store {
    /// Keeps what a job's subject contributes to a check run, unless a newer look at the
    /// same subject has spoken.
    pub async fn propose(
        &self,
        check: &CheckKey,
        job: &Job,
        says: &str,
        at: Timestamp,
    ) -> Result<Proposal, StoreError> {
        if says.len() > LARGEST {
            return Err(StoreError::Refused(format!(
                "a check of {} bytes is too large",
                says.len()
            )));
        }
        let (slot, subject) = (slot(&job.subject), json(&job.subject)?);
        let part = Part { slot, subject, fence: id(job.fence)?, says: says.to_owned() };
        let again = job.attempts > 1;
        self.write(Propose { check: check.parts()?, part, again, at }).await
    }

    /// Asks to write a version whose digest is `hash`. For as long as the lease nobody
    /// else may; it must be longer than the request can take.
    pub async fn before_write(
        &self,
        check: &CheckKey,
        version: u64,
        hash: &str,
        lease: Duration,
    ) -> Result<MayWrite, StoreError> {
        let (version, hash) = (id(version)?, hash.to_owned());
        let lease = milliseconds(lease);
        self.write(Begin { check: check.parts()?, version, hash, lease }).await
    }

    /// Says that a version was written. If the lease was lost, what is at GitHub is not
    /// known, and the job's subject is put into the queue once more.
    pub async fn written(
        &self,
        check: &CheckKey,
        job: &Job,
        version: u64,
        written: Written,
    ) -> Result<Held, StoreError> {
        let Written { run, hash } = written;
        self.end(check, job, End::of(version, Some(run), Some(hash))?).await
    }

    /// Says that writing a version failed, perhaps after it has had its effect.
    pub async fn unwritten(
        &self,
        check: &CheckKey,
        job: &Job,
        version: u64,
    ) -> Result<Held, StoreError> {
        self.end(check, job, End::of(version, None, None)?).await
    }

    async fn end(&self, check: &CheckKey, job: &Job, end: End) -> Result<Held, StoreError> {
        let again = Nudge { subject: job.subject.clone(), cause: Cause::Time };
        let held = self.write(Ended { check: check.parts()?, again, end }).await?;
        if held == Held::Lost {
            self.announce();
        }
        Ok(held)
    }

    /// Forgets which run a check has: it is gone, or belongs to another App.
    pub async fn lose_run(&self, check: &CheckKey) -> Result<(), StoreError> {
        let (repository, head, name) = check.parts()?;
        let sql = "UPDATE checks SET run = NULL, hash = NULL
            WHERE repository = $1 AND head = $2 AND name = $3";
        let values = values![repository, head, name];
        self.write(Statement { sql, values }).await.map(drop)
    }

    /// Whether there is a check run, and whether a subject has had a say in it.
    pub async fn standing(
        &self,
        check: &CheckKey,
        subject: &Subject,
    ) -> Result<Standing, StoreError> {
        let (repository, head, name) = check.parts()?;
        let sql = "SELECT CAST(CASE WHEN run IS NOT NULL OR begun > 0 THEN 1 ELSE 0 END AS BIGINT),
            (SELECT COUNT(*) FROM check_parts WHERE check_parts.repository = $1
                AND check_parts.head = $2 AND check_parts.name = $3 AND slot = $4)
            FROM checks WHERE repository = $1 AND head = $2 AND name = $3";
        let row = self.row(sql, values![repository, head, name, slot(subject)]).await?;
        let read = |row: Row| Ok(Standing { written: row.yes(0)?, heard: row.int(1)? > 0 });
        row.map_or(Ok(Standing::default()), read)
    }

    /// The check run that was written last, and the digest of what it says; `None` if
    /// there is none, or it is not known what it says.
    pub async fn check(&self, check: &CheckKey) -> Result<Option<Written>, StoreError> {
        let (repository, head, name) = check.parts()?;
        let sql = "SELECT run, hash FROM checks WHERE repository = $1 AND head = $2 AND name = $3
            AND run IS NOT NULL AND hash IS NOT NULL";
        let row = self.row(sql, values![repository, head, name]).await?;
        row.map(|it| Ok(Written { run: it.id(0)?, hash: it.text(1)? })).transpose()
    }
}

struct Propose {
    check: (i64, String, String),
    part: Part,
    /// Whether an earlier attempt may have written something that we do not know of.
    again: bool,
    at: Timestamp,
}

struct Part {
    slot: String,
    subject: String,
    fence: i64,
    says: String,
}

impl Write for Propose {
    type Answer = Proposal;

    async fn run(&self, on: &mut On<'_>) -> Result<Proposal, StoreError> {
        let (repository, head, name) = &self.check;
        // First, so that whoever else proposes waits, and sees this part.
        let sql = "INSERT INTO checks (repository, head, name, version, begun, until, at)
            VALUES ($1, $2, $3, 1, 0, 0, $4)
            ON CONFLICT (repository, head, name) DO UPDATE
                SET version = checks.version + 1, at = excluded.at,
                    hash = CASE WHEN $5 = 1 THEN NULL ELSE checks.hash END
            RETURNING version";
        let row = on.row(sql, values![*repository, head, name, self.at, self.again]).await?;
        let version = row.as_ref().map(|it| it.id(0)).transpose()?.unwrap_or_default();
        let sql = "INSERT INTO check_parts (repository, head, name, slot, subject, fence, says)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (repository, head, name, slot) DO UPDATE
                SET subject = excluded.subject, fence = excluded.fence, says = excluded.says
                WHERE excluded.fence >= check_parts.fence";
        let Part { slot, subject, fence, says } = &self.part;
        let values = values![*repository, head, name, slot, subject, *fence, says];
        if on.run(sql, values).await? == 0 {
            return Ok(Proposal::Stale);
        }
        let sql = "SELECT subject, says FROM check_parts
            WHERE repository = $1 AND head = $2 AND name = $3 ORDER BY slot";
        let rows = on.rows(sql, values![*repository, head, name]).await?;
        let part = |row: &Row| Ok(CheckPart { subject: row.json(0)?, says: row.text(1)? });
        let parts: Result<_, StoreError> = rows.iter().map(part).collect();
        Ok(Proposal::Kept { version, parts: parts? })
    }
}

struct Begin {
    check: (i64, String, String),
    version: i64,
    hash: String,
    lease: i64,
}

impl Write for Begin {
    type Answer = MayWrite;

    async fn run(&self, on: &mut On<'_>) -> Result<MayWrite, StoreError> {
        let (repository, head, name) = &self.check;
        // What was there is unknown from now on, until `written`.
        let sql = "UPDATE checks SET writing = $4, begun = $4, until = {clock} + $5, hash = NULL
            WHERE repository = $1 AND head = $2 AND name = $3 AND begun <= $4
                AND until <= {clock} AND (hash IS NULL OR hash <> $6)";
        let values = values![*repository, head, name, self.version, self.lease, &self.hash];
        let known =
            "SELECT run, begun, hash, CAST(CASE WHEN until > {clock} THEN 1 ELSE 0 END AS BIGINT)
            FROM checks WHERE repository = $1 AND head = $2 AND name = $3";
        let before = on.row(&format!("{known} {{lock}}"), values![*repository, head, name]).await?;
        let Some(before) = before else {
            return Err(StoreError::Refused("nothing was proposed for this check".to_owned()));
        };
        if on.run(sql, values).await? > 0 {
            let unsure = before.int(1)? > 0 && before.get::<Option<String>>(2)?.is_none();
            return Ok(MayWrite::Yes { run: before.maybe_id(0)?, unsure });
        }
        if before.int(1)? > self.version {
            return Ok(MayWrite::Stale);
        }
        if before.yes(3)? {
            return Ok(MayWrite::Busy);
        }
        // Who knows less must not write over what this version need not write.
        let sql = "UPDATE checks SET begun = $4 WHERE repository = $1 AND head = $2 AND name = $3";
        on.run(sql, values![*repository, head, name, self.version]).await?;
        Ok(MayWrite::Same)
    }
}

struct End {
    version: i64,
    run: Option<i64>,
    /// `None` if it is not known what is there.
    hash: Option<String>,
}

impl End {
    fn of(version: u64, run: Option<u64>, hash: Option<String>) -> Result<Self, StoreError> {
        Ok(Self { version: id(version)?, run: run.map(id).transpose()?, hash })
    }
}

struct Ended {
    check: (i64, String, String),
    again: Nudge,
    end: End,
}

impl Write for Ended {
    type Answer = Held;

    async fn run(&self, on: &mut On<'_>) -> Result<Held, StoreError> {
        let (repository, head, name) = &self.check;
        let End { version, run, hash } = &self.end;
        let sql = "UPDATE checks SET writing = NULL, until = 0, hash = $6, run = COALESCE($5, run)
            WHERE repository = $1 AND head = $2 AND name = $3 AND writing = $4";
        let values = values![*repository, head, name, *version, *run, hash.as_deref()];
        if on.run(sql, values).await? > 0 {
            return Ok(Held::Still);
        }
        // Two have written, and nobody knows in which order they arrived. Who still
        // writes must not have the last word about what is there either.
        let sql = "UPDATE checks SET writing = NULL, hash = NULL, run = COALESCE(run, $4)
            WHERE repository = $1 AND head = $2 AND name = $3 RETURNING at";
        let row = on.row(sql, values![*repository, head, name, *run]).await?;
        let at = row.map(|it| it.int(0)).transpose()?.unwrap_or_default();
        queue::nudge(on, std::slice::from_ref(&self.again), at).await?;
        Ok(Held::Lost)
    }
}
