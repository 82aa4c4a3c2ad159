//! GraphQL: a query is held to GitHub's published schema, then answered by walking what it
//! selects over the state. A field that the state does not know is the test's error.

mod code;
mod events;
mod node;
mod people;
mod pull;
mod runs;
mod walk;

use std::sync::OnceLock;

use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::{Value, json};

use super::server::{Answer, Asked, who};
use super::state::{Who, Whose, World, time};

pub use node::{Got, Node};

fn schema() -> &'static Valid<Schema> {
    static SCHEMA: OnceLock<Valid<Schema>> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let text = include_str!("../github/schema.graphql");
        Schema::parse_and_validate(text, "schema.graphql")
            .unwrap_or_else(|it| panic!("{}", it.errors))
    })
}

pub fn answer(world: &mut World, asked: &Asked, partial: Option<&'static str>) -> Answer {
    if asked.header("user-agent").is_none_or(str::is_empty) {
        world.wrong("graphql: no User-Agent");
    }
    let who = match who(world, asked) {
        Ok(Who::Nobody) => Err("This endpoint requires you to be authenticated.".to_owned()),
        Ok(Who::App(_)) => Err("Resource not accessible by a JSON web token".to_owned()),
        other => other,
    };
    let whose = match who {
        Ok(Who::Token(whose)) => whose,
        other => {
            let why = other.err().unwrap_or_default();
            return Answer::json(
                401,
                &json!({ "message": why, "documentation_url": "https://docs.github.com/graphql" }),
            );
        }
    };
    let Some(body) = asked.json().filter(|it| asked.method == "POST" && it["query"].is_string())
    else {
        world.wrong("graphql: the body is no POST of a query");
        return Answer::json(
            400,
            &json!({ "message": "A query attribute must be specified and must be a string." }),
        );
    };
    let answer = match executed(world, &body, whose.clone(), partial) {
        Ok(value) => Answer::json(200, &value),
        Err(why) => {
            world.wrong(format!("graphql: {why}"));
            Answer::json(200, &json!({ "errors": [{ "message": why }] }))
        }
    };
    let until = world.clock() + 3600;
    let left = match &whose {
        Whose::Installation { id, .. } => {
            let left = world.left.entry(*id).or_insert(5000);
            *left = left.saturating_sub(1);
            *left
        }
        Whose::User(_) => 5000,
    };
    answer
        .with("x-ratelimit-limit", "5000")
        .with("x-ratelimit-remaining", left.to_string())
        .with("x-ratelimit-reset", until.to_string())
        .with("x-ratelimit-resource", "graphql")
}

fn executed(
    world: &mut World,
    body: &Value,
    whose: Whose,
    partial: Option<&'static str>,
) -> Result<Value, String> {
    let query = body["query"].as_str().unwrap_or("");
    let document = ExecutableDocument::parse_and_validate(schema(), query, "query.graphql");
    let document = document.map_err(|it| it.errors.to_string())?;
    let operation =
        document.operations.get(body["operationName"].as_str()).map_err(|it| format!("{it:?}"))?;
    let given = if body["variables"].is_null() { json!({}) } else { body["variables"].clone() };
    for name in given.as_object().ok_or("variables are no object")?.keys() {
        if !operation.variables.iter().any(|it| it.name == name.as_str()) {
            return Err(format!("variable ${name} is given and not declared"));
        }
    }
    let given: JsonMap = serde_json::from_value(given).map_err(|it| it.to_string())?;
    let variables = apollo_compiler::request::coerce_variable_values(schema(), operation, &given);
    let variables = variables.map_err(|it| it.message().to_string())?;
    let variables = serde_json::to_value(&*variables).map_err(|it| it.to_string())?;
    let many = walk::nodes(&document, &operation.selection_set, &variables, 1);
    if many > 500_000 {
        let why = format!(
            "This query requests up to {many} possible nodes which exceeds the maximum limit of 500,000."
        );
        return Ok(json!({ "errors": [{ "type": "MAX_NODE_LIMIT_EXCEEDED", "message": why }] }));
    }
    let mut walk = walk::Walk {
        world,
        document: &document,
        variables,
        whose,
        partial,
        errors: Vec::new(),
        wrong: Vec::new(),
        nodes: many,
    };
    let root = if operation.is_mutation() { Node::Mutation } else { Node::Query };
    let data =
        walk.object(&root, &[&operation.selection_set], &mut Vec::new()).unwrap_or(Value::Null);
    let (errors, wrong) = (walk.errors, walk.wrong);
    wrong.into_iter().for_each(|it| world.wrong(it));
    let mut out = json!({ "data": data });
    if !errors.is_empty() {
        out["errors"] = json!(errors);
    }
    Ok(out)
}

impl World {
    pub(super) fn rate_limit(&self, whose: &Whose, nodes: u64) -> Got {
        let left = match whose {
            Whose::Installation { id, .. } => self.left.get(id).copied().unwrap_or(5000),
            Whose::User(_) => 5000,
        };
        Got::made(
            "RateLimit",
            vec![
                ("cost", Got::leaf(1)),
                ("limit", Got::leaf(5000)),
                ("nodeCount", Got::leaf(nodes)),
                ("remaining", Got::leaf(left)),
                ("used", Got::leaf(5000 - left.min(5000))),
                ("resetAt", Got::leaf(time(self.clock() + 3600))),
            ],
        )
    }
}
