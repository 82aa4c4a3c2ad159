//! What an import has to tell: what changes its meaning, and what is wrong.

use std::fmt;

use crate::policy::Problems;

/// Something that means something else after the import.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Note {
    /// The line of the original, from 1; `None` if it is about all of it.
    pub line: Option<usize>,
    /// The part of the original, where that has a name:
    /// `approval_rules[0].options.request_review`.
    pub part: Option<String>,
    /// How its meaning changes.
    pub how: How,
    /// What is the case, as a sentence without a full stop.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// How the meaning of a part changes, from little to much: the order is their
/// meaning.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum How {
    /// The same is asked in another way.
    Different,
    /// More is asked.
    Stricter,
    /// Less is asked.
    Looser,
    /// Nothing of it is asked.
    Lost,
}

impl How {
    /// Whether less is asked than was.
    pub fn is_less(self) -> bool {
        match self {
            Self::Different | Self::Stricter => false,
            Self::Looser | Self::Lost => true,
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Different => "different",
            Self::Stricter => "stricter",
            Self::Looser => "looser",
            Self::Lost => "lost",
        })
    }
}

impl Note {
    /// A note about one line.
    pub fn at(line: usize, how: How, what: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::of_all(how, what) }
    }

    /// A note about all.
    pub fn of_all(how: How, what: impl Into<String>) -> Self {
        Self { line: None, part: None, how, what: what.into(), hint: None }
    }

    /// Says which part it is about.
    pub fn part(mut self, part: impl Into<String>) -> Self {
        self.part = Some(part.into());
        self
    }

    /// Says what to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Note {
    /// On one line; the hint on a second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}: ", self.how)?;
        if let Some(part) = &self.part {
            write!(f, "{part}: ")?;
        }
        f.write_str(&self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// A mistake in a configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wrong {
    /// What kind of mistake, for programs: `unknown-key`.
    pub code: &'static str,
    /// The line, from 1, if it is known.
    pub line: Option<usize>,
    /// The part that is wrong: `approval_rules[0].requires.teems`; empty for the
    /// whole.
    pub part: String,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub hint: Option<String>,
}

/// Why a configuration cannot be read: every mistake at once.
#[derive(Clone, Debug)]
pub struct Unreadable(pub Vec<Wrong>);

impl Unreadable {
    /// What was written is no policy. An importer knows what a policy can say, so
    /// this is about values that it hands on.
    pub(super) fn no_policy(problems: &Problems) -> Self {
        let wrong = |it: &crate::policy::Problem| Wrong {
            code: "no-policy",
            line: None,
            part: it.source.trim().to_owned(),
            what: it.what.clone(),
            hint: it.hint.clone(),
        };
        Self(problems.0.iter().map(wrong).collect())
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("error: ")?;
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.part.is_empty() {
            write!(f, "{}: ", self.part)?;
        }
        f.write_str(&self.what)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|it| writeln!(f, "{it}"))
    }
}

impl std::error::Error for Unreadable {}
