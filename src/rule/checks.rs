//! The `checks` rule.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{CheckRun, CheckState, Decision, Fact, Need, Reason, Said, Unknown};

/// The checks that must have succeeded. Never empty.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Check>")]
#[schemars(with = "Vec<Check>")]
pub(crate) struct Checks(Vec<Check>);

/// A check, by its name and perhaps by who runs it.
struct Check {
    name: String,
    app: Option<u64>,
}

impl TryFrom<Vec<Check>> for Checks {
    type Error = String;

    fn try_from(checks: Vec<Check>) -> Result<Self, Self::Error> {
        if checks.is_empty() {
            return Err("names no check".to_owned());
        }
        if checks.iter().any(|it| it.name.trim().is_empty()) {
            return Err("a check has no name".to_owned());
        }
        Ok(Self(checks))
    }
}

impl Rule for Checks {
    const NAME: &'static str = "checks";
    const FAMILY: Family = Family::Evidence;
    const NEEDS: &'static [Need] = &[Need::Checks];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const MANUAL: &'static str = "\
Asks for checks to have succeeded on the commit that the ref shall point to.

A check is named as the host shows it. With `app`, the number of a GitHub app, only
that app's check counts: anyone who may run a workflow can make one of any name.
If a name has several runs, all must have succeeded. Only the host knows checks: a
push is sent there.

```toml
checks = [\"build\", { name = \"test\", app = 15368 }]
```

To satisfy it, open a pull request, and mend what its checks find.
";

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("a deletion needs no checks: see `delete`"));
            return Ok(());
        }
        // Nothing can have run on a commit that is not written.
        let Some(new) = case.update.new_oid() else {
            return Err(Unknown::NotHere(Need::Checks));
        };
        let runs = case.change.facts.checks(new)?;
        for check in &self.0 {
            said.say(check.state(&runs));
        }
        Ok(())
    }
}

impl Check {
    /// How far it got: the worst of its runs.
    fn state(&self, runs: &[CheckRun]) -> Reason {
        let Self { name, app } = self;
        let named = runs.iter().filter(|it| it.name == *name);
        let (ours, others): (Vec<_>, Vec<_>) =
            named.partition(|it| app.is_none() || it.app == *app);
        let any = |state| ours.iter().any(|it| it.state == state);
        let pending = |what| Reason::new(Decision::Pending, what);
        let bad = |it: &&CheckRun| !matches!(it.state, CheckState::Running | CheckState::Success);
        if ours.iter().copied().any(|it| bad(&it)) {
            Reason::deny(format!("{name} failed")).hint("mend what the check found, and push again")
        } else if any(CheckState::Running) {
            pending(format!("{name} is running")).hint("wait for it")
        } else if any(CheckState::Success) {
            Reason::pass(format!("{name} succeeded"))
        } else if let (false, Some(app)) = (others.is_empty(), app) {
            pending(format!("{name} was run by another app than {app}"))
                .hint("let the app named in the policy run it")
        } else {
            pending(format!("{name} has not started")).hint("start it, or push again")
        }
    }
}

impl<'de> Deserialize<'de> for Check {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            name: String,
            app: Option<u64>,
        }
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Check;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name such as \"build\", or { name = \"build\", app = 15368 }")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Check, E> {
                Ok(Check { name: name.to_owned(), app: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Check, A::Error> {
                let Written { name, app } = Written::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Check { name, app })
            }
        }
        input.deserialize_any(Either)
    }
}

impl JsonSchema for Check {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CheckName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A check, by its name and perhaps by the app that runs it",
            "anyOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": {
                        "name": { "type": "string" },
                        "app": { "type": "integer", "minimum": 0 },
                    },
                    "required": ["name"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}
