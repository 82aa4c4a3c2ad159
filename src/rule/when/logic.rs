//! Conditions made of conditions.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Value;

use super::{Case, Family, Predicate, When, every, not, some};
use crate::model::{Fact, Need, People, Reason};

/// This part of the manual.
pub(super) const FAMILY: Family = Family {
    title: "logic: conditions of conditions",
    manual: "\
Within a condition everything must hold. These three say it otherwise, and nest. What
is not known makes a whole unknown, unless the rest decides: a part that does not hold
decides `all`, one that does decides `any`.

```toml
when = { any = [{ paths = [\"db/**\"] }, { labels = [\"schema\"], not = { fork = true } }] }
```
",
};

/// One of these holds.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Any(Vec<When>);

impl Predicate for Any {
    fn needs(&self, people: &People) -> Vec<Need> {
        self.0.iter().flat_map(|it| it.needs(people)).collect()
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        some(self.0.iter().map(|it| it.holds(case)))
    }

    fn written(&self) -> Value {
        Value::Array(self.0.iter().map(When::table).collect())
    }

    fn hollow(&self) -> bool {
        self.0.is_empty() || self.0.iter().any(When::hollow)
    }
}

/// All of these hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct All(Vec<When>);

impl Predicate for All {
    fn lacks(&self, case: &Case<'_>) -> Fact<Vec<Reason>> {
        Ok(self.0.iter().flat_map(|it| it.lacks(case)).collect())
    }

    fn needs(&self, people: &People) -> Vec<Need> {
        self.0.iter().flat_map(|it| it.needs(people)).collect()
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        every(self.0.iter().map(|it| it.holds(case)))
    }

    fn written(&self) -> Value {
        Value::Array(self.0.iter().map(When::table).collect())
    }

    fn hollow(&self) -> bool {
        self.0.is_empty() || self.0.iter().any(When::hollow)
    }
}

/// This does not hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Not(Box<When>);

impl Predicate for Not {
    fn needs(&self, people: &People) -> Vec<Need> {
        self.0.needs(people)
    }

    fn holds(&self, case: &Case<'_>) -> Fact<bool> {
        not(self.0.holds(case))
    }

    fn written(&self) -> Value {
        self.0.table()
    }

    fn hollow(&self) -> bool {
        self.0.hollow()
    }
}
