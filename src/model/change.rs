//! What someone is about to do to a repository.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Fact, Facts, Memory, Need, Oid, RefName};

/// Seconds since the Unix epoch.
pub type Timestamp = i64;

/// A change that has not happened yet, and what can be found out about it.
pub struct Change<'f> {
    /// Where in its life the change is.
    pub stage: Stage,
    /// Who moves the refs.
    pub actor: Fact<Actor>,
    /// The refs to be moved, in the order Git gave them.
    pub updates: Vec<RefUpdate>,
    /// When the change arrived. Rules read this and never the clock.
    pub at: Timestamp,
    /// Everything that costs something to find out.
    pub facts: &'f dyn Facts,
    /// What rules have worked out about an object, so that each is read once.
    pub memory: Memory,
}

impl Change<'_> {
    /// Whether several refs move, so that what is found out about a commit may be asked
    /// again for another.
    pub fn moves_several(&self) -> bool {
        self.updates.len() > 1
    }
}

/// One ref, and the move asked for.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RefUpdate {
    /// The ref to move, after symbolic refs.
    pub name: RefName,
    /// The name that was asked for, if it is a symbolic ref to `name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_as: Option<RefName>,
    /// Where it really points now; `None` if it does not exist yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Oid>,
    /// Where it shall point.
    #[serde(default)]
    pub new: Target,
    /// Whether the client takes the ref to be elsewhere than it really is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
}

/// Where a ref shall point.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Target {
    /// Nowhere: the ref shall be deleted.
    #[default]
    Deleted,
    /// At a commit that is not written yet.
    Unwritten,
    /// At an object.
    At(Oid),
}

impl<'de> Deserialize<'de> for Target {
    /// Reads `deleted`, `unwritten` or an object name.
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        match String::deserialize(input)?.as_str() {
            "deleted" => Ok(Self::Deleted),
            "unwritten" => Ok(Self::Unwritten),
            oid => oid.parse().map(Self::At).map_err(serde::de::Error::custom),
        }
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Deleted => output.serialize_str("deleted"),
            Self::Unwritten => output.serialize_str("unwritten"),
            Self::At(oid) => oid.serialize(output),
        }
    }
}

impl JsonSchema for Target {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Target".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "`deleted`, `unwritten`, or an object name.",
            "type": "string",
            "pattern": "^(deleted|unwritten|[0-9A-Fa-f]{1,64})$",
        })
    }
}

impl RefUpdate {
    /// The object that the ref shall point to, if it is written already.
    pub fn new_oid(&self) -> Option<Oid> {
        match self.new {
            Target::At(oid) => Some(oid),
            Target::Deleted | Target::Unwritten => None,
        }
    }

    /// Whether the ref shall be deleted.
    pub fn deletes(&self) -> bool {
        self.new == Target::Deleted
    }

    /// Whether the ref does not exist yet and shall.
    pub fn creates(&self) -> bool {
        self.old.is_none() && !self.deletes()
    }
}

/// Someone who can push, approve or be exempt: a login or an address.
#[derive(
    Clone, Debug, Default, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(transparent)]
pub struct Actor(pub String);

impl Actor {
    /// Whoever an account belonged to that is gone, or nobody known.
    pub const GHOST: Self = Self(String::new());

    /// Whether it is nobody known.
    pub fn is_ghost(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.0.trim_start_matches('@'))
    }
}

/// Where in its life a change is judged. Later stages know more.
///
/// A push ends at `PreReceive` and a pull request at `Github`. Behind these two
/// the ref moves, so they leave nothing to anyone else.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Before a commit is made.
    PreCommit,
    /// Once its message is written.
    CommitMsg,
    /// Before commits leave the machine.
    PrePush,
    /// Before a server moves its refs.
    PreReceive,
    /// Before a pull request is merged.
    Github,
}

impl Stage {
    /// Every stage, earliest first.
    pub const ALL: [Self; 5] =
        [Self::PreCommit, Self::CommitMsg, Self::PrePush, Self::PreReceive, Self::Github];

    /// Whether nothing stands between this stage and the ref.
    pub fn is_last(self) -> bool {
        matches!(self, Self::PreReceive | Self::Github)
    }

    /// Whether this stage can, in principle, know such facts.
    ///
    /// This table is the only place that says so. The manual prints it.
    pub fn knows(self, need: Need) -> bool {
        match need {
            Need::Files | Need::Blobs | Need::Tree => true,
            Need::Commits => self >= Self::CommitMsg,
            Need::History | Need::Objects | Need::PullRequest => self >= Self::PrePush,
            Need::Refs | Need::Incoming | Need::Actor => self >= Self::PreReceive,
            Need::Target
            | Need::Content
            | Need::Proposal
            | Need::Pushes
            | Need::Provenance
            | Need::Lines
            | Need::Teams
            | Need::Accounts
            | Need::Approvals
            | Need::Threads
            | Need::Checks
            | Need::Repository => self >= Self::Github,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PreCommit => "pre-commit",
            Self::CommitMsg => "commit-msg",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
            Self::Github => "github",
        })
    }
}
