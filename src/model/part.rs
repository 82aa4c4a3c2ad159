//! The requirements within a rule, how they came out, and whose move it is.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Actor, Timestamp, time};

/// How a rule, or a requirement within it, came out, in the words of approvals.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It asks nothing of this change.
    NotApplicable,
    /// What it asks is there.
    Satisfied,
    /// What it asks is not there yet.
    Pending,
    /// Something speaks against the change.
    Refused,
    /// Something speaks against it, and someone who may let it through did.
    Overridden,
    /// It could not be found out.
    Error,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotApplicable => "not applicable",
            Self::Satisfied => "satisfied",
            Self::Pending => "pending",
            Self::Refused => "refused",
            Self::Overridden => "overridden",
            Self::Error => "error",
        })
    }
}

/// A requirement within a rule, and how it came out.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Part {
    /// Its name in the policy, or what it is: `all of`, `2 approvals`.
    pub name: String,
    /// How it came out.
    pub outcome: Outcome,
    /// How many people it asks for.
    #[serde(default)]
    pub wanted: usize,
    /// Whose word counts for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<Actor>,
    /// Whose word does not, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<Ignored>,
    /// What would bring it further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Move>,
    /// The requirements within it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// A word that does not count.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Ignored {
    /// Whose.
    pub by: Actor,
    /// Why, for programs: `approver-is-author`.
    pub code: String,
    /// Why, as a sentence.
    pub what: String,
}

/// Something that would bring a change further, and whose move it is.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Move {
    /// Who can do it.
    pub whose: Whose,
    /// What.
    pub act: Act,
    /// How many of them must.
    #[serde(default = "one")]
    pub count: usize,
    /// Not before this moment.
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Timestamp>,
}

fn one() -> usize {
    1
}

impl Move {
    /// One act by one of `whose`.
    pub fn new(whose: Whose, act: Act) -> Self {
        Self { whose, act, count: 1, until: None }
    }

    /// By so many of them.
    pub fn by(mut self, count: usize) -> Self {
        self.count = count;
        self
    }

    /// Not before `at`.
    pub fn until(mut self, at: Timestamp) -> Self {
        self.until = Some(at);
        self
    }
}

/// Who can bring a change further.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// Whoever wrote the change.
    Author,
    /// One of these: roles, people, logins, teams. Anyone else, if empty.
    Reviewer(Vec<String>),
    /// What runs these checks.
    Check(Vec<String>),
    /// Whoever keeps the policy and the repository.
    Keeper,
    /// Nobody: it takes time.
    Nobody,
}

/// What can be done to bring a change further.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Approve it.
    Approve,
    /// Take back a request for changes or an objection.
    Withdraw,
    /// Resolve a thread.
    Resolve,
    /// Push a mended version.
    Push,
    /// Bring it up to date with its target.
    Update,
    /// Run a check, or wait until it has ended.
    Run,
    /// Say that it is ready.
    MarkReady,
    /// Propose it anew, or in another way.
    Propose,
    /// Wait.
    Wait,
    /// Find out again.
    Retry,
    /// Mend the policy or the repository's settings.
    Repair,
}
