//! The endpoint for webhooks: who sent it is proven before anything is read, and
//! it is acknowledged once it is durably kept.
//!
//! Source: docs.github.com, "Validating webhook deliveries" and "Best practices for
//! using webhooks".

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::time::timeout;

use super::room::{self, Unread};
use crate::github::api::Secret;
use crate::github::bot::Bot;
use crate::github::event;
use crate::github::store::{Accepted, Delivery};

/// How long a sender may take. GitHub waits ten seconds for the answer.
const PATIENCE: Duration = Duration::from_secs(9);

/// Takes a delivery.
pub async fn webhook(State(bot): State<Bot>, request: Request<Body>) -> Response {
    let (outcome, response) = match timeout(PATIENCE, taken(&bot, request)).await {
        Ok(Ok(Accepted::New)) => ("new", (StatusCode::ACCEPTED, "kept\n").into_response()),
        Ok(Ok(Accepted::Duplicate)) => {
            ("duplicate", (StatusCode::ACCEPTED, "kept already\n").into_response())
        }
        Ok(Err(refused)) => (refused.outcome, (refused.status, refused.what).into_response()),
        Err(_) => ("lost", (StatusCode::SERVICE_UNAVAILABLE, "too slow\n").into_response()),
    };
    bot.metrics.delivery(outcome);
    response
}

/// Why a delivery is not taken.
struct Refused {
    status: StatusCode,
    outcome: &'static str,
    what: &'static str,
}

impl Refused {
    fn new(status: StatusCode, outcome: &'static str, what: &'static str) -> Self {
        Self { status, outcome, what }
    }
}

async fn taken(bot: &Bot, request: Request<Body>) -> Result<Accepted, Refused> {
    let (head, body) = request.into_parts();
    let no = |what| Refused::new(StatusCode::BAD_REQUEST, "refused", what);
    let forged = || Refused::new(StatusCode::UNAUTHORIZED, "forged", "the signature is wrong\n");
    // Who has no signature at all costs no memory.
    let signature = signature(&head.headers).ok_or_else(forged)?;
    // Whoever takes too long is told to come again.
    let body = room::read(body).await.map_err(|it| match it {
        Unread::TooLarge => {
            Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "refused", "25 MiB are the most\n")
        }
        Unread::Broken => no("the body ends too early\n"),
    })?;
    let bytes = &body.bytes;
    if !bot.webhook_secrets().iter().any(|it| signed(it, bytes, &signature)) {
        return Err(forged());
    }
    let json = head.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    if !json.is_some_and(|it| it.starts_with("application/json")) {
        let what = "set the webhook's content type to application/json\n";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "refused", what));
    }
    let id =
        word(&head.headers, "x-github-delivery").ok_or(no("X-GitHub-Delivery is missing\n"))?;
    let event = word(&head.headers, "x-github-event").ok_or(no("X-GitHub-Event is missing\n"))?;
    let at = bot.clock.now();
    let heard = match event::read(&event, bytes, &bot.ours()) {
        Ok(heard) => heard,
        Err(error) => {
            // It will not be better if it is sent again.
            tracing::warn!(delivery = %id, %event, %error, "a delivery is not understood");
            bot.metrics.delivery("unheard");
            event::vague(bytes)
        }
    };
    let (nudges, notes) = (heard.nudges, heard.notes);
    tracing::debug!(delivery = %id, %event, nudges = nudges.len(), "a delivery");
    let delivery = Delivery { id: kept_as(&id, &event), event: event.clone(), at, nudges, notes };
    bot.store.accept(delivery).await.map_err(|error| {
        tracing::error!(delivery = %id, %event, %error, "a delivery cannot be kept");
        let what = "it cannot be kept now\n";
        Refused::new(StatusCode::SERVICE_UNAVAILABLE, "lost", what)
    })
}

/// What a delivery is kept as: one event may go to several Apps under one id, and to us
/// under several names.
pub fn kept_as(id: &str, event: &str) -> String {
    format!("{id}:{event}")
}

/// The signature that a delivery claims to have.
fn signature(headers: &HeaderMap) -> Option<[u8; 32]> {
    let written = headers.get("x-hub-signature-256")?.to_str().ok()?;
    let written = written.strip_prefix("sha256=")?.as_bytes();
    let mut bytes = [0; 32];
    let digit = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let (pairs, rest) = written.as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

/// Whether `body` is signed so with `secret`, found out in constant time.
pub fn signed(secret: &Secret, body: &[u8], signature: &[u8; 32]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
        return false;
    };
    mac.update(body);
    mac.verify_slice(signature).is_ok()
}

/// A header that is a plain word. What is none could be a line of a log.
fn word(headers: &HeaderMap, name: &str) -> Option<String> {
    let written = headers.get(name)?.to_str().ok()?;
    let plain = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'_';
    let fits = (1..=100).contains(&written.len()) && written.bytes().all(plain);
    fits.then(|| written.to_owned())
}
