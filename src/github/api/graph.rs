//! Answers of GraphQL, which may hold a part and say why it is no more.

use std::fmt;

use bstr::ByteSlice;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ApiError;
use super::error::unreadable;

/// What was found out, and what was not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer<T> {
    /// What was found out. `None` if that is nothing, or too little to be read.
    pub data: Option<T>,
    /// Why something is missing. Where this is not empty, what `data` does not have
    /// is not known, rather than not there.
    pub errors: Vec<GraphError>,
}

/// Why a part of an answer is missing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GraphError {
    /// GitHub's name of what went wrong: `NOT_FOUND`, `FORBIDDEN`,
    /// `RESOURCE_LIMITS_EXCEEDED`.
    pub kind: Option<String>,
    /// In words.
    pub message: String,
    /// Which part: `repository.pullRequest.reviews`.
    pub path: String,
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    data: Value,
    #[serde(default)]
    errors: Option<Vec<WrittenError>>,
}

#[derive(Deserialize)]
struct Errors {
    #[serde(default)]
    errors: Option<Vec<WrittenError>>,
}

#[derive(Deserialize)]
struct WrittenError {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    path: Vec<Value>,
}

impl<T: DeserializeOwned> Answer<T> {
    /// Reads an answer; `plain` makes a text of it fit to be shown.
    pub(super) fn read(body: &[u8], plain: impl Fn(&str) -> String) -> Result<Self, ApiError> {
        let no = |it: serde_json::Error| ApiError::Malformed(plain(&unreadable(&it)));
        let written: Written = serde_json::from_slice(body).map_err(no)?;
        let errors: Vec<_> =
            written.errors.into_iter().flatten().map(|it| it.shown(&plain)).collect();
        if written.data.is_null() {
            // So GitHub says that it took too long.
            let timeout = "Something went wrong while executing your query";
            return match errors.iter().find(|it| it.message.starts_with(timeout)) {
                Some(error) => Err(ApiError::Unavailable(error.message.clone())),
                None if errors.is_empty() => {
                    Err(ApiError::Malformed("it has neither data nor errors".to_owned()))
                }
                None => Ok(Self { data: None, errors }),
            };
        }
        match serde_json::from_value(written.data) {
            Ok(data) => Ok(Self { data: Some(data), errors }),
            Err(error) if errors.is_empty() => Err(no(error)),
            // What is missing is missing for a reason that is told.
            Err(_) => Ok(Self { data: None, errors }),
        }
    }

    /// The data, if nothing is missing.
    pub fn whole(self) -> Result<T, ApiError> {
        match (self.data, self.errors.into_iter().next()) {
            (Some(data), None) => Ok(data),
            (None, None) => Err(ApiError::Malformed("it has neither data nor errors".to_owned())),
            (_, Some(error)) => Err(error.into()),
        }
    }
}

impl GraphError {
    /// Whether it was too much to find out at once, so that less at once may do.
    pub fn is_too_much(&self) -> bool {
        self.kind.as_deref().is_some_and(|it| {
            it.starts_with("RESOURCE_LIMITS_EXCEEDED") || it.starts_with("MAX_NODE_LIMIT_EXCEEDED")
        })
    }
}

impl From<GraphError> for ApiError {
    fn from(error: GraphError) -> Self {
        match error.kind.as_deref() {
            Some("NOT_FOUND") => Self::NotFound,
            Some("FORBIDDEN" | "INSUFFICIENT_SCOPES") => {
                Self::Forbidden { needs: None, message: error.to_string() }
            }
            Some("SERVICE_UNAVAILABLE" | "INTERNAL") => Self::Unavailable(error.to_string()),
            Some("UNPROCESSABLE") => Self::Unprocessable(error.to_string()),
            Some(_) | None => Self::Refused { status: 200, message: error.to_string() },
        }
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

impl WrittenError {
    fn shown(self, plain: impl Fn(&str) -> String) -> GraphError {
        let part = |it: &Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
        let path: Vec<_> = self.path.iter().map(part).collect();
        GraphError {
            kind: self.kind.map(|it| plain(&it)),
            message: plain(&self.message),
            path: plain(&path.join(".")),
        }
    }

    fn is_limit(&self) -> bool {
        let message = self.message.to_ascii_lowercase();
        matches!(self.kind.as_deref(), Some("RATE_LIMITED" | "RATE_LIMIT"))
            || message.contains("secondary rate limit")
            || message.contains("abuse detection")
    }
}

/// What an answer with status 200 says of a limit that was met, if it does.
pub(super) fn limit(body: &[u8]) -> Option<String> {
    if !body.contains_str("\"errors\"") {
        return None;
    }
    let written: Errors = serde_json::from_slice(body).ok()?;
    let met = written.errors?.into_iter().find(WrittenError::is_limit)?;
    Some(format!("rate limit: {}", met.message))
}
