//! Looking at what is due: one slot, one worker, as it is at last.

mod deployment;
mod fan;
mod group;
mod keep;
mod proposed;
mod pull;
mod replay;
mod requests;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::bot::{Bot, Trouble};
use super::store::{Claim, Held, Job};
use super::work::{Cause, Subject};
use crate::model::Timestamp;

/// How long a slot is a worker's without a sign of life.
const LEASE: Duration = Duration::from_secs(60);

/// Between two signs of life.
const PULSE: Duration = Duration::from_secs(20);

/// How long a look may take.
const LONGEST: Duration = Duration::from_secs(15 * 60);

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
        let claim = Claim {
            worker: worker.clone(),
            lease: LEASE,
            now: bot.clock.now(),
            without: Vec::new(),
        };
        match bot.store.claim(claim).await {
            Ok(Some(job)) => Box::pin(one(&bot, job, &mut stopped)).await,
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
            tracing::warn!(subject = ?job.subject, attempt = job.attempts, %trouble, "again later");
            ("again", bot.store.retry(&job, at, &trouble.to_string()).await)
        }
    };
    if let Err(error) = kept {
        // The lease ends by itself, and somebody looks again.
        tracing::error!(%error, "a slot cannot be given back");
    }
    bot.metrics.look(kind, outcome, began.elapsed());
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
            Box::pin(deployment::answer(bot, &asked)).await
        }
        Subject::Head { home, commit } => Box::pin(fan::head(bot, job, *home, *commit)).await,
        Subject::Branch { home, name } => Box::pin(fan::branch(bot, *home, name)).await,
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
