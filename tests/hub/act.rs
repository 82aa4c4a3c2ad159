//! What happens at GitHub: every act changes the state as GitHub does and tells of it.

use serde_json::{Value, json};

use super::emit::zero;
use super::git::{self, Draft, Files};
use super::state::{
    Activity, CheckRun, Comment, Event, Happened, Id, Merged, Pull, Repo, Review, Role, State,
    Status, World,
};

pub const NOTHING: &str = "0000000000000000000000000000000000000000";

/// A commit to be made and pushed.
pub struct Make<'a> {
    pub branch: &'a str,
    pub files: &'a Files,
    pub message: &'a str,
    /// Who pushes.
    pub by: Id,
    /// Parents after the first.
    pub parents: &'a [String],
    /// Name and address, if not the pusher's.
    pub author: Option<(String, String)>,
    pub committer: Option<(String, String)>,
    /// The first parent, if not the branch's tip: the push is forced.
    pub onto: Option<String>,
}

impl World {
    /// Makes a repository with one commit; its owner is an organization.
    pub fn create_repo(&mut self, owner: Id, name: &str, fork_of: Option<Id>) -> Id {
        let id = self.id();
        let dir = self.dir.join(format!("{id}.git"));
        let parent = fork_of.map(|it| self.repos[&it].dir.clone());
        git::init(&dir, "main", parent.as_deref());
        let repo = Repo {
            id,
            owner,
            name: name.to_owned(),
            private: true,
            archived: false,
            default_branch: "main".to_owned(),
            fork_of,
            dir: dir.clone(),
            roles: [].into(),
            next_number: 1,
            pulls: [].into(),
            issues: [].into(),
            labels: [].into(),
            statuses: Vec::new(),
            suites: Vec::new(),
            runs: Vec::new(),
            workflow_runs: Vec::new(),
            activity: Vec::new(),
            rulesets: Vec::new(),
            protection: [].into(),
            queue: Vec::new(),
            topics: Vec::new(),
            properties: [].into(),
            deployments: Vec::new(),
            gates: Vec::new(),
            signatures: [].into(),
            web: [].into(),
        };
        self.repos.insert(id, repo);
        if let Some(parent) = &parent {
            let at = git::branch_tip(parent, "main").unwrap();
            git::point(&dir, "refs/heads/main", &at);
        } else {
            let who = self.user("ana");
            let files = vec![("README.md".to_owned(), format!("# {name}\n").into())];
            self.commit(id, "main", &files, "start", who, &[]);
        }
        id
    }

    /// Somebody acts here: who was never given a role may write.
    pub fn let_in(&mut self, repo: Id, user: Id) {
        let it = &self.repos[&repo];
        let known = it.roles.contains_key(&user) || self.role(repo, user) > Role::Read;
        if !known && self.accounts[&user].kind == super::state::Kind::User {
            self.repo_mut(repo).roles.insert(user, Role::Write);
        }
    }

    /// Commits `files` onto a branch and pushes it; a branch that is not there starts at
    /// the default one. `parents` beyond the branch's tip make it a merge.
    pub fn commit(
        &mut self,
        repo: Id,
        branch: &str,
        files: &Files,
        message: &str,
        by: Id,
        parents: &[String],
    ) -> String {
        let make =
            Make { branch, files, message, by, parents, author: None, committer: None, onto: None };
        self.make(repo, &make)
    }

    /// The same, with all that can be said of it.
    pub fn make(&mut self, repo: Id, it: &Make<'_>) -> String {
        let at = self.tick();
        let own = (self.accounts[&it.by].login.clone(), self.accounts[&it.by].emails[0].clone());
        let dir = self.repos[&repo].dir.clone();
        let old = git::branch_tip(&dir, it.branch);
        let start = it.onto.clone().or_else(|| old.clone());
        let start = start.or_else(|| git::branch_tip(&dir, &self.repos[&repo].default_branch));
        let parents: Vec<_> = start.into_iter().chain(it.parents.iter().cloned()).collect();
        let (author, committer) = (
            it.author.as_ref().unwrap_or(&own),
            it.committer.as_ref().or(it.author.as_ref()).unwrap_or(&own),
        );
        let (author, committer) =
            ((author.0.as_str(), author.1.as_str()), (committer.0.as_str(), committer.1.as_str()));
        let new = git::commit(
            &dir,
            &Draft { parents: &parents, message: it.message, author, committer, at },
            it.files,
        );
        self.push(repo, it.branch, &new, it.by);
        new
    }

    /// A branch is pushed to a commit that is there already.
    pub fn push(&mut self, repo: Id, branch: &str, to: &str, by: Id) {
        let dir = self.repos[&repo].dir.clone();
        let (name, old) = (format!("refs/heads/{branch}"), git::branch_tip(&dir, branch));
        git::point(&dir, &name, to);
        self.moved(repo, &name, old.as_deref(), Some(to), by, None);
    }

    pub fn open_pull(&mut self, repo: Id, wanted: Pull, by: Id) -> u64 {
        let number = self.repos[&repo].next_number;
        let it = self.repo_mut(repo);
        it.next_number += 1;
        git::point(&it.dir, &format!("refs/pull/{number}/head"), &wanted.head);
        it.pulls.insert(number, Pull { number, ..wanted });
        self.emit_pull("opened", repo, number, by, Value::Null);
        number
    }

    pub fn review(&mut self, repo: Id, number: u64, by: Id, state: State, body: &str) -> Id {
        let (at, id) = (self.tick(), self.id());
        let pull = self.pull_mut(repo, number);
        let commit = pull.head.clone();
        pull.updated = at;
        pull.asked.remove(&by);
        pull.reviews.push(Review {
            id,
            author: by,
            state,
            body: body.to_owned(),
            commit,
            at,
            edited: None,
            minimized: None,
        });
        if state != State::Pending {
            self.emit_review("submitted", repo, number, id, by);
        }
        id
    }

    pub fn emit_review(&mut self, action: &str, repo: Id, number: u64, review: Id, by: Id) {
        let it = self.pull(repo, number).reviews.iter().find(|it| it.id == review).unwrap().clone();
        let mut shown = self.show_review(repo, number, &it);
        // Lower case here, upper case everywhere else.
        shown["state"] = json!(it.state.name().to_lowercase());
        let body = json!({ "review": shown, "pull_request": self.payload_simple(repo, number) });
        self.emit("pull_request_review", Some(action), repo, by, body);
    }

    pub fn payload_simple(&self, repo: Id, number: u64) -> Value {
        super::describe::filled("pull-request-simple", self.show_pull_simple(repo, number))
    }

    /// Dismisses; a review that is no verdict cannot be.
    pub fn dismiss(&mut self, repo: Id, number: u64, review: Id, by: Id, message: &str) -> bool {
        self.tick();
        let pull = self.pull_mut(repo, number);
        let Some(it) = pull.reviews.iter_mut().find(|it| it.id == review) else {
            return false;
        };
        if !matches!(it.state, State::Approved | State::ChangesRequested) {
            return false;
        }
        let was = std::mem::replace(&mut it.state, State::Dismissed);
        self.event(
            repo,
            number,
            by,
            Happened::Dismissed { review, was, message: message.to_owned() },
        );
        self.emit_review("dismissed", repo, number, review, by);
        true
    }

    pub fn comment(&mut self, repo: Id, number: u64, by: Id, body: &str, app: Option<Id>) -> Id {
        let (at, id) = (self.tick(), self.id());
        let it = Comment {
            id,
            author: by,
            body: body.to_owned(),
            at,
            edited: None,
            minimized: None,
            app,
        };
        let pull = self.pull_mut(repo, number);
        pull.updated = at;
        pull.comments.push(it);
        self.emit_comment("created", repo, number, id, by, Value::Null);
        id
    }

    pub fn emit_comment(
        &mut self,
        action: &str,
        repo: Id,
        number: u64,
        comment: Id,
        by: Id,
        more: Value,
    ) {
        let it = self.pull(repo, number).comments.iter().find(|it| it.id == comment).unwrap();
        let mut body = json!({ "comment": self.show_comment(repo, number, it), "issue": self.show_issue_of(repo, number) });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.emit("issue_comment", Some(action), repo, by, body);
    }

    /// A pull request as an issue.
    pub fn show_issue_of(&self, repo: Id, number: u64) -> Value {
        let mut it = self.show_pull_simple(repo, number);
        let (url, page) = (it["issue_url"].clone(), it["html_url"].clone());
        it["pull_request"] = json!({ "url": it["url"], "html_url": page, "diff_url": it["diff_url"], "patch_url": it["patch_url"] });
        it["url"] = url;
        it["comments"] = json!(self.pull(repo, number).comments.len());
        for key in
            ["head", "base", "_links", "requested_reviewers", "requested_teams", "merge_commit_sha"]
        {
            it.as_object_mut().unwrap().remove(key);
        }
        super::describe::filled("issue", it)
    }

    pub fn status(&mut self, repo: Id, it: Status) -> Id {
        let (id, by, at) = (self.id(), it.creator, self.now);
        let it = Status { id, at, ..it };
        let commit = super::describe::filled("commit", self.show_commit(repo, &it.sha));
        let on: Vec<_> = git::branches(&self.repos[&repo].dir);
        let on = on.iter().filter(|(_, at)| *at == it.sha).take(10);
        let branches: Vec<_> = on.map(|(name, at)| json!({ "name": name, "commit": { "sha": at, "url": "" }, "protected": false })).collect();
        let mut body = self.show_status(repo, &it, true);
        body["sha"] = json!(it.sha);
        body["name"] = json!(self.slug(repo));
        body["commit"] = commit;
        body["branches"] = json!(branches);
        self.repo_mut(repo).statuses.push(it);
        self.emit("status", None, repo, by, body);
        id
    }

    /// Adds a check run; what is told of it is what GitHub tells.
    pub fn add_run(&mut self, repo: Id, it: CheckRun) -> Id {
        let (id, app) = (it.id, it.app);
        let done = it.status == "completed";
        self.repo_mut(repo).runs.push(it);
        let by = self.apps[&app].bot;
        self.emit_run("created", repo, id, by, None, Value::Null);
        if done {
            self.run_completed(repo, id);
        }
        id
    }

    pub fn run_completed(&mut self, repo: Id, run: Id) {
        let it = self.repos[&repo].runs.iter().find(|it| it.id == run).unwrap();
        let (suite, by) = (it.suite, self.apps[&it.app].bot);
        self.emit_run("completed", repo, run, by, None, Value::Null);
        if self.latest_runs(repo, |it| it.suite == suite).iter().all(|it| it.status == "completed")
        {
            self.emit_suite("completed", repo, suite, by, None);
        }
    }

    /// Merges a pull request; `None` if it conflicts.
    pub fn merge(&mut self, repo: Id, number: u64, by: Id, method: &str) -> Option<String> {
        let at = self.tick();
        let pull = self.pull(repo, number).clone();
        let dir = self.repos[&repo].dir.clone();
        let old = git::branch_tip(&dir, &pull.base_ref)?;
        let (name, email) =
            (self.accounts[&by].login.clone(), self.accounts[&by].emails[0].clone());
        let message = format!("{} (#{number})", pull.title);
        let parents = [old.clone(), pull.head.clone()];
        let web = ("GitHub", "noreply@github.com");
        let draft = |parents| Draft {
            parents,
            message: &message,
            author: (&name, &email),
            committer: web,
            at,
        };
        let new = match method {
            "squash" => git::squash(&dir, &draft(&parents[..1]), &pull.head)?,
            _ => git::merge(&dir, &draft(&parents))?,
        };
        self.repo_mut(repo).web.insert(new.clone());
        git::point(&dir, &format!("refs/heads/{}", pull.base_ref), &new);
        if method == "squash" {
            self.merged(repo, number, &new, by);
        }
        self.moved(
            repo,
            &format!("refs/heads/{}", pull.base_ref),
            Some(&old),
            Some(&new),
            by,
            Some("pr_merge"),
        );
        Some(new)
    }
}
