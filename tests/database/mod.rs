//! Databases for tests: a file, and a real PostgreSQL server where the machine has
//! one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]
#![allow(dead_code, missing_docs, unreachable_pub)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use refgate::github::store::{Options, Store};
use sqlx::{Connection, PgConnection};

/// Serves until its standard input ends, however the test ends, and then takes away
/// all that it has made.
const SERVE: &str = r#"
set -eu
bin=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/refgate-postgres.XXXXXX")
trap 'rm -rf "$dir"' EXIT
"$bin/initdb" -D "$dir/data" -U refgate -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1
start() {
    "$bin/pg_ctl" -D "$dir/data" -w -s -l "$dir/log" \
        -o "-k $dir -c listen_addresses= -c max_connections=200" start </dev/null >/dev/null 2>&1
}
stop() { "$bin/pg_ctl" -D "$dir/data" -m immediate -s stop >/dev/null 2>&1 || true; }
start
echo "$dir"
while read -r order; do
    $order
    echo "$order"
done
stop
"#;

/// A PostgreSQL server of its own.
pub struct Server {
    child: Child,
    talk: Mutex<(ChildStdin, BufReader<std::process::ChildStdout>)>,
    dir: String,
    databases: AtomicU32,
}

impl Server {
    /// Starts one; `None`, and a word about it, where the machine has none.
    pub fn start() -> Option<Self> {
        let Some(bin) = binaries() else {
            eprintln!("skipped: no PostgreSQL on this machine");
            return None;
        };
        let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        let mut command = if root {
            // PostgreSQL refuses to be run by root.
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        command.args(["-c", SERVE, "sh"]).arg(bin).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut stdout = BufReader::new(stdout);
        let mut dir = String::new();
        stdout.read_line(&mut dir).unwrap();
        assert!(!dir.is_empty(), "PostgreSQL does not start");
        let dir = dir.trim().to_owned();
        Some(Self { child, talk: Mutex::new((stdin, stdout)), dir, databases: AtomicU32::new(0) })
    }

    /// Stops it at once, as a crash would, or starts it again.
    pub fn order(&self, order: &str) {
        let mut talk = self.talk.lock().unwrap();
        writeln!(talk.0, "{order}").unwrap();
        let mut said = String::new();
        talk.1.read_line(&mut said).unwrap();
        assert_eq!(said.trim(), order);
    }

    /// The address of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://refgate@localhost/{database}?host={}", self.dir)
    }

    /// A new database.
    pub async fn database(&self) -> String {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut line = PgConnection::connect(&self.url("postgres")).await.unwrap();
        let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(sql).execute(&mut line).await.unwrap();
        self.url(&name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.order("stop");
        self.child.kill().ok();
        self.child.wait().ok();
        fs::remove_dir_all(&self.dir).ok();
    }
}

/// The newest PostgreSQL's programs.
fn binaries() -> Option<PathBuf> {
    let mut found: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|it| it.path().join("bin"))
        .filter(|it| it.join("initdb").exists() && it.join("pg_ctl").exists())
        .collect();
    found.sort();
    found.pop()
}

/// The server that the tests of a program share.
pub fn shared() -> Option<&'static Server> {
    static SHARED: OnceLock<Option<Server>> = OnceLock::new();
    SHARED.get_or_init(Server::start).as_ref()
}

/// A place for a store, and what keeps it there.
pub struct Place {
    pub url: String,
    pub dir: Option<tempfile::TempDir>,
}

impl Place {
    /// A file in a directory of its own.
    pub fn file() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("refgate.db").display());
        Self { url, dir: Some(dir) }
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.url, &Options::default()).await.unwrap()
    }
}

/// Runs a test on every kind of database.
pub fn everywhere(test: impl AsyncFn(Place)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(test(Place::file()));
    if let Some(server) = shared() {
        runtime.block_on(async {
            let url = server.database().await;
            test(Place { url, dir: None }).await;
        });
    }
}
