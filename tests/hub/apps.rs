//! Apps: how they come to be and how they prove who they are.

use std::process::Command;
use std::sync::OnceLock;

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use super::state::{App, Id, Installation, Kind, World};

/// GitHub's own App, whose checks any workflow can write.
pub const ACTIONS: Id = 15368;

/// What the App under test is allowed, unless a test says otherwise.
pub const PERMISSIONS: &[(&str, &str)] = &[
    ("actions", "read"),
    ("administration", "write"),
    ("checks", "write"),
    ("contents", "read"),
    ("deployments", "write"),
    ("issues", "read"),
    ("members", "read"),
    ("merge_queues", "read"),
    ("metadata", "read"),
    ("pull_requests", "write"),
    ("statuses", "write"),
];

/// What it is told of, unless a test says otherwise.
pub const EVENTS: &[&str] = &[
    "branch_protection_rule",
    "check_run",
    "check_suite",
    "deployment_protection_rule",
    "issue_comment",
    "label",
    "member",
    "membership",
    "merge_group",
    "organization",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "push",
    "repository",
    "repository_ruleset",
    "status",
    "team",
    "workflow_run",
];

/// The key of the App under test, made anew by each run: private and public, PEM.
pub fn key() -> &'static (String, String) {
    static KEY: OnceLock<(String, String)> = OnceLock::new();
    KEY.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("key");
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f"])
            .arg(&file)
            .status();
        assert!(made.unwrap().success());
        let public =
            Command::new("ssh-keygen").args(["-e", "-m", "PEM", "-f"]).arg(&file).output().unwrap();
        (std::fs::read_to_string(&file).unwrap(), String::from_utf8(public.stdout).unwrap())
    })
}

/// Adds an App that asks for nothing yet.
pub fn add(world: &mut World, slug: &str, owner: Id) -> Id {
    let (bot, id) = (world.new_account(slug, Kind::Bot), world.id());
    insert(world, id, slug, owner, bot)
}

/// The App of that name, which comes to be when first named.
pub fn named(world: &mut World, slug: &str) -> Id {
    if let Some(found) = world.apps.values().find(|it| it.slug == slug) {
        return found.id;
    }
    let owner = world.org("github");
    if slug == "github-actions" {
        let bot = world.new_account(slug, Kind::Bot);
        return insert(world, ACTIONS, slug, owner, bot);
    }
    add(world, slug, owner)
}

fn insert(world: &mut World, id: Id, slug: &str, owner: Id, bot: Id) -> Id {
    let app = App {
        id,
        slug: slug.to_owned(),
        name: slug.to_owned(),
        owner,
        bot,
        client_id: format!("Iv23{slug}{id}"),
        client_secret: format!("client-{id}-{}", "0f".repeat(16)),
        permissions: [].into(),
        events: [].into(),
        hook: None,
        secret: format!("it's a secret to {slug}"),
        public_key: None,
    };
    world.apps.insert(id, app);
    id
}

/// Installs an App for all repositories of an account.
pub fn install(world: &mut World, app: Id, account: Id) -> Id {
    let found = world.installations.values().find(|it| it.app == app && it.account == account);
    if let Some(found) = found {
        return found.id;
    }
    let id = world.id();
    let permissions = world.apps[&app].permissions.clone();
    world
        .installations
        .insert(id, Installation { id, app, account, repos: None, suspended: None, permissions });
    id
}

#[derive(Deserialize)]
struct Claims {
    iss: serde_json::Value,
    iat: i64,
    exp: i64,
}

/// The App that a JSON web token proves; why not, otherwise.
pub fn proved(world: &World, token: &str) -> Result<Id, String> {
    let mut how = Validation::new(Algorithm::RS256);
    how.validate_exp = false;
    how.required_spec_claims.clear();
    let mut found = Err("A JSON web token could not be decoded".to_owned());
    for app in world.apps.values() {
        let Some(public) = &app.public_key else { continue };
        let key = DecodingKey::from_rsa_pem(public.as_bytes()).unwrap();
        let Ok(read) = jsonwebtoken::decode::<Claims>(token, &key, &how) else { continue };
        let claims = read.claims;
        let iss = claims.iss.as_str().map_or_else(|| claims.iss.to_string(), str::to_owned);
        if iss != app.id.to_string() && iss != app.client_id {
            continue;
        }
        let now = world.clock();
        found = match (claims.iat, claims.exp) {
            (_, exp) if exp <= now => Err("'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires".to_owned()),
            (_, exp) if exp > now + 600 => Err("'Expiration time' claim ('exp') is too far in the future".to_owned()),
            (iat, _) if iat > now => Err("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued".to_owned()),
            _ => return Ok(app.id),
        };
    }
    found
}
