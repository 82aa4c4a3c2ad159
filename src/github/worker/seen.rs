//! Whether GitHub still shows us a repository, and an installation still stands.
//!
//! A delivery that says so may be old, or sent again: what is there once more would
//! never be looked at. So whatever a delivery says, GitHub is asked.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::github::Slug;
use crate::github::api::{Access, ApiError, Scope};
use crate::github::bot::{Bot, Trouble};
use crate::github::store::StoreError;
use crate::github::work::{Home, Note};

/// A repository, as REST shows it.
#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) id: u64,
    pub(super) full_name: String,
    pub(super) default_branch: Option<String>,
    #[serde(default)]
    pub(super) archived: bool,
}

/// An installation, as REST shows it.
#[derive(Deserialize)]
pub(crate) struct Installed {
    pub(crate) id: u64,
    suspended_at: Option<String>,
    #[serde(default)]
    permissions: BTreeMap<String, String>,
}

impl Installed {
    /// Whether it may act; keeps what it has granted.
    pub(crate) fn acts(self, bot: &Bot) -> bool {
        bot.grant(self.id, self.permissions.into_keys().collect());
        self.suspended_at.is_none()
    }
}

/// Asks GitHub what a repository is called, or whether it is there at all, and keeps it.
pub(super) async fn repository(bot: &Bot, home: Home) -> Result<(), Trouble> {
    let asked = bot.clock.now();
    let mut note = told(bot, home).await?;
    if note.is_none()
        && let Some(home) = elsewhere(bot, home).await?
    {
        note = told(bot, home).await?;
    }
    let note = note.unwrap_or(Note::Gone { repository: home.repository });
    let kept: Result<(), StoreError> = bot.store.note(vec![note], asked).await;
    Ok(kept?)
}

/// Whether an installation is there, and may act.
pub(super) async fn installation(bot: &Bot, installation: u64) -> Result<bool, Trouble> {
    let path = format!("/app/installations/{installation}");
    match bot.client.app().for_purpose("sweep").get::<Installed>(&path).await {
        Ok(it) => Ok(it.acts(bot)),
        Err(ApiError::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What an installation is told of a repository; `None` if it cannot see it.
async fn told(bot: &Bot, home: Home) -> Result<Option<Note>, Trouble> {
    let scope = Scope::of(home.repository).may(Access::Read, "metadata");
    let caller = bot.client.installation(home.installation, scope).for_purpose("sweep");
    match caller.get::<Named>(&format!("/repositories/{}", home.repository)).await {
        Ok(it) if it.full_name.parse::<Slug>().is_err() || it.id != home.repository => {
            Err(Trouble::Broken("a repository with an odd name".to_owned()))
        }
        Ok(it) if it.archived => Ok(Some(Note::Gone { repository: home.repository })),
        Ok(it) => {
            let (slug, default_branch) = (it.full_name, it.default_branch);
            Ok(Some(Note::Repository { home, slug, default_branch }))
        }
        // It is not there, or no token for it can be had.
        Err(ApiError::NotFound | ApiError::Unprocessable(_)) => Ok(None),
        Err(error @ ApiError::Forbidden { .. }) => {
            match installation(bot, home.installation).await? {
                true => Err(error.into()),
                false => Ok(None),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// The installation that sees it instead: a repository can be given away.
async fn elsewhere(bot: &Bot, home: Home) -> Result<Option<Home>, Trouble> {
    let Some(known) = bot.store.repository(home.repository).await? else { return Ok(None) };
    let path = format!("/repos/{}/installation", known.slug);
    match bot.client.app().for_purpose("sweep").get::<Installed>(&path).await {
        Ok(it) if it.id != home.installation => Ok(Some(Home { installation: it.id, ..home })),
        Ok(_) | Err(ApiError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
