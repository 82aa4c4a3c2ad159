//! What each kind of event costs in calls to GitHub: tokens and teams that are kept for a
//! while are there, fetches with Git are no calls. A verdict that takes longer than a second
//! costs one more at a new head.

use std::collections::BTreeMap;

use crate::hub::State::{Approved, ChangesRequested};
use crate::hub::{Hub, PullHandle, RepoHandle};
use crate::server::Server;
use crate::table::Table;
use crate::{files, shop};

/// Each look should need fewer.
const GOAL: u64 = 3;

/// A server, and a pull request that everything happens to.
struct Bench<'b> {
    hub: &'b Hub,
    shop: &'b RepoHandle,
    server: &'b Server,
    pull: &'b PullHandle,
}

/// Something that happens, and the calls for each look that it led to.
struct Cost {
    what: &'static str,
    calls: usize,
    looks: u64,
}

/// Lets everything happen once, and counts.
pub(crate) async fn run(table: &mut Table) {
    let (hub, shop) = shop::open("");
    let server = Server::start(&hub, None).await;
    hub.app().hook_at(&server.hook());
    // Tokens and teams are asked for once, and kept for a while.
    warm(&hub, &shop, &server).await;
    let pull = shop.pull("measured", files!["core/measured.rs" => "// 1\n"]);
    server.quiet(&hub).await;
    let bench = Bench { hub: &hub, shop: &shop, server: &server, pull: &pull };
    let mut costs = bench.pulls().await;
    costs.extend(bench.words().await);
    costs.extend(bench.runs().await);
    costs.extend(bench.branches().await);
    // What costs the same stands in one row.
    let mut rows: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for Cost { what, calls, looks } in costs {
        let tenths = (calls as u64 * 10).div_ceil(looks.max(1));
        rows.entry(tenths).or_default().push(what);
    }
    for (tenths, what) in rows {
        let (whole, rest) = (tenths / 10, tenths % 10);
        let goal = if tenths < GOAL * 10 { "" } else { ", not below the goal of 3" };
        table.row(
            format!("calls to GitHub for each look after: {}", what.join(", ")),
            if rest == 0 { format!("{whole}{goal}") } else { format!("{whole}.{rest}{goal}") },
        );
    }
}

async fn warm(hub: &Hub, shop: &RepoHandle, server: &Server) {
    for name in ["first", "second"] {
        let pull = shop.pull(name, files![format!("core/{name}.rs") => "// 1\n"]);
        server.quiet(hub).await;
        pull.review("bo", ChangesRequested);
        pull.review("cy", Approved);
        shop.check(&pull.head(), "github-actions", "build", Some("success"));
        server.quiet(hub).await;
    }
}

impl Bench<'_> {
    async fn of<T>(&self, what: &'static str, act: impl FnOnce() -> T) -> Cost {
        self.server.quiet(self.hub).await;
        self.hub.forget_calls();
        let before = self.server.looks().await;
        act();
        self.server.quiet(self.hub).await;
        let looks = self.server.looks().await - before;
        let mut all: Vec<_> = self.hub.calls("*").into_iter().map(|it| it.operation).collect();
        all.retain(|it| it != "git");
        eprintln!("{what}: {all:?}, {looks} looks");
        Cost { what, calls: all.len(), looks }
    }

    async fn pulls(&self) -> Vec<Cost> {
        let (shop, pull) = (self.shop, self.pull);
        let new = || shop.pull("opened", files!["core/opened.rs" => "// 1\n"]);
        let draft = shop.propose("draft").draft().with(files!["core/draft.rs" => "// 1\n"]);
        shop.commit("dev", files!["core/dev.rs" => "// 1\n"], "dev");
        let other = shop.pull("other", files!["core/other.rs" => "// 1\n"]);
        vec![
            self.of("a pull request is opened", new).await,
            self.of("its head is pushed", || drop(pull.push(files!["core/b.rs" => "// 2\n"])))
                .await,
            self.of("its head is forced", || drop(pull.force_push(files!["core/c.rs" => "3"])))
                .await,
            self.of("a draft is ready", || draft.ready("ana")).await,
            self.of("another target", || other.retarget("dev", "ana")).await,
            self.of("it is closed", || draft.close("ana")).await,
        ]
    }

    async fn words(&self) -> Vec<Cost> {
        let pull = self.pull;
        let (mut review, mut thread) = (0, 0);
        vec![
            self.of("a review approves", || review = pull.review("bo", Approved)).await,
            self.of("a review is dismissed", || pull.dismiss(review, "cy")).await,
            self.of("a thread begins", || thread = pull.thread("bo", "core/c.rs", 1, "why?")).await,
            self.of("a thread is resolved", || pull.resolve(thread, "bo")).await,
            self.of("a comment", || pull.comment("bo", "why?")).await,
            self.of("a label", || pull.label("later", "bo")).await,
            self.of("another title", || pull.retitle("a better title", "ana")).await,
        ]
    }

    async fn runs(&self) -> Vec<Cost> {
        let (shop, head) = (self.shop, self.pull.head());
        let check = || shop.check(&head, "github-actions", "build", Some("success"));
        let again = || {
            let run = shop.check_of(&head, "refgate").unwrap();
            shop.press(run.id, "recheck", "ana");
        };
        let status = || shop.status(&head, "core", "success", "bo");
        let workflow = || {
            let ended = Some("success");
            shop.workflow(".github/workflows/ci.yml", "pull_request", &head, ended, &["test"]);
        };
        vec![
            self.of("a check run ends", check).await,
            self.of("a status", status).await,
            self.of("a workflow of one job ends", workflow).await,
            self.of("somebody presses a button", again).await,
        ]
    }

    async fn branches(&self) -> Vec<Cost> {
        let (hub, shop) = (self.hub, self.shop);
        let commit = || shop.commit("main", files!["docs/a.md" => "a"], "docs");
        let elsewhere = || shop.commit("else", files!["docs/b.md" => "a"], "docs");
        let group = || shop.queue(&[self.pull]);
        let team = || hub.team("acme/core", &["bo", "cy", "di"]);
        vec![
            self.of("a branch that nothing is to land on moves", elsewhere).await,
            self.of("the target moves", commit).await,
            self.of("a merge group of one", group).await,
            self.of("somebody joins a team", team).await,
        ]
    }
}
