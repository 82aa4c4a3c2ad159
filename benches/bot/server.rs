//! `refgate serve` as a process of its own.

use std::fs::{self, File, OpenOptions};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::hub::{Hub, http};

/// A server that runs.
pub(crate) struct Server {
    child: Child,
    dir: TempDir,
    pub(crate) address: String,
}

/// What a server takes, in MiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    pub(crate) now: f64,
    pub(crate) peak: f64,
}

impl Server {
    /// Starts one for `hub`, with a store of its own if `database` names none. It sweeps
    /// when it starts, and then not again.
    pub(crate) async fn start(hub: &Hub, database: Option<&str>) -> Self {
        let dir = TempDir::new().unwrap();
        let database = database.map(|it| format!("database = \"{it}\"\n")).unwrap_or_default();
        let text = format!(
            "[github]\nurl = \"{}\"\napi-url = \"{}\"\napp-id = {}\n\
             [server]\nsweep-minutes = 1440\ndata = \"{}\"\n{database}",
            hub.web(),
            hub.api(),
            hub.app().id(),
            dir.path().join("data").display()
        );
        fs::write(dir.path().join("server.toml"), text).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let child = spawn(hub, &dir, &address);
        let mut server = Self { child, dir, address };
        server.ready().await;
        server
    }

    /// Ends it, and starts it anew with what it has kept.
    pub(crate) async fn again(&mut self, hub: &Hub) {
        self.end();
        self.child = spawn(hub, &self.dir, &self.address);
        self.ready().await;
    }

    async fn ready(&mut self) {
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(&self.address).await.is_ok() {
                return;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", self.said());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the server does not listen: {}", self.said());
    }

    pub(crate) fn hook(&self) -> String {
        format!("http://{}/webhook", self.address)
    }

    /// The end of its log.
    fn said(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap();
        let last: Vec<_> = log.lines().rev().take(25).collect();
        last.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("log")
    }

    /// What a number of `/metrics` comes to, over all lines that begin so.
    pub(crate) async fn count(&self, begins: &[&str]) -> u64 {
        let url = format!("http://{}/metrics", self.address);
        let text = String::from_utf8(http::call("GET", &url, &[], b"").await.unwrap().body);
        let text = text.unwrap();
        let fits = |line: &&str| begins.iter().any(|it| line.starts_with(it));
        let number = |line: &str| line.rsplit(' ').next()?.parse::<u64>().ok();
        text.lines().filter(fits).filter_map(number).sum()
    }

    /// Looks at pull requests and merge groups that have ended.
    pub(crate) async fn looks(&self) -> u64 {
        let all = ["pull", "group"].map(|it| format!("refgate_looks_total{{subject=\"{it}\""));
        self.count(&all.each_ref().map(String::as_str)).await
    }

    /// Waits until every delivery is answered and nothing is due any more.
    pub(crate) async fn quiet(&self, hub: &Hub) {
        let begun = Instant::now();
        let mut calm = 0;
        while calm < 3 {
            hub.settled().await;
            let states = ["due", "held"].map(|it| format!("refgate_slots{{state=\"{it}\"}}"));
            let busy = self.count(&states.each_ref().map(String::as_str)).await;
            calm = if busy == 0 { calm + 1 } else { 0 };
            assert!(begun.elapsed() < Duration::from_hours(1), "{}", self.said());
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// What it takes, as Linux counts it.
    pub(crate) fn memory(&self) -> Memory {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = |name: &str| {
            let line = text.lines().find_map(|it| it.strip_prefix(name)).unwrap();
            line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
        };
        Memory { now: line("VmRSS:"), peak: line("VmHWM:") }
    }

    fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn spawn(hub: &Hub, dir: &TempDir, address: &str) -> Child {
    let log = OpenOptions::new().create(true).append(true).open(dir.path().join("log")).unwrap();
    let named = std::env::var_os("REFGATE_BENCH_BINARY");
    Command::new(named.unwrap_or_else(|| env!("CARGO_BIN_EXE_refgate").into()))
        .args(["serve", "--config"])
        .arg(dir.path().join("server.toml"))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("REFGATE_PRIVATE_KEY", hub.app().key())
        .env("REFGATE_WEBHOOK_SECRET", hub.app().secret())
        .env("REFGATE_LISTEN", address)
        .stdin(Stdio::null())
        .stdout(File::create("/dev/null").unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}
