//! Git over HTTP: who may fetch and push, and what a push sets off.

use std::sync::Arc;

use super::server::{Answer, Asked, who};
use super::state::{Id, Role, Who, Whose, World};
use super::{Inner, backend, git};

/// Fetches and pushes, by those who may.
pub async fn from_git(hub: &Arc<Inner>, asked: &Asked) -> Answer {
    let (slug, rest) = asked.path.trim_start_matches('/').split_once(".git/").unwrap_or(("", ""));
    let push = rest == "git-receive-pack" || asked.query.contains("service=git-receive-pack");
    let (found, dir, by) = {
        let world = hub.world();
        let who = who(&world, asked);
        let (owner, name) = slug.split_once('/').unwrap_or(("", ""));
        let old = || world.old_names.get(&slug.to_lowercase()).copied();
        let repo = world.repo_named(owner, name).or_else(old);
        let Some(repo) =
            repo.filter(|it| who.as_ref().is_ok_and(|who| may(&world, *it, who, push)))
        else {
            let status = if who.is_err() || matches!(who, Ok(Who::Nobody)) { 401 } else { 404 };
            let answer =
                Answer { status, headers: Vec::new(), body: b"Repository not found.".to_vec() };
            return if status == 401 {
                answer.with("www-authenticate", "Basic realm=\"GitHub\"")
            } else {
                answer
            };
        };
        let by = match who {
            Ok(Who::Token(Whose::User(id))) => Some(id),
            Ok(Who::Token(Whose::Installation { id, .. })) => {
                Some(world.apps[&world.installations[&id].app].bot)
            }
            _ => None,
        };
        (repo, world.repo(repo).dir.clone(), by)
    };
    let before = push.then(|| git::refs(&dir));
    let cgi = backend::Cgi {
        method: &asked.method,
        rest,
        query: &asked.query,
        headers: &asked.headers,
        body: &asked.body,
        user: push.then_some("git"),
    };
    let (status, headers, body) = backend::answer(&dir, &cgi).await;
    if let (Some(before), Some(by), "git-receive-pack") = (before, by, rest) {
        pushed(hub, found, before, by);
    }
    Answer { status, headers, body }
}

fn may(world: &World, repo: Id, who: &Who, push: bool) -> bool {
    let open = !world.repo(repo).private;
    match who {
        Who::Token(Whose::User(id)) => {
            let role = world.role(repo, *id);
            role >= if push { Role::Write } else { Role::Read }
        }
        Who::Token(Whose::Installation { id, repos, permissions }) => {
            let level = permissions.get("contents").map_or("", String::as_str);
            let sees =
                world.covers(*id, repo) && repos.as_ref().is_none_or(|it| it.contains(&repo));
            (sees && (level == "write" || (!push && level == "read"))) || (open && !push)
        }
        Who::Nobody => open && !push,
        Who::App(_) => false,
    }
}

/// What a push moved is told.
fn pushed(hub: &Inner, repo: Id, before: Vec<(String, String)>, by: Id) {
    let mut world = hub.world();
    world.tick();
    let after = git::refs(&world.repo(repo).dir);
    let at = |all: &[(String, String)], name: &str| {
        all.iter().find(|it| it.0 == name).map(|it| it.1.clone())
    };
    let mut names: Vec<_> = before.iter().chain(&after).map(|it| it.0.clone()).collect();
    names.sort();
    names.dedup();
    for name in names.iter().filter(|it| !it.starts_with("refs/pull/")) {
        let (old, new) = (at(&before, name), at(&after, name));
        if old != new {
            world.moved(repo, name, old.as_deref(), new.as_deref(), by, None);
        }
    }
}
