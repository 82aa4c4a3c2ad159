//! One request and its answer, over HTTP.
//!
//! The client of octocrab carries what is sent, and nothing else: it has no token,
//! repeats nothing and follows nowhere. What is asked is asked once.

use std::error::Error;
use std::time::Duration;

use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use octocrab::{OctoBody, Octocrab};
use serde::de::DeserializeOwned;
use url::Url;

use super::error::{told, unreadable};
use super::{ApiError, Endpoint, Secret};

/// The version of the interface that is spoken.
const VERSION: &str = "2022-11-28";

/// How the program names itself.
const AGENT: &str = concat!("refgate/", env!("CARGO_PKG_VERSION"));

/// How long and how much to wait for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For a whole answer.
    pub whole: Duration,
    /// For an answer of so many bytes.
    pub most: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(30), most: 32 << 20 }
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) method: Method,
    /// Whether it changes something at GitHub.
    pub(super) is_write: bool,
    pub(super) url: Url,
    pub(super) accept: &'static str,
    /// JSON.
    pub(super) body: Option<String>,
    /// The tag of what is known already.
    pub(super) tag: Option<String>,
}

/// What is answered.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// The token that it answers, which must not come back in what is shown of it.
    pub(super) used: Option<Secret>,
}

impl Reply {
    /// `text` of it on one line, fit to be shown.
    pub(super) fn plain(&self, text: &str) -> String {
        told(text, self.used.as_ref())
    }

    /// What it says, as JSON. An empty one stands for `null`.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let body: &[u8] = if self.body.is_empty() { b"null" } else { &self.body };
        serde_json::from_slice(body).map_err(|it| ApiError::Malformed(self.plain(&unreadable(&it))))
    }
}

/// What carries questions.
pub(super) struct Transport {
    carrier: Octocrab,
    patience: Patience,
}

impl Transport {
    /// For questions to `endpoint`. Needs a runtime of tokio around it.
    pub(super) fn new(endpoint: &Endpoint, patience: Patience) -> Result<Self, String> {
        // The carrier starts a task, which panics elsewhere.
        if tokio::runtime::Handle::try_current().is_err() {
            return Err("there is no runtime to speak HTTP in".to_owned());
        }
        // Addresses are given whole: a base with a path would be put before those
        // that are not below it, as GraphQL is not at an Enterprise Server.
        let mut base = endpoint.api.clone();
        base.set_path("");
        let carrier = Octocrab::builder()
            .base_uri(base.as_str())
            .map_err(|_| format!("{base} is no address"))?
            .set_connect_timeout(Some(patience.connect))
            .build()
            .map_err(|it| format!("cannot speak HTTP: {}", causes(&it, None)))?;
        Ok(Self { carrier, patience })
    }

    /// Asks `question` once, as the owner of `token`.
    pub(super) async fn ask(
        &self,
        question: &Question,
        token: Option<&Secret>,
    ) -> Result<Reply, ApiError> {
        let request = request(question, token)?;
        let whole = self.patience.whole;
        match tokio::time::timeout(whole, self.exchange(request, token)).await {
            Ok(reply) => reply,
            Err(_) => Err(ApiError::Unavailable(format!("no answer within {whole:?}"))),
        }
    }

    async fn exchange(
        &self,
        request: Request<OctoBody>,
        token: Option<&Secret>,
    ) -> Result<Reply, ApiError> {
        let gone = |it: &(dyn Error + 'static)| ApiError::Unavailable(causes(it, token));
        let answer = self.carrier.send(request).await.map_err(|it| gone(&it))?;
        let (head, body) = answer.into_parts();
        let most = self.patience.most;
        let body = match Limited::new(body, most).collect().await {
            Ok(body) => body.to_bytes().to_vec(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Err(ApiError::Malformed(format!("it has more than {most} bytes")));
            }
            Err(error) => return Err(gone(error.as_ref())),
        };
        Ok(Reply {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
            used: token.cloned(),
        })
    }
}

fn request(question: &Question, token: Option<&Secret>) -> Result<Request<OctoBody>, ApiError> {
    let no = |_| ApiError::Unprocessable("it makes no request of HTTP".to_owned());
    let mut request = Request::builder()
        .method(question.method.clone())
        .uri(question.url.as_str())
        .header(ACCEPT, question.accept)
        .header(USER_AGENT, AGENT)
        .header("x-github-api-version", VERSION);
    if let Some(token) = token {
        let bearer = format!("Bearer {}", token.expose());
        let mut bearer = HeaderValue::try_from(bearer).map_err(|_| ApiError::Unauthorized)?;
        bearer.set_sensitive(true);
        request = request.header(AUTHORIZATION, bearer);
    }
    if let Some(tag) = &question.tag {
        request = request.header(IF_NONE_MATCH, tag);
    }
    match &question.body {
        Some(body) => request
            .header(CONTENT_TYPE, "application/json")
            .body(OctoBody::from(body.clone()))
            .map_err(no),
        None => request.body(OctoBody::empty()).map_err(no),
    }
}

/// What led to `error`, on one line. The outermost is octocrab's, which may carry a
/// trace of calls instead of a reason, and is left out if there is another.
fn causes(error: &(dyn Error + 'static), token: Option<&Secret>) -> String {
    let first = |it: &dyn Error| it.to_string().lines().next().unwrap_or_default().to_owned();
    let Some(mut cause) = error.source() else {
        return told(&first(error), token);
    };
    let mut text = first(cause);
    while let Some(inner) = cause.source() {
        let said = first(inner);
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = inner;
    }
    told(&text, token)
}
