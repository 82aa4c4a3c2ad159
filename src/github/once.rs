//! One look, from Actions or a terminal: nothing is kept and nothing is written.
//!
//! No deliveries were seen, so which head an older review was about, and who pushed
//! what to a fork, is known only as far as GitHub tells it afterwards. The rest stays
//! unknown.

use std::time::Duration;

use serde::Deserialize;
use tempfile::TempDir;

use super::Slug;
use super::access::Access;
use super::api::{ApiError, segment};
use super::gather::{Candidate, Gatherer, GroupAsked, Outcome, PullAsked};
use super::mirror::{Limits, Mirrors};
use super::work::Home;
use crate::git::Vars;
use crate::model::{Oid, Timestamp};

/// How long judging once may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// As many open pull requests onto one branch are looked through for a merge group.
const MOST: usize = 3000;

/// What to look at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Asked {
    /// A pull request, by its number.
    Pull(u64),
    /// What a merge queue is about to land.
    Group {
        /// The head that the queue made.
        head: Oid,
        /// The branch it is to land on, without `refs/heads/`.
        base: String,
        /// Where that was when the group was made.
        onto: Oid,
    },
}

#[derive(Deserialize)]
struct Event {
    pull_request: Option<Numbered>,
    issue: Option<Issue>,
    merge_group: Option<Group>,
}

#[derive(Deserialize)]
struct Numbered {
    number: u64,
}

#[derive(Deserialize)]
struct Issue {
    number: u64,
    pull_request: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Group {
    head_sha: String,
    base_sha: String,
    base_ref: String,
}

impl Asked {
    /// What an event of Actions is about, by the text of the file that
    /// `GITHUB_EVENT_PATH` names.
    pub fn of_event(text: &str) -> Result<Self, String> {
        let event: Event =
            serde_json::from_str(text).map_err(|it| format!("the event cannot be read: {it}"))?;
        if let Some(pull) = event.pull_request {
            return Ok(Self::Pull(pull.number));
        }
        if let Some(issue) = event.issue.filter(|it| it.pull_request.is_some()) {
            return Ok(Self::Pull(issue.number));
        }
        let Some(group) = event.merge_group else {
            return Err("the event is about no pull request".to_owned());
        };
        let oid = |hex: &str| hex.parse::<Oid>().map_err(|_| "the event names no commit");
        let base = group.base_ref.strip_prefix("refs/heads/").unwrap_or(&group.base_ref);
        Ok(Self::Group {
            head: oid(&group.head_sha)?,
            base: base.to_owned(),
            onto: oid(&group.base_sha)?,
        })
    }
}

#[derive(Deserialize)]
struct Repository {
    id: u64,
    full_name: String,
    default_branch: String,
}

#[derive(Deserialize)]
struct Open {
    number: u64,
    head: Head,
}

#[derive(Deserialize)]
struct Head {
    sha: String,
}

/// Looks once. Of `vars`, Git gets those that lead to it; the copy of the repository
/// is in a temporary directory and goes with it.
pub async fn look(
    access: &Access,
    asked: &Asked,
    (vars, now): (Vars, Timestamp),
) -> Result<Outcome, String> {
    let room = room(&vars).map_err(|it| format!("no temporary directory: {it}"))?;
    let web = &access.client.endpoint().web;
    let mirrors = Mirrors::new(room.path(), web, Limits::default(), vars)?;
    let gatherer = Gatherer { mirrors, store: None, floor: None, patience: PATIENCE };
    let told = |error: ApiError| format!("{}: {error}", access.slug);
    let caller = &access.caller;
    let path = path(&access.slug);
    let repository: Repository = caller.get(&path).await.map_err(told)?;
    // The installation is of no matter to a caller that has its token.
    let home = Home { installation: 0, repository: repository.id };
    let slug: &Slug = &repository.full_name.parse()?;
    let outcome = match asked {
        Asked::Pull(number) => {
            let number = *number;
            let (expected, ledger) = (None, None);
            let asked = PullAsked { caller, home, slug, number, now, expected, ledger };
            gatherer.judge_pull(asked).await
        }
        Asked::Group { head, base, onto } => {
            let open = format!("{}/pulls?state=open&base={}", self::path(slug), segment(base));
            let open = caller.list::<Open>(&open, MOST).await.map_err(told)?;
            if !open.complete {
                return Err(format!("more than {MOST} pull requests are open onto {base}"));
            }
            let candidate =
                |it: &Open| Some(Candidate { number: it.number, head: it.head.sha.parse().ok()? });
            let candidates: Vec<_> = open.items.iter().filter_map(candidate).collect();
            let asked = GroupAsked {
                caller,
                home,
                slug,
                head: *head,
                base,
                onto: *onto,
                default_branch: Some(&repository.default_branch),
                candidates: &candidates,
                now,
                expected: None,
            };
            gatherer.judge_group(asked).await
        }
    };
    Ok(outcome)
}

fn path(slug: &Slug) -> String {
    format!("/repos/{}/{}", segment(slug.owner()), segment(slug.name()))
}

/// Where a runner has its temporary files, or where this machine has them.
fn room(vars: &Vars) -> std::io::Result<TempDir> {
    let mut named = tempfile::Builder::new();
    named.prefix("refgate-");
    match vars.get("RUNNER_TEMP") {
        Some(base) => named.tempdir_in(base),
        None => named.tempdir(),
    }
}
