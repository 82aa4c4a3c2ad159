//! Signing in through GitHub, and out.
//!
//! GitHub is asked once who somebody is and which repositories of the App they can
//! read. That is kept for a quarter of an hour, and no token is; after it the
//! browser is sent through GitHub again, which asks nothing of who has agreed
//! before.
//!
//! Source: docs.github.com, "Generating a user access token for a GitHub App".

use std::collections::BTreeSet;

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;
use serde_json::json;

use super::viewer::{SESSION, Seen, csrf};
use super::{Pages, frame};
use crate::github::api::{ApiError, Caller, Secret, segment};
use crate::github::store::{Session, StoreError};
use crate::model::Timestamp;

/// How long what GitHub said of a reader is believed, in seconds.
const LASTS: Timestamp = 15 * 60;

/// How long a login may take, in seconds.
const PATIENCE: i64 = 10 * 60;

/// The cookie that binds a login to the browser it was begun in.
const BEGUN: &str = "refgate-login";

/// So many repositories are kept for a reader, which fits what a session may hold.
const MOST: usize = 3000;

/// Where somebody was.
#[derive(Deserialize)]
pub(super) struct From {
    to: Option<String>,
}

/// What GitHub sends back.
#[derive(Deserialize)]
pub(super) struct Back {
    code: Option<String>,
    state: Option<String>,
}

/// A form of ours.
#[derive(Deserialize)]
pub(super) struct Sealed {
    csrf: String,
}

/// What a code is exchanged for.
#[derive(Deserialize)]
struct Exchanged {
    access_token: Option<Secret>,
}

#[derive(Deserialize)]
struct Account {
    id: u64,
    login: String,
}

#[derive(Deserialize)]
struct Numbered {
    id: u64,
}

/// Why somebody is not signed in.
enum Refused {
    /// GitHub does not take the code.
    Code,
    Api(ApiError),
    Store(StoreError),
}

impl std::convert::From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl std::convert::From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Sends somebody to GitHub.
pub(super) async fn begin(State(pages): State<Pages>, Query(from): Query<From>) -> Response {
    let mut state = [0; 32];
    if getrandom::fill(&mut state).is_err() {
        return frame::broken(&pages, &StoreError::Unavailable("no random numbers".to_owned()));
    }
    let state: String = state.iter().map(|it| format!("{it:02x}")).collect();
    let to = from.to.filter(|it| is_ours(it)).unwrap_or_else(|| "/".to_owned());
    let query = format!(
        "/login/oauth/authorize?client_id={}&redirect_uri={}&state={state}",
        segment(&pages.login.id),
        segment(&pages.back()),
    );
    let Ok(url) = pages.client.endpoint().page(&query) else {
        return refused(&pages, StatusCode::INTERNAL_SERVER_ERROR, "the login is set up wrongly");
    };
    let cookie = pages.set_cookie(BEGUN, &format!("{state}.{to}"), PATIENCE);
    (AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(url.as_str())).into_response()
}

/// Takes back who was sent to GitHub.
pub(super) async fn finish(
    State(pages): State<Pages>,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Response {
    let begun = pages.cookie(&headers, BEGUN);
    let begun = begun.as_deref().and_then(|it| it.split_once('.'));
    // Both come from the one browser, so a comparison tells it nothing new.
    let fits = |it: &&(&str, &str)| back.state.as_deref() == Some(it.0);
    let Some((_, to)) = begun.as_ref().filter(fits) else {
        let why = "this login was not begun in this browser, or too long ago";
        return refused(&pages, StatusCode::BAD_REQUEST, why);
    };
    let to = Some(*to).filter(|it| is_ours(it)).unwrap_or("/");
    let Some(code) = back.code.filter(|it| (1..=200).contains(&it.len())) else {
        return refused(&pages, StatusCode::FORBIDDEN, "GitHub was not allowed to say who you are");
    };
    let Ok(_turn) = pages.logins.try_acquire() else {
        let why = "many people sign in just now; try again in a minute";
        return refused(&pages, StatusCode::SERVICE_UNAVAILABLE, why);
    };
    let token = match signed_in(&pages, &code).await {
        Ok(token) => token,
        Err(error) => return told(&pages, &error),
    };
    if let Some(old) = pages.cookie(&headers, SESSION) {
        // It ends by itself soon, if not now.
        let _ = pages.store.end_session(&old).await;
    }
    let cookies = AppendHeaders([
        (header::SET_COOKIE, pages.set_cookie(SESSION, &token, LASTS)),
        (header::SET_COOKIE, pages.set_cookie(BEGUN, "", 0)),
    ]);
    (cookies, Redirect::to(&pages.path(to))).into_response()
}

/// Asks GitHub who has brought `code`, and begins their session; answers its token.
async fn signed_in(pages: &Pages, code: &str) -> Result<String, Refused> {
    let asked = json!({
        "client_id": pages.login.id, "client_secret": pages.login.secret.expose(),
        "code": code, "redirect_uri": pages.back(),
    });
    let web = pages.client.nobody().at_web().for_purpose("login");
    let answer: Exchanged = web.post("/login/oauth/access_token", &asked).await?;
    let token = answer.access_token.filter(|it| !it.is_empty()).ok_or(Refused::Code)?;
    let caller = pages.client.with_token(token).for_purpose("login");
    let account: Account = caller.get("/user").await?;
    let sees = seen(pages, &caller).await?;
    let value = serde_json::to_string(&Seen { sees }).unwrap_or_default();
    let until = pages.clock.now() + LASTS;
    let session = Session { account: account.id, login: account.login, value, until };
    Ok(pages.store.begin_session(&session).await?)
}

/// The repositories that we know and that the caller can read.
async fn seen(pages: &Pages, caller: &Caller) -> Result<Vec<u64>, Refused> {
    let ours = pages.store.repositories().await?;
    let here: BTreeSet<u64> = ours.iter().map(|it| it.home.installation).collect();
    let ours: BTreeSet<u64> = ours.iter().map(|it| it.home.repository).collect();
    let theirs = caller.list_in::<Numbered>("/user/installations", "installations", 1000).await?;
    let mut sees = BTreeSet::new();
    for installation in theirs.items.iter().filter(|it| here.contains(&it.id)) {
        let path = format!("/user/installations/{}/repositories", installation.id);
        let listed = match caller.list_in::<Numbered>(&path, "repositories", 10_000).await {
            Ok(listed) => listed,
            // An organization may ask for a login of its own first.
            Err(ApiError::Forbidden { .. } | ApiError::NotFound) => continue,
            Err(error) => return Err(error.into()),
        };
        sees.extend(listed.items.iter().map(|it| it.id).filter(|it| ours.contains(it)));
    }
    Ok(sees.into_iter().take(MOST).collect())
}

/// Ends a session.
pub(super) async fn end(
    State(pages): State<Pages>,
    headers: HeaderMap,
    Form(form): Form<Sealed>,
) -> Response {
    let token = pages.cookie(&headers, SESSION).unwrap_or_default();
    if !token.is_empty() {
        if form.csrf != csrf(&token) {
            let why = "this form is not of your session; go back, load the page, and sign out";
            return refused(&pages, StatusCode::FORBIDDEN, why);
        }
        if let Err(error) = pages.store.end_session(&token).await {
            return frame::broken(&pages, &error);
        }
    }
    let cookie = AppendHeaders([(header::SET_COOKIE, pages.set_cookie(SESSION, "", 0))]);
    (cookie, Redirect::to(&pages.path("/signed-out"))).into_response()
}

/// That somebody is no longer signed in.
pub(super) async fn ended(State(pages): State<Pages>) -> Response {
    let body = html! { p { a href=(pages.path("/login")) { "sign in" } } };
    frame::said(&pages, StatusCode::OK, "signed out", body)
}

/// Says who was refused why. The code is never part of it.
fn told(pages: &Pages, error: &Refused) -> Response {
    match error {
        Refused::Code => {
            refused(pages, StatusCode::BAD_REQUEST, "GitHub does not take this login any more")
        }
        Refused::Store(error) => frame::broken(pages, error),
        Refused::Api(error) => {
            tracing::warn!(%error, "GitHub does not say who somebody is");
            let why = "GitHub does not say now who you are; try again in a minute";
            refused(pages, StatusCode::SERVICE_UNAVAILABLE, why)
        }
    }
}

fn refused(pages: &Pages, status: StatusCode, why: &str) -> Response {
    let body = html! { p { (why) } p { a href=(pages.path("/login")) { "sign in" } } };
    frame::said(pages, status, "not signed in", body)
}

impl Pages {
    /// Where GitHub sends people back to.
    fn back(&self) -> String {
        format!("{}/login/callback", self.address)
    }
}

/// Whether `to` is a page of ours, which is all that a login leads to.
fn is_ours(to: &str) -> bool {
    let (path, query) = to.split_once('?').unwrap_or((to, ""));
    let is_decision = |it: &str| {
        let it = it.strip_suffix("/record.json").unwrap_or(it);
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit())
    };
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"-_.~%+&=/".contains(&it);
    let is_known = matches!(path, "/" | "/decisions" | "/repositories")
        || path.strip_prefix("/decisions/").is_some_and(is_decision);
    is_known && to.len() <= 500 && query.bytes().all(plain)
}
