//! The App: what it may do, what it is told of, and whether that arrives.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Doctor, Sign, path};
use crate::github::api::{ApiError, Caller};
use crate::github::event::EVENTS;
use crate::github::permissions::PERMISSIONS;
use crate::report::escaped_line;

/// The events without which something is lost for good.
const VITAL: &[&str] = &["pull_request", "pull_request_review", "push"];

/// As many deliveries are looked at, the newest.
const MOST: usize = 100;

#[derive(Deserialize)]
struct Own {
    id: u64,
    name: String,
    html_url: String,
    #[serde(default)]
    permissions: Map<String, Value>,
    #[serde(default)]
    events: Vec<String>,
}

#[derive(Deserialize)]
struct Installed {
    html_url: String,
    #[serde(default)]
    permissions: Map<String, Value>,
    suspended_at: Option<String>,
}

#[derive(Deserialize)]
struct Hook {
    #[serde(default)]
    url: String,
    content_type: Option<String>,
    insecure_ssl: Option<Value>,
}

#[derive(Deserialize)]
struct Delivery {
    status: String,
    status_code: u16,
    event: String,
}

impl Doctor<'_> {
    /// Examines the App, asking as the App itself.
    pub(super) async fn app(&self, app: &Caller, signs: &mut Vec<Sign>) {
        let own: Own = match app.get("/app").await {
            Ok(own) => own,
            Err(error) => {
                let what = format!("GitHub does not know the App: {error}");
                signs.push(Sign::ill(what).hint("compare its id and its private key"));
                return;
            }
        };
        let name = escaped_line(&own.name);
        if let Some(wanted) = self.app_id.filter(|it| *it != own.id) {
            let what = format!("the key is that of App {}, not of App {wanted}", own.id);
            signs.push(Sign::ill(what).hint("compare --app-id and REFGATE_APP_ID"));
        }
        permitted(&format!("the App {name}"), &own.permissions, &settings(&own), signs);
        told(&name, &own, signs);
        self.installed(app, &own, signs).await;
        hook(app, &settings(&own), signs).await;
    }

    async fn installed(&self, app: &Caller, own: &Own, signs: &mut Vec<Sign>) {
        let slug = &self.access.slug;
        let path = format!("{}/installation", path(slug));
        match app.get::<Installed>(&path).await {
            Ok(it) if it.suspended_at.is_some() => {
                let what = format!("the App is suspended at {}", slug.owner());
                signs.push(Sign::ill(what).hint(escaped_line(&it.html_url)));
            }
            Ok(it) => {
                let behind = PERMISSIONS.iter().filter(|one| {
                    let granted = |all: &Map<String, Value>| {
                        one.is_met(all.get(one.name).and_then(Value::as_str))
                    };
                    granted(&own.permissions) && !granted(&it.permissions)
                });
                let behind: Vec<_> =
                    behind.map(|it| format!("{}={}", it.name, it.level())).collect();
                signs.push(if behind.is_empty() {
                    Sign::well(format!("the App is installed at {slug}"))
                } else {
                    let what =
                        format!("{} has not granted {} yet", slug.owner(), behind.join(", "));
                    Sign::ill(what).hint(format!("accept it: {}", escaped_line(&it.html_url)))
                });
            }
            Err(ApiError::NotFound) => {
                let what = format!("the App is not installed at {slug}");
                let url = format!("{}/installations/new", own.html_url);
                signs.push(Sign::ill(what).hint(escaped_line(&url)));
            }
            Err(error) => {
                signs.push(Sign::doubtful(format!("where the App is installed: {error}")));
            }
        }
    }
}

fn settings(own: &Own) -> String {
    format!("the settings of the App, below {}", escaped_line(&own.html_url))
}

/// Whether it may do what it takes.
fn permitted(who: &str, granted: &Map<String, Value>, place: &str, signs: &mut Vec<Sign>) {
    let before = signs.len();
    for it in PERMISSIONS {
        if it.is_met(granted.get(it.name).and_then(Value::as_str)) {
            continue;
        }
        let what = format!("{who} lacks {}={}: {}", it.name, it.level(), it.what);
        let sign = if it.vital { Sign::ill(what) } else { Sign::doubtful(what) };
        signs.push(sign.hint(format!("grant it in {place}")));
    }
    let needed = |name: &str| PERMISSIONS.iter().find(|it| it.name == name);
    for (name, level) in granted {
        let level = level.as_str().unwrap_or_default();
        let more = needed(name).is_none_or(|it| level != "read" && level != it.level());
        if more && level != "read" {
            let what =
                format!("{who} has {}={}, which it does not need", escaped_line(name), level);
            signs.push(Sign::doubtful(what).hint(format!("take it away in {place}")));
        }
    }
    if signs.len() == before {
        signs.push(Sign::well(format!("{who} has the permissions that it needs")));
    }
}

/// Whether it is told of what it must look at.
fn told(name: &str, own: &Own, signs: &mut Vec<Sign>) {
    let missing: Vec<_> =
        EVENTS.iter().filter(|(it, _)| !own.events.iter().any(|own| own == it)).collect();
    if missing.is_empty() {
        let count = EVENTS.len();
        signs.push(Sign::well(format!("the App {name} is told of {count} kinds of events")));
    }
    for (event, what) in missing {
        let text = format!("the App {name} is not told of {event}: {what}");
        let vital = VITAL.contains(event);
        let sign = if vital { Sign::ill(text) } else { Sign::doubtful(text) };
        signs.push(sign.hint(format!("subscribe to it in {}", settings(own))));
    }
}

/// Whether deliveries go somewhere safe, and arrive.
async fn hook(app: &Caller, place: &str, signs: &mut Vec<Sign>) {
    let hook: Hook = match app.get("/app/hook/config").await {
        Ok(hook) => hook,
        Err(error) => {
            signs.push(Sign::doubtful(format!("the webhook cannot be seen: {error}")));
            return;
        }
    };
    let url = escaped_line(&hook.url);
    if url.is_empty() {
        signs.push(Sign::ill("the webhook has no address").hint(format!("set it in {place}")));
        return;
    }
    let insecure = hook.insecure_ssl.is_some_and(|it| it == "1" || it == 1);
    if insecure {
        let what = format!("{url}: GitHub does not look at the certificate");
        signs.push(Sign::ill(what).hint(format!("switch it on in {place}")));
    }
    if hook.content_type.as_deref().is_some_and(|it| it != "json") {
        let what = format!("{url}: deliveries are no JSON");
        signs.push(Sign::ill(what).hint(format!("choose application/json in {place}")));
    }
    let path = format!("/app/hook/deliveries?per_page={MOST}");
    let deliveries = match app.list::<Delivery>(&path, MOST).await {
        Ok(listed) => listed.items,
        Err(error) => {
            signs.push(Sign::doubtful(format!("deliveries cannot be seen: {error}")));
            return;
        }
    };
    let fails = |it: &&Delivery| !(200..300).contains(&it.status_code);
    let failed: Vec<_> = deliveries.iter().filter(fails).collect();
    let count = deliveries.len();
    let Some(last) = failed.first() else {
        signs.push(match count {
            0 => Sign::doubtful(format!("{url}: nothing was delivered yet")),
            _ => Sign::well(format!("{url}: the last {count} deliveries arrived")),
        });
        return;
    };
    let (status, event) = (escaped_line(&last.status), escaped_line(&last.event));
    let what = format!(
        "{url}: {} of the last {count} deliveries failed, the newest ({event}) with {status}",
        failed.len()
    );
    // The server asks for single ones again; if none arrives, nothing is heard.
    let newest = deliveries.first().is_some_and(|it| fails(&it));
    signs.push(if newest {
        Sign::ill(what).hint("is refgate serve running, reachable, and the secret the same")
    } else {
        Sign::doubtful(what).hint("the server asks for them again by itself")
    });
}
