//! The presets do what their comments say.
//!
//! Every sentence of a comment in `policies/` is a claim; every claim has at
//! least one case below that shows it. A claim without a case, and a case
//! without a claim, is a failure.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "presets/cases.rs"]
mod cases;
#[path = "presets/push.rs"]
mod push;

use std::collections::BTreeSet;

use cases::{CASES, Expect};
use refgate::model::{Decision, Need, Stage};
use refgate::policy::{self, PRESETS, Policy};

fn preset(name: &str) -> Policy {
    let text = policy::preset(name).unwrap();
    let parsed = policy::parse(name, text, &mut |_| Err("presets extend presets alone".into()));
    parsed.unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn every_case_is_judged_as_claimed() {
    let mut wrong = Vec::new();
    for (at, case) in CASES.iter().enumerate() {
        let (decision, rules) = (case.change)().judged(&preset(case.preset));
        let right = match case.expect {
            Expect::Allowed => decision.allows() && rules.is_empty(),
            Expect::Pending(rule) => decision == Decision::Pending && rules == [rule],
            Expect::Warned(rule) => decision == Decision::Warn && rules == [rule],
            Expect::Denied(rule) => decision == Decision::Deny && rules == [rule],
        };
        if !right {
            let (preset, claim) = (case.preset, case.claim);
            let expect = &case.expect;
            wrong.push(format!(
                "case {at} of {preset}: {claim}\n  wanted {expect:?}, got {decision:?} {rules:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_claim_has_a_case_and_every_case_a_claim() {
    for (name, text) in PRESETS {
        let claims = sentences(text);
        let of_preset = CASES.iter().filter(|it| it.preset == *name);
        let shown: BTreeSet<_> = of_preset.map(|it| it.claim.to_owned()).collect();
        let general: BTreeSet<_> = GENERAL.iter().map(|(it, _)| (*it).to_owned()).collect();
        let unshown: Vec<_> =
            claims.iter().filter(|it| !shown.contains(*it) && !general.contains(*it)).collect();
        assert!(unshown.is_empty(), "{name}: no case shows {unshown:#?}");
        let unclaimed: Vec<_> = shown.iter().filter(|it| !claims.contains(*it)).collect();
        assert!(unclaimed.is_empty(), "{name}: cases for what nobody claims: {unclaimed:#?}");
    }
}

/// What a comment claims of a whole preset.
type General = fn(&Policy) -> bool;

/// Claims about whole presets, and what shows them.
const GENERAL: &[(&str, General)] = &[
    ("Asks nothing of people", |policy| !uses(policy, &[Need::Approvals, Need::Teams])),
    ("Every rule is decided at pre-receive at the latest", |policy| {
        let rules = policy.protections.iter().flat_map(|it| &it.rules);
        let mut needs = rules.map(|it| it.rule.decides_by(&policy.people));
        needs.all(|it| policy.stages_that_know(&it).any(|stage| stage <= Stage::PreReceive))
    }),
    ("Stands on baseline: all that it asks is asked here too", |policy| {
        let asked = |policy: &Policy| -> BTreeSet<_> {
            let rules =
                policy.protections.iter().flat_map(|it| it.rules.iter().map(|it| &it.origin));
            rules.map(ToString::to_string).map(|it| it.replace("preset:", "")).collect()
        };
        asked(&preset("baseline")).is_subset(&asked(policy))
    }),
    ("Needs the github stage, since only a host knows who has approved", |policy| {
        policy.stages.contains(&Stage::Github) && uses(policy, &[Need::Approvals])
    }),
];

fn uses(policy: &Policy, needs: &[Need]) -> bool {
    let rules = policy.protections.iter().flat_map(|it| &it.rules);
    rules.flat_map(|it| it.rule.uses(&policy.people)).any(|it| needs.contains(&it))
}

#[test]
fn general_claims_hold() {
    for (name, text) in PRESETS {
        let policy = preset(name);
        for (claim, holds) in GENERAL.iter().filter(|(it, _)| sentences(text).contains(*it)) {
            assert!(holds(&policy), "{name}: {claim}");
        }
    }
}

/// The sentences of a policy's comments, without the full stop.
fn sentences(text: &str) -> BTreeSet<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        match line.trim_start().strip_prefix('#').map(str::trim) {
            Some(comment) if !comment.is_empty() => {
                let last = paragraphs.last_mut().unwrap();
                format!("{last} {comment}").trim().clone_into(last);
            }
            Some(_) | None => paragraphs.push(String::new()),
        }
    }
    let sentences = paragraphs.iter().flat_map(|it| it.split(". "));
    let sentences = sentences.map(|it| it.trim().trim_end_matches('.').to_owned());
    sentences.filter(|it| !it.is_empty()).collect()
}
