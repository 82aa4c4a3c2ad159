//! Policies and changes by chance.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;
use std::sync::LazyLock;

use bstr::BStr;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use refgate::model::{
    Account, Actor, Change, CheckRun, CheckState, Comment, Commit, Content, Entry, Fact, Facts,
    FileChange, Incoming, Lines, Memory, MergeGroup, Need, Oid, Opinion, Peeled, Permission,
    Proposal, Provenance, PullRequest, Push, RecordedUpdate, RefName, RefUpdate, Repository,
    Review, Stage, Statement, Thread, Unknown, WorkflowRun,
};
use refgate::policy::Policy;
use refgate::rule::RULES;

use crate::cases::{self, World};

/// Refs that protections name.
const REFS: &[&str] =
    &["main", "**", "topic/**", "release/*", "refs/tags/**", "refs/notes/**", "{main,gone}"];

/// Conditions that protections have.
const WHENS: &[&str] = &[
    "{ paths = [\"a.txt\"] }",
    "{ only-paths = [\"docs/**\", \"a.txt\"] }",
    "{ message = \"feat|wip\" }",
    "{ pusher = [\"ana\"] }",
    "{ pusher = [\"@acme/release\", \"bo\"] }",
    "{ not = { paths = [\"gone.txt\"] } }",
    "{ any = [{ paths = [\"big.bin\"] }, { message = \"nothing\" }] }",
    "{ all = [{ not = { pusher = [\"eve\"] } }, { paths = [\"*\"] }] }",
    "{ changes = { path-patterns = [\"\\\\.txt$\"], status = [\"modified\"] } }",
    "{ only-contributors = [\"ana\", \"@acme/release\"] }",
    "{ any = [{ author = [\"ana\"] }, { contributor = [\"bo\"] }, { labels = [\"x\"] }] }",
    "{ lines = { total = \"< 100\" }, files = \"< 10\", fork = false }",
    "{ checks = { names = [\"build\"] }, signatures = { valid = false } }",
    "{ not = { any = [{ age = \"> 1d\" }, { unresolved-threads = \"> 0\" }] } }",
];

/// People that settings of the pool may name.
const PEOPLE: &str = "
[roles]
release = [\"@acme/release-managers\", \"ana\"]
dba = [\"@acme/dba\", \"bo\"]
engineers = [\"ana\", \"bo\", \"cy\"]
[people.ana]
emails = [\"ana@example.com\", \"ana@acme.example\"]
";

/// Every way of asking for a rule that the manual and the cases show.
static POOL: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let manuals = RULES.iter().map(|spec| {
        let (_, rest) = spec.manual.split_once("```toml\n").unwrap();
        let example = rest.split_once("```").unwrap().0;
        format!("version = 1\n{PEOPLE}[[protect]]\nrefs = [\"main\"]\n{example}")
    });
    let texts = cases::written().into_iter().map(|(policy, _)| policy).chain(manuals);
    let policies = texts.filter_map(|it| cases::parse(&staged(&it)).ok());
    let asked = policies.flat_map(|it| it.protections).flat_map(|it| it.rules);
    let asked = asked.map(|it| (it.spec.name.to_owned(), it.settings.to_string()));
    let alone = |(name, settings): &(String, String)| {
        let text = format!("{PEOPLE}[[protect]]\nrefs = [\"main\"]\n{name} = {settings}\n");
        cases::parse(&staged(&format!("version = 1\n{text}"))).is_ok()
    };
    let pool: BTreeSet<_> = asked.filter(alone).collect();
    pool.into_iter().collect()
});

/// The same policy, enforced everywhere.
fn staged(text: &str) -> String {
    let text: Vec<_> = text.lines().filter(|it| !it.starts_with("stages")).collect();
    let stages: Vec<_> = Stage::ALL.iter().map(|it| format!("\"{it}\"")).collect();
    format!("stages = [{}]\n{}\n", stages.join(", "), text.join("\n"))
}

/// The changes that are judged.
static WORLDS: LazyLock<Vec<World>> = LazyLock::new(|| {
    let cases = cases::written().into_iter().map(|(_, world)| world.filled());
    let some = |it: &World| !it.updates.is_empty();
    std::iter::once(World::of_everything()).chain(cases).filter(some).collect()
});

/// A protection, written in TOML.
#[derive(Clone, Debug)]
pub(crate) struct Protection {
    pub(crate) refs: String,
    pub(crate) when: Option<&'static str>,
    pub(crate) soft: Option<&'static str>,
    pub(crate) rules: Vec<(String, String)>,
}

impl Protection {
    pub(crate) fn toml(&self) -> String {
        let Self { refs, when, soft, rules } = self;
        // With or without a condition, rules stand on the same line.
        let when = when.map(|it| format!("when = {it}")).unwrap_or_default();
        let soft = soft.map(|it| format!("{it}\n")).unwrap_or_default();
        let rules: String = rules.iter().map(|(name, it)| format!("{name} = {it}\n")).collect();
        format!("[[protect]]\nrefs = [\"{refs}\"]\n{when}\n{soft}{rules}")
    }
}

/// A policy of these protections, enforced at these stages or, if a rule could be
/// decided at none of them, everywhere.
pub(crate) fn policy(stages: &[Stage], protections: &[Protection]) -> Policy {
    written(stages, protections, "")
}

/// The same, with exemptions for everyone in a team and for one file.
pub(crate) fn lenient(stages: &[Stage], protections: &[Protection]) -> Policy {
    let exempt = |(name, _): &(String, String)| {
        format!(
            "[[exempt]]\nrule = \"{name}\"\nactors = [\"@acme/release\"]\n\
             until = 2099-01-01\nwhy = \"they know\"\n[[exempt]]\nrule = \"{name}\"\n\
             paths = [\"a.txt\"]\nuntil = 2099-01-01\nwhy = \"it is old\"\n"
        )
    };
    let rules = protections.iter().flat_map(|it| &it.rules);
    written(stages, protections, &rules.map(exempt).collect::<String>())
}

fn written(stages: &[Stage], protections: &[Protection], more: &str) -> Policy {
    let none = protections.is_empty();
    let mut protections: String = protections.iter().map(Protection::toml).collect();
    if none {
        protections = "[[protect]]\nrefs = [\"**\"]\nlinear = true\n".into();
    }
    let body = format!("version = 1\n{PEOPLE}{protections}{more}");
    let stages: Vec<_> = stages.iter().map(|it| format!("\"{it}\"")).collect();
    let some = format!("stages = [{}]\n{body}", stages.join(", "));
    let policy = cases::parse(&some).or_else(|_| cases::parse(&staged(&body)));
    let mut policy = policy.unwrap_or_else(|problems| panic!("{problems}"));
    // Nobody can write a policy that protects nothing; tests fill it themselves.
    if none {
        policy.protections.clear();
    }
    policy
}

/// A protection with one to three rules, each once.
pub(crate) fn protection() -> impl Strategy<Value = Protection> {
    let some = |of: &'static [&'static str]| proptest::sample::select(of);
    let soft = some(&["mode = \"warn\"", "since = 2020-01-01", "since = 2099-01-01"]);
    let rules = vec(any::<Index>(), 1..=3);
    let soft = proptest::option::weighted(0.25, soft);
    let when = proptest::option::weighted(0.3, some(WHENS));
    (some(REFS), when, soft, rules).prop_map(|(refs, when, soft, rules)| {
        let mut chosen: Vec<(String, String)> = Vec::new();
        for (name, settings) in rules.iter().map(|it| it.get(&POOL)) {
            if chosen.iter().all(|(it, _)| it != name) {
                chosen.push((name.clone(), settings.clone()));
            }
        }
        Protection { refs: refs.to_owned(), when, soft, rules: chosen }
    })
}

/// One to four protections.
pub(crate) fn protections() -> impl Strategy<Value = Vec<Protection>> {
    vec(protection(), 1..=4)
}

/// Some stages at which a policy is enforced.
pub(crate) fn stages() -> impl Strategy<Value = Vec<Stage>> {
    subsequence(Stage::ALL.to_vec(), 1..=Stage::ALL.len())
}

/// A change at a stage, and which of its facts are known there.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) world: World,
    pub(crate) hidden: Hidden,
}

/// Which facts are not known: as many of 8 as it says, chosen by chance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hidden {
    pub(crate) eighths: u64,
    pub(crate) seed: u64,
    /// Whether what is not known was tried to find out.
    pub(crate) failed: bool,
}

impl Hidden {
    /// Nothing is hidden.
    pub(crate) const NOTHING: Self = Self { eighths: 0, seed: 0, failed: false };

    /// Why the fact is not known, if it is not.
    fn unknown(self, need: Need, what: impl Hash) -> Option<Unknown> {
        let mut hasher = DefaultHasher::new();
        (self.seed, need.to_string(), what).hash(&mut hasher);
        let failed = || match self.failed {
            true => Unknown::Failed(need, "the disk is on fire".to_owned()),
            false => Unknown::NotHere(need),
        };
        (hasher.finish() % 8 < self.eighths).then(failed)
    }
}

/// A change of the pool at `stage`, with its updates in any order.
pub(crate) fn world(stages: Vec<Stage>) -> impl Strategy<Value = World> {
    let stage = proptest::sample::select(stages);
    let actor = proptest::sample::select(&["ana", "bo", "eve"][..]);
    let actor = proptest::option::weighted(0.9, actor);
    (any::<Index>(), stage, actor, any::<u64>()).prop_map(|(which, stage, actor, seed)| {
        let mut world = which.get(&WORLDS).clone();
        world.stage = stage;
        world.actor = actor.map(|it| Actor(it.to_owned()));
        let team = || vec![Actor("ana".to_owned())];
        world.facts.teams.entry("@acme/release".to_owned()).or_insert_with(team);
        world.updates.sort_by_key(|it| {
            let mut hasher = DefaultHasher::new();
            (seed, it.name.to_string()).hash(&mut hasher);
            hasher.finish()
        });
        world
    })
}

/// What is hidden, from nothing to all.
pub(crate) fn hidden() -> impl Strategy<Value = Hidden> {
    (0..=8_u64, any::<u64>(), any::<bool>()).prop_map(|(eighths, seed, failed)| Hidden {
        eighths,
        seed,
        failed,
    })
}

/// People who say and do something, in whatever letter case.
const PEOPLE_THERE: &[&str] = &["ana", "Bo", "bo", "cy", "eve", "", "renovate[bot]"];

/// A word in a review: whose, which, when, about which commit.
type Said = (&'static str, Opinion, Option<i64>, Option<bool>);

/// What else was said and done: comments, pushes, who wrote commits, whether the
/// earlier head brought the same, who proposed it.
type Done = (
    Vec<(&'static str, &'static str, i64)>,
    Vec<(&'static str, Option<i64>)>,
    Vec<(&'static str, &'static str)>,
    bool,
    &'static str,
);

fn some(of: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(of)
}

fn said() -> impl Strategy<Value = Said> {
    let opinion = proptest::sample::select(
        &[
            Opinion::Approved,
            Opinion::Approved,
            Opinion::Approved,
            Opinion::Commented,
            Opinion::Dismissed,
            Opinion::ChangesRequested,
            Opinion::Unsubmitted,
        ][..],
    );
    let at = proptest::option::weighted(0.9, 0..7_i64);
    (some(PEOPLE_THERE), opinion, at, proptest::option::of(any::<bool>()))
}

fn done() -> impl Strategy<Value = Done> {
    let text = some(&[":+1:", "> :+1:", "`:+1:`", "/hold", "/go", "looks fine"]);
    let pushes = vec((some(PEOPLE_THERE), proptest::option::weighted(0.9, 0..6_i64)), 0..4);
    let wrote = vec((some(PEOPLE_THERE), some(PEOPLE_THERE)), 0..4);
    let comments = vec((some(PEOPLE_THERE), text, 0..7_i64), 0..4);
    (comments, pushes, wrote, any::<bool>(), some(PEOPLE_THERE))
}

/// Words, pushes and checks by chance, for whatever a change would move a ref to.
pub(crate) fn with_evidence(given: Given) -> impl Strategy<Value = Given> {
    let state = proptest::sample::select(
        &[CheckState::Success, CheckState::Success, CheckState::Running, CheckState::Failure][..],
    );
    let runs = vec((some(&["build", "test"]), state), 0..4);
    (Just(given), vec(said(), 0..7), done(), runs).prop_map(|(mut given, said, done, runs)| {
        let World { updates, facts, .. } = &mut given.world;
        for update in updates {
            let Some(new) = update.new_oid() else { continue };
            let other = update.old.unwrap_or(new);
            let known = facts.update.entry(update.name.to_string()).or_default();
            spoken(known, &said, &done, [other, new]);
            let run = |(name, state): &(&str, CheckState)| CheckRun {
                name: (*name).to_owned(),
                app: None,
                creator: None,
                event: None,
                workflow: None,
                state: *state,
                at: None,
            };
            facts.checks.insert(new, runs.iter().map(run).collect());
        }
        given
    })
}

/// Records what was said and done about one ref.
fn spoken(known: &mut RecordedUpdate, said: &[Said], done: &Done, heads: [Oid; 2]) {
    let actor = |it: &str| Actor(it.to_owned());
    let named = |it: &str| Some(actor(it)).filter(|it| !it.is_ghost());
    let [other, new] = heads;
    let (comments, pushes, wrote, same, author) = done;
    let review = |(by, state, at, fresh): &Said| Review {
        by: actor(by),
        state: *state,
        was: None,
        at: *at,
        body: String::new(),
        edited: None,
        commit: fresh.map(|fresh| if fresh { new } else { other }),
    };
    known.reviews = Some(said.iter().map(review).collect());
    let comment = |(by, body, at): &(&str, &str, i64)| Comment {
        by: actor(by),
        at: Some(*at),
        body: (*body).to_owned(),
        edited: None,
        hidden: false,
    };
    known.comments = Some(comments.iter().map(comment).collect());
    let push = |(number, (by, at)): (usize, &(&str, Option<i64>))| Push {
        before: None,
        after: if number + 1 == pushes.len() { new } else { other },
        at: at.map(|it| it + i64::try_from(number).unwrap() * 10),
        by: named(by),
        triggered_by: None,
    };
    known.pushes = Some(pushes.iter().enumerate().map(push).collect());
    let commits = known.commits.iter().flatten().filter_map(|it| it.oid);
    let made = commits.zip(wrote).map(|(oid, (author, committer))| {
        let (author, committer) = (named(author), named(committer));
        (oid, Provenance { author, committer, ..Provenance::default() })
    });
    known.provenance = Some(made.collect());
    let content = |same: bool| Content::named(if same { "c0" } else { "c1" }.parse().unwrap());
    known.contents = [(other, content(*same)), (new, content(true))].into();
    known.proposal = Some(Proposal { author: actor(author), ..Proposal::default() });
}

/// Ways of asking people.
const ASKED: &[(&str, &str)] = &[
    ("approvals", "{ count = 1 }"),
    ("approvals", "{ count = 2, from = [\"engineers\"] }"),
    ("approvals", "{ count = 3, from = [\"engineers\"], invalidate = \"push\" }"),
    ("approvals", "{ count = 1, invalidate = \"none\", unattributed = \"ignore\" }"),
    ("approvals", "{ count = 1, allow-author = true, unattributed = \"pusher\" }"),
    ("approvals", "{ count = 1, allow-contributor = true, last-pusher = \"allowed\" }"),
    ("approvals", "{ count = 1, last-pusher = \"excluded\", allow-bots = true }"),
    ("approvals", "{ count = 1, from = [\"app:renovate\", \"@acme/release\"] }"),
    ("approvals", "{ count = 1, methods = { review = false, comments = [\":+1:\"] } }"),
    ("approvals", "{ each = [\"ana\", \"engineers\"] }"),
    ("approvals", "{ each = [\"ana\", \"engineers\"], distinct = false }"),
    ("approvals", "[{ from = [\"ana\"] }, { any-of = [{ count = 2 }, { from = [\"bo\"] }] }]"),
    ("approvals", "{ all-of = [{ from = [\"ana\"] }, { count = 2 }], distinct = true }"),
    ("approvals", "{ any-of = [{ count = 0, when = { paths = [\"a.txt\"] } }, { count = 1 }] }"),
    ("approvals", "{ count = 1, requires = { checks = { names = [\"build\"] } } }"),
    ("changes-requested", "true"),
    ("changes-requested", "{ from = [\"engineers\"] }"),
    ("veto", "{ from = [\"bo\", \"cy\"], methods = { comments = [\"/hold\"] } }"),
    ("veto", "{ from = [\"bo\", \"cy\"], revoke = \"any\" }"),
    ("separate", "[\"author\", \"approver\"]"),
    ("separate", "[\"author\", \"approver\", \"merger\"]"),
];

/// A protection of every ref that asks people and for checks.
pub(crate) fn people_and_checks() -> impl Strategy<Value = Protection> {
    proptest::sample::select(ASKED).prop_map(|(rule, settings)| Protection {
        refs: "**".to_owned(),
        when: None,
        soft: None,
        rules: vec![
            (rule.to_owned(), settings.to_owned()),
            ("checks".to_owned(), "[\"build\", \"test\"]".to_owned()),
        ],
    })
}

pub(crate) fn given(stages: Vec<Stage>) -> impl Strategy<Value = Given> {
    (world(stages), hidden()).prop_map(|(world, hidden)| Given { world, hidden })
}

/// Facts of which some are hidden.
pub(crate) struct Veiled<'w> {
    facts: &'w dyn Facts,
    hidden: Hidden,
    /// Whether something hidden was asked for.
    pub(crate) missed: RefCell<bool>,
}

impl Veiled<'_> {
    fn unless<T>(&self, need: Need, what: impl Hash, known: Fact<T>) -> Fact<T> {
        match self.hidden.unknown(need, what) {
            Some(unknown) => {
                *self.missed.borrow_mut() = true;
                Err(unknown)
            }
            None => known,
        }
    }
}

impl Given {
    pub(crate) fn facts(&self) -> Veiled<'_> {
        let Self { world, hidden } = self;
        Veiled { facts: &world.facts, hidden: *hidden, missed: RefCell::default() }
    }

    pub(crate) fn change<'f>(&'f self, facts: &'f Veiled<'_>) -> Change<'f> {
        let actor = self.world.actor.clone().ok_or(Unknown::NotHere(Need::Actor));
        Change {
            stage: self.world.stage,
            actor: facts.unless(Need::Actor, "", actor),
            updates: self.world.updates.clone(),
            at: self.world.at,
            facts,
            memory: Memory::default(),
        }
    }
}

impl Facts for Veiled<'_> {
    fn commits(&self, update: &RefUpdate) -> Fact<Rc<[Commit]>> {
        self.unless(Need::Commits, &update.name, self.facts.commits(update))
    }

    fn files(&self, update: &RefUpdate) -> Fact<Rc<[FileChange]>> {
        self.unless(Need::Files, &update.name, self.facts.files(update))
    }

    fn size(&self, oid: Oid) -> Fact<u64> {
        self.unless(Need::Blobs, oid, self.facts.size(oid))
    }

    fn read(&self, oid: Oid, sink: &mut dyn FnMut(&[u8], u64) -> bool) -> Fact<()> {
        self.unless(Need::Blobs, oid, Ok(()))?;
        self.facts.read(oid, sink)
    }

    fn directory(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[Entry]>>> {
        self.unless(Need::Tree, (&update.name, path), self.facts.directory(update, path))
    }

    fn is_ancestor(&self, old: Oid, new: Oid) -> Fact<bool> {
        self.unless(Need::History, (old, new), self.facts.is_ancestor(old, new))
    }

    fn behind(&self, head: Oid, target: Oid) -> Fact<u64> {
        self.unless(Need::History, (head, target), self.facts.behind(head, target))
    }

    fn peel(&self, oid: Oid) -> Fact<Peeled> {
        self.unless(Need::Objects, oid, self.facts.peel(oid))
    }

    fn refs(&self) -> Fact<Rc<[(RefName, Oid)]>> {
        self.unless(Need::Refs, "", self.facts.refs())
    }

    fn incoming(&self) -> Fact<Incoming> {
        self.unless(Need::Incoming, "", self.facts.incoming())
    }

    fn pull_request(&self, update: &RefUpdate) -> Fact<PullRequest> {
        self.unless(Need::PullRequest, &update.name, self.facts.pull_request(update))
    }

    fn in_team(&self, actor: &Actor, team: &str) -> Fact<bool> {
        self.unless(Need::Teams, team, self.facts.in_team(actor, team))
    }

    fn reviews(&self, update: &RefUpdate) -> Fact<Rc<[Review]>> {
        self.unless(Need::Approvals, &update.name, self.facts.reviews(update))
    }

    fn checks(&self, oid: Oid) -> Fact<Rc<[CheckRun]>> {
        self.unless(Need::Checks, oid, self.facts.checks(oid))
    }

    fn held(&self, update: &RefUpdate) -> Fact<bool> {
        self.unless(Need::Refs, &update.name, self.facts.held(update))
    }

    fn merge_group(&self, update: &RefUpdate) -> Fact<Option<Rc<MergeGroup>>> {
        self.unless(Need::PullRequest, &update.name, self.facts.merge_group(update))
    }

    fn proposal(&self, update: &RefUpdate) -> Fact<Rc<Proposal>> {
        self.unless(Need::Proposal, &update.name, self.facts.proposal(update))
    }

    fn comments(&self, update: &RefUpdate) -> Fact<Rc<[Comment]>> {
        self.unless(Need::Approvals, (&update.name, 1), self.facts.comments(update))
    }

    fn statements(&self, update: &RefUpdate) -> Fact<Rc<[Statement]>> {
        self.unless(Need::Approvals, (&update.name, 2), self.facts.statements(update))
    }

    fn threads(&self, update: &RefUpdate) -> Fact<Rc<[Thread]>> {
        self.unless(Need::Threads, &update.name, self.facts.threads(update))
    }

    fn pushes(&self, update: &RefUpdate) -> Fact<Rc<[Push]>> {
        self.unless(Need::Pushes, &update.name, self.facts.pushes(update))
    }

    fn provenance(&self, update: &RefUpdate, oid: Oid) -> Fact<Rc<Provenance>> {
        self.unless(Need::Provenance, (&update.name, oid), self.facts.provenance(update, oid))
    }

    fn content(&self, update: &RefUpdate, head: Oid) -> Fact<Rc<Content>> {
        self.unless(Need::Content, (&update.name, head), self.facts.content(update, head))
    }

    fn lines(&self, update: &RefUpdate) -> Fact<Rc<Lines>> {
        self.unless(Need::Lines, &update.name, self.facts.lines(update))
    }

    fn target_file(&self, update: &RefUpdate, path: &BStr) -> Fact<Option<Rc<[u8]>>> {
        self.unless(Need::Target, (&update.name, path), self.facts.target_file(update, path))
    }

    fn account(&self, actor: &Actor) -> Fact<Account> {
        self.unless(Need::Accounts, actor, self.facts.account(actor))
    }

    fn permission(&self, actor: &Actor) -> Fact<Permission> {
        self.unless(Need::Accounts, (actor, 1), self.facts.permission(actor))
    }

    fn in_organization(&self, actor: &Actor, organization: &str) -> Fact<bool> {
        self.unless(Need::Teams, organization, self.facts.in_organization(actor, organization))
    }

    fn workflows(&self, oid: Oid) -> Fact<Rc<[WorkflowRun]>> {
        self.unless(Need::Checks, (oid, 1), self.facts.workflows(oid))
    }

    fn repository(&self) -> Fact<Rc<Repository>> {
        self.unless(Need::Repository, "", self.facts.repository())
    }
}
