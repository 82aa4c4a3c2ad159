//! How many deliveries a whole server takes, while it looks at what they tell of.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::hub::State::Approved;
use crate::hub::{Hub, RepoHandle, signature};
use crate::server::Server;
use crate::table::{Table, at};
use crate::{Size, database, files, shop};

/// As many connections are kept open.
const CONNECTIONS: usize = 64;

/// A delivery as GitHub would send it.
struct Model {
    event: String,
    body: Value,
}

/// Deliveries into a server with a new store of each kind.
pub(crate) async fn run(size: &Size, table: &mut Table) {
    kind(size, table, "SQLite", None).await;
    // Starting it may block.
    let postgres = tokio::task::block_in_place(database::shared);
    if let Some(postgres) = postgres {
        let url = postgres.database().await;
        kind(size, table, "PostgreSQL", Some(&url)).await;
    }
}

async fn kind(size: &Size, table: &mut Table, name: &str, database: Option<&str>) {
    let (hub, shop) = shop::open("");
    let (wanted, unwanted) = models(&hub, &shop, size.pulls);
    let server = Server::start(&hub, database).await;
    server.quiet(&hub).await;
    let half: Vec<_> = wanted.iter().zip(&unwanted).flat_map(|(one, other)| [one, other]).collect();
    let all: Vec<_> = wanted.iter().collect();
    for (what, models) in [("all matter", all), ("half do not matter", half)] {
        let before = server.count(&["refgate_deliveries_total{outcome=\"new\""]).await;
        let (times, took) = flood(&hub, &server, &models, size.deliveries).await;
        let after = server.count(&["refgate_deliveries_total{outcome=\"new\""]).await;
        assert_eq!(after - before, size.deliveries as u64, "some were lost");
        let begun = Instant::now();
        server.quiet(&hub).await;
        eprintln!("everything was looked at {:.1} s later", begun.elapsed().as_secs_f64());
        let rate = size.deliveries as f64 / took;
        table.row(
            format!("deliveries kept per second, {name}, {what}"),
            format!("{rate:.0} (p50 {:.0} ms, p99 {:.0} ms)", at(&times, 50), at(&times, 99)),
        );
    }
}

/// What happens at pull requests: what the fifty rules care for, and what they do not.
fn models(hub: &Hub, shop: &RepoHandle, pulls: usize) -> (Vec<Model>, Vec<Model>) {
    let pulls: Vec<_> = (0..pulls)
        .map(|it| shop.pull(&format!("topic-{it}"), files![format!("core/{it}.rs") => "// 1\n"]))
        .collect();
    hub.hold();
    hub.app().hook_at("http://127.0.0.1:1/");
    for (at, pull) in pulls.iter().enumerate() {
        match at % 3 {
            0 => {
                pull.push(files!["core/more.rs" => format!("// {at}\n")]);
            }
            1 => {
                pull.review("bo", Approved);
            }
            _ => {
                shop.check(&pull.head(), "github-actions", "build", Some("success"));
            }
        }
    }
    let mut wanted = taken(hub);
    // What comes along with them, and would do nothing.
    wanted.retain(|it| !matches!(it.event.as_str(), "check_suite" | "push"));
    for (at, pull) in pulls.iter().enumerate() {
        match at % 3 {
            0 => pull.label("later", "bo"),
            1 => {
                pull.comment("bo", "looks fine to me");
            }
            _ => pull.retitle("a better title", "ana"),
        }
    }
    let unwanted = taken(hub);
    // Nothing comes back of what is written from now on.
    hub.world().apps.values_mut().for_each(|it| it.hook = None);
    hub.release();
    (wanted, unwanted)
}

fn taken(hub: &Hub) -> Vec<Model> {
    let all = std::mem::take(&mut hub.world().outbox);
    let read = |it: &crate::hub::Delivery| serde_json::from_str(&it.payload).unwrap();
    all.iter().map(|it| Model { event: it.event.clone(), body: read(it) }).collect()
}

/// Sends so many, no two the same. Answers how long each took, in milliseconds and sorted,
/// and how long all, in seconds.
async fn flood(hub: &Hub, server: &Server, models: &[&Model], many: usize) -> (Vec<f64>, f64) {
    static SEEN: AtomicUsize = AtomicUsize::new(0);
    let (secret, address) = (hub.app().secret(), &server.address);
    let request = |model: &&Model| {
        let number = SEEN.fetch_add(1, Ordering::Relaxed);
        let mut body = model.body.clone();
        body["bench"] = json!(number);
        let (body, event) = (body.to_string(), &model.event);
        let (length, signature) = (body.len(), signature(&secret, body.as_bytes()));
        format!(
            "POST /webhook HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             X-GitHub-Event: {event}\r\nX-GitHub-Delivery: {number:08x}-0000-11f0\r\n\
             X-Hub-Signature-256: {signature}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    };
    let requests: Vec<String> = models.iter().cycle().take(many).map(request).collect();
    let bytes: usize = requests.iter().map(String::len).sum();
    eprintln!("{many} deliveries of {} KiB on average", bytes / many / 1024);
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let begun = Instant::now();
    let senders: Vec<_> = (0..CONNECTIONS)
        .map(|_| tokio::spawn(sender(address.clone(), Arc::clone(&requests), Arc::clone(&next))))
        .collect();
    let mut times = Vec::new();
    for sender in senders {
        times.extend(sender.await.unwrap());
    }
    let took = begun.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    (times, took)
}

/// One connection: the next delivery follows when one is acknowledged.
async fn sender(address: String, requests: Arc<Vec<String>>, next: Arc<AtomicUsize>) -> Vec<f64> {
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut times = Vec::new();
    let mut answer = Vec::new();
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        let begun = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        answer.clear();
        while !answer.ends_with(b"kept\n") {
            let more = stream.read_buf(&mut answer).await.unwrap();
            assert!(more > 0, "{}", String::from_utf8_lossy(&answer));
        }
        assert!(answer.starts_with(b"HTTP/1.1 202"), "{}", String::from_utf8_lossy(&answer));
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times
}
