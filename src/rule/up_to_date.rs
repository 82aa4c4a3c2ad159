//! The `up-to-date` rule.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{Fact, Need, People, Reason, RefName, RefPatterns, Said};

/// What the new tip must contain.
pub(crate) enum UpToDate {
    /// Nothing.
    Off,
    /// The ref's own tip.
    Itself,
    /// The tip of this ref.
    With(RefName),
}

impl Rule for UpToDate {
    const NAME: &'static str = "up-to-date";
    const FAMILY: Family = Family::Refs;
    const NEEDS: &'static [Need] = &[Need::Refs, Need::History];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Pass;
    const MANUAL: &'static str = "\
Asks that what lands contains the newest state of a ref.

`true` means the ref itself: a pull request whose branch lacks commits of its
target is refused, since nobody has tried the two together. The name of another
ref means that one: a `release/2` that must hold all of `release/1`. A ref that
does not exist has no newest state, and is refused too.

```toml
up-to-date = \"main\"
```

To satisfy it, fetch and merge or rebase onto that ref.
";

    fn uses(&self, _: &People) -> Vec<Need> {
        match self {
            Self::Off => Vec::new(),
            Self::Itself => vec![Need::History],
            Self::With(_) => vec![Need::Refs, Need::History],
        }
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let Some(new) = case.update.new_oid() else {
            said.say(Reason::pass("no new commit yet"));
            return Ok(());
        };
        let facts = case.change.facts;
        let (name, tip) = match self {
            Self::Off => return Ok(said.say(Reason::pass("switched off"))),
            Self::Itself => (&case.update.name, case.update.old),
            Self::With(name) => {
                let tip = case.change.memory.once(self, || {
                    let refs = facts.refs()?;
                    Fact::Ok(refs.iter().find(|(it, _)| it == name).map(|(_, tip)| *tip))
                })?;
                (name, *tip)
            }
        };
        said.say(match tip {
            None if name == &case.update.name => Reason::pass("the ref is new"),
            None => Reason::deny(format!("`{name}` does not exist"))
                .hint("create it first, or name another ref in the policy"),
            Some(tip) if facts.is_ancestor(tip, new)? => {
                Reason::pass(format!("contains `{name}` at {}", tip.short()))
            }
            Some(tip) => {
                Reason::deny(format!("lacks commits of `{name}`, which is at {}", tip.short()))
                    .hint("fetch, then rebase onto it or merge it, and push again")
            }
        });
        Ok(())
    }
}

impl<'de> Deserialize<'de> for UpToDate {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = UpToDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true` or the name of a ref, such as \"main\"")
            }

            fn visit_bool<E: Error>(self, on: bool) -> Result<UpToDate, E> {
                Ok(if on { UpToDate::Itself } else { UpToDate::Off })
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<UpToDate, E> {
                let names = RefPatterns::new(&[name.to_owned()]).map_err(E::custom)?;
                match names.full.first() {
                    Some(full) if !full.contains(['*', '?', '[', '{']) => {
                        Ok(UpToDate::With(full.as_str().into()))
                    }
                    _ => Err(E::custom(format!("`{name}` is not the name of one ref"))),
                }
            }
        }
        input.deserialize_any(Written)
    }
}

impl JsonSchema for UpToDate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UpToDate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "True, for the ref itself, or the name of another ref",
            "type": ["boolean", "string"],
        })
    }
}
