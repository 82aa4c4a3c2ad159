//! What was decided lately, and what was let through though something speaks
//! against it.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::Pages;
use super::frame::{self, Page, outside, when};
use super::open::{list_path, number, part, repository_field, too_many, within};
use super::viewer::{Viewer, repository};
use crate::github::store::{Came, Kept, Repository};
use crate::github::work::Subject;
use crate::model::Decision;

/// How decisions can be chosen, as addresses and as people say it.
const KINDS: &[(&str, &str, Came)] = &[
    ("", "all", Came::Anyhow),
    ("denied", "denied", Came::Denied),
    ("waiting", "not yet", Came::Waiting),
    ("overridden", "overridden", Came::Overridden),
];

/// What is asked for.
#[derive(Deserialize)]
pub(super) struct Asked {
    repository: Option<String>,
    only: Option<String>,
    page: Option<String>,
}

/// The list.
pub(super) async fn page(
    viewer: Viewer,
    State(pages): State<Pages>,
    Query(asked): Query<Asked>,
) -> Response {
    let slug = asked.repository.as_deref().map_or("", str::trim);
    let only = asked.only.as_deref().unwrap_or("");
    let (only, _, came) = KINDS.iter().find(|it| it.0 == only).unwrap_or(&KINDS[0]);
    let repositories = match viewer.repositories(&pages).await {
        Ok(repositories) => repositories,
        Err(error) => return frame::broken(&pages, &error),
    };
    let Some(within) = within(&viewer, &repositories, slug) else {
        return frame::missing(&pages, &viewer);
    };
    let number = number(asked.page.as_deref());
    let listed = match pages.store.recent_that(&within, *came, part(number)).await {
        Ok(listed) => listed,
        Err(error) => return frame::broken(&pages, &error),
    };
    let to = |only: &str, page| {
        list_path(&pages, "/decisions", &[("repository", slug), ("only", only)], page)
    };
    let body = html! {
        h1 { "decisions" }
        form.choice method="get" action=(pages.path("/decisions")) {
            (repository_field(&repositories, slug))
            @if !only.is_empty() { input type="hidden" name="only" value=(only); }
            button { "show" }
        }
        nav.often aria-label="how they came out" {
            @for (key, name, _) in KINDS {
                a href=(to(key, 1)) aria-current=[(key == only).then_some("true")] { (name) }
            }
        }
        (too_many(&viewer))
        @if listed.items.is_empty() {
            p.empty { "no decision here" @if number > 1 { ", on page " (number) } }
        } @else {
            ul.rows {
                @for kept in &listed.items { li { (line(&pages, kept, &repositories)) } }
            }
        }
        (frame::turn(number, listed.more, |it| to(only, it)))
    };
    let title = "decisions".to_owned();
    Page { viewer: Some(&viewer), place: "/decisions", title, body }.at(&pages)
}

fn line(pages: &Pages, kept: &Kept, known: &BTreeMap<u64, Repository>) -> Markup {
    let decided = &kept.decided;
    let slug = repository(&decided.subject).and_then(|it| known.get(&it));
    let slug = slug.map_or("a repository", |it| it.slug.as_str());
    html! {
        h2 {
            a href=(pages.path(&format!("/decisions/{}", kept.id))) {
                (subject(slug, &decided.subject))
            }
        }
        p.by { (when(decided.at)) ", head " code { (decided.head.short()) } }
        p.state {
            (came_out(kept))
            " " (outside(said(decided.decision, &decided.summary)))
        }
    }
}

/// What a decision says, without the word that stands before it already.
pub(super) fn said(decision: Option<Decision>, summary: &str) -> &str {
    let words: &[&str] = match decision {
        Some(Decision::Pass | Decision::Defer) => &["allowed"],
        Some(Decision::Warn) => &["allowed, with warnings: ", "allowed, with warnings"],
        Some(Decision::Deny) => &["denied: ", "denied"],
        Some(Decision::Pending) | None => &[],
    };
    words.iter().find_map(|it| summary.strip_prefix(it)).unwrap_or(summary)
}

/// How a decision came out, as a label. What was overridden is never called allowed.
pub(super) fn came_out(kept: &Kept) -> Markup {
    if kept.overridden {
        return frame::badge("fair", "!", "overridden");
    }
    frame::label(kept.decided.decision)
}

/// What a decision is about.
pub(super) fn subject(slug: &str, subject: &Subject) -> Markup {
    html! {
        (outside(slug))
        @match subject {
            Subject::Pull { number, .. } => { " #" (number) }
            Subject::Group { base, head, .. } => {
                ", merge group " (head.short()) " onto " (outside(base))
            }
            Subject::Deployment { environment, commit, .. } => {
                ", deployment of " (commit.short()) " to " (outside(environment))
            }
            Subject::Head { commit, .. } => { ", commit " (commit.short()) }
            Subject::Branch { name, .. } => { ", branch " (outside(name)) }
            Subject::Repository { .. } | Subject::Installation { .. } => {}
        }
    }
}
