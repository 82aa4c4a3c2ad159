//! Looking at what a merge queue is about to land.

use super::{Looked, fan, keep, pull};
use crate::github::Slug;
use crate::github::bot::{Bot, Trouble};
use crate::github::gather::{Candidate, GroupAsked, Outcome};
use crate::github::output::{Ended, Part, Place, publish};
use crate::github::store::{Decided, Held, Job};
use crate::github::work::Home;
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

/// For how long a group is found by its head, in seconds.
const KEPT: i64 = 7 * 24 * 3600;

pub(super) async fn look(bot: &Bot, job: &Job, group: &Group<'_>) -> Result<Looked, Trouble> {
    let Some(repository) = pull::repository(bot, group.home).await? else {
        return Ok(Looked::Until(None));
    };
    let home = repository.home;
    let slug: Slug = repository.slug.parse().map_err(Trouble::Broken)?;
    let now = bot.clock.now();
    let subject = serde_json::to_string(&job.subject).unwrap_or_default();
    bot.store.remember(&fan::group_key(home, group.head), &subject, now, now + KEPT).await?;
    let place = Place { home, slug: slug.clone(), head: group.head };
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
    let (part, next) = said(bot, job, group, outcome).await?;
    match publish(bot, job, &place, &part).await? {
        Held::Still => Ok(Looked::Until(next)),
        Held::Lost => Ok(Looked::Lost),
    }
}

/// What the outcome comes to, and when to look again.
async fn said(
    bot: &Bot,
    job: &Job,
    group: &Group<'_>,
    outcome: Outcome,
) -> Result<(Part, Option<Timestamp>), Trouble> {
    let now = bot.clock.now();
    let error =
        |title: &str, summary: String| Ok((Part::error(LABEL.to_owned(), title, summary), None));
    match outcome {
        Outcome::Judged(judgement) => {
            let verdict = &judgement.verdict;
            let decided = Decided {
                subject: job.subject.clone(),
                head: group.head,
                base: group.base.to_owned(),
                at: now,
                decision: Some(verdict.decision()),
                policy: judgement.sha256.clone().unwrap_or_default(),
                summary: report::title(verdict),
                waits_for: String::new(),
            };
            let record = keep::sealed(judgement.record.as_ref()).await;
            let id = bot.store.decide(decided, record).await?;
            let mut part = Part::of(LABEL.to_owned(), verdict);
            part.page = Some(format!("/decisions/{id}"));
            // No delivery tells the group that one of its pull requests may land now.
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
            Some(at) => Err(Trouble::At(at, report::escaped_line(&why.why))),
            None => error("it cannot be judged", format!("{}\n", report::code_span(&why.why))),
        },
    }
}
