//! As much of GitHub as a login needs, and a client that is no browser.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use refgate::github::api::segment;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const CLIENT: &str = "Iv1.client";

/// Made here, so that no secret stands in the tree.
pub fn secret() -> String {
    format!("s{}", "3cret".repeat(5))
}

pub fn token(code: &str) -> String {
    format!("ghu_{code}{}", "u".repeat(30))
}

#[derive(Default)]
pub struct World {
    /// Who sits at the browser.
    pub visitor: String,
    /// What each can read: installation, repositories.
    pub reads: BTreeMap<String, Vec<(u64, Vec<u64>)>>,
    /// Installations whose organization wants a login of its own.
    pub closed: Vec<u64>,
    /// Whether it is in no state to answer.
    pub down: bool,
    codes: BTreeMap<String, String>,
    tokens: BTreeMap<String, String>,
    issued: usize,
}

#[derive(Clone, Default)]
pub struct Fake(pub Arc<Mutex<World>>);

impl Fake {
    /// Starts it; answers where.
    pub async fn start(&self) -> String {
        let router = Router::new()
            .route("/login/oauth/authorize", get(authorize))
            .route("/login/oauth/access_token", post(exchange))
            .route("/api/v3/user", get(user))
            .route("/api/v3/user/installations", get(installations))
            .route("/api/v3/user/installations/{id}/repositories", get(repositories))
            .with_state(self.clone());
        serve(router).await
    }

    pub fn is(&self, visitor: &str) {
        visitor.clone_into(&mut self.0.lock().unwrap().visitor);
    }

    pub fn reads(&self, who: &str, all: &[(u64, &[u64])]) {
        let all = all.iter().map(|(id, those)| (*id, those.to_vec())).collect();
        self.0.lock().unwrap().reads.insert(who.to_owned(), all);
    }

    fn whose(&self, headers: &HeaderMap) -> Option<String> {
        let said = headers.get("authorization")?.to_str().ok()?;
        let token = said.split_once(' ')?.1;
        self.0.lock().unwrap().tokens.get(token).cloned()
    }
}

/// Serves `router` at a free port; answers where.
pub async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn authorize(
    State(fake): State<Fake>,
    Query(said): Query<BTreeMap<String, String>>,
) -> Redirect {
    let mut world = fake.0.lock().unwrap();
    assert_eq!(said["client_id"], CLIENT);
    assert_eq!(said["state"].len(), 64);
    world.issued += 1;
    let code = format!("code{}", world.issued);
    let visitor = world.visitor.clone();
    world.codes.insert(code.clone(), visitor);
    Redirect::to(&format!("{}?code={code}&state={}", said["redirect_uri"], segment(&said["state"])))
}

async fn exchange(State(fake): State<Fake>, headers: HeaderMap, body: String) -> Response {
    let mut world = fake.0.lock().unwrap();
    if world.down {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    assert_eq!(headers["accept"], "application/json");
    assert!(headers.get("authorization").is_none());
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&body["client_id"], &body["client_secret"]), (&json!(CLIENT), &json!(secret())));
    let code = body["code"].as_str().unwrap();
    let Some(who) = world.codes.remove(code) else {
        return text(&json!({ "error": "bad_verification_code" }));
    };
    world.tokens.insert(token(code), who);
    text(&json!({ "access_token": token(code), "token_type": "bearer", "scope": "" }))
}

async fn user(State(fake): State<Fake>, headers: HeaderMap) -> Response {
    match fake.whose(&headers) {
        Some(who) => text(&json!({ "id": 1 + who.len(), "login": who })),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn installations(State(fake): State<Fake>, headers: HeaderMap) -> Response {
    let Some(who) = fake.whose(&headers) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let world = fake.0.lock().unwrap();
    let ids = world.reads.get(&who).into_iter().flatten().map(|it| json!({ "id": it.0 }));
    let ids: Vec<_> = ids.collect();
    text(&json!({ "total_count": ids.len(), "installations": ids }))
}

async fn repositories(
    State(fake): State<Fake>,
    Path(id): Path<u64>,
    headers: HeaderMap,
) -> Response {
    let Some(who) = fake.whose(&headers) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let world = fake.0.lock().unwrap();
    if world.closed.contains(&id) {
        let body = json!({ "message": "Resource protected by organization SAML enforcement." });
        return (StatusCode::FORBIDDEN, text(&body)).into_response();
    }
    let all = world.reads.get(&who).into_iter().flatten();
    let all = all.filter(|it| it.0 == id).flat_map(|it| &it.1).map(|it| json!({ "id": it }));
    let all: Vec<_> = all.collect();
    text(&json!({ "total_count": all.len(), "repositories": all }))
}

fn text(value: &Value) -> Response {
    ([("content-type", "application/json")], value.to_string()).into_response()
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    pub fn to(&self) -> &str {
        assert_eq!(self.status, 303, "{self:?}");
        self.header("location").unwrap()
    }
}

/// A client that keeps cookies and follows nothing.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    pub cookies: BTreeMap<String, String>,
}

impl Visitor {
    pub async fn get(&mut self, url: &str) -> Reply {
        self.ask("GET", url, None).await
    }

    pub async fn post(&mut self, url: &str, form: &str) -> Reply {
        self.ask("POST", url, Some(form)).await
    }

    pub async fn ask(&mut self, method: &str, url: &str, form: Option<&str>) -> Reply {
        let rest = url.strip_prefix("http://").unwrap();
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut head =
            format!("{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
        for (name, value) in &self.cookies {
            head += &format!("cookie: {name}={value}\r\n");
        }
        if let Some(form) = form {
            head += "content-type: application/x-www-form-urlencoded\r\n";
            head += &format!("content-length: {}\r\n", form.len());
        }
        let mut stream = TcpStream::connect(host).await.unwrap();
        let whole = format!("{head}\r\n{}", form.unwrap_or_default());
        stream.write_all(whole.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let pair =
            |it: &str| it.split_once(": ").map(|(name, it)| (name.to_lowercase(), it.to_owned()));
        let headers: Vec<_> = lines.filter_map(pair).collect();
        for (_, cookie) in headers.iter().filter(|it| it.0 == "set-cookie") {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Reply { status, headers, body: body.to_owned() }
    }
}
