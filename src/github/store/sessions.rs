//! Who is signed in to the pages. Of a token only its digest is kept.

use sha2::{Digest, Sha256};

use super::line::{bounded, id, values};
use super::writer::Statement;
use super::{Store, StoreError};
use crate::model::Timestamp;

/// Somebody who is signed in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// The account's id.
    pub account: u64,
    /// Its login.
    pub login: String,
    /// What the pages keep for them.
    pub value: String,
    /// When it ends.
    pub until: Timestamp,
}

impl Store {
    /// Begins a session; answers its token, which is not kept.
    pub async fn begin_session(&self, session: &Session) -> Result<String, StoreError> {
        let mut token = [0; 32];
        getrandom::fill(&mut token)
            .map_err(|_| StoreError::Unavailable("the system has no random numbers".to_owned()))?;
        let token = hex(&token);
        let sql = "INSERT INTO sessions (token, account, login, value, until)
            VALUES ($1, $2, $3, $4, $5)";
        let Session { account, login, value, until } = session;
        let values = values![
            digest(&token),
            id(*account)?,
            bounded(login, 200),
            bounded(value, 64 << 10),
            *until
        ];
        self.write(Statement { sql, values }).await?;
        Ok(token)
    }

    /// The session of a token.
    pub async fn session(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let sql = "SELECT account, login, value, until FROM sessions
            WHERE token = $1 AND until > $2";
        let Some(row) = self.row(sql, values![digest(token), now]).await? else {
            return Ok(None);
        };
        let (account, login) = (row.id(0)?, row.text(1)?);
        Ok(Some(Session { account, login, value: row.text(2)?, until: row.int(3)? }))
    }

    /// Ends a session.
    pub async fn end_session(&self, token: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM sessions WHERE token = $1";
        self.write(Statement { sql, values: values![digest(token)] }).await.map(drop)
    }
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}
