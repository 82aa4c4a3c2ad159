//! What a delivery means: which slots to look at again, and what only it can
//! tell.
//!
//! Payloads are read leniently and only as far as they are needed: GitHub adds
//! keys, leaves others out and keeps old shapes alive. An event or an action that
//! means nothing to us leads to nothing; a payload that lacks what it must have is
//! an error, and is kept as such.
//!
//! Source: docs.github.com, "Webhook events and payloads".

mod checks;
mod payload;
mod people;
mod pull;

use std::fmt;

use payload::Payload;

use super::work::{Cause, Home, Note, Nudge, Subject};
use crate::model::Oid;

/// Which checks, statuses and clicks are our own.
#[derive(Clone, Debug, Default)]
pub struct Ours {
    /// The App's id.
    pub app: u64,
    /// The login that the App writes with: `refgate[bot]`.
    pub login: String,
    /// What our check run and our status are called.
    pub check: String,
}

/// What a delivery means.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Heard {
    /// What is to be looked at again.
    pub nudges: Vec<Nudge>,
    /// What only the delivery tells.
    pub notes: Vec<Note>,
}

/// Why a delivery cannot be understood. Never quotes it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unheard {
    /// The body is no JSON object of the right shape.
    Malformed(String),
    /// It lacks what events of its kind must have.
    Lacks(&'static str),
}

impl fmt::Display for Unheard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "the payload cannot be read: {why}"),
            Self::Lacks(what) => write!(f, "the payload has no {what}"),
        }
    }
}

impl std::error::Error for Unheard {}

/// What we subscribe to, in the words of an App's manifest, and what for.
pub const EVENTS: &[(&str, &str)] = &[
    ("branch_protection_rule", "to notice changed settings"),
    ("check_run", "checks that the policy asks for, and the buttons of ours"),
    ("check_suite", "to run again on request"),
    ("deployment_protection_rule", "to answer for deployments"),
    ("issue_comment", "approvals and objections by comment"),
    ("member", "who may do what"),
    ("membership", "who is in a team"),
    ("merge_group", "merge queues"),
    ("organization", "who is in an organization"),
    ("pull_request", "pull requests"),
    ("pull_request_review", "reviews, and the head that each was about"),
    ("pull_request_review_comment", "threads that are deleted"),
    ("pull_request_review_thread", "threads that must be resolved"),
    ("push", "targets that move, and the policy"),
    ("repository", "names and default branches"),
    ("repository_ruleset", "to notice changed settings"),
    ("status", "statuses that the policy asks for"),
    ("team", "who is in a team"),
    ("workflow_run", "workflows that the policy asks for"),
];

/// Reads a delivery of kind `event`, as `X-GitHub-Event` names it.
pub fn read(event: &str, body: &[u8], ours: &Ours) -> Result<Heard, Unheard> {
    let payload: Payload = serde_json::from_slice(body).map_err(|error| {
        // What serde quotes may be anything; where it was is enough.
        Unheard::Malformed(format!("line {}, column {}", error.line(), error.column()))
    })?;
    let mut heard = Heard::default();
    let action = payload.action.as_deref().unwrap_or_default();
    match event {
        "pull_request" => pull::pull_request(action, &payload, &mut heard)?,
        "pull_request_review" => pull::review(action, &payload, &mut heard)?,
        "pull_request_review_comment" => pull::thread_comment(action, &payload, &mut heard)?,
        "pull_request_review_thread" => pull::thread(&payload, &mut heard)?,
        "issue_comment" => pull::comment(&payload, &mut heard)?,
        "check_run" => checks::check_run(action, &payload, ours, &mut heard)?,
        "check_suite" => checks::check_suite(action, &payload, ours, &mut heard)?,
        "status" => checks::status(&payload, ours, &mut heard)?,
        "workflow_run" => checks::workflow_run(&payload, &mut heard)?,
        "merge_group" => pull::merge_group(action, &payload, &mut heard)?,
        "deployment_protection_rule" => checks::deployment(action, &payload, &mut heard)?,
        "push" => pull::push(&payload, &mut heard)?,
        "membership" | "team" | "team_add" | "organization" | "member" => {
            people::people(event, &payload, &mut heard)?;
        }
        "repository" => people::repository(action, &payload, &mut heard)?,
        "installation" | "installation_repositories" => {
            people::installation(action, &payload, &mut heard)?;
        }
        "branch_protection_rule" | "branch_protection_configuration" | "repository_ruleset" => {
            people::settings(event, action, &payload, &mut heard);
        }
        _ => {}
    }
    Ok(heard)
}

/// What is left to do about a delivery that cannot be understood: to look through its
/// repository, if at least that can be read.
pub fn vague(body: &[u8]) -> Heard {
    let home = serde_json::from_slice::<payload::Place>(body).ok();
    let nudge = |home| Nudge { subject: Subject::Repository { home }, cause: Cause::Time };
    Heard { nudges: home.map(|it| nudge(it.home())).into_iter().collect(), notes: Vec::new() }
}

impl Heard {
    fn nudge(&mut self, subject: Subject, cause: Cause) {
        let nudge = Nudge { subject, cause };
        if !self.nudges.contains(&nudge) {
            self.nudges.push(nudge);
        }
    }

    fn head(&mut self, home: Home, commit: Oid, cause: Cause) {
        self.nudge(Subject::Head { home, commit }, cause);
    }
}
