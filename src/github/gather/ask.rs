//! What GitHub is asked about a pull request.

use serde_json::{Value, json};

use crate::github::Slug;
use crate::github::api::{ApiError, Caller, GraphError, segment};
use crate::github::read::query::{self, Part};
use crate::github::read::{Reading, Told, Torn, commits};
use crate::model::{Actor, Oid, Push};

/// So often a pull request is read anew that changes while it is read.
const MOST_READINGS: usize = 3;

/// Reads a pull request, as far as `parts` say, in one state of it.
pub async fn pull(
    caller: &Caller,
    place: (&Slug, u64),
    parts: &[Part],
    topics: bool,
) -> Result<Told, ApiError> {
    for _ in 0..MOST_READINGS {
        if let Some(told) = once(caller, place, parts, topics).await? {
            return Ok(told);
        }
    }
    Err(ApiError::Unavailable("the pull request changes while it is read".to_owned()))
}

/// Reads it once; `None` if it changed meanwhile.
async fn once(
    caller: &Caller,
    (slug, number): (&Slug, u64),
    parts: &[Part],
    topics: bool,
) -> Result<Option<Told>, ApiError> {
    let mut reading = Reading::of(parts, topics);
    let mut merger = true;
    while let Some(variables) = reading.next(slug, number) {
        let answer = caller.graphql::<Value>(query::PULL, variables).await?;
        let mut marred = Vec::new();
        for error in answer.errors {
            match part(&error.path) {
                // Who lands it is not known then, which not every App may see.
                None if lands(&error.path) => merger = false,
                Some(part) => marred.push((part, lacking(&error))),
                None => return Err(refused(error)),
            }
        }
        let data = answer.data.ok_or_else(|| malformed("it has no data"))?;
        match reading.take(data) {
            Ok(()) => {}
            Err(Torn::Moved) => return Ok(None),
            Err(Torn::Odd(why)) => return Err(malformed(&why)),
        }
        for (part, why) in marred {
            reading.marred_in(part, &why);
        }
    }
    let mut told = reading.done();
    told.merger = told.merger.filter(|_| merger);
    Ok(Some(told))
}

/// Why something is missing, with the permission that would show it.
fn lacking(error: &GraphError) -> String {
    match permission(error) {
        Some(needs) => format!("{error} (needs {needs})"),
        None => error.to_string(),
    }
}

fn refused(error: GraphError) -> ApiError {
    let needs = permission(&error).map(str::to_owned);
    match error.into() {
        ApiError::Forbidden { needs: None, message } => ApiError::Forbidden { needs, message },
        other => other,
    }
}

/// The permission that a token lacks for a field, as REST names it.
fn permission(error: &GraphError) -> Option<&'static str> {
    if error.kind.as_deref() != Some("FORBIDDEN") {
        return None;
    }
    let has = |it: &str| error.path.split('.').any(|field| field == it);
    Some(match () {
        () if has("workflowRun") => "actions=read",
        () if has("status") => "statuses=read",
        () if has("statusCheckRollup") || has("checkSuites") => "checks=read",
        () if has("object") => "contents=read",
        () => "pull_requests=read",
    })
}

/// Whether an error is about who lands it.
fn lands(path: &str) -> bool {
    let field = path.strip_prefix("repository.pullRequest.").and_then(|it| it.split('.').next());
    matches!(field, Some("mergeQueueEntry" | "autoMergeRequest"))
}

fn malformed(why: &str) -> ApiError {
    ApiError::Malformed(why.to_owned())
}

/// The part that an error is about; `None` if it is about the whole.
fn part(path: &str) -> Option<Part> {
    let field = path.strip_prefix("repository.pullRequest.")?.split('.').next()?;
    Some(match field {
        "reviews" => Part::Reviews,
        "comments" => Part::Comments,
        "reviewThreads" => Part::Threads,
        "timelineItems" => Part::Timeline,
        "labels" => Part::Labels,
        "commits" => Part::Commits,
        "tip" => Part::Checks,
        _ => return None,
    })
}

/// Reads what ran on a commit that need not be a pull request's.
pub async fn ran(caller: &Caller, slug: &Slug, commit: Oid) -> Result<Told, ApiError> {
    let mut pages = Vec::new();
    let mut after = Value::Null;
    for _ in 0..crate::github::read::MOST_PAGES {
        let variables = json!({
            "owner": slug.owner(), "name": slug.name(), "oid": commit.to_string(),
            "page": query::PAGE, "checksAfter": after,
        });
        let data: Value = caller.graphql::<Value>(query::COMMIT, variables).await?.whole()?;
        let info = data.pointer("/repository/object/statusCheckRollup/contexts/pageInfo");
        let more = info.and_then(|it| it.get("hasNextPage")).and_then(Value::as_bool);
        after = info.and_then(|it| it.get("endCursor")).cloned().unwrap_or(Value::Null);
        pages.push(data);
        if more != Some(true) || after.is_null() {
            let incomplete = more == Some(true);
            let mut told = crate::github::read::ran(pages).map_err(|why| malformed(&why))?;
            if incomplete {
                told.partial
                    .insert(Part::Checks, "GitHub tells of more checks, but not where".into());
            }
            return Ok(told);
        }
    }
    let mut told = crate::github::read::ran(pages).map_err(|why| malformed(&why))?;
    told.partial.insert(Part::Checks, "GitHub tells of too many checks".to_owned());
    Ok(told)
}

/// Reads the accounts behind commits into `told`.
pub(super) async fn provenance(
    caller: &Caller,
    slug: &Slug,
    oids: &[Oid],
    told: &mut Told,
) -> Result<(), ApiError> {
    for batch in oids.chunks(commits::MOST) {
        let text = commits::text(batch);
        let answer = caller.graphql::<Value>(&text, commits::variables(slug)).await?;
        // One that errs stays unknown; the others are as told.
        if let Some(error) = answer.errors.first().filter(|_| answer.data.is_none()) {
            return Err(error.clone().into());
        }
        if answer.errors.is_empty() {
            let data = answer.data.ok_or_else(|| malformed("it has no data"))?;
            told.take_commits(data).map_err(|why| malformed(&why))?;
        }
    }
    Ok(())
}

#[derive(serde::Deserialize)]
struct Moved {
    before: String,
    after: String,
    timestamp: String,
    actor: Option<Login>,
}

#[derive(serde::Deserialize)]
pub(super) struct Login {
    pub(super) login: String,
}

/// The pushes to a branch that GitHub remembers, the newest hundred.
pub(super) async fn activity(
    caller: &Caller,
    slug: &Slug,
    branch: &str,
) -> Result<Vec<Push>, ApiError> {
    let (owner, name) = (segment(slug.owner()), segment(slug.name()));
    let branch = segment(&format!("refs/heads/{branch}"));
    let path = format!("/repos/{owner}/{name}/activity?ref={branch}&per_page=100");
    let moved: Vec<Moved> = caller.get(&path).await?;
    let push = |it: Moved| {
        let oid = |hex: &str| {
            hex.parse::<Oid>().ok().filter(|it| it.as_bytes().iter().any(|it| *it != 0))
        };
        let at = it.timestamp.parse::<jiff::Timestamp>().ok()?.as_second();
        Some(Push {
            before: oid(&it.before),
            after: oid(&it.after)?,
            at: Some(at),
            by: it.actor.map(|it| Actor(it.login)),
            triggered_by: None,
        })
    };
    Ok(moved.into_iter().filter_map(push).collect())
}
