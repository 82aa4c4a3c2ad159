//! The queue: one slot for each subject, however often it is asked for.
//!
//! A slot is leased to one worker at a time. Leases end by the database's clock,
//! so that replicas need not agree about the time; a fence that only grows tells
//! a worker that lost its lease from the one that has it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::line::{On, Row, Value, bounded, id, json, key, values};
use super::slot::{bit, causes, repository, slot};
use super::writer::{Statement, Write};
use super::{Store, StoreError, ledger};
use crate::github::work::{Cause, Note, Nudge, Subject};
use crate::model::Timestamp;

/// A delivery, as far as it is kept.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its id, which a redelivery keeps.
    pub id: String,
    /// The event's name.
    pub event: String,
    /// When it came.
    pub at: Timestamp,
    /// What it is a reason to look at.
    pub nudges: Vec<Nudge>,
    /// What it tells.
    pub notes: Vec<Note>,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Accepted {
    /// It is kept, durably.
    New,
    /// It was kept before.
    Duplicate,
}

/// What a worker asks for.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The worker's name, for people.
    pub worker: String,
    /// How long nobody else gets it.
    pub lease: Duration,
    /// What is due by then.
    pub now: Timestamp,
    /// Installations that have enough workers, or must wait.
    pub without: Vec<u64>,
}

/// A slot that a worker holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// What to look at.
    pub subject: Subject,
    /// Why, of everything since the last look.
    pub causes: BTreeSet<Cause>,
    /// Grows with each lease of the slot.
    pub fence: u64,
    /// How often it was asked for when it was taken.
    pub wanted: u64,
    /// Which attempt this is, from 1.
    pub attempts: u32,
    /// Since when it was due.
    pub due: Timestamp,
    /// What went wrong last time.
    pub trouble: Option<String>,
    /// The delivery that asked for it last, or led to what did; empty if none.
    pub delivery: String,
}

/// Whether a worker still has what it was given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Held {
    /// It has, and what it asked for is done.
    Still,
    /// Somebody else has it, or nobody: nothing was changed.
    Lost,
}

/// How the queue is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Waiting {
    /// Slots that are due and nobody's.
    pub due: u64,
    /// Slots that a worker has.
    pub held: u64,
    /// Slots whose last attempt failed.
    pub troubled: u64,
    /// Since when the oldest is due.
    pub oldest: Option<Timestamp>,
}

/// As many nudges and as many notes as one delivery may bring.
pub(super) const MOST: usize = 20_000;

/// As long as a reason may be.
const LONGEST: usize = 2000;

/// For how long a slot that cannot be read is left alone, in seconds.
const UNREADABLE: Timestamp = 3600;

impl Store {
    /// Keeps a delivery, if it is not kept yet. Durable once it is answered.
    pub async fn accept(&self, delivery: Delivery) -> Result<Accepted, StoreError> {
        let asks = !delivery.nudges.is_empty();
        let accepted = self.write(Accept::of(delivery)?).await?;
        if asks && accepted == Accepted::New {
            self.announce();
        }
        Ok(accepted)
    }

    /// Whether a delivery was kept before: it need not be asked for again.
    pub async fn is_kept(&self, delivery: &str, event: &str) -> Result<bool, StoreError> {
        let sql = "SELECT at FROM deliveries WHERE id = $1 AND event = $2";
        Ok(self.row(sql, values![delivery, event]).await?.is_some())
    }

    /// Asks for a look that no delivery asked for.
    pub async fn nudge(&self, nudges: Vec<Nudge>, at: Timestamp) -> Result<(), StoreError> {
        self.nudge_for("", nudges, at).await
    }

    /// Asks for a look that a delivery led to.
    pub async fn nudge_for(
        &self,
        delivery: &str,
        nudges: Vec<Nudge>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let delivery = bounded(delivery, 200);
        self.write(Nudged { slots: together(&nudges)?, at, delivery }).await?;
        Ok(self.announce())
    }

    /// Takes what is longest due and nobody's.
    pub async fn claim(&self, claim: Claim) -> Result<Option<Job>, StoreError> {
        self.write(claim).await
    }

    /// Keeps a lease for so long from now.
    pub async fn extend(&self, job: &Job, lease: Duration) -> Result<Held, StoreError> {
        let sql = "UPDATE slots SET until = {clock} + $3
            WHERE slot = $1 AND fence = $2 AND owner IS NOT NULL";
        self.settle(sql, values![slot(&job.subject), id(job.fence)?, milliseconds(lease)]).await
    }

    /// Gives a slot back as done. It is due again at `next`, and as soon as can be if it
    /// was asked for in the meantime.
    pub async fn finish(&self, job: &Job, next: Option<Timestamp>) -> Result<Held, StoreError> {
        let sql = "UPDATE slots SET owner = NULL, until = 0, taken = 0, attempts = 0,
                trouble = NULL, done = $3,
                due = CASE WHEN wanted > $3 AND ($4 IS NULL OR nudged < $4) THEN nudged ELSE $4 END
            WHERE slot = $1 AND fence = $2 AND owner IS NOT NULL";
        let values = values![slot(&job.subject), id(job.fence)?, id(job.wanted)?, next];
        self.settle(sql, values).await
    }

    /// Gives a slot back as failed, to be tried at `at`, or as soon as can be if it was
    /// asked for in the meantime. Its causes stay.
    pub async fn retry(&self, job: &Job, at: Timestamp, why: &str) -> Result<Held, StoreError> {
        let sql = "UPDATE slots SET owner = NULL, until = 0, causes = causes | taken, taken = 0,
                trouble = $5, due = CASE WHEN wanted > $3 AND nudged < $4 THEN nudged ELSE $4 END
            WHERE slot = $1 AND fence = $2 AND owner IS NOT NULL";
        let why = bounded(why, LONGEST);
        let values = values![slot(&job.subject), id(job.fence)?, id(job.wanted)?, at, why];
        self.settle(sql, values).await
    }

    /// Gives a slot back untouched: the program is about to end.
    pub async fn release(&self, job: &Job) -> Result<Held, StoreError> {
        let sql = "UPDATE slots SET owner = NULL, until = 0, causes = causes | taken, taken = 0,
                attempts = attempts - 1
            WHERE slot = $1 AND fence = $2 AND owner IS NOT NULL";
        self.settle(sql, values![slot(&job.subject), id(job.fence)?]).await
    }

    /// Counts what waits.
    pub async fn waiting(&self, now: Timestamp) -> Result<Waiting, StoreError> {
        let sql = "SELECT
                count(CASE WHEN due <= $1 AND until <= {clock} THEN 1 END),
                count(CASE WHEN until > {clock} THEN 1 END),
                count(CASE WHEN trouble IS NOT NULL THEN 1 END),
                min(CASE WHEN due <= $1 AND until <= {clock} THEN due END)
            FROM slots WHERE due IS NOT NULL OR owner IS NOT NULL";
        let Some(row) = self.row(sql, values![now]).await? else {
            return Ok(Waiting::default());
        };
        let (due, held, troubled) = (row.id(0)?, row.id(1)?, row.id(2)?);
        Ok(Waiting { due, held, troubled, oldest: row.get(3)? })
    }

    async fn settle(&self, sql: &'static str, values: Vec<Value>) -> Result<Held, StoreError> {
        let touched = self.write(Statement { sql, values }).await?;
        Ok(if touched == 0 { Held::Lost } else { Held::Still })
    }
}

/// What is asked of one slot.
struct Asked {
    subject: String,
    installation: i64,
    causes: i64,
}

/// One for each slot, in the order of their keys: whoever takes several locks does
/// it in that order.
fn together(nudges: &[Nudge]) -> Result<BTreeMap<String, Asked>, StoreError> {
    few("nudges", nudges.len())?;
    let mut slots: BTreeMap<String, Asked> = BTreeMap::new();
    for Nudge { subject, cause } in nudges {
        id(repository(subject))?;
        if let Subject::Pull { number, .. } = subject {
            id(*number)?;
        }
        let asked = Asked {
            subject: key(&json(subject)?, LONGEST)?,
            installation: id(subject.installation())?,
            causes: 0,
        };
        slots.entry(slot(subject)).or_insert(asked).causes |= bit(*cause);
    }
    Ok(slots)
}

fn few(what: &str, many: usize) -> Result<(), StoreError> {
    if many > MOST {
        return Err(StoreError::Refused(format!("{many} {what} at once; {MOST} are the most")));
    }
    Ok(())
}

/// A lease as the database counts it.
pub(super) fn milliseconds(lease: Duration) -> i64 {
    i64::try_from(lease.as_millis()).unwrap_or(i64::MAX / 2).min(i64::MAX / 2)
}

/// Puts subjects into the queue.
pub(super) async fn nudge(
    on: &mut On<'_>,
    nudges: &[Nudge],
    at: Timestamp,
) -> Result<(), StoreError> {
    Nudged { slots: together(nudges)?, at, delivery: String::new() }.run(on).await
}

struct Nudged {
    slots: BTreeMap<String, Asked>,
    at: Timestamp,
    /// What led to it; empty if that is no delivery.
    delivery: String,
}

impl Write for Nudged {
    type Answer = ();

    async fn run(&self, on: &mut On<'_>) -> Result<(), StoreError> {
        let sql = "INSERT INTO slots (slot, subject, installation, causes, taken, wanted, done,
                nudged, due, until, fence, attempts, delivery)
            VALUES ($1, $2, $3, $4, 0, 1, 0, $5, $5, 0, 0, 0, $6)
            ON CONFLICT (slot) DO UPDATE SET
                delivery = CASE WHEN excluded.delivery = '' AND slots.due IS NOT NULL
                    THEN slots.delivery ELSE excluded.delivery END,
                subject = CASE WHEN excluded.installation >= slots.installation
                    THEN excluded.subject ELSE slots.subject END,
                installation = CASE WHEN excluded.installation >= slots.installation
                    THEN excluded.installation ELSE slots.installation END,
                causes = slots.causes | excluded.causes,
                wanted = slots.wanted + 1,
                nudged = excluded.nudged,
                due = CASE WHEN slots.due < excluded.due THEN slots.due ELSE excluded.due END";
        for (slot, asked) in &self.slots {
            let Asked { subject, installation, causes } = asked;
            let values = values![slot, subject, *installation, *causes, self.at, &self.delivery];
            on.run(sql, values).await?;
        }
        Ok(())
    }
}

struct Accept {
    id: String,
    event: String,
    nudged: Nudged,
    notes: Vec<Note>,
}

impl Accept {
    fn of(delivery: Delivery) -> Result<Self, StoreError> {
        let Delivery { id, event, at, nudges, notes } = delivery;
        few("notes", notes.len())?;
        let nudged = Nudged { slots: together(&nudges)?, at, delivery: bounded(&id, 200) };
        Ok(Self { id: key(&id, 200)?, event: key(&event, 200)?, nudged, notes })
    }
}

impl Write for Accept {
    type Answer = Accepted;

    async fn run(&self, on: &mut On<'_>) -> Result<Accepted, StoreError> {
        let sql = "INSERT INTO deliveries (id, event, at) VALUES ($1, $2, $3)
            ON CONFLICT (id, event) DO NOTHING";
        if on.run(sql, values![&self.id, &self.event, self.nudged.at]).await? == 0 {
            return Ok(Accepted::Duplicate);
        }
        self.nudged.run(on).await?;
        for note in &self.notes {
            ledger::keep(on, note, self.nudged.at).await?;
        }
        Ok(Accepted::New)
    }
}

impl Write for Claim {
    type Answer = Option<Job>;

    async fn run(&self, on: &mut On<'_>) -> Result<Option<Job>, StoreError> {
        let without = match self.without.as_slice() {
            [] => String::new(),
            // Numbers, which hold no SQL.
            these => {
                let these: Vec<_> = these.iter().map(u64::to_string).collect();
                format!("AND installation NOT IN ({})", these.join(", "))
            }
        };
        // Not only one more: a slot that was forgotten and comes again gets no fence
        // that somebody may still hold.
        let sql = format!(
            "UPDATE slots SET owner = $2, until = {{clock}} + $3,
                fence = CASE WHEN fence >= {{clock}} THEN fence + 1 ELSE {{clock}} END,
                taken = taken | causes, causes = 0, attempts = attempts + 1
            WHERE slot = (SELECT slot FROM slots
                WHERE due <= $1 AND until <= {{clock}} {without}
                ORDER BY due, slot LIMIT 1 {{skip}})
            RETURNING slot, subject, taken, wanted, attempts, due, trouble, fence, delivery"
        );
        let (worker, lease) = (bounded(&self.worker, 200), milliseconds(self.lease));
        while let Some(row) = on.row(&sql, values![self.now, &worker, lease]).await? {
            match job(&row) {
                Err(StoreError::Damaged(why)) => {
                    let sql = "UPDATE slots SET owner = NULL, until = 0, due = $2, trouble = $3
                        WHERE slot = $1";
                    let why = bounded(&why, LONGEST);
                    on.run(sql, values![row.text(0)?, self.now + UNREADABLE, why]).await?;
                }
                job => return job.map(Some),
            }
        }
        Ok(None)
    }
}

fn job(row: &Row) -> Result<Job, StoreError> {
    Ok(Job {
        subject: row.json(1)?,
        causes: causes(row.int(2)?),
        wanted: row.id(3)?,
        attempts: u32::try_from(row.int(4)?).unwrap_or(u32::MAX),
        due: row.int(5)?,
        trouble: row.get(6)?,
        fence: row.id(7)?,
        delivery: row.text(8)?,
    })
}
