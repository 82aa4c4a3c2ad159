//! One decision: what was judged, by which policy, what it came to and why.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::Pages;
use super::decisions::{came_out, said, subject};
use super::frame::{self, Page, outside, when};
use super::open::title;
use super::verdict::verdict;
use super::viewer::{Viewer, repository};
use crate::github::store::{self, Kept, StoreError};
use crate::github::work::Subject;
use crate::model::Verdict;
use crate::record::Judge;
use crate::report;
use crate::rule::{self, BUILT_IN};

/// So many earlier decisions are shown.
const EARLIER: u32 = 20;

/// As much of a record as a page is made from.
#[derive(Deserialize)]
struct Kernel {
    policy: Option<Judge>,
    verdict: Option<Value>,
    floor: Option<Floor>,
    #[serde(default)]
    redacted: bool,
}

/// What it holds of the floor.
#[derive(Deserialize)]
struct Floor {
    policy: Option<Judge>,
    verdict: Option<Value>,
}

/// What a record holds that can be shown.
struct Told {
    judge: Option<Judge>,
    verdict: Option<Verdict>,
    /// What the floor came to.
    below: Option<(Option<Judge>, Verdict)>,
    redacted: bool,
}

/// What else is known about a decision.
struct Around {
    slug: String,
    title: Option<String>,
    /// The decisions about the same.
    others: store::Listed<Kept>,
}

/// The details.
pub(super) async fn page(
    viewer: Viewer,
    State(pages): State<Pages>,
    Path(id): Path<String>,
) -> Response {
    let mut kept = match found(&pages, &viewer, &id).await {
        Ok(Some(kept)) => kept,
        Ok(None) => return frame::missing(&pages, &viewer),
        Err(error) => return frame::broken(&pages, &error),
    };
    let around = match around(&pages, &kept).await {
        Ok(around) => around,
        Err(error) => return frame::broken(&pages, &error),
    };
    // Records can be large.
    let record = kept.record.take();
    let has_record = record.is_some();
    let reading = tokio::task::spawn_blocking(move || record.as_deref().map(read));
    let told = reading.await.unwrap_or_default();
    let body = html! {
        (head(&pages, &kept, &around))
        @match &told {
            Some(Ok(Told { verdict: Some(it), judge, below, .. })) => {
                (verdict(it, judge.as_ref()))
                @if let Some((judge, it)) = below {
                    h2 { "the policy for every repository" }
                    (verdict(it, judge.as_ref()))
                }
            },
            Some(Ok(_)) => {},
            Some(Err(_)) => p.note { "the record of it is of another version of Refgate, and is not shown" },
            None => p.note { "the record of it is not kept" },
        }
        (judged(&pages, &kept, &around, told.as_ref()))
        (replay(&pages, kept.id, has_record, told.as_ref()))
        (earlier(&pages, &kept, &around))
    };
    let title = format!("decision {}", kept.id);
    Page { viewer: Some(&viewer), place: "", title, body }.at(&pages)
}

/// The record as a file.
pub(super) async fn record(
    viewer: Viewer,
    State(pages): State<Pages>,
    Path(id): Path<String>,
) -> Response {
    match found(&pages, &viewer, &id).await {
        Ok(Some(Kept { id, record: Some(record), .. })) => {
            let name = format!("attachment; filename=\"refgate-decision-{id}.json\"");
            let kind = "application/json".to_owned();
            let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
            (StatusCode::OK, headers, report::escaped_json(&record)).into_response()
        }
        Ok(_) => frame::missing(&pages, &viewer),
        Err(error) => frame::broken(&pages, &error),
    }
}

/// The decision, if there is one and `viewer` may see it.
async fn found(pages: &Pages, viewer: &Viewer, id: &str) -> Result<Option<Kept>, StoreError> {
    let digits = !id.starts_with('0') && id.bytes().all(|it| it.is_ascii_digit());
    let Some(id) = id.parse::<i64>().ok().filter(|_| digits).map(i64::unsigned_abs) else {
        return Ok(None);
    };
    let kept = pages.store.decision(id).await?;
    Ok(kept.filter(|it| viewer.may_see_of(&it.decided.subject)))
}

async fn around(pages: &Pages, kept: &Kept) -> Result<Around, StoreError> {
    let subject = &kept.decided.subject;
    let title = match subject {
        Subject::Pull { home, number } => {
            pages.store.pull(home.repository, *number).await?.map(|it| it.pull.title)
        }
        _ => None,
    };
    let known = match repository(subject) {
        Some(id) => pages.store.repository(id).await?,
        None => None,
    };
    let slug = known.map_or_else(|| "a repository".to_owned(), |it| it.slug);
    let page = store::Page { skip: 0, most: EARLIER + 1 };
    Ok(Around { slug, title, others: pages.store.decisions_of(subject, page).await? })
}

/// Reads what is shown of a record.
fn read(record: &str) -> Result<Told, String> {
    let kernel: Kernel = serde_json::from_str(record).map_err(|error| error.to_string())?;
    let Kernel { policy: judge, verdict, floor, redacted } = kernel;
    let named = |name: &str| {
        let built_in = || BUILT_IN.iter().map(|it| it.0.name).find(|it| *it == name);
        let known = rule::find(name).map(|it| it.name).or_else(built_in);
        Some(known.unwrap_or("a rule that this version does not know"))
    };
    let read = |it: Value| report::read(&it.to_string(), &named);
    let verdict = verdict.map(read).transpose()?;
    let below = floor.and_then(|it| Some((it.policy, it.verdict?)));
    let below = below.map(|(judge, it)| read(it).map(|it| (judge, it))).transpose()?;
    Ok(Told { judge, verdict, below, redacted })
}

fn head(pages: &Pages, kept: &Kept, around: &Around) -> Markup {
    let decided = &kept.decided;
    let newest = around.others.items.first().filter(|it| it.id > kept.id);
    html! {
        p.where { (at_github(pages, &decided.subject, around)) }
        h1 {
            @match &around.title {
                Some(it) => (title(it)),
                None => (subject(&around.slug, &decided.subject)),
            }
        }
        p.state {
            (came_out(kept))
            " " (outside(said(decided.decision, &decided.summary)))
        }
        @if let Some(newest) = newest {
            p.note {
                "this was decided " (when(decided.at)) "; "
                a href=(pages.path(&format!("/decisions/{}", newest.id))) { "there is a newer decision" }
            }
        }
    }
}

/// What it is about, as a link to GitHub where it has a page there.
fn at_github(pages: &Pages, about: &Subject, around: &Around) -> Markup {
    let named = subject(&around.slug, about);
    let Subject::Pull { number, .. } = about else { return named };
    html! {
        @match link(pages, &around.slug, &format!("pull/{number}")) {
            Some(to) => a href=(to) { (named) },
            None => (named),
        }
    }
}

/// A page of a repository at GitHub.
fn link(pages: &Pages, slug: &str, rest: &str) -> Option<String> {
    let slug: crate::github::Slug = slug.parse().ok()?;
    let url = pages.client.endpoint().page(&format!("/{slug}/{rest}")).ok()?;
    Some(url.to_string())
}

fn judged(
    pages: &Pages,
    kept: &Kept,
    around: &Around,
    told: Option<&Result<Told, String>>,
) -> Markup {
    let decided = &kept.decided;
    let head = decided.head.to_string();
    let judge = told.and_then(|it| it.as_ref().ok()?.judge.as_ref());
    html! {
        section {
            h2 { "what was judged" }
            dl {
                dt { "head" }
                dd {
                    @match link(pages, &around.slug, &format!("commit/{head}")) {
                        Some(to) => a href=(to) { code { (head) } },
                        None => code { (head) },
                    }
                }
                dt { "onto" } dd { (outside(&decided.base)) }
                dt { "when" } dd { (when(decided.at)) }
                dt { "policy" }
                dd {
                    @if let Some(judge) = judge { (outside(&judge.name)) ", " }
                    @if decided.policy.is_empty() {
                        "could not be read"
                    } @else {
                        "SHA-256 " code { (outside(&decided.policy)) }
                    }
                }
                dt { "decision" } dd { (kept.id) ", digest " code { (kept.hash) } }
            }
        }
    }
}

fn replay(pages: &Pages, id: u64, has_record: bool, told: Option<&Result<Told, String>>) -> Markup {
    let redacted = matches!(told, Some(Ok(Told { redacted: true, .. })));
    html! {
        @if has_record {
            section {
                h2 { "judge it again" }
                p {
                    "all that was known is in the "
                    a href=(pages.path(&format!("/decisions/{id}/record.json"))) { "record" }
                    "; the same is decided from it again by"
                }
                pre tabindex="0" { code { "refgate explain --facts refgate-decision-" (id) ".json" } }
                @if redacted {
                    p.note { "something in it may have been a secret and is redacted" }
                }
            }
        }
    }
}

fn earlier(pages: &Pages, kept: &Kept, around: &Around) -> Markup {
    let most = usize::try_from(EARLIER).unwrap_or(usize::MAX);
    let others: Vec<_> =
        around.others.items.iter().filter(|it| it.id != kept.id).take(most).collect();
    html! {
        @if !others.is_empty() {
            section {
                h2 { "other decisions about it" }
                ul.earlier {
                    @for it in others {
                        li {
                            a href=(pages.path(&format!("/decisions/{}", it.id))) {
                                "decision " (it.id)
                            }
                            ", " (when(it.decided.at)) ", head "
                            code { (it.decided.head.short()) } " " (came_out(it))
                        }
                    }
                }
                @if around.others.more { p { "… and more before" } }
            }
        }
    }
}
