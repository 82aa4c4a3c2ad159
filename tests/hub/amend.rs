//! Smaller acts on pull requests: titles, targets, labels, requests, comments, threads.

use serde_json::{Value, json};

use super::git;
use super::state::{Comment, Happened, Id, State, Thread, World};

impl World {
    pub fn retitle(&mut self, repo: Id, number: u64, title: &str, by: Id) {
        let from = std::mem::replace(&mut self.pull_mut(repo, number).title, title.to_owned());
        self.event(
            repo,
            number,
            by,
            Happened::Renamed { from: from.clone(), to: title.to_owned() },
        );
        self.emit_pull(
            "edited",
            repo,
            number,
            by,
            json!({ "changes": { "title": { "from": from } } }),
        );
    }

    pub fn rebody(&mut self, repo: Id, number: u64, body: &str, by: Id) {
        let at = self.now;
        let pull = self.pull_mut(repo, number);
        (pull.edited, pull.updated) = (Some((at, by)), at);
        let from = pull.body.replace(body.to_owned());
        self.emit_pull(
            "edited",
            repo,
            number,
            by,
            json!({ "changes": { "body": { "from": from } } }),
        );
    }

    pub fn retarget(&mut self, repo: Id, number: u64, base: &str, by: Id) {
        let at = git::branch_tip(&self.repo(repo).dir, base).unwrap();
        let pull = self.pull_mut(repo, number);
        let from = std::mem::replace(&mut pull.base_ref, base.to_owned());
        let from_sha = std::mem::replace(&mut pull.base, at);
        self.event(
            repo,
            number,
            by,
            Happened::Retargeted { from: from.clone(), to: base.to_owned() },
        );
        let changes = json!({ "base": { "ref": { "from": from }, "sha": { "from": from_sha } } });
        self.emit_pull("edited", repo, number, by, json!({ "changes": changes }));
    }

    pub fn reopen(&mut self, repo: Id, number: u64, by: Id) {
        let pull = self.pull_mut(repo, number);
        (pull.open, pull.closed) = (true, None);
        self.event(repo, number, by, Happened::Reopened);
        self.emit_pull("reopened", repo, number, by, Value::Null);
    }

    pub fn draft(&mut self, repo: Id, number: u64, draft: bool, by: Id) {
        self.pull_mut(repo, number).draft = draft;
        let (what, action) = if draft {
            (Happened::Drafted, "converted_to_draft")
        } else {
            (Happened::Ready, "ready_for_review")
        };
        self.event(repo, number, by, what);
        self.emit_pull(action, repo, number, by, Value::Null);
    }

    pub fn label(&mut self, repo: Id, number: u64, name: &str, by: Id) {
        let id = self.id();
        self.repo_mut(repo).labels.entry(name.to_owned()).or_insert(id);
        let pull = self.pull_mut(repo, number);
        if pull.labels.iter().any(|it| it.0 == name) {
            return;
        }
        pull.labels.push((name.to_owned(), by));
        self.event(repo, number, by, Happened::Labeled(name.to_owned()));
        let label = self.show_label(repo, name);
        self.emit_pull("labeled", repo, number, by, json!({ "label": label }));
    }

    pub fn unlabel(&mut self, repo: Id, number: u64, name: &str, by: Id) {
        let pull = self.pull_mut(repo, number);
        let before = pull.labels.len();
        pull.labels.retain(|it| it.0 != name);
        if pull.labels.len() == before {
            return;
        }
        self.event(repo, number, by, Happened::Unlabeled(name.to_owned()));
        let label = self.show_label(repo, name);
        self.emit_pull("unlabeled", repo, number, by, json!({ "label": label }));
    }

    pub fn ask(&mut self, repo: Id, number: u64, user: Option<Id>, team: Option<Id>, by: Id) {
        let pull = self.pull_mut(repo, number);
        pull.asked.extend(user);
        pull.asked_teams.extend(team);
        self.event(repo, number, by, Happened::Asked { user, team });
        let mut more = json!({});
        if let Some(user) = user {
            more["requested_reviewer"] = self.show_user(user);
        }
        if let Some(team) = team {
            more["requested_team"] = self.show_team(&self.teams[&team]);
        }
        self.emit_pull("review_requested", repo, number, by, more);
    }

    pub fn edit_comment(&mut self, repo: Id, number: u64, comment: Id, by: Id, body: &str) {
        let at = self.tick();
        let pull = self.pull_mut(repo, number);
        let Some(it) = pull.comments.iter_mut().find(|it| it.id == comment) else { return };
        let from = std::mem::replace(&mut it.body, body.to_owned());
        it.edited = Some((at, by));
        self.emit_comment(
            "edited",
            repo,
            number,
            comment,
            by,
            json!({ "changes": { "body": { "from": from } } }),
        );
    }

    pub fn delete_comment(&mut self, repo: Id, number: u64, comment: Id, by: Id) {
        self.tick();
        let it = self.pull(repo, number).comments.iter().find(|it| it.id == comment).unwrap();
        let body = json!({ "comment": self.show_comment(repo, number, it), "issue": self.show_issue_of(repo, number) });
        self.pull_mut(repo, number).comments.retain(|it| it.id != comment);
        self.emit("issue_comment", Some("deleted"), repo, by, body);
    }

    /// A review that starts a thread at a line.
    pub fn thread(
        &mut self,
        repo: Id,
        number: u64,
        by: Id,
        path: &str,
        line: u64,
        body: &str,
    ) -> Id {
        let review = self.review(repo, number, by, State::Commented, "");
        let (id, comment, at) = (self.id(), self.id(), self.now);
        let commit = self.pull(repo, number).head.clone();
        let first = Comment {
            id: comment,
            author: by,
            body: body.to_owned(),
            at,
            edited: None,
            minimized: None,
            app: None,
        };
        let thread = Thread {
            id,
            path: path.to_owned(),
            line,
            resolved_by: None,
            outdated: false,
            review,
            commit,
            comments: vec![first],
        };
        self.pull_mut(repo, number).threads.push(thread);
        id
    }

    pub fn edit_thread_comment(&mut self, repo: Id, number: u64, thread: Id, by: Id, body: &str) {
        let at = self.tick();
        let pull = self.pull_mut(repo, number);
        let Some(it) = pull.threads.iter_mut().find(|it| it.id == thread) else { return };
        let from = std::mem::replace(&mut it.comments[0].body, body.to_owned());
        it.comments[0].edited = Some((at, by));
        let it = it.clone();
        let changes = json!({ "changes": { "body": { "from": from } } });
        self.tell_thread_comment("edited", (repo, number), by, &it, changes);
    }

    pub fn delete_thread_comment(&mut self, repo: Id, number: u64, thread: Id, by: Id) {
        self.tick();
        let pull = self.pull_mut(repo, number);
        let Some(it) = pull.threads.iter_mut().find(|it| it.id == thread) else { return };
        let before = it.clone();
        it.comments.remove(0);
        pull.threads.retain(|it| !it.comments.is_empty());
        self.tell_thread_comment("deleted", (repo, number), by, &before, json!({}));
    }

    fn tell_thread_comment(
        &mut self,
        action: &str,
        (repo, number): (Id, u64),
        by: Id,
        thread: &Thread,
        more: Value,
    ) {
        let mut body = json!({
            "comment": self.show_thread_comment(repo, number, thread, &thread.comments[0]),
            "pull_request": self.payload_simple(repo, number),
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.emit("pull_request_review_comment", Some(action), repo, by, body);
    }

    pub fn resolve(&mut self, repo: Id, number: u64, thread: Id, resolved: bool, by: Id) {
        self.tick();
        let pull = self.pull_mut(repo, number);
        let Some(it) = pull.threads.iter_mut().find(|it| it.id == thread) else { return };
        it.resolved_by = resolved.then_some(by);
        let it = it.clone();
        let comments: Vec<_> = it
            .comments
            .iter()
            .map(|one| self.show_thread_comment(repo, number, &it, one))
            .collect();
        let thread = json!({ "node_id": format!("PRRT_{}", it.id), "comments": comments });
        let body = json!({ "pull_request": self.payload_simple(repo, number), "thread": thread });
        self.emit(
            "pull_request_review_thread",
            Some(if resolved { "resolved" } else { "unresolved" }),
            repo,
            by,
            body,
        );
    }
}
