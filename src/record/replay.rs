//! What another policy would make of a recorded change.

use std::collections::BTreeSet;

use super::Record;
use crate::model::{About, Decision, Finding, Reason, Verdict};
use crate::policy::Policy;
use crate::report::Kind;

/// What another policy would make of a recorded change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Replayed {
    /// It would be decided as it was.
    Same,
    /// It would not.
    Otherwise {
        /// What was decided.
        was: Decision,
        /// What would be.
        now: Decision,
        /// The rules that make the difference, each once: those that would stop it, or
        /// did and would not.
        rules: Vec<String>,
    },
    /// That cannot be told, for lack of these: codes of what is not known, without
    /// `-unknown` and the like. None if it is something that the record leaves out.
    Unknown(BTreeSet<String>),
}

impl Record {
    /// What `policy` would make of the change, whose people are on the record's host.
    /// What was not known then is as unknown now; what nobody asked then cannot be told.
    pub fn replayed(&self, policy: &Policy) -> Replayed {
        let Some(was) = self.was().map(plain) else { return Replayed::Unknown(BTreeSet::new()) };
        let verdict = self.judged_by(policy);
        let gaps: Vec<_> = reasons(&verdict).filter(|it| self.is_new_gap(it)).collect();
        let certain = reasons(&verdict).filter(|it| !self.is_new_gap(it)).map(|it| it.decision);
        let now = plain(certain.max().unwrap_or(Decision::Pass));
        if now != Decision::Deny && !gaps.is_empty() {
            return Replayed::Unknown(gaps.into_iter().filter_map(kind).collect());
        }
        if now < was && self.misses(&verdict) {
            return Replayed::Unknown(BTreeSet::new());
        }
        if now == was {
            return Replayed::Same;
        }
        let mut rules: Vec<String> = if now > was {
            let stops = |it: &&Finding| it.reasons.iter().any(|it| plain(it.decision) == now);
            verdict.findings().filter(stops).map(|it| it.rule.to_owned()).collect()
        } else {
            self.stopped().map(str::to_owned).collect()
        };
        let mut seen = BTreeSet::new();
        rules.retain(|it| seen.insert(it.clone()));
        Replayed::Otherwise { was, now, rules }
    }

    /// Whether a reason speaks against the change for something that could not be
    /// found out, and did not before.
    fn is_new_gap(&self, reason: &Reason) -> bool {
        let said = self.verdict.iter().flat_map(|it| &it.refs).flat_map(|it| &it.reasons);
        let mut before = said.filter(|it| matches!(it.about, Some(Kind::Gap)));
        reason.about == About::Gap
            && !reason.decision.allows()
            && !before.any(|it| it.fact == reason.what)
    }
}

fn reasons(verdict: &Verdict) -> impl Iterator<Item = &Reason> {
    verdict.findings().flat_map(|it| &it.reasons)
}

/// What it comes to: it may go on, not yet, or not.
fn plain(decision: Decision) -> Decision {
    if decision.allows() { Decision::Pass } else { decision }
}

/// What is lacking, by the code of a gap.
fn kind(gap: &Reason) -> Option<String> {
    let code = gap.code.as_deref()?;
    let kind = ["-unknown", "-failed", "-incomplete"].iter().find_map(|it| code.strip_suffix(it));
    Some(kind.unwrap_or(code).replace('-', " "))
}
