//! Holding a requirement against what everyone said.

use std::collections::BTreeSet;

use super::missing::{missing, tell};
use super::requirement::{Asks, Leaf, Requirement};
use super::tally::{Tally, seated};
use super::{Hearing, Key, Unattributed};
use crate::model::{
    Act, Decision, Fact, Move, Outcome, Part, People, Place, Reason, Unknown, Whose,
};
use crate::rule::{Case, When};

/// How a requirement came out.
pub(crate) struct Weighed {
    /// As data.
    pub(crate) part: Part,
    /// In sentences: what is missing, or that nothing is.
    pub(crate) reasons: Vec<Reason>,
    /// What was not known, if that decides.
    pub(crate) unknown: Vec<Unknown>,
    /// Who may take each of its seats, if it asks for approvals itself.
    seats: Vec<Vec<Key>>,
}

/// Holds a requirement against what everyone said, but for those who are `barred`.
pub(crate) fn weigh(requirement: &Requirement, barred: &BTreeSet<Key>, case: &Case<'_>) -> Weighed {
    let name = requirement.name.as_deref();
    match &requirement.asks {
        Asks::Named(name, Some(meant)) => {
            let mut weighed = weigh(meant, barred, case);
            weighed.part.name.clone_from(name);
            weighed.label(name);
            weighed
        }
        // The policy puts in what names mean before anyone is judged by it.
        Asks::Named(name, None) => failed(name, "its approval is not defined"),
        Asks::All { parts, distinct } => {
            let parts: Vec<_> = parts.iter().map(|it| weigh(it, barred, case)).collect();
            all(name, parts, *distinct)
        }
        Asks::Any(parts) => any(name, parts.iter().map(|it| weigh(it, barred, case)).collect()),
        Asks::Not(part) => not(name, weigh(part, barred, case)),
        Asks::Approvals(leaf) => {
            let mut weighed = approvals(leaf, name, barred, case);
            if let Some(name) = name {
                weighed.label(name);
            }
            weighed
        }
    }
}

impl Weighed {
    pub(super) fn of(name: &str, outcome: Outcome) -> Self {
        let part = Part {
            name: name.to_owned(),
            outcome,
            wanted: 0,
            counted: Vec::new(),
            ignored: Vec::new(),
            next: None,
            parts: Vec::new(),
        };
        Self { part, reasons: Vec::new(), unknown: Vec::new(), seats: Vec::new() }
    }

    fn label(&mut self, name: &str) {
        if let Some(first) = self.reasons.first_mut() {
            first.what = format!("{name}: {}", first.what);
        }
    }

    pub(super) fn says(mut self, reason: Reason) -> Self {
        self.part.next.clone_from(&reason.next);
        self.reasons.insert(0, reason);
        self
    }
}

fn failed(name: &str, what: &str) -> Weighed {
    Weighed::of(name, Outcome::Error).says(Reason::undecided(format!("{name}: {what}")))
}

/// All parts must be met; those that do not apply ask nothing.
fn all(name: Option<&str>, parts: Vec<Weighed>, distinct: bool) -> Weighed {
    let has = |outcome| parts.iter().any(|it| it.part.outcome == outcome);
    let outcome = if has(Outcome::Error) {
        Outcome::Error
    } else if has(Outcome::Refused) || has(Outcome::Pending) {
        Outcome::Pending
    } else if has(Outcome::Satisfied) || has(Outcome::Overridden) {
        Outcome::Satisfied
    } else {
        Outcome::NotApplicable
    };
    let mut whole = Weighed::of(name.unwrap_or("all of"), outcome);
    if distinct && outcome == Outcome::Satisfied {
        let seats: Vec<_> = parts.iter().flat_map(|it| it.seats.iter().cloned()).collect();
        let (taken, wanted) = (seated(&seats), seats.len());
        if taken < wanted {
            whole.part.outcome = Outcome::Pending;
            let shared = parts.iter().filter(|it| !it.seats.is_empty());
            let shared: Vec<_> = shared.map(|it| it.part.name.as_str()).collect();
            let shared = shared.join(" and ");
            let what = format!("{taken} of {wanted} approvals by different people, for {shared}");
            let next = Move::new(Whose::Reviewer(Vec::new()), Act::Approve).by(wanted - taken);
            whole = whole.says(
                Reason::pending(what)
                    .code("approvals-not-distinct")
                    .hint("ask someone else who may approve one of them")
                    .next(next),
            );
        }
    }
    let open = whole.part.outcome != Outcome::Satisfied;
    for part in parts {
        let waits = !matches!(part.part.outcome, Outcome::Satisfied | Outcome::NotApplicable);
        if !open || waits {
            whole.reasons.extend(part.reasons);
            whole.unknown.extend(part.unknown);
        }
        whole.part.parts.push(part.part);
    }
    whole
}

/// One part must be met.
fn any(name: Option<&str>, parts: Vec<Weighed>) -> Weighed {
    let has = |outcome| parts.iter().any(|it| it.part.outcome == outcome);
    let outcome = if has(Outcome::Satisfied) || has(Outcome::Overridden) {
        Outcome::Satisfied
    } else if has(Outcome::Pending) || has(Outcome::Refused) {
        Outcome::Pending
    } else if has(Outcome::Error) {
        Outcome::Error
    } else {
        Outcome::NotApplicable
    };
    let mut whole = Weighed::of(name.unwrap_or("any of"), outcome);
    let tells = |part: &Weighed| match outcome {
        Outcome::Satisfied => part.part.outcome == Outcome::Satisfied,
        Outcome::NotApplicable
        | Outcome::Pending
        | Outcome::Refused
        | Outcome::Overridden
        | Outcome::Error => part.part.outcome != Outcome::NotApplicable,
    };
    let choice = parts.iter().filter(|it| tells(it)).count() > 1;
    let mut ways = 0;
    for mut part in parts {
        let way = if ways == 0 { "either" } else { "or" };
        if tells(&part) {
            if outcome != Outcome::Satisfied {
                if choice {
                    part.label(way);
                }
                whole.unknown.append(&mut part.unknown);
            }
            ways += 1;
            whole.reasons.append(&mut part.reasons);
        }
        whole.part.parts.push(part.part);
    }
    whole
}

/// The part must not hold. It asks for conditions only.
fn not(name: Option<&str>, part: Weighed) -> Weighed {
    let outcome = match part.part.outcome {
        Outcome::NotApplicable | Outcome::Pending | Outcome::Refused => Outcome::Satisfied,
        Outcome::Satisfied | Outcome::Overridden => Outcome::Pending,
        Outcome::Error => Outcome::Error,
    };
    let mut whole = Weighed::of(name.unwrap_or("not"), outcome);
    whole.unknown = part.unknown;
    whole = match outcome {
        Outcome::Satisfied => whole.says(Reason::pass("what must not hold does not")),
        Outcome::Pending => {
            whole.says(unmet("what must not hold does", "condition-not-met".to_owned()))
        }
        Outcome::NotApplicable | Outcome::Refused | Outcome::Overridden | Outcome::Error => whole,
    };
    whole.part.parts.push(part.part);
    whole
}

fn unmet(what: &str, code: String) -> Reason {
    Reason::pending(what)
        .code(code)
        .hint("mend what the condition is about, or propose another change")
        .next(Move::new(Whose::Author, Act::Push))
}

/// Approvals by people.
fn approvals(leaf: &Leaf, name: Option<&str>, barred: &BTreeSet<Key>, case: &Case<'_>) -> Weighed {
    let called = name.map_or_else(|| asked(leaf, case.people), ToOwned::to_owned);
    match leaf.when.as_ref().map_or(Ok(true), |it| it.holds(case)) {
        Ok(true) => {}
        Ok(false) => {
            let what = "does not apply to this change";
            return Weighed::of(&called, Outcome::NotApplicable).says(Reason::not_applicable(what));
        }
        Err(unknown) => return gap(&called, unknown),
    }
    let mut weighed = if leaf.count == 0 {
        Weighed::of(&called, Outcome::Satisfied).says(Reason::pass("asks for no approval"))
    } else {
        match counted(leaf, &called, barred, case) {
            Ok(weighed) => weighed,
            Err(unknown) => return gap(&called, unknown),
        }
    };
    match leaf.requires.as_ref().map_or(Ok(true), |it| it.holds(case)) {
        Ok(true) => weighed,
        Ok(false) => {
            if weighed.part.outcome == Outcome::Satisfied {
                weighed.reasons.clear();
                weighed.part.outcome = Outcome::Pending;
            }
            let told = leaf.requires.as_ref().map(|it| explain(it, case)).unwrap_or_default();
            weighed.part.next = told.first().and_then(|it| it.next.clone());
            weighed.reasons.extend(told);
            weighed
        }
        Err(unknown) => gap(&called, unknown),
    }
}

/// Which conditions do not hold: they may still come to hold, whatever failed.
fn explain(requires: &When, case: &Case<'_>) -> Vec<Reason> {
    let mut lacks = requires.lacks(case);
    for lack in &mut lacks {
        lack.decision = lack.decision.min(Decision::Pending);
    }
    if lacks.is_empty() {
        let what = format!("what must hold does not: {requires}");
        lacks.push(unmet(&what, "condition-not-met".to_owned()));
    }
    lacks
}

fn gap(name: &str, unknown: Unknown) -> Weighed {
    let mut weighed = Weighed::of(name, Outcome::Error);
    weighed.unknown.push(unknown);
    weighed
}

/// `2 approvals of @ana or @acme/dba`.
fn asked(leaf: &Leaf, people: &People) -> String {
    let groups: Vec<_> = leaf.groups.iter().flatten().map(|it| people.names(it)).collect();
    let of =
        if groups.is_empty() { String::new() } else { format!(" of {}", groups.join(", and of ")) };
    format!("{} approval{}{of}", leaf.count, if leaf.count == 1 { "" } else { "s" })
}

/// Counts those whose word counts, and says who is missing.
fn counted(leaf: &Leaf, called: &str, barred: &BTreeSet<Key>, case: &Case<'_>) -> Fact<Weighed> {
    let hearing = Hearing::of(case)?;
    let crew = hearing.crew(&leaf.terms, case)?;
    let standing = hearing.standing(&leaf.terms, case)?;
    let mut tally = Tally::of(leaf, &standing, barred, case);
    let short = tally.short(leaf);
    let mut weighed = Weighed::of(called, Outcome::Satisfied);
    weighed.part.wanted = leaf.count * leaf.groups.len();
    weighed.part.counted = std::mem::take(&mut tally.counted);
    weighed.part.ignored = std::mem::take(&mut tally.ignored);
    weighed.seats = tally.seats(leaf);
    let nobodys = crew.unattributed.first().filter(|_| {
        leaf.terms.unattributed != Unattributed::Ignore && !leaf.terms.allow_contributor
    });
    if short > 0 && !tally.unknown.is_empty() {
        weighed.part.outcome = Outcome::Error;
        weighed.unknown = tally.unknown;
        return Ok(weighed);
    }
    let head = hearing.head.short();
    let found = tally.found(leaf, &head);
    if let Some(commit) = nobodys {
        weighed.part.outcome = Outcome::Pending;
        let what = "belongs to nobody known, so nobody's approval is surely of others' work";
        let reason = Reason::pending(what)
            .at(Place::commit(*commit))
            .code("unattributed-commit")
            .hint("give the commit an author whose address the host knows, and push again")
            .next(Move::new(Whose::Author, Act::Push));
        weighed = weighed.says(reason);
    } else if short > 0 {
        weighed.part.outcome = Outcome::Pending;
        weighed = missing(weighed, leaf, &tally, short, &found, &hearing, &crew, case);
    } else {
        weighed.reasons.push(Reason::pass(found));
    }
    tell(&mut weighed, &crew, &standing, &tally.told);
    Ok(weighed)
}
