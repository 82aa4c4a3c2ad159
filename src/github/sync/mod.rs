//! Keeping GitHub's rulesets equal to what of the policy they can say.
//!
//! Ours are told by the prefix of their names, and nobody else's are touched. What
//! rulesets cannot say is left to the bot, and one ruleset sees to it that the bot
//! is asked: it requires our check, from our App.

mod difference;
mod plan;

use std::collections::BTreeSet;

use serde_json::{Value, json};

pub use difference::differences;
pub use plan::{Plan, Step, plan};

use super::Slug;
use super::api::{ApiError, Caller};
use crate::import::Note;
use crate::import::hosts::rulesets::{EXPORTER, PREFIX};
use crate::policy::Policy;

/// The check that the bot writes, so that GitHub can require it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Required {
    /// Its name.
    pub name: String,
    /// The App that writes it.
    pub app: u64,
}

/// What shall be there, and what of the policy no ruleset says.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The rulesets, as GitHub's API takes them.
    pub rulesets: Vec<Value>,
    /// What they do not say, with lines of the policy.
    pub notes: Vec<Note>,
}

/// What a repository has.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Our rulesets, whole.
    pub ours: Vec<Value>,
    /// Others of the repository and of its organization, as they are listed.
    pub others: Vec<Value>,
}

/// What the ruleset that requires our check is called, behind the prefix.
const CHECK: &str = "the check";

/// What the policy comes to in rulesets.
pub fn wanted(policy: &Policy, required: Option<&Required>) -> Wanted {
    let exported = (EXPORTER.write)(policy);
    // The exporter writes a list.
    let mut rulesets: Vec<Value> = serde_json::from_str(&exported.text).unwrap_or_default();
    rulesets.extend(required.and_then(|it| check(policy, it)));
    Wanted { rulesets, notes: exported.notes }
}

/// The ruleset that requires our check of every branch that the policy protects.
fn check(policy: &Policy, required: &Required) -> Option<Value> {
    let mut include = BTreeSet::new();
    for full in policy.protections.iter().flat_map(|it| &it.refs.full) {
        if let Ok(named) = crate::import::hosts::branches(full) {
            include.extend(named);
        }
    }
    // A check cannot be required of every branch there is: then none could be pushed.
    include.remove("~ALL");
    if include.is_empty() {
        return None;
    }
    let checks = json!([{ "context": required.name, "integration_id": required.app }]);
    Some(json!({
        "name": format!("{PREFIX}{CHECK}"),
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": { "ref_name": { "include": include, "exclude": [] } },
        "rules": [{ "type": "required_status_checks", "parameters": {
            "strict_required_status_checks_policy": false,
            "do_not_enforce_on_create": true,
            "required_status_checks": checks,
        }}],
    }))
}

/// Reads the rulesets of a repository.
pub async fn found(caller: &Caller, slug: &Slug) -> Result<Found, ApiError> {
    let path = format!("/repos/{slug}/rulesets?includes_parents=true&per_page=100");
    let listed = caller.list::<Value>(&path, 1000).await?;
    if !listed.complete {
        return Err(ApiError::Malformed("more rulesets than GitHub allows".to_owned()));
    }
    let mut found = Found::default();
    for it in listed.items {
        let ours = it["name"].as_str().is_some_and(|it| it.starts_with(PREFIX));
        let own = it["source_type"].as_str().is_none_or(|it| it == "Repository");
        match it["id"].as_u64().filter(|_| ours && own) {
            Some(id) => {
                found.ours.push(caller.get(&format!("/repos/{slug}/rulesets/{id}")).await?);
            }
            None => found.others.push(it),
        }
    }
    Ok(found)
}

/// Does what a plan says, one step after the other, and looks whether GitHub has
/// kept what it was given. What could not be done is told with its step; those
/// before it are done.
pub async fn apply(caller: &Caller, slug: &Slug, plan: &Plan) -> Result<(), (usize, ApiError)> {
    for (at, step) in plan.steps.iter().enumerate() {
        let done = match step {
            Step::Create { wanted } => {
                let made = caller.post::<Value>(&format!("/repos/{slug}/rulesets"), wanted).await;
                made.and_then(|made| kept(wanted, &made))
            }
            Step::Update { id, wanted, .. } => {
                let path = format!("/repos/{slug}/rulesets/{id}");
                let made = caller.put::<Value>(&path, wanted).await;
                made.and_then(|made| kept(wanted, &made))
            }
            Step::Delete { id, .. } => caller.delete(&format!("/repos/{slug}/rulesets/{id}")).await,
        };
        done.map_err(|error| (at, error))?;
    }
    Ok(())
}

/// Whether GitHub answers with what it was given.
fn kept(wanted: &Value, made: &Value) -> Result<(), ApiError> {
    match differences(wanted, made).first() {
        None => Ok(()),
        Some(first) => {
            Err(ApiError::Unprocessable(format!("GitHub has made something else of it: {first}")))
        }
    }
}
