//! A bot that runs against the fake.

use std::path::Path;

use refgate::git::Vars;
use refgate::github::Clock;
use refgate::github::bot::Bot;
use refgate::github::config::{Config, World};
use refgate::github::serve::{Running, start};
use tempfile::TempDir;

use crate::hub::{CheckRun, Hub, PullHandle, RepoHandle};

/// A bot and what it keeps.
pub(crate) struct Server {
    pub(crate) bot: Bot,
    running: Option<Running>,
    dir: Option<TempDir>,
}

/// How a bot is set up for `hub`, with `more` lines of the file.
pub(crate) fn config(hub: &Hub, data: &Path, database: Option<&str>, more: &str) -> Config {
    let app = hub.app();
    let text = format!(
        "[github]\nurl = \"{}\"\napi-url = \"{}\"\napp-id = {}\n\
         [server]\nlisten = \"127.0.0.1:0\"\ndata = \"{}\"\n{}\n{more}\n",
        hub.web(),
        hub.api(),
        app.id(),
        data.display(),
        database.map(|it| format!("database = \"{it}\"")).unwrap_or_default(),
    );
    let (key, secret) = (app.key(), app.secret());
    let variable = |name: &str| match name {
        "REFGATE_PRIVATE_KEY" => Some(key.clone()),
        "REFGATE_WEBHOOK_SECRET" => Some(secret.clone()),
        _ => None,
    };
    let world = World { variable: &variable, file: &|_| Err("no files here".to_owned()) };
    Config::read("server.toml", Some(&text), &world).unwrap()
}

impl Server {
    /// Starts one with a store of its own.
    pub(crate) async fn start(hub: &Hub) -> Self {
        Self::with(hub, "").await
    }

    /// The same with `more` lines of the file.
    pub(crate) async fn with(hub: &Hub, more: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = config(hub, dir.path(), None, more);
        let mut it = Self::of(hub, config).await;
        it.dir = Some(dir);
        it
    }

    /// One that is set up so.
    pub(crate) async fn of(hub: &Hub, config: Config) -> Self {
        let vars: Vars = std::env::vars_os().filter(|(name, _)| name == "PATH").collect();
        let bot = Bot::new(config, Clock::system(), vars).await.unwrap();
        let running = start(bot.clone()).await.unwrap();
        hub.app().hook_at(&format!("http://{}/webhook", running.address));
        Self { bot, running: Some(running), dir: None }
    }

    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.running.as_ref().unwrap().address
    }

    pub(crate) async fn stop(mut self) -> Option<TempDir> {
        self.running.take().unwrap().stop().await.unwrap();
        self.dir.take()
    }

    /// Waits until every delivery is answered and nothing is due.
    pub(crate) async fn quiet(&self, hub: &Hub) {
        for _ in 0..600 {
            hub.settled().await;
            let waiting = self.bot.store.waiting(self.bot.clock.now()).await.unwrap();
            if (waiting.due, waiting.held) == (0, 0) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the queue never becomes empty");
    }
}

/// A repository with this policy on its default branch.
pub(crate) fn repo(hub: &Hub, policy: &str) -> RepoHandle {
    let shop = hub.repo("acme/shop");
    let text = format!("version = 1\nstages = [\"github\"]\n\n{policy}");
    shop.commit("main", vec![("refgate.toml".into(), text.into())], "policy");
    shop
}

/// The check run of a pull request's head.
pub(crate) fn run(shop: &RepoHandle, pr: &PullHandle) -> Option<CheckRun> {
    shop.check_of(&pr.head(), "refgate")
}

/// `success`, `failure`, or the status of a run that has not ended.
pub(crate) fn state(shop: &RepoHandle, pr: &PullHandle) -> String {
    run(shop, pr).map_or("none".to_owned(), |it| it.conclusion.unwrap_or(it.status))
}
