//! How long a pull request takes to be judged once everything about it is at hand: what
//! GitHub told is in memory, commits, trees and files are in the mirror on disk.
//!
//! That is all that happens between reading and writing: the mirror is opened, the
//! differences are computed, fifty rules judge, and the record of it is made.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use refgate::git::Vars;
use refgate::github::Slug;
use refgate::github::api::{Access, App, Caller, Client, Endpoint, Scope, Secret, Setup};
use refgate::github::gather::{
    Court, Gatherer, Judgement, Known, Lack, Ledger, Outcome, PullAsked,
};
use refgate::github::mirror::{Limits, Mirrors, Source, Wants};
use refgate::github::work::Home;
use refgate::model::{Need, Oid, Push, RefName, RefUpdate, Target, Unknown};
use refgate::record::Terms;

use crate::hub::State::{Approved, ChangesRequested, Commented};
use crate::hub::{Hub, PullHandle, RepoHandle};
use crate::policy::TEAMS;
use crate::table::{Table, at};
use crate::{Size, shop};

/// How long judging may take.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) async fn run(size: &Size, table: &mut Table) {
    let secrets = "[[protect]]\nrefs = [\"**\"]\nsecrets = {}\n";
    for (more, says) in [("", "50 rules"), (secrets, "50 rules and a search for secrets")] {
        for (commits, count, reviews) in size.changes {
            let (hub, shop) = shop::open(more);
            let pull = proposed(&shop, (commits, count, reviews));
            let times = judged(&hub, &shop, &pull, size.rounds).await;
            let (median, p95) = (at(&times, 50), at(&times, 95));
            let what = format!("{commits} commits, {count} files, {reviews} reviews");
            table.row(
                format!("judged per second and core, {says}; {what}"),
                format!("{:.0} (median {median:.2} ms, p95 {p95:.2} ms)", 1e3 / median),
            );
        }
    }
}

/// A pull request of so many commits, files and reviews.
fn proposed(shop: &RepoHandle, (commits, count, reviews): (usize, usize, usize)) -> PullHandle {
    let each = count / commits;
    let files = |commit: usize| {
        let file = |it: usize| {
            let number = commit * each + it;
            let (team, part) = (TEAMS[number % TEAMS.len()], number % 37);
            let text = format!("//! Part {part}.\n\nfn number() -> usize {{\n    {number}\n}}\n");
            (format!("{team}/src/part{part}/file{number}.rs"), text.repeat(20).into())
        };
        (0..each).map(file).collect()
    };
    let says = |it: usize| format!("step {it}\n\nSigned-off-by: ana <ana@example.com>\n");
    shop.making("rework", files(0)).says(&says(0)).now();
    for it in 1..commits {
        shop.making("rework", files(it)).says(&says(it)).now();
    }
    let pull = shop.propose("rework").open();
    for it in 0..reviews {
        let state = [ChangesRequested, Commented, Approved, Approved][it % 4];
        pull.review(["bo", "cy", "di"][it % 3], state);
    }
    for name in TEAMS.iter().chain(&["build", "test"]) {
        shop.check(&pull.head(), "github-actions", name, Some("success"));
    }
    pull
}

/// What looks at pull requests, and asks GitHub.
fn looker(hub: &Hub, shop: &RepoHandle, dir: &Path) -> (Gatherer, Caller) {
    let app = App::new(&hub.app().id().to_string(), &Secret::new(&hub.app().key())).unwrap();
    let client = Client::new(Setup::new(Endpoint::of(&hub.api()).unwrap()).app(app)).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let vars: Vars = [(OsString::from("PATH"), path)].into_iter().collect();
    let web = client.endpoint().web.clone();
    let mirrors = Mirrors::new(dir, &web, Limits::default(), vars).unwrap();
    let wanted = ["actions", "checks", "contents", "issues", "members", "pull_requests"];
    let scope = wanted.iter().chain(&["statuses"]);
    let scope = scope.fold(Scope::of(shop.id()), |it, name| it.may(Access::Read, name));
    let caller = client.installation(hub.app().installation("acme"), scope);
    (Gatherer { mirrors, store: None, floor: None, patience: PATIENCE }, caller)
}

/// How long each of so many rounds took, in milliseconds and sorted.
async fn judged(hub: &Hub, shop: &RepoHandle, pull: &PullHandle, rounds: usize) -> Vec<f64> {
    let dir = tempfile::tempdir().unwrap();
    let (gatherer, caller) = looker(hub, shop, dir.path());
    let home = Home { installation: hub.app().installation("acme"), repository: shop.id() };
    let (slug, ledger): (Slug, Ledger) = (shop.slug().parse().unwrap(), told(pull));
    let asked = PullAsked {
        caller: &caller,
        home,
        slug: &slug,
        number: pull.number,
        now: hub.now() + 86_400,
        expected: None,
        ledger: Some(&ledger),
    };
    // Once in full: what it reads is what is at hand from then on.
    let Outcome::Judged(once) = gatherer.judge_pull(asked).await else { panic!("not judged") };
    let court = court(&once, asked.now);
    let parts = once.uses.parts();
    let mut known = Known::of(once.told, &parts, &ledger, ledger.pushes.clone());
    let wants = Wants { head: Some(once.head), tips: vec![once.base], ..Wants::default() };
    let source = Source { id: home.repository, slug: &slug, token: None };
    let mirror = gatherer.mirrors.sync(source, &wants, asked.now).await.unwrap();
    let mut times = Vec::new();
    while times.len() < rounds {
        let begun = Instant::now();
        let (sentence, lacking) = court.hear(&mirror.open().unwrap(), &known).unwrap();
        let took = begun.elapsed().as_secs_f64() * 1e3;
        if lacking.is_empty() {
            assert_eq!(sentence.unwrap().verdict.decision(), once.verdict.decision());
            times.push(took);
        } else {
            fill(hub, &mut known, lacking);
        }
    }
    times.sort_by(f64::total_cmp);
    times
}

/// The same case, to be judged again.
fn court(once: &Judgement, at: i64) -> Court {
    Court {
        policy: once.policy.clone(),
        floor: None,
        uses: once.uses.clone(),
        actor: Err(Unknown::NotHere(Need::Actor)),
        update: RefUpdate {
            name: RefName::new("refs/heads/main".to_owned()),
            asked_as: None,
            old: Some(once.base),
            new: Target::At(once.head),
            stale: false,
        },
        at,
        patience: PATIENCE,
        terms: Terms::default(),
    }
}

/// What deliveries would have told: which head each review was about, and the pushes.
fn told(pull: &PullHandle) -> Ledger {
    let pull = pull.now();
    let head: Oid = pull.head.parse().unwrap();
    let opinion = |it| match it {
        Approved => refgate::model::Opinion::Approved,
        ChangesRequested => refgate::model::Opinion::ChangesRequested,
        _ => refgate::model::Opinion::Commented,
    };
    let reviews = pull.reviews.iter().map(|it| (it.id, (head, opinion(it.state))));
    let by = Some(refgate::model::Actor("ana".to_owned()));
    let push = Push { before: None, after: head, at: Some(pull.created), by, triggered_by: None };
    Ledger { reviews: reviews.collect(), pushes: vec![push] }
}

/// What the rules ask for besides: the teams, and what people may do.
fn fill(hub: &Hub, known: &mut Known, lacking: BTreeSet<Lack>) {
    let world = hub.world();
    let org = world.account("acme").unwrap().id;
    for lack in lacking {
        match lack {
            Lack::Team(name) => {
                let team = name.strip_prefix("acme/").and_then(|it| world.team_named(org, it));
                let members = world.members(team.unwrap()).into_keys();
                let members = members.map(|it| world.login(it).to_lowercase()).collect();
                known.teams.insert(name, Ok(members));
            }
            Lack::Permission(login) => {
                known.permissions.insert(login, Ok(refgate::model::Permission::Write));
            }
            // As of the others, of which there are too many for one answer.
            Lack::Provenance(oid) => {
                let one = known.told.provenance.values().next().unwrap().clone();
                known.told.provenance.insert(oid, one);
            }
            other => panic!("{other:?} is not at hand"),
        }
    }
}
