//! The verdict on a change.

mod queued;

use std::cell::Cell;

use crate::model::{
    About, Act, Change, Decision, Exempt, Fact, Finding, Judgment, Memory, Move, Moved, Need,
    Nothing, Part, Place, Reason, RefName, RefUpdate, Said, Stage, Unknown, Verdict, Whose,
};
use crate::policy::{Asked, Exemption, Mode, Policy, Protection};
use crate::rule::{BUILT_IN, Case, Family, Span, Spec, WhenUnknown};
use crate::secret::Matcher;

pub use queued::spared;
use queued::{ONE_BY_ONE, UNMET};

/// Judges a change by a policy.
///
/// The same policy, change and facts give the same verdict, whoever asks.
pub fn judge(policy: &Policy, change: &Change<'_>) -> Verdict {
    let facts = both(change);
    let [moved, landing] = facts.each_ref().map(|facts| moved(change, facts));
    let judgment = |update: &RefUpdate| {
        let court = Court::new(policy, [change, &moved, &landing], update);
        let mut findings: Vec<_> = court.built_in().collect();
        for protection in policy.protections_of(&update.name) {
            findings.extend(court.protection(protection));
        }
        findings.iter_mut().for_each(|it| redact(&mut it.reasons));
        Judgment { update: shown(update), findings }
    };
    Verdict { stage: change.stage, judgments: change.updates.iter().map(judgment).collect() }
}

/// Whether a policy lets a change go on, without saying why: nothing is judged behind
/// what stops it.
///
/// Of the policy's protections the one at `first` is asked first. The one that stops
/// the change is left there: it stops many that are like it.
pub fn allows(policy: &Policy, change: &Change<'_>, first: &Cell<usize>) -> bool {
    let facts = both(change);
    let [moved, landing] = facts.each_ref().map(|facts| moved(change, facts));
    change.updates.iter().all(|update| {
        let court = Court::new(policy, [change, &moved, &landing], update);
        let protections = policy.protections.iter().enumerate();
        let (before, after): (Vec<_>, Vec<_>) = protections.partition(|(at, _)| *at < first.get());
        let named = after.into_iter().chain(before).filter(|it| it.1.refs.matches(&update.name));
        let goes_on = |it: Finding| it.decision().allows();
        let stops = |(at, protection): (usize, &Protection)| {
            let stops = !court.protection(protection).all(goes_on);
            stops.then(|| first.set(at)).is_some()
        };
        !named.into_iter().any(stops) && court.built_in().all(goes_on)
    })
}

/// The facts with all that the refs do not hold yet as new, and the same for what
/// must be agreed on.
fn both<'f>(change: &Change<'f>) -> [Moved<'f>; 2] {
    [Nothing::Believed, Nothing::Doubted].map(|it| Moved::new(change.facts, it))
}

fn moved<'m>(change: &Change<'_>, facts: &'m Moved<'_>) -> Change<'m> {
    Change {
        stage: change.stage,
        actor: change.actor.clone(),
        updates: change.updates.clone(),
        at: change.at,
        facts,
        memory: Memory::default(),
    }
}

/// The update, its names without secrets.
fn shown(update: &RefUpdate) -> RefUpdate {
    let mut update = update.clone();
    for name in [Some(&mut update.name), update.asked_as.as_mut()].into_iter().flatten() {
        if let Some(redacted) = Matcher::providers().redact(name.as_bstr()) {
            *name = RefName::new(redacted);
        }
    }
    update
}

/// Takes secrets out of what a rule says: names, paths and messages come from
/// whoever pushes. Exemptions have been held against the path itself before.
fn redact(reasons: &mut [Reason]) {
    let matcher = Matcher::providers();
    for at in 0..reasons.len() {
        let (done, rest) = reasons.split_at_mut(at);
        let Some(reason) = rest.first_mut() else { return };
        // Many that a rule gives end in the same hint.
        let known = done.last().is_some_and(|it| it.hint == reason.hint);
        let hint = reason.hint.as_mut().filter(|_| !known);
        for text in [Some(&mut reason.what), hint].into_iter().flatten() {
            if let Some(redacted) = matcher.redact(text.as_bytes()) {
                *text = String::from_utf8_lossy(&redacted).into_owned();
            }
        }
        let place = &mut reason.place;
        if let Some(redacted) = place.shown_path().and_then(|it| matcher.redact(it)) {
            place.shown = Some(redacted.into());
        }
    }
}

/// What to do when finding out failed, which is seldom the pusher's doing.
const RETRY: &str = "try again; if it stays so, tell whoever runs the repository";

/// What to do when only a part could be found out.
const SPLIT: &str = "push in smaller steps; if it stays so, tell whoever runs the repository";

/// One ref update before its policy.
struct Court<'c> {
    policy: &'c Policy,
    case: Case<'c>,
    /// The same, with all that the ref does not hold yet as new.
    moved: Case<'c>,
    /// The same, for what must be agreed on: that nothing is new is not believed.
    landing: Case<'c>,
}

impl<'c> Court<'c> {
    fn new(policy: &'c Policy, changes: [&'c Change<'c>; 3], update: &'c RefUpdate) -> Self {
        let (people, named) = (&policy.people, policy.names(&update.name));
        let [case, moved, landing] = changes.map(|change| Case { update, change, people, named });
        Self { policy, case, moved, landing }
    }

    /// What holds whatever the policy says.
    fn built_in(&self) -> impl Iterator<Item = Finding> {
        BUILT_IN.iter().map(|(spec, check)| {
            let mut said = Said::default();
            let answer = check.check(&self.case, &mut said);
            let parts = std::mem::take(&mut said.parts);
            let reasons = self.reasons(spec, said, &answer, &|| spec.needs.to_vec());
            Finding { rule: spec.name, origin: None, why: None, since: None, reasons, parts }
        })
    }

    fn protection(&self, protection: &Protection) -> impl Iterator<Item = Finding> {
        // Whoever made nothing is none of whom a condition names, so that is doubted.
        let applies = protection.when.as_ref().map_or(Ok(true), |when| when.holds(&self.landing));
        protection.rules.iter().map(move |asked| self.finding(protection, &applies, asked))
    }

    fn finding(&self, protection: &Protection, applies: &Fact<bool>, asked: &Asked) -> Finding {
        let (reasons, parts) = match applies {
            Ok(true) => self.asked(protection, asked),
            Ok(false) => (vec![Reason::not_applicable(UNMET)], Vec::new()),
            // Of a merge group is not known what is known of the pull requests in it.
            Err(Unknown::NotHere(_)) if self.case.change.stage.is_last() && self.is_queued() => {
                self.of_members(protection, asked)
            }
            // Not knowing whether it applies is no reason not to ask.
            Err(_) if self.case.change.stage.is_last() => self.asked(protection, asked),
            Err(unknown) => {
                let when = protection.when.as_ref().map(|it| it.needs(self.case.people));
                let mut needs = asked.rule.uses(self.case.people);
                needs.extend(when.unwrap_or_default());
                (vec![self.not_knowing(asked.spec, unknown, &needs)], Vec::new())
            }
        };
        Finding {
            rule: asked.spec.name,
            origin: Some(asked.origin.clone()),
            why: protection.why.clone().or_else(|| protection.name.clone()),
            since: protection
                .since
                .filter(|&since| protection.mode == Mode::Enforce && self.case.change.at < since),
            reasons: self.softened(protection, reasons),
            parts,
        }
    }

    fn asked(&self, protection: &Protection, asked: &Asked) -> (Vec<Reason>, Vec<Part>) {
        // Whoever approved looked at a pull request and not at what a queue made of
        // several; `sane-groups` holds that each of them may land. Where checks are asked
        // for as well, those of the group count.
        let on_checks = || asked.rule.uses(self.case.people).contains(&Need::Checks);
        if asked.spec.family == Family::People && !on_checks() && self.is_queued() {
            return (vec![Reason::not_applicable(ONE_BY_ONE)], Vec::new());
        }
        // A condition on the whole move may hold for what another ref took in
        // while it did not.
        let case = match asked.spec.span {
            Span::Unjudged if protection.when.is_none() => &self.case,
            Span::Landing if protection.when.is_none() && self.is_agreed(asked) => {
                let what = "made where a branch is of which as much is asked";
                return (vec![Reason::not_applicable(what)], Vec::new());
            }
            Span::Unjudged | Span::Move => &self.moved,
            Span::Landing => &self.landing,
        };
        let mut said = Said::default();
        let answer = asked.rule.check(case, &mut said);
        let parts = std::mem::take(&mut said.parts);
        let needs = || asked.rule.uses(self.case.people);
        (self.reasons(asked.spec, said, &answer, &needs), parts)
    }

    /// Whether the ref is made at what has been agreed on elsewhere, as the rule asks.
    fn is_agreed(&self, asked: &Asked) -> bool {
        let Case { update, change, .. } = &self.case;
        update.creates() && asked.rule.asks_alike() && change.facts.held(update) == Ok(true)
    }

    fn reasons(
        &self,
        spec: &Spec,
        said: Said,
        answer: &Result<(), Unknown>,
        needs: &dyn Fn() -> Vec<Need>,
    ) -> Vec<Reason> {
        let Said { mut reasons, unknown, .. } = said;
        for unknown in unknown.iter().chain(answer.as_ref().err()) {
            reasons.push(self.not_knowing(spec, unknown, &needs()));
        }
        if reasons.is_empty() {
            reasons.push(Reason::deny("the rule gave no reason"));
        }
        reasons.into_iter().map(|reason| self.exempt(spec, reason)).collect()
    }

    /// Turns a denial into a warning if the policy exempts it.
    fn exempt(&self, spec: &Spec, mut reason: Reason) -> Reason {
        if reason.decision.allows() {
            return reason;
        }
        let fitting = self.policy.exemptions.iter().filter(|it| it.rule == spec.name);
        for exemption in fitting.filter(|it| self.fits(it, &reason.place)) {
            match self.may(exemption) {
                Some(true) => {
                    reason.decision = Decision::Warn;
                    let (origin, why) = (exemption.origin.clone(), exemption.why.clone());
                    reason.exempt = Some(Exempt { origin, why });
                    reason.hint = None;
                    return reason;
                }
                // A later stage knows who pushes; here it is too early to refuse.
                None if self.learns_who(exemption) => {
                    reason.decision = Decision::Warn;
                    let who: Vec<_> = exemption.actors.iter().map(|it| it.0.clone()).collect();
                    let who = self.policy.people.names(&who);
                    reason.hint = Some(format!("exempt for {who} alone ({})", exemption.origin));
                    return reason;
                }
                Some(false) | None => {}
            }
        }
        reason
    }

    /// Whether a stage that the change must still pass knows who pushes.
    fn learns_who(&self, exemption: &Exemption) -> bool {
        let here = self.case.change.stage;
        let who: Vec<_> = exemption.actors.iter().map(|it| it.0.clone()).collect();
        let needs = self.policy.people.needs_of(&who);
        !here.is_last() && self.policy.stages_that_know(&needs).any(|it| it > here)
    }

    /// Whether the exemption covers this ref and place, now.
    fn fits(&self, exemption: &Exemption, place: &Place) -> bool {
        let Case { update, change, .. } = &self.case;
        let path = place.path.as_ref();
        change.at < exemption.until
            && exemption.refs.as_ref().is_none_or(|it| it.matches(&update.name))
            && exemption
                .paths
                .as_ref()
                .is_none_or(|it| path.is_some_and(|path| it.matches(path.as_ref())))
            && (exemption.commits.is_empty()
                || place.commit.is_some_and(|it| exemption.commits.contains(&it)))
    }

    /// Whether the actor may use the exemption; `None` if that is not known.
    fn may(&self, exemption: &Exemption) -> Option<bool> {
        if exemption.actors.is_empty() {
            return Some(true);
        }
        let Case { change, people, .. } = &self.case;
        let who: Vec<_> = exemption.actors.iter().map(|it| it.0.clone()).collect();
        let actor = change.actor.as_ref().ok()?;
        people.is_one_of(actor, &who, change.facts).ok()
    }

    /// A protection that only warns, or does not deny yet, warns.
    fn softened(&self, protection: &Protection, mut reasons: Vec<Reason>) -> Vec<Reason> {
        let early = protection.since.is_some_and(|since| self.case.change.at < since);
        if protection.mode == Mode::Warn || early {
            for reason in reasons.iter_mut().filter(|it| !it.decision.allows()) {
                reason.decision = Decision::Warn;
            }
        }
        reasons
    }

    /// What it means that a rule could not find out.
    ///
    /// A stage leaves the decision to a later one that will know. The last stage
    /// has nobody to leave it to, and denies.
    fn not_knowing(&self, spec: &Spec, unknown: &Unknown, needs: &[Need]) -> Reason {
        let reason = self.gap(spec, unknown, needs);
        Reason { about: About::Gap, ..reason.code(code(unknown)) }
    }

    fn gap(&self, spec: &Spec, unknown: &Unknown, needs: &[Need]) -> Reason {
        let here = self.case.change.stage;
        let what = match unknown {
            Unknown::NotHere(need) => format!("{need} not known at {here}"),
            Unknown::Failed(need, why) => format!("{need} could not be found out: {why}"),
            Unknown::Truncated(need, why) => format!("{need} known only in part: {why}"),
        };
        let mut knowing = self.policy.stages_that_know(needs);
        let later: Option<Stage> = knowing.find(|&stage| stage > here);
        let denies = here.is_last() || later.is_none();
        let retry = Move::new(Whose::Keeper, Act::Retry);
        match (later, unknown, spec.when_unknown) {
            // A built-in rule that no stage of this policy can decide, such as
            // one about the server's refs where there is no server.
            (None, Unknown::NotHere(_), WhenUnknown::Pass)
                if !here.is_last() && self.policy.stages_that_know(needs).next().is_none() =>
            {
                Reason::pass(what)
            }
            // A pull request changes a branch that is there, and no more.
            (Some(later), Unknown::NotHere(need), _)
                if here.is_last() && (self.case.update.creates() || self.case.update.deletes()) =>
            {
                self.made(Reason::deny(what), *need, spec, later)
            }
            (Some(later), Unknown::NotHere(_), _) if here.is_last() => Reason::deny(what)
                .hint(format!("open a pull request: it is decided at {later}"))
                .next(Move::new(Whose::Author, Act::Propose)),
            // Neither is the pusher's doing, and no other way round it helps.
            (_, Unknown::Failed(..), _) if denies => Reason::deny(what).hint(RETRY).next(retry),
            // A pull request may become known in full without another push.
            (_, Unknown::Truncated(..), _) if here == Stage::Github => {
                Reason::pending(what).hint(SPLIT).next(Move::new(Whose::Author, Act::Push))
            }
            (_, Unknown::Truncated(..), _) if denies => {
                Reason::deny(what).hint(SPLIT).next(Move::new(Whose::Author, Act::Push))
            }
            (Some(_), Unknown::NotHere(_), WhenUnknown::Pass) => Reason::pass(what),
            (Some(later), Unknown::NotHere(_), WhenUnknown::Defer) => {
                Reason::new(Decision::Defer, format!("decided at {later}"))
            }
            (None, ..) => Reason::deny(what).next(retry),
            (Some(later), ..) => Reason::new(Decision::Warn, format!("{what}; decided at {later}")),
        }
    }
}

impl Court<'_> {
    /// What to do where a ref is made or deleted, and only `later` would know.
    fn made(&self, reason: Reason, need: Need, spec: &Spec, later: Stage) -> Reason {
        if matches!(need, Need::Teams | Need::Accounts) {
            let hint = format!("name logins in `{}`: only {later} knows {need}", spec.name);
            return reason.hint(hint).next(Move::new(Whose::Keeper, Act::Repair));
        }
        if spec.span == Span::Landing && self.case.update.creates() {
            let hint = "make it where a branch is now of which as much is asked, \
                        and bring the rest by pull request";
            return reason.hint(hint).next(Move::new(Whose::Author, Act::Propose));
        }
        reason.next(Move::new(Whose::Keeper, Act::Repair))
    }
}

/// What was not known, for programs.
fn code(unknown: &Unknown) -> String {
    let word = |need: &Need| need.to_string().trim_start_matches("the ").replace(' ', "-");
    match unknown {
        Unknown::NotHere(need) => format!("{}-unknown", word(need)),
        Unknown::Failed(Need::Teams, _) => "unknown-team".to_owned(),
        Unknown::Failed(need, _) => format!("{}-failed", word(need)),
        Unknown::Truncated(Need::Commits, _) => "commit-list-incomplete".to_owned(),
        Unknown::Truncated(Need::Files, _) => "file-list-incomplete".to_owned(),
        Unknown::Truncated(need, _) => format!("{}-incomplete", word(need)),
    }
}
