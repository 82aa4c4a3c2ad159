//! What is plain to see without trying anything.

use toml::{Table, Value};

use super::{Finding, Kind};
use crate::model::{Origin, Timestamp};
use crate::policy::Policy;
use crate::rule;

pub(super) fn findings(policy: &Policy, at: Timestamp) -> Vec<Finding> {
    let tables: Vec<_> = policy
        .files
        .iter()
        .filter_map(|it| Some((it.name.to_string(), it.text.as_str(), it.text.parse().ok()?)))
        .collect();
    let mut found = exemptions(policy, at);
    for (file, text, table) in &tables {
        found.extend(roles(file, text, table));
        found.extend(named(file, text, table));
        found.extend(evidence(policy, file, text, table));
    }
    found.extend(unused(policy, &tables));
    found
}

fn exemptions(policy: &Policy, at: Timestamp) -> Vec<Finding> {
    let ended = policy.expired(at).map(|it| {
        let what = format!("this exemption from `{}` has ended", it.rule);
        let hint = "drop it, or renew it with a reason";
        Finding::warning(Kind::ExpiredExemption, &it.origin, what, hint)
    });
    let asked = |name: &str| {
        let mut rules = policy.protections.iter().flat_map(|it| &it.rules);
        rules.any(|it| it.spec.name == name) || rule::BUILT_IN.iter().any(|it| it.0.name == name)
    };
    let idle = policy.exemptions.iter().filter(|it| !asked(&it.rule)).map(|it| {
        let what = format!("this exempts from `{}`, which is asked of nothing", it.rule);
        Finding::warning(Kind::IdleExemption, &it.origin, what, "drop it")
    });
    ended.chain(idle).collect()
}

/// The place of a line that begins so.
fn place(file: &str, text: &str, begins: &[String]) -> Origin {
    let trimmed = |it: &str| it.trim_start().to_owned();
    let found =
        text.lines().position(|it| begins.iter().any(|start| trimmed(it).starts_with(start)));
    Origin { file: file.into(), line: found.map_or(1, |it| it + 1) }
}

fn roles(file: &str, text: &str, table: &Table) -> Vec<Finding> {
    let roles = table.get("roles").and_then(Value::as_table);
    let empty = roles
        .into_iter()
        .flatten()
        .filter(|(_, members)| members.as_array().is_some_and(Vec::is_empty));
    let tell = |(name, _): (&String, &Value)| {
        let origin =
            place(file, text, &[format!("{name} ="), format!("{name}="), format!("\"{name}\"")]);
        let what = format!("nobody has the role `{name}`");
        Finding::warning(Kind::EmptyRole, &origin, what, "name its members, or drop it")
    };
    empty.map(tell).collect()
}

fn header(file: &str, text: &str, name: &str) -> Origin {
    place(
        file,
        text,
        &[format!("[approval.{name}]"), format!("[approval.\"{name}\"]"), format!("{name} =")],
    )
}

/// Evidence that decides whether an approval with a name is asked for.
fn named(file: &str, text: &str, table: &Table) -> Vec<Finding> {
    let named = table.get("approval").and_then(Value::as_table);
    let of = |(name, value): (&String, &Value)| {
        ran(value).then(|| hides(&header(file, text, name), &format!("`approval.{name}`")))
    };
    named.into_iter().flatten().filter_map(of).collect()
}

/// Evidence that decides whether something is asked.
fn evidence(policy: &Policy, file: &str, text: &str, table: &Table) -> Vec<Finding> {
    let _ = text;
    let mut found = Vec::new();
    let written = table.get("protect").and_then(Value::as_array);
    let ours = policy.protections.iter().filter(|it| *it.origin.file == *file);
    for (protection, written) in ours.zip(written.into_iter().flatten()) {
        if written.get("when").is_some_and(named_evidence) {
            found.push(hides(&protection.origin, "this protection"));
        }
        for asked in protection.rules.iter().filter(|it| it.spec.name == "approvals") {
            if ran(&asked.settings) {
                found.push(hides(&asked.origin, "a requirement"));
            }
        }
    }
    found
}

fn hides(origin: &Origin, what: &str) -> Finding {
    let what = format!("{what} applies only as checks turn out: losing one would ask for less");
    let hint = "ask for the check with `checks` or in `requires`, and not in `when`";
    Finding::warning(Kind::EvidenceInWhen, origin, what, hint)
}

/// Whether a leaf below has evidence in its `when`, other than as one way of several.
fn ran(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.iter().any(ran),
        Value::Table(table) => {
            table.get("when").is_some_and(named_evidence) || table.get("all-of").is_some_and(ran)
        }
        _ => false,
    }
}

fn named_evidence(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.iter().any(named_evidence),
        Value::Table(table) => table.iter().any(|(key, value)| {
            matches!(key.as_str(), "checks" | "workflows") || named_evidence(value)
        }),
        _ => false,
    }
}

/// Approvals with a name that nothing asks for.
fn unused(policy: &Policy, tables: &[(String, &str, Table)]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, text, table) in tables {
        let own = table.get("approval").and_then(Value::as_table);
        for (name, _) in own.into_iter().flatten() {
            let asked = policy.protections.iter().flat_map(|it| &it.rules);
            let mut asked = asked.filter(|it| it.spec.name == "approvals");
            let others = tables.iter().filter_map(|it| it.2.get("approval")?.as_table());
            let mut others = others.flatten().filter(|(other, _)| *other != name);
            if !asked.any(|it| says(&it.settings, name)) && !others.any(|it| says(it.1, name)) {
                let what = format!("nothing asks for `approval.{name}`");
                let hint = "write its name in the `approvals` of a protection, or drop it";
                let origin = header(file, text, name);
                found.push(Finding::warning(Kind::UnusedApproval, &origin, what, hint));
            }
        }
    }
    found
}

/// Whether a requirement asks for another by this name.
fn says(value: &Value, name: &str) -> bool {
    match value {
        Value::String(it) => it == name,
        Value::Array(list) => list.iter().any(|it| says(it, name)),
        Value::Table(table) => {
            let trees = ["all-of", "any-of", "not"].into_iter();
            trees.filter_map(|it| table.get(it)).any(|it| says(it, name))
        }
        _ => false,
    }
}
