//! The commit status of the same name, for those who ask for one. Anybody who may
//! push can write the same, so that nothing should rely on it.

use serde_json::{Value, json};

use super::body::{Ended, Said};
use super::check::Place;
use crate::github::api::{ApiError, Caller};
use crate::github::bot::Bot;

/// As long as GitHub takes a description, in characters.
const LONGEST: usize = 140;

pub(super) async fn write(
    bot: &Bot,
    caller: &Caller,
    place: &Place,
    said: &Said,
) -> Result<(), ApiError> {
    if !bot.config.check.status {
        return Ok(());
    }
    let state = match said.ended {
        Ended::Allowed => "success",
        Ended::Waits | Ended::Unasked => "pending",
        Ended::Denied => "failure",
        Ended::Error => "error",
    };
    let description: String = if said.title.chars().count() > LONGEST {
        said.title.chars().take(LONGEST - 1).chain(['…']).collect()
    } else {
        said.title.clone()
    };
    let mut body = json!({
        "state": state, "context": bot.config.check.name, "description": description,
    });
    if let Some((url, page)) = bot.config.public_url.as_ref().zip(said.page.as_ref()) {
        body["target_url"] = json!(format!("{url}{page}"));
    }
    let path = format!("/repos/{}/statuses/{}", place.slug, place.head);
    match caller.post::<Value>(&path, &body).await {
        // A commit has room for a thousand of a name, and anybody can fill it. No other
        // try does what GitHub will not have.
        Err(error) if !error.is_temporary() => {
            tracing::warn!(%error, "a status cannot be written");
            Ok(())
        }
        other => other.map(drop),
    }
}
