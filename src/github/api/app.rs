//! The App's identity: its id, its private key, and what the two sign.

use std::fmt;

use octocrab::jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

use crate::model::Timestamp;

use super::{ApiError, Secret};

/// How far a token reaches back, in seconds: clocks differ.
const BACK: i64 = 60;

/// How long a token is good, in seconds. GitHub takes no more than 600.
const AHEAD: i64 = 9 * 60;

/// An App that can sign.
#[derive(Clone)]
pub struct App {
    issuer: String,
    key: EncodingKey,
}

#[derive(Serialize)]
struct Claims<'a> {
    iat: i64,
    exp: i64,
    iss: &'a str,
}

impl App {
    /// The App with this id, or client id, and private key: PEM as GitHub hands it
    /// out, or as PKCS#8. Line ends may be written `\n`, as variables often have
    /// them. The key is tried, so that a wrong one is known at once.
    pub fn new(id: &str, key: &Secret) -> Result<Self, String> {
        let id = id.trim();
        if id.is_empty() || !id.chars().all(|it| it.is_ascii_alphanumeric() || "._-".contains(it)) {
            return Err(format!("{id:?} is neither an App's id nor a client id"));
        }
        let pem = match key.expose().contains('\n') {
            true => key.expose().to_owned(),
            false => key.expose().replace("\\n", "\n"),
        };
        // Errors of the reader are not passed on: they may repeat what was read.
        let no = |why: &str| format!("the App's private key cannot be used: {why}");
        if !pem.contains("-----BEGIN ") {
            return Err(no("it is no PEM, which begins with `-----BEGIN`"));
        }
        let key = EncodingKey::from_rsa_pem(pem.as_bytes())
            .map_err(|_| no("it is no RSA key in PEM without a password"))?;
        let app = Self { issuer: id.to_owned(), key };
        app.token(0).map_err(|_| no("it signs nothing"))?;
        Ok(app)
    }

    /// What it is known by: its id, or its client id.
    pub fn id(&self) -> &str {
        &self.issuer
    }

    /// Signs a token that is good around `now`.
    pub(super) fn token(&self, now: Timestamp) -> Result<Secret, ApiError> {
        let claims = Claims {
            iat: now.saturating_sub(BACK),
            exp: now.saturating_add(AHEAD),
            iss: &self.issuer,
        };
        match encode(&Header::new(Algorithm::RS256), &claims, &self.key) {
            Ok(token) => Ok(Secret::new(&token)),
            Err(_) => Err(ApiError::Unauthorized),
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
