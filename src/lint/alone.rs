//! Whether one person can let in what they wrote.

use super::act::Act;
use super::stage::{Brought, PEOPLE, Theatre};
use super::{Finding, Kind, Severity};
use crate::model::{Origin, Permission, RefName, Verdict};
use crate::policy::Mode;
use crate::trial::World;

/// How many worlds are judged for one policy, and at least for one change of it.
const BUDGET: usize = 12_000;
const LEAST: usize = 300;

/// How many worlds are judged for one change at most.
const MOST: usize = 2_500;

/// Ways for one person alone to land what somebody else must agree to.
pub(super) fn findings(theatre: &Theatre<'_>) -> Vec<Finding> {
    let acts = Act::all(&theatre.words);
    let asked: Vec<_> = theatre.refs.iter().filter(|it| theatre.asks_people(it)).collect();
    let proposals = asked.into_iter().flat_map(|name| {
        let waits = |it: &(_, World)| waits_for_people(&theatre.judge(&it.1));
        let proposals = theatre.proposals(name).into_iter().filter(waits);
        proposals.map(move |(brought, plain)| (name, brought, plain))
    });
    let proposals: Vec<_> = proposals.collect();
    let each = (BUDGET / proposals.len().max(1)).clamp(LEAST, MOST);
    let mut found: Vec<(Finding, Vec<Act>)> = Vec::new();
    for (name, brought, plain) in &proposals {
        let search = Search { theatre, plain, acts: &acts };
        let Some(way) = search.way(each) else { continue };
        let (finding, way) = search.tell(name, brought, way);
        let known = found.iter().any(|(it, other)| {
            *other == way && it.lines == finding.lines || it.origin == finding.origin
        });
        if !known {
            found.push((finding, way));
        }
    }
    found.into_iter().map(|(it, _)| it).collect()
}

/// Whether someone must agree first.
fn waits_for_people(verdict: &Verdict) -> bool {
    let findings = verdict.judgments.iter().flat_map(|it| &it.findings);
    let mut stops = findings.filter(|it| !it.decision().allows());
    stops.any(|it| PEOPLE.contains(&it.rule))
}

struct Search<'s> {
    theatre: &'s Theatre<'s>,
    plain: &'s World,
    acts: &'s [Act],
}

impl Search<'_> {
    /// Acts that together let the change in, none of which can be left out.
    fn way(&self, budget: usize) -> Option<Vec<Act>> {
        let mut left = budget;
        let mut seen = std::collections::HashSet::new();
        let mut layer = self.starts();
        for depth in 0..=3 {
            let mut next = Vec::new();
            for set in layer {
                if !seen.insert(set.clone()) {
                    continue;
                }
                if left == 0 {
                    return None;
                }
                left -= 1;
                if self.lands(&set) {
                    return Some(self.least(set));
                }
                if depth < 3 && seen.len() + next.len() < 4 * budget {
                    next.extend((0..self.acts.len()).map(|at| self.turned(&set, at)));
                }
            }
            layer = next;
        }
        None
    }

    /// Nothing; all that says that one agrees, by whoever may; and everything.
    fn starts(&self) -> Vec<Vec<bool>> {
        let with = |wanted: &dyn Fn(&Act) -> bool| {
            let mut set = vec![false; self.acts.len()];
            for at in 0..self.acts.len() {
                if wanted(&self.acts[at]) && !self.excluded(&set, at) {
                    set[at] = true;
                }
            }
            set
        };
        let agrees = |it: &Act| it.agrees() || it.is_being() && !matches!(it, Act::Be(_));
        let more = |it: &Act| agrees(it) || matches!(it, Act::Label(_) | Act::Bot | Act::Body(_));
        vec![with(&|_| false), with(&agrees), with(&more)]
    }

    fn excluded(&self, set: &[bool], at: usize) -> bool {
        (0..set.len()).any(|it| set[it] && it != at && self.acts[it].excludes(&self.acts[at]))
    }

    /// The same with one act more, in place of what it excludes, or one less.
    fn turned(&self, set: &[bool], at: usize) -> Vec<bool> {
        let mut turned = set.to_vec();
        if !set[at] {
            for (other, done) in turned.iter_mut().enumerate() {
                *done &= !self.acts[other].excludes(&self.acts[at]);
            }
        }
        turned[at] = !set[at];
        turned
    }

    fn lands(&self, set: &[bool]) -> bool {
        let done = self.acts.iter().zip(set).filter(|(_, done)| **done).map(|(act, _)| act);
        self.allows(&self.theatre.acted(self.plain, done))
    }

    fn allows(&self, world: &World) -> bool {
        self.theatre.allows(world)
    }

    /// Leaves out what need not be done, the strangest first.
    fn least(&self, mut set: Vec<bool>) -> Vec<Act> {
        loop {
            let before = set.clone();
            for at in (0..set.len()).rev().filter(|it| before[*it]) {
                set[at] = false;
                set[at] = !self.lands(&set);
            }
            if set == before {
                break;
            }
        }
        let done = self.acts.iter().zip(&set).filter(|(_, done)| **done);
        let mut way: Vec<_> = done.map(|(act, _)| act.clone()).collect();
        if let Some(at) = way.iter().position(|it| matches!(it, Act::Permission(_))) {
            use Permission::{Maintain, Read, Triage, Write};
            for level in [Read, Triage, Write, Maintain] {
                let mut less = way.clone();
                less[at] = Act::Permission(level);
                if self.allows(&self.theatre.acted(self.plain, less.iter())) {
                    way = less;
                    break;
                }
            }
        }
        way
    }

    fn tell(&self, name: &RefName, brought: &Brought, way: Vec<Act>) -> (Finding, Vec<Act>) {
        let world = self.theatre.acted(self.plain, way.iter());
        let verdict = self.theatre.judge(&world);
        let lines = let_through(&verdict, &self.theatre.judge(self.plain));
        let origin = lines.first().map(|(origin, _)| origin.clone());
        // What no protection names is not searched, so there is one.
        let origin = origin.unwrap_or_else(|| self.theatre.policy.protections[0].origin.clone());
        let acts: Vec<_> = way.iter().map(ToString::to_string).collect();
        let what = format!(
            "the author alone can reach allowed on {name}, with {}, by: {}",
            brought.what,
            acts.join(", ")
        );
        let mut finding =
            Finding::new(Kind::SelfApprovable, Severity::Error, &origin, what, hint(&way));
        finding.lines = lines;
        finding.world = self.theatre.record(&world).map(Box::new);
        (finding, way)
    }
}

/// The lines that stood in the way at first and do no more, and what they say.
fn let_through(now: &Verdict, before: &Verdict) -> Vec<(Origin, String)> {
    let findings = |of: &Verdict| -> Vec<_> {
        of.judgments.iter().flat_map(|it| it.findings.clone()).collect()
    };
    let (now, before) = (findings(now), findings(before));
    let stood = |origin: &Origin, rule: &str| {
        before.iter().any(|it| {
            it.rule == rule && it.origin.as_ref() == Some(origin) && !it.decision().allows()
        })
    };
    let told = now.iter().filter_map(|it| {
        let origin = it.origin.clone().filter(|origin| stood(origin, it.rule))?;
        let what = it.reasons.first().map(|it| it.what.clone()).unwrap_or_default();
        Some((origin, format!("{}: {what}", it.rule)))
    });
    told.collect()
}

fn hint(way: &[Act]) -> &'static str {
    let has = |of: fn(&Act) -> bool| way.iter().any(of);
    let agrees = has(|it| it.agrees() || matches!(it, Act::Body(_)));
    if has(|it| matches!(it, Act::Label(_))) {
        "ask with `labels-set-by` whose labels count, or let no label make it milder"
    } else if has(|it| matches!(it, Act::Bot)) {
        "drop `allow-bots`, and name in `from` the bots whose word counts"
    } else if has(|it| matches!(it, Act::Hide)) {
        "drop `unattributed`: a commit of nobody known may be anyone's"
    } else if has(|it| matches!(it, Act::Forge(_))) {
        "ask with `signatures` or `pushed-by` who it was: anyone can write a name into a commit"
    } else if has(|it| matches!(it, Act::Join(_))) {
        "ask who contributed with `only-contributors`, and let contributors not approve"
    } else if has(|it| matches!(it, Act::Status(_))) {
        "name the `app` that runs the check"
    } else if agrees {
        "drop `allow-author` and `allow-contributor`, or ask for a second approval"
    } else if way.iter().all(Act::is_being) {
        "leave no one out, or say in an exemption until when and why"
    } else {
        "let nothing that the author chooses make it milder"
    }
}

/// Checks that whoever pushes can report themselves.
pub(super) fn reported(theatre: &Theatre<'_>) -> Vec<Finding> {
    let all = Act::all(&theatre.words);
    let statuses: Vec<_> = all.into_iter().filter(|it| matches!(it, Act::Status(_))).collect();
    let mut found: Vec<Finding> = Vec::new();
    let proposals = |name| theatre.proposals(name).into_iter().map(move |it| (name, it.1));
    for (name, mut none) in theatre.refs.iter().flat_map(proposals) {
        let own = |it: &crate::model::CheckRun| {
            statuses.iter().any(|act| matches!(act, Act::Status(name) if *name == it.name))
        };
        none.facts.checks.values_mut().for_each(|it| it.retain(|run| !own(run)));
        theatre.approved(&mut none, &theatre.crowd.iter().collect::<Vec<_>>());
        let forged = theatre.acted(&none, statuses.iter());
        let (before, now) = (theatre.judge(&none), theatre.judge(&forged));
        let lines = let_through(&now, &before);
        let lines = lines.into_iter().filter(|(_, what)| what.starts_with("checks:"));
        for (origin, _) in lines {
            if found.iter().any(|it| it.origin == origin) {
                continue;
            }
            let what = format!("whoever may push can report these checks of {name} themselves");
            let hint = "name the `app` that runs each: { name = \"build\", app = 15368 }";
            let mut finding = Finding::warning(Kind::SelfReported, &origin, what, hint);
            finding.world = theatre.record(&forged).map(Box::new);
            found.push(finding);
        }
    }
    found
}

/// Whether a change of the policy itself needs nobody, where others do.
pub(super) fn unguarded(theatre: &Theatre<'_>) -> Vec<Finding> {
    let policy = theatre.policy;
    let Some(file) = policy.files.first().map(|it| it.name.clone()) else { return Vec::new() };
    let enforced = policy.protections.iter().filter(|it| it.mode == Mode::Enforce);
    let people = enforced.filter(|it| it.rules.iter().any(|it| PEOPLE.contains(&it.spec.name)));
    for protection in people {
        let Some(name) = theatre.refs.iter().find(|it| protection.refs.matches(it)) else {
            continue;
        };
        // What reports call it may be a path that the repository does not know.
        let own = file.rsplit('/').next().unwrap_or(&file);
        let Some(plain) = theatre.proposed(name, &Brought::file(own)) else { continue };
        if theatre.judge(&plain).decision().allows() {
            let what = format!("a change of {own} on {name} needs nobody's approval");
            let hint = "ask for approvals of it: `when = { paths = [\"/refgate.toml\"] }`";
            let mut finding =
                Finding::warning(Kind::UnguardedPolicy, &protection.origin, what, hint);
            finding.world = theatre.record(&plain).map(Box::new);
            return vec![finding];
        }
    }
    Vec::new()
}
