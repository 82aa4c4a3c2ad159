//! Holds every rule's chapter of the manual to its form, and every rule to the
//! facts that it says it needs.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod watched;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use refgate::model::{
    Actor, Change, Memory, Need, People, Recorded, RefUpdate, Said, Stage, Unknown,
};
use refgate::policy::{self, Asked, Policy};
use refgate::rule::{BUILT_IN, Case, Check, RULES, Spec};
use serde::Deserialize;
use watched::Watched;

#[test]
fn every_example_parses_and_shows_its_rule() {
    for spec in RULES {
        let policy = example(spec);
        let asked = policy.protections.iter().flat_map(|it| &it.rules);
        let names: Vec<_> = asked.map(|it| it.spec.name).collect();
        assert!(names.contains(&spec.name), "{}: the example asks for {names:?}", spec.name);
    }
}

#[test]
fn every_manual_begins_with_a_sentence() {
    for spec in specs() {
        let first = spec.summary();
        let fits = first.ends_with('.') && first.chars().count() <= 80;
        assert!(fits && !first.starts_with('#'), "{}: {first}", spec.name);
        let second = spec.manual.lines().nth(1).unwrap_or_default();
        assert!(second.is_empty(), "{}: the first line goes on: {second}", spec.name);
        assert!(spec.manual.ends_with('\n'), "{}: the last line does not end", spec.name);
        let wide = spec.manual.lines().find(|it| it.chars().count() > 80);
        assert_eq!(wide, None, "{}", spec.name);
    }
}

#[test]
fn every_rule_is_listed_by_family() {
    assert!(RULES.is_sorted_by_key(|it| it.family));
    let names: BTreeSet<_> = specs().map(|it| it.name).collect();
    assert_eq!(names.len(), specs().count(), "a name is used twice");
    for file in fs::read_dir(root().join("src/rule")).unwrap() {
        let path = file.unwrap().path();
        let is_rule = || fs::read_to_string(&path).unwrap().contains("\nimpl Rule for ");
        let name = path.file_stem().unwrap().to_str().unwrap().replace('_', "-");
        if path.is_file() && is_rule() {
            assert!(names.contains(&*name), "add `{name}` to the list in src/rule/mod.rs");
        }
    }
}

/// Where a rule can be decided follows from `NEEDS`, and what a shell gathers too.
/// So it must name what the rule asks for: all, over settings of every kind, and
/// with each settings no more than these say they use.
#[test]
fn every_rule_asks_for_what_it_says_it_needs() {
    let mut wrong = BTreeSet::new();
    let mut asked: BTreeMap<&str, BTreeSet<Need>> = BTreeMap::new();
    let mut ask = |world: &World, spec: &Spec, rule: &dyn Check, people: &People| {
        let asks = world.asked_by(spec, rule, people);
        let uses = rule.uses(people);
        for need in asks.iter().filter(|it| !uses.contains(it)) {
            wrong.insert(format!("`{}` asks for {need} and does not say it uses it", spec.name));
        }
        for need in uses.iter().filter(|it| !spec.needs.contains(it)) {
            wrong.insert(format!("`{}` uses {need} and does not say it needs it", spec.name));
        }
        asked.entry(spec.name).or_default().extend(asks);
    };
    for world in worlds() {
        for (spec, check) in BUILT_IN {
            ask(&world, spec, *check, &People::default());
        }
        for spec in RULES {
            let policy = example(spec);
            policy.asked().for_each(|it| ask(&world, it.spec, &*it.rule, &policy.people));
        }
    }
    for (policy, world) in verdicts() {
        policy.asked().for_each(|it| ask(&world, it.spec, &*it.rule, &policy.people));
    }
    for spec in specs() {
        let asks = asked.remove(spec.name).unwrap_or_default();
        for need in spec.needs.iter().filter(|it| !asks.contains(it)) {
            let name = spec.name;
            wrong.insert(format!(
                "`{name}` says it needs {need} and did not ask for it in any case; \
                 drop it, or write a case into tests/verdicts/{name}.md that uses it"
            ));
        }
    }
    let wrong: Vec<_> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Everything that a policy asks, of whatever refs.
trait AsksRules {
    fn asked(&self) -> impl Iterator<Item = &Asked>;
}

impl AsksRules for Policy {
    fn asked(&self) -> impl Iterator<Item = &Asked> {
        self.protections.iter().flat_map(|it| &it.rules)
    }
}

/// A change, with all that is known about it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct World {
    stage: Stage,
    #[serde(default)]
    at: i64,
    actor: Option<Actor>,
    updates: Vec<RefUpdate>,
    #[serde(default)]
    facts: Recorded,
}

impl World {
    /// The kinds of facts that `rule` asks for when it judges this change, whether
    /// or not the policy would ask it of these refs.
    fn asked_by(&self, spec: &Spec, rule: &dyn Check, people: &People) -> BTreeSet<Need> {
        let mut asked = BTreeSet::new();
        for named in [true, false] {
            let known = self.actor.clone().unwrap_or_else(|| Actor("ana".to_owned()));
            let unknown = Unknown::Failed(Need::Actor, "watched".to_owned());
            for actor in [Ok(known), Err(unknown)] {
                let facts = Watched::new(&self.facts);
                let change = Change {
                    stage: self.stage,
                    actor,
                    updates: self.updates.clone(),
                    at: self.at,
                    facts: &facts,
                    memory: Memory::default(),
                };
                for update in &self.updates {
                    let case = Case { update, change: &change, people, named };
                    let mut said = Said::default();
                    let answer = rule.check(&case, &mut said);
                    let silent =
                        answer.is_ok() && said.reasons.is_empty() && said.unknown.is_empty();
                    assert!(!silent, "`{}` says nothing about {update:?}", spec.name);
                    let unknown = said.unknown.into_iter().chain(answer.err());
                    asked.extend(unknown.filter_map(|it| match it {
                        Unknown::Failed(Need::Actor, _) => Some(Need::Actor),
                        _ => None,
                    }));
                }
                asked.extend(facts.asked.into_inner());
            }
        }
        asked
    }
}

/// Changes of every kind, with all known about them, with nothing known about
/// them, and with only one thing known.
fn worlds() -> Vec<World> {
    let text = fs::read_to_string(root().join("tests/watched/world.toml")).unwrap();
    let read = || toml::from_str::<World>(&text).unwrap();
    let mut worlds = vec![read()];
    let needs = [
        Need::Files,
        Need::Blobs,
        Need::Tree,
        Need::Commits,
        Need::History,
        Need::Objects,
        Need::Refs,
        Need::Incoming,
        Need::PullRequest,
        Need::Teams,
        Need::Approvals,
        Need::Checks,
    ];
    for hidden in needs {
        let mut world = read();
        world.facts.failed.insert(hidden.to_string(), "hidden".to_owned());
        worlds.push(world);
    }
    let mut world = read();
    world.facts.failed = needs.map(|it| (it.to_string(), "hidden".to_owned())).into();
    worlds.push(world);
    worlds
}

/// The policies and changes of `tests/verdicts`.
fn verdicts() -> Vec<(Policy, World)> {
    let mut found = Vec::new();
    for file in fs::read_dir(root().join("tests/verdicts")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for case in text.split("\n## ").skip(1) {
            let block = |tag: &str| {
                let (_, rest) = case.split_once(&format!("```{tag}\n"))?;
                Some(rest.split_once("```")?.0)
            };
            let policy = block("toml policy").unwrap_or_default();
            let policy = policy::parse("refgate.toml", policy, &mut |_| Err(String::new()));
            let world = block("toml change").map(toml::from_str::<World>);
            if let (Ok(policy), Some(Ok(world))) = (policy, world) {
                found.push((policy, world));
            }
        }
    }
    assert!(!found.is_empty(), "the cases in tests/verdicts are not found");
    found
}

/// The policy that a rule's example makes.
fn example(spec: &Spec) -> Policy {
    let blocks = spec.manual.split("```toml\n").skip(1);
    let blocks: Vec<_> = blocks.map(|it| it.split_once("```").expect(spec.name).0).collect();
    assert_eq!(blocks.len(), 1, "`{}` has not one example", spec.name);
    policy(&format!("[roles]\nrelease = [\"ana\"]\n[[protect]]\nrefs = [\"main\"]\n{}", blocks[0]))
}

fn policy(text: &str) -> Policy {
    let text = format!(
        "version = 1\nstages = [\"pre-commit\", \"commit-msg\", \"pre-push\", \"pre-receive\", \
         \"github\"]\n{text}"
    );
    let parsed = policy::parse("example", &text, &mut |_| Err("no files here".to_owned()));
    parsed.unwrap_or_else(|problems| panic!("{problems}"))
}

fn specs() -> impl Iterator<Item = &'static Spec> {
    RULES.iter().chain(BUILT_IN.iter().map(|(spec, _)| spec))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
