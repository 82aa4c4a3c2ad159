//! The pages that an App sends people to: login, and the making of an App.

use serde_json::json;

use super::http::{encoded, pairs};
use super::server::{Answer, Asked};
use super::state::{Token, Whose, World};

pub fn answer(world: &mut World, asked: &Asked) -> Answer {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/login/oauth/authorize") => authorize(world, asked),
        ("POST", "/login/oauth/access_token") => token(world, asked),
        ("POST", path) if path.ends_with("/settings/apps/new") => manifest(world, asked),
        _ => {
            world.wrong(format!("{} {}: is no page of the fake", asked.method, asked.path));
            Answer { status: 404, ..Answer::default() }
        }
    }
}

/// Sends the visitor back with a code, as if they had agreed.
fn authorize(world: &mut World, asked: &Asked) -> Answer {
    let query = pairs(&asked.query);
    let said = |name: &str| query.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str());
    let known = world.apps.values().any(|it| it.client_id == said("client_id"));
    let (Some(visitor), true) = (world.visitor, known) else {
        return Answer { status: if known { 401 } else { 404 }, ..Answer::default() };
    };
    if said("state").is_empty() {
        world.wrong("/login/oauth/authorize: no state, so that anybody could finish this login");
    }
    let code = format!("code{}", world.id());
    world.codes.insert(code.clone(), (visitor, said("client_id").to_owned()));
    let back = said("redirect_uri");
    let mark = if back.contains('?') { '&' } else { '?' };
    let url = format!("{back}{mark}code={code}&state={}", encoded(said("state")));
    Answer { status: 302, ..Answer::default() }.with("location", url)
}

/// A code becomes a token, once.
fn token(world: &mut World, asked: &Asked) -> Answer {
    let form = String::from_utf8_lossy(&asked.body).into_owned();
    let mut said = pairs(&form);
    if let Some(object) = asked.json().as_ref().and_then(|it| it.as_object()) {
        said = object
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or("").to_owned()))
            .collect();
    }
    let said = |name: &str| said.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str());
    let app = world.apps.values().find(|it| it.client_id == said("client_id"));
    let proved = app.is_some_and(|it| it.client_secret == said("client_secret"));
    let code = world.codes.get(said("code")).filter(|it| it.1 == said("client_id")).cloned();
    let (true, Some((user, _))) = (proved, code) else {
        let why = if proved { "bad_verification_code" } else { "incorrect_client_credentials" };
        return Answer::json(
            200,
            &json!({ "error": why, "error_description": "", "error_uri": "" }),
        );
    };
    world.codes.remove(said("code"));
    let text = world.user_token(user);
    if asked.header("accept").is_some_and(|it| it.contains("json")) {
        return Answer::json(
            200,
            &json!({ "access_token": text, "token_type": "bearer", "scope": "", "expires_in": 28800 }),
        );
    }
    let body = format!("access_token={text}&scope=&token_type=bearer").into_bytes();
    Answer { status: 200, headers: Vec::new(), body }
        .with("content-type", "application/x-www-form-urlencoded")
}

/// Keeps a manifest and sends back with a code for it.
fn manifest(world: &mut World, asked: &Asked) -> Answer {
    let form = pairs(&String::from_utf8_lossy(&asked.body));
    let query = pairs(&asked.query);
    let text = form.iter().find(|it| it.0 == "manifest").map_or("", |it| it.1.as_str());
    let Ok(manifest) = serde_json::from_str::<serde_json::Value>(text) else {
        return Answer { status: 422, ..Answer::default() };
    };
    let back = manifest["redirect_url"].as_str().unwrap_or("").to_owned();
    let code = world.manifest(manifest);
    let state = query.iter().find(|it| it.0 == "state").map_or("", |it| it.1.as_str());
    Answer { status: 302, ..Answer::default() }
        .with("location", format!("{back}?code={code}&state={}", encoded(state)))
}

impl World {
    /// A token of a person, eight hours long.
    pub fn user_token(&mut self, user: u64) -> String {
        let text = format!("ghu_{}{}", self.id(), "u".repeat(36));
        let until = self.clock() + 28_800;
        self.tokens.insert(text.clone(), Token { whose: Whose::User(user), until });
        text
    }

    pub fn manifest(&mut self, manifest: serde_json::Value) -> String {
        let code = format!("manifest{}", self.id());
        self.manifests.insert(code.clone(), manifest);
        code
    }
}
