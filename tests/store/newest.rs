//! What is at the host in the end is what was true last, whatever happens between.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use refgate::github::store::{CheckKey, CheckPart, Held, Job, MayWrite, Proposal, Store, Written};
use refgate::github::work::{Cause, Subject};

use crate::database::{Place, everywhere};
use crate::{LONG, NOW, asks, claim, oid, pull, take};

fn check() -> CheckKey {
    CheckKey { repository: 10, commit: oid(1), name: "refgate".to_owned() }
}

fn written(run: u64, hash: &str) -> Written {
    Written { run, hash: hash.to_owned() }
}

async fn job(store: &Store, number: u64) -> Job {
    store.nudge(vec![asks(pull(number), Cause::Head)], NOW).await.unwrap();
    store.claim(claim("test", Duration::ZERO, NOW)).await.unwrap().unwrap()
}

async fn propose(store: &Store, job: &Job, says: &str) -> (u64, Vec<CheckPart>) {
    match store.propose(&check(), job, says, NOW).await.unwrap() {
        Proposal::Kept { version, parts } => (version, parts),
        Proposal::Stale => panic!("stale"),
    }
}

async fn before(store: &Store, version: u64, hash: &str) -> MayWrite {
    store.before_write(&check(), version, hash, LONG).await.unwrap()
}

#[test]
fn the_same_is_written_once() {
    everywhere(async |place| {
        let store = place.open().await;
        assert!(store.before_write(&check(), 1, "a", LONG).await.is_err());
        let job = job(&store, 1).await;
        let (first, parts) = propose(&store, &job, "red").await;
        assert_eq!(parts, [CheckPart { subject: pull(1), says: "red".to_owned() }]);
        assert_eq!(store.check(&check()).await, Ok(None));
        let yes = MayWrite::Yes { run: None, unsure: false };
        assert_eq!(before(&store, first, "red").await, yes);
        assert_eq!(before(&store, first, "red").await, MayWrite::Busy);
        assert_eq!(store.written(&check(), &job, first, written(5, "red")).await, Ok(Held::Still));
        assert_eq!(store.check(&check()).await, Ok(Some(written(5, "red"))));
        let (second, _) = propose(&store, &job, "red").await;
        assert_eq!(before(&store, second, "red").await, MayWrite::Same);
        assert_eq!(before(&store, first, "older").await, MayWrite::Stale);
        let (third, _) = propose(&store, &job, "green").await;
        let yes = MayWrite::Yes { run: Some(5), unsure: false };
        assert_eq!(before(&store, third, "green").await, yes);
        // It may have come through, or not.
        assert_eq!(store.unwritten(&check(), &job, third).await, Ok(Held::Still));
        assert_eq!(store.check(&check()).await, Ok(None));
        let (fourth, _) = propose(&store, &job, "red").await;
        let unsure = MayWrite::Yes { run: Some(5), unsure: true };
        assert_eq!(before(&store, fourth, "red").await, unsure);
        store.written(&check(), &job, fourth, written(5, "red")).await.unwrap();
        store.lose_run(&check()).await.unwrap();
        let (fifth, _) = propose(&store, &job, "red").await;
        assert!(matches!(before(&store, fifth, "red").await, MayWrite::Yes { run: None, .. }));
    });
}

#[test]
fn several_pull_requests_on_one_head_are_one_check() {
    everywhere(async |place| {
        let store = place.open().await;
        let one = job(&store, 1).await;
        store.finish(&one, None).await.unwrap();
        let two = job(&store, 2).await;
        let (old, _) = propose(&store, &one, "one is red").await;
        let (new, parts) = propose(&store, &two, "two is green").await;
        let says: Vec<_> = parts.iter().map(|it| it.says.as_str()).collect();
        assert_eq!(says, ["one is red", "two is green"]);
        assert!(matches!(before(&store, new, "both").await, MayWrite::Yes { .. }));
        assert_eq!(before(&store, old, "one").await, MayWrite::Stale);
    });
}

#[test]
fn an_older_look_says_nothing_any_more() {
    everywhere(async |place| {
        let store = place.open().await;
        let slow = job(&store, 1).await;
        let fast = take(&store, NOW).await.unwrap();
        propose(&store, &fast, "new").await;
        assert_eq!(store.propose(&check(), &slow, "old", NOW).await, Ok(Proposal::Stale));
        // A second attempt writes even what is thought to be there.
        let (version, _) = propose(&store, &fast, "new").await;
        assert!(matches!(before(&store, version, "new").await, MayWrite::Yes { .. }));
        store.written(&check(), &fast, version, written(1, "new")).await.unwrap();
        let (version, _) = propose(&store, &fast, "new").await;
        assert!(matches!(before(&store, version, "new").await, MayWrite::Yes { .. }));
    });
}

/// How far a worker is.
enum Step {
    Idle,
    Looked(Job, u32),
    Proposed(Job, u64, String),
    Writing(Job, u64, String),
    Sent(Job, u64, String),
}

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A pull request changes.
    Change(u64),
    /// A worker goes on.
    Go(usize),
    /// A worker ends without a word.
    Crash(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => (1..3_u64).prop_map(Event::Change),
        8 => (0..3_usize).prop_map(Event::Go),
        1 => (0..3_usize).prop_map(Event::Crash),
    ]
}

/// The host: one check, and what is true of each pull request.
struct World {
    store: Store,
    truth: BTreeMap<Subject, u32>,
    shown: String,
    steps: [Step; 3],
    lease: Duration,
}

impl World {
    async fn happen(&mut self, event: Event) {
        match event {
            Event::Change(number) => {
                *self.truth.entry(pull(number)).or_default() += 1;
                self.store.nudge(vec![asks(pull(number), Cause::Head)], NOW).await.unwrap();
            }
            Event::Crash(worker) => {
                // Whoever dies while a request is under way has it done or not, but not
                // later: a request takes less time than the lease.
                if let Step::Idle | Step::Looked(..) | Step::Proposed(..) = self.steps[worker] {
                    self.steps[worker] = Step::Idle;
                }
            }
            Event::Go(worker) => {
                let step = std::mem::replace(&mut self.steps[worker], Step::Idle);
                self.steps[worker] = self.go(step).await;
            }
        }
    }

    async fn go(&mut self, step: Step) -> Step {
        let store = &self.store;
        match step {
            Step::Idle => match store.claim(claim("test", self.lease, NOW)).await.unwrap() {
                Some(job) => {
                    let seen = self.truth[&job.subject];
                    Step::Looked(job, seen)
                }
                None => Step::Idle,
            },
            Step::Looked(job, seen) => {
                let says = seen.to_string();
                match store.propose(&check(), &job, &says, NOW).await.unwrap() {
                    Proposal::Stale => Self::done(store, &job).await,
                    Proposal::Kept { version, parts } => {
                        let part = |it: &CheckPart| format!("{:?} {}", it.subject, it.says);
                        let all: Vec<_> = parts.iter().map(part).collect();
                        Step::Proposed(job, version, all.join("; "))
                    }
                }
            }
            Step::Proposed(job, version, all) => {
                let may = store.before_write(&check(), version, &all, self.lease).await.unwrap();
                match may {
                    MayWrite::Yes { .. } => Step::Writing(job, version, all),
                    MayWrite::Same | MayWrite::Stale => Self::done(store, &job).await,
                    MayWrite::Busy => {
                        store.retry(&job, NOW, "busy").await.unwrap();
                        Step::Idle
                    }
                }
            }
            Step::Writing(job, version, all) => {
                self.shown.clone_from(&all);
                Step::Sent(job, version, all)
            }
            Step::Sent(job, version, all) => {
                store.written(&check(), &job, version, written(1, &all)).await.unwrap();
                Self::done(store, &job).await
            }
        }
    }

    async fn done(store: &Store, job: &Job) -> Step {
        store.finish(job, None).await.unwrap();
        Step::Idle
    }

    /// Whether nobody does anything and nothing is left.
    async fn rests(&self) -> bool {
        let waiting = self.store.waiting(NOW).await.unwrap();
        let idle = self.steps.iter().all(|it| matches!(it, Step::Idle));
        idle && waiting.due == 0 && waiting.held == 0
    }
}

fn run(events: &[Event], lease: Duration) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let place = Place::file();
        let store = place.open().await;
        let steps = [Step::Idle, Step::Idle, Step::Idle];
        let mut world = World { store, truth: BTreeMap::new(), shown: String::new(), steps, lease };
        for event in events {
            world.happen(*event).await;
        }
        // Where no lease lasts, two can take a slot from each other for ever.
        world.lease = world.lease.max(Duration::from_millis(40));
        let mut rounds = 0;
        while !world.rests().await {
            world.happen(Event::Go(rounds % 3)).await;
            rounds += 1;
            assert!(rounds < 2000, "it never rests");
        }
        let all: Vec<_> = world.truth.iter().map(|(it, seen)| format!("{it:?} {seen}")).collect();
        assert_eq!(world.shown, all.join("; "));
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, max_shrink_iters: 50, failure_persistence: None, ..ProptestConfig::default() })]

    /// No lease lasts: everybody works on everything at once, and late.
    #[test]
    fn the_newest_wins_though_no_lease_lasts(events in prop::collection::vec(event(), 1..60)) {
        run(&events, Duration::ZERO);
    }

    /// Leases last, unless whoever has one dies: then they end a little later.
    #[test]
    fn the_newest_wins_where_leases_last(events in prop::collection::vec(event(), 1..40)) {
        run(&events, Duration::from_millis(40));
    }
}
