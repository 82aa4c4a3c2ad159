//! From a head, a branch, a repository or an installation to the pull requests
//! that it concerns. Asks GitHub only for what no delivery has told.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::seen::{self, Named};
use super::{Looked, policy};
use crate::github::Slug;
use crate::github::api::{Access, Scope};
use crate::github::bot::{Bot, Trouble};
use crate::github::gather::Uses;
use crate::github::store::{Job, Page, Pull, Shown, Within};
use crate::github::work::{Cause, Home, Note, Nudge, Subject};
use crate::model::{Oid, Timestamp};

/// As many open pull requests of a repository are listed.
const MOST: usize = 10_000;

/// As many that seem to be as we know them are looked at in each sweep. Checks, teams,
/// threads and policies leave no mark on a pull request.
const IN_TURN: usize = 50;

/// Every pull request and every merge group with this head, unless the policy asks
/// nothing that the cause could change.
pub(super) async fn head(bot: &Bot, job: &Job, home: Home, commit: Oid) -> Result<Looked, Trouble> {
    let pulls = bot.store.pulls_at(home.repository, commit).await?;
    let mut nudges = wanted(bot, &pulls, &job.causes).await?;
    if let Some(subject) = super::queued::at(bot, home, commit).await? {
        nudges.extend(job.causes.iter().map(|&cause| Nudge { subject: subject.clone(), cause }));
    }
    nudge(bot, job, nudges).await
}

/// What is to land on a branch. If the branch is the one that holds the policy,
/// all that the policy is asked about.
pub(super) async fn branch(
    bot: &Bot,
    job: &Job,
    home: Home,
    name: &str,
) -> Result<Looked, Trouble> {
    let repository = bot.store.repository(home.repository).await?;
    let default = repository.as_ref().and_then(|it| it.default_branch.as_deref());
    let holds = repository.as_ref().filter(|_| default.is_none_or(|it| it == name));
    if let Some(repository) = holds
        && !policy::as_known(bot, repository, name).await?
    {
        bot.store.forget(&super::pull::no_policy(home), bot.clock.now()).await?;
        let within = Within::Only(vec![home.repository]);
        let mut nudges = of_index(bot, within, Cause::Policy).await?;
        nudges.extend(super::queued::all(bot, home, Cause::Policy).await?);
        return nudge(bot, job, nudges).await;
    }
    let pulls = bot.store.pulls_onto(home.repository, name).await?;
    let nudges = wanted(bot, &pulls, &BTreeSet::from([Cause::Target])).await?;
    nudge(bot, job, nudges).await
}

/// An open pull request, as REST lists it.
#[derive(Deserialize)]
struct Listed {
    number: u64,
    updated_at: Option<String>,
    draft: Option<bool>,
    title: Option<String>,
    user: Option<User>,
    head: Tip,
    base: Tip,
}

#[derive(Deserialize)]
struct User {
    login: String,
}

#[derive(Deserialize)]
struct Tip {
    #[serde(rename = "ref")]
    name: String,
    sha: String,
    repo: Option<Id>,
}

#[derive(Deserialize)]
struct Id {
    id: u64,
}

/// Every open pull request of a repository, as GitHub lists them: what is new, what
/// has changed, and what is open no more. If that is all it is for, those that seem
/// to be as we know them are looked at in turn.
pub(super) async fn repository(bot: &Bot, job: &Job, home: Home) -> Result<Looked, Trouble> {
    // A name may have changed without our being told; now is the time to ask.
    seen::repository(bot, home).await?;
    let Some(known) = super::pull::repository(bot, home).await? else {
        return Ok(Looked::Until(None));
    };
    let (home, slug) = (known.home, known.slug);
    let scope = Scope::of(home.repository).may(Access::Read, "pull_requests");
    let caller = bot.client.installation(home.installation, scope).for_purpose("sweep");
    let path = format!("/repos/{slug}/pulls?state=open&sort=updated&direction=desc&per_page=100");
    let listed = caller.list::<Listed>(&path, MOST).await?;
    if !listed.complete {
        tracing::warn!(repository = %slug, "more than {MOST} pull requests are open");
    }
    let all = super::urgent(&job.causes);
    let known = indexed(bot, Within::Only(vec![home.repository])).await?;
    let known: BTreeMap<u64, Shown> = known.into_iter().map(|it| (it.pull.number, it)).collect();
    let mut nudges = Vec::new();
    if job.causes.contains(&Cause::Policy) {
        nudges.extend(super::queued::all(bot, home, Cause::Policy).await?);
    }
    let (mut open, mut quiet, mut new) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for it in listed.items {
        open.insert(it.number);
        let Some(pull) = it.pull(home) else { continue };
        let known = known.get(&pull.number);
        let same = |it: &Shown| {
            it.pull.head == pull.head && it.pull.updated == pull.updated && it.decision.is_some()
        };
        let changed = !known.is_some_and(same);
        if all || changed {
            let cause = if changed { Cause::Head } else { first(&job.causes) };
            let subject = Subject::Pull { home, number: pull.number };
            nudges.push(Nudge { subject, cause });
        } else {
            quiet.insert(pull.number);
        }
        // Whoever looks at it keeps what it is; until then it can be found by its head.
        if known.is_none() {
            new.push(pull);
        }
    }
    bot.store.set_pulls(&new).await?;
    if listed.complete {
        for Shown { pull, .. } in known.values().filter(|it| !open.contains(&it.pull.number)) {
            // It may have been opened since; whoever looks at it knows.
            let subject = Subject::Pull { home, number: pull.number };
            nudges.push(Nudge { subject, cause: Cause::Head });
            nudges.extend(fellows(bot, home, pull.number, pull.head).await?);
        }
    }
    for number in in_turn(bot, home, &quiet).await? {
        nudges.push(Nudge { subject: Subject::Pull { home, number }, cause: Cause::Time });
    }
    nudge(bot, job, nudges).await
}

/// Those whose turn it is to be looked at without a reason.
async fn in_turn(bot: &Bot, home: Home, quiet: &BTreeSet<u64>) -> Result<Vec<u64>, Trouble> {
    let name = format!("turn:{}", home.repository);
    let last = bot.store.cursor(&name).await?.and_then(|it| it.parse().ok()).unwrap_or(0);
    let behind = quiet.range(last + 1..).chain(quiet.range(..=last));
    let turn: Vec<u64> = behind.take(IN_TURN).copied().collect();
    if let Some(last) = turn.last() {
        bot.store.set_cursor(&name, &last.to_string()).await?;
    }
    Ok(turn)
}

/// The nudges for the other pull requests with a head that one of them has left: what
/// is written there was said for it too.
pub(super) async fn fellows(
    bot: &Bot,
    home: Home,
    number: u64,
    left: Oid,
) -> Result<Vec<Nudge>, Trouble> {
    let there = bot.store.pulls_at(home.repository, left).await?;
    let others = there.iter().filter(|it| it.number != number);
    let subject = |number| Subject::Pull { home, number };
    Ok(others.map(|it| Nudge { subject: subject(it.number), cause: Cause::Time }).collect())
}

impl Listed {
    fn pull(self, home: Home) -> Option<Pull> {
        let moment =
            |it: &String| it.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second);
        Some(Pull {
            home,
            number: self.number,
            open: true,
            head: self.head.sha.parse().ok()?,
            head_repository: self.head.repo.map(|it| it.id),
            head_ref: self.head.name,
            base: self.base.name,
            base_head: self.base.sha.parse().ok(),
            draft: self.draft.unwrap_or_default(),
            author: self.user.map(|it| it.login).unwrap_or_default(),
            title: self.title.unwrap_or_default(),
            updated: self.updated_at.as_ref().and_then(moment).unwrap_or_default(),
        })
    }
}

#[derive(Deserialize)]
struct Repositories {
    repositories: Vec<Named>,
}

/// Every repository of an installation. A change of people concerns only what is
/// known and asks for people.
pub(super) async fn installation(
    bot: &Bot,
    job: &Job,
    installation: u64,
) -> Result<Looked, Trouble> {
    let known = bot.store.repositories().await?;
    let ours = known.iter().filter(|it| it.home.installation == installation && !it.gone);
    if job.causes.iter().all(|it| *it == Cause::People) {
        let within = ours.map(|it| it.home.repository).collect();
        let nudges = of_index(bot, Within::Only(within), Cause::People).await?;
        return nudge(bot, job, nudges).await;
    }
    bot.client.forget(installation);
    let asked = bot.clock.now();
    if !seen::installation(bot, installation).await? {
        bot.store.note(vec![Note::Uninstalled { installation }], asked).await?;
        return Ok(Looked::Until(None));
    }
    let mut missing: BTreeSet<Home> = ours.map(|it| it.home).collect();
    let scope = Scope::everything().may(Access::Read, "metadata");
    let caller = bot.client.installation(installation, scope).for_purpose("sweep");
    let mut nudges = Vec::new();
    let mut notes = Vec::new();
    for page in 1.. {
        let path = format!("/installation/repositories?per_page=100&page={page}");
        let told: Repositories = caller.get(&path).await?;
        let last = told.repositories.len() < 100;
        for it in told.repositories.into_iter().filter(|it| !it.archived) {
            let home = Home { installation, repository: it.id };
            missing.remove(&home);
            if it.full_name.parse::<Slug>().is_ok() {
                let (slug, default_branch) = (it.full_name, it.default_branch);
                notes.push(Note::Repository { home, slug, default_branch });
                nudges.push(Nudge {
                    subject: Subject::Repository { home },
                    cause: first(&job.causes),
                });
            }
        }
        if last {
            break;
        }
    }
    bot.store.note(notes, asked).await?;
    // They may be newer than the list; whoever looks at them asks.
    let again = |home| Nudge { subject: Subject::Repository { home }, cause: Cause::Time };
    nudges.extend(missing.into_iter().map(again));
    nudge(bot, job, nudges).await
}

/// The nudges for those of the pull requests of which one of the causes can change what
/// is decided.
async fn wanted(
    bot: &Bot,
    pulls: &[Pull],
    causes: &BTreeSet<Cause>,
) -> Result<Vec<Nudge>, Trouble> {
    let mut nudges = Vec::new();
    // What each repository's policy asks for is the same for all of its pull requests.
    let mut expected: BTreeMap<u64, Option<Uses>> = BTreeMap::new();
    for Pull { home, number, .. } in pulls {
        if let Entry::Vacant(unread) = expected.entry(home.repository) {
            let known = bot.store.repository(home.repository).await?;
            let policy = known.as_ref().and_then(|it| it.policy.as_ref());
            unread.insert(super::pull::expected(bot, policy));
        }
        let uses = expected.get(&home.repository).and_then(Option::as_ref);
        let cares = |cause: &&Cause| uses.is_none_or(|it| it.cares(**cause));
        let subject = Subject::Pull { home: *home, number: *number };
        let wanted = causes.iter().filter(cares);
        nudges.extend(wanted.map(|&cause| Nudge { subject: subject.clone(), cause }));
    }
    Ok(nudges)
}

/// The nudges for all open pull requests that are known and that the cause concerns.
async fn of_index(bot: &Bot, within: Within, cause: Cause) -> Result<Vec<Nudge>, Trouble> {
    let known = indexed(bot, within).await?;
    let pulls: Vec<_> = known.into_iter().map(|it| it.pull).collect();
    wanted(bot, &pulls, &BTreeSet::from([cause])).await
}

async fn indexed(bot: &Bot, within: Within) -> Result<Vec<Shown>, Trouble> {
    const AT_ONCE: u32 = 500;
    let mut all = Vec::new();
    loop {
        let skip = u64::try_from(all.len()).unwrap_or(u64::MAX);
        let page = bot.store.open_pulls(&within, Page { skip, most: AT_ONCE }).await?;
        let more = page.more && !page.items.is_empty();
        all.extend(page.items);
        if !more {
            return Ok(all);
        }
    }
}

fn first(causes: &BTreeSet<Cause>) -> Cause {
    causes.iter().next().copied().unwrap_or(Cause::Time)
}

async fn nudge(bot: &Bot, job: &Job, nudges: Vec<Nudge>) -> Result<Looked, Trouble> {
    let now: Timestamp = bot.clock.now();
    for some in nudges.chunks(1000) {
        bot.store.nudge_for(&job.delivery, some.to_vec(), now).await?;
    }
    Ok(Looked::Until(None))
}
