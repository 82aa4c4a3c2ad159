//! What somebody hostile can write into what we read, and what must not come of it.

use std::time::{Duration, Instant};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::files;
use crate::harness::{Server, config, repo, run, state};
use crate::hub::State::Approved;
use crate::hub::{Content, Hub, PullHandle, RepoHandle, http, signature};
use crate::replica::Replica;
use crate::security::{payload, sent, signed};

const ONE: &str = "[[protect]]\nrefs = [\"main\"]\napprovals = { count = 1 }\n";

/// Replaces each address in a payload.
fn led_elsewhere(it: &mut Value, to: &str) {
    match it {
        Value::String(text) if text.starts_with("http") => {
            let path = text.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
            *text = format!("{to}/{path}");
        }
        Value::Array(all) => all.iter_mut().for_each(|it| led_elsewhere(it, to)),
        Value::Object(all) => all.values_mut().for_each(|it| led_elsewhere(it, to)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_addresses_in_payloads_are_never_followed() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let trap = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = format!("http://{}", trap.local_addr().unwrap());
    let caught = tokio::spawn(async move { trap.accept().await });
    let pr = shop.pull("feature", files!["a" => "b"]);
    pr.review("bo", Approved);
    pr.push(files!["c" => "d"]);
    shop.check(&pr.head(), "github-actions", "ci", Some("success"));
    shop.deploy("production", &shop.tip("main"));
    bot.quiet(&hub).await;
    let mut at = 0;
    for it in hub.deliveries() {
        let mut body: Value = serde_json::from_str(&it.payload).unwrap();
        led_elsewhere(&mut body, &to);
        at += 1;
        assert_eq!(signed(&hub, &format!("elsewhere-{at}"), &it.event, &body).await, 202);
    }
    assert!(at > 8);
    bot.quiet(&hub).await;
    refgate::github::sweep::once(&bot.bot).await.unwrap();
    bot.quiet(&hub).await;
    assert!(!caught.is_finished(), "an address of a payload was asked");
    let said: Vec<_> = shop.gates().iter().map(|it| it.state.clone()).collect();
    assert!(!said.is_empty(), "the deployment was answered where GitHub is");
    bot.stop().await;
}

/// What would do something if it was shown as Markdown by GitHub: HTML, links, images,
/// mentions and references, outside code.
fn alive(text: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS;
    let mut found = Vec::new();
    let mut code = false;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => code = true,
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                found.push(format!("a link to {dest_url}"));
            }
            Event::Start(Tag::HtmlBlock) => found.push("html".to_owned()),
            Event::Html(it) | Event::InlineHtml(it)
                if !matches!(
                    it.trim(),
                    "<details>" | "</details>" | "<summary>" | "</summary>"
                ) =>
            {
                found.push(it.to_string());
            }
            Event::Text(it) if !code => {
                let evil = ["evil", "@", "http", "www.", "javascript"];
                found
                    .extend(evil.iter().filter(|word| it.contains(**word)).map(|_| it.to_string()));
            }
            _ => {}
        }
    }
    found
}

/// Names that are Markdown, HTML, mentions, ends of code, and characters that turn
/// text around.
const EVIL: &[&str] = &[
    "<img src=x onerror=alert(1)>evil",
    "`</code><script>evil()</script>`",
    "``` evil [a](javascript:evil)",
    "![evil](http://evil.example/x.png)",
    "@acme/core evil #1",
    "[evil](http://evil.example)",
    "\u{202e}evil\u{2066}",
    "a | b | evil ~~x~~",
    "&lt;b&gt;evil <!-- evil",
];

fn inert(shop: &RepoHandle, pr: &PullHandle, what: &str) {
    let it = run(shop, pr).unwrap_or_else(|| panic!("nothing is said of {what}"));
    let title = it.title.clone().unwrap_or_default();
    assert!(!title.contains('\n') && !title.contains('\u{202e}'), "{title:?}");
    for text in [it.summary.clone(), it.text.clone()].into_iter().flatten() {
        let found = alive(&text);
        assert!(found.is_empty(), "{what}: {found:#?}\n{text}");
        assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{1b}']), "{what}: {text:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_what_people_name_things_is_shown_and_does_nothing() {
    let hub = Hub::start();
    let policy = "[[protect]]\nrefs = [\"main\"]\nwhy = 'a `x` <b>evil</b> @acme [evil](http://evil.example)'\n\
                  approvals = { count = 1 }\npaths = { deny = [\"*evil*\"] }\n\
                  message = { style = \"conventional\" }\nlinear = true\n";
    let shop = repo(&hub, policy);
    let bot = Server::start(&hub).await;
    for (at, evil) in EVIL.iter().enumerate() {
        let path = evil.replace('/', "∕");
        let pr = shop
            .propose(&format!("topic-{at}"))
            .titled(evil)
            .with(vec![(path, Content::from("x\n"))]);
        pr.label(evil, "ana");
        bot.quiet(&hub).await;
        let said = run(&shop, &pr).unwrap();
        assert_ne!(said.conclusion.as_deref(), Some("success"));
        inert(&shop, &pr, evil);
        let text = format!("{:?} {:?}", said.summary, said.text);
        assert!(text.matches("evil").count() > 1, "it is shown: {text}");
    }
    // Branches have fewer characters to choose from.
    let branch = "<img/src=x>`evil`@acme";
    let pr = shop.propose(branch).titled("fix: x").with(files!["b" => "c"]);
    shop.push("twin", &pr.head(), "cy");
    let twin = shop.propose("twin").by("cy").titled(EVIL[0]).open();
    bot.quiet(&hub).await;
    inert(&shop, &pr, branch);
    inert(&shop, &twin, "a twin");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn security_what_a_broken_policy_says_is_shown_and_does_nothing() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    for evil in EVIL {
        let text = format!("version = 1\n\"{}\" = 1\n", evil.replace(['"', '\\'], ""));
        shop.commit("main", vec![("refgate.toml".into(), text.into())], "policy");
        bot.quiet(&hub).await;
        assert_eq!(state(&shop, &pr), "failure");
        inert(&shop, &pr, evil);
    }
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn security_a_policy_of_a_pull_request_judges_nothing() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let lax = "version = 1\nstages = [\"github\"]\n[[protect]]\nrefs = [\"main\"]\nthreads = \"resolved\"\n";
    let pr = shop.pull("feature", files!["refgate.toml" => lax, ".github/refgate.toml" => lax]);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress", "{:?}", run(&shop, &pr));
    // Nor does that of a lax target.
    shop.commit("lax", files!["refgate.toml" => lax], "a branch without rules");
    shop.commit("lax", files!["a" => "b"], "more");
    pr.retarget("lax", "ana");
    pr.retarget("main", "ana");
    bot.quiet(&hub).await;
    assert_ne!(state(&shop, &pr), "success");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn security_a_policy_that_is_a_bomb_is_an_error_within_time() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    pr.review("bo", Approved);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success");
    let begin = "version = 1\nstages = [\"github\"]\n";
    // Each extends the next ten times over.
    let step = |at: usize| {
        let all: Vec<_> = (0..10).map(|_| format!("\"p{}.toml\"", at + 1)).collect();
        format!("{begin}extends = [{}]\n", all.join(", "))
    };
    let mut fan: Vec<(String, Content)> = vec![("refgate.toml".into(), step(0).into())];
    fan.extend((1..30).map(|at| (format!("p{at}.toml"), Content::from(step(at)))));
    fan.push(("p30.toml".into(), ONE.into()));
    let circle = format!("{begin}extends = [\"refgate.toml\"]\n");
    let large = format!("{begin}# {}\n", "x".repeat(10 << 20));
    let deep = format!("{begin}people = {}1{}\n", "{ a = ".repeat(100_000), " }".repeat(100_000));
    let arrays = format!("{begin}extends = {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let dotted = format!("{begin}{}a = 1\n", "a.".repeat(100_000));
    let one = |text: String| vec![("refgate.toml".to_owned(), Content::from(text))];
    let away = format!("{begin}extends = [\"../../../../etc/passwd\", \"/etc/passwd\"]\n");
    let bombs = [
        ("10 MB", one(large)),
        ("deep tables", one(deep)),
        ("deep arrays", one(arrays)),
        ("dotted keys", one(dotted)),
        ("a circle", one(circle)),
        ("another place", one(away)),
        ("a fan", fan),
    ];
    for (what, files) in bombs {
        let begun = Instant::now();
        shop.commit("main", files, what);
        bot.quiet(&hub).await;
        let took = begun.elapsed();
        let said = run(&shop, &pr).unwrap();
        assert_eq!(said.conclusion.as_deref(), Some("failure"), "{what}: {said:?}");
        assert!(took < Duration::from_secs(25), "{what}: {took:?}");
        let summary = said.summary.unwrap_or_default();
        assert!(summary.len() < 66_000 && !summary.contains("root:"), "{what}");
        let text = format!("{begin}\n{ONE}");
        shop.commit("main", one(text), "mended");
        bot.quiet(&hub).await;
        assert_eq!(state(&shop, &pr), "success", "{what}");
    }
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn security_names_of_repositories_never_become_paths() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let around = tempfile::tempdir().unwrap();
    let data = around.path().join("a").join("data");
    let bot = Server::of(&hub, config(&hub, &data, None, "")).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    shop.rename("shop2");
    bot.quiet(&hub).await;
    let renamed = payload(&hub, "repository");
    let names = [
        "../..",
        "a/b/c",
        "acme/..",
        "acme/.",
        "acme/../x",
        "-x/y",
        "acme/a\u{0}b",
        "acme/",
        "/x",
        "/etc/passwd",
        "acme/sh op",
        "acme/x\n",
        "acme/x?y",
        "acme/x#y",
        "acme/%2e%2e",
        "acme/x.git",
        "--upload-pack=x/y",
        "acme/$(id)",
    ];
    for (at, name) in names.iter().enumerate() {
        let mut body = renamed.clone();
        body["repository"]["full_name"] = json!(name);
        body["repository"]["name"] = json!(name);
        body["repository"]["owner"]["login"] = json!(name);
        let status = signed(&hub, &format!("odd-{at}"), "repository", &body).await;
        assert_eq!(status, 202, "{name:?}");
        let known = bot.bot.store.repository(shop.id()).await.unwrap().unwrap();
        assert_eq!(known.slug, "acme/shop2", "{name:?}");
        let mut body = payload(&hub, "pull_request");
        body["repository"]["full_name"] = json!(name);
        body["pull_request"]["head"]["ref"] = json!(name);
        signed(&hub, &format!("pull-{at}"), "pull_request", &body).await;
    }
    pr.review("bo", Approved);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success");
    let inside = |path: &std::path::Path| -> Vec<String> {
        let all = std::fs::read_dir(path).unwrap();
        all.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(inside(around.path()), ["a"]);
    assert_eq!(inside(&around.path().join("a")), ["data"]);
    let id = shop.id().to_string();
    for name in inside(&data.join("mirrors")) {
        assert!(name.starts_with(&id), "{name}");
    }
    bot.stop().await;
}

/// Every file below a directory.
fn all_files(path: &std::path::Path, into: &mut Vec<std::path::PathBuf>) {
    for it in std::fs::read_dir(path).unwrap() {
        let it = it.unwrap().path();
        if it.is_dir() { all_files(&it, into) } else { into.push(it) }
    }
}

fn holds(bytes: &[u8], wanted: &str) -> bool {
    bytes.windows(wanted.len()).any(|it| it == wanted.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn security_nothing_tells_a_secret_and_each_line_of_the_log_is_json() {
    use crate::hub::Trouble;
    use base64::Engine as _;

    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let dir = tempfile::tempdir().unwrap();
    let more = [("RUST_BACKTRACE", "1"), ("REFGATE_LOG", "trace")];
    let mut replica = Replica::new(&hub, &dir.path().join("one"), None, &more);
    replica.ready().await;
    hub.app().hook_at(&replica.hook());
    let evil = "x\n{\"level\":\"ERROR\"}\r\n\u{1b}[31mred\u{1b}[0m \u{2028} \"";
    let wrong = [
        Trouble::Expired,
        Trouble::Status(401),
        Trouble::Status(503),
        Trouble::Garbage,
        Trouble::Cut,
        Trouble::ResetAfter,
    ];
    for (at, what) in wrong.into_iter().enumerate() {
        for on in ["git", "graphql", "checks/create"] {
            hub.trouble(on, 1, what.clone());
        }
        let pr = shop.propose(&format!("t{at}")).titled(evil).with(files![format!("f{at}") => "x"]);
        pr.comment("bo", evil);
        let body = json!({ "installation": { "id": evil } }).to_string();
        let by = signature(&hub.app().secret(), body.as_bytes());
        let headers = [("X-Hub-Signature-256", &*by)];
        for id in [format!("x{at}"), "\u{1b}[31m".to_owned(), "a\tb".to_owned(), "é".to_owned()] {
            sent(&hub, &id, "push", body.as_bytes(), &headers).await;
        }
        hub.until("a verdict", || run(&shop, &pr).is_some()).await;
    }
    hub.no_trouble();
    let metrics = format!("http://{}/metrics", replica.address);
    let metrics = http::call("GET", &metrics, &[], b"").await.unwrap();
    assert_eq!(metrics.status, 200);
    replica.kill();

    let log = std::fs::read_to_string(dir.path().join("one").join("log")).unwrap();
    assert!(log.lines().count() > 100, "{log}");
    for line in log.lines() {
        let read: Result<Value, _> = serde_json::from_str(line);
        assert!(read.is_ok_and(|it| it.is_object()), "{line}");
    }
    assert!(!log.contains('\u{1b}') && !log.contains('\u{2028}'), "raw control characters");

    let mut secrets = vec![hub.app().secret(), "eyJ".to_owned()];
    let key = hub.app().key();
    secrets.extend(key.lines().filter(|it| !it.starts_with("--")).map(str::to_owned));
    let engine = base64::engine::general_purpose::STANDARD;
    for token in hub.world().tokens.keys().filter(|it| it.starts_with("ghs_")) {
        secrets.push(token.clone());
        secrets.push(engine.encode(format!("x-access-token:{token}")));
    }
    assert!(secrets.iter().any(|it| it.starts_with("ghs_")));
    let mut all = Vec::new();
    all_files(dir.path(), &mut all);
    let mut texts: Vec<(String, Vec<u8>)> =
        all.iter().map(|it| (it.display().to_string(), std::fs::read(it).unwrap())).collect();
    texts.push(("/metrics".to_owned(), metrics.body));
    let runs = format!("{:?}", hub.world().repo(shop.id()).runs);
    texts.push(("check runs".to_owned(), runs.into_bytes()));
    for (place, text) in &texts {
        for secret in &secrets {
            assert!(!holds(text, secret), "{place} holds {}…", &secret[..secret.len().min(6)]);
        }
    }
}
