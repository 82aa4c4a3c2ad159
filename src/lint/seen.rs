//! What every line of a policy said in every small world.

use std::collections::BTreeMap;

use super::act::Act;
use super::stage::{Group, Theatre, kind};
use crate::model::{About, CheckState, Finding, Origin, Outcome, Part, Stage, Verdict};
use crate::trial::World;

/// What names a demand: where it stands, and which rule it is.
pub(super) type Line = (String, usize, &'static str);

/// What a line said in one world.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Word {
    /// Whether it stopped the change.
    pub(super) stops: bool,
    /// Whether it asked nothing of it.
    pub(super) idle: bool,
    /// Whether it could not be decided there, or left that to another stage.
    pub(super) open: bool,
}

/// What every line said.
pub(super) struct Seen {
    /// By world, by line.
    pub(super) worlds: Vec<BTreeMap<Line, Word>>,
    /// By line and by place in its tree: the part's name, how many people it wants,
    /// and every outcome.
    pub(super) parts: BTreeMap<(Line, String), (String, usize, Vec<Outcome>)>,
    /// By line, whether something could ever be decided, at any stage.
    pub(super) decided: BTreeMap<Line, bool>,
}

pub(super) fn line(origin: &Origin, rule: &'static str) -> Line {
    (origin.file.to_string(), origin.line, rule)
}

impl Seen {
    pub(super) fn new(theatre: &Theatre<'_>) -> Self {
        let (worlds, parts) = (Vec::new(), BTreeMap::new());
        let mut seen = Self { worlds, parts, decided: BTreeMap::new() };
        let github = theatre.policy.stages.contains(&Stage::Github);
        for name in &theatre.refs {
            let plain = if github { theatre.proposals(name) } else { Vec::new() };
            for (_, plain) in plain {
                for scene in scenes(theatre, &plain) {
                    seen.take(&theatre.judge(&scene));
                }
            }
            let others = if github { theatre.proposals_of_others(name) } else { Vec::new() };
            for mut world in others {
                seen.take(&theatre.judge(&world));
                theatre.approved(&mut world, &theatre.crowd.iter().collect::<Vec<_>>());
                seen.take(&theatre.judge(&world));
            }
            for &stage in theatre.policy.stages.iter().filter(|it| **it != Stage::Github) {
                if let Some(world) = theatre.pushed(name, stage) {
                    seen.decided(&theatre.judge(&world));
                }
            }
        }
        seen
    }

    fn take(&mut self, verdict: &Verdict) {
        self.decided(verdict);
        let mut world = BTreeMap::new();
        for finding in verdict.judgments.iter().flat_map(|it| &it.findings) {
            let Some(origin) = &finding.origin else { continue };
            let line = line(origin, finding.rule);
            for (at, part) in finding.parts.iter().enumerate() {
                self.part(&line, &at.to_string(), part);
            }
            world.insert(line, word(finding));
        }
        self.worlds.push(world);
    }

    fn part(&mut self, line: &Line, place: &str, part: &Part) {
        let key = (line.clone(), place.to_owned());
        if part.parts.is_empty() {
            let known = self.parts.entry(key).or_insert((part.name.clone(), 0, Vec::new()));
            known.1 = known.1.max(part.wanted);
            known.2.push(part.outcome);
        }
        for (at, below) in part.parts.iter().enumerate() {
            self.part(line, &format!("{place}.{at}"), below);
        }
    }

    fn decided(&mut self, verdict: &Verdict) {
        for finding in verdict.judgments.iter().flat_map(|it| &it.findings) {
            if let Some(origin) = &finding.origin {
                let known = self.decided.entry(line(origin, finding.rule)).or_default();
                *known |= !word(finding).open;
            }
        }
    }
}

fn word(finding: &Finding) -> Word {
    let open = |it: &crate::model::Reason| {
        it.about == About::Gap || it.decision == crate::model::Decision::Defer
    };
    Word {
        stops: !finding.decision().allows(),
        idle: finding.reasons.iter().all(|it| it.about == About::Scope),
        open: finding.reasons.iter().any(open),
    }
}

/// Worlds around a proposal: who agrees, what the author does, what ran.
fn scenes(theatre: &Theatre<'_>, plain: &World) -> Vec<World> {
    let everyone: Vec<&Group> = theatre.crowd.iter().collect();
    let approved = |world: &World, groups: &[&Group]| {
        let mut world = world.clone();
        theatre.approved(&mut world, groups);
        world
    };
    let mut scenes = vec![plain.clone(), approved(plain, &everyone)];
    scenes.extend(agreed(theatre, plain, &everyone));
    let acts = Act::all(&theatre.words);
    let labels: Vec<_> = acts.iter().filter(|it| matches!(it, Act::Label(_))).collect();
    let bodies: Vec<_> = acts.iter().filter(|it| matches!(it, Act::Body(_))).collect();
    let together = [labels.clone(), bodies].into_iter().filter(|it| it.len() > 1);
    for done in acts.iter().map(|it| vec![it]).chain(together) {
        let world = theatre.acted(plain, done.iter().copied());
        scenes.push(approved(&world, &everyone));
        scenes.push(world);
    }
    let being = |it: &&Act| !labels.is_empty() && (it.is_being() || matches!(it, Act::Join(_)));
    for be in acts.iter().filter(being) {
        let world = theatre.acted(plain, labels.iter().copied().chain([be]));
        scenes.push(approved(&world, &everyone));
    }
    scenes.extend(ran(plain).into_iter().map(|it| approved(&it, &everyone)));
    scenes
}

/// Worlds in which some agree: each group alone, and all but each, whole and in part.
fn agreed(theatre: &Theatre<'_>, plain: &World, everyone: &[&Group]) -> Vec<World> {
    let approved = |groups: &[&Group]| {
        let mut world = plain.clone();
        theatre.approved(&mut world, groups);
        world
    };
    let mut scenes = Vec::new();
    // Whoever is asked for nothing here is like anyone, whose agreement comes first.
    let mut anyone = None;
    for (at, &one) in everyone.iter().enumerate() {
        let alone = approved(&[one]);
        let kind = kind(&theatre.judge(&alone));
        scenes.push(alone);
        if *anyone.get_or_insert_with(|| kind.clone()) == kind && at > 0 {
            continue;
        }
        let mut others = everyone.to_vec();
        others.remove(at);
        scenes.push(approved(&others));
        // All but the last two of them, so that there may be one too few.
        for few in 1..one.members.len().min(4) {
            let some = one.of(few);
            scenes.push(approved(&[&some]));
            let mut mixed = others.clone();
            mixed.push(&some);
            scenes.push(approved(&mixed));
        }
    }
    scenes
}

/// The same with each check red, or missing.
fn ran(plain: &World) -> Vec<World> {
    let mut worlds = Vec::new();
    for (&head, runs) in &plain.facts.checks {
        for at in 0..runs.len() {
            let mut red = plain.clone();
            let mut gone = plain.clone();
            if let Some(run) = red.facts.checks.get_mut(&head).and_then(|it| it.get_mut(at)) {
                run.state = CheckState::Failure;
            }
            if let Some(runs) = gone.facts.checks.get_mut(&head) {
                runs.remove(at);
            }
            worlds.extend([red, gone]);
        }
    }
    worlds
}
