//! Lengths of time as people write and read them.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

/// A length of time, more than none.
///
/// Written `90s`, `30m`, `24h`, `14d` or `2w`. A day has 24 hours.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub(crate) struct Duration(i64);

/// The units in seconds, largest first.
const UNITS: [(char, i64); 5] =
    [('w', 7 * 24 * 3600), ('d', 24 * 3600), ('h', 3600), ('m', 60), ('s', 1)];

/// The unit in which so many seconds are said.
fn unit_of(seconds: i64) -> (char, i64) {
    let fits =
        |(_, unit): &&(char, i64)| seconds >= 2 * unit || (seconds > 0 && seconds % unit == 0);
    UNITS.iter().skip(1).find(fits).copied().unwrap_or(('s', 1))
}

/// The longest that makes sense: a hundred years.
const MOST: i64 = 36_525 * 24 * 3600;

impl Duration {
    /// The number of seconds.
    pub(super) fn seconds(self) -> i64 {
        self.0
    }

    /// `3d`, `26h`: how long `seconds` are, rounded down to the largest unit that
    /// there are two of, or to one that fits exactly.
    pub(super) fn rough(seconds: i64) -> String {
        let (letter, unit) = unit_of(seconds);
        format!("{}{letter}", seconds / unit)
    }

    /// The same, rounded up: how long to wait.
    pub(super) fn rest(seconds: i64) -> String {
        let (letter, unit) = unit_of(seconds);
        format!("{}{letter}", seconds / unit + i64::from(seconds % unit != 0))
    }
}

impl TryFrom<String> for Duration {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let text = written.trim();
        let wrong =
            || format!("`{written}` is no length of time; write such as \"24h\" or \"14d\"");
        let letter = text.chars().next_back().ok_or_else(wrong)?;
        let (_, unit) = UNITS.iter().find(|(it, _)| *it == letter).ok_or_else(wrong)?;
        let number = text.strip_suffix(letter).unwrap_or_default().trim_end();
        if number.is_empty() || !number.bytes().all(|it| it.is_ascii_digit()) {
            return Err(wrong());
        }
        let seconds = number.parse().ok().and_then(|it: i64| it.checked_mul(*unit));
        match seconds {
            Some(0) => Err("a length of 0 would ask nothing; write such as \"24h\"".to_owned()),
            Some(seconds) if seconds <= MOST => Ok(Self(seconds)),
            Some(_) | None => Err(format!("`{written}` is more than a hundred years")),
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `24h` is what people say.
        let fits = |(letter, unit): &&(char, i64)| {
            self.0 % unit == 0 && (*letter != 'd' || self.0 > *unit)
        };
        let (letter, unit) = UNITS.iter().skip(1).find(fits).copied().unwrap_or(('s', 1));
        write!(f, "{}{letter}", self.0 / unit)
    }
}
