//! What a host tells about a pull request.

use std::collections::BTreeMap;

use bstr::BString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Actor, Decision, Oid, Timestamp, bytes, time};

/// A pull request, as its host describes it.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Proposal {
    /// Its number at the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Who opened it; [`Actor::GHOST`] if the account is gone.
    pub author: Actor,
    /// The people behind an agent that opened or changed it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requested_by: Vec<Actor>,
    /// Its title.
    pub title: String,
    /// Its description, in the host's Markdown.
    pub body: String,
    /// When the description was last changed, and by whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_edited: Option<Edit>,
    /// When it was opened.
    #[serde(with = "time::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Moment>")]
    pub opened: Option<Timestamp>,
    /// Whether its author says that it is not ready.
    pub draft: bool,
    /// The branch that it comes from, without the repository.
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    pub source: BString,
    /// The repository that it comes from, `owner/name`, if not the target's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fork: Option<String>,
    /// What the author is to the repository, in GitHub's words: `MEMBER`,
    /// `FIRST_TIME_CONTRIBUTOR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association: Option<String>,
    /// Its labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// When its target changed, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retargets: Vec<Retarget>,
}

/// That someone changed a text later.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Edit {
    /// Who, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
    /// When, if known.
    #[serde(with = "time::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Moment>")]
    pub at: Option<Timestamp>,
}

/// A label of a pull request.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Its name.
    pub name: String,
    /// Who set it last, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
}

/// A change of a pull request's target.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Retarget {
    /// The branch it was for.
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    pub from: BString,
    /// The branch it was for then.
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    pub to: BString,
    /// When.
    #[serde(with = "time")]
    #[schemars(with = "time::Moment")]
    pub at: Timestamp,
    /// Who changed it, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
}

/// A push to the branch of a pull request, as the server saw it.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Push {
    /// Where the branch pointed; `None` if it was new, or is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Oid>,
    /// Where it points since.
    pub after: Oid,
    /// When, by the server's clock; `None` if not known.
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Moment>")]
    pub at: Option<Timestamp>,
    /// Who pushed, by how they signed in; `None` if not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
    /// Who made a bot push.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triggered_by: Option<Actor>,
}

/// Several pull requests that a merge queue lands at once.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct MergeGroup {
    /// The pull requests in it, in the queue's order.
    pub entries: Vec<GroupEntry>,
    /// Commits in it that none of them brings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unexplained: Vec<Oid>,
}

/// A pull request in a merge group.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GroupEntry {
    /// Its number.
    pub number: u64,
    /// What was decided about it alone.
    pub decision: Decision,
    /// The lines of the policy, `refgate.toml:12`, that ask nothing of it, since their
    /// condition does not hold of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spared: Vec<String>,
}

/// What a host tells about a repository.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Repository {
    /// `owner/name`.
    pub name: String,
    /// The branch that is shown first.
    #[serde(with = "bytes::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub default_branch: Option<BString>,
    /// Its topics.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// Its custom properties; several values for those that allow it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Vec<String>>,
}

/// How many lines a change adds and removes.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lines {
    /// Lines added in all.
    pub added: u64,
    /// Lines removed in all.
    pub deleted: u64,
    /// By file, as far as told: they may sum up to less.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileLines>,
}

/// How many lines of one file a change adds and removes.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FileLines {
    /// The path from the root.
    #[serde(with = "bytes")]
    #[schemars(with = "String")]
    pub path: BString,
    /// Lines added.
    #[serde(default)]
    pub added: u64,
    /// Lines removed.
    #[serde(default)]
    pub deleted: u64,
}
