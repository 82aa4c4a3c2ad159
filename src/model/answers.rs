//! What recorded facts answer.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use bstr::{BStr, ByteSlice};

use super::question::Question;
use super::{
    Account, Actor, CheckRun, Comment, Commit, Content, Entry, Fact, Facts, FileChange, Incoming,
    Lines, MergeGroup, Mode, Need, Oid, Peeled, Permission, Proposal, Provenance, PullRequest,
    Push, Recorded, RefName, RefUpdate, Repository, Review, Statement, Thread, Unknown,
    WorkflowRun, bytes,
};

impl Facts for Recorded {
    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        let known = self.part(Need::Commits, update, "", |it| it.commits.as_ref())?;
        Ok(known.clone().into())
    }

    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        let known = self.part(Need::Files, update, "", |it| it.files.as_ref())?;
        Ok(known.clone().into())
    }

    fn moved_commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        let of = |it: &'static str| self.about(update).which(it);
        let moved = self.of(update).and_then(|it| it.moved_commits.as_ref());
        match moved {
            Some(moved) => self.fact(Need::Commits, Some(moved.clone().into())),
            None => {
                self.answer(Need::Commits, || of("moved"), Some(()))?;
                self.unsaid(Need::Commits, || of("moved"))?;
                self.commits(update)
            }
        }
    }

    fn moved_files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        let of = |it: &'static str| self.about(update).which(it);
        let moved = self.of(update).and_then(|it| it.moved_files.as_ref());
        match moved {
            Some(moved) => self.fact(Need::Files, Some(moved.clone().into())),
            None => {
                self.answer(Need::Files, || of("moved"), Some(()))?;
                self.unsaid(Need::Files, || of("moved"))?;
                self.files(update)
            }
        }
    }

    fn size(&self, oid: Oid) -> Fact<u64> {
        let whole = || self.blobs.get(&oid).map(|it| it.len() as u64);
        let known = self.sizes.get(&oid).copied().or_else(whole);
        self.answer(Need::Blobs, || Question::about(oid).which("size"), known)
    }

    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        if let Some(why) = self.withheld.get(&oid) {
            return Err(Unknown::Failed(Need::Blobs, why.to_string()));
        }
        let question = || Question::about(oid).which("content");
        let content = self.answer(Need::Blobs, question, self.blobs.get(&oid))?;
        sink(content, 0);
        Ok(())
    }

    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        let known = self.of(update);
        let question = || self.about(update).and(bytes::written(path));
        let listed = known
            .and_then(|it| it.directories.as_ref())
            .filter(|_| known.is_some_and(|it| it.tree.is_none()));
        if let Some(listed) = listed {
            let listed = self.answer(Need::Tree, question, Some(listed))?;
            let listed = listed.get(&*bytes::written(path));
            if listed.is_none() {
                self.unsaid(Need::Tree, question)?;
            }
            return Ok(listed.map(|it| it.clone().into()));
        }
        let tree = self.answer(Need::Tree, question, known.and_then(|it| it.tree.as_ref()))?;
        Ok(inside(tree, path))
    }

    fn is_ancestor(&self, old: Oid, new: Oid) -> Fact<bool> {
        let told = self.ancestors.get(&new).and_then(|it| it.get(&old)).copied();
        let history = self.history.as_ref().map(|_| false);
        let question = || Question::about(old).and(new);
        let known = self.answer(Need::History, question, told.or(history))?;
        Ok(if told.is_none() { self.leads_to(old, new) } else { known })
    }

    fn behind(&self, head: Oid, target: Oid) -> Fact<u64> {
        let told = self.behind.get(&head).and_then(|it| it.get(&target)).copied();
        let known = told.or_else(|| self.lacks(head, target));
        let question = || Question::about(head).and(target).which("behind");
        self.answer(Need::History, question, known)
    }

    fn peel(&self, oid: Oid) -> Fact<Peeled> {
        self.answer(Need::Objects, || Question::about(oid), self.objects.get(&oid).cloned())
    }

    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        let refs = self.answer(Need::Refs, || Question::about(""), self.refs.as_ref())?;
        let name = |it: &str| RefName::new(bytes::read(it).unwrap_or_else(|| it.into()));
        Ok(refs.iter().map(|(it, oid)| (name(it), *oid)).collect())
    }

    fn incoming(&self) -> Fact<Incoming> {
        self.answer(Need::Incoming, || Question::about(""), self.incoming)
    }

    fn pull_request(&self, update: &RefUpdate) -> Fact<PullRequest> {
        self.part(Need::PullRequest, update, "", |it| it.pull_request.as_ref()).copied()
    }

    fn in_team(&self, actor: &Actor, team: &str) -> Fact<bool> {
        let question = || Question::about(&actor.0).and(team);
        self.is_member(question, named(&self.teams, team), actor)
    }

    fn reviews(&self, update: &RefUpdate) -> Fact<Rc<[Review]>> {
        let known = self.part(Need::Approvals, update, "reviews", |it| it.reviews.as_ref())?;
        Ok(known.clone().into())
    }

    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        let question = || Question::about(oid).which("checks");
        Ok(self.answer(Need::Checks, question, self.checks.get(&oid))?.clone().into())
    }

    fn held(&self, update: &RefUpdate) -> Fact<bool> {
        self.part(Need::Refs, update, "held", |it| it.held.as_ref()).copied()
    }

    fn merge_group(&self, update: &RefUpdate) -> Fact<Option<Rc<MergeGroup>>> {
        let known = self.of(update).and_then(|it| it.merge_group.as_ref());
        let question = || self.about(update).which("merge-group");
        let alone = self.of(update).is_some_and(|it| it.lands_alone);
        let told = (known.is_some() || alone).then_some(());
        let pull_request = self.of(update).and_then(|it| it.pull_request).map(|_| ());
        self.answer(Need::PullRequest, question, told.or(pull_request))?;
        if told.is_none() {
            self.unsaid(Need::PullRequest, question)?;
        }
        Ok(known.map(|it| Rc::new(it.clone())))
    }

    fn proposal(&self, update: &RefUpdate) -> Fact<Rc<Proposal>> {
        let known = self.part(Need::Proposal, update, "", |it| it.proposal.as_ref())?;
        Ok(Rc::new(known.clone()))
    }

    fn comments(&self, update: &RefUpdate) -> Fact<Rc<[Comment]>> {
        let known = self.part(Need::Approvals, update, "comments", |it| it.comments.as_ref())?;
        Ok(known.clone().into())
    }

    fn statements(&self, update: &RefUpdate) -> Fact<Rc<[Statement]>> {
        let known =
            self.part(Need::Approvals, update, "statements", |it| it.statements.as_ref())?;
        Ok(known.clone().into())
    }

    fn threads(&self, update: &RefUpdate) -> Fact<Rc<[Thread]>> {
        let known = self.part(Need::Threads, update, "", |it| it.threads.as_ref())?;
        Ok(known.clone().into())
    }

    fn pushes(&self, update: &RefUpdate) -> Fact<Rc<[Push]>> {
        let known = self.part(Need::Pushes, update, "", |it| it.pushes.as_ref())?;
        Ok(known.clone().into())
    }

    fn provenance(&self, update: &RefUpdate, oid: Oid) -> Fact<Rc<Provenance>> {
        let known = self.of(update).and_then(|it| it.provenance.as_ref());
        let question = || self.about(update).and(oid);
        let known = self.answer(Need::Provenance, question, known)?.get(&oid).cloned();
        if known.is_none() {
            self.unsaid(Need::Provenance, question)?;
        }
        Ok(Rc::new(known.unwrap_or_default()))
    }

    fn content(&self, update: &RefUpdate, head: Oid) -> Fact<Rc<Content>> {
        let known = self.of(update).and_then(|it| it.contents.get(&head));
        let known = self.answer(Need::Content, || self.about(update).and(head), known)?;
        Ok(Rc::new(known.clone()))
    }

    fn lines(&self, update: &RefUpdate) -> Fact<Rc<Lines>> {
        let known = self.part(Need::Lines, update, "", |it| it.lines.as_ref())?;
        Ok(Rc::new(known.clone()))
    }

    fn target_file(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[u8]>>> {
        let known = self.of(update).and_then(|it| it.target.as_ref());
        let path = bytes::written(path);
        let question = || self.about(update).and(&path);
        let text = self.answer(Need::Target, question, known)?.get(&*path);
        if text.is_none() {
            self.unsaid(Need::Target, question)?;
        }
        Ok(text.map(|it| Rc::from(it.as_slice())))
    }

    fn account(&self, actor: &Actor) -> Fact<Account> {
        let question = || Question::about(&actor.0).which("account");
        let known = self.answer(Need::Accounts, question, self.accounts.as_ref())?;
        let bot = actor.0.to_lowercase().ends_with("[bot]");
        let listed = of_login(known, actor).copied();
        if listed.is_none() {
            self.unsaid(Need::Accounts, question)?;
        }
        let listed = listed.unwrap_or_default();
        Ok(Account { bot: bot || listed.bot, ..listed })
    }

    fn permission(&self, actor: &Actor) -> Fact<Permission> {
        let question = || Question::about(&actor.0).which("permission");
        let known = self.answer(Need::Accounts, question, self.permissions.as_ref())?;
        let listed = of_login(known, actor).copied();
        if listed.is_none() {
            self.unsaid(Need::Accounts, question)?;
        }
        Ok(listed.unwrap_or(Permission::None))
    }

    fn in_organization(&self, actor: &Actor, organization: &str) -> Fact<bool> {
        let question = || Question::about(&actor.0).and(format!("org:{organization}"));
        self.is_member(question, named(&self.organizations, organization), actor)
    }

    fn workflows(&self, oid: Oid) -> Fact<Rc<[WorkflowRun]>> {
        let question = || Question::about(oid).which("workflows");
        let known = self.answer(Need::Checks, question, self.workflows.get(&oid))?;
        Ok(known.clone().into())
    }

    fn repository(&self) -> Fact<Rc<Repository>> {
        let known =
            self.answer(Need::Repository, || Question::about(""), self.repository.as_ref())?;
        Ok(Rc::new(known.clone()))
    }
}

impl Recorded {
    /// Whether someone is among the members of a group.
    fn is_member(
        &self,
        question: impl Fn() -> Question,
        members: Option<&Vec<Actor>>,
        actor: &Actor,
    ) -> Fact<bool> {
        let members = self.answer(Need::Teams, &question, members)?;
        let is = members.iter().any(|it| same(&it.0, actor));
        if !is {
            self.unsaid(Need::Teams, question)?;
        }
        Ok(is)
    }

    /// How many commits of `target` are not among the recorded ancestors of `head`;
    /// `None` if the parents of one of them are not recorded.
    fn lacks(&self, head: Oid, target: Oid) -> Option<u64> {
        self.history.as_ref()?;
        let mut held = HashSet::new();
        let mut queue = vec![head];
        while let Some(oid) = queue.pop() {
            if held.insert(oid) {
                queue.extend(self.parents(oid).unwrap_or_default());
            }
        }
        let mut lacking = 0;
        queue.push(target);
        while let Some(oid) = queue.pop() {
            if held.insert(oid) {
                lacking += 1;
                queue.extend(self.parents(oid)?);
            }
        }
        Some(lacking)
    }

    /// Whether `old` is among the recorded ancestors of `new`.
    fn leads_to(&self, old: Oid, new: Oid) -> bool {
        let mut seen = HashSet::new();
        let mut queue = vec![new];
        while let Some(oid) = queue.pop() {
            if oid == old {
                return true;
            }
            if seen.insert(oid) {
                queue.extend(self.parents(oid).unwrap_or_default());
            }
        }
        false
    }
}

/// What directory `path` of a tree holds; `None` if there is no such directory.
fn inside(tree: &[Entry], path: &BStr) -> Option<Rc<[Entry]>> {
    let mut entries: Vec<Entry> = Vec::new();
    for entry in tree {
        let inside = match path.is_empty() {
            true => Some(entry.name.as_slice()),
            false => entry.name.strip_prefix(path.as_bytes()).and_then(|it| it.strip_prefix(b"/")),
        };
        let Some(inside) = inside else { continue };
        let (name, mode) = match inside.find_byte(b'/') {
            Some(end) => (&inside[..end], Mode::Tree),
            None => (inside, entry.mode),
        };
        if !entries.iter().any(|it| it.name == name) {
            entries.push(Entry { name: name.into(), mode, oid: entry.oid });
        }
    }
    (!entries.is_empty() || path.is_empty()).then(|| entries.into())
}

/// What is recorded for a login, in whatever case it is written there.
fn of_login<'r, T>(all: &'r BTreeMap<String, T>, actor: &Actor) -> Option<&'r T> {
    let other = || all.iter().find(|(login, _)| same(login, actor)).map(|(_, it)| it);
    all.get(&actor.0).or_else(other)
}

/// Whether it is the login of an account.
fn same(login: &str, actor: &Actor) -> bool {
    login.to_lowercase() == actor.0.to_lowercase()
}

/// The members of `name`, or else of every group that is not listed.
fn named<'g>(groups: &'g BTreeMap<String, Vec<Actor>>, name: &str) -> Option<&'g Vec<Actor>> {
    groups.get(name).or_else(|| groups.get("*"))
}
