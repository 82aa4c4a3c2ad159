//! What a pull request would make of the policy: for those who decide about it, and
//! so that it cannot become one that nobody can read.

use std::sync::Arc;

use crate::git::{Deadline, Repository};
use crate::github::mirror::Mirror;
use crate::model::{Oid, Timestamp};
use crate::policy::{Difference, Policy, Problem, diff};
use crate::record::{Objection, digest};

use super::fill::read;
use super::outcome::Unavailable;
use super::policy::{self, Found, PLACES};

/// What a pull request would make of the policy.
#[derive(Clone, Default)]
pub struct Proposed {
    /// What would become stricter or looser.
    pub differences: Vec<Difference>,
    /// The policy that there would be, if it can be read.
    pub policy: Option<Arc<Policy>>,
    /// What speaks against it, whatever the policy says.
    pub(super) objection: Option<Objection>,
}

/// So often files of a policy are fetched, each extending another.
const MOST_FILES: usize = 40;

/// Finds it out, as the head has it; `None` if the pull request changes nothing of the
/// policy.
pub(super) async fn proposed(
    mirror: &Arc<Mirror>,
    policy: &Arc<Policy>,
    (base, head): (Oid, Oid),
    (patience, now): (std::time::Duration, Timestamp),
) -> Result<Option<Proposed>, Unavailable> {
    for _ in 0..MOST_FILES {
        let policy = Arc::clone(policy);
        let found = read(mirror, move |repository| {
            let late = Deadline::after(patience);
            if !touches(repository, &policy, (base, head), late)? {
                return Ok(Ok(None));
            }
            Ok(match policy::read(repository, head)? {
                Found::Lacking(oids) => Err(oids),
                found => Ok(of(&policy, found)),
            })
        });
        match found.await?.map_err(|it| Unavailable::later(format!("the policy: {it:#}")))? {
            Ok(proposed) => return Ok(proposed),
            Err(oids) => mirror.want(&oids, now).await?,
        }
    }
    Err(Unavailable::later("the policy extends files without an end"))
}

/// Whether a file of the policy is among what the head brings.
fn touches(
    repository: &Repository,
    policy: &Policy,
    (base, head): (Oid, Oid),
    late: Deadline,
) -> anyhow::Result<bool> {
    let content = repository.content(base, head, late)?;
    let is = |path: &[u8]| {
        PLACES.iter().any(|it| it.as_bytes() == path)
            || policy.files.iter().any(|it| it.name.as_bytes() == path)
    };
    Ok(content.entries().is_none_or(|all| all.iter().any(|it| is(&it.path))))
}

fn of(policy: &Policy, found: Found) -> Option<Proposed> {
    let objection = |what: String, hint: &str| {
        let hint = hint.to_owned();
        let path = policy.files.first().map(|it| it.name.to_string());
        let objection = Some(Objection { update: 0, what, hint, path });
        Some(Proposed { objection, ..Proposed::default() })
    };
    match found {
        Found::Policy(new) if digest(&new) == digest(policy) => None,
        Found::Policy(new) => {
            let differences = diff(policy, &new);
            Some(Proposed { differences, policy: Some(Arc::from(new)), objection: None })
        }
        Found::Broken { problems, .. } => {
            let first = problems.0.first().map(Problem::summary).unwrap_or_default();
            let what = format!("it would hold no policy that can be read: {first}");
            objection(what, "refgate policy validate")
        }
        Found::Nothing | Found::Lacking(_) => {
            objection("there would be no policy".to_owned(), "leave the policy where it is")
        }
    }
}
