//! What can go wrong with the store.

use std::fmt;

use sqlx::postgres::PgDatabaseError;

/// Why something is not kept, or not known. Never holds an address or a password.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StoreError {
    /// The database cannot be reached, is busy or is shutting down.
    Unavailable(String),
    /// There is no room left.
    Full(String),
    /// What was given cannot be kept: too long, too many, out of range.
    Refused(String),
    /// The database was written by a newer Refgate.
    Newer {
        /// The version of its schema.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The address or the database is not one that we can use.
    Unfit(String),
    /// What was read is not what we have written.
    Damaged(String),
    /// The database refused a statement.
    Failed(String),
}

impl StoreError {
    /// Whether the same may succeed later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Full(_))
    }

    /// Sorts what the driver says.
    pub(super) fn of(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => {
                let said = one_line(error.message());
                match error.try_downcast_ref::<PgDatabaseError>() {
                    Some(error) => postgres(error.code(), said),
                    None => sqlite(error.code().as_deref(), said),
                }
            }
            sqlx::Error::Configuration(_) => {
                Self::Unfit("the database's address cannot be read".to_owned())
            }
            sqlx::Error::PoolTimedOut => {
                Self::Unavailable("no connection became free in time".to_owned())
            }
            error @ (sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed) => Self::Unavailable(one_line(&error.to_string())),
            error @ (sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::RowNotFound) => Self::Damaged(one_line(&error.to_string())),
            error => Self::Failed(one_line(&error.to_string())),
        }
    }
}

/// By SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn postgres(code: &str, said: String) -> StoreError {
    match (code, code.get(..2).unwrap_or_default()) {
        ("53100", _) => StoreError::Full(said),
        // A server that is being started, stopped or replaced; a deadlock; a time limit.
        ("55P03" | "25006" | "25P03", _) | (_, "08" | "40" | "53" | "57") => {
            StoreError::Unavailable(said)
        }
        ("XX001" | "XX002", _) => StoreError::Damaged(said),
        ("3D000", _) | (_, "28") => StoreError::Unfit(said),
        _ => StoreError::Failed(said),
    }
}

/// By result code, whose low byte is the kind: <https://www.sqlite.org/rescode.html>.
fn sqlite(code: Option<&str>, said: String) -> StoreError {
    match code.and_then(|it| it.parse::<u32>().ok()).map(|it| it & 0xff) {
        Some(13) => StoreError::Full(said),
        // Busy, locked, out of memory, read-only, interrupted, input or output, cannot open, protocol.
        Some(5..=10 | 14 | 15) => StoreError::Unavailable(said),
        Some(11 | 26) => StoreError::Damaged(said),
        _ => StoreError::Failed(said),
    }
}

fn one_line(said: &str) -> String {
    said.chars().take(300).flat_map(char::escape_debug).collect()
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(why) => write!(f, "the database is not available: {why}"),
            Self::Full(why) => write!(f, "the database has no room: {why}"),
            Self::Refused(why) => write!(f, "not kept: {why}"),
            Self::Newer { found, known } => write!(
                f,
                "the database has schema {found}, and this refgate knows {known}; run a newer refgate"
            ),
            Self::Unfit(why) => write!(f, "the database cannot be used: {why}"),
            Self::Damaged(why) => {
                write!(f, "the database holds what refgate has not written: {why}")
            }
            Self::Failed(why) => write!(f, "the database refused: {why}"),
        }
    }
}

impl std::error::Error for StoreError {}
