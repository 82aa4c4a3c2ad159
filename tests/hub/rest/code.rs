//! Repositories and what is in them: branches, commits, files, activity.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use git2::ObjectType;
use serde_json::{Value, json};

use super::{Call, Reply};
use crate::hub::git::{self, Changed};
use crate::hub::state::{Activity, Id, World};

pub fn answer(world: &mut World, call: &Call<'_>) -> Option<Reply> {
    Some(match call.id() {
        "repos/get" => {
            let mut it = world.show_repo(call.repo());
            if let Some(parent) = world.repo(call.repo()).fork_of {
                it["parent"] = world.show_repo(parent);
                it["source"] = world.show_repo(parent);
            }
            Reply::Json(200, it)
        }
        "repos/list-branches" => {
            let protected = |name: &str| is_protected(world, call.repo(), name);
            let all = git::branches(&world.repo(call.repo()).dir).into_iter();
            let wanted = call.asked("protected").map(|it| it == "true");
            let all = all.filter(|(name, _)| wanted.is_none_or(|it| it == protected(name)));
            let url =
                |at: &str| format!("{}/repos/{}/commits/{at}", world.api, world.slug(call.repo()));
            Reply::List(all.map(|(name, at)| json!({ "name": name, "commit": { "sha": at, "url": url(&at) }, "protected": protected(&name) })).collect())
        }
        "repos/get-branch" => {
            let name = call.part("branch");
            let tip = git::branch_tip(&world.repo(call.repo()).dir, name);
            let url = format!("{}/repos/{}/branches/{name}", world.api, world.slug(call.repo()));
            Reply::found(tip.map(|at| {
                let protection = world.repo(call.repo()).protection.get(name).cloned();
                json!({
                    "name": name, "commit": world.show_commit(call.repo(), &at), "protected": is_protected(world, call.repo(), name),
                    "protection_url": format!("{url}/protection"), "protection": protection.unwrap_or(json!({ "enabled": false })),
                    "_links": { "html": format!("{}/{}/tree/{name}", world.web, world.slug(call.repo())), "self": url },
                })
            }))
        }
        "repos/list-commits" => {
            let dir = &world.repo(call.repo()).dir;
            let from = call.asked("sha").unwrap_or(&world.repo(call.repo()).default_branch);
            match git::resolve(dir, from) {
                Some(from) => Reply::List(
                    git::history(dir, &from, 1000)
                        .iter()
                        .map(|it| world.show_commit(call.repo(), it))
                        .collect(),
                ),
                None => Reply::missing(),
            }
        }
        "repos/get-commit" => match git::resolve(&world.repo(call.repo()).dir, call.part("ref")) {
            Some(sha) => {
                let files = git::of_commit(&world.repo(call.repo()).dir, &sha);
                let mut it = world.show_commit(call.repo(), &sha);
                it["files"] =
                    files.iter().map(|one| world.show_file(call.repo(), &sha, one)).collect();
                Reply::Json(200, it)
            }
            None => Reply::wrong(format!("No commit found for SHA: {}", call.part("ref"))),
        },
        "repos/compare-commits-with-basehead" => compare(world, call),
        "repos/get-content" => content(world, call),
        "repos/list-activities" => activities(world, call),
        "repos/get-all-topics" => {
            Reply::Json(200, json!({ "names": world.repo(call.repo()).topics }))
        }
        "repos/custom-properties-for-repos-get-repository-values" => {
            let all = world.repo(call.repo()).properties.iter();
            Reply::Json(
                200,
                all.map(|(name, value)| json!({ "property_name": name, "value": value })).collect(),
            )
        }
        "repos/codeowners-errors" => Reply::Json(200, json!({ "errors": [] })),
        "repos/list-deployments" => {
            let all = world.repo(call.repo()).deployments.iter().rev();
            let fits = |value: &str, name: &str| call.asked(name).is_none_or(|it| it == value);
            let all = all.filter(|it| {
                fits(&it.sha, "sha")
                    && fits(&it.environment, "environment")
                    && fits(&it.name, "ref")
            });
            Reply::List(all.map(|it| world.show_deployment(call.repo(), it)).collect())
        }
        "repos/list-deployment-statuses" => {
            let found = world
                .repo(call.repo())
                .deployments
                .iter()
                .find(|it| it.id == call.number("deployment_id"));
            let Some(it) = found else { return Some(Reply::missing()) };
            Reply::List(
                it.states
                    .iter()
                    .rev()
                    .map(|one| world.show_deployment_status(call.repo(), it, one))
                    .collect(),
            )
        }
        "git/get-ref" | "git/list-matching-refs" => {
            let name = format!("refs/{}", call.part("ref"));
            let all = git::refs(&world.repo(call.repo()).dir);
            let shown = |(name, at): (String, String)| {
                let api = format!("{}/repos/{}/git", world.api, world.slug(call.repo()));
                json!({ "ref": name, "node_id": "", "url": format!("{api}/{name}"), "object": { "type": "commit", "sha": at, "url": format!("{api}/commits/{at}") } })
            };
            if call.id() == "git/get-ref" {
                Reply::found(all.into_iter().find(|it| it.0 == name).map(shown))
            } else {
                Reply::List(
                    all.into_iter().filter(|it| it.0.starts_with(&name)).map(shown).collect(),
                )
            }
        }
        "git/get-blob" => {
            let repo = git::open(&world.repo(call.repo()).dir);
            let found = git2::Oid::from_str(call.part("file_sha"))
                .ok()
                .and_then(|it| repo.find_blob(it).ok());
            Reply::found(found.map(|it| {
                json!({ "content": wrapped(it.content()), "encoding": "base64", "sha": it.id().to_string(), "size": it.content().len(), "node_id": "", "url": format!("{}/blob", world.api) })
            }))
        }
        "git/get-tree" => tree(world, call),
        "git/get-commit" => {
            let it = git::said(&world.repo(call.repo()).dir, call.part("commit_sha"));
            Reply::found(it.map(|it| {
                let whole = world.show_commit(call.repo(), &it.oid);
                let mut shown = whole["commit"].clone();
                shown["sha"] = json!(it.oid);
                shown["parents"] = whole["parents"].clone();
                shown
            }))
        }
        _ => return None,
    })
}

fn is_protected(world: &World, repo: Id, branch: &str) -> bool {
    let it = world.repo(repo);
    it.protection.contains_key(branch) || !super::rules::on_branch(world, repo, branch).is_empty()
}

impl World {
    pub fn show_file(&self, repo: Id, head: &str, it: &Changed) -> Value {
        let (slug, path) = (self.slug(repo), crate::hub::http::encoded(&it.path));
        let mut value = json!({
            "sha": it.blob, "filename": it.path, "status": it.status, "additions": it.additions, "deletions": it.deletions,
            "changes": it.additions + it.deletions, "blob_url": format!("{}/{slug}/blob/{head}/{path}", self.web),
            "raw_url": format!("{}/{slug}/raw/{head}/{path}", self.web),
            "contents_url": format!("{}/repos/{slug}/contents/{path}?ref={head}", self.api),
        });
        if let Some(patch) = &it.patch {
            value["patch"] = json!(patch);
        }
        if let Some(old) = &it.old_path {
            value["previous_filename"] = json!(old);
        }
        value
    }

    pub fn show_deployment(&self, repo: Id, it: &crate::hub::state::Deployment) -> Value {
        let url = format!("{}/repos/{}/deployments/{}", self.api, self.slug(repo), it.id);
        json!({
            "id": it.id, "node_id": format!("DE_{}", it.id), "sha": it.sha, "ref": it.name, "task": "deploy", "payload": {},
            "environment": it.environment, "original_environment": it.environment, "description": null, "url": url,
            "creator": self.show_user(it.creator), "created_at": crate::hub::state::time(it.at),
            "updated_at": crate::hub::state::time(it.at), "statuses_url": format!("{url}/statuses"),
        })
    }

    fn show_deployment_status(
        &self,
        repo: Id,
        of: &crate::hub::state::Deployment,
        it: &(Id, String, i64),
    ) -> Value {
        let url = format!("{}/repos/{}/deployments/{}", self.api, self.slug(repo), of.id);
        let at = crate::hub::state::time(it.2);
        json!({
            "id": it.0, "node_id": format!("DES_{}", it.0), "state": it.1, "description": "", "environment": of.environment,
            "creator": self.show_user(of.creator), "created_at": at, "updated_at": at, "deployment_url": url,
            "url": format!("{url}/statuses/{}", it.0),
        })
    }
}

/// Base64 as GitHub writes it: in lines.
fn wrapped(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    text.as_bytes().chunks(60).map(|it| format!("{}\n", String::from_utf8_lossy(it))).collect()
}

fn compare(world: &World, call: &Call<'_>) -> Reply {
    let repo = call.repo();
    let dir = &world.repo(repo).dir;
    let Some((base, head)) = call.part("basehead").split_once("...") else {
        return Reply::missing();
    };
    let named = |it: &str| {
        let it = it.rsplit_once(':').map_or(it, |it| it.1);
        git::resolve(dir, it).or_else(|| {
            let forks = world.repos.values().filter(|one| one.fork_of == Some(repo));
            forks.into_iter().find_map(|one| git::resolve(&one.dir, it))
        })
    };
    let (Some(base), Some(head)) = (named(base), named(head)) else {
        return Reply::missing();
    };
    let Some(merge_base) = git::merge_base(dir, &base, &head) else {
        return Reply::Refused(404, "No common ancestor".to_owned());
    };
    let (ahead, behind) = (git::between(dir, &base, &head), git::between(dir, &head, &base).len());
    let page: usize = call.asked("page").and_then(|it| it.parse().ok()).unwrap_or(1);
    let paged = call.asked("page").is_some() || call.asked("per_page").is_some();
    let many: usize = call.asked("per_page").and_then(|it| it.parse().ok()).unwrap_or(30);
    let shown: Vec<_> = if paged {
        ahead.iter().skip((page - 1) * many).take(many).collect()
    } else {
        // Without pages the newest 250, oldest first.
        ahead.iter().skip(ahead.len().saturating_sub(250)).collect()
    };
    let files = if page == 1 { git::changed(dir, &base, &head) } else { Vec::new() };
    let files: Vec<_> = files.iter().take(300).map(|it| world.show_file(repo, &head, it)).collect();
    let url = format!("{}/repos/{}/compare/{}", world.api, world.slug(repo), call.part("basehead"));
    let status = match (ahead.len(), behind) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    Reply::Json(
        200,
        json!({
            "url": url, "html_url": url, "permalink_url": url, "diff_url": url, "patch_url": url, "status": status,
            "base_commit": world.show_commit(repo, &base), "merge_base_commit": world.show_commit(repo, &merge_base),
            "ahead_by": ahead.len(), "behind_by": behind, "total_commits": ahead.len(),
            "commits": shown.iter().map(|it| world.show_commit(repo, it)).collect::<Vec<_>>(), "files": files,
        }),
    )
}

fn content(world: &World, call: &Call<'_>) -> Reply {
    let it = world.repo(call.repo());
    let name = call.asked("ref").unwrap_or(&it.default_branch);
    let Some(at) = git::resolve(&it.dir, name) else {
        return Reply::Refused(404, format!("No commit found for the ref {name}"));
    };
    let repo = git::open(&it.dir);
    let root = repo.find_commit(git::oid(&at)).unwrap().tree().unwrap();
    let path = call.part("path").trim_matches('/');
    let base = format!("{}/repos/{}", world.api, world.slug(call.repo()));
    let shown = |path: &str, kind: &str, id: git2::Oid, size: usize| {
        let url = format!("{base}/contents/{path}?ref={name}");
        json!({
            "type": kind, "name": path.rsplit('/').next(), "path": path, "sha": id.to_string(), "size": size, "url": url,
            "git_url": format!("{base}/git/blobs/{id}"), "html_url": url, "download_url": if kind == "dir" { Value::Null } else { json!(url) },
            "_links": { "self": url, "git": url, "html": url },
        })
    };
    let listed = |tree: &git2::Tree<'_>, at: &str| {
        let entry = |it: git2::TreeEntry<'_>| {
            let path = format!("{at}{}", String::from_utf8_lossy(it.name_bytes()));
            let size = repo.find_blob(it.id()).map_or(0, |it| it.content().len());
            let kind = match (it.kind(), it.filemode()) {
                (Some(ObjectType::Tree), _) => "dir",
                (_, 0o120_000) => "symlink",
                _ => "file",
            };
            shown(&path, kind, it.id(), size)
        };
        Reply::Json(200, tree.iter().take(1000).map(entry).collect())
    };
    if path.is_empty() {
        return listed(&root, "");
    }
    let Ok(mut entry) = root.get_path(std::path::Path::new(path)) else {
        return Reply::missing();
    };
    if let Ok(tree) = repo.find_tree(entry.id()) {
        return listed(&tree, &format!("{path}/"));
    }
    // A link to a file of the repository answers with that file.
    if entry.filemode() == 0o120_000 {
        let target = repo
            .find_blob(entry.id())
            .map(|it| String::from_utf8_lossy(it.content()).into_owned())
            .unwrap();
        let beside = std::path::Path::new(path).with_file_name(target);
        if let Ok(found) = root.get_path(&beside) {
            entry = found;
        }
    }
    let Ok(blob) = repo.find_blob(entry.id()) else {
        return Reply::missing();
    };
    if call.accept.contains("raw") {
        return Reply::Raw("application/vnd.github.raw", blob.content().to_vec());
    }
    let mut value = shown(path, "file", entry.id(), blob.content().len());
    let large = blob.content().len() > 1_000_000;
    value["encoding"] = json!(if large { "none" } else { "base64" });
    value["content"] = json!(if large { String::new() } else { wrapped(blob.content()) });
    Reply::Json(200, value)
}

fn tree(world: &World, call: &Call<'_>) -> Reply {
    let dir = &world.repo(call.repo()).dir;
    let repo = git::open(dir);
    let name = call.part("tree_sha");
    let found = git2::Oid::from_str(name).ok().and_then(|it| repo.find_object(it, None).ok());
    let found = found.or_else(|| repo.find_object(git::oid(&git::resolve(dir, name)?), None).ok());
    let Some(root) = found.and_then(|it| it.peel_to_tree().ok()) else {
        return Reply::missing();
    };
    let mut all = Vec::new();
    let deep = call.asked("recursive").is_some();
    root.walk(git2::TreeWalkMode::PreOrder, |at, it| {
        let path = format!("{}{}", at.trim_end_matches('\0'), String::from_utf8_lossy(it.name_bytes()));
        let kind = it.kind().map_or("commit", |it| it.str());
        let mut one = json!({ "path": path, "mode": format!("{:06o}", it.filemode()), "type": kind, "sha": it.id().to_string(), "url": format!("{}/x", world.api) });
        if let Ok(blob) = repo.find_blob(it.id()) {
            one["size"] = json!(blob.content().len());
        }
        all.push(one);
        if deep { git2::TreeWalkResult::Ok } else { git2::TreeWalkResult::Skip }
    })
    .unwrap();
    let truncated = all.len() > 100_000;
    all.truncate(100_000);
    Reply::Json(
        200,
        json!({ "sha": root.id().to_string(), "url": format!("{}/x", world.api), "tree": all, "truncated": truncated }),
    )
}

fn activities(world: &World, call: &Call<'_>) -> Reply {
    let full = call
        .asked("ref")
        .map(|it| if it.starts_with("refs/") { it.to_owned() } else { format!("refs/heads/{it}") });
    let fits = |it: &&Activity| {
        full.as_ref().is_none_or(|name| *name == it.name)
            && call.asked("activity_type").is_none_or(|kind| kind == it.kind)
            && call.asked("actor").is_none_or(|who| world.login(it.by).eq_ignore_ascii_case(who))
    };
    let mut all: Vec<_> = world.repo(call.repo()).activity.iter().filter(fits).collect();
    if call.asked("direction") != Some("asc") {
        all.reverse();
    }
    Reply::List(all.into_iter().map(|it| world.show_activity(it)).collect())
}
