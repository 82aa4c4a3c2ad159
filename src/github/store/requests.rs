//! Who was asked for a review, so that nobody is asked twice, nor always the same.

use std::collections::BTreeMap;

use super::line::{id, key, values};
use super::writer::Statement;
use super::{Store, StoreError};
use crate::model::Timestamp;

/// As long as a login may be, in bytes.
const LONGEST: usize = 300;

impl Store {
    /// Whether a request for a review is the first of this person, and keeps that it was
    /// made: nobody is asked twice.
    pub async fn requested(
        &self,
        pull: (u64, u64),
        login: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO requests (repository, number, login, at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (repository, number, login) DO NOTHING";
        let (repository, number) = (id(pull.0)?, id(pull.1)?);
        let login = key(&login.to_lowercase(), LONGEST)?;
        let values = values![repository, number, login, at];
        Ok(self.write(Statement { sql, values }).await? == 1)
    }

    /// Takes back that a request was made: the host has refused it.
    pub async fn unrequested(&self, pull: (u64, u64), login: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM requests WHERE repository = $1 AND number = $2 AND login = $3";
        let values = values![id(pull.0)?, id(pull.1)?, login.to_lowercase()];
        self.write(Statement { sql, values }).await.map(drop)
    }

    /// How many open pull requests each person was asked to review, by the login in
    /// lower case. Who was asked for none is not in it.
    pub async fn load(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let sql = "SELECT q.login, count(*) FROM requests q JOIN pulls p
                ON p.repository = q.repository AND p.number = q.number
            WHERE p.open = 1 GROUP BY q.login";
        let rows = self.rows(sql, vec![]).await?;
        rows.iter().map(|it| Ok((it.text(0)?, it.id(1)?))).collect()
    }
}
