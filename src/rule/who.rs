//! Who may do something, as a policy writes it.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Case;
use crate::model::{Fact, Need, People, Reason, Said};

/// Nobody, anyone, or a list of roles, people, logins and teams.
pub(super) enum Who {
    /// Nobody at all.
    Nobody,
    /// Anyone who can reach the server.
    Anyone,
    /// These. Never empty.
    These(Vec<String>),
}

impl Who {
    /// Says whether the actor is among them. `act` is what they would do:
    /// `create`, `delete`; `instead` what anyone can do.
    pub(super) fn may(
        &self,
        act: &str,
        instead: &str,
        case: &Case<'_>,
        said: &mut Said,
    ) -> Fact<()> {
        said.say(match self {
            Self::Anyone => Reason::pass(format!("anyone may {act} it")),
            Self::Nobody => Reason::deny(format!("nobody may {act} it")).hint(instead),
            Self::These(who) => {
                let actor = case.change.actor.as_ref().map_err(Clone::clone)?;
                let names = case.people.names(who);
                if case.people.is_one_of(actor, who, case.change.facts)? {
                    Reason::pass(format!("{actor} may {act} it"))
                } else {
                    Reason::deny(format!("{actor} may not {act} it"))
                        .hint(format!("ask {names} to {act} it; or {instead}"))
                }
            }
        });
        Ok(())
    }

    /// The facts that tell whether someone is among them.
    pub(super) fn uses(&self, people: &People) -> Vec<Need> {
        match self {
            Self::Nobody | Self::Anyone => Vec::new(),
            Self::These(who) => people.needs_of(who),
        }
    }
}

impl<'de> Deserialize<'de> for Who {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = Who;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"nobody\", \"anyone\" or a list such as [\"ana\", \"@acme/dba\"]")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Who, E> {
                match word {
                    "nobody" => Ok(Who::Nobody),
                    "anyone" => Ok(Who::Anyone),
                    one => Err(E::custom(format!("write [\"{one}\"], a list, for `{one}` alone"))),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Who, A::Error> {
                let mut who = Vec::new();
                while let Some(name) = list.next_element::<String>()? {
                    who.push(name);
                }
                if who.is_empty() || who.iter().any(|it| it.trim().is_empty()) {
                    return Err(A::Error::custom("names no one; write \"nobody\" if so meant"));
                }
                Ok(Who::These(who))
            }
        }
        input.deserialize_any(Written)
    }
}

impl JsonSchema for Who {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Who".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Roles, people, logins and teams, or nobody, or anyone",
            "anyOf": [
                { "enum": ["nobody", "anyone"] },
                { "type": "array", "items": { "type": "string" }, "minItems": 1 },
            ],
        })
    }
}
