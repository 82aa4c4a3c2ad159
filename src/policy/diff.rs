//! What becomes stricter or looser between two policies.
//!
//! A policy is a conjunction, so what it asks is a set of demands, each of some
//! refs, under some condition, by some rule. A demand that comes makes the
//! policy stricter, one that goes makes it looser.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::{Exemption, Mode, Policy, Protection};

/// One thing that differs between two policies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Difference {
    /// Which way it goes.
    pub direction: Direction,
    /// What differs, as a sentence without a full stop.
    pub what: String,
}

/// Which way a difference goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// The new policy refuses more.
    Stricter,
    /// The new policy refuses less.
    Looser,
    /// It refuses otherwise; which way cannot be said.
    Changed,
}

/// A demand's place: a ref pattern, a condition and a rule.
type Place = (String, String, &'static str);

/// Where a rule is asked for, and its settings, with what names of approvals mean
/// in their place: what a name means is part of each rule that says it.
type Demand<'p> = (&'p Protection, toml::Value);

/// Every difference between `old` and `new`.
pub fn diff(old: &Policy, new: &Policy) -> Vec<Difference> {
    let mut found = Differences(Vec::new());
    found.demands(&demands(old), &demands(new));
    found.exemptions(old, new);
    found.stages(old, new);
    found.roles(old, new);
    found.people(old, new);
    found.0
}

fn demands(policy: &Policy) -> BTreeMap<Place, Vec<Demand<'_>>> {
    let mut demands: BTreeMap<Place, Vec<_>> = BTreeMap::new();
    for protection in &policy.protections {
        let when = protection.when.as_ref().map(ToString::to_string).unwrap_or_default();
        for asked in &protection.rules {
            let settings = match asked.spec.name {
                "approvals" => meant(policy, &asked.settings),
                _ => asked.settings.clone(),
            };
            for pattern in &protection.refs.full {
                let place = (pattern.clone(), when.clone(), asked.spec.name);
                demands.entry(place).or_default().push((protection, settings.clone()));
            }
        }
    }
    demands
}

/// A requirement with what the names in it mean. It ends, as no approval of a
/// policy that was read asks for itself.
fn meant(policy: &Policy, asked: &toml::Value) -> toml::Value {
    let parts = |parts: &[toml::Value]| {
        toml::Value::Array(parts.iter().map(|it| meant(policy, it)).collect())
    };
    match asked {
        toml::Value::String(name) => {
            let named = policy.written.get(name);
            named.map_or_else(|| asked.clone(), |it| meant(policy, &it.settings))
        }
        toml::Value::Array(all) => parts(all),
        toml::Value::Table(keys) => {
            let below = |(key, it): (&String, &toml::Value)| {
                let it = match (key.as_str(), it) {
                    ("all-of" | "any-of", toml::Value::Array(all)) => parts(all),
                    ("not", part) => meant(policy, part),
                    (_, other) => other.clone(),
                };
                (key.clone(), it)
            };
            toml::Value::Table(keys.iter().map(below).collect())
        }
        other => other.clone(),
    }
}

struct Differences(Vec<Difference>);

impl Differences {
    fn add(&mut self, direction: Direction, what: String) {
        let difference = Difference { direction, what };
        if !self.0.contains(&difference) {
            self.0.push(difference);
        }
    }

    fn demands(
        &mut self,
        old: &BTreeMap<Place, Vec<Demand<'_>>>,
        new: &BTreeMap<Place, Vec<Demand<'_>>>,
    ) {
        let places: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        for place in places {
            let (pattern, when, rule) = place;
            let some = if when.is_empty() { String::new() } else { format!(" when {when}") };
            let name = format!("{pattern}: `{rule}`{some}");
            match (old.get(place), new.get(place)) {
                (None, Some(_)) => self.add(Direction::Stricter, format!("{name} is asked")),
                (Some(_), None) => {
                    self.add(Direction::Looser, format!("{name} is no longer asked"));
                }
                (Some(before), Some(after)) => self.demand(&name, before, after),
                (None, None) => {}
            }
        }
    }

    fn demand(&mut self, name: &str, before: &[Demand<'_>], after: &[Demand<'_>]) {
        let ([(old, was)], [(new, is)]) = (before, after) else {
            let told = |all: &[Demand<'_>]| -> BTreeSet<String> {
                let one = |(it, settings): &Demand<'_>| {
                    format!("{settings} {:?} {:?}", it.mode, it.since)
                };
                all.iter().map(one).collect()
            };
            let (was, is) = (told(before), told(after));
            if was != is {
                self.add(
                    direction(is.is_subset(&was), was.is_subset(&is)),
                    format!("{name} is asked {} times, not {}", after.len(), before.len()),
                );
            }
            return;
        };
        if was != is {
            let way = match settings(was, is) {
                Some(Ordering::Less) => Direction::Looser,
                Some(Ordering::Greater) => Direction::Stricter,
                Some(Ordering::Equal) | None => Direction::Changed,
            };
            self.add(way, format!("{name} is {is}, was {was}"));
        }
        match (old.mode, new.mode) {
            (Mode::Warn, Mode::Enforce) => {
                self.add(Direction::Stricter, format!("{name} denies, no longer only warns"));
            }
            (Mode::Enforce, Mode::Warn) => {
                self.add(Direction::Looser, format!("{name} only warns, no longer denies"));
            }
            (Mode::Warn, Mode::Warn) | (Mode::Enforce, Mode::Enforce) => {}
        }
        // Not to have a day is to have had it always.
        match new.since.cmp(&old.since) {
            Ordering::Less => self.add(Direction::Stricter, format!("{name} denies earlier")),
            Ordering::Greater => self.add(Direction::Looser, format!("{name} denies later")),
            Ordering::Equal => {}
        }
    }

    fn exemptions(&mut self, old: &Policy, new: &Policy) {
        let key = |it: &Exemption| {
            let refs = it.refs.as_ref().map(|it| &it.full);
            let paths = it.paths.as_ref().map(|it| &it.written);
            format!("{:?}", (&it.rule, refs, paths, &it.commits, &it.actors))
        };
        let table = |policy: &Policy| -> BTreeMap<String, (String, i64)> {
            let entry = |it: &Exemption| (key(it), (it.rule.clone(), it.until));
            policy.exemptions.iter().map(entry).collect()
        };
        let (old, new) = (table(old), table(new));
        for (key, (rule, until)) in &new {
            match old.get(key).map(|(_, was)| until.cmp(was)) {
                None => self.add(Direction::Looser, format!("an exemption from `{rule}` is given")),
                Some(Ordering::Greater) => {
                    self.add(Direction::Looser, format!("an exemption from `{rule}` ends later"));
                }
                Some(Ordering::Less) => {
                    self.add(
                        Direction::Stricter,
                        format!("an exemption from `{rule}` ends earlier"),
                    );
                }
                Some(Ordering::Equal) => {}
            }
        }
        for (_, (rule, _)) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
            self.add(Direction::Stricter, format!("an exemption from `{rule}` is gone"));
        }
    }

    fn stages(&mut self, old: &Policy, new: &Policy) {
        for stage in new.stages.iter().filter(|it| !old.stages.contains(it)) {
            self.add(Direction::Stricter, format!("the policy is enforced at {stage}"));
        }
        for stage in old.stages.iter().filter(|it| !new.stages.contains(it)) {
            self.add(Direction::Looser, format!("the policy is no longer enforced at {stage}"));
        }
    }

    /// More people in a role may do more.
    fn roles(&mut self, old: &Policy, new: &Policy) {
        let (old, new) = (&old.people.roles, &new.people.roles);
        let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        for name in names {
            let members = |roles: &BTreeMap<String, Vec<String>>| -> BTreeSet<String> {
                roles.get(name).into_iter().flatten().cloned().collect()
            };
            let (was, is) = (members(old), members(new));
            for member in is.difference(&was) {
                self.add(Direction::Looser, format!("{member} is in the role `{name}`"));
            }
            for member in was.difference(&is) {
                self.add(
                    Direction::Stricter,
                    format!("{member} is no longer in the role `{name}`"),
                );
            }
        }
    }

    /// Who is who decides who may do what, in ways that cannot be ordered.
    fn people(&mut self, old: &Policy, new: &Policy) {
        let (old, new) = (&old.people.persons, &new.people.persons);
        let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        for name in names {
            let told = |it: Option<_>| format!("{it:?}");
            if told(old.get(name)) != told(new.get(name)) {
                self.add(Direction::Changed, format!("the person `{name}` is told differently"));
            }
        }
    }
}

/// The way to a set from another, if each is or is not part of the other.
fn direction(less: bool, more: bool) -> Direction {
    match (less, more) {
        (true, false) => Direction::Looser,
        (false, true) => Direction::Stricter,
        (true, true) | (false, false) => Direction::Changed,
    }
}

/// How strict `new` settings are beside `old`, if their names tell: what is
/// switched on is stricter, so is a smaller maximum, a greater minimum and
/// count, and a longer list of what is denied. A setting that comes or goes meets
/// a default, which cannot be told from here.
fn settings(old: &toml::Value, new: &toml::Value) -> Option<Ordering> {
    match (old, new) {
        (toml::Value::Boolean(old), toml::Value::Boolean(new)) => Some(new.cmp(old)),
        (toml::Value::Table(old), toml::Value::Table(new)) => {
            let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
            let mut sum = Ordering::Equal;
            for key in keys {
                let one = setting(key, old.get(key), new.get(key))?;
                match (sum, one) {
                    (_, Ordering::Equal) => {}
                    (Ordering::Equal, one) => sum = one,
                    (sum, one) if sum == one => {}
                    _ => return None,
                }
            }
            Some(sum)
        }
        (old, new) => (old == new).then_some(Ordering::Equal),
    }
}

fn setting(key: &str, old: Option<&toml::Value>, new: Option<&toml::Value>) -> Option<Ordering> {
    if old == new {
        return Some(Ordering::Equal);
    }
    let (most, least) = (key.contains("max"), key.contains("min") || key == "count");
    let names = key == "deny" || key == "forbid" || key == "require" || key == "required";
    match (old, new) {
        (Some(toml::Value::Integer(old)), Some(toml::Value::Integer(new))) if most => {
            Some(old.cmp(new))
        }
        (Some(toml::Value::Integer(old)), Some(toml::Value::Integer(new))) if least => {
            Some(new.cmp(old))
        }
        (Some(toml::Value::Array(old)), Some(toml::Value::Array(new))) if names => {
            let more = old.iter().all(|it| new.contains(it));
            let less = new.iter().all(|it| old.contains(it));
            match (more, less) {
                (true, true) => Some(Ordering::Equal),
                (true, false) => Some(Ordering::Greater),
                (false, true) => Some(Ordering::Less),
                (false, false) => None,
            }
        }
        _ => None,
    }
}
