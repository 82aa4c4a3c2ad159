//! What no test would notice.

use std::collections::BTreeMap;

use super::run::wrong;
use super::{Outcome, Trial};
use crate::model::{self, Decision, Finding, Origin, Part};
use crate::policy::Policy;

/// Which parts of a policy its tests look at.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Every rule that the policy asks for, in its order.
    pub asked: Vec<Asking>,
    /// Every requirement within a rule that a test met, in order of their lines.
    pub requirements: Vec<Requirement>,
}

/// A rule that a policy asks for.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The rule.
    pub rule: &'static str,
    /// The line that asks for it.
    pub origin: Origin,
    /// The tests in which it speaks against the change.
    pub against: Vec<String>,
    /// Whether a test would fail without it.
    pub noticed: bool,
}

/// A requirement within a rule.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The rule.
    pub rule: &'static str,
    /// The line that asks for the rule.
    pub origin: Origin,
    /// Its name, behind those that it is part of.
    pub name: String,
    /// Whether there is a test in which it is met.
    pub met: bool,
    /// Whether there is a test in which it is not met.
    pub unmet: bool,
}

impl Coverage {
    /// The rules that no test makes speak, and those that no test would miss.
    pub fn gaps(&self) -> impl Iterator<Item = &Asking> {
        self.asked.iter().filter(|it| !it.noticed)
    }

    /// The requirements that no test shows not to be met: those that are met in every
    /// test that they apply to, and those that apply to none.
    pub fn always_met(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter().filter(|it| !it.unmet)
    }

    /// Whether tests hold every rule and requirement that they could.
    pub fn is_full(&self) -> bool {
        self.gaps().next().is_none() && self.always_met().next().is_none()
    }
}

/// What the tests look at.
///
/// A policy is a conjunction, and rules know nothing of each other: without a
/// rule a verdict is the same but for what that rule found. So no test need run
/// twice to know whether it would notice.
pub fn coverage(policy: &Policy, trials: &[(&Trial, &Outcome)]) -> Coverage {
    let asked = policy.protections.iter().flat_map(|it| &it.rules);
    let asking = asked.map(|it| {
        let is = |finding: &Finding| {
            finding.rule == it.spec.name && finding.origin.as_ref() == Some(&it.origin)
        };
        let mut against = Vec::new();
        let mut noticed = false;
        for (trial, outcome) in trials {
            let findings: Vec<_> = outcome.verdict.findings().collect();
            if !findings.iter().any(|it| is(it) && speaks(it)) {
                continue;
            }
            against.push(trial.name.clone());
            let without: Vec<_> = findings.into_iter().filter(|it| !is(it)).collect();
            noticed |= outcome.holds() && !wrong(trial, &without).is_empty();
        }
        Asking { rule: it.spec.name, origin: it.origin.clone(), against, noticed }
    });
    Coverage { asked: asking.collect(), requirements: requirements(trials) }
}

/// Whether a finding says more than that all is well, and not by an exemption.
fn speaks(finding: &Finding) -> bool {
    finding.reasons.iter().any(|it| it.decision >= Decision::Warn && it.exempt.is_none())
}

fn requirements(trials: &[(&Trial, &Outcome)]) -> Vec<Requirement> {
    use model::Outcome::{Error, Overridden, Pending, Refused, Satisfied};
    let mut seen: BTreeMap<(Origin, &'static str, String), (bool, bool)> = BTreeMap::new();
    for (_, outcome) in trials {
        for finding in outcome.verdict.findings() {
            let Some(origin) = &finding.origin else { continue };
            for part in &finding.parts {
                look(part, "", &mut |name, outcome| {
                    let seen = seen.entry((origin.clone(), finding.rule, name)).or_default();
                    seen.0 |= matches!(outcome, Satisfied | Overridden);
                    seen.1 |= matches!(outcome, Pending | Refused | Error);
                });
            }
        }
    }
    seen.into_iter()
        .map(|((origin, rule, name), (met, unmet))| Requirement { rule, origin, name, met, unmet })
        .collect()
}

/// Shows every requirement that has none within it.
fn look(part: &Part, before: &str, seen: &mut impl FnMut(String, model::Outcome)) {
    let name = match before {
        "" => part.name.clone(),
        before => format!("{before} > {}", part.name),
    };
    if part.parts.is_empty() {
        return seen(name, part.outcome);
    }
    for inner in &part.parts {
        look(inner, &name, seen);
    }
}
