//! How the bot is set up: a TOML file, and variables that go before it.
//!
//! Secrets stand in files of their own or in variables, never in the file itself,
//! so that it can be committed.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::api::{App, Endpoint, Secret};

/// The file, as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    github: WrittenGithub,
    server: WrittenServer,
    check: Check,
    policy: WrittenPolicy,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenGithub {
    url: Option<String>,
    api_url: Option<String>,
    app_id: Option<u64>,
    private_key_file: Option<PathBuf>,
    webhook_secret_file: Option<PathBuf>,
    old_webhook_secret_file: Option<PathBuf>,
    client_id: Option<String>,
    client_secret_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenServer {
    listen: Option<String>,
    public_url: Option<String>,
    data: Option<PathBuf>,
    database: Option<String>,
    workers: Option<usize>,
    sweep_minutes: Option<u32>,
}

/// What is written to GitHub.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Check {
    /// The name of the check run.
    pub name: String,
    /// Whether a commit status of the same name is written too.
    pub status: bool,
    /// Whether reviews are requested of who can bring a pull request further.
    pub request_reviews: bool,
}

impl Default for Check {
    fn default() -> Self {
        Self { name: "refgate".to_owned(), status: false, request_reviews: false }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenPolicy {
    floor: Option<PathBuf>,
}

/// How the bot is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where GitHub is.
    pub endpoint: Endpoint,
    /// The App.
    pub app: App,
    /// The App's id.
    pub app_id: u64,
    /// What deliveries are signed with; two while one replaces the other.
    pub webhook_secrets: Vec<Secret>,
    /// What people sign in with, for pages; `None` leaves out pages.
    pub login: Option<Login>,
    /// Where to listen: `127.0.0.1:8080`.
    pub listen: String,
    /// Where people reach the pages, without `/` at the end.
    pub public_url: Option<String>,
    /// Where mirrors are kept.
    pub data: PathBuf,
    /// `sqlite:PATH` or `postgres://…`; it may hold a password.
    pub database: Secret,
    /// How many look at once.
    pub workers: usize,
    /// How long between two sweeps, in seconds.
    pub sweep: u32,
    /// What is written to GitHub.
    pub check: Check,
    /// A policy that holds besides each repository's own.
    pub floor: Option<PathBuf>,
}

/// The OAuth client of the App.
#[derive(Clone, Debug)]
pub struct Login {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
}

impl Login {
    fn of(id: Option<String>, secret: Option<Secret>) -> Result<Option<Self>, String> {
        match (id, secret) {
            (Some(id), Some(secret)) => Ok(Some(Self { id, secret })),
            (None, None) => Ok(None),
            _ => Err("github.client-id and its secret belong together".to_owned()),
        }
    }
}

/// What the file and the variables are read with.
pub struct World<'w> {
    /// A variable.
    pub variable: &'w dyn Fn(&str) -> Option<String>,
    /// The text of a file.
    pub file: &'w dyn Fn(&Path) -> Result<String, String>,
}

/// The variables, and what each stands for. Every `NAME` that holds a secret can
/// also be `NAME_FILE`.
pub const VARIABLES: &[(&str, &str)] = &[
    ("REFGATE_GITHUB_URL", "`github.url`"),
    ("REFGATE_GITHUB_API_URL", "`github.api-url`"),
    ("REFGATE_APP_ID", "`github.app-id`"),
    ("REFGATE_PRIVATE_KEY", "the App's private key, PEM"),
    ("REFGATE_WEBHOOK_SECRET", "what deliveries are signed with"),
    ("REFGATE_OLD_WEBHOOK_SECRET", "the one before, while it is replaced"),
    ("REFGATE_CLIENT_ID", "`github.client-id`"),
    ("REFGATE_CLIENT_SECRET", "the secret of the App's OAuth client"),
    ("REFGATE_LISTEN", "`server.listen`"),
    ("REFGATE_PUBLIC_URL", "`server.public-url`"),
    ("REFGATE_DATA", "`server.data`"),
    ("REFGATE_DATABASE", "`server.database`"),
];

impl Config {
    /// Reads the text of the file, if there is one, and the variables. The error says
    /// where something is wrong, or everything that is missing.
    pub fn read(name: &str, text: Option<&str>, world: &World<'_>) -> Result<Self, String> {
        let written: Written = match text {
            Some(text) => toml::from_str(text).map_err(|error| told(name, text, &error))?,
            None => Written::default(),
        };
        let mut missing = Vec::new();
        let Written { github, server, check, policy } = written;
        let secret = |variable: &str, file: Option<&PathBuf>| secret(variable, file, world);
        let said = |variable: &str, written: Option<String>| (world.variable)(variable).or(written);

        let url = said("REFGATE_GITHUB_URL", github.url);
        let api = said("REFGATE_GITHUB_API_URL", github.api_url);
        let endpoint = endpoint(url.as_deref(), api.as_deref())?;
        let app_id = match (world.variable)("REFGATE_APP_ID") {
            Some(it) => Some(it.parse().map_err(|_| "REFGATE_APP_ID is no number".to_owned())?),
            None => github.app_id,
        };
        let key = secret("REFGATE_PRIVATE_KEY", github.private_key_file.as_ref())?;
        let hook = secret("REFGATE_WEBHOOK_SECRET", github.webhook_secret_file.as_ref())?;
        let old = github.old_webhook_secret_file;
        let old = secret("REFGATE_OLD_WEBHOOK_SECRET", old.as_ref())?;
        let data = said("REFGATE_DATA", server.data.map(|it| it.to_string_lossy().into_owned()));
        let what = [
            (app_id.is_some(), "github.app-id or REFGATE_APP_ID"),
            (key.is_some(), "github.private-key-file or REFGATE_PRIVATE_KEY"),
            (hook.is_some(), "github.webhook-secret-file or REFGATE_WEBHOOK_SECRET"),
            (data.is_some(), "server.data or REFGATE_DATA, a directory"),
        ];
        missing.extend(what.iter().filter(|(there, _)| !there).map(|(_, name)| *name));
        let (Some(app_id), Some(key), Some(hook), Some(data)) = (app_id, key, hook, data) else {
            return Err(format!("the setup lacks {}", missing.join(", ")));
        };
        if check.name.is_empty() || check.name.len() > 100 {
            return Err("check.name must have 1 to 100 characters".to_owned());
        }
        let client_id = said("REFGATE_CLIENT_ID", github.client_id);
        let client = secret("REFGATE_CLIENT_SECRET", github.client_secret_file.as_ref())?;
        let login = Login::of(client_id, client)?;
        let data = PathBuf::from(data);
        let beside = format!("sqlite:{}", data.join("refgate.db").display());
        let database = secret("REFGATE_DATABASE", None)?;
        let written = Secret::new(&server.database.unwrap_or(beside));
        let public_url = said("REFGATE_PUBLIC_URL", server.public_url);
        Ok(Self {
            endpoint,
            app: App::new(&app_id.to_string(), &key)?,
            app_id,
            webhook_secrets: [Some(hook), old].into_iter().flatten().collect(),
            login,
            listen: said("REFGATE_LISTEN", server.listen)
                .unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            public_url: public_url.map(|it| public(&it)).transpose()?,
            data,
            database: database.unwrap_or(written),
            workers: server.workers.unwrap_or(4).clamp(1, 64),
            sweep: server.sweep_minutes.unwrap_or(10).clamp(1, 24 * 60) * 60,
            check,
            floor: policy.floor,
        })
    }
}

/// The App that the variables alone tell of: its id, and the App; `None` if they tell
/// of none.
pub fn app(world: &World<'_>) -> Result<Option<(u64, App)>, String> {
    let Some(id) = (world.variable)("REFGATE_APP_ID") else { return Ok(None) };
    let id: u64 = id.parse().map_err(|_| "REFGATE_APP_ID is no number".to_owned())?;
    let Some(key) = secret("REFGATE_PRIVATE_KEY", None, world)? else { return Ok(None) };
    Ok(Some((id, App::new(&id.to_string(), &key)?)))
}

/// A secret from its variable, from the file that `NAME_FILE` names, or from the
/// file that the setup names.
fn secret(
    variable: &str,
    file: Option<&PathBuf>,
    world: &World<'_>,
) -> Result<Option<Secret>, String> {
    if let Some(text) = (world.variable)(variable) {
        return Ok(Some(Secret::new(&text)).filter(|it| !it.is_empty()));
    }
    let named = (world.variable)(&format!("{variable}_FILE")).map(PathBuf::from);
    let Some(path) = named.as_ref().or(file) else { return Ok(None) };
    let text = (world.file)(path).map_err(|why| format!("{}: {why}", path.display()))?;
    let secret = Secret::new(&text);
    if secret.is_empty() {
        return Err(format!("{} is empty", path.display()));
    }
    Ok(Some(secret))
}

/// Where GitHub is, by what people open, by its API, or by both.
pub(crate) fn endpoint(url: Option<&str>, api: Option<&str>) -> Result<Endpoint, String> {
    let by_url = || api_of(url.unwrap_or("https://github.com"));
    let mut endpoint = Endpoint::of(&api.map_or_else(by_url, str::to_owned))?;
    if let (Some(url), Some(_)) = (url, api) {
        endpoint.web = url::Url::parse(&public(url)?).map_err(|error| error.to_string())?;
    }
    Ok(endpoint)
}

/// The API of the GitHub that people see at `url`.
fn api_of(url: &str) -> String {
    let url = url.trim_end_matches('/');
    match url {
        "https://github.com" | "https://api.github.com" => "https://api.github.com".to_owned(),
        _ if url.ends_with("/api/v3") => url.to_owned(),
        // GitHub with data residency keeps its API beside its pages.
        _ if url.ends_with(".ghe.com") => url.replacen("https://", "https://api.", 1),
        _ => format!("{url}/api/v3"),
    }
}

fn public(url: &str) -> Result<String, String> {
    let parsed = url::Url::parse(url).map_err(|error| format!("{url:?}: {error}"))?;
    if !matches!(parsed.scheme(), "http" | "https") || parsed.query().is_some() {
        return Err(format!("{url:?} is no plain http or https address"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// An error of the file, with its place.
fn told(name: &str, text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map_or(0, |it| it.start);
    let before = text.get(..at).unwrap_or_default();
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.chars().rev().take_while(|it| *it != '\n').count();
    format!("{name}:{line}:{column}: {}", error.message())
}
