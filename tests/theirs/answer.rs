//! A verdict in the words that cases use.

use std::collections::BTreeSet;

use refgate::judge::judge;
use refgate::model::{
    Change, Finding, Memory, Need, Outcome, Part, Reason, Stage, Unknown, Verdict,
};
use refgate::policy::{self, Policy};

use super::pull::{NOW, Pull};

/// What a policy says about a pull request.
#[derive(Debug)]
pub(crate) struct Answer {
    /// `approved`, `pending`, `disapproved`, `error`, or `skipped` if nothing in
    /// the policy applies.
    pub(crate) status: &'static str,
    /// The codes of what was said, with the sentences.
    pub(crate) said: Vec<(String, String)>,
    /// Whose approval counted for something.
    pub(crate) counted: BTreeSet<String>,
}

/// Reads a policy that extends nothing.
pub(crate) fn parse(toml: &str) -> Result<Policy, String> {
    let parsed = policy::parse("refgate.toml", toml, &mut |_| Err("no files".to_owned()));
    parsed.map_err(|it| format!("{it}{toml}"))
}

impl Answer {
    /// What `policy` says about `pull`.
    pub(crate) fn of(policy: &Policy, mut pull: Pull) -> Self {
        let updates = vec![pull.update];
        pull.facts.fill(Stage::Github, &updates);
        let change = Change {
            stage: Stage::Github,
            actor: Err(Unknown::NotHere(Need::Actor)),
            updates,
            at: NOW,
            facts: &pull.facts,
            memory: Memory::default(),
        };
        Self::from(&judge(policy, &change))
    }

    fn from(verdict: &Verdict) -> Self {
        let findings: Vec<_> = verdict.judgments.iter().flat_map(|it| &it.findings).collect();
        // What holds for every ref whatever the policy says is no part of the
        // answer unless it refuses.
        let asked = |it: &&Finding| it.origin.is_some() || !it.decision().allows();
        let mut answer = Self { status: "skipped", said: Vec::new(), counted: BTreeSet::new() };
        for finding in findings.iter().copied().filter(asked) {
            answer.status = worse(answer.status, status(finding));
            answer.said.extend(finding.reasons.iter().map(said));
            finding.parts.iter().for_each(|it| answer.part(it));
        }
        answer
    }

    fn part(&mut self, part: &Part) {
        self.counted.extend(part.counted.iter().map(|it| it.0.clone()));
        let ignored = part.ignored.iter().map(|it| (it.code.clone(), it.what.clone()));
        self.said.extend(ignored);
        part.parts.iter().for_each(|it| self.part(it));
    }

    /// Whether something was said with `code` and, if it is not empty, `about`.
    pub(crate) fn says(&self, code: &str, about: &str) -> bool {
        self.said.iter().any(|(it, what)| it == code && what.contains(about))
    }
}

fn said(reason: &Reason) -> (String, String) {
    let mut what = reason.what.clone();
    if let Some(path) = &reason.place.path {
        what += &format!(" {path}");
    }
    if let Some(commit) = &reason.place.commit {
        what += &format!(" {commit}");
    }
    (reason.code.clone().unwrap_or_default(), what)
}

fn status(finding: &Finding) -> &'static str {
    let decision = finding.decision();
    let mut deciding = finding.reasons.iter().filter(|it| it.decision == decision);
    if deciding.all(|it| it.code.as_deref() == Some("no-rule-applies")) {
        return "skipped";
    }
    match finding.outcome() {
        Outcome::NotApplicable => "skipped",
        Outcome::Satisfied | Outcome::Overridden => "approved",
        Outcome::Pending => "pending",
        Outcome::Refused => "disapproved",
        Outcome::Error => "error",
    }
}

/// The one that decides of two.
fn worse(one: &'static str, other: &'static str) -> &'static str {
    let rank = |it: &str| {
        let order = ["skipped", "approved", "pending", "disapproved", "error"];
        order.iter().position(|other| *other == it)
    };
    if rank(one) >= rank(other) { one } else { other }
}
