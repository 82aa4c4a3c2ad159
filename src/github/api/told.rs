//! What the headers of an answer say: limits, the next page, the tag.

use axum::http::HeaderMap;
use axum::http::header::{AsHeaderName, LINK};
use url::Url;

use crate::model::Timestamp;

/// What is left of a limit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Left {
    /// How many calls a window has.
    pub(super) limit: u64,
    /// How many are left of them.
    pub(super) remaining: u64,
    /// When the next window begins.
    pub(super) reset: Timestamp,
}

/// One header as text.
pub(super) fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// What is left, and of which limit, if the answer says so.
pub(super) fn left(headers: &HeaderMap) -> Option<(Option<&str>, Left)> {
    let number = |name: &str| text(headers, name)?.trim().parse().ok();
    let left = Left {
        limit: number("x-ratelimit-limit")?,
        remaining: number("x-ratelimit-remaining")?,
        reset: i64::try_from(number("x-ratelimit-reset")?).ok()?,
    };
    Some((text(headers, "x-ratelimit-resource"), left))
}

/// For how many seconds the answer asks to wait.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<i64> {
    text(headers, "retry-after")?.trim().parse().ok().filter(|it| *it >= 0)
}

/// The next page of a list that was found at `from`.
pub(super) fn next(headers: &HeaderMap, from: &Url) -> Option<Result<Url, ()>> {
    let mut links = headers.get_all(LINK).iter().filter_map(|it| it.to_str().ok());
    let address = links.find_map(|it| link(it, "next"))?;
    Some(from.join(address).map_err(|_| ()))
}

/// The address that `header` gives for `wanted`: `<ADDRESS>; rel="next", ..`.
fn link<'t>(mut header: &'t str, wanted: &str) -> Option<&'t str> {
    loop {
        let (_, rest) = header.split_once('<')?;
        let (address, rest) = rest.split_once('>')?;
        let (parameters, others) = rest.split_once(',').unwrap_or((rest, ""));
        let is_wanted = parameters.split(';').any(|it| match it.trim().split_once('=') {
            Some((key, value)) => {
                key.trim().eq_ignore_ascii_case("rel")
                    && value.trim().trim_matches('"').split(' ').any(|it| it == wanted)
            }
            None => false,
        });
        if is_wanted {
            return Some(address);
        }
        header = others;
    }
}
