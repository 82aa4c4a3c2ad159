//! Which policy a repository has, and which one stands now.

use super::pull;
use crate::github::Slug;
use crate::github::api::Secret;
use crate::github::bot::{Bot, Trouble};
use crate::github::gather::Judgement;
use crate::github::gather::policy::{self, Found};
use crate::github::mirror::{Source, Wants};
use crate::github::store::{Held, Job, PolicySeen, Repository};
use crate::github::work::{Cause, Home, Nudge, Subject};
use crate::model::RefName;
use crate::record;

/// Keeps which policy was read. One that is another than the one that is known may be
/// older or newer than it, by whoever looked first, so what stands now decides; and
/// whoever sees it first tells all that it is asked about.
pub(super) async fn keep(
    bot: &Bot,
    job: &Job,
    (home, slug): (Home, &Slug),
    judgement: &Judgement,
) -> Result<(), Trouble> {
    let Some((sha256, commit)) = judgement.sha256.clone().zip(judgement.policy_commit) else {
        return Ok(());
    };
    let at = bot.clock.now();
    let seen = PolicySeen { sha256, commit, needs: judgement.anywhere.to_string(), at };
    for _ in 0..3 {
        let known = bot.store.repository(home.repository).await?;
        let before = known.and_then(|it| it.policy);
        if before.as_ref().is_some_and(|it| PolicySeen { at, ..it.clone() } == seen) {
            return Ok(());
        }
        if before.as_ref().is_some_and(|it| it.sha256 != seen.sha256) {
            let branch = judgement.told.repository.default_branch.as_ref();
            let branch = branch.map(ToString::to_string).unwrap_or_default();
            if !stands(bot, (home, slug, &branch), &seen.sha256).await? {
                return Err(Trouble::Later("the policy is another by now".to_owned()));
            }
            let nudge = Nudge { subject: Subject::Repository { home }, cause: Cause::Policy };
            bot.store.nudge_for(&job.delivery, vec![nudge], at).await?;
        }
        let kept = bot.store.set_policy(home.repository, before.as_ref(), &seen).await?;
        if kept == Held::Still {
            return Ok(());
        }
    }
    Err(Trouble::Later("the policy changes while it is read".to_owned()))
}

/// Whether the policy of the default branch is the one that was read last.
pub(super) async fn as_known(bot: &Bot, known: &Repository, branch: &str) -> Result<bool, Trouble> {
    let Some(seen) = &known.policy else { return Ok(false) };
    let slug: Slug = known.slug.parse().map_err(Trouble::Broken)?;
    stands(bot, (known.home, &slug, branch), &seen.sha256).await
}

/// Whether the policy of a branch is this one now. Asks the repository, which is no call
/// of GitHub's interface.
async fn stands(
    bot: &Bot,
    (home, slug, branch): (Home, &Slug, &str),
    sha256: &str,
) -> Result<bool, Trouble> {
    let token = pull::reader(bot, home).token().await?;
    let source = Source { id: home.repository, slug, token: token.as_ref().map(Secret::expose) };
    let now = bot.clock.now();
    let wants = Wants { refs: true, ..Wants::default() };
    let mirror = bot.mirrors.sync(source, &wants, now).await;
    let mirror = mirror.map_err(|error| Trouble::Later(error.to_string()))?;
    let name = RefName::new(format!("refs/heads/{branch}"));
    for _ in 0..8 {
        let (opened, name) = (mirror.open(), name.clone());
        let read = tokio::task::block_in_place(|| {
            let repository = opened?;
            let Some(tip) = repository.resolve(&name)?.1 else { return Ok(None) };
            policy::read(&repository, tip).map(Some)
        });
        match read.map_err(|error| Trouble::Later(format!("{error:#}")))? {
            Some(Found::Lacking(oids)) => {
                let wanted = mirror.want(&oids, now).await;
                wanted.map_err(|error| Trouble::Later(error.to_string()))?;
            }
            Some(Found::Policy(policy)) => return Ok(record::digest(&policy) == sha256),
            Some(Found::Nothing | Found::Broken { .. }) | None => return Ok(false),
        }
    }
    Ok(false)
}
