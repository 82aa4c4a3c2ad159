//! A pull request's life.

use crate::files;
use crate::harness::{Server, repo, run, state};
use crate::hub::Hub;
use crate::hub::State::{Approved, ChangesRequested};

const TWO: &str =
    "[[protect]]\nrefs = [\"main\"]\npull-request = \"required\"\napprovals = { count = 1 }\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_request_waits_for_an_approval_and_a_push_takes_it_back() {
    let hub = Hub::start();
    let shop = repo(&hub, TWO);
    let bot = Server::start(&hub).await;
    let pr = shop.pull("feature", files!["src/a.rs" => "fn a() {}\n"]);
    bot.quiet(&hub).await;
    let first = run(&shop, &pr).unwrap();
    assert_eq!((first.status.as_str(), &first.conclusion), ("in_progress", &None), "{first:?}");
    let title = first.title.unwrap();
    assert!(title.contains("approve it"), "{title}");

    pr.review("bo", Approved);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "success", "{:?}", run(&shop, &pr));

    pr.push(files!["src/b.rs" => "fn b() {}\n"]);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress");
    let text = run(&shop, &pr).unwrap().text.unwrap();
    assert!(text.contains("ignored"), "{text}");

    pr.review("bo", ChangesRequested);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_policy_is_judged_by_the_one_that_is_there() {
    let hub = Hub::start();
    let shop = repo(&hub, TWO);
    let bot = Server::start(&hub).await;
    let lax = "version = 1\nstages = [\"github\"]\n\n[[protect]]\nrefs = [\"main\"]\nthreads = \"resolved\"\n";
    let pr = shop.pull("lax", vec![("refgate.toml".into(), lax.into())]);
    let broken = shop.pull("broken", files!["refgate.toml" => "version = 1\n[[protect]]\n"]);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &pr), "in_progress");
    let summary = run(&shop, &pr).unwrap().summary.unwrap();
    assert!(summary.contains("**looser**") && summary.contains("stricter"), "{summary}");
    broken.review("bo", Approved);
    bot.quiet(&hub).await;
    assert_eq!(state(&shop, &broken), "failure");
    let summary = run(&shop, &broken).unwrap().summary.unwrap();
    assert!(summary.contains("no policy that can be read"), "{summary}");
    bot.stop().await;
}
