//! Judging what was gathered, once or as often as something is found out.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::facts::PullFacts;
use super::known::{Known, Lack};
use crate::git::{Deadline, Repository};
use crate::model::{
    Actor, Change, Fact, Memory, Need, RefName, RefUpdate, Stage, Timestamp, Verdict,
};
use crate::policy::{Policy, Protection};
use crate::record::{Keep, Record, Terms, judged};

use super::Uses;

/// A branch that only a pattern for every branch can mean: none can be called so.
const ANY: &str = "refs/heads/any branch at all";

/// A change, and the policies that judge it.
pub struct Court {
    /// The repository's policy.
    pub policy: Option<Arc<Policy>>,
    /// What holds for every repository.
    pub floor: Option<Arc<Policy>>,
    /// What both use.
    pub uses: Uses,
    /// Who would land it.
    pub actor: Fact<Actor>,
    /// Where the target would go.
    pub update: RefUpdate,
    /// When.
    pub at: Timestamp,
    /// How long judging may take.
    pub patience: Duration,
    /// What holds besides the policies.
    pub terms: Terms,
}

/// What the policies say.
pub struct Sentence {
    /// Together.
    pub verdict: Verdict,
    /// What the repository's policy judged by.
    pub record: Option<Record>,
    /// What the floor judged by.
    pub floor: Option<Record>,
    /// Whether one of the policies names the target, or none names any branch.
    pub named: bool,
}

impl Court {
    /// Judges by what is known; the second answer is what a rule asked for and is still
    /// to be found out. Where contents lack that are asked for in any case, it does not
    /// begin.
    pub fn hear(
        &self,
        repository: &Repository,
        known: &Known,
    ) -> Result<(Option<Sentence>, BTreeSet<Lack>)> {
        let deadline = Deadline::after(self.patience);
        let facts = PullFacts::new(repository, known, self.update.clone(), deadline);
        if self.uses.has(Need::Blobs)
            && let Ok(missing) = facts.contents()
            && !missing.is_empty()
        {
            return Ok((None, missing));
        }
        let own = self.policy.as_deref().map(|it| self.judged(it, &facts));
        let floor = self.floor.as_deref().map(|it| self.judged(it, &facts));
        let (verdict, record, floor) = match (own, floor) {
            (Some((own, record)), Some((floor, kept))) => (joined(own, floor), record, kept),
            (Some((own, record)), None) => (own, record, None),
            (None, Some((floor, kept))) => (floor, None, kept),
            (None, None) => anyhow::bail!("there is no policy to judge by"),
        };
        let named = self.is_named();
        Ok((Some(Sentence { verdict, record, floor, named }), facts.lacking()))
    }

    /// Whether more is asked of the target than of every branch, or of every branch the
    /// same.
    fn is_named(&self) -> bool {
        let policies = || self.policy.iter().chain(&self.floor);
        let narrow = |it: &&Protection| {
            let branches = it.refs.full.iter().any(|it| !it.starts_with("refs/tags/"));
            branches && !it.refs.matches(&RefName::new(ANY))
        };
        let names = |it: &Protection| it.refs.matches(&self.update.name);
        let mut named = policies().flat_map(|it| &it.protections).filter(narrow).peekable();
        named.peek().is_none() || named.any(names)
    }

    fn judged(&self, policy: &Policy, facts: &PullFacts<'_>) -> (Verdict, Option<Record>) {
        let change = || Change {
            stage: Stage::Github,
            actor: self.actor.clone(),
            updates: vec![self.update.clone()],
            at: self.at,
            facts,
            memory: Memory::default(),
        };
        match judged(policy, change(), self.terms.clone(), Keep::AtHand) {
            Ok(judged) => (judged.verdict, judged.record),
            // It cannot be kept without a secret: then it is not kept.
            Err(_) => {
                let mut verdict = crate::judge::judge(policy, &change());
                self.terms.apply(&mut verdict);
                (verdict, None)
            }
        }
    }
}

/// Both verdicts on one change, so that the worse stands. Built-in rules found the same
/// for both, but where only one of the policies names the ref.
fn joined(mut own: Verdict, floor: Verdict) -> Verdict {
    for (judgment, below) in own.judgments.iter_mut().zip(floor.judgments) {
        let found = below.findings.into_iter();
        judgment.findings.extend(found.filter(|it| it.origin.is_some()));
    }
    own
}
