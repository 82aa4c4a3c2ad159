//! `policy.approval`: rules joined by `and` and `or`.

use super::rule::Rule;
use crate::import::draft::Value;
use crate::import::theirs::{Reading, Theirs};

/// How deep policy-bot lets them nest.
const DEEPEST: usize = 9;

/// What the tree asks, and the names of the rules in it; `None` if it is empty.
pub(super) fn tree(
    approval: Option<&Theirs<'_>>,
    rules: &[Rule<'_>],
    reading: &mut Reading,
) -> (Option<Value>, Vec<String>) {
    let Some(approval) = approval else { return (None, Vec::new()) };
    let mut used = Vec::new();
    let list = reading.list(approval);
    let mut parts: Vec<_> =
        list.iter().filter_map(|it| node(it, 0, rules, &mut used, reading)).collect();
    let whole = if parts.len() == 1 { parts.pop() } else { Some(Value::List(parts)) };
    (whole.filter(|it| *it != Value::List(Vec::new())), used)
}

fn node(
    it: &Theirs<'_>,
    depth: usize,
    rules: &[Rule<'_>],
    used: &mut Vec<String>,
    reading: &mut Reading,
) -> Option<Value> {
    if let Some(name) = it.scalar() {
        if !rules.iter().any(|rule| rule.name == name) {
            let hint = format!("add a rule with this name to `approval_rules`, or drop `{name}`");
            reading.mistake("unknown-rule", it, format!("there is no rule `{name}`"), Some(hint));
        }
        used.push(name.to_owned());
        return Some(Value::text(name));
    }
    if depth >= DEEPEST {
        reading.wrong("too-deep", it, format!("it is nested deeper than {DEEPEST} times"));
        return None;
    }
    let every = it.every();
    let [(key @ ("and" | "or"), parts)] = every.as_slice() else {
        let hint = "write a rule's name, `and: […]` or `or: […]`".to_owned();
        let what = "it is neither a rule's name nor one of `and` and `or`";
        reading.mistake("wrong-type", it, what, Some(hint));
        return None;
    };
    let list = reading.list(parts);
    if list.is_empty() {
        reading.wrong("empty", parts, format!("`{key}` joins nothing"));
    }
    let parts = list.iter().filter_map(|it| node(it, depth + 1, rules, used, reading)).collect();
    let key = if *key == "and" { "all-of" } else { "any-of" };
    Some(Value::table([(key, Value::List(parts))]))
}
