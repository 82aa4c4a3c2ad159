//! Predicates of policy-bot as conditions of ours.
//!
//! Each predicate is one condition; all of `if` must hold, of `disapproval.if`
//! one is enough.

use super::actors;
use super::methods::{expression, expressions};
use crate::import::How;
use crate::import::draft::Value;
use crate::import::theirs::{Reading, Theirs};

/// Conditions, each a key with its value.
type Conditions = Vec<(String, Value)>;

/// Reads the settings of one predicate.
type Read = fn(&Theirs<'_>, &mut Reading) -> Conditions;

/// Every predicate, in policy-bot's order.
const PREDICATES: &[(&str, Read)] = &[
    ("changed_files", |it, reading| files("changes", it, reading)),
    ("no_changed_files", |it, reading| files("no-changes", it, reading)),
    ("only_changed_files", only_changed_files),
    ("has_author_in", |it, reading| people("author", it, reading)),
    ("has_contributor_in", |it, reading| people("contributor", it, reading)),
    ("only_has_contributors_in", |it, reading| people("only-contributors", it, reading)),
    ("author_is_only_contributor", |it, reading| flag("author-is-only-contributor", it, reading)),
    ("targets_branch", |it, reading| branch("target-patterns", it, reading)),
    ("from_branch", |it, reading| branch("source-patterns", it, reading)),
    ("modified_lines", modified_lines),
    ("changed_files_count", |it, reading| comparison("files", it, reading)),
    ("commit_count", |it, reading| comparison("commits", it, reading)),
    ("has_successful_status", has_successful_status),
    ("has_status", has_status),
    ("has_workflow_result", has_workflow_result),
    ("has_labels", has_labels),
    ("repository", |it, reading| matching("repository", it, reading)),
    ("title", |it, reading| matching("title", it, reading)),
    ("has_valid_signatures", has_valid_signatures),
    ("has_valid_signatures_by", has_valid_signatures_by),
    ("has_valid_signatures_by_keys", has_valid_signatures_by_keys),
];

/// The conditions that a map of predicates names.
pub(super) fn all(it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let known: Vec<_> = PREDICATES.iter().map(|(name, _)| *name).collect();
    let fields = reading.fields(it, &known);
    let named = PREDICATES.iter().filter_map(|(name, read)| Some((fields.get(name)?, read)));
    named.flat_map(|(it, read)| read(it, reading)).collect()
}

/// One condition that asks for all of these.
pub(super) fn joined(conditions: Conditions) -> Value {
    let twice = conditions
        .iter()
        .enumerate()
        .any(|(nth, (key, _))| conditions.iter().take(nth).any(|(it, _)| it == key));
    match twice {
        true => Value::table([("all", each(conditions))]),
        false => Value::Table(conditions),
    }
}

/// One condition that asks for one of these.
pub(super) fn either(conditions: Conditions) -> Value {
    Value::Table(alternatives(conditions))
}

fn each(conditions: Conditions) -> Value {
    Value::List(conditions.into_iter().map(|it| Value::Table(vec![it])).collect())
}

/// A condition that every change meets.
pub(super) fn always() -> Value {
    Value::table([("files", Value::text(">= 0"))])
}

fn one(key: &str, value: Value) -> Conditions {
    vec![(key.to_owned(), value)]
}

fn texts(list: &[String]) -> Value {
    Value::texts(list.iter().map(String::as_str))
}

fn flag(key: &str, it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    reading.flag(it).map(|flag| one(key, Value::Flag(flag))).unwrap_or_default()
}

fn people(key: &str, it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let from = actors::actors(it, reading);
    if from.is_empty() {
        reading.wrong("empty", it, "it names nobody");
    }
    one(key, texts(&from))
}

/// Changed files that are among `paths` and not among `ignore`.
fn files(key: &str, it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let fields = reading.fields(it, &["paths", "ignore"]);
    let mut which = Vec::new();
    for (theirs, ours) in [("paths", "path-patterns"), ("ignore", "ignore-patterns")] {
        let patterns = fields.get(theirs).map(|it| expressions(it, reading)).unwrap_or_default();
        if !patterns.is_empty() {
            which.push((ours, texts(&patterns)));
        }
    }
    if which.first().is_none_or(|(key, _)| *key != "path-patterns") {
        reading.wrong("empty", it, "`paths` names nothing");
    }
    one(key, Value::table(which))
}

/// There are changed files, and all are among `paths`.
fn only_changed_files(it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let fields = reading.fields(it, &["paths"]);
    let patterns = fields.get("paths").map(|it| expressions(it, reading)).unwrap_or_default();
    one("only-changes", Value::table([("path-patterns", texts(&patterns))]))
}

fn branch(key: &str, it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let fields = reading.fields(it, &["pattern"]);
    let pattern = fields.get("pattern").and_then(|it| expression(it, reading));
    one(key, texts(&[pattern.unwrap_or_default()]))
}

/// One of the counts is as compared.
fn modified_lines(it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let keys = [("additions", "added"), ("deletions", "deleted"), ("total", "total")];
    let fields = reading.fields(it, &keys.map(|(theirs, _)| theirs));
    let mut counts = Vec::new();
    for (theirs, ours) in keys {
        if let Some(expression) = fields.get(theirs).and_then(|it| compared(it, reading)) {
            counts.extend(one("lines", Value::table([(ours, Value::text(expression))])));
        }
    }
    if keys.iter().all(|(theirs, _)| fields.get(theirs).is_none()) {
        reading.wrong("empty", it, "it compares nothing, so no change meets it");
    }
    alternatives(counts)
}

fn comparison(key: &str, it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    compared(it, reading).map(|it| one(key, Value::text(it))).unwrap_or_default()
}

/// A comparison with a number: one of `<`, `>` and `=`, and digits.
fn compared(it: &Theirs<'_>, reading: &mut Reading) -> Option<String> {
    let text = reading.text(it)?;
    let bare = text.trim();
    let operator = bare.chars().next().filter(|it| "<>=".contains(*it));
    let number = operator.and_then(|it| bare.strip_prefix(it)?.trim().parse::<u32>().ok());
    match (operator, number) {
        (Some(operator), Some(number)) => Some(format!("{operator} {number}")),
        _ => {
            let hint = "write `> 100`, `< 100` or `= 100`".to_owned();
            reading.mistake("no-comparison", it, format!("`{text}` compares nothing"), Some(hint));
            None
        }
    }
}

fn has_successful_status(it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let names = reading.texts(it);
    one("checks", Value::table([("names", texts(&names))]))
}

fn has_status(it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    one("checks", Value::table(ran("statuses", "names", it, reading)))
}

fn has_workflow_result(it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let what = "a run in progress does not count, nor one of a workflow that the change modifies";
    reading.note(How::Stricter, it, what);
    one("workflows", Value::table(ran("workflows", "paths", it, reading)))
}

/// What ran, and how it ended. Unless said otherwise, well.
fn ran(
    theirs: &'static str,
    ours: &'static str,
    it: &Theirs<'_>,
    reading: &mut Reading,
) -> Vec<(&'static str, Value)> {
    let fields = reading.fields(it, &[theirs, "conclusions"]);
    let names = fields.get(theirs).map(|it| reading.texts(it)).unwrap_or_default();
    let mut ran = vec![(ours, texts(&names))];
    if let Some(it) = fields.get("conclusions") {
        let conclusions: Vec<_> = reading.texts(it).iter().map(|it| conclusion(it)).collect();
        ran.push(("conclusions", texts(&conclusions)));
    }
    ran
}

/// A conclusion of a check, or a state of a status, as a policy says it.
fn conclusion(theirs: &str) -> String {
    match theirs {
        "pending" => "running".to_owned(),
        "error" => "failure".to_owned(),
        other => other.replace('_', "-"),
    }
}

fn has_labels(it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let labels = reading.texts(it);
    one("labels", texts(&labels))
}

/// One of `matches` matches, or none of `not_matches` does: one is enough.
fn matching(key: &str, it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let before = reading.wrong.len();
    let fields = reading.fields(it, &["matches", "not_matches"]);
    let mut parts = Vec::new();
    for (theirs, ours) in [("matches", "matches"), ("not_matches", "not-matches")] {
        let patterns = fields.get(theirs).map(|it| expressions(it, reading)).unwrap_or_default();
        if !patterns.is_empty() {
            parts.extend(one(key, Value::table([(ours, texts(&patterns))])));
        }
    }
    if parts.is_empty() && reading.wrong.len() == before {
        reading.wrong("empty", it, "it has no pattern, so no change meets it");
    }
    alternatives(parts)
}

/// The same conditions, of which one is enough.
fn alternatives(conditions: Conditions) -> Conditions {
    match conditions.len() {
        0 | 1 => conditions,
        _ => one("any", each(conditions)),
    }
}

fn has_valid_signatures(it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let wanted = reading.flag(it).unwrap_or_default();
    one("signatures", Value::table([("valid", Value::Flag(wanted))]))
}

fn has_valid_signatures_by(it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let from = actors::actors(it, reading);
    one("signatures", Value::table([("by", texts(&from))]))
}

fn has_valid_signatures_by_keys(it: &Theirs<'_>, reading: &mut Reading) -> Conditions {
    let fields = reading.fields(it, &["key_ids"]);
    let keys = fields.get("key_ids").map(|it| reading.texts(it)).unwrap_or_default();
    one("signatures", Value::table([("keys", texts(&keys))]))
}
