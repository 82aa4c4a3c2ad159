//! `refgate serve`: the GitHub App's server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{Exit, Global, say};
use crate::github::bot::Bot;
use crate::github::config::{Config, World};
use crate::github::{Clock, serve};

/// Answer GitHub's webhooks with a check run
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: listens, keeps deliveries in its database and mirrors in its data
directory, and writes check runs to GitHub. Logs are JSON on standard error;
REFGATE_LOG sets how much: `warn,refgate=debug`. SIGTERM ends what has begun.

Exit codes: 0 stopped as told; 2 it cannot start.

Examples:
  refgate serve --config /etc/refgate/server.toml
  refgate serve --config server.toml --check")]
pub struct Serve {
    /// The setup; variables go before it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only read the setup, open the database and ask GitHub who we are
    #[arg(long)]
    check: bool,
}

impl Serve {
    /// Serves until a signal says stop.
    pub fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let config = self.config(global)?;
        logs(global);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let ended = runtime.block_on(async {
            let bot = Bot::new(config, Clock::system(), global.environment.vars.clone()).await?;
            if self.check {
                bot.introduce().await.map_err(|it| anyhow::anyhow!("{it}"))?;
                bot.store.close().await;
                say("the setup is complete, and GitHub knows the App\n")?;
                return Ok(());
            }
            let running = serve::start(bot).await?;
            stop_asked().await?;
            tracing::info!("stopping");
            running.stop().await
        });
        // A look that is still at it has had its time.
        runtime.shutdown_timeout(Duration::from_secs(2));
        ended.map(|()| Exit::Allowed)
    }

    fn config(&self, global: &Global) -> anyhow::Result<Config> {
        let read = |path: &Path| std::fs::read_to_string(path).map_err(|it| it.to_string());
        let (name, text) = match &self.config {
            Some(path) => {
                let name = path.display().to_string();
                let text = read(path).map_err(anyhow::Error::msg).with_context(|| name.clone())?;
                (name, Some(text))
            }
            None => (String::new(), None),
        };
        let vars = &global.environment.vars;
        let world = World { variable: &|name| vars.text(name), file: &read };
        Config::read(&name, text.as_deref(), &world).map_err(anyhow::Error::msg)
    }
}

fn logs(global: &Global) {
    let wanted = global.environment.vars.text("REFGATE_LOG");
    let wanted = wanted.unwrap_or_else(|| "warn,refgate=info".to_owned());
    let filter = EnvFilter::builder().parse_lossy(wanted);
    // JSON escapes whatever a delivery could put into a line.
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

/// Waits for a signal to stop.
async fn stop_asked() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
