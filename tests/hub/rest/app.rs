//! The App, its installations and deliveries, and limits.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::hub::state::{App, Delivery, Id, Token, Who, Whose, World, time};

pub fn answer(world: &mut World, call: &Call<'_>) -> Option<Reply> {
    Some(match call.id() {
        "apps/get-authenticated" => {
            let Who::App(app) = call.who else {
                return Some(Reply::Refused(
                    401,
                    "A JSON web token could not be decoded".to_owned(),
                ));
            };
            let count = world.installations.values().filter(|it| it.app == app).count();
            let mut shown = world.show_app(&world.apps[&app]);
            shown["installations_count"] = json!(count);
            Reply::Json(200, shown)
        }
        "apps/get-by-slug" => {
            let found = world.apps.values().find(|it| it.slug == call.part("app_slug"));
            Reply::found(found.map(|it| world.show_app(it)))
        }
        "apps/list-installations"
        | "apps/get-installation"
        | "apps/get-repo-installation"
        | "apps/get-org-installation"
        | "apps/get-user-installation"
        | "apps/create-installation-access-token"
        | "apps/get-webhook-config-for-app"
        | "apps/update-webhook-config-for-app"
        | "apps/list-webhook-deliveries"
        | "apps/get-webhook-delivery"
        | "apps/redeliver-webhook-delivery" => {
            let Who::App(app) = call.who else {
                return Some(Reply::Refused(
                    401,
                    "A JSON web token could not be decoded".to_owned(),
                ));
            };
            return as_app(world, call, app);
        }
        "apps/create-from-manifest" => match world.manifests.remove(call.part("code")) {
            Some(manifest) => Reply::Json(201, converted(world, &manifest)),
            None => Reply::missing(),
        },
        "apps/list-repos-accessible-to-installation" => match &call.who {
            Who::Token(Whose::Installation { id, repos, .. }) => {
                let sees = |it: &&Id| {
                    world.covers(*id, **it) && repos.as_ref().is_none_or(|some| some.contains(*it))
                };
                let all = world.repos.keys().filter(sees).map(|it| world.show_repo(*it));
                Reply::named("repositories", all.collect())
            }
            _ => Reply::Refused(
                403,
                "You must authenticate with an installation access token".to_owned(),
            ),
        },
        "apps/revoke-installation-access-token" => {
            if let Who::Token(whose) = &call.who {
                world.tokens.retain(|_, it| it.whose != *whose);
            }
            Reply::Empty(204)
        }
        "rate-limit/get" => {
            let left = match &call.who {
                Who::Token(Whose::Installation { id, .. }) => {
                    world.left.get(id).copied().unwrap_or(5000)
                }
                _ => 5000,
            };
            let one = json!({ "limit": 5000, "remaining": left, "used": 5000 - left.min(5000), "reset": world.clock() + 3600 });
            Reply::Json(
                200,
                json!({ "rate": one, "resources": { "core": one, "search": one, "graphql": one } }),
            )
        }
        "meta/get" => Reply::Json(200, json!({ "verifiable_password_authentication": false })),
        _ => return None,
    })
}

fn as_app(world: &mut World, call: &Call<'_>, app: Id) -> Option<Reply> {
    let of_account = |world: &World, account: Id| {
        let found = world.installations.values().find(|it| it.app == app && it.account == account);
        Reply::found(found.map(|it| world.show_installation(it.id)))
    };
    Some(match call.id() {
        "apps/list-installations" => {
            let all = world.installations.values().filter(|it| it.app == app);
            Reply::List(all.map(|it| world.show_installation(it.id)).collect())
        }
        "apps/get-installation" => {
            let id = call.number("installation_id");
            let found = world.installations.get(&id).filter(|it| it.app == app);
            Reply::found(found.map(|it| world.show_installation(it.id)))
        }
        "apps/get-repo-installation" => {
            match world.repo_named(call.part("owner"), call.part("repo")) {
                Some(repo) => {
                    let found = world
                        .installations
                        .values()
                        .find(|it| it.app == app && world.covers(it.id, repo));
                    Reply::found(found.map(|it| world.show_installation(it.id)))
                }
                None => Reply::missing(),
            }
        }
        "apps/get-org-installation" | "apps/get-user-installation" => {
            let login =
                if call.part("org").is_empty() { call.part("username") } else { call.part("org") };
            match world.account(login).map(|it| it.id) {
                Some(account) => of_account(world, account),
                None => Reply::missing(),
            }
        }
        "apps/create-installation-access-token" => token(world, call, app),
        "apps/get-webhook-config-for-app" => Reply::Json(200, hook(&world.apps[&app])),
        "apps/update-webhook-config-for-app" => {
            let it = world.apps.get_mut(&app).unwrap();
            if let Some(url) = call.said("url") {
                it.hook = Some(url.to_owned());
            }
            if let Some(secret) = call.said("secret") {
                it.secret = secret.to_owned();
            }
            Reply::Json(200, hook(&world.apps[&app]))
        }
        "apps/list-webhook-deliveries" => {
            let failed = call.asked("status");
            let fits = |it: &&Delivery| {
                it.app == app && failed.is_none_or(|wanted| (wanted == "success") == good(it))
            };
            Reply::List(world.log.iter().rev().filter(fits).map(delivery).collect())
        }
        "apps/get-webhook-delivery" => {
            let id = call.number("delivery_id");
            let found = world.log.iter().find(|it| it.id == id && it.app == app);
            Reply::found(found.map(|it| {
                let mut value = delivery(it);
                let payload: Value = serde_json::from_str(&it.payload).unwrap();
                value["request"] = json!({ "headers": { "X-GitHub-Delivery": it.guid, "X-GitHub-Event": it.event }, "payload": payload });
                value["response"] = json!({ "headers": {}, "payload": "" });
                value["url"] = json!(world.apps[&app].hook);
                value
            }))
        }
        "apps/redeliver-webhook-delivery" => {
            let id = call.number("delivery_id");
            let Some(old) = world.log.iter().find(|it| it.id == id && it.app == app).cloned()
            else {
                return Some(Reply::missing());
            };
            let (id, at) = (world.id(), world.now);
            // The same guid, another id.
            world.outbox.push(Delivery { id, at, redelivery: true, status: None, ..old });
            Reply::Json(202, json!({}))
        }
        _ => return None,
    })
}

fn hook(it: &App) -> Value {
    json!({ "content_type": "json", "insecure_ssl": "0", "secret": "********", "url": it.hook.clone().unwrap_or_default() })
}

fn good(it: &Delivery) -> bool {
    it.status.is_some_and(|it| (200..300).contains(&it))
}

fn delivery(it: &Delivery) -> Value {
    let status = it.status.unwrap_or(0);
    let said = match status {
        0 => "failed to connect to host".to_owned(),
        200..300 => "OK".to_owned(),
        other => format!("Invalid HTTP Response: {other}"),
    };
    json!({
        "id": it.id, "guid": it.guid, "delivered_at": time(it.at), "redelivery": it.redelivery, "duration": 0.1,
        "status": said, "status_code": status, "event": it.event, "action": it.action,
        "installation_id": it.installation, "repository_id": it.repository, "throttled_at": null,
    })
}

fn token(world: &mut World, call: &Call<'_>, app: Id) -> Reply {
    let id = call.number("installation_id");
    let Some(it) = world.installations.get(&id).filter(|it| it.app == app).cloned() else {
        return Reply::missing();
    };
    if it.suspended.is_some() {
        return Reply::Refused(403, "This installation has been suspended".to_owned());
    }
    let permissions = match call.body["permissions"].as_object() {
        None => it.permissions.clone(),
        Some(wanted) => {
            let level = |it: &str| ["read", "write", "admin"].iter().position(|one| *one == it);
            let mut narrowed = BTreeMap::from([("metadata".to_owned(), "read".to_owned())]);
            for (name, wanted) in wanted {
                let wanted = wanted.as_str().unwrap_or("");
                let has = it.permissions.get(name).and_then(|it| level(it));
                if has.is_none() || has < level(wanted) {
                    return Reply::wrong(
                        "The permissions requested are not granted to this installation.",
                    );
                }
                narrowed.insert(name.clone(), wanted.to_owned());
            }
            narrowed
        }
    };
    let ids = call.body["repository_ids"]
        .as_array()
        .map(|all| all.iter().filter_map(Value::as_u64).collect::<Vec<_>>());
    let owner = world.accounts[&it.account].login.clone();
    let named = call.body["repositories"].as_array().map(|all| {
        all.iter()
            .map(|name| world.repo_named(&owner, name.as_str().unwrap_or("")).unwrap_or(0))
            .collect::<Vec<_>>()
    });
    let repos: Option<BTreeSet<Id>> = match (ids, named) {
        (None, None) => None,
        (ids, named) => {
            Some(ids.into_iter().flatten().chain(named.into_iter().flatten()).collect())
        }
    };
    if let Some(repos) = &repos
        && (repos.is_empty()
            || repos.iter().any(|repo| !world.repos.contains_key(repo) || !world.covers(id, *repo)))
    {
        return Reply::wrong(
            "There is at least one repository that does not exist or is not accessible to the parent installation.",
        );
    }
    let until = world.clock() + 3600;
    let sequence = world.id();
    // The long form: nothing may count on 40 characters.
    let text = format!(
        "ghs_{app}_{:x}.{:x}-{sequence}.{}",
        sequence * 65_537,
        sequence * 31_337,
        "x".repeat(90)
    );
    let whose = Whose::Installation { id, repos: repos.clone(), permissions: permissions.clone() };
    world.tokens.insert(text.clone(), Token { whose, until });
    let mut value = json!({
        "token": text, "expires_at": time(until), "permissions": permissions,
        "repository_selection": if repos.is_some() || it.repos.is_some() { "selected" } else { "all" },
    });
    if let Some(repos) = repos {
        value["repositories"] = repos.iter().map(|it| world.show_repo(*it)).collect();
    }
    Reply::Json(201, value)
}

/// The App that a manifest describes comes to be.
fn converted(world: &mut World, manifest: &Value) -> Value {
    let name = manifest["name"].as_str().unwrap_or("app").to_owned();
    let slug = name.to_lowercase().replace(' ', "-");
    let owner = world.org("acme");
    let id = crate::hub::apps::add(world, &slug, owner);
    let app = world.apps.get_mut(&id).unwrap();
    app.name = name;
    app.hook = manifest["hook_attributes"]["url"].as_str().map(str::to_owned);
    let permissions = manifest["default_permissions"].as_object().cloned().unwrap_or_default();
    app.permissions = permissions
        .into_iter()
        .map(|(name, level)| (name, level.as_str().unwrap_or("").to_owned()))
        .collect();
    let events = manifest["default_events"].as_array().cloned().unwrap_or_default();
    app.events = events.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect();
    app.public_key = Some(crate::hub::apps::key().1.clone());
    let app = app.clone();
    let mut value = world.show_app(&app);
    value["client_secret"] = json!(app.client_secret);
    value["webhook_secret"] = json!(app.secret);
    value["pem"] = json!(crate::hub::apps::key().0);
    value
}
