//! Conditions: what policy-bot's predicates say, that they are written as they are
//! read, and that they ask for the facts that they name.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod cases;
mod policybot;
mod watched;

use std::collections::{BTreeMap, BTreeSet};

use cases::{NEEDS, World};
use policybot::{actors, pull_request};
use proptest::prelude::*;
use refgate::model::{Actor, Change, Fact, Memory, Need, People, Unknown};
use refgate::rule::{Case, When, when::CONDITIONS};
use serde_json::Value;
use toml::Table;
use watched::Watched;

fn when(text: &str) -> Result<When, String> {
    let table: Table = toml::from_str(&format!("when = {text}")).map_err(|it| it.to_string())?;
    table["when"].clone().try_into().map_err(|error: toml::de::Error| error.message().to_owned())
}

/// What a condition says of the first update of a change.
fn holds(when: &When, world: &World) -> Fact<bool> {
    let actor = world.actor.clone().ok_or(Unknown::NotHere(Need::Actor));
    let (updates, memory) = (world.updates.clone(), Memory::default());
    let (stage, at, facts) = (world.stage, world.at, &world.facts);
    let change = Change { stage, actor, updates, at, facts, memory };
    let people = People::default();
    when.holds(&Case { update: &change.updates[0], change: &change, people: &people, named: true })
}

fn policybot(kinds: &[&str]) -> Vec<Value> {
    let text = include_str!("cases/policybot.json");
    let all: Value = serde_json::from_str(text).unwrap();
    let all = all["cases"].as_array().unwrap().iter();
    all.filter(|it| kinds.contains(&it["kind"].as_str().unwrap())).cloned().collect()
}

/// Every predicate of policy-bot has a counterpart that says the same.
#[test]
fn policy_bots_predicates_say_the_same() {
    let cases = policybot(&["predicate"]);
    assert_eq!(cases.len(), 137);
    let mut wrong = Vec::new();
    for case in cases {
        let text = translated(case["predicate"].as_object().unwrap());
        let when = when(&text).unwrap_or_else(|why| panic!("{}: {text}: {why}", case["id"]));
        let world = pull_request(&case["pr"]);
        let wanted = case["expected"]["satisfied"].as_bool().unwrap();
        let got = holds(&when, &world);
        if got != Ok(wanted) {
            wrong.push(format!("{}: {text}: wanted {wanted}, got {got:?}", case["id"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A predicate of policy-bot in our words.
fn translated(predicate: &serde_json::Map<String, Value>) -> String {
    let (name, asked) = predicate.iter().next().unwrap();
    assert_eq!(predicate.len(), 1);
    let list = |key: &str| match asked[key].as_array() {
        Some(list) if !list.is_empty() => Some(Value::from(list.clone()).to_string()),
        _ => None,
    };
    let given = |key: &str, ours: &str| list(key).map(|it| format!("{ours} = {it}"));
    let table = |parts: Vec<Option<String>>| {
        format!("{{ {} }}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    };
    let files = || table(vec![given("paths", "path-patterns"), given("ignore", "ignore-patterns")]);
    let either = |key: &str| {
        let parts = [given("matches", "matches"), given("not_matches", "not-matches")];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let parts: Vec<_> = parts.iter().map(|it| format!("{{ {key} = {{ {it} }} }}")).collect();
        format!("any = [{}]", parts.join(", "))
    };
    let pattern = || format!("[{}]", asked["pattern"]);
    let conclusions = || given("conclusions", "conclusions");
    let inner = match name.as_str() {
        "changed_files" => format!("changes = {}", files()),
        "no_changed_files" => format!("no-changes = {}", files()),
        "only_changed_files" => format!("only-changes = {}", files()),
        "modified_lines" => {
            let kinds = [("additions", "added"), ("deletions", "deleted"), ("total", "total")];
            let given = kinds.iter().filter(|(key, _)| asked[key].is_string());
            let parts = given.map(|(key, ours)| format!("{{ lines.{ours} = {} }}", asked[key]));
            format!("any = [{}]", parts.collect::<Vec<_>>().join(", "))
        }
        "has_author_in" => format!("author = {}", actors(asked)),
        "has_contributor_in" => format!("contributor = {}", actors(asked)),
        "only_has_contributors_in" => format!("only-contributors = {}", actors(asked)),
        "author_is_only_contributor" => format!("author-is-only-contributor = {asked}"),
        "targets_branch" => format!("target-patterns = {}", pattern()),
        "from_branch" => format!("source-patterns = {}", pattern()),
        "has_labels" => format!("labels = {asked}"),
        "title" => either("title"),
        "repository" => either("repository"),
        "has_status" => {
            format!("checks = {}", table(vec![given("statuses", "names"), conclusions()]))
        }
        "has_successful_status" => format!("checks = {{ names = {asked} }}"),
        "has_workflow_result" => {
            format!("workflows = {}", table(vec![given("workflows", "paths"), conclusions()]))
        }
        "has_valid_signatures" => format!("signatures = {{ valid = {asked} }}"),
        "has_valid_signatures_by" => format!("signatures = {{ by = {} }}", actors(asked)),
        "has_valid_signatures_by_keys" => {
            format!("signatures = {}", table(vec![given("key_ids", "keys")]))
        }
        other => panic!("no counterpart of `{other}`"),
    };
    format!("{{ {inner} }}")
}

#[test]
fn comparisons_are_read_as_policy_bot_reads_them() {
    for case in policybot(&["comparison_parse", "comparison_eval"]) {
        let text = format!("{{ files = {} }}", case["expr"]);
        let read = when(&text);
        let expected = &case["expected"];
        match expected["ok"].as_bool() {
            Some(false) => assert!(read.is_err(), "{}", case["id"]),
            Some(true) => {
                let (op, value) = (expected["op"].as_str().unwrap(), &expected["value"]);
                let shown = format!("{{ files = \"{op} {value}\" }}");
                assert_eq!(read.unwrap().to_string(), shown, "{}", case["id"]);
            }
            None => {
                let count = case["value"].as_u64().unwrap();
                let files = (0..count).map(|it| serde_json::json!({ "path": format!("f{it}") }));
                let pr = serde_json::json!({ "author": "a", "files": files.collect::<Vec<_>>() });
                let got = holds(&read.unwrap(), &pull_request(&pr));
                assert_eq!(got, Ok(expected["result"].as_bool().unwrap()), "{}", case["id"]);
            }
        }
    }
}

#[test]
fn expressions_are_read_as_policy_bot_reads_them() {
    for case in policybot(&["regexp"]) {
        let asked = format!("[{}]", case["pattern"]);
        let read = when(&format!("{{ changes = {{ path-patterns = {asked} }} }}"));
        let title = when(&format!("{{ title = {{ matches = {asked} }} }}"));
        if case["expected"]["ok"] == false {
            let why = read.err().or(title.err()).unwrap();
            assert!(why.contains("not a regular expression"), "{why}");
            continue;
        }
        let (path, title) = (read.unwrap(), title.unwrap());
        for (key, wanted) in [("matches", true), ("not_matches", false)] {
            for text in case["expected"][key].as_array().unwrap() {
                let pr = serde_json::json!({ "author": "a", "title": text, "files": [{ "path": text }] });
                let world = pull_request(&pr);
                assert_eq!(holds(&title, &world), Ok(wanted), "{text}");
                assert_eq!(holds(&path, &world), Ok(wanted), "{text}");
            }
        }
    }
}

/// Every way to write every condition that the tests know, by its key.
const SAMPLES: &[(&str, &str)] = &[
    ("paths", r#"["db/**", "*.sql"]"#),
    ("only-paths", r#"["docs/", "a.txt"]"#),
    ("no-paths", r#"["/secure/"]"#),
    (
        "changes",
        r#"{ paths = ["*"], ignore = ["*.md"], status = ["added", "renamed"], count = ">= 1" }"#,
    ),
    (
        "changes",
        r#"{ path-patterns = ["^a", 'b\.c$'], ignore-patterns = ["z"], kinds = ["mode"] }"#,
    ),
    ("changes", "{}"),
    ("only-changes", r#"{ paths = ["*"], status = ["added", "modified", "deleted"] }"#),
    ("only-changes", r#"{ ignore = ["a.txt"], kinds = ["executable", "symlink", "submodule"] }"#),
    ("no-changes", r#"{ path-patterns = ["^secure/"] }"#),
    ("content", r#"{ paths = ["*.txt"], added = ["TODO"] }"#),
    ("content", r#"{ removed = ["^assert"], added = ["x"] }"#),
    ("files", r#""> 50""#),
    ("files", r#""!= 2""#),
    ("commits", r#""<= 3""#),
    ("lines", r#"{ added = "> 10", deleted = "< 5", total = "= 7" }"#),
    ("lines", r#"{ total = "> 10", except = ["*.lock"] }"#),
    ("message", r#""^feat""#),
    ("commit-messages", r#"{ matches = ["^feat"] }"#),
    ("commit-messages", r#"{ mode = "any", scope = "body", not-matches = ["WIP"] }"#),
    ("commit-messages", r#"{ scope = "full", matches = ["a"], not-matches = ["b"] }"#),
    ("author-email", r#"{ matches = ["@acme\\.example$"] }"#),
    ("committer-email", r#"{ not-matches = ["noreply"] }"#),
    ("signatures", "{ valid = true }"),
    ("signatures", "{ valid = false }"),
    ("signatures", r#"{ by = ["@acme/release"], keys = ["SHA256:abc"] }"#),
    ("linear", "true"),
    ("pusher", r#"["ana", "@acme/release"]"#),
    ("pushed-by", r#"["bo", "org:acme"]"#),
    ("author", r#"["permission:write", "id:42"]"#),
    ("contributor", r#"["app:renovate", "@acme/release"]"#),
    ("only-contributors", r#"["ana#42", "bo", "org:acme"]"#),
    ("author-is-only-contributor", "false"),
    ("association", r#"["first-time-contributor", "none"]"#),
    ("target", r#"["main", "refs/tags/v*"]"#),
    ("target-patterns", r#"["^(main|dev)$"]"#),
    ("source", r#"["release/*"]"#),
    ("source-patterns", r#"["^acme:"]"#),
    ("fork", "true"),
    ("draft", "false"),
    ("title", r#"{ matches = ["^feat"], not-matches = ["WIP"] }"#),
    ("body", r#"{ matches = ["fixes #\\d+"] }"#),
    ("labels", r#"["Trivial"]"#),
    ("any-label", r#"["a", "b"]"#),
    ("no-labels", r#"["hold"]"#),
    ("labels-set-by", r#"{ labels = ["trivial"], by = ["@acme/release"] }"#),
    ("unresolved-threads", r#""= 0""#),
    ("repository", r#"{ matches = ["^acme/"] }"#),
    ("topics", r#"["service"]"#),
    (
        "properties",
        r#"{ tier = { matches = ["1"], not-matches = ["10"] }, "odd key" = { set = false } }"#,
    ),
    ("checks", r#"{ names = ["build"], app = 15368, conclusions = ["success", "skipped"] }"#),
    ("checks", r#"{ names = ["build"] }"#),
    (
        "workflows",
        r#"{ paths = ["ci.yml"], events = ["push"], conclusions = ["timed-out"], unchanged = false }"#,
    ),
    ("workflows", r#"{ paths = ["ci.yml"] }"#),
    ("age", r#"">= 24h""#),
    ("time", r#"{ days = ["mon", "sun"], from = "22:30", to = "05:00", offset = "-03:30" }"#),
    ("time", r#"{ from = "00:00", to = "12:00" }"#),
    ("any", r#"[{ paths = ["a"] }, { draft = true, fork = false }]"#),
    ("all", r#"[{ message = "a\"b\\.c" }]"#),
    ("not", r#"{ any = [{ labels = ["x"] }] }"#),
];

#[test]
fn every_condition_has_a_sample() {
    let keys: BTreeSet<_> = SAMPLES.iter().map(|(key, _)| (*key).to_owned()).collect();
    let known: BTreeSet<_> = CONDITIONS.iter().map(refgate::rule::when::Condition::key).collect();
    assert_eq!(keys, known);
    for (key, value) in SAMPLES {
        when(&format!("{{ {key} = {value} }}")).unwrap_or_else(|why| panic!("{key}: {why}"));
    }
}

#[test]
fn every_family_has_one_example_that_is_read() {
    for family in CONDITIONS.iter().map(|it| it.family) {
        let blocks: Vec<_> = family.manual.split("```toml\n").skip(1).collect();
        assert_eq!(blocks.len(), 1, "{}", family.title);
        let example = blocks[0].split_once("```").unwrap().0;
        let table: Table = toml::from_str(example).unwrap();
        assert_eq!(table.len(), 1, "{}", family.title);
        let read: When = table["when"].clone().try_into().unwrap();
        let keys = CONDITIONS.iter().filter(|it| it.family.title == family.title);
        let shown = read.to_string();
        assert!(keys.into_iter().any(|it| shown.contains(&format!("{} = ", it.key()))), "{shown}");
        assert!(family.manual.lines().all(|it| it.chars().count() <= 88), "{}", family.title);
    }
}

fn one() -> impl Strategy<Value = String> {
    let samples = proptest::sample::subsequence(SAMPLES, 1..=4);
    samples.prop_map(|samples| {
        let keys: BTreeMap<_, _> = samples.into_iter().collect();
        let keys: Vec<_> = keys.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        format!("{{ {} }}", keys.join(", "))
    })
}

fn nested() -> impl Strategy<Value = String> {
    one().prop_recursive(3, 12, 3, |inner| {
        let list = proptest::collection::vec(inner.clone(), 1..3);
        let list = list.prop_map(|it| it.join(", "));
        prop_oneof![
            list.clone().prop_map(|it| format!("{{ any = [{it}] }}")),
            list.prop_map(|it| format!("{{ all = [{it}], draft = true }}")),
            inner.prop_map(|it| format!("{{ not = {it} }}")),
        ]
    })
}

/// Pieces of regular expressions for paths.
const PIECES: &[&str] = &[
    "^", "$", ".*", "a", "b", "/", "\\.", "rs", "\\.rs$", "^a", "^src/", "(a|b)", "|", "[ab]",
    "x*", "a+", "é", "b{2}", "a?", "\\/", "\\-", "(?i)A", "\\b", "\\<", ".", "^.*", "\\z",
    "^(?:a)",
];

/// Paths that they may match.
const PATHS: &[&[u8]] = &[
    b"a",
    b"b",
    b"a.rs",
    b"src/a.rs",
    b"src/b/a.rsx",
    b"A.rs",
    b".rs",
    b"x/.rs",
    b"a\nb.rs",
    b"\xff.rs",
    b"a\xffb",
    "é.rs".as_bytes(),
    b"src",
    b"a/b/bb",
    b"a-b",
    b"rs",
    b"arsb/x",
    b"",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    /// What is looked up is what the expression would say of each path as text.
    #[test]
    fn an_expression_says_the_same_by_the_index(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..5),
        paths in proptest::sample::subsequence(PATHS, 0..PATHS.len()),
    ) {
        let pattern = pieces.concat();
        let quoted = toml::Value::String(pattern.clone());
        let read = when(&format!("{{ changes = {{ path-patterns = [{quoted}], count = \"= 1\" }} }}"));
        let Ok(counts) = read else { return Ok(()) };
        let expression = regex::Regex::new(&format!("(?s){pattern}")).unwrap();
        for path in paths {
            let text: String = path.utf8_chunks().flat_map(|it| {
                let odd = it.invalid().iter().map(|_| '\u{fffd}');
                it.valid().chars().chain(odd).collect::<Vec<_>>()
            }).collect();
            let pr = serde_json::json!({ "author": "a", "files": [{ "path": "" }] });
            let mut world = pull_request(&pr);
            let update = world.updates[0].name.to_string();
            let known = world.facts.update.get_mut(&update).unwrap();
            known.files.as_mut().unwrap()[0].path = path.into();
            prop_assert_eq!(holds(&counts, &world), Ok(expression.is_match(&text)), "{} {:?}", pattern, text);
        }
    }
}

proptest! {
    /// What is shown is what would be read, and means the same.
    #[test]
    fn a_condition_is_shown_as_it_is_written(text in nested()) {
        let first = when(&text).unwrap();
        let shown = first.to_string();
        let second = when(&shown).unwrap_or_else(|why| panic!("{shown}: {why}"));
        prop_assert_eq!(&shown, &second.to_string());
        prop_assert_eq!(first.needs(&People::default()), second.needs(&People::default()));
        for world in [World::of_everything(), pull_request(&serde_json::json!({ "author": "a" }))] {
            prop_assert_eq!(holds(&first, &world), holds(&second, &world));
        }
    }
}

/// A protection is only asked for where its condition is known, so `needs` must
/// name what a condition asks for: all of it, and nothing else.
#[test]
fn every_condition_asks_for_what_it_says() {
    let people = People::default();
    let mut worlds = worlds();
    worlds.push(World::of_everything());
    let mut wrong = BTreeSet::new();
    for (key, value) in SAMPLES {
        let when = when(&format!("{{ {key} = {value} }}")).unwrap();
        let needs: BTreeSet<_> = when.needs(&people).into_iter().collect();
        let mut asked = BTreeSet::new();
        for world in &worlds {
            asked.extend(asked_by(&when, world, &people));
        }
        for need in asked.difference(&needs) {
            wrong.insert(format!("`{key} = {value}` asks for {need} and does not say so"));
        }
        for need in needs.difference(&asked) {
            wrong.insert(format!("`{key} = {value}` names {need} and never asked for it"));
        }
    }
    let wrong: Vec<_> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A pull request of which all is known, and one for each kind of fact that is not.
fn worlds() -> Vec<World> {
    let known: World = toml::from_str(include_str!("cases/pull-request.toml")).unwrap();
    let mut worlds = vec![known.clone()];
    for hidden in NEEDS {
        let mut world = known.clone();
        world.facts.failed.insert(hidden.to_string(), "hidden".to_owned());
        worlds.push(world);
    }
    worlds
}

fn asked_by(when: &When, world: &World, people: &People) -> BTreeSet<Need> {
    let mut asked = BTreeSet::new();
    for actor in [Ok(Actor("zoe".to_owned())), Err(Unknown::Failed(Need::Actor, "x".to_owned()))] {
        let facts = Watched::new(&world.facts);
        let (updates, memory) = (world.updates.clone(), Memory::default());
        let (stage, at) = (world.stage, world.at);
        let change = Change { stage, actor, updates, at, facts: &facts, memory };
        for update in &world.updates {
            let case = Case { update, change: &change, people, named: true };
            if let Err(Unknown::Failed(Need::Actor, _)) = when.holds(&case) {
                asked.insert(Need::Actor);
            }
        }
        asked.extend(facts.asked.into_inner());
    }
    asked
}

#[test]
fn what_makes_no_sense_is_refused_with_a_mend() {
    let wrong = [
        (r#"{ files = "~10" }"#, "`~10` compares with no number; write such as \"> 100\""),
        (r#"{ files = "< 10ab" }"#, "`< 10ab` compares with no number; write such as \"> 100\""),
        ("{ lines = {} }", "counts nothing; write such as `total = \"> 100\"`"),
        ("{ title = {} }", "asks nothing; write `matches` or `not-matches`"),
        ("{ author = [] }", "names no one; write a list such as [\"ana\", \"@acme/dba\"]"),
        (
            r#"{ author = ["permission:none"] }"#,
            "`permission:none` names no one: permissions are read, triage, write, maintain and admin",
        ),
        (r#"{ age = "24" }"#, "`24` is no age; write such as \">= 24h\" or \"< 14d\""),
        (r#"{ time = { from = "9" } }"#, "`9` is no time of day; write such as \"09:00\""),
        (
            r#"{ no-changes = { count = "> 1" } }"#,
            "`count` has no meaning here; write it in `changes`",
        ),
        (
            r#"{ signatures = { valid = false, by = ["ana"] } }"#,
            "nobody makes a signature that is not there; write `not = { … }`",
        ),
        ("{ labels = [] }", "names nothing; write a list of names, or leave it out"),
        (r#"{ content = { paths = ["a"] } }"#, "asks for no line; write `added` or `removed`"),
        (
            r#"{ checks = { names = ["a"], conclusions = [] } }"#,
            "allows no conclusion; write such as [\"success\"]",
        ),
        (
            r"{ properties = { tier = {} } }",
            "asks nothing of a property; write such as `tier = { matches = [\"^1$\"] }`",
        ),
    ];
    for (text, why) in wrong {
        assert_eq!(when(text).err().unwrap_or_default().trim(), why, "{text}");
    }
    for hollow in ["{}", "{ any = [] }", "{ not = {} }", "{ all = [{ draft = true }, {}] }"] {
        assert!(when(hollow).unwrap().hollow(), "{hollow}");
    }
    assert!(!when("{ changes = {} }").unwrap().hollow());
}
