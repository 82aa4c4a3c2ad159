//! How much is accepted in a second: `cargo test --release --test store speed -- --nocapture`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

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
        let accepted = Arc::new(AtomicU64::new(0));
        let began = Instant::now();
        let mut tasks = Vec::new();
        for caller in 0..CALLERS {
            let (store, accepted) = (store.clone(), Arc::clone(&accepted));
            tasks.push(tokio::spawn(async move {
                let mut slowest = Duration::ZERO;
                while began.elapsed() < TIME {
                    let number = accepted.fetch_add(1, Ordering::Relaxed);
                    let push = Note::Push {
                        repository: 10,
                        number,
                        before: None,
                        after: oid(2),
                        at: Some(NOW),
                        by: Some("ana".to_owned()),
                    };
                    let nudges = vec![asks(pull(number % 5000), Cause::Head)];
                    let id = format!("{caller}-{number}");
                    let asked = Instant::now();
                    store.accept(delivery(&id, NOW, nudges, vec![push])).await.unwrap();
                    slowest = slowest.max(asked.elapsed());
                }
                slowest
            }));
        }
        let mut slowest = Duration::ZERO;
        for task in tasks {
            slowest = slowest.max(task.await.unwrap());
        }
        let rate = per_second(accepted.load(Ordering::Relaxed), began.elapsed());
        println!("{kind}: {rate} deliveries/s accepted by {CALLERS} callers, slowest {slowest:?}");

        let began = Instant::now();
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let store = store.clone();
            tasks.push(tokio::spawn(async move {
                let mut done = 0;
                while began.elapsed() < TIME {
                    let Some(job) = store.claim(claim("a", LONG, NOW)).await.unwrap() else {
                        break;
                    };
                    store.finish(&job, None).await.unwrap();
                    done += 1;
                }
                done
            }));
        }
        let mut done = 0;
        for task in tasks {
            done += task.await.unwrap();
        }
        println!(
            "{kind}: {} slots/s taken and finished by 8 workers",
            per_second(done, began.elapsed())
        );
        assert!(rate > 100, "{kind}: {rate} deliveries/s");
    });
}

fn per_second(count: u64, time: Duration) -> u64 {
    count * 1000 / u64::try_from(time.as_millis()).unwrap().max(1)
}
