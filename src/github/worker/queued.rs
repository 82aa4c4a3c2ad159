//! The merge groups that wait for our word, by what was seen of the pull requests in
//! them: when one of these comes to something else, the group is looked at again.

use serde::{Deserialize, Serialize};

use crate::github::bot::{Bot, Trouble};
use crate::github::work::{Cause, Home, Nudge, Subject};
use crate::model::{Decision, GroupEntry, MergeGroup, Oid};

/// For how long a group is found, in seconds.
const KEPT: i64 = 7 * 24 * 3600;

/// What is known of a group.
#[derive(Debug, Deserialize, Serialize)]
struct Queued {
    subject: Subject,
    /// Whether the queue is done with it.
    over: bool,
    /// What was seen of its pull requests; `None` while they are looked at, and if not
    /// all of them are known.
    entries: Option<Vec<GroupEntry>>,
}

/// Notes a group whose pull requests are about to be looked at. Answers whether the
/// queue still wants it.
pub(super) async fn begin(bot: &Bot, subject: &Subject, over: bool) -> Result<bool, Trouble> {
    let over = over || read(bot, subject).await?.is_some_and(|it| it.over);
    keep(bot, &Queued { subject: subject.clone(), over, entries: None }).await?;
    Ok(!over)
}

/// Notes what a verdict on a group was reached by.
pub(super) async fn seen(bot: &Bot, subject: &Subject, group: MergeGroup) -> Result<(), Trouble> {
    let entries = group.unexplained.is_empty().then_some(group.entries);
    keep(bot, &Queued { subject: subject.clone(), over: false, entries }).await
}

/// The group with this head.
pub(super) async fn at(bot: &Bot, home: Home, head: Oid) -> Result<Option<Subject>, Trouble> {
    let known = bot.store.recall(&key(home, head), bot.clock.now()).await?;
    let known = known.and_then(|it| serde_json::from_str::<Queued>(&it).ok());
    Ok(known.filter(|it| !it.over).map(|it| it.subject))
}

/// The nudges for the groups that a pull request may be in, and that saw something else
/// of it than what was decided now.
pub(super) async fn changed(
    bot: &Bot,
    home: Home,
    number: u64,
    decision: Decision,
) -> Result<(), Trouble> {
    let prefix = format!("group:{}:", home.repository);
    let known = bot.store.recall_all(&prefix, bot.clock.now()).await?;
    let known = known.iter().filter_map(|it| serde_json::from_str::<Queued>(it).ok());
    let differs =
        |it: &GroupEntry| it.number == number && it.decision.allows() != decision.allows();
    let concerned =
        |it: &Queued| !it.over && it.entries.as_ref().is_none_or(|all| all.iter().any(differs));
    let nudge = |it: Queued| Nudge { subject: it.subject, cause: Cause::Queue };
    let nudges: Vec<_> = known.filter(concerned).map(nudge).collect();
    if !nudges.is_empty() {
        bot.store.nudge(nudges, bot.clock.now()).await?;
    }
    Ok(())
}

/// The nudges for all groups of a repository: the policy may be another.
pub(super) async fn all(bot: &Bot, home: Home, cause: Cause) -> Result<Vec<Nudge>, Trouble> {
    let prefix = format!("group:{}:", home.repository);
    let known = bot.store.recall_all(&prefix, bot.clock.now()).await?;
    let known = known.iter().filter_map(|it| serde_json::from_str::<Queued>(it).ok());
    Ok(known.filter(|it| !it.over).map(|it| Nudge { subject: it.subject, cause }).collect())
}

fn key(home: Home, head: Oid) -> String {
    format!("group:{}:{head}", home.repository)
}

async fn read(bot: &Bot, subject: &Subject) -> Result<Option<Queued>, Trouble> {
    let Subject::Group { home, head, .. } = subject else { return Ok(None) };
    let known = bot.store.recall(&key(*home, *head), bot.clock.now()).await?;
    Ok(known.and_then(|it| serde_json::from_str(&it).ok()))
}

async fn keep(bot: &Bot, queued: &Queued) -> Result<(), Trouble> {
    let Subject::Group { home, head, .. } = &queued.subject else { return Ok(()) };
    let text = serde_json::to_string(queued).map_err(|it| Trouble::Broken(it.to_string()))?;
    let now = bot.clock.now();
    Ok(bot.store.remember(&key(*home, *head), &text, now, now + KEPT).await?)
}
