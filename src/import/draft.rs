//! A policy being written: tables with keys, and comments at their place.

use std::fmt;

/// The width that lists are broken at.
const WIDE: usize = 88;

/// A value, as an inline piece of TOML.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
    List(Vec<Value>),
    /// Keys in the order they are shown.
    Table(Vec<(String, Value)>),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    pub(super) fn table<K: Into<String>>(keys: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Table(keys.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Number(number) => write!(f, "{number}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::List(list) => {
                f.write_str("[")?;
                for (nth, value) in list.iter().enumerate() {
                    let comma = if nth == 0 { "" } else { ", " };
                    write!(f, "{comma}{value}")?;
                }
                f.write_str("]")
            }
            Self::Table(table) if table.is_empty() => f.write_str("{}"),
            Self::Table(table) => {
                for (nth, (name, value)) in table.iter().enumerate() {
                    let comma = if nth == 0 { "{ " } else { ", " };
                    write!(f, "{comma}{} = {value}", key(name))?;
                }
                f.write_str(" }")
            }
        }
    }
}

/// A key, in quotes if it needs them.
pub(super) fn key(name: &str) -> String {
    let bare = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it);
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

/// A text; regular expressions are easier to read without escapes.
fn quoted(text: &str) -> String {
    let plain = |it: char| it != '\'' && !it.is_control();
    if text.contains(['\\', '"']) && text.chars().all(plain) {
        return format!("'{text}'");
    }
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            _ if char.is_control() => out += &format!("\\u{:04X}", u32::from(char)),
            _ => out.push(char),
        }
    }
    out + "\""
}

/// A whole policy, written in order.
#[derive(Debug, Default)]
pub(super) struct Draft {
    text: String,
}

impl Draft {
    /// The keys that stand above all tables: the version, then `stages`.
    pub(super) fn new(title: &str, stages: &[&str]) -> Self {
        let mut draft = Self::default();
        draft.comment(title);
        draft.text += "\n";
        draft.key("version", &Value::Number(1));
        if !stages.is_empty() {
            draft.key("stages", &Value::texts(stages.iter().copied()));
        }
        draft
    }

    /// Begins a table: `[approval.two]`, `[[protect]]`. `name` is its path, part
    /// by part.
    pub(super) fn table(&mut self, path: &[&str]) {
        let path: Vec<_> = path.iter().map(|it| key(it)).collect();
        self.text += &format!("\n[{}]\n", path.join("."));
    }

    /// Begins an entry of a list of tables.
    pub(super) fn entry(&mut self, name: &str) {
        self.text += &format!("\n[[{}]]\n", key(name));
    }

    /// Adds lines that only people read.
    pub(super) fn comment(&mut self, text: &str) {
        for line in text.lines() {
            let line: String = line.chars().filter(|it| !it.is_control()).collect();
            self.text += format!("# {line}").trim_end();
            self.text += "\n";
        }
    }

    /// Adds a key to the table begun last.
    pub(super) fn key(&mut self, name: &str, value: &Value) {
        let line = format!("{} = {value}", key(name));
        self.text += &match value {
            Value::List(list) if line.chars().count() > WIDE => {
                let items: String = list.iter().map(|it| format!("    {it},\n")).collect();
                format!("{} = [\n{items}]", key(name))
            }
            _ => line,
        };
        self.text += "\n";
    }

    /// Adds a key to the table begun last, or, if it is a wide table, a table of
    /// its own, after which nothing more can be added to that one. The path is
    /// that of the new table.
    pub(super) fn key_or_table(&mut self, path: &[&str], value: &Value) {
        let name = path.last().copied().unwrap_or_default();
        match value {
            Value::Table(table) if format!("{name} = {value}").chars().count() > WIDE => {
                self.table(path);
                for (name, value) in table {
                    self.key(name, value);
                }
            }
            _ => self.key(name, value),
        }
    }

    /// The text so far.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_reads_back() {
        let texts = ["", "a\"b", "a'b", "\\d+", "it's \\d \"x\"", "\u{1}\n\t", "ü 👍", "a.b c"];
        for text in texts {
            let table =
                Value::table([(text, Value::text(text)), ("x", Value::texts([text, text]))]);
            let written = format!("it = {table}");
            let read: toml::Table = toml::from_str(&written).unwrap();
            assert_eq!(read["it"][text].as_str(), Some(text), "{written}");
            assert_eq!(read["it"]["x"][1].as_str(), Some(text), "{written}");
        }
    }
}
