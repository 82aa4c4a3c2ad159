//! Who looks at a page, and what they may see.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Pages, frame};
use crate::github::api::segment;
use crate::github::store::{Repository, StoreError, Within};
use crate::github::work::Subject;

/// Somebody who is signed in.
pub(super) struct Viewer {
    /// Their login.
    pub(super) login: String,
    /// The repositories that they may read and that we know, by id.
    pub(super) sees: Vec<u64>,
    token: String,
}

/// What is kept of a session.
#[derive(Deserialize, Serialize)]
pub(super) struct Seen {
    /// The repositories, by id.
    pub(super) sees: Vec<u64>,
}

/// The cookie that a session is known by.
pub(super) const SESSION: &str = "refgate-session";

impl Viewer {
    /// Whether they may see what is about `repository`.
    pub(super) fn may_see(&self, repository: u64) -> bool {
        self.sees.contains(&repository)
    }

    /// Whether they may see what is about `subject`.
    pub(super) fn may_see_of(&self, subject: &Subject) -> bool {
        repository(subject).is_some_and(|it| self.may_see(it))
    }

    /// All that they may see.
    pub(super) fn within(&self) -> Within {
        Within::Only(self.sees.clone())
    }

    /// The repositories that they may see, by id.
    pub(super) async fn repositories(
        &self,
        pages: &Pages,
    ) -> Result<BTreeMap<u64, Repository>, StoreError> {
        let all = pages.store.repositories().await?.into_iter();
        Ok(all
            .filter(|it| self.may_see(it.home.repository))
            .map(|it| (it.home.repository, it))
            .collect())
    }

    /// What a form of theirs holds, and nobody else can know. The session's own
    /// token cannot be found out from it.
    pub(super) fn csrf(&self) -> String {
        csrf(&self.token)
    }
}

/// The repository that a decision is about.
pub(super) fn repository(subject: &Subject) -> Option<u64> {
    match subject {
        Subject::Pull { home, .. }
        | Subject::Group { home, .. }
        | Subject::Deployment { home, .. }
        | Subject::Head { home, .. }
        | Subject::Branch { home, .. }
        | Subject::Repository { home } => Some(home.repository),
        Subject::Installation { .. } => None,
    }
}

pub(super) fn csrf(token: &str) -> String {
    let digest = Sha256::digest(format!("sign out\n{token}"));
    digest.iter().map(|it| format!("{it:02x}")).collect()
}

impl FromRequestParts<Pages> for Viewer {
    type Rejection = Response;

    /// Who is not signed in is sent to do so, and comes back to where they were.
    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Response> {
        let stranger = || {
            let at = parts.uri.path_and_query().map_or("/", |it| it.as_str());
            let to = format!("/login?to={}", segment(at));
            Redirect::to(&pages.path(&to)).into_response()
        };
        let token = pages.cookie(&parts.headers, SESSION).ok_or_else(stranger)?;
        let session = pages.store.session(&token, pages.clock.now()).await;
        let session = session.map_err(|error| frame::broken(pages, &error))?;
        let session = session.ok_or_else(stranger)?;
        let seen: Seen = serde_json::from_str(&session.value).map_err(|_| stranger())?;
        Ok(Self { login: session.login, sees: seen.sees, token })
    }
}

impl Pages {
    /// The name of a cookie: with https, one that no other host or path can set.
    fn cookie_name(&self, name: &str) -> String {
        if self.is_https { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// A cookie that the browser sent; none, if it sent several of one name.
    pub(super) fn cookie(&self, headers: &HeaderMap, name: &str) -> Option<String> {
        let name = self.cookie_name(name);
        let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|it| it.to_str().ok());
        let pairs = lines.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
        let mut found = pairs.filter(|(it, _)| *it == name).map(|(_, value)| value);
        let first = found.next()?;
        let fits = found.next().is_none() && !first.is_empty() && first.len() <= 2000;
        fits.then(|| first.to_owned())
    }

    /// A cookie to be kept for so many seconds; 0 takes it away.
    pub(super) fn set_cookie(&self, name: &str, value: &str, seconds: i64) -> String {
        let (name, secure) = (self.cookie_name(name), if self.is_https { "; Secure" } else { "" });
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }
}
