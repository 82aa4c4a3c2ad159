//! Accounts, organizations, teams, collaborators.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::hub::state::{Id, Kind, Role, Who, Whose, World};

pub fn answer(world: &mut World, call: &Call<'_>) -> Option<Reply> {
    let world = &*world;
    Some(match call.id() {
        "users/get-authenticated" => match &call.who {
            Who::Token(Whose::User(id)) => Reply::Json(200, world.show_user(*id)),
            Who::Nobody => Reply::Refused(401, "Requires authentication".to_owned()),
            _ => Reply::Refused(403, "Resource not accessible by integration".to_owned()),
        },
        "users/get-by-username" => {
            Reply::found(world.account(call.part("username")).map(|it| world.show_user(it.id)))
        }
        "users/get-by-id" => {
            let id = call.number("account_id");
            Reply::found(
                world.accounts.get(&id).filter(|it| !it.gone).map(|it| world.show_user(it.id)),
            )
        }
        "repos/list-collaborators" => {
            let all = world.accounts.values().filter(|it| it.kind == Kind::User);
            let least = if world.repo(call.repo()).private { Role::Nothing } else { Role::Read };
            let all = all.filter(|it| world.role(call.repo(), it.id) > least);
            Reply::List(all.map(|it| collaborator(world, call.repo(), it.id)).collect())
        }
        "repos/check-collaborator" => match world.account(call.part("username")).map(|it| it.id) {
            Some(id) if world.role(call.repo(), id) > Role::Nothing => Reply::Empty(204),
            _ => Reply::missing(),
        },
        "repos/get-collaborator-permission-level" => {
            let Some(id) = world.account(call.part("username")).map(|it| it.id) else {
                return Some(Reply::Refused(
                    404,
                    format!("{} is not a user", call.part("username")),
                ));
            };
            let role = world.role(call.repo(), id);
            let mut user = collaborator(world, call.repo(), id);
            user["role_name"] = json!(role.name());
            Reply::Json(
                200,
                json!({ "permission": role.legacy(), "role_name": role.name(), "user": user }),
            )
        }
        "repos/list-teams" => {
            let all = world.teams.values().filter(|it| it.repos.contains_key(&call.repo()));
            Reply::List(all.map(|it| world.show_team(it)).collect())
        }
        id if id.starts_with("orgs/") || id.starts_with("teams/") => return of_org(world, call),
        _ => return None,
    })
}

fn collaborator(world: &World, repo: Id, id: Id) -> Value {
    let role = world.role(repo, id);
    let mut it = world.show_user(id);
    it["permissions"] = json!({
        "pull": role >= Role::Read, "triage": role >= Role::Triage, "push": role >= Role::Write,
        "maintain": role >= Role::Maintain, "admin": role >= Role::Admin,
    });
    it["role_name"] = json!(role.name());
    it
}

fn of_org(world: &World, call: &Call<'_>) -> Option<Reply> {
    let org =
        world.account(call.part("org")).filter(|it| it.kind == Kind::Organization).map(|it| it.id);
    // Other organizations are not seen by an installation.
    let seen = |org: Id| match &call.who {
        Who::Token(Whose::Installation { id, .. }) => world.installations[id].account == org,
        Who::Token(Whose::User(id)) => world.orgs[&org].members.contains_key(id),
        _ => false,
    };
    let Some(org) = org.filter(|it| call.id() == "orgs/get" || seen(*it)) else {
        return Some(Reply::missing());
    };
    let team = world.team_named(org, call.part("team_slug"));
    if !call.part("team_slug").is_empty() && team.is_none() {
        return Some(Reply::missing());
    }
    let user = world.account(call.part("username")).map(|it| it.id);
    let here = &world.orgs[&org];
    Some(match (call.id(), team) {
        ("orgs/get", _) => {
            let it = show_org(world, org);
            Reply::Json(200, it)
        }
        ("orgs/list-members", _) => {
            let owners = call.asked("role") == Some("admin");
            let all = here.members.iter().filter(|(id, owner)| (!owners || **owner) && !world.accounts[id].gone);
            Reply::List(all.map(|(id, _)| world.show_user(*id)).collect())
        }
        ("orgs/check-membership-for-user", _) => match user.filter(|it| here.members.contains_key(it)) {
            Some(_) => Reply::Empty(204),
            None => Reply::missing(),
        },
        ("orgs/get-membership-for-user", _) => Reply::found(user.and_then(|user| {
            let owner = here.members.get(&user)?;
            Some(json!({ "state": "active", "role": if *owner { "admin" } else { "member" }, "user": world.show_user(user), "organization": show_org(world, org) }))
        })),
        ("teams/list", _) => {
            let all = world.teams.values().filter(|it| it.org == org);
            Reply::List(all.map(|it| world.show_team(it)).collect())
        }
        ("teams/get-by-name", Some(team)) => {
            let mut it = world.show_team(&world.teams[&team]);
            it["members_count"] = json!(world.members(team).len());
            it["organization"] = show_org(world, org);
            Reply::Json(200, it)
        }
        ("teams/list-members-in-org", Some(team)) => {
            let wanted = call.asked("role");
            let all = world.members(team).into_iter().filter(|(id, leads)| match wanted {
                Some("maintainer") => *leads || here.members.get(id) == Some(&true),
                Some("member") => !*leads,
                _ => true,
            });
            Reply::List(all.map(|(id, _)| world.show_user(id)).collect())
        }
        ("teams/list-child-in-org", Some(team)) => {
            let all = world.teams.values().filter(|it| it.parent == Some(team));
            Reply::List(all.map(|it| world.show_team(it)).collect())
        }
        ("teams/list-repos-in-org", Some(team)) => {
            Reply::List(world.teams[&team].repos.keys().map(|it| world.show_repo(*it)).collect())
        }
        ("teams/get-membership-for-user-in-org", Some(team)) => Reply::found(user.and_then(|user| {
            let pending = world.teams[&team].pending.contains(&user);
            let leads = world.members(team).get(&user).copied().or(pending.then_some(false))?;
            // Owners of the organization show as maintainers.
            let leads = leads || here.members.get(&user) == Some(&true);
            let url = format!("{}/teams/{team}/memberships/{}", world.api, world.login(user));
            Some(json!({ "state": if pending { "pending" } else { "active" }, "role": if leads { "maintainer" } else { "member" }, "url": url }))
        })),
        _ => return None,
    })
}

fn show_org(world: &World, org: Id) -> Value {
    let mut it = world.show_user(org);
    let login = &world.accounts[&org].login;
    let api = format!("{}/orgs/{login}", world.api);
    it["name"] = json!(login);
    it["url"] = json!(api);
    for key in ["repos", "events", "hooks", "issues"] {
        it[format!("{key}_url")] = json!(format!("{api}/{key}"));
    }
    for key in ["members", "public_members"] {
        it[format!("{key}_url")] = json!(format!("{api}/{key}{{/member}}"));
    }
    it
}
