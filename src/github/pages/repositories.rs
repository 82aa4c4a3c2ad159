//! The repositories that somebody can read, and whether they have a policy.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::Pages;
use super::frame::{self, Page, outside, when};
use super::open::list_path;
use super::viewer::Viewer;
use crate::github::store::Repository;
use crate::report;

/// The list.
pub(super) async fn page(viewer: Viewer, State(pages): State<Pages>) -> Response {
    let repositories = match viewer.repositories(&pages).await {
        Ok(repositories) => repositories,
        Err(error) => return frame::broken(&pages, &error),
    };
    let mut all: Vec<_> = repositories.values().collect();
    all.sort_by_key(|it| it.slug.to_lowercase());
    let body = html! {
        h1 { "repositories" }
        @if all.is_empty() {
            p.empty { "no repository that you can read has refgate installed" }
        } @else {
            ul.rows { @for it in all { li { (line(&pages, it)) } } }
        }
    };
    let title = "repositories".to_owned();
    Page { viewer: Some(&viewer), place: "/repositories", title, body }.at(&pages)
}

fn line(pages: &Pages, it: &Repository) -> Markup {
    let of = |path| list_path(pages, path, &[("repository", &it.slug)], 1);
    html! {
        h2 { a href=(of("/")) { (outside(&it.slug)) } }
        p.state {
            @match &it.policy {
                Some(policy) => {
                    (frame::badge("good", "✓", "has a policy"))
                    " read " (when(policy.at)) " at " code { (policy.commit.short()) }
                }
                None => (frame::badge("wait", "–", "no policy seen yet")),
            }
        }
        p.by {
            a href=(of("/decisions")) aria-label={ "decisions of " (report::escaped_line(&it.slug)) } { "decisions" }
            @if let Some(branch) = &it.default_branch { ", default branch " (outside(branch)) }
        }
    }
}
