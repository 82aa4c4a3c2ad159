//! Answering whether a commit may be deployed: it may, if it was the tip of the default
//! branch and the policy names that, since it had to get past the policy to be so.

use serde_json::{Value, json};

use super::{Looked, pull};
use crate::git::{Repository as Git, Walker};
use crate::github::Slug;
use crate::github::api::{Access, ApiError, Scope};
use crate::github::bot::{Bot, Trouble};
use crate::github::gather::policy::{self, Found};
use crate::github::mirror::{Mirror, Source, Wants};
use crate::github::work::Home;
use crate::model::{Oid, RefName, Stage};
use crate::policy::Policy;

/// A deployment that waits.
pub(super) struct Asked<'a> {
    pub(super) home: Home,
    pub(super) run: u64,
    pub(super) environment: &'a str,
    pub(super) commit: Oid,
}

/// Files of a policy that are fetched one after the other.
const MOST_FILES: usize = 40;

pub(super) async fn answer(bot: &Bot, asked: &Asked<'_>) -> Result<Looked, Trouble> {
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
    for _ in 0..MOST_FILES {
        answer = tokio::task::block_in_place(|| judge(&mirror, branch, asked.commit))
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

fn judge(mirror: &Mirror, branch: &str, commit: Oid) -> anyhow::Result<Answer> {
    let git = mirror.open()?;
    let name = RefName::new(format!("refs/heads/{branch}"));
    let Some(tip) = git.resolve(&name)?.1 else {
        return Ok(Answer::NoPolicy);
    };
    Ok(match policy::read(&git, tip)? {
        Found::Lacking(oids) => Answer::Lacking(oids),
        Found::Policy(policy) if policy.stages.contains(&Stage::Github) => {
            landed(&git, &policy, &name, (tip, commit))?.map_or(Answer::Nowhere, Answer::Landed)
        }
        Found::Policy(_) | Found::Nothing | Found::Broken { .. } => Answer::NoPolicy,
    })
}

/// The default branch, if the policy names it and the commit was once its tip: what a
/// merge brought along was judged as a whole and never by itself.
fn landed(
    git: &Git,
    policy: &Policy,
    name: &RefName,
    (tip, commit): (Oid, Oid),
) -> anyhow::Result<Option<String>> {
    let walker = Walker::new(&git.objects, git.shallow());
    let mut at = Some(tip).filter(|_| policy.names(name));
    while let Some(oid) = at {
        if oid == commit {
            return Ok(name.branch().map(ToString::to_string));
        }
        at = walker.node(oid)?.parents.first().copied();
    }
    Ok(None)
}
