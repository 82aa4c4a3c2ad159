//! The queue.

use std::collections::BTreeSet;
use std::time::Duration;

use refgate::github::store::{Accepted, Claim, Held, Store, StoreError};
use refgate::github::work::{Cause, Home, Note, Subject};

use crate::database::everywhere;
use crate::{HOME, LONG, NOW, asks, claim, delivery, oid, pull, take};

#[test]
fn a_delivery_is_taken_once() {
    everywhere(async |place| {
        let store = place.open().await;
        let first = delivery("a", NOW, vec![asks(pull(1), Cause::Head)], vec![]);
        assert_eq!(store.accept(first.clone()).await, Ok(Accepted::New));
        assert_eq!(store.accept(first.clone()).await, Ok(Accepted::Duplicate));
        let job = take(&store, NOW).await.unwrap();
        assert_eq!(job.wanted, 1);
        // One id, another event: the hosts' ids are per event.
        let mut other = first.clone();
        other.event = "push".to_owned();
        assert_eq!(store.accept(other).await, Ok(Accepted::New));
        assert_eq!(store.is_kept("a", "push").await, Ok(true));
        assert_eq!(store.is_kept("a", "status").await, Ok(false));
        let reopened = place.open().await;
        assert_eq!(reopened.accept(first).await, Ok(Accepted::Duplicate));
    });
}

#[test]
fn one_of_many_at_once_is_new() {
    everywhere(async |place| {
        let store = place.open().await;
        let mut tasks = Vec::new();
        for _ in 0..20 {
            let (store, it) = (store.clone(), delivery("a", NOW, vec![], vec![]));
            tasks.push(tokio::spawn(async move { store.accept(it).await.unwrap() }));
        }
        let mut new = 0;
        for task in tasks {
            new += usize::from(task.await.unwrap() == Accepted::New);
        }
        assert_eq!(new, 1);
    });
}

#[test]
fn however_often_it_is_asked_for_a_subject_is_one_slot() {
    everywhere(async |place| {
        let store = place.open().await;
        let nudges = vec![asks(pull(1), Cause::Review), asks(pull(1), Cause::Comment)];
        store.accept(delivery("a", NOW, nudges, vec![])).await.unwrap();
        store
            .accept(delivery("b", NOW + 5, vec![asks(pull(1), Cause::Head)], vec![]))
            .await
            .unwrap();
        assert_eq!(take(&store, NOW - 1).await, None);
        let job = take(&store, NOW + 5).await.unwrap();
        assert_eq!(job.subject, pull(1));
        assert_eq!(job.causes, BTreeSet::from([Cause::Head, Cause::Review, Cause::Comment]));
        assert_eq!((job.wanted, job.attempts, job.due), (2, 1, NOW));
        assert_eq!(take(&store, NOW + 5).await, None);
        assert_eq!(store.finish(&job, None).await, Ok(Held::Still));
        assert_eq!(store.finish(&job, None).await, Ok(Held::Lost));
        assert_eq!(take(&store, NOW + 1_000_000).await, None);
    });
}

#[test]
fn every_cause_comes_back() {
    everywhere(async |place| {
        let store = place.open().await;
        let all = [
            Cause::Head,
            Cause::Base,
            Cause::Target,
            Cause::Proposal,
            Cause::Review,
            Cause::Thread,
            Cause::Comment,
            Cause::Check,
            Cause::People,
            Cause::Policy,
            Cause::Queue,
            Cause::Deployment,
            Cause::Request,
            Cause::Reviewers,
            Cause::Time,
        ];
        let nudges = all.iter().map(|it| asks(pull(1), *it)).collect();
        store.nudge(nudges, NOW).await.unwrap();
        assert_eq!(take(&store, NOW).await.unwrap().causes, BTreeSet::from(all));
    });
}

#[test]
fn what_is_asked_for_during_a_look_is_looked_at_again() {
    everywhere(async |place| {
        let store = place.open().await;
        store.nudge(vec![asks(pull(1), Cause::Head)], NOW).await.unwrap();
        let first = take(&store, NOW).await.unwrap();
        store.nudge(vec![asks(pull(1), Cause::Check)], NOW + 3).await.unwrap();
        assert_eq!(take(&store, NOW + 9).await, None);
        assert_eq!(store.finish(&first, Some(NOW + 500)).await, Ok(Held::Still));
        let second = take(&store, NOW + 3).await.unwrap();
        assert_eq!(second.causes, BTreeSet::from([Cause::Check]));
        assert!(second.fence > first.fence);
        assert_eq!(store.finish(&second, Some(NOW + 500)).await, Ok(Held::Still));
        assert_eq!(take(&store, NOW + 499).await, None);
        assert_eq!(take(&store, NOW + 500).await.unwrap().causes, BTreeSet::new());
    });
}

#[test]
fn a_failed_look_keeps_its_causes_and_waits() {
    everywhere(async |place| {
        let store = place.open().await;
        store.nudge(vec![asks(pull(1), Cause::Head)], NOW).await.unwrap();
        let first = take(&store, NOW).await.unwrap();
        store.retry(&first, NOW + 60, "the host\0 is down").await.unwrap();
        assert_eq!(take(&store, NOW + 59).await, None);
        assert_eq!(store.waiting(NOW).await.unwrap().troubled, 1);
        let second = take(&store, NOW + 60).await.unwrap();
        assert_eq!(second.causes, BTreeSet::from([Cause::Head]));
        assert_eq!(second.attempts, 2);
        assert_eq!(second.trouble.as_deref(), Some("the host\u{fffd} is down"));
        // Whoever ends the program has not tried.
        assert_eq!(store.release(&second).await, Ok(Held::Still));
        let third = take(&store, NOW + 60).await.unwrap();
        assert_eq!(third.attempts, 2);
        store.retry(&third, NOW + 900, "still").await.unwrap();
        // A new reason does not wait for the old failure.
        store.nudge(vec![asks(pull(1), Cause::Request)], NOW + 70).await.unwrap();
        let fourth = take(&store, NOW + 70).await.unwrap();
        assert_eq!(fourth.causes, BTreeSet::from([Cause::Head, Cause::Request]));
        store.finish(&fourth, None).await.unwrap();
        store.nudge(vec![asks(pull(1), Cause::Head)], NOW + 80).await.unwrap();
        let fresh = take(&store, NOW + 80).await.unwrap();
        assert_eq!((fresh.attempts, fresh.trouble), (1, None));
    });
}

#[test]
fn the_oldest_comes_first_and_an_installation_can_wait() {
    everywhere(async |place| {
        let store = place.open().await;
        let elsewhere = Home { installation: 2, repository: 20 };
        let far = Subject::Pull { home: elsewhere, number: 1 };
        store.nudge(vec![asks(pull(1), Cause::Head)], NOW + 2).await.unwrap();
        store.nudge(vec![asks(pull(2), Cause::Head)], NOW).await.unwrap();
        store.nudge(vec![asks(far.clone(), Cause::Head)], NOW + 1).await.unwrap();
        let without =
            |these: &[u64]| Claim { without: these.to_vec(), ..claim("a", LONG, NOW + 2) };
        let first = store.claim(without(&[1, 7])).await.unwrap().unwrap();
        assert_eq!(first.subject, far);
        assert_eq!(take(&store, NOW + 2).await.unwrap().subject, pull(2));
        assert_eq!(store.claim(without(&[1])).await, Ok(None));
        let waiting = store.waiting(NOW + 2).await.unwrap();
        assert_eq!((waiting.due, waiting.held, waiting.oldest), (1, 2, Some(NOW + 2)));
        assert_eq!(take(&store, NOW + 2).await.unwrap().subject, pull(1));
    });
}

#[test]
fn whoever_lost_its_lease_changes_nothing() {
    everywhere(async |place| {
        let store = place.open().await;
        store.nudge(vec![asks(pull(1), Cause::Head)], NOW).await.unwrap();
        let slow = store.claim(claim("slow", Duration::ZERO, NOW)).await.unwrap().unwrap();
        let fast = store.claim(claim("fast", LONG, NOW)).await.unwrap().unwrap();
        assert!(fast.fence > slow.fence);
        // What the first was to look at, the second is.
        assert_eq!(fast.causes, slow.causes);
        assert_eq!(fast.attempts, 2);
        assert_eq!(store.extend(&slow, LONG).await, Ok(Held::Lost));
        assert_eq!(store.retry(&slow, NOW, "no").await, Ok(Held::Lost));
        assert_eq!(store.release(&slow).await, Ok(Held::Lost));
        assert_eq!(store.finish(&slow, None).await, Ok(Held::Lost));
        assert_eq!(store.extend(&fast, LONG).await, Ok(Held::Still));
        assert_eq!(store.finish(&fast, None).await, Ok(Held::Still));
        assert_eq!(take(&store, NOW + 1000).await, None);
    });
}

#[test]
fn a_slot_outlives_an_installation_of_the_app() {
    everywhere(async |place| {
        let store = place.open().await;
        let again = |installation| {
            let home = Home { installation, ..HOME };
            asks(Subject::Pull { home, number: 1 }, Cause::Head)
        };
        store.nudge(vec![again(5)], NOW).await.unwrap();
        store.nudge(vec![again(9)], NOW).await.unwrap();
        store.nudge(vec![again(5)], NOW).await.unwrap();
        let job = take(&store, NOW).await.unwrap();
        assert_eq!(job.subject, again(9).subject);
        assert_eq!(take(&store, NOW).await, None);
    });
}

/// Takes whatever there is, and finishes it or keeps it.
async fn work_off(store: Store, worker: usize) -> Vec<Subject> {
    let name = format!("worker {worker}");
    let mut taken = Vec::new();
    while let Some(job) = store.claim(claim(&name, LONG, NOW)).await.unwrap() {
        taken.push(job.subject.clone());
        if worker.is_multiple_of(3) {
            assert_eq!(store.finish(&job, None).await, Ok(Held::Still));
        }
    }
    taken
}

#[test]
fn two_replicas_never_hold_the_same_slot() {
    everywhere(async |place| {
        let stores = [place.open().await, place.open().await];
        let nudges = (0..120).map(|it| asks(pull(it), Cause::Head)).collect();
        stores[0].nudge(nudges, NOW).await.unwrap();
        let mut workers = Vec::new();
        for worker in 0..12 {
            workers.push(tokio::spawn(work_off(stores[worker % 2].clone(), worker)));
        }
        let mut taken = Vec::new();
        for worker in workers {
            taken.extend(worker.await.unwrap());
        }
        // A claim may come back empty while another holds the last rows for a moment.
        while let Some(job) = take(&stores[1], NOW).await {
            taken.push(job.subject);
        }
        assert_eq!(taken.len(), 120);
        assert_eq!(BTreeSet::from_iter(taken).len(), 120);
    });
}

#[test]
fn who_waits_is_told_of_what_arrives() {
    everywhere(async |place| {
        let store = place.open().await;
        let mut arrivals = store.arrivals();
        assert!(!arrivals.has_changed().unwrap());
        store.accept(delivery("a", NOW, vec![], vec![])).await.unwrap();
        assert!(!arrivals.has_changed().unwrap());
        let nudges = vec![asks(pull(1), Cause::Head)];
        store.accept(delivery("b", NOW, nudges, vec![])).await.unwrap();
        arrivals.changed().await.unwrap();
    });
}

#[test]
fn what_is_too_much_is_refused_whole() {
    everywhere(async |place| {
        let store = place.open().await;
        let good = asks(pull(1), Cause::Head);
        let huge = asks(pull(u64::MAX), Cause::Head);
        let refused = |outcome| matches!(outcome, Err(StoreError::Refused(_)));
        let home = Home { repository: u64::MAX, ..HOME };
        let far = asks(Subject::Pull { home, number: 1 }, Cause::Head);
        let long = asks(
            Subject::Group { home: HOME, head: oid(1), base: "x".repeat(5000), onto: oid(2) },
            Cause::Queue,
        );
        let many = vec![good.clone(); 20_001];
        let note = Note::Gone { repository: u64::MAX };
        assert!(refused(store.accept(delivery("", NOW, vec![good.clone()], vec![])).await));
        assert!(refused(store.accept(delivery(&"x".repeat(999), NOW, vec![], vec![])).await));
        assert!(refused(store.accept(delivery("c", NOW, vec![good.clone(), long], vec![])).await));
        assert!(refused(store.accept(delivery("d", NOW, many, vec![])).await));
        assert!(refused(store.accept(delivery("e", NOW, vec![good.clone()], vec![note])).await));
        assert!(refused(store.accept(delivery("f", NOW, vec![huge], vec![])).await));
        assert!(refused(store.accept(delivery("g", NOW, vec![far], vec![])).await));
        assert_eq!(store.accept(delivery("e", NOW, vec![good], vec![])).await, Ok(Accepted::New));
    });
}

#[test]
fn what_a_server_held_when_it_ended_is_free_at_its_next_start() {
    everywhere(async |place| {
        let store = place.open().await;
        let all = (1..=2).map(|at| asks(pull(at), Cause::Head)).collect();
        store.nudge(all, NOW).await.unwrap();
        let dead = store.claim(claim("one-0", LONG, NOW)).await.unwrap().unwrap();
        let other = store.claim(claim("one2-0", LONG, NOW)).await.unwrap().unwrap();
        assert_eq!(store.abandon("one").await.unwrap(), 1);
        let again = take(&store, NOW).await.unwrap();
        assert_eq!(again.subject, dead.subject);
        assert_eq!(again.causes, dead.causes);
        // It may have begun to write, but nothing has failed.
        assert_eq!(again.attempts, 2);
        assert_eq!(store.finish(&dead, None).await.unwrap(), Held::Lost);
        assert_eq!(store.finish(&other, None).await.unwrap(), Held::Still);
        assert_eq!(take(&store, NOW).await, None);
        store.close().await;
    });
}

#[test]
fn a_look_knows_the_delivery_that_led_to_it() {
    everywhere(async |place| {
        let store = place.open().await;
        let nudge = || vec![asks(pull(1), Cause::Head)];
        let led = async || {
            let job = take(&store, NOW).await.unwrap();
            store.finish(&job, None).await.unwrap();
            job.delivery
        };
        store.accept(delivery("a", NOW, nudge(), vec![])).await.unwrap();
        store.nudge(nudge(), NOW).await.unwrap();
        assert_eq!(led().await, "a");
        store.nudge(nudge(), NOW).await.unwrap();
        assert_eq!(led().await, "");
        store.nudge_for("b", nudge(), NOW).await.unwrap();
        assert_eq!(led().await, "b");
    });
}

#[test]
fn what_is_held_whenever_a_server_ends_waits_for_the_others() {
    everywhere(async |place| {
        let store = place.open().await;
        store.nudge(vec![asks(pull(1), Cause::Head)], NOW).await.unwrap();
        for _ in 0..4 {
            let job = store.claim(claim("one-0", LONG, NOW)).await.unwrap().unwrap();
            assert_eq!(job.subject, pull(1));
            store.abandon("one").await.unwrap();
        }
        store.nudge(vec![asks(pull(2), Cause::Head)], NOW).await.unwrap();
        let next = take(&store, NOW).await.unwrap();
        assert_eq!(next.subject, pull(2));
        assert_eq!(take(&store, NOW).await, None);
        let day = jiff::Timestamp::now().as_second() + 86_400;
        assert_eq!(take(&store, day).await.unwrap().subject, pull(1));
    });
}
