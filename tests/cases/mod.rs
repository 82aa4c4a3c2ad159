//! The policies and changes of `tests/verdicts`, and one change of everything.

#![allow(dead_code)]

use std::fs;
use std::path::Path;

use refgate::model::{Actor, Need, Recorded, RefUpdate, Stage};
use refgate::policy::{self, Policy};
use serde::Deserialize;

/// A change, with all that is known about it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct World {
    pub(crate) stage: Stage,
    #[serde(default)]
    pub(crate) at: i64,
    pub(crate) actor: Option<Actor>,
    pub(crate) updates: Vec<RefUpdate>,
    #[serde(default)]
    pub(crate) facts: Recorded,
}

impl World {
    /// A push of everything that one can push, and all that can be known about it.
    pub(crate) fn of_everything() -> Self {
        toml::from_str(include_str!("everything.toml")).unwrap()
    }

    /// The same change, with nothing remarkable where nothing is recorded.
    pub(crate) fn filled(mut self) -> Self {
        self.facts.fill(self.stage, &self.updates);
        self.facts.refs.get_or_insert_default();
        self.facts.history.get_or_insert_default();
        for update in &self.updates {
            let known = self.facts.update.entry(update.name.to_string()).or_default();
            known.commits.get_or_insert_default();
            known.tree.get_or_insert_default();
        }
        self
    }
}

/// The policies of the cases, as they are written, with their changes.
pub(crate) fn written() -> Vec<(String, World)> {
    let mut found = Vec::new();
    let mut files: Vec<_> = fs::read_dir(root().join("tests/verdicts")).unwrap().collect();
    files.sort_by_key(|it| it.as_ref().unwrap().path());
    for file in files {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for case in text.split("\n## ").skip(1) {
            let block = |tag: &str| {
                let (_, rest) = case.split_once(&format!("```{tag}\n"))?;
                Some(rest.split_once("```")?.0)
            };
            let world = block("toml change").map(toml::from_str::<World>);
            if let (Some(policy), Some(Ok(world))) = (block("toml policy"), world) {
                found.push((policy.to_owned(), world));
            }
        }
    }
    assert!(!found.is_empty(), "the cases in tests/verdicts are not found");
    found
}

/// Reads a policy that extends no files.
pub(crate) fn parse(text: &str) -> Result<Policy, policy::Problems> {
    policy::parse("refgate.toml", text, &mut |_| Err("there are no files here".to_owned()))
}

/// The kinds of facts that a change answers for when asked.
pub(crate) const NEEDS: [Need; 21] = [
    Need::Files,
    Need::Blobs,
    Need::Tree,
    Need::Commits,
    Need::History,
    Need::Objects,
    Need::Refs,
    Need::Incoming,
    Need::PullRequest,
    Need::Target,
    Need::Content,
    Need::Proposal,
    Need::Pushes,
    Need::Provenance,
    Need::Lines,
    Need::Teams,
    Need::Accounts,
    Need::Approvals,
    Need::Threads,
    Need::Checks,
    Need::Repository,
];

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
