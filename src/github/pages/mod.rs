//! Pages for people: what waits for what, what was decided, and why.
//!
//! They are written by the server, need no script, and show a repository's matters
//! to who reads that repository, as GitHub says when they sign in. To everybody
//! else, what they may not see and what is not there are the same. Everything that
//! came from outside is escaped; nothing of it is taken for markup.

mod decision;
mod decisions;
mod frame;
mod login;
mod open;
mod part;
mod repositories;
mod verdict;
mod viewer;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use url::Url;

use super::Clock;
use super::api::Client;
use super::config::Login;
use super::store::Store;

/// So many people may be on their way through GitHub's login at once.
const LOGINS: usize = 8;

/// As large as a form may be, in bytes.
const FORM: usize = 4096;

/// What pages are made from.
#[derive(Clone)]
pub struct Site {
    /// What was decided, and who is signed in.
    pub store: Store,
    /// What asks GitHub who somebody is.
    pub client: Client,
    /// What people sign in with; without it there are no pages.
    pub login: Option<Login>,
    /// Where people reach the pages; without it there are none.
    pub public_url: Option<String>,
    /// What time it is.
    pub clock: Clock,
}

/// What every page has at hand.
#[derive(Clone)]
struct Pages(Arc<Inner>);

struct Inner {
    store: Store,
    client: Client,
    clock: Clock,
    login: Login,
    /// Where people reach the pages, without `/` at the end.
    address: String,
    /// The path within the address, which a proxy takes away: empty, or `/refgate`.
    base: String,
    is_https: bool,
    logins: Semaphore,
}

impl std::ops::Deref for Pages {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// The pages of `site`, to be merged with what else is served. It has no fallback.
pub fn router(site: Site) -> Router {
    let Some(pages) = Pages::of(site) else {
        return Router::new().route("/", get(closed)).layer(map_response(guarded));
    };
    Router::new()
        .route("/", get(open::page))
        .route("/decisions", get(decisions::page))
        .route("/decisions/{id}", get(decision::page))
        .route("/decisions/{id}/record.json", get(decision::record))
        .route("/repositories", get(repositories::page))
        .route("/login", get(login::begin))
        .route("/login/callback", get(login::finish))
        .route("/logout", post(login::end))
        .route("/signed-out", get(login::ended))
        .route("/style.css", get(frame::style))
        .layer(DefaultBodyLimit::max(FORM))
        .layer(map_response(guarded))
        .with_state(pages)
}

impl Pages {
    /// Nothing, if nobody could sign in.
    fn of(site: Site) -> Option<Self> {
        let Site { store, client, login, public_url, clock } = site;
        let address = public_url?.trim_end_matches('/').to_owned();
        let url = Url::parse(&address).ok()?;
        let base = url.path().trim_end_matches('/').to_owned();
        let (is_https, logins) = (url.scheme() == "https", Semaphore::new(LOGINS));
        let login = login?;
        let inner = Inner { store, client, clock, login, address, base, is_https, logins };
        Some(Self(Arc::new(inner)))
    }

    /// A path of ours, as a browser must ask for it.
    fn path(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// What is said where nobody can sign in.
async fn closed() -> &'static str {
    "refgate listens here to GitHub's webhooks\n\
     its pages are off: they need server.public-url, github.client-id and its secret\n"
}

/// Every answer, with what keeps browsers from making more of it than it is.
async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    for (name, value) in [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
