//! What holds for every policy text, and how policies extend each other.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use refgate::model::PathPatterns;
use refgate::policy::{self, PRESETS, Policy, Problems};
use refgate::rule::RULES;

fn parse(text: &str) -> Result<Policy, Problems> {
    parse_among("refgate.toml", &[("refgate.toml", text)])
}

/// Reads `name` where only `files` can be opened.
fn parse_among(name: &str, files: &[(&str, &str)]) -> Result<Policy, Problems> {
    let files: BTreeMap<_, _> = files.iter().copied().collect();
    let mut open = |path: &str| {
        files.get(path).map(|it| (*it).to_owned()).ok_or_else(|| "there is no such file".to_owned())
    };
    policy::parse(name, files[name], &mut open)
}

fn problems(text: &str) -> Vec<policy::Problem> {
    parse(text).err().map(|it| it.0).unwrap_or_default()
}

fn rules(policy: &Policy) -> Vec<&'static str> {
    policy.protections.iter().flat_map(|it| &it.rules).map(|it| it.spec.name).collect()
}

const BASE: &str = "version = 1\n[[protect]]\nrefs = [\"main\"]\n";

/// What every problem owes its reader.
fn well_told(text: &str) -> Result<(), TestCaseError> {
    for problem in problems(text) {
        let lines: Vec<_> = text.lines().collect();
        let line = lines.get(problem.line - 1).copied().unwrap_or_default();
        prop_assert!(problem.line <= lines.len().max(1) + 1, "{problem:?}");
        prop_assert_eq!(&problem.source, line, "{}", problem.what);
        prop_assert!(problem.column >= 1 && problem.column <= line.chars().count() + 1);
        prop_assert!(!problem.what.trim().is_empty());
        prop_assert!(problem.hint.is_some(), "no mend for: {}", problem.what);
        let shown = problem.to_string();
        prop_assert!(shown.chars().all(|it| it == '\n' || !it.is_control()), "{shown:?}");
    }
    Ok(())
}

/// Texts that are policies: the presets, and the example of each rule.
fn valid() -> Vec<String> {
    let example = |manual: &str| {
        let from = manual.find("```toml\n")? + 8;
        let len = manual[from..].find("```")?;
        // Some rules can be decided at the host alone.
        let stages = "version = 1\nstages = [\"pre-receive\", \"github\"]\n";
        let base = BASE.replacen("version = 1\n", stages, 1);
        Some(format!("{base}{}", &manual[from..from + len]))
    };
    let presets = PRESETS.iter().map(|(_, text)| (*text).to_owned());
    RULES.iter().filter_map(|it| example(it.manual)).chain(presets).collect()
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_mends(text in "(?s).{0,200}") {
        well_told(&text)?;
    }

    #[test]
    fn text_of_policy_words_is_read_or_refused_with_mends(
        words in prop::collection::vec(prop::sample::select(vec![
            "version", "=", "1", "\n", "[[protect]]\n", "refs", "[", "]", "{", "}", "\"main\"", "\"",
            "paths", "file-size", "when", "any", "not", "since", "2027-01-01", "07:00:00", "[[exempt]]\n",
            "why", "until", "stages", "\"\"", "extends", "preset:baseline", "ü", "\u{feff}", "\r\n",
            ",", ".", "#", "roles", "people", "mode", "\"**\"", "\t", "-1", "true", "[protect]\n",
        ]), 0..40),
        space in prop::bool::ANY,
    ) {
        well_told(&words.join(if space { " " } else { "" }))?;
    }

    #[test]
    fn a_damaged_policy_is_read_or_refused_with_mends(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        cut in 0..12_usize,
        put in "(?s).{0,6}",
    ) {
        let valid = valid();
        let text: Vec<char> = which.get(&valid).chars().collect();
        let at = at.index(text.len());
        let end = (at + cut).min(text.len());
        let damaged: String = text[..at].iter().copied().chain(put.chars()).chain(text[end..].iter().copied()).collect();
        well_told(&damaged)?;
    }
}

#[test]
fn every_valid_text_stays_valid_with_the_line_ends_of_windows_and_a_byte_order_mark() {
    for text in valid() {
        assert!(parse(&text).is_ok(), "{text}\n{}", parse(&text).err().unwrap());
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert!(parse(&windows).is_ok(), "{}", parse(&windows).err().unwrap());
    }
}

#[test]
fn a_place_is_the_same_with_other_line_ends_and_a_byte_order_mark() {
    let text = format!("{BASE}linaer = true\n");
    let place =
        |text: &str| problems(text).iter().map(|it| (it.line, it.column)).collect::<Vec<_>>();
    assert_eq!(place(&text), [(4, 1)]);
    assert_eq!(place(&text.replace('\n', "\r\n")), [(4, 1)]);
    assert_eq!(place(&format!("\u{feff}{text}")), [(4, 1)]);
}

#[test]
fn a_mark_stands_below_what_it_marks_whatever_stands_before() {
    let text = format!("{BASE}paths = {{ deny = [\"日本\"], lenght = 1 }}\n");
    let shown = parse(&text).err().unwrap().to_string();
    let expected = "\
error: refgate.toml:4:26: `paths`: unknown field `lenght`, expected one of `on`, `deny`, `deny-patterns`, `allow`, `max-length`, `extensions`, `collide`, `windows`
  |
4 | paths = { deny = [\"日本\"], lenght = 1 }
  |                            ^^^^^^
  hint: `refgate explain paths` shows an example
";
    assert_eq!(shown, expected);
}

#[test]
fn a_huge_policy_is_read_in_time() {
    let one = "[[protect]]\nrefs = [\"main\", \"release/*\"]\nfile-size = { max = \"5MiB\" }\n";
    let text = format!("version = 1\n{}", one.repeat(2_000));
    assert_eq!(parse(&text).unwrap().protections.len(), 2_000);
    let wrong = format!("version = 1\n{}", one.replace("size", "siez").repeat(2_000));
    assert_eq!(problems(&wrong).len(), 2_000);
    let deep = format!("{BASE}when = {}{}\n", "{ not = ".repeat(500), "}".repeat(500));
    assert!(parse(&deep).is_err());
}

#[test]
fn a_circle_is_told_with_everyone_in_it() {
    let a = format!("extends = [\"org/b.toml\"]\n{BASE}linear = true\n");
    let b = format!("extends = [\"c.toml\"]\n{BASE}fast-forward-only = true\n");
    let told = |name: &str, of: &str| {
        let c = format!("extends = [\"{of}\"]\n{BASE}linear = true\n");
        let files = [(name, &*a), ("org/b.toml", &*b), ("org/c.toml", &*c)];
        let mut found = parse_among(name, &files).err().unwrap().0;
        assert_eq!(found.len(), 1, "{found:?}");
        let problem = found.remove(0);
        assert_eq!((&*problem.file, problem.line), ("org/c.toml", 1));
        assert_eq!(problem.hint.as_deref(), Some("leave it out here"));
        problem.what
    };
    let circle = "this is a circle: a.toml extends org/b.toml extends org/c.toml extends a.toml";
    assert_eq!(told("a.toml", "../a.toml"), circle);
    let deep = told("/srv/policies/a.toml", "../a.toml");
    assert_eq!(deep, circle.replacen("a.toml", "/srv/policies/a.toml", 1));
    let circle = "this is a circle: org/b.toml extends org/c.toml extends org/b.toml";
    assert_eq!(told("a.toml", "b.toml"), circle);
    let own = parse_among("a.toml", &[("a.toml", &format!("extends = [\"a.toml\"]\n{BASE}"))]);
    assert_eq!(own.err().unwrap().0[0].what, "this is a circle: a.toml extends a.toml");
}

#[test]
fn what_two_policies_both_extend_holds_once() {
    let a = format!("extends = [\"b.toml\", \"c.toml\"]\n{BASE}linear = true\n");
    let b = "version = 1\nextends = [\"d.toml\"]\n";
    let d = format!("{BASE}fast-forward-only = true\n");
    let files = [("a.toml", &*a), ("b.toml", b), ("c.toml", b), ("d.toml", &*d)];
    assert_eq!(rules(&parse_among("a.toml", &files).unwrap()), ["linear", "fast-forward-only"]);
}

#[test]
fn a_path_is_relative_to_the_file_that_names_it() {
    let a = "version = 1\nextends = [\"org/team.toml\"]\n";
    let team = "version = 1\nextends = [\"all.toml\", \"../top.toml\"]\n";
    let (all, top) =
        (format!("{BASE}linear = true\n"), format!("{BASE}fast-forward-only = true\n"));
    let files =
        [("a.toml", a), ("org/team.toml", team), ("org/all.toml", &all), ("top.toml", &top)];
    assert_eq!(rules(&parse_among("a.toml", &files).unwrap()), ["linear", "fast-forward-only"]);
}

#[test]
fn a_problem_is_told_in_the_file_that_has_it() {
    let a = "version = 1\nextends = [\"org.toml\", \"gone.toml\"]\nstags = []\n";
    let org = format!("{BASE}linaer = true\n");
    let found = parse_among("a.toml", &[("a.toml", a), ("org.toml", &org)]).err().unwrap();
    let places: Vec<_> = found.0.iter().map(|it| format!("{}:{}", it.file, it.line)).collect();
    assert_eq!(places, ["a.toml:2", "a.toml:3", "org.toml:4"]);
}

/// The square of this length takes half a minute, the length itself a second; so it
/// shows on a busy machine too.
#[test]
fn reading_takes_no_longer_than_the_policy_is_long() {
    let one = "[[protect]]\nrefs = [\"main\"]\nlinear = true\nfast-forward-only = true\n";
    let text = format!("version = 1\n{}", one.repeat(20_000));
    let run = |_| {
        let started = std::time::Instant::now();
        assert_eq!(parse(&text).unwrap().protections.len(), 20_000);
        started.elapsed()
    };
    let least = (0..2).map(run).min().unwrap();
    assert!(least.as_secs() < 12, "{least:?}");
}

/// Who extends a policy could otherwise let anyone in.
#[test]
fn a_role_or_person_cannot_be_made_someone_else() {
    let org = "version = 1\n[roles]\nrelease = [\"ana\"]\n[people.ana]\nemails = [\"a@x.example\"]\n\
         [[protect]]\nrefs = [\"main\"]\nlinear = true\n";
    let with = |text: &str| {
        let text = format!("version = 1\nextends = [\"org.toml\"]\n{text}");
        parse_among("a.toml", &[("a.toml", &text), ("org.toml", org)])
    };
    for taken in
        ["[roles]\nrelease = [\"mallory\"]\n", "[people.ana]\nemails = [\"m@x.example\"]\n"]
    {
        let problem = with(taken).err().unwrap().0.remove(0);
        assert!(problem.what.ends_with("is someone else in a policy that this one extends"));
        assert_eq!((&*problem.file, problem.line > 2), ("a.toml", true));
    }
    assert_eq!(with("[roles]\nrelease = [\"ana\"]\n").unwrap().people.roles["release"], ["ana"]);
    assert!(with("[roles]\ndba = [\"bo\"]\n").is_ok());
}

#[test]
fn more_files_than_a_reader_can_follow_are_refused() {
    let names: Vec<_> = (0..40).map(|it| format!("{it}.toml")).collect();
    let text = |it: usize| format!("version = 1\nextends = [\"{}.toml\"]\n", it + 1);
    let texts: Vec<_> = (0..40).map(text).collect();
    let files: Vec<_> = names.iter().map(|it| &**it).zip(texts.iter().map(|it| &**it)).collect();
    let found = parse_among("0.toml", &files).err().unwrap();
    assert_eq!(found.0[0].what, "more than 32 policies extend each other");
}

/// Roles that name each other, many times over, are still asked once each.
#[test]
fn a_class_names_no_slash() {
    for (pattern, path, named) in [
        ("a[!b]c", "abc", false),
        ("a[!b]c", "axc", true),
        ("a[!b]c", "a/c", false),
        ("a[^b]c", "a/c", false),
        ("a[!b-d]c[!x]", "acc/", false),
        ("a\\[!b]c", "a[!b]c", true),
        ("a[[!]c", "a!c", true),
        ("a[]!]c", "a!c", true),
        ("a[!]b]c", "a]c", false),
        ("a[!]b]c", "a/c", false),
        ("a[!]b]c", "axc", true),
        ("a[!]]c", "axc", true),
        ("a[!-b]c", "a-c", false),
        ("a[!-b]c", "a/c", false),
        ("a[!-b]c", "aAc", true),
    ] {
        let patterns = PathPatterns::new(&[pattern.to_owned()]).unwrap();
        assert_eq!(patterns.matches(path.into()), named, "{pattern} {path}");
    }
}

#[test]
fn roles_in_a_circle_are_asked_once() {
    let many = ["\"a\"", "\"b\""].repeat(50).join(", ");
    let text = format!("version = 1\n[roles]\na = [{many}]\nb = [{many}, \"ana\"]\n");
    let protect = "[[protect]]\nrefs = [\"main\"]\nlinear = true\n";
    let people = parse(&format!("{text}{protect}")).unwrap().people;
    let facts = refgate::model::Recorded::default();
    let is = |login: &str| {
        let actor = refgate::model::Actor(login.to_owned());
        people.is_one_of(&actor, &["a".to_owned()], &facts).unwrap()
    };
    assert!(is("ana") && !is("bo"));
}

#[test]
fn a_ref_bounds_what_is_new_only_if_it_asks_the_same_of_commits() {
    let policy = parse(
        "version = 1
[[protect]]
refs = [\"**\"]
file-size = { max = \"1MiB\" }
[[protect]]
refs = [\"main\"]
linear = true
[[protect]]
refs = [\"refs/tags/*\", \"release/*\"]
create = \"nobody\"
fast-forward-only = true
[[protect]]
refs = [\"release/*\"]
when = { paths = [\"db/**\"] }
delete = \"nobody\"
",
    )
    .unwrap();
    let covers = |other: &str, one: &str| policy.covers(&other.into(), &one.into());
    assert!(covers("refs/heads/main", "refs/heads/fix"));
    assert!(!covers("refs/heads/fix", "refs/heads/main"), "a laxer branch hides nothing");
    assert!(covers("refs/heads/main", "refs/tags/v1"), "who may create it asks nothing of commits");
    assert!(!covers("refs/heads/main", "refs/heads/release/1"), "`when` looks at all new files");
}
