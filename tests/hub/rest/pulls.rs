//! Pull requests, reviews, threads, requested reviewers.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::hub::git;
use crate::hub::state::{Happened, Id, Pull, Review, Role, State, World};

pub fn answer(world: &mut World, call: &Call<'_>) -> Option<Reply> {
    if call.id() == "pulls/list" {
        return Some(list(world, call));
    }
    if call.id() == "repos/list-pull-requests-associated-with-commit" {
        let sha = call.part("commit_sha");
        let of = |it: &&Pull| {
            let dir = &world.repo(call.repo()).dir;
            it.head == sha || git::between(dir, &it.base, &it.head).iter().any(|one| one == sha)
        };
        let all = world.repo(call.repo()).pulls.values().filter(of);
        return Some(Reply::List(
            all.map(|it| world.show_pull_simple(call.repo(), it.number)).collect(),
        ));
    }
    if !call.id().starts_with("pulls/") {
        return None;
    }
    let (repo, number) = (call.repo(), call.number("pull_number"));
    if !world.repo(repo).pulls.contains_key(&number) {
        return Some(Reply::missing());
    }
    Some(match call.id() {
        "pulls/get" => {
            let mut shown = world.show_pull(repo, number);
            let it = world.pull(repo, number);
            let base = git::branch_tip(&world.repo(repo).dir, &it.base_ref).unwrap_or_default();
            let key = (it.id, it.head.clone(), base);
            // Being asked makes GitHub compute it; the answer comes with a later call.
            if world.computed.insert(key) {
                shown["mergeable"] = Value::Null;
                shown["mergeable_state"] = json!("unknown");
            }
            Reply::Json(200, shown)
        }
        "pulls/update" => update(world, call, repo, number),
        "pulls/list-commits" => {
            let it = world.pull(repo, number);
            let all = git::between(&world.repo(repo).dir, &it.base, &it.head);
            // 250 are the most that this shows.
            Reply::List(all.iter().take(250).map(|it| world.show_commit(repo, it)).collect())
        }
        "pulls/list-files" => {
            let it = world.pull(repo, number);
            let mut all = git::changed(&world.repo(repo).dir, &it.base, &it.head);
            let (head, mut lines) = (it.head.clone(), 0);
            for it in &mut all {
                lines += it.additions + it.deletions;
                // Past so many lines GitHub counts none, and shows none.
                if lines > 20_000 {
                    (it.additions, it.deletions, it.patch) = (0, 0, None);
                }
            }
            Reply::List(all.iter().take(3000).map(|it| world.show_file(repo, &head, it)).collect())
        }
        "pulls/list-reviews" => {
            let all = world.pull(repo, number).reviews.iter().filter(|it| seen(world, call, it));
            Reply::List(all.map(|it| world.show_review(repo, number, it)).collect())
        }
        "pulls/get-review" => {
            let id = call.number("review_id");
            let found = world.pull(repo, number).reviews.iter().find(|it| it.id == id);
            Reply::found(found.map(|it| world.show_review(repo, number, it)))
        }
        "pulls/create-review" => review(world, call, repo, number),
        "pulls/dismiss-review" => {
            let by = call.actor(world).unwrap();
            let id = call.number("review_id");
            if !world.dismiss(repo, number, id, by, call.said("message").unwrap_or("")) {
                return Some(Reply::wrong("Can not dismiss a commented pull request review"));
            }
            let found = world.pull(repo, number).reviews.iter().find(|it| it.id == id);
            Reply::found(found.map(|it| world.show_review(repo, number, it)))
        }
        "pulls/list-review-comments" | "pulls/list-comments-for-review" => {
            let review = call.number("review_id");
            let threads = world
                .pull(repo, number)
                .threads
                .iter()
                .filter(|it| review == 0 || it.review == review);
            let all = threads.flat_map(|thread| thread.comments.iter().map(move |it| (thread, it)));
            Reply::List(
                all.map(|(thread, it)| world.show_thread_comment(repo, number, thread, it))
                    .collect(),
            )
        }
        "pulls/list-requested-reviewers" => {
            let it = world.pull_mut(repo, number).clone();
            let users: Vec<_> = it.asked.iter().map(|it| world.show_user(*it)).collect();
            let teams: Vec<_> =
                it.asked_teams.iter().map(|it| world.show_team(&world.teams[it])).collect();
            Reply::Json(200, json!({ "users": users, "teams": teams }))
        }
        "pulls/request-reviewers" => request(world, call, repo, number),
        "pulls/remove-requested-reviewers" => {
            for (user, team) in people(world, call, repo).unwrap_or_default() {
                unask(world, repo, number, user, team, call.actor(world).unwrap());
            }
            Reply::Json(200, world.show_pull_simple(repo, number))
        }
        "pulls/check-if-merged" => match world.pull(repo, number).merged {
            Some(_) => Reply::Empty(204),
            None => Reply::missing(),
        },
        "pulls/merge" => {
            let it = world.pull(repo, number);
            if call.said("sha").is_some_and(|sha| sha != it.head) {
                return Some(Reply::Refused(
                    409,
                    "Head branch was modified. Review and try the merge again.".to_owned(),
                ));
            }
            let method = call.said("merge_method").unwrap_or("merge").to_owned();
            let by = call.actor(world).unwrap();
            let merged =
                if it.open && !it.draft { world.merge(repo, number, by, &method) } else { None };
            match merged {
                Some(sha) => Reply::Json(
                    200,
                    json!({ "sha": sha, "merged": true, "message": "Pull Request successfully merged" }),
                ),
                None => Reply::Refused(405, "Pull Request is not mergeable".to_owned()),
            }
        }
        _ => return None,
    })
}

/// A review that is not submitted is its author's alone.
fn seen(world: &World, call: &Call<'_>, it: &Review) -> bool {
    it.state != State::Pending || call.actor(world) == Some(it.author)
}

fn list(world: &World, call: &Call<'_>) -> Reply {
    let state = call.asked("state").unwrap_or("open");
    let head = |it: &Pull| {
        let owner = it.head_repo.map_or(it.head_owner.clone(), |it| {
            world.accounts[&world.repo(it).owner].login.clone()
        });
        format!("{owner}:{}", it.head_ref)
    };
    let fits = |it: &&Pull| {
        (state == "all" || (state == "open") == it.open)
            && call.asked("base").is_none_or(|base| base == it.base_ref)
            && call.asked("head").is_none_or(|wanted| wanted == head(it))
    };
    let mut all: Vec<&Pull> = world.repo(call.repo()).pulls.values().filter(fits).collect();
    let by_update = call.asked("sort") == Some("updated");
    all.sort_by_key(|it| if by_update { it.updated } else { it.created });
    let ascending = match (call.asked("direction"), call.asked("sort")) {
        (Some(direction), _) => direction == "asc",
        (None, None | Some("created")) => false,
        (None, _) => true,
    };
    if !ascending {
        all.reverse();
    }
    Reply::List(all.into_iter().map(|it| world.show_pull_simple(call.repo(), it.number)).collect())
}

fn update(world: &mut World, call: &Call<'_>, repo: Id, number: u64) -> Reply {
    world.tick();
    let by = call.actor(world).unwrap();
    if let Some(title) = call.said("title") {
        world.retitle(repo, number, title, by);
    }
    if let Some(body) = call.said("body") {
        world.rebody(repo, number, body, by);
    }
    if let Some(base) = call.said("base") {
        if git::branch_tip(&world.repo(repo).dir, base).is_none() {
            return Reply::wrong(format!("Proposed base branch '{base}' was not found"));
        }
        world.retarget(repo, number, base, by);
    }
    match (call.said("state"), world.pull(repo, number).open) {
        (Some("closed"), true) => world.close(repo, number, by),
        (Some("open"), false) => world.reopen(repo, number, by),
        _ => {}
    }
    Reply::Json(200, world.show_pull(repo, number))
}

fn review(world: &mut World, call: &Call<'_>, repo: Id, number: u64) -> Reply {
    let state = match call.said("event") {
        None => State::Pending,
        Some("APPROVE") => State::Approved,
        Some("REQUEST_CHANGES") => State::ChangesRequested,
        _ => State::Commented,
    };
    let by = call.actor(world).unwrap();
    let verdict = matches!(state, State::Approved | State::ChangesRequested);
    if verdict && world.pull(repo, number).author == by {
        let what = if state == State::Approved { "approve" } else { "request changes on" };
        return Reply::wrong(format!("Can not {what} your own pull request"));
    }
    let id = world.review(repo, number, by, state, call.said("body").unwrap_or(""));
    let found = world.pull(repo, number).reviews.iter().find(|it| it.id == id);
    Reply::found(found.map(|it| world.show_review(repo, number, it)))
}

type Asked = Vec<(Option<Id>, Option<Id>)>;

/// The people and teams that a body names; what GitHub refuses, otherwise.
fn people(world: &World, call: &Call<'_>, repo: Id) -> Result<Asked, String> {
    let names = |key: &str| -> Vec<String> {
        let all = call.body[key].as_array().cloned().unwrap_or_default();
        all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut found = Vec::new();
    for login in names("reviewers") {
        match world.account(&login).map(|it| it.id) {
            Some(id) if world.role(repo, id) > Role::Nothing => found.push((Some(id), None)),
            _ => return Err("Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.".to_owned()),
        }
    }
    for slug in names("team_reviewers") {
        let team = world.team_named(world.repo(repo).owner, &slug);
        match team.filter(|it| world.teams[it].repos.contains_key(&repo)) {
            Some(id) => found.push((None, Some(id))),
            None => {
                return Err(
                    "Could not resolve to a node with the global id of a team of the repository."
                        .to_owned(),
                );
            }
        }
    }
    Ok(found)
}

fn request(world: &mut World, call: &Call<'_>, repo: Id, number: u64) -> Reply {
    let asked = match people(world, call, repo) {
        Ok(asked) => asked,
        Err(why) => return Reply::wrong(why),
    };
    let author = world.pull(repo, number).author;
    if asked.iter().any(|it| it.0 == Some(author)) {
        return Reply::wrong("Review cannot be requested from pull request author.");
    }
    let by = call.actor(world).unwrap();
    for (user, team) in asked {
        world.ask(repo, number, user, team, by);
    }
    Reply::Json(201, world.show_pull_simple(repo, number))
}

fn unask(world: &mut World, repo: Id, number: u64, user: Option<Id>, team: Option<Id>, by: Id) {
    let pull = world.pull_mut(repo, number);
    let there = user.is_some_and(|it| pull.asked.remove(&it))
        | team.is_some_and(|it| pull.asked_teams.remove(&it));
    if there {
        world.event(repo, number, by, Happened::Unasked { user, team });
        world.emit_pull("review_request_removed", repo, number, by, Value::Null);
    }
}
