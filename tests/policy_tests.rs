//! `refgate test`, through the program, with real files.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

const POLICY: &str = r#"version = 1
stages = ["pre-commit", "commit-msg", "pre-push", "pre-receive", "github"]

[roles]
dba = ["@acme/dba"]

[[protect]]
refs = ["main"]
fast-forward-only = true
approvals = { count = 1 }
checks = ["build"]

[[protect]]
name = "schema changes"
refs = ["main"]
when = { paths = ["db/**"] }
approvals = { count = 1, from = ["dba"] }

[[protect]]
refs = ["**"]
secrets = {}
"#;

const TESTS: &str = r#"
[[test]]
name = "a dropped column needs a dba"
expect = "denied"
because = ["approvals"]
[test.change]
ref = "main"
by = "ana"
files = { "db/42.sql" = "alter table u drop column email;" }
approved-by = ["bo"]
checks = { build = "success" }

[[test]]
name = "a dropped column lands once a dba agrees"
expect = "allowed"
[test.change]
ref = "main"
by = "ana"
files = { "db/42.sql" = "alter table u drop column email;" }
approved-by = ["bo"]
checks = { build = "success" }
teams = { "@acme/dba" = ["bo"] }
"#;

#[test]
fn tests_that_hold_end_with_0_and_one_line() {
    let place = Place::new(TESTS);
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.starts_with("success: 2 tests, none fails ("), "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 1);
}

#[test]
fn a_broken_policy_makes_tests_fail_in_the_words_of_a_refusal() {
    let place = Place::new(TESTS);
    place.edit("refgate.toml", "from = [\"dba\"]", "from = [\"cy\"]");
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("error: a dropped column lands once a dba agrees (refgate.toml:"));
    assert!(ran.out.contains("  expected allowed, got pending\n"), "{}", ran.out);
    assert!(ran.out.contains("    error: refs/heads/main: not yet\n"), "{}", ran.out);
    assert!(ran.out.contains("hint: "), "{}", ran.out);
    assert!(ran.out.contains("\n1 of 2 tests failed ("), "{}", ran.out);

    let place = Place::new(TESTS);
    place.edit(
        "refgate.toml",
        "refs = [\"main\"]\nwhen",
        "mode = \"warn\"\nrefs = [\"main\"]\nwhen",
    );
    let ran = place.run(&["test", "needs"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("  expected denied, got warned\n"), "{}", ran.out);
    assert!(ran.out.contains("  approvals should speak against it, and does not\n"), "{}", ran.out);
}

#[test]
fn tests_stand_beside_the_policy_too_and_share_what_is_given() {
    let place = Place::new("");
    place.write(
        "refgate-tests/people.toml",
        r#"
[given]
ref = "main"
by = "ana"
checks = { build = "success" }
teams = { "@acme/dba" = ["bo"] }

[[test]]
name = "an approval is enough"
expect = "allowed"
change = { approved-by = ["cy"], files = { a = "b" } }

[[test]]
name = "one that is not there is not"
expect = "pending"
because = ["approvals"]
not-because = ["checks"]

[[test]]
name = "an approval is no run"
expect = "pending"
because = ["checks"]
change = { approved-by = ["cy"], checks = { build = "running" } }
"#,
    );
    let ran = place.run(&["test", "--list"]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.out.lines().next(), Some("refgate-tests/people.toml:8  an approval is enough"));
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = place.run(&["test", "NO run", "one that"]);
    assert!(ran.out.starts_with("success: 2 tests"), "{ran:?}");
    let ran = place.run(&["test", "nothing"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no test has `nothing` in its name"), "{}", ran.err);
}

#[test]
fn nothing_to_run_ends_with_2() {
    let ran = Place::new("").run(&["test"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "error: the policy has no tests\n\
         hint: write [[test]] in it, or in refgate-tests/*.toml beside it\n"
    );
}

#[test]
fn every_mistake_is_told_at_once_with_its_place_and_a_mend() {
    let place = Place::new(
        r#"
[[test]]
name = "one"
expect = "refused?"
becuase = ["approvals"]
[test.change]
ref = "main"
fils = {}
checks = { build = "green" }

[[test]]
name = "two"
expect = "denied"
because = ["aprovals"]
change = { ref = "main", stage = 1, files = { a = "{{secret:aws-acces-key}}" } }

[[test]]
expect = "denied"
change = { ref = "refs/notes/x" }

[[test]]
name = "four"
expect = "allowed"
because = ["secrets"]
stage = "pre-receive"
[test.change]
ref = "main"
approved-by = ["bo"]
files = { a = "x" }
commits = [{ message = "a" }]

[[test]]
name = "four"
expect = "allowed"
"#,
    );
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 2);
    let told: Vec<_> = ran.err.lines().filter(|it| it.starts_with("error: ")).collect();
    let wanted = [
        ":25:10: unknown value `refused?`",
        ":26:1: unknown field `becuase`",
        ":29:1: unknown field `fils`",
        ":30:20: unknown value `green`",
        ":35:12: no rule, requirement or code is called `aprovals`",
        ":36:26: unknown field `stage`",
        ":38:1: this test has no name",
        ":45:11: nothing speaks against a change that is allowed",
        ":49:1: `approved-by` is not known at pre-receive",
        ":50:1: `files` and `commits` both say",
        ":54:8: another test has this name (refgate.toml:42)",
        ":53:1: this test changes no ref",
    ];
    for line in wanted {
        assert!(told.iter().any(|it| it.contains(line)), "{line}\n{}", ran.err);
    }
    assert!(told.iter().all(|it| it.len() < 200), "{}", ran.err);
    let hints = ran.err.lines().filter(|it| it.trim_start().starts_with("hint: ")).count();
    assert_eq!(hints, told.len(), "{}", ran.err);
    // A hook does not read tests, but the policy's keeper hears of it.
    assert_eq!(place.run(&["explain", "--ref", "main"]).code, 0);
    let ran = place.run(&["policy", "validate"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("unknown field `becuase`"), "{}", ran.err);
}

#[test]
fn a_test_of_no_protection_tests_nothing() {
    let place = Place::new(
        r#"
[[test]]
name = "elsewhere"
expect = "denied"
change = { ref = "topic" }
"#,
    );
    place.edit("refgate.toml", "refs = [\"**\"]", "refs = [\"refs/tags/*\"]");
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("this tests nothing: no protection names refs/heads/topic"),
        "{}",
        ran.err
    );
    place.edit("refgate.toml", "expect = \"denied\"", "expect = \"allowed\"");
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("hint: name a ref that is protected, or write `unprotected = true`"));
    let free = "expect = \"allowed\"\nunprotected = true";
    place.edit("refgate.toml", "expect = \"allowed\"", free);
    assert_eq!(place.run(&["test"]).code, 0);
    place.edit("refgate.toml", "ref = \"topic\"", "ref = \"main\"");
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("a protection names refs/heads/main"), "{}", ran.err);
}

#[test]
fn a_ref_with_a_slip_in_it_tests_nothing_even_where_something_holds_for_all() {
    let place = Place::new(
        "[[test]]\nname = \"slip\"\nexpect = \"allowed\"\nchange = { ref = \"mian\" }\n",
    );
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("this tests nothing: no protection names refs/heads/mian"));
    assert!(ran.err.contains("hint: did you mean `main`?"), "{}", ran.err);
    place.edit("refgate.toml", "\"mian\"", "\"topic\"");
    assert_eq!(place.run(&["test"]).code, 0);
}

#[test]
fn a_word_that_nothing_speaks_by_is_no_reason() {
    let test = |words: &str| {
        format!(
            "[[test]]\nname = \"one\"\nexpect = \"pending\"\nnot-because = [{words}]\n\
             [test.change]\nref = \"main\"\n"
        )
    };
    for (word, hint) in [
        ("two-enginers", "did you mean `two-engineers`?"),
        ("approver-is-autor", "did you mean `approver-is-author`?"),
        ("approvals:approver-is-autor", "did you mean `approvals:approver-is-author`?"),
        ("aprovals:approver-is-author", "did you mean `approvals:approver-is-author`?"),
        ("zzzzzzzz", "`refgate explain` lists the rules"),
    ] {
        let place = Place::new(&test(&format!("\"{word}\"")));
        let named = "[approval.two-engineers]\ncount = 2\n\n[[protect]]\nname = \"schema";
        place.edit("refgate.toml", "[[protect]]\nname = \"schema", named);
        let ran = place.run(&["test"]);
        assert_eq!(ran.code, 2, "{word}: {ran:?}");
        let what = format!("no rule, requirement or code is called `{word}`");
        assert!(ran.err.contains(&what) && ran.err.contains(hint), "{word}: {}", ran.err);
    }
    let known = "\"fast-forward-only\", \"secrets:aws-access-key-id\", \"check-skipped\", \
                 \"vetoed\", \"checks-failed\", \"unknown-team\"";
    let ran = Place::new(&test(known)).run(&["test"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn every_code_that_a_rule_says_is_known() {
    fn look(directory: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path, found);
                continue;
            }
            // Those of `self.code` are made of others.
            let text = fs::read_to_string(&path).unwrap().replace("self.code(\"", "");
            let said = text.split(".code(\"").skip(1).filter_map(|it| it.split('"').next());
            found.extend(said.map(ToOwned::to_owned));
        }
    }
    let mut found = Vec::new();
    look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rule"), &mut found);
    assert!(found.len() > 20, "{found:?}");
    for code in found {
        assert!(refgate::trial::CODES.contains(&code.as_str()), "src/trial/known.rs: {code}");
    }
}

#[test]
fn what_another_branch_holds_is_no_news_to_a_push() {
    let place = Place::new(
        r#"
[[protect]]
refs = ["release/*", "next"]
message = { not-pattern = "WIP" }

[[test]]
name = "a release is cut from what was judged"
expect = "allowed"
stage = "pre-receive"
[test.change]
ref = "release/9"
create = true
held-by = ["next"]
message = "WIP"

[[test]]
name = "a topic was not judged so"
expect = "refused"
because = ["message"]
stage = "pre-receive"
[test.change]
ref = "release/9"
create = true
held-by = ["topic"]
message = "WIP"
"#,
    );
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn what_stands_where_no_test_is_read_is_told() {
    let place = Place::new(TESTS);
    place.write("refgate-tests/more/y.toml", TESTS);
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.err.contains("y.toml has tests that are not run\nhint: move it to "),
        "{}",
        ran.err
    );
    place.write("refgate-tests/more/y.toml", "format = 1\n");
    assert_eq!(place.run(&["test"]).code, 0);
    place.write("refgate-tests/z.toml", "given = 5\n");
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("z.toml:1:9: `given` is a table"), "{}", ran.err);
}

#[test]
fn coverage_names_the_rules_that_no_test_would_miss() {
    let place = Place::new(TESTS);
    let ran = place.run(&["test", "--coverage"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let line = |rule: &str, at: usize| {
        let place = format!("refgate.toml:{at} ");
        let mut of = ran.out.lines().filter(|it| it.starts_with(&place));
        of.find(|it| it.contains(rule)).unwrap_or_else(|| panic!("{rule}\n{}", ran.out)).to_owned()
    };
    assert!(line("fast-forward-only", 9).contains("no test notices: none makes it speak"));
    assert!(line("checks", 11).contains("no test notices: none makes it speak"));
    assert!(line("approvals", 17).contains("a test fails"), "{}", ran.out);
    assert!(ran.out.contains("\n1 of 5 rules are held by tests\n"), "{}", ran.out);
    assert_eq!(place.run(&["test", "--coverage=require"]).code, 1);

    // What coverage says is so: without the rule the test fails.
    place.edit("refgate.toml", "approvals = { count = 1, from = [\"dba\"] }", "linear = true");
    assert_eq!(place.run(&["test"]).code, 1);
    let place = Place::new(TESTS);
    place.edit("refgate.toml", "fast-forward-only = true\n", "");
    assert_eq!(place.run(&["test"]).code, 0);
}

#[test]
fn bless_writes_what_is_and_leaves_the_rest_byte_for_byte() {
    let place = Place::new(
        "
[[test]]
# Why ana asks.
name   = \"one\"   # a comment
expect = \"allowed\" # another, ünïcode
[test.change]
ref = \"main\"
force   =   true

[[test]]
name = \"two\"
  expect = 'denied'
  because = [ \"secrets\",
     \"checks\" ]
change = { ref = \"main\" }\r

[[test]]
name = \"three\"
expect = \"denied\"
because = [\"approvals\"]
change = { ref = \"topic\" }
",
    );
    let before = place.read("refgate.toml");
    assert_eq!(place.run(&["test"]).code, 1);
    assert_eq!(place.read("refgate.toml"), before, "only --bless writes");
    let ran = place.run(&["test", "--bless"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out.lines().filter(|it| it.starts_with("blessed: ")).count(), 3, "{}", ran.out);
    assert!(ran.out.contains("blessed: one (refgate.toml:23): expect refused, was allowed; because [\"fast-forward-only\", \"approvals\", \"checks\"], was []"), "{}", ran.out);
    let wanted = before
        .replace(
            "expect = \"allowed\" # another, ünïcode\n",
            "expect = \"refused\" # another, ünïcode\nbecause = [\"fast-forward-only\", \"approvals\", \"checks\"]\n",
        )
        .replace("[ \"secrets\",\n     \"checks\" ]", "[\"checks\", \"approvals\"]")
        .replace(
            "expect = \"denied\"\nbecause = [\"approvals\"]",
            "expect = \"allowed\"\nbecause = []",
        );
    assert_eq!(place.read("refgate.toml"), wanted);
    assert_eq!(place.run(&["test"]).code, 0);
    let again = place.run(&["test", "--bless"]);
    assert!(!again.out.contains("blessed"), "{}", again.out);
    assert_eq!(place.read("refgate.toml"), wanted);
    let left: Vec<_> = fs::read_dir(place.0.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn what_should_not_speak_is_not_blessed() {
    let place = Place::new(
        r#"
test = [{ name = "one", expect = "allowed", not-because = ["approvals"], change = { ref = "main" } }]
"#,
    );
    // At the top a key stands before all tables.
    let text = place.read("refgate.toml");
    let (tables, test) = text.split_once("\ntest = ").unwrap();
    place.write("refgate.toml", &tables.replacen('\n', &format!("\ntest = {test}"), 1));
    let ran = place.run(&["test", "--bless"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("not blessed: one (refgate.toml:2)"), "{}", ran.out);
    assert!(place.read("refgate.toml").contains("expect = \"pending\", because = [\""));
}

#[test]
fn a_known_failure_fails_once_it_holds() {
    let todo = |expect: &str| {
        let place = Place::new(&format!(
            "[[test]]\nname = \"one\"\nexpect = \"{expect}\"\ntodo = true\nchange = {{ ref = \"main\" }}\n"
        ));
        place.run(&["test"])
    };
    let ran = todo("allowed");
    assert!(ran.code == 0 && ran.out.contains("none fails, 1 todo"), "{ran:?}");
    let ran = todo("denied");
    assert!(ran.code == 1 && ran.out.contains("is marked `todo`, and holds"), "{ran:?}");
}

#[test]
fn other_programs_can_read_the_results() {
    let place = Place::new(TESTS);
    place.edit("refgate.toml", "needs a dba\"", "needs <a> & 'b'\"");
    place.edit("refgate.toml", "expect = \"denied\"", "expect = \"warned\"");
    let ran = place.run(&["test", "--junit", "report.xml"]);
    assert_eq!(ran.code, 1);
    let xml = place.read("report.xml");
    assert_eq!(place.run(&["test", "--format", "junit"]).out, xml);
    well_formed(&xml);
    assert!(xml.contains("<testsuites name=\"refgate test\" tests=\"2\" failures=\"1\""), "{xml}");
    assert!(xml.contains("name=\"a dropped column needs &lt;a&gt; &amp; &apos;b&apos;\""), "{xml}");

    let ran = place.run(&["test", "--format", "json", "--coverage"]);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&json["passed"], &json["failed"]), (&Value::from(1), &Value::from(1)));
    assert_eq!(json["tests"][0]["wrong"][0], "expected warned, got pending");
    assert_eq!(json["tests"][0]["verdict"]["decision"], "pending");
    assert_eq!(json["coverage"]["rules"][0]["rule"], "fast-forward-only");

    let ran = place.run(&["test", "--format", "github"]);
    assert!(
        ran.out.starts_with("::error file=refgate.toml,line=23,title=refgate test::"),
        "{}",
        ran.out
    );
    assert_eq!(place.run(&["test", "--format", "sarif"]).code, 2);
}

#[test]
fn a_policy_does_not_inherit_tests() {
    let place = Place::new(TESTS);
    place.write("child.toml", "version = 1\nextends = [\"refgate.toml\"]\n");
    let ran = place.run(&["--policy", "child.toml", "test"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("the policy has no tests"), "{}", ran.err);
}

#[test]
fn a_record_can_be_a_test() {
    let place = Place::new("");
    let record = r#"
format = 1
stage = "pre-receive"
at = "2026-01-14T12:00:00Z"
actor = "ana"
[[updates]]
name = "refs/heads/main"
old = "aaaa"
new = "bbbb"
[facts]
history = { bbbb = [] }
refs = { "refs/heads/main" = "aaaa" }
[facts.update."refs/heads/main"]
commits = []
files = []
pull-request = "no"
"#;
    place.write("refgate-tests/incidents/7.toml", record);
    let tests = r#"
[[test]]
name = "what happened in incident 7 is refused"
expect = "refused"
because = ["fast-forward-only"]
facts = "incidents/7.toml"
"#;
    place.write("refgate-tests/incidents.toml", tests);
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    place.edit("refgate-tests/incidents.toml", "7.toml\"", "8.toml\"\nstage = \"github\"");
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("incidents.toml:6:9: cannot read `incidents/8.toml`: "),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("incidents.toml:7:9: the record says this already"), "{}", ran.err);
}

/// When nobody says when it was, it was not in 1970.
#[test]
fn a_record_without_a_time_is_judged_at_the_time_that_is_named() {
    let place =
        Place::new("[[protect]]\nrefs = [\"next\"]\nupdate = \"nobody\"\nsince = 2026-01-14\n");
    let record = "format = 1\nstage = \"pre-receive\"\nactor = \"ana\"\n\
                  [[updates]]\nname = \"refs/heads/next\"\nold = \"aaaa\"\nnew = \"bbbb\"\n\
                  [facts]\nhistory = { bbbb = [\"aaaa\"], aaaa = [] }\n\
                  refs = { \"refs/heads/next\" = \"aaaa\" }\n\
                  [facts.update.\"refs/heads/next\"]\npull-request = \"no\"\ncommits = []\nfiles = []\n\
                  [facts.objects]\nbbbb = { kind = \"commit\", oid = \"bbbb\" }\n";
    place.write("refgate-tests/records/undated.toml", record);
    let check = |more: &[&str]| {
        let facts =
            ["check", "--facts", "refgate-tests/records/undated.toml", "--policy", "refgate.toml"];
        place.run(&[&facts[..], more].concat())
    };
    let ran = check(&[]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("does not say `at`"), "{}", ran.err);
    assert_eq!(check(&["--at", "2026-01-13T12:00:00Z"]).code, 0);
    assert_eq!(check(&["--at", "2026-01-14T12:00:00Z"]).code, 1);
    let test =
        "[[test]]\nname = \"then\"\nexpect = \"refused\"\nfacts = \"records/undated.toml\"\n";
    place.write("refgate-tests/undated.toml", test);
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("undated.toml:4:9: ") && ran.err.contains("`at`"), "{}", ran.err);
    place.write("refgate-tests/undated.toml", &format!("{test}at = 2026-01-14T12:00:00Z\n"));
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn a_record_is_judged_as_it_was_on_its_host_and_for_its_gaps() {
    let place = Place::new(
        r#"
[people.boss]
logins = { github = "boss-gh", gitea = "bo" }

[[protect]]
refs = ["next"]
update = ["boss"]

[[test]]
name = "who is boss elsewhere is not here"
expect = "refused"
because = ["update"]
facts = "bo.toml"

[[test]]
name = "that the pusher could not be found out is no reason to wait for a later stage"
expect = "refused"
because = ["update:pusher-failed"]
facts = "nobody.toml"
"#,
    );
    let record = |head: &str, gap: &str| {
        format!(
            "format = 1\nstage = \"pre-receive\"\nat = 2026-01-14T12:00:00Z\n{head}\n\
             [[updates]]\nname = \"refs/heads/next\"\nold = \"aaaa\"\nnew = \"bbbb\"\n\
             [facts]\nhistory = {{ bbbb = [\"aaaa\"], aaaa = [] }}\n\
             refs = {{ \"refs/heads/next\" = \"aaaa\" }}\n{gap}\
             [facts.update.\"refs/heads/next\"]\ncommits = []\nfiles = []\n"
        )
    };
    place.write("bo.toml", &record("actor = \"bo\"\nhost = \"github\"", ""));
    let gap = "gaps = [{ need = \"the pusher\", about = \"\", failed = \"timeout\" }]\n";
    place.write("nobody.toml", &record("", gap));
    let ran = place.run(&["test"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for file in ["bo.toml", "nobody.toml"] {
        assert_eq!(place.run(&["check", "--facts", file]).code, 1, "{file}");
    }
    place.edit("bo.toml", "\"github\"", "\"gitea\"");
    let ran = place.run(&["test", "elsewhere"]);
    assert_eq!(ran.code, 1, "{ran:?}");
}

#[test]
fn the_presets_hold_their_tests() {
    for (name, text) in refgate::policy::PRESETS {
        let place = Place(tempfile::tempdir().unwrap());
        place.write("refgate.toml", text);
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/tests");
        let tests = fs::read_to_string(tests.join(format!("{name}.toml"))).unwrap();
        place.write("refgate-tests/preset.toml", &tests);
        let ran = place.run(&["test"]);
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn our_own_policy_holds_its_tests() {
    let ran = run(Path::new(env!("CARGO_MANIFEST_DIR")), &["test"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn the_how_to_shows_what_happens() {
    let page = how_to();
    let place = Place(tempfile::tempdir().unwrap());
    let blocks = page.split("\n```").skip(1).step_by(2);
    let mut typed = 0;
    for block in blocks {
        let (kind, text) = block.split_once('\n').unwrap();
        if let Some(name) = kind.strip_prefix("toml ") {
            place.write(name, &format!("{text}\n"));
        } else if kind == "console" {
            let (command, printed) = text.split_once('\n').unwrap();
            let arguments: Vec<_> =
                command.strip_prefix("$ refgate ").unwrap().split(' ').collect();
            let ran = place.run(&arguments);
            let printed_now = ran.out.split_once(" (").map_or(ran.out.clone(), |_| {
                let at = ran.out.rfind(" (").unwrap();
                format!("{} (9 ms)\n", &ran.out[..at])
            });
            assert_eq!(printed_now, format!("{printed}\n"), "{}", ran.err);
            typed += 1;
        }
    }
    assert_eq!(typed, 2);
}

#[test]
fn the_how_to_names_every_key() {
    let page = how_to();
    let known = fs::read_to_string("src/trial/written.rs").unwrap();
    let mut keys = Vec::new();
    let structs = ["struct Head", "struct Change", "struct Commit", "struct File", "struct Tag"];
    for (at, name) in structs.iter().enumerate() {
        let (_, of) = known.split_once(name).unwrap();
        let fields = of.split("\n}").next().unwrap().lines();
        let fields = fields.filter_map(|it| it.trim().strip_prefix("pub(super) "));
        let fields = fields.map(|it| it.split(':').next().unwrap().trim_start_matches("r#"));
        keys.extend(fields.map(|it| (at, it.replace('_', "-"))));
    }
    assert!(keys.len() > 60, "{keys:?}");
    let word = |it: char| it.is_alphanumeric() || it == '-';
    let words: std::collections::BTreeSet<_> = page.split(|it| !word(it)).collect();
    let missing: Vec<_> = keys.iter().filter(|(_, it)| !words.contains(it.as_str())).collect();
    assert!(missing.is_empty(), "docs/testing.md says nothing of {missing:?}");
}

fn how_to() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/testing.md")).unwrap()
}

/// Elements close in the order in which they open, and attributes are quoted.
fn well_formed(xml: &str) {
    let mut open = Vec::new();
    for tag in xml.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap();
        assert!(!text.contains('>'), "{text}");
        for entity in text.split('&').skip(1) {
            assert!(entity.contains(';'), "{text}");
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.starts_with('?') && !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
}

/// A directory with a policy.
struct Place(TempDir);

/// What a run left.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Place {
    fn new(tests: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.write("refgate.toml", &format!("{POLICY}{tests}"));
        place
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn edit(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{old}");
        self.write(name, &text.replacen(old, new, 1));
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run(self.0.path(), arguments)
    }
}

fn run(dir: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_refgate"));
    command.current_dir(dir).args(arguments).env_clear();
    if !arguments.contains(&"--policy") {
        command.args(["--policy", "refgate.toml"]);
    }
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
