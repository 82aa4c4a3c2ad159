//! What must not be lost: what is to be looked at, what only deliveries told, what
//! was decided and what was written.
//!
//! SQLite for one process, PostgreSQL for several; the same statements and the
//! same tests on both. What is answered with `Ok` is durable. Times are given by
//! the caller; only leases end by the database's own clock, so that replicas whose
//! clocks differ wake a little early or late, and never take each other's work.

mod abandon;
mod cache;
mod checks;
mod decisions;
mod error;
mod index;
mod ledger;
mod line;
mod open;
mod policy;
mod prune;
mod queue;
mod requests;
mod schema;
mod sessions;
mod slot;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};
use tokio::sync::watch;

use line::{On, Row, Value};
use writer::{Write, Writer};

pub use checks::{CheckKey, CheckPart, MayWrite, Proposal, Standing, Written};
pub use decisions::{Audit, Came, Decided, Kept};
pub use error::StoreError;
pub use index::{Listed, Page, Pull, Repository, Shown, WaitsFor, Within};
pub use ledger::{Forgery, LedgerPush, LedgerReview, SettingsChange};
pub use open::Options;
pub use policy::PolicySeen;
pub use prune::{Keep, Pruned};
pub use queue::{Accepted, Claim, Delivery, Held, Job, Waiting};
pub use sessions::Session;

/// The store. A clone is the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    base: Base,
    patience: Duration,
    arrivals: watch::Sender<u64>,
}

enum Base {
    Sqlite { writer: Writer, readers: SqlitePool },
    Postgres(PgPool),
}

/// A connection to read from.
enum Reader {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl Store {
    /// Whether the database answers, and would let us write.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.write(Ready).await
    }

    /// Changes whenever this process has put something into the queue; what other
    /// replicas have put there is found by asking now and then.
    pub fn arrivals(&self) -> watch::Receiver<u64> {
        self.inner.arrivals.subscribe()
    }

    /// Ends it once everything that was asked for is written. Clones are closed too.
    pub async fn close(&self) {
        match &self.inner.base {
            Base::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Base::Postgres(pool) => pool.close().await,
        }
    }

    fn announce(&self) {
        self.inner.arrivals.send_modify(|it| *it = it.wrapping_add(1));
    }

    /// Changes the database; durable once it is answered.
    async fn write<W: Write>(&self, write: W) -> Result<W::Answer, StoreError> {
        self.in_time(async {
            match &self.inner.base {
                Base::Sqlite { writer, .. } => writer.write(write).await,
                Base::Postgres(pool) => writer::write(pool, &write).await,
            }
        })
        .await
    }

    async fn rows(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.in_time(async {
            let mut reader = match &self.inner.base {
                Base::Sqlite { readers, .. } => readers.acquire().await.map(Reader::Sqlite),
                Base::Postgres(pool) => pool.acquire().await.map(Reader::Postgres),
            }
            .map_err(StoreError::of)?;
            reader.on().rows(sql, values).await
        })
        .await
    }

    async fn row(&self, sql: &str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        tokio::time::timeout(self.inner.patience, work).await.unwrap_or_else(|_| {
            let seconds = self.inner.patience.as_secs();
            Err(StoreError::Unavailable(format!("no answer in {seconds} s")))
        })
    }
}

impl Reader {
    fn on(&mut self) -> On<'_> {
        match self {
            Self::Sqlite(line) => On::Sqlite(line),
            Self::Postgres(line) => On::Postgres(line),
        }
    }
}

/// A transaction that changes nothing.
struct Ready;

impl Write for Ready {
    type Answer = ();

    async fn run(&self, on: &mut On<'_>) -> Result<(), StoreError> {
        on.row("SELECT id FROM chain WHERE one = 1", vec![]).await.map(drop)
    }
}
