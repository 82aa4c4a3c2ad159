//! Answering whether a commit may be deployed: it may, if it was the tip of the default
//! branch and the policy or the floor names that, since it had to get past both to be so.

use serde_json::{Value, json};

use super::{Looked, keep, pull};
use crate::git::{Repository as Git, Walker};
use crate::github::Slug;
use crate::github::api::{Access, ApiError, Scope};
use crate::github::bot::{Bot, Trouble};
use crate::github::gather::policy::{self, Found};
use crate::github::mirror::{Mirror, Source, Wants};
use crate::github::store::Decided;
use crate::github::work::{Home, Subject};
use crate::model::{Decision, Oid, RefName, Stage};
use crate::policy::Policy;
use crate::record;

/// A deployment that waits.
pub(super) struct Asked<'a> {
    pub(super) home: Home,
    pub(super) run: u64,
    pub(super) environment: &'a str,
    pub(super) commit: Oid,
}

/// Files of a policy that are fetched one after the other.
const MOST_FILES: usize = 40;

pub(super) async fn answer(
    bot: &Bot,
    subject: &Subject,
    asked: &Asked<'_>,
) -> Result<Looked, Trouble> {
    let Some(repository) = pull::repository(bot, asked.home).await? else {
        return Ok(Looked::Until(None));
    };
    let home = repository.home;
    let slug: Slug = repository.slug.parse().map_err(Trouble::Broken)?;
    let later = |error: crate::github::mirror::MirrorError| Trouble::Later(error.to_string());
    let token = pull::reader(bot, home).token().await?;
    let token = token.as_ref().map(crate::github::api::Secret::expose);
    let source = Source { id: home.repository, slug: &slug, token };
    let now = bot.clock.now();
    let wants = Wants { tips: vec![asked.commit], refs: true, ..Wants::default() };
    let mirror = bot.mirrors.sync(source, &wants, now).await.map_err(later)?;
    let branch = repository.default_branch.as_deref().unwrap_or("main");
    let mut answer = Answer::Lacking(Vec::new());
    let policies = (repository.policy.is_some(), bot.gatherer.floor.as_deref());
    for _ in 0..MOST_FILES {
        answer = tokio::task::block_in_place(|| judge(&mirror, branch, asked.commit, policies))
            .map_err(|error| Trouble::Later(format!("{error:#}")))?;
        let Answer::Lacking(oids) = &answer else { break };
        mirror.want(oids, now).await.map_err(later)?;
    }
    let (state, comment) = match answer {
        Answer::Landed(on) => ("approved", format!("{} has landed on {on}", asked.commit.short())),
        Answer::Nowhere => (
            "rejected",
            format!("{} was never the tip of the protected default branch", asked.commit.short()),
        ),
        Answer::NoPolicy => ("rejected", "there is no policy to judge by".to_owned()),
        Answer::Lacking(_) => return Err(Trouble::Later("the policy is not there yet".to_owned())),
    };
    let floor = bot.gatherer.floor.as_deref().map(record::digest);
    let known = repository.policy.iter().map(|it| it.sha256.clone());
    let decided = Decided {
        subject: subject.clone(),
        head: asked.commit,
        base: branch.to_owned(),
        at: now,
        decision: Some(if state == "approved" { Decision::Pass } else { Decision::Deny }),
        policy: known.chain(floor).collect::<Vec<_>>().join(" + "),
        summary: format!("{state}: {comment}"),
        waits_for: String::new(),
    };
    keep::decided(bot, decided, None).await?;
    let scope =
        Scope::of(home.repository).may(Access::Read, "actions").may(Access::Write, "deployments");
    let caller = bot.client.installation(home.installation, scope).for_purpose("deployment");
    let path = format!("/repos/{slug}/actions/runs/{}/deployment_protection_rule", asked.run);
    let body = json!({ "environment_name": asked.environment, "state": state, "comment": comment });
    match caller.post::<Value>(&path, &body).await {
        // Nobody waits any more.
        Ok(_) | Err(ApiError::NotFound | ApiError::Unprocessable(_)) => Ok(Looked::Until(None)),
        // It is answered with nothing at all.
        Err(ApiError::Malformed(_)) => Ok(Looked::Until(None)),
        Err(error) => Err(error.into()),
    }
}

enum Answer {
    Landed(String),
    Nowhere,
    NoPolicy,
    Lacking(Vec<Oid>),
}

/// By the policy of the default branch, of which it is known whether there was one, and
/// the floor.
fn judge(
    mirror: &Mirror,
    branch: &str,
    commit: Oid,
    (seen, floor): (bool, Option<&Policy>),
) -> anyhow::Result<Answer> {
    let git = mirror.open()?;
    let name = RefName::new(format!("refs/heads/{branch}"));
    let Some(tip) = git.resolve(&name)?.1 else {
        return Ok(Answer::NoPolicy);
    };
    let own = match policy::read(&git, tip)? {
        Found::Lacking(oids) => return Ok(Answer::Lacking(oids)),
        Found::Policy(policy) if policy.stages.contains(&Stage::Github) => Some(policy),
        Found::Nothing if !seen => None,
        Found::Policy(_) => None,
        Found::Nothing | Found::Broken { .. } => return Ok(Answer::NoPolicy),
    };
    if own.is_none() && floor.is_none() {
        return Ok(Answer::NoPolicy);
    }
    let named = own.as_deref().into_iter().chain(floor).any(|it| it.names(&name));
    let landed = if named { landed(&git, &name, (tip, commit))? } else { None };
    Ok(landed.map_or(Answer::Nowhere, Answer::Landed))
}

/// The default branch, if the commit was once its tip: what a merge brought along was
/// judged as a whole and never by itself.
fn landed(git: &Git, name: &RefName, (tip, commit): (Oid, Oid)) -> anyhow::Result<Option<String>> {
    let walker = Walker::new(&git.objects, git.shallow());
    let mut at = Some(tip);
    while let Some(oid) = at {
        if oid == commit {
            return Ok(name.branch().map(ToString::to_string));
        }
        at = walker.node(oid)?.parents.first().copied();
    }
    Ok(None)
}
