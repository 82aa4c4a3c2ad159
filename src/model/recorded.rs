//! Facts that were gathered beforehand.

use std::collections::BTreeMap;

use bstr::BString;
use serde::{Deserialize, Serialize};

use super::{
    Account, Actor, CheckRun, Comment, Commit, Content, Entry, Fact, FileChange, Incoming, Kind,
    Lines, MergeGroup, Need, Oid, Peeled, Permission, Proposal, Provenance, PullRequest, Push,
    RefUpdate, Repository, Review, Stage, Statement, Thread, Unknown, WorkflowRun,
};

/// Facts as plain data: gathered by the bot, written down by a test, or replayed
/// from an incident. What was not recorded is not known here.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recorded {
    /// What is known about each ref update, by the name of its ref.
    pub update: BTreeMap<String, RecordedUpdate>,
    /// Contents, by object name.
    pub blobs: BTreeMap<Oid, BString>,
    /// Sizes in bytes of contents that are not recorded themselves.
    pub sizes: BTreeMap<Oid, u64>,
    /// Parents, by commit. Commits of updates need not be repeated.
    pub history: Option<BTreeMap<Oid, Vec<Oid>>>,
    /// What objects are.
    pub objects: BTreeMap<Oid, Peeled>,
    /// The refs before the change.
    pub refs: Option<BTreeMap<String, Oid>>,
    /// How much the push sends.
    pub incoming: Option<Incoming>,
    /// Members, by team.
    pub teams: BTreeMap<String, Vec<Actor>>,
    /// Members, by organization.
    pub organizations: BTreeMap<String, Vec<Actor>>,
    /// Accounts, by login. One that is not listed has no known number, and is a
    /// bot if its login ends with `[bot]`.
    pub accounts: Option<BTreeMap<String, Account>>,
    /// What accounts may do in the repository, by login; those not listed nothing.
    pub permissions: Option<BTreeMap<String, Permission>>,
    /// Runs of checks, by commit.
    pub checks: BTreeMap<Oid, Vec<CheckRun>>,
    /// Runs of workflows, by commit.
    pub workflows: BTreeMap<Oid, Vec<WorkflowRun>>,
    /// What the host tells about the repository.
    pub repository: Option<Repository>,
    /// Kinds of facts that could not be found out, and why.
    pub failed: BTreeMap<String, String>,
    /// Kinds of facts of which only a part could be found out, and why.
    pub truncated: BTreeMap<String, String>,
    /// Single answers that are not known, though others of their kind are.
    pub gaps: Vec<Gap>,
}

/// A single answer that is not known.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The kind of fact, as [`Need`] is shown.
    pub need: String,
    /// What it is about: a ref, an object, a login, `@org/team`, or several of
    /// these with a blank between them.
    pub about: String,
    /// Why finding out failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// Why only a part is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncated: Option<String>,
}

/// What is known about one ref update.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecordedUpdate {
    /// The new commits, children before parents.
    pub commits: Option<Vec<Commit>>,
    /// The changed paths.
    pub files: Option<Vec<FileChange>>,
    /// Every file of the resulting tree; `name` is the whole path.
    pub tree: Option<Vec<Entry>>,
    /// Whether a pull request brings it.
    pub pull_request: Option<PullRequest>,
    /// The pull requests that a merge queue lands by it.
    pub merge_group: Option<MergeGroup>,
    /// What the host tells about the pull request.
    pub proposal: Option<Proposal>,
    /// Its reviews.
    pub reviews: Option<Vec<Review>>,
    /// The comments below it.
    pub comments: Option<Vec<Comment>>,
    /// Signed words on it.
    pub statements: Option<Vec<Statement>>,
    /// The threads of its reviews.
    pub threads: Option<Vec<Thread>>,
    /// The pushes to its branch, oldest first.
    pub pushes: Option<Vec<Push>>,
    /// The accounts behind its commits.
    pub provenance: Option<BTreeMap<Oid, Provenance>>,
    /// What its heads bring, by head.
    pub contents: BTreeMap<Oid, Content>,
    /// How many lines change.
    pub lines: Option<Lines>,
    /// Files of the target, by path, before the change.
    pub target: Option<BTreeMap<String, BString>>,
}

impl Recorded {
    /// Records nothing remarkable where `stage` knows a kind of fact and nothing
    /// is recorded: no other refs, no new commits or files, commits at the tips,
    /// nobody who said anything, and pull requests only at their host.
    pub fn fill(&mut self, stage: Stage, updates: &[RefUpdate]) {
        if stage.knows(Need::Refs) {
            self.refs.get_or_insert_default();
        }
        if stage.knows(Need::Accounts) {
            self.accounts.get_or_insert_default();
            self.permissions.get_or_insert_default();
            self.repository.get_or_insert_default();
        }
        for update in updates {
            let known = self.update.entry(update.name.to_string()).or_default();
            known.fill(stage);
            if let Some(oid) = update.new_oid() {
                let commit = Peeled { kind: Kind::Commit, oid, tags: Vec::new() };
                self.objects.entry(oid).or_insert(commit);
            }
        }
    }
}

impl RecordedUpdate {
    fn fill(&mut self, stage: Stage) {
        self.files.get_or_insert_default();
        if stage.knows(Need::Commits) {
            self.commits.get_or_insert_default();
        }
        if stage.knows(Need::PullRequest) {
            let github = stage == Stage::Github;
            self.pull_request.get_or_insert(if github {
                PullRequest::Open
            } else {
                PullRequest::No
            });
        }
        if stage.knows(Need::Approvals) {
            self.proposal.get_or_insert_default();
            self.reviews.get_or_insert_default();
            self.comments.get_or_insert_default();
            self.statements.get_or_insert_default();
            self.threads.get_or_insert_default();
            self.pushes.get_or_insert_default();
            self.provenance.get_or_insert_default();
            self.lines.get_or_insert_default();
            self.target.get_or_insert_default();
        }
    }
}

impl Recorded {
    /// The recorded value, the recorded failure, or that nothing is recorded.
    pub(super) fn fact<T>(&self, need: Need, value: Option<T>) -> Fact<T> {
        if !self.failed.is_empty()
            && let Some(why) = self.failed.get(&need.to_string())
        {
            return Err(Unknown::Failed(need, why.clone()));
        }
        if !self.truncated.is_empty()
            && let Some(why) = self.truncated.get(&need.to_string())
        {
            return Err(Unknown::Truncated(need, why.clone()));
        }
        value.ok_or(Unknown::NotHere(need))
    }

    /// The same for an answer that may be unknown by itself. `about` is not asked
    /// where no such answer is recorded.
    pub(super) fn answer<T>(
        &self,
        need: Need,
        about: impl FnOnce() -> String,
        value: Option<T>,
    ) -> Fact<T> {
        if !self.gaps.is_empty() {
            let (need_name, about) = (need.to_string(), about());
            let gap = self.gaps.iter().find(|it| it.need == need_name && it.about == about);
            if let Some(gap) = gap {
                return Err(match (&gap.failed, &gap.truncated) {
                    (Some(why), _) => Unknown::Failed(need, why.clone()),
                    (None, Some(why)) => Unknown::Truncated(need, why.clone()),
                    (None, None) => Unknown::NotHere(need),
                });
            }
        }
        self.fact(need, value)
    }

    /// What `part` of the facts about `update` is recorded.
    pub(super) fn part<'r, T: ?Sized>(
        &'r self,
        need: Need,
        update: &RefUpdate,
        part: impl FnOnce(&'r RecordedUpdate) -> Option<&'r T>,
    ) -> Fact<&'r T> {
        self.answer(need, || update.name.to_string(), self.of(update).and_then(part))
    }

    pub(super) fn of(&self, update: &RefUpdate) -> Option<&RecordedUpdate> {
        self.update.get(&update.name.to_string())
    }

    pub(super) fn parents(&self, oid: Oid) -> Option<&[Oid]> {
        let commits = self.update.values().filter_map(|it| it.commits.as_ref()).flatten();
        let mut commits = commits.filter(|it| it.oid == Some(oid));
        let recorded = self.history.as_ref().and_then(|it| it.get(&oid));
        recorded.map(Vec::as_slice).or_else(|| commits.next().map(|it| it.parents.as_slice()))
    }
}
