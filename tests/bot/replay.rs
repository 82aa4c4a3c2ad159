//! What a policy that a pull request proposes would make of the pull requests that
//! were decided before.

use std::time::Instant;

use refgate::github::store::{Page, Within};

use crate::files;
use crate::harness::{Server, repo, run, state};
use crate::hub::State::Approved;
use crate::hub::{Hub, PullHandle, RepoHandle};

const ONE: &str = "[[protect]]\nrefs = [\"main\"]\napprovals = { count = 1 }\n";

/// A title that wants to be more than text.
const EVIL: &str = "`x` [evil](http://e.example) <img src=x> @all ```\u{202e}";

fn policy(text: &str) -> String {
    format!("version = 1\nstages = [\"github\"]\n\n{text}")
}

/// A pull request that makes this the policy.
fn proposes(shop: &RepoHandle, name: &str, text: &str) -> PullHandle {
    shop.pull(name, vec![("refgate.toml".into(), policy(text).into())])
}

fn summary(shop: &RepoHandle, pr: &PullHandle) -> String {
    run(shop, pr).unwrap().summary.unwrap()
}

/// Two pull requests that may land, and one that waits.
async fn decided(shop: &RepoHandle, hub: &Hub, bot: &Server) -> [PullHandle; 3] {
    let one = shop.propose("one").by("ana").titled(EVIL).with(files!["src/a.rs" => "a\n"]);
    let two = shop.propose("two").by("ana").titled("two").with(files![".env" => "b\n"]);
    let three = shop.propose("three").by("ana").titled("three").with(files!["src/c.rs" => "c\n"]);
    bot.quiet(hub).await;
    one.review("bo", Approved);
    two.review("bo", Approved);
    two.review("cy", Approved);
    bot.quiet(hub).await;
    assert_eq!([state(shop, &one), state(shop, &two)], ["success", "success"]);
    [one, two, three]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_policy_tells_what_it_would_have_decided_otherwise() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let first = proposes(&shop, "first", &ONE.replace("= 1", "= 2"));
    bot.quiet(&hub).await;
    assert!(summary(&shop, &first).contains("No other pull request was decided yet"));
    first.close("ana");
    decided(&shop, &hub, &bot).await;

    let two = proposes(&shop, "stricter", &ONE.replace("= 1", "= 2"));
    bot.quiet(&hub).await;
    let said = summary(&shop, &two);
    let (_, said) = said.split_once("\nOf the last ").unwrap();
    assert!(said.starts_with("4 pull requests that were decided, 1 would be"), "{said}");
    let line = said.lines().find(|it| it.starts_with("- ")).unwrap();
    assert_eq!(
        line,
        "- #2 ```` `x` [evil](http://e.example) <img src=x> @all ```\\u{202e} ````: was allowed, \
         would be pending by approvals"
    );
    assert_eq!(said.matches("\n- ").count(), 1, "{said}");

    let lax = proposes(&shop, "looser", "[[protect]]\nrefs = [\"main\"]\nlinear = true\n");
    bot.quiet(&hub).await;
    let said = summary(&shop, &lax);
    assert!(said.contains("\n- #4 three: was pending by approvals, would be allowed\n"), "{said}");
    assert!(!said.contains("could not be replayed"), "{said}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_asked_is_replayed_if_it_was_at_hand_and_told_if_not() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    decided(&shop, &hub, &bot).await;
    let paths = proposes(&shop, "paths", &format!("{ONE}paths = {{ deny = [\".env\"] }}\n"));
    bot.quiet(&hub).await;
    let said = summary(&shop, &paths);
    assert!(said.contains("\nOf the last 3 pull requests"), "{said}");
    assert!(said.contains("- #2 two: was allowed, would be denied by paths\n"), "{said}");
    assert!(!said.contains("could not be replayed"), "{said}");

    let checks = proposes(&shop, "checks", &format!("{ONE}checks = [\"build\"]\n"));
    bot.quiet(&hub).await;
    let said = summary(&shop, &checks);
    assert!(said.contains("4 could not be replayed, for lack of checks.\n"), "{said}");
    assert!(said.contains("decided, none would be decided otherwise by it.\n"), "{said}");

    let off = "version = 1\nstages = [\"pre-receive\"]\n\n[[protect]]\nrefs = [\"main\"]\nlinear = true\n";
    let off = shop.pull("off", vec![("refgate.toml".into(), off.into())]);
    bot.quiet(&hub).await;
    assert!(summary(&shop, &off).contains("No pull request would be judged by it any more."));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replaying_asks_github_nothing_and_is_done_once() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    let [one, ..] = decided(&shop, &hub, &bot).await;
    let calls = || {
        let mut all: Vec<_> = hub.calls("*").into_iter().map(|it| it.operation).collect();
        // The text of the policy is fetched by Git; on a slow machine the check run says
        // first that it is looked at, and what is told late is looked at again.
        all.retain(|it| it != "git" && !it.starts_with("checks/"));
        all.sort();
        all.dedup();
        all
    };
    hub.forget_calls();
    let plain = shop.pull("plain", files!["docs/a.md" => "a\n"]);
    bot.quiet(&hub).await;
    let plainly = calls();
    hub.forget_calls();
    let two = proposes(&shop, "stricter", &ONE.replace("= 1", "= 2"));
    bot.quiet(&hub).await;
    assert_eq!(calls(), plainly);
    let said = summary(&shop, &two);
    assert!(said.contains("Of the last 4 pull requests that were decided, 1 would"), "{said}");

    // What is decided meanwhile is no reason to write again.
    one.review("cy", Approved);
    plain.review("bo", Approved);
    bot.quiet(&hub).await;
    hub.forget_calls();
    two.review_saying("bo", crate::hub::State::Commented, "hm");
    bot.quiet(&hub).await;
    assert!(hub.calls("checks/*").is_empty(), "{:?}", calls());
    assert_eq!(summary(&shop, &two), said);
    // Whoever asks for it gets it anew.
    shop.press(run(&shop, &two).unwrap().id, "recheck", "ana");
    bot.quiet(&hub).await;
    let again = summary(&shop, &two);
    assert!(again.contains("- #4 add plain: "), "{again}");
    assert!(!again.contains("- #1 "), "{again}");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_are_judged_again_and_fewer_are_told() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let bot = Server::start(&hub).await;
    for at in 0..60 {
        let name = format!("topic-{at}");
        let files = files![format!("src/{at}.rs") => format!("// {at}\n")];
        shop.propose(&name).by("ana").titled(&"long ".repeat(40)).with(files);
    }
    bot.quiet(&hub).await;
    let began = Instant::now();
    let lax = proposes(&shop, "looser", "[[protect]]\nrefs = [\"main\"]\nlinear = true\n");
    bot.quiet(&hub).await;
    println!("50 pull requests, looked at and replayed: {:?}", began.elapsed());
    let said = summary(&shop, &lax);
    assert!(said.contains("Of the last 50 pull requests that were decided, 50 would"), "{said}");
    assert_eq!(said.matches("would be allowed\n").count(), 10, "{said}");
    assert!(said.contains("- … 40 more\n"), "{said}");
    assert!(said.len() < 6000, "{}", said.len());
    bot.stop().await;
}

/// What a repository's readers may see of a decision holds no secret.
#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_kept_without_what_may_be_a_secret() {
    let hub = Hub::start();
    let shop = repo(&hub, &format!("{ONE}text = {{}}\n"));
    let bot = Server::start(&hub).await;
    let key = refgate::secret::sample("aws-access-key-id").unwrap();
    let pr = shop
        .propose("leaky")
        .by("ana")
        .titled(&format!("use {key}"))
        .with(files!["src/a.rs" => format!("let key = \"{key}\";\n")]);
    pr.comment("bo", &format!("{key}?"));
    pr.review("bo", Approved);
    bot.quiet(&hub).await;
    let page = Page { skip: 0, most: 1 };
    let last = bot.bot.store.recent(&Within::All, page).await.unwrap().items.remove(0);
    let record = bot.bot.store.decision(last.id).await.unwrap().unwrap().record.unwrap();
    assert!(!record.contains(&key), "{record}");
    assert!(record.contains("\"redacted\":true"), "{record}");
    bot.stop().await;
}
