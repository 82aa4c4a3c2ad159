//! Who owns a path: GitHub's and GitLab's CODEOWNERS, and OWNERS per directory.
//!
//! The cases of `tests/cases/codeowners.json` run, and those of a further file of
//! the same form if `REFGATE_CODEOWNERS_CASES` names one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::{env, fs};

use bstr::{BStr, ByteSlice};
use proptest::collection::vec;
use proptest::prelude::*;
use refgate::rule::owners::{
    Dialect, Entry, Group, LARGEST, Owner, Owners, PLACES, Source, github, gitlab, locate,
};
use serde::Deserialize;
use serde_json::Value;

/// A file of cases, each with an id and what it asks.
#[derive(Deserialize)]
struct Cases {
    cases: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Asks {
    Pattern { pattern: String, expected: BTreeMap<String, bool> },
    Rule { line: String, expected: Line },
    File { content: String, expected: Lines },
    Locate { present: Vec<String>, expected: String },
    Owners { content: String, path: String, expected: Vec<String> },
}

#[derive(Deserialize)]
struct Line {
    ok: bool,
    pattern: Option<String>,
    owners: Option<Vec<Named>>,
    comment: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Named {
    r#type: String,
    value: String,
}

#[derive(Deserialize)]
struct Lines {
    ok: bool,
    rules: Option<Vec<At>>,
    error_line: Option<usize>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct At {
    pattern: String,
    line: usize,
}

#[test]
fn every_case_of_others_holds() {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/codeowners.json");
    let further = env::var("REFGATE_CODEOWNERS_CASES").ok();
    let mut wrong = Vec::new();
    for file in [ours.to_owned()].into_iter().chain(further) {
        let cases: Cases = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert!(!cases.cases.is_empty(), "{file} has no cases");
        for case in cases.cases {
            let id = case["id"].clone();
            let asks = Asks::deserialize(case).unwrap_or_else(|it| panic!("{id}: {it}"));
            wrong.extend(run(asks).map(|it| format!("{id}: {it}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What is wrong in a case.
fn run(case: Asks) -> Option<String> {
    let differs = |want: String, got: String| (want != got).then(|| format!("{got}, not {want}"));
    match case {
        Asks::Pattern { pattern, expected } => {
            let owners = read(Dialect::Github, &format!("{pattern} @x"));
            let got = |path: &String| !owners.of(path.as_str().into()).is_empty();
            let got: BTreeMap<_, _> = expected.keys().map(|it| (it.clone(), got(it))).collect();
            differs(format!("{expected:?}"), format!("{got:?}"))
        }
        Asks::Rule { line, expected } => match github::line(line.as_bytes()) {
            Ok(entry) => {
                let want = (expected.ok, expected.pattern, expected.owners, expected.comment);
                let owners = entry.owners.iter().map(named).collect::<Vec<_>>();
                let got = (true, Some(entry.pattern.to_string()), Some(owners), entry.comment);
                differs(format!("{want:?}"), format!("{got:?}"))
            }
            Err(what) => expected.ok.then_some(what),
        },
        Asks::File { content, expected } => {
            let (entries, problems) = github::entries(&source("CODEOWNERS", &content));
            let rule = |it: &Entry| At { pattern: it.pattern.to_string(), line: it.line };
            let got: Vec<_> = entries.iter().map(rule).collect();
            let want = (expected.ok, expected.error_line, expected.rules.unwrap_or_default());
            let got = (problems.is_empty(), problems.first().and_then(|it| it.line), got);
            differs(format!("{want:?}"), format!("{got:?}"))
        }
        Asks::Locate { present, expected } => {
            let found = locate(PLACES, |it| present.iter().any(|there| there == it));
            differs(expected, found.unwrap_or_default().to_owned())
        }
        Asks::Owners { content, path, expected } => {
            let owners = read(Dialect::Github, &content);
            assert_eq!(owners.problems, []);
            let got: Vec<_> = owners.of(path.as_str().into());
            let got = got.first().map_or_else(Vec::new, |it| it.owners.clone());
            differs(format!("{expected:?}"), format!("{got:?}"))
        }
    }
}

fn named(owner: &Owner) -> Named {
    let (r#type, value) = match owner {
        Owner::Login(it) => ("username", it),
        Owner::Team(it) => ("team", it),
        Owner::Address(it) => ("email", it),
        Owner::Role(it) => ("role", it),
    };
    Named { r#type: r#type.to_owned(), value: value.clone() }
}

fn source(path: &str, text: impl AsRef<[u8]>) -> Source {
    Source { path: path.into(), text: text.as_ref().to_vec() }
}

fn read(dialect: Dialect, text: &str) -> Owners {
    Owners::parse(dialect, &[source("CODEOWNERS", text)])
}

/// The groups of a path, each as `name: owners`, with what is not usual.
fn of(owners: &Owners, path: &str) -> Vec<String> {
    let show = |it: Arc<Group>| {
        let count = if it.count > 1 { format!(" x{}", it.count) } else { String::new() };
        let optional = if it.optional { " optional" } else { "" };
        let roles = it.roles.iter().map(|it| format!(" {it}")).collect::<String>();
        format!("{}: {}{roles}{count}{optional}", it.name, it.owners.join(" "))
    };
    owners.of(path.into()).into_iter().map(show).collect()
}

/// The lines with problems.
fn wrong_lines(owners: &Owners) -> Vec<usize> {
    owners.problems.iter().filter_map(|it| it.line).collect()
}

#[test]
fn at_github_what_is_not_supported_is_a_problem_and_not_a_surprise() {
    let lines = [
        "!docs/ @a",
        "\\#x @a",
        "a#b @a",
        "a***b @a",
        "/ @a",
        "a//b @a",
        "./a @a",
        "a/../b @a",
        "x\\",
        "[Docs] @a",
        "^[Docs]",
        "* @",
        "* @@developer",
        "* @a/b/c",
        "* @a,@b",
        "* a@b",
        "* \u{40}\u{e9}",
    ];
    for line in lines {
        let owners = read(Dialect::Github, line);
        assert_eq!(wrong_lines(&owners), [1], "{line}: {:?}", owners.problems);
        assert!(owners.problems[0].to_string().starts_with("CODEOWNERS:1: "), "{line}");
    }
    assert_eq!(wrong_lines(&read(Dialect::Github, "* @a\n!x\n\n# c\n* b\r\n")), [2, 5]);
}

#[test]
fn at_github_the_last_line_that_names_a_path_decides() {
    let text = "\u{feff}* @all\r\n/docs/  @docs # who writes\r\n/docs/*.txt\r\n\
                /docs/a.txt @Org/Team w@x.example @b\r\n";
    let owners = read(Dialect::Github, text);
    assert_eq!(owners.problems, []);
    for (path, want) in [
        ("src/a.rs", "*: @all"),
        ("docs/x/a.txt", "/docs/: @docs"),
        ("docs", "*: @all"),
        ("docs/a.txt", "/docs/a.txt: @Org/Team w@x.example @b"),
        ("docs/a.txt/b", "/docs/a.txt: @Org/Team w@x.example @b"),
        ("DOCS/a.txt", "*: @all"),
    ] {
        assert_eq!(of(&owners, path), [want], "{path}");
    }
    assert_eq!(of(&owners, "docs/b.txt"), [""; 0], "owned by nobody");
    let group = &owners.of("docs/a.txt".into())[0];
    assert_eq!((group.file.as_bstr(), group.line), ("CODEOWNERS".into(), 4));
}

#[test]
fn paths_are_bytes() {
    let owners = Owners::parse(
        Dialect::Github,
        &[source("CODEOWNERS", b"a\xff? @a\nb?c @b\nd\\\xff @c\n*.\xfe @d".as_slice())],
    );
    assert_eq!(owners.problems, []);
    let of = |path: &[u8]| owners.of(path.into()).first().map_or(0, |it| it.line);
    assert_eq!([of(b"a\xff\xfe"), of(b"a\xff"), of(b"a\xff\xfe\xfe")], [1, 0, 0]);
    assert_eq!([of("bäc".as_bytes()), of(b"b\xe4c"), of("bääc".as_bytes())], [2, 2, 0]);
    assert_eq!([of(b"d\xff"), of(b"x.\xfe"), of(b"x.y.\xfe"), of(b".\xfe")], [3, 4, 4, 4]);
}

#[test]
fn a_file_that_is_too_large_is_a_problem() {
    let text = "# long\n".repeat(LARGEST / 7 + 1);
    let owners = read(Dialect::Github, &text);
    assert_eq!(owners.problems.len(), 1);
    assert_eq!(owners.problems[0].line, None);
}

#[test]
fn gitlab_reads_patterns_as_fnmatch_does() {
    for (pattern, named, others) in [
        ("*", ["a", "a/.b"], ["", ""]),
        ("/*", ["a", ".a"], ["a/b", ""]),
        ("README.md", ["README.md", "a/b/README.md"], ["readme.md", "README.md/a"]),
        ("internal/README.md", ["internal/README.md", "a/internal/README.md"], ["README.md", ""]),
        ("/docs", ["docs", "docs"], ["docs/a", "a/docs"]),
        ("/docs/", ["docs/a", "docs/a/b"], ["docs", "a/docs/b"]),
        ("lib/", ["lib/a", "a/lib/b/c"], ["lib", "a/lib"]),
        ("/docs/*", ["docs/a", "docs/.b"], ["docs/a/b", "docs"]),
        ("/docs/**", ["docs/a", "docs/b"], ["docs/a/b", "docs"]),
        ("/docs/**/", ["docs/a", "docs/a/b"], ["docs", "a/docs/b"]),
        ("/docs/**/*.md", ["docs/a.md", "docs/a/b/c.md"], ["a.md", "docs/a.txt"]),
        ("/a**/b", ["ax/b", "a/b"], ["a/x/b", ""]),
        ("/[a-c]x[!0-9]", ["axb", "cxä"], ["dxb", "ax1"]),
        ("/[]]", ["]", "]"], ["[]]", ""]),
        ("/[\\]x-]", ["]", "-"], ["\\", "y"]),
        ("\\#a\\ b", ["#a b", "x/#a b"], ["#a", ""]),
        ("/", ["a", "a/b/c"], ["", ""]),
        ("/{a,b}", ["{a,b}", "{a,b}"], ["a", "b"]),
    ] {
        let owners = read(Dialect::Gitlab, &format!("{pattern} @a"));
        assert_eq!(owners.problems, [], "{pattern}");
        for path in named {
            assert_eq!(owners.of(path.into()).len(), 1, "{pattern} names {path}");
        }
        for path in others.into_iter().filter(|it| !it.is_empty()) {
            assert_eq!(owners.of(path.into()).len(), 0, "{pattern} does not name {path}");
        }
    }
}

#[test]
fn at_gitlab_every_section_has_a_say() {
    let owners = read(
        Dialect::Gitlab,
        "* @admin\n\
         [README Owners]\nREADME.md @user1 @user2\ninternal/README.md @user4\n\
         [README other owners]\nREADME.md @user3\n",
    );
    assert_eq!(owners.problems, []);
    let others = "[README other owners] README.md: @user3";
    assert_eq!(
        of(&owners, "README.md"),
        ["*: @admin", "[README Owners] README.md: @user1 @user2", others]
    );
    assert_eq!(
        of(&owners, "internal/README.md"),
        ["*: @admin", "[README Owners] internal/README.md: @user4", others]
    );
}

#[test]
fn at_gitlab_sections_have_counts_defaults_and_may_be_optional() {
    let owners = read(
        Dialect::Gitlab,
        "[Documentation][2] @docs-team # writers\ndocs/\nREADME.md @group/with.dot/sub\n\
         ^[Go]\n*.go @root w@x.example @@Maintainers\n\
         [Database] @database-team @agarcia\nmodel/db/\nconfig/db/setup.md @docs-team\n\
         [DOCUMENTATION][3]\nLICENSE\n\
         ^[database]\n*.sql\n",
    );
    assert_eq!(owners.problems, []);
    for (path, want) in [
        ("docs/a", vec!["[Documentation] docs/: @docs-team x3"]),
        ("README.md", vec!["[Documentation] README.md: @group/with.dot/sub x3"]),
        ("LICENSE", vec!["[Documentation] LICENSE: @docs-team x3"]),
        ("a.go", vec!["[Go] *.go: @root w@x.example @@maintainer optional"]),
        ("model/db/a", vec!["[Database] model/db/: @database-team @agarcia"]),
        ("a/b.sql", vec!["[Database] *.sql: @database-team @agarcia"]),
        ("config/db/setup.md", vec!["[Database] config/db/setup.md: @docs-team"]),
        (
            "docs/a.go",
            vec![
                "[Documentation] docs/: @docs-team x3",
                "[Go] *.go: @root w@x.example @@maintainer optional",
            ],
        ),
        ("other", vec![]),
    ] {
        assert_eq!(of(&owners, path), want, "{path}");
    }
}

#[test]
fn at_gitlab_an_exclusion_holds_in_its_section_wherever_it_stands() {
    let owners = read(
        Dialect::Gitlab,
        "* @username\n!pom.xml\n\
         [Ruby]\n!/config/**/*.rb\n*.rb @ruby-team\n/config/routes.rb @ops\n",
    );
    assert_eq!(owners.problems, []);
    assert_eq!(of(&owners, "pom.xml"), [""; 0]);
    assert_eq!(of(&owners, "a/pom.xml"), [""; 0]);
    assert_eq!(of(&owners, "config/routes.rb"), ["*: @username"]);
    assert_eq!(of(&owners, "a.rb"), ["*: @username", "[Ruby] *.rb: @ruby-team"]);
}

#[test]
fn at_gitlab_what_would_be_ignored_is_a_problem() {
    let lines = [
        "[Section name\ndocs/ @a",
        "[]",
        "[A][0]",
        "[A][x]",
        "[A] docs",
        "docs/",
        "docs/ @a word",
        "docs/ @a # ask @b",
        "!docs/ @a",
        "!",
        "a/[b @a",
        "a/[z-a] @a",
        "a @@guest",
        "a @b//c",
        "// @a",
    ];
    for line in lines {
        let owners = read(Dialect::Gitlab, line);
        assert_eq!(wrong_lines(&owners), [1], "{line}: {:?}", owners.problems);
    }
    let (sections, problems) = gitlab::sections(&source("x", "a @b\n[C]\nd @e # why\n!f"));
    assert_eq!(problems, []);
    let names: Vec<_> = sections.iter().map(|it| (&*it.name, it.entries.len())).collect();
    assert_eq!(names, [("", 1), ("C", 1)]);
    assert_eq!(sections[1].entries[0].comment.as_deref(), Some("why"));
}

#[test]
fn a_file_is_looked_for_where_its_host_looks() {
    let find =
        |dialect: Dialect, there: &[&str]| locate(dialect.places(), |it| there.contains(&it));
    let all = PLACES;
    assert_eq!(find(Dialect::Github, all), Some(".github/CODEOWNERS"));
    assert_eq!(find(Dialect::Gitlab, all), Some("CODEOWNERS"));
    assert_eq!(find(Dialect::Github, &[".gitlab/CODEOWNERS"]), None);
    assert_eq!(find(Dialect::Gitlab, &[".gitlab/CODEOWNERS"]), Some(".gitlab/CODEOWNERS"));
    assert_eq!(find(Dialect::Owners, all), None);
    let paths = ["a/b/c.rs", "a/d.rs"].map(BStr::new);
    let above = Dialect::Owners.above(paths);
    assert_eq!(above, ["OWNERS_ALIASES", "OWNERS", "a/OWNERS", "a/b/OWNERS"]);
    assert_eq!(Dialect::Github.above(paths), [""; 0]);
}

fn directories(files: &[(&str, &str)]) -> Owners {
    let files: Vec<_> = files.iter().map(|(path, text)| source(path, text)).collect();
    Owners::parse(Dialect::Owners, &files)
}

#[test]
fn owners_of_directories_are_inherited() {
    let owners = directories(&[
        ("OWNERS", "approvers: [root, '@Lead']\nreviewers:\n- ann\nlabels: [x]\n"),
        ("pkg/OWNERS", "# who\nreviewers: [zoe]\nemeritus_approvers: [old]\n"),
        ("pkg/util/OWNERS", "reviewers:\n- bo\napprovers:\n- SIG-util # alias\n- root\n"),
        ("pkg/own/OWNERS", "options:\n  no_parent_owners: true\napprovers: [123]\n"),
        ("pkg/none/OWNERS", "options: {no_parent_owners: true}\napprovers: []\n"),
        ("OWNERS_ALIASES", "aliases:\n  sig-util:\n  - Cara\n  - dan\n  empty:\n"),
    ]);
    assert_eq!(owners.problems, []);
    for (path, want) in [
        ("a.go", "/: @root @lead"),
        ("pkg/a.go", "/: @root @lead"),
        ("pkg/util/sets/a.go", "pkg/util/: @cara @dan @root @lead"),
        ("pkg/utility/a.go", "/: @root @lead"),
        ("pkg/own/OWNERS", "pkg/own/: @123"),
        ("pkg/none/a.go", "/: @root @lead"),
    ] {
        assert_eq!(of(&owners, path), [want], "{path}");
    }
    let group = &owners.of("pkg/util/x".into())[0];
    assert_eq!((group.file.as_bstr(), group.line), ("pkg/util/OWNERS".into(), 4));
    assert_eq!(of(&directories(&[("a/OWNERS", "approvers: [x]")]), "b"), [""; 0]);
}

#[test]
fn filters_choose_among_the_files_of_a_directory() {
    let owners = directories(&[
        ("OWNERS", "filters:\n  '.*':\n    approvers: [root]\n"),
        (
            "pkg/OWNERS",
            "filters:\n  \"\\\\.go$\":\n    approvers: [go]\n    labels: [go]\n  ^api/:\n    \
             approvers: [api]\n",
        ),
    ]);
    assert_eq!(owners.problems, []);
    for (path, want) in [
        ("pkg/a.go", "pkg/: @go @root"),
        ("pkg/api/a.go", "pkg/: @go @api @root"),
        ("pkg/api/a.md", "pkg/: @api @root"),
        ("pkg/a.md", "/: @root"),
    ] {
        assert_eq!(of(&owners, path), [want], "{path}");
    }
}

#[test]
fn what_an_owners_file_cannot_mean_is_a_problem() {
    for (text, line) in [
        ("approvers:\n- a\naprovers:\n- b\n", 4),
        ("approvers: a\n", 1),
        ("approvers:\n- [a]\n", 2),
        ("approvers:\n- a b\n", 2),
        ("approvers:\n- a\napprovers:\n- b\n", 3),
        ("approvers: [a]\nfilters:\n  x:\n    approvers: [b]\n", 3),
        ("filters:\n  '(':\n    approvers: [b]\n", 3),
        ("options:\n  no_parent_owners: maybe\n", 2),
        ("options:\n  no_parents_owners: true\n", 2),
        ("approvers: &x [a]\nreviewers: *x\n", 2),
        ("approvers: !!set [a]\n", 1),
        ("- a\n", 1),
        ("a: [\n", 2),
        ("approvers: [a]\n---\napprovers: [b]\n", 2),
        ("\u{0}", 1),
    ] {
        let owners = directories(&[("OWNERS", text)]);
        assert_eq!(wrong_lines(&owners), [line], "{text:?}: {:?}", owners.problems);
    }
    let deep = format!("a: {}", "[".repeat(100_000));
    assert_eq!(wrong_lines(&directories(&[("OWNERS", &deep)])), [1]);
    assert_eq!(wrong_lines(&directories(&[("OWNERS_ALIASES", "aliases: [a]")])), [1]);
}

/// Whether a pattern of GitHub's names a path: as slow and plain as can be.
fn names(pattern: &str, path: &str) -> bool {
    let rooted = pattern.trim_start_matches('/');
    let mut parts: Vec<&str> = rooted.split('/').collect();
    if parts.last() == Some(&"") {
        parts.pop();
        parts.push("**");
        if parts.len() == 2 && !pattern.starts_with('/') {
            parts.insert(0, "**");
        }
    } else if parts.len() == 1 && !pattern.starts_with('/') {
        parts.insert(0, "**");
    }
    let path: Vec<&str> = path.split('/').collect();
    let open = parts.last().is_some_and(|it| !["*", "**"].contains(it));
    fit(&parts, &path) || open && (1..path.len()).any(|it| fit(&parts, &path[..it]))
}

fn fit(parts: &[&str], path: &[&str]) -> bool {
    match (parts, path) {
        ([], _) => path.is_empty(),
        (["**"], _) => !path.is_empty(),
        (["**", rest @ ..], _) => (0..=path.len()).any(|it| fit(rest, &path[it..])),
        ([part, parts @ ..], [name, path @ ..]) => {
            part_fits(part.as_bytes(), name.as_bytes()) && fit(parts, path)
        }
        (_, []) => false,
    }
}

fn part_fits(part: &[u8], name: &[u8]) -> bool {
    match (part, name) {
        ([], _) => name.is_empty(),
        ([b'*', rest @ ..], _) => (0..=name.len()).any(|it| part_fits(rest, &name[it..])),
        ([b'?', rest @ ..], [_, name @ ..]) => part_fits(rest, name),
        ([one, rest @ ..], [first, name @ ..]) => one == first && part_fits(rest, name),
        (_, []) => false,
    }
}

/// Few letters, so that patterns name paths often.
fn pattern() -> impl Strategy<Value = String> {
    let part =
        prop_oneof![2 => "[ab.*?]{1,3}", 1 => Just("**".to_owned()), 1 => Just("*.b".to_owned())];
    let ends = ("/?", vec(part, 1..4), "/?");
    let joined = ends.prop_map(|(start, parts, end)| format!("{start}{}{end}", parts.join("/")));
    joined.prop_filter("what is refused", |it| {
        !it.contains("***") && !it.split('/').any(|it| it == "." || it == "..")
    })
}

fn path() -> impl Strategy<Value = String> {
    vec("[ab.]{1,3}", 1..5).prop_map(|it| it.join("/"))
}

proptest! {
    #[test]
    fn the_last_match_wins(patterns in vec(pattern(), 1..12), paths in vec(path(), 1..12)) {
        let lines: Vec<_> = patterns.iter().enumerate().map(|(at, it)| format!("{it} @o{at}")).collect();
        let owners = read(Dialect::Github, &lines.join("\n"));
        prop_assert_eq!(&owners.problems, &[]);
        let all = owners.of_each(paths.iter().map(|it| it.as_str().into()));
        for (path, groups) in paths.iter().zip(all) {
            let last = patterns.iter().rposition(|it| names(it, path)).map(|it| it + 1);
            let got = groups.first().map(|it| it.line);
            prop_assert_eq!(got, last, "{:?} of {:?}", path, &patterns);
            prop_assert_eq!(groups, owners.of(path.as_str().into()));
        }
    }

    #[test]
    fn no_bytes_make_a_panic(text in vec(any::<u8>(), 0..200), path in vec(any::<u8>(), 0..40)) {
        for dialect in [Dialect::Github, Dialect::Gitlab, Dialect::Owners] {
            let files = ["OWNERS", "OWNERS_ALIASES"].map(|it| source(it, &text));
            Owners::parse(dialect, &files).of(path.as_slice().into());
        }
    }

    #[test]
    fn no_text_makes_a_panic(
        text in r"([\[\]\^!#*?/\\@a:\-,{}&|>'% \n]|approvers|filters|options|@b){0,60}",
        path in "[a/*@]{0,12}",
    ) {
        for dialect in [Dialect::Github, Dialect::Gitlab, Dialect::Owners] {
            let files = ["OWNERS", "a/OWNERS", "OWNERS_ALIASES"].map(|it| source(it, &text));
            Owners::parse(dialect, &files).of(path.as_str().into());
        }
    }
}
