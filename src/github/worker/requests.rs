//! Asking for reviews: of those whose word would bring a pull request further, the
//! least busy first, and of nobody twice.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::github::Slug;
use crate::github::api::{Access, ApiError, Scope};
use crate::github::bot::{Bot, Trouble};
use crate::github::gather::Judgement;
use crate::github::work::Home;
use crate::report;

/// As many people are asked at once: more are a crowd, of whom each waits for
/// another.
const MOST: usize = 15;

/// Whom to ask.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Asked {
    people: BTreeSet<String>,
    teams: BTreeSet<String>,
}

/// Asks who could approve, unless it is a draft or they were asked before.
pub(super) async fn request(
    bot: &Bot,
    home: Home,
    slug: &Slug,
    judgement: &Judgement,
) -> Result<(), Trouble> {
    let told = &judgement.told;
    let (Some(policy), false) = (&judgement.policy, told.proposal.draft) else { return Ok(()) };
    let author = told.proposal.author.0.to_lowercase();
    let spoken: BTreeSet<_> = told.reviews.iter().map(|it| it.review.by.0.to_lowercase()).collect();
    let load = bot.store.load().await?;
    let mut asked = Asked::default();
    for (names, count) in judgement.verdict.judgments.iter().flat_map(report::reviewers) {
        let mut people = Vec::new();
        for entry in policy.people.members(names) {
            match entry.strip_prefix('@').and_then(|it| it.split_once('/')) {
                Some((owner, team)) if owner.eq_ignore_ascii_case(slug.owner()) => {
                    asked.teams.insert(team.to_owned());
                }
                Some(_) => {}
                None => people.push(entry.to_owned()),
            }
        }
        let fits = |it: &String| {
            let login = it.to_lowercase();
            is_login(it) && login != author && !spoken.contains(&login)
        };
        people.retain(fits);
        people.sort_by_key(|it| (load.get(&it.to_lowercase()).copied().unwrap_or(0), it.clone()));
        people.dedup();
        asked.people.extend(people.into_iter().take(count));
    }
    send(bot, home, slug, told.number, asked).await
}

async fn send(
    bot: &Bot,
    home: Home,
    slug: &Slug,
    number: u64,
    asked: Asked,
) -> Result<(), Trouble> {
    let now = bot.clock.now();
    let (mut people, mut teams) = (Vec::new(), Vec::new());
    for login in asked.people.into_iter().take(MOST) {
        if bot.store.requested((home.repository, number), &login, now).await? {
            people.push(login);
        }
    }
    for team in asked.teams.into_iter().take(MOST) {
        if bot.store.requested((home.repository, number), &format!("@{team}"), now).await? {
            teams.push(team);
        }
    }
    if people.is_empty() && teams.is_empty() {
        return Ok(());
    }
    let scope = Scope::of(home.repository).may(Access::Write, "pull_requests");
    let caller = bot.client.installation(home.installation, scope).for_purpose("review requests");
    let path = format!("/repos/{slug}/pulls/{number}/requested_reviewers");
    let body = json!({ "reviewers": people, "team_reviewers": teams });
    match caller.post::<Value>(&path, &body).await {
        Ok(_) => Ok(()),
        // Somebody of them may not be asked. It is a courtesy, and not worth a failure.
        Err(ApiError::Unprocessable(why) | ApiError::Forbidden { message: why, .. }) => {
            tracing::warn!(repository = %slug, number, %why, "reviews cannot be requested");
            Ok(())
        }
        Err(error) => {
            for who in
                people.iter().chain(&teams.iter().map(|it| format!("@{it}")).collect::<Vec<_>>())
            {
                bot.store.unrequested((home.repository, number), who).await?;
            }
            Err(error.into())
        }
    }
}

fn is_login(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it))
}
