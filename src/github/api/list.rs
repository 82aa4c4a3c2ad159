//! Lists that come in pages.

use axum::http::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::caller::Caller;
use super::calls::Call;
use super::error::unreadable;
use super::transport::Reply;
use super::{ApiError, told};

/// So many items are asked for at once; GitHub gives no more.
const PAGE: usize = 100;

/// A list, or its beginning.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed<T> {
    /// What is in it, in GitHub's order.
    pub items: Vec<T>,
    /// Whether that is all. A list that is not must never be taken for one that is.
    pub complete: bool,
}

impl Caller {
    /// The first `most` items of the list at `path`.
    pub async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        most: usize,
    ) -> Result<Listed<T>, ApiError> {
        self.pages(path, None, most).await
    }

    /// As [`Caller::list`], where the list stands at `key` beside a count:
    /// `check_runs`, `repositories`.
    pub async fn list_in<T: DeserializeOwned>(
        &self,
        path: &str,
        key: &str,
        most: usize,
    ) -> Result<Listed<T>, ApiError> {
        self.pages(path, Some(key), most).await
    }

    async fn pages<T: DeserializeOwned>(
        &self,
        path: &str,
        key: Option<&str>,
        most: usize,
    ) -> Result<Listed<T>, ApiError> {
        let path = match path.split_once('?') {
            Some((_, query)) if query.contains("per_page=") => path.to_owned(),
            Some(_) => format!("{path}&per_page={PAGE}"),
            None => format!("{path}?per_page={PAGE}"),
        };
        let mut question = self.question(Method::GET, &path, None)?;
        let mut items = Vec::new();
        let mut count = 0;
        // A server that sends us in circles is not followed for ever.
        for _ in 0..most / 10 + 10 {
            let reply = self.ask(Call::RestRead, question.clone()).await?;
            let page = page(&reply, key)?;
            items.extend(page.items);
            count = count.max(page.count);
            match told::next(&reply.headers, &question.url) {
                None => {
                    let complete = items.len() <= most && items.len() >= count;
                    items.truncate(most);
                    return Ok(Listed { items, complete });
                }
                Some(_) if items.len() >= most => break,
                Some(Ok(next)) if self.client.endpoint().holds(&next) => question.url = next,
                Some(_) => {
                    let why = "its next page is at another host, where no token may go";
                    return Err(ApiError::Malformed(why.to_owned()));
                }
            }
        }
        items.truncate(most);
        Ok(Listed { items, complete: false })
    }
}

fn page<T: DeserializeOwned>(reply: &Reply, key: Option<&str>) -> Result<Page<T>, ApiError> {
    let Some(key) = key else {
        return Ok(Page { items: reply.read()?, count: 0 });
    };
    let mut page: Value = reply.read()?;
    let no = |why: String| ApiError::Malformed(reply.plain(&why));
    let items = page.get_mut(key).map(Value::take);
    let items = items.ok_or_else(|| no(format!("it has no `{key}`")))?;
    let items =
        serde_json::from_value(items).map_err(|it| no(format!("`{key}`: {}", unreadable(&it))))?;
    let count = page.get("total_count").and_then(Value::as_u64).unwrap_or(0);
    Ok(Page { items, count: usize::try_from(count).unwrap_or(usize::MAX) })
}

/// One page, and how many items GitHub says the whole list has.
struct Page<T> {
    items: Vec<T>,
    count: usize,
}
