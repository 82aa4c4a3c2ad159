//! Other tools' configurations as a policy, and a policy as theirs.
//!
//! No translation is silent: whatever means something else afterwards, or cannot
//! be said, is noted with its line.

use std::fmt;

pub mod codeowners;

/// A configuration as part of a policy.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Report {
    /// What goes into the policy.
    pub toml: String,
    /// What to know before it does, in the order of the lines.
    pub notes: Vec<Note>,
}

/// Something that is not the same afterwards.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Note {
    /// The line of the configuration, from 1; `None` if it is about all of it.
    pub line: Option<usize>,
    /// What becomes of it.
    pub how: How,
    /// What is the case, without a full stop.
    pub what: String,
}

/// What becomes of something that cannot be said as it is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum How {
    /// More is asked than before.
    Stricter,
    /// Less is asked than before.
    Looser,
    /// It is not asked any more, or cannot be.
    Lost,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stricter => "stricter",
            Self::Looser => "looser",
            Self::Lost => "lost",
        })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}: {}", self.how, self.what),
            None => write!(f, "{}: {}", self.how, self.what),
        }
    }
}

impl Note {
    /// A note about one line.
    pub fn at(line: usize, how: How, what: impl Into<String>) -> Self {
        Self { line: Some(line), how, what: what.into() }
    }

    /// A note about all.
    pub fn of_all(how: How, what: impl Into<String>) -> Self {
        Self { line: None, how, what: what.into() }
    }
}

/// A text as TOML writes it.
fn text(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

/// Texts as TOML writes a list of them.
fn list<T: AsRef<str>>(values: &[T]) -> String {
    let values: Vec<_> = values.iter().map(|it| text(it.as_ref())).collect();
    format!("[{}]", values.join(", "))
}
