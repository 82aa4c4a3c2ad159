//! What is known of a pull request or a merge group besides what Git tells.

use std::collections::{BTreeMap, BTreeSet};

use crate::github::read::Told;
use crate::github::read::query::Part;
use crate::model::{
    Account, Fact, Lines, MergeGroup, Need, Oid, Opinion, Permission, Push, Repository, Review,
    Unknown,
};

/// What only deliveries told, and was kept.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// By the id of a review, the head that it was about and what it said.
    pub reviews: BTreeMap<u64, (Oid, Opinion)>,
    /// The pushes that were seen.
    pub pushes: Vec<Push>,
}

/// All that is known, as far as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// What GitHub told.
    pub told: Told,
    /// The parts that it was asked for.
    pub parts: BTreeSet<Part>,
    /// The reviews, with the heads that they were about.
    pub reviews: Vec<Review>,
    /// The pushes to the branch, oldest first.
    pub pushes: Vec<Push>,
    /// The repository, with its topics and properties.
    pub repository: Option<Fact<Repository>>,
    /// The pull requests that land at once, if a merge queue does it.
    pub group: Option<MergeGroup>,
    /// Members of teams, in small letters, by `org/team` in small letters.
    pub teams: BTreeMap<String, Fact<BTreeSet<String>>>,
    /// Whether someone is in an organization, by both in small letters.
    pub organizations: BTreeMap<(String, String), Fact<bool>>,
    /// What someone may do, by login in small letters.
    pub permissions: BTreeMap<String, Fact<Permission>>,
    /// Accounts that GitHub did not tell of along with the rest.
    pub accounts: BTreeMap<String, Fact<Account>>,
    /// Whether merges are what merging gives; `None` where that cannot be told.
    pub merges: BTreeMap<Oid, Option<bool>>,
    /// How many lines change.
    pub lines: Option<Fact<Lines>>,
    /// Commits of which GitHub does not tell whose they are, and why.
    pub nobodys: BTreeMap<Oid, Unknown>,
    /// Contents that cannot be fetched, and why.
    pub beyond: BTreeMap<Oid, String>,
}

/// Something that a rule asked for, and that is still to be found out.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Lack {
    /// The content of a blob.
    Blob(Oid),
    /// Whether a merge is clean.
    Merge(Oid),
    /// How many lines change.
    Lines,
    /// The accounts behind a commit.
    Provenance(Oid),
    /// The members of a team: `org/team`.
    Team(String),
    /// Whether a login is in an organization.
    Member {
        /// The organization.
        organization: String,
        /// The login.
        login: String,
    },
    /// What a login may do.
    Permission(String),
    /// The number and kind of an account.
    Account(String),
}

impl Known {
    /// What is known when GitHub has told of a pull request.
    pub fn of(told: Told, parts: &[Part], ledger: &Ledger, pushes: Vec<Push>) -> Self {
        let reviews = told.reviews_with(&ledger.reviews);
        let parts = parts.iter().copied().collect();
        Self { told, parts, reviews, pushes, ..Self::default() }
    }

    /// That a part was asked for, and told as a whole.
    pub(super) fn whole(&self, part: Part, need: Need) -> Fact<()> {
        if !self.parts.contains(&part) {
            return Err(Unknown::NotHere(need));
        }
        match self.told.partial.get(&part) {
            Some(why) => Err(Unknown::Truncated(need, why.clone())),
            None => Ok(()),
        }
    }

    /// The reviews. A dismissal whose event is not told hides what was dismissed.
    pub(super) fn reviews(&self) -> Fact<&[Review]> {
        self.whole(Part::Reviews, Need::Approvals)?;
        let hidden = |it: &Review| it.state == Opinion::Dismissed && it.was.is_none();
        if self.reviews.iter().any(hidden) {
            self.whole(Part::Timeline, Need::Approvals)?;
        }
        Ok(&self.reviews)
    }

    /// The pushes. GitHub tells of forced ones in the timeline.
    pub(super) fn pushes(&self) -> Fact<&[Push]> {
        self.whole(Part::Timeline, Need::Pushes)?;
        Ok(&self.pushes)
    }

    /// That what ran is told, and of this commit.
    pub(super) fn ran(&self, oid: Oid) -> Fact<()> {
        self.whole(Part::Checks, Need::Checks)?;
        match self.told.checked {
            Some(checked) if checked == oid => Ok(()),
            Some(other) => {
                let why = format!("GitHub tells what ran on {}", other.short());
                Err(Unknown::Failed(Need::Checks, why))
            }
            None => Err(Unknown::Failed(Need::Checks, "GitHub does not tell what ran".to_owned())),
        }
    }
}
