//! What people said about a pull request.

use bstr::BString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Actor, ChangeId, Edit, Oid, RefName, Timestamp, bytes, time};

/// A review, as it was submitted.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Whose; [`Actor::GHOST`] if the account is gone.
    pub by: Actor,
    /// What it says.
    #[serde(default)]
    pub state: Opinion,
    /// What it said before someone dismissed it, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Opinion>,
    /// When it was submitted; `None` if not known.
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Moment>")]
    pub at: Option<Timestamp>,
    /// Its text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// That its text was changed later. What it says cannot be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edit>,
    /// The head of the pull request when it was submitted, from one's own record
    /// of that moment. Never what the host says later: GitHub points reviews at
    /// the new head after a forced push.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<Oid>,
}

/// What a review says.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Opinion {
    /// Nothing yet: it is not submitted.
    Unsubmitted,
    /// Something, without a judgment.
    Commented,
    /// That the change may land.
    #[default]
    Approved,
    /// Nothing any more: someone dismissed it.
    Dismissed,
    /// That the change may not land like this.
    ChangesRequested,
}

/// A comment below a pull request.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// Whose; [`Actor::GHOST`] if the account is gone.
    pub by: Actor,
    /// When it was written; `None` if not known.
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Moment>")]
    pub at: Option<Timestamp>,
    /// Its text, in the host's Markdown.
    pub body: String,
    /// That it was changed later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edit>,
    /// Whether the host hides it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// A signed word on one content, whose signature has been verified.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Whose key signed it.
    pub by: Actor,
    /// What it says: `approved`, `changes-requested` or, withdrawn, `dismissed`.
    #[serde(default)]
    pub says: Opinion,
    /// The content it is about.
    pub change: ChangeId,
    /// The ref that the content may land on.
    pub target: RefName,
    /// When it was signed, by its own claim.
    #[serde(with = "time")]
    #[schemars(with = "time::Moment")]
    pub at: Timestamp,
    /// When it ends.
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Moment>")]
    pub until: Option<Timestamp>,
}

/// A thread of a review.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Thread {
    /// Who began it.
    pub by: Actor,
    /// The file that it is about.
    #[serde(default, with = "bytes::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub path: Option<BString>,
    /// The line in it, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Whether someone called it resolved.
    #[serde(default)]
    pub resolved: bool,
    /// Who did, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_by: Option<Actor>,
}
