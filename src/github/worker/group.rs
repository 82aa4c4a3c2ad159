//! Looking at what a merge queue is about to land.

use super::{Looked, decide, pull, queued};
use crate::github::Slug;
use crate::github::bot::{Bot, Trouble};
use crate::github::gather::{Candidate, GroupAsked, Outcome};
use crate::github::output::{self, Ended, Part, Place, publish};
use crate::github::store::{Held, Job};
use crate::github::work::{Cause, Home};
use crate::model::{Oid, Timestamp};
use crate::policy::Problem;
use crate::report;

/// A merge group.
pub(super) struct Group<'g> {
    pub(super) home: Home,
    pub(super) head: Oid,
    pub(super) base: &'g str,
    pub(super) onto: Oid,
}

/// What the part of a group is called.
const LABEL: &str = "merge queue";

/// When a group that may not land yet is looked at again, in seconds.
const SOON: i64 = 60;

pub(super) async fn look(bot: &Bot, job: &Job, group: &Group<'_>) -> Result<Looked, Trouble> {
    let Some(repository) = pull::repository(bot, group.home).await? else {
        return Ok(Looked::Until(None));
    };
    let home = repository.home;
    let slug: Slug = repository.slug.parse().map_err(Trouble::Broken)?;
    let now = bot.clock.now();
    // Before its pull requests are looked at: what comes of them from now on leads here.
    let over = job.causes.contains(&Cause::Dequeued);
    if !queued::begin(bot, &job.subject, over).await? {
        return Ok(Looked::Until(None));
    }
    let place = Place { home, slug: slug.clone(), head: group.head };
    if output::is_others(bot, job, &place).await? {
        output::withhold(bot, job, &place, &Part::looking(LABEL.to_owned())).await?;
    }
    let open = bot.store.pulls_onto(home.repository, group.base).await?;
    let candidates: Vec<_> = open
        .iter()
        .filter(|it| it.open)
        .map(|it| Candidate { number: it.number, head: it.head })
        .collect();
    let caller = pull::reader(bot, home);
    let expected = pull::expected(bot, repository.policy.as_ref());
    let asked = GroupAsked {
        caller: &caller,
        home,
        slug: &slug,
        head: group.head,
        base: group.base,
        onto: group.onto,
        default_branch: repository.default_branch.as_deref(),
        candidates: &candidates,
        now,
        expected: expected.as_ref(),
    };
    let outcome = bot.gatherer.judge_group(asked).await;
    let entries = match &outcome {
        Outcome::Judged(judgement) => judgement.group.clone(),
        _ => None,
    };
    let (part, next) = said(bot, job, &place, outcome).await?;
    if publish(bot, job, &place, &part).await? == Held::Lost {
        return Ok(Looked::Lost);
    }
    if let Some(entries) = entries {
        queued::seen(bot, &job.subject, entries).await?;
    }
    Ok(Looked::Until(next))
}

/// What the outcome comes to, and when to look again.
async fn said(
    bot: &Bot,
    job: &Job,
    place: &Place,
    outcome: Outcome,
) -> Result<(Part, Option<Timestamp>), Trouble> {
    let now = bot.clock.now();
    let error =
        |title: &str, summary: String| Ok((Part::error(LABEL.to_owned(), title, summary), None));
    match outcome {
        Outcome::Judged(judgement) => {
            let verdict = &judgement.verdict;
            let id = decide::judged(bot, &job.subject, &judgement, now).await?;
            let mut part = Part::of(LABEL.to_owned(), verdict);
            if !judgement.named {
                part = part.unasked(&judgement.told.base);
            }
            part.page = Some(format!("/decisions/{id}"));
            // A delivery about what it lacks may be lost.
            let soon = (!verdict.decision().allows()).then_some(now + SOON);
            Ok((part, pull::next(verdict, now).into_iter().chain(soon).min()))
        }
        // Without a policy of ours nobody should wait for us.
        Outcome::Closed(_) | Outcome::NoPolicy(_) | Outcome::Elsewhere(_) => {
            let title = "there is no policy to judge by".to_owned();
            Ok((Part::plain(LABEL.to_owned(), Ended::Allowed, title.clone(), title), None))
        }
        Outcome::PolicyMissing(_) => {
            error("the policy is gone", "Bring `refgate.toml` back.\n".to_owned())
        }
        Outcome::PolicyBroken { problems, .. } => {
            let all: Vec<_> = problems.0.iter().take(20).map(Problem::summary).collect();
            let summary = format!("- {}\n", report::code_span(&all.join("; ")));
            error("the policy cannot be read", summary)
        }
        Outcome::Unavailable(why) => match why.retry_at(now, job.attempts) {
            Some(at) => {
                // An answer that was given does not stand while a new one is due.
                if job.attempts > 1 {
                    let title = "error: it is tried again".to_owned();
                    let summary = format!("{}\n", report::code_span(&why.why));
                    let part = Part::plain(LABEL.to_owned(), Ended::Waits, title, summary);
                    if let Err(trouble) = publish(bot, job, place, &part).await {
                        tracing::warn!(%trouble, "an error cannot be written");
                    }
                }
                Err(Trouble::At(at, report::escaped_line(&why.why)))
            }
            None => error("it cannot be judged", format!("{}\n", report::code_span(&why.why))),
        },
    }
}
