//! Rulesets and classic protection.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::hub::state::{Id, Ruleset, Who, Whose, World};

pub fn answer(world: &mut World, call: &Call<'_>) -> Option<Reply> {
    Some(match call.id() {
        "repos/get-repo-rulesets" => Reply::List(list(world, call)),
        "repos/get-repo-ruleset" => {
            let id = call.number("ruleset_id");
            let slug = world.slug(call.repo());
            let found = world.repo(call.repo()).rulesets.iter().find(|it| it.id == id);
            let own = found.map(|it| world.show_ruleset(&slug, "Repository", it, true));
            Reply::found(
                own.or_else(|| of_org(world, call).into_iter().find(|it| it["id"] == id))
                    .map(|it| hidden(call, it)),
            )
        }
        "repos/create-repo-ruleset" => create(world, call),
        "repos/update-repo-ruleset" => update(world, call),
        "repos/delete-repo-ruleset" => {
            let (id, by) = (call.number("ruleset_id"), call.actor(world).unwrap());
            let Some(at) = world.repo(call.repo()).rulesets.iter().position(|it| it.id == id)
            else {
                return Some(Reply::missing());
            };
            tell(world, call.repo(), id, "deleted", by);
            world.repo_mut(call.repo()).rulesets.remove(at);
            Reply::Empty(204)
        }
        "repos/get-branch-rules" => Reply::List(on_branch(world, call.repo(), call.part("branch"))),
        "repos/get-org-rulesets" => {
            let org = world.org(call.part("org"));
            let login = call.part("org").to_owned();
            let all = world.orgs.get(&org).map(|it| it.rulesets.clone()).unwrap_or_default();
            Reply::List(
                all.iter()
                    .map(|it| world.show_ruleset(&login, "Organization", it, false))
                    .collect(),
            )
        }
        "repos/get-org-ruleset" => {
            let org = world.org(call.part("org"));
            let all = world.orgs.get(&org).map(|it| it.rulesets.clone()).unwrap_or_default();
            let found = all.iter().find(|it| it.id == call.number("ruleset_id"));
            Reply::found(
                found.map(|it| world.show_ruleset(call.part("org"), "Organization", it, true)),
            )
        }
        "repos/get-branch-protection" => {
            match world.repo(call.repo()).protection.get(call.part("branch")) {
                Some(it) => Reply::Json(200, it.clone()),
                None => Reply::Refused(404, "Branch not protected".to_owned()),
            }
        }
        _ => return None,
    })
}

/// Who may bypass is shown to those who may write it.
fn hidden(call: &Call<'_>, mut it: Value) -> Value {
    let writes = match &call.who {
        Who::Token(Whose::Installation { permissions, .. }) => {
            permissions.get("administration").is_some_and(|it| it == "write")
        }
        Who::Token(Whose::User(_)) => true,
        _ => false,
    };
    if !writes {
        it.as_object_mut().unwrap().remove("bypass_actors");
    }
    it
}

fn of_org(world: &World, call: &Call<'_>) -> Vec<Value> {
    let owner = world.repo(call.repo()).owner;
    let login = world.accounts[&owner].login.clone();
    let all = world.orgs.get(&owner).map(|it| it.rulesets.as_slice()).unwrap_or_default();
    all.iter().map(|it| world.show_ruleset(&login, "Organization", it, true)).collect()
}

/// Without rules, conditions and who may bypass.
fn list(world: &World, call: &Call<'_>) -> Vec<Value> {
    let slug = world.slug(call.repo());
    let own = world
        .repo(call.repo())
        .rulesets
        .iter()
        .map(|it| world.show_ruleset(&slug, "Repository", it, false));
    let mut all: Vec<_> = own.collect();
    if call.asked("includes_parents") != Some("false") {
        for mut it in of_org(world, call) {
            for key in ["rules", "conditions", "bypass_actors"] {
                it.as_object_mut().unwrap().remove(key);
            }
            all.push(it);
        }
    }
    all
}

/// What GitHub says of patterns that are neither full names nor known words.
fn refused(world: &World, repo: Id, body: &Value, own: Option<Id>) -> Option<String> {
    let names = &body["conditions"]["ref_name"];
    if body["conditions"].is_object()
        && (!names["include"].is_array() || !names["exclude"].is_array())
    {
        return Some(
            "Validation Failed: Invalid conditions: include and exclude are both needed".to_owned(),
        );
    }
    for name in ["include", "exclude"]
        .iter()
        .flat_map(|it| names[it].as_array().cloned().unwrap_or_default())
    {
        let name = name.as_str().unwrap_or("").to_owned();
        if !name.starts_with("refs/heads/")
            && !name.starts_with("refs/tags/")
            && !["~ALL", "~DEFAULT_BRANCH"].contains(&name.as_str())
        {
            return Some(format!("Validation Failed: Invalid target patterns: '{name}'"));
        }
    }
    let same = |it: &&Ruleset| {
        Some(it.id) != own && it.body["name"] == body["name"] && !body["name"].is_null()
    };
    if world.repo(repo).rulesets.iter().any(|it| same(&it)) {
        return Some("Validation Failed: Name must be unique".to_owned());
    }
    None
}

fn create(world: &mut World, call: &Call<'_>) -> Reply {
    if let Some(why) = refused(world, call.repo(), &call.body, None) {
        return Reply::wrong(why);
    }
    if world.repo(call.repo()).rulesets.len() >= 75 {
        return Reply::wrong("Validation Failed: too many rulesets");
    }
    let (id, at, by) = (world.id(), world.now, call.actor(world).unwrap());
    world.repo_mut(call.repo()).rulesets.push(Ruleset {
        id,
        body: call.body.clone(),
        at,
        updated: at,
    });
    tell(world, call.repo(), id, "created", by);
    let slug = world.slug(call.repo());
    let it = world.repo(call.repo()).rulesets.last().unwrap();
    Reply::Json(201, world.show_ruleset(&slug, "Repository", it, true))
}

fn update(world: &mut World, call: &Call<'_>) -> Reply {
    let (id, at) = (call.number("ruleset_id"), world.now);
    if let Some(why) = refused(world, call.repo(), &call.body, Some(id)) {
        return Reply::wrong(why);
    }
    let by = call.actor(world).unwrap();
    let Some(it) = world.repo_mut(call.repo()).rulesets.iter_mut().find(|it| it.id == id) else {
        return Reply::missing();
    };
    // Keys that are not said stay as they are.
    it.body.as_object_mut().unwrap().extend(call.body.as_object().cloned().unwrap_or_default());
    it.updated = at;
    tell(world, call.repo(), id, "edited", by);
    let slug = world.slug(call.repo());
    let it = world.repo(call.repo()).rulesets.iter().find(|it| it.id == id).unwrap();
    Reply::Json(200, world.show_ruleset(&slug, "Repository", it, true))
}

pub fn tell(world: &mut World, repo: Id, id: Id, action: &str, by: Id) {
    let slug = world.slug(repo);
    let Some(it) = world.repo(repo).rulesets.iter().find(|it| it.id == id) else { return };
    let shown = world.show_ruleset(&slug, "Repository", it, true);
    world.emit(
        "repository_ruleset",
        Some(action),
        repo,
        by,
        json!({ "repository_ruleset": shown }),
    );
}

/// The active rules of all levels on a branch; the branch need not be there.
pub fn on_branch(world: &World, repo: Id, branch: &str) -> Vec<Value> {
    let it = world.repo(repo);
    let slug = world.slug(repo);
    let owner = world.accounts[&it.owner].login.clone();
    let of_org = world.orgs.get(&it.owner).map(|it| it.rulesets.as_slice()).unwrap_or_default();
    let own = it.rulesets.iter().map(|it| (it, "Repository", slug.as_str()));
    let all = own.chain(of_org.iter().map(|it| (it, "Organization", owner.as_str())));
    let name = format!("refs/heads/{branch}");
    let holds = |pattern: &Value| match pattern.as_str().unwrap_or("") {
        "~ALL" => true,
        "~DEFAULT_BRANCH" => branch == it.default_branch,
        glob => {
            let glob = globset::GlobBuilder::new(glob).literal_separator(true).build();
            glob.is_ok_and(|it| it.compile_matcher().is_match(&name))
        }
    };
    let mut found = Vec::new();
    for (it, kind, source) in all {
        let names = &it.body["conditions"]["ref_name"];
        let any = |key: &str| names[key].as_array().is_some_and(|all| all.iter().any(holds));
        let branches = it.body["target"].as_str().unwrap_or("branch") == "branch";
        if it.body["enforcement"] != "active" || !branches || !any("include") || any("exclude") {
            continue;
        }
        for rule in it.body["rules"].as_array().cloned().unwrap_or_default() {
            let mut rule = rule;
            rule["ruleset_source_type"] = json!(kind);
            rule["ruleset_source"] = json!(source);
            rule["ruleset_id"] = json!(it.id);
            found.push(rule);
        }
    }
    found
}
