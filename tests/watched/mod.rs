//! Facts that remember what they were asked.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use bstr::BStr;
use refgate::model::{
    Account, Actor, CheckRun, Comment, Commit, Content, Entry, Fact, Facts, FileChange, Incoming,
    Lines, MergeGroup, Need, Oid, Peeled, Permission, Proposal, Provenance, PullRequest, Push,
    RefName, RefUpdate, Repository, Review, Statement, Thread, WorkflowRun,
};

/// Other facts, and the kinds of them that were asked for.
pub(crate) struct Watched<'f> {
    facts: &'f dyn Facts,
    pub(crate) asked: RefCell<BTreeSet<Need>>,
}

impl<'f> Watched<'f> {
    pub(crate) fn new(facts: &'f dyn Facts) -> Self {
        Self { facts, asked: RefCell::default() }
    }

    fn asked(&self, need: Need) -> &'f dyn Facts {
        self.asked.borrow_mut().insert(need);
        self.facts
    }
}

impl Facts for Watched<'_> {
    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.asked(Need::Commits).commits(update)
    }

    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.asked(Need::Files).files(update)
    }

    fn size(&self, oid: Oid) -> Fact<u64> {
        self.asked(Need::Blobs).size(oid)
    }

    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        self.asked(Need::Blobs).read(oid, sink)
    }

    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        self.asked(Need::Tree).directory(update, path)
    }

    fn is_ancestor(&self, old: Oid, new: Oid) -> Fact<bool> {
        self.asked(Need::History).is_ancestor(old, new)
    }

    fn behind(&self, head: Oid, target: Oid) -> Fact<u64> {
        self.asked(Need::History).behind(head, target)
    }

    fn peel(&self, oid: Oid) -> Fact<Peeled> {
        self.asked(Need::Objects).peel(oid)
    }

    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        self.asked(Need::Refs).refs()
    }

    fn incoming(&self) -> Fact<Incoming> {
        self.asked(Need::Incoming).incoming()
    }

    fn pull_request(&self, update: &RefUpdate) -> Fact<PullRequest> {
        self.asked(Need::PullRequest).pull_request(update)
    }

    fn in_team(&self, actor: &Actor, team: &str) -> Fact<bool> {
        self.asked(Need::Teams).in_team(actor, team)
    }

    fn reviews(&self, update: &RefUpdate) -> Fact<Rc<[Review]>> {
        self.asked(Need::Approvals).reviews(update)
    }

    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        self.asked(Need::Checks).checks(oid)
    }

    fn merge_group(&self, update: &RefUpdate) -> Fact<Option<Rc<MergeGroup>>> {
        self.asked(Need::PullRequest).merge_group(update)
    }

    fn proposal(&self, update: &RefUpdate) -> Fact<Rc<Proposal>> {
        self.asked(Need::Proposal).proposal(update)
    }

    fn comments(&self, update: &RefUpdate) -> Fact<Rc<[Comment]>> {
        self.asked(Need::Approvals).comments(update)
    }

    fn statements(&self, update: &RefUpdate) -> Fact<Rc<[Statement]>> {
        self.asked(Need::Approvals).statements(update)
    }

    fn threads(&self, update: &RefUpdate) -> Fact<Rc<[Thread]>> {
        self.asked(Need::Threads).threads(update)
    }

    fn pushes(&self, update: &RefUpdate) -> Fact<Rc<[Push]>> {
        self.asked(Need::Pushes).pushes(update)
    }

    fn provenance(&self, update: &RefUpdate, oid: Oid) -> Fact<Rc<Provenance>> {
        self.asked(Need::Provenance).provenance(update, oid)
    }

    fn content(&self, update: &RefUpdate, head: Oid) -> Fact<Rc<Content>> {
        self.asked(Need::Content).content(update, head)
    }

    fn lines(&self, update: &RefUpdate) -> Fact<Rc<Lines>> {
        self.asked(Need::Lines).lines(update)
    }

    fn target_file(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[u8]>>> {
        self.asked(Need::Target).target_file(update, path)
    }

    fn account(&self, actor: &Actor) -> Fact<Account> {
        self.asked(Need::Accounts).account(actor)
    }

    fn permission(&self, actor: &Actor) -> Fact<Permission> {
        self.asked(Need::Accounts).permission(actor)
    }

    fn in_organization(&self, actor: &Actor, organization: &str) -> Fact<bool> {
        self.asked(Need::Teams).in_organization(actor, organization)
    }

    fn workflows(&self, oid: Oid) -> Fact<Rc<[WorkflowRun]>> {
        self.asked(Need::Checks).workflows(oid)
    }

    fn held(&self, update: &RefUpdate) -> Fact<bool> {
        self.asked(Need::Refs).held(update)
    }

    fn repository(&self) -> Fact<Rc<Repository>> {
        self.asked(Need::Repository).repository()
    }
}
