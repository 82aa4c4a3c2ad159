//! What holds besides the policy where something is judged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Decision, Finding, Place, Reason, Verdict};
use crate::rule::{self, Family};

/// What holds besides the policy: what a person left out, and what speaks against
/// a change of the policy itself.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Terms {
    /// The rules that only warned, by `REFGATE_SKIP`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    /// The rules that were judged by alone, by `--rule`; all, if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// Whether no commit held the policy yet, so that what it asks of how refs
    /// move only warned.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
    /// What speaks against the policy that would result.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub objections: Vec<Objection>,
}

/// What speaks against the policy that would result.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    /// Which of the updates it is about, from 0.
    pub update: usize,
    /// What is the case.
    pub what: String,
    /// What to do about it.
    pub hint: String,
    /// The policy's path, if the place is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl Terms {
    /// Whether nothing holds besides.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Changes a verdict by what holds besides.
    pub fn apply(&self, verdict: &mut Verdict) {
        self.soften(verdict.judgments.iter_mut().flat_map(|it| &mut it.findings));
        if !self.only.is_empty() {
            for judgment in &mut verdict.judgments {
                judgment.findings.retain(|it| self.only.iter().any(|only| only == it.rule));
            }
        }
        for objection in &self.objections {
            if let Some(judgment) = verdict.judgments.get_mut(objection.update) {
                judgment.findings.push(objection.finding());
            }
        }
    }

    fn soften<'v>(&self, findings: impl Iterator<Item = &'v mut Finding>) {
        for finding in findings {
            let skipped = self.skipped.iter().any(|it| it == finding.rule);
            // The first commit with a policy cannot follow what it asks of how
            // refs move: nobody knew of it.
            let early = self.first
                && rule::find(finding.rule).is_some_and(|spec| spec.family == Family::Refs);
            if !skipped && !early {
                continue;
            }
            for reason in finding.reasons.iter_mut().filter(|it| !it.decision.allows()) {
                reason.decision = Decision::Warn;
                if skipped {
                    let hint = "left out here by REFGATE_SKIP; the server judges it";
                    reason.hint = Some(hint.to_owned());
                }
            }
        }
    }
}

impl Objection {
    fn finding(&self) -> Finding {
        let mut reason = Reason::deny(self.what.clone()).hint(self.hint.clone());
        if let Some(path) = &self.path {
            reason = reason.at(Place::path(path.as_str()));
        }
        Finding {
            rule: "policy",
            origin: None,
            why: None,
            since: None,
            reasons: vec![reason],
            parts: Vec::new(),
        }
    }
}
