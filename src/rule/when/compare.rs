//! How much of something: `"> 100"`.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Value;

/// A comparison with a number: `<`, `<=`, `>`, `>=`, `=` or `!=`, then the number.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub(super) struct Comparison {
    pub(super) how: How,
    number: u64,
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum How {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Unequal,
}

impl How {
    /// Those written with two characters first, as they begin like others.
    const ALL: [(&str, Self); 6] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("!=", Self::Unequal),
        ("<", Self::Less),
        (">", Self::More),
        ("=", Self::Equal),
    ];

    /// Takes it from the front of what is written.
    pub(super) fn split(written: &str) -> Option<(Self, &str)> {
        let text = written.trim();
        let mut fitting = Self::ALL.into_iter();
        fitting.find_map(|(sign, how)| Some((how, text.strip_prefix(sign)?.trim_start())))
    }

    /// Whether `one` compares so with `other`.
    pub(super) fn holds<N: Ord>(self, one: &N, other: &N) -> bool {
        match self {
            Self::Less => one < other,
            Self::AtMost => one <= other,
            Self::More => one > other,
            Self::AtLeast => one >= other,
            Self::Equal => one == other,
            Self::Unequal => one != other,
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = Self::ALL.into_iter().find(|(_, how)| how == self).map(|(sign, _)| sign);
        f.write_str(sign.unwrap_or_default())
    }
}

impl Comparison {
    /// Whether `number` compares so.
    pub(super) fn holds(self, number: u64) -> bool {
        self.how.holds(&number, &self.number)
    }

    /// Whether it holds for every number from `least` to `most`, or for none;
    /// `None` if that depends on which it is.
    pub(super) fn holds_within(self, least: u64, most: u64) -> Option<bool> {
        let inside = (least..=most).contains(&self.number);
        let ends = (self.holds(least), self.holds(most));
        match self.how {
            How::Equal | How::Unequal if inside && least != most => None,
            _ if ends.0 == ends.1 => Some(ends.0),
            _ => None,
        }
    }

    /// As a policy writes it.
    pub(super) fn written(self) -> Value {
        Value::String(self.to_string())
    }
}

impl TryFrom<String> for Comparison {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let wrong = || format!("`{written}` compares with no number; write such as \"> 100\"");
        let (how, number) = How::split(&written).ok_or_else(wrong)?;
        if !number.bytes().all(|it| it.is_ascii_digit()) {
            return Err(wrong());
        }
        Ok(Self { how, number: number.parse().map_err(|_| wrong())? })
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.how, self.number)
    }
}
