//! The shells of the developer's machine: the local hooks, and what a person
//! asks for by hand. They preview what the server decides.
//!
//! They read the index that Git names and the objects it holds. They never
//! write to the index, the work tree or a ref.

mod message;
mod past;
mod policy;
mod push;

pub use message::{Cleanup, clean};
pub use past::{Past, Step};
pub use policy::{Found, From};

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use bstr::{BString, ByteSlice};

use crate::git::{Deadline, Head, Pending, Pushed, Repository, Side, Vars, raw};
use crate::model::{
    Actor, Change, Commit, Fact, Facts, Ident, Kind, Memory, Need, Oid, PullRequest, RefName,
    RefUpdate, Stage, Target, Timestamp, Unknown, Verdict,
};
use crate::record::{self, Judged, Keep, Objection, Record, Terms};

/// A verdict, and the policy that it follows.
pub struct Answer {
    /// The verdict; `None` if the policy does not ask for one at this stage.
    pub verdict: Option<Verdict>,
    /// Where the policy was read.
    pub from: From,
    /// How many paths or commits were judged.
    pub judged: usize,
    /// The record of the verdict, if one is wanted.
    pub record: Option<Record>,
}

/// A developer's side of a change.
pub struct Local<'l> {
    repository: Repository,
    head: Head,
    found: Found,
    options: Options<'l>,
}

/// What may be asked for besides.
#[derive(Clone, Debug, Default)]
pub struct Options<'l> {
    /// The policy to use; the one Git finds, if `None`.
    pub policy: Option<&'l Path>,
    /// The rules that only warn here.
    pub skipped: Vec<String>,
    /// The rules to judge by; all, if empty.
    pub only: Vec<String>,
    /// The ref to judge for, instead of the current branch.
    pub onto: Option<RefName>,
    /// As if this person pushed.
    pub actor: Option<Actor>,
    /// When the change happens.
    pub at: Timestamp,
    /// Whether to judge at a stage that the policy does not enforce, too: who
    /// asks by hand wants a verdict.
    pub by_hand: bool,
    /// Whether to record verdicts.
    pub keep: Keep,
}

impl<'l> Local<'l> {
    /// Opens the repository around `directory` and finds its policy.
    pub fn open(vars: &Vars, directory: &Path, options: Options<'l>) -> Result<Self> {
        let repository = Repository::open(vars, directory, Side::Local)?;
        let head = repository.head()?;
        let found = policy::find(&repository, options.policy, head.oid)?;
        Ok(Self { repository, head, found, options })
    }

    /// The repository.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The policy.
    pub fn policy(&self) -> &crate::policy::Policy {
        &self.found.policy
    }

    /// The directory that `git config refgate.record` names for records, relative
    /// to the Git directory.
    pub fn records(&self) -> Result<Option<PathBuf>> {
        let Some(named) = self.repository.config("refgate.record") else { return Ok(None) };
        let named = named.to_str().context("refgate.record is no UTF-8")?;
        let path = policy::expanded(&self.repository, named);
        Ok(Some(self.repository.git_dir().join(path)))
    }

    /// Records verdicts from now on, or not.
    pub fn keeping(mut self, keep: Keep) -> Self {
        self.options.keep = keep;
        self
    }

    /// Judges what is staged, as `pre-commit` does.
    pub fn staged(&self) -> Result<Answer> {
        self.staged_on(&self.parents())
    }

    /// Judges what a merge has staged, as `pre-merge-commit` does.
    pub fn merged(&self) -> Result<Answer> {
        let mut parents = self.parents();
        if parents.len() == 1 {
            // MERGE_HEAD is not written yet; `git merge` names what it merges in
            // variables. Any other command may have inherited such.
            let named = self.repository.vars().names_after("GITHEAD_");
            let named = named.iter().filter_map(|it| Oid::from_hex(it.as_bytes()));
            let kind = |oid: &Oid| self.repository.objects.header(*oid).ok().flatten();
            parents.extend(named.filter(|it| kind(it).is_some_and(|it| it.0 == Kind::Commit)));
        }
        self.staged_on(&parents)
    }

    fn staged_on(&self, parents: &[Oid]) -> Result<Answer> {
        let facts = Pending::staged(&self.repository, parents)?;
        let judged = facts.count();
        let changes = facts.changes(policy::NAME);
        let problem = changes.then(|| policy::staged_problem(&self.repository)).flatten();
        self.pending(Stage::PreCommit, &facts, judged, problem.into_iter().collect())
    }

    /// Judges everything in the index, as if it were new; tells `watch` how many
    /// contents have been read.
    pub fn everything(&self, watch: &dyn Fn(usize)) -> Result<Answer> {
        let facts = Pending::everything(&self.repository)?.watched(watch);
        let judged = facts.count();
        self.pending(Stage::PreCommit, &facts, judged, Vec::new())
    }

    /// Judges the message in `raw`, before Git's cleanup, as `commit-msg` does.
    pub fn message(&self, raw: &[u8]) -> Result<Answer> {
        let parents = self.parents();
        let commit = Commit {
            parents: parents.clone(),
            author: self.ident("GIT_AUTHOR", "author"),
            committer: self.ident("GIT_COMMITTER", "committer"),
            message: message::cleaned(&self.repository, raw),
            encoding: self.repository.config("i18n.commitEncoding"),
            ..Commit::default()
        };
        let facts = Pending::staged(&self.repository, &parents)?.with(commit);
        self.pending(Stage::CommitMsg, &facts, 1, Vec::new())
    }

    /// Judges what `pre-push` is told: the remote's name or URL, and `input`.
    pub fn push(&self, remote: &[u8], input: &[u8]) -> Result<Answer> {
        let updates = push::updates(input)?;
        let known = push::known(&self.repository, remote, &updates)?;
        let facts = Pushed::new(&self.repository, known, Deadline::never())
            .pull_request(Ok(PullRequest::No));
        self.answer(Stage::PrePush, updates, &facts, Vec::new())
    }

    /// Judges the commits that `new` has and `old` has not, as if they were
    /// pushed.
    pub fn range(&self, old: Oid, new: Oid) -> Result<Answer> {
        let update = RefUpdate {
            name: self.onto(),
            asked_as: None,
            old: Some(old),
            new: Target::At(new),
            stale: false,
        };
        let known = [(update.name.clone(), [old].into())].into();
        let facts = Pushed::new(&self.repository, known, Deadline::never());
        let mut answer = self.answer(Stage::PrePush, vec![update.clone()], &facts, Vec::new())?;
        answer.judged = facts.commits(&update).map_or(0, |it| it.len());
        Ok(answer)
    }

    fn pending(
        &self,
        stage: Stage,
        facts: &dyn Facts,
        judged: usize,
        objections: Vec<Objection>,
    ) -> Result<Answer> {
        let update = RefUpdate {
            name: self.onto(),
            asked_as: None,
            old: self.head.oid,
            new: Target::Unwritten,
            stale: false,
        };
        let mut answer = self.answer(stage, vec![update], facts, objections)?;
        answer.judged = judged;
        Ok(answer)
    }

    fn answer(
        &self,
        stage: Stage,
        updates: Vec<RefUpdate>,
        facts: &dyn Facts,
        objections: Vec<Objection>,
    ) -> Result<Answer> {
        let (judged, from) = (updates.len(), self.found.from.clone());
        if !self.options.by_hand && !self.found.policy.stages.contains(&stage) {
            return Ok(Answer { verdict: None, from, judged, record: None });
        }
        let Judged { verdict, record } = self.judge(stage, updates, facts, objections)?;
        Ok(Answer { verdict: Some(verdict), from, judged, record })
    }

    fn judge(
        &self,
        stage: Stage,
        updates: Vec<RefUpdate>,
        facts: &dyn Facts,
        objections: Vec<Objection>,
    ) -> Result<Judged> {
        let actor: Fact<Actor> = self.options.actor.clone().ok_or(Unknown::NotHere(Need::Actor));
        let memory = Memory::default();
        let change = Change { stage, actor, updates, at: self.options.at, facts, memory };
        let terms = Terms {
            skipped: self.options.skipped.clone(),
            only: self.options.only.clone(),
            first: matches!(self.found.from, From::Index | From::WorkTree),
            objections,
        };
        record::judged(&self.found.policy, change, terms, self.options.keep)
            .map_err(anyhow::Error::msg)
    }

    /// The ref that a commit goes to.
    fn onto(&self) -> RefName {
        self.options.onto.clone().unwrap_or_else(|| self.head.name.clone())
    }

    /// The commits that the next one follows: HEAD, and what is being merged.
    fn parents(&self) -> Vec<Oid> {
        let mut parents: Vec<_> = self.head.oid.into_iter().collect();
        let merged = self.repository.git_dir().join("MERGE_HEAD");
        let merged = std::fs::read(merged).unwrap_or_default();
        parents.extend(merged.lines().filter_map(Oid::from_hex));
        parents
    }

    /// Who would be written into the commit.
    fn ident(&self, prefix: &str, section: &str) -> Ident {
        let vars = self.repository.vars();
        let value = |part: &str| -> BString {
            let set = vars.text(&format!("{prefix}_{}", part.to_uppercase()));
            let config = |section: &str| self.repository.config(&format!("{section}.{part}"));
            let known =
                set.map(BString::from).or_else(|| config(section)).or_else(|| config("user"));
            known.unwrap_or_default()
        };
        Ident { name: value("name"), email: value("email"), seconds: Some(self.options.at) }
    }
}

/// Reads the file that Git names to `commit-msg`, relative to the work tree.
pub fn message_file(repository: &Repository, directory: &Path, path: &Path) -> Result<Vec<u8>> {
    let base = repository.work_tree().unwrap_or(directory);
    let tried = std::fs::read(directory.join(path)).or_else(|_| std::fs::read(base.join(path)));
    tried.with_context(|| format!("cannot read the message {}", path.display()))
}

/// The author of a commit, for people.
fn author(raw: &[u8]) -> String {
    raw::commit(None, raw).author.email.to_str_lossy().into_owned()
}
