//! JSON as hosts give it, read with an eye on what nobody reads.

use serde_json::Value;

use super::draft::Draft;
use crate::import::How;

/// A value and its place in the document.
#[derive(Clone)]
pub(super) struct At<'v> {
    /// Such as `rules[0].parameters`.
    pub(super) place: String,
    value: &'v Value,
}

impl<'v> At<'v> {
    /// The value of a whole document.
    pub(super) fn root(value: &'v Value) -> Self {
        Self { place: String::new(), value }
    }

    /// The same value, to be called `place`.
    pub(super) fn called(&self, place: impl Into<String>) -> Self {
        Self { place: place.into(), value: self.value }
    }

    /// The value of `key`; null, if there is none.
    pub(super) fn get(&self, key: &str) -> Self {
        let dot = if self.place.is_empty() { "" } else { "." };
        let value = self.value.get(key).unwrap_or(&Value::Null);
        Self { place: format!("{}{dot}{key}", self.place), value }
    }

    /// Whether there is such a key, be it null.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    /// Whether there is nothing.
    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    /// The value as it is.
    pub(super) fn value(&self) -> &'v Value {
        self.value
    }

    /// The parts of a list; none, if there is nothing.
    pub(super) fn items(&self, draft: &mut Draft) -> Vec<Self> {
        let Some(items) = self.read(draft, "a list", Value::as_array) else { return Vec::new() };
        let at = |(at, value)| Self { place: format!("{}[{at}]", self.place), value };
        items.iter().enumerate().map(at).collect()
    }

    /// The texts of a list.
    pub(super) fn texts(&self, draft: &mut Draft) -> Vec<&'v str> {
        self.items(draft).iter().filter_map(|it| it.text(draft)).collect()
    }

    /// A text, if it is there and not empty.
    pub(super) fn text(&self, draft: &mut Draft) -> Option<&'v str> {
        self.read(draft, "a text", Value::as_str).filter(|it| !it.is_empty())
    }

    /// A number, if it is there.
    pub(super) fn number(&self, draft: &mut Draft) -> Option<u64> {
        self.read(draft, "a number", Value::as_u64)
    }

    /// Whether it is there and true.
    pub(super) fn is_true(&self, draft: &mut Draft) -> bool {
        self.bool(draft) == Some(true)
    }

    /// Yes or no, if it is there.
    pub(super) fn bool(&self, draft: &mut Draft) -> Option<bool> {
        self.read(draft, "true or false", Value::as_bool)
    }

    fn read<T>(
        &self,
        draft: &mut Draft,
        what: &str,
        read: impl Fn(&'v Value) -> Option<T>,
    ) -> Option<T> {
        let found = read(self.value);
        if found.is_none() && !self.value.is_null() {
            draft.note(How::Lost, &self.place, format!("is not {what}, and not carried over"));
        }
        found
    }
}

/// A setting of another tool, and what becomes of it.
pub struct Field {
    /// Where it is: `a.b` is within, `a[]` a part of a list.
    pub path: &'static str,
    /// What becomes of it.
    pub becomes: Becomes,
}

/// What becomes of a setting.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Becomes {
    /// This in the policy; where that is not the same, a note says so.
    Policy(&'static str),
    /// A note alone; this is why.
    Note(&'static str),
    /// Nothing: it says only this.
    Nothing(&'static str),
}

/// Notes every key in `at` that `fields` does not know below `prefix`.
pub(super) fn note_unknown(at: &At<'_>, prefix: &str, fields: &[Field], draft: &mut Draft) {
    if let Some(items) = at.value.as_array() {
        for (number, value) in items.iter().enumerate() {
            let item = At { place: format!("{}[{number}]", at.place), value };
            note_unknown(&item, &format!("{prefix}[]"), fields, draft);
        }
    }
    for key in at.value.as_object().into_iter().flat_map(|it| it.keys()) {
        let dot = if prefix.is_empty() { "" } else { "." };
        let path = format!("{prefix}{dot}{key}");
        let below = |it: &Field| {
            it.path.strip_prefix(&path).is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        if fields.iter().any(below) {
            note_unknown(&at.get(key), &path, fields, draft);
        } else if !fields.iter().any(|it| it.path == path) {
            let what = "is not known to this version, and not carried over";
            draft.note(How::Lost, &at.get(key).place, what);
        }
    }
}
