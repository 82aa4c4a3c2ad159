//! What all pages have around them, and the small things within.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::Pages;
use super::viewer::Viewer;
use crate::github::store::StoreError;
use crate::model::{Decision, Timestamp};
use crate::report;

/// The one style sheet. Who has it asks for it again when Refgate is another.
const STYLE: &str = include_str!("style.css");

/// The pages that are led to from every page.
const PLACES: &[(&str, &str)] =
    &[("/", "open"), ("/decisions", "decisions"), ("/repositories", "repositories")];

/// A page: where it is, how it is called, and what is in it.
pub(super) struct Page<'p> {
    /// Whose page it is.
    pub(super) viewer: Option<&'p Viewer>,
    /// The path of the place it belongs to.
    pub(super) place: &'p str,
    /// Its title, from us or escaped.
    pub(super) title: String,
    /// What is in it.
    pub(super) body: Markup,
}

impl Page<'_> {
    /// The page as it is sent.
    pub(super) fn at(self, pages: &Pages) -> Response {
        self.with(pages, StatusCode::OK)
    }

    /// The same with a status.
    pub(super) fn with(self, pages: &Pages, status: StatusCode) -> Response {
        let style = pages.path(concat!("/style.css?v=", env!("CARGO_PKG_VERSION")));
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · refgate" }
                    link rel="stylesheet" href=(style);
                }
                body {
                    a.skip href="#content" { "skip to content" }
                    (self.header(pages))
                    main #content { (self.body) }
                    footer { "refgate " (env!("CARGO_PKG_VERSION")) }
                }
            }
        };
        (status, Html(page.into_string())).into_response()
    }

    fn header(&self, pages: &Pages) -> Markup {
        html! {
            header {
                a.brand href=(pages.path("/")) { "refgate" }
                @if let Some(viewer) = self.viewer {
                    nav aria-label="pages" {
                        @for (path, name) in PLACES {
                            a href=(pages.path(path))
                                aria-current=[(*path == self.place).then_some("page")] { (name) }
                        }
                    }
                    form.who method="post" action=(pages.path("/logout")) {
                        input type="hidden" name="csrf" value=(viewer.csrf());
                        span { (outside(&viewer.login)) }
                        button { "sign out" }
                    }
                }
            }
        }
    }
}

/// A page that only says something.
pub(super) fn said(pages: &Pages, status: StatusCode, title: &str, body: Markup) -> Response {
    let body = html! { h1 { (title) } (body) };
    Page { viewer: None, place: "", title: title.to_owned(), body }.with(pages, status)
}

/// That something is not there, or may not be seen, which is the same.
pub(super) fn missing(pages: &Pages, viewer: &Viewer) -> Response {
    let body = html! {
        h1 { "nothing here" }
        p { "there is nothing at this address that " (outside(&viewer.login)) " can read" }
        p {
            "what a repository's pages show is for who can read it at GitHub; if that has \
             changed lately, sign out and in again"
        }
    };
    Page { viewer: Some(viewer), place: "", title: "nothing here".to_owned(), body }
        .with(pages, StatusCode::NOT_FOUND)
}

/// That the store does not answer.
pub(super) fn broken(pages: &Pages, error: &StoreError) -> Response {
    tracing::error!(%error, "a page cannot be shown");
    let body = html! { p { "what is kept cannot be read now; load the page again in a minute" } };
    said(pages, StatusCode::SERVICE_UNAVAILABLE, "not now", body)
}

/// The style sheet.
pub(super) async fn style() -> Response {
    let kind = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (kind, STYLE).into_response()
}

/// What came from outside: on one line, with nothing in it that could hide or
/// reorder what is shown, and without an effect on the text around it.
pub(super) fn outside(text: &str) -> Markup {
    html! { bdi { (report::escaped_line(text)) } }
}

/// A moment.
pub(super) fn when(at: Timestamp) -> Markup {
    let Ok(moment) = jiff::Timestamp::from_second(at) else {
        return html! { (at) };
    };
    let shown = moment.strftime("%Y-%m-%d %H:%M UTC").to_string();
    html! { time datetime=(moment) { (shown) } }
}

/// A decision as a label; `None` is what could not be judged.
pub(super) fn label(decision: Option<Decision>) -> Markup {
    let (class, mark, word) = match decision {
        Some(Decision::Pass | Decision::Defer) => ("good", "✓", "allowed"),
        Some(Decision::Warn) => ("fair", "!", "allowed, with warnings"),
        Some(Decision::Pending) => ("wait", "…", "not yet"),
        Some(Decision::Deny) => ("bad", "✕", "denied"),
        None => ("bad", "?", "could not be judged"),
    };
    badge(class, mark, word)
}

/// A word with a color, and a mark for who sees none.
pub(super) fn badge(class: &str, mark: &str, word: &str) -> Markup {
    html! { span class={ "badge " (class) } { span aria-hidden="true" { (mark) } " " (word) } }
}

/// Where to go from a page of a list: `to` makes the path of another.
pub(super) fn turn(page: u64, more: bool, to: impl Fn(u64) -> String) -> Markup {
    html! {
        @if page > 1 || more {
            nav.turn aria-label="pages of this list" {
                @if page > 1 { a rel="prev" href=(to(page - 1)) { "← newer" } }
                span { "page " (page) }
                @if more { a rel="next" href=(to(page + 1)) { "older →" } }
            }
        }
    }
}
