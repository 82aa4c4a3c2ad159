//! Holds every rule's chapter of the manual to its form, and every rule to the
//! facts that it says it needs.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod cases;
mod watched;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use cases::{NEEDS, World};
use refgate::model::{Actor, Change, Memory, Need, People, Said, Unknown};
use refgate::policy::{Asked, Policy};
use refgate::rule::{BUILT_IN, Case, Check, RULES, Spec};
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
    }
}

#[test]
fn every_rule_is_listed_by_family() {
    assert!(RULES.is_sorted_by_key(|it| it.family));
    let names: BTreeSet<_> = specs().map(|it| it.name).collect();
    assert_eq!(names.len(), specs().count(), "a name is used twice");
    for file in fs::read_dir(cases::root().join("src/rule")).unwrap() {
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
        let asks = asked_by(world, spec, rule, people);
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

/// The kinds of facts that `rule` asks for when it judges this change, whether
/// or not the policy would ask it of these refs.
fn asked_by(world: &World, spec: &Spec, rule: &dyn Check, people: &People) -> BTreeSet<Need> {
    let mut asked = BTreeSet::new();
    for named in [true, false] {
        let known = world.actor.clone().unwrap_or_else(|| Actor("ana".to_owned()));
        let unknown = Unknown::Failed(Need::Actor, "watched".to_owned());
        for actor in [Ok(known), Err(unknown)] {
            let facts = Watched::new(&world.facts);
            let change = Change {
                stage: world.stage,
                actor,
                updates: world.updates.clone(),
                at: world.at,
                facts: &facts,
                memory: Memory::default(),
            };
            for update in &world.updates {
                let case = Case { update, change: &change, people, named };
                let mut said = Said::default();
                let answer = rule.check(&case, &mut said);
                let silent = answer.is_ok() && said.reasons.is_empty() && said.unknown.is_empty();
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
/// Changes of every kind, with all known about them, with all but one thing known,
/// and with nothing known.
fn worlds() -> Vec<World> {
    let mut worlds = vec![World::of_everything()];
    for hidden in NEEDS {
        let mut world = World::of_everything();
        world.facts.failed.insert(hidden.to_string(), "hidden".to_owned());
        worlds.push(world);
    }
    let mut world = World::of_everything();
    world.facts.failed = NEEDS.map(|it| (it.to_string(), "hidden".to_owned())).into();
    worlds.push(world);
    worlds
}

/// The policies of the verdict cases, with their changes as they are and with
/// nothing remarkable where nothing is recorded.
fn verdicts() -> Vec<(Policy, World)> {
    let cases = cases::written().into_iter().filter_map(|(policy, world)| {
        let policies = [cases::parse(&policy).ok()?, cases::parse(&policy).ok()?];
        Some(policies.into_iter().zip([world.clone(), world.filled()]))
    });
    cases.flatten().collect()
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
    cases::parse(&text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn specs() -> impl Iterator<Item = &'static Spec> {
    RULES.iter().chain(BUILT_IN.iter().map(|(spec, _)| spec))
}
