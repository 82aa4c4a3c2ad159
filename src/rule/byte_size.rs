//! Sizes as people write and read them.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A limit in bytes, more than none.
///
/// Written `5MiB`, `1.5 GB`, `512 B` or as a plain number of bytes. KiB, MiB and
/// so on are powers of 1024; kB, MB and so on are powers of 1000 (IEC 80000-13).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct ByteSize(u64);

/// The units, largest first.
const BINARY: [(&str, u64); 4] =
    [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
const DECIMAL: [(&str, u64); 4] =
    [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];

impl ByteSize {
    /// The number of bytes.
    pub(crate) fn bytes(self) -> u64 {
        self.0
    }

    /// `48.2 MiB of 5 MiB`: how much of the limit `size` takes, in the limit's
    /// kind of unit, and exactly where rounding would hide the difference.
    pub(super) fn taken_by(self, size: u64) -> String {
        let units = self.units();
        match (shown(size, units), shown(self.0, units)) {
            (one, other) if one == other => format!("{size} B of {} B", self.0),
            (one, other) => format!("{one} of {other}"),
        }
    }

    /// A limit that is round in thousands alone was written so.
    fn units(self) -> &'static [(&'static str, u64)] {
        if self.0.is_multiple_of(1000) && !self.0.is_multiple_of(1024) { &DECIMAL } else { &BINARY }
    }

    fn new(bytes: u64) -> Result<Self, String> {
        match bytes {
            0 => Err("a size of 0 would allow nothing; write such as \"5MiB\"".to_owned()),
            _ => Ok(Self(bytes)),
        }
    }

    /// Reads a size as people write it.
    pub(super) fn parse(written: &str) -> Result<Self, String> {
        let text = written.trim();
        let number =
            text.len() - text.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.').len();
        let (number, unit) = text.split_at(number);
        let unit = unit.trim_start();
        let factor = match factor(unit) {
            Some(factor) => factor,
            None if number.is_empty() => {
                return Err(format!("`{written}` is no size; write such as \"5MiB\""));
            }
            None => return Err(unknown_unit(written, number, unit)),
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
        if whole.is_empty() || !digits(part) || (number.contains('.') && part.is_empty()) {
            return Err(format!("`{written}` is no size; write such as \"1.5MiB\""));
        }
        let too_much = || format!("`{written}` is more than a file can hold");
        let whole: u64 = whole.parse().map_err(|_| too_much())?;
        let whole = whole.checked_mul(factor).ok_or_else(too_much)?;
        // More than nine digits behind the point change less than a byte of a GB.
        let part = part.get(..9).unwrap_or(part);
        let scale = 10_u128.pow(u32::try_from(part.len()).unwrap_or(9));
        let part: u128 = part.parse().unwrap_or(0) * u128::from(factor) / scale;
        let bytes = whole.checked_add(u64::try_from(part).unwrap_or(0)).ok_or_else(too_much)?;
        Self::new(bytes)
    }
}

fn factor(unit: &str) -> Option<u64> {
    if unit.is_empty() || unit.eq_ignore_ascii_case("b") {
        return Some(1);
    }
    let mut all = BINARY.iter().chain(&DECIMAL);
    all.find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|(_, factor)| *factor)
}

fn unknown_unit(written: &str, number: &str, unit: &str) -> String {
    let letter = unit.get(..1).unwrap_or_default();
    let near = |units: &[(&'static str, u64)]| {
        units.iter().find(|(name, _)| name[..1].eq_ignore_ascii_case(letter)).map(|it| it.0)
    };
    match (unit.len() <= 2, near(&BINARY), near(&DECIMAL)) {
        (true, Some(binary), Some(decimal)) => format!(
            "`{written}` can be read in two ways; write \"{number}{binary}\" or \"{number}{decimal}\""
        ),
        _ => {
            format!("`{unit}` is no unit of size; there are B, KiB, MiB, GiB, TiB, kB, MB, GB, TB")
        }
    }
}

/// At most one digit behind the point, and none that says nothing.
fn shown(size: u64, units: &[(&str, u64)]) -> String {
    let Some((name, factor)) = units.iter().find(|(_, factor)| size >= *factor) else {
        return format!("{size} B");
    };
    let tenths = u128::from(size) * 10 / u128::from(*factor);
    match tenths % 10 {
        0 => format!("{} {name}", tenths / 10),
        tenth => format!("{}.{tenth} {name}", tenths / 10),
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(self.0, self.units()))
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(Written)
    }
}

/// A size as it stands in a policy.
struct Written;

impl Visitor<'_> for Written {
    type Value = ByteSize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a size such as \"5MiB\", or a number of bytes")
    }

    fn visit_str<E: Error>(self, written: &str) -> Result<ByteSize, E> {
        ByteSize::parse(written).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, bytes: u64) -> Result<ByteSize, E> {
        ByteSize::new(bytes).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, bytes: i64) -> Result<ByteSize, E> {
        let bytes = u64::try_from(bytes).map_err(|_| E::custom("a size is not negative"))?;
        self.visit_u64(bytes)
    }
}

impl JsonSchema for ByteSize {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ByteSize".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "a size such as 5MiB, or a number of bytes",
            "type": ["string", "integer"]
        })
    }
}
