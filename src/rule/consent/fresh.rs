//! Whether a word is still about what would land.

use bstr::BString;

use super::words::{Via, Word};
use super::{Crew, Hearing, Invalidate, Terms};
use crate::model::{ChangeId, Content, Oid, RefName, Timestamp};
use crate::rule::Case;

/// How much of a change a word is still about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Left {
    /// All of it.
    Whole,
    /// All but these paths, which were touched since.
    But(Vec<BString>),
}

/// The code of an approval that outlived a push, as the head brings the same.
pub(super) const CARRIED: &str = "approval-carried-over-equivalent-rebase";

/// Why a word counts no more: for programs, and what follows "approved, but".
pub(super) type Why = (&'static str, String);

/// What is left of a word, with what is worth telling; or why nothing is.
pub(super) fn fresh(
    word: &Word,
    hearing: &Hearing,
    crew: &Crew,
    terms: &Terms,
    case: &Case<'_>,
) -> Result<(Left, Option<Why>), Why> {
    if let Via::Statement { change, target, until } = &word.via {
        let left = signed(*change, target, *until, hearing, case)?;
        if terms.invalidate == Invalidate::Push {
            after_push(word, hearing, crew)?;
        }
        return Ok((left, None));
    }
    if let Some(retarget) = retarget(word, hearing, terms) {
        return Err(retarget);
    }
    if terms.invalidate == Invalidate::None {
        return Ok((Left::Whole, None));
    }
    let pushed = match after_push(word, hearing, crew) {
        Ok(()) => return Ok((Left::Whole, told(word, hearing, crew))),
        Err(why) => why,
    };
    match terms.invalidate {
        Invalidate::Push => Err(blame(pushed, crew)),
        Invalidate::Content | Invalidate::Paths => same_content(word, hearing, terms, case)
            .map_err(|why| blame(why.unwrap_or(pushed), crew)),
        Invalidate::None => Ok((Left::Whole, None)),
    }
}

/// A signed word names the content and the ref that it is about.
fn signed(
    change: ChangeId,
    target: &RefName,
    until: Option<Timestamp>,
    hearing: &Hearing,
    case: &Case<'_>,
) -> Result<Left, Why> {
    if until.is_some_and(|until| until <= case.change.at) {
        return Err(("statement-expired", "the statement's time is over".to_owned()));
    }
    if *target != case.update.name {
        return Err(("statement-for-other-ref", format!("the statement is for {target}")));
    }
    match case.change.facts.content(case.update, hearing.head) {
        Ok(content) if content.id() == change => Ok(Left::Whole),
        Ok(_) => Err(("content-changed", "the statement is about another content".to_owned())),
        Err(_) => Err(("content-unknown", "what the head brings is not known here".to_owned())),
    }
}

/// Whether the target was another when the word was said.
fn retarget(word: &Word, hearing: &Hearing, terms: &Terms) -> Option<Why> {
    if terms.keeps_on_retarget {
        return None;
    }
    let later = |at: Timestamp| word.at.is_none_or(|said| said <= at);
    let change = hearing.proposal.retargets.iter().find(|it| later(it.at))?;
    let what = format!("for `{}`, which was the target then", change.from);
    Some(("base-branch-changed-after-approval", what))
}

/// Whether a word was said after everything that is not ignored arrived.
fn after_push(word: &Word, hearing: &Hearing, crew: &Crew) -> Result<(), Why> {
    let here = word.commit == Some(hearing.head);
    // What was looked at is known better than when what was pushed.
    if let Some(commit) = word.commit.filter(|_| !here)
        && !crew.is_whole(hearing, commit)
    {
        return Err(("approval-predates-head", format!("{}, an older commit", commit.short())));
    }
    let Some(arrival) = crew.arrival else {
        if here {
            return Ok(());
        }
        let what = "when the head was pushed is not known";
        return Err(("push-time-unknown", what.to_owned()));
    };
    let Some(said) = word.at else {
        if here {
            return Ok(());
        }
        return Err(older(word).unwrap_or_else(|| {
            ("approval-time-unknown", "when that was is not known".to_owned())
        }));
    };
    match said.cmp(&arrival) {
        std::cmp::Ordering::Greater => Ok(()),
        std::cmp::Ordering::Equal => {
            Err(("approval-not-after-push", "in the very second of the last push".to_owned()))
        }
        std::cmp::Ordering::Less => Err(older(word).unwrap_or_else(|| {
            ("approval-invalidated-by-push", "before the last push".to_owned())
        })),
    }
}

/// That a word is about a head that is known to be another.
fn older(word: &Word) -> Option<Why> {
    let commit = word.commit?;
    Some(("approval-predates-head", format!("{}, an older commit", commit.short())))
}

/// Whether what the head brings is what the head of then brought. The error is
/// empty if the head of then is not known.
fn same_content(
    word: &Word,
    hearing: &Hearing,
    terms: &Terms,
    case: &Case<'_>,
) -> Result<(Left, Option<Why>), Option<Why>> {
    let then = word.commit.or_else(|| hearing.pushes.head_at(word.at?)).ok_or(None)?;
    if then == hearing.head {
        return Ok((Left::Whole, None));
    }
    let facts = case.change.facts;
    let both = [then, hearing.head].map(|it| facts.content(case.update, it));
    let [Ok(before), Ok(now)] = &both else {
        return Err(Some(older_content(
            then,
            "whose content is not known here",
            "content-unknown",
        )));
    };
    if before.id() == now.id() {
        let what = format!("{} brought the same content", then.short());
        return Ok((Left::Whole, Some((CARRIED, what))));
    }
    let changed = || {
        Some(match below(now, before) {
            Some(true) => {
                let what = "whose files the target changed since";
                older_content(then, what, "resulting-content-differs-from-reviewed")
            }
            Some(false) => older_content(then, "that brought another content", "patch-changed"),
            None => older_content(then, "that brought another content", "content-changed"),
        })
    };
    if terms.invalidate != Invalidate::Paths {
        return Err(changed());
    }
    let touched = now.touched_since(before).ok_or_else(changed)?;
    let touched: Vec<_> = touched.into_iter().map(ToOwned::to_owned).collect();
    let what = format!("{} paths were touched since {}", touched.len(), then.short());
    Ok((Left::But(touched), Some(("approval-kept-for-paths", what))))
}

/// Whether two contents differ only in files that the target changed below them;
/// `None` if only their names are known.
fn below(now: &Content, before: &Content) -> Option<bool> {
    let mut differences = now.differences(before)?;
    Some(differences.all(|it| match it {
        (Some(now), Some(before)) => now.old != before.old,
        _ => false,
    }))
}

fn older_content(then: Oid, what: &str, code: &'static str) -> Why {
    (code, format!("{}, an older commit {what}", then.short()))
}

/// What is worth telling of a word that counts.
fn told(word: &Word, hearing: &Hearing, crew: &Crew) -> Option<Why> {
    let clean = crew.clean.first()?;
    let newer = hearing.pushes.head_arrival()? >= word.at?;
    let commit = clean.map_or_else(String::new, |it| it.short());
    let what = format!("{commit} merges the target and adds nothing");
    newer.then_some(("clean-update-merge-ignored", what))
}

/// Why a word counts no more, in the light of commits that were not ignored
/// though the terms say so.
fn blame(why: Why, crew: &Crew) -> Why {
    let short = |it: &Option<Oid>| it.map_or_else(String::new, |it| it.short());
    let (code, what) = why;
    if code == "push-time-unknown" {
        return (code, what);
    }
    if let Some(commit) = crew.unproven.first() {
        let what = format!("{what}; nothing proves who made {}", short(commit));
        return ("ignored-commit-not-authenticated", what);
    }
    if let Some(commit) = crew.unclean.first() {
        let what = format!("{what}; the merge {} adds something of its own", short(commit));
        return ("update-merge-not-clean", what);
    }
    (code, what)
}
