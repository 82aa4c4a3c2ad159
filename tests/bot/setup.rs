//! How the bot is set up, and what is wrong with a setup.

use std::path::Path;

use refgate::github::config::{Config, World};

use crate::harness;
use crate::hub::Hub;

fn read(text: &str, variables: &[(&str, &str)], files: &[(&str, &str)]) -> Result<Config, String> {
    let find = |all: &[(&str, &str)], name: &str| {
        all.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned())
    };
    let variable = |name: &str| find(variables, name);
    let file = |path: &Path| find(files, path.to_str().unwrap()).ok_or("not there".to_owned());
    Config::read("server.toml", Some(text), &World { variable: &variable, file: &file })
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    let error = read("", &[], &[]).unwrap_err();
    for part in ["app-id", "private-key-file", "webhook-secret-file", "server.data"] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let error = read("[server]\nlisten = \"a\"\nlissten = \"b\"\n", &[], &[]).unwrap_err();
    assert!(error.starts_with("server.toml:3:1: "), "{error}");
    let error = read("[github]\nurl = \"ftp://x\"\n", &[], &[]).unwrap_err();
    assert!(error.contains("ftp"), "{error}");
    let missing = [("REFGATE_APP_ID", "1"), ("REFGATE_PRIVATE_KEY_FILE", "/k")];
    let error = read("[server]\ndata = \"/d\"\n", &missing, &[]).unwrap_err();
    assert_eq!(error, "/k: not there");
}

#[tokio::test]
async fn variables_go_before_the_file_and_secrets_are_not_shown() {
    let hub = Hub::start();
    let (key, id) = (hub.app().key(), hub.app().id().to_string());
    let text = "[github]\napp-id = 7\nwebhook-secret-file = \"/s\"\n[server]\ndata = \"/d\"\n";
    let variables = [
        ("REFGATE_APP_ID", id.as_str()),
        ("REFGATE_PRIVATE_KEY_FILE", "/k"),
        ("REFGATE_DATABASE", "postgres://refgate:hush@db/refgate"),
        ("REFGATE_PUBLIC_URL", "https://refgate.example/"),
    ];
    let config = read(text, &variables, &[("/k", &key), ("/s", "hush\n")]).unwrap();
    assert_eq!(config.app_id, hub.app().id());
    assert_eq!(config.public_url.as_deref(), Some("https://refgate.example"));
    assert_eq!(config.webhook_secrets[0].expose(), "hush");
    assert!(!format!("{config:?}").contains("hush"), "{config:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_tells_how_it_is_and_takes_only_what_is_signed() {
    let hub = Hub::start();
    let bot = harness::Server::start(&hub).await;
    let get = async |path: &str| {
        let url = format!("http://{}{path}", bot.address());
        crate::hub::http::call("GET", &url, &[], b"").await.unwrap()
    };
    assert_eq!(get("/healthz").await.status, 200);
    assert_eq!(get("/readyz").await.status, 200);
    let url = format!("http://{}/webhook", bot.address());
    let headers = [("X-GitHub-Event", "ping"), ("X-GitHub-Delivery", "1")];
    let unsigned = crate::hub::http::call("POST", &url, &headers, b"{}").await.unwrap();
    assert_eq!(unsigned.status, 401);
    let metrics = get("/metrics").await;
    let text = String::from_utf8(metrics.body).unwrap();
    assert!(text.contains("refgate_deliveries_total{outcome=\"forged\"} 1"), "{text}");
    assert!(text.ends_with("# EOF\n"));
    bot.stop().await;
}
