//! Facts that were gathered beforehand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bstr::BString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::question::{Question, key, long_key};
use super::{
    Account, Actor, CheckRun, Comment, Commit, Content, Entry, Fact, FileChange, Incoming, Kind,
    Lines, MergeGroup, Need, Oid, Peeled, Permission, Proposal, Provenance, PullRequest, Push,
    RefUpdate, Repository, Review, Stage, Statement, Thread, Unknown, WorkflowRun, bytes,
};

/// Facts as plain data: gathered by the bot, written down by a test, or replayed
/// from an incident. What was not recorded is not known here.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recorded {
    /// What is known about each ref update, by the name of its ref.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub update: BTreeMap<String, RecordedUpdate>,
    /// Contents, by object name.
    #[serde(with = "bytes::values", skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<Oid, String>")]
    pub blobs: BTreeMap<Oid, BString>,
    /// Contents that are left out of a record, and why. They are not known.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub withheld: BTreeMap<Oid, Withheld>,
    /// Sizes in bytes of contents that are not recorded themselves.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sizes: BTreeMap<Oid, u64>,
    /// Parents, by commit. Commits of updates need not be repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<BTreeMap<Oid, Vec<Oid>>>,
    /// By commit, whether another is its ancestor or the same. Goes before what
    /// `history` says.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ancestors: BTreeMap<Oid, BTreeMap<Oid, bool>>,
    /// By head and target, how many commits of the target the head lacks. Goes
    /// before what `history` says.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub behind: BTreeMap<Oid, BTreeMap<Oid, u64>>,
    /// What objects are.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub objects: BTreeMap<Oid, Peeled>,
    /// The refs before the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refs: Option<BTreeMap<String, Oid>>,
    /// How much the push sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incoming: Option<Incoming>,
    /// Members, by team; `*` for every team that is not listed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub teams: BTreeMap<String, Vec<Actor>>,
    /// Members, by organization; `*` for every one that is not listed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub organizations: BTreeMap<String, Vec<Actor>>,
    /// Accounts, by login. One that is not listed has no known number, and is a
    /// bot if its login ends with `[bot]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounts: Option<BTreeMap<String, Account>>,
    /// What accounts may do in the repository, by login; those not listed nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<BTreeMap<String, Permission>>,
    /// Runs of checks, by commit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub checks: BTreeMap<Oid, Vec<CheckRun>>,
    /// Runs of workflows, by commit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub workflows: BTreeMap<Oid, Vec<WorkflowRun>>,
    /// What the host tells about the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<Repository>,
    /// Kinds of facts that could not be found out, and why.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub failed: BTreeMap<String, String>,
    /// Kinds of facts of which only a part could be found out, and why.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub truncated: BTreeMap<String, String>,
    /// Single answers that are not known, though others of their kind are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// In a record that was written while judging: the questions that were asked
    /// and whose answer goes without saying, by kind of fact, in the words of
    /// `gaps`. No other answer goes without saying then. Without this key every
    /// such answer does: who is not listed is no member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<BTreeMap<String, BTreeSet<String>>>,
}

/// A single answer that is not known. Without `failed` and `truncated` nobody
/// could have known it there.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gap {
    /// The kind of fact that was asked for, as [`Need`] is shown.
    pub need: String,
    /// What it is about: a ref, an object, a login, `@org/team`, or several of
    /// these with a blank between them. A word behind it, such as `reviews`, says
    /// which of several answers of the kind is meant.
    pub about: String,
    /// Why finding out failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// Why only a part is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncated: Option<String>,
    /// The kind of fact that was lacking, if it was another than `need`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacks: Option<String>,
}

impl Gap {
    /// What the gap says to someone who asked for `need`.
    pub fn unknown(&self, need: Need) -> Unknown {
        let need = self.lacks.as_deref().and_then(Need::named).unwrap_or(need);
        match (&self.failed, &self.truncated) {
            (Some(why), _) => Unknown::Failed(need, why.clone()),
            (None, Some(why)) => Unknown::Truncated(need, why.clone()),
            (None, None) => Unknown::NotHere(need),
        }
    }
}

/// Why a content is left out of a record.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Withheld {
    /// It may hold a secret.
    Secret,
    /// It is too large.
    Large,
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret => "withheld from the record, since it may hold a secret",
            Self::Large => "left out of the record, since it is too large",
        })
    }
}

/// What is known about one ref update.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecordedUpdate {
    /// The new commits, children before parents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commits: Option<Vec<Commit>>,
    /// The changed paths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<FileChange>>,
    /// All commits that the ref itself does not hold yet, if they are others than
    /// `commits`: those too that another ref holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_commits: Option<Vec<Commit>>,
    /// The paths that they change, if they are others than `files`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_files: Option<Vec<FileChange>>,
    /// Whether the ref is made where a branch is of which as much is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<bool>,
    /// Every file of the resulting tree; `name` is the whole path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<Vec<Entry>>,
    /// Directories of the resulting tree, by path, if `tree` is missing. One that
    /// is not listed does not exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directories: Option<BTreeMap<String, Vec<Entry>>>,
    /// Whether a pull request brings it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<PullRequest>,
    /// The pull requests that a merge queue lands by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge_group: Option<MergeGroup>,
    /// That no merge queue lands anything by it. Goes without saying where
    /// `pull-request` is recorded.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lands_alone: bool,
    /// What the host tells about the pull request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    /// Its reviews.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviews: Option<Vec<Review>>,
    /// The comments below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<Vec<Comment>>,
    /// Signed words on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statements: Option<Vec<Statement>>,
    /// The threads of its reviews.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<Vec<Thread>>,
    /// The pushes to its branch, oldest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushes: Option<Vec<Push>>,
    /// The accounts behind its commits; a commit that is not listed belongs to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provenance: Option<BTreeMap<Oid, Provenance>>,
    /// What its heads bring, by head.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub contents: BTreeMap<Oid, Content>,
    /// How many lines change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<Lines>,
    /// Files of the target, by path, before the change.
    #[serde(with = "bytes::optional_values", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, String>>")]
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
            let known = self.update.entry(key(update)).or_default();
            if let (None, Some(old), Some(new)) = (&known.commits, update.old, update.new_oid()) {
                // Where nothing is new, the ref is moved to what it holds already.
                self.ancestors.entry(old).or_default().entry(new).or_insert(true);
            }
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
    /// Adds that an answer is not known.
    pub fn lack(&mut self, need: Need, about: &str, unknown: &Unknown) {
        let mut gap = Gap { need: need.to_string(), about: about.to_owned(), ..Gap::default() };
        gap.lacks = Some(unknown.need()).filter(|it| *it != need).map(|it| it.to_string());
        match unknown {
            Unknown::NotHere(_) => {}
            Unknown::Failed(_, why) => gap.failed = Some(why.clone()),
            Unknown::Truncated(_, why) => gap.truncated = Some(why.clone()),
        }
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

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

    /// The same for an answer that may be unknown by itself. What the question is
    /// is not asked where no such answer is recorded.
    pub(super) fn answer<T>(
        &self,
        need: Need,
        question: impl FnOnce() -> Question,
        value: Option<T>,
    ) -> Fact<T> {
        if !self.gaps.is_empty() {
            let question = question();
            let of_it = |it: &&Gap| question.is(need, it);
            if let Some(gap) = self.gaps.iter().find(of_it) {
                return Err(gap.unknown(need));
            }
        }
        self.fact(need, value)
    }

    /// What `part` of the facts about `update` is recorded.
    pub(super) fn part<'r, T: ?Sized>(
        &'r self,
        need: Need,
        update: &RefUpdate,
        what: &'static str,
        part: impl FnOnce(&'r RecordedUpdate) -> Option<&'r T>,
    ) -> Fact<&'r T> {
        self.answer(need, || self.about(update).which(what), self.of(update).and_then(part))
    }

    /// A question about `update`.
    pub(super) fn about(&self, update: &RefUpdate) -> Question {
        let (short, long) = (key(update), long_key(update));
        let twice = !self.update.contains_key(&short) && self.update.contains_key(&long);
        Question::about(if twice { long } else { short })
    }

    /// What facts about `update` may be recorded under.
    pub(crate) fn names(update: &RefUpdate) -> [String; 2] {
        [key(update), long_key(update)]
    }

    /// A ref that is listed twice is told apart by where it shall point.
    pub(super) fn of(&self, update: &RefUpdate) -> Option<&RecordedUpdate> {
        self.update.get(&key(update)).or_else(|| self.update.get(&long_key(update)))
    }

    pub(super) fn parents(&self, oid: Oid) -> Option<&[Oid]> {
        let commits = self.update.values().filter_map(|it| it.commits.as_ref()).flatten();
        let mut commits = commits.filter(|it| it.oid == Some(oid));
        let recorded = self.history.as_ref().and_then(|it| it.get(&oid));
        recorded.map(Vec::as_slice).or_else(|| commits.next().map(|it| it.parents.as_slice()))
    }
}
