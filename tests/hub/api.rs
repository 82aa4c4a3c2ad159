//! REST: finds the operation, holds the request to its description, asks who may,
//! answers, pages, and holds the answer to its description too.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::describe;
use super::http::{encoded, pairs};
use super::rest::{self, Call, Reply, error};
use super::server::{Answer, Asked, who};
use super::state::{Id, Role, Who, Whose, World};

/// Calls that an installation may make each hour.
const HOURLY: u64 = 5000;

fn below(path: &str) -> &str {
    path.strip_prefix("/api/v3").unwrap_or(path)
}

/// What the operation of a request is called.
pub fn operation(asked: &Asked) -> String {
    let path = below(&asked.path);
    // `/repositories/{id}/…` stands for `/repos/{owner}/{repo}/…`.
    let path = match path.strip_prefix("/repositories/") {
        Some(rest) => {
            format!("/repos/o/{rest}").replacen(rest.split('/').next().unwrap_or(""), "r", 1)
        }
        None => path.to_owned(),
    };
    let found = describe::find(&asked.method, &path);
    found.map_or_else(|| format!("{} {path}", asked.method), |it| it.0.id.clone())
}

pub fn answer(world: &mut World, asked: &Asked) -> Answer {
    if asked.header("user-agent").is_none_or(str::is_empty) {
        world.wrong(format!("{} {}: no User-Agent", asked.method, asked.path));
        return Answer::json(
            403,
            &error(
                403,
                "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
            ),
        );
    }
    match asked.header("x-github-api-version") {
        None | Some("2022-11-28" | "2026-03-10") => {}
        Some(other) => {
            world.wrong(format!("X-GitHub-Api-Version: {other} is not supported"));
            return Answer::json(400, &error(400, "The API version is not supported"));
        }
    }
    let who = match who(world, asked) {
        Ok(who) => who,
        Err(why) => return Answer::json(401, &error(401, &why)),
    };
    let left = match &who {
        Who::Token(Whose::Installation { id, .. }) => {
            Some((*id, world.left.get(id).copied().unwrap_or(HOURLY)))
        }
        _ => None,
    };
    if left.is_some_and(|it| it.1 == 0) {
        let answer = Answer::json(403, &error(403, "API rate limit exceeded for installation."));
        return limits(answer, 0, world.clock());
    }
    let mut answer = routed(world, asked, who);
    let etag = format!(
        "W/\"{}\"",
        Sha256::digest(&answer.body)
            .iter()
            .take(16)
            .map(|it| format!("{it:02x}"))
            .collect::<String>()
    );
    if answer.status == 200 && asked.method == "GET" {
        if asked.header("if-none-match") == Some(etag.as_str()) {
            // Free of charge.
            let answer = Answer { status: 304, ..Answer::default() }.with("etag", etag);
            return limits(answer, left.map_or(HOURLY, |it| it.1), world.clock());
        }
        answer = answer.with("etag", etag);
    }
    if let Some((id, left)) = left {
        world.left.insert(id, left - 1);
    }
    limits(answer, left.map_or(HOURLY, |it| it.1 - 1), world.clock())
}

fn limits(answer: Answer, left: u64, now: i64) -> Answer {
    answer
        .with("x-ratelimit-limit", HOURLY.to_string())
        .with("x-ratelimit-remaining", left.to_string())
        .with("x-ratelimit-used", HOURLY.saturating_sub(left).to_string())
        .with("x-ratelimit-reset", (now + 3600).to_string())
        .with("x-ratelimit-resource", "core")
        .with("x-github-request-id", "0000:0000")
}

fn routed(world: &mut World, asked: &Asked, who: Who) -> Answer {
    let mut path = below(&asked.path).to_owned();
    if let Some(rest) = path.strip_prefix("/repositories/") {
        let (id, rest) =
            rest.split_once('/').map_or((rest, String::new()), |it| (it.0, format!("/{}", it.1)));
        let Some(id) = id.parse::<Id>().ok().filter(|it| world.repos.contains_key(it)) else {
            return Answer::json(404, &error(404, "Not Found"));
        };
        path = format!("/repos/{}{rest}", world.slug(id));
    }
    let Some((operation, parts)) = describe::find(&asked.method, &path) else {
        world.wrong(format!("{} {path}: is none of the operations in rest.json", asked.method));
        return Answer::json(404, &error(404, "Not Found"));
    };
    let mut call = Call {
        operation,
        parts,
        query: pairs(&asked.query),
        body: asked.json().unwrap_or(Value::Null),
        who,
        accept: asked.header("accept").unwrap_or("").to_owned(),
        repo: None,
    };
    if !asked.body.is_empty() && call.body.is_null() {
        world.wrong(format!("{}: the body is no JSON", operation.id));
        return Answer::json(400, &error(400, "Problems parsing JSON"));
    }
    if operation.path.starts_with("/repos/{owner}/{repo}") {
        let slug = format!("{}/{}", call.part("owner"), call.part("repo"));
        match world.repo_named(call.part("owner"), call.part("repo")) {
            Some(id) => call.repo = Some(id),
            None => return moved(world, asked, &path, &slug),
        }
    }
    if let Some(refused) = refused(world, &call) {
        return refused;
    }
    let given = (!asked.body.is_empty()).then_some(&call.body);
    let wrong = operation.faults(&call.query, given);
    if !wrong.is_empty() {
        wrong.iter().for_each(|it| world.wrong(it.clone()));
        return Answer::json(
            422,
            &error(422, &format!("Invalid request.\n\n{}", wrong.join("\n"))),
        );
    }
    let Some(reply) = rest::answer(world, &call) else {
        world.wrong(format!("{}: the fake does not answer this", operation.id));
        return Answer::json(501, &error(501, "the fake does not answer this"));
    };
    replied(world, asked, &call, reply)
}

/// A repository that has another name now answers with where it is.
fn moved(world: &World, asked: &Asked, path: &str, slug: &str) -> Answer {
    let Some(id) = world.old_names.get(&slug.to_lowercase()) else {
        return Answer::json(404, &error(404, "Not Found"));
    };
    let rest = path
        .trim_start_matches("/repos/")
        .splitn(3, '/')
        .nth(2)
        .map(|it| format!("/{it}"))
        .unwrap_or_default();
    let query = if asked.query.is_empty() { String::new() } else { format!("?{}", asked.query) };
    let url = format!("{}/repositories/{id}{rest}{query}", world.api);
    let status = if asked.method == "GET" { 301 } else { 307 };
    Answer::json(
        status,
        &json!({ "message": "Moved Permanently", "url": url, "documentation_url": "" }),
    )
    .with("location", url)
}

/// Whether the asker may not: invisible is missing, visible is forbidden.
fn refused(world: &World, call: &Call<'_>) -> Option<Answer> {
    let missing = || Some(Answer::json(404, &error(404, "Not Found")));
    let open = call.repo.is_some_and(|it| !world.repo(it).private);
    let reads = call.operation.method == "GET";
    match &call.who {
        Who::Token(Whose::Installation { id, repos, permissions }) => {
            let sees = |it: Id| {
                world.covers(*id, it) && repos.as_ref().is_none_or(|some| some.contains(&it))
            };
            if call.repo.is_some_and(|it| !sees(it)) {
                return if open && reads { None } else { missing() };
            }
            let level = |it: &str| ["read", "write", "admin"].iter().position(|one| *one == it);
            let needs = rest::needs(call.operation);
            let has = |(name, least): &(&str, &str)| {
                permissions.get(*name).is_some_and(|it| level(it) >= level(least))
            };
            if needs.is_empty() || needs.iter().any(has) || (open && reads && call.repo.is_some()) {
                return None;
            }
            let accepted: Vec<_> =
                needs.iter().map(|(name, level)| format!("{name}={level}")).collect();
            let answer = Answer::json(403, &error(403, "Resource not accessible by integration"));
            Some(answer.with("x-accepted-github-permissions", accepted.join("; ")))
        }
        Who::Token(Whose::User(id)) => {
            let repo = call.repo?;
            let role = world.role(repo, *id);
            match role {
                Role::Nothing => missing(),
                _ if role < rest::standing(call.operation) => {
                    Some(Answer::json(403, &error(403, "Must have admin rights to Repository.")))
                }
                _ => None,
            }
        }
        _ if call.repo.is_some() && call.id() != "apps/get-repo-installation" => {
            if open && reads {
                None
            } else {
                missing()
            }
        }
        _ => None,
    }
}

fn replied(world: &mut World, asked: &Asked, call: &Call<'_>, reply: Reply) -> Answer {
    let (status, mut body, link) = match reply {
        Reply::Json(status, body) => (status, body, None),
        Reply::Refused(status, why) => return Answer::json(status, &error(status, &why)),
        Reply::Empty(status) => return Answer { status, ..Answer::default() },
        Reply::Raw(kind, body) => {
            return Answer { status: 200, body, ..Answer::default() }.with("content-type", kind);
        }
        Reply::List(all) => {
            let (page, link) = paged(world, asked, call, all);
            (200, Value::Array(page), link)
        }
        Reply::Named(name, all, more) => {
            let total = all.len();
            let (page, link) = paged(world, asked, call, all);
            let mut body: Map<String, Value> = more;
            body.insert("total_count".to_owned(), json!(total));
            body.insert(name.to_owned(), Value::Array(page));
            (200, Value::Object(body), link)
        }
    };
    for it in call.operation.complete(status, &mut body) {
        world.wrong(it);
    }
    let answer = Answer::json(status, &body);
    match link {
        Some(link) => answer.with("link", link),
        None => answer,
    }
}

/// One page of a list, and where the others are.
fn paged(
    world: &World,
    asked: &Asked,
    call: &Call<'_>,
    all: Vec<Value>,
) -> (Vec<Value>, Option<String>) {
    let number = |name: &str| call.asked(name).and_then(|it| it.parse::<usize>().ok());
    let many = number("per_page").unwrap_or(30).clamp(1, 100);
    let turns = call.operation.turns();
    let page = number(turns).unwrap_or(1).max(1);
    let last = all.len().div_ceil(many).max(1);
    let url = |to: usize| {
        let kept = call
            .query
            .iter()
            .filter(|it| it.0 != turns)
            .map(|(name, value)| format!("{name}={}&", encoded(value)));
        // Links name the repository by its id.
        let path = match call.repo {
            Some(id) => {
                let rest = below(&asked.path)
                    .splitn(5, '/')
                    .skip(4)
                    .map(|it| format!("/{it}"))
                    .collect::<String>();
                let rest = if asked.path.contains("/repositories/") {
                    below(&asked.path).splitn(4, '/').skip(3).map(|it| format!("/{it}")).collect()
                } else {
                    rest
                };
                format!("/repositories/{id}{rest}")
            }
            None => below(&asked.path).to_owned(),
        };
        format!("{}{path}?{}{turns}={to}", world.api, kept.collect::<String>())
    };
    let mut links = Vec::new();
    if page > 1 {
        links.push(format!("<{}>; rel=\"prev\"", url(page - 1)));
    }
    if page < last {
        links.push(format!("<{}>; rel=\"next\"", url(page + 1)));
        if turns == "page" {
            links.push(format!("<{}>; rel=\"last\"", url(last)));
        }
    }
    if page > 1 {
        links.push(format!("<{}>; rel=\"first\"", url(1)));
    }
    let link = (!links.is_empty()).then(|| links.join(", "));
    (all.into_iter().skip((page - 1) * many).take(many).collect(), link)
}
