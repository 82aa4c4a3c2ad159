//! `refgate app create`, with a plain client in the place of a browser.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Stdio};

use refgate::github::config::{Config, World};
use refgate::github::event::EVENTS;
use serde_json::Value;

use crate::hub::Hub;
use crate::run::{Ran, command, run};

/// What a server answered.
struct Page {
    status: u16,
    location: String,
    head: String,
    body: String,
}

fn http(method: &str, url: &str, host: Option<&str>, body: &str) -> Page {
    let rest = url.strip_prefix("http://").unwrap();
    let (address, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let host = host.unwrap_or(address);
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut raw = Vec::new();
    stream.read_to_end(&mut raw).unwrap();
    let text = String::from_utf8(raw).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let find = |name: &str| {
        let mut lines = head.lines().filter_map(|it| it.split_once(": "));
        lines.find(|it| it.0.eq_ignore_ascii_case(name)).map_or("", |it| it.1).to_owned()
    };
    Page {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        location: find("location"),
        head: head.to_lowercase(),
        body: body.to_owned(),
    }
}

/// The program, waiting for a browser at this address.
fn begun(
    hub: &Hub,
    place: &Path,
    more: &[&str],
) -> (Child, BufReader<std::process::ChildStdout>, String) {
    let web = hub.web();
    let arguments = [&["app", "create", "--org", "acme", "--github", &web], more].concat();
    let mut child = command(hub, place, &arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let url = line.split(' ').nth(1).unwrap().to_owned();
    assert!(url.starts_with("http://127.0.0.1:"), "{line}");
    (child, out, url)
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    text.split(start).nth(1).unwrap().split(end).next().unwrap()
}

/// Presses the button: where GitHub sends the browser.
fn pressed(page: &str) -> (String, Value) {
    let plain = |it: &str| it.replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&");
    let action = plain(between(page, "action=\"", "\""));
    let manifest = plain(between(page, "name=\"manifest\" value=\"", "\""));
    let body: String = manifest.bytes().map(|it| format!("%{it:02X}")).collect();
    let answer = http("POST", &action, None, &format!("manifest={body}"));
    assert_eq!(answer.status, 302);
    (answer.location, serde_json::from_str(&manifest).unwrap())
}

#[test]
fn the_app_is_made_and_its_secrets_are_its_owners_alone() {
    let hub = Hub::start();
    let place = tempfile::tempdir().unwrap();
    let more = ["--url", "https://refgate.acme.example/", "--output", "out", "--name", "gate & co"];
    let (mut child, mut out, url) = begun(&hub, place.path(), &more);
    let page = http("GET", &url, None, "");
    assert!(page.head.contains("content-security-policy: default-src 'none'; form-action http://"));
    assert!(page.head.contains("cache-control: no-store"));
    assert!(!page.body.contains("gate & co"), "{}", page.body);
    // Whoever else is on this machine, or in this browser, learns and ends nothing.
    assert_eq!(http("GET", &url, Some("evil.example"), "").status, 421);
    assert_eq!(http("GET", &format!("{url}done?code=stolen&state=guess"), None, "").status, 400);
    assert_eq!(http("GET", &format!("{url}done?code=stolen"), None, "").status, 400);
    let (back, manifest) = pressed(&page.body);
    assert_eq!(manifest["name"], "gate & co");
    assert_eq!(manifest["hook_attributes"]["url"], "https://refgate.acme.example/webhook");
    assert_eq!(manifest["callback_urls"][0], "https://refgate.acme.example/login/callback");
    assert_eq!(manifest["default_permissions"]["contents"], "read");
    assert_eq!(manifest["default_permissions"]["administration"], "read");
    assert_eq!(manifest["default_events"].as_array().unwrap().len(), EVENTS.len());
    let done = http("GET", &back, None, "");
    assert_eq!(done.status, 200);
    assert!(done.body.contains("GitHub has made the App"));
    let mut said = String::new();
    out.read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success(), "{said}");
    assert!(said.contains("/installations/new") && said.contains("refgate serve --config"));

    let dir = place.path().join("out");
    let read = |name: &str| {
        let path = dir.join(name);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        std::fs::read_to_string(path).unwrap()
    };
    for name in ["private-key.pem", "webhook-secret", "client-secret"] {
        let secret = read(name);
        assert!(!secret.trim().is_empty() && !said.contains(secret.trim()), "{name}");
    }
    let text = read("server.toml");
    let world = World {
        variable: &|_| None,
        file: &|path| std::fs::read_to_string(path).map_err(|it| it.to_string()),
    };
    let config = Config::read("server.toml", Some(&text), &world).unwrap();
    assert_eq!(config.public_url.as_deref(), Some("https://refgate.acme.example"));
    assert_eq!(config.endpoint.api.as_str().trim_end_matches('/'), hub.api());
    assert!(hub.world().apps.contains_key(&config.app_id));
    assert!(config.login.is_some());
}

#[test]
fn what_is_there_is_not_written_over_and_nothing_is_asked() {
    let hub = Hub::start();
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("webhook-secret"), "old").unwrap();
    let ran = run(command(&hub, place.path(), &["app", "create", "--github", &hub.web()]));
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("webhook-secret is there already"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(place.path().join("webhook-secret")).unwrap(), "old");
}

#[test]
fn a_code_that_github_does_not_know_makes_nothing() {
    let hub = Hub::start();
    let place = tempfile::tempdir().unwrap();
    let (mut child, _out, url) = begun(&hub, place.path(), &["--output", "out"]);
    let page = http("GET", &url, None, "");
    let state = between(&page.body, "?state=", "\"");
    let odd = "..%2F..%2Fuser";
    assert_eq!(http("GET", &format!("{url}done?code={odd}&state={state}"), None, "").status, 200);
    assert_eq!(child.wait().unwrap().code(), Some(2));
    assert_eq!(std::fs::read_dir(place.path().join("out")).unwrap().count(), 0);
    hub.violations();
}

#[test]
fn print_asks_nobody_and_writes_nothing() {
    let hub = Hub::start();
    let place = tempfile::tempdir().unwrap();
    let printed = |more: &[&str]| -> Ran {
        run(command(&hub, place.path(), &[&["app", "create", "--print"], more].concat()))
    };
    let ran = printed(&["--org", "acme"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let (json, step) = ran.out.split_once("\n}\n").unwrap();
    let manifest: Value = serde_json::from_str(&format!("{json}\n}}")).unwrap();
    assert_eq!(manifest["name"], "refgate-acme");
    assert_eq!(manifest["hook_attributes"]["active"], false);
    assert!(step.contains("https://github.com/organizations/acme/settings/apps/new"), "{step}");
    assert!(hub.calls("*").is_empty() && std::fs::read_dir(place.path()).unwrap().next().is_none());
    for odd in [
        &["--org", "../x"][..],
        &["--url", "javascript:alert(1)"],
        &["--url", "https://u:p@x.example"],
        &["--github", "nowhere"],
        &["--name", "a name that is much too long for GitHub to take"],
    ] {
        assert_eq!(printed(odd).code, 2, "{odd:?}");
    }
}

#[test]
fn the_page_tells_every_permission_as_it_is_asked_for() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/github.md");
    let page = std::fs::read_to_string(path).unwrap();
    let rows: Vec<_> = page.lines().filter(|it| it.starts_with("| `")).collect();
    let all = refgate::github::permissions::PERMISSIONS.iter();
    let wanted: Vec<_> =
        all.map(|it| format!("| `{}`: {} | {} |", it.name, it.level(), it.what)).collect();
    assert!(wanted.iter().all(|it| rows.contains(&it.as_str())), "{wanted:#?}");
}
