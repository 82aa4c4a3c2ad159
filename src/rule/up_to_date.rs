//! The `up-to-date` rule.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{Case, Family, Rule, WhenUnknown};
use crate::model::{
    Act, Fact, Move, Need, Oid, People, Reason, RefName, RefPatterns, Said, Whose,
};

/// What the new tip must contain.
pub(crate) struct UpToDate {
    with: With,
    /// How many commits it may lack.
    max_behind: u64,
}

/// Up to date with what.
enum With {
    /// Nothing.
    Nothing,
    /// The ref's own tip.
    Itself,
    /// The tip of this ref.
    Ref(RefName),
}

/// The settings as a table.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// The ref; the ref itself, if absent.
    with: Option<String>,
    /// How many of its commits may be missing.
    max_behind: Option<u64>,
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

A table may say how many commits of that ref may be missing, `max-behind`: where
many land each hour, not each of them needs another round of checks.

```toml
up-to-date = { with = \"main\", max-behind = 20 }
```

To satisfy it, fetch and merge or rebase onto that ref.
";

    fn uses(&self, _: &People) -> Vec<Need> {
        match self.with {
            With::Nothing => Vec::new(),
            With::Itself => vec![Need::History],
            With::Ref(_) => vec![Need::Refs, Need::History],
        }
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        let Some(new) = case.update.new_oid() else {
            said.say(Reason::pass("no new commit yet"));
            return Ok(());
        };
        let facts = case.change.facts;
        let (name, tip) = match &self.with {
            With::Nothing => return Ok(said.say(Reason::pass("switched off"))),
            With::Itself => (&case.update.name, case.update.old),
            With::Ref(name) => {
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
            Some(tip) => self.lacks(name, tip, || facts.behind(new, tip))?,
        });
        Ok(())
    }
}

impl UpToDate {
    /// What to say of a commit that lacks the tip of `name`, and so many others.
    fn lacks(&self, name: &RefName, tip: Oid, behind: impl FnOnce() -> Fact<u64>) -> Fact<Reason> {
        let at = tip.short();
        let what = match (self.max_behind, behind) {
            (0, _) => format!("lacks commits of `{name}`, which is at {at}"),
            (most, behind) => match behind()? {
                behind if behind <= most => {
                    let what = format!("lacks {behind} of at most {most} commits of `{name}`");
                    return Ok(Reason::pass(what));
                }
                behind => format!("lacks {behind} commits of `{name}`, and {most} is the most"),
            },
        };
        Ok(Reason::deny(what)
            .code("behind-target")
            .hint("fetch, then rebase onto it or merge it, and push again")
            .next(Move::new(Whose::Author, Act::Update)))
    }

    /// Up to date with the ref that `name` names in full.
    fn with(name: &str) -> Result<With, String> {
        let names = RefPatterns::new(&[name.to_owned()])?;
        match names.full.first() {
            Some(full) if !full.contains(['*', '?', '[', '{']) => {
                Ok(With::Ref(full.as_str().into()))
            }
            _ => Err(format!("`{name}` is not the name of one ref")),
        }
    }
}

impl TryFrom<Written> for UpToDate {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let with = match &written.with {
            Some(name) => Self::with(name)?,
            None if written.max_behind.is_none() => {
                return Err("neither `with` nor `max-behind` is set".to_owned());
            }
            None => With::Itself,
        };
        Ok(Self { with, max_behind: written.max_behind.unwrap_or(0) })
    }
}

impl<'de> Deserialize<'de> for UpToDate {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = UpToDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true`, the name of a ref, such as \"main\", or a table")
            }

            fn visit_bool<E: Error>(self, on: bool) -> Result<UpToDate, E> {
                let with = if on { With::Itself } else { With::Nothing };
                Ok(UpToDate { with, max_behind: 0 })
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<UpToDate, E> {
                let with = UpToDate::with(name).map_err(E::custom)?;
                Ok(UpToDate { with, max_behind: 0 })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<UpToDate, A::Error> {
                let written = Written::deserialize(MapAccessDeserializer::new(map))?;
                UpToDate::try_from(written).map_err(A::Error::custom)
            }
        }
        input.deserialize_any(Either)
    }
}

impl JsonSchema for UpToDate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UpToDate".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let written = generator.subschema_for::<Written>();
        json_schema!({
            "description": "True, for the ref itself, or the name of another ref, or a table",
            "anyOf": [{ "type": "boolean" }, { "type": "string" }, written],
        })
    }
}
