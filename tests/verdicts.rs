//! Runs the cases in `tests/verdicts/*.md`.
//!
//! A case is a heading and three blocks: a policy, a change, the report it gets.
//! `UPDATE=1 cargo test --test verdicts` writes the reports as they are now;
//! read the difference as a user would.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::{env, fs, path::Path};

use refgate::{judge::judge, model, policy, report, secret};
use serde::Deserialize;

/// A change and its facts, as a case writes them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    stage: model::Stage,
    at: Option<model::Timestamp>,
    actor: Option<model::Actor>,
    updates: Vec<model::RefUpdate>,
    #[serde(default)]
    facts: model::Recorded,
}

#[test]
fn verdicts() {
    let mut wrong = Vec::new();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verdicts");
    for file in fs::read_dir(dir).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let mut now = String::new();
        for (at, case) in text.split("\n## ").enumerate() {
            if at == 0 {
                now += case;
                continue;
            }
            now += "\n## ";
            let title = case.lines().next().unwrap();
            let name = format!("{}: {title}", path.file_name().unwrap().display());
            let change = with_secrets(block(case, "toml change"));
            let got = run(&name, &with_secrets(block(case, "toml policy")), &change);
            // What is wrong with a policy is not sent to pushers.
            let narrow = got.lines().all(|line| line.chars().count() <= 72);
            assert!(narrow || got.starts_with("error: refgate.toml:"), "{name}: too wide\n{got}");
            let want = block(case, "text report");
            if got != want {
                wrong.push(format!("{name}\n--- wanted\n{want}--- got\n{got}"));
            }
            let (old, new) =
                (format!("```text report\n{want}```"), format!("```text report\n{got}```"));
            now += &case.replacen(&old, &new, 1);
        }
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, now).unwrap();
        }
    }
    assert!(env::var_os("UPDATE").is_some() || wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn run(name: &str, policy: &str, change: &str) -> String {
    let parsed = policy::parse("refgate.toml", policy, &mut |_| Err("no files in cases".into()));
    let policy = match parsed {
        Ok(policy) => policy,
        Err(problems) => {
            let line = |it: &policy::Problem| {
                let hint = it.hint.as_ref().map(|hint| format!("  hint: {hint}\n"));
                format!("error: {}\n{}", it.summary(), hint.unwrap_or_default())
            };
            return problems.0.iter().map(line).collect();
        }
    };
    let case: Case = toml::from_str(change).unwrap_or_else(|error| panic!("{name}: {error}"));
    let facts = filled(&case);
    let change = model::Change {
        stage: case.stage,
        actor: case.actor.ok_or(model::Unknown::NotHere(model::Need::Actor)),
        updates: case.updates,
        at: case.at.unwrap_or(0),
        facts: &facts,
        memory: model::Memory::default(),
    };
    report::text(&judge(&policy, &change), report::Width::Server)
}

/// The facts of a case, with nothing remarkable where it records nothing. What a
/// case wants unknown, it lists under `facts.failed`.
fn filled(case: &Case) -> model::Recorded {
    let mut facts = case.facts.clone();
    facts.fill(case.stage, &case.updates);
    facts
}

/// Writes `{{secret:ID}}` out, so that no secret stands in a case.
fn with_secrets(text: &str) -> String {
    let mut parts = text.split("{{secret:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (id, rest) = part.split_once("}}").expect("`{{secret:ID}}`");
        out += &secret::sample(id).unwrap_or_else(|| panic!("no pattern `{id}`"));
        out += rest;
    }
    out
}

fn block<'t>(case: &'t str, tag: &str) -> &'t str {
    let open = format!("```{tag}\n");
    let start = case.find(&open).unwrap_or_else(|| panic!("no `{tag}` in:\n{case}")) + open.len();
    let len = case[start..].find("```").unwrap();
    &case[start..start + len]
}
