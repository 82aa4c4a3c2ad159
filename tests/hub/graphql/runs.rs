//! Checks, statuses, workflows, the merge queue.

use serde_json::json;

use super::node::{Got, Node, account, ids};
use crate::hub::show_runs::worst;
use crate::hub::state::{Id, World, time};

/// Checks and statuses together; null if there are none.
pub fn rollup(world: &World, repo: Id, sha: &str) -> Got {
    let any = world.repo(repo).runs.iter().any(|it| it.sha == sha)
        || world.repo(repo).statuses.iter().any(|it| it.sha == sha);
    Got::maybe(any.then(|| Node::Rollup(repo, sha.to_owned())))
}

pub fn state_of(all: &[String]) -> &'static str {
    let any = |states: &[&str]| all.iter().any(|it| states.contains(&it.as_str()));
    match () {
        () if any(&[
            "FAILURE",
            "ERROR",
            "TIMED_OUT",
            "CANCELLED",
            "ACTION_REQUIRED",
            "STARTUP_FAILURE",
        ]) =>
        {
            "FAILURE"
        }
        () if any(&["PENDING"]) => "PENDING",
        () => "SUCCESS",
    }
}

pub fn contexts(world: &World, repo: Id, sha: &str, name: &str) -> Option<Got> {
    let runs = world.latest_runs(repo, |it| it.sha == sha);
    let statuses = crate::hub::rest::newest_statuses(world, repo, sha);
    Some(match name {
        "id" => Got::leaf(format!("SCR_{repo}_{sha}")),
        "commit" => Got::one(Node::Commit(repo, sha.to_owned())),
        "state" => {
            let of_runs = runs.iter().map(|it| {
                it.conclusion.as_ref().map_or("PENDING".to_owned(), |it| it.to_uppercase())
            });
            Got::leaf(state_of(
                &of_runs
                    .chain(statuses.iter().map(|it| it.state.to_uppercase()))
                    .collect::<Vec<_>>(),
            ))
        }
        "contexts" => {
            let more = vec![
                ("checkRunCount", Got::leaf(runs.len())),
                ("statusContextCount", Got::leaf(statuses.len())),
            ];
            let all = runs
                .iter()
                .map(|it| Node::Run(repo, it.id))
                .chain(statuses.iter().map(|it| Node::Status(repo, it.id)));
            Got::Pages { all: all.collect(), more, edges: Vec::new() }
        }
        _ => return None,
    })
}

pub fn suite(world: &World, repo: Id, id: Id, name: &str) -> Option<Got> {
    let it = world.repo(repo).suites.iter().find(|it| it.id == id)?;
    let runs = world.latest_runs(repo, |run| run.suite == id);
    let done = !runs.is_empty() && runs.iter().all(|it| it.status == "completed");
    Some(match name {
        "app" => Got::one(Node::App(it.app)),
        "commit" => Got::one(Node::Commit(repo, it.sha.clone())),
        "branch" => {
            Got::maybe(it.branch.as_ref().map(|it| Node::Ref(repo, format!("refs/heads/{it}"))))
        }
        "status" => Got::leaf(if done {
            "COMPLETED"
        } else if runs.is_empty() {
            "QUEUED"
        } else {
            "IN_PROGRESS"
        }),
        "conclusion" => {
            if done {
                Got::leaf(worst(&runs).to_uppercase())
            } else {
                Got::NULL
            }
        }
        "createdAt" | "updatedAt" => Got::leaf(time(it.at)),
        "checkRuns" => Got::pages(runs.iter().map(|it| Node::Run(repo, it.id)).collect()),
        "workflowRun" => Got::maybe(
            world
                .repo(repo)
                .workflow_runs
                .iter()
                .find(|it| it.suite == id)
                .map(|it| Node::Workflow(repo, it.id)),
        ),
        _ => return ids("CS", id, name),
    })
}

pub fn run(world: &World, repo: Id, id: Id, name: &str) -> Option<Got> {
    let it = world.repo(repo).runs.iter().find(|it| it.id == id)?;
    Some(match name {
        "name" => Got::leaf(it.name.as_str()),
        "status" => Got::leaf(it.status.to_uppercase()),
        "conclusion" => Got::leaf(it.conclusion.as_ref().map(|it| it.to_uppercase())),
        "startedAt" => Got::leaf(time(it.started)),
        "completedAt" => Got::leaf(it.completed.map(time)),
        "detailsUrl" => Got::leaf(it.details_url.clone()),
        "externalId" => Got::leaf(it.external_id.clone()),
        "title" => Got::leaf(it.title.clone()),
        "summary" => Got::leaf(it.summary.clone()),
        "text" => Got::leaf(it.text.clone()),
        "checkSuite" => Got::one(Node::Suite(repo, it.suite)),
        "isRequired" => Got::leaf(false),
        "url" | "permalink" => Got::leaf(format!("{}/{}/runs/{id}", world.web, world.slug(repo))),
        "annotations" => Got::pages(
            it.annotations
                .iter()
                .map(|it| {
                    let text = |key: &str| Got::leaf(it[key].clone());
                    let level = it["annotation_level"].as_str().unwrap_or("notice").to_uppercase();
                    Node::Made(
                        "CheckAnnotation",
                        vec![
                            ("path", text("path")),
                            ("message", text("message")),
                            ("title", text("title")),
                            ("annotationLevel", Got::leaf(level)),
                        ],
                    )
                })
                .collect(),
        ),
        _ => return ids("CR", id, name),
    })
}

pub fn status(world: &World, repo: Id, id: Id, name: &str) -> Option<Got> {
    let it = world.repo(repo).statuses.iter().find(|it| it.id == id)?;
    Some(match name {
        "id" => Got::leaf(format!("SC_{id}")),
        "context" => Got::leaf(it.context.as_str()),
        "state" => Got::leaf(it.state.to_uppercase()),
        "description" => Got::leaf(it.description.clone()),
        "targetUrl" => Got::leaf(it.url.clone()),
        "createdAt" => Got::leaf(time(it.at)),
        "creator" => account(world, it.creator),
        "commit" => Got::one(Node::Commit(repo, it.sha.clone())),
        "isRequired" => Got::leaf(false),
        _ => return None,
    })
}

pub fn workflow(world: &World, repo: Id, id: Id, name: &str) -> Option<Got> {
    let it = world.repo(repo).workflow_runs.iter().find(|it| it.id == id)?;
    let page = format!("{}/{}", world.web, world.slug(repo));
    let file = it.path.rsplit('/').next().unwrap_or("");
    Some(match name {
        "event" => Got::leaf(it.event.as_str()),
        "runNumber" => Got::leaf(1),
        "createdAt" | "updatedAt" => Got::leaf(time(it.at)),
        "checkSuite" => Got::one(Node::Suite(repo, it.suite)),
        "url" => Got::leaf(format!("{page}/actions/runs/{id}")),
        "resourcePath" => Got::leaf(format!("/{}/actions/runs/{id}", world.slug(repo))),
        "file" => Got::made(
            "WorkflowRunFile",
            vec![
                ("path", Got::leaf(it.path.as_str())),
                ("url", Got::leaf(format!("{page}/blob/{}/{}", it.sha, it.path))),
                (
                    "resourcePath",
                    Got::leaf(format!("/{}/blob/{}/{}", world.slug(repo), it.sha, it.path)),
                ),
            ],
        ),
        "workflow" => Got::made(
            "Workflow",
            vec![
                ("name", Got::leaf(it.name.as_str())),
                ("state", Got::leaf("ACTIVE")),
                ("databaseId", Got::leaf(world.workflow_id(&it.path))),
                ("url", Got::leaf(format!("{page}/actions/workflows/{file}"))),
                (
                    "resourcePath",
                    Got::leaf(format!("/{}/actions/workflows/{file}", world.slug(repo))),
                ),
            ],
        ),
        _ => return ids("WFR", id, name),
    })
}

pub fn queue(world: &World, repo: Id, branch: &str, name: &str) -> Option<Got> {
    Some(match name {
        "id" => Got::leaf(format!("MQ_{repo}_{branch}")),
        "entries" => {
            let all = world.repo(repo).queue.iter().filter(|it| it.base == branch);
            Got::pages(all.map(|it| Node::Entry(repo, it.id)).collect())
        }
        "url" => Got::leaf(format!("{}/{}/queue/{branch}", world.web, world.slug(repo))),
        "configuration" => Got::made(
            "MergeQueueConfiguration",
            vec![("mergingStrategy", Got::leaf("ALLGREEN")), ("mergeMethod", Got::leaf("MERGE"))],
        ),
        _ => return None,
    })
}

pub fn entry(world: &World, repo: Id, id: Id, name: &str) -> Option<Got> {
    let it = world.repo(repo).queue.iter().find(|it| it.id == id)?;
    let before =
        world.repo(repo).queue.iter().filter(|one| one.base == it.base && one.id <= id).count();
    Some(match name {
        "id" => Got::leaf(format!("MQE_{id}")),
        "pullRequest" => Got::one(Node::Pull(repo, it.number)),
        "enqueuer" => account(world, it.by),
        "enqueuedAt" => Got::leaf(time(it.at)),
        "position" => Got::leaf(before),
        "state" => Got::leaf(it.state),
        "solo" | "jump" => Got::leaf(false),
        "baseCommit" => Got::one(Node::Commit(repo, it.base_sha.clone())),
        "headCommit" => Got::one(Node::Commit(repo, it.head.clone())),
        "mergeQueue" => Got::one(Node::Queue(repo, it.base.clone())),
        _ => return None,
    })
}
