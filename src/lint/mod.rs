//! What is wrong with a policy that can be read: found by trying.
//!
//! A policy is judged over many small worlds: who proposes what to which ref, who
//! says what about it, what ran. What is claimed of it is what the judge said there,
//! and the world goes with the claim as a file that can be judged again.

mod act;
mod alone;
mod plain;
mod rules;
mod sample;
mod seen;
mod stage;
mod told;
mod words;

use crate::model::{Origin, Timestamp};
use crate::policy::Policy;
use crate::record::Record;

pub use told::{json, told};

/// What is wrong with a policy.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind of thing it is.
    pub kind: Kind,
    /// How bad.
    pub severity: Severity,
    /// Where it stands.
    pub origin: Origin,
    /// What is the case.
    pub what: String,
    /// What else of the policy has to do with it, and what it says.
    pub lines: Vec<(Origin, String)>,
    /// What to do about it.
    pub hint: String,
    /// A change that shows it, with all that is known about it.
    pub world: Option<Box<Record>>,
}

/// How bad a finding is. The order is the order of reports.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// The policy does not do what it is there for.
    Error,
    /// It may not, or says more than it needs to.
    Warning,
}

/// Kinds of findings.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// One person can let in what they wrote.
    SelfApprovable,
    /// Whoever pushes can report a check themselves.
    SelfReported,
    /// A demand can never be met.
    Unsatisfiable,
    /// A demand asks nothing of any change.
    NeverApplies,
    /// A demand can be decided nowhere.
    NeverDecidable,
    /// Another line asks as much.
    Shadowed,
    /// A check that fails would make the policy ask less.
    EvidenceInWhen,
    /// An approval has a name that nobody uses.
    UnusedApproval,
    /// An exemption has ended.
    ExpiredExemption,
    /// An exemption is from something that nobody asks.
    IdleExemption,
    /// A role has no members.
    EmptyRole,
    /// The policy itself can be changed by one person.
    UnguardedPolicy,
}

impl Kind {
    /// Its stable name, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::SelfApprovable => "self-approvable",
            Self::SelfReported => "self-reported-check",
            Self::Unsatisfiable => "unsatisfiable",
            Self::NeverApplies => "never-applies",
            Self::NeverDecidable => "never-decidable",
            Self::Shadowed => "shadowed",
            Self::EvidenceInWhen => "evidence-in-when",
            Self::UnusedApproval => "unused-approval",
            Self::ExpiredExemption => "expired-exemption",
            Self::IdleExemption => "idle-exemption",
            Self::EmptyRole => "empty-role",
            Self::UnguardedPolicy => "unguarded-policy",
        }
    }
}

impl Finding {
    fn new(kind: Kind, severity: Severity, origin: &Origin, what: String, hint: &str) -> Self {
        Self {
            kind,
            severity,
            origin: origin.clone(),
            what,
            lines: Vec::new(),
            hint: hint.to_owned(),
            world: None,
        }
    }

    fn warning(kind: Kind, origin: &Origin, what: String, hint: &str) -> Self {
        Self::new(kind, Severity::Warning, origin, what, hint)
    }
}

/// Tells what is wrong with a policy at `at`, errors first.
pub fn lint(policy: &Policy, at: Timestamp) -> Vec<Finding> {
    let mut findings = plain::findings(policy, at);
    let theatre = stage::Theatre::new(policy, at);
    let seen = seen::Seen::new(&theatre);
    findings.extend(rules::findings(&theatre, &seen));
    if policy.stages.contains(&crate::model::Stage::Github) {
        findings.extend(alone::findings(&theatre));
        findings.extend(alone::reported(&theatre));
        findings.extend(alone::unguarded(&theatre));
    }
    findings.sort_by(|one, other| {
        let place = |it: &Finding| (it.severity, it.origin.file.clone(), it.origin.line, it.kind);
        place(one).cmp(&place(other)).then_with(|| one.what.cmp(&other.what))
    });
    findings
}
