//! CODEOWNERS as part of a policy, and a policy as a CODEOWNERS.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod cases;

use bstr::BStr;
use proptest::collection::vec;
use proptest::prelude::*;
use refgate::import::codeowners::{Form, export, import};
use refgate::import::{Exported, How, Imported};
use refgate::model::{PathPatterns, RefName};
use refgate::policy::Policy;
use refgate::rule::owners::{Dialect, Owners, Source};

fn source(text: &str) -> Source {
    Source { path: "CODEOWNERS".into(), text: text.into() }
}

fn imported(dialect: Dialect, text: &str, form: Form) -> Imported {
    import(dialect, &source(text), form, &["main".to_owned()])
}

fn notes(report: &Imported) -> Vec<String> {
    let lines = report.notes.iter().filter(|it| it.line.is_some());
    lines.map(ToString::to_string).collect()
}

fn policy(text: &str) -> Policy {
    let text = format!("version = 1\nstages = [\"github\"]\n{text}");
    cases::parse(&text).unwrap_or_else(|it| panic!("{it}\n{text}"))
}

fn exported(text: &str, dialect: Dialect) -> Exported {
    export(&policy(text), &RefName::new("refs/heads/main"), dialect)
}

const GITHUB: &str = "\
* @lead
/docs/ @writers-1 @acme/docs # who writes
/docs/*.txt
*.go g@acme.example
/docs/api/* @api
";

#[test]
fn a_file_may_stay_where_it_is() {
    let report = imported(Dialect::Github, GITHUB, Form::Kept);
    assert_eq!(report.toml, "[[protect]]\nrefs = [\"main\"]\ncode-owners = true\n");
    assert_eq!(
        notes(&report),
        ["line 4: stricter: `g@acme.example` counts once `[people]` says whose address it is"]
    );
    let report = imported(Dialect::Github, "* lead\n", Form::Kept);
    assert_eq!(
        notes(&report),
        ["line 1: stricter: `lead` is no owner: `@login`, `@org/team` or an address; \
          nothing passes until it is mended"]
    );
    let file = Source { path: "OWNERS.txt".into(), text: Vec::new() };
    let report = import(Dialect::Gitlab, &file, Form::Kept, &["main".to_owned()]);
    let settings = "code-owners = { dialect = \"gitlab\", file = \"OWNERS.txt\" }\n";
    assert!(report.toml.ends_with(settings), "{}", report.toml);
}

#[test]
fn every_line_may_become_a_protection() {
    let report = imported(Dialect::Github, GITHUB, Form::Inline);
    assert_eq!(
        report.toml,
        r#"[[protect]]
refs = ["main"]
name = "*"
when = { changes = { paths = ["*"], ignore = ["/docs/", "/docs/*.txt", "*.go"] } }
approvals = { count = 1, from = ["@lead"] }

# who writes
[[protect]]
refs = ["main"]
name = "/docs/"
when = { changes = { paths = ["/docs/"], ignore = ["/docs/*.txt", "*.go"] } }
approvals = { count = 1, from = ["@writers-1", "@acme/docs"] }

[[protect]]
refs = ["main"]
name = "*.go"
when = { paths = ["*.go"] }
approvals = { count = 1, from = ["g@acme.example"] }

[[protect]]
refs = ["main"]
name = "/docs/api/*"
when = { paths = ["/docs/api/*"] }
approvals = { count = 1, from = ["@api"] }

"#
    );
    policy(&report.toml);
    assert_eq!(
        notes(&report),
        [
            "line 1: stricter: also asked for what line 5 gives to others",
            "line 2: stricter: also asked for what line 5 gives to others",
            "line 4: stricter: also asked for what line 5 gives to others",
            "line 4: stricter: `g@acme.example` counts once `[people]` says whose address it is",
            "line 5: stricter: `/docs/api/*` names here what is below it too",
        ]
    );
}

#[test]
fn sections_become_named_protections() {
    let text = "\
[Docs][2] @acme/docs
docs/ @@developer @ann
!docs/gen/
^[Go]
src/*.go @go
[Ops]
/ops/ @@maintainer
";
    let report = imported(Dialect::Gitlab, text, Form::Inline);
    assert_eq!(
        report.toml,
        r#"[[protect]]
refs = ["main"]
name = "Docs: docs/"
when = { changes = { paths = ["docs/"], ignore = ["**/docs/gen/"] } }
approvals = { count = 2, from = ["@ann", "org:ann"] }

[[protect]]
refs = ["main"]
name = "Go: src/*.go"
mode = "warn"
when = { paths = ["**/src/*.go"] }
approvals = { count = 1, from = ["@go"] }

"#
    );
    assert_eq!(
        notes(&report),
        [
            "line 2: different: 2 approvals of @ann: that counts as a group too\n  hint: name the people of the group",
            "line 2: stricter: nobody is known to hold `@@developer`, so nobody counts as it",
            "line 2: stricter: `@ann` is taken for a login; if it is a group, name its people",
            "line 5: stricter: `@go` is taken for a login; if it is a group, name its people",
            "line 7: lost: `/ops/` belongs to roles of the host alone; name its people",
            "line 7: stricter: nobody is known to hold `@@maintainer`, so nobody counts as it",
        ]
    );
}

const POLICY: &str = r#"
[roles]
dba = ["ann", "@acme/dba", "bo"]

[people.ann]
logins = { github = "ann-s", gitlab = "ann" }

[people.bo]
emails = ["bo@acme.example"]

[[protect]]
name = "schemas [db]"
refs = ["main"]
when = { paths = ["db/**", "*.sql", "x y#z", "a/*", "{b,c}/d"] }
approvals = { count = 2, from = ["dba"] }

[[protect]]
refs = ["main"]
approvals = { count = 1, from = ["lead"] }

[[protect]]
refs = ["main"]
when = { only-paths = ["x"] }
approvals = { count = 1, from = ["lead"] }

[[protect]]
refs = ["main"]
when = { paths = ["[ab]"] }
approvals = { count = 1, from = ["permission:write"] }

[[protect]]
refs = ["main"]
when = { paths = ["[ab]"] }
mode = "warn"
approvals = { count = 1, from = ["lead"] }

[[protect]]
refs = ["main"]
when = { paths = ["y"] }
approvals = { count = 1 }

[[protect]]
refs = ["next"]
when = { paths = ["y"] }
approvals = { count = 1, from = ["lead"] }
"#;

#[test]
fn protections_of_paths_become_lines() {
    let github = exported(POLICY, Dialect::Github);
    assert_eq!(
        github.text,
        "\
# schemas [db]
/db/ @acme/dba @ann-s bo@acme.example
*.sql @acme/dba @ann-s bo@acme.example
x\\ y?z @acme/dba @ann-s bo@acme.example
/a/* @acme/dba @ann-s bo@acme.example
/a/*/ @acme/dba @ann-s bo@acme.example
/b/d @acme/dba @ann-s bo@acme.example
/c/d @acme/dba @ann-s bo@acme.example

# refgate.toml:19
* @lead

"
    );
    let notes: Vec<_> = github.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "line 13: stricter: `x y#z` names more: what their file cannot say stands there as `?`",
            "line 13: looser: asks for 1 of the owners, not for 2",
            "line 19: looser: where both name a path, this alone is asked, not line 13",
            "line 23: lost: its condition is more than `paths`: { only-paths = [\"x\"] }",
            "line 28: lost: `permission:write` can be no owner",
            "line 33: lost: it only warns, and an owner cannot",
            "line 39: lost: anyone may approve, and an owner is someone",
            "line 44: lost: it is about other refs than refs/heads/main, which have a file each",
        ]
    );
    let gitlab = exported(POLICY, Dialect::Gitlab);
    assert_eq!(
        gitlab.text,
        "\
[schemas db][2]
/db/ @acme/dba @ann bo@acme.example
*.sql @acme/dba @ann bo@acme.example
*.sql/ @acme/dba @ann bo@acme.example
x\\ y?z @acme/dba @ann bo@acme.example
x\\ y?z/ @acme/dba @ann bo@acme.example
/a/* @acme/dba @ann bo@acme.example
/a/*/ @acme/dba @ann bo@acme.example
/b/d @acme/dba @ann bo@acme.example
/b/d/ @acme/dba @ann bo@acme.example
/c/d @acme/dba @ann bo@acme.example
/c/d/ @acme/dba @ann bo@acme.example

[refgate.toml:19][1]
* @lead

^[refgate.toml:33][1]
[ab] @lead
[ab]/ @lead

"
    );
}

/// The paths that a CODEOWNERS gives to someone.
fn owned<'p>(dialect: Dialect, text: &str, paths: &'p [String]) -> Vec<&'p str> {
    let owners = Owners::parse(dialect, &[source(text)]);
    assert_eq!(owners.problems, [], "{text}");
    let owned = |it: &&str| !owners.of(BStr::new(it)).is_empty();
    paths.iter().map(String::as_str).filter(owned).collect()
}

/// The paths that patterns of ours name.
fn named<'p>(patterns: &[String], paths: &'p [String]) -> Vec<&'p str> {
    let patterns = PathPatterns::new(patterns).unwrap_or_else(|it| panic!("{it}"));
    let named = |it: &&str| patterns.matches(BStr::new(it));
    paths.iter().map(String::as_str).filter(named).collect()
}

/// The paths, the paths ignored and the owner of each protection.
fn asked(toml: &str) -> Vec<(PathPatterns, Option<PathPatterns>, String)> {
    let table: toml::Table = toml::from_str(toml).unwrap();
    let patterns =
        |it: &toml::Value| PathPatterns::new(&it.clone().try_into::<Vec<_>>().unwrap()).unwrap();
    let protect = table.get("protect").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let one = |it: &toml::Value| {
        let when = it["when"].get("changes").unwrap_or(&it["when"]);
        let ignored = when.get("ignore").map(patterns);
        (patterns(&when["paths"]), ignored, it["approvals"]["from"][0].as_str().unwrap().to_owned())
    };
    protect.iter().map(one).collect()
}

fn paths() -> impl Strategy<Value = Vec<String>> {
    let part =
        r"[ab.\[\]{},!#^ -]{1,2}".prop_filter("no part of a path", |it| it != "." && it != "..");
    vec(vec(part, 1..5).prop_map(|it| it.join("/")), 1..20)
}

fn parts(part: &'static str) -> impl Strategy<Value = String> {
    let part = prop_oneof![4 => part, 1 => Just("**".to_owned()), 1 => Just("*".to_owned())];
    let parts = ("/?", vec(part, 1..4), "/?");
    let joined = parts.prop_map(|(start, parts, end)| format!("{start}{}{end}", parts.join("/")));
    joined.prop_filter("no path", |it| !it.split('/').any(|it| it == "." || it == ".."))
}

proptest! {
    /// What is imported names all that it named, and no more unless that is noted.
    #[test]
    fn patterns_carry_over(
        written in parts(r"([ab.*?\{\},^-]|\\[ab\[\]{},*?! -]|\[[ab]\]|\[!a\]){1,3}")
            .prop_filter("the heading of a section", |it| !it.trim_start_matches('^').starts_with('[')),
        paths in paths(),
        gitlab in any::<bool>(),
    ) {
        let dialect = if gitlab { Dialect::Gitlab } else { Dialect::Github };
        let line = format!("{written} @a\n");
        prop_assume!(Owners::parse(dialect, &[source(&line)]).problems.is_empty());
        let before = owned(dialect, &line, &paths);
        let report = imported(dialect, &line, Form::Inline);

        let policy = policy(&report.toml);
        let patterns = &policy.protections[0].when.as_ref().unwrap().paths().unwrap().written;
        let after = named(patterns, &paths);
        let more = report.notes.iter().any(|it| it.how == How::Stricter && it.what.contains("too"));
        // A file with an extension is not noted: it is no directory.
        let last = written.rsplit('/').next().unwrap().trim_start_matches(['.', '\\']);
        let more = more || gitlab && last.contains('.');
        prop_assert!(before.iter().all(|it| after.contains(it)), "{written} {before:?} {after:?}");
        prop_assert!(more || before == after, "{written} {before:?} {after:?}");
    }

    /// Whoever owned a path is asked for it, and nobody else unless that is noted.
    #[test]
    fn owners_carry_over(
        written in vec((parts(r"[ab*?]{1,2}"), any::<bool>()), 1..6),
        paths in vec(vec("[ab]{1,2}", 1..4).prop_map(|it| it.join("/")), 1..12),
    ) {
        let line = |(at, (it, owned)): (usize, &(String, bool))| {
            if *owned { format!("{it} @o{at}\n") } else { format!("{it}\n") }
        };
        let text: String = written.iter().enumerate().map(line).collect();
        let owners = Owners::parse(Dialect::Github, &[source(&text)]);
        prop_assume!(owners.problems.is_empty());
        let report = imported(Dialect::Github, &text, Form::Inline);
        let exact = !report.notes.iter().any(|it| it.line.is_some());
        let asked = asked(&report.toml);
        for path in &paths {
            let path = BStr::new(path);
            let before: Vec<_> = owners.of(path).iter().flat_map(|it| it.owners.clone()).collect();
            let names = |(paths, ignored, _): &&(_, Option<PathPatterns>, String)| {
                let paths: &PathPatterns = paths;
                paths.matches(path) && !ignored.as_ref().is_some_and(|it| it.matches(path))
            };
            let after: Vec<_> = asked.iter().filter(names).map(|it| it.2.clone()).collect();
            prop_assert!(before.iter().all(|it| after.contains(it)), "{text} {path} {}", report.toml);
            prop_assert!(!exact || before == after, "{text} {path} {}", report.toml);
        }
    }

    /// What is exported names all that it named, and no more unless that is noted.
    #[test]
    fn our_patterns_carry_over(
        written in parts(r"([ab.*?#!^ -]|\\[ab\[\]{}*?!# -]|\{a,b\}|\{\*,a\}){1,3}"),
        paths in paths(),
        gitlab in any::<bool>(),
    ) {
        let dialect = if gitlab { Dialect::Gitlab } else { Dialect::Github };
        prop_assume!(PathPatterns::new(std::slice::from_ref(&written)).is_ok());
        let before = named(std::slice::from_ref(&written), &paths);
        let quoted = toml::Value::String(written.clone());
        let exported = exported(
            &format!(
                "[[protect]]\nrefs = [\"main\"]\nwhen = {{ paths = [{quoted}] }}\n\
                 approvals = {{ count = 1, from = [\"a\"] }}\n"
            ),
            dialect,
        );
        prop_assume!(!exported.notes.iter().any(|it| it.how == How::Lost));
        let after = owned(dialect, &exported.text, &paths);
        let more = exported.notes.iter().any(|it| it.how == How::Stricter);
        prop_assert!(before.iter().all(|it| after.contains(it)), "{written} {} {before:?} {after:?}", exported.text);
        prop_assert!(more || before == after, "{written} {} {before:?} {after:?}", exported.text);
    }
}
