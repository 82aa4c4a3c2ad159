//! Who is who: people with their logins and addresses, and the roles they hold.

use std::collections::{BTreeMap, BTreeSet};

use super::{Actor, Fact, Facts, Need};

/// The people and roles that a policy names.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Role name to its members: names of people, logins, `@org/team`.
    pub roles: BTreeMap<String, Vec<String>>,
    /// Name to what belongs to that person.
    pub persons: BTreeMap<String, Person>,
    /// The host whose logins actors have, if it is known.
    pub host: Option<String>,
}

/// Whether two logins or addresses are the same but for letter case and `@`.
fn alike(one: &str, other: &str) -> bool {
    let bare = |it: &str| it.trim_start_matches('@').to_lowercase();
    bare(one) == bare(other)
}

/// What belongs to one person.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Person {
    /// Logins, by host.
    pub logins: BTreeMap<String, String>,
    /// Addresses.
    pub emails: Vec<String>,
    /// Public keys, as OpenSSH writes them.
    pub keys: Vec<String>,
}

impl People {
    /// The name of the person whom a login or address belongs to. Letter case is
    /// ignored; a leading `@` too.
    ///
    /// A login at one host says nothing about the same login at another, so only
    /// those at `host` count where it is known. A person who has logins is not
    /// known by the name that the policy gives them: anyone may register it.
    pub fn person(&self, login: &str) -> Option<&str> {
        let is = |name: &str, person: &Person| {
            let here = person
                .logins
                .iter()
                .filter(|(host, _)| self.host.as_ref().is_none_or(|it| it == *host));
            person.logins.is_empty() && alike(name, login)
                || here.into_iter().any(|(_, it)| alike(it, login))
                || person.emails.iter().any(|it| alike(it, login))
        };
        self.persons.iter().find(|(name, person)| is(name, person)).map(|(name, _)| name.as_str())
    }

    /// The person whom the policy means by `entry`: by name, else by login.
    fn meant(&self, entry: &str) -> Option<&str> {
        let bare = entry.trim_start_matches('@');
        let named = self.persons.get_key_value(bare).map(|(name, _)| name.as_str());
        named.or_else(|| self.person(bare))
    }

    /// Whether two logins or addresses belong to one person.
    pub fn same(&self, one: &str, other: &str) -> bool {
        match (self.person(one), self.person(other)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => alike(one, other),
            _ => false,
        }
    }

    /// Whether `actor` is one of `who`: a role, a person, a login or `@org/team`.
    ///
    /// Unknown only if everything else says no and a team's members are unknown.
    pub fn is_one_of(&self, actor: &Actor, who: &[String], facts: &dyn Facts) -> Fact<bool> {
        self.among(actor, who, facts, &mut BTreeSet::new())
    }

    fn among<'p>(
        &'p self,
        actor: &Actor,
        who: &'p [String],
        facts: &dyn Facts,
        asked: &mut BTreeSet<&'p str>,
    ) -> Fact<bool> {
        let mut answer = Ok(false);
        for entry in who {
            let found = match self.roles.get(entry) {
                // Roles may name roles. Each is asked once, so a circle ends here.
                Some(members) if asked.insert(entry) => self.among(actor, members, facts, asked),
                Some(_) => Ok(false),
                None if entry.contains('/') => facts.in_team(actor, entry),
                None => Ok(match (self.meant(entry), self.person(&actor.0)) {
                    (Some(meant), Some(person)) => meant == person,
                    (None, None) => alike(entry, &actor.0),
                    _ => false,
                }),
            };
            match found {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(unknown) => answer = Err(unknown),
            }
        }
        answer
    }

    /// The facts that tell whether an actor is one of `who`.
    pub fn needs_of(&self, who: &[String]) -> Vec<Need> {
        if self.has_team(who) { vec![Need::Actor, Need::Teams] } else { vec![Need::Actor] }
    }

    /// Whether a team of the host is among `who`, also by way of a role.
    pub fn has_team(&self, who: &[String]) -> bool {
        self.members(who).iter().any(|it| it.contains('/'))
    }

    /// Everyone whom `who` names, with roles replaced by their members.
    pub fn members<'p>(&'p self, who: &'p [String]) -> Vec<&'p str> {
        let mut found: Vec<&str> = Vec::new();
        let mut roles: BTreeSet<&str> = BTreeSet::new();
        let mut queue: Vec<&String> = who.iter().collect();
        while let Some(name) = queue.pop() {
            match self.roles.get(name) {
                Some(members) if roles.insert(name) => queue.extend(members),
                Some(_) => {}
                None => found.push(name),
            }
        }
        found
    }

    /// `ana or @acme/dba`, for people.
    pub fn names(who: &[String]) -> String {
        let shown: Vec<_> =
            who.iter().map(|it| format!("@{}", it.trim_start_matches('@'))).collect();
        shown.join(" or ")
    }
}
