//! Accounts at a host, and which of them stand behind a commit.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Actor;

/// What a host knows about an account.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// Its number, which stays when the login changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Whether a program acts through it.
    pub bot: bool,
}

/// What an account may do in a repository, from little to much. The order is
/// their meaning.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// Nothing.
    None,
    /// See it.
    Read,
    /// Sort its issues.
    Triage,
    /// Push to it.
    Write,
    /// Change its settings, but for dangerous ones.
    Maintain,
    /// Everything.
    Admin,
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        })
    }
}

impl Permission {
    /// The permission that the host calls so.
    pub fn named(name: &str) -> Option<Self> {
        [Self::None, Self::Read, Self::Triage, Self::Write, Self::Maintain, Self::Admin]
            .into_iter()
            .find(|it| it.to_string() == name)
    }
}

/// Which accounts stand behind a commit, as far as the host can tell.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provenance {
    /// The account that the author's address belongs to; `None` if to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<Actor>,
    /// The account that the committer's address belongs to; `None` if to none, or
    /// if the host itself made the commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub committer: Option<Actor>,
    /// The accounts that trailers name as co-authors; [`Actor::GHOST`] for an
    /// address that belongs to none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub co_authors: Vec<Actor>,
    /// Its signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// Whether the host itself made it, on its pages.
    pub web: bool,
    /// Whether it takes over a suggestion made in a review, proven by the host.
    pub suggestion: bool,
    /// Whether it is a merge whose result is what merging its parents gives, found
    /// by doing so; `None` if not tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clean_merge: Option<bool>,
}

/// The signature of a commit, as it was verified.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Signature {
    /// Whether it is valid, and by a key that is known to be someone's.
    pub valid: bool,
    /// Whose key made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
    /// The key: an `OpenPGP` key id, an SSH fingerprint `SHA256:…` or an X.509
    /// subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<SignatureKind>,
}

/// Kinds of signatures.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureKind {
    /// By an `OpenPGP` key.
    Openpgp,
    /// By an SSH key.
    Ssh,
    /// By an X.509 certificate.
    X509,
}
