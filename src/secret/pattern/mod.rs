//! The patterns, one file for each field.
//!
//! To add one, write it into its field's list. Its examples must be found by
//! the whole matcher, its near-misses must not, and its `max` must be the
//! length of the longest match: `tests/secret.rs` holds it to that.

mod ai;
mod build;
mod chat;
mod cloud;
mod database;
mod forge;
mod generic;
mod host;
mod key;
mod mail;
mod payment;
mod registry;
mod service;

use super::check::{self, Candidate};
use super::{Confidence, Kind};

/// How much of what follows a match belongs to the secret, if it is one.
pub type Body = fn(&[u8]) -> Option<usize>;

/// What a kind of secret looks like.
pub struct Pattern {
    /// Its id, in kebab case. Stands in fingerprints: never change it.
    pub id: &'static str,
    /// What it finds, for people.
    pub name: &'static str,
    /// What whoever has it can do.
    pub grants: &'static str,
    /// One of these stands in every match, spelled so; in any case if the
    /// regex begins with `(?i`. Four bytes and more keep the search fast.
    pub keywords: &'static [&'static str],
    /// What it looks like. Over bytes, ASCII classes; group 1, if there is
    /// one, is the secret.
    pub regex: &'static str,
    /// The length of the longest match.
    pub max: usize,
    /// Whether a match is a secret after all.
    pub check: fn(&Candidate<'_>) -> bool,
    /// For armoured keys: how much of what follows the match belongs to the
    /// secret. `None`: it is no secret.
    pub body: Option<Body>,
    /// How much of what follows `body` may look at.
    pub reach: usize,
    /// Whether a secret begins and ends at the edge of a word.
    pub edges: bool,
    /// Whether its ends may be shown.
    pub shows: bool,
    /// Which kind it is.
    pub kind: Kind,
    /// How sure one can be.
    pub confidence: Confidence,
    /// Where or how to make it useless.
    pub revoke: &'static str,
    /// Templates, see [`expand`](super::expand), of what must be found.
    pub examples: &'static [&'static str],
    /// Templates of what must not be found, by this pattern or any other.
    pub near: &'static [&'static str],
}

/// What most patterns of providers have in common.
const PROVIDER: Pattern = Pattern {
    id: "",
    name: "",
    grants: "",
    keywords: &[],
    regex: "",
    max: 0,
    check: check::random,
    body: None,
    reach: 0,
    edges: true,
    shows: true,
    kind: Kind::Provider,
    confidence: Confidence::Likely,
    revoke: "",
    examples: &[],
    near: &[],
};

/// Every built-in pattern.
pub fn patterns() -> impl Iterator<Item = &'static Pattern> {
    [
        forge::PATTERNS,
        cloud::PATTERNS,
        host::PATTERNS,
        registry::PATTERNS,
        chat::PATTERNS,
        payment::PATTERNS,
        mail::PATTERNS,
        ai::PATTERNS,
        build::PATTERNS,
        database::PATTERNS,
        service::PATTERNS,
        key::PATTERNS,
        generic::PATTERNS,
    ]
    .into_iter()
    .flatten()
}

/// The regular expression of a value behind a key or comment that names the
/// provider, for formats that say too little by themselves. It takes 50 bytes
/// more than the name and the value.
macro_rules! named {
    ($name:literal, $value:literal) => {
        concat!(
            "(?i:",
            $name,
            r#")[\w.\-"'\]) ]{0,40}?(?::=|=>|[=:,(]){1,2}[ \t]{0,4}["'`]?("#,
            $value,
            ")"
        )
    };
}
use named;
