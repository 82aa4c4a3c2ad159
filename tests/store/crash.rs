//! What is accepted survives whatever happens to us and to the database.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use refgate::github::store::{Accepted, Options, Store, StoreError};
use refgate::github::work::{Cause, Note};
use refgate::model::Opinion;
use tokio::sync::Mutex;

use crate::database::{Place, Server, everywhere};
use crate::{NOW, asks, delivery, oid, pull, take};

const CHILD: &str = "REFGATE_TEST_STORE_CHILD";

/// No test: the process that is killed. It says what was accepted.
#[test]
fn child_that_accepts_until_it_is_killed() {
    let Some(url) = std::env::var_os(CHILD) else {
        return;
    };
    let url = url.into_string().unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&url, &Options::default()).await.unwrap();
        let mut tasks = Vec::new();
        for lane in 0..16_u64 {
            let store = store.clone();
            tasks.push(tokio::spawn(async move {
                for number in 0.. {
                    let id = format!("{lane}.{number}");
                    let nudges = vec![asks(pull(lane * 1_000_000 + number), Cause::Head)];
                    let accepted = store.accept(delivery(&id, NOW, nudges, vec![])).await;
                    assert_eq!(accepted, Ok(Accepted::New));
                    println!("\naccepted {id}");
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn what_was_accepted_survives_kill_9() {
    everywhere(async |place| {
        place.open().await.close().await;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child_that_accepts_until_it_is_killed", "--nocapture"])
            .env(CHILD, &place.url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut accepted = Vec::new();
        let read = |lines: &mut dyn Iterator<Item = std::io::Result<String>>| {
            let line = lines.next()?.ok()?;
            Some(line.strip_prefix("accepted ").map(str::to_owned))
        };
        while accepted.len() < 200 {
            accepted.extend(read(&mut lines).expect("the child goes on"));
        }
        child.kill().unwrap();
        while let Some(line) = read(&mut lines) {
            accepted.extend(line);
        }
        child.wait().unwrap();
        let store = place.open().await;
        for id in &accepted {
            let again = delivery(id, NOW, vec![], vec![]);
            assert_eq!(store.accept(again).await, Ok(Accepted::Duplicate), "{id}");
        }
        // Each with its slot: the whole delivery or nothing of it.
        let waiting = store.waiting(NOW).await.unwrap();
        assert!(waiting.due >= u64::try_from(accepted.len()).unwrap());
    });
}

#[test]
fn a_full_disk_is_an_error_and_loses_nothing() {
    let place = Place::file();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let options = Options { most_bytes: Some(400 << 10), ..Options::default() };
        let store = Store::open(&place.url, &options).await.unwrap();
        let accepted = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for lane in 0..32_u64 {
            let (store, accepted) = (store.clone(), Arc::clone(&accepted));
            tasks.push(tokio::spawn(async move {
                for number in 0..1000_u64 {
                    let id = format!("{lane}.{number}");
                    let review = Note::Review {
                        repository: 10,
                        number: 1,
                        review: lane * 1000 + number,
                        commit: oid(1),
                        says: Opinion::Approved,
                    };
                    let nudges = vec![asks(pull(lane * 1000 + number), Cause::Review)];
                    match store.accept(delivery(&id, NOW, nudges, vec![review])).await {
                        Ok(Accepted::New) => accepted.lock().await.push(id),
                        other => return other,
                    }
                }
                panic!("it is never full")
            }));
        }
        for task in tasks {
            let error = task.await.unwrap().unwrap_err();
            assert!(matches!(error, StoreError::Full(_)), "{error:?}");
            assert!(error.is_temporary());
        }
        // Reading goes on, and what was accepted is there; what was not is not there in part.
        let accepted = accepted.lock().await.clone();
        assert!(accepted.len() > 100, "{}", accepted.len());
        assert_eq!(store.reviews(10, 1).await.unwrap().len(), accepted.len());
        store.close().await;
        let store = place.open().await;
        for id in &accepted {
            let again = delivery(id, NOW, vec![], vec![]);
            assert_eq!(store.accept(again).await, Ok(Accepted::Duplicate), "{id}");
        }
        let waiting = store.waiting(NOW).await.unwrap();
        assert_eq!(waiting.due, u64::try_from(accepted.len()).unwrap());
    });
}

type Ids = Arc<Mutex<Vec<String>>>;

/// Accepts, and notes what was; goes on whatever the database does.
async fn accept_until(store: Store, lane: u32, accepted: Ids, end: Arc<AtomicBool>) {
    for number in 0.. {
        let id = format!("{lane}.{number}");
        match store.accept(delivery(&id, NOW, vec![], vec![])).await {
            Ok(_) => accepted.lock().await.push(id),
            Err(error) => assert!(error.is_temporary(), "{error:?}"),
        }
        if end.load(Ordering::Relaxed) {
            break;
        }
    }
}

#[test]
fn a_crash_of_the_database_is_survived_without_loss() {
    let Some(server) = Server::start() else {
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let url = server.database().await;
        let options = Options { patience: Duration::from_secs(4), ..Options::default() };
        let store = Store::open(&url, &options).await.unwrap();
        let end = Arc::new(AtomicBool::new(false));
        let accepted = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for lane in 0..8 {
            let (accepted, end) = (Arc::clone(&accepted), Arc::clone(&end));
            tasks.push(tokio::spawn(accept_until(store.clone(), lane, accepted, end)));
        }
        let some_more = async |than: usize| {
            while accepted.lock().await.len() < than {
                tokio::task::yield_now().await;
            }
        };
        some_more(100).await;
        server.order("stop");
        assert!(store.ready().await.is_err());
        server.order("start");
        let before = accepted.lock().await.len();
        some_more(before + 100).await;
        end.store(true, Ordering::Relaxed);
        for task in tasks {
            task.await.unwrap();
        }
        let accepted = accepted.lock().await.clone();
        for id in &accepted {
            let again = delivery(id, NOW, vec![], vec![]);
            assert_eq!(store.accept(again).await, Ok(Accepted::Duplicate), "{id}");
        }
    });
}

#[test]
fn a_server_that_is_started_later_is_waited_for() {
    let Some(server) = Server::start() else {
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let url = server.database().await;
        server.order("stop");
        let options = Options { patience: Duration::from_secs(1), ..Options::default() };
        let gone = Store::open(&url, &options).await.err();
        assert!(matches!(gone, Some(StoreError::Unavailable(_))), "{gone:?}");
        let patient = Options { patience: Duration::from_secs(30), ..options };
        let opening = tokio::spawn(async move { Store::open(&url, &patient).await });
        server.order("start");
        opening.await.unwrap().unwrap().ready().await.unwrap();
    });
}

#[test]
fn what_fails_for_one_fails_for_nobody_else() {
    everywhere(async |place| {
        let store = place.open().await;
        let mut tasks = Vec::new();
        for number in 0..64_u64 {
            let store = store.clone();
            let bad = number % 4 == 0;
            // Refused inside of the transaction, after the slot was written.
            let note = Note::Gone { repository: if bad { u64::MAX } else { 1 } };
            let nudges = vec![asks(pull(number), Cause::Head)];
            let it = delivery(&number.to_string(), NOW, nudges, vec![note]);
            tasks.push(tokio::spawn(async move { (bad, store.accept(it).await) }));
        }
        for task in tasks {
            let (bad, accepted) = task.await.unwrap();
            assert_eq!(accepted.is_err(), bad, "{accepted:?}");
        }
        let mut taken = 0;
        while take(&store, NOW).await.is_some() {
            taken += 1;
        }
        assert_eq!(taken, 48);
    });
}
