//! Keeping what a judgement came to, by the policy and by the floor.

use std::borrow::Cow;

use super::keep;
use crate::github::bot::{Bot, Trouble};
use crate::github::gather::Judgement;
use crate::github::store::Decided;
use crate::github::work::Subject;
use crate::model::{Decision, Timestamp};
use crate::record::{self, Below, Record};
use crate::report;

/// Keeps a judgement, with what the policy and the floor judged by. Answers its id.
pub(super) async fn judged(
    bot: &Bot,
    subject: &Subject,
    judgement: &Judgement,
    now: Timestamp,
) -> Result<u64, Trouble> {
    let verdict = &judgement.verdict;
    let moves = verdict.judgments.iter().flat_map(report::moves).map(report::told);
    let floor = bot.gatherer.floor.as_deref().map(record::digest);
    let policies = judgement.sha256.iter().chain(&floor).cloned();
    let decided = Decided {
        subject: subject.clone(),
        head: judgement.head,
        base: judgement.told.base.clone(),
        at: now,
        decision: Some(verdict.decision()),
        policy: policies.collect::<Vec<_>>().join(" + "),
        summary: report::title(verdict),
        waits_for: if verdict.decision().allows() {
            String::new()
        } else {
            moves.collect::<Vec<_>>().join("; ")
        },
    };
    bot.metrics.decision(match verdict.decision() {
        Decision::Pass | Decision::Defer | Decision::Warn => "allowed",
        Decision::Pending => "pending",
        Decision::Deny => "denied",
    });
    keep::decided(bot, decided, record(judgement).as_deref()).await
}

/// The record: that of the policy, with what the floor came to, or that of the floor.
fn record(judgement: &Judgement) -> Option<Cow<'_, Record>> {
    match (&judgement.record, &judgement.floor) {
        (Some(own), Some(floor)) => {
            let (policy, verdict) = (floor.policy.clone(), floor.verdict.clone());
            let floor = Some(Below { policy, verdict });
            Some(Cow::Owned(Record { floor, ..own.clone() }))
        }
        // Without what the policy said it would tell half of it.
        (None, Some(_)) if judgement.policy.is_some() => None,
        (own, floor) => own.as_ref().or(floor.as_ref()).map(Cow::Borrowed),
    }
}
