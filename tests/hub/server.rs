//! The HTTP side: connections, faults, and which part of GitHub a path belongs to.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::fault::{Trouble, meets};
use super::state::{Called, Id, Who, Whose, World};
use super::{Inner, api, apps, backend, git, graphql, web};

/// A request, read whole.
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|it| it.0.eq_ignore_ascii_case(name)).map(|it| it.1.as_str())
    }

    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// An answer, before it is sent.
#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(status: u16, body: &Value) -> Self {
        let headers =
            vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())];
        Self { status, headers, body: body.to_string().into_bytes() }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// The connection breaks.
#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection breaks")
    }
}

impl std::error::Error for Broken {}

/// A body that may end in the middle.
struct Sent {
    bytes: Option<Bytes>,
    cut: bool,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        Poll::Ready(match self.bytes.take() {
            Some(bytes) => Some(Ok(Frame::data(bytes))),
            None if self.cut => Some(Err(Broken)),
            None => None,
        })
    }
}

/// Serves for as long as the fake lives.
pub async fn serve(listener: std::net::TcpListener, hub: Arc<Inner>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let hub = hub.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| one(hub.clone(), request));
            // What breaks is meant to.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn one(hub: Arc<Inner>, request: Request<Incoming>) -> Result<Response<Sent>, Broken> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Broken)?.to_bytes().to_vec();
    let text =
        |it: &hyper::header::HeaderValue| String::from_utf8_lossy(it.as_bytes()).into_owned();
    let asked = Asked {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or("").to_owned(),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body,
    };
    let place = Place::of(&asked.path);
    let operation = place.operation(&asked);
    let trouble = meets(&mut hub.world().faults, &operation);
    let _busy = Busy::of(&hub, &asked, place);
    let mut cut = false;
    let answer = match trouble {
        Some(Trouble::ResetBefore) => return Err(Broken),
        Some(Trouble::ResetAfter) => {
            answered(&hub, place, asked, None).await;
            return Err(Broken);
        }
        Some(Trouble::Slow(time)) => {
            tokio::time::sleep(time).await;
            answered(&hub, place, asked, None).await
        }
        Some(Trouble::Late(time)) => {
            let answer = answered(&hub, place, asked, None).await;
            tokio::time::sleep(time).await;
            answer
        }
        Some(Trouble::Cut) => {
            cut = true;
            answered(&hub, place, asked, None).await
        }
        Some(Trouble::Partial(field)) => answered(&hub, place, asked, Some(field)).await,
        Some(other) => {
            let answer = troubled(&hub, &other, place == Place::Graphql);
            note(&hub, &operation, &asked, &answer);
            answer
        }
        None => answered(&hub, place, asked, None).await,
    };
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let whole = answer.body.len();
    if cut {
        response = response.header("content-length", whole.max(2));
    } else if answer.status != 204 && answer.status != 304 {
        response = response.header("content-length", whole);
    }
    let bytes = if cut { &answer.body[..whole / 2] } else { &answer.body[..] };
    response
        .body(Sent { bytes: (!bytes.is_empty()).then(|| Bytes::copy_from_slice(bytes)), cut })
        .map_err(|_| Broken)
}

/// A write of an installation that is under way.
struct Busy(Option<(Arc<Inner>, Id)>);

impl Busy {
    fn of(hub: &Arc<Inner>, asked: &Asked, place: Place) -> Self {
        let mut world = hub.world();
        let writes = place == Place::Rest && asked.method != "GET";
        match who(&world, asked) {
            Ok(Who::Token(Whose::Installation { id, .. })) if writes => {
                let (now, most) = world.writing.entry(id).or_default();
                *now += 1;
                *most = (*most).max(*now);
                Self(Some((hub.clone(), id)))
            }
            _ => Self(None),
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some((hub, id)) = &self.0 {
            hub.world().writing.entry(*id).or_default().0 -= 1;
        }
    }
}

/// Which part of GitHub a path belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Rest,
    Graphql,
    Git,
    Web,
}

impl Place {
    fn of(path: &str) -> Self {
        match path {
            "/api/graphql" | "/graphql" => Self::Graphql,
            _ if path.starts_with("/api/v3/") => Self::Rest,
            _ if path.contains(".git/") => Self::Git,
            _ if path.starts_with("/login/") || path.contains("/settings/apps/new") => Self::Web,
            _ => Self::Rest,
        }
    }

    /// What faults and counters call it.
    fn operation(self, asked: &Asked) -> String {
        match self {
            Self::Graphql => "graphql".to_owned(),
            Self::Git => "git".to_owned(),
            Self::Web => "login".to_owned(),
            Self::Rest => api::operation(asked),
        }
    }
}

async fn answered(
    hub: &Arc<Inner>,
    place: Place,
    asked: Asked,
    partial: Option<&'static str>,
) -> Answer {
    if place == Place::Git {
        let answer = super::fetch::from_git(hub, &asked).await;
        note(hub, "git", &asked, &answer);
        return answer;
    }
    let hub = hub.clone();
    let work = move || {
        let operation = place.operation(&asked);
        let answer = {
            let mut world = hub.world();
            match place {
                Place::Graphql => graphql::answer(&mut world, &asked, partial),
                Place::Web => web::answer(&mut world, &asked),
                _ => api::answer(&mut world, &asked),
            }
        };
        note(&hub, &operation, &asked, &answer);
        answer
    };
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|it| Answer {
        status: 500,
        headers: Vec::new(),
        body: format!("the fake broke: {it}").into_bytes(),
    })
}

fn note(hub: &Inner, operation: &str, asked: &Asked, answer: &Answer) {
    let mut world = hub.world();
    let installation = match who(&world, asked) {
        Ok(Who::Token(Whose::Installation { id, .. })) => Some(id),
        _ => None,
    };
    if answer.status == 500 {
        world.wrong(format!("{} {}: the fake broke", asked.method, asked.path));
    }
    world.calls.push(Called {
        operation: operation.to_owned(),
        method: asked.method.clone(),
        path: asked.path.clone(),
        status: answer.status,
        installation,
        body: asked.json().unwrap_or(Value::Null),
    });
}

/// Who asks; `Err` if the token is not, or no longer, good.
pub fn who(world: &World, asked: &Asked) -> Result<Who, String> {
    let Some(header) = asked.header("authorization") else {
        return Ok(Who::Nobody);
    };
    let (kind, rest) = header.split_once(' ').unwrap_or((header, ""));
    let token = match kind.to_lowercase().as_str() {
        "basic" => {
            let pair = STANDARD
                .decode(rest.trim())
                .ok()
                .and_then(|it| String::from_utf8(it).ok())
                .unwrap_or_default();
            pair.split_once(':').map_or(String::new(), |it| it.1.to_owned())
        }
        _ => rest.trim().to_owned(),
    };
    if token.starts_with("eyJ") {
        return apps::proved(world, &token).map(Who::App);
    }
    let found = world.tokens.get(&token).filter(|it| it.until > world.clock());
    let found = found.ok_or_else(|| "Bad credentials".to_owned())?;
    if let Whose::Installation { id, .. } = &found.whose
        && world.installations.get(id).is_none_or(|it| it.suspended.is_some())
    {
        return Err("Bad credentials".to_owned());
    }
    Ok(Who::Token(found.whose.clone()))
}

/// The answer of a fault that needs no effect.
fn troubled(hub: &Inner, what: &Trouble, graphql: bool) -> Answer {
    let until = hub.world().clock();
    let limited =
        |status: u16, message: &str| Answer::json(status, &super::rest::error(status, message));
    match what {
        Trouble::Primary(seconds) if graphql => {
            let body = json!({ "errors": [{ "type": "RATE_LIMITED", "message": "API rate limit exceeded for installation." }] });
            Answer::json(200, &body)
                .with("x-ratelimit-remaining", "0")
                .with("x-ratelimit-limit", "5000")
                .with("x-ratelimit-resource", "graphql")
                .with("x-ratelimit-reset", (until + seconds).to_string())
        }
        Trouble::Primary(seconds) => limited(403, "API rate limit exceeded for installation.")
            .with("x-ratelimit-remaining", "0")
            .with("x-ratelimit-limit", "5000")
            .with("x-ratelimit-resource", "core")
            .with("x-ratelimit-reset", (until + seconds).to_string()),
        Trouble::Secondary(after) => {
            let answer = limited(
                429,
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
            );
            match after {
                Some(seconds) => answer.with("retry-after", seconds.to_string()),
                None => answer,
            }
        }
        Trouble::Expired => limited(401, "Bad credentials"),
        Trouble::Garbage => Answer::json(200, &json!(["not", { "what": "was asked" }])),
        Trouble::Status(status) => Answer {
            status: *status,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: b"<html><title>Unicorn!</title></html>".to_vec(),
        },
        _ => Answer::default(),
    }
}
