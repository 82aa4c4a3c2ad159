//! Finds secrets in bytes, and tells them without repeating them.
//!
//! One literal search over the keywords of all patterns decides where to look.
//! Around a hit the pattern's regular expression runs in a window that is no
//! wider than its longest match, and structure (checksums, decoded bodies,
//! entropy) decides before a person is bothered. Text in UTF-16 and UTF-32 is
//! looked at too. What is found holds a fingerprint and never the secret.

mod armour;
mod around;
mod base64;
mod check;
mod edge;
mod heads;
mod layer;
mod matcher;
mod pattern;
mod plain;
mod proof;
mod sample;
mod scanner;
mod setting;
mod wide;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

pub use check::Candidate;
pub use matcher::{Custom, Matcher};
pub use pattern::{Body, Pattern, patterns};
pub use sample::{expand, sample};
pub use scanner::Scanner;

/// A secret that was found. Never holds the secret itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// What it is.
    pub label: Arc<Label>,
    /// Where the secret begins, in bytes from the beginning of the input.
    pub offset: u64,
    /// Where it ends; the byte there is no part of it.
    pub end: u64,
    /// The line, from 1.
    pub line: usize,
    /// The column, in bytes from 1.
    pub column: usize,
    /// The first and last four bytes where they give little away, else empty.
    pub redacted: String,
    /// The first 16 hexadecimal digits of a SHA-256 over pattern and secret;
    /// `None` if the secret could be guessed from them.
    pub fingerprint: Option<String>,
    /// Which secret it is, for comparison in memory.
    pub identity: Identity,
    /// How many of the pattern stand before it in the input.
    pub ordinal: usize,
    /// Why the line itself asks to let it pass, if it does: the rest of the line,
    /// which may hold other secrets.
    pub allowed: Option<String>,
}

/// Tells one secret from another. Never shown, nor written anywhere: a short
/// secret could be guessed from it.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Identity([u8; 32]);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Finding {
    /// A stable name of what was found that does not give it away: of the secret
    /// itself, or of its place if the secret is short or a person's choice.
    pub fn fingerprint_at(&self, place: &[u8]) -> String {
        self.fingerprint.clone().unwrap_or_else(|| {
            let mut hash = Sha256::new();
            for part in [b"refgate-secret-v2", self.label.id.as_bytes(), place] {
                hash.update(part);
                hash.update(b"\0");
            }
            hash.update(self.ordinal.to_string());
            digits(&hash.finalize())
        })
    }
}

fn digits(hash: &[u8]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What a pattern is called.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Label {
    /// The pattern's id, in kebab case.
    pub id: Cow<'static, str>,
    /// What it finds, for people.
    pub name: Cow<'static, str>,
    /// Where or how to make the secret useless.
    pub revoke: Cow<'static, str>,
    /// Which kind it is.
    pub kind: Kind,
    /// How sure one can be.
    pub confidence: Confidence,
}

/// The two kinds of patterns.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A provider's published format.
    Provider,
    /// Something that is used like a secret.
    Generic,
}

/// How sure one can be that a finding is a secret, least first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Confidence {
    /// It is used like one and looks random.
    Possible,
    /// It has a provider's shape.
    Likely,
    /// Its checksum or inner structure is right.
    Certain,
}
