//! What was decided: rows that are only added, each with the digest of the one
//! before it, so that none can be changed or taken away unnoticed.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::index::{Listed, Page, Within};
use super::line::{On, Row, bounded, clean, id, json, values};
use super::sessions::hex;
use super::slot::{repository, slot};
use super::writer::Write;
use super::{Store, StoreError};
use crate::github::work::Subject;
use crate::model::{Decision, Oid, Timestamp};

/// A decision.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decided {
    /// About what.
    pub subject: Subject,
    /// The head that was judged.
    pub head: Oid,
    /// The target, without `refs/heads/`.
    pub base: String,
    /// When.
    pub at: Timestamp,
    /// What; `None` if it could not be judged, which lets nothing pass.
    pub decision: Option<Decision>,
    /// SHA-256 of the policy; empty if it could not be read.
    pub policy: String,
    /// In a line.
    pub summary: String,
    /// What it waits for, in a line; empty if for nothing.
    pub waits_for: String,
}

/// A decision that is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Kept {
    /// Its place in the chain, from 1.
    pub id: u64,
    /// The digest of it and of everything before it.
    pub hash: String,
    /// What it is.
    pub decided: Decided,
    /// Whether it was let through by an exemption, as its record says.
    pub overridden: bool,
    /// The record, as JSON, where one decision was asked for and it is still kept.
    pub record: Option<String>,
}

/// How decisions came out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Came {
    /// In whatever way.
    Anyhow,
    /// Denied, or such that it could not be judged.
    Denied,
    /// Not yet.
    Waiting,
    /// Allowed though something speaks against it.
    Overridden,
}

impl Came {
    /// A condition.
    fn sql(self) -> &'static str {
        match self {
            Self::Anyhow => "1 = 1",
            Self::Denied => "decision IN ('\"deny\"', 'null')",
            Self::Waiting => "decision = '\"pending\"'",
            Self::Overridden => "overridden = 1",
        }
    }
}

/// What a look at the whole chain comes to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Audit {
    /// Each follows from the one before it.
    Sound {
        /// How many there are.
        decisions: u64,
        /// The digest of the last.
        hash: String,
    },
    /// This one does not, or is missing.
    Broken {
        /// Its place.
        id: u64,
    },
}

/// As long as a line for people may be, in bytes.
const LONGEST: usize = 4096;

/// As large as a record may be, in bytes.
const LARGEST: usize = 32 << 20;

/// As many rows as an audit reads at once.
const CHUNK: u32 = 1000;

const COLUMNS: &str = "id, hash, subject, head, base, at, decision, policy, summary, waits_for,
    overridden";

impl Store {
    /// Appends a decision, and says of its pull request what it waits for. Answers its id.
    pub async fn decide(
        &self,
        decided: Decided,
        record: Option<String>,
    ) -> Result<u64, StoreError> {
        // What was decided counts, and a record that is too large would hold it up for ever.
        let record = record.filter(|it| it.len() <= LARGEST);
        let decided = Decided {
            base: bounded(&decided.base, LONGEST),
            policy: bounded(&decided.policy, LONGEST),
            summary: bounded(&decided.summary, LONGEST),
            waits_for: bounded(&decided.waits_for, LONGEST),
            ..decided
        };
        self.write(Append { decided, record: record.map(|it| clean(&it)) }).await
    }

    /// A decision, with its record.
    pub async fn decision(&self, decision: u64) -> Result<Option<Kept>, StoreError> {
        let sql = format!("SELECT {COLUMNS}, record FROM decisions WHERE id = $1");
        let Some(row) = self.row(&sql, values![id(decision)?]).await? else {
            return Ok(None);
        };
        Ok(Some(Kept { record: row.get(11)?, ..kept(&row)? }))
    }

    /// The record of a decision, if it is still kept and no larger than so many bytes.
    pub async fn record(&self, decision: u64, most: u32) -> Result<Option<String>, StoreError> {
        let sql = "SELECT record FROM decisions WHERE id = $1 AND octet_length(record) <= $2";
        let row = self.row(sql, values![id(decision)?, i64::from(most)]).await?;
        Ok(row.map(|it| it.get(0)).transpose()?.flatten())
    }

    /// The last decision about a subject.
    pub async fn last_of(&self, subject: &Subject) -> Result<Option<Kept>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM decisions WHERE slot = $1 ORDER BY id DESC LIMIT 1");
        self.row(&sql, values![slot(subject)]).await?.as_ref().map(kept).transpose()
    }

    /// The decisions about a subject, the last first.
    pub async fn decisions_of(
        &self,
        subject: &Subject,
        page: Page,
    ) -> Result<Listed<Kept>, StoreError> {
        let end = page.sql();
        let sql = format!("SELECT {COLUMNS} FROM decisions WHERE slot = $1 ORDER BY id DESC {end}");
        let rows = self.rows(&sql, values![slot(subject)]).await?;
        Ok(page.cut(rows.iter().map(kept).collect::<Result<_, _>>()?))
    }

    /// The decisions, the last first.
    pub async fn recent(&self, within: &Within, page: Page) -> Result<Listed<Kept>, StoreError> {
        self.recent_that(within, Came::Anyhow, page).await
    }

    /// The decisions that came out so, the last first.
    pub async fn recent_that(
        &self,
        within: &Within,
        came: Came,
        page: Page,
    ) -> Result<Listed<Kept>, StoreError> {
        let (only, came, end) = (within.sql("repository"), came.sql(), page.sql());
        let sql = format!(
            "SELECT {COLUMNS} FROM decisions WHERE {only} AND {came} ORDER BY id DESC {end}"
        );
        let rows = self.rows(&sql, vec![]).await?;
        Ok(page.cut(rows.iter().map(kept).collect::<Result<_, _>>()?))
    }

    /// Follows the chain from its first row to its last.
    pub async fn audit(&self) -> Result<Audit, StoreError> {
        let row = self.row("SELECT id, hash FROM chain WHERE one = 1", vec![]).await?;
        let Some(row) = row else {
            return Ok(Audit::Broken { id: 0 });
        };
        let (last, end) = (row.id(0)?, row.text(1)?);
        let (mut seen, mut before) = (0, String::new());
        while seen < last {
            let sql = format!(
                "SELECT {COLUMNS}, record_hash, record FROM decisions
                WHERE id > $1 AND id <= $2 ORDER BY id LIMIT {CHUNK}"
            );
            let rows = self.rows(&sql, values![id(seen)?, id(last)?]).await?;
            if rows.is_empty() {
                return Ok(Audit::Broken { id: seen + 1 });
            }
            for row in &rows {
                seen += 1;
                if !follows(row, seen, &before)? {
                    return Ok(Audit::Broken { id: seen });
                }
                before = row.text(1)?;
            }
        }
        Ok(match before == end {
            true => Audit::Sound { decisions: last, hash: end },
            false => Audit::Broken { id: last },
        })
    }
}

fn follows(row: &Row, place: u64, before: &str) -> Result<bool, StoreError> {
    let kept = kept(row)?;
    let (record_hash, record): (String, Option<String>) = (row.get(11)?, row.get(12)?);
    let is_whole = record.is_none_or(|it| digest(&it) == record_hash);
    let hash = hash(place, before, &kept.decided, &record_hash)?;
    Ok(is_whole && kept.id == place && kept.hash == hash)
}

/// What the digest of a row is made of. Its text must never change for old rows.
#[derive(Serialize)]
struct Line<'a> {
    id: u64,
    before: &'a str,
    subject: &'a Subject,
    head: String,
    base: &'a str,
    at: Timestamp,
    decision: Option<Decision>,
    policy: &'a str,
    summary: &'a str,
    waits_for: &'a str,
    record: &'a str,
}

fn hash(id: u64, before: &str, decided: &Decided, record: &str) -> Result<String, StoreError> {
    let Decided { subject, head, base, at, decision, policy, summary, waits_for } = decided;
    let (head, at, decision) = (head.to_string(), *at, *decision);
    let line =
        Line { id, before, subject, head, base, at, decision, policy, summary, waits_for, record };
    Ok(digest(&json(&line)?))
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// Whether a rule was overridden. In a JSON text of ours no string looks like a key:
/// its quotes are escaped.
fn is_overridden(decision: Option<Decision>, record: Option<&str>) -> bool {
    let keys = ["\"outcome\": \"overridden\"", "\"outcome\":\"overridden\""];
    decision == Some(Decision::Warn)
        && record.is_some_and(|it| keys.iter().any(|key| it.contains(key)))
}

fn kept(row: &Row) -> Result<Kept, StoreError> {
    let decided = Decided {
        subject: row.json(2)?,
        head: row.oid(3)?,
        base: row.text(4)?,
        at: row.int(5)?,
        decision: row.json(6)?,
        policy: row.text(7)?,
        summary: row.text(8)?,
        waits_for: row.text(9)?,
    };
    Ok(Kept { id: row.id(0)?, hash: row.text(1)?, decided, overridden: row.yes(10)?, record: None })
}

struct Append {
    decided: Decided,
    record: Option<String>,
}

impl Write for Append {
    type Answer = u64;

    async fn run(&self, on: &mut On<'_>) -> Result<u64, StoreError> {
        let sql = "SELECT id, hash FROM chain WHERE one = 1 {lock}";
        let row = on.row(sql, vec![]).await?;
        let row = row.ok_or_else(|| StoreError::Damaged("the chain has no end".to_owned()))?;
        let (place, before) = (row.id(0)? + 1, row.text(1)?);
        let record_hash = self.record.as_deref().map(digest).unwrap_or_default();
        let hash = hash(place, &before, &self.decided, &record_hash)?;
        let Decided { subject, head, base, at, decision, policy, summary, waits_for } =
            &self.decided;
        let sql = "INSERT INTO decisions (id, slot, repository, subject, head, base, at, decision,
                policy, summary, waits_for, record_hash, hash, record, overridden)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
        let repository = id(repository(subject))?;
        let values = values![
            id(place)?,
            slot(subject),
            repository,
            json(subject)?,
            head,
            base,
            *at,
            json(decision)?,
            policy,
            summary,
            waits_for,
            record_hash,
            &hash,
            self.record.as_deref(),
            is_overridden(*decision, self.record.as_deref()),
        ];
        on.run(sql, values).await?;
        let sql = "UPDATE chain SET id = $1, hash = $2 WHERE one = 1";
        on.run(sql, values![id(place)?, hash]).await?;
        if let Subject::Pull { number, .. } = subject {
            let sql = "UPDATE pulls SET waits_for = $3, decision = $4
                WHERE repository = $1 AND number = $2 AND head = $5";
            let values = values![repository, id(*number)?, waits_for, id(place)?, head];
            on.run(sql, values).await?;
        }
        Ok(place)
    }
}
