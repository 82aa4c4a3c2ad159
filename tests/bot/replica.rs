//! The server as a process of its own.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::hub::Hub;

/// A server that is a process of its own, and can be killed.
pub(crate) struct Replica {
    child: Child,
    dir: PathBuf,
    pub(crate) address: String,
    more: Vec<(String, String)>,
}

impl Replica {
    /// Starts one that keeps what it has in `dir`, with more variables.
    pub(crate) fn new(
        hub: &Hub,
        dir: &Path,
        database: Option<&str>,
        more: &[(&str, &str)],
    ) -> Self {
        std::fs::create_dir_all(dir).unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        let database = database.map(|it| format!("database = \"{it}\"\n")).unwrap_or_default();
        let text = format!(
            "[github]\nurl = \"{}\"\napi-url = \"{}\"\napp-id = {}\n\
             [server]\ndata = \"{}\"\n{database}",
            hub.web(),
            hub.api(),
            hub.app().id(),
            dir.join("data").display()
        );
        std::fs::write(dir.join("server.toml"), text).unwrap();
        drop(free);
        let more: Vec<_> = more.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
        let child = Self::spawn(hub, dir, &address, &more);
        Self { child, dir: dir.to_owned(), address, more }
    }

    fn spawn(hub: &Hub, dir: &Path, address: &str, more: &[(String, String)]) -> Child {
        let log = OpenOptions::new().create(true).append(true).open(dir.join("log")).unwrap();
        Command::new(env!("CARGO_BIN_EXE_refgate"))
            .args(["serve", "--config"])
            .arg(dir.join("server.toml"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("REFGATE_PRIVATE_KEY", hub.app().key())
            .env("REFGATE_WEBHOOK_SECRET", hub.app().secret())
            .env("REFGATE_LISTEN", address)
            .envs(more.iter().map(|it| (&it.0, &it.1)))
            .stdin(Stdio::null())
            .stdout(File::create("/dev/null").unwrap())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    /// `kill -9`, and a new start.
    pub(crate) fn again(&mut self, hub: &Hub) {
        self.kill();
        self.child = Self::spawn(hub, &self.dir, &self.address, &self.more);
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn hook(&self) -> String {
        format!("http://{}/webhook", self.address)
    }

    pub(crate) async fn ready(&mut self) {
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(&self.address).await.is_ok() {
                return;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", self.said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not listen: {}", self.said());
    }

    /// The end of its log.
    pub(crate) fn said(&self) -> String {
        let log = std::fs::read_to_string(self.dir.join("log")).unwrap();
        let last: Vec<_> = log.lines().rev().take(25).collect();
        last.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.kill();
    }
}
