//! Webhooks: who is told of what, and what a delivery says.

use serde_json::{Value, json};

use super::git;
use super::state::{Delivery, Id, World, time};

/// Events that come without being asked for.
const ALWAYS: &[&str] =
    &["installation", "installation_repositories", "github_app_authorization", "ping"];

impl World {
    /// Tells every App that listens and sees the repository.
    pub fn emit(&mut self, event: &str, action: Option<&str>, repo: Id, by: Id, body: Value) {
        self.emit_to(event, action, repo, by, None, body);
    }

    /// The same, to one App alone if `only` says so.
    pub fn emit_to(
        &mut self,
        event: &str,
        action: Option<&str>,
        repo: Id,
        by: Id,
        only: Option<Id>,
        body: Value,
    ) {
        let owner = self.repos[&repo].owner;
        let covers = |world: &Self, installation: Id| world.covers(installation, repo);
        let to: Vec<_> =
            self.listeners(event, only).into_iter().filter(|it| covers(self, *it)).collect();
        if to.is_empty() {
            return;
        }
        let mut body = body;
        body["repository"] = self.payload_repo(repo);
        self.send(event, action, owner, by, &to, Some(repo), body);
    }

    /// Tells every App that is installed at an account.
    pub fn emit_at(&mut self, event: &str, action: Option<&str>, account: Id, by: Id, body: Value) {
        let at = |world: &Self, it: Id| world.installations[&it].account == account;
        let to: Vec<_> =
            self.listeners(event, None).into_iter().filter(|it| at(self, *it)).collect();
        self.send(event, action, account, by, &to, None, body);
    }

    /// Whether anybody would be told; what is told is not computed otherwise.
    pub fn heard(&self, event: &str, repo: Id) -> bool {
        self.listeners(event, None).into_iter().any(|it| self.covers(it, repo))
    }

    fn listeners(&self, event: &str, only: Option<Id>) -> Vec<Id> {
        let listens = |app: Id| {
            let it = &self.apps[&app];
            it.hook.is_some()
                && only.is_none_or(|only| only == app)
                && (it.events.contains(event) || ALWAYS.contains(&event))
        };
        let all = self.installations.values();
        all.filter(|it| (it.suspended.is_none() || event == "installation") && listens(it.app))
            .map(|it| it.id)
            .collect()
    }

    fn send(
        &mut self,
        event: &str,
        action: Option<&str>,
        owner: Id,
        by: Id,
        to: &[Id],
        repo: Option<Id>,
        body: Value,
    ) {
        let sequence = self.id();
        // One per event, shared by all Apps.
        let guid = format!("{sequence:08x}-0000-11f0-8000-{:012x}", sequence * 7919);
        for installation in to {
            let mut payload = body.clone();
            if let Some(action) = action {
                payload["action"] = json!(action);
            }
            if self.orgs.contains_key(&owner) {
                payload["organization"] = json!({ "login": self.accounts[&owner].login, "id": owner, "node_id": format!("O_{owner}") });
            }
            if event != "installation" && event != "installation_repositories" {
                payload["installation"] =
                    json!({ "id": installation, "node_id": format!("IN_{installation}") });
            }
            payload["sender"] = self.show_user(by);
            let (id, at) = (self.id(), self.now);
            self.outbox.push(Delivery {
                id,
                guid: guid.clone(),
                event: event.to_owned(),
                action: action.map(str::to_owned),
                payload: payload.to_string(),
                app: self.installations[installation].app,
                installation: Some(*installation),
                repository: repo,
                at,
                redelivery: false,
                status: None,
            });
        }
    }

    /// Tells of a pull request; `more` joins the payload.
    pub fn emit_pull(&mut self, action: &str, repo: Id, number: u64, by: Id, more: Value) {
        if !self.heard("pull_request", repo) {
            return;
        }
        let mut body = json!({ "number": number, "pull_request": self.payload_pull(repo, number) });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.emit("pull_request", Some(action), repo, by, body);
    }

    /// The payload of `push`.
    pub fn push_payload(&self, repo: Id, name: &str, before: &str, after: &str, by: Id) -> Value {
        let it = &self.repos[&repo];
        let (created, deleted) = (zero(before), zero(after));
        let new = match (created, deleted) {
            (_, true) => Vec::new(),
            (true, _) => git::history(&it.dir, after, 1),
            _ => git::between(&it.dir, before, after),
        };
        let commit = |sha: &String| {
            let mut value = self.show_simple_commit(repo, sha);
            let files = git::of_commit(&it.dir, sha);
            let of = |status: &[&str]| -> Vec<String> {
                files
                    .iter()
                    .filter(|it| status.contains(&it.status))
                    .map(|it| it.path.clone())
                    .collect()
            };
            let said = git::said(&it.dir, sha).unwrap();
            if let Some(account) = self.by_email(&said.author.1) {
                value["author"]["username"] = json!(account.login);
            }
            value["added"] = json!(of(&["added"]));
            value["removed"] = json!(of(&["removed"]));
            value["modified"] = json!(of(&["modified", "renamed"]));
            value["distinct"] = json!(true);
            value["url"] = json!(format!("{}/{}/commit/{sha}", self.web, self.slug(repo)));
            value
        };
        let commits: Vec<_> = new.iter().rev().take(2048).rev().map(commit).collect();
        let forced = !created && !deleted && !git::contains(&it.dir, after, before);
        json!({
            "ref": name, "before": before, "after": after, "created": created, "deleted": deleted, "forced": forced,
            "base_ref": null, "compare": format!("{}/{}/compare/{before}...{after}", self.web, self.slug(repo)),
            "head_commit": if deleted { Value::Null } else { commits.last().cloned().unwrap_or(Value::Null) },
            "commits": commits, "pusher": { "name": self.login(by), "email": self.accounts[&by].emails[0] },
        })
    }

    /// Tells of a merge group.
    pub fn emit_group(
        &mut self,
        action: &str,
        repo: Id,
        by: Id,
        entry: &super::state::QueueEntry,
        reason: Option<&str>,
    ) {
        let mut body = json!({ "merge_group": {
            "head_sha": entry.head, "head_ref": entry.head_ref, "base_sha": entry.base_sha,
            "base_ref": format!("refs/heads/{}", entry.base), "head_commit": self.show_simple_commit(repo, &entry.head),
        } });
        if let Some(reason) = reason {
            body["reason"] = json!(reason);
        }
        self.emit("merge_group", Some(action), repo, by, body);
    }

    /// Tells that an installation came, went or changed.
    pub fn emit_installation(&mut self, action: &str, installation: Id, by: Id) {
        let it = self.installations[&installation].clone();
        let sees = |world: &Self| -> Vec<Id> {
            world.repos.keys().copied().filter(|id| world.covers(installation, *id)).collect()
        };
        let repos: Vec<_> = sees(self).into_iter().map(|id| self.show_repo_short(id)).collect();
        let body =
            json!({ "installation": self.show_installation(installation), "repositories": repos });
        if self.apps[&it.app].hook.is_some() {
            self.send("installation", Some(action), it.account, by, &[installation], None, body);
        }
    }

    /// Tells that an installation sees more, or less.
    pub fn emit_repositories(
        &mut self,
        action: &str,
        id: Id,
        by: Id,
        added: Vec<Value>,
        removed: Vec<Value>,
    ) {
        let it = self.installations[&id].clone();
        let body = json!({
            "installation": self.show_installation(id), "repository_selection": "selected", "requester": null,
            "repositories_added": added, "repositories_removed": removed,
        });
        if self.apps[&it.app].hook.is_some() {
            self.send("installation_repositories", Some(action), it.account, by, &[id], None, body);
        }
    }

    pub fn show_repo_short(&self, id: Id) -> Value {
        let it = &self.repos[&id];
        json!({ "id": id, "node_id": format!("R_{id}"), "name": it.name, "full_name": self.slug(id), "private": it.private })
    }

    pub fn show_installation(&self, id: Id) -> Value {
        let it = &self.installations[&id];
        let app = &self.apps[&it.app];
        json!({
            "id": id, "account": self.show_user(it.account), "app_id": it.app, "app_slug": app.slug,
            "target_id": it.account, "target_type": if self.orgs.contains_key(&it.account) { "Organization" } else { "User" },
            "permissions": it.permissions, "events": app.events, "repository_selection": if it.repos.is_some() { "selected" } else { "all" },
            "access_tokens_url": format!("{}/app/installations/{id}/access_tokens", self.api),
            "repositories_url": format!("{}/installation/repositories", self.api),
            "html_url": format!("{}/settings/installations/{id}", self.web), "single_file_name": null,
            "created_at": time(self.now), "updated_at": time(self.now), "suspended_at": it.suspended.map(time),
            "suspended_by": null,
        })
    }
}

/// Whether a hash stands for nothing.
pub fn zero(sha: &str) -> bool {
    sha.bytes().all(|it| it == b'0')
}
