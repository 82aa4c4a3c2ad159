//! What was decided, and why.

use std::fmt;
use std::sync::Arc;

use bstr::BString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Move, Oid, Outcome, Part, RefUpdate, Stage, Timestamp, Unknown};

/// How a change, a ref update or a rule came out. The worst part decides the
/// whole, so the order of the variants is their meaning.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// It may go on.
    Pass,
    /// It may go on; a later stage decides.
    Defer,
    /// It may go on, and someone should look at it.
    Warn,
    /// It may not go on yet, but could without another push.
    Pending,
    /// It may not go on.
    Deny,
}

impl Decision {
    /// Whether the change may go on.
    pub fn allows(self) -> bool {
        self < Self::Pending
    }
}

/// The answer to a change: a tree of ref updates, rules and reasons.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Where it was reached.
    pub stage: Stage,
    /// One for each ref update, in the change's order.
    pub judgments: Vec<Judgment>,
}

/// The answer to one ref update.
#[derive(Clone, Debug)]
pub struct Judgment {
    /// What was asked. A secret in a name is redacted.
    pub update: RefUpdate,
    /// What each rule found, in the policy's order.
    pub findings: Vec<Finding>,
}

/// What one rule found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// Where the policy asks for it; `None` for a built-in rule.
    pub origin: Option<Origin>,
    /// The name and the `why` of the protection, as the policy gives them.
    pub why: Option<String>,
    /// From when on the policy denies what it only warns of until then.
    pub since: Option<Timestamp>,
    /// What speaks for and against. Never empty.
    pub reasons: Vec<Reason>,
    /// How each requirement within the rule came out, if it has any.
    pub parts: Vec<Part>,
}

/// A line of a policy.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Origin {
    /// The file, as people know it: `refgate.toml`, `preset:baseline`.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// One thing that speaks for or against, and what to do about it.
#[derive(Clone, Debug)]
pub struct Reason {
    /// Which way it speaks.
    pub decision: Decision,
    /// What is the case, as a sentence without a full stop.
    pub what: String,
    /// Where it is the case.
    pub place: Place,
    /// What would change the decision, as something to do.
    pub hint: Option<String>,
    /// What exactly was found within the rule, such as a pattern's id.
    pub code: Option<String>,
    /// A stable name of what was found, for baselines: never reveals it.
    pub fingerprint: Option<String>,
    /// The exemption that turned a denial into a warning.
    pub exempt: Option<Exempt>,
    /// What would change the decision, for programs.
    pub next: Option<Move>,
    /// What kind of reason it is.
    pub about: About,
}

/// What kind of reason one is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum About {
    /// What is the case.
    #[default]
    Case,
    /// That the rule asks nothing of this change.
    Scope,
    /// That it could not be decided.
    Gap,
}

/// Leave that a policy gave.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Exempt {
    /// Where the policy gives it.
    pub origin: Origin,
    /// Why, as the policy says.
    pub why: String,
}

/// Somewhere in a repository, as exactly as it is known.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Place {
    /// The commit.
    pub commit: Option<Oid>,
    /// The file, raw: what exemptions are held against.
    pub path: Option<BString>,
    /// The path as it may be shown, if not as it is: without a secret in it.
    pub shown: Option<BString>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column, in bytes from 1.
    pub column: Option<usize>,
}

impl Place {
    /// A path, without more.
    pub fn path(path: impl Into<BString>) -> Self {
        Self { path: Some(path.into()), ..Self::default() }
    }

    /// A commit, if it is written.
    pub fn commit(commit: Option<Oid>) -> Self {
        Self { commit, ..Self::default() }
    }

    /// Says how the path may be shown.
    pub fn shown(mut self, path: impl Into<BString>) -> Self {
        self.shown = Some(path.into());
        self
    }

    /// The path as it may be shown.
    pub fn shown_path(&self) -> Option<&BString> {
        self.shown.as_ref().or(self.path.as_ref())
    }

    /// Adds the commit that brings it.
    pub fn by(mut self, commit: Option<Oid>) -> Self {
        self.commit = commit;
        self
    }

    /// Adds line and column, both from 1.
    pub fn at(mut self, line: usize, column: usize) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }
}

impl Reason {
    /// A reason without a place or a hint.
    pub fn new(decision: Decision, what: impl Into<String>) -> Self {
        Self {
            decision,
            what: what.into(),
            place: Place::default(),
            hint: None,
            code: None,
            fingerprint: None,
            exempt: None,
            next: None,
            about: About::Case,
        }
    }

    /// Speaks for the change.
    pub fn pass(what: impl Into<String>) -> Self {
        Self::new(Decision::Pass, what)
    }

    /// Speaks against the change as it is, which may still become right.
    pub fn pending(what: impl Into<String>) -> Self {
        Self::new(Decision::Pending, what)
    }

    /// Says that the rule asks nothing of this change.
    pub fn not_applicable(what: impl Into<String>) -> Self {
        Self { about: About::Scope, ..Self::pass(what) }
    }

    /// Says that nothing could be decided.
    pub fn undecided(what: impl Into<String>) -> Self {
        Self { about: About::Gap, ..Self::deny(what) }
    }

    /// Speaks against the change.
    pub fn deny(what: impl Into<String>) -> Self {
        Self::new(Decision::Deny, what)
    }

    /// Says where.
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// Says what to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says whose move it is.
    pub fn next(mut self, next: Move) -> Self {
        self.next = Some(next);
        self
    }

    /// Says what exactly was found within the rule.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

/// What a rule has to say about a ref update: reasons, and what it could not
/// find out.
#[derive(Debug, Default)]
pub struct Said {
    /// The reasons, in the order given.
    pub reasons: Vec<Reason>,
    /// What was not known, each once.
    pub unknown: Vec<Unknown>,
    /// How each requirement within the rule came out.
    pub parts: Vec<Part>,
}

impl Said {
    /// Gives a reason.
    pub fn say(&mut self, reason: Reason) {
        self.reasons.push(reason);
    }

    /// Takes what is known, and remembers what is not, so that a rule can go on
    /// with the next file and still report the gap.
    pub fn known<T>(&mut self, fact: super::Fact<T>) -> Option<T> {
        match fact {
            Ok(known) => Some(known),
            Err(unknown) => {
                if !self.unknown.contains(&unknown) {
                    self.unknown.push(unknown);
                }
                None
            }
        }
    }

    /// Gives `reason` if nothing spoke against the change.
    pub fn otherwise(&mut self, reason: impl Into<String>) {
        if self.reasons.is_empty() && self.unknown.is_empty() {
            self.say(Reason::pass(reason));
        }
    }
}

impl Verdict {
    /// The worst decision of all.
    pub fn decision(&self) -> Decision {
        worst(self.judgments.iter().map(Judgment::decision))
    }

    /// What every rule found about every ref.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.judgments.iter().flat_map(|it| &it.findings)
    }
}

impl Judgment {
    /// The worst decision of all rules.
    pub fn decision(&self) -> Decision {
        worst(self.findings.iter().map(Finding::decision))
    }
}

impl Finding {
    /// How the rule came out. What only warns is satisfied; what a later stage
    /// decides is pending.
    pub fn outcome(&self) -> Outcome {
        let decision = self.decision();
        let deciding = || self.reasons.iter().filter(|it| it.decision == decision);
        match decision {
            Decision::Deny if deciding().all(|it| it.about == About::Gap) => Outcome::Error,
            Decision::Deny => Outcome::Refused,
            Decision::Pending | Decision::Defer => Outcome::Pending,
            Decision::Warn if deciding().any(|it| it.exempt.is_some()) => Outcome::Overridden,
            Decision::Pass if deciding().all(|it| it.about == About::Scope) => {
                Outcome::NotApplicable
            }
            Decision::Warn | Decision::Pass => Outcome::Satisfied,
        }
    }

    /// The worst decision of all reasons.
    pub fn decision(&self) -> Decision {
        worst(self.reasons.iter().map(|reason| reason.decision))
    }
}

fn worst(decisions: impl Iterator<Item = Decision>) -> Decision {
    decisions.max().unwrap_or(Decision::Pass)
}
