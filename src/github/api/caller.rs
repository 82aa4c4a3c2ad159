//! What can be asked of GitHub.

use std::fmt;
use std::sync::Arc;

use axum::http::Method;
use axum::http::header::ETAG;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::budget::Weight;
use super::calls::Call;
use super::client::Account;
use super::transport::Question;
use super::{Answer, ApiError, Client, Scope, Secret, told};

/// Somebody who speaks to GitHub. Clones are cheap.
#[derive(Clone)]
pub struct Caller {
    pub(super) client: Client,
    pub(super) who: Who,
    pub(super) account: Arc<Account>,
    pub(super) place: Place,
    pub(super) purpose: &'static str,
    pub(super) weight: Weight,
}

/// Whose token is used.
#[derive(Clone, Debug)]
pub(super) enum Who {
    Nobody,
    App,
    Installation { id: u64, scope: Scope },
    Token(Secret),
}

/// Where paths begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    Api,
    Web,
}

/// Something that may be as it was.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Changed<T> {
    /// As it was. This is free.
    Same,
    /// What it is now.
    New {
        /// It.
        value: T,
        /// What to tell the next time. It is worth nothing to another account.
        tag: Option<String>,
    },
}

const JSON: &str = "application/vnd.github+json";
const RAW: &str = "application/vnd.github.raw+json";
const PLAIN: &str = "application/json";

impl Caller {
    /// The same, with calls counted for `purpose`, of which there are few.
    pub fn for_purpose(self, purpose: &'static str) -> Self {
        Self { purpose, ..self }
    }

    /// The same, for what must go through though little is left of a limit.
    pub fn urgent(self) -> Self {
        Self { weight: Weight::Urgent, ..self }
    }

    /// The same, for paths of the pages that people open: `/login/oauth/access_token`.
    pub fn at_web(self) -> Self {
        Self { place: Place::Web, ..self }
    }

    /// The client behind it.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What is at `path`, which begins with a slash and is escaped.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        let question = self.question(Method::GET, path, None)?;
        self.ask(Call::RestRead, question).await?.read()
    }

    /// What is at `path`, unless it is still what `tag` was told with.
    pub async fn get_if_changed<T: DeserializeOwned>(
        &self,
        path: &str,
        tag: Option<&str>,
    ) -> Result<Changed<T>, ApiError> {
        let mut question = self.question(Method::GET, path, None)?;
        question.tag = tag.map(str::to_owned);
        let reply = self.ask(Call::RestRead, question).await?;
        if reply.status == 304 {
            self.client.0.counter.count(self.purpose, Call::Unchanged);
            return Ok(Changed::Same);
        }
        let tag = told::text(&reply.headers, ETAG).map(str::to_owned);
        Ok(Changed::New { value: reply.read()?, tag })
    }

    /// The bytes at `path`: those of a file, for paths of files.
    pub async fn raw(&self, path: &str) -> Result<Vec<u8>, ApiError> {
        let question = Question { accept: RAW, ..self.question(Method::GET, path, None)? };
        Ok(self.ask(Call::RestRead, question).await?.body)
    }

    /// Whether there is something at `path`, which GitHub answers without a body: a
    /// member of a team, a collaborator.
    pub async fn exists(&self, path: &str) -> Result<bool, ApiError> {
        let question = self.question(Method::GET, path, None)?;
        match self.ask(Call::RestRead, question).await {
            Ok(_) => Ok(true),
            Err(ApiError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Makes what `body` says at `path`. With `T` as [`serde::de::IgnoredAny`] the
    /// answer may be anything, or empty.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T, ApiError> {
        self.write(Method::POST, path, Some(as_json(body)?)).await
    }

    /// Changes what is at `path` as `body` says. As [`Caller::post`].
    pub async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T, ApiError> {
        self.write(Method::PATCH, path, Some(as_json(body)?)).await
    }

    /// Puts `body` in the place of what is at `path`. As [`Caller::post`].
    pub async fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Result<T, ApiError> {
        self.write(Method::PUT, path, Some(as_json(body)?)).await
    }

    /// Removes what is at `path`.
    pub async fn delete(&self, path: &str) -> Result<(), ApiError> {
        let question = self.question(Method::DELETE, path, None)?;
        self.ask(Call::RestWrite, question).await.map(drop)
    }

    /// Removes what `body` names at `path`.
    pub async fn delete_with(
        &self,
        path: &str,
        body: &(impl Serialize + ?Sized),
    ) -> Result<(), ApiError> {
        let question = self.question(Method::DELETE, path, Some(as_json(body)?))?;
        self.ask(Call::RestWrite, question).await.map(drop)
    }

    /// Asks `query`. What GitHub could not find out stays beside what it could:
    /// see [`Answer`].
    pub async fn graphql<T: DeserializeOwned>(
        &self,
        query: &str,
        variables: impl Serialize,
    ) -> Result<Answer<T>, ApiError> {
        let variables = serde_json::to_value(variables).map_err(|_| no_json())?;
        let body = json!({ "query": query, "variables": variables }).to_string();
        let question = Question {
            method: Method::POST,
            is_write: query.trim_start().starts_with("mutation"),
            url: self.client.endpoint().graphql.clone(),
            accept: JSON,
            body: Some(body),
            tag: None,
        };
        let reply = self.ask(Call::Graphql, question).await?;
        Answer::read(&reply.body, |text| reply.plain(text))
    }

    pub(super) fn question(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<Question, ApiError> {
        let endpoint = self.client.endpoint();
        let (url, accept) = match self.place {
            Place::Api => (endpoint.rest(path)?, JSON),
            Place::Web => (endpoint.page(path)?, PLAIN),
        };
        let is_write = method != Method::GET;
        Ok(Question { method, is_write, url, accept, body, tag: None })
    }

    async fn write<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<T, ApiError> {
        let question = self.question(method, path, body)?;
        self.ask(Call::RestWrite, question).await?.read()
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Caller");
        out.field("who", &self.who).field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

fn as_json(body: &(impl Serialize + ?Sized)) -> Result<String, ApiError> {
    serde_json::to_value(body).map(|it: Value| it.to_string()).map_err(|_| no_json())
}

fn no_json() -> ApiError {
    ApiError::Unprocessable("what is to be sent is no JSON".to_owned())
}
