//! What a verdict is worth that is reached again from a record.
//!
//! A record leaves out what may be a secret, and what is too large. What rests on
//! that can let nothing through.

use super::Record;
use crate::model::{About, Decision, Finding, Need, Outcome, Verdict};
use crate::rule::{self, BUILT_IN};

/// Whether a record was judged again as it was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Compared {
    /// By the same policy, at the same time and so on.
    AsItWas,
    /// By another, or with something taken to be otherwise.
    Otherwise,
}

impl Record {
    /// Why nothing can be let through by `verdict`, if it rests on what the record
    /// leaves out: it was another with that, or a rule lacked it.
    pub fn worthless(&self, verdict: &Verdict, compared: Compared) -> Option<String> {
        let left_out = !self.facts.withheld.is_empty() || self.redacted;
        if !verdict.decision().allows() || !left_out {
            return None;
        }
        let denied = self.was().is_some_and(|it| !it.allows());
        if denied && (compared == Compared::AsItWas || self.misses(verdict)) {
            return Some("it was denied for something that is left out of the record".to_owned());
        }
        let lacks = verdict.findings().any(|it| self.lacks(it));
        lacks.then(|| "a rule needs something that is left out of the record".to_owned())
    }

    /// What was decided, if the record tells.
    pub fn was(&self) -> Option<Decision> {
        self.verdict.as_ref().map(|it| it.decision.into())
    }

    /// The rules that did not let the change go on, each as often as it was asked.
    pub fn stopped(&self) -> impl Iterator<Item = &str> {
        let rules = self.verdict.iter().flat_map(|it| &it.refs).flat_map(|it| &it.rules);
        let stops =
            |it: Outcome| matches!(it, Outcome::Pending | Outcome::Refused | Outcome::Error);
        rules.filter(move |it| stops(it.outcome)).map(|it| it.rule.as_str())
    }

    /// Whether a rule that stopped the change may find nothing now because what it
    /// found is left out.
    pub(super) fn misses(&self, verdict: &Verdict) -> bool {
        let left_out = !self.facts.withheld.is_empty() || self.redacted;
        left_out && self.stopped().any(|it| self.may_miss(it, verdict))
    }

    fn may_miss(&self, name: &str, verdict: &Verdict) -> bool {
        let built_in = || BUILT_IN.iter().map(|it| &it.0).find(|it| it.name == name);
        let spec = rule::find(name).or_else(built_in);
        let reads = |it: &Need| matches!(it, Need::Blobs | Need::Target);
        let touched = self.redacted || spec.is_some_and(|it| it.needs.iter().any(reads));
        touched && verdict.findings().any(|it| it.rule == name)
    }

    /// Whether a rule could not look at something that is left out.
    fn lacks(&self, finding: &Finding) -> bool {
        let gaps = finding.reasons.iter().filter(|it| it.about == About::Gap);
        let left_out = || self.facts.withheld.values().map(ToString::to_string);
        gaps.into_iter().any(|gap| left_out().any(|why| gap.what.contains(&why)))
    }
}
