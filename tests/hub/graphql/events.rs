//! The timeline of a pull request.

use serde_json::{Value, json};

use super::node::{Got, Node, account};
use super::pull::pull;
use crate::hub::git;
use crate::hub::state::{Happened, Id, Pull, State, World, time};

pub fn event_kind(world: &World, repo: Id, number: u64, id: Id) -> &'static str {
    let it = world.pull(repo, number).events.iter().find(|it| it.id == id).unwrap();
    match it.what {
        Happened::Labeled(_) => "LabeledEvent",
        Happened::Unlabeled(_) => "UnlabeledEvent",
        Happened::Forced { .. } => "HeadRefForcePushedEvent",
        Happened::BaseForced { .. } => "BaseRefForcePushedEvent",
        Happened::Retargeted { .. } => "BaseRefChangedEvent",
        Happened::Dismissed { .. } => "ReviewDismissedEvent",
        Happened::Asked { .. } => "ReviewRequestedEvent",
        Happened::Unasked { .. } => "ReviewRequestRemovedEvent",
        Happened::Renamed { .. } => "RenamedTitleEvent",
        Happened::Closed => "ClosedEvent",
        Happened::Reopened => "ReopenedEvent",
        Happened::Merged { .. } => "MergedEvent",
        Happened::Ready => "ReadyForReviewEvent",
        Happened::Drafted => "ConvertToDraftEvent",
        Happened::HeadDeleted => "HeadRefDeletedEvent",
        Happened::Queued => "AddedToMergeQueueEvent",
        Happened::Unqueued { .. } => "RemovedFromMergeQueueEvent",
    }
}

/// `LabeledEvent` as `LABELED_EVENT`.
fn shouted(kind: &str) -> String {
    let mut out = String::new();
    for it in kind.chars() {
        if it.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(it.to_uppercase());
    }
    out
}

pub fn timeline(world: &World, repo: Id, it: &Pull, args: &Value) -> Got {
    let number = it.number;
    let mut all: Vec<(i64, Id, String, Node)> = Vec::new();
    for one in &it.events {
        all.push((
            one.at,
            one.id,
            shouted(event_kind(world, repo, number, one.id)),
            Node::Event(repo, number, one.id),
        ));
    }
    for one in it.reviews.iter().filter(|it| it.state != State::Pending) {
        all.push((
            one.at,
            one.id,
            "PULL_REQUEST_REVIEW".to_owned(),
            Node::Review(repo, number, one.id),
        ));
    }
    for one in &it.comments {
        all.push((one.at, one.id, "ISSUE_COMMENT".to_owned(), Node::Comment(repo, number, one.id)));
    }
    for sha in git::between(&world.repo(repo).dir, &it.base, &it.head).into_iter().take(250) {
        let at = git::said(&world.repo(repo).dir, &sha).map_or(0, |it| it.committer.2);
        let commit =
            Node::Made("PullRequestCommit", vec![("commit", Got::one(Node::Commit(repo, sha)))]);
        all.push((at, 0, "PULL_REQUEST_COMMIT".to_owned(), commit));
    }
    all.sort_by_key(|it| (it.0, it.1));
    let wanted = args["itemTypes"].as_array();
    all.retain(|it| wanted.is_none_or(|all| all.iter().any(|one| *one == json!(it.2))));
    let (many, updated) = (all.len(), time(it.updated));
    let more = vec![
        ("filteredCount", Got::leaf(many)),
        ("pageCount", Got::leaf(many)),
        ("updatedAt", Got::leaf(updated)),
    ];
    Got::Pages { all: all.into_iter().map(|it| it.3).collect(), more, edges: Vec::new() }
}

pub fn event(world: &World, repo: Id, number: u64, id: Id, name: &str) -> Option<Got> {
    let it = world.pull(repo, number).events.iter().find(|it| it.id == id)?;
    match name {
        "id" => return Some(Got::leaf(format!("EV_{id}"))),
        "actor" | "enqueuer" => return Some(account(world, it.by)),
        "createdAt" => return Some(Got::leaf(time(it.at))),
        "pullRequest" => return Some(Got::one(Node::Pull(repo, number))),
        _ => {}
    }
    let commit = |sha: &str| Got::one(Node::Commit(repo, sha.to_owned()));
    Some(match (&it.what, name) {
        (Happened::Labeled(label) | Happened::Unlabeled(label), "label") => {
            Got::one(Node::Label(repo, label.clone()))
        }
        (Happened::Forced { before, .. } | Happened::BaseForced { before, .. }, "beforeCommit") => {
            commit(before)
        }
        (Happened::Forced { after, .. } | Happened::BaseForced { after, .. }, "afterCommit") => {
            commit(after)
        }
        (Happened::Forced { .. }, "ref") => pull(world, repo, number, "headRef", &Value::Null)?,
        (Happened::Retargeted { from, .. }, "previousRefName") => Got::leaf(from.as_str()),
        (Happened::Retargeted { to, .. }, "currentRefName") => Got::leaf(to.as_str()),
        (Happened::Dismissed { review, .. }, "review") => {
            Got::one(Node::Review(repo, number, *review))
        }
        (Happened::Dismissed { was, .. }, "previousReviewState") => Got::leaf(was.name()),
        (Happened::Dismissed { message, .. }, "dismissalMessage") => Got::leaf(message.as_str()),
        (
            Happened::Asked { user, team } | Happened::Unasked { user, team },
            "requestedReviewer",
        ) => Got::maybe(user.map(Node::Account).or(team.map(Node::Team))),
        (Happened::Renamed { from, .. }, "previousTitle") => Got::leaf(from.as_str()),
        (Happened::Renamed { to, .. }, "currentTitle") => Got::leaf(to.as_str()),
        (Happened::Merged { commit: sha }, "commit") => commit(sha),
        (Happened::Unqueued { reason }, "reason") => Got::leaf(reason.as_str()),
        _ => return None,
    })
}
