//! Pull requests and what is said on them.

use serde_json::{Value, json};

use super::node::{Got, Node, account, ids, person};
use crate::hub::git;
use crate::hub::state::{Happened, Id, Pull, Review, Role, State, World, time};

pub fn field(node: &Node, world: &World, name: &str, args: &Value) -> Option<Got> {
    match node {
        Node::Pull(repo, number) => pull(world, *repo, *number, name, args),
        Node::Review(repo, number, id) => {
            let it = world.pull(*repo, *number).reviews.iter().find(|it| it.id == *id)?;
            review(world, *repo, *number, it, name)
        }
        Node::Comment(repo, number, id) => {
            let it = world.pull(*repo, *number).comments.iter().find(|it| it.id == *id)?;
            said(world, *repo, *number, it, "IC", name)
                .or_else(|| (name == "pullRequest").then(|| Got::one(Node::Pull(*repo, *number))))
        }
        Node::Thread(repo, number, id) => {
            let it = world.pull(*repo, *number).threads.iter().find(|it| it.id == *id)?;
            Some(match name {
                "id" => Got::leaf(format!("PRRT_{id}")),
                "isResolved" => Got::leaf(it.resolved_by.is_some()),
                "isOutdated" => Got::leaf(it.outdated),
                "isCollapsed" => Got::leaf(it.resolved_by.is_some()),
                "path" => Got::leaf(it.path.as_str()),
                "line" => {
                    if it.outdated {
                        Got::NULL
                    } else {
                        Got::leaf(it.line)
                    }
                }
                "originalLine" => Got::leaf(it.line),
                "diffSide" => Got::leaf("RIGHT"),
                "subjectType" => Got::leaf("LINE"),
                "resolvedBy" => it.resolved_by.map_or(Got::NULL, |it| person(world, it)),
                "pullRequest" => Got::one(Node::Pull(*repo, *number)),
                "comments" => Got::pages(
                    it.comments
                        .iter()
                        .map(|one| Node::ThreadComment(*repo, *number, *id, one.id))
                        .collect(),
                ),
                _ => return None,
            })
        }
        Node::ThreadComment(repo, number, thread, id) => {
            let thread = world.pull(*repo, *number).threads.iter().find(|it| it.id == *thread)?;
            let it = thread.comments.iter().find(|it| it.id == *id)?;
            Some(match name {
                "path" => Got::leaf(thread.path.as_str()),
                "line" | "originalLine" => Got::leaf(thread.line),
                "outdated" => Got::leaf(thread.outdated),
                "pullRequestReview" => Got::one(Node::Review(*repo, *number, thread.review)),
                "pullRequest" => Got::one(Node::Pull(*repo, *number)),
                "commit" | "originalCommit" => Got::one(Node::Commit(*repo, thread.commit.clone())),
                "state" => Got::leaf("SUBMITTED"),
                _ => return said(world, *repo, *number, it, "PRRC", name),
            })
        }
        Node::Event(repo, number, id) => super::events::event(world, *repo, *number, *id, name),
        _ => None,
    }
}

pub fn pull(world: &World, repo: Id, number: u64, name: &str, args: &Value) -> Option<Got> {
    let it = world.pull(repo, number);
    let dir = &world.repo(repo).dir;
    let wants = |key: &str, value: &str| {
        args[key].as_array().is_none_or(|all| all.iter().any(|one| one == value))
    };
    Some(match name {
        "number" => Got::leaf(number),
        "title" => Got::leaf(it.title.as_str()),
        "body" | "bodyText" => Got::leaf(it.body.clone().unwrap_or_default()),
        "author" => account(world, it.author),
        "authorAssociation" => Got::leaf(world.association(repo, it.author)),
        "editor" => it.edited.map_or(Got::NULL, |it| account(world, it.1)),
        "lastEditedAt" => it.edited.map_or(Got::NULL, |it| Got::leaf(time(it.0))),
        "includesCreatedEdit" => Got::leaf(it.edited.is_some()),
        "state" => Got::leaf(if it.merged.is_some() {
            "MERGED"
        } else if it.open {
            "OPEN"
        } else {
            "CLOSED"
        }),
        "isDraft" => Got::leaf(it.draft),
        "locked" => Got::leaf(it.locked),
        "closed" => Got::leaf(!it.open),
        "merged" => Got::leaf(it.merged.is_some()),
        "mergedAt" => it.merged.as_ref().map_or(Got::NULL, |it| Got::leaf(time(it.at))),
        "mergedBy" => it.merged.as_ref().map_or(Got::NULL, |it| account(world, it.by)),
        "mergeCommit" => {
            Got::maybe(it.merged.as_ref().map(|it| Node::Commit(repo, it.commit.clone())))
        }
        "createdAt" | "publishedAt" => Got::leaf(time(it.created)),
        "updatedAt" => Got::leaf(time(it.updated)),
        "closedAt" => it.closed.map_or(Got::NULL, |it| Got::leaf(time(it))),
        "baseRefName" => Got::leaf(it.base_ref.as_str()),
        "baseRefOid" => Got::leaf(it.base.as_str()),
        "baseRef" => {
            let there = git::branch_tip(dir, &it.base_ref).is_some();
            Got::maybe(there.then(|| Node::Ref(repo, format!("refs/heads/{}", it.base_ref))))
        }
        "baseRepository" => Got::one(Node::Repo(repo)),
        "headRefName" => Got::leaf(it.head_ref.as_str()),
        "headRefOid" => Got::leaf(it.head.as_str()),
        "headRef" => {
            let home = it
                .head_repo
                .filter(|home| git::branch_tip(&world.repo(*home).dir, &it.head_ref).is_some());
            Got::maybe(home.map(|home| Node::Ref(home, format!("refs/heads/{}", it.head_ref))))
        }
        "headRepository" => Got::maybe(it.head_repo.map(Node::Repo)),
        "headRepositoryOwner" => {
            Got::maybe(it.head_repo.map(|home| Node::Account(world.repo(home).owner)))
        }
        "isCrossRepository" => Got::leaf(it.head_repo != Some(repo)),
        "maintainerCanModify" => Got::leaf(it.maintainer_can_modify),
        "additions" => {
            Got::leaf(changed(world, repo, it).iter().map(|it| it.additions).sum::<u64>())
        }
        "deletions" => {
            Got::leaf(changed(world, repo, it).iter().map(|it| it.deletions).sum::<u64>())
        }
        "changedFiles" => Got::leaf(changed(world, repo, it).len()),
        "mergeable" => {
            let base = git::branch_tip(dir, &it.base_ref);
            Got::leaf(if base.is_some_and(|base| git::merges(dir, &base, &it.head)) {
                "MERGEABLE"
            } else {
                "CONFLICTING"
            })
        }
        "reviewDecision" => decision(world, repo, it),
        "autoMergeRequest" => match it.auto {
            Some((at, by)) => Got::made(
                "AutoMergeRequest",
                vec![
                    ("enabledAt", Got::leaf(time(at))),
                    ("enabledBy", account(world, by)),
                    ("mergeMethod", Got::leaf("MERGE")),
                ],
            ),
            None => Got::NULL,
        },
        "isInMergeQueue" => Got::leaf(world.repo(repo).queue.iter().any(|it| it.number == number)),
        "mergeQueueEntry" => {
            let found = world.repo(repo).queue.iter().find(|it| it.number == number);
            Got::maybe(found.map(|it| Node::Entry(repo, it.id)))
        }
        "mergeQueue" => Got::one(Node::Queue(repo, it.base_ref.clone())),
        "labels" => {
            Got::pages(it.labels.iter().map(|it| Node::Label(repo, it.0.clone())).collect())
        }
        "reviews" => {
            let fits =
                |one: &&Review| one.state != State::Pending && wants("states", one.state.name());
            Got::pages(
                it.reviews
                    .iter()
                    .filter(fits)
                    .map(|it| Node::Review(repo, number, it.id))
                    .collect(),
            )
        }
        "latestReviews" | "latestOpinionatedReviews" => latest(world, repo, it, name, args),
        "comments" => {
            Got::pages(it.comments.iter().map(|it| Node::Comment(repo, number, it.id)).collect())
        }
        "reviewThreads" => {
            Got::pages(it.threads.iter().map(|it| Node::Thread(repo, number, it.id)).collect())
        }
        "reviewRequests" => {
            let users = it.asked.iter().map(|id| Node::Account(*id));
            let all = users.chain(it.asked_teams.iter().map(|id| Node::Team(*id)));
            let request = |who: Node| {
                Node::Made(
                    "ReviewRequest",
                    vec![("requestedReviewer", Got::one(who)), ("asCodeOwner", Got::leaf(false))],
                )
            };
            Got::pages(all.map(request).collect())
        }
        "timelineItems" => super::events::timeline(world, repo, it, args),
        "commits" => {
            let commit = |sha: String| {
                Node::Made(
                    "PullRequestCommit",
                    vec![
                        ("commit", Got::one(Node::Commit(repo, sha))),
                        ("pullRequest", Got::one(Node::Pull(repo, number))),
                    ],
                )
            };
            // GitHub shows the first 250.
            Got::pages(
                git::between(dir, &it.base, &it.head).into_iter().take(250).map(commit).collect(),
            )
        }
        "files" => Got::pages(
            changed(world, repo, it)
                .into_iter()
                .take(3000)
                .map(|it| {
                    let kind = match it.status {
                        "added" => "ADDED",
                        "removed" => "DELETED",
                        "renamed" => "RENAMED",
                        _ => "MODIFIED",
                    };
                    Node::Made(
                        "PullRequestChangedFile",
                        vec![
                            ("path", Got::leaf(it.path)),
                            ("additions", Got::leaf(it.additions)),
                            ("deletions", Got::leaf(it.deletions)),
                            ("changeType", Got::leaf(kind)),
                        ],
                    )
                })
                .collect(),
        ),
        "statusCheckRollup" => super::runs::rollup(world, repo, &it.head),
        "totalCommentsCount" => Got::leaf(it.comments.len()),
        "url" | "permalink" => {
            Got::leaf(format!("{}/{}/pull/{number}", world.web, world.slug(repo)))
        }
        _ => return ids("PR", it.id, name),
    })
}

fn changed(world: &World, repo: Id, it: &Pull) -> Vec<git::Changed> {
    git::changed(&world.repo(repo).dir, &it.base, &it.head)
}

/// The newest review of each person; with opinions alone, what is no verdict changes nothing.
fn latest(world: &World, repo: Id, it: &Pull, name: &str, args: &Value) -> Got {
    let opinions = name == "latestOpinionatedReviews";
    let counts = |one: &&Review| match one.state {
        State::Pending => false,
        State::Commented => !opinions,
        _ => true,
    };
    let writes =
        |one: &Review| args["writersOnly"] != true || world.role(repo, one.author) >= Role::Write;
    let mut found: Vec<&Review> = Vec::new();
    for one in it.reviews.iter().filter(counts).filter(|one| writes(one)) {
        found.retain(|other| other.author != one.author);
        found.push(one);
    }
    Got::pages(found.into_iter().map(|one| Node::Review(repo, it.number, one.id)).collect())
}

fn decision(world: &World, repo: Id, it: &Pull) -> Got {
    let rules = crate::hub::rest::rules_on(world, repo, &it.base_ref);
    let wanted = rules.iter().filter(|it| it["type"] == "pull_request");
    let wanted =
        wanted.filter_map(|it| it["parameters"]["required_approving_review_count"].as_u64()).max();
    let mut last: Vec<(Id, State)> = Vec::new();
    for one in it.reviews.iter().filter(|it| !matches!(it.state, State::Pending | State::Commented))
    {
        last.retain(|other| other.0 != one.author);
        last.push((one.author, one.state));
    }
    last.retain(|one| world.role(repo, one.0) >= Role::Write);
    let many = |state: State| last.iter().filter(|one| one.1 == state).count() as u64;
    match wanted {
        _ if many(State::ChangesRequested) > 0 => Got::leaf("CHANGES_REQUESTED"),
        Some(wanted) if many(State::Approved) < wanted => Got::leaf("REVIEW_REQUIRED"),
        None if many(State::Approved) == 0 => Got::NULL,
        _ => Got::leaf("APPROVED"),
    }
}

fn review(world: &World, repo: Id, number: u64, it: &Review, name: &str) -> Option<Got> {
    Some(match name {
        "state" => Got::leaf(it.state.name()),
        "author" => account(world, it.author),
        "authorAssociation" => Got::leaf(world.association(repo, it.author)),
        "authorCanPushToRepository" => Got::leaf(world.role(repo, it.author) >= Role::Write),
        "body" | "bodyText" => Got::leaf(it.body.as_str()),
        "submittedAt" | "publishedAt" => {
            if it.state == State::Pending {
                Got::NULL
            } else {
                Got::leaf(time(it.at))
            }
        }
        "createdAt" | "updatedAt" => Got::leaf(time(it.at)),
        "lastEditedAt" => it.edited.map_or(Got::NULL, |it| Got::leaf(time(it.0))),
        "editor" => it.edited.map_or(Got::NULL, |it| account(world, it.1)),
        "includesCreatedEdit" => Got::leaf(it.edited.is_some()),
        "isMinimized" => Got::leaf(it.minimized.is_some()),
        "minimizedReason" => Got::leaf(it.minimized.clone()),
        "commit" => Got::one(Node::Commit(repo, it.commit.clone())),
        "onBehalfOf" => {
            let asked = world.teams.values().filter(|team| {
                team.repos.contains_key(&repo) && world.members(team.id).contains_key(&it.author)
            });
            Got::pages(asked.map(|it| Node::Team(it.id)).collect())
        }
        "comments" => {
            let threads = world.pull(repo, number).threads.iter().filter(|one| one.review == it.id);
            Got::pages(
                threads
                    .flat_map(|one| {
                        one.comments
                            .iter()
                            .map(move |it| Node::ThreadComment(repo, number, one.id, it.id))
                    })
                    .collect(),
            )
        }
        "pullRequest" => Got::one(Node::Pull(repo, number)),
        "url" => Got::leaf(format!(
            "{}/{}/pull/{number}#pullrequestreview-{}",
            world.web,
            world.slug(repo),
            it.id
        )),
        _ => return ids("PRR", it.id, name),
    })
}

/// What every comment has.
fn said(
    world: &World,
    repo: Id,
    number: u64,
    it: &crate::hub::state::Comment,
    prefix: &str,
    name: &str,
) -> Option<Got> {
    Some(match name {
        "author" => account(world, it.author),
        "authorAssociation" => Got::leaf(world.association(repo, it.author)),
        "body" | "bodyText" => Got::leaf(it.body.as_str()),
        "createdAt" | "publishedAt" => Got::leaf(time(it.at)),
        "updatedAt" => Got::leaf(time(it.edited.map_or(it.at, |it| it.0))),
        "lastEditedAt" => it.edited.map_or(Got::NULL, |it| Got::leaf(time(it.0))),
        "editor" => it.edited.map_or(Got::NULL, |it| account(world, it.1)),
        "includesCreatedEdit" => Got::leaf(it.edited.is_some()),
        "isMinimized" => Got::leaf(it.minimized.is_some()),
        "minimizedReason" => Got::leaf(it.minimized.clone()),
        "url" => Got::leaf(format!(
            "{}/{}/pull/{number}#issuecomment-{}",
            world.web,
            world.slug(repo),
            it.id
        )),
        _ => return ids(prefix, it.id, name),
    })
}
