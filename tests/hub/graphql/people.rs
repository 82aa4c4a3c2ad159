//! Accounts, organizations, teams; the ways in; what mutations do.

use serde_json::Value;

use super::node::{Got, Node, by_id, ids};
use crate::hub::state::{Id, Kind, Role, Whose, World, time};

pub fn field(node: &Node, world: &World, name: &str, args: &Value, whose: &Whose) -> Option<Got> {
    match node {
        Node::Query => query(world, name, args, whose),
        Node::Account(id) => account(world, *id, name, args, whose),
        Node::Team(id) => team(world, *id, name, args),
        _ => None,
    }
}

/// Whether the asker sees a repository.
fn sees(world: &World, whose: &Whose, repo: Id) -> bool {
    match whose {
        Whose::Installation { id, repos, .. } => {
            let own = world.covers(*id, repo) && repos.as_ref().is_none_or(|it| it.contains(&repo));
            own || !world.repo(repo).private
        }
        Whose::User(id) => world.role(repo, *id) > Role::Nothing,
    }
}

fn found_repo(world: &World, whose: &Whose, owner: &str, name: &str) -> Got {
    let slug = format!("{owner}/{name}");
    let found = world
        .repo_named(owner, name)
        .or_else(|| world.old_names.get(&slug.to_lowercase()).copied());
    match found.filter(|it| sees(world, whose, *it)) {
        Some(id) => Got::one(Node::Repo(id)),
        None => Got::Refused(
            "NOT_FOUND",
            format!("Could not resolve to a Repository with the name '{slug}'."),
        ),
    }
}

fn query(world: &World, name: &str, args: &Value, whose: &Whose) -> Option<Got> {
    let text = |key: &str| args[key].as_str().unwrap_or("");
    let seen =
        |id: &str| by_id(world, id).filter(|it| it.repo().is_none_or(|it| sees(world, whose, it)));
    Some(match name {
        "repository" => found_repo(world, whose, text("owner"), text("name")),
        "organization" => {
            match world.account(text("login")).filter(|it| it.kind == Kind::Organization) {
                Some(it) => Got::one(Node::Account(it.id)),
                None => Got::Refused(
                    "NOT_FOUND",
                    format!(
                        "Could not resolve to an Organization with the login of '{}'.",
                        text("login")
                    ),
                ),
            }
        }
        "user" => match world.account(text("login")).filter(|it| it.kind == Kind::User) {
            Some(it) => Got::one(Node::Account(it.id)),
            None => Got::Refused(
                "NOT_FOUND",
                format!("Could not resolve to a User with the login of '{}'.", text("login")),
            ),
        },
        "node" => match seen(text("id")) {
            Some(it) => Got::one(it),
            None => Got::Refused(
                "NOT_FOUND",
                format!("Could not resolve to a node with the global id of '{}'", text("id")),
            ),
        },
        "nodes" => Got::Many(
            args["ids"].as_array()?.iter().filter_map(Value::as_str).filter_map(seen).collect(),
        ),
        "viewer" => match whose {
            Whose::User(id) => Got::one(Node::Account(*id)),
            Whose::Installation { id, .. } => {
                Got::one(Node::Account(world.apps[&world.installations[id].app].bot))
            }
        },
        _ => return None,
    })
}

fn account(world: &World, id: Id, name: &str, args: &Value, whose: &Whose) -> Option<Got> {
    let it = &world.accounts[&id];
    let org = world.orgs.get(&id);
    Some(match name {
        // Bots have no `[bot]` here.
        "login" => Got::leaf(it.login.as_str()),
        "name" => Got::leaf(it.login.as_str()),
        "email" => Got::leaf(""),
        "url" => Got::leaf(format!("{}/{}", world.web, it.login)),
        "avatarUrl" => Got::leaf(format!("{}/avatars/{id}", world.web)),
        "createdAt" | "updatedAt" => Got::leaf(time(world.now)),
        "repository" => found_repo(world, whose, &it.login, args["name"].as_str()?),
        "team" => Got::maybe(world.team_named(id, args["slug"].as_str()?).map(Node::Team)),
        "teams" => Got::pages(
            world.teams.values().filter(|it| it.org == id).map(|it| Node::Team(it.id)).collect(),
        ),
        "membersWithRole" => {
            let all: Vec<_> = org?.members.iter().filter(|it| !world.accounts[it.0].gone).collect();
            let edges = all
                .iter()
                .map(|it| vec![("role", Got::leaf(if *it.1 { "ADMIN" } else { "MEMBER" }))])
                .collect();
            Got::Pages {
                all: all.iter().map(|it| Node::Account(*it.0)).collect(),
                more: Vec::new(),
                edges,
            }
        }
        _ => {
            let prefix = match it.kind {
                Kind::User => "U",
                Kind::Bot => "BOT",
                Kind::Organization => "O",
            };
            return ids(prefix, id, name);
        }
    })
}

fn team(world: &World, id: Id, name: &str, args: &Value) -> Option<Got> {
    let it = &world.teams[&id];
    let org = &world.accounts[&it.org].login;
    Some(match name {
        "name" => Got::leaf(it.name.as_str()),
        "slug" => Got::leaf(it.slug.as_str()),
        "combinedSlug" => Got::leaf(format!("{org}/{}", it.slug)),
        "description" => Got::NULL,
        "privacy" => Got::leaf(if it.secret { "SECRET" } else { "VISIBLE" }),
        "organization" => Got::one(Node::Account(it.org)),
        "parentTeam" => Got::maybe(it.parent.map(Node::Team)),
        "childTeams" => Got::pages(
            world
                .teams
                .values()
                .filter(|it| it.parent == Some(id))
                .map(|it| Node::Team(it.id))
                .collect(),
        ),
        "url" => Got::leaf(format!("{}/orgs/{org}/teams/{}", world.web, it.slug)),
        "members" => {
            let all = match args["membership"].as_str() {
                Some("IMMEDIATE") => it.members.clone(),
                _ => world.members(id),
            };
            let edges = all
                .values()
                .map(|leads| {
                    vec![("role", Got::leaf(if *leads { "MAINTAINER" } else { "MEMBER" }))]
                })
                .collect();
            Got::Pages {
                all: all.keys().map(|it| Node::Account(*it)).collect(),
                more: Vec::new(),
                edges,
            }
        }
        _ => return ids("T", id, name),
    })
}

pub fn collaborators(world: &World, repo: Id, args: &Value) -> Got {
    let wanted = args["login"].as_str().map(str::to_lowercase);
    // A search within names, not a look-up.
    let query = args["query"].as_str().map(str::to_lowercase);
    let fits = |login: &str| {
        wanted.as_deref().is_none_or(|it| it == login)
            && query.as_deref().is_none_or(|it| login.contains(it))
    };
    let all = world
        .accounts
        .values()
        .filter(|it| it.kind == Kind::User && fits(&it.login.to_lowercase()));
    let all: Vec<_> =
        all.map(|it| (it.id, world.role(repo, it.id))).filter(|it| it.1 > Role::Nothing).collect();
    let edges =
        all.iter().map(|it| vec![("permission", Got::leaf(it.1.name().to_uppercase()))]).collect();
    Got::Pages { all: all.iter().map(|it| Node::Account(it.0)).collect(), more: Vec::new(), edges }
}

/// What a mutation does, and what it answers.
pub fn mutate(world: &mut World, name: &str, input: &Value, whose: &Whose) -> Option<Got> {
    let (by, writes) = match whose {
        Whose::User(id) => (*id, true),
        Whose::Installation { id, permissions, .. } => {
            let writes = permissions.get("pull_requests").is_some_and(|it| it == "write");
            (world.apps[&world.installations[id].app].bot, writes)
        }
    };
    if !writes {
        return Some(Got::Refused(
            "FORBIDDEN",
            "Resource not accessible by integration".to_owned(),
        ));
    }
    let node = |key: &str| input[key].as_str().and_then(|it| by_id(world, it));
    match name {
        "dismissPullRequestReview" => {
            let Some(Node::Review(repo, number, id)) = node("pullRequestReviewId") else {
                return missing();
            };
            let message = input["message"].as_str().unwrap_or("").to_owned();
            if !world.dismiss(repo, number, id, by, &message) {
                return Some(Got::Refused(
                    "UNPROCESSABLE",
                    "Can not dismiss a commented pull request review".to_owned(),
                ));
            }
            Some(Got::made(
                "DismissPullRequestReviewPayload",
                vec![("pullRequestReview", Got::one(Node::Review(repo, number, id)))],
            ))
        }
        "requestReviews" => {
            let Some(Node::Pull(repo, number)) = node("pullRequestId") else { return missing() };
            let named = |key: &str| input[key].as_array().cloned().unwrap_or_default();
            let all: Vec<_> = named("userIds")
                .iter()
                .chain(&named("teamIds"))
                .filter_map(|it| by_id(world, it.as_str()?))
                .collect();
            for it in all {
                match it {
                    Node::Account(user) => world.ask(repo, number, Some(user), None, by),
                    Node::Team(team) => world.ask(repo, number, None, Some(team), by),
                    _ => return missing(),
                }
            }
            Some(Got::made(
                "RequestReviewsPayload",
                vec![
                    ("pullRequest", Got::one(Node::Pull(repo, number))),
                    ("actor", Got::one(Node::Account(by))),
                ],
            ))
        }
        "resolveReviewThread" => {
            let Some(Node::Thread(repo, number, id)) = node("threadId") else { return missing() };
            world.resolve(repo, number, id, true, by);
            Some(Got::made(
                "ResolveReviewThreadPayload",
                vec![("thread", Got::one(Node::Thread(repo, number, id)))],
            ))
        }
        _ => None,
    }
}

fn missing() -> Option<Got> {
    Some(Got::Refused("NOT_FOUND", "Could not resolve to a node with the global id".to_owned()))
}
