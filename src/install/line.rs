//! What is told to whoever installs or examines.

use std::fmt;

/// How bad something is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, but something is worth knowing.
    Warning,
    /// It does not work.
    Error,
}

/// One thing told, and what can be done about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// How bad it is.
    pub level: Level,
    /// What is the case.
    pub text: String,
    /// What can be done; several are ways to choose from.
    pub hints: Vec<String>,
}

impl Line {
    /// Something that is as it should be.
    pub fn ok(text: impl Into<String>) -> Self {
        Self { level: Level::Ok, text: text.into(), hints: Vec::new() }
    }

    /// Something worth knowing.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::ok(text) }
    }

    /// Something that does not work.
    pub fn error(text: impl Into<String>) -> Self {
        Self { level: Level::Error, ..Self::ok(text) }
    }

    /// Adds a way out.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        writeln!(f, "{level:<9}{}", shown(&self.text))?;
        self.hints.iter().try_for_each(|hint| writeln!(f, "{:9}hint: {}", "", shown(hint)))
    }
}

/// Paths and settings come from outside; a control character stays visible and
/// harmless.
fn shown(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        if char.is_control() {
            out.extend(char.escape_default());
        } else {
            out.push(char);
        }
    }
    out
}
