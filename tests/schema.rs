//! Holds the schemas in `docs/` to the code, and policies to the schema.
//!
//! `UPDATE=1 cargo test --test schema` writes the schemas as they are now.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::{env, fs, path::Path};

use refgate::policy;
use refgate::record;
use refgate::report::Report;
use refgate::rule::RULES;
use serde_json::{Value, json};

#[test]
fn the_schemas_in_docs_are_current() {
    let policies = format!("{:#}\n", policy::schema());
    let reports = format!("{:#}\n", schemars::schema_for!(Report).to_value());
    let facts = format!("{:#}\n", record::schema());
    for (name, now) in [
        ("refgate.schema.json", policies),
        ("report.schema.json", reports),
        ("facts.schema.json", facts),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, &now).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == now, "docs/{name} is old: UPDATE=1 cargo test --test schema");
    }
}

#[test]
fn the_schema_speaks_draft_4() {
    let schema = policy::schema();
    let meta = jsonschema::draft4::meta::validate(&schema);
    assert!(meta.is_ok(), "{}", meta.unwrap_err());
    walk(&schema, "", &mut |keys, at| {
        for key in ["const", "$defs", "$id", "if", "examples", "contains", "propertyNames"] {
            assert!(at.ends_with("/properties") || !keys.contains_key(key), "{at}: `{key}`");
        }
        if let Some(kind) = keys.get("type").filter(|_| !at.ends_with("/properties")) {
            let null =
                kind == "null" || kind.as_array().is_some_and(|it| it.contains(&json!("null")));
            assert!(!null, "{at}: type is {kind}");
        }
    });
}

#[test]
fn every_preset_and_example_fits_the_schema() {
    let validator = jsonschema::draft4::new(&policy::schema()).unwrap();
    let mut texts: Vec<_> = policy::PRESETS
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    for spec in RULES {
        let start = spec.manual.find("```toml\n").unwrap() + "```toml\n".len();
        let len = spec.manual[start..].find("```").unwrap();
        let example = &spec.manual[start..start + len];
        let head = "version = 1\n[[protect]]\nrefs = [\"main\"]\n";
        texts.push((spec.name.to_owned(), format!("{head}{example}")));
    }
    texts.push(("everything".to_owned(), EVERYTHING.to_owned()));
    for (name, text) in texts {
        let value = plain(toml::from_str(&text).unwrap_or_else(|it| panic!("{name}: {it}")));
        let errors: Vec<_> = validator
            .iter_errors(&value)
            .map(|it| format!("{}: {it}", it.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}:\n{text}\n{errors:#?}");
        let parsed = policy::parse("refgate.toml", &text, &mut |_| Err("none".to_owned()));
        assert!(name != "everything" || parsed.is_ok(), "{}", parsed.err().unwrap());
    }
}

#[test]
fn the_schema_knows_every_key_of_a_policy_and_no_other() {
    let nonsense =
        policy::parse("refgate.toml", "qqqqqqqqqqqqqqqq = 1", &mut |_| Err(String::new()));
    let problems = nonsense.err().unwrap().0;
    let hint = problems.iter().find_map(|it| it.hint.as_ref()?.strip_prefix("there are "));
    let mut keys: Vec<_> = hint.unwrap().split(", ").collect();
    keys.sort_unstable();
    let schema = policy::schema();
    let mut known: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    known.sort_unstable();
    assert_eq!(known, keys);
}

#[test]
fn the_schema_refuses_what_the_parser_refuses() {
    let validator = jsonschema::draft4::new(&policy::schema()).unwrap();
    let wrong = [
        "protect = []",
        "version = 2",
        "version = 1\nprotections = []",
        "version = 1\nstages = [\"pre-comit\"]",
        "version = 1\n[[protect]]\nfast-forward-only = true",
        "version = 1\n[[protect]]\nrefs = [\"main\"]\nfast-foward-only = true",
        "version = 1\n[[protect]]\nrefs = [\"main\"]\nfast-forward-only = \"yes\"",
        "version = 1\n[[protect]]\nrefs = [\"main\"]\nmode = \"off\"",
        "version = 1\n[[protect]]\nrefs = [\"main\"]\nwhen = { path = [\"x\"] }",
        "version = 1\n[approval.two]\ncuont = 2",
        "version = 1\n[[exempt]]\nrule = \"linear\"\nwhy = \"x\"",
        "version = 1\n[[exempt]]\nrule = \"lineal\"\nwhy = \"x\"\nuntil = 2027-01-01",
    ];
    for text in wrong {
        assert!(!validator.is_valid(&plain(toml::from_str(text).unwrap())), "{text}");
        let parsed = policy::parse("refgate.toml", text, &mut |_| Err("none".to_owned()));
        assert!(parsed.is_err(), "{text}");
    }
}

const EVERYTHING: &str = r#"
version = 1
extends = ["preset:baseline"]
stages = ["pre-commit", "commit-msg", "pre-push", "pre-receive", "github"]
[roles]
release = ["@acme/release", "ana"]
[people.ana]
logins = { github = "ana-s" }
emails = ["ana@acme.example"]
keys = ["ssh-ed25519 AAAA"]
[approval]
listed = ["two", { from = ["ana"] }]
[approval.two]
count = 2
when = { paths = ["db/**"] }
[[protect]]
refs = ["main", "release/*"]
name = "schema changes"
why = "the database is shared"
mode = "warn"
since = 2026-12-01
when = { paths = ["db/**"], not = { pusher = ["release"] }, any = [{ message = "x" }] }
fast-forward-only = true
[[exempt]]
rule = "fast-forward-only"
refs = ["main"]
paths = ["x"]
commits = ["9be0d11"]
actors = ["release"]
until = 2027-06-30
why = "a rewrite that was agreed on"
"#;

/// TOML as editors see it: dates are strings.
fn plain(value: toml::Value) -> Value {
    match value {
        toml::Value::Table(keys) => keys.into_iter().map(|(key, it)| (key, plain(it))).collect(),
        toml::Value::Array(parts) => parts.into_iter().map(plain).collect(),
        toml::Value::Datetime(at) => json!(at.to_string()),
        toml::Value::String(it) => json!(it),
        toml::Value::Integer(it) => json!(it),
        toml::Value::Float(it) => json!(it),
        toml::Value::Boolean(it) => json!(it),
    }
}

fn walk(value: &Value, at: &str, look: &mut dyn FnMut(&serde_json::Map<String, Value>, &str)) {
    match value {
        Value::Object(keys) => {
            look(keys, at);
            keys.iter().for_each(|(key, it)| walk(it, &format!("{at}/{key}"), look));
        }
        Value::Array(parts) => parts.iter().for_each(|it| walk(it, at, look)),
        _ => {}
    }
}
