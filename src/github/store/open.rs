//! Opening a store: where it is, and what we insist on.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgPool, Row, SqliteConnection};
use tokio::sync::watch;
use tokio::time::Instant;

use super::schema::Migrate;
use super::writer::{self, Writer};
use super::{Base, Inner, Store, StoreError};

/// How a store is used.
#[derive(Clone, Debug)]
pub struct Options {
    /// As many connections as may be open at once, besides SQLite's one writer.
    pub connections: u32,
    /// For how long anything is waited for: a start of the database, a lock, an answer.
    pub patience: Duration,
    /// As large as a SQLite database may become.
    pub most_bytes: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 8, patience: Duration::from_secs(20), most_bytes: None }
    }
}

/// The size of a page, which is SQLite's own choice.
const PAGE: u64 = 4096;

/// As large as the log beside a SQLite database stays.
const LOG: &str = "67108864";

/// Between two attempts to reach a database.
const PAUSE: Duration = Duration::from_millis(50);

impl Store {
    /// Opens `sqlite:PATH` or `postgres://…`, and brings it to our schema. A file that
    /// is not there is made, readable for nobody else; a server that is not there is
    /// waited for. SQLite's file must be on a local disk.
    pub async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
        let is_postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
        let base = match path {
            Some(path) => sqlite(Path::new(path), options).await?,
            None if is_postgres => postgres(url, options).await?,
            None => {
                let why = "sqlite:PATH or postgres://… is expected";
                return Err(StoreError::Unfit(why.to_owned()));
            }
        };
        let (arrivals, _) = watch::channel(0);
        let inner = Inner { base, patience: options.patience, arrivals };
        Ok(Self { inner: Arc::new(inner) })
    }
}

async fn sqlite(path: &Path, options: &Options) -> Result<Base, StoreError> {
    if path.as_os_str().is_empty() || path == Path::new(":memory:") {
        let why = "a file is expected: sqlite:/var/lib/refgate/refgate.db";
        return Err(StoreError::Unfit(why.to_owned()));
    }
    create(path).map_err(|why| {
        let shown = path.display().to_string();
        StoreError::Unfit(format!("{}: {why}", shown.escape_debug()))
    })?;
    let common = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(options.patience / 2)
        .statement_cache_capacity(200)
        .pragma("fullfsync", "1")
        .pragma("journal_size_limit", LOG);
    let mut writing = common.clone().journal_mode(SqliteJournalMode::Wal);
    if let Some(most) = options.most_bytes {
        writing = writing.pragma("max_page_count", (most / PAGE).max(1).to_string());
    }
    // The change to a write-ahead log waits for nobody, so we do.
    let patience = Patience::of(options);
    let line = loop {
        match SqliteConnection::connect_with(&writing).await {
            Ok(line) => break line,
            Err(why) => patience.again(StoreError::of(why)).await?,
        }
    };
    let writer = Writer::start(writing, line);
    if let Err(why) = writer.write(Migrate).await {
        writer.close().await;
        return Err(why);
    }
    let readers = SqlitePoolOptions::new()
        .max_connections(options.connections.max(1))
        .acquire_timeout(options.patience)
        .connect_lazy_with(common.read_only(true));
    Ok(Base::Sqlite { writer, readers })
}

/// Makes the file if it is not there: for us alone, and in its directory for good.
fn create(path: &Path) -> std::io::Result<()> {
    let mut how = OpenOptions::new();
    how.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    match how.open(path) {
        Ok(_) => {
            let within = match path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
                _ => PathBuf::from("."),
            };
            File::open(within)?.sync_all()
        }
        Err(why) if why.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(why) => Err(why),
    }
}

async fn postgres(url: &str, options: &Options) -> Result<Base, StoreError> {
    let wanted = PgConnectOptions::from_str(url).map_err(StoreError::of)?;
    let wanted = wanted.application_name("refgate").statement_cache_capacity(200);
    let limits = limits(options.patience);
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(1))
        .acquire_timeout(options.patience)
        .after_connect(move |line, _| {
            let limits = limits.clone();
            Box::pin(async move {
                sqlx::raw_sql(sqlx::AssertSqlSafe(limits)).execute(&mut *line).await.map(drop)
            })
        })
        .connect_lazy_with(wanted);
    let patience = Patience::of(options);
    while let Err(why) = suits(&pool).await {
        patience.again(why).await?;
    }
    writer::write(&pool, &Migrate).await?;
    Ok(Base::Postgres(pool))
}

/// What every connection is told: that nothing takes for ever, and that a commit is
/// one. Who has asked for more than `on` keeps it.
fn limits(patience: Duration) -> String {
    let half = (patience / 2).as_millis().max(1);
    format!(
        "SET statement_timeout = {half};
        SET lock_timeout = {half};
        SET idle_in_transaction_session_timeout = {half};
        SET default_transaction_isolation = 'read committed';
        SET client_min_messages = warning;
        SELECT set_config('synchronous_commit', 'on', false)
            WHERE current_setting('synchronous_commit') IN ('off', 'local')"
    )
}

/// Refuses a server that would lose or spoil what we give it.
async fn suits(pool: &PgPool) -> Result<(), StoreError> {
    let sql = "SELECT current_setting('server_encoding'), current_setting('fsync')";
    let row = sqlx::query(sql).fetch_one(pool).await.map_err(StoreError::of)?;
    let read = |at: usize| row.try_get::<String, _>(at).map_err(StoreError::of);
    let (encoding, fsync) = (read(0)?, read(1)?);
    if encoding != "UTF8" {
        let why = format!("its encoding is {encoding}; create it with encoding UTF8");
        return Err(StoreError::Unfit(why));
    }
    if fsync != "on" {
        let why = "fsync is off in the server, which may lose deliveries; set fsync = on";
        return Err(StoreError::Unfit(why.to_owned()));
    }
    Ok(())
}

/// How long we try.
struct Patience(Instant);

impl Patience {
    fn of(options: &Options) -> Self {
        Self(Instant::now() + options.patience)
    }

    /// Waits a moment if what failed may succeed, and there is time.
    async fn again(&self, why: StoreError) -> Result<(), StoreError> {
        match why {
            StoreError::Unavailable(_) if Instant::now() < self.0 => {
                tokio::time::sleep(PAUSE).await;
                Ok(())
            }
            why => Err(why),
        }
    }
}
