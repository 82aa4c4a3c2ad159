//! Deliveries about pull requests, what is said on them, and branches.

use super::payload::{Payload, oid};
use super::{Cause, Heard, Note, Subject, Unheard};
use crate::model::Opinion;

/// The repository that a delivery tells of, and its slot.
fn subject(payload: &Payload, number: u64) -> Result<Subject, Unheard> {
    Ok(Subject::Pull { home: payload.home()?, number })
}

pub(super) fn pull_request(
    action: &str,
    payload: &Payload,
    heard: &mut Heard,
) -> Result<(), Unheard> {
    let pull = payload.pull_request.as_ref().ok_or(Unheard::Lacks("pull_request"))?;
    let retargeted = payload.changes.as_ref().is_some_and(|it| it.base.is_some());
    let cause = match action {
        "opened" | "closed" | "reopened" | "synchronize" | "ready_for_review" => Cause::Head,
        "edited" if retargeted => Cause::Base,
        "edited" => Cause::Text,
        "labeled" | "unlabeled" => Cause::Label,
        "converted_to_draft"
        | "auto_merge_enabled"
        | "auto_merge_disabled"
        | "enqueued"
        | "dequeued" => Cause::Proposal,
        // Who is asked to review decides nothing, nor who may comment, nor a milestone.
        "review_requested"
        | "review_request_removed"
        | "assigned"
        | "unassigned"
        | "locked"
        | "unlocked"
        | "milestoned"
        | "demilestoned" => return Ok(()),
        // What GitHub did not have when this was written may be about anything.
        _ => Cause::Head,
    };
    let subject = subject(payload, pull.number)?;
    let head = oid(pull.head.as_ref().and_then(|it| it.sha.as_ref()));
    let head = head.ok_or(Unheard::Lacks("pull_request.head.sha"))?;
    let home = payload.home()?;
    let note = |before, after, seen: bool, by: Option<String>| Note::Push {
        repository: home.repository,
        number: pull.number,
        before,
        after,
        at: pull.updated_at.filter(|_| seen),
        by: by.filter(|it| !it.is_empty()),
    };
    match action {
        // Whoever opens it need not have pushed it: a bot may, for anybody.
        "opened" => heard.notes.push(note(None, head, true, None)),
        "synchronize" => {
            // A later push may have moved the head since; the delivery tells of its own.
            let after = oid(payload.after.as_ref()).unwrap_or(head);
            let by = Some(payload.sender());
            heard.notes.push(note(oid(payload.before.as_ref()), after, true, by));
        }
        // While it was closed, pushes were not told of.
        "reopened" => heard.notes.push(note(None, head, false, None)),
        _ => {}
    }
    heard.nudge(subject, cause);
    Ok(())
}

pub(super) fn review(action: &str, payload: &Payload, heard: &mut Heard) -> Result<(), Unheard> {
    let pull = payload.pull_request.as_ref().ok_or(Unheard::Lacks("pull_request"))?;
    let review = payload.review.as_ref().ok_or(Unheard::Lacks("review"))?;
    let subject = subject(payload, pull.number)?;
    if action == "submitted" {
        let says = match review.state.as_deref().unwrap_or_default().to_ascii_lowercase().as_str() {
            "approved" => Some(Opinion::Approved),
            "changes_requested" => Some(Opinion::ChangesRequested),
            "commented" => Some(Opinion::Commented),
            "dismissed" => Some(Opinion::Dismissed),
            _ => None,
        };
        if let Some((says, commit)) = says.zip(oid(review.commit_id.as_ref())) {
            heard.notes.push(Note::Review {
                repository: payload.home()?.repository,
                number: pull.number,
                review: review.id,
                commit,
                says,
            });
        }
    }
    heard.nudge(subject, Cause::Review);
    Ok(())
}

pub(super) fn thread(payload: &Payload, heard: &mut Heard) -> Result<(), Unheard> {
    let pull = payload.pull_request.as_ref().ok_or(Unheard::Lacks("pull_request"))?;
    heard.nudge(subject(payload, pull.number)?, Cause::Thread);
    Ok(())
}

/// A comment of a thread. Nobody's word is in it; but a thread goes with its last one.
pub(super) fn thread_comment(
    action: &str,
    payload: &Payload,
    heard: &mut Heard,
) -> Result<(), Unheard> {
    match action {
        "edited" => Ok(()),
        _ => thread(payload, heard),
    }
}

pub(super) fn comment(payload: &Payload, heard: &mut Heard) -> Result<(), Unheard> {
    let issue = payload.issue.as_ref().ok_or(Unheard::Lacks("issue"))?;
    if issue.pull_request.is_some() {
        heard.nudge(subject(payload, issue.number)?, Cause::Comment);
    }
    Ok(())
}

pub(super) fn merge_group(
    action: &str,
    payload: &Payload,
    heard: &mut Heard,
) -> Result<(), Unheard> {
    let cause = match action {
        "checks_requested" => Cause::Queue,
        "destroyed" => Cause::Dequeued,
        _ => return Ok(()),
    };
    let group = payload.merge_group.as_ref().ok_or(Unheard::Lacks("merge_group"))?;
    let lacks = Unheard::Lacks("merge_group.head_sha, base_sha or base_ref");
    let head = oid(group.head_sha.as_ref()).ok_or(lacks.clone())?;
    let onto = oid(group.base_sha.as_ref()).ok_or(lacks.clone())?;
    let base = group.base_ref.as_deref().ok_or(lacks)?;
    let base = base.strip_prefix("refs/heads/").unwrap_or(base).to_owned();
    heard.nudge(Subject::Group { home: payload.home()?, head, base, onto }, cause);
    Ok(())
}

pub(super) fn push(payload: &Payload, heard: &mut Heard) -> Result<(), Unheard> {
    let name = payload.reference.as_deref().ok_or(Unheard::Lacks("ref"))?;
    let Some(branch) = name.strip_prefix("refs/heads/") else { return Ok(()) };
    if !branch.starts_with("gh-readonly-queue/") {
        let subject = Subject::Branch { home: payload.home()?, name: branch.to_owned() };
        heard.nudge(subject, Cause::Target);
    }
    Ok(())
}
