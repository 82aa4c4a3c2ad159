//! From what GitHub tells to a verdict, over a GitHub of our own with real Git behind it.

#![cfg(feature = "github")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod hub;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use hub::State::{Approved, ChangesRequested};
use hub::{Hub, PullHandle, RepoHandle, Role, Trouble};
use refgate::git::Vars;
use refgate::github::api::{Access, App, Caller, Client, Endpoint, Scope, Secret, Setup};
use refgate::github::gather::{
    Candidate, Gatherer, GroupAsked, Judgement, Ledger, Outcome, PullAsked, Uses, joined,
};
use refgate::github::mirror::{Limits, Mirrors};
use refgate::github::read::query::Part;
use refgate::github::read::{Told, commits};
use refgate::github::work::{Cause, Home};
use refgate::github::{Slug, gather};
use refgate::model::{Actor, Decision, Need, Oid, Opinion, Push, RefName};
use refgate::policy::{self, Policy};

/// A bot, without its queue.
struct Bot<'h> {
    hub: &'h Hub,
    shop: &'h RepoHandle,
    gatherer: Gatherer,
    caller: Caller,
    home: Home,
    _dir: tempfile::TempDir,
}

impl<'h> Bot<'h> {
    fn new(hub: &'h Hub, shop: &'h RepoHandle) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let app = App::new(&hub.app().id().to_string(), &Secret::new(&hub.app().key())).unwrap();
        let setup = Setup::new(Endpoint::of(&hub.api()).unwrap()).app(app);
        let client = Client::new(setup).unwrap();
        let installation = hub.app().installation("acme");
        let mut scope = Scope::of(shop.id());
        for permission in [
            "actions",
            "checks",
            "contents",
            "issues",
            "members",
            "merge_queues",
            "pull_requests",
            "statuses",
        ] {
            scope = scope.may(Access::Read, permission);
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let vars: Vars = [(OsString::from("PATH"), path)].into_iter().collect();
        let web = client.endpoint().web.clone();
        let mirrors = Mirrors::new(dir.path(), &web, Limits::default(), vars).unwrap();
        let gatherer =
            Gatherer { mirrors, store: None, floor: None, patience: Duration::from_secs(30) };
        let caller = client.installation(installation, scope);
        let home = Home { installation, repository: shop.id() };
        Self { hub, shop, gatherer, caller, home, _dir: dir }
    }

    async fn look(&self, pull: &PullHandle, seen: bool) -> Outcome {
        let everything = Uses::everything();
        self.look_for(pull, seen.then_some(&everything)).await
    }

    async fn look_for(&self, pull: &PullHandle, expected: Option<&Uses>) -> Outcome {
        let slug: Slug = self.shop.slug().parse().unwrap();
        let ledger = ledger(pull);
        let asked = PullAsked {
            caller: &self.caller,
            home: self.home,
            slug: &slug,
            number: pull.now().number,
            now: self.hub.now(),
            expected,
            ledger: Some(&ledger),
        };
        self.gatherer.judge_pull(asked).await
    }

    async fn judged(&self, pull: &PullHandle) -> Box<Judgement> {
        match self.look(pull, true).await {
            Outcome::Judged(judged) => judged,
            other => panic!("{}", told(&other)),
        }
    }

    /// What each rule says, but for those that are built in.
    async fn says(&self, pull: &PullHandle) -> BTreeMap<&'static str, String> {
        said(&*self.judged(pull).await)
    }
}

fn said(judged: &Judgement) -> BTreeMap<&'static str, String> {
    let findings = judged.verdict.judgments.iter().flat_map(|it| &it.findings);
    let reasons = |it: &refgate::model::Finding| {
        let all: Vec<_> =
            it.reasons.iter().map(|it| format!("{:?}: {}", it.decision, it.what)).collect();
        all.join("; ")
    };
    findings.filter(|it| it.origin.is_some()).map(|it| (it.rule, reasons(it))).collect()
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Judged(judged) => format!("{:?}", said(judged)),
        Outcome::Closed(_) => "closed".to_owned(),
        Outcome::NoPolicy(_) => "no policy".to_owned(),
        Outcome::Elsewhere(_) => "elsewhere".to_owned(),
        Outcome::PolicyMissing(_) => "policy missing".to_owned(),
        Outcome::PolicyBroken { name, problems, .. } => format!("{name} broken: {problems}"),
        Outcome::Unavailable(it) => format!("unavailable: {}, temporary: {}", it.why, it.temporary),
    }
}

/// What a bot that got every delivery would have noted.
fn ledger(pull: &PullHandle) -> Ledger {
    let pull = pull.now();
    let says = |it: hub::State| match it {
        Approved => Opinion::Approved,
        ChangesRequested => Opinion::ChangesRequested,
        _ => Opinion::Commented,
    };
    let reviews = pull.reviews.iter();
    let reviews = reviews.map(|it| (it.id, (oid(&it.commit), says(it.state)))).collect();
    Ledger { reviews, pushes: Vec::new() }
}

fn oid(hex: &str) -> Oid {
    hex.parse().unwrap()
}

fn parsed(text: &str) -> Policy {
    policy::parse("refgate.toml", text, &mut |_| Err("no".to_owned()))
        .unwrap_or_else(|it| panic!("{it}"))
}

/// A policy that asks this of main at GitHub.
fn asks(rules: &str) -> String {
    format!("version = 1\nstages = [\"github\"]\n\n[[protect]]\nrefs = [\"main\"]\n{rules}\n")
}

// What a policy uses.

fn uses(rules: &str) -> Uses {
    Uses::of(&parsed(&asks(rules)), &RefName::new("refs/heads/main"))
}

#[test]
fn what_happened_matters_where_a_rule_could_tell() {
    let always = [
        Cause::Head,
        Cause::Base,
        Cause::Policy,
        Cause::Queue,
        Cause::Deployment,
        Cause::Request,
        Cause::Reviewers,
        Cause::Time,
    ];
    let table: [(&str, &[Cause]); 13] = [
        ("branch-name = \"^a\"", &[]),
        ("checks = [\"build\"]", &[Cause::Check]),
        ("threads = \"resolved\"", &[Cause::Thread, Cause::Review]),
        ("up-to-date = true", &[Cause::Target]),
        ("secrets = {}", &[Cause::Target]),
        ("message = { subject-max = 72 }", &[Cause::Target]),
        ("approvals = { count = 1 }", &[Cause::Target, Cause::Review, Cause::People]),
        (
            "approvals = { count = 1, methods = { comments = [\"/ok\"] } }",
            &[Cause::Target, Cause::Review, Cause::People, Cause::Comment],
        ),
        (
            "veto = { from = [\"@acme/sec\"], methods = { comments = [\"/hold\"] } }",
            &[Cause::Target, Cause::Review, Cause::People, Cause::Comment],
        ),
        ("changes-requested = true", &[Cause::Review]),
        ("checks = [\"build\"]\nwhen = { any-label = [\"x\"] }", &[Cause::Check, Cause::Label]),
        ("pull-request = \"required\"", &[Cause::Proposal, Cause::Target]),
        (
            "threads = \"resolved\"\nwhen = { title = { matches = [\"wip\"] } }",
            &[Cause::Thread, Cause::Review, Cause::Text],
        ),
    ];
    let sometimes = [
        Cause::Target,
        Cause::Proposal,
        Cause::Label,
        Cause::Text,
        Cause::Review,
        Cause::Thread,
        Cause::Comment,
        Cause::Check,
        Cause::People,
    ];
    for (rules, wanted) in table {
        let uses = uses(rules);
        for cause in always {
            assert!(uses.cares(cause), "{rules}: {cause:?}");
        }
        for cause in sometimes {
            assert_eq!(uses.cares(cause), wanted.contains(&cause), "{rules}: {cause:?}");
        }
    }
}

#[test]
fn another_branch_is_asked_nothing_of() {
    let policy = parsed(&asks("checks = [\"build\"]\nthreads = \"resolved\""));
    let uses = Uses::of(&policy, &RefName::new("refs/heads/dev"));
    assert!(!uses.cares(Cause::Check) && uses.parts().is_empty());
    assert!(Uses::anywhere(&policy).cares(Cause::Check));
}

#[test]
fn github_is_asked_for_what_is_used_alone() {
    assert_eq!(uses("checks = [\"build\"]").parts(), [Part::Checks]);
    assert_eq!(uses("threads = \"resolved\"").parts(), [Part::Threads]);
    assert_eq!(uses("secrets = {}").parts(), []);
    assert!(!uses("checks = [\"build\"]").repository());
    assert!(uses("checks = [\"build\"]\nwhen = { topics = [\"x\"] }").repository());
    let all = uses("approvals = { count = 1 }").parts();
    for part in [Part::Reviews, Part::Comments, Part::Timeline, Part::Commits] {
        assert!(all.contains(&part), "{part:?}");
    }
    assert!(!all.contains(&Part::Checks));
}

#[test]
fn what_is_used_is_kept_as_text() {
    let all = [Uses::everything(), Uses::default(), uses("approvals = { count = 1 }")];
    for uses in all {
        assert_eq!(uses.to_string().parse::<Uses>().unwrap(), uses, "{uses}");
    }
    assert!("checks, tea leaves".parse::<Uses>().is_err());
    assert!("checks".parse::<Uses>().unwrap().has(Need::Checks));
}

// Pushes.

fn push(before: Option<u8>, after: u8, at: Option<i64>, by: Option<&str>) -> Push {
    let oid = |it: u8| oid(&format!("{it:040x}"));
    let by = by.map(|it| Actor(it.to_owned()));
    Push { before: before.map(oid), after: oid(after), at, by, triggered_by: None }
}

#[test]
fn a_push_that_several_saw_came_when_it_was_first_seen() {
    let head = push(None, 2, None, None).after;
    let seen = [
        push(Some(1), 2, Some(130), Some("ana")),
        push(Some(1), 2, Some(120), None),
        push(None, 2, None, None),
    ];
    assert_eq!(joined(seen, head), [push(Some(1), 2, Some(120), Some("ana"))]);
}

#[test]
fn a_head_that_nobody_saw_come_came_at_no_known_time() {
    let head = push(None, 3, None, None).after;
    let seen = [push(Some(1), 2, Some(100), Some("ana"))];
    let joined = joined(seen.clone(), head);
    assert_eq!(joined, [seen[0].clone(), push(None, 3, None, None)]);
}

#[test]
fn a_head_that_was_pushed_twice_was_pushed_twice() {
    let head = push(None, 2, None, None).after;
    let seen = [
        push(Some(1), 2, Some(100_000), Some("ana")),
        push(Some(2), 1, Some(200_000), Some("ana")),
        push(Some(1), 2, Some(300_000), Some("bo")),
    ];
    assert_eq!(joined(seen.clone(), head), seen);
}

// Whole looks.

#[tokio::test]
async fn a_pull_request_waits_for_an_approval_and_gets_one() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    shop.commit("main", files!["refgate.toml" => asks("approvals = { count = 1 }")], "policy");
    let pr = shop.pull("feature", files!["src/a.rs" => "fn a() {}\n"]);
    let bot = Bot::new(&hub, &shop);
    let judged = bot.judged(&pr).await;
    assert_eq!(judged.verdict.decision(), Decision::Pending, "{:?}", said(&judged));
    assert_eq!(judged.head, oid(&pr.head()));
    assert!(judged.record.is_some() && judged.sha256.is_some());
    pr.review("ana", hub::State::Commented);
    pr.review("bo", Approved);
    let judged = bot.judged(&pr).await;
    assert!(judged.verdict.decision().allows(), "{:?}", said(&judged));
    // What was recorded comes to the same again.
    let record = judged.record.as_ref().unwrap();
    let again = record.judged(record.policy().unwrap().unwrap());
    assert_eq!(again.decision(), judged.verdict.decision());
    // Another content needs another look.
    pr.push(files!["src/a.rs" => "fn b() {}\n"]);
    let judged = bot.judged(&pr).await;
    assert_eq!(judged.verdict.decision(), Decision::Pending, "{:?}", said(&judged));
}

#[tokio::test]
async fn a_second_look_takes_few_calls() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let policy = asks("checks = [{ name = \"build\", app = 15368 }]\nthreads = \"resolved\"");
    shop.commit("main", files!["refgate.toml" => policy], "policy");
    let pr = shop.pull("feature", files!["a" => "a\n"]);
    let bot = Bot::new(&hub, &shop);
    let uses = bot.judged(&pr).await.anywhere;
    hub.forget_calls();
    let again = bot.look_for(&pr, Some(&uses)).await;
    assert!(matches!(again, Outcome::Judged(_)), "{}", told(&again));
    let calls: Vec<_> = hub.calls("*").iter().map(|it| it.operation.clone()).collect();
    assert_eq!(calls, ["graphql"]);
}

#[tokio::test]
async fn the_default_branch_holds_the_policy() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let bot = Bot::new(&hub, &shop);
    let early = shop.pull("early", files!["b" => "b\n"]);
    assert_eq!(told(&bot.look(&early, false).await), "no policy");
    assert_eq!(told(&bot.look(&early, true).await), "policy missing");
    shop.commit(
        "main",
        files!["refgate.toml" => asks("threads = \"resolved\"\nmessage = { subject-max = 5 }")],
        "policy",
    );
    // Neither what it brings itself nor a lax branch has a say.
    let pr = shop.pull("lax", files!["refgate.toml" => "version = 1\nstages = [\"github\"]\n"]);
    assert!(bot.says(&pr).await.contains_key("message"));
    shop.commit("main", files!["refgate.toml" => "version = 2\nnonsense = true\n"], "broken");
    assert!(told(&bot.look(&pr, true).await).contains("refgate.toml broken"));
    shop.commit("main", files!["refgate.toml" => "version = 1\nstages = [\"pre-push\"]\n[[protect]]\nrefs = [\"main\"]\nlinear = true\n"], "elsewhere");
    assert_eq!(told(&bot.look(&pr, true).await), "elsewhere");
    pr.close("ana");
    assert_eq!(told(&bot.look(&pr, true).await), "closed");
}

#[tokio::test]
async fn a_policy_may_stand_beside_workflows_and_extend_files() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let root = "version = 1\nstages = [\"github\"]\nextends = [\"../policies/base.toml\"]\n";
    let base = "version = 1\n[[protect]]\nrefs = [\"main\"]\nmessage = { subject-max = 3 }\n";
    shop.commit(
        "main",
        files![".github/refgate.toml" => root, "policies/base.toml" => base],
        "policy",
    );
    let pr = shop.pull("feature", files!["a" => "a\n"]);
    let bot = Bot::new(&hub, &shop);
    assert!(bot.says(&pr).await["message"].starts_with("Deny"));
}

#[tokio::test]
async fn a_floor_holds_whatever_a_repository_says() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let pr = shop.pull("feature", files!["a" => "a\n"]);
    let mut bot = Bot::new(&hub, &shop);
    let floor = asks("message = { subject-max = 3 }");
    bot.gatherer.floor = Some(Arc::new(gather::policy::floor("floor.toml", &floor).unwrap()));
    // Without a policy of its own.
    assert!(
        said(match &bot.look(&pr, false).await {
            Outcome::Judged(judged) => judged,
            other => panic!("{}", told(other)),
        })["message"]
            .starts_with("Deny")
    );
    shop.commit("main", files!["refgate.toml" => asks("threads = \"resolved\"")], "policy");
    let judged = bot.judged(&pr).await;
    assert_eq!(judged.verdict.decision(), Decision::Deny);
    let findings = &judged.verdict.judgments[0].findings;
    let files: Vec<_> =
        findings.iter().filter_map(|it| Some(it.origin.as_ref()?.file.to_string())).collect();
    assert_eq!(files, ["refgate.toml", "floor.toml"]);
    assert!(judged.record.is_some() && judged.floor.is_some());
}

#[tokio::test]
async fn contents_are_read_that_a_pull_request_brings() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let policy = asks(
        "secrets = {}\nfile-size = { max = \"1KiB\" }\nrequired-files = [[\"README.md\"]]\nwhen = { lines = { added = \"> 2\" } }",
    );
    shop.commit("main", files!["refgate.toml" => policy, "README.md" => "hello\n"], "policy");
    let key = format!("token = \"ghp_{}\"\n", "x".repeat(3));
    let pr = shop.pull("feature", files!["a" => key, "big" => "x\n".repeat(1000)]);
    let bot = Bot::new(&hub, &shop);
    let says = bot.says(&pr).await;
    assert!(says["file-size"].starts_with("Deny"), "{says:?}");
    assert!(!says["secrets"].contains("could not"), "{says:?}");
    let small = shop.pull("small", files!["c" => "1\n2\n"]);
    let says = bot.says(&small).await;
    assert!(says["file-size"].contains("does not apply"), "{says:?}");
}

#[tokio::test]
async fn teams_and_permissions_are_asked_for_where_a_rule_asks() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    hub.team("acme/core", &["bo"]);
    hub.child_team("acme/core", "acme/deep", &["cy"]);
    shop.grant("eve", Role::Read);
    let policy = asks(
        "approvals = { count = 1, from = [\"@acme/core\"] }\n\n[[protect]]\nrefs = [\"main\"]\n\
         changes-requested = { from = [\"permission:write\"] }\n\n[[protect]]\nrefs = [\"main\"]\n\
         veto = { from = [\"org:acme\"] }",
    );
    shop.commit("main", files!["refgate.toml" => policy], "policy");
    let pr = shop.pull("feature", files!["a" => "a\n"]);
    let bot = Bot::new(&hub, &shop);
    pr.review("eve", ChangesRequested);
    let says = bot.says(&pr).await;
    assert!(says["approvals"].starts_with("Pending"), "{says:?}");
    assert!(says["changes-requested"].starts_with("Pass"), "{says:?}");
    assert!(says["veto"].starts_with("Pass"), "{says:?}");
    hub.member("acme", "eve");
    shop.grant("eve", Role::Write);
    pr.review("cy", Approved);
    let says = bot.says(&pr).await;
    assert!(says["approvals"].starts_with("Pass"), "{says:?}");
    assert!(says["changes-requested"].starts_with("Deny"), "{says:?}");
    assert!(says["veto"].starts_with("Deny"), "{says:?}");
    // A team that is gone has unknown members, not none.
    hub.delete_team("acme/deep");
    hub.delete_team("acme/core");
    let says = bot.says(&pr).await;
    assert!(says["approvals"].contains("could not be found out"), "{says:?}");
}

#[tokio::test]
async fn an_update_from_the_target_is_worked_out_anew() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let policy =
        asks("approvals = { count = 1, invalidate = \"push\", ignore-update-merges = true }");
    shop.commit(
        "main",
        files!["refgate.toml" => policy, "a" => "1\n2\n3\n4\n5\n6\n7\n8\n"],
        "policy",
    );
    let pr = shop.pull("feature", files!["a" => "one\n2\n3\n4\n5\n6\n7\n8\n"]);
    let bot = Bot::new(&hub, &shop);
    pr.review("bo", Approved);
    shop.commit("main", files!["a" => "1\n2\n3\n4\n5\n6\n7\neight\n", "new" => "x\n"], "later");
    pr.update_branch("ana");
    let judged = bot.judged(&pr).await;
    assert!(judged.verdict.decision().allows(), "{:?}", said(&judged));
    // The same with something of its own in it.
    shop.commit("main", files!["other" => "x\n"], "later still");
    let merge = shop.making("feature", files!["evil" => "x\n"]).merging(&shop.tip("main")).now();
    assert_eq!(merge, pr.head());
    let judged = bot.judged(&pr).await;
    assert_eq!(judged.verdict.decision(), Decision::Pending, "{:?}", said(&judged));
}

#[tokio::test]
async fn what_cannot_be_found_out_lets_nothing_through() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    shop.commit("main", files!["refgate.toml" => asks("approvals = { count = 1 }")], "policy");
    let pr = shop.pull("feature", files!["a" => "a\n"]);
    pr.review("bo", Approved);
    let bot = Bot::new(&hub, &shop);
    for (on, what) in [("graphql", Trouble::Status(502)), ("git", Trouble::Status(503))] {
        hub.trouble(on, 1, what);
        let outcome = bot.look(&pr, true).await;
        let Outcome::Unavailable(why) = &outcome else { panic!("{on}: {}", told(&outcome)) };
        assert!(why.temporary, "{on}: {}", why.why);
        assert!(why.retry_at(hub.now(), 1).unwrap() > hub.now());
    }
    assert!(bot.judged(&pr).await.verdict.decision().allows());
}

#[tokio::test]
async fn github_tells_whose_a_commit_is_that_it_does_not_list() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let pr = shop.propose("feature").by("bo").with(files!["a" => "a\n"]);
    let bot = Bot::new(&hub, &shop);
    let slug: Slug = shop.slug().parse().unwrap();
    let all = [oid(&pr.head()), oid("00000000000000000000000000000000000000aa")];
    let (text, variables) = (commits::text(&all), commits::variables(&slug));
    let answer = bot.caller.graphql::<serde_json::Value>(&text, variables).await.unwrap();
    let mut told = Told::default();
    told.take_commits(answer.data.unwrap()).unwrap();
    let known: Vec<_> = told.provenance.iter().map(|(oid, it)| (*oid, it.author.clone())).collect();
    assert_eq!(known, [(all[0], Some(Actor("bo".to_owned())))]);
}

#[tokio::test]
async fn an_app_that_may_not_see_queues_judges_all_the_same() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let policy = asks(
        "threads = \"resolved\"\n\n[[protect]]\nrefs = [\"main\"]\nwhen = { lines = { added = \"> 1\" } }\nmessage = { subject-max = 3 }",
    );
    shop.commit("main", files!["refgate.toml" => policy], "policy");
    let pr = shop.pull("feature", files!["a" => "a\nb\n"]);
    let mut bot = Bot::new(&hub, &shop);
    let mut scope = Scope::of(shop.id());
    for permission in ["contents", "pull_requests"] {
        scope = scope.may(Access::Read, permission);
    }
    bot.caller = bot.caller.client().installation(bot.home.installation, scope);
    let says = bot.says(&pr).await;
    assert!(says["threads"].starts_with("Pass") && says["message"].starts_with("Deny"), "{says:?}");
}

// Merge queues.

async fn grouped(bot: &Bot<'_>, ends: (Oid, Oid), pulls: &[&PullHandle]) -> Outcome {
    let slug: Slug = bot.shop.slug().parse().unwrap();
    let candidates: Vec<_> = pulls
        .iter()
        .map(|it| Candidate { number: it.now().number, head: oid(&it.head()) })
        .collect();
    let everything = Uses::everything();
    let asked = GroupAsked {
        caller: &bot.caller,
        home: bot.home,
        slug: &slug,
        head: ends.1,
        base: "main",
        onto: ends.0,
        default_branch: None,
        candidates: &candidates,
        now: bot.hub.now(),
        expected: Some(&everything),
    };
    bot.gatherer.judge_group(asked).await
}

fn decision(outcome: &Outcome) -> (Decision, String) {
    match outcome {
        Outcome::Judged(judged) => {
            let all = judged.verdict.judgments.iter().flat_map(|it| &it.findings);
            let all = all.flat_map(|it| it.reasons.iter().map(|it| it.what.clone()));
            (judged.verdict.decision(), all.collect::<Vec<_>>().join("; "))
        }
        other => panic!("{}", told(other)),
    }
}

#[tokio::test]
async fn a_merge_group_lands_what_may_land_and_nothing_else() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let policy = asks(
        "pull-request = \"required\"\nchecks = [{ name = \"build\", app = 15368, on = [\"merge-group\"] }]\nthreads = \"resolved\"",
    );
    shop.commit(
        "main",
        files!["refgate.toml" => policy, "a" => "1\n2\n3\n4\n5\n6\n7\n8\n"],
        "policy",
    );
    let one = shop.pull("one", files!["a" => "one\n2\n3\n4\n5\n6\n7\n8\n"]);
    let two = shop.pull("two", files!["a" => "1\n2\n3\n4\n5\n6\n7\neight\n"]);
    let onto = oid(&shop.tip("main"));
    let group = shop.queue(&[&one, &two]);
    let head = oid(&group.head());
    let bot = Bot::new(&hub, &shop);
    let both = [&one, &two];
    let (is, says) = decision(&grouped(&bot, (onto, head), &both).await);
    assert_eq!(is, Decision::Pending, "{says}");
    shop.check(&group.head(), "github-actions", "build", Some("success"));
    let (is, says) = decision(&grouped(&bot, (onto, head), &both).await);
    assert!(is.allows() && says.contains("2 pull requests"), "{says}");
    // One that nobody knows of.
    let (is, says) = decision(&grouped(&bot, (onto, head), &[&one]).await);
    assert!(!is.allows() && says.contains("no pull request in the merge group"), "{says}");
    // One that may not land any more.
    two.thread("bo", "a", 1, "why?");
    let (is, says) = decision(&grouped(&bot, (onto, head), &both).await);
    assert!(!is.allows() && says.contains("in it may not land"), "{says}");
}

#[tokio::test]
async fn a_squashed_pull_request_is_known_by_what_it_brings() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let policy = asks("pull-request = \"required\"\nthreads = \"resolved\"");
    shop.commit(
        "main",
        files!["refgate.toml" => policy, "a" => "1\n2\n3\n4\n5\n6\n7\n8\n"],
        "policy",
    );
    let one = shop.pull("one", files!["b" => "new\n"]);
    one.push(files!["b" => "newer\n"]);
    let two = shop.pull("two", files!["a" => "1\n2\n3\n4\n5\n6\n7\neight\n"]);
    let onto = shop.tip("main");
    let bot = Bot::new(&hub, &shop);
    let first = shop.making("queue", files!["b" => "newer\n"]).onto(&onto).by("bo").now();
    let head = shop.making("queue", files!["a" => "1\n2\n3\n4\n5\n6\n7\neight\n"]).by("bo").now();
    let ends = (oid(&onto), oid(&head));
    let (is, says) = decision(&grouped(&bot, ends, &[&two, &one]).await);
    assert!(is.allows() && says.contains("2 pull requests"), "{first}: {says}");
    let evil = shop.making("queue", files!["c" => "c\n"]).by("bo").now();
    let (is, says) = decision(&grouped(&bot, (ends.0, oid(&evil)), &[&one, &two]).await);
    assert!(!is.allows() && says.contains("no pull request in the merge group"), "{says}");
}

#[tokio::test]
async fn a_group_lands_nothing_that_was_judged_onto_another_branch() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    shop.commit("main", files!["refgate.toml" => asks("threads = \"resolved\"")], "policy");
    shop.push("free", &shop.tip("main"), "ana");
    let one = shop.pull("one", files!["a" => "1"]);
    let onto = oid(&shop.tip("main"));
    let group = shop.queue(&[&one]);
    let bot = Bot::new(&hub, &shop);
    let ends = (onto, oid(&group.head()));
    assert!(decision(&grouped(&bot, ends, &[&one]).await).0.allows());
    one.retarget("free", "ana");
    let (is, says) = decision(&grouped(&bot, ends, &[&one]).await);
    assert_eq!(is, Decision::Deny, "{says}");
}

#[tokio::test]
async fn a_condition_on_pull_requests_is_asked_of_those_in_the_group() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let when = "\n[[protect]]\nrefs = [\"main\"]\nwhen = { labels = [\"e2e\"] }\n";
    let policy = format!(
        "{}{when}paths = {{ deny = [\"a\"] }}\n{when}checks = [{{ name = \"e2e\", app = 15368 }}]\n",
        asks("threads = \"resolved\"")
    );
    shop.commit("main", files!["refgate.toml" => policy], "policy");
    let (one, two) = (shop.pull("one", files!["a" => "1"]), shop.pull("two", files!["b" => "2"]));
    let onto = oid(&shop.tip("main"));
    let group = shop.queue(&[&one, &two]);
    let bot = Bot::new(&hub, &shop);
    let ends = (onto, oid(&group.head()));
    let (is, says) = decision(&grouped(&bot, ends, &[&one, &two]).await);
    assert!(is.allows(), "{says}");
    // What holds of one of them counts for what the queue has made.
    two.label("e2e", "ana");
    shop.check(&two.head(), "github-actions", "e2e", Some("success"));
    let (is, says) = decision(&grouped(&bot, ends, &[&one, &two]).await);
    assert_eq!(is, Decision::Pending, "{says}");
    shop.check(&group.head(), "github-actions", "e2e", Some("success"));
    let (is, says) = decision(&grouped(&bot, ends, &[&one, &two]).await);
    assert!(is.allows(), "{says}");
    one.label("e2e", "ana");
    shop.check(&one.head(), "github-actions", "e2e", Some("success"));
    let (is, says) = decision(&grouped(&bot, ends, &[&one, &two]).await);
    assert_eq!(is, Decision::Deny, "{says}");
}

#[test]
fn a_co_author_of_whom_github_does_not_tell_is_somebody() {
    let head = "1".repeat(40);
    let who = |email: serde_json::Value| serde_json::json!({ "email": email, "user": null });
    let co_authors = |author: serde_json::Value, authors: Vec<serde_json::Value>| {
        let mut told = Told::default();
        let page = serde_json::json!({
            "pageInfo": { "hasNextPage": false, "endCursor": null }, "nodes": authors,
        });
        let commit = serde_json::json!({
            "oid": head, "committedViaWeb": false, "author": author, "committer": author,
            "authors": page, "signature": null,
        });
        let data = serde_json::json!({ "repository": { "c": commit } });
        told.take_commits(data).unwrap();
        told.provenance.values().next().map(|it| it.co_authors.len())
    };
    let (ana, bo, none) = (who("ana@x".into()), who("bo@x".into()), who(serde_json::Value::Null));
    assert_eq!(co_authors(ana.clone(), vec![ana.clone()]), Some(0));
    assert_eq!(co_authors(ana.clone(), vec![ana.clone(), bo]), Some(1));
    assert_eq!(co_authors(ana.clone(), vec![ana.clone(), none.clone()]), Some(1));
    assert_eq!(co_authors(ana.clone(), vec![ana, serde_json::Value::Null]), Some(1));
    assert_eq!(co_authors(none.clone(), vec![none.clone(), none]), Some(2));
}
