//! The way of a call: the token, the limits, the circuit, the redirects.

use axum::http::Method;
use axum::http::header::{HeaderName, LOCATION};
use serde::Deserialize;
use url::Url;

use crate::model::Timestamp;

use super::budget::{Refusal, Weight};
use super::caller::{Caller, Place, Who};
use super::calls::Call;
use super::endpoint::is_same_host;
use super::token::Token;
use super::transport::{Question, Reply};
use super::{ApiError, Scope, Secret, told};

/// So many redirects are followed.
const HOPS: usize = 5;

/// Where GitHub tells which permissions would do.
const NEEDS: HeaderName = HeaderName::from_static("x-accepted-github-permissions");

/// What a token is asked for with is answered so.
#[derive(Deserialize)]
struct Minted {
    token: Secret,
    expires_at: String,
}

impl Caller {
    /// Asks, and again once if the token was not taken: what was refused for that
    /// was not done.
    pub(super) async fn ask(&self, call: Call, question: Question) -> Result<Reply, ApiError> {
        let _turn = match question.is_write {
            true => Some(self.account.writes.lock().await),
            false => None,
        };
        let mut is_again = false;
        loop {
            let token = self.token().await?;
            let reply = self.follow(call, question.clone(), token.as_ref()).await?;
            if reply.status == 401
                && let Some(token) = &token
                && self.drop_token(token).await
                && !is_again
            {
                is_again = true;
                continue;
            }
            return match reply.status {
                200..=299 => Ok(reply),
                304 if question.tag.is_some() => Ok(reply),
                status => {
                    if status == 401 {
                        // Often it is the clock, and GitHub says so.
                        let why = ApiError::message(status, &reply.body, token.as_ref());
                        tracing::warn!(why, "github does not take the token or the key");
                    }
                    let needs = told::text(&reply.headers, NEEDS);
                    Err(ApiError::of(status, needs, &reply.body, token.as_ref()))
                }
            };
        }
    }

    /// Asks, and follows where it is sent, as long as that is at the same host.
    async fn follow(
        &self,
        call: Call,
        mut question: Question,
        token: Option<&Secret>,
    ) -> Result<Reply, ApiError> {
        let mut status = 0;
        for _ in 0..=HOPS {
            let reply = self.once(call, &question, token).await?;
            let is_read = question.method == Method::GET;
            let is_sent_on = match reply.status {
                301 | 302 => is_read,
                307 | 308 => true,
                _ => false,
            };
            let Some(to) = told::text(&reply.headers, LOCATION).filter(|_| is_sent_on) else {
                return Ok(reply);
            };
            status = reply.status;
            let to = question.url.join(to).ok().filter(|to| self.may_follow(&question.url, to));
            question.url = to.ok_or_else(|| ApiError::Refused {
                status,
                message: "it sends the call to another host, where no token may go".to_owned(),
            })?;
        }
        let message = format!("it sends the call on more than {HOPS} times");
        Err(ApiError::Refused { status, message })
    }

    /// Asks once, if limits and circuit allow, and keeps what the answer says of
    /// them.
    async fn once(
        &self,
        call: Call,
        question: &Question,
        token: Option<&Secret>,
    ) -> Result<Reply, ApiError> {
        let shared = &self.client.0;
        let clock = &shared.setup.clock;
        let resource = resource(call, &question.url);
        // Never closed.
        let _place = self.account.at_once.acquire().await;
        let weight = if call == Call::Token { Weight::Urgent } else { self.weight };
        if let Some(met) = self.account.budget().met(resource, weight, clock.now()) {
            return Err(ApiError::Limited { until: met.until, kind: met.kind });
        }
        let leave = shared.circuit(&question.url).leave(clock.now()).map_err(|_| {
            ApiError::Unavailable("it did not answer lately, and is not asked now".to_owned())
        })?;
        shared.counter.count(self.purpose, call);
        let reply = shared.transport.ask(question, token).await;
        let now = clock.now();
        match &reply {
            // So a query ends that is too much for GitHub: it says nothing of others.
            Ok(Reply { status: 502 | 504, .. }) if call == Call::Graphql => drop(leave),
            Ok(Reply { status: 500..=599, .. }) | Err(ApiError::Unavailable(_)) => {
                leave.failed(now);
            }
            Ok(_) | Err(_) => leave.answered(),
        }
        self.log(call, question, &reply);
        let reply = reply?;
        match self.limit(call, resource, &reply, now) {
            Some(limited) => Err(limited),
            None => Ok(reply),
        }
    }

    /// Keeps what `reply` says of limits; the one it is about, if it is a refusal.
    fn limit(&self, call: Call, guess: &str, reply: &Reply, now: Timestamp) -> Option<ApiError> {
        let told = told::left(&reply.headers);
        let resource = told.and_then(|(resource, _)| resource).unwrap_or(guess);
        let left = told.map(|(_, left)| left);
        let mut budget = self.account.budget();
        let message = match (reply.status, call) {
            (403 | 429, _) => String::from_utf8_lossy(&reply.body).into_owned(),
            (200, Call::Graphql) => super::graph::limit(&reply.body).unwrap_or_default(),
            _ => String::new(),
        };
        let is_limit = reply.status == 429 || (reply.status == 200 && !message.is_empty());
        if reply.status == 403 || is_limit {
            let retry_after = told::retry_after(&reply.headers);
            let refusal = Refusal { left, retry_after, message: &message, is_limit };
            if let Some(met) = budget.refused(resource, refusal, now) {
                tracing::warn!(until = met.until, kind = ?met.kind, resource, "limited by github");
                return Some(ApiError::Limited { until: met.until, kind: met.kind });
            }
        }
        if let Some(left) = left {
            budget.keep(resource, left, now);
        }
        if reply.status < 400 {
            budget.answered();
        }
        None
    }

    /// The token to speak with, made if need be. Git takes the same.
    pub async fn token(&self) -> Result<Option<Secret>, ApiError> {
        match &self.who {
            Who::Nobody => Ok(None),
            Who::Token(token) => Ok(Some(token.clone())),
            Who::App => Ok(Some(self.signed()?)),
            Who::Installation { id, scope } => {
                let clock = &self.client.0.setup.clock;
                let slot = self.client.0.tokens.slot(*id, scope, clock.now());
                let mut kept = slot.lock().await;
                if let Some(token) = kept.as_ref().filter(|it| it.is_fresh(clock.now())) {
                    return Ok(Some(token.secret.clone()));
                }
                match (self.minted(*id, scope).await, kept.as_ref()) {
                    (Ok(token), _) => Ok(Some(kept.insert(token).secret.clone())),
                    // What is about to end is better than nothing.
                    (Err(error), Some(old))
                        if error.is_temporary() && old.is_usable(clock.now()) =>
                    {
                        Ok(Some(old.secret.clone()))
                    }
                    (Err(error), _) => {
                        *kept = None;
                        Err(error)
                    }
                }
            }
        }
    }

    /// Throws `token` away, which was not taken, if another can be had. Git tells so
    /// as well.
    pub async fn drop_token(&self, token: &Secret) -> bool {
        let Who::Installation { id, scope } = &self.who else {
            return false;
        };
        let shared = &self.client.0;
        let slot = shared.tokens.slot(*id, scope, shared.setup.clock.now());
        let mut kept = slot.lock().await;
        if kept.as_ref().is_some_and(|it| it.secret.is_same(token)) {
            *kept = None;
        }
        true
    }

    /// A token of the App itself.
    fn signed(&self) -> Result<Secret, ApiError> {
        let setup = &self.client.0.setup;
        let app = setup.app.as_ref().ok_or(ApiError::Unauthorized)?;
        app.token(setup.clock.now())
    }

    /// A new token of an installation.
    async fn minted(&self, installation: u64, scope: &Scope) -> Result<Token, ApiError> {
        let app = Caller { purpose: self.purpose, ..self.client.app() };
        let path = format!("/app/installations/{installation}/access_tokens");
        let body = serde_json::to_string(scope)
            .map_err(|_| ApiError::Unprocessable("the scope is no JSON".to_owned()))?;
        let question = app.question(Method::POST, &path, Some(body))?;
        let signed = self.signed()?;
        let reply = app.once(Call::Token, &question, Some(&signed)).await?;
        if !(200..300).contains(&reply.status) {
            let needs = told::text(&reply.headers, NEEDS);
            return Err(ApiError::of(reply.status, needs, &reply.body, Some(&signed)));
        }
        // Why it cannot be read is not told: that may repeat the token.
        let no = || ApiError::Malformed("it holds no token of an installation".to_owned());
        let minted: Minted = serde_json::from_slice(&reply.body).map_err(|_| no())?;
        let ends: jiff::Timestamp = minted.expires_at.parse().map_err(|_| no())?;
        if minted.token.is_empty() {
            return Err(no());
        }
        Ok(Token { secret: minted.token, ends: ends.as_second() })
    }

    fn may_follow(&self, from: &Url, to: &Url) -> bool {
        match self.place {
            Place::Api => is_same_host(from, to) && self.client.0.setup.endpoint.holds(to),
            Place::Web => false,
        }
    }

    fn log(&self, call: Call, question: &Question, reply: &Result<Reply, ApiError>) {
        let (method, path) = (&question.method, question.url.path());
        let (kind, purpose) = (call.name(), self.purpose);
        match reply {
            Ok(reply) => {
                let status = reply.status;
                tracing::debug!(%method, path, status, kind, purpose, "asked github");
            }
            Err(why) => {
                tracing::warn!(%method, path, %why, kind, purpose, "asked github in vain");
            }
        }
    }
}

/// The limit that a call counts for, before the answer tells.
fn resource(call: Call, url: &Url) -> &'static str {
    match call {
        Call::Graphql => "graphql",
        Call::RestRead if url.path().contains("/search/") => "search",
        Call::RestRead | Call::RestWrite | Call::Token | Call::Unchanged => "core",
    }
}
