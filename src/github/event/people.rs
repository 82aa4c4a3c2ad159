//! Deliveries about people, repositories, installations and settings.

use super::payload::{Payload, Repository};
use super::{Cause, Heard, Home, Note, Subject, Unheard};

/// Where more repositories come or go at once, all of the installation are asked for.
const MOST: usize = 500;

pub(super) fn people(event: &str, payload: &Payload, heard: &mut Heard) -> Result<(), Unheard> {
    let installation = payload.installation.as_ref().ok_or(Unheard::Lacks("installation"))?.id;
    let owner = payload.organization.as_ref().and_then(|it| it.login.clone());
    let of_repository = || payload.repository.as_ref()?.owner.as_ref()?.login.clone();
    let owner = owner.or_else(of_repository).ok_or(Unheard::Lacks("organization"))?;
    // A team that is gone may not be told of; then everything is in doubt.
    let team = payload.team.as_ref().and_then(|it| it.slug.clone());
    let member =
        payload.member.as_ref().or(payload.membership.as_ref().and_then(|it| it.user.as_ref()));
    let login = member.and_then(|it| it.login.clone());
    let (team, login) = match event {
        // Child teams change with their parents, so no team is spared.
        "team" | "team_add" => (None, None),
        _ => (team, login),
    };
    heard.notes.push(Note::People { owner, team, login });
    heard.nudge(Subject::Installation { installation }, Cause::People);
    Ok(())
}

pub(super) fn repository(
    action: &str,
    payload: &Payload,
    heard: &mut Heard,
) -> Result<(), Unheard> {
    let home = payload.home()?;
    match action {
        // It may be long since, and it may have come back: GitHub is asked.
        "deleted" | "archived" => heard.nudge(Subject::Repository { home }, Cause::Policy),
        _ => {
            heard.notes.extend(payload.repository.as_ref().and_then(|it| named(home, it)));
            heard.nudge(Subject::Repository { home }, Cause::Policy);
        }
    }
    Ok(())
}

pub(super) fn installation(
    action: &str,
    payload: &Payload,
    heard: &mut Heard,
) -> Result<(), Unheard> {
    let installation = payload.installation.as_ref().ok_or(Unheard::Lacks("installation"))?;
    let id = installation.id;
    if matches!(action, "deleted" | "suspend") {
        // As above.
        heard.nudge(Subject::Installation { installation: id }, Cause::Policy);
        return Ok(());
    }
    let gone = payload.repositories_removed.iter().flatten();
    let new = payload.repositories.iter().chain(&payload.repositories_added).flatten();
    if gone.clone().count() + new.clone().count() > MOST {
        heard.nudge(Subject::Installation { installation: id }, Cause::Policy);
    } else {
        for it in new.clone().chain(gone) {
            let home = Home { installation: id, repository: it.id };
            heard.nudge(Subject::Repository { home }, Cause::Policy);
        }
        let named = new.filter_map(|it| named(Home { installation: id, repository: it.id }, it));
        heard.notes.extend(named);
    }
    if let Some(owner) = installation.account.as_ref().and_then(|it| it.login.clone()) {
        // Permissions may have been granted or taken.
        heard.notes.push(Note::People { owner, team: None, login: None });
    }
    if matches!(action, "unsuspend" | "new_permissions_accepted") {
        heard.nudge(Subject::Installation { installation: id }, Cause::Policy);
    }
    Ok(())
}

pub(super) fn settings(event: &str, action: &str, payload: &Payload, heard: &mut Heard) {
    // Organization-wide ones name no repository.
    if let Some(repository) = &payload.repository {
        let what = format!("{event} {action}");
        let (repository, by) = (repository.id, payload.sender());
        heard.notes.push(Note::Settings { repository, by, what });
    }
}

fn named(home: Home, repository: &Repository) -> Option<Note> {
    let slug = repository.full_name.clone()?;
    slug.parse::<crate::github::Slug>().ok()?;
    let default_branch = repository.default_branch.clone();
    Some(Note::Repository { home, slug, default_branch })
}
