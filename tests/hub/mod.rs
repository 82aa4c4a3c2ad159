//! A GitHub for tests: in this process, with a state of its own, real Git behind it, and
//! held to what GitHub publishes about itself.
//!
//! # Start
//!
//! ```ignore
//! mod hub;
//! use hub::{Hub, Role, State::*};
//!
//! let hub = Hub::start();                       // its own threads; use it from sync and async tests
//! hub.api()      // http://127.0.0.1:…/api/v3     what the bot is configured with (Enterprise layout)
//! hub.graphql()  // …/api/graphql                 (also at /graphql, and REST at /, as on github.com)
//! hub.web()      // …                             login pages, and Git at {web}/{owner}/{repo}.git
//! let app = hub.app();                          // the App under test, with all it needs:
//! app.id(); app.key(); app.secret(); app.client_id(); app.client_secret(); app.installation("acme");
//! app.hook_at("http://127.0.0.1:4000/webhook"); // nothing is delivered before
//! app.permissions(&[("contents", "read")]); app.events(&["pull_request"]);
//! ```
//!
//! # A story
//!
//! ```ignore
//! let shop = hub.repo("acme/shop");             // private, branch main, the App is installed
//! shop.commit("main", files!["refgate.toml" => "version = 1"], "policy");      // by ana; `commit_by`
//! shop.making("main", files![…]).by("bo").author("Bo", "b@elsewhere.example").merging(&other).now();
//! let pr = shop.pull("feature", files!["src/a.rs" => "fn a() {}"]);            // by ana, onto main
//! let pr = shop.propose("feature").by("bo").onto("dev").titled("x").draft().with(files![…]);
//! let pr = shop.propose("theirs").in_fork("eve").with(files!["a" => Content::Deleted]);
//! let pr = shop.propose("feature").onto("dev").open();                         // the branch as it is
//! shop.pulls(10_000);                                                           // so many at once, quickly
//! let id = pr.review("bo", Approved); pr.review_saying("bo", Commented, "text"); pr.dismiss(id, "ana");
//! pr.push(files!["a" => "b"]); pr.push_by("cy", files![…]); pr.pushing(files![…]).says("text").now();
//! pr.force_push(files![…]); pr.update_branch("ana"); shop.push("main", &sha, "ana");
//! pr.comment("bo", "/approve"); pr.edit_comment(id, "eve", "…"); pr.label("x", "ana"); pr.retarget("dev", "ana");
//! pr.thread("bo", "src/a.rs", 1, "why?"); pr.resolve(thread, "ana"); pr.close("ana"); pr.merge("ana");
//! shop.check(&pr.head(), "github-actions", "build", Some("success"));          // any other App's check
//! shop.workflow(".github/workflows/ci.yml", "pull_request", &pr.head(), Some("success"), &["build"]);
//! shop.status(&pr.head(), "ci", "success", "eve"); shop.press(run, "rerun", "ana"); shop.rerequest(run, "ana");
//! let group = shop.queue(&[&pr]); group.head(); group.merge(); group.destroy("invalidated");
//! let run = shop.deploy("production", &sha); shop.deployed("staging", &sha, "success");
//! shop.ruleset(json!({…})); shop.protect("main", json!({…}));
//! hub.team("acme/core", &["bo"]); hub.child_team(…); shop.grant("eve", Role::Read); shop.grant_team(team, …);
//! hub.rename_user("bo", "bob"); hub.delete_user("cy"); shop.rename("store"); shop.transfer("other");
//! shop.actions_token(&[("contents", "read")]); pr.event("opened");             // as workflows have them
//! hub.visit("ana"); hub.token("ana"); hub.manifest(json!({…}));                // login, personal token, App
//! ```
//!
//! Who acts on a repository and was never given a role there gets `write`; a person comes to be
//! when first named, `x[bot]` is a bot. The story's clock moves on by a minute with each act and
//! not with what the bot does, so that nothing happens in the same second by chance and
//! `Hub::at(time)` makes the same commits each time; `hub.pass(seconds)` moves it further. Tokens
//! and limits go by the machine's clock: `hub.clock_on(seconds)`, `hub.expire_tokens()`. The
//! address of `ana` is `ana@example.com`. `hub.world()` is all of it, held while the guard lives:
//! let go of it before the next act.
//!
//! # What the bot did
//!
//! ```ignore
//! hub.settled().await;                          // every delivery has been answered
//! hub.until("a verdict", || shop.check_of(&pr.head(), "refgate").is_some()).await;
//! let run = shop.check_of(&pr.head(), "refgate");   // Option<CheckRun>: status, conclusion, title, annotations …
//! pr.asked();  shop.statuses(&sha);  shop.gates();
//! hub.calls("checks/*");  hub.forget_calls();   // by operation; each with its body and installation
//! ```
//!
//! # Trouble
//!
//! ```ignore
//! hub.trouble("checks/create", 1, Trouble::ResetAfter);       // also `graphql`, `git`, `login`, `*`
//! hub.trouble_after("pulls/*", 2, 1, Trouble::Secondary(Some(60)));
//! hub.limit("acme", 3);                         // calls left in this hour; hub.clock_on(3600)
//! hub.busiest("acme");                          // the most writes at once
//! hub.weather(Weather { lost: 20, twice: 20, shuffled: true, seed: 7, ..Weather::default() });
//! hub.hold(); hub.release(); hub.lose_next(1); hub.twice_next(1); hub.replay(&guid).await;
//! hub.deliveries();                             // what was sent, with what was answered
//! ```
//!
//! # What is held
//!
//! Every REST request and answer is held to `github/rest.json` (unknown routes, parameters, keys and
//! values of a wrong kind), every GraphQL query to `github/schema.graphql`; a permission that a token
//! lacks is a 403 with `X-Accepted-GitHub-Permissions`, what it cannot see a 404. What violates the
//! description is collected, and the test fails with the list when the `Hub` is dropped;
//! `hub.violations()` takes them, where that is what is tested.

#![allow(dead_code, missing_docs, unreachable_pub, unused_imports)]
#![allow(clippy::pedantic, clippy::excessive_nesting, clippy::expect_used, clippy::unwrap_used)]
#![allow(clippy::too_many_arguments, clippy::type_complexity)]

mod access;
mod act;
mod amend;
mod api;
mod apps;
mod backend;
mod crowd;
mod deliver;
mod describe;
mod emit;
pub mod examples;
mod fault;
mod fetch;
mod follow;
pub mod git;
mod graphql;
pub mod http;
mod queue;
mod rest;
mod server;
mod show;
mod show_runs;
mod sky;
pub mod state;
mod story;
mod web;
mod world;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub use deliver::{Weather, signature};
pub use fault::{Fault, Trouble};
pub use git::{Content, Files};
pub use queue::GroupHandle;
pub use state::{Called, CheckRun, Delivery, Gate, Id, Role, State, Status};
pub use story::{AppHandle, Made, Proposal, PullHandle, RepoHandle};

use state::World;

/// What all handles share.
pub struct Inner {
    world: Mutex<World>,
}

impl Inner {
    pub fn world(&self) -> MutexGuard<'_, World> {
        // What one test broke is told by that test.
        self.world.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The fake; see the top of this file.
pub struct Hub {
    inner: Arc<Inner>,
    runtime: Option<Runtime>,
    app: Id,
    _dir: TempDir,
}

impl Hub {
    /// Starts it at a free port, with one App, `refgate`, that is installed wherever a
    /// repository is made.
    pub fn start() -> Self {
        // The story begins a month ago, so that it never overtakes the machine's clock.
        Self::at(jiff::Timestamp::now().as_second() - 30 * 86_400)
    }

    /// The same, with a story that begins at a time: the same acts make the same commits,
    /// whatever the bot does meanwhile.
    pub fn at(now: i64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let web = format!("http://{}", listener.local_addr().unwrap());
        let mut world = empty(&web, dir.path(), now);
        let owner = world.org("acme");
        let app = apps::add(&mut world, "refgate", owner);
        let it = world.apps.get_mut(&app).unwrap();
        it.public_key = Some(apps::key().1.clone());
        it.permissions = apps::PERMISSIONS
            .iter()
            .map(|(name, level)| ((*name).to_owned(), (*level).to_owned()))
            .collect();
        it.events = apps::EVENTS.iter().map(|it| (*it).to_owned()).collect();
        apps::named(&mut world, "github-actions");
        let inner = Arc::new(Inner { world: Mutex::new(world) });
        runtime.spawn(server::serve(listener, inner.clone()));
        runtime.spawn(deliver::forever(inner.clone()));
        Self { inner, runtime: Some(runtime), app, _dir: dir }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.inner.world()
    }

    /// The base of REST, without a slash at its end.
    pub fn api(&self) -> String {
        self.world().api.clone()
    }

    pub fn graphql(&self) -> String {
        self.world().graphql.clone()
    }

    pub fn web(&self) -> String {
        self.world().web.clone()
    }

    pub fn app(&self) -> AppHandle {
        AppHandle { hub: self.inner.clone(), id: self.app }
    }

    /// A repository of an organization, which comes to be when first named: private, with the
    /// App installed at its owner.
    pub fn repo(&self, slug: &str) -> RepoHandle {
        let (owner, name) = slug.split_once('/').unwrap();
        let mut world = self.world();
        let owner = world.org(owner);
        let id = match world.repo_named(&slug[..slug.find('/').unwrap()], name) {
            Some(id) => id,
            None => {
                let id = world.create_repo(owner, name, None);
                if !world.installations.values().any(|it| it.app == self.app && it.account == owner)
                {
                    let installation = apps::install(&mut world, self.app, owner);
                    let by = world.user("ana");
                    world.emit_installation("created", installation, by);
                }
                id
            }
        };
        RepoHandle { hub: self.inner.clone(), id }
    }

    /// Who is signed in at the web pages.
    pub fn visit(&self, login: &str) {
        let mut world = self.world();
        world.visitor = Some(world.account(login).map(|it| it.id).unwrap());
    }

    /// A personal token.
    pub fn token(&self, login: &str) -> String {
        let mut world = self.world();
        let id = world.user(login);
        world.user_token(id)
    }

    /// A token of the App at an account, as narrow as said; without an exchange.
    pub fn installation_token(&self, account: &str) -> String {
        let id = self.app().installation(account);
        let mut world = self.world();
        let permissions = world.installations[&id].permissions.clone();
        let (text, until) = (format!("ghs_{}", world.id()), world.clock() + 3600);
        let whose = state::Whose::Installation { id, repos: None, permissions };
        world.tokens.insert(text.clone(), state::Token { whose, until });
        text
    }

    /// A code that a manifest can be converted with, as if the page had been used.
    pub fn manifest(&self, manifest: Value) -> String {
        self.world().manifest(manifest)
    }

    /// Moves the story's clock on.
    pub fn pass(&self, seconds: i64) {
        self.world().now += seconds;
    }

    /// The story's time, in seconds.
    pub fn now(&self) -> i64 {
        self.world().now
    }

    /// Moves the clock that tokens and limits go by, as if that time had passed at GitHub.
    pub fn clock_on(&self, seconds: i64) {
        self.world().moved += seconds;
    }

    /// The most writes that an installation had under way at once.
    pub fn busiest(&self, account: &str) -> usize {
        let id = self.app().installation(account);
        self.world().writing.get(&id).map_or(0, |it| it.1)
    }

    pub fn expire_tokens(&self) {
        self.world().tokens.values_mut().for_each(|it| it.until = 0);
    }

    /// Waits until every delivery was answered; panics after a minute.
    pub async fn settled(&self) {
        for _ in 0..12_000 {
            let quiet = {
                let world = self.world();
                (world.outbox.is_empty() || world.weather.held) && world.weather.sending == 0
            };
            if quiet {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("deliveries are still on their way: {:?}", self.waiting());
    }

    /// Waits until something is so; panics after half a minute, saying what was waited for.
    pub async fn until(&self, what: &str, is: impl Fn() -> bool) {
        for _ in 0..3_000 {
            if is() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("waited in vain: {what}");
    }

    /// The calls of an operation so far; `checks/*` for many.
    pub fn calls(&self, operation: &str) -> Vec<Called> {
        let fits = |it: &&Called| {
            operation
                .strip_suffix('*')
                .map_or(it.operation == operation, |start| it.operation.starts_with(start))
        };
        self.world().calls.iter().filter(fits).cloned().collect()
    }

    pub fn forget_calls(&self) {
        self.world().calls.clear();
    }

    /// What violated GitHub's description so far; taken, so that it fails no test.
    pub fn violations(&self) -> Vec<String> {
        std::mem::take(&mut self.world().violations)
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        let wrong = self.violations();
        if !wrong.is_empty() && !std::thread::panicking() {
            panic!("GitHub's description was violated:\n{}", wrong.join("\n"));
        }
    }
}

fn empty(web: &str, dir: &std::path::Path, now: i64) -> World {
    World {
        api: format!("{web}/api/v3"),
        graphql: format!("{web}/api/graphql"),
        web: web.to_owned(),
        dir: dir.to_owned(),
        accounts: [].into(),
        orgs: [].into(),
        teams: [].into(),
        repos: [].into(),
        old_names: [].into(),
        apps: [].into(),
        installations: [].into(),
        tokens: [].into(),
        codes: [].into(),
        manifests: [].into(),
        visitor: None,
        outbox: Vec::new(),
        log: Vec::new(),
        calls: Vec::new(),
        violations: Vec::new(),
        faults: Vec::new(),
        weather: Weather::default(),
        left: [].into(),
        writing: [].into(),
        computed: [].into(),
        next: 1000,
        now,
        moved: 0,
    }
}
