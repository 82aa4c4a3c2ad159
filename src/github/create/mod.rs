//! Making the App: what GitHub is asked for, and what it hands out.
//!
//! GitHub's own form makes it, from a manifest that a page on this machine posts, and
//! sends the browser back with a code that is worth the App's secrets, once.
//! Source: docs.github.com, "Registering a GitHub App from a manifest".

mod page;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

pub use page::{Form, Page};

use super::api::{ApiError, Client, Secret, segment};
use super::event::EVENTS;
use super::permissions::PERMISSIONS;

/// As long as the name of an App may be.
const LONGEST: usize = 34;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The App's name, unique at GitHub.
    pub name: String,
    /// The organization that it is to belong to; the visitor, if `None`.
    pub organization: Option<String>,
    /// Where GitHub and people reach the server, without a slash at its end.
    pub public: Option<String>,
}

/// An App that was made.
#[derive(Debug, Deserialize)]
pub struct Made {
    /// Its id.
    pub id: u64,
    /// Its name in addresses.
    pub slug: String,
    /// Its page.
    pub html_url: String,
    client_id: String,
    client_secret: Secret,
    webhook_secret: Secret,
    pem: Secret,
}

/// The names of the files, the one that names the others last.
const FILES: [&str; 4] = ["private-key.pem", "webhook-secret", "client-secret", "server.toml"];

impl Wish {
    /// Checks what was typed.
    pub fn new(
        name: Option<String>,
        organization: Option<String>,
        public: Option<&str>,
    ) -> Result<Self, String> {
        let known = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it);
        if let Some(odd) =
            organization.as_deref().filter(|it| it.is_empty() || !it.chars().all(known))
        {
            return Err(format!("{odd:?} is no organization"));
        }
        let usual = || match &organization {
            Some(owner) => format!("refgate-{owner}").chars().take(LONGEST).collect(),
            None => "refgate".to_owned(),
        };
        let name = name.unwrap_or_else(usual);
        if name.trim().is_empty() || name.chars().count() > LONGEST {
            return Err(format!("the name of an App has 1 to {LONGEST} characters"));
        }
        let public = public.map(address).transpose()?;
        Ok(Self { name, organization, public })
    }

    /// The manifest. `back` is where the browser is sent with the code; `home` is
    /// the App's home page as long as it has no address of its own.
    pub fn manifest(&self, back: Option<&str>, home: &Url) -> Value {
        let permissions = PERMISSIONS.iter().map(|it| (it.name.to_owned(), it.level().into()));
        let permissions: serde_json::Map<String, Value> = permissions.collect();
        let events: Vec<_> = EVENTS.iter().map(|(name, _)| *name).collect();
        let mut manifest = json!({
            "name": self.name,
            "url": self.public.clone().unwrap_or_else(|| home.to_string()),
            "public": false,
            "default_permissions": permissions,
            "default_events": events,
        });
        // Without an address nothing is sent; one that is nobody's must stand there.
        let hook = self.public.as_deref().unwrap_or("https://refgate.invalid");
        manifest["hook_attributes"] =
            json!({ "url": format!("{hook}/webhook"), "active": self.public.is_some() });
        if let Some(public) = &self.public {
            manifest["callback_urls"] = json!([format!("{public}/login/callback")]);
        }
        if let Some(back) = back {
            manifest["redirect_url"] = json!(back);
        }
        manifest
    }

    /// The path of GitHub's form.
    pub fn form(&self) -> String {
        match &self.organization {
            Some(owner) => format!("/organizations/{}/settings/apps/new", segment(owner)),
            None => "/settings/apps/new".to_owned(),
        }
    }
}

/// Turns the code into the App. It is good once, and for an hour.
pub async fn convert(client: &Client, code: &str) -> Result<Made, String> {
    let path = format!("/app-manifests/{}/conversions", segment(code));
    let made = client.nobody().for_purpose("create").post::<Made>(&path, &json!({})).await;
    made.map_err(|error| match error {
        ApiError::NotFound => "GitHub does not know the code: it is good once, for an hour".into(),
        other => other.to_string(),
    })
}

/// Makes ready to write into `directory`: what is there already is not touched.
pub fn free(directory: &Path) -> Result<PathBuf, String> {
    let told = |error: std::io::Error| format!("{}: {error}", directory.display());
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(told)?;
    let directory = directory.canonicalize().map_err(told)?;
    match FILES.iter().find(|it| directory.join(it).symlink_metadata().is_ok()) {
        Some(there) => {
            let there = directory.join(there);
            Err(format!("{} is there already\nhint: name another --output", there.display()))
        }
        None => Ok(directory),
    }
}

/// Writes what `refgate serve` needs, for its owner alone.
pub fn write(directory: &Path, made: &Made, (wish, web): (&Wish, &Url)) -> Result<(), String> {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let place = |name: &str| quoted(&directory.join(name).display().to_string());
    let public = wish.public.as_deref().map(|it| format!("public-url = {}\n", quoted(it)));
    let text = format!(
        "# The App {}; the files beside this one are secret.\n\n\
         [github]\nurl = {}\napp-id = {}\nprivate-key-file = {}\nwebhook-secret-file = {}\n\
         client-id = {}\nclient-secret-file = {}\n\n\
         [server]\n{}data = {}\n",
        made.slug.replace(char::is_control, ""),
        quoted(web.as_str().trim_end_matches('/')),
        made.id,
        place("private-key.pem"),
        place("webhook-secret"),
        quoted(&made.client_id),
        place("client-secret"),
        public.unwrap_or_default(),
        place("data"),
    );
    let texts =
        [made.pem.expose(), made.webhook_secret.expose(), made.client_secret.expose(), text.trim()];
    for (name, text) in FILES.into_iter().zip(texts) {
        let path = directory.join(name);
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let written = file.and_then(|mut file| {
            file.write_all(format!("{text}\n").as_bytes())?;
            file.sync_all()
        });
        written.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(())
}

fn address(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| format!("{text:?}: {error}"))?;
    let plain = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    if !plain || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(format!("{text:?} is no plain http or https address"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}
