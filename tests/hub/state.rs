//! What the fake knows: people, repositories, pull requests and all that hangs on them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use serde_json::Value;

/// An id as GitHub gives them; one sequence for everything.
pub type Id = u64;

/// What somebody may do in a repository.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// Nothing: a private repository is not seen.
    Nothing,
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}

impl Role {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }

    /// The name that the older field `permission` has for it.
    pub const fn legacy(self) -> &'static str {
        match self {
            Self::Triage => "read",
            Self::Maintain => "write",
            other => other.name(),
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    User,
    Bot,
    Organization,
}

#[derive(Clone, Debug)]
pub struct Account {
    pub id: Id,
    /// Bots: without the suffix `[bot]`.
    pub login: String,
    pub kind: Kind,
    pub emails: Vec<String>,
    /// Deleted: what they wrote stays, by nobody.
    pub gone: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Org {
    /// Members; owners are `true`.
    pub members: BTreeMap<Id, bool>,
    pub rulesets: Vec<Ruleset>,
}

#[derive(Clone, Debug)]
pub struct Team {
    pub id: Id,
    pub org: Id,
    pub slug: String,
    pub name: String,
    pub parent: Option<Id>,
    /// Members; maintainers are `true`.
    pub members: BTreeMap<Id, bool>,
    /// Invited, not yet come.
    pub pending: BTreeSet<Id>,
    pub secret: bool,
    pub repos: BTreeMap<Id, Role>,
}

pub struct Repo {
    pub id: Id,
    pub owner: Id,
    pub name: String,
    pub private: bool,
    pub archived: bool,
    pub default_branch: String,
    pub fork_of: Option<Id>,
    /// The bare repository.
    pub dir: PathBuf,
    pub roles: BTreeMap<Id, Role>,
    pub next_number: u64,
    pub pulls: BTreeMap<u64, Pull>,
    pub issues: BTreeMap<u64, Issue>,
    pub labels: BTreeMap<String, Id>,
    pub statuses: Vec<Status>,
    pub suites: Vec<Suite>,
    pub runs: Vec<CheckRun>,
    pub workflow_runs: Vec<WorkflowRun>,
    pub activity: Vec<Activity>,
    pub rulesets: Vec<Ruleset>,
    /// Classic protection by branch, as REST shows it.
    pub protection: BTreeMap<String, Value>,
    pub queue: Vec<QueueEntry>,
    pub topics: Vec<String>,
    pub properties: BTreeMap<String, Value>,
    pub deployments: Vec<Deployment>,
    /// What protection rules were answered: environment, state, comment.
    pub gates: Vec<Gate>,
    /// Commits whose signature GitHub could check: by commit.
    pub signatures: HashMap<String, Signed>,
    /// Commits made by GitHub's own pages.
    pub web: BTreeSet<String>,
}

#[derive(Clone, Debug)]
pub struct Signed {
    pub by: Option<Id>,
    pub valid: bool,
    pub by_github: bool,
    pub ssh: bool,
    pub state: &'static str,
}

#[derive(Clone, Debug)]
pub struct Issue {
    pub id: Id,
    pub number: u64,
    pub title: String,
    pub author: Id,
    pub at: i64,
    pub comments: Vec<Comment>,
}

#[derive(Clone, Debug)]
pub struct Pull {
    pub id: Id,
    pub number: u64,
    pub title: String,
    pub body: Option<String>,
    pub author: Id,
    pub open: bool,
    pub draft: bool,
    pub locked: bool,
    pub created: i64,
    pub updated: i64,
    pub closed: Option<i64>,
    pub merged: Option<Merged>,
    /// `None` once the fork was deleted.
    pub head_repo: Option<Id>,
    /// What `head_repo` was, also when it is gone.
    pub head_owner: String,
    pub head_ref: String,
    pub head: String,
    pub base_ref: String,
    /// Lags behind the branch: GitHub looks at it when the head moves.
    pub base: String,
    pub labels: Vec<(String, Id)>,
    pub reviews: Vec<Review>,
    pub threads: Vec<Thread>,
    pub comments: Vec<Comment>,
    pub asked: BTreeSet<Id>,
    pub asked_teams: BTreeSet<Id>,
    pub events: Vec<Event>,
    pub edited: Option<(i64, Id)>,
    pub maintainer_can_modify: bool,
    /// When it is to be merged by itself, and who said so.
    pub auto: Option<(i64, Id)>,
}

#[derive(Clone, Debug)]
pub struct Merged {
    pub at: i64,
    pub by: Id,
    pub commit: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    Pending,
    Commented,
    Approved,
    ChangesRequested,
    Dismissed,
}

impl State {
    /// As REST and GraphQL write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Commented => "COMMENTED",
            Self::Approved => "APPROVED",
            Self::ChangesRequested => "CHANGES_REQUESTED",
            Self::Dismissed => "DISMISSED",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Review {
    pub id: Id,
    pub author: Id,
    pub state: State,
    pub body: String,
    /// What GitHub shows: re-pointed to the new head when the head is forced.
    pub commit: String,
    pub at: i64,
    pub edited: Option<(i64, Id)>,
    pub minimized: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Thread {
    pub id: Id,
    pub path: String,
    pub line: u64,
    pub resolved_by: Option<Id>,
    pub outdated: bool,
    pub review: Id,
    pub commit: String,
    pub comments: Vec<Comment>,
}

#[derive(Clone, Debug)]
pub struct Comment {
    pub id: Id,
    pub author: Id,
    pub body: String,
    pub at: i64,
    /// When, and by whom.
    pub edited: Option<(i64, Id)>,
    pub minimized: Option<String>,
    /// Written by an App in somebody's name or its own.
    pub app: Option<Id>,
}

/// What the timeline tells.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: Id,
    pub at: i64,
    pub by: Id,
    pub what: Happened,
}

#[derive(Clone, Debug)]
pub enum Happened {
    Labeled(String),
    Unlabeled(String),
    Forced { before: String, after: String },
    BaseForced { before: String, after: String },
    Retargeted { from: String, to: String },
    Dismissed { review: Id, was: State, message: String },
    Asked { user: Option<Id>, team: Option<Id> },
    Unasked { user: Option<Id>, team: Option<Id> },
    Renamed { from: String, to: String },
    Closed,
    Reopened,
    Merged { commit: String },
    Ready,
    Drafted,
    HeadDeleted,
    Queued,
    Unqueued { reason: String },
}

#[derive(Clone, Debug)]
pub struct Status {
    pub id: Id,
    pub sha: String,
    pub context: String,
    /// `error`, `failure`, `pending`, `success`.
    pub state: String,
    pub description: Option<String>,
    pub url: Option<String>,
    pub creator: Id,
    pub at: i64,
}

#[derive(Clone, Debug)]
pub struct Suite {
    pub id: Id,
    pub app: Id,
    pub sha: String,
    pub branch: Option<String>,
    pub at: i64,
}

#[derive(Clone, Debug)]
pub struct CheckRun {
    pub id: Id,
    pub suite: Id,
    pub app: Id,
    pub name: String,
    pub sha: String,
    pub status: String,
    pub conclusion: Option<String>,
    pub started: i64,
    pub completed: Option<i64>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub text: Option<String>,
    pub annotations: Vec<Value>,
    pub external_id: Option<String>,
    pub details_url: Option<String>,
    pub actions: Vec<Value>,
    /// How often it was written to.
    pub writes: u64,
}

#[derive(Clone, Debug)]
pub struct WorkflowRun {
    pub id: Id,
    pub suite: Id,
    pub path: String,
    pub name: String,
    /// `push`, `pull_request`, …
    pub event: String,
    pub sha: String,
    pub branch: String,
    pub status: String,
    pub conclusion: Option<String>,
    pub actor: Id,
    pub at: i64,
}

#[derive(Clone, Debug)]
pub struct Activity {
    pub id: Id,
    pub name: String,
    pub before: String,
    pub after: String,
    pub by: Id,
    pub at: i64,
    /// `push`, `force_push`, `branch_creation`, `branch_deletion`, `pr_merge`, `merge_queue_merge`.
    pub kind: &'static str,
}

#[derive(Clone, Debug)]
pub struct Ruleset {
    pub id: Id,
    /// As it was written, without ids and times.
    pub body: Value,
    pub at: i64,
    pub updated: i64,
}

#[derive(Clone, Debug)]
pub struct QueueEntry {
    pub id: Id,
    pub number: u64,
    pub by: Id,
    pub at: i64,
    pub base: String,
    pub base_sha: String,
    /// The head of the group that it is the last of; empty while no group was made.
    pub head: String,
    pub head_ref: String,
    pub state: &'static str,
}

#[derive(Clone, Debug)]
pub struct Deployment {
    pub id: Id,
    pub sha: String,
    pub name: String,
    pub environment: String,
    pub creator: Id,
    pub at: i64,
    pub states: Vec<(Id, String, i64)>,
}

/// What a deployment protection rule was answered.
#[derive(Clone, Debug)]
pub struct Gate {
    pub run: Id,
    pub environment: String,
    pub state: String,
    pub comment: String,
}

#[derive(Clone, Debug)]
pub struct App {
    pub id: Id,
    pub slug: String,
    pub name: String,
    pub owner: Id,
    /// The account that it acts as.
    pub bot: Id,
    pub client_id: String,
    pub client_secret: String,
    pub permissions: BTreeMap<String, String>,
    pub events: BTreeSet<String>,
    /// Where deliveries go.
    pub hook: Option<String>,
    pub secret: String,
    /// PEM; none for Apps that only appear.
    pub public_key: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Installation {
    pub id: Id,
    pub app: Id,
    pub account: Id,
    /// `None`: every repository of the account.
    pub repos: Option<BTreeSet<Id>>,
    pub suspended: Option<i64>,
    /// What was granted, if less than the App asks for.
    pub permissions: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub struct Token {
    pub whose: Whose,
    /// Seconds of the machine's clock.
    pub until: i64,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Whose {
    Installation { id: Id, repos: Option<BTreeSet<Id>>, permissions: BTreeMap<String, String> },
    User(Id),
}

/// Who asks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Who {
    Nobody,
    App(Id),
    Token(Whose),
}

/// One delivery of a webhook, sent or to be sent.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub id: Id,
    pub guid: String,
    pub event: String,
    pub action: Option<String>,
    pub payload: String,
    pub app: Id,
    pub installation: Option<Id>,
    pub repository: Option<Id>,
    pub at: i64,
    pub redelivery: bool,
    /// What the receiver answered; 0 when it could not be reached, `None` before.
    pub status: Option<u16>,
}

/// One call that was answered.
#[derive(Clone, Debug)]
pub struct Called {
    /// The operation's id, `graphql`, `git`, `login`.
    pub operation: String,
    pub method: String,
    pub path: String,
    pub status: u16,
    pub installation: Option<Id>,
    pub body: Value,
}

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
    pub computed: std::collections::HashSet<(Id, String, String)>,
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

/// A time as GitHub writes it.
pub fn time(at: i64) -> String {
    jiff::Timestamp::from_second(at).unwrap().to_string()
}
