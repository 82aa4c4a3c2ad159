//! Writing: on SQLite one task with one connection, where all that waits goes
//! into one transaction and one fsync; on PostgreSQL a transaction each, whose
//! commits the server groups itself.
//!
//! A write is answered when it is durable, and never before.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, PgPool};
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::line::{On, Value};

/// Something that changes the database. It may be run more than once, each time
/// after what it did has been rolled back.
pub(super) trait Write: Send + Sync + 'static {
    /// What it tells.
    type Answer: Send + 'static;

    /// Does it, inside a transaction.
    fn run(&self, on: &mut On<'_>)
    -> impl Future<Output = Result<Self::Answer, StoreError>> + Send;
}

/// A single statement; tells how many rows it touched.
pub(super) struct Statement {
    pub(super) sql: &'static str,
    pub(super) values: Vec<Value>,
}

impl Write for Statement {
    type Answer = u64;

    async fn run(&self, on: &mut On<'_>) -> Result<u64, StoreError> {
        on.run(self.sql, self.values.clone()).await
    }
}

/// As many writes as share a transaction.
const BATCH: usize = 256;

/// As many writes as may wait.
const WAITING: usize = 4096;

/// As often as a transaction is begun again that was rolled back.
const ATTEMPTS: u32 = 4;

/// The one who writes to a SQLite database.
#[derive(Clone)]
pub(super) struct Writer {
    to: mpsc::Sender<Message>,
}

enum Message {
    Write(Box<dyn Item>),
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// Starts the task.
    pub(super) fn start(options: SqliteConnectOptions, line: SqliteConnection) -> Self {
        let (to, from) = mpsc::channel(WAITING);
        tokio::spawn(Desk { options, line: Some(line) }.work(from));
        Self { to }
    }

    /// Writes, and answers when that is durable.
    pub(super) async fn write<W: Write>(&self, write: W) -> Result<W::Answer, StoreError> {
        let (to, answer) = oneshot::channel();
        let item = Box::new(Waiting { write, answer: None, to });
        self.to.send(Message::Write(item)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Waits for what was asked before, and ends the task.
    pub(super) async fn close(&self) {
        let (to, done) = oneshot::channel();
        if self.to.send(Message::Close(to)).await.is_ok() {
            done.await.ok();
        }
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'a>>;

/// A write whose answer's type is forgotten.
trait Item: Send {
    fn is_wanted(&self) -> bool;
    fn run<'a>(&'a mut self, on: &'a mut On<'_>) -> Running<'a>;
    /// Answers: what `run` came to, or why the transaction failed.
    fn settle(self: Box<Self>, outcome: Result<(), StoreError>);
}

struct Waiting<W: Write> {
    write: W,
    answer: Option<W::Answer>,
    to: oneshot::Sender<Result<W::Answer, StoreError>>,
}

impl<W: Write> Item for Waiting<W> {
    fn is_wanted(&self) -> bool {
        !self.to.is_closed()
    }

    fn run<'a>(&'a mut self, on: &'a mut On<'_>) -> Running<'a> {
        Box::pin(async move {
            self.answer = None;
            self.answer = Some(self.write.run(on).await?);
            Ok(())
        })
    }

    fn settle(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { answer, to, .. } = *self;
        let answer = outcome.and_then(|()| answer.ok_or_else(closed));
        // Who no longer waits has been told nothing, and asks again.
        to.send(answer).ok();
    }
}

/// Where the task sits.
struct Desk {
    options: SqliteConnectOptions,
    /// `None` once its state is not known.
    line: Option<SqliteConnection>,
}

impl Desk {
    async fn work(mut self, mut from: mpsc::Receiver<Message>) {
        let mut messages = Vec::with_capacity(BATCH);
        loop {
            messages.clear();
            if from.recv_many(&mut messages, BATCH).await == 0 {
                break;
            }
            let mut items = Vec::with_capacity(messages.len());
            let mut close = None;
            for message in messages.drain(..) {
                match message {
                    Message::Write(item) if close.is_none() && item.is_wanted() => items.push(item),
                    Message::Write(_) => {}
                    Message::Close(done) => close = Some(done),
                }
            }
            self.all(items).await;
            if let Some(done) = close {
                if let Some(line) = self.line.take() {
                    line.close().await.ok();
                }
                done.send(()).ok();
                break;
            }
        }
    }

    /// All in one transaction; if that fails, each in its own, so that none fails
    /// for what another does.
    async fn all(&mut self, mut items: Vec<Box<dyn Item>>) {
        let outcome = match items.len() {
            0 => return,
            1 => Err(closed()),
            _ => self.together(&mut items).await,
        };
        if outcome.is_ok() {
            return items.into_iter().for_each(|it| it.settle(Ok(())));
        }
        for mut item in items {
            let outcome = self.together(std::slice::from_mut(&mut item)).await;
            item.settle(outcome);
        }
    }

    async fn together(&mut self, items: &mut [Box<dyn Item>]) -> Result<(), StoreError> {
        let mut line = match self.line.take() {
            Some(line) => line,
            None => SqliteConnection::connect_with(&self.options).await.map_err(StoreError::of)?,
        };
        let mut on = On::Sqlite(&mut line);
        let outcome = transaction(&mut on, items).await;
        let sound = match outcome {
            Ok(()) => true,
            // What fails here has ended the transaction by itself, or leaves a
            // connection that nobody can rely on.
            Err(_) => ended(&mut on).await,
        };
        if sound {
            self.line = Some(line);
        }
        outcome
    }
}

async fn transaction(on: &mut On<'_>, items: &mut [Box<dyn Item>]) -> Result<(), StoreError> {
    on.run("BEGIN IMMEDIATE", Vec::new()).await?;
    for item in items {
        item.run(on).await?;
    }
    on.run("COMMIT", Vec::new()).await?;
    Ok(())
}

/// Rolls back; whether the connection is known to be outside of a transaction.
async fn ended(on: &mut On<'_>) -> bool {
    on.run("ROLLBACK", Vec::new()).await.is_ok()
}

/// Writes to PostgreSQL. What has failed before its commit was asked for has left
/// nothing behind, and is tried again if it may succeed.
pub(super) async fn write<W: Write>(pool: &PgPool, write: &W) -> Result<W::Answer, StoreError> {
    let mut attempt = 1;
    loop {
        match once(pool, write).await {
            Ok(answer) => return Ok(answer),
            Err(Stopped::Before(error @ StoreError::Unavailable(_))) if attempt < ATTEMPTS => {
                drop(error);
                tokio::time::sleep(Duration::from_millis(fastrand::u64(1..20 << attempt))).await;
                attempt += 1;
            }
            Err(Stopped::Before(error) | Stopped::Committing(error)) => return Err(error),
        }
    }
}

enum Stopped {
    Before(StoreError),
    Committing(StoreError),
}

async fn once<W: Write>(pool: &PgPool, write: &W) -> Result<W::Answer, Stopped> {
    let before = |error| Stopped::Before(StoreError::of(error));
    let mut transaction = pool.begin().await.map_err(before)?;
    let mut on = On::Postgres(&mut transaction);
    let answer = write.run(&mut on).await.map_err(Stopped::Before)?;
    transaction.commit().await.map_err(|it| Stopped::Committing(StoreError::of(it)))?;
    Ok(answer)
}
