//! What is asked of a text, and lists that must not be empty.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Table, Value};

use crate::model::Expression;

/// What a text must be like. Never asks nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(super) struct Like {
    matches: Vec<Expression>,
    not_matches: Vec<Expression>,
}

/// What is asked of a text, as written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
struct Written {
    /// Regular expressions; it matches one of them.
    matches: Vec<Expression>,
    /// Regular expressions; it matches none of them.
    not_matches: Vec<Expression>,
}

impl TryFrom<Written> for Like {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { matches, not_matches } = written;
        if matches.is_empty() && not_matches.is_empty() {
            return Err("asks nothing; write `matches` or `not-matches`".to_owned());
        }
        Ok(Self { matches, not_matches })
    }
}

impl Like {
    /// Whether `text` is like that.
    pub(super) fn holds(&self, text: &str) -> bool {
        like(&self.matches, &self.not_matches, std::iter::once(text))
    }

    /// As a policy writes it.
    pub(super) fn written(&self) -> Value {
        let mut table = Table::new();
        put(&mut table, "matches", expressions(&self.matches));
        put(&mut table, "not-matches", expressions(&self.not_matches));
        Value::Table(table)
    }
}

/// Whether one of `texts` matches one expression, if there are any, and none of them
/// one of those that they must not match.
pub(super) fn like<'t>(
    matches: &[Expression],
    not_matches: &[Expression],
    texts: impl Iterator<Item = &'t str> + Clone,
) -> bool {
    let any = |of: &[Expression]| {
        let mut texts = texts.clone();
        texts.any(|text| of.iter().any(|it| it.0.is_match(text)))
    };
    (matches.is_empty() || any(matches)) && !any(not_matches)
}

/// Adds what is not empty.
pub(super) fn put(table: &mut Table, key: &str, list: Value) {
    if list.as_array().is_none_or(|it| !it.is_empty()) {
        table.insert(key.to_owned(), list);
    }
}

/// A list of texts.
pub(super) fn texts<T: ToString>(list: &[T]) -> Value {
    Value::Array(list.iter().map(|it| Value::String(it.to_string())).collect())
}

/// A list of regular expressions.
pub(super) fn expressions(list: &[Expression]) -> Value {
    Value::Array(list.iter().map(|it| Value::String(it.0.as_str().to_owned())).collect())
}

/// Names of something, at least one, none empty.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub(super) struct Words(pub(super) Vec<String>);

impl TryFrom<Vec<String>> for Words {
    type Error = String;

    fn try_from(written: Vec<String>) -> Result<Self, String> {
        if written.iter().all(|it| it.trim().is_empty()) {
            return Err("names nothing; write a list of names, or leave it out".to_owned());
        }
        Ok(Self(written))
    }
}

/// Regular expressions, at least one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Expression>")]
#[schemars(with = "Vec<Expression>")]
pub(super) struct Expressions(pub(super) Vec<Expression>);

impl TryFrom<Vec<Expression>> for Expressions {
    type Error = String;

    fn try_from(written: Vec<Expression>) -> Result<Self, String> {
        if written.is_empty() {
            return Err("names nothing; write a list of expressions, or leave it out".to_owned());
        }
        Ok(Self(written))
    }
}

/// Bytes as text, with `U+FFFD` for each byte that is none.
pub(super) fn lossy(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text.into()
}
