//! What is to be done so that rulesets are as they shall be.

use std::fmt;

use serde_json::Value;

use super::{Found, Wanted, differences};
use crate::report::escaped_line;

/// What is to be done, in this order: nothing is taken away before what replaces it
/// is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Make a ruleset.
    Create {
        /// What it shall be.
        wanted: Value,
    },
    /// Change one.
    Update {
        /// Its id.
        id: u64,
        /// What it shall be.
        wanted: Value,
        /// In what it differs.
        differences: Vec<String>,
    },
    /// Take one away that the policy no longer asks for.
    Delete {
        /// Its id.
        id: u64,
        /// Its name.
        name: String,
    },
}

/// Works it out.
pub fn plan(wanted: &Wanted, found: &Found) -> Plan {
    let mut left: Vec<&Value> = found.ours.iter().collect();
    let mut steps = Vec::new();
    for wanted in &wanted.rulesets {
        let same = |it: &&Value| it["name"] == wanted["name"] && it["target"] == wanted["target"];
        let Some(there) = left.iter().position(same).map(|at| left.remove(at)) else {
            steps.push(Step::Create { wanted: wanted.clone() });
            continue;
        };
        let differences = differences(wanted, there);
        if let Some(id) = there["id"].as_u64().filter(|_| !differences.is_empty()) {
            steps.push(Step::Update { id, wanted: wanted.clone(), differences });
        }
    }
    for gone in left {
        if let Some(id) = gone["id"].as_u64() {
            let name = gone["name"].as_str().unwrap_or_default().to_owned();
            steps.push(Step::Delete { id, name });
        }
    }
    Plan { steps }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |it: &Value| escaped_line(it["name"].as_str().unwrap_or_default());
        match self {
            Self::Create { wanted } => {
                write!(f, "+ {} ({})", name(wanted), rules(wanted))
            }
            Self::Update { wanted, differences, .. } => {
                write!(f, "~ {}", name(wanted))?;
                differences.iter().try_for_each(|it| write!(f, "\n    {it}"))
            }
            Self::Delete { name, .. } => write!(f, "- {}", escaped_line(name)),
        }
    }
}

fn rules(ruleset: &Value) -> String {
    let rules = ruleset["rules"].as_array().into_iter().flatten();
    rules.filter_map(|it| it["type"].as_str()).collect::<Vec<_>>().join(", ")
}

impl Step {
    /// The step for programs.
    pub fn json(&self) -> Value {
        match self {
            Self::Create { wanted } => serde_json::json!({ "act": "create", "ruleset": wanted }),
            Self::Update { id, wanted, differences } => serde_json::json!({
                "act": "update", "id": id, "ruleset": wanted, "differences": differences,
            }),
            Self::Delete { id, name } => {
                serde_json::json!({ "act": "delete", "id": id, "name": name })
            }
        }
    }
}
