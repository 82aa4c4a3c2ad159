//! What REST answers. Each area is a function from the operation's id to a reply.

mod app;
mod checks;
mod code;
mod issues;
mod people;
mod pulls;
mod rules;

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::describe::Operation;
use super::state::{Id, Role, Who, Whose, World};

/// A request to an operation that is described.
pub struct Call<'a> {
    pub operation: &'a Operation,
    pub parts: HashMap<String, String>,
    pub query: Vec<(String, String)>,
    pub body: Value,
    pub who: Who,
    pub accept: String,
    /// The repository that the path names, if it names one.
    pub repo: Option<Id>,
}

pub enum Reply {
    Json(u16, Value),
    /// Paged, as an array.
    List(Vec<Value>),
    /// Paged within an object: `{ total_count, name: […] }`.
    Named(&'static str, Vec<Value>, Map<String, Value>),
    Raw(&'static str, Vec<u8>),
    Empty(u16),
    Refused(u16, String),
}

impl Reply {
    pub fn missing() -> Self {
        Self::Refused(404, "Not Found".to_owned())
    }

    pub fn wrong(why: impl Into<String>) -> Self {
        Self::Refused(422, why.into())
    }

    pub fn named(name: &'static str, all: Vec<Value>) -> Self {
        Self::Named(name, all, Map::new())
    }

    /// 200 with that, or 404.
    pub fn found(it: Option<Value>) -> Self {
        it.map_or_else(Self::missing, |it| Self::Json(200, it))
    }
}

impl Call<'_> {
    pub fn id(&self) -> &str {
        &self.operation.id
    }

    pub fn part(&self, name: &str) -> &str {
        self.parts.get(name).map_or("", String::as_str)
    }

    pub fn number(&self, name: &str) -> u64 {
        self.part(name).parse().unwrap_or(0)
    }

    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    pub fn said(&self, name: &str) -> Option<&str> {
        self.body[name].as_str()
    }

    /// The repository; only for operations below `/repos`.
    pub fn repo(&self) -> Id {
        self.repo.unwrap()
    }

    pub fn app(&self, world: &World) -> Option<Id> {
        match &self.who {
            Who::App(id) => Some(*id),
            Who::Token(Whose::Installation { id, .. }) => Some(world.installations[id].app),
            _ => None,
        }
    }

    /// The account that acts.
    pub fn actor(&self, world: &World) -> Option<Id> {
        match &self.who {
            Who::Token(Whose::User(id)) => Some(*id),
            _ => self.app(world).map(|it| world.apps[&it].bot),
        }
    }
}

/// Answers, or `None` if the fake does not serve that operation.
pub fn answer(world: &mut World, call: &Call<'_>) -> Option<Reply> {
    let areas = [
        app::answer,
        checks::answer,
        code::answer,
        issues::answer,
        people::answer,
        pulls::answer,
        rules::answer,
    ];
    areas.iter().find_map(|it| it(world, call))
}

/// What an installation needs for an operation: any of these; none for what metadata gives.
pub fn needs(operation: &Operation) -> Vec<(&'static str, &'static str)> {
    let level = if operation.method == "GET" { "read" } else { "write" };
    let (area, name) = operation.id.split_once('/').unwrap_or((operation.id.as_str(), ""));
    match (area, name) {
        ("pulls", "merge") => vec![("contents", "write")],
        ("pulls", _) => vec![("pull_requests", level)],
        ("issues", _) => vec![("issues", level), ("pull_requests", level)],
        ("checks", _) => vec![("checks", level)],
        ("actions", "review-custom-gates-for-run") => vec![("deployments", "write")],
        ("actions", _) | ("repos", "get-all-environments" | "get-environment") => {
            vec![("actions", level)]
        }
        ("git", _) => vec![("contents", level)],
        ("teams", _) => vec![("members", level)],
        ("orgs", "list-members" | "check-membership-for-user" | "get-membership-for-user") => {
            vec![("members", level)]
        }
        (
            "repos",
            "get-combined-status-for-ref" | "list-commit-statuses-for-ref" | "create-commit-status",
        ) => {
            vec![("statuses", level)]
        }
        ("repos", "list-pull-requests-associated-with-commit") => vec![("pull_requests", "read")],
        (
            "repos",
            "list-deployments"
            | "get-deployment"
            | "create-deployment-status"
            | "list-deployment-statuses",
        ) => {
            vec![("deployments", level)]
        }
        ("repos", "get-branch-protection" | "get-status-checks-protection" | "list-teams") => {
            vec![("administration", "read")]
        }
        ("repos", "create-repo-ruleset" | "update-repo-ruleset" | "delete-repo-ruleset") => {
            vec![("administration", "write")]
        }
        ("repos", "get-org-rulesets" | "get-org-ruleset") => {
            vec![("organization_administration", "write")]
        }
        (
            "repos",
            "get-content"
            | "get-readme"
            | "compare-commits-with-basehead"
            | "list-commits"
            | "get-commit"
            | "get-branch"
            | "list-branches"
            | "list-activities"
            | "codeowners-errors",
        ) => vec![("contents", level)],
        _ => Vec::new(),
    }
}

/// What a person must be for an operation.
pub fn standing(operation: &Operation) -> Role {
    match (operation.method.as_str(), operation.id.as_str()) {
        ("GET", "repos/get-branch-protection") => Role::Admin,
        ("GET", "repos/list-collaborators") => Role::Write,
        ("GET", _) => Role::Read,
        (_, id) if id.contains("ruleset") => Role::Admin,
        (_, "pulls/create-review" | "issues/create-comment" | "issues/create") => Role::Read,
        _ => Role::Write,
    }
}

/// The error that GitHub writes.
pub fn error(status: u16, message: &str) -> Value {
    json!({ "message": message, "documentation_url": "https://docs.github.com/rest", "status": status.to_string() })
}

pub fn newest_statuses(world: &World, repo: Id, sha: &str) -> Vec<super::state::Status> {
    checks::newest(world, repo, sha).into_iter().cloned().collect()
}

pub use rules::tell as tell_ruleset;

pub use rules::on_branch as rules_on;
