//! Requirements as they are written in a policy.

use std::fmt;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::requirement::{Asks, Leaf, Requirement};
use super::with_terms;
use crate::model::People;
use crate::rule::When;

with_terms! {
    /// A requirement as it is written.
    struct Written {
        /// All of these must be met.
        #[schemars(with = "Option<Vec<Requirement>>")]
        all_of: Option<Vec<Requirement>>,
        /// One of these must be met.
        #[schemars(with = "Option<Vec<Requirement>>")]
        any_of: Option<Vec<Requirement>>,
        /// This must not hold; it may ask for conditions only.
        #[schemars(with = "Option<Requirement>")]
        not: Option<Box<Requirement>>,
        /// Its name, for reports.
        name: Option<String>,
        /// What to do if nothing in it applies; it fails, if absent.
        on_no_match: Option<NoMatch>,
        /// Whether one person counts once over all parts.
        distinct: Option<bool>,
        /// How many people must approve; 1, if absent.
        count: Option<usize>,
        /// Whose approvals count: roles, people, logins, `@org/team`, `org:NAME`,
        /// `permission:LEVEL`, `app:NAME`, `id:NUMBER`; anyone's, if absent.
        from: Option<Vec<String>>,
        /// Groups of people, of each of which `count` must approve.
        each: Option<Vec<Group>>,
        /// To which changes it applies.
        when: Option<When>,
        /// What must hold, besides.
        requires: Option<When>,
    }
}

/// How many people a requirement can ask for.
const MOST: usize = 1_000;

/// What happens if nothing applies.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum NoMatch {
    /// The change does not pass.
    Fail,
    /// It passes.
    Pass,
}

/// One entry, or several of which any will do.
#[derive(Clone, Debug)]
struct Group(Vec<String>);

impl TryFrom<Written> for Requirement {
    type Error = String;

    fn try_from(mut written: Written) -> Result<Self, String> {
        let name = written.name.take();
        if name.as_ref().is_some_and(|it| it.trim().is_empty()) {
            return Err("`name` is empty".to_owned());
        }
        let passes_unmatched = written.on_no_match.take() == Some(NoMatch::Pass);
        let trees = [written.all_of.is_some(), written.any_of.is_some(), written.not.is_some()];
        let asks = match trees.iter().filter(|it| **it).count() {
            0 => Asks::Approvals(Box::new(leaf(written)?)),
            1 => tree(written)?,
            _ => return Err("choose one of `all-of`, `any-of` and `not`".to_owned()),
        };
        Ok(Self { name, asks, passes_unmatched })
    }
}

fn tree(written: Written) -> Result<Asks, String> {
    let leaf = [
        ("count", written.count.is_some()),
        ("from", written.from.is_some()),
        ("each", written.each.is_some()),
        ("when", written.when.is_some()),
        ("requires", written.requires.is_some()),
    ];
    let key = leaf.into_iter().find(|(_, given)| *given).map(|(key, _)| key);
    if let Some(key) = key.or_else(|| written.term()) {
        return Err(format!("`{key}` belongs to a part of the tree, not beside `all-of` and such"));
    }
    if written.distinct.is_some() && written.all_of.is_none() {
        return Err("`distinct` goes with `all-of` or `each`".to_owned());
    }
    let distinct = written.distinct.unwrap_or_default();
    let some = |parts: Vec<Requirement>, key: &str| {
        if parts.is_empty() { Err(format!("`{key}` has no parts")) } else { Ok(parts) }
    };
    Ok(match (written.all_of, written.any_of, written.not) {
        (Some(parts), ..) => Asks::All { parts: some(parts, "all-of")?, distinct },
        (_, Some(parts), _) => Asks::Any(some(parts, "any-of")?),
        (_, _, Some(part)) => Asks::Not(part),
        (None, None, None) => return Err("asks nothing".to_owned()),
    })
}

fn leaf(mut written: Written) -> Result<Leaf, String> {
    let terms = written.terms();
    if let Some(why) = terms.misfit() {
        return Err(why);
    }
    let conditional = written.when.is_some() || written.requires.is_some();
    let count = written.count.unwrap_or(1);
    if count > MOST {
        return Err(format!("`count` is more than {MOST}"));
    }
    if count == 0 && !conditional {
        return Err("`count` is 0, which asks nothing".to_owned());
    }
    let hollow = [&written.when, &written.requires].into_iter().flatten().any(When::hollow);
    if hollow {
        return Err("a condition asks nothing".to_owned());
    }
    if written.distinct.is_some() && written.each.is_none() {
        return Err("`distinct` goes with `all-of` or `each`".to_owned());
    }
    let groups = match (written.from, written.each) {
        (Some(_), Some(_)) => return Err("choose one of `from` and `each`".to_owned()),
        (Some(from), None) => vec![Some(from)],
        (None, Some(each)) if each.is_empty() => return Err("`each` names no one".to_owned()),
        (None, Some(each)) => each.into_iter().map(|it| Some(it.0)).collect(),
        (None, None) => vec![None],
    };
    if groups.iter().flatten().any(Vec::is_empty) {
        return Err("`from` names no one".to_owned());
    }
    if let Some(why) = groups.iter().flatten().flatten().find_map(|it| People::misnamed(it)) {
        return Err(why);
    }
    Ok(Leaf {
        count,
        groups,
        distinct: written.distinct.unwrap_or(true),
        when: written.when.map(Arc::new),
        requires: written.requires.map(Arc::new),
        terms,
    })
}

impl<'de> Deserialize<'de> for Requirement {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Requirement;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "{ count = 1, from = [\"@acme/team\"] }, the name of an `[approval.NAME]`, \
                     or a list of these",
                )
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Requirement, E> {
                let asks = Asks::Named(name.to_owned(), None);
                Ok(Requirement { name: None, asks, passes_unmatched: false })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Requirement, A::Error> {
                let parts = Vec::deserialize(SeqAccessDeserializer::new(seq))?;
                if parts.is_empty() {
                    return Err(A::Error::custom("asks for no approval"));
                }
                let asks = Asks::All { parts, distinct: false };
                Ok(Requirement { name: None, asks, passes_unmatched: false })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Requirement, A::Error> {
                let written = Written::deserialize(MapAccessDeserializer::new(map))?;
                written.try_into().map_err(A::Error::custom)
            }
        }
        input.deserialize_any(Form)
    }
}

impl JsonSchema for Requirement {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Requirement".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<Written>();
        let parts = generator.subschema_for::<Requirement>();
        schemars::json_schema!({
            "description": "Whose approvals are asked for: a table, a name, or a list",
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": parts, "minItems": 1 },
                table,
            ],
        })
    }
}

impl<'de> Deserialize<'de> for Group {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Group;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"@acme/team\" or a list of these")
            }

            fn visit_str<E: Error>(self, entry: &str) -> Result<Group, E> {
                Ok(Group(vec![entry.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Group, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(Group)
            }
        }
        input.deserialize_any(Form)
    }
}

impl JsonSchema for Group {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Group".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "One entry, or several of which any will do",
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" }, "minItems": 1 },
            ],
        })
    }
}
