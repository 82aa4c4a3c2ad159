//! Facts that remember what they were asked.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use bstr::BStr;
use refgate::model::{
    Actor, Approval, CheckRun, Commit, Entry, Fact, Facts, FileChange, Incoming, Need, Oid, Peeled,
    PullRequest, RefName, RefUpdate,
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

    fn approvals(&self, update: &RefUpdate) -> Fact<Rc<[Approval]>> {
        self.asked(Need::Approvals).approvals(update)
    }

    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        self.asked(Need::Checks).checks(oid)
    }
}
