//! Facts about the whole way that a ref moves.

use std::rc::Rc;

use bstr::BStr;

use super::{
    Account, Actor, CheckRun, Comment, Commit, Content, Entry, Fact, Facts, FileChange, Incoming,
    Lines, MergeGroup, Oid, Peeled, Permission, Proposal, Provenance, PullRequest, Push, RefName,
    RefUpdate, Repository, Review, Statement, Thread, WorkflowRun,
};

/// The same facts, but for commits and files: all that the ref does not hold
/// yet count, also those that another ref holds.
pub struct Moved<'f>(pub &'f dyn Facts);

impl Facts for Moved<'_> {
    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.0.moved_commits(update)
    }

    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.0.moved_files(update)
    }

    fn size(&self, oid: Oid) -> Fact<u64> {
        self.0.size(oid)
    }

    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        self.0.read(oid, sink)
    }

    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        self.0.directory(update, path)
    }

    fn is_ancestor(&self, old: Oid, new: Oid) -> Fact<bool> {
        self.0.is_ancestor(old, new)
    }

    fn behind(&self, head: Oid, target: Oid) -> Fact<u64> {
        self.0.behind(head, target)
    }

    fn peel(&self, oid: Oid) -> Fact<Peeled> {
        self.0.peel(oid)
    }

    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        self.0.refs()
    }

    fn incoming(&self) -> Fact<Incoming> {
        self.0.incoming()
    }

    fn pull_request(&self, update: &RefUpdate) -> Fact<PullRequest> {
        self.0.pull_request(update)
    }

    fn in_team(&self, actor: &Actor, team: &str) -> Fact<bool> {
        self.0.in_team(actor, team)
    }

    fn reviews(&self, update: &RefUpdate) -> Fact<Rc<[Review]>> {
        self.0.reviews(update)
    }

    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        self.0.checks(oid)
    }

    fn merge_group(&self, update: &RefUpdate) -> Fact<Option<Rc<MergeGroup>>> {
        self.0.merge_group(update)
    }

    fn proposal(&self, update: &RefUpdate) -> Fact<Rc<Proposal>> {
        self.0.proposal(update)
    }

    fn comments(&self, update: &RefUpdate) -> Fact<Rc<[Comment]>> {
        self.0.comments(update)
    }

    fn statements(&self, update: &RefUpdate) -> Fact<Rc<[Statement]>> {
        self.0.statements(update)
    }

    fn threads(&self, update: &RefUpdate) -> Fact<Rc<[Thread]>> {
        self.0.threads(update)
    }

    fn pushes(&self, update: &RefUpdate) -> Fact<Rc<[Push]>> {
        self.0.pushes(update)
    }

    fn provenance(&self, update: &RefUpdate, oid: Oid) -> Fact<Rc<Provenance>> {
        self.0.provenance(update, oid)
    }

    fn content(&self, update: &RefUpdate, head: Oid) -> Fact<Rc<Content>> {
        self.0.content(update, head)
    }

    fn lines(&self, update: &RefUpdate) -> Fact<Rc<Lines>> {
        self.0.lines(update)
    }

    fn target_file(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[u8]>>> {
        self.0.target_file(update, path)
    }

    fn account(&self, actor: &Actor) -> Fact<Account> {
        self.0.account(actor)
    }

    fn permission(&self, actor: &Actor) -> Fact<Permission> {
        self.0.permission(actor)
    }

    fn in_organization(&self, actor: &Actor, organization: &str) -> Fact<bool> {
        self.0.in_organization(actor, organization)
    }

    fn workflows(&self, oid: Oid) -> Fact<Rc<[WorkflowRun]>> {
        self.0.workflows(oid)
    }

    fn held(&self, update: &RefUpdate) -> Fact<bool> {
        self.0.held(update)
    }

    fn repository(&self) -> Fact<Rc<Repository>> {
        self.0.repository()
    }
}
