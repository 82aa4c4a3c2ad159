//! The attacks that need a bot that runs: what shares a head, what comes late,
//! twice or never, what somebody forges. Named after `tests/cases/adversarial.json`.

use std::time::Duration;

use refgate::github::work;
use serde_json::json;

use crate::files;
use crate::harness::{Server, repo, run, state};
use crate::hub::State::Approved;
use crate::hub::{Hub, Trouble};

const ONE: &str = "[[protect]]\nrefs = [\"main\"]\napprovals = { count = 1 }\n";
const CI: &str = "[[protect]]\nrefs = [\"main\"]\nchecks = [{ name = \"ci\", app = 15368 }]\n";

#[tokio::test(flavor = "multi_thread")]
async fn d08_the_worst_of_two_with_one_head_is_written() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let one = shop.pull("feature", files!["a" => "b"]);
    shop.push("again", &one.head(), "cy");
    let two = shop.propose("again").by("cy").open();
    assert_eq!(one.head(), two.head());
    two.review("bo", Approved);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &one), "in_progress");
    let summary = run(&shop, &one).unwrap().summary.unwrap();
    assert!(summary.contains("#1") && summary.contains("#2"), "{summary}");
    // One that is closed says nothing any more.
    one.close("ana");
    two.label("x", "ana");
    shop.rerequest(run(&shop, &two).unwrap().id, "ana");
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &two), "success", "{:?}", run(&shop, &two));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d09_what_others_write_under_our_name_is_kept_and_changes_nothing() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    bot.quiet(&hub).await;
    shop.status(&pr.head(), "refgate", "success", "mallory");
    shop.check(&pr.head(), "github-actions", "refgate", Some("success"));
    bot.quiet(&hub).await;
    let ours = bot.bot.config.app_id;
    let all = shop.checks_of(&pr.head(), "refgate");
    let mine: Vec<_> = all.iter().filter(|it| it.app == ours).collect();
    assert!(mine.iter().all(|it| it.conclusion.is_none()), "{mine:?}");
    let forged = bot.bot.store.forgeries(shop.id()).await.unwrap();
    let by: Vec<_> = forged.iter().map(|it| it.by.as_str()).collect();
    assert!(by.contains(&"mallory") && by.len() == 2, "{forged:?}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d10_what_others_write_to_another_commit_under_our_name_is_kept() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    bot.quiet(&hub).await;
    // GitHub lets a result on the test merge go before that of the head.
    let merge = shop.tip("main");
    shop.status(&merge, "refgate", "success", "mallory");
    bot.quiet(&hub).await;
    let forged = bot.bot.store.forgeries(shop.id()).await.unwrap();
    assert!(forged.iter().any(|it| it.commit.to_string() == merge), "{forged:?}");
    assert_eq!(state(&shop, &pr), "in_progress");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn e04_a_policy_that_is_gone_is_an_error() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    pr.review("bo", Approved);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success");
    shop.making("main", vec![("refgate.toml".into(), crate::hub::Content::Deleted)])
        .says("no policy")
        .now();
    bot.quiet(&hub).await;
    let gone = run(&shop, &pr).unwrap();
    assert_eq!(gone.conclusion.as_deref(), Some("failure"), "{gone:?}");
    assert!(gone.title.unwrap().contains("the policy is gone"));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn e05_what_cannot_be_read_is_pending_and_then_judged() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    hub.trouble("graphql", 2, Trouble::Status(503));
    let pr = shop.pull("feature", files!["a" => "b"]);
    pr.review("bo", Approved);
    hub.settled().await;
    for _ in 0..20 {
        assert_ne!(state(&shop, &pr), "failure");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    hub.until("a verdict", || state(&shop, &pr) == "success").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g04_a_verdict_stays_on_the_head_that_was_judged() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    let first = pr.head();
    pr.review("bo", Approved);
    bot.quiet(&hub).await;
    pr.push(files!["c" => "d"]);
    bot.quiet(&hub).await;
    let old = shop.check_of(&first, "refgate").unwrap();
    assert_eq!(old.conclusion.as_deref(), Some("success"));
    assert_eq!(state(&shop, &pr), "in_progress");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g06_a_delivery_that_comes_twice_has_one_effect() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    hub.twice_next(10);
    let pr = shop.pull("feature", files!["a" => "b"]);
    pr.review("bo", Approved);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success");
    let before = hub.calls("*").len();
    for delivery in hub.deliveries() {
        hub.replay(&delivery.guid).await;
    }
    bot.quiet(&hub).await;
    assert_eq!(hub.calls("*").len(), before, "a repetition asks nothing");
    assert_eq!(shop.checks_of(&pr.head(), "refgate").len(), 1);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g07_g05_the_newest_wins_in_whatever_order_it_is_told() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    hub.weather(crate::hub::Weather { shuffled: true, seed: 3, ..Default::default() });
    hub.hold();
    let pr = shop.pull("feature", files!["a" => "b"]);
    let review = pr.review("bo", Approved);
    pr.dismiss(review, "ana");
    pr.review("cy", Approved);
    pr.push(files!["c" => "d"]);
    hub.trouble("graphql", 1, Trouble::Slow(Duration::from_millis(700)));
    hub.release();
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress");
    pr.review("cy", Approved);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success", "{:?}", run(&shop, &pr));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g08_what_was_never_told_is_found_by_the_sweep() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    bot.quiet(&hub).await;
    hub.weather(crate::hub::Weather { vanished: 100, ..Default::default() });
    pr.review("bo", Approved);
    hub.settled().await;
    hub.weather(crate::hub::Weather::default());
    assert_eq!(state(&shop, &pr), "in_progress");
    refgate::github::sweep::once(&bot.bot).await.unwrap();
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success", "{:?}", run(&shop, &pr));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g08_what_failed_is_asked_for_again() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    bot.quiet(&hub).await;
    hub.lose_next(2);
    let pr = shop.pull("feature", files!["a" => "b"]);
    hub.settled().await;
    refgate::github::sweep::once(&bot.bot).await.unwrap();
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g14_a_check_of_a_fork_is_found_by_its_head() {
    let hub = Hub::start();
    let shop = repo(&hub, CI);
    let bot = Server::start(&hub).await;
    let pr = shop.propose("feature").in_fork("eve").with(files!["a" => "b"]);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress", "{:?}", run(&shop, &pr));
    let build = shop.check(&pr.head(), "github-actions", "ci", Some("success"));
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success", "{:?}", run(&shop, &pr));
    // D03: what turns red takes the verdict back.
    shop.set_check(build, Some("failure"));
    bot.quiet(&hub).await;
    assert_ne!(state(&shop, &pr), "success");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g01_a_group_lands_only_what_may_land_alone() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let one = shop.pull("one", files!["one" => "1"]);
    let two = shop.pull("two", files!["two" => "2"]);
    one.review("bo", Approved);
    bot.quiet(&hub).await;
    let group = shop.queue(&[&one, &two]);
    bot.quiet(&hub).await;
    let head = group.head();
    let of = |head: &str| shop.check_of(head, "refgate").unwrap();
    assert_ne!(of(&head).conclusion.as_deref(), Some("success"), "{:?}", of(&head));
    group.destroy("invalidated");
    two.review("bo", Approved);
    bot.quiet(&hub).await;
    let group = shop.queue(&[&one, &two]);
    bot.quiet(&hub).await;
    let done = of(&group.head());
    assert_eq!(done.conclusion.as_deref(), Some("success"), "{done:?}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_does_not_ask_about_asks_nothing_of_github() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    // Whoever is new to the repository may matter to approvals.
    pr.comment("bo", "hello");
    bot.quiet(&hub).await;
    hub.forget_calls();
    for name in 0..10 {
        shop.check(&pr.head(), "github-actions", &format!("job {name}"), Some("success"));
    }
    shop.status(&pr.head(), "lint", "success", "ana");
    pr.label("later", "ana");
    pr.comment("bo", "nice");
    bot.quiet(&hub).await;
    let made = hub.calls("*");
    let told: Vec<_> = hub.deliveries().into_iter().map(|it| (it.event, it.action)).collect();
    assert!(made.is_empty(), "{} calls, by {told:?}", made.len());
    // An approval costs one question and one answer.
    pr.review("bo", Approved);
    bot.quiet(&hub).await;
    let made: Vec<_> = hub.calls("*").into_iter().map(|it| it.operation).collect();
    let api: Vec<_> = made.iter().filter(|it| *it != "git" && !it.contains("token")).collect();
    assert_eq!(api.len(), 2, "{api:?}");
    assert_eq!(state(&shop, &pr), "success");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_is_answered_by_where_its_commit_has_landed() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    bot.quiet(&hub).await;
    shop.deploy("production", &pr.head());
    shop.deploy("production", &shop.tip("main"));
    bot.quiet(&hub).await;
    let said: Vec<_> = shop.gates().iter().map(|it| json!(it.state)).collect();
    assert_eq!(said, [json!("rejected"), json!("approved")]);
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_a_head_takes_its_words_along() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let one = shop.pull("feature", files!["a" => "b"]);
    for (branch, leave) in [("closed", true), ("moved", false)] {
        shop.push(branch, &one.head(), "cy");
        let two = shop.propose(branch).by("cy").open();
        one.review("bo", Approved);
        bot.quiet(&hub).await;
        assert_eq!(state(&shop, &one), "in_progress", "{:?}", run(&shop, &one));
        if leave {
            two.close("cy");
        } else {
            two.push_by("cy", files!["c" => "d"]);
        }
        bot.quiet(&hub).await;
        assert_eq!(state(&shop, &one), "success", "{branch}: {:?}", run(&shop, &one));
        one.push(files!["e" => branch]);
    }
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_no_mark_is_found_by_the_sweep_too() {
    let hub = Hub::start();
    let shop = repo(&hub, CI);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    bot.quiet(&hub).await;
    hub.weather(crate::hub::Weather { vanished: 100, ..Default::default() });
    shop.check(&pr.head(), "github-actions", "ci", Some("success"));
    hub.settled().await;
    hub.weather(crate::hub::Weather::default());
    refgate::github::sweep::once(&bot.bot).await.unwrap();
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success", "{:?}", run(&shop, &pr));
    // So is another policy.
    hub.weather(crate::hub::Weather { vanished: 100, ..Default::default() });
    let text = format!("version = 1\nstages = [\"github\"]\n\n{ONE}");
    shop.commit("main", vec![("refgate.toml".into(), text.into())], "policy");
    hub.settled().await;
    hub.weather(crate::hub::Weather::default());
    refgate::github::sweep::once(&bot.bot).await.unwrap();
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress", "{:?}", run(&shop, &pr));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_by_time_stays_so_whatever_else_happens() {
    let hub = Hub::at(jiff::Timestamp::now().as_second() - 3600);
    let shop = repo(&hub, "[[protect]]\nrefs = [\"main\"]\nage = { min = \"2h\" }\n");
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress", "{:?}", run(&shop, &pr));
    // Nothing that the policy asks about.
    pr.comment("bo", "nice");
    bot.quiet(&hub).await;
    let later = bot.bot.clock.now() + 3 * 3600;
    let claim = refgate::github::store::Claim {
        worker: "somebody".to_owned(),
        lease: Duration::from_secs(1),
        now: later,
        without: Vec::new(),
    };
    let job = bot.bot.store.claim(claim).await.unwrap();
    assert!(job.is_some(), "it is forgotten");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_killed_takes_up_at_once_what_it_had() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let dir = tempfile::tempdir().unwrap();
    let mut one = crate::replica::Replica::new(&hub, dir.path(), None, &[]);
    one.ready().await;
    hub.app().hook_at(&one.hook());
    let pr = shop.pull("feature", files!["a" => "b"]);
    hub.until("a verdict", || run(&shop, &pr).is_some()).await;
    hub.trouble("graphql", 1, Trouble::Slow(Duration::from_secs(20)));
    pr.review("bo", Approved);
    hub.settled().await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    hub.no_trouble();
    one.again(&hub);
    // Long before the lease ends.
    hub.until("a verdict", || state(&shop, &pr) == "success").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d11_what_may_land_where_nothing_is_asked_is_not_green() {
    let hub = Hub::start();
    let everywhere = "\n[[protect]]\nrefs = [\"**\"]\npaths = { deny = [\"*.exe\"] }\n";
    let shop = repo(&hub, &format!("{ONE}{everywhere}"));
    let bot = Server::start(&hub).await;
    shop.commit("free", files!["free" => "free"], "a branch that no rule names");
    let pr = shop.propose("feature").onto("free").with(files!["a" => "b"]);
    bot.quiet(&hub).await;
    // What is required and not there holds it up as soon as it has another target.
    assert_eq!(state(&shop, &pr), "none", "{:?}", run(&shop, &pr));
    pr.retarget("main", "ana");
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress");
    pr.review("bo", Approved);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success");
    // A twin where nothing is asked takes nothing away from it, and keeps nothing.
    shop.push("twin", &pr.head(), "cy");
    let twin = shop.propose("twin").by("cy").onto("free").open();
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success", "{:?}", run(&shop, &pr));
    pr.close("ana");
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &twin), "in_progress", "{:?}", run(&shop, &twin));
    let denied = shop.propose("denied").onto("free").with(files!["a.exe" => "b"]);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &denied), "failure", "{:?}", run(&shop, &denied));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d11_rules_for_every_branch_alike_need_name_none() {
    let hub = Hub::start();
    let shop = repo(
        &hub,
        "[[protect]]\nrefs = [\"**\"]\nthreads = \"resolved\"\n\n[[protect]]\nrefs = [\"refs/tags/*\"]\ncreate = [\"ana\"]\n",
    );
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success", "{:?}", run(&shop, &pr));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d11_a_green_head_is_taken_back_before_another_target_is_judged() {
    let hub = Hub::start();
    let shop = repo(
        &hub,
        &format!("{ONE}\n[[protect]]\nrefs = [\"dev\", \"dev2\"]\nthreads = \"resolved\"\n"),
    );
    let bot = Server::start(&hub).await;
    shop.commit("dev", files!["dev" => "dev"], "dev");
    shop.push("dev2", &shop.tip("dev"), "ana");
    let pr = shop.propose("feature").onto("dev").with(files!["a" => "b"]);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success");
    // Until it is judged anew it is not green, though it will be.
    hub.trouble("graphql", 1, Trouble::Slow(Duration::from_secs(2)));
    pr.retarget("dev2", "ana");
    hub.until("it is taken back", || state(&shop, &pr) == "in_progress").await;
    hub.until("it is green", || state(&shop, &pr) == "success").await;
    pr.retarget("dev", "ana");
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success");
    // Nor for another pull request with the same head.
    hub.trouble("graphql", 1, Trouble::Slow(Duration::from_secs(2)));
    shop.push("twin", &pr.head(), "cy");
    let twin = shop.propose("twin").by("cy").onto("dev").open();
    hub.until("it is taken back", || state(&shop, &twin) == "in_progress").await;
    hub.until("it is green", || state(&shop, &twin) == "success").await;
    // Nor for one that is opened again, and none stays so when it is closed meanwhile.
    twin.close("cy");
    bot.quiet(&hub).await;
    hub.trouble("graphql", 1, Trouble::Slow(Duration::from_secs(2)));
    twin.reopen("cy");
    hub.until("it is taken back", || state(&shop, &twin) == "in_progress").await;
    twin.close("cy");
    hub.until("it is green again", || state(&shop, &pr) == "success").await;
    bot.stop().await;
}

/// The decisions that are kept about merge groups.
async fn groups(bot: &Server) -> Vec<refgate::github::store::Kept> {
    use refgate::github::store::{Page, Within};

    let page = Page { skip: 0, most: 100 };
    let all = bot.bot.store.recent(&Within::All, page).await.unwrap().items;
    let is = |it: &refgate::github::store::Kept| {
        matches!(it.decided.subject, work::Subject::Group { .. })
    };
    all.into_iter().filter(is).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn g01_a_group_is_looked_at_again_when_one_in_it_may_not_land_any_more() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let (one, two) = (shop.pull("one", files!["1" => "1"]), shop.pull("two", files!["2" => "2"]));
    one.review("bo", Approved);
    let review = two.review("bo", Approved);
    bot.quiet(&hub).await;
    let group = shop.queue(&[&one, &two]);
    bot.quiet(&hub).await;
    let said = || {
        let run = shop.check_of(&group.head(), "refgate").unwrap();
        run.conclusion.unwrap_or(run.status)
    };
    assert_eq!(said(), "success");
    two.dismiss(review, "ana");
    bot.quiet(&hub).await;
    assert_eq!(said(), "in_progress");
    two.review("cy", Approved);
    bot.quiet(&hub).await;
    assert_eq!(said(), "success");
    // The same is not kept again.
    let before = groups(&bot).await.len();
    shop.rerequest(shop.check_of(&group.head(), "refgate").unwrap().id, "ana");
    bot.quiet(&hub).await;
    assert_eq!(groups(&bot).await.len(), before);
    two.close("ana");
    bot.quiet(&hub).await;
    assert_eq!(said(), "failure");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g01_what_a_queue_has_landed_stays_as_it_was_judged() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let one = shop.pull("one", files!["1" => "1"]);
    one.review("bo", Approved);
    bot.quiet(&hub).await;
    let group = shop.queue(&[&one]);
    bot.quiet(&hub).await;
    let head = group.head();
    group.merge();
    one.close("ana");
    bot.quiet(&hub).await;
    shop.check(&head, "github-actions", "deploy", Some("success"));
    bot.quiet(&hub).await;
    let run = shop.check_of(&head, "refgate").unwrap();
    assert_eq!(run.conclusion.as_deref(), Some("success"), "{run:?}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_cannot_be_written_holds_up_no_check_run_and_is_tried_again() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::with(&hub, "[check]\nstatus = true").await;
    hub.trouble("repos/create-commit-status", 3, Trouble::Status(502));
    let pr = shop.pull("feature", files!["a" => "b"]);
    hub.until("a check run", || run(&shop, &pr).is_some()).await;
    assert!(shop.statuses(&pr.head()).is_empty());
    hub.until("a status", || !shop.statuses(&pr.head()).is_empty()).await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_floor_is_kept_beside_the_policy_and_holds_for_groups_and_deployments() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let dir = tempfile::tempdir().unwrap();
    let floor = dir.path().join("floor.toml");
    let text = |asks: &str| {
        format!("version = 1\nstages = [\"github\"]\n[[protect]]\nrefs = [\"main\"]\n{asks}\n")
    };
    std::fs::write(&floor, text("approvals = { count = 1 }")).unwrap();
    let bot = Server::with(&hub, &format!("[policy]\nfloor = \"{}\"", floor.display())).await;
    let pr = shop.pull("feature", files!["a" => "b"]);
    pr.review("bo", Approved);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success");
    let group = shop.queue(&[&pr]);
    bot.quiet(&hub).await;
    let kept = groups(&bot).await;
    assert_eq!(kept.len(), 1);
    let id = kept[0].id;
    let record = bot.bot.store.decision(id).await.unwrap().unwrap().record.unwrap();
    assert!(record.contains("floor.toml") && kept[0].decided.policy.len() == 64, "{record}");
    group.destroy("dequeued");
    shop.deploy("production", &shop.tip("main"));
    bot.quiet(&hub).await;
    let said: Vec<_> = shop.gates().iter().map(|it| it.state.clone()).collect();
    assert_eq!(said, ["approved"]);
    // Both are told of where there are both.
    let own = text("threads = \"resolved\"");
    shop.commit("main", vec![("refgate.toml".into(), own.into())], "policy");
    bot.quiet(&hub).await;
    let work::Subject::Group { home, .. } = kept[0].decided.subject else { panic!("{kept:?}") };
    let subject = work::Subject::Pull { home, number: 1 };
    let last = bot.bot.store.last_of(&subject).await.unwrap().unwrap();
    assert!(last.decided.policy.contains(" + "), "{:?}", last.decided);
    let record = bot.bot.store.decision(last.id).await.unwrap().unwrap().record.unwrap();
    let record = refgate::record::read("record.json", record.as_bytes(), None).unwrap();
    let floor = record.floor.unwrap();
    assert_eq!(floor.policy.unwrap().name, "floor.toml");
    assert!(floor.verdict.is_some() && record.policy.unwrap().name == "refgate.toml");
    bot.stop().await;
}
