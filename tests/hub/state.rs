//! What the fake knows: people, repositories, pull requests and all that hangs on them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use serde_json::Value;

/// An id as GitHub gives them; one sequence for everything.
pub type Id = u64;

/// What somebody may do in a repository.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// Nothing: a private repository is not seen.
    Nothing,
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}

impl Role {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }

    /// The name that the older field `permission` has for it.
    pub const fn legacy(self) -> &'static str {
        match self {
            Self::Triage => "read",
            Self::Maintain => "write",
            other => other.name(),
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    User,
    Bot,
    Organization,
}

#[derive(Clone, Debug)]
pub struct Account {
    pub id: Id,
    /// Bots: without the suffix `[bot]`.
    pub login: String,
    pub kind: Kind,
    pub emails: Vec<String>,
    /// Deleted: what they wrote stays, by nobody.
    pub gone: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Org {
    /// Members; owners are `true`.
    pub members: BTreeMap<Id, bool>,
    pub rulesets: Vec<Ruleset>,
}

#[derive(Clone, Debug)]
pub struct Team {
    pub id: Id,
    pub org: Id,
    pub slug: String,
    pub name: String,
    pub parent: Option<Id>,
    /// Members; maintainers are `true`.
    pub members: BTreeMap<Id, bool>,
    /// Invited, not yet come.
    pub pending: BTreeSet<Id>,
    pub secret: bool,
    pub repos: BTreeMap<Id, Role>,
}

pub struct Repo {
    pub id: Id,
    pub owner: Id,
    pub name: String,
    pub private: bool,
    pub archived: bool,
    pub default_branch: String,
    pub fork_of: Option<Id>,
    /// The bare repository.
    pub dir: PathBuf,
    pub roles: BTreeMap<Id, Role>,
    pub next_number: u64,
    pub pulls: BTreeMap<u64, Pull>,
    pub issues: BTreeMap<u64, Issue>,
    pub labels: BTreeMap<String, Id>,
    pub statuses: Vec<Status>,
    pub suites: Vec<Suite>,
    pub runs: Vec<CheckRun>,
    pub workflow_runs: Vec<WorkflowRun>,
    pub activity: Vec<Activity>,
    pub rulesets: Vec<Ruleset>,
    /// Classic protection by branch, as REST shows it.
    pub protection: BTreeMap<String, Value>,
    pub queue: Vec<QueueEntry>,
    pub topics: Vec<String>,
    pub properties: BTreeMap<String, Value>,
    pub deployments: Vec<Deployment>,
    /// What protection rules were answered: environment, state, comment.
    pub gates: Vec<Gate>,
    /// Commits whose signature GitHub could check: by commit.
    pub signatures: HashMap<String, Signed>,
    /// Commits made by GitHub's own pages.
    pub web: BTreeSet<String>,
}

#[derive(Clone, Debug)]
pub struct Signed {
    pub by: Option<Id>,
    pub valid: bool,
    pub by_github: bool,
    pub ssh: bool,
    pub state: &'static str,
}

#[derive(Clone, Debug)]
pub struct Issue {
    pub id: Id,
    pub number: u64,
    pub title: String,
    pub author: Id,
    pub at: i64,
    pub comments: Vec<Comment>,
}

#[derive(Clone, Debug)]
pub struct Pull {
    pub id: Id,
    pub number: u64,
    pub title: String,
    pub body: Option<String>,
    pub author: Id,
    pub open: bool,
    pub draft: bool,
    pub locked: bool,
    pub created: i64,
    pub updated: i64,
    pub closed: Option<i64>,
    pub merged: Option<Merged>,
    /// `None` once the fork was deleted.
    pub head_repo: Option<Id>,
    /// What `head_repo` was, also when it is gone.
    pub head_owner: String,
    pub head_ref: String,
    pub head: String,
    pub base_ref: String,
    /// Lags behind the branch: GitHub looks at it when the head moves.
    pub base: String,
    pub labels: Vec<(String, Id)>,
    pub reviews: Vec<Review>,
    pub threads: Vec<Thread>,
    pub comments: Vec<Comment>,
    pub asked: BTreeSet<Id>,
    pub asked_teams: BTreeSet<Id>,
    pub events: Vec<Event>,
    pub edited: Option<(i64, Id)>,
    pub maintainer_can_modify: bool,
    /// When it is to be merged by itself, and who said so.
    pub auto: Option<(i64, Id)>,
}

#[derive(Clone, Debug)]
pub struct Merged {
    pub at: i64,
    pub by: Id,
    pub commit: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    Pending,
    Commented,
    Approved,
    ChangesRequested,
    Dismissed,
}

impl State {
    /// As REST and GraphQL write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Commented => "COMMENTED",
            Self::Approved => "APPROVED",
            Self::ChangesRequested => "CHANGES_REQUESTED",
            Self::Dismissed => "DISMISSED",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Review {
    pub id: Id,
    pub author: Id,
    pub state: State,
    pub body: String,
    /// What GitHub shows: re-pointed to the new head when the head is forced.
    pub commit: String,
    pub at: i64,
    pub edited: Option<(i64, Id)>,
    pub minimized: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Thread {
    pub id: Id,
    pub path: String,
    pub line: u64,
    pub resolved_by: Option<Id>,
    pub outdated: bool,
    pub review: Id,
    pub commit: String,
    pub comments: Vec<Comment>,
}

#[derive(Clone, Debug)]
pub struct Comment {
    pub id: Id,
    pub author: Id,
    pub body: String,
    pub at: i64,
    /// When, and by whom.
    pub edited: Option<(i64, Id)>,
    pub minimized: Option<String>,
    /// Written by an App in somebody's name or its own.
    pub app: Option<Id>,
}

/// What the timeline tells.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: Id,
    pub at: i64,
    pub by: Id,
    pub what: Happened,
}

#[derive(Clone, Debug)]
pub enum Happened {
    Labeled(String),
    Unlabeled(String),
    Forced { before: String, after: String },
    BaseForced { before: String, after: String },
    Retargeted { from: String, to: String },
    Dismissed { review: Id, was: State, message: String },
    Asked { user: Option<Id>, team: Option<Id> },
    Unasked { user: Option<Id>, team: Option<Id> },
    Renamed { from: String, to: String },
    Closed,
    Reopened,
    Merged { commit: String },
    Ready,
    Drafted,
    HeadDeleted,
    Queued,
    Unqueued { reason: String },
}

#[derive(Clone, Debug)]
pub struct Status {
    pub id: Id,
    pub sha: String,
    pub context: String,
    /// `error`, `failure`, `pending`, `success`.
    pub state: String,
    pub description: Option<String>,
    pub url: Option<String>,
    pub creator: Id,
    pub at: i64,
}

#[derive(Clone, Debug)]
pub struct Suite {
    pub id: Id,
    pub app: Id,
    pub sha: String,
    pub branch: Option<String>,
    pub at: i64,
}

#[derive(Clone, Debug)]
pub struct CheckRun {
    pub id: Id,
    pub suite: Id,
    pub app: Id,
    pub name: String,
    pub sha: String,
    pub status: String,
    pub conclusion: Option<String>,
    pub started: i64,
    pub completed: Option<i64>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub text: Option<String>,
    pub annotations: Vec<Value>,
    pub external_id: Option<String>,
    pub details_url: Option<String>,
    pub actions: Vec<Value>,
    /// How often it was written to.
    pub writes: u64,
}

#[derive(Clone, Debug)]
pub struct WorkflowRun {
    pub id: Id,
    pub suite: Id,
    pub path: String,
    pub name: String,
    /// `push`, `pull_request`, …
    pub event: String,
    pub sha: String,
    pub branch: String,
    pub status: String,
    pub conclusion: Option<String>,
    pub actor: Id,
    pub at: i64,
}

#[derive(Clone, Debug)]
pub struct Activity {
    pub id: Id,
    pub name: String,
    pub before: String,
    pub after: String,
    pub by: Id,
    pub at: i64,
    /// `push`, `force_push`, `branch_creation`, `branch_deletion`, `pr_merge`, `merge_queue_merge`.
    pub kind: &'static str,
}

#[derive(Clone, Debug)]
pub struct Ruleset {
    pub id: Id,
    /// As it was written, without ids and times.
    pub body: Value,
    pub at: i64,
    pub updated: i64,
}

#[derive(Clone, Debug)]
pub struct QueueEntry {
    pub id: Id,
    pub number: u64,
    pub by: Id,
    pub at: i64,
    pub base: String,
    pub base_sha: String,
    /// The head of the group that it is the last of; empty while no group was made.
    pub head: String,
    pub head_ref: String,
    pub state: &'static str,
}

#[derive(Clone, Debug)]
pub struct Deployment {
    pub id: Id,
    pub sha: String,
    pub name: String,
    pub environment: String,
    pub creator: Id,
    pub at: i64,
    pub states: Vec<(Id, String, i64)>,
}

/// What a deployment protection rule was answered.
#[derive(Clone, Debug)]
pub struct Gate {
    pub run: Id,
    pub environment: String,
    pub state: String,
    pub comment: String,
}

/// A time as GitHub writes it.
pub fn time(at: i64) -> String {
    jiff::Timestamp::from_second(at).unwrap().to_string()
}

pub use super::access::{App, Called, Delivery, Installation, Token, Who, Whose};
pub use super::world::World;
