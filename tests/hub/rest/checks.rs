//! Check suites and runs, statuses, workflow runs.

use serde_json::{Map, Value, json};

use super::{Call, Reply};
use crate::hub::git;
use crate::hub::state::{CheckRun, Gate, Id, Status, World};

pub fn answer(world: &mut World, call: &Call<'_>) -> Option<Reply> {
    Some(match call.id() {
        "checks/create" => create(world, call),
        "checks/update" => update(world, call),
        "checks/get" => Reply::found(run(world, call).map(|it| world.show_run(call.repo(), it))),
        "checks/list-annotations" => match run(world, call) {
            Some(it) => Reply::List(it.annotations.clone()),
            None => Reply::missing(),
        },
        "checks/list-for-ref" | "checks/list-for-suite" => list(world, call),
        "checks/list-suites-for-ref" => match commit(world, call, "ref") {
            Some(sha) => {
                let app = call.asked("app_id").and_then(|it| it.parse::<Id>().ok());
                let all = world.repo(call.repo()).suites.iter();
                let fits = all.filter(|it| it.sha == sha && app.is_none_or(|app| app == it.app));
                Reply::named(
                    "check_suites",
                    fits.map(|it| world.show_suite(call.repo(), it)).collect(),
                )
            }
            None => Reply::wrong(format!("No commit found for SHA: {}", call.part("ref"))),
        },
        "checks/get-suite" => {
            let found = world
                .repo(call.repo())
                .suites
                .iter()
                .find(|it| it.id == call.number("check_suite_id"));
            Reply::found(found.map(|it| world.show_suite(call.repo(), it)))
        }
        "checks/create-suite" => create_suite(world, call),
        "checks/set-suites-preferences" => Reply::Json(
            200,
            json!({ "preferences": {}, "repository": world.show_repo(call.repo()) }),
        ),
        "checks/rerequest-run" => {
            let Some((id, app)) = run(world, call).map(|it| (it.id, it.app)) else {
                return Some(Reply::missing());
            };
            let by = call.actor(world).unwrap();
            world.emit_run("rerequested", call.repo(), id, by, Some(app), Value::Null);
            Reply::Json(201, json!({}))
        }
        "checks/rerequest-suite" => {
            let id = call.number("check_suite_id");
            let Some(app) =
                world.repo(call.repo()).suites.iter().find(|it| it.id == id).map(|it| it.app)
            else {
                return Some(Reply::missing());
            };
            let by = call.actor(world).unwrap();
            world.emit_suite("rerequested", call.repo(), id, by, Some(app));
            Reply::Json(201, json!({}))
        }
        "repos/create-commit-status" => status(world, call),
        "repos/list-commit-statuses-for-ref" => match commit(world, call, "ref") {
            Some(sha) => {
                let all = world.repo(call.repo()).statuses.iter().rev().filter(|it| it.sha == sha);
                Reply::List(all.map(|it| world.show_status(call.repo(), it, false)).collect())
            }
            None => Reply::missing(),
        },
        "repos/get-combined-status-for-ref" => combined(world, call),
        "actions/list-workflow-runs-for-repo" => {
            let fits = |value: &str, name: &str| call.asked(name).is_none_or(|it| it == value);
            let all = world.repo(call.repo()).workflow_runs.iter().rev().filter(|it| {
                fits(&it.sha, "head_sha")
                    && fits(&it.event, "event")
                    && fits(&it.branch, "branch")
                    && fits(&it.status, "status")
            });
            Reply::named(
                "workflow_runs",
                all.map(|it| world.show_workflow_run(call.repo(), it)).collect(),
            )
        }
        "actions/get-workflow-run" => {
            let found = world
                .repo(call.repo())
                .workflow_runs
                .iter()
                .find(|it| it.id == call.number("run_id"));
            Reply::found(found.map(|it| world.show_workflow_run(call.repo(), it)))
        }
        "actions/review-custom-gates-for-run" => {
            if !world
                .repo(call.repo())
                .workflow_runs
                .iter()
                .any(|it| it.id == call.number("run_id"))
            {
                return Some(Reply::missing());
            }
            let said = |name: &str| call.said(name).unwrap_or("").to_owned();
            let gate = Gate {
                run: call.number("run_id"),
                environment: said("environment_name"),
                state: said("state"),
                comment: said("comment"),
            };
            world.repo_mut(call.repo()).gates.push(gate);
            Reply::Empty(204)
        }
        _ => return None,
    })
}

fn run<'w>(world: &'w World, call: &Call<'_>) -> Option<&'w CheckRun> {
    let id = call.number("check_run_id");
    world.repo(call.repo()).runs.iter().find(|it| it.id == id)
}

fn commit(world: &World, call: &Call<'_>, part: &str) -> Option<String> {
    git::resolve(&world.repo(call.repo()).dir, call.part(part))
}

fn create(world: &mut World, call: &Call<'_>) -> Reply {
    let Some(app) = call.app(world) else {
        return Reply::Refused(403, "You must authenticate via a GitHub App.".to_owned());
    };
    let sha = call.said("head_sha").unwrap_or("").to_owned();
    if git::said(&world.repo(call.repo()).dir, &sha).is_none() {
        return Reply::wrong(format!("No commit found for SHA: {sha}"));
    }
    if let Some(why) = refused(&call.body) {
        return Reply::wrong(why);
    }
    let at = world.now;
    let suite = world.suite(call.repo(), app, &sha);
    let id = world.id();
    let mut it = CheckRun {
        id,
        suite,
        app,
        name: call.said("name").unwrap_or("").to_owned(),
        sha,
        status: "queued".to_owned(),
        conclusion: None,
        started: at,
        completed: None,
        title: None,
        summary: None,
        text: None,
        annotations: Vec::new(),
        external_id: None,
        details_url: None,
        actions: Vec::new(),
        writes: 0,
    };
    written(&mut it, &call.body, at);
    world.add_run(call.repo(), it);
    let it = world.repo(call.repo()).runs.last().unwrap();
    Reply::Json(201, world.show_run(call.repo(), it))
}

/// Why GitHub refuses what was written.
fn refused(body: &Value) -> Option<String> {
    let long = |it: &Value, most: usize| it.as_str().is_some_and(|it| it.chars().count() > most);
    let output = &body["output"];
    if output["annotations"].as_array().is_some_and(|it| it.len() > 50) {
        return Some(
            "Invalid request. No more than 50 items are allowed in annotations".to_owned(),
        );
    }
    if long(&output["summary"], 65_535) || long(&output["text"], 65_535) {
        return Some("Only 65535 characters are allowed".to_owned());
    }
    if output.is_object() && (output["title"].is_null() && output["summary"].is_null()) {
        return Some("Invalid request. \"title\", \"summary\" weren't supplied".to_owned());
    }
    if body["conclusion"] == "stale" {
        return Some("Only GitHub sets stale".to_owned());
    }
    if body["status"] == "completed" && body["conclusion"].is_null() {
        return Some("A conclusion is required if the status is completed".to_owned());
    }
    let actions = body["actions"].as_array().cloned().unwrap_or_default();
    let too_long = |it: &Value| {
        long(&it["label"], 20) || long(&it["description"], 40) || long(&it["identifier"], 20)
    };
    if actions.len() > 3 || actions.iter().any(too_long) {
        return Some("Invalid request. Actions: 3 at most, label 20, description 40, identifier 20 characters".to_owned());
    }
    None
}

fn written(it: &mut CheckRun, body: &Value, at: i64) {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    it.writes += 1;
    it.name = text("name").unwrap_or_else(|| it.name.clone());
    it.external_id = text("external_id").or(it.external_id.take());
    it.details_url = text("details_url").or(it.details_url.take());
    if let Some(status) = text("status") {
        if status != "completed" {
            (it.conclusion, it.completed) = (None, None);
        }
        it.status = status;
    }
    if let Some(conclusion) = text("conclusion") {
        it.status = "completed".to_owned();
        (it.conclusion, it.completed) = (Some(conclusion), Some(at));
    }
    if body["output"].is_object() {
        let text = |name: &str| body["output"][name].as_str().map(str::to_owned);
        it.title = text("title").or(it.title.take());
        it.summary = text("summary").or(it.summary.take());
        it.text = text("text").or(it.text.take());
        // Appended, however often.
        it.annotations
            .extend(body["output"]["annotations"].as_array().cloned().unwrap_or_default());
    }
    if let Some(actions) = body["actions"].as_array() {
        it.actions = actions.clone();
    }
}

fn update(world: &mut World, call: &Call<'_>) -> Reply {
    let app = call.app(world);
    let Some(it) = run(world, call).cloned() else {
        return Reply::missing();
    };
    if app != Some(it.app) {
        return Reply::Refused(
            403,
            "Invalid app_id - check run can only be modified by the GitHub App that created it."
                .to_owned(),
        );
    }
    if let Some(why) = refused(&call.body) {
        return Reply::wrong(why);
    }
    let at = world.now;
    let was = it.status.clone();
    let runs = &mut world.repo_mut(call.repo()).runs;
    let it = runs.iter_mut().find(|one| one.id == it.id).unwrap();
    written(it, &call.body, at);
    let (id, done) = (
        it.id,
        it.status == "completed" && (was != "completed" || !call.body["conclusion"].is_null()),
    );
    if done {
        world.run_completed(call.repo(), id);
    }
    Reply::found(run(world, call).map(|it| world.show_run(call.repo(), it)))
}

fn list(world: &World, call: &Call<'_>) -> Reply {
    let repo = call.repo();
    let suite = call.number("check_suite_id");
    let sha = commit(world, call, "ref");
    if suite == 0 && sha.is_none() {
        return Reply::wrong(format!("No commit found for SHA: {}", call.part("ref")));
    }
    let app = call.asked("app_id").and_then(|it| it.parse::<Id>().ok());
    let fits = |it: &CheckRun| {
        (suite == it.suite || sha.as_deref() == Some(it.sha.as_str()))
            && app.is_none_or(|app| app == it.app)
            && call.asked("check_name").is_none_or(|name| name == it.name)
            && call.asked("status").is_none_or(|status| status == it.status)
    };
    let mut found: Vec<&CheckRun> = match call.asked("filter") {
        Some("all") => world.repo(repo).runs.iter().filter(|it| fits(it)).collect(),
        _ => world.latest_runs(repo, fits),
    };
    found.sort_by_key(|it| std::cmp::Reverse(it.id));
    Reply::named("check_runs", found.into_iter().map(|it| world.show_run(repo, it)).collect())
}

fn create_suite(world: &mut World, call: &Call<'_>) -> Reply {
    let (Some(app), Some(sha)) = (call.app(world), call.said("head_sha")) else {
        return Reply::Refused(403, "You must authenticate via a GitHub App.".to_owned());
    };
    let there = world.repo(call.repo()).suites.iter().any(|it| it.app == app && it.sha == sha);
    if git::said(&world.repo(call.repo()).dir, sha).is_none() {
        return Reply::wrong("head_sha is not a commit");
    }
    let id = world.suite(call.repo(), app, sha);
    let it = world.repo(call.repo()).suites.iter().find(|it| it.id == id).unwrap();
    Reply::Json(if there { 200 } else { 201 }, world.show_suite(call.repo(), it))
}

fn status(world: &mut World, call: &Call<'_>) -> Reply {
    let Some(sha) = commit(world, call, "sha") else {
        return Reply::wrong(format!("No commit found for SHA: {}", call.part("sha")));
    };
    let said = |name: &str| call.said(name).map(str::to_owned);
    let context = said("context").unwrap_or_else(|| "default".to_owned());
    if said("description").is_some_and(|it| it.chars().count() > 140) {
        return Reply::wrong(
            "Validation Failed: description is too long (maximum is 140 characters)",
        );
    }
    let same = world
        .repo(call.repo())
        .statuses
        .iter()
        .filter(|it| it.sha == sha && it.context == context)
        .count();
    if same >= 1000 {
        return Reply::wrong("This SHA and context has reached the maximum number of statuses.");
    }
    let it = Status {
        id: 0,
        sha,
        context,
        state: said("state").unwrap_or_default(),
        description: said("description"),
        url: said("target_url"),
        creator: call.actor(world).unwrap(),
        at: 0,
    };
    world.status(call.repo(), it);
    let it = world.repo(call.repo()).statuses.last().unwrap();
    Reply::Json(201, world.show_status(call.repo(), it, false))
}

/// The newest status of each context on a commit.
pub fn newest<'w>(world: &'w World, repo: Id, sha: &str) -> Vec<&'w Status> {
    let mut found: Vec<&Status> = Vec::new();
    for it in world.repo(repo).statuses.iter().rev().filter(|it| it.sha == sha) {
        if !found.iter().any(|one| one.context == it.context) {
            found.push(it);
        }
    }
    found
}

fn combined(world: &World, call: &Call<'_>) -> Reply {
    let Some(sha) = commit(world, call, "ref") else {
        return Reply::missing();
    };
    let all = newest(world, call.repo(), &sha);
    let any = |states: &[&str]| all.iter().any(|it| states.contains(&it.state.as_str()));
    // Check runs are not in it.
    let state = match () {
        () if any(&["failure", "error"]) => "failure",
        () if all.is_empty() || any(&["pending"]) => "pending",
        () => "success",
    };
    let shown: Vec<_> = all.iter().map(|it| world.show_status(call.repo(), it, true)).collect();
    let url = format!("{}/repos/{}/commits/{sha}", world.api, world.slug(call.repo()));
    let more = json!({ "state": state, "sha": sha, "repository": world.show_repo(call.repo()), "commit_url": url, "url": format!("{url}/status") });
    let more: Map<String, Value> = more.as_object().unwrap().clone();
    Reply::Named("statuses", shown, more)
}
