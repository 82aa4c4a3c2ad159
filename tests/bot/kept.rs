//! What the bot keeps of repositories, and for how long.

use refgate::git::Vars;
use refgate::github::bot::Bot;
use refgate::github::mirror::{Mirror, Source, Wants};
use refgate::github::{Clock, Slug, sweep};
use refgate::model::Oid;

use crate::files;
use crate::harness::{Server, config, repo};
use crate::hub::Hub;

const RULE: &str = "[[protect]]\nrefs = [\"main\"]\nfast-forward-only = true\n";
const DAY: i64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_forgets_heads_that_nobody_asked_for_in_a_month() {
    let hub = Hub::start();
    let shop = repo(&hub, RULE);
    let pr = shop.pull("feature", files!["a" => "a"]);
    let (dir, today) = (tempfile::tempdir().unwrap(), Clock::system().now());
    let clock = Clock::stopped(today - 40 * DAY);
    let vars: Vars = std::env::vars_os().filter(|(name, _)| name == "PATH").collect();
    let bot = Bot::new(config(&hub, dir.path(), None, ""), clock.clone(), vars).await.unwrap();
    let (slug, token): (Slug, _) = (shop.slug().parse().unwrap(), hub.installation_token("acme"));
    let source = Source { id: shop.id(), slug: &slug, token: Some(&token) };
    let [base, first]: [Oid; 2] = [shop.tip("main"), pr.head()].map(|it| it.parse().unwrap());
    let wants = |head| Wants {
        pull: Some(pr.number),
        head: Some(head),
        tips: vec![base],
        ..Wants::default()
    };
    bot.mirrors.sync(source, &wants(first), clock.now()).await.unwrap();
    clock.advance(40 * DAY);
    let second: Oid = pr.force_push(files!["b" => "b"]).parse().unwrap();
    let kept = |mirror: &Mirror| {
        let refs = mirror.open().unwrap().refs().unwrap();
        [first, second].map(|head| refs.iter().any(|(_, at)| *at == head))
    };
    let mirror = bot.mirrors.sync(source, &wants(second), clock.now()).await.unwrap();
    assert_eq!(kept(&mirror), [true, true]);
    sweep::once(&bot).await.unwrap();
    assert_eq!(kept(&mirror), [true, true], "it is read, and left alone");
    drop(mirror);
    sweep::once(&bot).await.unwrap();
    let mirror = bot.mirrors.sync(source, &wants(second), clock.now()).await.unwrap();
    assert_eq!(kept(&mirror), [false, true]);
    bot.store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_throws_away_the_mirrors_of_repositories_that_are_gone() {
    let hub = Hub::start();
    let shop = repo(&hub, RULE);
    let bot = Server::start(&hub).await;
    shop.pull("feature", files!["a" => "a"]);
    bot.quiet(&hub).await;
    sweep::once(&bot.bot).await.unwrap();
    assert_eq!(bot.bot.mirrors.ids(), [shop.id()]);
    hub.app().uninstall("acme");
    bot.quiet(&hub).await;
    sweep::once(&bot.bot).await.unwrap();
    assert!(bot.bot.mirrors.ids().is_empty(), "{:?}", bot.bot.mirrors.ids());
    bot.stop().await;
}
