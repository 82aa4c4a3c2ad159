//! `refgate check --pr`: one look, with nothing but a token that reads.

use serde_json::{Value, json};

use crate::files;
use crate::hub::State::Approved;
use crate::hub::{Hub, RepoHandle};
use crate::run::{Ran, command, repo, run};

const ONE: &str = "[[protect]]\nrefs = [\"main\"]\napprovals = { count = 1 }\n";

const ELSEWHERE: &str =
    "version = 1\nstages = [\"pre-receive\"]\n[[protect]]\nrefs = [\"main\"]\nlinear = true\n";

/// What the action asks for.
const READS: &[(&str, &str)] = &[
    ("actions", "read"),
    ("checks", "read"),
    ("contents", "read"),
    ("metadata", "read"),
    ("pull_requests", "read"),
    ("statuses", "read"),
];

fn check(hub: &Hub, shop: &RepoHandle, arguments: &[&str], vars: &[(&str, &str)]) -> Ran {
    with(hub, &shop.actions_token(READS), arguments, vars)
}

fn with(hub: &Hub, token: &str, arguments: &[&str], vars: &[(&str, &str)]) -> Ran {
    let dir = tempfile::tempdir().unwrap();
    let mut command = command(hub, dir.path(), &[&["check", "--pr"], arguments].concat());
    command.env("GITHUB_TOKEN", token).env("RUNNER_TEMP", dir.path());
    for (name, value) in vars {
        command.env(name, value);
    }
    let ran = run(command);
    assert!(!ran.said().contains(token), "{ran:?}");
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
    ran
}

#[test]
fn it_ends_with_1_until_the_policy_is_content_and_writes_nothing() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let pr = shop.pull("feature", files!["a" => "b"]);
    let waits = check(&hub, &shop, &["1"], &[]);
    assert_eq!(waits.code, 1, "{waits:?}");
    assert!(
        waits.out.contains("0 of 1 approval") && waits.out.contains("acme/shop#1"),
        "{waits:?}"
    );
    assert_eq!(check(&hub, &shop, &["1", "--exit-zero"], &[]).code, 0);
    pr.review("bo", Approved);
    let goes = check(&hub, &shop, &["1"], &[]);
    assert_eq!(goes.code, 0, "{goes:?}");
    pr.close("ana");
    let closed = check(&hub, &shop, &["1"], &[]);
    assert_eq!(closed.code, 0, "{closed:?}");
    assert!(closed.out.contains("acme/shop#1 is not open"), "{closed:?}");
    assert!(shop.check_of(&pr.head(), "refgate").is_none());
    let wrote = |it: &crate::hub::Called| it.method != "GET" && it.operation != "graphql";
    let wrote: Vec<_> = hub.calls("*").into_iter().filter(wrote).map(|it| it.operation).collect();
    assert!(wrote.iter().all(|it| it == "git"), "{wrote:?}");
}

#[test]
fn a_head_that_changed_the_policy_is_judged_by_the_default_branch() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let lax = "version = 1\nstages = [\"github\"]\n";
    shop.pull("feature", files!["refgate.toml" => lax]);
    let ran = check(&hub, &shop, &["1"], &[]);
    assert_eq!(ran.code, 1, "{ran:?}");
}

#[test]
fn what_cannot_be_judged_ends_with_2_and_says_what_to_do() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    shop.pull("feature", files!["a" => "b"]);
    let none = check(&hub, &shop, &["1"], &[]);
    assert_eq!(none.code, 2, "{none:?}");
    assert!(none.err.contains("acme/shop has no policy on its default branch"), "{none:?}");
    shop.commit("main", files!["refgate.toml" => ELSEWHERE], "p");
    let elsewhere = check(&hub, &shop, &["1"], &[]);
    assert_eq!(elsewhere.code, 2, "{elsewhere:?}");
    assert!(elsewhere.err.contains("not for pull requests"), "{elsewhere:?}");
    shop.commit("main", files!["refgate.toml" => "version = 1\n[[protekt]]\n"], "broken");
    let broken = check(&hub, &shop, &["1"], &[]);
    assert_eq!(broken.code, 2, "{broken:?}");
    assert!(broken.err.contains("refgate.toml:2:3: there is no key `protekt`"), "{broken:?}");
    let missing = check(&hub, &shop, &["99"], &[]);
    assert_eq!(missing.code, 2, "{missing:?}");
    let nobody = with(&hub, "ghs_nobodys", &["1"], &[]);
    assert_eq!(nobody.code, 2, "{nobody:?}");
    let here = check(&hub, &shop, &["1", "--policy", "lax.toml"], &[]);
    assert_eq!(here.code, 2, "{here:?}");
    assert!(here.err.contains("by the policy of the default branch"), "{here:?}");
}

#[test]
fn what_a_token_may_not_read_is_not_taken_for_nothing() {
    let hub = Hub::start();
    let ci = "[[protect]]\nrefs = [\"main\"]\nchecks = [{ name = \"ci\", app = 15368 }]\n";
    let shop = repo(&hub, ci);
    let pr = shop.pull("feature", files!["a" => "b"]);
    shop.check(&pr.head(), "github-actions", "ci", Some("success"));
    assert_eq!(check(&hub, &shop, &["1"], &[]).code, 0);
    let without = |name: &str| {
        let left: Vec<_> = READS.iter().filter(|it| it.0 != name).copied().collect();
        with(&hub, &shop.actions_token(&left), &["1"], &[])
    };
    let checks = without("checks");
    assert_eq!(checks.code, 1, "{checks:?}");
    assert!(checks.out.contains("checks=read"), "{checks:?}");
    let pulls = without("pull_requests");
    assert_eq!(pulls.code, 2, "{pulls:?}");
    assert!(pulls.err.contains("needs pull_requests=read"), "{pulls:?}");
    assert!(pulls.err.contains("pull-requests: read"), "{pulls:?}");
    let contents = without("contents");
    assert_eq!(contents.code, 2, "{contents:?}");
}

#[test]
fn a_fork_is_judged_with_a_token_that_reads_the_home_alone() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let pr = shop.propose("feature").by("eve").in_fork("eve").with(files!["a" => "b"]);
    assert_eq!(check(&hub, &shop, &["1"], &[]).code, 1);
    pr.review("bo", Approved);
    // Which head the review was about is not told afterwards: it does not count on trust.
    let ran = check(&hub, &shop, &["1"], &[]);
    assert!(ran.code < 2, "{ran:?}");
}

#[test]
fn in_actions_the_event_names_the_pull_request_and_the_job_shows_the_verdict() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    let pr = shop.pull("feature", files!["a" => "b"]);
    let place = tempfile::tempdir().unwrap();
    let (event, summary) = (place.path().join("event.json"), place.path().join("summary.md"));
    let told = |value: Value| {
        std::fs::write(&event, value.to_string()).unwrap();
        let vars = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
            ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
        ];
        check(&hub, &shop, &[], &vars)
    };
    let ran = told(pr.event("opened"));
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("::error title=refgate approvals::"), "{ran:?}");
    assert!(std::fs::read_to_string(&summary).unwrap().contains("approvals"));
    let comment = json!({ "action": "created", "issue": { "number": 1, "pull_request": {} } });
    assert_eq!(told(comment).code, 1);
    let issue = told(json!({ "action": "created", "issue": { "number": 1 } }));
    assert_eq!(issue.code, 2, "{issue:?}");
    assert!(issue.err.contains("hint: name the pull request"), "{issue:?}");
}

#[test]
fn in_a_merge_queue_the_event_names_the_group() {
    let hub = Hub::start();
    let ci = "[[protect]]\nrefs = [\"main\"]\nchecks = [{ name = \"ci\", app = 15368 }]\n";
    let shop = repo(&hub, ci);
    let pr = shop.pull("feature", files!["a" => "b"]);
    let group = shop.queue(&[&pr]);
    let (head, base) = (group.head(), shop.tip("main"));
    let place = tempfile::tempdir().unwrap();
    let event = place.path().join("event.json");
    let queued = json!({ "action": "checks_requested", "merge_group": {
        "head_sha": head, "base_sha": base, "base_ref": "refs/heads/main", "head_ref": "x",
    }});
    std::fs::write(&event, queued.to_string()).unwrap();
    let vars = [("GITHUB_EVENT_PATH", event.to_str().unwrap())];
    assert_eq!(check(&hub, &shop, &[], &vars).code, 1);
    shop.check(&pr.head(), "github-actions", "ci", Some("success"));
    shop.check(&head, "github-actions", "ci", Some("success"));
    let goes = check(&hub, &shop, &[], &vars);
    assert_eq!(goes.code, 0, "{goes:?}");
    assert!(goes.out.contains("the merge queue of acme/shop onto main"), "{goes:?}");
}

#[test]
fn it_tells_in_every_format_and_a_record_judges_the_same_again() {
    let hub = Hub::start();
    let shop = repo(&hub, ONE);
    shop.pull("feature", files!["a" => "b"]);
    for (format, begins) in [("json", "{"), ("sarif", "{"), ("junit", "<?xml"), ("github", "::")] {
        let ran = check(&hub, &shop, &["1", "--format", format], &[]);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.out.trim_start().starts_with(begins), "{format}: {ran:?}");
    }
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("record.json");
    let ran = check(&hub, &shop, &["1", "--record", file.to_str().unwrap()], &[]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let again = ["check", "--facts", file.to_str().unwrap()];
    let again = run(command(&hub, place.path(), &again));
    assert_eq!(again.code, 1, "{again:?}");
}
