//! Conditions on the repository.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Table, Value};

use super::words::{self, Like, Words};
use super::{Case, Family, Predicate};
use crate::model::{Expression, Fact, Need, People};

/// This part of the manual.
pub(super) const FAMILY: Family = Family {
    title: "repository: where the change would land",
    manual: "\
For a policy that several repositories share. A property with several values matches
if one of them does, and matches none of `not-matches` if none of them does. One that
is not set matches nothing. Letter case does not matter in topics.

```toml
when.repository = { matches = [\"^acme/svc-\"] }
when.properties = { tier = { matches = [\"^1$\"] } }
```
",
};

/// Its name is like this.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Name(Like);

impl Predicate for Name {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Repository]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        Ok(self.0.holds(&case.change.facts.repository()?.name))
    }

    fn written(&self) -> Value {
        self.0.written()
    }
}

/// It has all of these.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Topics(Words);

impl Predicate for Topics {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Repository]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let repository = case.change.facts.repository()?;
        let has = |name: &String| {
            repository.topics.iter().any(|it| it.to_lowercase() == name.to_lowercase())
        };
        Ok(self.0.0.iter().all(has))
    }

    fn written(&self) -> Value {
        words::texts(&self.0.0)
    }
}

/// What its properties must be like, by name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "BTreeMap<String, Property>")]
#[schemars(with = "BTreeMap<String, Property>")]
pub(super) struct Properties(BTreeMap<String, Property>);

/// What a property must be like.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Property {
    /// Regular expressions; a value matches one of them.
    matches: Vec<Expression>,
    /// Regular expressions; no value matches one of them.
    not_matches: Vec<Expression>,
    /// Whether it has a value at all.
    set: Option<bool>,
}

impl TryFrom<BTreeMap<String, Property>> for Properties {
    type Error = String;

    fn try_from(written: BTreeMap<String, Property>) -> Result<Self, String> {
        let hollow =
            |it: &Property| it.matches.is_empty() && it.not_matches.is_empty() && it.set.is_none();
        if written.is_empty() || written.values().any(hollow) {
            let mend = "write such as `tier = { matches = [\"^1$\"] }`";
            return Err(format!("asks nothing of a property; {mend}"));
        }
        Ok(Self(written))
    }
}

impl Predicate for Properties {
    fn needs(&self, _: &People) -> Vec<Need> {
        vec![Need::Repository]
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        let repository = case.change.facts.repository()?;
        Ok(self.0.iter().all(|(name, asked)| {
            let values = repository.properties.get(name).map(Vec::as_slice).unwrap_or_default();
            let texts = values.iter().map(String::as_str);
            asked.set.is_none_or(|set| set != values.is_empty())
                && words::like(&asked.matches, &asked.not_matches, texts)
        }))
    }

    fn written(&self) -> Value {
        let property = |asked: &Property| {
            let mut table = Table::new();
            words::put(&mut table, "matches", words::expressions(&asked.matches));
            words::put(&mut table, "not-matches", words::expressions(&asked.not_matches));
            table.extend(asked.set.map(|it| ("set".to_owned(), Value::Boolean(it))));
            Value::Table(table)
        };
        Value::Table(self.0.iter().map(|(name, it)| (name.clone(), property(it))).collect())
    }
}
