//! What ran on a commit, and how it ended.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Actor, Timestamp, time};

/// One run of a check, or a status that stands for one. Several may have a name.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRun {
    /// The check's name; a status's context.
    pub name: String,
    /// The app that ran it, by its number at the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<u64>,
    /// Whoever posted it, if it is a status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<Actor>,
    /// The event that started it, such as `pull_request`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// The path of the workflow that it is a job of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// How far it got.
    pub state: CheckState,
    /// When it ended, or began if it has not ended.
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Moment>")]
    pub at: Option<Timestamp>,
}

/// One run of a workflow: its latest attempt.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WorkflowRun {
    /// The path of the workflow's file.
    pub path: String,
    /// The event that started it, such as `pull_request`.
    pub event: String,
    /// How far it got.
    pub state: CheckState,
    /// When it ended, or began if it has not ended.
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Moment>")]
    pub at: Option<Timestamp>,
}

/// How far a check got, in GitHub's words for conclusions. A status that is
/// `pending` is running, and one that is an `error` a failure.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum CheckState {
    /// It has not ended.
    Running,
    /// It ended well.
    Success,
    /// It ended badly.
    Failure,
    /// It has no opinion.
    Neutral,
    /// It did not run.
    Skipped,
    /// Someone stopped it.
    Cancelled,
    /// It took too long.
    TimedOut,
    /// It waits for someone.
    ActionRequired,
    /// It never reported.
    Stale,
    /// It could not begin.
    StartupFailure,
}

impl fmt::Display for CheckState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Neutral => "neutral",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed-out",
            Self::ActionRequired => "action-required",
            Self::Stale => "stale",
            Self::StartupFailure => "startup-failure",
        })
    }
}
