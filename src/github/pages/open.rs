//! The open pull requests, and what each waits for.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::Pages;
use super::decisions::{came_out, said};
use super::frame::{self, Page, outside, when};
use super::viewer::Viewer;
use crate::github::api::segment;
use crate::github::store::{self, Decided, Kept, Repository, Shown, StoreError, WaitsFor, Within};
use crate::github::work::Subject;
use crate::model::Decision;
use crate::report;

/// So many stand on a page.
pub(super) const MOST: u32 = 25;

/// Pages behind this one are asked for by nobody.
const LAST: u64 = 10_000;

/// Words for what many wait for, as lines say it, and for people.
const OFTEN: &[(&str, &str)] = &[
    ("approve it", "an approval"),
    ("the author:", "the author"),
    ("run, and end well", "a check"),
    ("-", "nothing"),
];

/// What is asked for.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    repository: Option<String>,
    waits: Option<String>,
    page: Option<String>,
}

impl Asked {
    fn repository(&self) -> &str {
        self.repository.as_deref().map_or("", str::trim)
    }

    /// Escaped, as what it is looked for in is.
    fn waits(&self) -> String {
        report::escaped_line(self.waits.as_deref().map_or("", str::trim))
    }

    /// The address of this list with another page or another wish.
    fn path(&self, pages: &Pages, waits: &str, page: u64) -> String {
        let said = [("repository", self.repository()), ("waits", waits)];
        list_path(pages, "/", &said, page)
    }
}

/// The address of a list. What is empty is left out.
pub(super) fn list_path(pages: &Pages, path: &str, said: &[(&str, &str)], page: u64) -> String {
    let page = if page > 1 { page.to_string() } else { String::new() };
    let all = said.iter().copied().chain([("page", page.as_str())]);
    let all: Vec<_> = all
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", segment(value)))
        .collect();
    let mark = if all.is_empty() { "" } else { "?" };
    pages.path(&format!("{path}{mark}{}", all.join("&")))
}

/// The number of a page, from 1; what is none is the first.
pub(super) fn number(page: Option<&str>) -> u64 {
    page.and_then(|it| it.parse().ok()).unwrap_or(1).clamp(1, LAST)
}

/// The part of a list that is on a page.
pub(super) fn part(page: u64) -> store::Page {
    store::Page { skip: (page - 1) * u64::from(MOST), most: MOST }
}

/// Where in a list to look: in the repository of this name, or in all that the
/// viewer sees. `None` if there is none of this name for them.
pub(super) fn within(
    viewer: &Viewer,
    repositories: &BTreeMap<u64, Repository>,
    slug: &str,
) -> Option<Within> {
    if slug.is_empty() {
        return Some(viewer.within());
    }
    let mut all = repositories.iter();
    let found = all.find(|(_, it)| it.slug.eq_ignore_ascii_case(slug))?;
    Some(Within::Only(vec![*found.0]))
}

/// A pull request, with the last that was decided about it.
struct Row {
    shown: Shown,
    last: Option<Kept>,
}

/// The list.
pub(super) async fn page(
    viewer: Viewer,
    State(pages): State<Pages>,
    Query(asked): Query<Asked>,
) -> Response {
    let repositories = match viewer.repositories(&pages).await {
        Ok(repositories) => repositories,
        Err(error) => return frame::broken(&pages, &error),
    };
    let Some(within) = within(&viewer, &repositories, asked.repository()) else {
        return frame::missing(&pages, &viewer);
    };
    let (number, waits) = (number(asked.page.as_deref()), asked.waits());
    let (rows, more) = match rows(&pages, &within, &waits, number).await {
        Ok(found) => found,
        Err(error) => return frame::broken(&pages, &error),
    };
    let body = html! {
        h1 { "open pull requests" }
        (choice(&pages, &asked, &waits, &repositories))
        (too_many(&viewer))
        @if rows.is_empty() {
            p.empty { "no open pull request here" @if number > 1 { ", on page " (number) } }
        } @else {
            ul.rows { @for row in &rows { li { (line(&pages, row)) } } }
        }
        (frame::turn(number, more, |it| asked.path(&pages, &waits, it)))
    };
    let title = "open pull requests".to_owned();
    Page { viewer: Some(&viewer), place: "/", title, body }.at(&pages)
}

async fn rows(
    pages: &Pages,
    within: &Within,
    waits: &str,
    number: u64,
) -> Result<(Vec<Row>, bool), StoreError> {
    let waits = match waits {
        "" => WaitsFor::Anything,
        "-" => WaitsFor::Nothing,
        text => WaitsFor::Named(text.to_owned()),
    };
    let listed = pages.store.pulls_waiting(within, &waits, part(number)).await?;
    let mut rows = Vec::new();
    for shown in listed.items {
        let subject = Subject::Pull { home: shown.pull.home, number: shown.pull.number };
        let last = pages.store.last_of(&subject).await?;
        rows.push(Row { shown, last });
    }
    Ok((rows, listed.more))
}

/// What to choose the list by.
fn choice(
    pages: &Pages,
    asked: &Asked,
    waits: &str,
    repositories: &BTreeMap<u64, Repository>,
) -> Markup {
    html! {
        form.choice method="get" action=(pages.path("/")) {
            (repository_field(repositories, asked.repository()))
            div {
                label for="waits" { "waits for" }
                input #waits name="waits" value=(waits) maxlength="200" autocomplete="off"
                    placeholder="@acme/dba, build, …";
            }
            button { "show" }
        }
        nav.often aria-label="waits for" {
            @for (line, name) in OFTEN {
                a href=(asked.path(pages, line, 1)) aria-current=[(*line == waits).then_some("true")] {
                    (name)
                }
            }
            a href=(asked.path(pages, "", 1)) aria-current=[waits.is_empty().then_some("true")] {
                "anything"
            }
        }
    }
}

/// The field by which one of the repositories is chosen.
pub(super) fn repository_field(repositories: &BTreeMap<u64, Repository>, chosen: &str) -> Markup {
    let mut slugs: Vec<_> = repositories.values().map(|it| it.slug.as_str()).collect();
    slugs.sort_unstable();
    html! {
        div {
            label for="repository" { "repository" }
            select #repository name="repository" {
                option value="" { "all" }
                @for slug in slugs {
                    option value=(slug) selected[slug.eq_ignore_ascii_case(chosen)] {
                        (report::escaped_line(slug))
                    }
                }
            }
        }
    }
}

/// Says that a list over all repositories leaves some out.
pub(super) fn too_many(viewer: &Viewer) -> Markup {
    html! {
        @if viewer.sees.len() > 1000 {
            p.note {
                "you can read " (viewer.sees.len()) " repositories; without one chosen, the first \
                 1000 are looked into"
            }
        }
    }
}

fn line(pages: &Pages, row: &Row) -> Markup {
    let Shown { pull, slug, waits_for, .. } = &row.shown;
    let decided = row.last.as_ref().map(|it| &it.decided);
    let is_old = decided.is_some_and(|it| it.head != pull.head);
    let slug = slug.as_deref().unwrap_or("a repository");
    html! {
        p.where {
            (outside(slug)) " #" (pull.number) " onto " (outside(&pull.base))
            @if pull.draft { ", a draft" }
        }
        h2 {
            @match &row.last {
                Some(last) => a href=(pages.path(&format!("/decisions/{}", last.id))) {
                    (title(&pull.title))
                },
                None => (title(&pull.title)),
            }
        }
        p.by { "by " (outside(&pull.author)) ", changed " (when(pull.updated)) }
        p.state {
            @match &row.last {
                Some(_) if is_old => (frame::badge("wait", "…", "a new head is looked at")),
                Some(last) => (came_out(last)),
                None => (frame::badge("wait", "…", "not looked at yet")),
            }
            @if let Some(decided) = decided.filter(|_| !is_old) { " " (waiting(decided, waits_for)) }
        }
    }
}

/// What it waits for; if nobody's move would do, what speaks against it.
fn waiting(decided: &Decided, waits_for: &str) -> Markup {
    html! {
        @if !waits_for.is_empty() {
            "waits for " (outside(waits_for.trim_start_matches("waits for ")))
        } @else if decided.decision.is_some_and(Decision::allows) {
            "waits for nothing"
        } @else {
            (outside(said(decided.decision, &decided.summary)))
        }
    }
}

/// A title; an empty one must still be something to press.
pub(super) fn title(title: &str) -> Markup {
    if title.trim().is_empty() {
        html! { "(no title)" }
    } else {
        outside(title)
    }
}
