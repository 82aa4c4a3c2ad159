//! Keeping what was decided, and all that was known about it.

use crate::github::bot::{Bot, Trouble};
use crate::github::store::{Decided, Kept};
use crate::model::Timestamp;
use crate::record::Record;

/// As large as a record may be that is judged again, in bytes.
const LARGEST: u32 = 1 << 20;

/// For how long what was known last is kept, in seconds: as long as records are.
const LONG: Timestamp = 400 * 24 * 3600;

/// Keeps a decision, unless it is the one that was reached last; then only what is
/// known by now is kept. Answers its id.
pub(super) async fn decided(
    bot: &Bot,
    decided: Decided,
    record: Option<&Record>,
) -> Result<u64, Trouble> {
    let last = bot.store.last_of(&decided.subject).await?;
    let same = |it: &Kept| it.decided == Decided { at: it.decided.at, ..decided.clone() };
    let Some(Kept { id, .. }) = last.filter(same) else {
        let record = sealed(record).await;
        return Ok(bot.store.decide(decided, record).await?);
    };
    let largest = usize::try_from(LARGEST).unwrap_or(usize::MAX);
    let blobs = |it: &&Record| it.facts.blobs.values().map(|it| it.len()).sum::<usize>();
    let record = sealed(record.filter(|it| blobs(it) < largest)).await;
    if let Some(record) = record.filter(|it| it.len() <= largest) {
        let now = decided.at;
        bot.store.remember(&newest(id), &record, now, now + LONG).await?;
    }
    Ok(id)
}

/// What was known last when this was decided, unless it is too large.
pub(super) async fn record(bot: &Bot, id: u64, now: Timestamp) -> Result<Option<String>, Trouble> {
    match bot.store.recall(&newest(id), now).await? {
        Some(record) => Ok(Some(record)),
        None => Ok(bot.store.record(id, LARGEST).await?),
    }
}

/// A record as it is kept: without what may be a secret, or not at all.
pub(super) async fn sealed(record: Option<&Record>) -> Option<String> {
    let record = record?.clone();
    let sealed = move || serde_json::to_string(&record.sealed().ok()?).ok();
    tokio::task::spawn_blocking(sealed).await.ok().flatten()
}

/// Where it is kept what was known when the same was decided once more.
fn newest(id: u64) -> String {
    format!("known:{id}")
}
