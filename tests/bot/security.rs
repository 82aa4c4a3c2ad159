//! What somebody hostile can send to the server, and what must not come of it.

use std::time::{Duration, Instant};

use refgate::github::api::Secret;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::files;
use crate::harness::{Server, config, repo, state};
use crate::hub::State::Approved;
use crate::hub::{Hub, http, signature};

const ONE: &str = "[[protect]]\nrefs = [\"main\"]\napprovals = { count = 1 }\n";

fn hook(hub: &Hub) -> String {
    hub.world().apps[&hub.app().id()].hook.clone().unwrap()
}

fn host(hub: &Hub) -> String {
    let hook = hook(hub);
    hook.strip_prefix("http://").unwrap().strip_suffix("/webhook").unwrap().to_owned()
}

/// Sends a delivery with these headers besides the usual ones; the status.
pub(crate) async fn sent(
    hub: &Hub,
    id: &str,
    event: &str,
    body: &[u8],
    more: &[(&str, &str)],
) -> u16 {
    let mut headers = vec![("X-GitHub-Event", event), ("X-GitHub-Delivery", id)];
    if !more.iter().any(|it| it.0 == "Content-Type") {
        headers.push(("Content-Type", "application/json"));
    }
    headers.extend(more);
    http::call("POST", &hook(hub), &headers, body).await.map_or(0, |it| it.status)
}

/// The same, signed as GitHub signs.
pub(crate) async fn signed(hub: &Hub, id: &str, event: &str, body: &Value) -> u16 {
    let body = body.to_string();
    let by = signature(&hub.app().secret(), body.as_bytes());
    sent(hub, id, event, body.as_bytes(), &[("X-Hub-Signature-256", &by)]).await
}

async fn kept(bot: &Server, id: &str, event: &str) -> bool {
    bot.bot.store.is_kept(&format!("{id}:{event}"), event).await.unwrap()
}

/// A payload that GitHub sent for this event.
pub(crate) fn payload(hub: &Hub, event: &str) -> Value {
    let all = hub.deliveries();
    let it = all.iter().rev().find(|it| it.event == event).unwrap_or_else(|| panic!("no {event}"));
    serde_json::from_str(&it.payload).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn security_a_delivery_without_a_right_signature_is_refused_and_not_kept() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    pr.review("bo", Approved);
    bot.quiet(&hub).await;
    let body = payload(&hub, "pull_request_review").to_string();
    let (secret, body) = (hub.app().secret(), body.as_bytes());
    let right = signature(&secret, body);
    let wrong = signature("guessed", body);
    let none = signature("", body);
    let other = signature(&secret, b"{}");
    let sha1 = format!("sha1={}", "0".repeat(40));
    let (short, long) = (&right[..right.len() - 2], format!("{right}00"));
    let bare = right.strip_prefix("sha256=").unwrap();
    let odd = format!("sha256={}", "é".repeat(32));
    let name = "X-Hub-Signature-256";
    let all: [&[(&str, &str)]; 11] = [
        &[],
        &[(name, "")],
        &[(name, &wrong)],
        &[(name, &none)],
        &[(name, &other)],
        &[(name, short)],
        &[(name, &long)],
        &[(name, bare)],
        &[(name, &odd)],
        &[(name, "sha256=")],
        &[("X-Hub-Signature", &sha1)],
    ];
    hub.forget_calls();
    for (at, headers) in all.iter().enumerate() {
        let id = format!("forged-{at}");
        let status = sent(&hub, &id, "pull_request_review", body, headers).await;
        assert_eq!(status, 401, "{headers:?}");
        assert!(!kept(&bot, &id, "pull_request_review").await, "{headers:?}");
    }
    bot.quiet(&hub).await;
    assert!(hub.calls("*").is_empty(), "{:?}", hub.calls("*"));
    let status = sent(&hub, "right", "pull_request_review", body, &[(name, &right)]).await;
    assert_eq!(status, 202);
    assert!(kept(&bot, "right", "pull_request_review").await);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn security_the_old_secret_holds_while_it_is_replaced() {
    let hub = Hub::start();
    repo(&hub, ONE);
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(&hub, dir.path(), None, "");
    config.webhook_secrets.push(Secret::new("the one before"));
    let bot = Server::of(&hub, config).await;
    let body = json!({ "zen": "x" }).to_string();
    for (at, (secret, status)) in
        [("the one before", 202), (&*hub.app().secret(), 202), ("the one befor", 401)]
            .iter()
            .enumerate()
    {
        let by = signature(secret, body.as_bytes());
        let headers = [("X-Hub-Signature-256", &*by)];
        let said = sent(&hub, &format!("r{at}"), "ping", body.as_bytes(), &headers).await;
        assert_eq!(said, *status);
    }
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn security_a_delivery_that_is_replayed_has_no_effect() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    let review = pr.review("bo", Approved);
    bot.quiet(&hub).await;
    let recorded: Vec<_> = hub.deliveries();
    pr.dismiss(review, "ana");
    pr.push(files!["c" => "d"]);
    bot.quiet(&hub).await;
    let ledger = bot.bot.store.reviews(shop.id(), 1).await.unwrap();
    hub.forget_calls();
    for it in &recorded {
        assert_eq!(hub.replay(&it.guid).await, 202);
    }
    bot.quiet(&hub).await;
    assert!(hub.calls("*").is_empty());
    assert_ne!(state(&shop, &pr), "success");
    // Under another id it leads to a look, which finds things as they are.
    let old = recorded.iter().find(|it| it.event == "pull_request_review").unwrap();
    let old: Value = serde_json::from_str(&old.payload).unwrap();
    assert_eq!(signed(&hub, "again", "pull_request_review", &old).await, 202);
    bot.quiet(&hub).await;
    assert_ne!(state(&shop, &pr), "success");
    assert_eq!(bot.bot.store.reviews(shop.id(), 1).await.unwrap(), ledger);
    bot.stop().await;
}

/// Sends as much of a body as is taken, up to `most`; what was taken, and the answer.
async fn poured(host: &str, head: &str, chunked: bool, most: usize) -> (usize, String) {
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let piece = vec![b' '; 64 << 10];
    let size = format!("{:x}\r\n", piece.len());
    let (mut reading, mut writing) = stream.split();
    let mut answer = Vec::new();
    let mut poured = 0;
    let pour = async {
        while poured < most {
            let one = async {
                if chunked {
                    writing.write_all(size.as_bytes()).await?;
                }
                writing.write_all(&piece).await?;
                if chunked { writing.write_all(b"\r\n").await } else { Ok(()) }
            };
            if one.await.is_err() {
                break;
            }
            poured += piece.len();
        }
        std::future::pending::<()>().await;
    };
    let limit = Duration::from_secs(20);
    tokio::select! {
        () = pour => {}
        _ = tokio::time::timeout(limit, reading.read_to_end(&mut answer)) => {}
    }
    (poured, String::from_utf8_lossy(&answer).into_owned())
}

fn head(host: &str, length: &str, by: Option<&str>) -> String {
    let by = by.map(|it| format!("X-Hub-Signature-256: {it}\r\n")).unwrap_or_default();
    format!(
        "POST /webhook HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         X-GitHub-Event: push\r\nX-GitHub-Delivery: big\r\n{by}{length}\r\n\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn security_bodies_without_end_are_cut_off() {
    let hub = Hub::start();
    let bot = Server::start(&hub).await;
    let (host, by) = (host(&hub), signature("guessed", b""));
    let most = 256 << 20;
    let room = 40 << 20;
    let declared = head(&host, "Content-Length: 268435456", Some(&by));
    let (taken, said) = poured(&host, &declared, false, most).await;
    assert!(taken < room && said.starts_with("HTTP/1.1 413"), "{taken}: {said}");
    let endless = head(&host, "Transfer-Encoding: chunked", Some(&by));
    let (taken, said) = poured(&host, &endless, true, most).await;
    assert!(taken < room, "{taken}: {said}");
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 413"), "{said}");
    // Who has no signature is not even listened to.
    let unsigned = head(&host, "Transfer-Encoding: chunked", None);
    let (taken, said) = poured(&host, &unsigned, true, most).await;
    assert!(taken < 8 << 20 && said.starts_with("HTTP/1.1 401"), "{taken}: {said}");
    assert!(!kept(&bot, "big", "push").await);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn security_who_sends_slowly_is_cut_off_and_holds_up_nobody() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let (host, by) = (host(&hub), signature("guessed", b""));
    let mut slow = Vec::new();
    for at in 0..200 {
        let mut stream = TcpStream::connect(&host).await.unwrap();
        // Some promise much.
        let length = if at % 2 == 0 { "Content-Length: 1000" } else { "Content-Length: 26000000" };
        stream.write_all(head(&host, length, Some(&by)).as_bytes()).await.unwrap();
        stream.write_all(b"{").await.unwrap();
        slow.push(stream);
    }
    // One that does not even end its headers.
    let mut silent = TcpStream::connect(&host).await.unwrap();
    silent.write_all(b"POST /webhook HTTP/1.1\r\nHost: x\r\nX-A: ").await.unwrap();
    let begun = Instant::now();
    let pr = shop.pull("feature", files!["a" => "b"]);
    hub.settled().await;
    let large = json!({ "zen": "x".repeat(2 << 20) });
    assert_eq!(signed(&hub, "large", "ping", &large).await, 202);
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress");
    for mut stream in slow {
        let mut said = [0; 12];
        let limit = Duration::from_secs(20);
        tokio::time::timeout(limit, stream.read_exact(&mut said)).await.unwrap().unwrap();
        assert_eq!(&said, b"HTTP/1.1 503");
    }
    let mut said = Vec::new();
    let limit = Duration::from_secs(40).saturating_sub(begun.elapsed());
    let ended = async {
        // A byte now and then buys no time.
        while silent.write_all(b"a").await.is_ok() {
            let read = silent.read_to_end(&mut said);
            if tokio::time::timeout(Duration::from_secs(1), read).await.is_ok() {
                break;
            }
        }
    };
    assert!(tokio::time::timeout(limit, ended).await.is_ok(), "it may stay for ever");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn security_whoever_connects_and_says_nothing_gives_way() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let host = host(&hub);
    let mut silent = Vec::new();
    for _ in 0..600 {
        silent.push(TcpStream::connect(&host).await.unwrap());
    }
    let pr = shop.pull("feature", files!["a" => "b"]);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress");
    // The first of them were cut off, long before their time is over.
    let mut said = Vec::new();
    let read = silent[0].read_to_end(&mut said);
    assert!(tokio::time::timeout(Duration::from_secs(5), read).await.is_ok(), "it is held");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn security_headers_too_large_and_odd_requests_are_refused() {
    let hub = Hub::start();
    let bot = Server::start(&hub).await;
    let host = host(&hub);
    let body = b"{}";
    let by = signature(&hub.app().secret(), body);
    let name = "X-Hub-Signature-256";
    for kind in ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"] {
        let headers = [(name, &*by), ("Content-Type", kind)];
        assert_eq!(sent(&hub, "kind", "push", body, &headers).await, 415, "{kind}");
    }
    for (id, event) in
        [("", "push"), ("a b", "push"), ("a", ""), ("a", "push;x"), ("\u{1b}[2J", "push")]
    {
        let status = sent(&hub, id, event, body, &[(name, &by)]).await;
        assert_eq!(status, 400, "{id:?} {event:?}");
    }
    let long = "x".repeat(101);
    assert_eq!(sent(&hub, &long, "push", body, &[(name, &by)]).await, 400);
    assert_eq!(http::call("GET", &hook(&hub), &[], b"").await.unwrap().status, 405);
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let large = "x".repeat(2 << 20);
    let request = format!("POST /webhook HTTP/1.1\r\nHost: x\r\nX-Large: {large}\r\n\r\n");
    let _ = stream.write_all(request.as_bytes()).await;
    let mut said = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut said)).await;
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said}");
    for body in [&b"[]"[..], b"", b"{", b"{\"installation\":{\"id\":-1}}", b"\xff\xfe", b"null"] {
        let by = signature(&hub.app().secret(), body);
        let id = format!("odd-{}", body.len());
        let status = sent(&hub, &id, "pull_request", body, &[(name, &by)]).await;
        assert_eq!(status, 202, "{body:?}");
    }
    let deep = "[".repeat(1 << 20);
    let by = signature(&hub.app().secret(), deep.as_bytes());
    let status = sent(&hub, "deep", "pull_request", deep.as_bytes(), &[(name, &by)]).await;
    assert_eq!(status, 202);
    assert!(bot.bot.store.ready().await.is_ok());
    bot.stop().await;
}
