//! What is done so that rulesets are as the policy wants them.

#![allow(clippy::unwrap_used, missing_docs)]

use refgate::github::sync::{Found, Plan, Required, Step, Wanted, differences, plan, wanted};
use refgate::policy;
use serde_json::{Value, json};

const POLICY: &str = r#"
version = 1
stages = ["github"]

[[protect]]
refs = ["main", "release/*"]
delete = "nobody"
fast-forward-only = true
pull-request = "required"
approvals = { count = 2 }

[[protect]]
refs = ["main"]
secrets = {}
"#;

fn ours(required: Option<&Required>) -> Wanted {
    let policy = policy::parse("refgate.toml", POLICY, &mut |_| Err(String::new()));
    wanted(&policy.unwrap(), required)
}

fn app() -> Required {
    Required { name: "refgate".into(), app: 12 }
}

/// The rulesets as GitHub answers with them: with ids, defaults, and in another order.
fn there(wanted: &Wanted) -> Found {
    let mut ours: Vec<Value> = wanted.rulesets.clone();
    for (at, it) in ours.iter_mut().enumerate() {
        it["id"] = json!(at + 1);
        it["node_id"] = json!("x");
        it["source_type"] = json!("Repository");
        for rule in it["rules"].as_array_mut().unwrap() {
            if rule["type"] == "pull_request" {
                rule["parameters"]["allowed_merge_methods"] = json!(["merge"]);
            }
        }
        it["rules"].as_array_mut().unwrap().reverse();
    }
    ours.reverse();
    Found { ours, others: vec![json!({ "id": 99, "name": "theirs" })] }
}

#[test]
fn everything_is_made_where_nothing_is() {
    let Plan { steps } = plan(&ours(Some(&app())), &Found::default());
    assert!(steps.len() >= 2 && steps.iter().all(|it| matches!(it, Step::Create { .. })));
    let check = steps.last().unwrap();
    let Step::Create { wanted } = check else { panic!() };
    let required = &wanted["rules"][0]["parameters"]["required_status_checks"];
    assert_eq!(*required, json!([{ "context": "refgate", "integration_id": 12 }]));
    let include = &wanted["conditions"]["ref_name"]["include"];
    assert_eq!(*include, json!(["refs/heads/main", "refs/heads/release/*"]));
    assert!(check.to_string().starts_with("+ refgate: the check"), "{check}");
}

#[test]
fn nothing_is_done_where_all_is_as_wanted() {
    let wanted = ours(Some(&app()));
    assert_eq!(plan(&wanted, &there(&wanted)), Plan::default());
}

#[test]
fn what_differs_is_told_and_nobody_elses_is_touched() {
    let wanted = ours(Some(&app()));
    let mut found = there(&wanted);
    let main = found.ours.iter_mut().find(|it| it["rules"].to_string().contains("pull_request"));
    let main = main.unwrap();
    main["enforcement"] = json!("disabled");
    main["bypass_actors"] = json!([{ "actor_id": 5, "actor_type": "RepositoryRole" }]);
    let rules = main["rules"].as_array_mut().unwrap();
    rules.retain(|it| it["type"] != "deletion");
    rules.push(json!({ "type": "required_signatures" }));
    for rule in rules {
        if rule["type"] == "pull_request" {
            rule["parameters"]["required_approving_review_count"] = json!(1);
        }
    }
    let Plan { steps } = plan(&wanted, &found);
    let [Step::Update { differences, .. }] = &steps[..] else { panic!("{steps:?}") };
    let told = differences.join("\n");
    for part in [
        "enforcement: disabled instead of active",
        "bypass_actors",
        "rules.deletion: missing",
        "rules.required_signatures: not wanted",
        "rules.pull_request.parameters.required_approving_review_count: 1 instead of 2",
    ] {
        assert!(told.contains(part), "no {part:?} in\n{told}");
    }
}

#[test]
fn what_the_policy_asks_no_more_is_taken_away_last() {
    let mut found = there(&ours(Some(&app())));
    found.ours.push(json!({ "id": 50, "name": "refgate: old", "target": "branch", "rules": [] }));
    let Plan { steps } = plan(&ours(None), &found);
    let names: Vec<_> = steps.iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        ["- refgate: old", "- refgate: the check"]
            .map(String::from)
            .to_vec()
            .into_iter()
            .rev()
            .collect::<Vec<_>>(),
        "{names:?}"
    );
}

#[test]
fn what_rulesets_cannot_say_is_told_with_its_line() {
    let notes = ours(None).notes;
    assert!(notes.iter().any(|it| it.part.as_deref() == Some("secrets") && it.line.is_some()));
}

#[test]
fn names_from_outside_stay_on_their_line() {
    let step = Step::Delete { id: 1, name: "refgate: a\n+ everything\u{1b}[2K".into() };
    assert!(!step.to_string().contains(['\n', '\u{1b}']));
    let told = differences(&json!({ "a": "x" }), &json!({ "a": "\u{1b}\n" }));
    assert!(told.iter().all(|it| !it.contains(['\n', '\u{1b}'])));
}
