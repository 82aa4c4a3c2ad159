//! Commits and pull requests in the making.

use super::{PullHandle, RepoHandle};
use crate::hub::act::Make;
use crate::hub::git::{self, Files};
use crate::hub::state::Pull;

/// A commit that is made and pushed with [`Made::now`].
pub struct Made {
    pub(super) repo: RepoHandle,
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
    pub(super) fn new(repo: RepoHandle, branch: &str, files: Files) -> Self {
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
    pub(super) repo: RepoHandle,
    branch: String,
    by: String,
    onto: String,
    title: String,
    body: Option<String>,
    draft: bool,
    fork: Option<String>,
}

impl Proposal {
    pub(super) fn new(repo: RepoHandle, branch: &str) -> Self {
        let text = |it: &str| it.to_owned();
        Self {
            repo,
            branch: text(branch),
            by: text("ana"),
            onto: text("main"),
            title: format!("add {branch}"),
            body: None,
            draft: false,
            fork: None,
        }
    }

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
