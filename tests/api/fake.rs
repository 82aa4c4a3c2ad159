//! A server that answers as a test says, and remembers what it was asked.

use std::collections::HashMap;
use std::fmt::Write;
use std::future::Future;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Response};
use refgate::github::Clock;
use refgate::github::api::{App, Client, Endpoint, Patience, Secret, Setup};
use refgate::model::Timestamp;
use serde_json::{Value, json};

/// When the tests take place.
pub const NOW: Timestamp = 1_800_000_000;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: Method,
    /// With its query.
    pub path: String,
    pub headers: HeaderMap,
    pub body: Value,
    /// How often the same path was asked before.
    pub before: usize,
}

impl Seen {
    /// The token that came with it.
    pub fn token(&self) -> Option<&str> {
        self.headers.get("authorization")?.to_str().unwrap().strip_prefix("Bearer ")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    pub fn is_mint(&self) -> bool {
        self.path.ends_with("/access_tokens")
    }
}

/// A running server.
pub struct Fake {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

pub type Reply = Response<Body>;

impl Fake {
    /// Serves `answer`.
    pub async fn new(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::slow(move |seen| {
            let reply = answer(&seen);
            async move { reply }
        })
        .await
    }

    /// Serves `answer`, which takes its time.
    pub async fn slow<F: Future<Output = Reply> + Send + 'static>(
        answer: impl Fn(Seen) -> F + Send + Sync + 'static,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let (answer, all) = (Arc::new(answer), Arc::clone(&seen));
        let app = Router::new().fallback(move |request: axum::extract::Request| {
            let (answer, all) = (Arc::clone(&answer), Arc::clone(&all));
            async move {
                let (head, body) = request.into_parts();
                let body = to_bytes(body, usize::MAX).await.unwrap();
                let path = head.uri.to_string();
                let seen = {
                    let mut all = all.lock().unwrap();
                    let before = all.iter().filter(|it| it.path == path).count();
                    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
                    let (method, headers) = (head.method, head.headers);
                    all.push(Seen { method, path, headers, body, before });
                    all.last().unwrap().clone()
                };
                answer(seen).await
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, seen }
    }

    /// All that was asked so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// All that was asked but tokens.
    pub fn asked(&self) -> Vec<Seen> {
        self.seen().into_iter().filter(|it| !it.is_mint()).collect()
    }

    /// How many tokens were made.
    pub fn minted(&self) -> usize {
        self.seen().iter().filter(|it| it.is_mint()).count()
    }

    /// What a client of this server is made from, and its clock.
    pub fn setup(&self) -> (Setup, Clock) {
        let clock = Clock::stopped(NOW);
        let setup = Setup {
            clock: clock.clone(),
            patience: Patience { whole: Duration::from_secs(10), ..Patience::default() },
            ..Setup::new(Endpoint::of(&self.url).unwrap()).app(app())
        };
        (setup, clock)
    }

    /// A client of this server, and its clock.
    pub fn client(&self) -> (Client, Clock) {
        let (setup, clock) = self.setup();
        (Client::new(setup).unwrap(), clock)
    }
}

/// An answer of JSON.
pub fn say(status: u16, body: Value) -> Reply {
    with(status, &[], body)
}

/// An answer of JSON with headers.
pub fn with(status: u16, headers: &[(&str, &str)], body: Value) -> Reply {
    let mut reply = Response::builder().status(status).header("content-type", "application/json");
    for (name, value) in headers {
        reply = reply.header(*name, *value);
    }
    reply.body(Body::from(body.to_string())).unwrap()
}

/// The text of the token that is made as the `before`th.
pub fn token_text(before: usize) -> String {
    format!("{}_{}{before}", "ghs", "made".repeat(9))
}

/// Answers `seen` with a token of an hour from `now`.
pub fn mint(seen: &Seen, now: Timestamp) -> Reply {
    let ends = jiff::Timestamp::from_second(now + 3600).unwrap();
    say(201, json!({"token": token_text(seen.before), "expires_at": ends.to_string()}))
}

/// Headers that say what is left.
pub fn left(limit: u64, remaining: u64, reset: Timestamp) -> Vec<(&'static str, String)> {
    vec![
        ("x-ratelimit-limit", limit.to_string()),
        ("x-ratelimit-remaining", remaining.to_string()),
        ("x-ratelimit-reset", reset.to_string()),
        ("x-ratelimit-resource", "core".to_owned()),
    ]
}

/// The private and the public half of a key that is made for the tests.
pub fn keys() -> &'static (String, String) {
    static KEYS: OnceLock<(String, String)> = OnceLock::new();
    KEYS.get_or_init(|| {
        let private = openssl(&["genrsa", "-traditional", "2048"], "");
        let public = openssl(&["rsa", "-pubout"], &private);
        (private, public)
    })
}

/// The App of the tests.
pub fn app() -> App {
    static APP: OnceLock<App> = OnceLock::new();
    APP.get_or_init(|| App::new("4711", &Secret::new(&keys().0)).unwrap()).clone()
}

pub fn openssl(arguments: &[&str], input: &str) -> String {
    use std::io::Write as _;
    use std::process::Stdio;
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "openssl {arguments:?}");
    String::from_utf8(out.stdout).unwrap()
}

/// Everything that `things` show of themselves, by either way.
pub fn shown(things: &[&dyn std::fmt::Debug], told: &[&dyn std::fmt::Display]) -> String {
    let mut out = String::new();
    things.iter().for_each(|it| write!(out, "{it:?}\n{it:#?}\n").unwrap());
    told.iter().for_each(|it| writeln!(out, "{it}").unwrap());
    out
}

/// Values of headers as [`with`] takes them.
pub fn texts<'a>(headers: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    headers.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// The parameters of an address.
pub fn query(path: &str) -> HashMap<String, String> {
    let (_, query) = path.split_once('?').unwrap_or_default();
    let pairs = query.split('&').filter_map(|it| it.split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
