//! How much is accepted in a second: `cargo test --release --test store speed -- --nocapture`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use refgate::github::store::Store;
use refgate::github::work::{Cause, Note};

use crate::database::everywhere;
use crate::{LONG, NOW, asks, claim, delivery, oid, pull};

const CALLERS: u64 = 64;
const TIME: Duration = Duration::from_millis(700);

#[test]
fn speed_of_accepting_and_of_the_queue() {
    everywhere(async |place| {
        let kind = place.url.split(':').next().unwrap().to_owned();
        let store = place.open().await;
        let count = Arc::new(AtomicU64::new(0));
        let began = Instant::now();
        let callers = (0..CALLERS).map(|_| accept(store.clone(), began, Arc::clone(&count)));
        let callers: Vec<_> = callers.map(tokio::spawn).collect();
        let mut slowest = Duration::ZERO;
        for caller in callers {
            slowest = slowest.max(caller.await.unwrap());
        }
        let rate = per_second(count.load(Ordering::Relaxed), began.elapsed());
        println!("{kind}: {rate} deliveries/s accepted by {CALLERS} callers, slowest {slowest:?}");

        let began = Instant::now();
        let workers = (0..8).map(|_| work_off(store.clone(), began));
        let workers: Vec<_> = workers.map(tokio::spawn).collect();
        let mut done = 0;
        for worker in workers {
            done += worker.await.unwrap();
        }
        let taken = per_second(done, began.elapsed());
        println!("{kind}: {taken} slots/s taken and finished by 8 workers");
        assert!(rate > 100 && taken > 10, "{kind}: {rate} deliveries/s, {taken} slots/s");
    });
}

/// Accepts for a while; tells how long the slowest took.
async fn accept(store: Store, began: Instant, count: Arc<AtomicU64>) -> Duration {
    let mut slowest = Duration::ZERO;
    while began.elapsed() < TIME {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let push = Note::Push {
            repository: 10,
            number,
            before: None,
            after: oid(2),
            at: Some(NOW),
            by: Some("ana".to_owned()),
        };
        let nudges = vec![asks(pull(number % 5000), Cause::Head)];
        let asked = Instant::now();
        store.accept(delivery(&number.to_string(), NOW, nudges, vec![push])).await.unwrap();
        slowest = slowest.max(asked.elapsed());
    }
    slowest
}

/// Takes and finishes slots for a while; tells how many.
async fn work_off(store: Store, began: Instant) -> u64 {
    let mut done = 0;
    while began.elapsed() < TIME {
        let Some(job) = store.claim(claim("a", LONG, NOW)).await.unwrap() else {
            break;
        };
        store.finish(&job, None).await.unwrap();
        done += 1;
    }
    done
}

fn per_second(count: u64, time: Duration) -> u64 {
    count * 1000 / u64::try_from(time.as_millis()).unwrap().max(1)
}
