//! A configuration being read: every part knows its path and its line, and every
//! mistake is kept, so that all are told at once.

use super::{How, Note, Unreadable, Wrong};
use crate::rule::owners::yaml::{self, Aliases, Node, Value};

/// A part of a configuration.
#[derive(Clone, Debug)]
pub(super) struct Theirs<'n> {
    /// Where it is: `approval_rules[0].requires`.
    pub(super) path: String,
    /// The line it begins in, from 1.
    pub(super) line: usize,
    node: &'n Node,
}

/// What has been found while reading.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) wrong: Vec<Wrong>,
    pub(super) notes: Vec<Note>,
}

/// The parts of a map, by key.
#[derive(Debug)]
pub(super) struct Fields<'n>(Vec<(&'n str, Theirs<'n>)>);

/// Reads YAML or JSON, which is YAML too.
pub(super) fn read(text: &[u8]) -> Result<Node, Unreadable> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    yaml::read(text, Aliases::Followed).map_err(|(line, what)| {
        let part = String::new();
        let hint = Some("mend that line, so that it is YAML or JSON".to_owned());
        Unreadable(vec![Wrong { code: "unreadable", line: Some(line), part, what, hint }])
    })
}

impl<'n> Theirs<'n> {
    /// The whole configuration.
    pub(super) fn of(node: &'n Node) -> Self {
        Self { path: String::new(), line: node.line, node }
    }

    /// A part that has a name and stands in a line, of a text without structure.
    pub(super) fn named(node: &'n Node, path: &str) -> Self {
        Self { path: path.to_owned(), line: node.line, node }
    }

    fn inner(&self, key: &str, node: &'n Node) -> Self {
        let path = match self.path.is_empty() {
            true => key.to_owned(),
            false => format!("{}.{key}", self.path),
        };
        Self { path, line: node.line, node }
    }

    /// Whether it is a map; its keys are read with [`Reading::fields`].
    pub(super) fn is_map(&self) -> bool {
        matches!(self.node.value, Value::Map(_))
    }

    /// Whether it is a list.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.node.value, Value::List(_))
    }

    /// Whether nothing is there: an empty value or `null`.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.node.value, Value::Nothing)
    }

    /// The scalar, if it is one.
    pub(super) fn scalar(&self) -> Option<&'n str> {
        match &self.node.value {
            Value::Text(text) => Some(text),
            Value::Nothing | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The keys of a map, in order, whatever they are; none if it is no map.
    pub(super) fn every(&self) -> Vec<(&'n str, Theirs<'n>)> {
        match &self.node.value {
            Value::Map(map) => {
                map.iter().map(|(key, node)| (key.as_str(), self.inner(key, node))).collect()
            }
            Value::Nothing | Value::Text(_) | Value::List(_) => Vec::new(),
        }
    }
}

impl<'n> Fields<'n> {
    /// The value of `key`; one that is empty is not there.
    pub(super) fn get(&self, key: &str) -> Option<&Theirs<'n>> {
        self.0.iter().find(|(it, _)| *it == key).map(|(_, it)| it).filter(|it| !it.is_nothing())
    }
}

impl Reading {
    /// What was found, if nothing is wrong.
    pub(super) fn done(self) -> Result<Vec<Note>, Unreadable> {
        if self.wrong.is_empty() { Ok(self.notes) } else { Err(Unreadable(self.wrong)) }
    }

    /// Something is wrong with `it`.
    pub(super) fn wrong(&mut self, code: &'static str, it: &Theirs<'_>, what: impl Into<String>) {
        self.mistake(code, it, what, None);
    }

    /// The same, with what to do about it.
    pub(super) fn mistake(
        &mut self,
        code: &'static str,
        it: &Theirs<'_>,
        what: impl Into<String>,
        hint: Option<String>,
    ) {
        let (line, part) = (Some(it.line), it.path.clone());
        self.wrong.push(Wrong { code, line, part, what: what.into(), hint });
    }

    fn mistyped(&mut self, it: &Theirs<'_>, what: &str, hint: &str) {
        self.mistake("wrong-type", it, what, Some(hint.to_owned()));
    }

    /// The meaning of `it` changes.
    pub(super) fn note(&mut self, how: How, it: &Theirs<'_>, what: impl Into<String>) {
        self.notes.push(Note::at(it.line, how, what).part(it.path.clone()));
    }

    /// The same, with what to do about it.
    pub(super) fn advise(
        &mut self,
        how: How,
        it: &Theirs<'_>,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.notes.push(Note::at(it.line, how, what).part(it.path.clone()).hint(hint));
    }

    /// The parts of a map that has no keys but `known`.
    pub(super) fn fields<'n>(&mut self, it: &Theirs<'n>, known: &[&str]) -> Fields<'n> {
        if !it.is_map() && !it.is_nothing() {
            self.mistyped(it, "it is not a map", "write `key: value` lines");
        }
        let every = it.every();
        for (key, part) in every.iter().filter(|(key, _)| !known.contains(key)) {
            let near = known.iter().map(|it| (strsim::damerau_levenshtein(it, key), it));
            let near = near.filter(|(distance, it)| *distance <= 1 + it.len() / 4).min();
            let hint = match near {
                Some((_, near)) => format!("did you mean `{near}`?"),
                None => format!("write one of {}", known.join(", ")),
            };
            self.mistake("unknown-key", part, format!("there is no key `{key}`"), Some(hint));
        }
        Fields(every)
    }

    /// A text.
    pub(super) fn text(&mut self, it: &Theirs<'_>) -> Option<String> {
        let text = it.scalar().map(str::to_owned);
        if text.is_none() {
            self.mistyped(it, "it is not a text", "write one text, in quotes if need be");
        }
        text
    }

    /// A whole number, not below 0.
    pub(super) fn number(&mut self, it: &Theirs<'_>) -> Option<i64> {
        let number = it.scalar().and_then(|it| it.parse().ok()).filter(|it| *it >= 0);
        if number.is_none() {
            self.mistyped(it, "it is not a whole number from 0 up", "write one, such as `1`");
        }
        number
    }

    /// Whether something is so.
    pub(super) fn flag(&mut self, it: &Theirs<'_>) -> Option<bool> {
        match it.scalar() {
            Some("true" | "True" | "TRUE") => Some(true),
            Some("false" | "False" | "FALSE") => Some(false),
            _ => {
                self.mistyped(it, "it is neither true nor false", "write `true` or `false`");
                None
            }
        }
    }

    /// The parts of a list; none if there is nothing.
    pub(super) fn list<'n>(&mut self, it: &Theirs<'n>) -> Vec<Theirs<'n>> {
        match &it.node.value {
            Value::List(list) => {
                let part = |(nth, node): (usize, &'n Node)| Theirs {
                    path: format!("{}[{nth}]", it.path),
                    line: node.line,
                    node,
                };
                list.iter().enumerate().map(part).collect()
            }
            Value::Nothing => Vec::new(),
            Value::Text(_) | Value::Map(_) => {
                self.mistyped(
                    it,
                    "it is not a list",
                    "write `[..]`, or lines that begin with `- `",
                );
                Vec::new()
            }
        }
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, it: &Theirs<'_>) -> Vec<String> {
        let list = self.list(it);
        list.iter().filter_map(|it| self.text(it)).collect()
    }
}
