//! Predicates: to which changes a protection applies.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Case;
use crate::model::{Expression, Fact, Need, PathPatterns, People};

/// A condition on a change. Everything it names must hold.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct When {
    /// A changed path, added, modified or removed, is one of these.
    pub paths: Option<PathPatterns>,
    /// Every changed path is one of these.
    pub only_paths: Option<PathPatterns>,
    /// The pusher is one of these: roles, people, logins, teams.
    pub pusher: Option<Vec<String>>,
    /// A new commit's message matches this regular expression.
    pub message: Option<Expression>,
    /// One of these conditions holds.
    pub any: Option<Vec<When>>,
    /// All of these conditions hold.
    pub all: Option<Vec<When>>,
    /// This condition does not hold.
    pub not: Option<Box<When>>,
}

impl When {
    /// Whether nothing is asked, so that it would hold always.
    pub fn is_empty(&self) -> bool {
        let lists = [&self.any, &self.all];
        self.paths.is_none()
            && self.only_paths.is_none()
            && self.pusher.is_none()
            && self.message.is_none()
            && self.not.is_none()
            && lists.iter().all(|it| it.is_none())
    }

    /// A part that names no condition, which would hold always or never.
    pub fn hollow(&self) -> bool {
        let parts = [&self.any, &self.all].into_iter().flatten();
        let mut parts = parts.map(|it| it.is_empty() || it.iter().any(Self::hollow));
        self.is_empty() || parts.any(|it| it) || self.not.as_ref().is_some_and(|it| it.hollow())
    }

    /// The kinds of facts it uses, where roles mean `people`.
    pub fn needs(&self, people: &People) -> Vec<Need> {
        let mut needs = Vec::new();
        if self.paths.is_some() || self.only_paths.is_some() {
            needs.push(Need::Files);
        }
        if let Some(who) = &self.pusher {
            needs.extend(people.needs_of(who));
        }
        if self.message.is_some() {
            needs.push(Need::Commits);
        }
        let parts = [&self.any, &self.all].into_iter().flatten().flatten();
        needs.extend(parts.chain(self.not.as_deref()).flat_map(|it| it.needs(people)));
        needs.sort();
        needs.dedup();
        needs
    }

    /// Whether the condition holds. A part that is unknown makes the whole
    /// unknown, unless the rest decides.
    pub fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let every = [
            self.paths.as_ref().map(|it| some_path(it, case)),
            self.only_paths.as_ref().map(|it| only_paths(it, case)),
            self.pusher.as_ref().map(|it| pusher(it, case)),
            self.message.as_ref().map(|it| message(it, case)),
            self.any.as_ref().map(|it| any(it, case)),
            self.all.as_ref().map(|it| all(it.iter().map(|part| part.holds(case)))),
            self.not.as_ref().map(|it| it.holds(case).map(|held| !held)),
        ];
        all(every.into_iter().flatten())
    }
}

impl fmt::Display for When {
    /// As an inline table of a policy.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |it: &str| toml::Value::String(it.to_owned()).to_string();
        let texts = |it: &[String]| join(it.iter().map(|it| text(it)));
        let parts = |it: &[Self]| join(it.iter().map(ToString::to_string));
        let list = |key: &str, it: Option<String>| it.map(|it| format!("{key} = [{it}]"));
        let keys = [
            list("paths", self.paths.as_ref().map(|it| texts(&it.written))),
            list("only-paths", self.only_paths.as_ref().map(|it| texts(&it.written))),
            list("pusher", self.pusher.as_ref().map(|it| texts(it))),
            self.message.as_ref().map(|it| format!("message = {}", text(it.0.as_str()))),
            list("any", self.any.as_ref().map(|it| parts(it))),
            list("all", self.all.as_ref().map(|it| parts(it))),
            self.not.as_ref().map(|it| format!("not = {it}")),
        ];
        write!(f, "{{ {} }}", join(keys.into_iter().flatten()))
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn all(parts: impl Iterator<Item = Fact<bool>>) -> Fact<bool> {
    let mut answer = Ok(true);
    for part in parts {
        match part {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(unknown) => answer = Err(unknown),
        }
    }
    answer
}

fn any(parts: &[When], case: &Case<'_>) -> Fact<bool> {
    let none = all(parts.iter().map(|part| part.holds(case).map(|held| !held)));
    none.map(|none| !none)
}

fn some_path(paths: &PathPatterns, case: &Case<'_>) -> Fact<bool> {
    let files = case.change.facts.files(case.update)?;
    Ok(files.iter().any(|file| paths.matches(file.path.as_ref())))
}

fn only_paths(paths: &PathPatterns, case: &Case<'_>) -> Fact<bool> {
    let files = case.change.facts.files(case.update)?;
    Ok(files.iter().all(|file| paths.matches(file.path.as_ref())))
}

fn pusher(who: &[String], case: &Case<'_>) -> Fact<bool> {
    let actor = case.change.actor.as_ref().map_err(Clone::clone)?;
    case.people.is_one_of(actor, who, case.change.facts)
}

fn message(pattern: &Expression, case: &Case<'_>) -> Fact<bool> {
    let commits = case.change.facts.commits(case.update)?;
    // A message that is no text may say anything, so it counts as a match.
    Ok(commits.iter().any(|it| it.text().is_none_or(|text| pattern.0.is_match(&text))))
}
