//! The `changes-requested` rule.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{Case, Family, Rule, Span, WhenUnknown};
use crate::model::{
    Act, Fact, Move, Need, Opinion, People, Reason, Review, Said, Timestamp, Unknown, Whose,
};

/// Whose requests for changes stop a change.
pub(crate) struct ChangesRequested {
    /// Whose; anyone's, if `None`.
    from: Option<Vec<String>>,
}

/// The settings as a table.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Whose requests count: roles, people, logins, teams, permissions.
    from: Vec<String>,
}

impl Rule for ChangesRequested {
    const NAME: &'static str = "changes-requested";
    const FAMILY: Family = Family::People;
    const NEEDS: &'static [Need] = &[Need::Approvals, Need::Teams, Need::Accounts];
    const WHEN_UNKNOWN: WhenUnknown = WhenUnknown::Defer;
    const SPAN: Span = Span::Landing;
    const MANUAL: &'static str = "\
Asks that nobody's request for changes stands.

A request stands until the same person approves or the review is dismissed,
whatever is pushed meanwhile. With `from`, only the requests of these people count;
`true` means anyone's.

```toml
changes-requested = { from = [\"permission:write\"] }
```

To satisfy it, mend what was asked for and ask the same person to look again.
";

    fn fits(&self, people: &People) -> Result<(), String> {
        let _ = people;
        self.from.iter().flatten().find_map(|it| People::misnamed(it)).map_or(Ok(()), Err)
    }

    fn uses(&self, people: &People) -> Vec<Need> {
        let mut needs = vec![Need::Approvals];
        needs.extend(people.needs_to_match(self.from.as_deref().unwrap_or_default()));
        needs
    }

    fn check(&self, case: &Case<'_>, said: &mut Said) -> Fact<()> {
        if case.update.deletes() {
            said.say(Reason::pass("a deletion is not reviewed: see `delete`"));
            return Ok(());
        }
        if case.update.new_oid().is_none() {
            return Err(Unknown::NotHere(Need::Approvals));
        }
        let reviews = case.change.facts.reviews(case.update)?;
        for review in standing(&reviews, case.people) {
            let counts = match &self.from {
                None => Some(true),
                Some(from) => {
                    said.known(case.people.is_one_of(&review.by, from, case.change.facts))
                }
            };
            if counts != Some(true) {
                continue;
            }
            let by = &review.by;
            let who = if by.is_ghost() { "an account that is gone".to_owned() } else { by.to_string() };
            said.say(
                Reason::deny(format!("{who} asked for changes"))
                    .code("changes-requested-by")
                    .hint(format!("mend them, and ask {who} to look again"))
                    .next(Move::new(Whose::Reviewer(vec![by.0.clone()]), Act::Withdraw)),
            );
        }
        said.otherwise("nobody's request for changes stands");
        Ok(())
    }
}

/// The requests that nothing later by the same person has ended, in the order of
/// their names. Of two words in one second, the request is the last; one whose
/// time is not known is, too.
fn standing<'r>(reviews: &'r [Review], people: &People) -> Vec<&'r Review> {
    let mut last: BTreeMap<String, &Review> = BTreeMap::new();
    // A dismissed request is none any more; a dismissed approval ends none.
    let judges = |it: &&Review| {
        matches!(it.state, Opinion::Approved | Opinion::ChangesRequested)
    };
    for review in reviews.iter().filter(judges) {
        // Nobody known ends what nobody known asked for.
        if review.by.is_ghost() && review.state == Opinion::Approved {
            continue;
        }
        let known = last.entry(people.identity(&review.by.0)).or_insert(review);
        if place(review) > place(known) {
            *known = review;
        }
    }
    last.into_values().filter(|it| it.state == Opinion::ChangesRequested).collect()
}

fn place(review: &Review) -> (Timestamp, Opinion) {
    let asks = review.state == Opinion::ChangesRequested;
    let unknown = if asks { Timestamp::MAX } else { Timestamp::MIN };
    (review.at.unwrap_or(unknown), review.state)
}

impl<'de> Deserialize<'de> for ChangesRequested {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = ChangesRequested;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true`, or { from = [\"@acme/team\"] }")
            }

            fn visit_bool<E: Error>(self, on: bool) -> Result<ChangesRequested, E> {
                match on {
                    true => Ok(ChangesRequested { from: None }),
                    false => Err(E::custom("`false` asks nothing; leave it out")),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ChangesRequested, A::Error> {
                let Written { from } = Written::deserialize(MapAccessDeserializer::new(map))?;
                match from.is_empty() {
                    true => Err(A::Error::custom("`from` names no one")),
                    false => Ok(ChangesRequested { from: Some(from) }),
                }
            }
        }
        input.deserialize_any(Form)
    }
}

impl JsonSchema for ChangesRequested {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ChangesRequested".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<Written>();
        json_schema!({
            "description": "True, for anyone's requests, or whose",
            "anyOf": [{ "type": "boolean", "enum": [true] }, table],
        })
    }
}
