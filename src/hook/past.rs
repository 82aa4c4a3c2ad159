//! What a policy would have said to history.

use anyhow::Result;

use super::{Local, author};
use crate::git::{Deadline, Pushed, Walker};
use crate::model::{Kind, Oid, RefUpdate, Stage, Target, Verdict};

/// The last steps of a branch, latest first.
pub struct Past<'p> {
    local: &'p Local<'p>,
    steps: Vec<(Oid, Option<Oid>)>,
}

/// One step of a branch: what its first parent did not have.
pub struct Step {
    /// The commit that the branch moved to.
    pub commit: Oid,
    /// Its author's address.
    pub author: String,
    /// What the policy says to it.
    pub verdict: Verdict,
}

impl<'p> Past<'p> {
    /// The last `count` first-parent steps up to `tip`.
    pub fn new(local: &'p Local<'p>, tip: Oid, count: usize) -> Result<Self> {
        let repository = local.repository();
        let walker = Walker::new(&repository.objects, repository.shallow());
        let mut steps = Vec::new();
        let mut next = Some(tip);
        while let Some(oid) = next.filter(|_| steps.len() < count) {
            let node = walker.node(oid)?;
            next = node.parents.first().copied();
            // Where a shallow clone ends, what a step brought is not known.
            if next.is_some() || !repository.shallow().contains(&oid) {
                steps.push((oid, next));
            }
        }
        Ok(Self { local, steps })
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Judges every step, as if it were pushed now.
    pub fn steps(&self) -> impl Iterator<Item = Result<Step>> {
        self.steps.iter().map(|(commit, before)| self.step(*commit, *before))
    }

    fn step(&self, commit: Oid, before: Option<Oid>) -> Result<Step> {
        let repository = self.local.repository();
        let update = RefUpdate {
            name: self.local.onto(),
            asked_as: None,
            old: before,
            new: Target::At(commit),
            stale: false,
        };
        let known = [(update.name.clone(), before.into_iter().collect())].into();
        let facts = Pushed::new(repository, known, Deadline::never());
        let verdict = self.local.judge(Stage::PrePush, vec![update], &facts, Vec::new())?.verdict;
        let author = repository.objects.read(commit, Kind::Commit, author)?;
        Ok(Step { commit, author, verdict })
    }
}
