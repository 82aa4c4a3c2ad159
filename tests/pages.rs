//! The pages: who sees what, that nothing from outside does anything, and how they
//! look in a browser.

#![cfg(feature = "github")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]
#![allow(missing_docs, unreachable_pub, dead_code)]

#[path = "pages/browser.rs"]
mod browser;
#[path = "pages/fake.rs"]
mod fake;
#[path = "pages/fill.rs"]
mod fill;
#[path = "pages/looks.rs"]
mod looks;

use std::process::Command;

use fake::{CLIENT, Fake, Reply, Visitor, secret, serve, token};
use fill::{HOSTILE, SHOP, VAULT, decide, hostile, judged, overridden, pull, repositories};
use refgate::github::Clock;
use refgate::github::api::{Client, Endpoint, Patience, Secret, Setup, segment};
use refgate::github::config::Login;
use refgate::github::pages::{self, Site};
use refgate::github::store::{Options, Store};
use refgate::model::Timestamp;
use tokio::net::TcpListener;

/// The first second of 2026.
pub const NOW: Timestamp = 1_767_225_600;

/// A server with pages, a GitHub to sign in through, and what both know.
pub struct Scene {
    pub url: String,
    pub fake: Fake,
    pub store: Store,
    pub clock: Clock,
    pub dir: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        Self::at(None).await
    }

    /// One that people reach at `public`, if not where it is.
    async fn at(public: Option<&str>) -> Self {
        let (dir, fake) = (tempfile::tempdir().unwrap(), Fake::default());
        let web = fake.start().await;
        let path = dir.path().join("refgate.db");
        let database = format!("sqlite:{}", path.display());
        let store = Store::open(&database, &Options::default()).await.unwrap();
        let clock = Clock::stopped(NOW);
        repositories(&store).await;
        let endpoint = Endpoint::of(&format!("{web}/api/v3")).unwrap();
        let setup =
            Setup { clock: clock.clone(), patience: Patience::default(), ..Setup::new(endpoint) };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let site = Site {
            store: store.clone(),
            client: Client::new(setup).unwrap(),
            login: Some(Login { id: CLIENT.to_owned(), secret: Secret::new(&secret()) }),
            public_url: Some(public.unwrap_or(&url).to_owned()),
            clock: clock.clone(),
        };
        let router = pages::router(site);
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake.is("ana");
        fake.reads("ana", &[(1, &[10, 11]), (3, &[30])]);
        fake.reads("zoe", &[(1, &[10]), (2, &[20])]);
        fake.reads("eve", &[]);
        Self { url, fake, store, clock, dir }
    }

    /// Two pull requests: one that `ana` can read, and one that only `zoe` can.
    async fn filled(&self) -> (u64, u64) {
        let shop = pull(SHOP, 1, "charge cards only once");
        let vault = pull(VAULT, 2, "the plan that nobody may know");
        for it in [&shop, &vault] {
            self.store.set_pull(it).await.unwrap();
        }
        let first = decide(&self.store, &shop, NOW - 60, judged()).await;
        (first, decide(&self.store, &vault, NOW - 50, judged()).await)
    }

    async fn signed_in(&self, who: &str) -> Visitor {
        self.fake.is(who);
        let mut visitor = Visitor::default();
        let at = self.come(&mut visitor, "/").await;
        assert_eq!(at, "/", "{visitor:?}");
        visitor
    }

    /// Goes where a login leads to that begins at `path`; answers where that is.
    async fn come(&self, visitor: &mut Visitor, path: &str) -> String {
        let reply = visitor.get(&format!("{}{path}", self.url)).await;
        let login = reply.to().to_owned();
        assert!(login.starts_with("/login?to="), "{login}");
        self.through(visitor, &login).await.to().to_owned()
    }

    /// From `/login` through GitHub and back.
    async fn through(&self, visitor: &mut Visitor, login: &str) -> Reply {
        let authorize = visitor.get(&format!("{}{login}", self.url)).await.to().to_owned();
        let back = Visitor::default().get(&authorize).await.to().to_owned();
        let (_, path) = back.split_once("/login/callback").unwrap();
        visitor.get(&format!("{}/login/callback{path}", self.url)).await
    }

    async fn see(&self, visitor: &mut Visitor, path: &str) -> Reply {
        visitor.get(&format!("{}{path}", self.url)).await
    }
}

#[tokio::test]
async fn a_stranger_signs_in_and_comes_back_to_where_they_were() {
    let scene = Scene::new().await;
    let (first, _) = scene.filled().await;
    let mut visitor = Visitor::default();
    for path in ["/", "/decisions?only=denied&page=2", "/repositories", "/decisions/1/record.json"]
    {
        let to = visitor.get(&format!("{}{path}", scene.url)).await;
        assert_eq!(to.to(), format!("/login?to={}", segment(path)));
        assert!(!to.body.contains("acme"));
    }
    let path = format!("/decisions/{first}");
    assert_eq!(scene.come(&mut visitor, &path).await, path);
    let page = scene.see(&mut visitor, &path).await;
    assert_eq!(page.status, 200);
    for said in [
        "charge cards only once",
        "acme/shop",
        "#1",
        "whose move",
        "approvals",
        "refgate.toml:6",
        "approvals = { count = 2",
        "counts: ",
        "@ana",
        "ignored: ",
        "hint: ",
        "linear",
        "what was judged",
        "0707070707070707070707070707070707070707",
        "refgate explain --facts refgate-decision-1.json",
        "2025-12-31 23:59 UTC",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains("<script"), "no page needs a script");
}

#[tokio::test]
async fn only_readers_see_and_nobody_else_learns_that_it_is_there() {
    let scene = Scene::new().await;
    let (first, second) = scene.filled().await;
    let (mut ana, mut zoe) = (scene.signed_in("ana").await, scene.signed_in("zoe").await);
    let mut eve = scene.signed_in("eve").await;
    let none = scene.see(&mut ana, "/decisions/99").await;
    assert_eq!(none.status, 404);
    for path in [format!("/decisions/{second}"), format!("/decisions/{second}/record.json")] {
        let hidden = scene.see(&mut ana, &path).await;
        assert_eq!((hidden.status, &hidden.body), (404, &none.body), "{path}");
        assert_eq!(hidden.headers.len(), none.headers.len());
        assert_eq!(scene.see(&mut zoe, &path).await.status, 200, "{path}");
    }
    for path in
        ["/?repository=acme/vault", "/decisions?repository=acme/vault", "/?repository=acme/x"]
    {
        assert_eq!(scene.see(&mut ana, path).await.body, none.body, "{path}");
    }
    for path in ["/", "/decisions", "/repositories"] {
        let body = scene.see(&mut ana, path).await.body;
        assert!(body.contains("acme/shop") && !body.contains("vault"), "{path}: {body}");
        assert!(!body.contains("nobody may know"), "{path}");
        assert!(scene.see(&mut zoe, path).await.body.contains("acme/vault"), "{path}");
        assert!(!scene.see(&mut eve, path).await.body.contains("shop"), "{path}");
    }
    assert_eq!(scene.see(&mut eve, &format!("/decisions/{first}")).await.status, 404);
    for id in ["0", "01", "-1", "+1", "x", "9223372036854775807", "99999999999999999999", "1%20"] {
        assert_eq!(scene.see(&mut zoe, &format!("/decisions/{id}")).await.status, 404, "{id}");
    }
}

#[tokio::test]
async fn what_a_reader_may_see_is_asked_again_in_a_quarter_of_an_hour() {
    let scene = Scene::new().await;
    let (first, _) = scene.filled().await;
    let mut ana = scene.signed_in("ana").await;
    let path = format!("/decisions/{first}");
    scene.fake.is("ana");
    scene.fake.reads("ana", &[(1, &[11])]);
    scene.clock.advance(899);
    assert_eq!(scene.see(&mut ana, &path).await.status, 200);
    scene.clock.advance(1);
    assert_eq!(scene.come(&mut ana, &path).await, path);
    assert_eq!(scene.see(&mut ana, &path).await.status, 404);
}

#[tokio::test]
async fn a_login_ends_only_where_it_was_begun() {
    let scene = Scene::new().await;
    let login = |mut visitor: Visitor, url: String| async move {
        let authorize = visitor.get(&format!("{url}/login")).await.to().to_owned();
        let back = Visitor::default().get(&authorize).await.to().to_owned();
        (visitor, back)
    };
    let begin = || login(Visitor::default(), scene.url.clone());
    // The link of an attacker, opened by somebody who has begun nothing, or something else.
    let (attacker, back) = begin().await;
    assert_eq!(Visitor::default().get(&back).await.status, 400);
    let (mut other, _) = begin().await;
    assert_eq!(other.get(&back).await.status, 400);
    let mut both = attacker.clone();
    both.cookies.extend(other.cookies.clone());
    let state = &attacker.cookies["refgate-login"];
    assert!(state.len() > 64 && !back.contains(state.as_str()));
    // A code works once; what GitHub does not know never does.
    let mut visitor = attacker.clone();
    assert_eq!(visitor.get(&back).await.to(), "/");
    assert!(!visitor.cookies.contains_key("refgate-login"));
    assert_eq!(attacker.clone().get(&back).await.status, 400, "a code works once");
    let (mut refused, back) = begin().await;
    let denied = back.replace("code=", "error=access_denied&x=");
    assert_eq!(refused.get(&denied).await.status, 403);
    let long = back.replace("code=", &format!("code={}", "x".repeat(300)));
    assert_eq!(refused.get(&long).await.status, 403);
    assert!(!refused.cookies.contains_key("refgate-session"));
}

#[tokio::test]
async fn a_login_leads_nowhere_else() {
    let scene = Scene::new().await;
    for to in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/login",
        "/logout",
        "/decisions/../../x",
        "/decisions/1\r\nx: y",
        "javascript:alert(1)",
        "/decisions/x",
        "/@evil.example",
        "/decisions/",
        "/;",
        "/?a=\"",
        "/?a;b=c",
        "",
    ] {
        let mut visitor = Visitor::default();
        let path = format!("/login?to={}", segment(to));
        assert_eq!(scene.through(&mut visitor, &path).await.to(), "/", "{to}");
    }
    let mut visitor = Visitor::default();
    for to in ["/?waits=%40acme%2Fdba&page=2", "/decisions/17", "/decisions/17/record.json"] {
        let path = format!("/login?to={}", segment(to));
        assert_eq!(scene.through(&mut visitor, &path).await.to(), to);
        // Not even if somebody wrote the cookie.
        visitor.get(&format!("{}{path}", scene.url)).await;
        let (state, _) = visitor.cookies["refgate-login"].split_once('.').unwrap();
        let state = state.to_owned();
        visitor.cookies.insert("refgate-login".into(), format!("{state}.//evil.example"));
        let back = format!("{}/login/callback?code=x&state={state}", scene.url);
        let reply = visitor.get(&back).await;
        assert_eq!(reply.status, 400, "GitHub has not given this code");
        assert!(!reply.body.contains("evil"));
    }
}

#[tokio::test]
async fn every_answer_says_what_browsers_may_not_do() {
    let scene = Scene::new().await;
    let (first, second) = scene.filled().await;
    let mut ana = scene.signed_in("ana").await;
    let (first, second) = (format!("/decisions/{first}"), format!("/decisions/{second}"));
    let record = format!("{first}/record.json");
    let mut stranger = Visitor::default();
    for path in [
        "/",
        "/decisions",
        &first,
        &second,
        &record,
        "/repositories",
        "/login",
        "/login/callback",
        "/signed-out",
        "/style.css",
        "/logout",
        "/?page=1&page=2",
    ] {
        for visitor in [&mut ana, &mut stranger] {
            let reply = scene.see(visitor, path).await;
            let said = |name: &str| reply.header(name).unwrap_or_default().to_owned();
            let policy = said("content-security-policy");
            for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
                assert!(policy.contains(part), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe") && !policy.contains("script-src"));
            assert_eq!(said("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(said("referrer-policy"), "no-referrer", "{path}");
            let kept = if path == "/style.css" { "public, max-age=86400" } else { "no-store" };
            assert_eq!(said("cache-control"), kept, "{path}");
        }
    }
    let record = scene.see(&mut ana, &record).await;
    assert_eq!(record.header("content-type"), Some("application/json"));
    let file = "attachment; filename=\"refgate-decision-1.json\"";
    assert_eq!(record.header("content-disposition"), Some(file));
}

#[tokio::test]
async fn cookies_are_for_nobody_else() {
    let scene = Scene::at(Some("https://refgate.example/gate/")).await;
    let mut visitor = Visitor::default();
    let login = visitor.get(&format!("{}/", scene.url)).await;
    assert_eq!(login.to(), "/gate/login?to=%2F");
    let begun = visitor.get(&format!("{}/login?to=%2F", scene.url)).await;
    let back = "redirect_uri=https%3A%2F%2Frefgate.example%2Fgate%2Flogin%2Fcallback&";
    assert!(begun.to().contains(back), "{}", begun.to());
    let done = scene.through(&mut visitor, "/login?to=%2F").await;
    assert_eq!(done.to(), "/gate/");
    for (reply, name) in [(&begun, "__Host-refgate-login="), (&done, "__Host-refgate-session=")] {
        let cookie = reply.header("set-cookie").unwrap();
        assert!(cookie.starts_with(name), "{cookie}");
        for part in ["; Path=/;", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(format!("{cookie};").contains(part), "{cookie}");
        }
    }
    let page = scene.see(&mut visitor, "/").await;
    assert!(page.body.contains("href=\"/gate/decisions\""), "{}", page.body);
    assert!(!page.body.contains("href=\"/decisions\""));
    // Two cookies of one name are nobody's.
    let token = visitor.cookies["__Host-refgate-session"].clone();
    visitor.cookies.insert(" __Host-refgate-session".into(), token);
    assert_eq!(scene.see(&mut visitor, "/").await.status, 303);
}

#[tokio::test]
async fn signing_out_takes_a_form_of_the_session() {
    let scene = Scene::new().await;
    let mut ana = scene.signed_in("ana").await;
    let before = ana.clone();
    let out = format!("{}/logout", scene.url);
    assert_eq!(scene.see(&mut ana, "/logout").await.status, 405);
    let mut zoe = scene.signed_in("zoe").await;
    let csrf = |page: Reply| {
        let (_, rest) = page.body.split_once("name=\"csrf\" value=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let theirs = csrf(scene.see(&mut zoe, "/").await);
    let ours = csrf(scene.see(&mut ana, "/").await);
    assert_ne!(theirs, ours);
    assert!(!ana.cookies.values().any(|it| ours.contains(it.as_str())));
    for form in ["", "csrf=", "csrf=x", &format!("csrf={theirs}")] {
        let reply = ana.post(&out, form).await;
        assert!(matches!(reply.status, 403 | 422), "{form}: {reply:?}");
        assert_eq!(scene.see(&mut ana, "/").await.status, 200);
    }
    assert_eq!(ana.post(&out, &format!("csrf={}", "x".repeat(5000))).await.status, 413);
    assert_eq!(ana.post(&out, &format!("csrf={ours}")).await.to(), "/signed-out");
    assert!(ana.cookies.is_empty());
    assert_eq!(scene.see(&mut before.clone(), "/").await.status, 303, "the session has ended");
    assert_eq!(scene.see(&mut ana, "/signed-out").await.status, 200);
}

/// What our pages are made of.
const TAGS: &[&str] = &[
    "!DOCTYPE", "html", "head", "meta", "title", "link", "body", "a", "header", "nav", "main",
    "footer", "form", "input", "select", "option", "label", "button", "div", "section", "details",
    "summary", "h1", "h2", "p", "ul", "li", "dl", "dt", "dd", "span", "strong", "bdi", "code",
    "pre", "time",
];

/// The tags of a page, without what is quoted in them.
fn tags(body: &str) -> Vec<String> {
    let (mut all, mut tag, mut is_quoted) = (Vec::new(), None::<String>, false);
    for it in body.chars() {
        match (&mut tag, it) {
            (None, '<') => tag = Some(String::new()),
            (None, _) => {}
            (Some(_), '"') => is_quoted = !is_quoted,
            (Some(_), _) if is_quoted => {}
            (Some(open), '>') => {
                all.push(std::mem::take(open));
                tag = None;
            }
            (Some(open), it) => open.push(it),
        }
    }
    assert!(tag.is_none() && all.len() > 10, "{body}");
    all
}

#[tokio::test]
async fn nothing_from_outside_is_markup() {
    let scene = Scene::new().await;
    for (at, text) in HOSTILE.iter().enumerate() {
        let number = 10 + u64::try_from(at).unwrap();
        let mut it = pull(SHOP, number, text);
        (it.author, it.base) = ((*text).to_owned(), (*text).to_owned());
        scene.store.set_pull(&it).await.unwrap();
        decide(&scene.store, &it, NOW, hostile(text)).await;
    }
    let mut ana = scene.signed_in("ana").await;
    let ids = (1..=HOSTILE.len()).map(|it| format!("/decisions/{it}"));
    let fixed = ["/", "/decisions", "/decisions?only=denied"].map(str::to_owned);
    let asked = HOSTILE.iter().map(|it| format!("/?waits={}", segment(it)));
    for path in ids.chain(fixed).chain(asked) {
        let page = scene.see(&mut ana, &path).await;
        assert_eq!(page.status, 200, "{path}");
        let body = &page.body;
        let hidden = body.chars().find(|it| {
            (it.is_control() && *it != '\n') || "\u{202e}\u{2066}\u{200b}".contains(*it)
        });
        assert_eq!(hidden, None, "{path}: {body}");
        for tag in tags(body) {
            let name = tag.split([' ', '/']).find(|it| !it.is_empty()).unwrap();
            assert!(TAGS.contains(&name), "{path}: {tag}");
            assert!(!tag.contains(" on") && !tag.contains("javascript"), "{path}: {tag}");
        }
        assert_eq!(body.matches("</body>").count(), 1, "{path}");
        assert!(!body.contains("=\"https://evil"), "Markdown is not rendered: {path}");
    }
    let page = scene.see(&mut ana, "/decisions/7").await.body;
    assert!(page.contains("\\u{202e}gpj.exe\\u{2066}\\u{200b}"), "{page}");
    let record = scene.see(&mut ana, "/decisions/7/record.json").await.body;
    assert!(record.is_ascii() || !record.contains('\u{202e}'));
}

#[tokio::test]
async fn lists_go_on_and_can_be_narrowed() {
    let scene = Scene::new().await;
    for number in 1..=60 {
        let it = pull(SHOP, number, &format!("change {number:02}"));
        scene.store.set_pull(&it).await.unwrap();
        let verdict = match number {
            1..=20 => judged(),
            21..=22 => overridden(),
            23 => hostile("100%_sure!"),
            _ => continue,
        };
        decide(&scene.store, &it, NOW, verdict).await;
    }
    let mut ana = scene.signed_in("ana").await;
    let count = |reply: &Reply| reply.body.matches("<li><p class=\"where\">").count();
    let first = scene.see(&mut ana, "/").await;
    assert_eq!(count(&first), 25);
    assert!(first.body.contains("change 01") && first.body.contains("href=\"/?page=2\""));
    assert!(first.body.contains("not looked at yet") && !first.body.contains("rel=\"prev\""));
    let last = scene.see(&mut ana, "/?page=3").await;
    assert_eq!(count(&last), 10);
    assert!(last.body.contains("change 60") && !last.body.contains("rel=\"next\""));
    for path in ["/?page=0", "/?page=x", "/?page=-1", "/?repository=ACME/shop"] {
        assert_eq!(count(&scene.see(&mut ana, path).await), 25, "{path}");
    }
    assert_eq!(count(&scene.see(&mut ana, "/?page=99999999999999999999").await), 25);
    assert!(scene.see(&mut ana, "/?page=500").await.body.contains("no open pull request here"));

    for (waits, expected) in [
        ("approve it", 21),
        ("APPROVE%20it", 21),
        ("-", 2),
        ("%25_sure!", 1),
        ("%25", 1),
        ("_", 1),
        ("nobody%20of%20this%20name", 0),
        ("'%3B--", 0),
    ] {
        let reply = scene.see(&mut ana, &format!("/?waits={}", waits.replace(' ', "%20"))).await;
        assert_eq!(count(&reply), expected, "{waits}");
    }
    let rows = |reply: &Reply| reply.body.matches("<li><h2>").count();
    for (only, expected) in
        [("", 23), ("denied", 1), ("waiting", 20), ("overridden", 2), ("odd", 23)]
    {
        let reply = scene.see(&mut ana, &format!("/decisions?only={only}")).await;
        assert_eq!(rows(&reply), expected, "{only}");
    }
    let overridden = scene.see(&mut ana, "/decisions?only=overridden").await.body;
    assert!(overridden.contains("overridden</span>"), "{overridden}");
    let page = scene.see(&mut ana, "/decisions/22").await.body;
    assert!(page.contains("overridden: <bdi>rotated on Monday"), "{page}");
}

#[tokio::test]
async fn a_newer_decision_is_pointed_to() {
    let scene = Scene::new().await;
    let (first, _) = scene.filled().await;
    let shop = pull(SHOP, 1, "charge cards only once");
    let last = decide(&scene.store, &shop, NOW, overridden()).await;
    let mut ana = scene.signed_in("ana").await;
    let old = scene.see(&mut ana, &format!("/decisions/{first}")).await.body;
    assert!(old.contains("there is a newer decision"), "{old}");
    assert!(old.contains(&format!("href=\"/decisions/{last}\"")));
    let new = scene.see(&mut ana, &format!("/decisions/{last}")).await.body;
    assert!(new.contains("other decisions about it") && !new.contains("newer decision"), "{new}");
    let mut pushed = shop.clone();
    pushed.head = fill::oid(8);
    scene.store.set_pull(&pushed).await.unwrap();
    assert!(scene.see(&mut ana, "/").await.body.contains("a new head is looked at"));
}

#[tokio::test]
async fn the_record_leads_to_the_verdict_again() {
    let scene = Scene::new().await;
    let (first, _) = scene.filled().await;
    let mut ana = scene.signed_in("ana").await;
    let record = scene.see(&mut ana, &format!("/decisions/{first}/record.json")).await;
    let path = scene.dir.path().join("refgate-decision-1.json");
    std::fs::write(&path, record.body).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_refgate"));
    let run = command.args(["explain", "--facts"]).arg(path).current_dir(scene.dir.path());
    let out = String::from_utf8(run.output().unwrap().stdout).unwrap();
    assert!(out.contains("approvals (refgate.toml:6): pending"), "{out}");
    assert!(out.contains("ignored: "), "{out}");
}

#[tokio::test]
async fn no_token_is_kept_or_shown() {
    let scene = Scene::new().await;
    scene.filled().await;
    let mut ana = scene.signed_in("ana").await;
    scene.store.close().await;
    let never = [token("code1"), secret(), ana.cookies["refgate-session"].clone()];
    for file in std::fs::read_dir(scene.dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!never.iter().any(|it| text.contains(it.as_str())));
    }
    let page = scene.see(&mut ana, "/").await;
    assert_eq!(page.status, 503, "the store is closed");
    assert!(!never.iter().any(|it| page.body.contains(it.as_str())));
}

#[tokio::test]
async fn trouble_at_github_is_told_and_hides_only_what_it_must() {
    let scene = Scene::new().await;
    scene.filled().await;
    scene.fake.0.lock().unwrap().down = true;
    let reply = scene.through(&mut Visitor::default(), "/login").await;
    assert_eq!(reply.status, 503);
    assert!(reply.body.contains("GitHub does not say now who you are"), "{}", reply.body);
    scene.fake.0.lock().unwrap().down = false;
    scene.fake.0.lock().unwrap().closed = vec![2];
    let mut zoe = scene.signed_in("zoe").await;
    let body = scene.see(&mut zoe, "/").await.body;
    assert!(body.contains("acme/shop") && !body.contains("vault"), "{body}");
}

#[tokio::test]
async fn without_a_login_there_is_nothing_to_see() {
    let scene = Scene::new().await;
    scene.filled().await;
    let client = Client::new(Setup::new(Endpoint::of("https://api.github.com").unwrap())).unwrap();
    let login = Login { id: CLIENT.to_owned(), secret: Secret::new(&secret()) };
    let url = Some("https://refgate.example".to_owned());
    for (login, public_url) in [(None, None), (None, url), (Some(login), None)] {
        let (store, clock, client) = (scene.store.clone(), scene.clock.clone(), client.clone());
        let url = serve(pages::router(Site { store, client, login, public_url, clock })).await;
        let mut visitor = Visitor::default();
        let page = visitor.get(&format!("{url}/")).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("its pages are off") && !page.body.contains('<'));
        for path in ["decisions", "decisions/1", "login", "repositories", "style.css"] {
            assert_eq!(visitor.get(&format!("{url}/{path}")).await.status, 404, "{path}");
        }
    }
}
