//! The tables, and how a database comes to have them.
//!
//! Steps are only ever added. Each database tells in `refgate_schema` how many
//! of them it has seen; one that has seen more than we know is refused.

use super::StoreError;
use super::line::{On, values};
use super::writer::Write;

/// One entry a version, each several statements.
const STEPS: &[&[&str]] = &[FIRST, SECOND, THIRD];

const FIRST: &[&str] = &[
    // What has been delivered, so that it is taken once.
    "CREATE TABLE deliveries (
        id {text} NOT NULL, event {text} NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (id, event))",
    "CREATE INDEX deliveries_at ON deliveries (at)",
    // The queue. `due` is NULL where nothing is to be done; `until` is the end of
    // a lease by the database's clock, in milliseconds.
    "CREATE TABLE slots (
        slot {text} PRIMARY KEY, subject TEXT NOT NULL, installation BIGINT NOT NULL,
        causes BIGINT NOT NULL, taken BIGINT NOT NULL, wanted BIGINT NOT NULL,
        done BIGINT NOT NULL, nudged BIGINT NOT NULL, due BIGINT, owner TEXT,
        until BIGINT NOT NULL, fence BIGINT NOT NULL, attempts BIGINT NOT NULL, trouble TEXT)",
    "CREATE INDEX slots_due ON slots (due, slot)",
    // The ledger.
    "CREATE TABLE reviews (
        repository BIGINT NOT NULL, review BIGINT NOT NULL, number BIGINT NOT NULL,
        head {text} NOT NULL, says TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (repository, review))",
    "CREATE INDEX reviews_of ON reviews (repository, number)",
    // `moment` is when it was, or when it was noted if nobody knows.
    "CREATE TABLE pushes (
        repository BIGINT NOT NULL, number BIGINT NOT NULL, moment BIGINT NOT NULL,
        after {text} NOT NULL, before {text} NOT NULL, login {text} NOT NULL,
        seen BIGINT NOT NULL,
        PRIMARY KEY (repository, number, moment, after, before, login))",
    "CREATE TABLE settings (
        repository BIGINT NOT NULL, login {text} NOT NULL, what {text} NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (repository, at, login, what))",
    "CREATE TABLE forgeries (
        repository BIGINT NOT NULL, head {text} NOT NULL, login {text} NOT NULL,
        what {text} NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (repository, head, login, what))",
    // The index.
    "CREATE TABLE repositories (
        repository BIGINT PRIMARY KEY, installation BIGINT NOT NULL, slug TEXT NOT NULL,
        folded {text} NOT NULL, default_branch TEXT, gone BIGINT NOT NULL, at BIGINT NOT NULL,
        policy TEXT)",
    "CREATE INDEX repositories_named ON repositories (folded)",
    "CREATE TABLE pulls (
        repository BIGINT NOT NULL, number BIGINT NOT NULL, installation BIGINT NOT NULL,
        open BIGINT NOT NULL, head {text} NOT NULL, head_repository BIGINT,
        head_ref TEXT NOT NULL, base {text} NOT NULL, base_head {text} NOT NULL,
        draft BIGINT NOT NULL, author TEXT NOT NULL, title TEXT NOT NULL,
        updated BIGINT NOT NULL, waits_for TEXT NOT NULL, decision BIGINT,
        PRIMARY KEY (repository, number))",
    "CREATE INDEX pulls_at ON pulls (repository, head)",
    "CREATE INDEX pulls_onto ON pulls (repository, base)",
    "CREATE INDEX pulls_open ON pulls (open, updated)",
    // What has been written to GitHub, and of what it is made.
    "CREATE TABLE checks (
        repository BIGINT NOT NULL, head {text} NOT NULL, name {text} NOT NULL,
        run BIGINT, hash TEXT, version BIGINT NOT NULL, begun BIGINT NOT NULL,
        writing BIGINT, until BIGINT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (repository, head, name))",
    "CREATE TABLE check_parts (
        repository BIGINT NOT NULL, head {text} NOT NULL, name {text} NOT NULL,
        slot {text} NOT NULL, subject TEXT NOT NULL, fence BIGINT NOT NULL, says TEXT NOT NULL,
        PRIMARY KEY (repository, head, name, slot))",
    "CREATE TABLE requests (
        repository BIGINT NOT NULL, number BIGINT NOT NULL, login {text} NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (repository, number, login))",
    // What was decided: a chain.
    "CREATE TABLE decisions (
        id BIGINT PRIMARY KEY, slot {text} NOT NULL, repository BIGINT NOT NULL,
        subject TEXT NOT NULL, head {text} NOT NULL, base TEXT NOT NULL, at BIGINT NOT NULL,
        decision TEXT NOT NULL, policy TEXT NOT NULL, summary TEXT NOT NULL,
        waits_for TEXT NOT NULL, record_hash TEXT NOT NULL, hash TEXT NOT NULL, record TEXT)",
    "CREATE INDEX decisions_of ON decisions (slot, id)",
    "CREATE INDEX decisions_in ON decisions (repository, id)",
    "CREATE TABLE chain (one BIGINT PRIMARY KEY, id BIGINT NOT NULL, hash TEXT NOT NULL)",
    "INSERT INTO chain (one, id, hash) VALUES (1, 0, '')",
    // What can be known again.
    "CREATE TABLE cache (
        key {text} PRIMARY KEY, value TEXT NOT NULL, asked BIGINT NOT NULL, until BIGINT NOT NULL)",
    "CREATE INDEX cache_until ON cache (until)",
    "CREATE TABLE forgotten (prefix {text} PRIMARY KEY, at BIGINT NOT NULL)",
    "CREATE TABLE cursors (name {text} PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE sessions (
        token {text} PRIMARY KEY, account BIGINT NOT NULL, login TEXT NOT NULL,
        value TEXT NOT NULL, until BIGINT NOT NULL)",
];

const SECOND: &[&str] = &[
    // Whether something was let through by an exemption, as the record says; few are.
    "ALTER TABLE decisions ADD COLUMN overridden BIGINT NOT NULL DEFAULT 0",
    "CREATE INDEX decisions_overridden ON decisions (id) WHERE overridden = 1",
];

const THIRD: &[&str] = &[
    // Which delivery led to a look, for whoever reads the logs.
    "ALTER TABLE slots ADD COLUMN delivery TEXT NOT NULL DEFAULT ''",
];

/// A number that no other program is likely to lock.
const LOCK: i64 = 0x7265_6667_6174_6501;

/// Brings a database to the schema that we know.
pub(super) struct Migrate;

impl Write for Migrate {
    type Answer = ();

    async fn run(&self, on: &mut On<'_>) -> Result<(), StoreError> {
        if let On::Postgres(_) = on {
            // Held until the transaction ends; SQLite's own begins with a lock.
            on.rows("SELECT pg_advisory_xact_lock($1)", values![LOCK]).await.map(drop)?;
        }
        on.run("CREATE TABLE IF NOT EXISTS refgate_schema (version BIGINT PRIMARY KEY)", vec![])
            .await?;
        let row = on.row("SELECT max(version) FROM refgate_schema", vec![]).await?;
        let found: Option<i64> = row.map(|it| it.get(0)).transpose()?.flatten();
        let found = found.unwrap_or(0);
        let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        for (version, step) in (1..).zip(STEPS).filter(|(version, _)| *version > found) {
            for statement in *step {
                on.run(statement, vec![]).await?;
            }
            on.run("INSERT INTO refgate_schema (version) VALUES ($1)", values![version]).await?;
        }
        Ok(())
    }
}
