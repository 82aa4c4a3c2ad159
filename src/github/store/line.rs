//! A connection of either kind, spoken to with one text of SQL.
//!
//! Columns are BIGINT or TEXT, parameters are `$1`. What the two databases say
//! differently is a word in braces: `{clock}` is the database's own time in
//! milliseconds, `{lock}` keeps others from a row, `{skip}` passes over rows
//! that others keep so, `{text}` is a text that sorts by its bytes.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Postgres, Row as _, Sqlite};

use super::StoreError;
use crate::model::Oid;

/// A connection, for a while.
pub(super) enum On<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// What is put into a statement.
#[derive(Clone)]
pub(super) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
}

/// What a statement answers.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// Values for a statement, in the order of its parameters.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$(crate::github::store::line::Value::from($value)),*] };
}
pub(super) use values;

macro_rules! query {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($sql));
        for value in $values {
            query = match value {
                Value::Int(it) => query.bind(it),
                Value::Text(it) => query.bind(it),
            };
        }
        query
    }};
}

impl On<'_> {
    /// Runs a statement; answers how many rows it touched.
    pub(super) async fn run(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
        let sql = self.worded(sql);
        match self {
            Self::Sqlite(line) => {
                query!(sql, values).execute(&mut **line).await.map(|it| it.rows_affected())
            }
            Self::Postgres(line) => {
                query!(sql, values).execute(&mut **line).await.map(|it| it.rows_affected())
            }
        }
        .map_err(StoreError::of)
    }

    /// All rows.
    pub(super) async fn rows(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let sql = self.worded(sql);
        match self {
            Self::Sqlite(line) => query!(sql, values)
                .fetch_all(&mut **line)
                .await
                .map(|it| it.into_iter().map(Row::Sqlite).collect()),
            Self::Postgres(line) => query!(sql, values)
                .fetch_all(&mut **line)
                .await
                .map(|it| it.into_iter().map(Row::Postgres).collect()),
        }
        .map_err(StoreError::of)
    }

    /// The first row, if there is one.
    pub(super) async fn row(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    fn worded(&self, sql: &str) -> String {
        if !sql.contains('{') {
            return sql.to_owned();
        }
        let words = match self {
            // A transaction that writes is alone there.
            Self::Sqlite(_) => [
                ("{clock}", "CAST(unixepoch('subsec') * 1000 AS INTEGER)"),
                ("{lock}", ""),
                ("{skip}", ""),
                ("{text}", "TEXT"),
            ],
            Self::Postgres(_) => [
                ("{clock}", "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"),
                ("{lock}", "FOR UPDATE"),
                ("{skip}", "FOR UPDATE SKIP LOCKED"),
                ("{text}", "TEXT COLLATE \"C\""),
            ],
        };
        words.iter().fold(sql.to_owned(), |sql, (word, means)| sql.replace(word, means))
    }
}

/// What both drivers can read from a column.
pub(super) trait Cell:
    for<'r> sqlx::Decode<'r, Sqlite>
    + sqlx::Type<Sqlite>
    + for<'r> sqlx::Decode<'r, Postgres>
    + sqlx::Type<Postgres>
{
}
impl Cell for i64 {}
impl Cell for Option<i64> {}
impl Cell for String {}
impl Cell for Option<String> {}

impl Row {
    /// The column at a place.
    pub(super) fn get<T: Cell>(&self, at: usize) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(row) => row.try_get(at),
            Self::Postgres(row) => row.try_get(at),
        }
        .map_err(StoreError::of)
    }

    /// A text.
    pub(super) fn text(&self, at: usize) -> Result<String, StoreError> {
        self.get(at)
    }

    /// A whole number.
    pub(super) fn int(&self, at: usize) -> Result<i64, StoreError> {
        self.get(at)
    }

    /// Whether a number is not zero.
    pub(super) fn yes(&self, at: usize) -> Result<bool, StoreError> {
        Ok(self.int(at)? != 0)
    }

    /// An id, a number or a count.
    pub(super) fn id(&self, at: usize) -> Result<u64, StoreError> {
        u64::try_from(self.int(at)?).map_err(|_| damaged("a number is below zero"))
    }

    /// An id that may be missing.
    pub(super) fn maybe_id(&self, at: usize) -> Result<Option<u64>, StoreError> {
        let id: Option<i64> = self.get(at)?;
        id.map(|it| u64::try_from(it).map_err(|_| damaged("a number is below zero"))).transpose()
    }

    /// An object's name.
    pub(super) fn oid(&self, at: usize) -> Result<Oid, StoreError> {
        self.maybe_oid(at)?.ok_or_else(|| damaged("an object has no name"))
    }

    /// An object's name, where an empty text is none.
    pub(super) fn maybe_oid(&self, at: usize) -> Result<Option<Oid>, StoreError> {
        let hex = self.text(at)?;
        if hex.is_empty() {
            return Ok(None);
        }
        Oid::from_hex(hex.as_bytes()).map(Some).ok_or_else(|| damaged("an object's name is none"))
    }

    /// What was written as JSON.
    pub(super) fn json<T: serde::de::DeserializeOwned>(&self, at: usize) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(at)?).map_err(|why| damaged(&why.to_string()))
    }
}

fn damaged(why: &str) -> StoreError {
    StoreError::Damaged(why.to_owned())
}

impl From<i64> for Value {
    fn from(it: i64) -> Self {
        Self::Int(Some(it))
    }
}

impl From<Option<i64>> for Value {
    fn from(it: Option<i64>) -> Self {
        Self::Int(it)
    }
}

impl From<bool> for Value {
    fn from(it: bool) -> Self {
        Self::Int(Some(i64::from(it)))
    }
}

impl From<&str> for Value {
    fn from(it: &str) -> Self {
        Self::Text(Some(clean(it)))
    }
}

impl From<&String> for Value {
    fn from(it: &String) -> Self {
        Self::from(it.as_str())
    }
}

impl From<String> for Value {
    fn from(it: String) -> Self {
        Self::from(it.as_str())
    }
}

impl From<Option<&str>> for Value {
    fn from(it: Option<&str>) -> Self {
        Self::Text(it.map(clean))
    }
}

impl From<&Oid> for Value {
    fn from(it: &Oid) -> Self {
        Self::Text(Some(it.to_string()))
    }
}

impl From<Option<Oid>> for Value {
    /// None is an empty text, so that it can be part of a key.
    fn from(it: Option<Oid>) -> Self {
        Self::Text(Some(it.map(|it| it.to_string()).unwrap_or_default()))
    }
}

/// A text without NUL, which PostgreSQL does not take.
pub(super) fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// The beginning of a text, of at most so many bytes, without NUL.
pub(super) fn bounded(text: &str, most: usize) -> String {
    let text = clean(text);
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

/// An id as the database keeps it.
pub(super) fn id(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Refused(format!("{number} is no id")))
}

/// What is kept as JSON.
pub(super) fn json<T: serde::Serialize>(it: &T) -> Result<String, StoreError> {
    serde_json::to_string(it).map_err(|why| StoreError::Refused(why.to_string()))
}

/// Refuses a key that is empty or longer than any that we know of.
pub(super) fn key(text: &str, most: usize) -> Result<String, StoreError> {
    match text.len() {
        0 => Err(StoreError::Refused("a key is empty".to_owned())),
        long if long > most => {
            Err(StoreError::Refused(format!("a key has {long} bytes; {most} are the most")))
        }
        _ => Ok(clean(text)),
    }
}
