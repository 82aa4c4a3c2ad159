//! Who is who: people with their logins and addresses, and the roles they hold.

use std::collections::{BTreeMap, BTreeSet};

use super::{Actor, Fact, Facts, Need, Permission, Unknown};

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
    let [one, other] = [one, other].map(|it| it.trim_start_matches('@'));
    match one.is_ascii() && other.is_ascii() {
        true => one.eq_ignore_ascii_case(other),
        false => one.to_lowercase() == other.to_lowercase(),
    }
}

/// Ways of naming people other than by name, login or address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    /// `@org/team`.
    Team,
    /// `org:acme`.
    Organization,
    /// `permission:write`: whoever may do at least that.
    Permission,
    /// `app:renovate`: the bot of an app.
    App,
    /// `id:42`, or `ana#42`: an account by its number, whatever its login.
    Id,
}

impl Kind {
    fn of(entry: &str) -> Option<Self> {
        match entry.split_once(':') {
            Some(("org", _)) => Some(Self::Organization),
            Some(("permission", _)) => Some(Self::Permission),
            Some(("app", _)) => Some(Self::App),
            Some(("id", _)) => Some(Self::Id),
            Some(_) => None,
            None if entry.contains('/') => Some(Self::Team),
            None if entry.contains('#') => Some(Self::Id),
            None => None,
        }
    }

    /// Whether only the host knows how many people that is.
    fn is_open(self) -> bool {
        match self {
            Self::Team | Self::Organization | Self::Permission => true,
            Self::App | Self::Id => false,
        }
    }
}

/// The account number that `id:42` or `ana#42` names.
fn id(entry: &str) -> Option<u64> {
    let digits = entry.strip_prefix("id:").or_else(|| Some(entry.rsplit_once('#')?.1))?;
    digits.parse().ok()
}

/// How many members of a role are named one by one.
const FEW: usize = 3;

/// What someone is called who reads that they are asked: `someone with write
/// permission`.
fn in_words(entry: &str) -> String {
    let name = entry.split_once(':').map_or(entry, |(_, name)| name);
    match Kind::of(entry) {
        Some(Kind::Organization) => format!("a member of {name}"),
        Some(Kind::Permission) => format!("someone with {name} permission"),
        Some(Kind::App) => format!("the app {name}"),
        Some(Kind::Team | Kind::Id) | None => format!("@{}", entry.trim_start_matches('@')),
    }
}

/// Whether an account is of a kind that the host tells.
fn of_kind(actor: &Actor, entry: &str, facts: &dyn Facts) -> Fact<bool> {
    let name = entry.split_once(':').map_or(entry, |(_, name)| name);
    match Kind::of(entry) {
        Some(Kind::Team) => facts.in_team(actor, entry),
        Some(Kind::Organization) => facts.in_organization(actor, name),
        Some(Kind::Permission) => match Permission::named(name) {
            Some(least) => Ok(facts.permission(actor)? >= least),
            None => Ok(false),
        },
        Some(Kind::App) => Ok(alike(&actor.0, &format!("{name}[bot]"))),
        Some(Kind::Id) => {
            let pinned = id(entry);
            Ok(pinned.is_some() && facts.account(actor)?.id == pinned)
        }
        None => Ok(false),
    }
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

impl Person {
    /// Whether the login is theirs at `host`, or at some host if that is not known.
    fn uses(&self, login: &str, host: Option<&str>) -> bool {
        let here = self.logins.iter().filter(|(at, _)| host.is_none_or(|it| it == *at));
        here.into_iter().any(|(_, it)| alike(it, login))
    }

    /// Whether the login is the only one they have.
    fn has_only(&self, login: &str) -> bool {
        !self.logins.is_empty() && self.logins.values().all(|it| alike(it, login))
    }
}

impl People {
    /// The name of the person whom a login or address belongs to. Letter case is
    /// ignored; a leading `@` too.
    ///
    /// A login at one host says nothing about the same login at another, so only
    /// those at `host` count where it is known. Where it is not, only a login does
    /// that is all someone has, and nobody else's. A person who has logins is not
    /// known by the name that the policy gives them: anyone may register it.
    pub fn person(&self, login: &str) -> Option<&str> {
        let host = self.host.as_deref();
        let is = |name: &str, person: &Person| {
            person.logins.is_empty() && alike(name, login)
                || person.uses(login, host)
                    && (host.is_some() || person.has_only(login) && self.users(login).len() == 1)
                || person.emails.iter().any(|it| alike(it, login))
        };
        self.persons.iter().find(|(name, person)| is(name, person)).map(|(name, _)| name.as_str())
    }

    /// Everyone who has the login at some host.
    fn users(&self, login: &str) -> Vec<&str> {
        let users = self.persons.iter().filter(|(_, it)| it.uses(login, None));
        users.map(|(name, _)| name.as_str()).collect()
    }

    /// Those whom a login belongs to if the host is theirs, where that is not known.
    fn perhaps(&self, login: &str) -> BTreeSet<&str> {
        match (&self.host, self.person(login)) {
            (None, None) => self.users(login).into_iter().collect(),
            _ => BTreeSet::new(),
        }
    }

    /// Why it is not known who has the login `actor`, if it may be one of `who`.
    fn doubt(&self, actor: &Actor, who: &BTreeSet<&str>) -> Fact<bool> {
        match self.perhaps(&actor.0).intersection(who).next() {
            None => Ok(false),
            Some(person) => {
                let why = format!("{actor} is {person} at some host alone, and no host is named");
                Err(Unknown::Failed(Need::Accounts, why))
            }
        }
    }

    /// Whether `actor` is whom the policy means by `entry`, no special kind.
    fn is(&self, actor: &Actor, entry: &str) -> Fact<bool> {
        let found = match (self.meant(entry), self.person(&actor.0)) {
            (Some(meant), Some(person)) => meant == person,
            (None, None) => alike(entry, &actor.0),
            _ => false,
        };
        if found {
            return Ok(true);
        }
        let mut who = self.perhaps(entry);
        who.extend(self.meant(entry));
        self.doubt(actor, &who)
    }

    /// Supposes the host that is likely meant, if none is known and that matters.
    /// Where nothing is decided, such as in tests of a policy, that does no harm.
    pub fn suppose_host(&mut self) {
        let many = |it: &Person| it.logins.values().any(|login| !it.has_only(login));
        let doubtful = self.persons.values().any(many);
        let mut hosts = self.persons.values().flat_map(|it| it.logins.keys());
        if self.host.is_none() && doubtful {
            let github = self.persons.values().any(|it| it.logins.contains_key("github"));
            let first = hosts.next().cloned();
            self.host = if github { Some("github".to_owned()) } else { first };
        }
    }

    /// The person whom the policy means by `entry`: by name, else by login.
    fn meant(&self, entry: &str) -> Option<&str> {
        let bare = entry.trim_start_matches('@');
        let named = self.persons.get_key_value(bare).map(|(name, _)| name.as_str());
        named.or_else(|| self.person(bare))
    }

    /// One name for all logins and addresses of whoever has this one. A login that
    /// is the policy's name for someone else may be theirs, or one that someone has at
    /// a host that may be this, so it counts as theirs where one person must not count
    /// twice.
    pub fn key(&self, login: &str) -> String {
        let bare = login.trim_start_matches('@');
        let perhaps = || self.perhaps(bare).first().copied();
        self.person(bare).or_else(perhaps).unwrap_or(bare).to_lowercase()
    }

    /// Who a login or an address belongs to, where nobody else must be taken for
    /// them. That someone is called so by the policy alone makes them nobody's equal.
    pub fn identity(&self, login: &str) -> String {
        let bare = login.trim_start_matches('@');
        self.person(bare).map_or_else(|| bare.to_lowercase(), |it| format!("={it}"))
    }

    /// The same as [`People::key`] for an entry of a list of people, such as the name of a person.
    pub fn called(&self, entry: &str) -> String {
        let bare = entry.trim_start_matches('@');
        self.meant(bare).unwrap_or(bare).to_lowercase()
    }

    /// The entries, also by way of roles, that name someone and not whoever
    /// happens to have something in common.
    pub fn named_directly(&self, who: &[String]) -> Vec<String> {
        let members = self.members(who).into_iter();
        let direct = members.filter(|it| Kind::of(it).is_none_or(|it| !it.is_open()));
        direct.map(ToOwned::to_owned).collect()
    }

    /// Whether two logins or addresses belong to one person.
    pub fn same(&self, one: &str, other: &str) -> bool {
        match (self.person(one), self.person(other)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => alike(one, other),
            _ => false,
        }
    }

    /// Whether two are one person. Unknown where the host is, if that decides.
    pub fn are_one(&self, one: &Actor, other: &Actor) -> Fact<bool> {
        if self.same(&one.0, &other.0) {
            return Ok(true);
        }
        let who = |it: &Actor| {
            let mut who = self.perhaps(&it.0);
            who.extend(self.person(&it.0));
            who
        };
        let (first, second) = (who(one), who(other));
        self.doubt(one, &second)?;
        self.doubt(other, &first)
    }

    /// Whether `actor` is one of `who`: a role, a person, a login, `@org/team`,
    /// `org:NAME`, `permission:LEVEL`, `app:NAME`, `id:NUMBER` or `LOGIN#NUMBER`.
    /// Nobody known is none of them.
    ///
    /// Unknown only if everything else says no and a team's members are unknown, or
    /// the host is where that decides.
    pub fn is_one_of(&self, actor: &Actor, who: &[String], facts: &dyn Facts) -> Fact<bool> {
        self.is_among(actor, &self.members(who), facts)
    }

    /// The same for whom [`People::members`] names.
    pub fn is_among(&self, actor: &Actor, members: &[&str], facts: &dyn Facts) -> Fact<bool> {
        if actor.is_ghost() {
            return Ok(false);
        }
        let mut answer = Ok(false);
        for &entry in members {
            let found = match Kind::of(entry) {
                Some(_) => of_kind(actor, entry, facts),
                None => self.is(actor, entry),
            };
            match found {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(unknown) => answer = Err(unknown),
            }
        }
        answer
    }

    /// The facts that tell whether the pusher is one of `who`.
    pub fn needs_of(&self, who: &[String]) -> Vec<Need> {
        let mut needs = vec![Need::Actor];
        needs.extend(self.needs_to_match(who));
        needs
    }

    /// The facts that tell whether someone known is one of `who`.
    pub fn needs_to_match(&self, who: &[String]) -> Vec<Need> {
        let kinds: Vec<_> = self.members(who).into_iter().filter_map(Kind::of).collect();
        let any = |of: &[Kind]| kinds.iter().any(|it| of.contains(it));
        let teams = any(&[Kind::Team, Kind::Organization]).then_some(Need::Teams);
        let accounts = any(&[Kind::Permission, Kind::Id]).then_some(Need::Accounts);
        teams.into_iter().chain(accounts).collect()
    }

    /// Whether `who` names people by what only the host knows, also by way of a
    /// role, so that nobody can count them beforehand.
    pub fn has_team(&self, who: &[String]) -> bool {
        self.members(who).into_iter().filter_map(Kind::of).any(Kind::is_open)
    }

    /// Why nobody can be named so, if nobody can.
    pub fn misnamed(entry: &str) -> Option<String> {
        let bad = |what: &str| Some(format!("`{entry}` names no one: {what}"));
        if entry.trim_start_matches('@').is_empty() || entry != entry.trim() {
            return bad("it is empty or has blanks around it");
        }
        match (Kind::of(entry), entry.split_once(':').map(|(_, name)| name)) {
            (Some(Kind::Permission), Some(level)) => {
                match Permission::named(level).filter(|it| *it > Permission::None) {
                    Some(_) => None,
                    None => bad("permissions are read, triage, write, maintain and admin"),
                }
            }
            (Some(Kind::Id), _) if id(entry).is_none() => bad("an account's id is a number"),
            (Some(Kind::Organization | Kind::App), Some(name)) if name.trim().is_empty() => {
                bad("nothing stands behind the colon")
            }
            (None, Some(_)) => bad("there are `org:`, `permission:`, `app:` and `id:`"),
            _ => None,
        }
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

    /// The entries, each once, with roles replaced by their members, if they are few.
    pub fn spelled_out(&self, who: &[String]) -> Vec<String> {
        let mut found: Vec<&str> = Vec::new();
        for entry in who {
            let members = self.members(std::slice::from_ref(entry));
            match members.len() {
                1..=FEW => found.extend(members.iter().rev()),
                _ => found.push(entry),
            }
        }
        let mut seen = BTreeSet::new();
        found.retain(|it| seen.insert(*it));
        found.into_iter().map(ToOwned::to_owned).collect()
    }

    /// `@ana or @acme/dba`, for people, where no entry is a role.
    pub fn words(who: &[String]) -> String {
        who.iter().map(|it| in_words(it)).collect::<Vec<_>>().join(" or ")
    }

    /// The same where entries may be roles. A role is its members, if they are few.
    pub fn names(&self, who: &[String]) -> String {
        let called = |it: &String| match self.roles.contains_key(it) {
            true => it.clone(),
            false => in_words(it),
        };
        self.spelled_out(who).iter().map(called).collect::<Vec<_>>().join(" or ")
    }
}
