//! policy-bot's semantics, by way of the importer: each case is a policy of
//! policy-bot and a pull request, imported and judged.
//!
//! `REFGATE_POLICYBOT_CASES` names a further file of cases of the same form.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod theirs;

use std::collections::BTreeSet;

use refgate::import::{IMPORTERS, Unreadable};
use refgate::model::{Actor, Need, People};
use refgate::policy::Policy;
use serde_json::{Value, json};
use theirs::answer::{Answer, parse};
use theirs::cases::{self, Otherwise, text};
use theirs::pull::{NOW, Pull, team, time};

/// What we answer otherwise on purpose, or do elsewhere.
const OTHERWISE: &[Otherwise] = &[
    (
        "TestIsApproved/singleApprovalRequired",
        "a rule that nobody can satisfy is an error of the policy, not a verdict",
    ),
    (
        "TestIsApproved/conditionsRequiredStatusAndMissingApproval",
        "a rule that nobody can satisfy is an error of the policy, not a verdict",
    ),
    (
        "TestIsApproved/ignoreEditedReviewComments_on",
        "what an approving review says cannot be edited, only its text (C09)",
    ),
    (
        "TestIsApproved/ignoreEditedCommentsWithBodyPattern_off",
        "who opened a pull request has written its description: there is no other author of it",
    ),
    (
        "TestIsApproved/ignoreUpdateMergeAfterReview_on",
        "a merge is ignored only if merging its parents anew gives the same, which is not told",
    ),
    (
        "TestIsApproved/ignoreUpdateMergeContributor_on",
        "a merge is ignored only if merging its parents anew gives the same, which is not told",
    ),
    (
        "TestSortCommits/partialOrder",
        "commits below a second parent are commits of the pull request too",
    ),
    (
        "TestSortCommits/independentHistory",
        "commits below a second parent are commits of the pull request too",
    ),
    ("TestCandidates/comments", "the latest word of a person counts, by whatever method"),
    ("TestCandidates/commentPatterns", "the latest word of a person counts, by whatever method"),
    ("TestCandidates/deduplicate", "the latest word of a person counts, by whatever method"),
    (
        "TestOptionDefaults/added items get timestamps",
        "a comment that is only supposed has not been edited",
    ),
    ("kind:api_mapping", "what GitHub answers is read by the bot"),
    ("kind:review_request", "reviewers are asked by the bot"),
    ("kind:review_request_diff", "reviewers are asked by the bot"),
    ("kind:review_request_leaves", "reviewers are asked by the bot"),
];

#[test]
fn policy_bot_cases() {
    let cases = cases::load("policybot.json", "REFGATE_POLICYBOT_CASES");
    cases::hold(&cases, OTHERWISE, run);
}

fn run(case: &Value) -> Result<(), String> {
    match text(case, "kind") {
        "rule" => rule(case),
        "predicate" => predicate(case),
        "disapproval" => disapproval(case),
        "policy_combine" => policy_combine(case),
        "combinator" => combinator(case),
        "options_defaults" => options_defaults(case),
        "parse" => parses(case),
        "comparison_parse" => comparison_parse(case),
        "comparison_eval" => comparison_eval(case),
        "regexp" => regexp(case),
        "actor" => actor(case),
        "actors_empty" => actors_empty(case),
        "candidates" => candidates(case),
        "sort_commits" => sort_commits(case),
        "triggers" => triggers(case),
        "trigger_match" => trigger_match(case),
        "simulate" => simulate(case),
        "simulate_defaults" => simulate_defaults(case),
        "push_time" => push_time(case),
        other => Err(format!("there is no counterpart of `{other}`")),
    }
}

/// Holds `is` against `wanted`.
#[expect(clippy::needless_pass_by_value, reason = "it reads better where it is called")]
fn same<T: PartialEq + std::fmt::Debug>(what: &str, is: T, wanted: T) -> Result<(), String> {
    if is == wanted { Ok(()) } else { Err(format!("{what} is {is:?}, not {wanted:?}")) }
}

fn imported(policy: &str) -> Result<String, Unreadable> {
    let importer = IMPORTERS.iter().find(|it| it.kind == "policy-bot").unwrap();
    (importer.read)(policy.as_bytes()).map(|it| it.toml)
}

/// What a policy of policy-bot says about a pull request, with the policy that it
/// became.
fn judged(policy: &Value, pr: &Value) -> Result<(Answer, String), String> {
    let toml = match imported(&policy.to_string()) {
        Ok(toml) => toml,
        Err(wrong) if wrong.0.iter().all(|it| it.code == "asks-nothing") => {
            let none = Answer { status: "skipped", said: Vec::new(), counted: BTreeSet::new() };
            return Ok((none, String::new()));
        }
        Err(wrong) => return Err(wrong.to_string()),
    };
    Ok((Answer::of(&parse(&toml)?, Pull::of(pr, policy)), toml))
}

fn status(policy: &Value, pr: &Value, wanted: &str) -> Result<Answer, String> {
    let (answer, toml) = judged(policy, pr)?;
    match answer.status == wanted {
        true => Ok(answer),
        false => Err(format!("is {}, not {wanted}: {:#?}\n{toml}", answer.status, answer.said)),
    }
}

fn one_rule(rule: &Value) -> Value {
    json!({ "policy": { "approval": ["rule"] }, "approval_rules": [rule] })
}

fn rule(case: &Value) -> Result<(), String> {
    let expected = &case["expected"];
    let answer = status(&case["policy"], &case["pr"], text(expected, "rule_status"))?;
    same("who counts", answer.counted, names(&expected["approvers"]))
}

fn names(list: &Value) -> BTreeSet<String> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

/// A predicate says whether a rule applies, and whether it is met.
fn predicate(case: &Value) -> Result<(), String> {
    let (expected, predicate) = (&case["expected"], &case["predicate"]);
    status(&case["policy"], &case["pr"], text(expected, "as_if"))?;
    let condition = one_rule(&json!({ "name": "rule", "requires": { "conditions": predicate } }));
    status(&condition, &case["pr"], text(expected, "as_condition")).map(drop)
}

fn disapproval(case: &Value) -> Result<(), String> {
    let wanted = match text(&case["expected"], "status") {
        // Nothing speaks against the change.
        "skipped" => ["skipped", "approved"],
        other => [other; 2],
    };
    let (answer, toml) = judged(&case["policy"], &case["pr"])?;
    match wanted.contains(&answer.status) {
        true => Ok(()),
        false => Err(format!("is {}, not {wanted:?}: {:#?}\n{toml}", answer.status, answer.said)),
    }
}

/// A rule that comes out as a case says, with what a pull request needs for that.
fn rule_that_is(name: &str, status: &str) -> Value {
    let mut rule = match status {
        "approved" => json!({}),
        "pending" => json!({ "requires": { "count": 1, "users": ["nobody"] } }),
        "skipped" => json!({ "if": { "title": { "matches": ["^never$"] } } }),
        "error" => json!({ "requires": { "count": 1, "teams": ["org/gone"] } }),
        other => panic!("{other}"),
    };
    rule["name"] = json!(name);
    rule
}

fn pull_that_fails() -> Value {
    let review =
        json!({ "author": "bob", "state": "approved", "created_at": "2024-01-01T00:00:50Z" });
    json!({
        "author": "alice",
        "commits": [{ "sha": "h1", "author": "alice", "committer": "alice", "parents": ["base"] }],
        "reviews": [review],
        "team_errors": { "org/gone": 404 },
    })
}

fn combinator(case: &Value) -> Result<(), String> {
    let children: Vec<_> = case["children"].as_array().unwrap().iter().enumerate().collect();
    let name = |nth: usize| format!("rule {nth}");
    let rules: Vec<_> =
        children.iter().map(|(nth, it)| rule_that_is(&name(*nth), it.as_str().unwrap())).collect();
    let names: Vec<_> = children.iter().map(|(nth, _)| name(*nth)).collect();
    let node = json!({ text(case, "op"): names });
    let policy = json!({ "policy": { "approval": [node] }, "approval_rules": rules });
    status(&policy, &pull_that_fails(), text(&case["expected"], "status")).map(drop)
}

fn policy_combine(case: &Value) -> Result<(), String> {
    let rule = rule_that_is("rule", text(case, "approval"));
    let mut policy = one_rule(&rule);
    if text(case, "disapproval") == "disapproved" {
        policy["policy"]["disapproval"] = json!({ "if": { "title": { "not_matches": ["^x"] } } });
    }
    status(&policy, &pull_that_fails(), text(&case["expected"], "status")).map(drop)
}

/// A policy whose only rule asks for one approval by `bob`.
fn by_bob(options: &Value) -> Value {
    let requires = json!({ "count": 1, "users": ["bob"] });
    one_rule(&json!({ "name": "rule", "options": options, "requires": requires }))
}

fn options_defaults(case: &Value) -> Result<(), String> {
    let toml = imported(&by_bob(&case["options"]).to_string()).map_err(|it| it.to_string())?;
    let toml: toml::Table = toml.parse().unwrap();
    let methods = &toml["approval"]["rule"]["methods"];
    let wanted = &case["expected"]["effective_methods"];
    // Words that may stand within others are expressions here.
    let lists = ["comments", "comment-patterns"].map(|it| methods.get(it));
    let comments = lists.into_iter().flatten().flat_map(|it| it.as_array().unwrap());
    let comments: Vec<_> =
        comments.map(|it| json!(it.as_str().unwrap().replace('\\', ""))).collect();
    same("the comments", json!(comments), wanted["comments"].clone())?;
    same("the reviews", json!(methods["review"].as_bool()), wanted["github_review"].clone())
}

fn parses(case: &Value) -> Result<(), String> {
    let indented = |key: &str, by: &str| -> String {
        text(case, key).lines().map(|line| format!("{by}{line}\n")).collect()
    };
    let approval = indented("approval_yaml", "    ");
    let rules = indented("approval_rules_yaml", "  ");
    let yaml = format!("policy:\n  approval:\n{approval}approval_rules:\n{rules}");
    let expected = &case["expected"];
    let toml = match imported(&yaml) {
        Ok(_) if expected["ok"] == false => return Err("is read".to_owned()),
        Ok(toml) => toml,
        Err(_) if expected["ok"] == false => return Ok(()),
        Err(wrong) => return Err(wrong.to_string()),
    };
    if !expected["tree"].is_null() {
        let toml: toml::Table = toml.parse().unwrap();
        let tree = serde_json::to_value(&toml["protect"][0]["approvals"]).unwrap();
        let wanted = expected["tree"].to_string();
        let wanted = wanted.replace("\"and\"", "\"all-of\"").replace("\"or\"", "\"any-of\"");
        let wanted: Value = serde_json::from_str(&wanted).unwrap();
        // A list asks for all.
        same("the tree", json!({ "all-of": tree }), wanted)?;
    }
    Ok(())
}

fn by_lines(expression: &str) -> Value {
    one_rule(&json!({ "name": "rule", "if": { "modified_lines": { "additions": expression } } }))
}

fn comparison_parse(case: &Value) -> Result<(), String> {
    let expected = &case["expected"];
    match imported(&by_lines(text(case, "expr")).to_string()) {
        Ok(_) if expected["ok"] == false => Err("is read".to_owned()),
        Err(_) if expected["ok"] == false => Ok(()),
        Err(wrong) => Err(wrong.to_string()),
        Ok(toml) => {
            let wanted = format!("\"{} {}\"", text(expected, "op"), expected["value"]);
            if toml.contains(&wanted) { Ok(()) } else { Err(format!("no {wanted} in {toml}")) }
        }
    }
}

fn comparison_eval(case: &Value) -> Result<(), String> {
    let file =
        json!({ "path": "a", "status": "modified", "additions": case["value"], "deletions": 0 });
    let pr = json!({ "author": "alice", "files": [file] });
    let wanted = if case["expected"]["result"] == true { "approved" } else { "skipped" };
    status(&by_lines(text(case, "expr")), &pr, wanted).map(drop)
}

fn regexp(case: &Value) -> Result<(), String> {
    let expected = &case["expected"];
    let title = json!({ "title": { "matches": [case["pattern"]] } });
    let policy = one_rule(&json!({ "name": "rule", "if": title }));
    if expected["ok"] == false {
        return match imported(&policy.to_string()) {
            Ok(_) => Err("is read".to_owned()),
            Err(_) => Ok(()),
        };
    }
    for (key, wanted) in [("matches", "approved"), ("not_matches", "skipped")] {
        for title in expected[key].as_array().unwrap() {
            status(&policy, &json!({ "author": "alice", "title": title }), wanted)?;
        }
    }
    Ok(())
}

/// Adds what a review by `user` needs to a pull request.
fn reviewed(pr: &Value, user: &str) -> Value {
    let mut pr = pr.clone();
    pr["author"] = json!("somebody-else");
    pr["reviews"] =
        json!([{ "author": user, "state": "approved", "created_at": "2024-01-01T00:00:50Z" }]);
    pr
}

fn with_count(actors: &Value) -> Value {
    let mut requires = if actors.is_null() { json!({}) } else { actors.clone() };
    requires["count"] = json!(1);
    one_rule(&json!({ "name": "rule", "requires": requires }))
}

fn actor(case: &Value) -> Result<(), String> {
    let policy = with_count(&case["actors"]);
    for (key, wanted) in [("is_actor", "approved"), ("is_not_actor", "pending")] {
        for user in names(&case["expected"][key]) {
            status(&policy, &reviewed(&case["pr"], &user), wanted)
                .map_err(|it| format!("{user}: {it}"))?;
        }
    }
    Ok(())
}

/// Approvals by nobody are told as what they are.
fn actors_empty(case: &Value) -> Result<(), String> {
    let empty = match imported(&with_count(&case["actors"]).to_string()) {
        Ok(_) => false,
        Err(wrong) => wrong.0.iter().any(|it| it.code == "rule-unsatisfiable"),
    };
    same("whether it is empty", json!(empty), case["expected"]["empty"].clone())
}

fn candidates(case: &Value) -> Result<(), String> {
    let mut methods = case["methods"].clone();
    // What a case leaves out is no method here, and a default in a policy.
    for (key, none) in [("comments", json!([])), ("github_review", json!(false))] {
        if methods[key].is_null() {
            methods[key] = none;
        }
    }
    let everyone: BTreeSet<_> = ["comments", "reviews"]
        .iter()
        .flat_map(|key| case["pr"][key].as_array().unwrap())
        .map(|it| text(it, "author").to_owned())
        .collect();
    let wanted = names(&case["expected"]["users_in_order"]);
    if text(case, "review_state") == "changes_requested" {
        let methods = json!({ "disapprove": methods });
        for user in everyone {
            let requires = json!({ "users": [user] });
            let disapproval = json!({ "options": { "methods": methods }, "requires": requires });
            let policy = json!({ "policy": { "disapproval": disapproval } });
            let (answer, _) = judged(&policy, &case["pr"])?;
            same(&user, answer.status == "disapproved", wanted.contains(&user))?;
        }
        return Ok(());
    }
    let requires = json!({ "count": everyone.len(), "users": everyone });
    let options = json!({ "methods": methods });
    let policy = one_rule(&json!({ "name": "rule", "options": options, "requires": requires }));
    let (answer, toml) = judged(&policy, &case["pr"])?;
    same("who counts", answer.counted, wanted)
        .map_err(|it| format!("{it}: {:?}\n{toml}", answer.said))
}

/// Whose commits are in the list may not approve; the order is nothing to us.
fn sort_commits(case: &Value) -> Result<(), String> {
    let mut commits = case["commits"].clone();
    let author = |sha: &str| format!("author-of-{sha}");
    for it in commits.as_array_mut().unwrap() {
        it["author"] = json!(author(text(it, "sha")));
        it["committer"] = it["author"].clone();
    }
    let wanted = names(&case["expected"]["order"]);
    for it in commits.as_array().unwrap() {
        let (sha, user) = (text(it, "sha"), text(it, "author"));
        let mut pr = json!({ "commits": commits, "head_sha": case["head_sha"] });
        pr = reviewed(&pr, user);
        let policy =
            one_rule(&json!({ "name": "rule", "requires": { "count": 1, "users": [user] } }));
        let status = match wanted.is_empty() {
            true => "error",
            false if wanted.contains(sha) => "pending",
            false => "approved",
        };
        self::status(&policy, &pr, status).map_err(|it| format!("{sha}: {it}"))?;
    }
    Ok(())
}

/// The kinds of facts that an event of policy-bot's classes may change.
fn changed_by(event: &str) -> &'static [Need] {
    match event {
        "commit" => &[Need::Commits, Need::Files, Need::Provenance, Need::Pushes, Need::Content],
        "comment" | "review" => &[Need::Approvals],
        "label" | "pull_request" => &[Need::Proposal],
        "status" => &[Need::Checks],
        other => panic!("{other}"),
    }
}

fn needs(policy: &Policy) -> BTreeSet<Need> {
    let rules = policy.protections.iter().flat_map(|it| &it.rules);
    rules.flat_map(|it| it.rule.uses(&policy.people)).collect()
}

fn matters(needs: &BTreeSet<Need>, event: &str) -> bool {
    changed_by(event).iter().any(|it| needs.contains(it))
}

/// An event matters if it may change what the policy looks at.
fn triggers(case: &Value) -> Result<(), String> {
    let mut policy = case["policy"].clone();
    // Someone has to be able to approve.
    if !policy["approval_rules"][0]["requires"]["count"].is_null() {
        policy["approval_rules"][0]["requires"]["users"] = json!(["bob"]);
    }
    let needs = needs(&parse(&imported(&policy.to_string()).map_err(|it| it.to_string())?)?);
    for event in names(&case["expected"]["triggers_include"]) {
        if !matters(&needs, &event) {
            return Err(format!("{event} does not matter to {needs:?}"));
        }
    }
    Ok(())
}

fn trigger_match(case: &Value) -> Result<(), String> {
    let mut conditions = json!({ "repository": { "matches": ["."] } });
    for trigger in names(&case["trigger"]) {
        let (key, value) = match trigger.as_str() {
            "commit" => ("author_is_only_contributor", json!(true)),
            "label" => ("has_labels", json!(["x"])),
            "status" => ("has_status", json!({ "statuses": ["ci"] })),
            "pull_request" => ("title", json!({ "matches": ["."] })),
            // Said by people, not about the change.
            "comment" | "review" => continue,
            other => panic!("{other}"),
        };
        conditions[key] = value;
    }
    let policy = one_rule(&json!({ "name": "rule", "if": conditions }));
    let needs = needs(&parse(&imported(&policy.to_string()).map_err(|it| it.to_string())?)?);
    let matches = names(&case["flags"]).iter().any(|it| matters(&needs, it));
    same("whether it matters", json!(matches), case["expected"]["matches"].clone())
}

/// What would be if others had spoken is asked by editing the facts.
fn simulate(case: &Value) -> Result<(), String> {
    let (options, expected) = (&case["options"], &case["expected"]);
    let pull = Pull::of(&case["pr"], options);
    let people = People::default();
    let (name, facts) = (pull.update.name.to_string(), &pull.facts);
    let known = &facts.update[&name];
    let left = |by: Vec<Actor>, what: &str| -> BTreeSet<String> {
        let ignored = &options[format!("ignore_{what}")];
        let list = |key: &str| names(&ignored[key]).into_iter();
        let who: Vec<String> = list("users")
            .chain(list("teams").map(|it| team(&it)))
            .chain(list("organizations").map(|it| format!("org:{it}")))
            .chain(list("permissions").map(|it| format!("permission:{it}")))
            .collect();
        let added = options[format!("add_{what}")].as_array().cloned().unwrap_or_default();
        by.into_iter()
            .filter(|it| !people.is_one_of(it, &who, facts).unwrap())
            .chain(added.iter().map(|it| Actor(text(it, "author").to_owned())))
            .map(|it| it.0)
            .collect()
    };
    let comments = known.comments.iter().flatten().map(|it| it.by.clone()).collect();
    let reviews = known.reviews.iter().flatten().map(|it| it.by.clone()).collect();
    for (key, by, what) in
        [("comment_authors", comments, "comments"), ("review_authors", reviews, "reviews")]
    {
        if !expected[key].is_null() {
            same(what, left(by, what), names(&expected[key]))?;
        }
    }
    if !expected["base"].is_null() {
        let mut pr = case["pr"].clone();
        if !options["base_branch"].is_null() {
            pr["base"] = options["base_branch"].clone();
        }
        let pull = Pull::of(&pr, options);
        let name = pull.update.name.to_string();
        same("the target", name.clone(), format!("refs/heads/{}", text(expected, "base")))?;
        let source = pull.facts.update[&name].proposal.as_ref().unwrap().source.to_string();
        same("the source", source, text(expected, "head").to_owned())?;
    }
    Ok(())
}

fn simulate_defaults(case: &Value) -> Result<(), String> {
    let comment = &case["options"]["add_comments"][0];
    let mut pr = json!({ "author": "alice", "comments": [comment] });
    pr["comments"][0]["created_at"] = json!("2024-01-01T00:00:50Z");
    let pull = Pull::of(&pr, &Value::Null);
    let known = &pull.facts.update["refs/heads/main"];
    let edited = known.comments.iter().flatten().any(|it| it.edited.is_some());
    same("whether it is edited", edited, case["expected"]["last_edited_at"] == "set")
}

/// A word after the push is fresh, one before it or in the same second is not.
fn push_time(case: &Value) -> Result<(), String> {
    let pushed = time(text(&case["expected"], "pushed_at"));
    assert!(pushed < NOW);
    for (later, wanted) in [(-1, "pending"), (0, "pending"), (1, "approved")] {
        let mut pr = case["pr"].clone();
        for it in pr["commits"].as_array_mut().unwrap() {
            it["author"] = json!("alice");
            it["committer"] = json!("alice");
        }
        let at = jiff::Timestamp::from_second(pushed + later).unwrap().to_string();
        pr["pushed_at"] = case["oldest_status"].clone();
        pr["author"] = json!("alice");
        pr["reviews"] = json!([{ "author": "bob", "state": "approved", "created_at": at }]);
        status(&by_bob(&json!({ "invalidate_on_push": true })), &pr, wanted)
            .map_err(|it| format!("{later} s later: {it}"))?;
    }
    Ok(())
}
