//! The policy's schema, for editors.
//!
//! In terms of draft 4 of JSON Schema: what many editors read TOML by knows
//! nothing newer.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::{Mode, PRESETS, When};
use crate::model::Stage;
use crate::rule::{BUILT_IN, RULES, Requirement};

/// The JSON schema of `refgate.toml`.
pub fn schema() -> Value {
    let mut settings = SchemaSettings::draft07();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let mut generator = settings.into_generator();
    let protection = protection(&mut generator);
    let approval = part::<Requirement>(&mut generator);
    let mut definitions: Map<String, Value> = generator.take_definitions(false);
    definitions.values_mut().for_each(plain);
    let presets: Vec<_> = PRESETS.iter().map(|(name, _)| format!("preset:{name}")).collect();
    json!({
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "refgate.toml",
        "description": "What Refgate asks of which refs",
        "type": "object",
        "additionalProperties": false,
        "required": ["version"],
        "properties": {
            "version": described("The version of the policy's language", json!({ "enum": [1] })),
            "extends": described(
                &format!("What this policy adds to: files, relative to it, {}", presets.join(", ")),
                strings(),
            ),
            "stages": described(
                "Where the policy is enforced",
                json!({ "type": "array", "items": stages() }),
            ),
            "roles": described(
                "Names for groups of people: logins, people, roles or teams (`@org/team`)",
                json!({ "type": "object", "additionalProperties": strings() }),
            ),
            "people": described(
                "Who is who: the logins, addresses and keys of one person",
                json!({ "type": "object", "additionalProperties": person() }),
            ),
            "approval": described(
                "Names for approvals, which `approvals` of a protection may say",
                json!({ "type": "object", "additionalProperties": approval }),
            ),
            "protect": described(
                "What is asked of which refs; every protection that names a ref holds",
                json!({ "type": "array", "items": protection }),
            ),
            "exempt": described(
                "What need not follow which rule, why, and until when",
                json!({ "type": "array", "items": exemption() }),
            ),
            "test": described(
                "What the policy should say of a change; `refgate test` runs them",
                json!({ "type": "array", "items": test() }),
            ),
        },
        "definitions": definitions,
    })
}

fn protection(generator: &mut SchemaGenerator) -> Value {
    let mut keys = Map::new();
    let mut add = |key: &str, what: &str, schema| {
        keys.insert(key.to_owned(), described(what, schema));
    };
    let text = || json!({ "type": "string" });
    add(
        "refs",
        "Patterns: `main` is a branch, `refs/tags/v*` tags, `**` every ref",
        some_strings(),
    );
    add("name", "What reports call it", text());
    add("why", "Why it is asked; reports say so", text());
    add("mode", "Whether it denies or only warns", part::<Mode>(generator));
    add("since", "From when on it denies; until then it warns", text());
    add("when", "To which changes it applies; to all, if missing", part::<When>(generator));
    for spec in RULES {
        let mut settings = (spec.schema)(generator).to_value();
        plain(&mut settings);
        add(spec.name, spec.summary(), settings);
    }
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["refs"],
        "properties": keys,
    })
}

fn part<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    let mut schema = generator.subschema_for::<T>().to_value();
    plain(&mut schema);
    schema
}

fn exemption() -> Value {
    let built_in = BUILT_IN.iter().map(|(spec, _)| spec.name);
    let rules: Vec<_> = RULES.iter().map(|it| it.name).chain(built_in).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["rule", "until", "why"],
        "properties": {
            "rule": described("The rule", json!({ "enum": rules })),
            "refs": described("For these refs alone", some_strings()),
            "paths": described("For findings in these files alone", some_strings()),
            "commits": described("For findings in these commits alone", strings()),
            "actors": described("For these people alone", strings()),
            "until": described("The day it ends, such as 2027-06-30", json!({ "type": "string" })),
            "why": described("Why it is given; reports say so", json!({ "type": "string" })),
        },
    })
}

fn test() -> Value {
    let expect = json!({ "enum": ["allowed", "warned", "pending", "denied", "refused"] });
    let words = "Rules, requirements and codes of reasons that should";
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name", "expect"],
        "properties": {
            "name": described("A sentence that says what holds", json!({ "type": "string" })),
            "expect": described("What the verdict should be", expect),
            "because": described(&format!("{words} speak against the change"), strings()),
            "not-because": described(&format!("{words} not speak against it"), strings()),
            "stage": described("Where it is judged", stages()),
            "at": described("When it is judged", json!({ "type": "string" })),
            "todo": described("Whether it is known to fail", json!({ "type": "boolean" })),
            "unprotected": described(
                "Whether no protection is meant to name the ref",
                json!({ "type": "boolean" }),
            ),
            "change": described("What is done, in short", json!({ "type": "object" })),
            "facts": described(
                "Facts, as recorded ones are written, or the file of a record",
                json!({ "type": ["object", "string"] }),
            ),
        },
    })
}

fn person() -> Value {
    let logins = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "logins": described("Logins, by host", logins),
            "emails": described("Addresses", strings()),
            "keys": described("Public keys that sign for them", strings()),
        },
    })
}

fn stages() -> Value {
    let names: Vec<_> = Stage::ALL.iter().map(ToString::to_string).collect();
    json!({ "enum": names })
}

fn strings() -> Value {
    json!({ "type": "array", "items": { "type": "string" } })
}

fn some_strings() -> Value {
    json!({ "type": "array", "minItems": 1, "items": { "type": "string" } })
}

/// `schema` with a description, unless it is a reference, beside which draft 4
/// reads nothing.
fn described(what: &str, schema: Value) -> Value {
    match schema {
        Value::Object(mut keys) if !keys.contains_key("$ref") => {
            keys.insert("description".to_owned(), json!(what));
            Value::Object(keys)
        }
        Value::Object(keys) => json!({ "description": what, "allOf": [keys] }),
        Value::Bool(_) => json!({ "description": what }),
        other => other,
    }
}

/// Turns what newer drafts say into what draft 4 says, everywhere within.
fn plain(schema: &mut Value) {
    match schema {
        Value::Array(parts) => parts.iter_mut().for_each(plain),
        Value::Object(keys) => {
            keys.values_mut().for_each(plain);
            plain_keys(keys);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn plain_keys(keys: &mut Map<String, Value>) {
    if let Some(only) = keys.remove("const") {
        keys.insert("enum".to_owned(), json!([only]));
    }
    // TOML has no null: a key is there or it is not.
    if keys.get("default").is_some_and(Value::is_null) {
        keys.remove("default");
    }
    keys.remove("format");
    without_null(keys, "type");
    without_null(keys, "enum");
    if let Some(Value::Array(types)) = keys.get("type")
        && let [only] = types.as_slice()
    {
        let only = only.clone();
        keys.insert("type".to_owned(), only);
    }
    bound(keys, "exclusiveMinimum", "minimum");
    bound(keys, "exclusiveMaximum", "maximum");
    for choice in ["anyOf", "oneOf"] {
        let Some(Value::Array(mut parts)) = keys.remove(choice) else { continue };
        parts.retain(|it| it != &json!({ "type": "null" }));
        match one_of_words(&parts) {
            Some(words) => {
                keys.insert("enum".to_owned(), Value::Array(words));
            }
            None if parts.len() == 1 => {
                for (key, value) in parts.remove(0).as_object().into_iter().flatten() {
                    keys.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            None => {
                keys.insert(choice.to_owned(), Value::Array(parts));
            }
        }
    }
}

fn without_null(keys: &mut Map<String, Value>, key: &str) {
    if let Some(Value::Array(values)) = keys.get_mut(key) {
        values.retain(|it| !it.is_null() && it != "null");
    }
}

/// Draft 4 says `minimum` and that it is exclusive; later ones say it in one.
fn bound(keys: &mut Map<String, Value>, exclusive: &str, bound: &str) {
    if let Some(limit) = keys.get(exclusive).filter(|it| it.is_number()).cloned() {
        keys.insert(bound.to_owned(), limit);
        keys.insert(exclusive.to_owned(), json!(true));
    }
}

/// All the words, if every part is a choice of words.
fn one_of_words(parts: &[Value]) -> Option<Vec<Value>> {
    let mut words = Vec::new();
    for part in parts {
        words.extend(part.get("enum")?.as_array()?.iter().cloned());
    }
    (!words.is_empty()).then_some(words)
}
