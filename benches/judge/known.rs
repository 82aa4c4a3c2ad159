//! Facts at hand, as a shell keeps them: asking costs a copy of a pointer.

use std::collections::HashMap;
use std::rc::Rc;

use bstr::BStr;
use refgate::model::{
    Account, Actor, Change, CheckRun, Comment, Commit, Content, Entry, Fact, Facts, FileChange,
    Incoming, Kind, Memory, MergeGroup, Need, Oid, Peeled, Permission, Proposal, Provenance,
    PullRequest, Push, RefName, RefUpdate, Review, Stage, Statement, Target, Thread, Unknown,
    WorkflowRun,
};

/// Everything known about one pull request.
pub(crate) struct Known {
    pub(crate) head: Oid,
    pub(crate) old: Oid,
    pub(crate) commits: Rc<[Commit]>,
    pub(crate) files: Rc<[FileChange]>,
    pub(crate) provenance: HashMap<Oid, Rc<Provenance>>,
    pub(crate) reviews: Rc<[Review]>,
    pub(crate) checks: Rc<[CheckRun]>,
    pub(crate) contents: HashMap<Oid, Rc<Content>>,
    pub(crate) proposal: Rc<Proposal>,
    pub(crate) pushes: Rc<[Push]>,
    pub(crate) threads: Rc<[Thread]>,
    pub(crate) pull_request: PullRequest,
}

impl Known {
    /// The change, with nothing remembered yet.
    pub(crate) fn change(&self) -> Change<'_> {
        let update = RefUpdate {
            name: "refs/heads/main".into(),
            asked_as: None,
            old: Some(self.old),
            new: Target::At(self.head),
            stale: false,
        };
        Change {
            stage: Stage::Github,
            actor: Ok(Actor("merger".to_owned())),
            updates: vec![update],
            at: 1_000_000,
            facts: self,
            memory: Memory::default(),
        }
    }
}

fn unknown<T>(need: Need) -> Fact<T> {
    Err(Unknown::NotHere(need))
}

impl Facts for Known {
    fn commits(&self, _: &RefUpdate) -> Fact<Rc<[Commit]>> {
        Ok(self.commits.clone())
    }

    fn files(&self, _: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        Ok(self.files.clone())
    }

    fn size(&self, _: Oid) -> Fact<u64> {
        unknown(Need::Blobs)
    }

    fn read(&self, _: Oid, _: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        unknown(Need::Blobs)
    }

    fn directory(&self, _: &RefUpdate, _: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        Ok(None)
    }

    fn is_ancestor(&self, _: Oid, _: Oid) -> Fact<bool> {
        Ok(true)
    }

    fn peel(&self, oid: Oid) -> Fact<Peeled> {
        Ok(Peeled { kind: Kind::Commit, oid, tags: Vec::new() })
    }

    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        Ok([("refs/heads/main".into(), self.old)].into())
    }

    fn incoming(&self) -> Fact<Incoming> {
        unknown(Need::Incoming)
    }

    fn pull_request(&self, _: &RefUpdate) -> Fact<PullRequest> {
        Ok(self.pull_request)
    }

    fn in_team(&self, actor: &Actor, team: &str) -> Fact<bool> {
        let engineer = actor.0.starts_with("reviewer");
        Ok(engineer && !team.ends_with("/security") && !team.ends_with("/web"))
    }

    fn reviews(&self, _: &RefUpdate) -> Fact<Rc<[Review]>> {
        Ok(self.reviews.clone())
    }

    fn checks(&self, _: Oid) -> Fact<Rc<[CheckRun]>> {
        Ok(self.checks.clone())
    }

    fn merge_group(&self, _: &RefUpdate) -> Fact<Option<Rc<MergeGroup>>> {
        Ok(None)
    }

    fn proposal(&self, _: &RefUpdate) -> Fact<Rc<Proposal>> {
        Ok(self.proposal.clone())
    }

    fn comments(&self, _: &RefUpdate) -> Fact<Rc<[Comment]>> {
        Ok(Rc::new([]))
    }

    fn statements(&self, _: &RefUpdate) -> Fact<Rc<[Statement]>> {
        Ok(Rc::new([]))
    }

    fn threads(&self, _: &RefUpdate) -> Fact<Rc<[Thread]>> {
        Ok(self.threads.clone())
    }

    fn pushes(&self, _: &RefUpdate) -> Fact<Rc<[Push]>> {
        Ok(self.pushes.clone())
    }

    fn provenance(&self, _: &RefUpdate, oid: Oid) -> Fact<Rc<Provenance>> {
        Ok(self.provenance.get(&oid).cloned().unwrap_or_default())
    }

    fn content(&self, _: &RefUpdate, head: Oid) -> Fact<Rc<Content>> {
        self.contents.get(&head).cloned().ok_or(Unknown::NotHere(Need::Content))
    }

    fn account(&self, _: &Actor) -> Fact<Account> {
        Ok(Account::default())
    }

    fn permission(&self, _: &Actor) -> Fact<Permission> {
        Ok(Permission::Read)
    }

    fn workflows(&self, _: Oid) -> Fact<Rc<[WorkflowRun]>> {
        Ok(Rc::new([]))
    }
}
