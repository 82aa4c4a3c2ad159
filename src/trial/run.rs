//! Whether tests hold.

use super::{Expect, Outcome, Trial, World, Wrong};
use crate::judge::judge;
use crate::model::{Change, Decision, Finding, Memory, Need, Part, Unknown, Verdict};
use crate::policy::Policy;
use crate::record::Compared;

/// Judges the change of a test, and says what is not as the test says.
pub fn run(policy: &Policy, trial: &Trial) -> Outcome {
    // Reading the policy costs more than judging by it: only a record needs its own.
    let recorded = trial.record.as_ref();
    let verdict = match recorded.and_then(|it| Some((it, policy.again()?))) {
        // As `check --facts` does, so that both say the same.
        Some((record, policy)) => record.judged(policy),
        None => judged(policy, &trial.world),
    };
    let wrong = match worthless(policy, trial, &verdict) {
        Some(why) => vec![Wrong::Worthless(why)],
        None => wrong(trial, &verdict.findings().collect::<Vec<_>>()),
    };
    Outcome { verdict, wrong }
}

/// Why the verdict says nothing, if the record of the test leaves out what it rests on.
fn worthless(policy: &Policy, trial: &Trial, verdict: &Verdict) -> Option<String> {
    let record = trial.record.as_ref()?;
    let same = record.is_by(policy) && !trial.other_time;
    let compared = if same { Compared::AsItWas } else { Compared::Otherwise };
    record.worthless(verdict, compared)
}

fn judged(policy: &Policy, world: &World) -> Verdict {
    let World { stage, at, actor, updates, facts } = world;
    let change = Change {
        stage: *stage,
        actor: actor.clone().ok_or(Unknown::NotHere(Need::Actor)),
        updates: updates.clone(),
        at: *at,
        facts,
        memory: Memory::default(),
    };
    judge(policy, &change)
}

/// What is not as the test says, by what the rules found.
pub(super) fn wrong(trial: &Trial, findings: &[&Finding]) -> Vec<Wrong> {
    let decision = findings.iter().map(|it| it.decision()).max().unwrap_or(Decision::Pass);
    let mut wrong = Vec::new();
    if !trial.expect.is(decision) {
        wrong.push(Wrong::Verdict(Expect::of(decision)));
    }
    let least = if trial.expect == Expect::Warned { Decision::Warn } else { Decision::Pending };
    let speaks = |word: &&String| findings.iter().any(|it| speaks(it, word, least));
    wrong.extend(trial.because.iter().filter(|it| !speaks(it)).cloned().map(Wrong::Silent));
    wrong.extend(trial.not_because.iter().filter(speaks).cloned().map(Wrong::Speaks));
    match (trial.todo, wrong.is_empty()) {
        (false, _) => wrong,
        (true, true) => vec![Wrong::Holds],
        (true, false) => Vec::new(),
    }
}

/// Whether a finding speaks against the change by this word: the rule's name, a
/// requirement's in it, or the code of a reason. `rule:code` asks for both.
fn speaks(finding: &Finding, word: &str, least: Decision) -> bool {
    if finding.decision() < least {
        return false;
    }
    let code = match word.split_once(':') {
        Some((rule, code)) if rule == finding.rule => code,
        Some(_) | None => word,
    };
    let mut reasons = finding.reasons.iter().filter(|it| it.decision >= least);
    finding.rule == word
        || reasons.any(|it| it.code.as_deref() == Some(code))
        || finding.parts.iter().any(|it| lacks(it, code))
}

/// Whether a requirement of this name is not met, or a word does not count for
/// this reason.
fn lacks(part: &Part, word: &str) -> bool {
    use crate::model::Outcome::{Error, Pending, Refused};
    let unmet = matches!(part.outcome, Pending | Refused | Error);
    unmet && (part.name == word || part.ignored.iter().any(|it| it.code == word))
        || part.parts.iter().any(|it| lacks(it, word))
}

impl Expect {
    /// The word for a decision.
    pub fn of(decision: Decision) -> Self {
        match decision {
            Decision::Pass | Decision::Defer => Self::Allowed,
            Decision::Warn => Self::Warned,
            Decision::Pending => Self::Pending,
            Decision::Deny => Self::Denied,
        }
    }

    /// Whether a decision is as expected.
    pub fn is(self, decision: Decision) -> bool {
        match self {
            Self::Allowed => decision < Decision::Warn,
            Self::Warned => decision == Decision::Warn,
            Self::Pending => decision == Decision::Pending,
            Self::Denied => decision >= Decision::Pending,
            Self::Refused => decision == Decision::Deny,
        }
    }

    /// The word as a test writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Warned => "warned",
            Self::Pending => "pending",
            Self::Denied => "denied",
            Self::Refused => "refused",
        }
    }
}

impl Outcome {
    /// Whether the test holds.
    pub fn holds(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Why nothing can be told, if so.
    pub fn worthless(&self) -> Option<&str> {
        self.wrong.iter().find_map(|it| match it {
            Wrong::Worthless(why) => Some(why.as_str()),
            Wrong::Verdict(_) | Wrong::Silent(_) | Wrong::Speaks(_) | Wrong::Holds => None,
        })
    }

    /// The rules that speak against the change, each once, in the policy's order.
    pub fn against(&self) -> Vec<&'static str> {
        let worst = self.verdict.decision();
        let least = if worst == Decision::Warn { Decision::Warn } else { Decision::Pending };
        let mut rules: Vec<_> =
            self.verdict.findings().filter(|it| it.decision() >= least).map(|it| it.rule).collect();
        let mut seen = Vec::new();
        rules.retain(|it| {
            !seen.contains(it) && {
                seen.push(*it);
                true
            }
        });
        rules
    }
}
