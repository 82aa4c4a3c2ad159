//! What finds out that something was missed: deliveries that failed are asked for
//! again, and open pull requests are held against what is known. What is kept and no
//! longer needed goes.

use std::time::Duration;

use serde::Deserialize;
use tokio::sync::watch;

use super::api::ApiError;
use super::bot::{Bot, Trouble};
use super::mirror::{MirrorError, Tidied};
use super::store::Keep;
use super::work::{Cause, Nudge, Subject};

/// How far back failed deliveries are asked for: GitHub keeps them for three days.
const BACK: i64 = 3 * DAY;

/// A day, in seconds.
const DAY: i64 = 24 * 3600;

/// For so many days a head stays in a mirror that nobody asks for.
const DAYS: i64 = 30;

/// As many deliveries are looked through at once.
const MOST: usize = 2000;

/// Sweeps until it is told to stop: at once, and then each time the pause is over.
pub async fn run(bot: Bot, mut stopped: watch::Receiver<bool>) {
    loop {
        if let Err(trouble) = once(&bot).await {
            tracing::warn!(%trouble, "the sweep could not end");
        }
        // Replicas should not all sweep at once.
        let pause = u64::from(bot.config.sweep);
        let pause = Duration::from_secs(pause - fastrand::u64(0..=pause / 4));
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopped.wait_for(|it| *it) => return,
        }
    }
}

/// One sweep.
pub async fn once(bot: &Bot) -> Result<(), Trouble> {
    bot.introduce().await?;
    let now = bot.clock.now();
    let mut nudges = Vec::new();
    let known = bot.store.repositories().await?;
    for installation in installations(bot).await? {
        let mut ours: Vec<_> = known.iter().map(|it| (it.home, it.gone)).collect();
        ours.retain(|(home, gone)| home.installation == installation && !gone);
        // Once a day all are asked for, in case one is new and nobody told us.
        let day = format!("installation:{installation}");
        let seen = bot.store.recall(&day, now).await?.is_some();
        if ours.is_empty() || !seen {
            bot.store.remember(&day, "seen", now, now + DAY).await?;
            let subject = Subject::Installation { installation };
            nudges.push(Nudge { subject, cause: Cause::Time });
        }
        for (home, _) in ours {
            nudges.push(Nudge { subject: Subject::Repository { home }, cause: Cause::Time });
        }
    }
    bot.store.nudge(nudges, now).await?;
    redeliver(bot).await?;
    bot.store.prune(&Keep::default(), now).await?;
    tidy(bot).await
}

/// Puts each mirror in order once a day, and throws away those of repositories that can
/// no longer be seen.
async fn tidy(bot: &Bot) -> Result<(), Trouble> {
    for id in bot.mirrors.ids() {
        if let Err(error) = keep(bot, id).await? {
            tracing::warn!(repository = id, %error, "a mirror is not in order");
        }
    }
    Ok(())
}

async fn keep(bot: &Bot, id: u64) -> Result<Result<(), MirrorError>, Trouble> {
    if bot.store.repository(id).await?.is_some_and(|it| it.gone) {
        return Ok(bot.mirrors.forget(id).await);
    }
    let now = bot.clock.now();
    // Each server may have mirrors of its own.
    let today = format!("tidied:{}:{id}", bot.replica);
    if bot.store.recall(&today, now).await?.is_some() {
        return Ok(Ok(()));
    }
    Ok(match bot.mirrors.tidy(id, DAYS, now).await {
        Ok(Tidied::Done) => Ok(bot.store.remember(&today, "1", now, now + DAY).await?),
        // The next sweep may find it at rest.
        Ok(Tidied::InUse) => Ok(()),
        Err(error) => Err(error),
    })
}

#[derive(Deserialize)]
struct Installation {
    id: u64,
    suspended_at: Option<String>,
}

async fn installations(bot: &Bot) -> Result<Vec<u64>, Trouble> {
    let caller = bot.client.app().for_purpose("sweep");
    let all = caller.list::<Installation>("/app/installations?per_page=100", 10_000).await?;
    Ok(all.items.iter().filter(|it| it.suspended_at.is_none()).map(|it| it.id).collect())
}

#[derive(Deserialize)]
struct Sent {
    id: u64,
    guid: String,
    delivered_at: Option<String>,
    status_code: Option<u16>,
    #[serde(default)]
    redelivery: bool,
}

/// Asks for the deliveries that did not reach us, each once.
async fn redeliver(bot: &Bot) -> Result<(), Trouble> {
    let caller = bot.client.app().for_purpose("sweep");
    let sent = match caller.list::<Sent>("/app/hook/deliveries?per_page=100", MOST).await {
        Ok(sent) => sent.items,
        // Some servers have no such list; the sweep of pull requests finds what is missing.
        Err(ApiError::NotFound | ApiError::Forbidden { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let now = bot.clock.now();
    let moment = |it: &String| it.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second);
    let well = |it: &Sent| it.status_code.is_some_and(|it| (200..300).contains(&it));
    for it in &sent {
        let at = it.delivered_at.as_ref().and_then(moment);
        let recent = at.is_some_and(|it| it > now - BACK);
        let arrived = sent.iter().any(|other| other.guid == it.guid && well(other));
        let asked = format!("redelivered:{}", it.guid);
        if !recent || arrived || it.redelivery || bot.store.recall(&asked, now).await?.is_some() {
            continue;
        }
        let path = format!("/app/hook/deliveries/{}/attempts", it.id);
        match caller.post::<serde_json::Value>(&path, &serde_json::json!({})).await {
            Ok(_) | Err(ApiError::Unprocessable(_) | ApiError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        // Afterwards: what comes twice does no harm.
        bot.store.remember(&asked, "1", now, now + BACK).await?;
    }
    Ok(())
}
