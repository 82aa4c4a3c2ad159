//! GitHub's published description of its REST API: finds operations, holds requests
//! and answers to it, and fills in what the state does not know.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::Validator;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
pub struct Description {
    pub version: String,
    pub operations: Vec<Operation>,
    definitions: Map<String, Value>,
}

#[derive(Deserialize)]
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    parameters: Vec<Parameter>,
    body: Option<Value>,
    body_required: bool,
    responses: BTreeMap<String, Option<Value>>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    #[serde(rename = "in")]
    place: String,
    required: bool,
    schema: Value,
}

/// Parameters that may hold slashes.
const LONG: &[&str] = &["path", "ref", "branch", "basehead"];

pub fn description() -> &'static Description {
    static DESCRIPTION: OnceLock<Description> = OnceLock::new();
    DESCRIPTION.get_or_init(|| serde_json::from_str(include_str!("github/rest.json")).unwrap())
}

/// The operation behind a request, and the parts of its path.
pub fn find(method: &str, path: &str) -> Option<(&'static Operation, HashMap<String, String>)> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let mut best: Option<(usize, &Operation, HashMap<String, String>)> = None;
    for it in description().operations.iter().filter(|it| it.method == method) {
        let template: Vec<&str> = it.path.trim_matches('/').split('/').collect();
        let mut found = HashMap::new();
        if fits(&template, &parts, &mut found) {
            let literal = template.iter().filter(|it| !it.starts_with('{')).count();
            if best.as_ref().is_none_or(|(most, ..)| literal > *most) {
                best = Some((literal, it, found));
            }
        }
    }
    best.map(|(_, it, found)| (it, found))
}

fn fits(template: &[&str], parts: &[&str], found: &mut HashMap<String, String>) -> bool {
    let Some((first, rest)) = template.split_first() else {
        return parts.is_empty();
    };
    let Some(name) = first.strip_prefix('{').and_then(|it| it.strip_suffix('}')) else {
        return parts.first() == Some(first) && fits(rest, &parts[1..], found);
    };
    let most = if LONG.contains(&name) { parts.len() } else { parts.len().min(1) };
    for many in (1..=most).rev() {
        if fits(rest, &parts[many..], found) {
            found.insert(name.to_owned(), super::http::decoded(&parts[..many].join("/")));
            return true;
        }
    }
    name == "path"
        && rest.is_empty()
        && parts.is_empty()
        && found.insert(name.to_owned(), String::new()).is_none()
}

impl Operation {
    /// How its lists are turned: by number, or by a mark.
    pub fn turns(&self) -> &'static str {
        let has =
            |name: &&str| self.parameters.iter().any(|it| it.place == "query" && it.name == **name);
        ["page", "after", "cursor"].into_iter().find(|it| has(it)).unwrap_or("page")
    }

    /// What is wrong with a request.
    pub fn faults(&self, query: &[(String, String)], body: Option<&Value>) -> Vec<String> {
        let mut wrong = Vec::new();
        let known =
            |name: &str| self.parameters.iter().find(|it| it.place == "query" && it.name == name);
        for (name, value) in query {
            let Some(parameter) = known(name.trim_end_matches("[]")) else {
                wrong.push(format!("{}: no parameter `{name}` is described", self.id));
                continue;
            };
            if !plausible(&parameter.schema, value) {
                wrong.push(format!("{}: `{name}={value}` is not as described", self.id));
            }
        }
        for it in self.parameters.iter().filter(|it| it.place == "query" && it.required) {
            if !query.iter().any(|(name, _)| *name == it.name) {
                wrong.push(format!("{}: parameter `{}` is missing", self.id, it.name));
            }
        }
        match (body, &self.body) {
            (Some(body), Some(schema)) => {
                let key = format!("{} body", self.id);
                wrong.extend(
                    check(&key, schema, body).into_iter().map(|it| format!("{}: {it}", self.id)),
                );
                wrong.extend(self.unknown_keys(schema, body));
            }
            (None, Some(_)) if self.body_required => {
                wrong.push(format!("{}: the body is missing", self.id))
            }
            (Some(body), None) if !body.is_null() && *body != json!({}) => {
                wrong.push(format!("{}: no body is described", self.id));
            }
            _ => {}
        }
        wrong
    }

    /// GitHub ignores keys that it does not know; who writes them means something.
    fn unknown_keys(&self, schema: &Value, body: &Value) -> Vec<String> {
        let (Some(known), Some(body)) = (properties(schema), body.as_object()) else {
            return Vec::new();
        };
        let unknown = body.keys().filter(|it| !known.contains(*it));
        unknown
            .map(|it| format!("{}: the body has `{it}`, which is not described", self.id))
            .collect()
    }

    /// The schema of an answer; `Err` if the status is not described.
    pub fn answer(&self, status: u16) -> Result<Option<&Value>, ()> {
        self.responses.get(&status.to_string()).map(Option::as_ref).ok_or(())
    }

    /// Completes an answer and says what is wrong with it.
    pub fn complete(&self, status: u16, body: &mut Value) -> Vec<String> {
        match self.answer(status) {
            Ok(Some(schema)) => {
                fill(schema, body);
                let key = format!("{} {status}", self.id);
                check(&key, schema, body)
                    .into_iter()
                    .map(|it| format!("answer of {key}: {it}"))
                    .collect()
            }
            Ok(None) => Vec::new(),
            Err(()) if status >= 300 => Vec::new(),
            Err(()) => vec![format!("answer of {}: {status} is not described", self.id)],
        }
    }
}

/// All keys that an object may have, if that is said.
fn properties(schema: &Value) -> Option<Vec<String>> {
    let schema = followed(schema);
    if let Some(Value::Object(known)) = schema.get("properties") {
        return Some(known.keys().cloned().collect());
    }
    let any = ["anyOf", "allOf"].iter().find_map(|it| schema.get(*it))?.as_array()?;
    let all: Option<Vec<_>> = any.iter().map(properties).collect();
    Some(all?.concat())
}

/// Whether text in a query can be what a schema asks for.
fn plausible(schema: &Value, text: &str) -> bool {
    let schema = followed(schema);
    if let Some(any) = schema.get("anyOf").and_then(Value::as_array) {
        return any.iter().any(|it| plausible(it, text));
    }
    let listed = schema.get("enum").and_then(Value::as_array);
    if listed.is_some_and(|all| !all.iter().any(|it| it.as_str().is_some_and(|it| it == text))) {
        return false;
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("integer" | "number") => text.parse::<i64>().is_ok(),
        Some("boolean") => matches!(text, "true" | "false"),
        _ => true,
    }
}

fn followed(schema: &Value) -> &Value {
    let mut at = schema;
    while let Some(name) = at.get("$ref").and_then(Value::as_str) {
        at = &description().definitions[name.trim_start_matches("#/definitions/")];
    }
    at
}

/// What of a value is not as its schema says.
fn check(key: &str, schema: &Value, value: &Value) -> Vec<String> {
    static COMPILED: Mutex<Option<HashMap<String, Arc<Validator>>>> = Mutex::new(None);
    let known = COMPILED.lock().unwrap().get_or_insert_default().get(key).cloned();
    let validator = known.unwrap_or_else(|| {
        let made = Arc::new(compiled(schema));
        COMPILED.lock().unwrap().get_or_insert_default().insert(key.to_owned(), made.clone());
        made
    });
    let said = |it: jsonschema::ValidationError<'_>| {
        let what: String = it.to_string().chars().take(300).collect();
        format!("at `{}`: {what}", it.instance_path())
    };
    validator.iter_errors(value).take(5).map(said).collect()
}

/// A validator with only the definitions that it needs.
fn compiled(schema: &Value) -> Validator {
    let (mut needed, mut todo) = (Map::new(), vec![schema.clone()]);
    while let Some(it) = todo.pop() {
        let mut names = Vec::new();
        mentioned(&it, &mut names);
        for name in names {
            if !needed.contains_key(&name) {
                let found = description().definitions[&name].clone();
                todo.push(found.clone());
                needed.insert(name, found);
            }
        }
    }
    let whole = json!({ "allOf": [schema], "definitions": needed });
    let draft = jsonschema::Draft::Draft7;
    jsonschema::options().with_draft(draft).should_validate_formats(true).build(&whole).unwrap()
}

fn mentioned(schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(it) => {
            for (key, value) in it {
                match value.as_str() {
                    Some(name) if key == "$ref" => {
                        names.push(name.trim_start_matches("#/definitions/").to_owned());
                    }
                    _ => mentioned(value, names),
                }
            }
        }
        Value::Array(it) => it.iter().for_each(|it| mentioned(it, names)),
        _ => {}
    }
}

/// Completes a value by the definition of that name.
pub fn filled(definition: &str, mut value: Value) -> Value {
    fill(&description().definitions[definition], &mut value);
    value
}

/// Adds what a schema requires and the state does not know: the emptiest value that fits.
fn fill(schema: &Value, value: &mut Value) {
    let schema = followed(schema);
    if let Some(all) = schema.get("allOf").and_then(Value::as_array) {
        all.iter().for_each(|it| fill(it, value));
    }
    if let Some(any) = schema.get("anyOf").and_then(Value::as_array)
        && let Some(one) = best(any, value)
    {
        fill(one, value);
    }
    match value {
        Value::Object(it) => {
            let required = schema.get("required").and_then(Value::as_array);
            for name in required.into_iter().flatten().filter_map(Value::as_str) {
                if !it.contains_key(name) {
                    it.insert(name.to_owned(), empty(&schema["properties"][name]));
                }
            }
            for (name, inner) in it.iter_mut() {
                if let Some(schema) = schema.get("properties").and_then(|all| all.get(name)) {
                    fill(schema, inner);
                }
            }
        }
        Value::Array(all) => {
            if let Some(schema) = schema.get("items") {
                all.iter_mut().for_each(|it| fill(schema, it));
            }
        }
        _ => {}
    }
}

/// The alternative that a value looks most like.
fn best<'s>(any: &'s [Value], value: &Value) -> Option<&'s Value> {
    let score = |schema: &Value| -> i64 {
        let schema = followed(schema);
        let kind = match value {
            Value::Object(_) => "object",
            Value::Array(_) => "array",
            Value::String(_) => "string",
            _ => return 0,
        };
        let said = &schema["type"];
        let fits = said.is_null()
            || said == kind
            || said.as_array().is_some_and(|it| it.contains(&json!(kind)));
        let (Some(given), Some(known)) = (value.as_object(), schema["properties"].as_object())
        else {
            return i64::from(fits);
        };
        let apart = |name: &String| {
            let only = known[name].get("enum").and_then(Value::as_array);
            only.is_some_and(|only| !only.contains(&given[name]))
        };
        let both = given.keys().filter(|it| known.contains_key(*it));
        both.map(|it| if apart(it) { -1000 } else { 2 }).sum::<i64>()
            - i64::try_from(known.len()).unwrap() / 64
    };
    let mut found: Option<(i64, &Value)> = None;
    for it in any.iter().filter(|it| it["type"] != "null") {
        let score = score(it);
        if found.is_none_or(|(most, _)| score > most) {
            found = Some((score, it));
        }
    }
    found.map(|it| it.1)
}

fn empty(schema: &Value) -> Value {
    let schema = followed(schema);
    let mut value = match &schema["type"] {
        Value::Array(_) => Value::Null,
        Value::String(kind) => plain(kind, schema),
        _ => match schema.get("anyOf").and_then(Value::as_array) {
            Some(any) if any.iter().any(|it| it["type"] == "null") => Value::Null,
            Some(any) => empty(&any[0]),
            None => json!({}),
        },
    };
    if value.is_object() {
        fill(schema, &mut value);
    }
    value
}

fn plain(kind: &str, schema: &Value) -> Value {
    if let Some(first) = schema["enum"].as_array().and_then(|it| it.first()) {
        return first.clone();
    }
    match (kind, schema["format"].as_str()) {
        ("string", Some("date-time")) => json!("2026-01-01T00:00:00Z"),
        ("string", Some("uri")) => json!("https://github.example/not-known"),
        ("string", _) if schema["minLength"].as_u64() > Some(0) => {
            json!("0".repeat(usize::try_from(schema["minLength"].as_u64().unwrap()).unwrap()))
        }
        ("string", _) => json!(""),
        ("integer" | "number", _) => schema.get("minimum").cloned().unwrap_or(json!(0)),
        ("boolean", _) => json!(false),
        ("array", _) => json!([]),
        ("null", _) => Value::Null,
        _ => json!({}),
    }
}
