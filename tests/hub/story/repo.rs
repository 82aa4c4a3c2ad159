//! What people do with a repository.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Made, Proposal, PullHandle};
use crate::hub::git::{self, Files};
use crate::hub::queue::GroupHandle;
use crate::hub::state::{Delivery, Id, Role, Ruleset, Signed, Token, Whose};
use crate::hub::{Inner, apps};

/// A repository.
#[derive(Clone)]
pub struct RepoHandle {
    pub(crate) hub: Arc<Inner>,
    pub(crate) id: Id,
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
        Proposal::new(self.clone(), branch)
    }

    /// A pull request that is there.
    pub fn pull_of(&self, number: u64) -> PullHandle {
        PullHandle { repo: self.clone(), number }
    }

    /// Adds a ruleset as REST writes it.
    pub fn ruleset(&self, body: Value) -> Id {
        let mut world = self.hub.world();
        let (id, at, by) = (world.id(), world.tick(), world.user("ana"));
        world.repo_mut(self.id).rulesets.push(Ruleset { id, body, at, updated: at });
        crate::hub::rest::tell_ruleset(&mut world, self.id, id, "created", by);
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

    /// A token as workflows have it: of GitHub's own App, for this repository alone.
    pub fn actions_token(&self, permissions: &[(&str, &str)]) -> String {
        let mut world = self.hub.world();
        let (app, owner) = (apps::named(&mut world, "github-actions"), world.repo(self.id).owner);
        let id = apps::install(&mut world, app, owner);
        let permissions = permissions.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
        let (text, until) = (format!("ghs_{}", world.id()), world.clock() + 3600);
        let whose = Whose::Installation { id, repos: Some([self.id].into()), permissions };
        world.tokens.insert(text.clone(), Token { whose, until });
        text
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
        crate::hub::queue::queue(self, pulls)
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
