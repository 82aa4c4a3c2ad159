//! The patterns, one file for each field.
//!
//! To add one, write it into its field's list. Its examples must be found by
//! the whole matcher, its near-misses must not, and its `max` must be the
//! length of the longest match: `tests/secret.rs` holds it to that.

mod ai;
mod amazon;
mod azure;
mod build;
mod chain;
mod chat;
mod cloud;
mod cluster;
mod command;
mod commerce;
mod config;
mod database;
mod deploy;
mod device;
mod forge;
mod framework;
mod gateway;
mod generic;
mod host;
mod hosted;
mod identity;
mod infra;
mod key;
mod lookup;
mod mail;
mod map;
mod model;
mod monitor;
mod payment;
mod places;
mod reach;
mod registry;
mod sale;
mod service;
mod setup;
mod ship;
mod shop;
mod social;
mod suite;
mod switch;
mod talk;
mod team;
mod trade;
mod value;
mod vault;
mod watch;
mod work;

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

/// What is only used like a secret.
const GENERIC: Pattern =
    Pattern { kind: Kind::Generic, confidence: Confidence::Possible, ..PROVIDER };

/// What a person may have chosen: its ends would say too much, and it may begin and end
/// with anything.
const PASSWORD: Pattern = Pattern { edges: false, shows: false, ..GENERIC };

/// The regular expression of a value that stands behind a provider's name on
/// its line, whatever is between them: in an address, a header, a call. For
/// values that say much by themselves. It takes 70 bytes more than the name and
/// the value.
macro_rules! behind {
    ($name:literal, $value:literal) => {
        concat!(
            "(?i:",
            $name,
            r#")[^\n]{0,50}?(?:[=:>,("'`/|\s]\s{0,8}|\n\s{0,8}["']?value["']?\s?[:=]\s?)["'`]?("#,
            $value,
            ")"
        )
    };
}
use behind;

/// Every built-in pattern.
pub fn patterns() -> impl Iterator<Item = &'static Pattern> {
    [
        // Before those whose prefixes they share.
        identity::PATTERNS,
        shop::PATTERNS,
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
        vault::PATTERNS,
        team::PATTERNS,
        switch::PATTERNS,
        trade::PATTERNS,
        talk::PATTERNS,
        sale::PATTERNS,
        gateway::PATTERNS,
        map::PATTERNS,
        cluster::PATTERNS,
        deploy::PATTERNS,
        infra::PATTERNS,
        watch::PATTERNS,
        model::PATTERNS,
        social::PATTERNS,
        suite::PATTERNS,
        commerce::PATTERNS,
        places::PATTERNS,
        work::PATTERNS,
        reach::PATTERNS,
        monitor::PATTERNS,
        ship::PATTERNS,
        chain::PATTERNS,
        lookup::PATTERNS,
        device::PATTERNS,
        amazon::PATTERNS,
        azure::PATTERNS,
        hosted::PATTERNS,
        command::PATTERNS,
        key::PATTERNS,
        framework::PATTERNS,
        config::PATTERNS,
        generic::PATTERNS,
        setup::PATTERNS,
        value::PATTERNS,
    ]
    .into_iter()
    .flatten()
}

/// The regular expression of a value behind a key or comment that names the
/// provider, for formats that say too little by themselves: an assignment or
/// call, a typed one, a field `value` beside the name, an argument. It takes 49
/// bytes more than the name and the value.
macro_rules! named {
    ($name:literal, $value:literal) => {
        concat!(
            "(?i:",
            $name,
            r#")[\w.\-"'\]) \\]{0,29}?(?:[=:,(>|?]{1,4}(?:\s[>|]-?)?[\s\\]{0,10}|[:?{]{1,2}\s{0,3}[A-Za-z]{1,9}\s?=\s?"#,
            r#"|[,\s]\s{0,8}["']?value["']?\s?[:=]\s?|[ \t]{1,4})["'`]?("#,
            $value,
            ")"
        )
    };
}
use named;

/// As [`named!`], for formats that say next to nothing: behind the provider's
/// name, on the same line or a few further on, something says that it is a
/// secret, as in a flag, a header or a section of a settings file. It takes 95
/// bytes more than the name and the value.
macro_rules! keyed {
    ($name:literal, $value:literal) => {
        concat!(
            "(?i:",
            $name,
            r#")[^;]{0,48}?(?i:key|token|secret|pass|auth|cred|bearer)(?:[\w.\-"'\])\\ ?:>]{0,24}?(?::=|=>|\?=|[=:,(>]){1,2}[ \t]{0,4}|[ ]|["']?,?\s{1,16}["']?value["']?\s{0,2}[=:]\s{0,2})(?:\\?["'`])?(?:(?i:bearer|token|basic)[ ])?("#,
            $value,
            r")\b{end-half}"
        )
    };
}
use keyed;
