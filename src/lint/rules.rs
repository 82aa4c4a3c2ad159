//! Lines that can never be met, never apply, are never decided, or say nothing new.

use std::collections::BTreeSet;

use toml::Value;

use super::seen::{Line, Seen, Word, line};
use super::stage::Theatre;
use super::{Finding, Kind, Severity};
use crate::model::{Outcome, Stage};
use crate::policy::{Asked, Mode, Policy, Protection};

/// The rules whose demands the small worlds can tell apart.
const TOLD_APART: &[&str] = &["approvals", "checks"];

pub(super) fn findings(theatre: &Theatre<'_>, seen: &Seen) -> Vec<Finding> {
    let mut found = Vec::new();
    let policy = theatre.policy;
    // Other facts than these worlds have may be asked for, such as signatures.
    let sure = !policy.files.iter().any(|it| it.text.contains("requires"));
    for (protection, asked) in all(policy) {
        let line = line(&asked.origin, asked.spec.name);
        if seen.decided.get(&line) == Some(&false) {
            let what = format!("`{}` was decided at none of `stages`", asked.spec.name);
            let hint = "add the stage that knows its facts to `stages`, or drop it";
            found.push(Finding::warning(Kind::NeverDecidable, &asked.origin, what, hint));
        }
        if protection.mode == Mode::Enforce && TOLD_APART.contains(&asked.spec.name) {
            found.extend(unmet(asked, &line, seen, sure));
        }
    }
    found.extend(shadowed(policy, seen));
    found
}

fn all(policy: &Policy) -> impl Iterator<Item = (&Protection, &Asked)> {
    policy.protections.iter().flat_map(|it| it.rules.iter().map(move |rule| (it, rule)))
}

/// What can never be met, of one line.
fn unmet(asked: &Asked, line: &Line, seen: &Seen, sure: bool) -> Vec<Finding> {
    let severity = if sure { Severity::Error } else { Severity::Warning };
    let hint = "ask for fewer, or for others; see `refgate explain approvals`";
    let mut found = Vec::new();
    let parts = seen.parts.iter().filter(|((of, _), (_, wanted, _))| of == line && *wanted > 0);
    for (_, (name, _, outcomes)) in parts {
        let has = |wanted: Outcome| outcomes.contains(&wanted);
        if !has(Outcome::Satisfied) && has(Outcome::Pending) {
            let what = format!("{name} can never be met, whoever approves");
            found.push(Finding::new(Kind::Unsatisfiable, severity, &asked.origin, what, hint));
        }
    }
    for (_, (name, _, outcomes)) in seen.parts.iter().filter(|((of, _), _)| of == line) {
        if outcomes.iter().all(|it| *it == Outcome::NotApplicable) {
            let what = format!("{name} applied to none of {} changes tried", outcomes.len());
            let hint = "see whether its `when` can hold at all; a test can show it";
            found.push(Finding::warning(Kind::NeverApplies, &asked.origin, what, hint));
        }
    }
    if !found.is_empty() {
        return found;
    }
    let words: Vec<_> = seen.worlds.iter().filter_map(|it| it.get(line)).collect();
    let rule = asked.spec.name;
    if !words.is_empty() && words.iter().all(|it| it.idle) {
        let what = format!("`{rule}` applied to none of {} changes tried", words.len());
        let hint = "see whether the protection's `when` can hold at all; a test can show it";
        found.push(Finding::warning(Kind::NeverApplies, &asked.origin, what, hint));
    } else if !words.is_empty() && words.iter().filter(|it| !it.idle).all(|it| it.stops) {
        let what = format!("`{rule}` can never be met, whoever approves and whatever runs");
        found.push(Finding::new(Kind::Unsatisfiable, severity, &asked.origin, what, hint));
    }
    found
}

/// Lines that stop nothing that another does not stop.
fn shadowed(policy: &Policy, seen: &Seen) -> Vec<Finding> {
    let asked: Vec<_> = all(policy).collect();
    let mut found = Vec::new();
    let mut gone = BTreeSet::new();
    for (at, (protection, one)) in asked.iter().enumerate().rev() {
        let by = asked.iter().enumerate().find(|(other, (wide, it))| {
            *other != at
                && !gone.contains(other)
                && wide.mode == Mode::Enforce
                && wide.since.is_none_or(|it| protection.since.is_some_and(|since| it <= since))
                && it.spec.name == one.spec.name
                && covers(policy, (wide, it), (protection, one), seen)
        });
        if let Some((_, (_, other))) = by {
            gone.insert(at);
            let name = one.spec.name;
            let what = format!("`{name}` says nothing that {} does not say", other.origin);
            let hint = "drop it, or say what it is there for in a test";
            let mut finding = Finding::warning(Kind::Shadowed, &one.origin, what, hint);
            finding.lines.push((other.origin.clone(), name.to_owned()));
            found.push(finding);
        }
    }
    found
}

/// Whether what `wide` asks is at least what `one` asks.
fn covers(
    policy: &Policy,
    (over, wide): (&Protection, &Asked),
    (under, one): (&Protection, &Asked),
    seen: &Seen,
) -> bool {
    let refs = under.refs.full.iter().all(|it| over.refs.full.contains(it) || over.everywhere());
    if refs && over.when.is_none() && wide.settings == one.settings {
        return true;
    }
    // Beyond that only what these worlds tell apart, at the stage they are at.
    if !TOLD_APART.contains(&one.spec.name) || !policy.stages.contains(&Stage::Github) {
        return false;
    }
    if terms(policy, &wide.settings) != terms(policy, &one.settings) {
        return false;
    }
    let lines = (line(&wide.origin, wide.spec.name), line(&one.origin, one.spec.name));
    let mut stops = false;
    for world in &seen.worlds {
        let Some(word) = world.get(&lines.1) else { continue };
        let other = world.get(&lines.0).copied().unwrap_or(Word::default());
        if word.stops && !other.stops {
            return false;
        }
        stops |= word.stops;
    }
    stops
}

impl Protection {
    /// Whether it names every ref.
    fn everywhere(&self) -> bool {
        self.refs.full.iter().any(|it| it == "**")
    }
}

/// The keys of a requirement that say how an approval counts, and not whose or how
/// many: these worlds do not try all of their meanings.
fn terms(policy: &Policy, settings: &Value) -> BTreeSet<String> {
    const COUNTED: &[&str] = &["count", "from", "name", "when", "all-of", "any-of", "each", "app"];
    let mut found = BTreeSet::new();
    let mut queue = vec![settings.clone()];
    let mut named = BTreeSet::new();
    while let Some(value) = queue.pop() {
        match value {
            Value::Array(list) => queue.extend(list),
            Value::Table(table) => {
                for (key, value) in table {
                    if !COUNTED.contains(&key.as_str()) {
                        found.insert(format!("{key} = {value}"));
                    }
                    if matches!(key.as_str(), "all-of" | "any-of") {
                        queue.push(value);
                    }
                }
            }
            Value::String(name) if named.insert(name.clone()) => {
                let texts =
                    policy.files.iter().filter_map(|it| it.text.parse::<toml::Table>().ok());
                let meant = texts.filter_map(|it| it.get("approval")?.get(&name).cloned());
                queue.extend(meant);
            }
            _ => {}
        }
    }
    found
}
