//! What every part of the bot works with, and what can go wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::Value;

use super::Clock;
use super::api::{ApiError, Client, Secret, Setup};
use super::config::Config;
use super::event::Ours;
use super::gather::{self, Gatherer};
use super::metrics::Metrics;
use super::mirror::{Limits, Mirrors};
use super::store::{Options, Store, StoreError};
use crate::git::Vars;
use crate::model::Timestamp;
use crate::policy::Policy;

/// The bot. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Bot(Arc<Inner>);

/// What a bot has.
pub struct Inner {
    /// How it is set up.
    pub config: Config,
    /// What speaks to GitHub.
    pub client: Client,
    /// What must not be lost.
    pub store: Store,
    /// The repositories' mirrors.
    pub mirrors: Mirrors,
    /// What is counted.
    pub metrics: Metrics,
    /// What time it is.
    pub clock: Clock,
    /// What has facts found out and judged.
    pub gatherer: Gatherer,
    /// Which of several servers this is; the same after each start.
    pub replica: String,
    /// Who we are, as GitHub said last.
    own: RwLock<Own>,
    /// How many workers each installation has.
    pub busy: Busy,
}

impl std::ops::Deref for Bot {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// What GitHub says of the App.
#[derive(Default)]
struct Own {
    login: String,
    /// What the App asks for.
    permissions: BTreeSet<String>,
    /// What each installation has granted of that.
    granted: BTreeMap<u64, BTreeSet<String>>,
}

/// How many workers each installation has. Held while a worker asks for its next slot.
pub type Busy = tokio::sync::Mutex<BTreeMap<u64, usize>>;

/// How long judging once may take.
const PATIENCE: Duration = Duration::from_mins(1);

impl Bot {
    /// Opens the store and makes ready to speak. Of `vars`, Git gets what leads to it.
    pub async fn new(config: Config, clock: Clock, vars: Vars) -> anyhow::Result<Self> {
        let setup = Setup {
            clock: clock.clone(),
            ..Setup::new(config.endpoint.clone()).app(config.app.clone())
        };
        let client = Client::new(setup).map_err(anyhow::Error::msg)?;
        std::fs::create_dir_all(&config.data)?;
        let store = Store::open(config.database.expose(), &Options::default()).await?;
        let directory = config.data.join("mirrors");
        let mirrors = Mirrors::new(&directory, &config.endpoint.web, Limits::default(), vars);
        let mirrors = mirrors.map_err(anyhow::Error::msg)?;
        let floor = config.floor.as_deref().map(floor).transpose()?;
        let gatherer = Gatherer {
            mirrors: mirrors.clone(),
            store: Some(store.clone()),
            floor,
            patience: PATIENCE,
        };
        let replica = replica(&config.data)?;
        let (metrics, own) = (Metrics::new(), RwLock::default());
        let busy = Busy::default();
        let inner =
            Inner { config, client, store, mirrors, metrics, clock, gatherer, replica, own, busy };
        Ok(Self(Arc::new(inner)))
    }

    /// What is our own among what GitHub tells.
    pub fn ours(&self) -> Ours {
        let login = self.own.read().unwrap_or_else(PoisonError::into_inner).login.clone();
        Ours { app: self.config.app_id, login, check: self.config.check.name.clone() }
    }

    /// Whether an installation has granted a permission, or the App asks for it, if what
    /// was granted is not known. As long as neither is, none is named when a token is
    /// made, and it gets what there is.
    pub fn may_read(&self, installation: u64, permission: &str) -> bool {
        let own = self.own.read().unwrap_or_else(PoisonError::into_inner);
        own.granted.get(&installation).unwrap_or(&own.permissions).contains(permission)
    }

    /// Installations that have all workers but one, if there are others: whoever has a
    /// lot to be looked at leaves room for them.
    pub fn sated(&self, busy: &BTreeMap<u64, usize>) -> Vec<u64> {
        let own = self.own.read().unwrap_or_else(PoisonError::into_inner);
        let most = self.config.workers.saturating_sub(1);
        if own.granted.len() < 2 || most == 0 {
            return Vec::new();
        }
        busy.iter().filter(|(_, workers)| **workers >= most).map(|(it, _)| *it).collect()
    }

    /// Keeps what an installation has granted, as GitHub says now.
    pub fn grant(&self, installation: u64, permissions: BTreeSet<String>) {
        let mut own = self.own.write().unwrap_or_else(PoisonError::into_inner);
        own.granted.insert(installation, permissions);
    }

    /// Asks GitHub who we are: both the name and what is asked for may change.
    pub async fn introduce(&self) -> Result<(), Trouble> {
        let app: Value = self.client.app().for_purpose("start").get("/app").await?;
        let slug = app["slug"].as_str().unwrap_or_default();
        let permissions = app["permissions"].as_object();
        let permissions = permissions.into_iter().flat_map(|it| it.keys().cloned()).collect();
        let mut own = self.own.write().unwrap_or_else(PoisonError::into_inner);
        (own.login, own.permissions) = (format!("{slug}[bot]"), permissions);
        Ok(())
    }

    /// The secrets that deliveries may be signed with.
    pub fn webhook_secrets(&self) -> &[Secret] {
        &self.config.webhook_secrets
    }
}

/// The name of the server that has this directory, which is made up at its first start.
fn replica(data: &Path) -> anyhow::Result<String> {
    let path = data.join("replica");
    let plain = |it: &String| it.len() == 16 && it.bytes().all(|it| it.is_ascii_hexdigit());
    if let Some(known) = std::fs::read_to_string(&path).ok().filter(plain) {
        return Ok(known);
    }
    let made = format!("{:016x}", fastrand::u64(..));
    std::fs::write(&path, &made).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    Ok(made)
}

/// The policy that holds for every repository.
fn floor(path: &Path) -> anyhow::Result<Arc<Policy>> {
    let name = path.file_name().map_or("floor".into(), |it| it.to_string_lossy());
    let text = std::fs::read_to_string(path)
        .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    Ok(Arc::new(gather::policy::floor(&name, &text)?))
}

/// Why a look led to nothing.
#[derive(Debug)]
pub enum Trouble {
    /// GitHub.
    Api(ApiError),
    /// The store.
    Store(StoreError),
    /// Something that GitHub, or whoever else, says when to try again.
    At(Timestamp, String),
    /// Something that will do later, such as a mirror that another is fetching.
    Later(String),
    /// Something that nobody expects.
    Broken(String),
}

impl Trouble {
    /// When to try again.
    pub fn retry_at(&self, now: Timestamp, attempt: u32) -> Timestamp {
        match self {
            Self::Api(error) => error.retry_at(now, attempt),
            Self::At(at, _) => *at,
            Self::Store(_) | Self::Later(_) | Self::Broken(_) => {
                ApiError::Unavailable(String::new()).retry_at(now, attempt)
            }
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => write!(f, "GitHub: {error}"),
            Self::Store(error) => write!(f, "the store: {error}"),
            Self::Later(why) | Self::Broken(why) | Self::At(_, why) => {
                f.write_str(&crate::report::escaped_line(why))
            }
        }
    }
}

impl From<ApiError> for Trouble {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
