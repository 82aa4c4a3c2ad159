//! Looking at what is due: one slot, one worker, as it is at last.

mod decide;
mod deployment;
mod fan;
mod group;
mod keep;
mod policy;
mod proposed;
mod pull;
mod queued;
mod replay;
mod requests;
pub(super) mod seen;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tracing::Instrument;

use super::bot::{Bot, Trouble};
use super::store::{Claim, Held, Job, StoreError};
use super::work::{Cause, Nudge, Subject};
use crate::model::Timestamp;

/// How long a slot is a worker's without a sign of life.
const LEASE: Duration = Duration::from_mins(1);

/// Between two signs of life.
const PULSE: Duration = Duration::from_secs(20);

/// How long a look may take.
const LONGEST: Duration = Duration::from_mins(15);

/// After so many attempts in vain it is asked where the repository is.
const STUBBORN: u32 = 3;

/// How long an idle worker waits: what is due by time alone is not announced.
const IDLE: Duration = Duration::from_secs(1);

/// How a look ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Looked {
    /// Nothing is left to do, or nothing before this time.
    Until(Option<Timestamp>),
    /// Somebody newer has it.
    Lost,
}

/// Works until it is told to stop.
pub(super) async fn run(bot: Bot, at: usize, mut stopped: watch::Receiver<bool>) {
    let worker = format!("{}-{at}", bot.replica);
    let mut arrivals = bot.store.arrivals();
    while !*stopped.borrow() {
        arrivals.mark_unchanged();
        match claim(&bot, &worker).await {
            Ok(Some(job)) => {
                let span = tracing::info_span!(
                    "look",
                    subject = ?job.subject,
                    look = job.fence,
                    attempt = job.attempts,
                    delivery = job.delivery,
                );
                let installation = job.subject.installation();
                Box::pin(one(&bot, job, &mut stopped).instrument(span)).await;
                let mut busy = bot.busy.lock().await;
                if let Some(workers) = busy.get_mut(&installation) {
                    *workers -= 1;
                }
                busy.retain(|_, workers| *workers > 0);
            }
            Ok(None) => {
                tokio::select! {
                    _ = arrivals.changed() => {}
                    () = tokio::time::sleep(IDLE) => {}
                    _ = stopped.wait_for(|it| *it) => {}
                }
            }
            Err(error) => {
                tracing::error!(%error, "the queue cannot be read");
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
        }
    }
}

/// Takes the next slot, of an installation that may have one more worker.
async fn claim(bot: &Bot, worker: &str) -> Result<Option<Job>, StoreError> {
    let mut busy = bot.busy.lock().await;
    let claim = Claim {
        worker: worker.to_owned(),
        lease: LEASE,
        now: bot.clock.now(),
        without: bot.sated(&busy),
    };
    let job = bot.store.claim(claim).await?;
    if let Some(job) = &job {
        *busy.entry(job.subject.installation()).or_default() += 1;
    }
    Ok(job)
}

/// Looks at one slot, and gives it back however that ends.
async fn one(bot: &Bot, job: Job, stopped: &mut watch::Receiver<bool>) {
    let began = Instant::now();
    let kind = kind(&job.subject);
    let looked = tokio::select! {
        looked = tokio::time::timeout(LONGEST, look(bot, &job)) => match looked {
            Ok(looked) => looked,
            Err(_) => Err(Trouble::Later("it took too long".to_owned())),
        },
        () = lost(bot, &job) => Ok(Looked::Lost),
        () = grace(stopped) => {
            let _ = bot.store.release(&job).await;
            return;
        }
    };
    let now = bot.clock.now();
    let (outcome, kept) = match looked {
        Ok(Looked::Until(next)) => ("done", bot.store.finish(&job, next).await),
        Ok(Looked::Lost) => ("lost", Ok(Held::Lost)),
        Err(trouble) => {
            let at = trouble.retry_at(now, job.attempts);
            tracing::warn!(%trouble, "again later");
            ask_anew(bot, &job).await;
            ("again", bot.store.retry(&job, at, &trouble.to_string()).await)
        }
    };
    if let Err(error) = kept {
        // The lease ends by itself, and somebody looks again.
        tracing::error!(%error, "a slot cannot be given back");
    }
    bot.metrics.look(kind, outcome, began.elapsed());
}

/// What fails again and again may be somewhere else by now, or gone: the repository is
/// asked for anew.
async fn ask_anew(bot: &Bot, job: &Job) {
    let Some(home) = job.subject.home().filter(|_| job.attempts == STUBBORN) else { return };
    let subject = Subject::Repository { home };
    if subject == job.subject {
        return;
    }
    let nudge = Nudge { subject, cause: Cause::Time };
    let asked = bot.store.nudge_for(&job.delivery, vec![nudge], bot.clock.now());
    if let Err(error) = asked.await {
        tracing::warn!(%error, "a repository cannot be asked for anew");
    }
}

/// Gives signs of life until the slot is somebody else's.
async fn lost(bot: &Bot, job: &Job) {
    loop {
        tokio::time::sleep(PULSE).await;
        if let Ok(Held::Lost) = bot.store.extend(job, LEASE).await {
            return;
        }
    }
}

/// Waits until the server has been stopped for so long that nothing should go on.
async fn grace(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|it| *it).await;
    tokio::time::sleep(Duration::from_secs(20)).await;
}

async fn look(bot: &Bot, job: &Job) -> Result<Looked, Trouble> {
    match &job.subject {
        Subject::Pull { home, number } => Box::pin(pull::look(bot, job, *home, *number)).await,
        Subject::Group { home, head, base, onto } => {
            let group = group::Group { home: *home, head: *head, base, onto: *onto };
            Box::pin(group::look(bot, job, &group)).await
        }
        Subject::Deployment { home, run, environment, commit } => {
            let asked = deployment::Asked { home: *home, run: *run, environment, commit: *commit };
            Box::pin(deployment::answer(bot, &job.subject, &asked)).await
        }
        Subject::Head { home, commit } => Box::pin(fan::head(bot, job, *home, *commit)).await,
        Subject::Branch { home, name } => Box::pin(fan::branch(bot, job, *home, name)).await,
        Subject::Repository { home } => Box::pin(fan::repository(bot, job, *home)).await,
        Subject::Installation { installation } => fan::installation(bot, job, *installation).await,
    }
}

/// The causes of a job that are about more than time.
fn urgent(causes: &BTreeSet<Cause>) -> bool {
    causes.iter().any(|it| *it != Cause::Time)
}

fn kind(subject: &Subject) -> &'static str {
    match subject {
        Subject::Pull { .. } => "pull",
        Subject::Group { .. } => "group",
        Subject::Deployment { .. } => "deployment",
        Subject::Head { .. } => "head",
        Subject::Branch { .. } => "branch",
        Subject::Repository { .. } => "repository",
        Subject::Installation { .. } => "installation",
    }
}
