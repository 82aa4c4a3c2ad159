//! One of `approval_rules`.

use super::options::Options;
use super::{actors, predicates};
use crate::import::draft::{Draft, Value};
use crate::import::theirs::{Fields, Reading, Theirs};

/// A rule as a named requirement.
#[derive(Debug)]
pub(super) struct Rule<'n> {
    pub(super) name: String,
    pub(super) theirs: Theirs<'n>,
    description: Option<String>,
    keys: Vec<(String, Value)>,
}

impl Rule<'_> {
    pub(super) fn write(&self, draft: &mut Draft) {
        draft.table(&["approval", &self.name]);
        if let Some(description) = &self.description {
            draft.comment(description);
        }
        for (key, value) in &self.keys {
            draft.key(key, value);
        }
    }
}

/// All rules, each name once.
pub(super) fn rules<'n>(
    it: Option<&Theirs<'n>>,
    defaults: &Options,
    reading: &mut Reading,
) -> Vec<Rule<'n>> {
    let list = it.map(|it| reading.list(it)).unwrap_or_default();
    let mut rules: Vec<Rule<'_>> = Vec::new();
    for it in list {
        let Some(rule) = rule(it, defaults, reading) else { continue };
        if rules.iter().any(|other| other.name == rule.name) {
            let what = format!("the name `{}` is there twice", rule.name);
            reading.wrong("name-twice", &rule.theirs, what);
        } else {
            rules.push(rule);
        }
    }
    rules
}

fn rule<'n>(it: Theirs<'n>, defaults: &Options, reading: &mut Reading) -> Option<Rule<'n>> {
    let fields = reading.fields(&it, &["name", "description", "if", "options", "requires"]);
    let Some(name) = fields.get("name") else {
        reading.mistake("no-name", &it, "it has no name", Some("add `name`".to_owned()));
        return None;
    };
    let name = reading.text(name)?;
    let description = fields.get("description").and_then(|it| reading.text(it));
    let options = match fields.get("options") {
        Some(options) => defaults.clone().with(options, reading),
        None => defaults.clone(),
    };
    let when = fields.get("if").map(|it| predicates::all(it, reading)).unwrap_or_default();
    let keys = keys(&name, &fields, when, &options, reading);
    Some(Rule { name, theirs: it, description, keys })
}

/// What the rule asks, key by key.
fn keys(
    name: &str,
    fields: &Fields<'_>,
    when: Vec<(String, Value)>,
    options: &Options,
    reading: &mut Reading,
) -> Vec<(String, Value)> {
    let mut known = actors::KEYS.to_vec();
    known.extend(["count", "conditions"]);
    let requires = fields.get("requires");
    let inner = requires.map(|it| (it, reading.fields(it, &known)));
    let part = |key| inner.as_ref().and_then(|(_, fields)| fields.get(key));
    let count = part("count").and_then(|it| reading.number(it)).unwrap_or_default();
    let from = inner.as_ref().map(|(_, it)| actors::named(it, reading)).unwrap_or_default();
    let conditions = part("conditions").map(|it| predicates::all(it, reading)).unwrap_or_default();
    if let Some((requires, _)) = inner.filter(|_| count > 0 && from.is_empty()) {
        let what = format!("`{name}` asks for {count} and names nobody who may approve");
        let hint = "add `users`, `teams`, `organizations` or `permissions`".to_owned();
        reading.mistake("rule-unsatisfiable", requires, what, Some(hint));
    }
    let mut keys = vec![("count".to_owned(), Value::Number(count))];
    let (asks, applies) = (!conditions.is_empty(), !when.is_empty());
    if applies {
        keys.push(("when".to_owned(), predicates::joined(when)));
    } else if count == 0 && !asks {
        keys.push(("when".to_owned(), predicates::always()));
    }
    if asks {
        keys.push(("requires".to_owned(), predicates::joined(conditions)));
    }
    if count > 0 {
        keys.push(("from".to_owned(), actors::list(&from)));
        keys.extend(options.keys());
    }
    keys
}
