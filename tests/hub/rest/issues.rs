//! Comments, labels, timelines: what pull requests have as issues.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::hub::state::{Comment, Id, World};

pub fn answer(world: &mut World, call: &Call<'_>) -> Option<Reply> {
    if !call.id().starts_with("issues/") {
        return None;
    }
    let (repo, number) = (call.repo(), call.number("issue_number"));
    match call.id() {
        "issues/create" => return Some(create(world, call)),
        "issues/list-labels-for-repo" => {
            let all = world.repo(repo).labels.keys();
            return Some(Reply::List(all.map(|it| world.show_label(repo, it)).collect()));
        }
        "issues/list-for-repo" => {
            let all = world.repo(repo).pulls.keys().copied().collect::<Vec<_>>();
            return Some(Reply::List(
                all.into_iter().map(|it| world.show_issue_of(repo, it)).collect(),
            ));
        }
        "issues/get-comment" | "issues/update-comment" | "issues/delete-comment" => {
            return Some(comment(world, call));
        }
        _ => {}
    }
    if !world.repo(repo).pulls.contains_key(&number) {
        return Some(Reply::missing());
    }
    Some(match call.id() {
        "issues/get" => Reply::Json(200, world.show_issue_of(repo, number)),
        "issues/list-comments" => {
            let all = &world.pull(repo, number).comments;
            Reply::List(all.iter().map(|it| world.show_comment(repo, number, it)).collect())
        }
        "issues/create-comment" => {
            let (by, app) = (call.actor(world).unwrap(), call.app(world));
            let id = world.comment(repo, number, by, call.said("body").unwrap_or(""), app);
            let it = world.pull(repo, number).comments.iter().find(|it| it.id == id).unwrap();
            Reply::Json(201, world.show_comment(repo, number, it))
        }
        "issues/list-events" => {
            let all = &world.pull(repo, number).events;
            Reply::List(all.iter().map(|it| world.show_event(repo, number, it)).collect())
        }
        "issues/list-events-for-timeline" => Reply::List(timeline(world, repo, number)),
        "issues/list-labels-on-issue" => Reply::List(labels(world, repo, number)),
        "issues/add-labels" => {
            let by = call.actor(world).unwrap();
            let names = call.body["labels"]
                .as_array()
                .or(call.body.as_array())
                .cloned()
                .unwrap_or_default();
            for name in names.iter().filter_map(|it| it.as_str().or(it["name"].as_str())) {
                world.tick();
                world.label(repo, number, name, by);
            }
            Reply::Json(200, json!(labels(world, repo, number)))
        }
        "issues/remove-label" => {
            let by = call.actor(world).unwrap();
            world.tick();
            world.unlabel(repo, number, call.part("name"), by);
            Reply::Json(200, json!(labels(world, repo, number)))
        }
        _ => return None,
    })
}

fn labels(world: &World, repo: Id, number: u64) -> Vec<Value> {
    world.pull(repo, number).labels.iter().map(|it| world.show_label(repo, &it.0)).collect()
}

fn create(world: &mut World, call: &Call<'_>) -> Reply {
    let (at, id, by) = (world.tick(), world.id(), call.actor(world).unwrap());
    let it = world.repo_mut(call.repo());
    let number = it.next_number;
    it.next_number += 1;
    let title = call.said("title").unwrap_or("").to_owned();
    it.issues.insert(
        number,
        crate::hub::state::Issue {
            id,
            number,
            title: title.clone(),
            author: by,
            at,
            comments: Vec::new(),
        },
    );
    let url = format!("{}/repos/{}/issues/{number}", world.api, world.slug(call.repo()));
    Reply::Json(
        201,
        json!({
            "id": id, "number": number, "title": title, "body": call.body["body"], "state": "open", "user": world.show_user(by),
            "url": url, "html_url": format!("{}/{}/issues/{number}", world.web, world.slug(call.repo())), "labels": [],
        }),
    )
}

/// Where a comment is.
fn place(world: &World, repo: Id, id: Id) -> Option<u64> {
    let has = |all: &[Comment]| all.iter().any(|it| it.id == id);
    world.repo(repo).pulls.values().find(|it| has(&it.comments)).map(|it| it.number)
}

fn comment(world: &mut World, call: &Call<'_>) -> Reply {
    let (repo, id) = (call.repo(), call.number("comment_id"));
    let Some(number) = place(world, repo, id) else {
        return Reply::missing();
    };
    let by = call.actor(world);
    match call.id() {
        "issues/update-comment" => {
            world.edit_comment(repo, number, id, by.unwrap(), call.said("body").unwrap_or(""))
        }
        "issues/delete-comment" => {
            world.delete_comment(repo, number, id, by.unwrap());
            return Reply::Empty(204);
        }
        _ => {}
    }
    let found = world.pull(repo, number).comments.iter().find(|it| it.id == id);
    Reply::found(found.map(|it| world.show_comment(repo, number, it)))
}

/// Everything that happened, in order.
fn timeline(world: &World, repo: Id, number: u64) -> Vec<Value> {
    let pull = world.pull(repo, number);
    let mut all: Vec<(i64, Id, Value)> = Vec::new();
    for it in &pull.events {
        all.push((it.at, it.id, world.show_event(repo, number, it)));
    }
    for it in &pull.comments {
        let mut shown = world.show_comment(repo, number, it);
        shown["event"] = json!("commented");
        shown["actor"] = shown["user"].clone();
        all.push((it.at, it.id, shown));
    }
    for it in &pull.reviews {
        let mut shown = world.show_review(repo, number, it);
        shown["event"] = json!("reviewed");
        shown["state"] = json!(it.state.name().to_lowercase());
        all.push((it.at, it.id, shown));
    }
    all.sort_by_key(|it| (it.0, it.1));
    all.into_iter().map(|it| it.2).collect()
}
