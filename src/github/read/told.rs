//! A pull request as GitHub tells of it, in our terms.

use std::collections::BTreeMap;

use super::query::Part;
use crate::model::{
    Account, Actor, CheckRun, Comment, Oid, Opinion, Proposal, Provenance, Push, Repository,
    Review, Thread, WorkflowRun,
};

/// All that was told, and of what only a part.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The repository.
    pub repository: Repository,
    /// The repository's id.
    pub repository_id: u64,
    /// The tip of the default branch.
    pub default_tip: Option<Oid>,
    /// The pull request's number.
    pub number: u64,
    /// Whether it is open.
    pub open: bool,
    /// Whether it is merged.
    pub merged: bool,
    /// Its head.
    pub head: Option<Oid>,
    /// The branch it is to land on, without `refs/heads/`.
    pub base: String,
    /// Where that branch is; `None` if it is gone.
    pub base_tip: Option<Oid>,
    /// When GitHub last saw a change of it.
    pub updated: Option<i64>,
    /// What is said about it.
    pub proposal: Proposal,
    /// Who will land it, if that is known: whoever put it into the merge queue or had
    /// it merged automatically.
    pub merger: Option<Actor>,
    /// Its reviews, as GitHub shows them now.
    pub reviews: Vec<ToldReview>,
    /// The comments below it.
    pub comments: Vec<Comment>,
    /// The threads of its reviews.
    pub threads: Vec<Thread>,
    /// Forced pushes. Others GitHub does not tell of.
    pub forced: Vec<Push>,
    /// The accounts behind its commits.
    pub provenance: BTreeMap<Oid, Provenance>,
    /// What ran on its head.
    pub checks: Vec<CheckRun>,
    /// The workflows that ran on its head.
    pub workflows: Vec<WorkflowRun>,
    /// The commit that `checks` and `workflows` are about.
    pub checked: Option<Oid>,
    /// Accounts that were named, by login.
    pub accounts: BTreeMap<String, Account>,
    /// What was asked and is not whole, and why.
    pub partial: BTreeMap<Part, String>,
    /// Who set which label last.
    pub(super) labelled: BTreeMap<String, Option<Actor>>,
    /// What dismissed reviews said, by their ids.
    pub(super) dismissed: BTreeMap<u64, Opinion>,
}

/// A review, as GitHub shows it now.
#[derive(Clone, Debug)]
pub struct ToldReview {
    /// Its id.
    pub id: Option<u64>,
    /// What it says. The commit is left out: GitHub points it elsewhere later.
    pub review: Review,
    /// Whether its author may push, if GitHub says.
    pub may_push: Option<bool>,
}

impl Told {
    /// Joins what stands on different pages.
    pub(super) fn finish(&mut self) {
        if !self.partial.contains_key(&Part::Timeline) {
            for label in &mut self.proposal.labels {
                label.by = self.labelled.get(&label.name).cloned().flatten();
            }
        }
        for told in &mut self.reviews {
            told.review.was = told.id.and_then(|id| self.dismissed.get(&id)).copied();
        }
        self.proposal.retargets.sort_by_key(|it| it.at);
    }

    /// Whether it is to land on the default branch, which holds the policy.
    pub fn is_onto_default(&self) -> bool {
        self.repository.default_branch.as_ref().is_some_and(|it| *it == self.base.as_str())
    }

    /// Reviews as they count: with the head that each was about, and what a
    /// dismissed one said, from what was noted when they were submitted.
    pub fn reviews_with(&self, noted: &BTreeMap<u64, (Oid, Opinion)>) -> Vec<Review> {
        let with = |told: &ToldReview| {
            let mut review = told.review.clone();
            if let Some((commit, says)) = told.id.and_then(|id| noted.get(&id)) {
                review.commit = Some(*commit);
                if review.state == Opinion::Dismissed && review.was.is_none() {
                    review.was = Some(*says).filter(|it| *it != Opinion::Dismissed);
                }
            }
            review
        };
        self.reviews.iter().map(with).collect()
    }
}
