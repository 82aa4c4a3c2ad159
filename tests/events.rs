//! What deliveries mean.

#![allow(clippy::unwrap_used, missing_docs)]

use refgate::github::event::{Heard, Ours, Unheard, read};
use refgate::github::work::{Cause, Home, Note, Nudge, Subject};
use refgate::model::{Oid, Opinion};
use serde_json::{Value, json};

const HOME: Home = Home { installation: 7, repository: 42 };

fn ours() -> Ours {
    Ours { app: 99, login: "refgate[bot]".into(), check: "refgate".into() }
}

fn oid(digit: char) -> Oid {
    sha(digit).parse().unwrap()
}

fn sha(digit: char) -> String {
    digit.to_string().repeat(40)
}

/// A payload with what all have, and `more`.
fn payload(action: &str, more: Value) -> Vec<u8> {
    let mut whole = json!({
        "action": action,
        "installation": { "id": 7 },
        "repository": { "id": 42, "full_name": "acme/shop", "default_branch": "main",
            "owner": { "login": "acme" } },
        "sender": { "login": "mallory" },
    });
    whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::to_vec(&whole).unwrap()
}

fn heard(event: &str, action: &str, more: Value) -> Heard {
    read(event, &payload(action, more), &ours()).unwrap()
}

fn pull(number: u64) -> Subject {
    Subject::Pull { home: HOME, number }
}

fn nudged(heard: &Heard) -> Vec<(Subject, Cause)> {
    heard.nudges.iter().map(|it| (it.subject.clone(), it.cause)).collect()
}

fn a_pull() -> Value {
    json!({ "number": 3, "head": { "sha": sha('a') }, "updated_at": "2026-01-02T03:04:05Z" })
}

#[test]
fn a_push_to_a_pull_request_is_noted_with_its_pusher() {
    let more = json!({ "pull_request": a_pull(), "before": sha('b'), "after": sha('a') });
    let heard = heard("pull_request", "synchronize", more);
    assert_eq!(nudged(&heard), [(pull(3), Cause::Head)]);
    let Note::Push { before, after, at, by, .. } = &heard.notes[0] else { panic!() };
    assert_eq!((*before, *after), (Some(oid('b')), oid('a')));
    assert_eq!(*at, Some(1_767_323_045));
    assert_eq!(by.as_deref(), Some("mallory"));
}

#[test]
fn a_reopened_pull_request_may_have_been_pushed_to_by_anyone() {
    let heard = heard("pull_request", "reopened", json!({ "pull_request": a_pull() }));
    let Note::Push { at, by, .. } = &heard.notes[0] else { panic!() };
    assert_eq!((at, by), (&None, &None));
}

#[test]
fn another_target_is_told_from_another_title() {
    let base =
        json!({ "pull_request": a_pull(), "changes": { "base": { "ref": { "from": "x" } } } });
    let title = json!({ "pull_request": a_pull(), "changes": { "title": { "from": "x" } } });
    assert_eq!(nudged(&heard("pull_request", "edited", base)), [(pull(3), Cause::Base)]);
    assert_eq!(nudged(&heard("pull_request", "edited", title)), [(pull(3), Cause::Text)]);
}

#[test]
fn a_review_is_noted_with_the_head_it_was_about() {
    let review = json!({ "id": 5, "commit_id": sha('c'), "state": "approved" });
    let more = json!({ "pull_request": a_pull(), "review": review });
    let submitted = heard("pull_request_review", "submitted", more.clone());
    let Note::Review { review, commit, says, .. } = submitted.notes[0] else { panic!() };
    assert_eq!((review, commit, says), (5, oid('c'), Opinion::Approved));
    // GitHub re-points the field later.
    let edited = heard("pull_request_review", "edited", more);
    assert_eq!((edited.notes, edited.nudges.len()), (vec![], 1));
}

#[test]
fn an_issue_is_no_pull_request() {
    let issue = heard("issue_comment", "created", json!({ "issue": { "number": 3 } }));
    assert_eq!(issue, Heard::default());
    let more = json!({ "issue": { "number": 3, "pull_request": { "url": "x" } } });
    assert_eq!(nudged(&heard("issue_comment", "edited", more)), [(pull(3), Cause::Comment)]);
}

#[test]
fn checks_are_found_by_their_head_and_ours_only_on_request() {
    let head = Subject::Head { home: HOME, commit: oid('a') };
    let run = |app: u64, name: &str, action: &str| {
        let run = json!({ "head_sha": sha('a'), "name": name, "pull_requests": [],
            "conclusion": "success", "app": { "id": app, "slug": "ci" } });
        let more =
            json!({ "check_run": run, "requested_action": { "identifier": "request-review" } });
        heard("check_run", action, more)
    };
    assert_eq!(nudged(&run(1, "build", "completed")), [(head.clone(), Cause::Check)]);
    assert_eq!(run(99, "refgate", "completed"), Heard::default());
    assert_eq!(nudged(&run(99, "refgate", "rerequested")), [(head.clone(), Cause::Request)]);
    let asked = run(99, "refgate", "requested_action");
    assert_eq!(nudged(&asked), [(head.clone(), Cause::Reviewers)]);
    let forged = run(1, "refgate", "completed");
    assert!(matches!(&forged.notes[0], Note::Forged { by, .. } if by == "ci"));
    assert_eq!(nudged(&forged), [(head, Cause::Check)]);
}

#[test]
fn a_status_under_our_name_is_forged_unless_we_wrote_it() {
    let status = |by: &str| {
        let more = json!({ "sha": sha('a'), "context": "refgate", "state": "success",
            "sender": { "login": by } });
        heard("status", "", more)
    };
    assert_eq!(status("refgate[bot]"), Heard::default());
    assert!(matches!(&status("mallory").notes[0], Note::Forged { by, what, .. }
        if by == "mallory" && what == "status, success"));
}

#[test]
fn only_the_number_of_a_callback_is_taken() {
    let asked = |url: &str| {
        let more = json!({ "environment": "production", "deployment": { "sha": sha('d') },
            "deployment_callback_url": url });
        read("deployment_protection_rule", &payload("requested", more), &ours())
    };
    let url = "https://evil.example/x/actions/runs/77/deployment_protection_rule";
    let Subject::Deployment { run, commit, .. } = asked(url).unwrap().nudges[0].subject.clone()
    else {
        panic!()
    };
    assert_eq!((run, commit), (77, oid('d')));
    assert!(matches!(asked("https://evil.example/77"), Err(Unheard::Lacks(_))));
}

#[test]
fn a_branch_that_moves_concerns_what_is_to_land_on_it() {
    let main = heard("push", "", json!({ "ref": "refs/heads/main", "after": sha('a') }));
    let branch = Subject::Branch { home: HOME, name: "main".into() };
    assert_eq!(nudged(&main), [(branch, Cause::Target)]);
    for other in ["refs/tags/v1", "refs/heads/gh-readonly-queue/main/pr-1-x"] {
        assert_eq!(heard("push", "", json!({ "ref": other })), Heard::default());
    }
}

#[test]
fn whoever_joins_or_leaves_puts_what_is_known_in_doubt() {
    let more = json!({ "organization": { "login": "acme" }, "team": { "slug": "dba" },
        "member": { "login": "bo" } });
    let left = heard("membership", "removed", more);
    assert_eq!(
        left.notes,
        [Note::People { owner: "acme".into(), team: Some("dba".into()), login: Some("bo".into()) }]
    );
    assert_eq!(nudged(&left), [(Subject::Installation { installation: 7 }, Cause::People)]);
}

#[test]
fn an_installation_brings_and_takes_repositories() {
    let more = json!({ "repositories_added": [{ "id": 1, "full_name": "acme/one" }],
        "repositories_removed": [{ "id": 2, "full_name": "acme/two" }] });
    let heard = heard("installation_repositories", "added", more);
    for repository in [1, 2] {
        let subject = Subject::Repository { home: Home { installation: 7, repository } };
        assert!(heard.nudges.contains(&Nudge { subject, cause: Cause::Policy }));
    }
}

#[test]
fn that_something_is_gone_is_asked_and_not_believed() {
    for action in ["archived", "deleted"] {
        let heard = heard("repository", action, json!({}));
        assert_eq!(heard.notes, []);
        assert_eq!(nudged(&heard), [(Subject::Repository { home: HOME }, Cause::Policy)]);
    }
    for action in ["suspend", "deleted"] {
        let heard = heard("installation", action, json!({ "repository": null }));
        assert_eq!(heard.notes, []);
        let subject = Subject::Installation { installation: 7 };
        assert_eq!(nudged(&heard), [(subject, Cause::Policy)]);
    }
    let more = json!({ "repositories_removed": [{ "id": 2, "full_name": "acme/two" }] });
    assert_eq!(heard("installation_repositories", "removed", more).notes, []);
}

#[test]
fn where_many_repositories_come_at_once_all_are_asked_for() {
    let many: Vec<_> =
        (1..=30_000).map(|it| json!({ "id": it, "full_name": format!("acme/r{it}") })).collect();
    let heard = heard("installation", "created", json!({ "repositories": many }));
    assert_eq!(nudged(&heard), [(Subject::Installation { installation: 7 }, Cause::Policy)]);
    assert!(heard.notes.len() < 10);
}

#[test]
fn what_cannot_be_understood_leads_to_its_repository() {
    let more = json!({ "pull_request": { "number": "three" } });
    let body = payload("opened", more);
    assert!(read("pull_request", &body, &ours()).is_err());
    let heard = refgate::github::event::vague(&body);
    assert_eq!(nudged(&heard), [(Subject::Repository { home: HOME }, Cause::Time)]);
    assert_eq!(refgate::github::event::vague(b"[]"), Heard::default());
}

#[test]
fn comments_of_threads_matter_as_far_as_threads_do() {
    let of =
        |action| heard("pull_request_review_comment", action, json!({ "pull_request": a_pull() }));
    for action in ["created", "deleted"] {
        assert_eq!(nudged(&of(action)), [(pull(3), Cause::Thread)]);
    }
    assert_eq!(of("edited"), Heard::default());
}

#[test]
fn an_action_that_nobody_knows_is_worth_a_look() {
    let of = |action| heard("pull_request", action, json!({ "pull_request": a_pull() }));
    assert_eq!(nudged(&of("turned_around")), [(pull(3), Cause::Head)]);
    assert_eq!(nudged(&of("enqueued")), [(pull(3), Cause::Proposal)]);
    assert_eq!(of("milestoned"), Heard::default());
}

#[test]
fn a_name_that_is_none_is_not_taken() {
    let more = json!({ "repository": { "id": 42, "full_name": "acme/../../etc", "owner": {} } });
    let renamed = heard("repository", "renamed", more);
    assert_eq!(renamed.notes, []);
}

#[test]
fn what_cannot_be_read_is_said_without_quoting_it() {
    for body in ["", "[]", "null", "{\"action\": {\"token\": \"hush\"}}", "{\"action\": 1"] {
        let error = read("pull_request", body.as_bytes(), &ours()).unwrap_err().to_string();
        assert!(!error.contains("hush"), "{error}");
    }
    assert_eq!(read("zen", b"{}", &ours()).unwrap(), Heard::default());
}

#[test]
fn who_opens_a_pull_request_need_not_have_pushed_it() {
    let heard = heard("pull_request", "opened", json!({ "pull_request": a_pull() }));
    let Note::Push { at, by, .. } = &heard.notes[0] else { panic!() };
    assert_eq!((at.is_some(), by), (true, &None));
}
