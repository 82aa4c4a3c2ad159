//! Deliveries about what ran on a commit, and about deployments.
//!
//! A check of a fork names no pull request, and the list in others may name those
//! of other repositories, so all of them are found by the head.

use super::payload::{App, Payload, oid};
use super::{Cause, Heard, Note, Ours, Subject, Unheard};
use crate::model::Oid;

pub(super) fn check_run(
    action: &str,
    payload: &Payload,
    ours: &Ours,
    heard: &mut Heard,
) -> Result<(), Unheard> {
    let run = payload.check_run.as_ref().ok_or(Unheard::Lacks("check_run"))?;
    let head = oid(run.head_sha.as_ref()).ok_or(Unheard::Lacks("check_run.head_sha"))?;
    let home = payload.home()?;
    let identifier = payload.requested_action.as_ref().and_then(|it| it.identifier.as_deref());
    if is_ours(run.app.as_ref(), ours) {
        match (action, identifier) {
            ("rerequested", _) | ("requested_action", Some("recheck")) => {
                heard.head(home, head, Cause::Request);
            }
            ("requested_action", Some("request-review")) => {
                heard.head(home, head, Cause::Reviewers);
            }
            // The echo of what we wrote.
            _ => {}
        }
        return Ok(());
    }
    if run.name.as_deref() == Some(&ours.check) && !ours.check.is_empty() {
        let app = run.app.as_ref().and_then(|it| it.slug.clone()).unwrap_or_default();
        let said = run.conclusion.as_deref().unwrap_or("running");
        heard.notes.push(forged(home.repository, head, app, format!("check run, {said}")));
    }
    heard.head(home, head, Cause::Check);
    Ok(())
}

pub(super) fn check_suite(
    action: &str,
    payload: &Payload,
    ours: &Ours,
    heard: &mut Heard,
) -> Result<(), Unheard> {
    let suite = payload.check_suite.as_ref().ok_or(Unheard::Lacks("check_suite"))?;
    let head = oid(suite.head_sha.as_ref()).ok_or(Unheard::Lacks("check_suite.head_sha"))?;
    let home = payload.home()?;
    match (is_ours(suite.app.as_ref(), ours), action) {
        (true, "rerequested") => heard.head(home, head, Cause::Request),
        (true, _) | (false, "requested") => {}
        (false, _) => heard.head(home, head, Cause::Check),
    }
    Ok(())
}

pub(super) fn status(payload: &Payload, ours: &Ours, heard: &mut Heard) -> Result<(), Unheard> {
    let head = oid(payload.sha.as_ref()).ok_or(Unheard::Lacks("sha"))?;
    let home = payload.home()?;
    let sender = payload.sender();
    if payload.context.as_deref() == Some(&ours.check) && !ours.check.is_empty() {
        if sender == ours.login {
            return Ok(());
        }
        let state = payload.state.as_deref().unwrap_or_default();
        heard.notes.push(forged(home.repository, head, sender, format!("status, {state}")));
    }
    heard.head(home, head, Cause::Check);
    Ok(())
}

pub(super) fn workflow_run(payload: &Payload, heard: &mut Heard) -> Result<(), Unheard> {
    let run = payload.workflow_run.as_ref().ok_or(Unheard::Lacks("workflow_run"))?;
    let head = oid(run.head_sha.as_ref()).ok_or(Unheard::Lacks("workflow_run.head_sha"))?;
    heard.head(payload.home()?, head, Cause::Check);
    Ok(())
}

pub(super) fn deployment(
    action: &str,
    payload: &Payload,
    heard: &mut Heard,
) -> Result<(), Unheard> {
    if action != "requested" {
        return Ok(());
    }
    let deployment = payload.deployment.as_ref();
    let commit = oid(deployment.and_then(|it| it.sha.as_ref()));
    let commit = commit.ok_or(Unheard::Lacks("deployment.sha"))?;
    let environment = payload.environment.clone().ok_or(Unheard::Lacks("environment"))?;
    // Only the number is taken: where to answer is ours to know.
    let url = payload.deployment_callback_url.as_deref();
    let run = url.and_then(run_of).ok_or(Unheard::Lacks("deployment_callback_url with a run"))?;
    let subject = Subject::Deployment { home: payload.home()?, run, environment, commit };
    heard.nudge(subject, Cause::Deployment);
    Ok(())
}

/// The run in `…/actions/runs/42/deployment_protection_rule`.
fn run_of(url: &str) -> Option<u64> {
    let (_, rest) = url.split_once("/actions/runs/")?;
    rest.split('/').next()?.parse().ok()
}

fn is_ours(app: Option<&App>, ours: &Ours) -> bool {
    app.is_some_and(|it| it.id == ours.app)
}

fn forged(repository: u64, commit: Oid, by: String, what: String) -> Note {
    Note::Forged { repository, commit, by, what }
}
