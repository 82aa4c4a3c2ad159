//! What tests tell: repositories, pull requests and what people do with them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::act::Make;
use super::git::{self, Files};
use super::state::{CheckRun, Delivery, Gate, Id, Pull, Role, Ruleset, Signed, State, Status};
use super::{Inner, apps};

/// The App under test.
#[derive(Clone)]
pub struct AppHandle {
    pub(super) hub: Arc<Inner>,
    pub(super) id: Id,
}

impl AppHandle {
    pub fn id(&self) -> Id {
        self.id
    }

    /// The private key, PEM.
    pub fn key(&self) -> String {
        apps::key().0.clone()
    }

    pub fn secret(&self) -> String {
        self.hub.world().apps[&self.id].secret.clone()
    }

    pub fn client_id(&self) -> String {
        self.hub.world().apps[&self.id].client_id.clone()
    }

    pub fn client_secret(&self) -> String {
        self.hub.world().apps[&self.id].client_secret.clone()
    }

    /// Where deliveries go from now on.
    pub fn hook_at(&self, url: &str) {
        self.hub.world().apps.get_mut(&self.id).unwrap().hook = Some(url.to_owned());
    }

    /// What is granted everywhere; nothing else is.
    pub fn permissions(&self, all: &[(&str, &str)]) {
        let mut world = self.hub.world();
        let all: std::collections::BTreeMap<_, _> =
            all.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
        world
            .installations
            .values_mut()
            .filter(|it| it.app == self.id)
            .for_each(|it| it.permissions = all.clone());
        world.apps.get_mut(&self.id).unwrap().permissions = all;
    }

    pub fn events(&self, all: &[&str]) {
        let all = all.iter().map(|it| (*it).to_owned()).collect();
        self.hub.world().apps.get_mut(&self.id).unwrap().events = all;
    }

    /// The installation at an account.
    pub fn installation(&self, account: &str) -> Id {
        let world = self.hub.world();
        let account = world.account(account).map(|it| it.id);
        let found = world
            .installations
            .values()
            .find(|it| it.app == self.id && Some(it.account) == account);
        found.unwrap().id
    }

    pub fn suspend(&self, account: &str) {
        let id = self.installation(account);
        let mut world = self.hub.world();
        let (at, by) = (world.tick(), world.user("ana"));
        world.installations.get_mut(&id).unwrap().suspended = Some(at);
        world.emit_installation("suspend", id, by);
    }

    pub fn unsuspend(&self, account: &str) {
        let id = self.installation(account);
        let mut world = self.hub.world();
        world.tick();
        let by = world.user("ana");
        world.installations.get_mut(&id).unwrap().suspended = None;
        world.emit_installation("unsuspend", id, by);
    }

    /// Takes the App away from an account; tokens end with it.
    pub fn uninstall(&self, account: &str) {
        let id = self.installation(account);
        let mut world = self.hub.world();
        world.tick();
        let by = world.user("ana");
        world.emit_installation("deleted", id, by);
        world.installations.remove(&id);
        world.tokens.retain(|_, it| !matches!(&it.whose, super::state::Whose::Installation { id: of, .. } if *of == id));
    }

    /// Leaves the App only some repositories of an account.
    pub fn only(&self, account: &str, repos: &[&RepoHandle]) {
        let id = self.installation(account);
        let mut world = self.hub.world();
        world.tick();
        let (by, kept) = (
            world.user("ana"),
            repos.iter().map(|it| it.id).collect::<std::collections::BTreeSet<_>>(),
        );
        let seen: Vec<Id> =
            world.repos.keys().copied().filter(|it| world.covers(id, *it)).collect();
        let short = |world: &super::state::World, all: Vec<Id>| {
            all.into_iter().map(|it| world.show_repo_short(it)).collect::<Vec<_>>()
        };
        let removed = short(&world, seen.iter().copied().filter(|it| !kept.contains(it)).collect());
        let added = short(&world, kept.iter().copied().filter(|it| !seen.contains(it)).collect());
        world.installations.get_mut(&id).unwrap().repos = Some(kept);
        for (action, added, removed) in
            [("added", added, Vec::new()), ("removed", Vec::new(), removed)]
        {
            if !added.is_empty() || !removed.is_empty() {
                world.emit_repositories(action, id, by, added, removed);
            }
        }
    }
}

/// A repository.
#[derive(Clone)]
pub struct RepoHandle {
    pub(super) hub: Arc<Inner>,
    pub(super) id: Id,
}

impl RepoHandle {
    pub fn id(&self) -> Id {
        self.id
    }

    pub fn slug(&self) -> String {
        self.hub.world().slug(self.id)
    }

    /// The bare repository, for looks with git.
    pub fn dir(&self) -> std::path::PathBuf {
        self.hub.world().repo(self.id).dir.clone()
    }

    pub fn public(&self) {
        self.hub.world().repo_mut(self.id).private = false;
    }

    /// Gives a role; `Role::Nothing` takes it.
    pub fn grant(&self, login: &str, role: Role) {
        let mut world = self.hub.world();
        world.tick();
        let (user, by) = (world.user(login), world.user("ana"));
        world.repo_mut(self.id).roles.insert(user, role);
        let action = if role == Role::Nothing { "removed" } else { "edited" };
        let body = json!({ "member": world.show_user(user), "changes": { "permission": { "to": role.legacy() } } });
        world.emit("member", Some(action), self.id, by, body);
    }

    /// Gives a team a role here.
    pub fn grant_team(&self, team: Id, role: Role) {
        self.hub.world().teams.get_mut(&team).unwrap().repos.insert(self.id, role);
    }

    /// A commit on a branch, by ana; a new branch starts at the default one.
    pub fn commit(&self, branch: &str, files: Files, message: &str) -> String {
        self.commit_by("ana", branch, files, message)
    }

    pub fn commit_by(&self, login: &str, branch: &str, files: Files, message: &str) -> String {
        self.making(branch, files).by(login).says(message).now()
    }

    /// A commit with more to be said of it.
    pub fn making(&self, branch: &str, files: Files) -> Made {
        Made::new(self.clone(), branch, files)
    }

    /// Moves a branch to a commit that is there.
    pub fn push(&self, branch: &str, to: &str, login: &str) {
        let mut world = self.hub.world();
        world.tick();
        let by = world.user(login);
        world.push(self.id, branch, to, by);
    }

    pub fn delete_branch(&self, branch: &str, login: &str) {
        let mut world = self.hub.world();
        world.tick();
        let by = world.user(login);
        let (name, dir) = (format!("refs/heads/{branch}"), world.repo(self.id).dir.clone());
        let old = git::branch_tip(&dir, branch);
        git::unpoint(&dir, &name);
        world.moved(self.id, &name, old.as_deref(), None, by, None);
    }

    pub fn tip(&self, branch: &str) -> String {
        git::branch_tip(&self.dir(), branch).unwrap()
    }

    /// A pull request by ana, from a new branch onto main.
    pub fn pull(&self, branch: &str, files: Files) -> PullHandle {
        self.propose(branch).with(files)
    }

    pub fn propose(&self, branch: &str) -> Proposal {
        let text = |it: &str| it.to_owned();
        let title = format!("add {branch}");
        Proposal {
            repo: self.clone(),
            branch: text(branch),
            by: text("ana"),
            onto: text("main"),
            title,
            body: None,
            draft: false,
            fork: None,
        }
    }

    /// A pull request that is there.
    pub fn pull_of(&self, number: u64) -> PullHandle {
        PullHandle { repo: self.clone(), number }
    }

    /// A check run of another App: `Some` is a conclusion, `None` is in progress.
    pub fn check(&self, sha: &str, app: &str, name: &str, conclusion: Option<&str>) -> Id {
        let mut world = self.hub.world();
        let (app, at) = (apps::named(&mut world, app), world.tick());
        let suite = world.suite(self.id, app, sha);
        let it = blank_run(world.id(), suite, app, name, sha, conclusion, at);
        world.add_run(self.id, it)
    }

    /// What a check run of another App comes to: `None` is in progress again.
    pub fn set_check(&self, run: Id, conclusion: Option<&str>) {
        let mut world = self.hub.world();
        let at = world.tick();
        let it = world.repo_mut(self.id).runs.iter_mut().find(|it| it.id == run).unwrap();
        it.status = if conclusion.is_some() { "completed" } else { "in_progress" }.to_owned();
        it.conclusion = conclusion.map(str::to_owned);
        it.completed = conclusion.map(|_| at);
        if conclusion.is_some() {
            world.run_completed(self.id, run);
        }
    }

    /// A run of a workflow with its jobs as checks: path, event, commit, conclusion.
    pub fn workflow(
        &self,
        path: &str,
        event: &str,
        sha: &str,
        conclusion: Option<&str>,
        jobs: &[&str],
    ) -> Id {
        let mut world = self.hub.world();
        let (app, at, by) =
            (apps::named(&mut world, "github-actions"), world.tick(), world.user("ana"));
        let (suite, id) = (world.id(), world.id());
        let branch = git::branch_at(&world.repo(self.id).dir, sha).unwrap_or_default();
        let of = super::state::Suite {
            id: suite,
            app,
            sha: sha.to_owned(),
            branch: Some(branch.clone()),
            at,
        };
        world.repo_mut(self.id).suites.push(of);
        let text = |it: &str| it.to_owned();
        let name = path.rsplit('/').next().unwrap().split('.').next().unwrap().to_owned();
        let status = text(if conclusion.is_some() { "completed" } else { "in_progress" });
        let run = super::state::WorkflowRun {
            id,
            suite,
            path: text(path),
            name,
            event: text(event),
            sha: text(sha),
            branch,
            status,
            conclusion: conclusion.map(str::to_owned),
            actor: by,
            at,
        };
        world.repo_mut(self.id).workflow_runs.push(run);
        for job in jobs {
            let it = blank_run(world.id(), suite, app, job, sha, conclusion, at);
            world.add_run(self.id, it);
        }
        if conclusion.is_some() {
            let it = world.repo(self.id).workflow_runs.iter().find(|it| it.id == id).unwrap();
            let shown =
                super::describe::filled("workflow-run", world.show_workflow_run(self.id, it));
            world.emit(
                "workflow_run",
                Some("completed"),
                self.id,
                by,
                json!({ "workflow_run": shown, "workflow": { "path": path } }),
            );
        }
        id
    }

    /// A commit status, by anybody who may write.
    pub fn status(&self, sha: &str, context: &str, state: &str, login: &str) -> Id {
        let mut world = self.hub.world();
        world.tick();
        let creator = world.user(login);
        let (sha, context, state) = (sha.to_owned(), context.to_owned(), state.to_owned());
        world.status(
            self.id,
            Status { id: 0, sha, context, state, description: None, url: None, creator, at: 0 },
        )
    }

    /// The newest statuses on a commit, one of each context.
    pub fn statuses(&self, sha: &str) -> Vec<Status> {
        let world = self.hub.world();
        super::rest::newest_statuses(&world, self.id, sha)
    }

    /// The newest check run of a name on a commit, whoever wrote it.
    pub fn check_of(&self, sha: &str, name: &str) -> Option<CheckRun> {
        self.checks_of(sha, name).pop()
    }

    /// Every check run of a name on a commit, oldest first.
    pub fn checks_of(&self, sha: &str, name: &str) -> Vec<CheckRun> {
        let world = self.hub.world();
        world
            .repo(self.id)
            .runs
            .iter()
            .filter(|it| it.sha == sha && it.name == name)
            .cloned()
            .collect()
    }

    /// Somebody presses a button of a check run.
    pub fn press(&self, run: Id, identifier: &str, login: &str) {
        let mut world = self.hub.world();
        world.tick();
        let by = world.user(login);
        let app = world.repo(self.id).runs.iter().find(|it| it.id == run).unwrap().app;
        world.emit_run(
            "requested_action",
            self.id,
            run,
            by,
            Some(app),
            json!({ "requested_action": { "identifier": identifier } }),
        );
    }

    /// Somebody asks for a check run anew.
    pub fn rerequest(&self, run: Id, login: &str) {
        let mut world = self.hub.world();
        world.tick();
        let by = world.user(login);
        let app = world.repo(self.id).runs.iter().find(|it| it.id == run).unwrap().app;
        world.emit_run("rerequested", self.id, run, by, Some(app), Value::Null);
    }

    /// Adds a ruleset as REST writes it.
    pub fn ruleset(&self, body: Value) -> Id {
        let mut world = self.hub.world();
        let (id, at, by) = (world.id(), world.tick(), world.user("ana"));
        world.repo_mut(self.id).rulesets.push(Ruleset { id, body, at, updated: at });
        super::rest::tell_ruleset(&mut world, self.id, id, "created", by);
        id
    }

    /// The rulesets, as REST shows them.
    pub fn rulesets(&self) -> Vec<Value> {
        let world = self.hub.world();
        let slug = world.slug(self.id);
        world
            .repo(self.id)
            .rulesets
            .iter()
            .map(|it| world.show_ruleset(&slug, "Repository", it, true))
            .collect()
    }

    /// Classic protection of a branch, as REST shows it.
    pub fn protect(&self, branch: &str, protection: Value) {
        self.hub.world().repo_mut(self.id).protection.insert(branch.to_owned(), protection);
    }

    /// A workflow run that waits for our word: the run's id.
    pub fn deploy(&self, environment: &str, sha: &str) -> Id {
        let run = self.workflow(".github/workflows/deploy.yml", "push", sha, None, &[]);
        let mut world = self.hub.world();
        let (id, by, at) = (world.id(), world.user("ana"), world.now);
        let (sha, environment) = (sha.to_owned(), environment.to_owned());
        let name = git::branch_at(&world.repo(self.id).dir, &sha).unwrap_or_default();
        let it = super::state::Deployment {
            id,
            sha,
            name,
            environment: environment.clone(),
            creator: by,
            at,
            states: Vec::new(),
        };
        let shown = super::describe::filled("deployment", world.show_deployment(self.id, &it));
        world.repo_mut(self.id).deployments.push(it);
        let callback = format!(
            "{}/repos/{}/actions/runs/{run}/deployment_protection_rule",
            world.api,
            world.slug(self.id)
        );
        let body = json!({ "environment": environment, "event": "push", "deployment_callback_url": callback, "deployment": shown, "pull_requests": [] });
        world.emit("deployment_protection_rule", Some("requested"), self.id, by, body);
        run
    }

    /// What deployments were answered.
    pub fn gates(&self) -> Vec<Gate> {
        self.hub.world().repo(self.id).gates.clone()
    }

    /// Sets how a deployment went: `success`, …
    pub fn deployed(&self, environment: &str, sha: &str, state: &str) {
        let mut world = self.hub.world();
        let (id, at, by, status) = (world.id(), world.tick(), world.user("ana"), world.id());
        let (sha, environment) = (sha.to_owned(), environment.to_owned());
        let states = vec![(status, state.to_owned(), at)];
        let it = super::state::Deployment {
            id,
            sha: sha.clone(),
            name: sha,
            environment,
            creator: by,
            at,
            states,
        };
        world.repo_mut(self.id).deployments.push(it);
    }

    /// Changes the name; the old one redirects.
    pub fn rename(&self, name: &str) {
        let mut world = self.hub.world();
        world.tick();
        let (old, by) = (world.slug(self.id), world.user("ana"));
        world.old_names.insert(old.to_lowercase(), self.id);
        let from = std::mem::replace(&mut world.repo_mut(self.id).name, name.to_owned());
        world.emit(
            "repository",
            Some("renamed"),
            self.id,
            by,
            json!({ "changes": { "repository": { "name": { "from": from } } } }),
        );
    }

    /// Gives it to another organization, where the App is installed too.
    pub fn transfer(&self, owner: &str) {
        let mut world = self.hub.world();
        world.tick();
        let (old, by) = (world.slug(self.id), world.user("ana"));
        let app = world
            .installations
            .values()
            .find(|it| it.account == world.repo(self.id).owner)
            .map(|it| it.app);
        let from = world.show_user(world.repo(self.id).owner);
        let owner = world.org(owner);
        if let Some(app) = app {
            apps::install(&mut world, app, owner);
        }
        world.old_names.insert(old.to_lowercase(), self.id);
        world.repo_mut(self.id).owner = owner;
        world.emit(
            "repository",
            Some("transferred"),
            self.id,
            by,
            json!({ "changes": { "owner": { "from": { "organization": from } } } }),
        );
    }

    pub fn archive(&self) {
        let mut world = self.hub.world();
        world.tick();
        let by = world.user("ana");
        world.repo_mut(self.id).archived = true;
        world.emit("repository", Some("archived"), self.id, by, json!({}));
    }

    pub fn default_branch(&self, branch: &str) {
        let mut world = self.hub.world();
        world.tick();
        let by = world.user("ana");
        let from =
            std::mem::replace(&mut world.repo_mut(self.id).default_branch, branch.to_owned());
        world.emit(
            "repository",
            Some("edited"),
            self.id,
            by,
            json!({ "changes": { "default_branch": { "from": from } } }),
        );
    }

    /// Deletes a fork: heads in it are nowhere.
    pub fn delete_fork(&self, owner: &str) {
        let mut world = self.hub.world();
        let name = world.repo(self.id).name.clone();
        let fork = world.repo_named(owner, &name).unwrap();
        let all = world.repo_mut(self.id).pulls.values_mut();
        all.filter(|it| it.head_repo == Some(fork)).for_each(|it| it.head_repo = None);
        world.repos.remove(&fork);
    }

    /// Says that GitHub could check a commit's signature.
    pub fn sign(&self, sha: &str, login: Option<&str>, valid: bool) {
        let mut world = self.hub.world();
        let by = login.map(|it| world.user(it));
        let state = if valid { "VALID" } else { "UNKNOWN_KEY" };
        let signed = Signed { by, valid, by_github: login.is_none(), ssh: true, state };
        world.repo_mut(self.id).signatures.insert(sha.to_owned(), signed);
    }

    pub fn topics(&self, all: &[&str]) {
        self.hub.world().repo_mut(self.id).topics = all.iter().map(|it| (*it).to_owned()).collect();
    }

    pub fn property(&self, name: &str, value: Value) {
        self.hub.world().repo_mut(self.id).properties.insert(name.to_owned(), value);
    }

    /// Puts pull requests into the merge queue as one group after another.
    pub fn queue(&self, pulls: &[&PullHandle]) -> GroupHandle {
        super::queue::queue(self, pulls)
    }

    /// A delivery that GitHub would send for something that the fake has no act for.
    pub fn tell(
        &self,
        event: &str,
        action: Option<&str>,
        login: &str,
        body: Value,
    ) -> Vec<Delivery> {
        let mut world = self.hub.world();
        world.tick();
        let by = world.user(login);
        let before = world.outbox.len();
        world.emit(event, action, self.id, by, body);
        world.outbox[before.min(world.outbox.len())..].to_vec()
    }
}

fn blank_run(
    id: Id,
    suite: Id,
    app: Id,
    name: &str,
    sha: &str,
    conclusion: Option<&str>,
    at: i64,
) -> CheckRun {
    CheckRun {
        id,
        suite,
        app,
        name: name.to_owned(),
        sha: sha.to_owned(),
        status: if conclusion.is_some() { "completed" } else { "in_progress" }.to_owned(),
        conclusion: conclusion.map(str::to_owned),
        started: at,
        completed: conclusion.map(|_| at),
        title: None,
        summary: None,
        text: None,
        annotations: Vec::new(),
        external_id: None,
        details_url: None,
        actions: Vec::new(),
        writes: 1,
    }
}

/// A commit that is made and pushed with [`Made::now`].
pub struct Made {
    repo: RepoHandle,
    branch: String,
    files: Files,
    message: String,
    by: String,
    author: Option<(String, String)>,
    committer: Option<(String, String)>,
    parents: Vec<String>,
    onto: Option<String>,
}

impl Made {
    fn new(repo: RepoHandle, branch: &str, files: Files) -> Self {
        let message =
            files.first().map_or("change nothing".to_owned(), |it| format!("change {}", it.0));
        Self {
            repo,
            branch: branch.to_owned(),
            files,
            message,
            by: "ana".to_owned(),
            author: None,
            committer: None,
            parents: Vec::new(),
            onto: None,
        }
    }

    /// Who pushes, and is the author if nobody else is named.
    pub fn by(mut self, login: &str) -> Self {
        self.by = login.to_owned();
        self
    }

    pub fn says(mut self, message: &str) -> Self {
        self.message = message.to_owned();
        self
    }

    pub fn author(mut self, name: &str, email: &str) -> Self {
        self.author = Some((name.to_owned(), email.to_owned()));
        self
    }

    pub fn committer(mut self, name: &str, email: &str) -> Self {
        self.committer = Some((name.to_owned(), email.to_owned()));
        self
    }

    /// A further parent.
    pub fn merging(mut self, parent: &str) -> Self {
        self.parents.push(parent.to_owned());
        self
    }

    /// The first parent, instead of the branch's tip: the push is forced.
    pub fn onto(mut self, parent: &str) -> Self {
        self.onto = Some(parent.to_owned());
        self
    }

    /// Makes and pushes it; the commit.
    pub fn now(self) -> String {
        let mut world = self.repo.hub.world();
        let by = world.user(&self.by);
        world.let_in(self.repo.id, by);
        let make = Make {
            branch: &self.branch,
            files: &self.files,
            message: &self.message,
            by,
            parents: &self.parents,
            author: self.author.clone(),
            committer: self.committer.clone(),
            onto: self.onto.clone(),
        };
        world.make(self.repo.id, &make)
    }
}

/// A pull request that is opened with [`Proposal::with`].
pub struct Proposal {
    repo: RepoHandle,
    branch: String,
    by: String,
    onto: String,
    title: String,
    body: Option<String>,
    draft: bool,
    fork: Option<String>,
}

impl Proposal {
    pub fn by(mut self, login: &str) -> Self {
        self.by = login.to_owned();
        self
    }

    pub fn onto(mut self, base: &str) -> Self {
        self.onto = base.to_owned();
        self
    }

    pub fn titled(mut self, title: &str) -> Self {
        self.title = title.to_owned();
        self
    }

    pub fn saying(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    pub fn draft(mut self) -> Self {
        self.draft = true;
        self
    }

    /// From somebody's fork, which comes to be when first named.
    pub fn in_fork(mut self, owner: &str) -> Self {
        self.fork = Some(owner.to_owned());
        self.by = owner.to_owned();
        self
    }

    /// Opens it with one commit of `files`.
    pub fn with(self, files: Files) -> PullHandle {
        let home = self.home();
        let start = git::branch_tip(&self.repo.dir(), &self.onto).unwrap();
        let made = home.making(&self.branch, files).by(&self.by).says(&self.title);
        let made = if git::branch_tip(&home.dir(), &self.branch).is_none() {
            made.onto(&start)
        } else {
            made
        };
        made.now();
        self.open()
    }

    /// Opens it from the branch as it is.
    pub fn open(self) -> PullHandle {
        let home = self.home();
        let mut world = self.repo.hub.world();
        let (at, by, id) = (world.tick(), world.user(&self.by), world.id());
        if home.id == self.repo.id {
            world.let_in(home.id, by);
        }
        let owner = world.accounts[&world.repo(home.id).owner].login.clone();
        let pull = Pull {
            id,
            number: 0,
            title: self.title.clone(),
            body: self.body.clone(),
            author: by,
            open: true,
            draft: self.draft,
            locked: false,
            created: at,
            updated: at,
            closed: None,
            merged: None,
            head_repo: Some(home.id),
            head_owner: owner,
            head_ref: self.branch.clone(),
            head: git::branch_tip(&world.repo(home.id).dir, &self.branch).unwrap(),
            base_ref: self.onto.clone(),
            base: git::branch_tip(&world.repo(self.repo.id).dir, &self.onto).unwrap(),
            labels: Vec::new(),
            reviews: Vec::new(),
            threads: Vec::new(),
            comments: Vec::new(),
            asked: [].into(),
            asked_teams: [].into(),
            events: Vec::new(),
            edited: None,
            maintainer_can_modify: false,
            auto: None,
        };
        let number = world.open_pull(self.repo.id, pull, by);
        drop(world);
        PullHandle { repo: self.repo.clone(), number }
    }

    fn home(&self) -> RepoHandle {
        let Some(owner) = &self.fork else { return self.repo.clone() };
        let mut world = self.repo.hub.world();
        let owner_id = world.user(owner);
        let name = world.repo(self.repo.id).name.clone();
        let found = world.repo_named(owner, &name);
        let id = found.unwrap_or_else(|| world.create_repo(owner_id, &name, Some(self.repo.id)));
        RepoHandle { hub: self.repo.hub.clone(), id }
    }
}

/// A pull request.
#[derive(Clone)]
pub struct PullHandle {
    pub(super) repo: RepoHandle,
    pub number: u64,
}

impl PullHandle {
    /// It as it is now.
    pub fn now(&self) -> Pull {
        self.repo.hub.world().pull(self.repo.id, self.number).clone()
    }

    pub fn repo(&self) -> RepoHandle {
        self.repo.clone()
    }

    pub fn head(&self) -> String {
        self.now().head
    }

    /// The logins of those whose review is asked for.
    pub fn asked(&self) -> Vec<String> {
        let world = self.repo.hub.world();
        world.pull(self.repo.id, self.number).asked.iter().map(|it| world.login(*it)).collect()
    }

    pub fn asked_teams(&self) -> Vec<String> {
        let world = self.repo.hub.world();
        world
            .pull(self.repo.id, self.number)
            .asked_teams
            .iter()
            .map(|it| world.teams[it].slug.clone())
            .collect()
    }

    fn act<T>(
        &self,
        login: &str,
        act: impl FnOnce(&mut super::state::World, Id, u64, Id) -> T,
    ) -> T {
        let mut world = self.repo.hub.world();
        world.tick();
        let by = world.user(login);
        world.let_in(self.repo.id, by);
        act(&mut world, self.repo.id, self.number, by)
    }

    pub fn review(&self, login: &str, state: State) -> Id {
        self.review_saying(login, state, "")
    }

    pub fn review_saying(&self, login: &str, state: State, body: &str) -> Id {
        self.act(login, |world, repo, number, by| world.review(repo, number, by, state, body))
    }

    /// Edits what a review says.
    pub fn edit_review(&self, review: Id, login: &str, body: &str) {
        self.act(login, |world, repo, number, by| {
            let at = world.now;
            let it =
                world.pull_mut(repo, number).reviews.iter_mut().find(|it| it.id == review).unwrap();
            (it.body, it.edited) = (body.to_owned(), Some((at, by)));
            world.emit_review("edited", repo, number, review, by);
        });
    }

    pub fn dismiss(&self, review: Id, login: &str) {
        let done = self.act(login, |world, repo, number, by| {
            world.dismiss(repo, number, review, by, "out of date")
        });
        assert!(done, "GitHub dismisses verdicts alone");
    }

    pub fn comment(&self, login: &str, body: &str) -> Id {
        self.act(login, |world, repo, number, by| world.comment(repo, number, by, body, None))
    }

    pub fn edit_comment(&self, comment: Id, login: &str, body: &str) {
        self.act(login, |world, repo, number, by| {
            world.edit_comment(repo, number, comment, by, body)
        });
    }

    pub fn delete_comment(&self, comment: Id, login: &str) {
        self.act(login, |world, repo, number, by| world.delete_comment(repo, number, comment, by));
    }

    /// Hides a comment: `SPAM`, `OUTDATED`, …
    pub fn minimize(&self, comment: Id, reason: &str) {
        self.act("ana", |world, repo, number, _| {
            let it = world
                .pull_mut(repo, number)
                .comments
                .iter_mut()
                .find(|it| it.id == comment)
                .unwrap();
            it.minimized = Some(reason.to_owned());
        });
    }

    pub fn thread(&self, login: &str, path: &str, line: u64, body: &str) -> Id {
        self.act(login, |world, repo, number, by| world.thread(repo, number, by, path, line, body))
    }

    pub fn resolve(&self, thread: Id, login: &str) {
        self.act(login, |world, repo, number, by| world.resolve(repo, number, thread, true, by));
    }

    pub fn unresolve(&self, thread: Id, login: &str) {
        self.act(login, |world, repo, number, by| world.resolve(repo, number, thread, false, by));
    }

    pub fn label(&self, name: &str, login: &str) {
        self.act(login, |world, repo, number, by| world.label(repo, number, name, by));
    }

    pub fn unlabel(&self, name: &str, login: &str) {
        self.act(login, |world, repo, number, by| world.unlabel(repo, number, name, by));
    }

    pub fn retitle(&self, title: &str, login: &str) {
        self.act(login, |world, repo, number, by| world.retitle(repo, number, title, by));
    }

    pub fn rebody(&self, body: &str, login: &str) {
        self.act(login, |world, repo, number, by| world.rebody(repo, number, body, by));
    }

    pub fn retarget(&self, base: &str, login: &str) {
        self.act(login, |world, repo, number, by| world.retarget(repo, number, base, by));
    }

    pub fn ready(&self, login: &str) {
        self.act(login, |world, repo, number, by| world.draft(repo, number, false, by));
    }

    pub fn to_draft(&self, login: &str) {
        self.act(login, |world, repo, number, by| world.draft(repo, number, true, by));
    }

    /// It is to be merged by itself once it may.
    pub fn auto_merge(&self, login: &str) {
        self.act(login, |world, repo, number, by| {
            let at = world.now;
            world.pull_mut(repo, number).auto = Some((at, by));
            world.emit_pull("auto_merge_enabled", repo, number, by, json!({}));
        });
    }

    pub fn close(&self, login: &str) {
        self.act(login, |world, repo, number, by| world.close(repo, number, by));
    }

    pub fn reopen(&self, login: &str) {
        self.act(login, |world, repo, number, by| world.reopen(repo, number, by));
    }

    /// Merges with a merge commit; the commit.
    pub fn merge(&self, login: &str) -> String {
        self.act(login, |world, repo, number, by| world.merge(repo, number, by, "merge"))
            .expect("conflicts")
    }

    pub fn squash(&self, login: &str) -> String {
        self.act(login, |world, repo, number, by| world.merge(repo, number, by, "squash"))
            .expect("conflicts")
    }

    pub fn ask(&self, who: &str, login: &str) {
        self.act(login, |world, repo, number, by| {
            let user = world.user(who);
            world.ask(repo, number, Some(user), None, by);
        });
    }

    fn home(&self) -> (RepoHandle, Pull) {
        let pull = self.now();
        let id = pull.head_repo.expect("the fork is gone");
        (RepoHandle { hub: self.repo.hub.clone(), id }, pull)
    }

    fn author(&self) -> String {
        let world = self.repo.hub.world();
        world.login(world.pull(self.repo.id, self.number).author)
    }

    /// A further commit, by the author; the new head.
    pub fn push(&self, files: Files) -> String {
        self.pushing(files).now()
    }

    pub fn push_by(&self, login: &str, files: Files) -> String {
        self.pushing(files).by(login).now()
    }

    /// A further commit with more to be said of it.
    pub fn pushing(&self, files: Files) -> Made {
        let (home, pull) = self.home();
        home.making(&pull.head_ref, files).by(&self.author())
    }

    /// Throws the branch's commits away for one of `files`.
    pub fn force_push(&self, files: Files) -> String {
        let (home, pull) = self.home();
        let onto = git::merge_base(&home.dir(), &pull.base, &pull.head).unwrap();
        home.making(&pull.head_ref, files).by(&self.author()).onto(&onto).says("start over").now()
    }

    /// Merges the base into the head as GitHub's button does.
    pub fn update_branch(&self, login: &str) -> String {
        let (home, pull) = self.home();
        let mut world = self.repo.hub.world();
        let (at, by) = (world.tick(), world.user(login));
        let (name, email) =
            (world.accounts[&by].login.clone(), world.accounts[&by].emails[0].clone());
        let base = git::branch_tip(&world.repo(self.repo.id).dir, &pull.base_ref).unwrap();
        let parents = [pull.head.clone(), base];
        let message = format!("Merge branch '{}' into {}", pull.base_ref, pull.head_ref);
        let draft = git::Draft {
            parents: &parents,
            message: &message,
            author: (&name, &email),
            committer: ("GitHub", "noreply@github.com"),
            at,
        };
        let new = git::merge(&home.dir(), &draft).expect("conflicts");
        world.repo_mut(self.repo.id).web.insert(new.clone());
        world.push(home.id, &pull.head_ref, &new, by);
        new
    }
}

pub use super::queue::GroupHandle;
