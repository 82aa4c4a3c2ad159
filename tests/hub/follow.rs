//! What follows when a ref moves: who must know is told, pull requests come along.

use serde_json::{Value, json};

use super::act::NOTHING;
use super::emit::zero;
use super::git;
use super::state::{Activity, Event, Happened, Id, Installation, Merged, Pull, Repo, State, World};

impl World {
    /// A ref has moved: who must know is told, and pull requests follow.
    pub fn moved(
        &mut self,
        repo: Id,
        name: &str,
        old: Option<&str>,
        new: Option<&str>,
        by: Id,
        how: Option<&'static str>,
    ) {
        let (before, after) =
            (old.unwrap_or(NOTHING).to_owned(), new.unwrap_or(NOTHING).to_owned());
        let dir = self.repos[&repo].dir.clone();
        let forced = old.is_some_and(|old| new.is_some_and(|new| !git::contains(&dir, new, old)));
        let kind = how.unwrap_or(match (zero(&before), zero(&after)) {
            (true, _) => "branch_creation",
            (_, true) => "branch_deletion",
            _ if forced => "force_push",
            _ => "push",
        });
        let (id, at) = (self.id(), self.now);
        let activity = Activity {
            id,
            name: name.to_owned(),
            before: before.clone(),
            after: after.clone(),
            by,
            at,
            kind,
        };
        self.repo_mut(repo).activity.push(activity);
        if self.heard("push", repo) {
            let payload = self.push_payload(repo, name, &before, &after, by);
            self.emit("push", None, repo, by, payload);
        }
        let Some(branch) = name.strip_prefix("refs/heads/") else {
            return;
        };
        if let Some(new) = new {
            self.ask_for_checks(repo, new, by);
        }
        for (onto, number) in self.headed_by(repo, branch) {
            match new {
                Some(_) => self.head_moved(onto, number, &before, &after, by, forced),
                None => self.head_deleted(onto, number, by),
            }
        }
        if let Some(new) = new {
            self.base_moved(repo, branch, &before, new, by, forced);
        }
    }

    /// Open pull requests whose head is a branch.
    fn headed_by(&self, repo: Id, branch: &str) -> Vec<(Id, u64)> {
        let fits = |it: &&Pull| it.open && it.head_repo == Some(repo) && it.head_ref == branch;
        let of = |at: &Repo| {
            at.pulls.values().filter(fits).map(|it| (at.id, it.number)).collect::<Vec<_>>()
        };
        self.repos.values().flat_map(of).collect()
    }

    fn head_moved(
        &mut self,
        repo: Id,
        number: u64,
        before: &str,
        after: &str,
        by: Id,
        forced: bool,
    ) {
        let dir = self.repos[&repo].dir.clone();
        let (id, at) = (self.id(), self.now);
        let base = git::branch_tip(&dir, &self.pull(repo, number).base_ref);
        let pull = self.pull_mut(repo, number);
        pull.head = after.to_owned();
        pull.updated = at;
        // The base is looked at again only now.
        pull.base = base.unwrap_or_else(|| pull.base.clone());
        if forced {
            let what = Happened::Forced { before: before.to_owned(), after: after.to_owned() };
            pull.events.push(Event { id, at, by, what });
            // GitHub re-points what was said to the new head.
            pull.reviews.iter_mut().for_each(|it| it.commit = after.to_owned());
        }
        for thread in &mut pull.threads {
            thread.outdated = true;
        }
        git::point(&dir, &format!("refs/pull/{number}/head"), after);
        self.dismiss_stale(repo, number, before, by);
        self.emit_pull(
            "synchronize",
            repo,
            number,
            by,
            json!({ "before": before, "after": after }),
        );
    }

    /// A rule may ask that approvals end when the diff is another.
    fn dismiss_stale(&mut self, repo: Id, number: u64, before: &str, by: Id) {
        let it = self.pull(repo, number);
        let rules = super::rest::rules_on(self, repo, &it.base_ref);
        let asks = |it: &Value| it["parameters"]["dismiss_stale_reviews_on_push"] == true;
        if !rules.iter().any(asks) {
            return;
        }
        let dir = &self.repos[&repo].dir;
        let diff = |head: &str| {
            let all = git::changed(dir, &it.base, head);
            all.into_iter().map(|it| (it.path, it.status, it.patch)).collect::<Vec<_>>()
        };
        if diff(before) == diff(&it.head) {
            return;
        }
        let stale = it.reviews.iter().filter(|it| it.state == State::Approved).map(|it| it.id);
        for review in stale.collect::<Vec<_>>() {
            self.dismiss(repo, number, review, by, "");
        }
    }

    fn head_deleted(&mut self, repo: Id, number: u64, by: Id) {
        self.event(repo, number, by, Happened::HeadDeleted);
        self.close(repo, number, by);
    }

    /// Pull requests that are in their base now are merged.
    fn base_moved(
        &mut self,
        repo: Id,
        branch: &str,
        before: &str,
        new: &str,
        by: Id,
        forced: bool,
    ) {
        let dir = self.repos[&repo].dir.clone();
        let fits = |it: &&Pull| it.open && it.base_ref == branch;
        let onto: Vec<_> = self.repos[&repo]
            .pulls
            .values()
            .filter(fits)
            .map(|it| (it.number, it.head.clone()))
            .collect();
        for (number, head) in onto {
            if forced {
                self.event(
                    repo,
                    number,
                    by,
                    Happened::BaseForced { before: before.to_owned(), after: new.to_owned() },
                );
            }
            if git::contains(&dir, new, &head) {
                self.merged(repo, number, new, by);
            }
        }
    }

    pub fn merged(&mut self, repo: Id, number: u64, commit: &str, by: Id) {
        let at = self.now;
        self.event(repo, number, by, Happened::Merged { commit: commit.to_owned() });
        let pull = self.pull_mut(repo, number);
        pull.merged = Some(Merged { at, by, commit: commit.to_owned() });
        self.close(repo, number, by);
    }

    pub fn event(&mut self, repo: Id, number: u64, by: Id, what: Happened) {
        let (id, at) = (self.id(), self.now);
        let pull = self.pull_mut(repo, number);
        pull.updated = at;
        pull.events.push(Event { id, at, by, what });
    }

    pub fn close(&mut self, repo: Id, number: u64, by: Id) {
        let at = self.now;
        let pull = self.pull_mut(repo, number);
        pull.open = false;
        pull.closed = Some(at);
        self.event(repo, number, by, Happened::Closed);
        self.emit_pull("closed", repo, number, by, Value::Null);
    }

    /// Every App that writes checks has a suite for every pushed commit.
    fn ask_for_checks(&mut self, repo: Id, sha: &str, by: Id) {
        let writes = |world: &Self, it: &Installation| {
            world.covers(it.id, repo)
                && it.permissions.get("checks").is_some_and(|it| it == "write")
        };
        let apps: Vec<_> =
            self.installations.values().filter(|it| writes(self, it)).map(|it| it.app).collect();
        for app in apps {
            if self.repos[&repo].suites.iter().any(|it| it.app == app && it.sha == sha) {
                continue;
            }
            let suite = self.suite(repo, app, sha);
            self.emit_suite("requested", repo, suite, by, Some(app));
        }
    }

    pub fn emit_suite(&mut self, action: &str, repo: Id, suite: Id, by: Id, only: Option<Id>) {
        let it = self.repos[&repo].suites.iter().find(|it| it.id == suite).unwrap();
        let body = json!({ "check_suite": self.show_suite(repo, it) });
        self.emit_to("check_suite", Some(action), repo, by, only, body);
    }

    pub fn emit_run(
        &mut self,
        action: &str,
        repo: Id,
        run: Id,
        by: Id,
        only: Option<Id>,
        more: Value,
    ) {
        let it = self.repos[&repo].runs.iter().find(|it| it.id == run).unwrap();
        let mut shown = self.show_run(repo, it);
        let suite = self.repos[&repo].suites.iter().find(|one| one.id == it.suite).unwrap();
        shown["check_suite"] = self.show_suite(repo, suite);
        let mut body = json!({ "check_run": shown });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.emit_to("check_run", Some(action), repo, by, only, body);
    }
}
