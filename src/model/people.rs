//! Who is who: people with their logins and addresses, and the roles they hold.

use std::collections::BTreeMap;

use super::{Actor, Fact, Facts};

/// The people and roles that a policy names.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Role name to its members: names of people, logins, `@org/team`.
    pub roles: BTreeMap<String, Vec<String>>,
    /// Name to what belongs to that person.
    pub persons: BTreeMap<String, Person>,
}

/// What belongs to one person.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// Logins, by host.
    pub logins: BTreeMap<String, String>,
    /// Addresses.
    pub emails: Vec<String>,
    /// Public keys, as OpenSSH writes them.
    pub keys: Vec<String>,
}

impl People {
    /// The name of the person whom `login` or address belongs to. Letter case is
    /// ignored; a leading `@` too.
    pub fn person(&self, login: &str) -> Option<&str> {
        let login = login.trim_start_matches('@');
        let same = |it: &str| it.to_lowercase() == login.to_lowercase();
        let is = |name: &str, person: &Person| {
            same(name)
                || person.logins.values().any(|it| same(it))
                || person.emails.iter().any(|it| same(it))
        };
        self.persons.iter().find(|(name, person)| is(name, person)).map(|(name, _)| name.as_str())
    }

    /// Whether two logins, names or addresses belong to one person.
    pub fn same(&self, one: &str, other: &str) -> bool {
        let bare = |it: &str| it.trim_start_matches('@').to_lowercase();
        match (self.person(one), self.person(other)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => bare(one) == bare(other),
            _ => false,
        }
    }

    /// Whether `actor` is one of `who`: a role, a person, a login or `@org/team`.
    ///
    /// Unknown only if everything else says no and a team's members are unknown.
    pub fn is_one_of(&self, actor: &Actor, who: &[String], facts: &dyn Facts) -> Fact<bool> {
        self.among(actor, who, facts, 0)
    }

    fn among(&self, actor: &Actor, who: &[String], facts: &dyn Facts, depth: u8) -> Fact<bool> {
        let mut answer = Ok(false);
        for entry in who {
            let found = match self.roles.get(entry) {
                // Roles may name roles; a circle ends here.
                Some(members) if depth < 8 => self.among(actor, members, facts, depth + 1),
                Some(_) => Ok(false),
                None if entry.contains('/') => facts.in_team(actor, entry),
                None => Ok(self.same(&actor.0, entry)),
            };
            match found {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(unknown) => answer = Err(unknown),
            }
        }
        answer
    }

    /// `ana or @acme/dba`, for people.
    pub fn names(who: &[String]) -> String {
        let shown: Vec<_> =
            who.iter().map(|it| format!("@{}", it.trim_start_matches('@'))).collect();
        shown.join(" or ")
    }
}
