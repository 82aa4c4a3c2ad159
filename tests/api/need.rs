//! A GitHub in need: servers that fail, cut off, take long, or say nothing useful.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use refgate::github::api::{ApiError, Client, Endpoint, Patience, Setup};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::fake::{Fake, say};

/// A server that takes what it is sent, answers `answer`, and hangs up. Counts.
async fn raw(answer: &'static [u8]) -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            if stream.read(&mut head).await.unwrap_or(0) > 0 {
                seen.fetch_add(1, Ordering::SeqCst);
            }
            stream.write_all(answer).await.ok();
        }
    });
    (url, count)
}

#[derive(Debug, serde::Deserialize)]
struct Row {
    #[allow(dead_code)]
    id: u64,
}

fn client(url: &str) -> Client {
    Client::new(Setup::new(Endpoint::of(url).unwrap())).unwrap()
}

fn unavailable(result: Result<Value, ApiError>) -> String {
    match result {
        Err(ApiError::Unavailable(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_write_that_fails_was_sent_once() {
    for status in [500, 502, 503, 504] {
        let fake = Fake::new(move |_| say(status, json!({"message": "Server Error"}))).await;
        let (client, _) = fake.client();
        let why = unavailable(client.nobody().post("/x", &json!({})).await);
        assert_eq!(why, format!("answered {status}: Server Error"));
        assert_eq!(fake.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_write_that_is_cut_off_was_sent_once() {
    let (url, count) = raw(b"").await;
    let client = client(&url);
    let why = unavailable(client.nobody().post("/x", &json!({"a": 1})).await);
    assert!(why.contains("connection closed"), "{why}");
    assert_eq!(count.load(Ordering::SeqCst), 1);
    unavailable(client.nobody().patch("/x", &json!({"a": 1})).await);
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_write_on_a_connection_that_was_kept_is_sent_once() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    // Each connection answers a read, takes a write, and is cut off.
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            let length = stream.read(&mut head).await.unwrap_or(0);
            assert!(head[..length].starts_with(b"GET"));
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1").await.ok();
            let length = stream.read(&mut head).await.unwrap_or(0);
            seen.fetch_add(usize::from(head[..length].starts_with(b"POST")), Ordering::SeqCst);
        }
    });
    let client = client(&url);
    for sent in 1..4 {
        client.nobody().get::<Value>("/x").await.unwrap();
        unavailable(client.nobody().post("/x", &json!({"a": 1})).await);
        assert_eq!(count.load(Ordering::SeqCst), sent);
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_none() {
    let (url, _) = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[1, 2]").await;
    unavailable(client(&url).nobody().get("/x").await);
    let (url, _) =
        raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\n[1, 2]\r\n").await;
    unavailable(client(&url).nobody().get("/x").await);
    let (url, _) = raw(b"SSH-2.0-OpenSSH_9.9\r\n").await;
    unavailable(client(&url).nobody().get("/x").await);
}

#[tokio::test]
async fn nobody_at_home_is_told() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let why = unavailable(client(&url).nobody().get("/x").await);
    assert!(why.contains("refused") && !why.contains('\n'), "{why}");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_not_waited_for() {
    let fake = Fake::slow(|_| std::future::pending()).await;
    let (mut setup, _) = fake.setup();
    setup.patience.whole = Duration::from_millis(50);
    let client = Client::new(setup).unwrap();
    assert_eq!(unavailable(client.nobody().get("/x").await), "no answer within 50ms");
    // Nor one that has begun.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[").await.unwrap();
        std::future::pending::<()>().await;
    });
    let mut setup = Setup::new(Endpoint::of(&url).unwrap());
    setup.patience.whole = Duration::from_millis(50);
    let client = Client::new(setup).unwrap();
    assert_eq!(unavailable(client.nobody().get("/x").await), "no answer within 50ms");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read() {
    let fake = Fake::new(|it| match it.path.as_str() {
        "/fits" => say(200, json!("x".repeat(98))),
        _ => say(200, json!("x".repeat(99))),
    })
    .await;
    let (mut setup, _) = fake.setup();
    setup.patience = Patience { most: 100, ..setup.patience };
    let client = Client::new(setup).unwrap();
    client.nobody().get::<Value>("/fits").await.unwrap();
    let error = client.nobody().get::<Value>("/large").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answer of GitHub cannot be read: it has more than 100 bytes"
    );
    assert!(error.is_temporary());
    // Nor one that does not say how large it is.
    let (url, _) = raw(b"HTTP/1.1 200 OK\r\n\r\nmore than five bytes").await;
    let mut setup = Setup::new(Endpoint::of(&url).unwrap());
    setup.patience.most = 5;
    let error = Client::new(setup).unwrap().nobody().raw("/x").await.unwrap_err();
    assert!(matches!(error, ApiError::Malformed(_)), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_is_no_json_cannot_be_read() {
    let fake = Fake::new(|it| {
        let body = match it.path.as_str() {
            "/html" => "<html>Unicorn!</html>",
            "/cut" => r#"{"id": 1, "na"#,
            "/empty" => "",
            _ => r#"{"id": "what stands there is nobody's business"}"#,
        };
        let status = if it.path == "/busy" { 503 } else { 200 };
        Response::builder().status(status).body(Body::from(body)).unwrap()
    })
    .await;
    let (client, _) = fake.client();
    let ask = async |path| client.nobody().get::<Row>(path).await.unwrap_err().to_string();
    let told = "the answer of GitHub cannot be read";
    assert_eq!(ask("/html").await, format!("{told}: expected value at line 1 column 1"));
    assert_eq!(
        ask("/cut").await,
        format!("{told}: EOF while parsing a string at line 1 column 13")
    );
    assert_eq!(ask("/empty").await, format!("{told}: expected struct Row at line 1 column 4"));
    assert_eq!(ask("/other").await, format!("{told}: expected u64 at line 1 column 47"));
    let busy = "GitHub is not available: answered 503: status 503 with 48 bytes that are no JSON";
    let fake = Fake::new(|_| {
        let page = "<html>We're having a really bad day</html>\n12345";
        Response::builder().status(503).body(Body::from(page)).unwrap()
    })
    .await;
    let error = fake.client().0.nobody().get::<Row>("/busy").await.unwrap_err();
    assert_eq!(error.to_string(), busy);
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_left_alone_and_tried_again() {
    let is_down = Arc::new(AtomicBool::new(true));
    let down = Arc::clone(&is_down);
    let fake = Fake::new(move |_| match down.load(Ordering::SeqCst) {
        true => say(500, json!({})),
        false => say(200, json!(1)),
    })
    .await;
    let (client, clock) = fake.client();
    let caller = client.nobody();
    for _ in 0..5 {
        assert_eq!(client.down_until(), None);
        unavailable(caller.get("/x").await);
    }
    let open = |client: &Client| client.down_until().unwrap() - clock.now();
    assert!((5..=6).contains(&open(&client)), "{}", open(&client));
    let why = unavailable(client.app().get("/app").await);
    assert_eq!(why, "it did not answer lately, and is not asked now");
    assert_eq!(fake.seen().len(), 5);

    // One may try; as it fails, the pause is longer.
    for (asked, least, most) in [(6, 10, 12), (7, 20, 25), (8, 40, 50)] {
        clock.advance(open(&client));
        let calls = (0..4).map(|_| caller.get::<Value>("/x"));
        for call in calls {
            unavailable(call.await);
        }
        assert_eq!(fake.seen().len(), asked);
        assert!((least..=most).contains(&open(&client)), "{}", open(&client));
    }
    is_down.store(false, Ordering::SeqCst);
    unavailable(caller.get("/x").await);
    clock.advance(open(&client));
    caller.get::<Value>("/x").await.unwrap();
    assert_eq!(client.down_until(), None);
    // And what comes then begins anew.
    is_down.store(true, Ordering::SeqCst);
    for _ in 0..4 {
        unavailable(caller.get("/x").await);
    }
    assert_eq!(client.down_until(), None);
    unavailable(caller.get("/x").await);
    assert!((5..=6).contains(&open(&client)));
}

#[tokio::test]
async fn a_query_that_is_too_much_for_github_stops_no_other() {
    let is_down = Arc::new(AtomicBool::new(false));
    let down = Arc::clone(&is_down);
    let fake = Fake::new(move |it| match it.path.as_str() {
        "/graphql" => say(502, json!({"message": "We couldn't respond to your request in time"})),
        _ if down.load(Ordering::SeqCst) => say(500, json!({})),
        _ => say(200, json!(1)),
    })
    .await;
    let (client, clock) = fake.client();
    let caller = client.nobody();
    let query = async || caller.graphql::<Value>("{ much }", ()).await.map(|_| json!(1));
    for _ in 0..9 {
        unavailable(query().await);
    }
    assert_eq!((client.down_until(), fake.seen().len()), (None, 9));
    is_down.store(true, Ordering::SeqCst);
    for _ in 0..5 {
        unavailable(caller.get("/x").await);
    }
    // Nor does it take the one try from another.
    is_down.store(false, Ordering::SeqCst);
    clock.advance(client.down_until().unwrap() - clock.now());
    unavailable(query().await);
    caller.get::<Value>("/x").await.unwrap();
    assert_eq!(client.down_until(), None);
}

#[tokio::test]
async fn whoever_gives_up_trying_leaves_the_try_to_another() {
    let fake = Fake::slow(|it| async move {
        match it.path.as_str() {
            "/never" => std::future::pending().await,
            "/bad" => say(500, json!({})),
            _ => say(200, json!(1)),
        }
    })
    .await;
    let (client, clock) = fake.client();
    let caller = client.nobody();
    for _ in 0..5 {
        unavailable(caller.get("/bad").await);
    }
    clock.advance(10);
    let other = caller.clone();
    let task = tokio::spawn(async move { other.get::<Value>("/never").await });
    while fake.seen().len() < 6 {
        tokio::task::yield_now().await;
    }
    unavailable(caller.get("/x").await);
    task.abort();
    task.await.unwrap_err();
    caller.get::<Value>("/x").await.unwrap();
}
