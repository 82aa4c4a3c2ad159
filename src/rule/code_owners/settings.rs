//! The settings of `code-owners`.

use std::collections::BTreeSet;
use std::fmt;

use bstr::BStr;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::model::{Need, People};
use crate::rule::consent::{Terms, with_terms};
use crate::rule::owners::Dialect;

/// What owners have a say in, and how.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) dialect: Dialect,
    /// Where the file is, if not where the host looks.
    pub(super) file: Option<String>,
    /// How many owners of each file must approve, at least.
    pub(super) count: usize,
    /// What becomes of a file that nobody owns.
    pub(super) unowned: Unowned,
    /// On which terms an approval counts.
    pub(super) terms: Terms,
}

/// What becomes of a file that nobody owns.
#[derive(Clone, Debug, Default)]
pub(super) enum Unowned {
    /// It passes.
    #[default]
    Ignore,
    /// It does not.
    Fail,
    /// These approve it.
    By { from: Vec<String>, count: usize },
}

with_terms! {
    /// The settings as they are written.
    struct Written {
        /// How the file is read; `github`, if absent.
        dialect: Option<Dialect>,
        /// Where it is, if not where the host looks.
        file: Option<String>,
        /// How many owners of each file must approve; 1, if absent.
        count: Option<usize>,
        /// What becomes of a file that nobody owns: `ignore`, if absent, `fail`, or
        /// who approves it.
        unowned: Option<Unowned>,
    }
}

/// Who approves what nobody owns.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct By {
    /// Roles, people, logins, `@org/team` and the like.
    from: Vec<String>,
    /// How many of them; 1, if absent.
    count: Option<usize>,
}

impl Settings {
    /// The places where a CODEOWNERS is looked for.
    pub(super) fn places(&self) -> impl Iterator<Item = &BStr> {
        let usual = if self.file.is_none() { self.dialect.places() } else { &[] };
        self.file.as_deref().into_iter().chain(usual.iter().copied()).map(BStr::new)
    }

    pub(super) fn fits(&self, people: &People) -> Result<(), String> {
        let Unowned::By { from, count } = &self.unowned else { return Ok(()) };
        let there: BTreeSet<_> =
            people.members(from).into_iter().map(|it| people.called(it)).collect();
        if !people.has_team(from) && there.len() < *count {
            let found = there.len();
            return Err(format!("`unowned` asks for {count} approvals, and `from` names {found}"));
        }
        Ok(())
    }

    pub(super) fn uses(&self, people: &People) -> Vec<Need> {
        let mut needs = vec![Need::Files, Need::Blobs, Need::Target, Need::Refs, Need::Teams];
        needs.extend(self.terms.uses(people));
        if let Unowned::By { from, .. } = &self.unowned {
            needs.extend(people.needs_to_match(from));
        }
        needs.sort();
        needs.dedup();
        needs
    }
}

impl TryFrom<Written> for Settings {
    type Error = String;

    fn try_from(mut written: Written) -> Result<Self, String> {
        let terms = written.terms();
        if let Some(why) = terms.misfit() {
            return Err(why);
        }
        let count = written.count.unwrap_or(1);
        if count == 0 {
            return Err("`count` is 0, which asks nothing".to_owned());
        }
        let dialect = written.dialect.unwrap_or_default();
        match &written.file {
            Some(_) if dialect == Dialect::Owners => {
                return Err("OWNERS are in every directory; drop `file`".to_owned());
            }
            Some(file) if file.is_empty() || file.starts_with('/') || file.ends_with('/') => {
                return Err(format!("`{file}` is no path from the root of the repository"));
            }
            Some(_) | None => {}
        }
        let unowned = written.unowned.take().unwrap_or_default();
        Ok(Self { dialect, file: written.file, count, unowned, terms })
    }
}

impl TryFrom<By> for Unowned {
    type Error = String;

    fn try_from(By { from, count }: By) -> Result<Self, String> {
        let count = count.unwrap_or(1);
        match from.iter().find_map(|it| People::misnamed(it)) {
            Some(why) => Err(why),
            None if from.is_empty() => Err("`from` names no one".to_owned()),
            None if count == 0 => Err("`count` is 0, which asks nothing".to_owned()),
            None => Ok(Self::By { from, count }),
        }
    }
}

/// Reads `true`, or a table.
pub(super) fn read<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Settings>, D::Error> {
    struct Form;
    impl<'de> Visitor<'de> for Form {
        type Value = Option<Settings>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("`true`, or a table such as { dialect = \"gitlab\" }")
        }

        fn visit_bool<E: Error>(self, on: bool) -> Result<Self::Value, E> {
            let settings = Settings::try_from(Written::default()).map_err(E::custom)?;
            Ok(on.then_some(settings))
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let written = Written::deserialize(MapAccessDeserializer::new(map))?;
            Settings::try_from(written).map(Some).map_err(A::Error::custom)
        }
    }
    input.deserialize_any(Form)
}

/// Describes `true`, or a table.
pub(super) fn schema(generator: &mut SchemaGenerator) -> Schema {
    let table = generator.subschema_for::<Written>();
    schemars::json_schema!({
        "description": "True, or how owners have a say",
        "anyOf": [{ "type": "boolean" }, table],
    })
}

impl<'de> Deserialize<'de> for Unowned {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Unowned;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"ignore\", \"fail\" or { from = [\"@acme/team\"] }")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Unowned, E> {
                match name {
                    "ignore" => Ok(Unowned::Ignore),
                    "fail" => Ok(Unowned::Fail),
                    _ => Err(E::unknown_variant(name, &["ignore", "fail"])),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Unowned, A::Error> {
                let by = By::deserialize(MapAccessDeserializer::new(map))?;
                by.try_into().map_err(A::Error::custom)
            }
        }
        input.deserialize_any(Form)
    }
}

impl JsonSchema for Unowned {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Unowned".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let by = generator.subschema_for::<By>();
        schemars::json_schema!({
            "description": "What becomes of a file that nobody owns",
            "anyOf": [{ "type": "string", "enum": ["ignore", "fail"] }, by],
        })
    }
}
