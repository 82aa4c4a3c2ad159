//! Facts about the whole way that a ref moves.

use std::rc::Rc;

use bstr::BStr;

use super::{
    Account, Actor, CheckRun, Comment, Commit, Content, Entry, Fact, Facts, FileChange, Incoming,
    Lines, MergeGroup, Need, Oid, Peeled, Permission, Proposal, Provenance, PullRequest, Push,
    RefName, RefUpdate, Repository, Review, Statement, Thread, Unknown, WorkflowRun,
};

/// The same facts, but for commits and files: all that the ref does not hold
/// yet count, also those that another ref holds.
pub struct Moved<'f> {
    facts: &'f dyn Facts,
    nothing: Nothing,
}

/// Whether it is believed that a ref moves by no commits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Nothing {
    /// It is.
    Believed,
    /// Only if the ref holds where it shall point. A host may tell of no commits
    /// because it has none at hand, and whoever takes it for so believes that
    /// nobody wrote what lands.
    Doubted,
}

impl<'f> Moved<'f> {
    /// What `facts` tell.
    pub fn new(facts: &'f dyn Facts, nothing: Nothing) -> Self {
        Self { facts, nothing }
    }
}

impl Facts for Moved<'_> {
    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        let commits = self.facts.moved_commits(update)?;
        let (Some(old), Some(new)) = (update.old, update.new_oid()) else { return Ok(commits) };
        let silent = commits.is_empty() && self.nothing == Nothing::Doubted && old != new;
        if silent && self.facts.is_ancestor(new, old) != Ok(true) {
            let why = "none is told, though the ref would move".to_owned();
            return Err(Unknown::Failed(Need::Commits, why));
        }
        Ok(commits)
    }

    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.facts.moved_files(update)
    }

    fn size(&self, oid: Oid) -> Fact<u64> {
        self.facts.size(oid)
    }

    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        self.facts.read(oid, sink)
    }

    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        self.facts.directory(update, path)
    }

    fn is_ancestor(&self, old: Oid, new: Oid) -> Fact<bool> {
        self.facts.is_ancestor(old, new)
    }

    fn behind(&self, head: Oid, target: Oid) -> Fact<u64> {
        self.facts.behind(head, target)
    }

    fn peel(&self, oid: Oid) -> Fact<Peeled> {
        self.facts.peel(oid)
    }

    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        self.facts.refs()
    }

    fn incoming(&self) -> Fact<Incoming> {
        self.facts.incoming()
    }

    fn pull_request(&self, update: &RefUpdate) -> Fact<PullRequest> {
        self.facts.pull_request(update)
    }

    fn in_team(&self, actor: &Actor, team: &str) -> Fact<bool> {
        self.facts.in_team(actor, team)
    }

    fn reviews(&self, update: &RefUpdate) -> Fact<Rc<[Review]>> {
        self.facts.reviews(update)
    }

    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        self.facts.checks(oid)
    }

    fn merge_group(&self, update: &RefUpdate) -> Fact<Option<Rc<MergeGroup>>> {
        self.facts.merge_group(update)
    }

    fn proposal(&self, update: &RefUpdate) -> Fact<Rc<Proposal>> {
        self.facts.proposal(update)
    }

    fn comments(&self, update: &RefUpdate) -> Fact<Rc<[Comment]>> {
        self.facts.comments(update)
    }

    fn statements(&self, update: &RefUpdate) -> Fact<Rc<[Statement]>> {
        self.facts.statements(update)
    }

    fn threads(&self, update: &RefUpdate) -> Fact<Rc<[Thread]>> {
        self.facts.threads(update)
    }

    fn pushes(&self, update: &RefUpdate) -> Fact<Rc<[Push]>> {
        self.facts.pushes(update)
    }

    fn provenance(&self, update: &RefUpdate, oid: Oid) -> Fact<Rc<Provenance>> {
        self.facts.provenance(update, oid)
    }

    fn content(&self, update: &RefUpdate, head: Oid) -> Fact<Rc<Content>> {
        self.facts.content(update, head)
    }

    fn lines(&self, update: &RefUpdate) -> Fact<Rc<Lines>> {
        self.facts.lines(update)
    }

    fn target_file(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[u8]>>> {
        self.facts.target_file(update, path)
    }

    fn account(&self, actor: &Actor) -> Fact<Account> {
        self.facts.account(actor)
    }

    fn permission(&self, actor: &Actor) -> Fact<Permission> {
        self.facts.permission(actor)
    }

    fn in_organization(&self, actor: &Actor, organization: &str) -> Fact<bool> {
        self.facts.in_organization(actor, organization)
    }

    fn workflows(&self, oid: Oid) -> Fact<Rc<[WorkflowRun]>> {
        self.facts.workflows(oid)
    }

    fn held(&self, update: &RefUpdate) -> Fact<bool> {
        self.facts.held(update)
    }

    fn repository(&self) -> Fact<Rc<Repository>> {
        self.facts.repository()
    }
}
