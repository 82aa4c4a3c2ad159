//! The tables of a policy, as they are written.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::{Asked, Exemption, Mode, Policy, Protection, When};
use crate::model::{Actor, Oid, Origin, PathPatterns, Person, RefPatterns, Timestamp};

/// The keys of `[[protect]]` that are no rules.
pub(super) const HEAD: &[&str] = &["refs", "name", "why", "mode", "since", "when"];

/// `[roles]`.
pub(super) type Roles = BTreeMap<String, Vec<String>>;

/// `[people]`.
pub(super) type Persons = BTreeMap<String, WrittenPerson>;

/// What is no rule in a protection.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    refs: RefPatterns,
    name: Option<String>,
    why: Option<String>,
    #[serde(default)]
    mode: Mode,
    pub(super) since: Option<Spanned<Datetime>>,
    pub(super) when: Option<Spanned<When>>,
}

/// One key of it, to be told about each.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its errors alone")]
pub(super) struct PartOfHead {
    refs: Option<RefPatterns>,
    name: Option<String>,
    why: Option<String>,
    mode: Option<Mode>,
    since: Option<Datetime>,
    when: Option<When>,
}

impl Head {
    pub(super) fn protection(
        self,
        origin: Origin,
        since: Option<Timestamp>,
        rules: Vec<Asked>,
    ) -> Protection {
        let Self { refs, name, why, mode, when, .. } = self;
        let when = when.map(Spanned::into_inner);
        Protection { origin, name, why, mode, since, refs, when, rules }
    }
}

/// An exemption.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exempt {
    pub(super) rule: Spanned<String>,
    refs: Option<RefPatterns>,
    paths: Option<PathPatterns>,
    #[serde(default)]
    commits: Vec<Oid>,
    #[serde(default)]
    actors: Vec<Actor>,
    pub(super) until: Spanned<Datetime>,
    pub(super) why: Spanned<String>,
}

impl Exempt {
    pub(super) fn exemption(self, origin: Origin, until: Timestamp) -> Exemption {
        let Self { rule, refs, paths, commits, actors, why, .. } = self;
        let (rule, why) = (rule.into_inner(), why.into_inner());
        Exemption { origin, rule, refs, paths, commits, actors, until, why }
    }
}

/// A person.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(super) struct WrittenPerson {
    logins: BTreeMap<String, String>,
    emails: Vec<String>,
    keys: Vec<String>,
}

/// Adds roles.
pub(super) fn add_roles(policy: &mut Policy, roles: Roles) {
    for (name, members) in roles {
        policy.people.roles.entry(name).or_insert(members);
    }
}

/// Adds people.
pub(super) fn add_persons(policy: &mut Policy, persons: Persons) {
    for (name, written) in persons {
        let WrittenPerson { logins, emails, keys } = written;
        policy.people.persons.entry(name).or_insert(Person { logins, emails, keys });
    }
}

/// The moment that `written` names: a day begins at midnight UTC, a time
/// without offset is UTC. `None` for a time without a day, or no such day.
pub(crate) fn timestamp(written: &Datetime) -> Option<Timestamp> {
    let date = written.date?;
    let date = jiff::civil::Date::new(
        i16::try_from(date.year).ok()?,
        i8::try_from(date.month).ok()?,
        i8::try_from(date.day).ok()?,
    )
    .ok()?;
    let time = written.time.map_or(Some(jiff::civil::Time::midnight()), |it| {
        let part = |value: u8| i8::try_from(value).ok();
        let second = part(it.second.unwrap_or(0))?.min(59);
        jiff::civil::Time::new(part(it.hour)?, part(it.minute)?, second, 0).ok()
    })?;
    let offset = match written.offset {
        Some(toml::value::Offset::Custom { minutes }) => i64::from(minutes) * 60,
        Some(toml::value::Offset::Z) | None => 0,
    };
    let utc = date.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(utc.timestamp().as_second() - offset)
}
