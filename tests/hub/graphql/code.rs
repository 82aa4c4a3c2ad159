//! Repositories, commits, refs, checks, the merge queue.

use serde_json::{Value, json};

use super::node::{Got, Node, ids};
use super::runs;
use crate::hub::git;
use crate::hub::show_runs::worst;
use crate::hub::state::{Id, Pull, World, time};

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
        Node::Rollup(repo, sha) => runs::contexts(world, *repo, sha, name),
        Node::Suite(repo, id) => runs::suite(world, *repo, *id, name),
        Node::Run(repo, id) => runs::run(world, *repo, *id, name),
        Node::Status(repo, id) => runs::status(world, *repo, *id, name),
        Node::Workflow(repo, id) => runs::workflow(world, *repo, *id, name),
        Node::Queue(repo, branch) => runs::queue(world, *repo, branch, name),
        Node::Entry(repo, id) => runs::entry(world, *repo, *id, name),
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
            let rules = crate::hub::rest::rules_on(world, id, &branch);
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
        .filter(|it| it.kind == crate::hub::state::Kind::User)
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
        "statusCheckRollup" => super::runs::rollup(world, repo, sha),
        "checkSuites" => {
            let all = world.repo(repo).suites.iter().filter(|it| it.sha == sha);
            Got::pages(all.map(|it| Node::Suite(repo, it.id)).collect())
        }
        "status" => {
            let all = crate::hub::rest::newest_statuses(world, repo, sha);
            if all.is_empty() {
                return Some(Got::NULL);
            }
            Got::made(
                "Status",
                vec![
                    (
                        "state",
                        Got::leaf(super::runs::state_of(
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
