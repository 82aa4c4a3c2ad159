//! The page on this machine that posts the manifest, and hears the code.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Query, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// What the page posts, and where to.
#[derive(Clone, Debug)]
pub struct Form {
    /// GitHub's form, without a query.
    pub to: String,
    /// The manifest.
    pub manifest: Value,
}

/// The page, which listens on this machine alone.
pub struct Page {
    listener: TcpListener,
    address: SocketAddr,
    state: String,
}

struct Shown {
    form: Form,
    state: String,
    host: String,
    heard: Mutex<Option<oneshot::Sender<String>>>,
}

#[derive(Deserialize)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
}

impl Page {
    /// Takes a free port, and a state that nobody can guess.
    pub async fn open() -> Result<Self, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.map_err(|it| format!("no port is free: {it}"))?;
        let address = listener.local_addr().map_err(|it| it.to_string())?;
        let mut raw = [0_u8; 24];
        getrandom::fill(&mut raw).map_err(|it| format!("no random numbers: {it}"))?;
        let state = raw.iter().map(|it| format!("{it:02x}")).collect();
        Ok(Self { listener, address, state })
    }

    /// What to open in a browser.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Where GitHub sends the browser.
    pub fn back(&self) -> String {
        format!("http://{}/done", self.address)
    }

    /// Shows the form until GitHub's answer comes: its code.
    pub async fn code(self, form: Form) -> Result<String, String> {
        let (heard, code) = oneshot::channel();
        let shown = Arc::new(Shown {
            form,
            state: self.state,
            host: self.address.to_string(),
            heard: Mutex::new(Some(heard)),
        });
        let app = Router::new()
            .route("/", get(ask))
            .route("/done", get(done))
            .layer(from_fn_with_state(Arc::clone(&shown), guarded))
            .with_state(shown);
        let (stop, stopped) = oneshot::channel::<()>();
        let quiet = async {
            let _ = stopped.await;
        };
        let listener = self.listener;
        let server =
            tokio::spawn(
                async move { axum::serve(listener, app).with_graceful_shutdown(quiet).await },
            );
        let code = code.await.map_err(|_| "the page ended before GitHub answered".to_owned());
        let _ = stop.send(());
        // The last page is on its way; a browser that keeps its connection is not waited for.
        let _ = tokio::time::timeout(std::time::Duration::from_secs(1), server).await;
        code
    }
}

/// Only a browser that was sent to this very address is answered, and nothing that the
/// page shows runs or leads elsewhere.
async fn guarded(State(shown): State<Arc<Shown>>, request: Request, next: Next) -> Response {
    if request.headers().get(HOST).is_none_or(|it| it != shown.host.as_str()) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let mut response = next.run(request).await;
    let mut headers = HeaderMap::new();
    let github = url::Url::parse(&shown.form.to).map(|it| it.origin().ascii_serialization());
    let policy = format!(
        "default-src 'none'; form-action {}; frame-ancestors 'none'; base-uri 'none'",
        github.unwrap_or_default()
    );
    if let Ok(policy) = policy.parse() {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    let fixed = [
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    headers.extend(
        fixed
            .map(|(name, value)| (name, value.parse().ok()))
            .into_iter()
            .filter_map(|(name, value): (_, Option<axum::http::HeaderValue>)| Some((name, value?))),
    );
    response.headers_mut().extend(headers);
    response
}

async fn ask(State(shown): State<Arc<Shown>>) -> Html<String> {
    let to = format!("{}?state={}", shown.form.to, shown.state);
    let manifest = &shown.form.manifest;
    let listed = |key: &str| manifest[key].as_object().cloned().unwrap_or_default();
    let body = html! {
        h1 { "Create the GitHub App" }
        p { "GitHub shows the name, and asks you to confirm. The App may do this:" }
        ul {
            @for (name, level) in listed("default_permissions") {
                li { code { (name) } ": " (level.as_str().unwrap_or_default()) }
            }
        }
        form action=(to) method="post" {
            input type="hidden" name="manifest" value=(manifest.to_string());
            button type="submit" { "Create it at GitHub" }
        }
    };
    page(&body)
}

async fn done(State(shown): State<Arc<Shown>>, Query(answer): Query<Answer>) -> Response {
    let ours = answer.state.as_deref() == Some(shown.state.as_str());
    let code = answer.code.filter(|it| ours && !it.is_empty());
    let Some(code) = code else {
        let body = html! { h1 { "That is no answer to what was asked here" } };
        return (StatusCode::BAD_REQUEST, page(&body)).into_response();
    };
    let heard = shown.heard.lock().unwrap_or_else(PoisonError::into_inner).take();
    let body = match heard.map(|it| it.send(code)) {
        Some(Ok(())) => html! { h1 { "GitHub has made the App" } p { "Go on in the terminal." } },
        Some(Err(_)) | None => html! { h1 { "That was answered already" } },
    };
    page(&body).into_response()
}

fn page(body: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="color-scheme" content="light dark";
                title { "refgate" }
            }
            body { main { (body) } }
        }
    };
    Html(page.into_string())
}
