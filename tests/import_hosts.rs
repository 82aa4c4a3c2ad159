//! What importers of hosts' settings carry over, setting by setting.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeSet;
use std::{env, fs};

use proptest::prelude::*;
use refgate::import::hosts::{Becomes, FIELDS, Field};
use refgate::import::{EXPORTERS, Exported, How, IMPORTERS, Imported, Note, Unreadable};
use refgate::judge::judge;
use refgate::model::{self, Decision, Stage};
use refgate::policy::{self, Direction, Policy};
use serde_json::{Value, json};

fn import(kind: &str, text: &str) -> Result<Imported, Unreadable> {
    let importer = IMPORTERS.iter().find(|it| it.kind == kind).unwrap();
    (importer.read)(text.as_bytes())
}

fn imported(kind: &str, value: &Value) -> Imported {
    import(kind, &value.to_string()).unwrap_or_else(|it| panic!("{kind}: {it}\n{value:#}"))
}

fn parse(toml: &str) -> Policy {
    policy::parse("refgate.toml", toml, &mut |_| Err("alone".to_owned()))
        .unwrap_or_else(|it| panic!("{it}\n{toml}"))
}

fn export(policy: &Policy) -> Exported {
    let exporter = EXPORTERS.iter().find(|it| it.kind == "github-rulesets").unwrap();
    (exporter.write)(policy)
}

fn fixture(kind: &str) -> Value {
    let path = format!("{}/tests/import/{kind}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The steps of a setting's path: `a[].b` is `a`, `[]`, `b`.
fn steps(path: &str) -> Vec<String> {
    path.replace("[]", ".[]").split('.').filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// Takes a setting out wherever it stands; tells how often.
fn take_out(value: &mut Value, steps: &[String]) -> usize {
    let Some((first, rest)) = steps.split_first() else { return 0 };
    if first == "[]" {
        let items = value.as_array_mut().into_iter().flatten();
        return items.map(|it| take_out(it, rest)).sum();
    }
    let Some(map) = value.as_object_mut() else { return 0 };
    if rest.is_empty() {
        return usize::from(map.remove(first).is_some());
    }
    map.get_mut(first).map_or(0, |it| take_out(it, rest))
}

/// The same for a ruleset's rules, which stand below their type.
fn take_out_rule(ruleset: &mut Value, kind: &str, rest: &[String]) -> usize {
    let Some(rules) = ruleset.get_mut("rules").and_then(Value::as_array_mut) else { return 0 };
    if rest.is_empty() {
        let before = rules.len();
        rules.retain(|it| it["type"] != kind);
        return before - rules.len();
    }
    let of_kind = rules.iter_mut().filter(|it| it["type"] == kind);
    of_kind.map(|it| take_out(&mut it["parameters"], rest)).sum()
}

fn without(kind: &str, whole: &Value, field: &Field) -> (Value, usize) {
    let mut value = whole.clone();
    let path = steps(field.path);
    let found = match (kind, path.as_slice()) {
        ("github-rulesets", [rules, _, rule, rest @ ..]) if rules == "rules" => {
            let all = value.as_array_mut().unwrap().iter_mut();
            all.map(|it| take_out_rule(it, rule, rest)).sum()
        }
        ("gitlab", _) => take_out(&mut value, &path),
        _ => value.as_array_mut().unwrap().iter_mut().map(|it| take_out(it, &path)).sum(),
    };
    (value, found)
}

/// Notes without their places, which move as settings go.
fn told(notes: &[Note]) -> Vec<(How, String)> {
    let mut told: Vec<_> = notes.iter().map(|it| (it.how, it.what.clone())).collect();
    told.sort();
    told
}

/// Settings that tell a part from another: taking one out is no test of it.
const TELLING: &[(&str, &str)] = &[
    ("github-protection", "url"),
    ("gitlab", "approvals.approvals_before_merge"),
    ("gitlab", "protected_tags[].create_access_levels"),
    ("gitea", "branch_name"),
];

#[test]
fn every_setting_becomes_what_the_table_says() {
    let mut wrong = Vec::new();
    for (kind, fields) in FIELDS {
        let whole = fixture(kind);
        let before = imported(kind, &whole);
        let refused = before.notes.iter().filter(|it| it.what.contains("is no rule here"));
        wrong.extend(refused.map(|it| format!("{kind}: written, and not understood: {it}")));
        for field in *fields {
            let (value, found) = without(kind, &whole, field);
            if found == 0 {
                wrong.push(format!("{kind}: no fixture has `{}`", field.path));
                continue;
            }
            if TELLING.contains(&(*kind, field.path)) {
                continue;
            }
            let after = match import(kind, &value.to_string()) {
                Ok(after) => after,
                Err(why) => {
                    wrong.push(format!("{kind}: without `{}`: {why}", field.path));
                    continue;
                }
            };
            let same = after.toml == before.toml;
            let silent = told(&after.notes) == told(&before.notes);
            let as_said = match field.becomes {
                Becomes::Policy(_) => !same,
                Becomes::Note(_) => !silent,
                Becomes::Nothing(_) => same && silent,
            };
            if !as_said {
                let is = format!("policy the same: {same}, notes the same: {silent}");
                wrong.push(format!("{kind}: `{}` is {:?}, but {is}", field.path, field.becomes));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Adds a key that nobody knows to the `nth` object; tells whether there was one.
fn add_unknown(value: &mut Value, nth: &mut usize) -> bool {
    match value {
        Value::Array(items) => items.iter_mut().any(|it| add_unknown(it, nth)),
        Value::Object(keys) => {
            if *nth == 0 {
                keys.insert("brand_new".to_owned(), json!(true));
                return true;
            }
            *nth -= 1;
            keys.iter_mut().any(|(_, it)| add_unknown(it, nth))
        }
        _ => false,
    }
}

/// Parts whose own keys say who or what they are, and are read as far as needed.
const OPAQUE: &[&str] = &[
    "users",
    "teams",
    "apps",
    "groups",
    "approvers",
    "approver_groups",
    "eligible_approvers",
    "protected_branches",
    "push_access_levels",
    "merge_access_levels",
    "unprotect_access_levels",
    "create_access_levels",
    "_links",
    "dismissal_restrictions",
    "bypass_pull_request_allowances",
    "repository_name",
    "repository_id",
    "repository_property",
    "reviewer",
    "organization_id",
    "organization_name",
    "organization_property",
    "dismissal_restriction",
];

#[test]
fn an_unknown_setting_is_told_wherever_it_stands() {
    for (kind, _) in FIELDS {
        for nth in 0.. {
            let mut value = fixture(kind);
            if !add_unknown(&mut value, &mut nth.clone()) {
                break;
            }
            let place = place_of(&value, String::new()).unwrap();
            let opaque = |it: &str| {
                let inner = place.replace('[', ".").replace(']', "");
                let owner = inner.strip_suffix(".brand_new").unwrap_or_default();
                let names: Vec<_> =
                    owner.split('.').filter(|it| it.parse::<u32>().is_err()).collect();
                names
                    .iter()
                    .skip(usize::from(*kind == "gitlab" && names.len() == 1))
                    .any(|name| *name == it)
                    && !(*kind == "gitlab" && it == "protected_branches" && names.len() == 1)
            };
            if OPAQUE.iter().any(|it| opaque(it)) || lost_rule(&value) {
                continue;
            }
            match import(kind, &value.to_string()) {
                Ok(it) => assert!(
                    it.notes
                        .iter()
                        .any(|it| it.how == How::Lost && it.to_string().contains("brand_new")),
                    "{kind}: {place} is not told"
                ),
                Err(why) => {
                    assert!(why.to_string().contains("brand_new"), "{kind}: {place}: {why}");
                }
            }
        }
    }
}

/// Whether the unknown key is within a rule that is not carried over at all.
fn lost_rule(value: &Value) -> bool {
    let rules = value.as_array().into_iter().flatten().filter_map(|it| it["rules"].as_array());
    let lost = [
        "code_quality",
        "copilot_code_review",
        "merge_queue",
        "required_deployments",
        "code_scanning",
    ];
    rules.flatten().any(|it| {
        lost.iter().any(|kind| it["type"] == *kind)
            && place_of(&it["parameters"], String::new()).is_some()
    })
}

fn place_of(value: &Value, at: String) -> Option<String> {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(nth, it)| place_of(it, format!("{at}[{nth}]")))
        }
        Value::Object(keys) if keys.contains_key("brand_new") => Some(format!("{at}.brand_new")),
        Value::Object(keys) => {
            keys.iter().find_map(|(key, it)| place_of(it, format!("{at}.{key}")))
        }
        _ => None,
    }
}

/// A change, as cases of verdicts write it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    stage: Stage,
    at: Option<model::Timestamp>,
    actor: Option<model::Actor>,
    updates: Vec<model::RefUpdate>,
    #[serde(default)]
    facts: model::Recorded,
}

/// What a policy says of a change.
fn decided(policy: &Policy, change: &str) -> Decision {
    let Case { stage, at, actor, updates, mut facts } =
        toml::from_str(change).unwrap_or_else(|it| panic!("{it}\n{change}"));
    facts.fill(stage, &updates);
    let change = model::Change {
        stage,
        at: at.unwrap_or(0),
        actor: actor.ok_or(model::Unknown::NotHere(model::Need::Actor)),
        updates,
        facts: &facts,
        memory: model::Memory::default(),
    };
    judge(policy, &change).decision()
}

/// A push by `actor` of one commit with a message and an address that adds,
/// changes (`+`) or removes (`-`) a path.
fn push(actor: &str, name: &str, message: &str, email: &str, path: &str) -> String {
    let (old, new) = match path.split_at(1) {
        ("-", _) => ("{ oid = \"b10b\" }", None),
        ("+", _) => ("{ oid = \"b10b\" }", Some("{ oid = \"b10c\" }")),
        _ => ("", Some("{ oid = \"b10c\" }")),
    };
    let bare = path.trim_start_matches(['+', '-']);
    let side =
        |key: &str, it: &str| if it.is_empty() { String::new() } else { format!(", {key} = {it}") };
    format!(
        "stage = \"pre-receive\"\nactor = \"{actor}\"\nupdates = [{{ name = \"{name}\", old = \"1c2d3e4\", new = \"9be0d11\" }}]\n\
         [facts.blobs]\nb10c000000000000000000000000000000000000 = \"text\"\n\
         [facts.update.\"{name}\"]\ncommits = [{{ oid = \"9be0d11\", parents = [\"1c2d3e4\"], message = \"{message}\", \
         author = {{ name = \"A\", email = \"{email}\" }}, committer = {{ name = \"A\", email = \"{email}\" }} }}]\n\
         files = [{{ path = \"{bare}\", commit = \"9be0d11\"{}{} }}]\n",
        side("old", old),
        side("new", new.unwrap_or_default()),
    )
}

fn simple(path: &str) -> String {
    push("ana", "refs/heads/main", "a", "a@acme.example", path)
}

/// A ruleset of one rule for `main`.
fn ruleset(kind: &str, parameters: Value) -> Value {
    let refs = json!({ "ref_name": { "include": ["refs/heads/main"], "exclude": [] } });
    json!({ "name": "r", "target": "branch", "enforcement": "active", "conditions": refs,
        "rules": [{ "type": kind, "parameters": parameters }] })
}

fn pattern(kind: &str, operator: &str, pattern: &str, negate: bool) -> Value {
    ruleset(kind, json!({ "operator": operator, "pattern": pattern, "negate": negate }))
}

fn pushed(kind: &str, parameters: Value) -> Value {
    json!({ "name": "p", "target": "push", "enforcement": "active", "rules": [{ "type": kind, "parameters": parameters }] })
}

/// What is imported, a change, and what is said of it.
fn verdicts() -> Vec<(&'static str, Value, String, bool)> {
    let message = |it: &str| push("ana", "refs/heads/main", it, "a@acme.example", "a");
    let by = |it: &str| push("ana", "refs/heads/main", "a", it, "a");
    let (rs, gl, gt) = ("github-rulesets", "gitlab", "gitea");
    let delete = "stage = \"pre-receive\"\nactor = \"ana\"\nupdates = [{ name = \"refs/heads/main\", old = \"1c2d3e4\" }]".to_owned();
    let tag = |new: &str| {
        format!(
            "stage = \"pre-receive\"\nactor = \"ana\"\nupdates = [{{ name = \"refs/tags/v1\", old = \"1c2d3e4\"{new} }}]"
        )
    };
    let branch = |name: &str| {
        format!(
            "stage = \"pre-receive\"\nactor = \"ana\"\nupdates = [{{ name = \"refs/heads/{name}\", new = \"9be0d11\" }}]"
        )
    };
    let ticket = || pattern("commit_message_pattern", "regex", "^[A-Z]+-\\d+ ", false);
    let starts = || pattern("commit_message_pattern", "starts_with", "fix(", false);
    let ends = || pattern("commit_author_email_pattern", "ends_with", "@acme.example", false);
    let evil = || pattern("committer_email_pattern", "contains", "@evil.", true);
    let named = || {
        json!({ "name": "n", "target": "branch", "conditions": { "ref_name": { "include": ["~ALL"], "exclude": ["refs/heads/free/*"] } },
        "rules": [{ "type": "branch_name_pattern", "parameters": { "operator": "starts_with", "pattern": "topic/", "negate": false } }] })
    };
    let paths =
        || pushed("file_path_restriction", json!({ "restricted_file_paths": [".github/**"] }));
    let exe =
        || pushed("file_extension_restriction", json!({ "restricted_file_extensions": ["*.exe"] }));
    let rule = |key: &str, value: Value| json!({ "member_check": false, key: value });
    let gitea = |mut extra: Value| {
        let map = extra.as_object_mut().unwrap();
        map.insert("rule_name".to_owned(), json!("main"));
        extra
    };
    vec![
        (rs, ruleset("update", json!({})), simple("a"), false),
        (rs, ruleset("deletion", json!({})), delete.clone(), false),
        (rs, ruleset("deletion", json!({})), simple("a"), true),
        (rs, ruleset("pull_request", json!({})), simple("a"), false),
        (rs, ticket(), message("AB-12 mend"), true),
        (rs, ticket(), message("mend"), false),
        // What is no digit in ASCII is none at the host either.
        (rs, ticket(), message("AB-\u{661} mend"), false),
        (rs, starts(), message("fix(a): b"), true),
        (rs, starts(), message("fix: b"), false),
        (rs, ends(), by("ana@acme.example"), true),
        (rs, ends(), by("ana@acme.example.org"), false),
        (rs, evil(), by("ana@acme.example"), true),
        (rs, evil(), by("ana@evil.example"), false),
        (rs, named(), branch("topic/a"), true),
        (rs, named(), branch("a"), false),
        (rs, named(), branch("free/a"), true),
        (rs, named(), branch("free/a/b"), false),
        (rs, paths(), simple("a"), true),
        (rs, paths(), simple(".github/workflows/x.yml"), false),
        (rs, paths(), simple("-.github/workflows/x.yml"), false),
        (rs, exe(), simple("a.EXE"), false),
        (rs, exe(), simple("+a.exe"), false),
        (gl, rule("commit_message_regex", json!("^mend")), message("x\\n\\nmend"), true),
        (gl, rule("commit_message_regex", json!("^mend")), message("x mend"), false),
        (gl, rule("commit_message_negative_regex", json!("WIP")), message("WIP"), false),
        (gl, rule("author_email_regex", json!("@acme\\.example$")), by("a@home.example"), false),
        (gl, rule("file_name_regex", json!("(jar|exe)$")), simple("lib/a.jar"), false),
        (gl, rule("file_name_regex", json!("(jar|exe)$")), simple("-lib/a.jar"), true),
        (gl, rule("branch_name_regex", json!("^topic/")), branch("topic/a"), true),
        (gl, rule("branch_name_regex", json!("^topic/")), branch("other"), false),
        (gl, rule("deny_delete_tag", json!(true)), tag(""), false),
        (gl, rule("reject_non_dco_commits", json!(true)), simple("a"), false),
        (
            gl,
            json!({ "name": "v*", "create_access_levels": [] }),
            tag(", new = \"9be0d11\""),
            false,
        ),
        (
            gl,
            json!({ "name": "main", "push_access_levels": [{ "access_level": 0 }], "merge_access_levels": [{ "access_level": 30 }] }),
            simple("a"),
            false,
        ),
        (
            gl,
            json!({ "name": "main", "push_access_levels": [{ "access_level": 30 }], "merge_access_levels": [{ "access_level": 30 }] }),
            delete.clone(),
            false,
        ),
        (gt, gitea(json!({ "enable_push": false })), simple("a"), false),
        (gt, gitea(json!({ "enable_push": true, "enable_force_push": true })), simple("a"), true),
        (
            gt,
            gitea(
                json!({ "enable_force_push": true, "enable_push": true, "enable_push_whitelist": true, "push_whitelist_usernames": ["ana"] }),
            ),
            simple("a"),
            true,
        ),
        (
            gt,
            gitea(
                json!({ "enable_push": true, "enable_push_whitelist": true, "push_whitelist_usernames": ["bo"] }),
            ),
            simple("a"),
            false,
        ),
        (
            gt,
            gitea(
                json!({ "enable_force_push": true, "enable_push": false, "unprotected_file_patterns": "docs/**" }),
            ),
            simple("docs/a"),
            true,
        ),
        (
            gt,
            gitea(json!({ "enable_push": false, "unprotected_file_patterns": "docs/**" })),
            simple("src/a"),
            false,
        ),
        (
            gt,
            gitea(json!({ "enable_push": true, "protected_file_patterns": "LICENSE; .gitea/**" })),
            simple("-LICENSE"),
            false,
        ),
        (gt, gitea(json!({ "enable_push": true })), delete, false),
    ]
}

#[test]
fn what_is_carried_over_decides_as_before() {
    let mut wrong = Vec::new();
    for (kind, value, change, allowed) in verdicts() {
        let it = imported(kind, &value);
        let decision = decided(&parse(&it.toml), &change);
        if (decision < Decision::Deny) != allowed {
            wrong.push(format!("{kind}: {decision:?}\n{value}\n{change}\n{}", it.toml));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// A rule of GitHub's for pull requests.
fn pull_request(count: u8, last: bool) -> Value {
    json!({ "required_approving_review_count": count, "require_last_push_approval": last,
        "dismiss_stale_reviews_on_push": true })
}

/// An approval rule of GitLab's.
fn approved_by(who: Value) -> Value {
    let mut rule = json!({ "name": "r", "rule_type": "regular", "approvals_required": 1 });
    for (key, value) in who.as_object().unwrap() {
        rule[key] = value.clone();
    }
    rule
}

/// What is imported, with a part of the policy that it must become, one that it
/// must not, and one of what is told.
#[rustfmt::skip]
fn people() -> Vec<(&'static str, Value, &'static str, &'static str, &'static str)> {
    let (rules, classic, lab, tea) = ("github-rulesets", "github-protection", "gitlab", "gitea");
    let github = |count, last| ruleset("pull_request", pull_request(count, last));
    let old = |last| json!({ "url": "https://api.github.com/repos/acme/a/branches/main/protection",
        "required_pull_request_reviews": pull_request(2, last) });
    let mut team = github(0, false);
    team["rules"][0]["parameters"]["required_reviewers"] = json!([{ "minimum_approvals": 1,
        "file_patterns": ["db/**"], "reviewer": { "id": 5, "type": "Team" } }]);
    let shut = json!({ "rule_name": "main", "enable_push": false, "enable_push_whitelist": true,
        "push_whitelist_usernames": ["eve"], "enable_force_push": false,
        "enable_force_push_allowlist": true, "force_push_allowlist_usernames": ["eve"],
        "enable_merge_whitelist": true, "merge_whitelist_usernames": ["cy"] });
    let frozen = json!({ "name": "main", "push_access_levels": [{ "access_level": 0 }],
        "merge_access_levels": [{ "access_level": 40 }], "code_owner_approval_required": true });
    let posing = json!({ "rule_name": "main", "enable_push": false, "required_approvals": 1,
        "enable_approvals_whitelist": true, "approvals_whitelist_username": ["permission:write", "bo"] });
    let far = ruleset("workflows", json!({ "workflows": [{ "path": ".github/workflows/a.yml", "repository_id": 5 }] }));
    vec![
        (rules, github(2, false), "count = 2, from = [\"permission:write\"], last-pusher = \"allowed\"", "excluded", "stricter"),
        (rules, github(2, true), "last-pusher = \"excluded\"", "allowed", "stricter"),
        (rules, github(0, true), "count = 1, from = [\"permission:write\"], last-pusher = \"excluded\"", "allowed", "one is asked for"),
        (rules, github(0, false), "pull-request = \"required\"", "approvals", ""),
        (rules, team, "from = [\"@OWNER/team-5\"]", "permission:write", "nobody counts yet"),
        (classic, old(false), "last-pusher = \"allowed\"", "excluded", "stricter"),
        (classic, old(true), "last-pusher = \"excluded\"", "allowed", "stricter"),
        (lab, approved_by(json!({ "users": [], "groups": [] })), "permission:write", "OWNER", ""),
        (lab, approved_by(json!({ "users": [], "groups": [], "contains_hidden_groups": true })), "@OWNER/hidden", "permission:write", "is hidden from you"),
        (lab, approved_by(json!({ "users": [], "groups": [{ "id": 5, "name": "Sec" }] })), "@OWNER/group-5", "permission:write", "has no name here"),
        (lab, frozen, "code-owners", "mode", "what `code-owners`, `pull-request`, `update` must know"),
        (tea, shut, "update = [\"cy\"]", "eve", ""),
        (tea, posing, "from = [\"bo\"]", "permission:write", "is no login"),
        (rules, far, "workflow", "repository", "looser"),
    ]
}

#[test]
fn nobody_counts_who_did_not_before() {
    let mut wrong = Vec::new();
    for (kind, value, has, lacks, told) in people() {
        let it = imported(kind, &value);
        let notes: String = it.notes.iter().map(|it| format!("{it}\n")).collect();
        if !it.toml.contains(has) || it.toml.contains(lacks) || !notes.contains(told) {
            wrong.push(format!("{kind}: {value}\n{}\n{notes}", it.toml));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_the_last_pusher_may_goes_to_github_as_it_is() {
    for (it, asked) in [("allowed", false), ("excluded", true), ("excluded-if-known", true)] {
        let text = format!(
            "version = 1\nstages = [\"github\"]\n[[protect]]\nrefs = [\"main\"]\n\
             approvals = {{ count = 1, last-pusher = \"{it}\" }}\n"
        );
        let Exported { text, notes } = export(&parse(&text));
        let written: Value = serde_json::from_str(&text).unwrap();
        let pull = &written[0]["rules"][0]["parameters"];
        assert_eq!(pull["require_last_push_approval"], asked, "{text}");
        assert!(notes.iter().all(|it| !it.what.contains("last-pusher")), "{notes:#?}");
    }
}

#[test]
fn commitlint_lets_pass_what_git_writes() {
    let it = import(
        "commitlint",
        r#"{"extends": ["@commitlint/config-conventional"],
        "rules": {"references-empty": [2, "never"]}}"#,
    );
    let policy = parse(&it.unwrap().toml);
    let one = |message: &str| push("ana", "refs/heads/main", message, "a@acme.example", "a");
    let revert =
        format!(r#"Revert \"Bad Thing.\"\n\nThis reverts commit {}.\n"#, "9be0d11a".repeat(5));
    let merge = one("Merge branch 't'").replace("[\"1c2d3e4\"]", "[\"1c2d3e4\", \"aaaa\"]");
    let cases = [
        (one("feat: thing\\n\\n#1"), true),
        (one(&revert), true),
        (merge, true),
        (one("feat: thing"), false),
        (one("Feat: thing\\n\\n#1"), false),
        (one("feat: Thing\\n\\n#1"), false),
        (one("feat: thing.\\n\\n#1"), false),
        (one("Merge branch 't'"), false),
    ];
    for (change, allowed) in cases {
        let decision = decided(&policy, &change);
        assert_eq!(decision < Decision::Deny, allowed, "{decision:?}\n{change}");
    }
}

#[test]
fn a_title_of_gitlint_ends_with_its_line() {
    let it = import("gitlint", "[title-match-regex]\nregex=^US[0-9]+: .*$\n[general]\nignore=B6\n");
    let policy = parse(&it.unwrap().toml);
    for (message, allowed) in
        [("US12: a thing\\n\\nwhy\\n", true), ("thing US12: a\\n", false), ("Merge x\\n", true)]
    {
        let change = push("ana", "refs/heads/main", message, "a@acme.example", "a");
        assert_eq!(decided(&policy, &change) < Decision::Deny, allowed, "{message}");
    }
}

#[test]
fn a_mark_of_the_byte_order_is_no_part_of_json() {
    let text = format!("\u{feff}{}", ruleset("deletion", json!({})));
    assert!(import("github-rulesets", &text).is_ok());
}

#[test]
fn what_is_evaluated_only_warns() {
    let mut value = ruleset("update", json!({}));
    value["enforcement"] = json!("evaluate");
    let policy = parse(&imported("github-rulesets", &value).toml);
    assert_eq!(decided(&policy, &simple("a")), Decision::Warn);
}

#[test]
fn what_protects_nothing_is_no_policy_and_says_why() {
    let mut value = ruleset("update", json!({}));
    value["enforcement"] = json!("disabled");
    let why = import("github-rulesets", &value.to_string()).unwrap_err().to_string();
    assert!(why.contains("switched off"), "{why}");
    for (kind, _) in FIELDS {
        for text in ["", "no json", "[]", "{}", "[[1]]", "null", "{\"a\": 1}"] {
            let why = import(kind, text).unwrap_err().to_string();
            assert!(!why.is_empty(), "{kind}: {text}");
        }
    }
}

#[test]
fn patterns_name_the_same_refs() {
    let name = |kind: &str, pattern: &str, of: &str| {
        let value = match kind {
            "gitlab" => {
                json!({ "name": pattern, "push_access_levels": [], "merge_access_levels": [] })
            }
            "gitea" => json!({ "rule_name": pattern }),
            _ => {
                json!({ "name": "r", "conditions": { "ref_name": { "include": [format!("refs/heads/{pattern}")], "exclude": [] } },
                "rules": [{ "type": "deletion" }] })
            }
        };
        let policy = parse(&imported(kind, &value).toml);
        policy
            .protections
            .iter()
            .any(|it| it.refs.matches(&format!("refs/heads/{of}").as_str().into()))
    };
    let yes = [
        ("gitlab", "*", "a/b"),
        ("gitlab", "release/*", "release/a/b"),
        ("gitlab", "*-stable", "a/1-stable"),
        ("gitlab", "a*b", "ab"),
        ("gitlab", "a*b", "ax/y/zb"),
        ("gitlab", "a[1]", "a[1]"),
        ("gitlab", "a*", "a/b"),
        ("gitea", "release/**", "release/a/b"),
        ("gitea", "v*", "v1"),
        ("gitea", "a**b", "ax/yb"),
        ("gitea", "{a,b}", "b"),
        ("github-rulesets", "qa/**/*", "qa/a/b/c"),
        ("github-rulesets", "qa/*", "qa/a"),
        ("github-rulesets", "qa**", "qax"),
    ];
    for (kind, pattern, of) in yes {
        assert!(name(kind, pattern, of), "{kind}: {pattern} names {of}");
    }
    let no = [
        ("gitlab", "*-stable", "a/b"),
        ("gitlab", "a[1]", "a1"),
        ("gitlab", "main", "main2"),
        ("gitea", "release/*", "release/a/b"),
        ("github-rulesets", "qa/*", "qa/a/b"),
        ("github-rulesets", "qa**", "qa/x"),
    ];
    for (kind, pattern, of) in no {
        assert!(!name(kind, pattern, of), "{kind}: {pattern} does not name {of}");
    }
}

const POLICY: &str = r#"
version = 1
stages = ["pre-push", "pre-receive", "github"]

[[protect]]
name = "trunk"
refs = ["main", "release/**"]
fast-forward-only = true
linear = true
pull-request = "required"
delete = "nobody"
create = ["permission:maintain"]
merge = ["squash"]
up-to-date = true
checks = ["build", { name = "test", app = 15368 }]
approvals = { count = 2, from = ["permission:write"] }
message = { pattern = '^[A-Z]+-[0-9]+ ', not-pattern = 'WIP' }
author = { email-pattern = '@acme\.example$' }
committer = { not-email-pattern = 'evil' }

[[protect]]
refs = ["refs/tags/v*"]
tag = { pattern = 'v[0-9]+', immutable = true }
mode = "warn"

[[protect]]
refs = ["refs/heads/**"]
when = { not = { target = ["main"] } }
branch-name = '(topic|release)/.*'

[[protect]]
refs = ["main"]
when = { paths = ["db/**"] }
approvals = { count = 1 }

[[protect]]
refs = ["**"]
paths = { on = "touched", max-length = 200, extensions = { deny = ["exe"] } }
file-size = { max = "5MB" }
secrets = {}
"#;

#[test]
fn an_export_imported_again_is_not_looser_than_told() {
    let policy = parse(POLICY);
    let Exported { text, notes } = export(&policy);
    let again = parse(&import("github-rulesets", &text).unwrap().toml);
    // What the exporter says is missing, by its line.
    let told: BTreeSet<_> =
        notes.iter().filter(|it| it.how.is_less()).filter_map(|it| it.part.clone()).collect();
    assert!(told.contains("secrets") && !told.contains("checks"), "{told:?}");
    let looser: Vec<_> = policy::diff(&policy, &again)
        .into_iter()
        .filter(|it| it.direction == Direction::Looser)
        .filter(|it| !told.iter().any(|rule| it.what.contains(&format!("`{rule}`"))))
        .filter(|it| !it.what.contains("when") && !it.what.contains("enforced at"))
        .collect();
    // A rule may stand in another protection, of the same refs.
    assert!(looser.is_empty(), "{looser:#?}\n{text}");
    assert!(notes.iter().any(|it| it.what.contains("db/**")), "{notes:#?}");
}

#[test]
fn an_export_is_stable_and_goes_both_ways() {
    let first = export(&parse(POLICY));
    let second = export(&parse(POLICY));
    assert_eq!(first, second);
    let once = import("github-rulesets", &first.text).unwrap();
    let third = export(&parse(&once.toml));
    let names = |text: &str| -> BTreeSet<String> {
        let all: Vec<Value> = serde_json::from_str(text).unwrap();
        all.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    assert!(names(&first.text).iter().all(|it| it.starts_with("refgate: ")));
    assert!(names(&first.text).len() >= 5, "{:?}", names(&first.text));
    let twice = import("github-rulesets", &third.text).unwrap();
    let looser: Vec<_> = policy::diff(&parse(&once.toml), &parse(&twice.toml))
        .into_iter()
        .filter(|it| it.direction == Direction::Looser)
        .collect();
    assert!(looser.is_empty(), "{looser:#?}\n{}\n{}", once.toml, twice.toml);
}

/// A table of settings, for the manual.
fn shown(fields: &[Field]) -> String {
    let line = |it: &Field| match it.becomes {
        Becomes::Policy(what) => format!("| `{}` | {what} |\n", it.path),
        Becomes::Note(why) => format!("| `{}` | a note: {why} |\n", it.path),
        Becomes::Nothing(says) => format!("| `{}` | nothing: {says} |\n", it.path),
    };
    let lines: String = fields.iter().map(line).collect();
    format!("| setting | becomes |\n|---|---|\n{lines}")
}

/// `text` with what stands between two marks replaced.
fn between(text: &str, begin: &str, end: &str, new: &str) -> String {
    let from = text.find(begin).unwrap_or_else(|| panic!("no {begin}")) + begin.len();
    let to = from + text[from..].find(end).unwrap_or_else(|| panic!("no {end}"));
    format!("{}{new}{}", &text[..from], &text[to..])
}

#[test]
fn the_manual_shows_what_importers_do() {
    let path = format!("{}/docs/migrate.md", env!("CARGO_MANIFEST_DIR"));
    let old = fs::read_to_string(&path).unwrap();
    let mut new = old.clone();
    for (kind, fields) in FIELDS {
        let (begin, end) = (format!("<!-- begin {kind} -->\n"), format!("<!-- end {kind} -->"));
        new = between(&new, &begin, &end, &shown(fields));
        let open = format!("```json {kind}\n");
        let example = &new[new.find(&open).unwrap() + open.len()..];
        let example = &example[..example.find("```").unwrap()];
        let toml = import(kind, example).unwrap().toml;
        let begin = format!("{open}{example}```\n\n```toml\n");
        new = between(&new, &begin, "```", &toml);
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(path, new).unwrap();
    } else {
        assert!(
            old == new,
            "`UPDATE=1 cargo test --test import_hosts` writes docs/migrate.md anew"
        );
    }
}

/// Words that importers look for, so that arbitrary JSON gets somewhere.
fn words() -> Vec<String> {
    let mut words: BTreeSet<_> =
        FIELDS.iter().flat_map(|(_, fields)| *fields).flat_map(|it| steps(it.path)).collect();
    words.extend(
        ["type", "parameters", "operator", "pattern", "negate", "login", "slug", "username"]
            .map(str::to_owned),
    );
    words.extend(
        [
            "~ALL",
            "regex",
            "tag",
            "push",
            "branch",
            "refs/heads/a{b",
            "[",
            "\\",
            "*",
            "**",
            "a;b",
            "\u{202e}",
        ]
        .map(str::to_owned),
    );
    words.into_iter().collect()
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = proptest::sample::select(words());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..20_u8).prop_map(Value::from),
        word.clone().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((word.clone(), inner), 0..8)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

/// Replaces the `nth` value of a fixture.
fn replace(value: &mut Value, nth: &mut usize, new: &Value) -> bool {
    if *nth == 0 {
        *value = new.clone();
        return true;
    }
    *nth -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|it| replace(it, nth, new)),
        Value::Object(keys) => keys.iter_mut().any(|(_, it)| replace(it, nth, new)),
        _ => false,
    }
}

/// An import is a policy, or says why there is none; what it writes, the exporter
/// reads.
fn whole(kind: &str, text: &str) {
    match import(kind, text) {
        Ok(it) => {
            let policy = parse(&it.toml);
            let text = export(&policy).text;
            assert!(serde_json::from_str::<Vec<Value>>(&text).is_ok());
            assert!(it.notes.iter().all(|it| !it.what.is_empty()));
        }
        Err(why) => assert!(!why.0.is_empty()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_json_there_is_a_policy_or_a_reason(value in any_json()) {
        for (kind, _) in FIELDS {
            whole(kind, &value.to_string());
        }
    }

    #[test]
    fn whatever_one_setting_is_there_is_a_policy_or_a_reason(new in any_json(), nth in 0..400_usize) {
        for (kind, _) in FIELDS {
            let mut value = fixture(kind);
            replace(&mut value, &mut nth.clone(), &new);
            whole(kind, &value.to_string());
        }
    }

    #[test]
    fn whatever_the_text_there_is_a_reason(text in ".{0,40}") {
        for (kind, _) in FIELDS {
            whole(kind, &text);
        }
    }
}
