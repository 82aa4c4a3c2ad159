//! Starting and stopping.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::listen::Patient;
use super::{health, webhook};
use crate::github::bot::Bot;
use crate::github::{pages, sweep, worker};

/// How long what has begun may take to end.
const GRACE: Duration = Duration::from_secs(25);

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<std::io::Result<()>>,
    workers: Vec<JoinHandle<()>>,
    bot: Bot,
}

/// Starts a server and its workers.
pub async fn start(bot: Bot) -> anyhow::Result<Running> {
    let listen = bot.config.listen.clone();
    let listener =
        TcpListener::bind(&listen).await.with_context(|| format!("cannot listen at {listen}"))?;
    let address = listener.local_addr()?;
    let left = bot.store.abandon(&bot.replica).await?;
    if left > 0 {
        tracing::warn!(slots = left, "the server before this one ended in the middle");
    }
    let (stop, stopped) = watch::channel(false);
    let app = router(&bot);
    let mut until = stopped.clone();
    let quiet = async move {
        let _ = until.wait_for(|it| *it).await;
    };
    let server = tokio::spawn(async move {
        axum::serve(Patient::new(listener), app).with_graceful_shutdown(quiet).await
    });
    let mut workers: Vec<_> = (0..bot.config.workers)
        .map(|at| tokio::spawn(worker::run(bot.clone(), at, stopped.clone())))
        .collect();
    workers.push(tokio::spawn(sweep::run(bot.clone(), stopped)));
    tracing::info!(%address, workers = bot.config.workers, "listening");
    Ok(Running { address, stop, server, workers, bot })
}

fn router(bot: &Bot) -> Router {
    Router::new()
        .route("/webhook", post(webhook::webhook))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .with_state(bot.clone())
        .merge(pages::router(pages::Site {
            store: bot.store.clone(),
            client: bot.client.clone(),
            login: bot.config.login.clone(),
            public_url: bot.config.public_url.clone(),
            clock: bot.clock.clone(),
        }))
}

impl Running {
    /// Takes nothing more, ends what has begun, and closes the store. What is not
    /// done by then is done after the next start.
    pub async fn stop(self) -> anyhow::Result<()> {
        let _ = self.stop.send(true);
        let ended = async {
            for worker in self.workers {
                let _ = worker.await;
            }
            let _ = self.server.await;
        };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            tracing::warn!("not everything ended in time; it will be looked at again");
        }
        self.bot.store.close().await;
        Ok(())
    }
}
