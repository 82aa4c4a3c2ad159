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
