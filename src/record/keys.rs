//! Whether every key of a file of facts stands for itself.
//!
//! Of two keys that are the same a map keeps one: half of what was written would
//! be lost.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::model::Oid;

/// A place in such a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Keys {
    /// The whole file.
    File,
    /// `facts`.
    Facts,
    /// `facts.update`, by ref.
    Updates,
    /// What is known about one of them.
    Update,
    /// Something by object name.
    Objects,
    /// Something by two object names.
    Pairs,
    /// Something else.
    Other,
}

impl Keys {
    /// What stands behind a key here.
    fn behind(self, key: &str) -> Self {
        match (self, key) {
            (Self::File, "facts") => Self::Facts,
            (Self::Facts, "update") => Self::Updates,
            (Self::Updates, _) => Self::Update,
            (Self::Facts, "ancestors" | "behind") => Self::Pairs,
            (
                Self::Facts,
                "blobs" | "withheld" | "sizes" | "history" | "objects" | "checks" | "workflows",
            )
            | (Self::Update, "provenance" | "contents") => Self::Objects,
            (Self::Pairs, _) => Self::Objects,
            _ => Self::Other,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Keys {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keys {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        let mut objects: HashMap<Oid, String> = HashMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format!("`{key}` stands here twice")));
            }
            map.next_value_seed(self.behind(&key))?;
            if !matches!(self, Self::Objects | Self::Pairs) {
                continue;
            }
            let Ok(oid) = key.parse() else { continue };
            if let Some(other) = objects.insert(oid, key.clone()) {
                let what = format!("`{other}` and `{key}` are one object, filled up with zeros");
                return Err(A::Error::custom(what));
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Self::Other)?.is_some() {}
        Ok(())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_ignored_any(IgnoredAny).map(drop)
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
