//! What a token of an installation may do: no more than a call needs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// How far a permission goes, least first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// To look.
    Read,
    /// To change.
    Write,
    /// To change what only administrators may.
    Admin,
}

/// Repositories and permissions. Left empty, each stands for all that the
/// installation has.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Scope {
    #[serde(rename = "repository_ids", skip_serializing_if = "BTreeSet::is_empty")]
    repositories: BTreeSet<u64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    permissions: BTreeMap<&'static str, Access>,
}

impl Scope {
    /// All that the installation has.
    pub fn everything() -> Self {
        Self::default()
    }

    /// One repository, by its id.
    pub fn of(repository: u64) -> Self {
        Self { repositories: BTreeSet::from([repository]), permissions: BTreeMap::new() }
    }

    /// The same for one more repository.
    pub fn and(mut self, repository: u64) -> Self {
        self.repositories.insert(repository);
        self
    }

    /// With `permission`, by GitHub's name (`checks`, `pull_requests`). The first
    /// that is named takes away all the others.
    pub fn may(mut self, access: Access, permission: &'static str) -> Self {
        let known = self.permissions.entry(permission).or_insert(access);
        *known = (*known).max(access);
        self
    }
}
