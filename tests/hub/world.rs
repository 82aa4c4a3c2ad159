//! All of it together, and what can be found in it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use serde_json::Value;

use super::state::{
    Account, App, Called, Delivery, Id, Installation, Kind, Org, Pull, Repo, Role, Suite, Team,
    Token,
};

/// Everything.
pub struct World {
    pub api: String,
    pub web: String,
    pub graphql: String,
    pub dir: PathBuf,
    pub accounts: BTreeMap<Id, Account>,
    pub orgs: BTreeMap<Id, Org>,
    pub teams: BTreeMap<Id, Team>,
    pub repos: BTreeMap<Id, Repo>,
    /// Names that repositories had.
    pub old_names: HashMap<String, Id>,
    pub apps: BTreeMap<Id, App>,
    pub installations: BTreeMap<Id, Installation>,
    pub tokens: HashMap<String, Token>,
    /// Codes that the web gave out: who, and the App's client id.
    pub codes: HashMap<String, (Id, String)>,
    pub manifests: HashMap<String, Value>,
    /// Who is signed in at the web, if somebody is.
    pub visitor: Option<Id>,
    pub outbox: Vec<Delivery>,
    pub log: Vec<Delivery>,
    pub calls: Vec<Called>,
    pub violations: Vec<String>,
    pub faults: Vec<super::fault::Fault>,
    pub weather: super::deliver::Weather,
    /// Calls left before the primary limit, by installation.
    pub left: HashMap<Id, u64>,
    /// Writes under way, and the most there were at once, by installation.
    pub writing: HashMap<Id, (usize, usize)>,
    /// Heads and bases whose merge was computed.
    pub computed: HashSet<(Id, String, String)>,
    pub next: Id,
    /// The story's time, in seconds; every act moves it on.
    pub now: i64,
    /// How far the machine's clock is thought to be moved, for tokens.
    pub moved: i64,
}

impl World {
    pub fn id(&mut self) -> Id {
        self.next += 1;
        self.next
    }

    /// The story's time, a minute after the last act.
    pub fn tick(&mut self) -> i64 {
        self.now += 60;
        self.now
    }

    /// Seconds as the machine counts them; what tokens expire by.
    pub fn clock(&self) -> i64 {
        jiff::Timestamp::now().as_second() + self.moved
    }

    pub fn wrong(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.violations.contains(&what) {
            self.violations.push(what);
        }
    }

    pub fn account(&self, login: &str) -> Option<&Account> {
        let bare = login.strip_suffix("[bot]");
        self.accounts.values().find(|it| {
            !it.gone
                && it.login.eq_ignore_ascii_case(bare.unwrap_or(login))
                && (it.kind == Kind::Bot) == bare.is_some()
        })
    }

    /// The id of a user, who comes to be when first named; `x[bot]` is a bot.
    pub fn user(&mut self, login: &str) -> Id {
        let kind = if login.ends_with("[bot]") { Kind::Bot } else { Kind::User };
        self.account(login).map(|it| it.id).unwrap_or_else(|| self.new_account(login, kind))
    }

    pub fn new_account(&mut self, login: &str, kind: Kind) -> Id {
        let id = self.id();
        let login = login.trim_end_matches("[bot]").to_owned();
        let emails = vec![
            format!("{}@example.com", login.to_lowercase()),
            format!("{id}+{login}@users.noreply.github.com"),
        ];
        self.accounts.insert(id, Account { id, login, kind, emails, gone: false });
        id
    }

    pub fn org(&mut self, login: &str) -> Id {
        let id = match self.account(login) {
            Some(it) => it.id,
            None => self.new_account(login, Kind::Organization),
        };
        if self.accounts[&id].kind == Kind::Organization {
            self.orgs.entry(id).or_default();
        }
        id
    }

    pub fn login(&self, id: Id) -> String {
        let it = &self.accounts[&id];
        match it.kind {
            Kind::Bot => format!("{}[bot]", it.login),
            _ => it.login.clone(),
        }
    }

    /// The account behind an address in a commit.
    pub fn by_email(&self, email: &str) -> Option<&Account> {
        let fits = |it: &&Account| {
            it.kind != Kind::Organization
                && !it.gone
                && it.emails.iter().any(|one| one.eq_ignore_ascii_case(email))
        };
        self.accounts.values().find(fits)
    }

    pub fn slug(&self, repo: Id) -> String {
        let it = &self.repos[&repo];
        format!("{}/{}", self.accounts[&it.owner].login, it.name)
    }

    pub fn repo_named(&self, owner: &str, name: &str) -> Option<Id> {
        let fits = |it: &&Repo| {
            it.name.eq_ignore_ascii_case(name)
                && self.accounts[&it.owner].login.eq_ignore_ascii_case(owner)
        };
        self.repos.values().find(fits).map(|it| it.id)
    }

    pub fn repo(&self, id: Id) -> &Repo {
        &self.repos[&id]
    }

    pub fn repo_mut(&mut self, id: Id) -> &mut Repo {
        self.repos.get_mut(&id).unwrap()
    }

    pub fn pull(&self, repo: Id, number: u64) -> &Pull {
        &self.repos[&repo].pulls[&number]
    }

    pub fn pull_mut(&mut self, repo: Id, number: u64) -> &mut Pull {
        self.repo_mut(repo).pulls.get_mut(&number).unwrap()
    }

    /// What somebody may do: the most that the account, its teams and its standing give.
    pub fn role(&self, repo: Id, user: Id) -> Role {
        let it = &self.repos[&repo];
        if self.accounts[&user].gone {
            return Role::Nothing;
        }
        if it.owner == user
            || self.orgs.get(&it.owner).is_some_and(|org| org.members.get(&user) == Some(&true))
        {
            return Role::Admin;
        }
        let by_team = self.teams.values().filter(|team| self.members(team.id).contains_key(&user));
        // A child team has what its parents have.
        let by_team = by_team.filter_map(|team| {
            let mut at = Some(team.id);
            let mut most = None;
            while let Some(id) = at {
                most = most.max(self.teams[&id].repos.get(&repo).copied());
                at = self.teams[&id].parent;
            }
            most
        });
        let public = if it.private { Role::Nothing } else { Role::Read };
        let own = it.roles.get(&user).copied();
        by_team.chain(own).max().unwrap_or(Role::Nothing).max(public)
    }

    /// Members of a team, those of its child teams too.
    pub fn members(&self, team: Id) -> BTreeMap<Id, bool> {
        let mut all: BTreeMap<Id, bool> = BTreeMap::new();
        for child in self.teams.values().filter(|it| it.parent == Some(team)) {
            all.extend(self.members(child.id).into_keys().map(|it| (it, false)));
        }
        all.extend(self.teams[&team].members.iter().map(|(id, maintains)| (*id, *maintains)));
        all.retain(|id, _| !self.accounts[id].gone);
        all
    }

    pub fn team_named(&self, org: Id, slug: &str) -> Option<Id> {
        let fits = |it: &&Team| it.org == org && it.slug.eq_ignore_ascii_case(slug);
        self.teams.values().find(fits).map(|it| it.id)
    }

    /// Whether an installation reaches a repository.
    pub fn covers(&self, installation: Id, repo: Id) -> bool {
        let it = &self.installations[&installation];
        it.account == self.repos[&repo].owner
            && it.repos.as_ref().is_none_or(|some| some.contains(&repo))
    }

    pub fn suite(&mut self, repo: Id, app: Id, sha: &str) -> Id {
        let found = self.repos[&repo].suites.iter().find(|it| it.app == app && it.sha == sha);
        if let Some(found) = found {
            return found.id;
        }
        let (id, at) = (self.id(), self.now);
        let it = &self.repos[&repo];
        let of_pull = it.pulls.values().find(|pull| pull.head == sha).map(|it| it.head_ref.clone());
        let branch = of_pull.or_else(|| super::git::branch_at(&it.dir, sha));
        let suite = Suite { id, app, sha: sha.to_owned(), branch, at };
        self.repo_mut(repo).suites.push(suite);
        id
    }
}
