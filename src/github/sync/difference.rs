//! In what a ruleset differs from what it shall be.
//!
//! GitHub answers with more than it was given: ids, links, defaults. Only what is
//! wanted is compared; in lists, which GitHub keeps in no order, whatever is not
//! wanted is a difference too.

use serde_json::Value;

use crate::report::escaped_line;

/// The differences, each as a line: `rules.deletion: missing`.
pub fn differences(wanted: &Value, there: &Value) -> Vec<String> {
    let mut all = Vec::new();
    compare("", wanted, there, &mut all);
    all
}

fn compare(path: &str, wanted: &Value, there: &Value, all: &mut Vec<String>) {
    match (wanted, there) {
        (Value::Object(wanted), Value::Object(there)) => {
            for (key, wanted) in wanted {
                let path = join(path, key);
                match there.get(key) {
                    Some(there) => compare(&path, wanted, there, all),
                    // Who may only read is not shown who may pass by.
                    None if key == "bypass_actors" => {}
                    None if is_nothing(wanted) => {}
                    None => all.push(format!("{path}: missing")),
                }
            }
        }
        (Value::Array(wanted), Value::Array(there)) => list(path, wanted, there, all),
        _ if wanted == there => {}
        _ => all.push(format!("{path}: {} instead of {}", shown(there), shown(wanted))),
    }
}

/// Entries with a name are compared by it; others are there or not.
fn list(path: &str, wanted: &[Value], there: &[Value], all: &mut Vec<String>) {
    let mut left: Vec<&Value> = there.iter().collect();
    for wanted in wanted {
        let same = |it: &&Value| match name(wanted) {
            Some(known) => name(it) == Some(known),
            None => differences(wanted, it).is_empty(),
        };
        match left.iter().position(same) {
            Some(at) => {
                let there = left.remove(at);
                compare(&join(path, name(wanted).unwrap_or_default()), wanted, there, all);
            }
            None => all.push(format!("{}: missing", entry(path, wanted))),
        }
    }
    all.extend(left.iter().map(|it| format!("{}: not wanted", entry(path, it))));
}

/// What entries of GitHub's lists are known by.
fn name(entry: &Value) -> Option<&str> {
    ["type", "context"].iter().find_map(|key| entry.get(key)?.as_str())
}

fn entry(path: &str, entry: &Value) -> String {
    name(entry).map_or_else(|| format!("{path}: {}", shown(entry)), |it| join(path, it))
}

fn join(path: &str, key: &str) -> String {
    let key = escaped_line(key);
    match (path, key.as_str()) {
        ("", key) => key.to_owned(),
        (path, "") => path.to_owned(),
        (path, key) => format!("{path}.{key}"),
    }
}

fn is_nothing(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false))
        || value.as_array().is_some_and(Vec::is_empty)
        || value.as_u64() == Some(0)
}

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let short: String = text.chars().take(80).collect();
    escaped_line(&short)
}
