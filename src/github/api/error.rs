//! Why GitHub did not answer as asked.

use std::error::Error;
use std::fmt;

use serde_json::Value;

use crate::model::Timestamp;
use crate::report::escaped_line;
use crate::secret::Matcher;

use super::Secret;

/// Why a call led to nothing. Holds no token, whatever GitHub or one in between
/// answered; shows as one line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ApiError {
    /// It is not there, or may not be seen.
    NotFound,
    /// It may be seen, but not so.
    Forbidden {
        /// The permissions that would do (`checks=write`), where GitHub says so.
        needs: Option<String>,
        /// What GitHub says.
        message: String,
    },
    /// The token, or the App's key, is not taken.
    Unauthorized,
    /// Too much was asked.
    Limited {
        /// Nothing is answered before.
        until: Timestamp,
        /// Which limit.
        kind: Limit,
    },
    /// No answer, or one of a server in need: nothing is known of what was asked,
    /// and what was written may have been done.
    Unavailable(String),
    /// What was asked makes no sense to GitHub.
    Unprocessable(String),
    /// It is not as the request takes it to be.
    Conflict(String),
    /// Any other refusal.
    Refused {
        /// The status of HTTP.
        status: u16,
        /// What GitHub says.
        message: String,
    },
    /// The answer cannot be read, or is too large.
    Malformed(String),
}

/// The limits of GitHub.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Limit {
    /// So many calls an hour.
    Primary,
    /// Too much at once.
    Secondary,
}

/// The first pause before something is tried again, in seconds.
const FIRST: i64 = 2;

/// The longest, in seconds.
const LONGEST: i64 = 600;

/// As much of what GitHub says as is kept, in characters.
const MOST: usize = 300;

impl ApiError {
    /// Whether the same may be answered later, with nobody doing anything. An answer
    /// that cannot be read is often a proxy's.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Limited { .. } | Self::Unavailable(_) | Self::Malformed(_) => true,
            Self::NotFound
            | Self::Forbidden { .. }
            | Self::Unauthorized
            | Self::Unprocessable(_)
            | Self::Conflict(_)
            | Self::Refused { .. } => false,
        }
    }

    /// When to try again after `attempt` attempts that failed, the first being 1:
    /// anywhere between soon and a limit that doubles each time, so that many who
    /// fail together do not come back together. Never before a limit ends.
    pub fn retry_at(&self, now: Timestamp, attempt: u32) -> Timestamp {
        let limit = FIRST.saturating_mul(1 << attempt.clamp(1, 16)).min(LONGEST);
        match self {
            Self::Limited { until, .. } => {
                (*until).max(now.saturating_add(1)).saturating_add(fastrand::i64(0..limit.min(30)))
            }
            Self::NotFound
            | Self::Forbidden { .. }
            | Self::Unauthorized
            | Self::Unavailable(_)
            | Self::Unprocessable(_)
            | Self::Conflict(_)
            | Self::Refused { .. }
            | Self::Malformed(_) => now.saturating_add(fastrand::i64(1..=limit)),
        }
    }

    /// What an answer with `status` means that is neither a success nor a limit.
    /// `used` is the token that it answers, which must not come back in it.
    pub(super) fn of(status: u16, needs: Option<&str>, body: &[u8], used: Option<&Secret>) -> Self {
        let message = Self::message(status, body, used);
        match status {
            401 => Self::Unauthorized,
            403 => Self::Forbidden { needs: needs.map(|it| told(it, used)), message },
            404 => Self::NotFound,
            408 | 500..=599 => Self::Unavailable(format!("answered {status}: {message}")),
            409 => Self::Conflict(message),
            422 => Self::Unprocessable(message),
            _ => Self::Refused { status, message },
        }
    }

    /// What the body of a refusal says: GitHub's `message` and `errors`, or nothing but
    /// its length where it is no JSON, as proxies have it.
    pub(super) fn message(status: u16, body: &[u8], used: Option<&Secret>) -> String {
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return format!("status {status} with {} bytes that are no JSON", body.len());
        };
        let mut text = match body.get("message").and_then(Value::as_str) {
            Some(message) => message.to_owned(),
            None => format!("status {status}"),
        };
        for error in body.get("errors").and_then(Value::as_array).into_iter().flatten().take(5) {
            let part = |key| error.get(key).and_then(Value::as_str);
            let said =
                match (error.as_str().or_else(|| part("message")), part("field"), part("code")) {
                    (Some(said), ..) => said.to_owned(),
                    (None, Some(field), Some(code)) => format!("{field}: {code}"),
                    (None, ..) => continue,
                };
            text = format!("{text}; {said}");
        }
        told(&text, used)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("GitHub knows nothing there, or may not show it"),
            Self::Forbidden { needs: Some(needs), message } => {
                write!(f, "GitHub forbids it: {message} (needs {needs})")
            }
            Self::Forbidden { needs: None, message } => write!(f, "GitHub forbids it: {message}"),
            Self::Unauthorized => f.write_str("GitHub does not take the token or the key"),
            Self::Limited { until, kind } => {
                let kind = match kind {
                    Limit::Primary => "primary",
                    Limit::Secondary => "secondary",
                };
                match jiff::Timestamp::from_second(*until) {
                    Ok(until) => write!(f, "the {kind} limit of GitHub holds until {until}"),
                    Err(_) => write!(f, "the {kind} limit of GitHub holds"),
                }
            }
            Self::Unavailable(why) => write!(f, "GitHub is not available: {why}"),
            Self::Unprocessable(why) => write!(f, "GitHub cannot do that: {why}"),
            Self::Conflict(why) => write!(f, "GitHub sees a conflict: {why}"),
            Self::Refused { status, message } => {
                write!(f, "GitHub refuses with {status}: {message}")
            }
            Self::Malformed(why) => write!(f, "the answer of GitHub cannot be read: {why}"),
        }
    }
}

impl Error for ApiError {}

/// A text from outside on one line that is not long, without the token `used` and
/// without anything that looks like one.
pub(super) fn told(text: &str, used: Option<&Secret>) -> String {
    let plain = match used.filter(|it| !it.is_empty()) {
        Some(used) => text.replace(used.expose(), "[redacted]"),
        None => text.to_owned(),
    };
    let plain = match Matcher::built_in().redact(plain.as_bytes()) {
        Some(redacted) => String::from_utf8_lossy(&redacted).into_owned(),
        None => plain,
    };
    let mut line = escaped_line(plain.trim());
    if let Some((end, _)) = line.char_indices().nth(MOST) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// Why JSON cannot be read, without what stands in it: that may be a secret.
pub(super) fn unreadable(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => text,
    }
}
