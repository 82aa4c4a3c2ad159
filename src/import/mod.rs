//! Other tools' configurations as policies, and back, with a report of what
//! cannot be said.
//!
//! One file per kind and one line in the list of kinds. An importer reads text
//! and writes a policy that `policy::parse` accepts, or says why it cannot; what
//! of the original is lost, stricter, looser or different in the policy is told
//! with its line.

pub mod codeowners;
mod commitlint;
mod draft;
mod gitlint;
pub mod hosts;
mod messages;
mod note;
mod policy_bot;
mod theirs;

pub use note::{How, Note, Unreadable, Wrong};

use crate::policy::{self, Policy};

/// A policy made from another tool's configuration.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Imported {
    /// The policy: whole from an [`Importer`], else what goes into one.
    pub toml: String,
    /// What it does not say as the original did.
    pub notes: Vec<Note>,
}

/// Another tool's configuration made from a policy.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Exported {
    /// The configuration.
    pub text: String,
    /// What of the policy it does not say. Lines are those of the policy.
    pub notes: Vec<Note>,
}

/// Reads the configurations of a tool.
pub struct Importer {
    /// What people call the kind: `policy-bot`.
    pub kind: &'static str,
    /// The file that it reads, and whose it is.
    pub reads: &'static str,
    /// Reads the text of one.
    pub read: fn(&[u8]) -> Result<Imported, Unreadable>,
}

/// Writes configurations for a tool.
pub struct Exporter {
    /// What people call the kind: `codeowners`.
    pub kind: &'static str,
    /// What it writes, and for whom.
    pub writes: &'static str,
    /// Writes what of a policy the tool can hold.
    pub write: fn(&Policy) -> Exported,
}

/// Every kind that can be read.
pub static IMPORTERS: &[&Importer] = &[
    &policy_bot::IMPORTER,
    &codeowners::kinds::GITHUB,
    &codeowners::kinds::GITHUB_INLINE,
    &codeowners::kinds::GITLAB,
    &codeowners::kinds::GITLAB_INLINE,
    &commitlint::IMPORTER,
    &gitlint::IMPORTER,
    &hosts::rulesets::IMPORTER,
    &hosts::protection::IMPORTER,
    &hosts::gitlab::IMPORTER,
    &hosts::gitea::IMPORTER,
];

/// Every kind that can be written.
pub static EXPORTERS: &[&Exporter] =
    &[&hosts::rulesets::EXPORTER, &codeowners::kinds::TO_GITHUB, &codeowners::kinds::TO_GITLAB];

impl Imported {
    /// Whether the policy asks for everything that the original asked for.
    pub fn is_whole(&self) -> bool {
        self.notes.iter().all(|it| !it.how.is_less())
    }

    /// What an importer wrote, if it is a policy.
    fn checked(toml: String, notes: Vec<Note>) -> Result<Self, Unreadable> {
        let mut none = |_: &str| Err("an imported policy stands alone".to_owned());
        match policy::parse("refgate.toml", &toml, &mut none) {
            Ok(_) => Ok(Self { toml, notes }),
            Err(problems) => Err(Unreadable::no_policy(&problems)),
        }
    }
}

impl Exported {
    /// Whether the configuration asks for everything that the policy asks for.
    pub fn is_whole(&self) -> bool {
        self.notes.iter().all(|it| !it.how.is_less())
    }
}

/// A text as TOML writes it.
fn text(value: &str) -> String {
    draft::Value::text(value).to_string()
}

/// Texts as TOML writes a list of them.
fn list<T: AsRef<str>>(values: &[T]) -> String {
    draft::Value::texts(values.iter().map(AsRef::as_ref)).to_string()
}
