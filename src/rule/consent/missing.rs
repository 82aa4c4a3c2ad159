//! What is missing, and whose move it is.

use std::collections::BTreeSet;

use super::fresh::CARRIED;
use super::requirement::Leaf;
use super::stand::Standing;
use super::tally::Tally;
use super::weigh::Weighed;
use super::{Crew, Hearing, Key, Role};
use crate::model::{Act, Ignored, Move, Outcome, Place, Reason, Whose};
use crate::rule::Case;

/// Says what is missing, and whose move it is.
#[expect(clippy::too_many_arguments, reason = "all that was found out goes into one sentence")]
pub(super) fn missing(
    mut weighed: Weighed,
    leaf: &Leaf,
    tally: &Tally,
    short: usize,
    found: &str,
    hearing: &Hearing,
    crew: &Crew,
    case: &Case<'_>,
) -> Weighed {
    let counted: BTreeSet<&Key> = tally.groups.iter().flatten().collect();
    let mut others: Vec<String> = Vec::new();
    for (from, group) in leaf.groups.iter().zip(&tally.groups) {
        let full = group.len() >= leaf.count;
        if full && !leaf.distinct {
            continue;
        }
        let from = case.people.spelled_out(from.as_deref().unwrap_or_default());
        let open = from.into_iter();
        others.extend(open.filter(|it| !counted.contains(&Key::from(case.people.called(it)))));
    }
    others.dedup();
    let mine = |it: &String| crew.roles.contains_key(&Key::from(case.people.called(it)));
    let strict = !leaf.terms.allow_contributor;
    others.retain(|it| !(strict && mine(it)));
    let head = hearing.head.short();
    let able = unable(leaf, crew, case);
    let hint = if able.is_some() {
        "have more people named in the policy, or let someone else propose it".to_owned()
    } else if !others.is_empty() {
        format!("ask {} to approve {head}", case.people.names(&others))
    } else {
        others = again(&weighed.part.ignored);
        match others.is_empty() {
            true => format!("ask someone else to approve {head}"),
            false => format!("ask {} to look at {head} again", case.people.names(&others)),
        }
    };
    let next = match able {
        Some(_) => Move::new(Whose::Keeper, Act::Repair),
        None => Move::new(Whose::Reviewer(others), Act::Approve).by(short),
    };
    let reason = Reason::pending(found).code("approvals-missing").hint(&hint).next(next.clone());
    if let Some((able, wanted)) = able {
        let what = match able {
            0 => "nobody named may approve this change".to_owned(),
            able => format!("only {able} of the {wanted} people needed may approve this change"),
        };
        let reason = Reason::pending(what).code("not-enough-eligible-approvers");
        weighed.reasons.push(reason.hint(&hint).next(next));
    }
    let ignored: Vec<_> = weighed
        .part
        .ignored
        .iter()
        .map(|it| match it.code.as_str() {
            // Whoever was not asked is no news to whoever waits.
            "approver-not-asked" => Reason::pass(&it.what).code(&it.code),
            code => Reason::pending(&it.what).code(code).hint(&hint),
        })
        .collect();
    weighed.reasons.extend(ignored);
    weighed.says(reason)
}

/// Those whose approval has ended, and who may give it again.
fn again(ignored: &[Ignored]) -> Vec<String> {
    let ended = [
        "approval-invalidated-by-push",
        "approval-not-after-push",
        "approval-predates-head",
        "approval-time-unknown",
        "base-branch-changed-after-approval",
        "comment-edited",
        "content-changed",
        "patch-changed",
        "resulting-content-differs-from-reviewed",
        "content-unknown",
        "ignored-commit-not-authenticated",
        "push-time-unknown",
        "review-dismissed",
        "statement-expired",
        "update-merge-not-clean",
    ];
    let ended = ignored.iter().filter(|it| ended.contains(&it.code.as_str()));
    ended.map(|it| it.by.0.clone()).collect()
}

/// How many of the people named may approve, if that is fewer than needed.
fn unable(leaf: &Leaf, crew: &Crew, case: &Case<'_>) -> Option<(usize, usize)> {
    if leaf.terms.allow_contributor {
        return None;
    }
    leaf.groups.iter().flatten().find_map(|from| {
        if case.people.has_team(from) {
            return None;
        }
        let members = case.people.members(from).into_iter();
        let keys: BTreeSet<Key> = members.map(|it| Key::from(case.people.called(it))).collect();
        let may = |it: &&Key| match crew.roles.get(*it) {
            None => true,
            Some(Role::Author) => leaf.terms.allow_author,
            Some(_) => leaf.terms.allow_non_author_contributor,
        };
        let able = keys.iter().filter(may).count();
        (able < leaf.count).then_some((able, leaf.count))
    })
}

/// Tells what made the count what it is.
pub(super) fn tell(weighed: &mut Weighed, crew: &Crew, standing: &Standing, known: &[Ignored]) {
    if weighed.part.outcome == Outcome::Satisfied {
        let ignored = weighed.part.ignored.iter();
        let reasons = ignored.map(|it| Reason::pass(&it.what).code(&it.code));
        weighed.reasons.extend(reasons);
    }
    for told in standing.stands.iter().filter_map(|it| it.told.as_ref()).chain(known) {
        weighed.reasons.push(Reason::pass(&told.what).code(&told.code));
    }
    if standing.stands.iter().filter_map(|it| it.told.as_ref()).any(|it| it.code == CARRIED) {
        let what = "what would land is what was approved, to the byte";
        weighed.reasons.push(Reason::pass(what).code("no-code-change"));
    }
    for (commit, pusher) in &crew.by_pusher {
        let what = format!("belongs to nobody known; {pusher} pushed it");
        let reason = Reason::pass(what).at(Place::commit(*commit)).code("attributed-to-pusher");
        weighed.reasons.push(reason);
    }
    for actor in &crew.suggested {
        let what = format!("{actor} suggested a part in a review, which makes nobody an author");
        weighed.reasons.push(Reason::pass(what).code("suggestion-coauthor-allowed"));
    }
}
