//! What must not be lost: on SQLite, and on PostgreSQL where the machine has it.

#![cfg(feature = "github")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]
#![allow(missing_docs)]

mod database;

#[path = "store/crash.rs"]
mod crash;
#[path = "store/keeping.rs"]
mod keeping;
#[path = "store/newest.rs"]
mod newest;
#[path = "store/queue.rs"]
mod queue;
#[path = "store/speed.rs"]
mod speed;

use std::time::Duration;

use refgate::github::store::{Claim, Delivery, Job, Store};
use refgate::github::work::{Cause, Home, Note, Nudge, Subject};
use refgate::model::{Oid, Timestamp};

/// The first second of 2026.
const NOW: Timestamp = 1_767_225_600;

const HOME: Home = Home { installation: 1, repository: 10 };

const LONG: Duration = Duration::from_mins(1);

fn oid(digit: u8) -> Oid {
    Oid::from_bytes(&[digit; 20]).unwrap()
}

fn pull(number: u64) -> Subject {
    Subject::Pull { home: HOME, number }
}

fn asks(subject: Subject, cause: Cause) -> Nudge {
    Nudge { subject, cause }
}

fn delivery(id: &str, at: Timestamp, nudges: Vec<Nudge>, notes: Vec<Note>) -> Delivery {
    Delivery { id: id.to_owned(), event: "pull_request".to_owned(), at, nudges, notes }
}

fn claim(worker: &str, lease: Duration, now: Timestamp) -> Claim {
    Claim { worker: worker.to_owned(), lease, now, without: Vec::new() }
}

async fn take(store: &Store, now: Timestamp) -> Option<Job> {
    store.claim(claim("test", LONG, now)).await.unwrap()
}
