//! Small worlds: what is proposed to which ref, and who says what about it.

use std::cell::Cell;

use toml::{Table, Value};

use super::act::{ALONE, Act, approve, comment, join, permit, update};
use super::words::Words;
use crate::judge::{allows, judge};
use crate::model::{
    Account, Actor, Change, CheckRun, CheckState, Decision, Memory, Need, Outcome, Part,
    Permission, RefName, RefUpdate, Stage, Timestamp, Unknown, Verdict, WorkflowRun,
};
use crate::policy::{Mode, Policy};
use crate::record::{Keep, Record, Terms, judged};
use crate::trial::{World, imagined};

use super::sample;

/// How many of those whom a policy names propose something.
const MOST: usize = 12;

/// A policy, and all that the worlds are made of.
pub(super) struct Theatre<'p> {
    pub(super) policy: &'p Policy,
    pub(super) words: Words,
    pub(super) at: Timestamp,
    /// The refs that are judged: one of each kind that the policy tells apart.
    pub(super) refs: Vec<RefName>,
    /// What is proposed: nothing remarkable, or something that a pattern names.
    pub(super) brought: Vec<Brought>,
    /// Everyone who could agree.
    pub(super) crowd: Vec<Group>,
    /// Where the protection stands that stopped the last change that was stopped.
    stops: Cell<usize>,
}

/// What a change brings.
#[derive(Clone)]
pub(super) struct Brought {
    /// As a report says it.
    pub(super) what: String,
    files: Vec<String>,
    lines: usize,
}

/// People who are alike to the policy.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) members: Vec<Actor>,
    is: Is,
}

#[derive(Clone, Debug)]
enum Is {
    Anyone,
    Named,
    App,
    Id(u64),
    Team(String),
    Organization(String),
    Permission(Permission),
}

impl<'p> Theatre<'p> {
    pub(super) fn new(policy: &'p Policy, at: Timestamp) -> Self {
        let words = Words::of(policy);
        // What denies only later is looked at as it will be.
        let since = policy.protections.iter().filter_map(|it| it.since).max();
        let at = since.map_or(at, |since| at.max(since + 1));
        let refs = refs(policy);
        let brought = brought(&words);
        let crowd = crowd(&words);
        Self { policy, words, at, refs, brought, crowd, stops: Cell::new(0) }
    }

    /// The pull request of one person, that nobody has looked at, with its checks
    /// all green.
    pub(super) fn proposed(&self, to: &RefName, brought: &Brought) -> Option<World> {
        let text = |it: &str| Value::String(it.to_owned());
        let mut said = Table::new();
        said.insert("ref".to_owned(), text(&to.to_string()));
        said.insert("by".to_owned(), text(ALONE));
        let line = "x\n".repeat(brought.lines);
        let files = brought.files.iter().map(|it| (it.clone(), text(&line)));
        said.insert("files".to_owned(), Value::Table(files.collect()));
        let existing = self.words.existing.iter().map(|it| (it.clone(), text("x\n")));
        let mut existing: Table = existing.collect();
        if self.words.owners {
            existing.insert("CODEOWNERS".to_owned(), text("* @code-owner\n"));
        }
        said.insert("existing".to_owned(), Value::Table(existing));
        said.insert("association".to_owned(), text("MEMBER"));
        let tickets = self.words.tickets.join(" ");
        let subject = format!("chore: change what the policy asks about {tickets}");
        let signed = format!("Signed-off-by: {ALONE} <{ALONE}@example.org>");
        let message = format!("{}\n\nMade up by a search.\n\n{signed}\n", subject.trim());
        said.insert("message".to_owned(), text(&message));
        let mut world = imagined(&self.policy.people, Stage::Github, self.at, said).ok()?;
        self.run(&mut world);
        Some(world)
    }

    /// Proposals to a ref, each with what it brings: one of all those of which the
    /// policy says the same while nobody has agreed.
    pub(super) fn proposals(&self, to: &RefName) -> Vec<(Brought, World)> {
        let mut kinds = Vec::new();
        let each = self.brought.iter().filter_map(|it| Some((it.clone(), self.proposed(to, it)?)));
        let new = |(_, world): &(Brought, World)| {
            let kind = kind(&self.judge(world));
            let new = !kinds.contains(&kind);
            if new {
                kinds.push(kind);
            }
            new
        };
        each.filter(new).collect()
    }

    /// Proposals that are wholly the work of someone whom the policy names: one of
    /// all those of which it says the same.
    pub(super) fn proposals_of_others(&self, to: &RefName) -> Vec<World> {
        let mut kinds = Vec::new();
        let mut found = Vec::new();
        let (apps, logins) = (&self.words.apps, &self.words.logins);
        let named = apps.iter().map(|it| (it, Is::App));
        let named = named.chain(logins.iter().map(|it| (it, Is::Named)));
        for plain in self.brought.iter().filter_map(|it| self.proposed(to, it)) {
            for (login, is) in named.clone().take(MOST) {
                let mut world = plain.clone();
                rename(&mut world, login);
                is.apply(&Actor(login.clone()), &mut world);
                let kind = kind(&self.judge(&world));
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                    found.push(world);
                }
            }
        }
        found
    }

    /// A push at an earlier stage.
    pub(super) fn pushed(&self, to: &RefName, stage: Stage) -> Option<World> {
        let text = |it: &str| Value::String(it.to_owned());
        let mut said = Table::new();
        said.insert("ref".to_owned(), text(&to.to_string()));
        said.insert("by".to_owned(), text(ALONE));
        let files = self.words.paths.iter().map(|it| (it.clone(), text("x\n")));
        said.insert("files".to_owned(), Value::Table(files.collect()));
        imagined(&self.policy.people, stage, self.at, said).ok()
    }

    /// Lets every check and workflow run, by whom the policy wants, and be green.
    fn run(&self, world: &mut World) {
        let Some(head) = world.updates.first().and_then(RefUpdate::new_oid) else { return };
        let event = |it: &Option<String>| Some(it.clone().unwrap_or("pull_request".to_owned()));
        let runs = self.words.checks.iter().map(|it| CheckRun {
            name: it.name.clone(),
            app: it.app.or_else(|| it.creator.is_none().then_some(15_368)),
            creator: it.creator.as_ref().map(|it| self.member_of(it)),
            event: event(&it.event),
            workflow: it.workflow.clone(),
            state: CheckState::Success,
            at: Some(self.at - 90),
        });
        world.facts.checks.insert(head, runs.collect());
        let runs = self.words.workflows.iter().map(|it| WorkflowRun {
            path: it.clone(),
            event: "pull_request".to_owned(),
            state: CheckState::Success,
            at: Some(self.at - 90),
        });
        world.facts.workflows.insert(head, runs.collect());
    }

    /// Someone whom an entry of a list of people means.
    fn member_of(&self, entry: &str) -> Actor {
        let people = &self.policy.people;
        let entries = [entry.to_owned()];
        let named = people.members(&entries).first().copied();
        let named = named.unwrap_or(entry).to_owned();
        let of_app = named.strip_prefix("app:").map(|it| Actor(format!("{it}[bot]")));
        of_app.unwrap_or(Actor(named))
    }

    /// The world in which one person has done all this.
    #[expect(clippy::unused_self, reason = "it is asked of the stage")]
    pub(super) fn acted<'a>(
        &self,
        plain: &World,
        acts: impl Iterator<Item = &'a Act> + Clone,
    ) -> World {
        let mut world = plain.clone();
        let login = acts.clone().find_map(|it| match it {
            Act::Be(login) => Some(login.clone()),
            _ => None,
        });
        if let Some(login) = &login {
            rename(&mut world, login);
        }
        let me = Actor(login.unwrap_or_else(|| ALONE.to_owned()));
        acts.for_each(|it| it.apply(&me, &mut world));
        world
    }

    /// Lets these people approve by every way there is, and be who they are.
    pub(super) fn approved(&self, world: &mut World, groups: &[&Group]) {
        let Some(head) = world.updates.first().and_then(RefUpdate::new_oid) else { return };
        let at = world.at;
        for group in groups {
            for who in &group.members {
                group.is.apply(who, world);
                let Some(known) = update(world) else { continue };
                approve(known, &who.0, &self.words.reviews.join("\n"), head, at);
                for text in &self.words.comments {
                    // Some must name the head, and some must say nothing else.
                    let about = format!("{text} {head}");
                    let said = [text, &about].map(|it| comment(who, it, at));
                    known.comments.get_or_insert_default().extend(said);
                }
                Act::State.apply(who, world);
            }
        }
    }

    /// Whether the change may go on, without saying why.
    pub(super) fn allows(&self, world: &World) -> bool {
        allows(self.policy, &change(world), &self.stops)
    }

    pub(super) fn judge(&self, world: &World) -> Verdict {
        judge(self.policy, &change(world))
    }

    /// The world as a file that can be judged again.
    pub(super) fn record(&self, world: &World) -> Option<Record> {
        let judged = judged(self.policy, change(world), Terms::default(), Keep::Everything).ok()?;
        judged.record
    }

    /// Whether a rule that asks for people's agreement holds for a ref.
    pub(super) fn asks_people(&self, name: &RefName) -> bool {
        let enforced = self.policy.protections_of(name).filter(|it| it.mode == Mode::Enforce);
        enforced.flat_map(|it| &it.rules).any(|it| PEOPLE.contains(&it.spec.name))
    }
}

/// The rules that ask for someone's agreement.
pub(super) const PEOPLE: &[&str] = &["approvals", "code-owners"];

/// What the rules and their parts say, but for the words.
pub(super) fn kind(verdict: &Verdict) -> Vec<(Decision, Vec<Outcome>)> {
    let findings = verdict.judgments.iter().flat_map(|it| &it.findings);
    let of = |it: &crate::model::Finding| {
        let mut outcomes = vec![it.outcome()];
        let mut queue: Vec<&Part> = it.parts.iter().collect();
        while let Some(part) = queue.pop() {
            outcomes.push(part.outcome);
            queue.extend(&part.parts);
        }
        (it.decision(), outcomes)
    };
    findings.map(of).collect()
}

fn change(world: &World) -> Change<'_> {
    Change {
        stage: world.stage,
        actor: world.actor.clone().ok_or(Unknown::NotHere(Need::Actor)),
        updates: world.updates.clone(),
        at: world.at,
        facts: &world.facts,
        memory: Memory::default(),
    }
}

impl Brought {
    /// One file, on one line.
    pub(super) fn file(path: &str) -> Self {
        Self { what: path.to_owned(), files: vec![path.to_owned()], lines: 1 }
    }
}

impl Group {
    /// So many of them.
    pub(super) fn of(&self, count: usize) -> Self {
        Self { members: self.members.iter().take(count).cloned().collect(), is: self.is.clone() }
    }
}

/// Makes everything that was done by the one person another's doing.
fn rename(world: &mut World, login: &str) {
    let set = |it: &mut Option<Actor>| {
        if it.as_ref().is_some_and(|it| it.0 == ALONE) {
            *it = Some(Actor(login.to_owned()));
        }
    };
    set(&mut world.actor);
    let Some(known) = update(world) else { return };
    if let Some(proposal) = &mut known.proposal {
        proposal.author = Actor(login.to_owned());
    }
    known.pushes.iter_mut().flatten().for_each(|it| set(&mut it.by));
    for it in known.provenance.iter_mut().flat_map(|it| it.values_mut()) {
        set(&mut it.author);
        set(&mut it.committer);
    }
}

impl Is {
    fn apply(&self, who: &Actor, world: &mut World) {
        let facts = &mut world.facts;
        match self {
            Self::Anyone | Self::Named => {}
            Self::App => {
                let bot = Account { id: None, bot: true };
                facts.accounts.get_or_insert_default().insert(who.0.clone(), bot);
            }
            Self::Id(id) => {
                let account = Account { id: Some(*id), bot: false };
                facts.accounts.get_or_insert_default().insert(who.0.clone(), account);
            }
            Self::Team(team) => join(&mut facts.teams, team, who),
            Self::Organization(name) => join(&mut facts.organizations, name, who),
            Self::Permission(level) => permit(facts, who, *level),
        }
    }
}

/// One branch of each kind that the protections tell apart.
fn refs(policy: &Policy) -> Vec<RefName> {
    let patterns = policy.protections.iter().flat_map(|it| &it.refs.full);
    let witnesses = patterns.filter_map(|it| sample::name(it));
    let other = RefName::new("refs/heads/witness");
    let mut kinds: Vec<Vec<bool>> = Vec::new();
    let mut found = Vec::new();
    for name in witnesses.chain([other]).filter(|it| it.branch().is_some()) {
        let kind: Vec<_> = policy.protections.iter().map(|it| it.refs.matches(&name)).collect();
        if kind.contains(&true) && !kinds.contains(&kind) {
            kinds.push(kind);
            found.push(name);
        }
    }
    found
}

fn brought(words: &Words) -> Vec<Brought> {
    let of = |what: String, files: Vec<String>, lines| Brought { what, files, lines };
    let plain = "witness/plain.txt".to_owned();
    let mut all = vec![of("any file".to_owned(), vec![plain.clone()], 1)];
    let paths = words.paths.iter();
    all.extend(paths.clone().map(|it| of(it.clone(), vec![it.clone()], 1)));
    if words.paths.len() > 1 {
        let mut every = words.paths.clone();
        every.push(plain);
        all.push(of("files of every kind".to_owned(), every, 1));
    }
    let many = (0..120).map(|it| format!("witness/{it}.txt")).collect();
    all.push(of("many files and lines".to_owned(), many, 20));
    all
}

fn crowd(words: &Words) -> Vec<Group> {
    let count = words.count + 1;
    let several = |stem: &str| -> Vec<Actor> {
        let stem: String =
            stem.chars().map(|it| if it.is_alphanumeric() { it } else { '-' }).collect();
        (1..=count).map(|it| Actor(format!("{}-{it}", stem.trim_start_matches('-')))).collect()
    };
    let one = |login: &String| vec![Actor(login.clone())];
    let mut groups = vec![Group { members: several("helper"), is: Is::Anyone }];
    let mut add = |members, is| groups.push(Group { members, is });
    words.logins.iter().for_each(|it| add(one(it), Is::Named));
    words.apps.iter().for_each(|it| add(one(it), Is::App));
    words.ids.iter().for_each(|(login, id)| add(one(login), Is::Id(*id)));
    words.teams.iter().for_each(|it| add(several(it), Is::Team(it.clone())));
    for it in &words.organizations {
        add(several(it), Is::Organization(it.clone()));
    }
    for it in &words.permissions {
        if let Some(level) = Permission::named(it) {
            add(several(it), Is::Permission(level));
        }
    }
    if words.owners {
        add(vec![Actor("code-owner".to_owned())], Is::Named);
    }
    groups
}
