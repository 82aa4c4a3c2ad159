//! What holds for every policy and every change.
//!
//! Policies are drawn from every way of asking for a rule that the manual and the
//! verdict cases show, changes from the cases too, with facts hidden by chance.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod cases;
#[path = "laws/make.rs"]
mod make;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use make::{
    Given, Hidden, given, lenient, people_and_checks, policy, protection, protections, stages,
    with_evidence, world,
};
use proptest::prelude::*;
use refgate::judge::{allows, judge};
use refgate::model::{
    CheckState, Decision, Fact, Finding, Judgment, Need, Opinion, Origin, People, Reason, Said,
    Stage, Unknown, Verdict,
};
use refgate::policy::{Asked, Policy, Protection};
use refgate::rule::{Case, Check, Family, Span, Spec, WhenUnknown};

/// The stages behind which nothing stands.
fn last() -> Vec<Stage> {
    Stage::ALL.into_iter().filter(|it| it.is_last()).collect()
}

fn verdict(policy: &Policy, given: &Given) -> Verdict {
    let facts = given.facts();
    judge(policy, &given.change(&facts))
}

/// A line of the policy, and a ref: the ref, the rule, the line unless built in.
type Key = (String, &'static str, Option<Origin>);

/// What each line of the policy came to for each ref.
fn decisions(verdict: &Verdict) -> BTreeMap<Key, Decision> {
    let judged = verdict.judgments.iter().flat_map(|judgment| {
        let name = judgment.update.name.to_string();
        let key = move |it: &Finding| (name.clone(), it.rule, it.origin.clone());
        judgment.findings.iter().map(move |it| (key(it), it.decision()))
    });
    let mut all = BTreeMap::new();
    for (key, decision) in judged {
        // A ref that is listed twice is judged twice; the worst counts.
        let worst = all.entry(key).or_insert(decision);
        *worst = decision.max(*worst);
    }
    all
}

/// What the policy's lines came to, in their order, without built-in rules.
fn asked_for(judgment: &Judgment) -> Vec<(&'static str, Decision)> {
    let asked = judgment.findings.iter().filter(|it| it.origin.is_some());
    asked.map(|it| (it.rule, it.decision())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Law 1. A policy is a conjunction: what is added stands beside what was
    /// there. A built-in rule alone may be eased, by naming a ref.
    #[test]
    fn adding_to_a_policy_never_allows_more(
        written in protections(),
        more in protection(),
        at in any::<prop::sample::Index>(),
        stages in stages(),
        given in given(Stage::ALL.to_vec()),
    ) {
        let mut wider = written.clone();
        wider.push(more.clone());
        // A policy with a rule that these stages cannot decide is enforced everywhere.
        let all = policy(&stages, &wider).stages;
        let [before, alone, after] = [&written[..], &[more], &wider]
            .map(|protections| verdict(&policy(&all, protections), &given));
        for (at, after) in after.judgments.iter().enumerate() {
            let parts = [&before, &alone].map(|it| asked_for(&it.judgments[at]));
            prop_assert_eq!(asked_for(after), parts.concat(), "{:?}", after.update);
        }
        // One more rule in a protection that is there.
        let mut richer = written.clone();
        let place = &mut richer[at.index(written.len())];
        for (name, settings) in &wider.last().unwrap().rules {
            if place.rules.iter().all(|(it, _)| it != name) {
                place.rules.push((name.clone(), settings.clone()));
            }
        }
        let richer = verdict(&policy(&all, &richer), &given);
        for (before, richer) in before.judgments.iter().zip(&richer.judgments) {
            prop_assert!(richer.decision() >= before.decision(), "{:?}", richer.update);
            prop_assert!(asked_for(richer).len() >= asked_for(before).len());
        }
    }

    /// Whoever only asks whether a change may go on is told what the verdict says,
    /// wherever the search begins.
    #[test]
    fn asking_whether_says_what_the_verdict_says(
        written in protections(),
        stages in stages(),
        given in given(Stage::ALL.to_vec()),
        first in 0..4_usize,
    ) {
        let policy = lenient(&stages, &written);
        let facts = given.facts();
        let change = given.change(&facts);
        let goes_on = allows(&policy, &change, &Cell::new(first));
        prop_assert_eq!(goes_on, judge(&policy, &change).decision().allows());
    }

    /// Law 2. Not knowing never raises a verdict where nobody stands behind.
    #[test]
    fn hiding_facts_never_allows_more(
        mut written in protections(),
        asked in people_and_checks(),
        stages in stages(),
        given in given(last()).prop_flat_map(with_evidence),
    ) {
        written.push(asked);
        let policy = lenient(&stages, &written);
        let Given { world, hidden } = given;
        let known = verdict(&policy, &Given { world: world.clone(), hidden: Hidden::NOTHING });
        let veiled = decisions(&verdict(&policy, &Given { world, hidden }));
        for (key, decision) in decisions(&known) {
            prop_assert!(veiled[&key] >= decision, "{key:?}: {decision:?} becomes {:?}", veiled[&key]);
        }
    }

    /// Law 2. An approval or a green check can only help.
    #[test]
    fn losing_an_approval_or_a_green_check_never_allows_more(
        mut written in protections(),
        asked in people_and_checks(),
        given in given(last()).prop_flat_map(with_evidence),
        which in any::<prop::sample::Index>(),
    ) {
        // A condition may be that a check is green, and a rule asks nothing without it.
        for it in &mut written {
            it.when.take_if(|when| when.contains("checks"));
        }
        written.push(asked);
        let policy = policy(&Stage::ALL, &written);
        // Whoever cannot be found out about may be anyone, and is one person fewer here.
        let given = Given { world: given.world, hidden: Hidden::NOTHING };
        let before = decisions(&verdict(&policy, &given));
        let mut poorer = given;
        for known in poorer.world.facts.update.values_mut() {
            for reviews in known.reviews.iter_mut().filter(|it| !it.is_empty()) {
                let at = which.index(reviews.len());
                if reviews[at].state == Opinion::Approved {
                    reviews.remove(at);
                }
            }
            for comments in known.comments.iter_mut().filter(|it| !it.is_empty()) {
                let at = which.index(comments.len());
                if matches!(&*comments[at].body, ":+1:" | "/go") {
                    comments.remove(at);
                }
            }
        }
        for runs in poorer.world.facts.checks.values_mut().filter(|it| !it.is_empty()) {
            let run = which.index(runs.len());
            if runs[run].state == CheckState::Success {
                runs.remove(run);
            }
        }
        let after = decisions(&verdict(&policy, &poorer));
        for (key, decision) in before {
            // An approver whose teams are unknown denies; without the approval the
            // change is pending. Neither lets it go on.
            let worse = after[&key] >= decision || !(decision.allows() || after[&key].allows());
            prop_assert!(worse, "{key:?}: {decision:?} becomes {:?}", after[&key]);
        }
    }

    /// Law 3. Where nobody stands behind, a rule that could not find out denies.
    /// Before, where a stage of the policy will know, only what is known refuses.
    #[test]
    fn only_the_last_stage_refuses_what_it_does_not_know(
        mut asks in protection(),
        stages in stages(),
        given in given(Stage::ALL.to_vec()),
    ) {
        asks.soft = None;
        asks.when = None;
        asks.refs = "**".to_owned();
        let policy = policy(&stages, &[asks]);
        let facts = given.facts();
        let change = given.change(&facts);
        let verdict = judge(&policy, &change);
        for (update, judgment) in change.updates.iter().zip(&verdict.judgments) {
            let queued = matches!(change.facts.merge_group(update), Ok(Some(_)));
            let held = update.creates() && change.facts.held(update) == Ok(true);
            let none_new = change.facts.commits(update).is_ok_and(|it| it.is_empty());
            for asked in &policy.protections[0].rules {
                let uses = asked.rule.uses(&policy.people);
                // Of what a queue lands, each pull request was asked for by itself; a
                // branch may be made where as much was agreed on, and that nothing is
                // new is not believed.
                let people_alone = asked.spec.family == Family::People;
                let by_itself = queued && people_alone && !uses.contains(&Need::Checks);
                if by_itself || asked.spec.span == Span::Landing && (held || none_new) {
                    continue;
                }
                let case = Case { update, change: &change, people: &policy.people, named: false };
                let mut said = Said::default();
                let answer = asked.rule.check(&case, &mut said);
                let unknown = answer.is_err() || !said.unknown.is_empty();
                let finding = judgment.findings.iter();
                let mut finding = finding.filter(|it| it.origin.as_ref() == Some(&asked.origin));
                let decision = finding.next().unwrap().decision();
                let known = said.reasons.iter().map(|it| it.decision).max();
                let known = known.unwrap_or(Decision::Pass);
                let later = policy.stages_that_know(&uses).any(|it| it > change.stage);
                // At the host, a list that is too long may still become known.
                let cut = |it: &Unknown| matches!(it, Unknown::Truncated(..));
                let mut unknowns = said.unknown.iter().chain(answer.as_ref().err());
                if unknown && change.stage == Stage::Github && unknowns.all(cut) {
                    let least = known.max(Decision::Pending);
                    prop_assert_eq!(decision, least, "{}", asked.spec.name);
                } else if unknown && change.stage.is_last() {
                    prop_assert_eq!(decision, Decision::Deny, "{}", asked.spec.name);
                } else if unknown && later {
                    prop_assert!(decision.allows() == known.allows(), "{}", asked.spec.name);
                }
            }
        }
    }

    /// Law 3. A condition that is unknown is no way around a rule.
    #[test]
    fn the_last_stage_asks_although_it_does_not_know_whether_to(
        mut written in protections(),
        stages in stages(),
        world in world(last()),
        seed in any::<u64>(),
    ) {
        let hidden = Hidden { eighths: 8, seed, failed: false };
        let given = Given { world, hidden };
        let with = policy(&stages, &written);
        let conditional = decisions(&verdict(&with, &given));
        // A condition that nothing hidden decides may say no.
        let facts = given.facts();
        let change = given.change(&facts);
        let mut said_no: BTreeSet<(String, Origin)> = BTreeSet::new();
        for update in &change.updates {
            let case = Case { update, change: &change, people: &with.people, named: false };
            let no = |it: &&Protection| {
                it.when.as_ref().is_some_and(|when| when.holds(&case) == Ok(false))
            };
            let asked = with.protections.iter().filter(no).flat_map(|it| &it.rules);
            said_no.extend(asked.map(|it| (update.name.to_string(), it.origin.clone())));
        }
        for it in &mut written {
            it.when = None;
        }
        let always = decisions(&verdict(&policy(&stages, &written), &given));
        for (key, decision) in always {
            let (name, _, origin) = &key;
            if origin.as_ref().is_some_and(|it| said_no.contains(&(name.clone(), it.clone()))) {
                continue;
            }
            prop_assert!(conditional[&key] >= decision, "{key:?}");
        }
    }

    /// Law 6. Order and repetition change nothing, and neither does asking again.
    #[test]
    fn order_and_repetition_change_no_verdict(
        mut written in protections(),
        asked in people_and_checks(),
        given in given(Stage::ALL.to_vec()).prop_flat_map(with_evidence),
        turn in any::<prop::sample::Index>(),
    ) {
        written.push(asked);
        let policy = policy(&Stage::ALL, &written);
        let facts = given.facts();
        let change = given.change(&facts);
        let once = judge(&policy, &change);
        let again = judge(&policy, &change);
        prop_assert_eq!(format!("{once:?}"), format!("{again:?}"));

        let mut repeated = given.clone();
        let len = repeated.world.updates.len();
        repeated.world.updates.rotate_left(turn.index(len));
        for known in repeated.world.facts.update.values_mut() {
            let by = |len: usize| if len == 0 { 0 } else { turn.index(len) };
            if let Some(reviews) = &mut known.reviews {
                reviews.extend(reviews.clone());
                let by = by(reviews.len());
                reviews.rotate_left(by);
            }
            if let Some(comments) = &mut known.comments {
                comments.extend(comments.clone());
                let by = by(comments.len());
                comments.rotate_left(by);
            }
            // Without times, their order is all that is known of pushes.
            for pushes in known.pushes.iter_mut().filter(|it| it.iter().all(|it| it.at.is_some())) {
                pushes.extend(pushes.clone());
                let by = by(pushes.len());
                pushes.rotate_left(by);
            }
        }
        for runs in repeated.world.facts.checks.values_mut() {
            runs.extend(runs.clone());
        }
        prop_assert_eq!(decisions(&once), decisions(&verdict(&policy, &repeated)));
    }

    /// Laws 1, 3 and 5 for rules that say whatever they like.
    #[test]
    fn the_judge_takes_every_rule_at_its_word(
        rules in prop::collection::vec(scripted(), 0..4),
        given in given(Stage::ALL.to_vec()),
    ) {
        let mut policy = policy(&Stage::ALL, &[]);
        let empty = verdict(&policy, &given);
        let asked = rules.iter().cloned().enumerate().map(|(line, rule)| asked(line + 1, rule));
        policy.protections.push(whole(asked.collect()));
        let verdict = verdict(&policy, &given);
        for (judgment, empty) in verdict.judgments.iter().zip(&empty.judgments) {
            prop_assert!(judgment.decision() >= empty.decision());
            for (line, rule) in rules.iter().enumerate() {
                let finding = judgment.findings.iter();
                let mut finding = finding.filter(|it| {
                    it.origin.as_ref().is_some_and(|it| it.line == line + 1)
                });
                let decision = finding.next().unwrap().decision();
                let silent = rule.reasons.is_empty() && rule.unknown.is_none();
                let worst = rule.reasons.iter().copied().max().unwrap_or(Decision::Pass);
                prop_assert!(decision >= worst);
                if silent {
                    prop_assert_eq!(decision, Decision::Deny);
                } else if rule.unknown.is_some() && verdict.stage.is_last() {
                    // At the host, a list that is too long may still become known.
                    let cut = matches!(rule.unknown, Some(Unknown::Truncated(..)));
                    let pending = cut && verdict.stage == Stage::Github;
                    let unknown = if pending { Decision::Pending } else { Decision::Deny };
                    prop_assert_eq!(decision, worst.max(unknown));
                } else if rule.unknown.is_none() {
                    prop_assert_eq!(decision, worst);
                }
            }
        }
    }
}

/// Law 5. Silence is no consent, neither early nor last.
#[test]
fn a_rule_without_a_reason_denies() {
    for stage in Stage::ALL {
        let mut world = cases::World::of_everything();
        world.stage = stage;
        let mut policy = policy(&Stage::ALL, &[]);
        let silent = Scripted { reasons: Vec::new(), unknown: None };
        policy.protections.push(whole(vec![asked(1, silent)]));
        let verdict = verdict(&policy, &Given { world, hidden: Hidden::NOTHING });
        for judgment in &verdict.judgments {
            let finding = judgment.findings.iter().find(|it| it.origin.is_some()).unwrap();
            assert_eq!(finding.decision(), Decision::Deny, "{stage}");
        }
    }
}

/// A rule that says what it is told.
#[derive(Clone, Debug)]
struct Scripted {
    reasons: Vec<Decision>,
    unknown: Option<Unknown>,
}

fn scripted() -> impl Strategy<Value = Scripted> {
    use Decision::{Defer, Deny, Pass, Pending, Warn};
    let reasons = prop::sample::select(vec![Pass, Defer, Warn, Pending, Deny]);
    let unknown = prop::sample::select(vec![
        Unknown::NotHere(Need::Approvals),
        Unknown::Failed(Need::Files, "the disk is on fire".to_owned()),
        Unknown::Truncated(Need::Commits, "there are too many".to_owned()),
    ]);
    (prop::collection::vec(reasons, 0..3), prop::option::of(unknown))
        .prop_map(|(reasons, unknown)| Scripted { reasons, unknown })
}

impl Check for Scripted {
    fn check(&self, _: &Case<'_>, said: &mut Said) -> Fact<()> {
        self.reasons.iter().for_each(|it| said.say(Reason::new(*it, "as told")));
        self.unknown.clone().map_or(Ok(()), Err)
    }

    fn fits(&self, _: &People) -> Result<(), String> {
        Ok(())
    }

    fn uses(&self, _: &People) -> Vec<Need> {
        SPEC.needs.to_vec()
    }
}

static SPEC: Spec = Spec {
    name: "scripted",
    family: Family::Evidence,
    manual: "Says what it is told.\n",
    needs: &[Need::Files],
    when_unknown: WhenUnknown::Defer,
    span: Span::Unjudged,
    read: |_| unreachable!(),
    schema: |_| unreachable!(),
};

fn asked(line: usize, rule: Scripted) -> Asked {
    let origin = Origin { file: "scripted.toml".into(), line };
    Asked { spec: &SPEC, rule: Box::new(rule), settings: toml::Value::Boolean(true), origin }
}

/// A protection of every ref.
fn whole(rules: Vec<Asked>) -> refgate::policy::Protection {
    let text = "version = 1\n[[protect]]\nrefs = [\"**\"]\nfast-forward-only = true\n";
    let mut protection = cases::parse(text).unwrap().protections.remove(0);
    protection.rules = rules;
    protection
}
