//! Facts about the whole way that a ref moves.

use std::rc::Rc;

use bstr::BStr;

use super::{
    Actor, Approval, CheckRun, Commit, Entry, Fact, Facts, FileChange, Incoming, Oid, Peeled,
    PullRequest, RefName, RefUpdate,
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

    fn approvals(&self, update: &RefUpdate) -> Fact<Rc<[Approval]>> {
        self.0.approvals(update)
    }

    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        self.0.checks(oid)
    }
}
