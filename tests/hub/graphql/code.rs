//! Repositories, commits, refs, checks, the merge queue.

use serde_json::{Value, json};

use super::super::git;
use super::super::show::worst;
use super::super::state::{Id, Pull, World, time};
use super::node::{Got, Node, account, ids};

pub fn field(node: &Node, world: &World, name: &str, args: &Value) -> Option<Got> {
    match node {
        Node::Repo(id) => repo(world, *id, name, args),
        Node::Commit(repo, sha) => commit(world, *repo, sha, name),
        Node::Blob(repo, oid) => {
            let found = git::open(&world.repo(*repo).dir);
            let blob = found.find_blob(git::oid(oid)).ok()?;
            Some(match name {
                "oid" => Got::leaf(oid.as_str()),
                "id" => Got::leaf(format!("B_{repo}_{oid}")),
                "byteSize" => Got::leaf(blob.content().len()),
                "isBinary" => Got::leaf(blob.is_binary()),
                "isTruncated" => Got::leaf(blob.content().len() > 512_000),
                "text" => {
                    if blob.is_binary() {
                        Got::NULL
                    } else {
                        Got::leaf(String::from_utf8_lossy(blob.content()))
                    }
                }
                _ => return None,
            })
        }
        Node::Tree(repo, oid) => match name {
            "oid" => Some(Got::leaf(oid.as_str())),
            "id" => Some(Got::leaf(format!("TR_{repo}_{oid}"))),
            _ => None,
        },
        Node::Ref(repo, full) => reference(world, *repo, full, name),
        Node::Rollup(repo, sha) => contexts(world, *repo, sha, name),
        Node::Suite(repo, id) => suite(world, *repo, *id, name),
        Node::Run(repo, id) => run(world, *repo, *id, name),
        Node::Status(repo, id) => status(world, *repo, *id, name),
        Node::Workflow(repo, id) => workflow(world, *repo, *id, name),
        Node::Queue(repo, branch) => queue(world, *repo, branch, name),
        Node::Entry(repo, id) => entry(world, *repo, *id, name),
        Node::Label(repo, label) => Some(match name {
            "name" => Got::leaf(label.as_str()),
            "color" => Got::leaf("ededed"),
            "description" => Got::NULL,
            "id" => Got::leaf(format!(
                "LA_{}",
                world.repo(*repo).labels.get(label).copied().unwrap_or(1)
            )),
            _ => return None,
        }),
        Node::App(id) => {
            let it = &world.apps[id];
            Some(match name {
                "slug" => Got::leaf(it.slug.as_str()),
                "name" => Got::leaf(it.name.as_str()),
                "clientId" => Got::leaf(it.client_id.as_str()),
                _ => return ids("A", *id, name),
            })
        }
        _ => None,
    }
}

fn repo(world: &World, id: Id, name: &str, args: &Value) -> Option<Got> {
    let it = world.repo(id);
    let text = |key: &str| args[key].as_str();
    Some(match name {
        "name" => Got::leaf(it.name.as_str()),
        "nameWithOwner" => Got::leaf(world.slug(id)),
        "owner" => Got::one(Node::Account(it.owner)),
        "isPrivate" => Got::leaf(it.private),
        "isArchived" => Got::leaf(it.archived),
        "isDisabled" | "isLocked" | "isMirror" | "isTemplate" => Got::leaf(false),
        "isEmpty" => Got::leaf(git::branches(&it.dir).is_empty()),
        "isFork" => Got::leaf(it.fork_of.is_some()),
        "isInOrganization" => Got::leaf(world.orgs.contains_key(&it.owner)),
        "visibility" => Got::leaf(if it.private { "PRIVATE" } else { "PUBLIC" }),
        "parent" => Got::maybe(it.fork_of.map(Node::Repo)),
        "url" => Got::leaf(format!("{}/{}", world.web, world.slug(id))),
        "createdAt" | "updatedAt" | "pushedAt" => Got::leaf(time(world.now)),
        "defaultBranchRef" => {
            let full = format!("refs/heads/{}", it.default_branch);
            Got::maybe(git::tip(&it.dir, &full).map(|_| Node::Ref(id, full)))
        }
        "ref" => {
            let asked = text("qualifiedName")?;
            let full = if asked.starts_with("refs/") {
                asked.to_owned()
            } else {
                format!("refs/heads/{asked}")
            };
            Got::maybe(git::tip(&it.dir, &full).map(|_| Node::Ref(id, full)))
        }
        "refs" => {
            let prefix = text("refPrefix").unwrap_or("refs/heads/").to_owned();
            let all = git::refs(&it.dir).into_iter().filter(|it| it.0.starts_with(&prefix));
            Got::pages(all.map(|it| Node::Ref(id, it.0)).collect())
        }
        "object" => Got::maybe(object(world, id, text("oid").or(text("expression"))?)),
        "pullRequest" => match it.pulls.get(&args["number"].as_u64()?) {
            Some(pull) => Got::one(Node::Pull(id, pull.number)),
            None => Got::Refused(
                "NOT_FOUND",
                format!(
                    "Could not resolve to a PullRequest with the number of {}.",
                    args["number"]
                ),
            ),
        },
        "pullRequests" => pulls(world, id, args),
        "mergeQueue" => {
            let branch = text("branch").unwrap_or(&it.default_branch).to_owned();
            let rules = super::super::rest::rules_on(world, id, &branch);
            let has = rules.iter().any(|it| it["type"] == "merge_queue")
                || it.queue.iter().any(|it| it.base == branch);
            Got::maybe(has.then_some(Node::Queue(id, branch)))
        }
        "labels" => Got::pages(it.labels.keys().map(|it| Node::Label(id, it.clone())).collect()),
        "label" => Got::maybe(
            text("name")
                .filter(|name| it.labels.contains_key(*name))
                .map(|name| Node::Label(id, name.to_owned())),
        ),
        "repositoryTopics" => {
            let topic = |name: &String| {
                Node::Made(
                    "RepositoryTopic",
                    vec![("topic", Got::made("Topic", vec![("name", Got::leaf(name.as_str()))]))],
                )
            };
            Got::pages(it.topics.iter().map(topic).collect())
        }
        "collaborators" => super::people::collaborators(world, id, args),
        _ => return ids("R", id, name),
    })
}

fn object(world: &World, id: Id, asked: &str) -> Option<Node> {
    let dir = &world.repo(id).dir;
    let repo = git::open(dir);
    let (name, path) = asked.split_once(':').map_or((asked, None), |it| (it.0, Some(it.1)));
    let oid = git2::Oid::from_str(name)
        .ok()
        .filter(|_| name.len() == 40)
        .and_then(|it| repo.find_object(it, None).ok());
    let found = oid.or_else(|| repo.find_object(git::oid(&git::resolve(dir, name)?), None).ok())?;
    let found = match path {
        None => found,
        Some("") => found.peel_to_tree().ok()?.into_object(),
        Some(path) => found
            .peel_to_tree()
            .ok()?
            .get_path(std::path::Path::new(path))
            .ok()?
            .to_object(&repo)
            .ok()?,
    };
    let oid = found.id().to_string();
    match found.kind()? {
        git2::ObjectType::Commit => Some(Node::Commit(id, oid)),
        git2::ObjectType::Blob => Some(Node::Blob(id, oid)),
        git2::ObjectType::Tree => Some(Node::Tree(id, oid)),
        _ => None,
    }
}

fn pulls(world: &World, id: Id, args: &Value) -> Got {
    let state = |it: &Pull| {
        if it.merged.is_some() {
            "MERGED"
        } else if it.open {
            "OPEN"
        } else {
            "CLOSED"
        }
    };
    let fits = |it: &&Pull| {
        args["states"].as_array().is_none_or(|all| all.iter().any(|one| one == state(it)))
            && args["baseRefName"].as_str().is_none_or(|name| name == it.base_ref)
            && args["headRefName"].as_str().is_none_or(|name| name == it.head_ref)
            && args["labels"].as_array().is_none_or(|all| {
                all.iter().any(|one| it.labels.iter().any(|it| *one == json!(it.0)))
            })
    };
    let mut all: Vec<&Pull> = world.repo(id).pulls.values().filter(fits).collect();
    match args["orderBy"]["field"].as_str() {
        Some("UPDATED_AT") => all.sort_by_key(|it| it.updated),
        _ => all.sort_by_key(|it| it.created),
    }
    if args["orderBy"]["direction"] == "DESC" {
        all.reverse();
    }
    Got::pages(all.into_iter().map(|it| Node::Pull(id, it.number)).collect())
}

fn git_actor(world: &World, who: &(String, String, i64)) -> Node {
    let user = world
        .by_email(&who.1)
        .filter(|it| it.kind == super::super::state::Kind::User)
        .map(|it| it.id);
    Node::Made(
        "GitActor",
        vec![
            ("name", Got::leaf(who.0.as_str())),
            ("email", Got::leaf(who.1.as_str())),
            ("date", Got::leaf(time(who.2))),
            ("user", user.map_or(Got::NULL, |it| super::node::person(world, it))),
        ],
    )
}

fn commit(world: &World, repo: Id, sha: &str, name: &str) -> Option<Got> {
    let it = git::said(&world.repo(repo).dir, sha)?;
    let (subject, body) = it.message.split_once('\n').unwrap_or((it.message.as_str(), ""));
    Some(match name {
        "oid" => Got::leaf(sha),
        "id" => Got::leaf(format!("C_{repo}_{sha}")),
        "abbreviatedOid" => Got::leaf(&sha[..7]),
        "message" => Got::leaf(it.message.as_str()),
        "messageHeadline" => Got::leaf(subject),
        "messageBody" => Got::leaf(body.trim()),
        "author" => Got::one(git_actor(world, &it.author)),
        "committer" => Got::one(git_actor(world, &it.committer)),
        "authors" => {
            // Co-authors are among them.
            let mut all = vec![git_actor(world, &it.author)];
            for line in it.message.lines() {
                let found =
                    line.strip_prefix("Co-authored-by: ").or(line.strip_prefix("Co-Authored-By: "));
                if let Some((name, rest)) = found.and_then(|it| it.split_once('<')) {
                    let who = (
                        name.trim().to_owned(),
                        rest.trim_end_matches('>').to_owned(),
                        it.author.2,
                    );
                    all.push(git_actor(world, &who));
                }
            }
            Got::pages(all)
        }
        "authoredDate" => Got::leaf(time(it.author.2)),
        "committedDate" => Got::leaf(time(it.committer.2)),
        "pushedDate" => Got::NULL,
        "committedViaWeb" => Got::leaf(world.repo(repo).web.contains(sha)),
        "authoredByCommitter" => Got::leaf(it.author.1 == it.committer.1),
        "parents" => Got::pages(it.parents.into_iter().map(|it| Node::Commit(repo, it)).collect()),
        "tree" => Got::one(Node::Tree(repo, it.tree)),
        "additions" => Got::leaf(
            git::of_commit(&world.repo(repo).dir, sha).iter().map(|it| it.additions).sum::<u64>(),
        ),
        "deletions" => Got::leaf(
            git::of_commit(&world.repo(repo).dir, sha).iter().map(|it| it.deletions).sum::<u64>(),
        ),
        "changedFilesIfAvailable" | "changedFiles" => {
            Got::leaf(git::of_commit(&world.repo(repo).dir, sha).len())
        }
        "signature" => signature(world, repo, sha, &it.committer.1),
        "statusCheckRollup" => rollup(world, repo, sha),
        "checkSuites" => {
            let all = world.repo(repo).suites.iter().filter(|it| it.sha == sha);
            Got::pages(all.map(|it| Node::Suite(repo, it.id)).collect())
        }
        "status" => {
            let all = super::super::rest::newest_statuses(world, repo, sha);
            if all.is_empty() {
                return Some(Got::NULL);
            }
            Got::made(
                "Status",
                vec![
                    (
                        "state",
                        Got::leaf(state_of(
                            &all.iter().map(|it| it.state.to_uppercase()).collect::<Vec<_>>(),
                        )),
                    ),
                    (
                        "contexts",
                        Got::Many(all.iter().map(|it| Node::Status(repo, it.id)).collect()),
                    ),
                ],
            )
        }
        "history" => {
            let all = git::history(&world.repo(repo).dir, sha, 10_000);
            Got::pages(all.into_iter().map(|it| Node::Commit(repo, it)).collect())
        }
        "associatedPullRequests" => {
            let dir = &world.repo(repo).dir;
            let has = |it: &&Pull| {
                it.head == sha
                    || it.merged.as_ref().is_some_and(|it| it.commit == sha)
                    || git::between(dir, &it.base, &it.head).iter().any(|one| one == sha)
            };
            Got::pages(
                world
                    .repo(repo)
                    .pulls
                    .values()
                    .filter(has)
                    .map(|it| Node::Pull(repo, it.number))
                    .collect(),
            )
        }
        "url" | "commitUrl" => {
            Got::leaf(format!("{}/{}/commit/{sha}", world.web, world.slug(repo)))
        }
        _ => return None,
    })
}

fn signature(world: &World, repo: Id, sha: &str, email: &str) -> Got {
    let Some(it) = world.repo(repo).signatures.get(sha) else { return Got::NULL };
    let mut fields = vec![
        ("isValid", Got::leaf(it.valid)),
        ("state", Got::leaf(it.state)),
        ("email", Got::leaf(email)),
        ("payload", Got::leaf("")),
        ("signature", Got::leaf("")),
        ("verifiedAt", Got::NULL),
        ("wasSignedByGitHub", Got::leaf(it.by_github)),
        ("signer", it.by.map_or(Got::NULL, |it| super::node::person(world, it))),
    ];
    fields.push(if it.ssh {
        ("keyFingerprint", Got::leaf("AAAA"))
    } else {
        ("keyId", Got::leaf("BBBB"))
    });
    Got::made(if it.ssh { "SshSignature" } else { "GpgSignature" }, fields)
}

fn reference(world: &World, repo: Id, full: &str, name: &str) -> Option<Got> {
    let short =
        full.strip_prefix("refs/heads/").or(full.strip_prefix("refs/tags/")).unwrap_or(full);
    Some(match name {
        "name" => Got::leaf(short),
        "prefix" => Got::leaf(&full[..full.len() - short.len()]),
        "id" => Got::leaf(format!("REF_{repo}_{full}")),
        "target" => Got::maybe(
            git::tip(&world.repo(repo).dir, full).and_then(|it| object(world, repo, &it)),
        ),
        "branchProtectionRule" => Got::NULL,
        "associatedPullRequests" => Got::pages(
            world
                .repo(repo)
                .pulls
                .values()
                .filter(|it| it.head_repo == Some(repo) && it.head_ref == short)
                .map(|it| Node::Pull(repo, it.number))
                .collect(),
        ),
        _ => return None,
    })
}

/// Checks and statuses together; null if there are none.
pub fn rollup(world: &World, repo: Id, sha: &str) -> Got {
    let any = world.repo(repo).runs.iter().any(|it| it.sha == sha)
        || world.repo(repo).statuses.iter().any(|it| it.sha == sha);
    Got::maybe(any.then(|| Node::Rollup(repo, sha.to_owned())))
}

fn state_of(all: &[String]) -> &'static str {
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

fn contexts(world: &World, repo: Id, sha: &str, name: &str) -> Option<Got> {
    let runs = world.latest_runs(repo, |it| it.sha == sha);
    let statuses = super::super::rest::newest_statuses(world, repo, sha);
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

fn suite(world: &World, repo: Id, id: Id, name: &str) -> Option<Got> {
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

fn run(world: &World, repo: Id, id: Id, name: &str) -> Option<Got> {
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

fn status(world: &World, repo: Id, id: Id, name: &str) -> Option<Got> {
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

fn workflow(world: &World, repo: Id, id: Id, name: &str) -> Option<Got> {
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

fn queue(world: &World, repo: Id, branch: &str, name: &str) -> Option<Got> {
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

fn entry(world: &World, repo: Id, id: Id, name: &str) -> Option<Got> {
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
