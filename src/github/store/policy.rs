//! Which policy a repository has, as it was last read.

use super::line::{On, id, json, values};
use super::writer::Write;
use super::{Held, Store, StoreError};
use crate::model::{Oid, Timestamp};

/// The policy of a repository, as it was last read.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PolicySeen {
    /// SHA-256 of its texts.
    pub sha256: String,
    /// The commit it was read from.
    pub commit: Oid,
    /// What it asks for, for those who decide which events matter.
    pub needs: String,
    /// When it was read.
    pub at: Timestamp,
}

impl Store {
    /// Keeps which policy a repository has, unless another one was kept since `before`
    /// was read: of two that look at once, the slower one puts nothing back. The
    /// repository must be known.
    pub async fn set_policy(
        &self,
        repository: u64,
        before: Option<&PolicySeen>,
        policy: &PolicySeen,
    ) -> Result<Held, StoreError> {
        let before = before.map(|it| (it.sha256.clone(), it.commit));
        let policy = json(policy)?;
        self.write(SetPolicy { repository: id(repository)?, before, policy }).await
    }
}

struct SetPolicy {
    repository: i64,
    /// What is replaced, by its content and its commit.
    before: Option<(String, Oid)>,
    policy: String,
}

impl Write for SetPolicy {
    type Answer = Held;

    async fn run(&self, on: &mut On<'_>) -> Result<Held, StoreError> {
        let sql = "SELECT policy FROM repositories WHERE repository = $1 {lock}";
        let Some(row) = on.row(sql, values![self.repository]).await? else {
            let why = format!("repository {} is not known", self.repository);
            return Err(StoreError::Refused(why));
        };
        let kept = policy_of(row.get(0)?)?;
        if kept.map(|it| (it.sha256, it.commit)) != self.before {
            return Ok(Held::Lost);
        }
        let sql = "UPDATE repositories SET policy = $2 WHERE repository = $1";
        on.run(sql, values![self.repository, &self.policy]).await?;
        Ok(Held::Still)
    }
}

/// A policy as it is kept.
pub(super) fn policy_of(kept: Option<String>) -> Result<Option<PolicySeen>, StoreError> {
    let policy = kept.map(|it| serde_json::from_str(&it)).transpose();
    policy.map_err(|why| StoreError::Damaged(why.to_string()))
}
