//! What is read or delivered too late, and must not undo what is known by then.

use std::collections::BTreeMap;
use std::time::Duration;

use refgate::github::sweep;
use refgate::github::work::{Cause, Home, Nudge, Subject};
use serde_json::json;

use crate::files;
use crate::harness::{Server, repo, run, state};
use crate::hub::State::{Approved, Commented};
use crate::hub::{Hub, PullHandle, RepoHandle, Trouble};
use crate::replica::Replica;

const ONE: &str = "[[protect]]\nrefs = [\"main\"]\napprovals = { count = 1 }\n";
const TWO: &str = "version = 1\nstages = [\"github\"]\n\n\
    [[protect]]\nrefs = [\"main\"]\napprovals = { count = 2 }\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_was_read_long_ago_is_not_put_back() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let slow = shop.pull("slow", files!["a" => "b"]);
    let fast = shop.pull("fast", files!["c" => "d"]);
    bot.quiet(&hub).await;
    let known = async || {
        let known = bot.bot.store.repository(shop.id()).await.unwrap().unwrap();
        known.policy.unwrap().commit.to_string()
    };
    // What GitHub says of the first is said before the policy changes, and heard after.
    hub.trouble("graphql", 1, Trouble::Late(Duration::from_secs(4)));
    slow.review("bo", Approved);
    hub.until("the first is read", || hub.troubles() == 0).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    shop.commit("main", files!["refgate.toml" => TWO], "stricter");
    let now = shop.tip("main");
    fast.review("bo", Commented);
    for _ in 0..300 {
        if known().await == now {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    hub.forget_calls();
    let mut seen = Vec::new();
    for _ in 0..500 {
        seen.push(known().await);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bot.quiet(&hub).await;
    assert!(seen.iter().all(|it| *it == now), "an older policy was put back");
    assert_eq!(state(&shop, &slow), "in_progress", "{:?}", run(&shop, &slow));
    let green = |it: &crate::hub::Called| it.body["conclusion"] == "success";
    assert!(!hub.calls("checks/*").iter().any(green), "an older policy let it through");
    bot.stop().await;
}

/// Whether the bot still looks: an approval is seen.
async fn looks(hub: &Hub, bot: &Server, pr: &PullHandle, shop: &RepoHandle) {
    bot.quiet(hub).await;
    pr.review("bo", Approved);
    bot.quiet(hub).await;
    assert_eq!(state(shop, pr), "success", "{:?}", run(shop, pr));
}

async fn gone(bot: &Server, shop: &RepoHandle) -> bool {
    bot.bot.store.repository(shop.id()).await.unwrap().unwrap().gone
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_word_that_a_repository_is_archived_or_deleted_is_not_believed() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    for action in ["archived", "deleted"] {
        let pr = shop.pull(action, files![action => "b"]);
        bot.quiet(&hub).await;
        shop.tell("repository", Some(action), "ana", json!({}));
        looks(&hub, &bot, &pr, &shop).await;
    }
    // If it is so, it is believed.
    shop.archive();
    bot.quiet(&hub).await;
    assert!(gone(&bot, &shop).await);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_word_that_the_app_is_gone_or_suspended_is_not_believed() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let installation = hub.app().installation("acme");
    for action in ["suspend", "deleted"] {
        let pr = shop.pull(action, files![action => "b"]);
        bot.quiet(&hub).await;
        let by = hub.world().user("ana");
        hub.world().emit_installation(action, installation, by);
        looks(&hub, &bot, &pr, &shop).await;
    }
    let pr = shop.pull("removed", files!["removed" => "b"]);
    let short = hub.world().show_repo_short(shop.id());
    let by = hub.world().user("ana");
    hub.world().emit_repositories("removed", installation, by, vec![], vec![short]);
    looks(&hub, &bot, &pr, &shop).await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_suspended_or_removed_is_believed_once_github_says_so() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let other = hub.repo("acme/other");
    let bot = Server::start(&hub).await;
    shop.pull("feature", files!["a" => "b"]);
    bot.quiet(&hub).await;
    hub.app().only("acme", &[&other]);
    bot.quiet(&hub).await;
    assert!(gone(&bot, &shop).await, "removed");
    hub.app().only("acme", &[&other, &shop]);
    bot.quiet(&hub).await;
    assert!(!gone(&bot, &shop).await, "added");
    hub.app().suspend("acme");
    bot.quiet(&hub).await;
    assert!(gone(&bot, &shop).await, "suspended");
    hub.app().unsuspend("acme");
    bot.quiet(&hub).await;
    assert!(!gone(&bot, &shop).await, "unsuspended");
    // Nobody tells of it.
    hub.lose_next(1);
    hub.app().uninstall("acme");
    hub.settled().await;
    sweep::once(&bot.bot).await.unwrap();
    bot.quiet(&hub).await;
    assert!(gone(&bot, &shop).await, "uninstalled");
    bot.stop().await;
}

/// A story of the last hour: GitHub keeps no deliveries that are older than three days.
fn lately() -> Hub {
    Hub::at(jiff::Timestamp::now().as_second() - 3600)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_twice_is_asked_for_again() {
    let hub = lately();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    bot.quiet(&hub).await;
    hub.lose_next(1);
    let review = pr.review("bo", Approved);
    for _ in 0..2 {
        hub.settled().await;
        hub.lose_next(1);
        sweep::once(&bot.bot).await.unwrap();
    }
    hub.settled().await;
    hub.lose_next(0);
    sweep::once(&bot.bot).await.unwrap();
    bot.quiet(&hub).await;
    let kept = bot.bot.store.reviews(shop.id(), pr.number).await.unwrap();
    assert!(kept.iter().any(|it| it.review == review), "only the delivery tells which head it saw");
    // And no more once it is here.
    hub.forget_calls();
    sweep::once(&bot.bot).await.unwrap();
    assert!(hub.calls("apps/redeliver-webhook-delivery").is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_delivery_that_cannot_be_had_stands_in_the_way_of_none() {
    let hub = lately();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    bot.quiet(&hub).await;
    hub.lose_next(3);
    pr.comment("bo", "one");
    let review = pr.review("bo", Approved);
    pr.comment("bo", "two");
    hub.settled().await;
    hub.trouble("apps/redeliver-webhook-delivery", 1, Trouble::ResetBefore);
    let _ = sweep::once(&bot.bot).await;
    bot.quiet(&hub).await;
    let again = hub.calls("apps/redeliver-webhook-delivery");
    assert_eq!(again.iter().filter(|it| it.status == 202).count(), 2);
    let kept = bot.bot.store.reviews(shop.id(), pr.number).await.unwrap();
    assert!(kept.iter().any(|it| it.review == review));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_is_granted_later_is_asked_for_from_then_on() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    // The App asks for more than the installation has granted.
    let more = ["actions", "checks", "contents", "issues", "members", "merge_queues", "statuses"];
    let mut few: BTreeMap<String, String> =
        more[..4].iter().map(|it| ((*it).to_owned(), "write".to_owned())).collect();
    few.insert("metadata".to_owned(), "read".to_owned());
    few.insert("pull_requests".to_owned(), "write".to_owned());
    few.insert("contents".to_owned(), "read".to_owned());
    let installation = hub.app().installation("acme");
    let all = std::mem::replace(
        &mut hub.world().installations.get_mut(&installation).unwrap().permissions,
        few,
    );
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    looks(&hub, &bot, &pr, &shop).await;
    let asks = |what: &str| {
        let all = hub.calls("apps/create-installation-access-token");
        all.iter().any(|it| it.status == 201 && !it.body["permissions"][what].is_null())
    };
    assert!(!asks("members") && asks("issues"));
    hub.world().installations.get_mut(&installation).unwrap().permissions = all;
    let by = hub.world().user("ana");
    hub.world().emit_installation("new_permissions_accepted", installation, by);
    bot.quiet(&hub).await;
    assert!(asks("members") && asks("statuses"));
    // What is taken away is found by the sweep.
    hub.app().permissions(&[
        ("checks", "write"),
        ("contents", "read"),
        ("metadata", "read"),
        ("pull_requests", "write"),
    ]);
    hub.expire_tokens();
    sweep::once(&bot.bot).await.unwrap();
    bot.quiet(&hub).await;
    let pr = shop.pull("another", files!["c" => "d"]);
    looks(&hub, &bot, &pr, &shop).await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_is_deleted_holds_up_nothing() {
    let hub = Hub::start();
    let shop = repo(&hub, "[[protect]]\nrefs = [\"main\"]\nthreads = \"resolved\"\n");
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    let thread = pr.thread("bo", "a", 1, "why?");
    bot.quiet(&hub).await;
    assert_ne!(state(&shop, &pr), "success");
    hub.forget_calls();
    pr.edit_thread_comment(thread, "bo", "why not?");
    bot.quiet(&hub).await;
    assert!(hub.calls("*").is_empty(), "nobody reads the words of a thread");
    pr.delete_thread_comment(thread, "bo");
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success", "{:?}", run(&shop, &pr));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_request_that_moves_while_it_is_read_is_read_anew() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    shop.commit("lax", files!["lax" => "lax"], "lax");
    let pr = shop.pull("feature", files!["a" => "b"]);
    for at in 0..120 {
        pr.comment("bo", &format!("{at}"));
    }
    // What follows is told by nobody, and falls between the first page and the second.
    hub.trouble_after("graphql", 1, 1, Trouble::Slow(Duration::from_secs(2)));
    let bot = Server::start(&hub).await;
    hub.until("the second page is asked for", || hub.troubles() == 0).await;
    hub.hold();
    pr.retarget("lax", "ana");
    let first = |it: &crate::hub::Called| it.body["variables"]["commentsAfter"].is_null();
    let firsts = || hub.calls("graphql").iter().filter(|it| first(it)).count();
    hub.until("it is read anew", || firsts() > 1).await;
    hub.release();
    bot.quiet(&hub).await;
    let run = run(&shop, &pr).unwrap();
    assert_eq!(run.title.as_deref(), Some("the policy does not name its target"), "{run:?}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_of_a_look_names_the_delivery_that_led_to_it() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("one");
    let mut replica = Replica::new(&hub, &home, None, &[("REFGATE_LOG", "refgate=debug")]);
    replica.ready().await;
    hub.app().hook_at(&replica.hook());
    let pr = shop.pull("feature", files!["a" => "b"]);
    hub.until("a verdict", || run(&shop, &pr).is_some()).await;
    let guid = hub.deliveries().iter().find(|it| it.event == "pull_request").unwrap().guid.clone();
    replica.kill();
    let log = std::fs::read_to_string(home.join("log")).unwrap();
    let lines: Vec<serde_json::Value> =
        log.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let of = |it: &&serde_json::Value| it["span"]["delivery"] == format!("{guid}:pull_request");
    let looked: Vec<_> = lines.iter().filter(of).collect();
    let asked = |it: &&&serde_json::Value| it["kind"] == "graphql" && it["span"]["look"].is_u64();
    assert!(looked.iter().any(|it| asked(&it)), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_lot_to_be_looked_at_leaves_room_for_others() {
    let hub = Hub::start();
    let (one, two) = (hub.repo("acme/one"), hub.repo("acme/two"));
    let theirs = hub.repo("other/theirs");
    let text = format!("version = 1\nstages = [\"github\"]\n{ONE}");
    theirs.commit("main", vec![("refgate.toml".into(), text.into())], "policy");
    let bot = Server::with(&hub, "workers = 2").await;
    sweep::once(&bot.bot).await.unwrap();
    // Its own first sweep is over, too.
    tokio::time::sleep(Duration::from_secs(2)).await;
    bot.quiet(&hub).await;
    hub.trouble("pulls/list", 2, Trouble::Slow(Duration::from_secs(20)));
    let nudge = |it: &RepoHandle| {
        let home = Home { installation: hub.app().installation("acme"), repository: it.id() };
        Nudge { subject: Subject::Repository { home }, cause: Cause::Policy }
    };
    let now = bot.bot.clock.now();
    bot.bot.store.nudge(vec![nudge(&one), nudge(&two)], now).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let begun = std::time::Instant::now();
    let pr = theirs.pull("feature", files!["a" => "b"]);
    hub.until("a verdict", || run(&theirs, &pr).is_some()).await;
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    hub.no_trouble();
    bot.stop().await;
}
