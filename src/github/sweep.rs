//! What finds out that something was missed: deliveries that failed are asked for
//! again, and open pull requests are held against what is known. What is kept and no
//! longer needed goes.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::api::{ApiError, Caller};
use super::bot::{Bot, Trouble};
use super::mirror::{MirrorError, Tidied};
use super::serve::webhook::kept_as;
use super::store::Keep;
use super::work::{Cause, Nudge, Subject};
use super::worker::seen::Installed;

/// How far back failed deliveries are asked for: GitHub keeps them for three days.
const BACK: i64 = 3 * DAY;

/// A day, in seconds.
const DAY: i64 = 24 * 3600;

/// For so many days a head stays in a mirror that nobody asks for.
const DAYS: i64 = 30;

/// As many deliveries are looked through at once.
const MOST: usize = 10_000;

/// After so many that GitHub does not send again, no more are asked for now.
const IN_VAIN: usize = 5;

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

/// One sweep. What fails keeps nothing else from being done.
pub async fn once(bot: &Bot) -> Result<(), Trouble> {
    let now = bot.clock.now();
    let introduced = bot.introduce().await;
    let looked = look(bot).await;
    let redelivered = redeliver(bot).await;
    let pruned = bot.store.prune(&Keep::default(), now).await;
    let tidied = tidy(bot).await;
    let pruned = pruned.map(drop).map_err(Trouble::from);
    introduced.and(looked).and(redelivered).and(pruned).and(tidied)
}

/// Has everything looked at that can be seen.
async fn look(bot: &Bot) -> Result<(), Trouble> {
    let now = bot.clock.now();
    let mut nudges = Vec::new();
    let known = bot.store.repositories().await?;
    let whole = |installation| Nudge {
        subject: Subject::Installation { installation },
        cause: Cause::Time,
    };
    let (acting, complete) = installations(bot).await?;
    let mut days = Vec::new();
    for &installation in &acting {
        let ours = known.iter().map(|it| it.home).filter(|it| it.installation == installation);
        let ours: Vec<_> = ours.collect();
        // Once a day all are asked for, in case one is new and nobody told us.
        let day = format!("installation:{installation}");
        let seen = bot.store.recall(&day, now).await?.is_some();
        if ours.is_empty() || !seen {
            nudges.push(whole(installation));
            days.push(day);
        }
        for home in ours {
            nudges.push(Nudge { subject: Subject::Repository { home }, cause: Cause::Time });
        }
    }
    if complete {
        let of: BTreeSet<_> = known.iter().map(|it| it.home.installation).collect();
        nudges.extend(of.difference(&acting).map(|it| whole(*it)));
    }
    for some in nudges.chunks(1000) {
        bot.store.nudge(some.to_vec(), now).await?;
    }
    for day in days {
        bot.store.remember(&day, "seen", now, now + DAY).await?;
    }
    Ok(())
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

/// The installations that may act, and whether those are all.
async fn installations(bot: &Bot) -> Result<(BTreeSet<u64>, bool), Trouble> {
    let caller = bot.client.app().for_purpose("sweep");
    let all = caller.list::<Installed>("/app/installations?per_page=100", 10_000).await?;
    let acting = all.items.into_iter().map(|it| (it.id, it.acts(bot)));
    let acting = acting.filter(|(_, acts)| *acts).map(|(id, _)| id);
    Ok((acting.collect(), all.complete))
}

/// An attempt to deliver.
#[derive(Deserialize)]
struct Sent {
    id: u64,
    guid: String,
    event: String,
    delivered_at: Option<String>,
    status_code: Option<u16>,
}

/// How often a delivery was asked for, and when last.
#[derive(Clone, Copy, Default, Deserialize, Serialize)]
struct Asked {
    times: u32,
    last: i64,
}

impl Asked {
    /// Whether it is time to ask again: in the first sweeps, and then in pauses that grow.
    fn again(self, now: i64) -> bool {
        let pause = match self.times {
            0..3 => 0,
            times => 3600 << (times - 3).min(5),
        };
        now >= self.last + pause
    }
}

/// Asks for the deliveries that did not reach us, the oldest first, again and again
/// while GitHub has them.
async fn redeliver(bot: &Bot) -> Result<(), Trouble> {
    let caller = bot.client.app().for_purpose("sweep");
    let path = "/app/hook/deliveries?status=failure&per_page=100";
    let sent = match caller.list::<Sent>(path, MOST).await {
        Ok(sent) => sent.items,
        // Some servers have no such list; the sweep of pull requests finds what is missing.
        Err(ApiError::NotFound | ApiError::Forbidden { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let now = bot.clock.now();
    let moment = |it: &String| it.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second);
    let well = |it: &Sent| it.status_code.is_some_and(|it| (200..300).contains(&it));
    let arrived: BTreeSet<_> = sent.iter().filter(|it| well(it)).map(|it| &it.guid).collect();
    let mut seen = BTreeSet::new();
    let mut failed: Vec<_> = sent
        .iter()
        // Of several attempts the newest, which comes first.
        .filter(|it| !arrived.contains(&it.guid) && seen.insert((&it.guid, &it.event)))
        .filter(|it| it.delivered_at.as_ref().and_then(moment).is_some_and(|it| it > now - BACK))
        .collect();
    failed.reverse();
    let mut vain = Ok(());
    let mut many = 0;
    for it in failed {
        if let Err(trouble) = again(bot, &caller, it, now).await {
            many += 1;
            // One that cannot be had is no reason to do without the others.
            if many >= IN_VAIN || matches!(trouble, Trouble::Store(_)) || limited(&trouble) {
                return Err(trouble);
            }
            vain = Err(trouble);
        }
    }
    vain
}

fn limited(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Api(ApiError::Limited { .. }))
}

/// Asks for a delivery, unless it is here already, or it is too early.
async fn again(bot: &Bot, caller: &Caller, it: &Sent, now: i64) -> Result<(), Trouble> {
    if bot.store.is_kept(&kept_as(&it.guid, &it.event), &it.event).await? {
        return Ok(());
    }
    let key = format!("redelivered:{}:{}", it.guid, it.event);
    let asked = bot.store.recall(&key, now).await?;
    let asked: Asked = asked.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
    if !asked.again(now) {
        return Ok(());
    }
    let path = format!("/app/hook/deliveries/{}/attempts", it.id);
    let answer = caller.post::<serde_json::Value>(&path, &serde_json::json!({})).await;
    // Afterwards: what comes twice does no harm.
    let asked = Asked { times: asked.times.saturating_add(1), last: now };
    let asked = serde_json::to_string(&asked).unwrap_or_default();
    bot.store.remember(&key, &asked, now, now + BACK).await?;
    match answer {
        Ok(_) | Err(ApiError::Unprocessable(_) | ApiError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
