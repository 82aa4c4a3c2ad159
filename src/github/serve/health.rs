//! Whether the server is alive, is ready, and what it has counted.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::github::bot::Bot;

/// Alive, as long as this answers.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready, if deliveries can be kept. Whether GitHub answers is no matter: they are
/// kept until it does.
pub(super) async fn readyz(State(bot): State<Bot>) -> Response {
    match bot.store.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "the store does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response()
        }
    }
}

pub(super) async fn metrics(State(bot): State<Bot>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], bot.metrics.text(&bot).await).into_response()
}
