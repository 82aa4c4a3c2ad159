//! What is wrong with a file is told in words of the file, not of the program.
//!
//! The schemas say what can be written; here something else stands in its place.

#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use refgate::{policy, record};
use regex::Regex;
use serde_json::{Map, Value, json};

/// Words that nobody who writes a file need know.
const LEAKS: &str = "(?x)
    \\b(?:[iu](?:8|16|32|64|128|size)|f32|f64|struct|enum|variants?|untagged|tagged|tuple|
    sequence|map|newtype|unit|borrowed|deserial\\w*|serde|None|Some|Vec|BTreeMap|
    identifier|floating|any\\x20valid)\\b
    | :: | \\b(?:[A-Z][a-z]+){2,}\\b | \\b(?:Head|Leaf|Terms|Requirement|Settings|Oid)\\b";

/// Something of every kind, to stand where something else should.
fn wrong() -> Vec<Value> {
    vec![
        json!(true),
        json!(7),
        json!(-7),
        json!(99_999_999_999_i64),
        json!(1.5),
        json!(""),
        json!("x"),
        json!("x y/["),
        json!([]),
        json!([[]]),
        json!([7]),
        json!(["x"]),
        json!([{}]),
        json!({}),
        json!({ "x": 7 }),
        json!({ "x": {} }),
        json!([7, 7, 7]),
    ]
}

/// What a schema allows, each with something wrong in one place.
struct Wrong<'s> {
    root: &'s Value,
    all: Vec<Value>,
}

impl Wrong<'_> {
    /// Everything wrong that can stand for `schema`; what has a name is taken once.
    fn of(&self, schema: &Value, seen: &mut Vec<String>) -> Vec<Value> {
        let mut found = self.all.clone();
        if let Some(name) = schema["$ref"].as_str() {
            if seen.iter().any(|it| it == name) {
                return found;
            }
            seen.push(name.to_owned());
            let inner = self.root.pointer(name.trim_start_matches('#')).unwrap();
            found.extend(self.of(inner, seen));
        }
        for kind in ["anyOf", "oneOf", "allOf", "prefixItems"] {
            for inner in schema[kind].as_array().into_iter().flatten() {
                found.extend(self.of(inner, seen));
            }
        }
        if schema["items"].is_object() {
            found.extend(self.of(&schema["items"], seen).into_iter().map(|it| json!([it])));
        }
        let none = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        let any = schema["additionalProperties"].as_object().map(|_| {
            let name = schema["additionalProperties"]["propertyNames"]["const"].as_str();
            (
                name.unwrap_or("c300000000000000000000000000000000000000"),
                &schema["additionalProperties"],
            )
        });
        for (key, inner) in properties.iter().map(|(key, it)| (key.as_str(), it)).chain(any) {
            found.extend(self.of(inner, seen).into_iter().map(|it| json!({ key: it })));
        }
        found.sort_by_cached_key(ToString::to_string);
        found.dedup();
        found
    }
}

fn wrong_of(schema: &Value) -> Vec<Value> {
    let all = Wrong { root: schema, all: wrong() };
    all.of(schema, &mut Vec::new())
}

/// The messages that leak a word, each with a file that leads to it.
fn leaks(said: impl Iterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let leak = Regex::new(LEAKS).unwrap();
    let own = Regex::new("`[^`]*`|\"[^\"]*\"|GitHub|GitLab").unwrap();
    let leaks = |it: &str| leak.is_match(&own.replace_all(it, ""));
    said.filter(|(message, _)| leaks(message)).collect()
}

#[test]
fn a_policy_is_told_in_its_own_words() {
    let said = wrong_of(&policy::schema()).into_iter().flat_map(|wrong| {
        let mut wrong = wrong.as_object().cloned().unwrap_or_default();
        wrong.entry("version").or_insert(json!(1));
        let text = toml::to_string(&wrong).unwrap_or_default();
        let problems = policy::parse("x.toml", &text, &mut |_| Err("it is not here".to_owned()));
        let problems = problems.err().map(|it| it.0).unwrap_or_default();
        problems.into_iter().map(move |it| (it.what, text.clone())).collect::<Vec<_>>()
    });
    let leaks = leaks(said);
    assert!(leaks.is_empty(), "{} leaks: {leaks:#?}", leaks.len());
}

#[test]
fn facts_are_told_in_their_own_words() {
    let said = wrong_of(&record::schema()).into_iter().flat_map(|wrong| {
        let mut wrong = wrong.as_object().cloned().unwrap_or_default();
        for (key, value) in [("format", json!(1)), ("stage", json!("github"))] {
            wrong.entry(key).or_insert(value);
        }
        let files = [
            ("x.toml", toml::to_string(&wrong).unwrap_or_default()),
            ("x.json", serde_json::to_string(&wrong).unwrap()),
        ];
        files.into_iter().filter_map(|(name, text)| {
            let problem = record::read(name, text.as_bytes(), None).err()?;
            Some((problem.what, text))
        })
    });
    let leaks = leaks(said);
    assert!(leaks.is_empty(), "{} leaks: {leaks:#?}", leaks.len());
}
