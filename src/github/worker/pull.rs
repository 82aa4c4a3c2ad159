//! Looking at a pull request: what is asked of it, and what is written about it.

use std::time::Duration;

use super::{Looked, decide, fan, keep, policy, proposed, queued, requests, seen};
use crate::github::Slug;
use crate::github::api::{Access, Caller, Scope};
use crate::github::bot::{Bot, Trouble};
use crate::github::gather::{Judgement, Outcome, PullAsked, Unavailable, Uses};
use crate::github::output::{self, Ended, Part, Place, publish};
use crate::github::read::Told;
use crate::github::store::{Decided, Held, Job, PolicySeen, Pull, Repository};
use crate::github::work::{Cause, Home, Nudge};
use crate::model::{Act, Decision, Move, Oid, Timestamp, Verdict};
use crate::report;

/// A verdict that is reached sooner is the first thing that is written.
const SOON: Duration = Duration::from_secs(1);

/// When to look again at what could not be found out, in seconds.
const AGAIN: Timestamp = 120;

/// For how long it is believed that a repository has no policy, in seconds: a push
/// to its default branch is told of before.
const NO_POLICY: Timestamp = 3600;

pub(super) async fn look(bot: &Bot, job: &Job, home: Home, number: u64) -> Result<Looked, Trouble> {
    let Some(repository) = repository(bot, home).await? else { return Ok(Looked::Until(None)) };
    // It may have moved to another installation since it was asked for.
    let home = repository.home;
    let slug: Slug = repository.slug.parse().map_err(Trouble::Broken)?;
    let now = bot.clock.now();
    let expected = expected(bot, repository.policy.as_ref());
    let shown = bot.store.pull(home.repository, number).await?;
    let known = shown.as_ref().is_some_and(|it| it.decision.is_some());
    let cares = |cause: &Cause| expected.as_ref().is_none_or(|it| it.cares(*cause));
    if known && !job.causes.iter().any(cares) {
        // What was to be looked at by time still is.
        let next = bot.store.recall(&timer(home, number), now).await?;
        return Ok(Looked::Until(next.and_then(|it| it.parse().ok())));
    }
    let asks = job.causes.contains(&Cause::Policy) || job.causes.contains(&Cause::Request);
    if expected.is_none() && !asks && bot.store.recall(&no_policy(home), now).await?.is_some() {
        return Ok(Looked::Until(None));
    }
    let before = shown.as_ref().filter(|it| it.pull.open).map(|it| it.pull.head);
    let mut look = Look { bot, job, home, number, slug, now, before, withheld: None };
    let presumed = look.presume(shown.as_ref().map(|it| &it.pull)).await?;
    if let Some(head) = presumed {
        look.withhold(head).await?;
    }
    let caller = reader(bot, home);
    let asked = PullAsked {
        caller: &caller,
        home,
        slug: &look.slug,
        number,
        now,
        expected: expected.as_ref(),
        ledger: None,
    };
    let judging = bot.gatherer.judge_pull(asked);
    tokio::pin!(judging);
    let outcome = tokio::select! {
        outcome = &mut judging => outcome,
        () = tokio::time::sleep(SOON) => {
            // A head that nothing is written about yet shows that it is looked at.
            if let Some(head) = presumed.filter(|_| job.causes.contains(&Cause::Head)) {
                look.begin(head).await?;
            }
            judging.await
        }
    };
    Box::pin(look.end(outcome, presumed)).await
}

/// What the policy asked for when it was read last, and what the floor asks for. What another version of ours has
/// kept stands for everything.
pub(super) fn expected(bot: &Bot, policy: Option<&PolicySeen>) -> Option<Uses> {
    let own: Uses = policy?.needs.parse().unwrap_or_else(|_| Uses::everything());
    let floor = bot.gatherer.floor.as_deref().map(Uses::anywhere);
    Some(floor.iter().fold(own, Uses::and))
}

/// Who reads: no more than this repository, and nothing to write.
pub(super) fn reader(bot: &Bot, home: Home) -> Caller {
    let wanted = ["actions", "checks", "contents", "issues", "members", "merge_queues"];
    let more = ["metadata", "pull_requests", "repository_custom_properties", "statuses"];
    let granted = |it: &&str| bot.may_read(home.installation, it);
    let all = wanted.into_iter().chain(more).filter(granted);
    let scope = all.fold(Scope::of(home.repository), |scope, it| scope.may(Access::Read, it));
    bot.client.installation(home.installation, scope).for_purpose("look")
}

/// The repository, by what is known or else by what GitHub says; `None` if it cannot
/// be seen.
pub(super) async fn repository(bot: &Bot, home: Home) -> Result<Option<Repository>, Trouble> {
    if let Some(known) = bot.store.repository(home.repository).await? {
        return Ok(Some(known).filter(|it| !it.gone));
    }
    seen::repository(bot, home).await?;
    Ok(bot.store.repository(home.repository).await?.filter(|it| !it.gone))
}

pub(super) fn no_policy(home: Home) -> String {
    format!("no-policy:{}", home.repository)
}

struct Look<'l> {
    bot: &'l Bot,
    job: &'l Job,
    home: Home,
    number: u64,
    slug: Slug,
    now: Timestamp,
    /// The head that was known.
    before: Option<Oid>,
    /// The head of which was taken back what was written before.
    withheld: Option<Oid>,
}

/// Where it is kept when a pull request is to be looked at by time.
fn timer(home: Home, number: u64) -> String {
    format!("timer:{}:{number}", home.repository)
}

impl Look<'_> {
    fn label(&self) -> String {
        format!("#{}", self.number)
    }

    fn place(&self, head: Oid) -> Place {
        Place { home: self.home, slug: self.slug.clone(), head }
    }

    /// The head that deliveries tell of. It is kept before anything is read, so that
    /// whatever is told of it meanwhile leads here.
    async fn presume(&self, shown: Option<&Pull>) -> Result<Option<Oid>, Trouble> {
        let pushes = self.bot.store.pushes(self.home.repository, self.number).await?;
        let pushed = pushes.iter().filter_map(|it| Some((it.at?, it.after))).max();
        let Some((at, head)) = pushed else { return Ok(shown.map(|it| it.head)) };
        if let Some(shown) = shown.filter(|it| it.updated > at || it.head == head) {
            return Ok(Some(shown.head));
        }
        let unknown = || Pull {
            home: self.home,
            number: self.number,
            open: true,
            head,
            head_repository: None,
            head_ref: String::new(),
            base: String::new(),
            base_head: None,
            draft: false,
            author: String::new(),
            title: String::new(),
            updated: at,
        };
        let mut pull = shown.cloned().unwrap_or_else(unknown);
        (pull.head, pull.updated) = (head, at);
        self.bot.store.set_pull(&pull).await?;
        Ok(Some(head))
    }

    /// Takes back what was written about a head for another target, for other pull
    /// requests or long ago: GitHub would let this one land by it.
    async fn withhold(&mut self, head: Oid) -> Result<(), Trouble> {
        let (causes, place) = (&self.job.causes, self.place(head));
        let (base, new) = (causes.contains(&Cause::Base), causes.contains(&Cause::Head));
        let others = || output::is_others(self.bot, self.job, &place);
        if base || (new && (self.before != Some(head) || others().await?)) {
            let part = Part::looking(self.label());
            output::withhold(self.bot, self.job, &place, &part).await?;
            self.withheld = Some(head);
        }
        Ok(())
    }

    async fn begin(&self, head: Oid) -> Result<(), Trouble> {
        let key = crate::github::store::CheckKey {
            repository: self.home.repository,
            commit: head,
            name: self.bot.config.check.name.clone(),
        };
        if self.bot.store.check(&key).await?.is_none() {
            publish(self.bot, self.job, &self.place(head), &Part::looking(self.label())).await?;
        }
        Ok(())
    }

    async fn end(&self, outcome: Outcome, presumed: Option<Oid>) -> Result<Looked, Trouble> {
        match outcome {
            Outcome::Judged(judgement) => {
                self.keep(&judgement.told, presumed).await?;
                Box::pin(self.judged(*judgement)).await
            }
            Outcome::Closed(told) => {
                self.keep(&told, presumed).await?;
                self.bot.store.close_pull(self.home.repository, self.number).await?;
                if !told.merged {
                    queued::changed(self.bot, self.home, self.number, Decision::Deny).await?;
                }
                Ok(Looked::Until(None))
            }
            Outcome::NoPolicy(told) | Outcome::Elsewhere(told) => {
                self.keep(&told, presumed).await?;
                let until = self.now + NO_POLICY;
                self.bot.store.remember(&no_policy(self.home), "1", self.now, until).await?;
                Ok(Looked::Until(None))
            }
            Outcome::PolicyMissing(told) => {
                self.keep(&told, presumed).await?;
                let summary = "There was a policy on the default branch, and it is gone. Nothing \
                               is let through without one: bring `refgate.toml` back.\n";
                self.error(&told, "the policy is gone", summary.to_owned()).await
            }
            Outcome::PolicyBroken { told, name, problems } => {
                self.keep(&told, presumed).await?;
                let mut summary = format!("`{name}` on the default branch is no policy:\n\n");
                for problem in problems.0.iter().take(20) {
                    summary += &format!("- {}\n", report::code_span(&problem.summary()));
                }
                self.error(&told, "the policy cannot be read", summary).await
            }
            Outcome::Unavailable(why) => self.unavailable(&why, presumed).await,
        }
    }

    /// Keeps what the pull request is. If its head is another than deliveries have told
    /// of, what was told of it before this may have gone nowhere: look once more.
    async fn keep(&self, told: &Told, presumed: Option<Oid>) -> Result<(), Trouble> {
        let Some(head) = told.head else { return Ok(()) };
        let pull = Pull {
            home: self.home,
            number: self.number,
            open: told.open,
            head,
            head_repository: None,
            head_ref: told.proposal.source.to_string(),
            base: told.base.clone(),
            base_head: told.base_tip,
            draft: told.proposal.draft,
            author: told.proposal.author.0.clone(),
            title: told.proposal.title.clone(),
            updated: told.updated.unwrap_or(self.now),
        };
        self.bot.store.set_pull(&pull).await?;
        let mut nudges = Vec::new();
        if told.open && presumed != Some(head) {
            nudges.push(Nudge { subject: self.job.subject.clone(), cause: Cause::Time });
        }
        let gone = |it: &Oid| !told.open || *it != head;
        if let Some(left) = self.before.filter(gone).or(self.withheld.filter(gone)) {
            if !told.open {
                self.bot.store.close_pull(self.home.repository, self.number).await?;
            }
            nudges.extend(fan::fellows(self.bot, self.home, self.number, left).await?);
        }
        if !nudges.is_empty() {
            self.bot.store.nudge_for(&self.job.delivery, nudges, self.now).await?;
        }
        Ok(())
    }

    async fn judged(&self, judgement: Judgement) -> Result<Looked, Trouble> {
        self.bot.store.note(judgement.notes.clone(), self.now).await?;
        policy::keep(self.bot, self.job, (self.home, &self.slug), &judgement).await?;
        let decision = judgement.verdict.decision();
        queued::changed(self.bot, self.home, self.number, decision).await?;
        let id = decide::judged(self.bot, &self.job.subject, &judgement, self.now).await?;
        let mut part = Part::of(self.label(), &judgement.verdict);
        if !judgement.named {
            part = part.unasked(&judgement.told.base);
        }
        part.page = Some(format!("/decisions/{id}"));
        part.summary += &proposed::told(self.bot, self.job, &judgement, self.now).await?;
        let held = publish(self.bot, self.job, &self.place(judgement.head), &part).await?;
        if held == Held::Lost {
            return Ok(Looked::Lost);
        }
        let asked = self.job.causes.contains(&Cause::Reviewers);
        if decision == Decision::Pending && (asked || self.bot.config.check.request_reviews) {
            requests::request(self.bot, self.home, &self.slug, &judgement).await?;
        }
        let next = next(&judgement.verdict, self.now);
        if let Some(at) = next {
            let key = timer(self.home, self.number);
            self.bot.store.remember(&key, &at.to_string(), self.now, at).await?;
        }
        Ok(Looked::Until(next))
    }

    /// Tells that it cannot be judged until somebody does something.
    async fn error(&self, told: &Told, title: &str, summary: String) -> Result<Looked, Trouble> {
        let Some(head) = told.head else { return Ok(Looked::Until(None)) };
        self.bot.metrics.decision("error");
        let decided = Decided {
            subject: self.job.subject.clone(),
            head,
            base: told.base.clone(),
            at: self.now,
            decision: None,
            policy: String::new(),
            summary: format!("error: {title}"),
            waits_for: "whoever keeps the policy: mend it".to_owned(),
        };
        queued::changed(self.bot, self.home, self.number, Decision::Deny).await?;
        let id = keep::decided(self.bot, decided, None).await?;
        let mut part = Part::error(self.label(), title, summary);
        part.page = Some(format!("/decisions/{id}"));
        match publish(self.bot, self.job, &self.place(head), &part).await? {
            Held::Still => Ok(Looked::Until(None)),
            Held::Lost => Ok(Looked::Lost),
        }
    }

    /// Nothing is let through by what could not be found out; an answer that was given
    /// does not stand while a new one is due.
    async fn unavailable(
        &self,
        why: &Unavailable,
        presumed: Option<Oid>,
    ) -> Result<Looked, Trouble> {
        let reason = report::escaped_line(&why.why);
        let next = why.retry_at(self.now, self.job.attempts);
        let head = why.head.or(presumed);
        // One hiccup is not worth a word.
        if let Some(head) = head.filter(|_| next.is_none() || self.job.attempts > 1) {
            queued::changed(self.bot, self.home, self.number, Decision::Pending).await?;
            let again = if next.is_some() { "It is tried again.\n" } else { "" };
            let summary =
                format!("It could not be found out: {}. {again}", report::code_span(&reason));
            let title = if next.is_some() { "it is tried again" } else { "it cannot be judged" };
            let ended = if next.is_some() { Ended::Waits } else { Ended::Error };
            let part = Part::plain(self.label(), ended, format!("error: {title}"), summary);
            // If GitHub is down, this cannot be written either.
            match publish(self.bot, self.job, &self.place(head), &part).await {
                Ok(Held::Lost) => return Ok(Looked::Lost),
                Ok(Held::Still) => {}
                // A verdict that nothing will change must be seen.
                Err(trouble) if next.is_none() => return Err(trouble),
                Err(trouble) => tracing::warn!(%trouble, "an error cannot be written"),
            }
        }
        match next {
            Some(at) => Err(Trouble::At(at, reason)),
            None => Ok(Looked::Until(None)),
        }
    }
}

/// When the verdict may be another without anything happening.
pub(super) fn next(verdict: &Verdict, now: Timestamp) -> Option<Timestamp> {
    let moves: Vec<&Move> = verdict.judgments.iter().flat_map(report::moves).collect();
    let until = moves.iter().filter_map(|it| it.until).filter(|it| *it > now).min();
    let again = moves.iter().any(|it| it.act == Act::Retry).then_some(now + AGAIN);
    until.into_iter().chain(again).min()
}
