//! What people do with a pull request.

use serde_json::{Value, json};

use super::{Made, RepoHandle};
use crate::hub::git::{self, Files};
use crate::hub::state::{Id, Pull, State};

/// A pull request.
#[derive(Clone)]
pub struct PullHandle {
    pub(crate) repo: RepoHandle,
    pub number: u64,
}

impl PullHandle {
    /// It as it is now.
    pub fn now(&self) -> Pull {
        self.repo.hub.world().pull(self.repo.id, self.number).clone()
    }

    /// What workflows are told of it, in the file that `GITHUB_EVENT_PATH` names.
    pub fn event(&self, action: &str) -> Value {
        let world = self.repo.hub.world();
        let repo = self.repo.id;
        json!({
            "action": action, "number": self.number, "pull_request": world.payload_pull(repo, self.number),
            "repository": world.payload_repo(repo), "sender": world.show_user(world.pull(repo, self.number).author),
        })
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
        act: impl FnOnce(&mut crate::hub::state::World, Id, u64, Id) -> T,
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

    /// Changes the words of a thread's first comment.
    pub fn edit_thread_comment(&self, thread: Id, login: &str, body: &str) {
        self.act(login, |world, repo, number, by| {
            world.edit_thread_comment(repo, number, thread, by, body);
        });
    }

    /// Deletes a thread's first comment, and with its last one the thread.
    pub fn delete_thread_comment(&self, thread: Id, login: &str) {
        self.act(login, |world, repo, number, by| {
            world.delete_thread_comment(repo, number, thread, by);
        });
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
        let dir = home.dir();
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
        let new = git::merge(&dir, &draft).expect("conflicts");
        world.repo_mut(self.repo.id).web.insert(new.clone());
        world.push(home.id, &pull.head_ref, &new, by);
        new
    }
}
