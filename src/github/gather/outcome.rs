//! What looking at a pull request came to.

use std::sync::Arc;

use crate::github::api::ApiError;
use crate::github::mirror::MirrorError;
use crate::github::read::Told;
use crate::github::work::Note;
use crate::model::{MergeGroup, Oid, Timestamp, Verdict};
use crate::policy::{Policy, Problems};
use crate::record::Record;

use super::{Proposed, Uses};

/// What looking at a pull request or a merge group came to. Only `Judged` can let
/// anything through.
pub enum Outcome {
    /// It was judged.
    Judged(Box<Judgement>),
    /// It is not open, so nothing is asked of it.
    Closed(Box<Told>),
    /// There is no policy, and none was ever seen.
    NoPolicy(Box<Told>),
    /// The policy does not name this stage, so it is enforced elsewhere.
    Elsewhere(Box<Told>),
    /// There was a policy, and it is gone.
    PolicyMissing(Box<Told>),
    /// The policy cannot be read.
    PolicyBroken {
        /// What was told.
        told: Box<Told>,
        /// Its path in the repository.
        name: &'static str,
        /// What is wrong with it.
        problems: Problems,
    },
    /// It could not be found out.
    Unavailable(Box<Unavailable>),
}

/// A verdict, and what it was reached by.
pub struct Judgement {
    /// What was told of it.
    pub told: Told,
    /// The verdict: that of the policy and that of the floor below all policies, the
    /// worse of which stands.
    pub verdict: Verdict,
    /// What the policy judged by; `None` if there is only a floor, or if it cannot be
    /// kept without a secret.
    pub record: Option<Record>,
    /// What the floor judged by.
    pub floor: Option<Record>,
    /// The policy, if the repository has one.
    pub policy: Option<Arc<Policy>>,
    /// SHA-256 of its texts.
    pub sha256: Option<String>,
    /// The commit that it was read from.
    pub policy_commit: Option<Oid>,
    /// What it uses for this target, together with the floor.
    pub uses: Uses,
    /// What it uses anywhere, which is worth keeping for the next look.
    pub anywhere: Uses,
    /// Whether the policy or the floor names the target, or asks the same of every
    /// branch. What may land where little is asked might not elsewhere.
    pub named: bool,
    /// The head that was judged.
    pub head: Oid,
    /// Where the target was.
    pub base: Oid,
    /// The pull requests that land at once, if a merge queue does it.
    pub group: Option<MergeGroup>,
    /// What it would make of the policy, if anything else.
    pub proposed: Option<Proposed>,
    /// Pushes that GitHub remembers and no delivery told of. Worth keeping.
    pub notes: Vec<Note>,
}

/// Why something could not be found out.
#[derive(Clone, Debug)]
pub struct Unavailable {
    /// In words, without a token.
    pub why: String,
    /// Whether it may be found out later, with nobody doing anything.
    pub temporary: bool,
    /// The answer of GitHub that it is about, if that is it: it knows when to ask again.
    pub error: Option<ApiError>,
    /// The head, as far as it was told.
    pub head: Option<Oid>,
}

impl Unavailable {
    /// Something that may be otherwise in a moment.
    pub(super) fn later(why: impl Into<String>) -> Self {
        Self { why: why.into(), temporary: true, error: None, head: None }
    }

    /// Something that somebody must mend.
    pub(super) fn stuck(why: impl Into<String>) -> Self {
        Self { temporary: false, ..Self::later(why) }
    }

    /// The same, about a pull request with this head.
    pub(super) fn at(mut self, head: Option<Oid>) -> Self {
        self.head = self.head.or(head);
        self
    }

    /// When to look again after so many attempts; `None` if only somebody's doing helps.
    pub fn retry_at(&self, now: Timestamp, attempt: u32) -> Option<Timestamp> {
        let unknown = ApiError::Unavailable(String::new());
        let error = self.error.as_ref().unwrap_or(&unknown);
        self.temporary.then(|| error.retry_at(now, attempt))
    }
}

impl From<ApiError> for Unavailable {
    fn from(error: ApiError) -> Self {
        let temporary = error.is_temporary();
        Self { why: error.to_string(), temporary, error: Some(error), head: None }
    }
}

impl From<MirrorError> for Unavailable {
    fn from(error: MirrorError) -> Self {
        Self { temporary: error.is_temporary(), ..Self::later(error.to_string()) }
    }
}

impl From<Unavailable> for Outcome {
    fn from(it: Unavailable) -> Self {
        Self::Unavailable(Box::new(it))
    }
}
