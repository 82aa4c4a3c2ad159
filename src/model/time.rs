//! Moments as people write them in recorded facts.
//!
//! For `#[serde(with = ..)]`: reads seconds since 1970, `2026-12-24T10:00:00Z` as
//! text, or TOML's own times; writes text.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serializer};

use super::Timestamp;

/// Reads a moment.
pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Timestamp, D::Error> {
    input.deserialize_any(Moment)
}

/// Writes a moment.
pub fn serialize<S: Serializer>(at: &Timestamp, output: S) -> Result<S::Ok, S::Error> {
    match jiff::Timestamp::from_second(*at) {
        Ok(time) => output.collect_str(&time),
        Err(_) => output.serialize_i64(*at),
    }
}

/// A moment that may be unknown.
pub mod option {
    use serde::{Deserializer, Serializer};

    use crate::model::Timestamp;

    /// Reads a moment; where the key is missing, `default` says `None`.
    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Timestamp>, D::Error> {
        #[derive(serde::Deserialize)]
        struct Known(#[serde(with = "super")] Timestamp);
        let known: Option<Known> = serde::Deserialize::deserialize(input)?;
        Ok(known.map(|it| it.0))
    }

    /// Writes a moment.
    #[allow(clippy::ref_option, reason = "serde wants it so")]
    pub fn serialize<S: Serializer>(at: &Option<Timestamp>, output: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => super::serialize(at, output),
            None => output.serialize_none(),
        }
    }
}

/// A moment, for schemas.
pub struct Moment;

impl JsonSchema for Moment {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A time such as 2026-12-24T10:00:00Z, or seconds since 1970.",
            "type": ["string", "integer"],
        })
    }
}

impl<'de> Visitor<'de> for Moment {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time such as \"2026-12-24T10:00:00Z\", or seconds since 1970")
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Timestamp, E> {
        Ok(seconds)
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Timestamp, E> {
        i64::try_from(seconds).map_err(|_| E::custom("the time is too far away"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
        let time: jiff::Timestamp =
            text.parse().map_err(|_| E::custom(format!("`{text}` is not {WRITTEN}")))?;
        Ok(time.as_second())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Timestamp, A::Error> {
        let time = toml::value::Datetime::deserialize(MapAccessDeserializer::new(map))?;
        self.visit_str(&time.to_string())
    }
}

const WRITTEN: &str = "a time such as 2026-12-24T10:00:00Z";
