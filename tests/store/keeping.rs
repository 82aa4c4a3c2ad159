//! What is kept beside the queue.

use std::collections::BTreeMap;
use std::time::Duration;

use refgate::github::store::{
    Accepted, Audit, Came, Decided, Held, Keep, Listed, Options, Page, PolicySeen, Pull, Session,
    Store, StoreError, WaitsFor, Within,
};
use refgate::github::work::{Cause, Home, Note, Subject};
use refgate::model::{Decision, Oid, Opinion};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use crate::database::{Place, everywhere};
use crate::{HOME, NOW, asks, delivery, oid, pull, take};

const FIRST: Page = Page { skip: 0, most: 10 };

/// Runs a statement behind the store's back.
async fn tamper(place: &Place, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    match place.url.strip_prefix("sqlite:") {
        Some(path) => {
            let mut line = SqliteConnection::connect(path).await.unwrap();
            sqlx::query(sql).execute(&mut line).await.unwrap();
        }
        None => {
            let mut line = PgConnection::connect(&place.url).await.unwrap();
            sqlx::query(sql).execute(&mut line).await.unwrap();
        }
    }
}

fn review(review: u64, commit: Oid, says: Opinion) -> Note {
    Note::Review { repository: 10, number: 1, review, commit, says }
}

fn named(repository: u64, slug: &str, branch: Option<&str>) -> Note {
    let home = Home { installation: 1, repository };
    let default_branch = branch.map(str::to_owned);
    Note::Repository { home, slug: slug.to_owned(), default_branch }
}

fn open_pull(number: u64, head: Oid, updated: i64) -> Pull {
    Pull {
        home: HOME,
        number,
        open: true,
        head,
        head_repository: Some(10),
        head_ref: "work".to_owned(),
        base: "main".to_owned(),
        base_head: Some(oid(9)),
        draft: false,
        author: "ana".to_owned(),
        title: "a change".to_owned(),
        updated,
    }
}

fn decided(number: u64, at: i64) -> Decided {
    Decided {
        subject: pull(number),
        head: oid(1),
        base: "main".to_owned(),
        at,
        decision: Some(Decision::Pending),
        policy: "abc".to_owned(),
        summary: "1 of 2 approvals".to_owned(),
        waits_for: "an approval of @acme/core".to_owned(),
    }
}

#[test]
fn the_first_word_about_a_review_stands() {
    everywhere(async |place| {
        let store = place.open().await;
        let first = vec![review(7, oid(1), Opinion::Approved)];
        store.accept(delivery("a", NOW, vec![], first)).await.unwrap();
        let later =
            vec![review(7, oid(2), Opinion::Commented), review(8, oid(2), Opinion::default())];
        store.accept(delivery("b", NOW + 1, vec![], later)).await.unwrap();
        let kept = store.reviews(10, 1).await.unwrap();
        let said: Vec<_> = kept.iter().map(|it| (it.review, it.commit, it.says, it.at)).collect();
        let (approved, now) = (Opinion::Approved, NOW);
        assert_eq!(said, [(7, oid(1), approved, now), (8, oid(2), approved, now + 1)]);
        assert_eq!(store.reviews(10, 2).await, Ok(vec![]));
        assert_eq!(store.reviews(11, 1).await, Ok(vec![]));
    });
}

#[test]
fn pushes_and_forgeries_are_kept_once_each() {
    everywhere(async |place| {
        let store = place.open().await;
        let push = |before, after, at| Note::Push {
            repository: 10,
            number: 1,
            before,
            after,
            at,
            by: at.map(|_| "an\0a' --".to_owned()),
        };
        let forged = Note::Forged {
            repository: 10,
            commit: oid(3),
            by: "mal".to_owned(),
            what: "status success".to_owned(),
        };
        let notes =
            vec![push(Some(oid(1)), oid(2), Some(NOW + 9)), push(None, oid(1), Some(NOW)), forged];
        store.accept(delivery("a", NOW, vec![], notes.clone())).await.unwrap();
        store.note(notes, NOW + 50).await.unwrap();
        let kept = store.pushes(10, 1).await.unwrap();
        assert_eq!(kept.len(), 2);
        assert_eq!((kept[0].before, kept[0].after, kept[0].at), (None, oid(1), Some(NOW)));
        assert_eq!((kept[1].before, kept[1].after), (Some(oid(1)), oid(2)));
        assert_eq!(kept[0].by.as_deref(), Some("an\u{fffd}a' --"));
        let unseen = vec![push(Some(oid(2)), oid(1), None)];
        store.accept(delivery("b", NOW + 20, vec![], unseen)).await.unwrap();
        let last = store.pushes(10, 1).await.unwrap().pop().unwrap();
        assert_eq!((last.after, last.at, last.noted, last.by), (oid(1), None, NOW + 20, None));
        let changed =
            Note::Settings { repository: 10, by: "root".into(), what: "ruleset edited".into() };
        store.accept(delivery("c", NOW, vec![], vec![changed])).await.unwrap();
        assert_eq!(store.settings(10).await.unwrap()[0].by, "root");
        let forgeries = store.forgeries(10).await.unwrap();
        assert_eq!((forgeries.len(), forgeries[0].at), (1, NOW));
    });
}

#[test]
fn a_pull_request_is_found_by_its_head_and_its_target() {
    everywhere(async |place| {
        let store = place.open().await;
        let hostile = "x'); DROP TABLE pulls; --\0\u{202e}".repeat(200);
        let first = Pull { title: hostile, ..open_pull(1, oid(1), NOW) };
        store.set_pull(&first).await.unwrap();
        store.set_pull(&open_pull(2, oid(1), NOW + 1)).await.unwrap();
        let gone = Pull { head_repository: None, base_head: None, ..open_pull(3, oid(3), NOW + 2) };
        store.set_pull(&gone).await.unwrap();
        let numbers = |pulls: Vec<Pull>| pulls.iter().map(|it| it.number).collect::<Vec<_>>();
        assert_eq!(numbers(store.pulls_at(10, oid(1)).await.unwrap()), [1, 2]);
        assert_eq!(numbers(store.pulls_onto(10, "main").await.unwrap()), [1, 2, 3]);
        assert_eq!(store.pulls_at(11, oid(1)).await, Ok(vec![]));
        let kept = store.pull(10, 1).await.unwrap().unwrap().pull;
        assert!(kept.title.starts_with("x'); DROP") && kept.title.len() <= 1024);
        assert_eq!(store.pull(10, 3).await.unwrap().unwrap().pull, gone);
        // Older news changes nothing.
        store.set_pull(&Pull { head: oid(5), ..open_pull(2, oid(1), NOW) }).await.unwrap();
        assert_eq!(store.pull(10, 2).await.unwrap().unwrap().pull.head, oid(1));
        store
            .set_pull(&Pull { base: "next".to_owned(), ..open_pull(2, oid(5), NOW + 1) })
            .await
            .unwrap();
        assert_eq!(numbers(store.pulls_at(10, oid(5)).await.unwrap()), [2]);
        assert_eq!(numbers(store.pulls_onto(10, "next").await.unwrap()), [2]);
        store.close_pull(10, 2).await.unwrap();
        assert_eq!(store.pulls_at(10, oid(5)).await, Ok(vec![]));
        let page = |skip| Page { skip, most: 1 };
        let Listed { items, more } = store.open_pulls(&Within::All, page(0)).await.unwrap();
        assert_eq!((items[0].pull.number, more), (3, true));
        let only = Within::Only(vec![10, 12]);
        let Listed { items, more } = store.open_pulls(&only, page(1)).await.unwrap();
        assert_eq!((items[0].pull.number, more), (1, false));
        let none = store.open_pulls(&Within::Only(vec![]), FIRST).await.unwrap();
        assert_eq!(none.items, []);
    });
}

#[test]
fn a_repository_keeps_its_policy_and_its_newest_name() {
    everywhere(async |place| {
        let store = place.open().await;
        let tell = async |id: &str, at, note| {
            store.accept(delivery(id, at, vec![], vec![note])).await.unwrap();
        };
        let policy =
            PolicySeen { sha256: "abc".into(), commit: oid(1), needs: "[]".into(), at: NOW };
        assert!(matches!(store.set_policy(10, None, &policy).await, Err(StoreError::Refused(_))));
        tell("a", NOW, named(10, "Acme/App", Some("main"))).await;
        assert_eq!(store.set_policy(10, None, &policy).await, Ok(Held::Still));
        // Whoever read what was there before has read too early.
        let other = PolicySeen { sha256: "def".into(), commit: oid(2), ..policy.clone() };
        assert_eq!(store.set_policy(10, None, &other).await, Ok(Held::Lost));
        assert_eq!(store.set_policy(10, Some(&other), &other).await, Ok(Held::Lost));
        assert_eq!(store.set_policy(10, Some(&policy), &other).await, Ok(Held::Still));
        assert_eq!(store.set_policy(10, Some(&policy), &policy).await, Ok(Held::Lost));
        assert_eq!(store.set_policy(10, Some(&other), &policy).await, Ok(Held::Still));
        tell("b", NOW + 5, named(10, "acme/new", None)).await;
        tell("c", NOW + 1, named(10, "acme/old", Some("old"))).await;
        let kept = store.repository(10).await.unwrap().unwrap();
        assert_eq!(kept.slug, "acme/new");
        assert_eq!(kept.default_branch.as_deref(), Some("main"));
        assert_eq!(kept.policy.as_ref(), Some(&policy));
        assert_eq!(store.repository_named("ACME/NEW").await.unwrap().as_ref(), Some(&kept));
        assert_eq!(store.repository_named("acme/app").await, Ok(None));
        store.set_pull(&open_pull(1, oid(1), NOW)).await.unwrap();
        tell("d", NOW + 2, Note::Gone { repository: 10 }).await;
        assert!(!store.repository(10).await.unwrap().unwrap().gone);
        tell("e", NOW + 9, Note::Gone { repository: 10 }).await;
        assert!(store.repository(10).await.unwrap().unwrap().gone);
        assert_eq!(store.repositories().await, Ok(vec![]));
        assert_eq!(store.pulls_at(10, oid(1)).await, Ok(vec![]));
        tell("f", NOW + 10, named(10, "acme/new", None)).await;
        assert!(!store.repository(10).await.unwrap().unwrap().gone);
        tell("g", NOW + 11, Note::Uninstalled { installation: 1 }).await;
        assert_eq!(store.repositories().await, Ok(vec![]));
        tell("h", NOW + 12, named(10, "acme/new", None)).await;
        assert_eq!(store.repositories().await, Ok(vec![kept]));
    });
}

#[test]
fn decisions_are_a_chain_that_shows_what_was_done_to_it() {
    everywhere(async |place| {
        let store = place.open().await;
        store.set_pull(&open_pull(1, oid(1), NOW)).await.unwrap();
        let mut tasks = Vec::new();
        for at in 0..12 {
            let (store, record) = (store.clone(), Some(format!("{{\"n\":{at}}}")));
            let number = 1 + u64::try_from(at % 3).unwrap();
            tasks.push(tokio::spawn(async move {
                store.decide(decided(number, NOW + at), record).await.unwrap()
            }));
        }
        let mut ids = Vec::new();
        for task in tasks {
            ids.push(task.await.unwrap());
        }
        ids.sort_unstable();
        assert!(ids.iter().copied().eq(1..=12), "{ids:?}");
        assert!(matches!(store.audit().await, Ok(Audit::Sound { decisions: 12, .. })));
        let last = store.last_of(&pull(1)).await.unwrap().unwrap();
        let kept = store.decision(last.id).await.unwrap().unwrap();
        assert_eq!(kept.decided, Decided { at: kept.decided.at, ..decided(1, NOW) });
        assert!(kept.record.is_some());
        let shown = store.pull(10, 1).await.unwrap().unwrap();
        assert_eq!(shown.decision, Some(last.id));
        assert_eq!(shown.waits_for, "an approval of @acme/core");
        let recent = store.recent(&Within::Only(vec![10]), FIRST).await.unwrap();
        assert_eq!((recent.items[0].id, recent.items.len(), recent.more), (12, 10, true));
        let of = store.decisions_of(&pull(2), FIRST).await.unwrap();
        assert_eq!((of.items.len(), of.more), (4, false));
        tamper(&place, "UPDATE decisions SET record = NULL WHERE id < 4").await;
        assert!(matches!(store.audit().await, Ok(Audit::Sound { .. })));
        tamper(&place, "UPDATE decisions SET record = '{}' WHERE id = 9").await;
        assert_eq!(store.audit().await, Ok(Audit::Broken { id: 9 }));
        tamper(&place, "UPDATE decisions SET decision = '\"pass\"' WHERE id = 5").await;
        assert_eq!(store.audit().await, Ok(Audit::Broken { id: 5 }));
        tamper(&place, "DELETE FROM decisions WHERE id = 2").await;
        assert_eq!(store.audit().await, Ok(Audit::Broken { id: 2 }));
    });
}

#[test]
fn the_end_of_the_chain_cannot_be_cut_off() {
    everywhere(async |place| {
        let store = place.open().await;
        for at in 0..3 {
            let odd = Decided { summary: "a\0b".to_owned(), decision: None, ..decided(1, at) };
            store.decide(odd, None).await.unwrap();
        }
        assert!(matches!(store.audit().await, Ok(Audit::Sound { decisions: 3, .. })));
        tamper(&place, "DELETE FROM decisions WHERE id = 3").await;
        assert_eq!(store.audit().await, Ok(Audit::Broken { id: 3 }));
    });
}

#[test]
fn what_was_forgotten_while_it_was_asked_for_is_not_remembered() {
    everywhere(async |place| {
        let store = place.open().await;
        let key = format!("{}team/core", Store::people("Acme"));
        store.remember(&key, "[1]", NOW, NOW + 100).await.unwrap();
        store.remember("people/acmex/", "[2]", NOW, NOW + 100).await.unwrap();
        assert_eq!(store.recall(&key, NOW + 99).await, Ok(Some("[1]".to_owned())));
        assert_eq!(store.recall(&key, NOW + 100).await, Ok(None));
        let people = Note::People { owner: "ACME".into(), team: None, login: None };
        store.accept(delivery("a", NOW + 5, vec![], vec![people])).await.unwrap();
        assert_eq!(store.recall(&key, NOW + 6).await, Ok(None));
        assert_eq!(store.recall("people/acmex/", NOW + 6).await, Ok(Some("[2]".to_owned())));
        store.remember(&key, "[old]", NOW + 5, NOW + 100).await.unwrap();
        assert_eq!(store.recall(&key, NOW + 6).await, Ok(None));
        store.remember(&key, "[new]", NOW + 6, NOW + 100).await.unwrap();
        assert_eq!(store.recall(&key, NOW + 7).await, Ok(Some("[new]".to_owned())));
        store.forget("people/", NOW + 8).await.unwrap();
        assert_eq!(store.recall("people/acmex/", NOW + 9).await, Ok(None));
        // Wildcards are none.
        store.remember("a%b", "1", NOW, NOW + 9).await.unwrap();
        store.forget("%", NOW).await.unwrap();
        assert_eq!(store.recall("a%b", NOW).await, Ok(Some("1".to_owned())));
    });
}

#[test]
fn sessions_cursors_and_requests_are_kept() {
    everywhere(async |place| {
        let store = place.open().await;
        let session =
            Session { account: 7, login: "ana".into(), value: "{}".into(), until: NOW + 60 };
        let token = store.begin_session(&session).await.unwrap();
        assert_eq!(store.session(&token, NOW).await, Ok(Some(session)));
        assert_eq!(store.session(&token, NOW + 60).await, Ok(None));
        assert_eq!(store.session("guess", NOW).await, Ok(None));
        store.end_session(&token).await.unwrap();
        assert_eq!(store.session(&token, NOW).await, Ok(None));

        assert_eq!(store.cursor("deliveries").await, Ok(None));
        store.set_cursor("deliveries", "1").await.unwrap();
        store.set_cursor("deliveries", "2").await.unwrap();
        assert_eq!(store.cursor("deliveries").await, Ok(Some("2".to_owned())));

        assert_eq!(store.requested((10, 1), "Ana", NOW).await, Ok(true));
        assert_eq!(store.requested((10, 1), "ana", NOW + 1).await, Ok(false));
        assert_eq!(store.requested((10, 2), "ana", NOW).await, Ok(true));
        assert_eq!(store.requested((10, 2), "bo", NOW).await, Ok(true));
        assert_eq!(store.load().await, Ok(BTreeMap::new()));
        store.set_pull(&open_pull(1, oid(1), NOW)).await.unwrap();
        store.set_pull(&open_pull(2, oid(2), NOW)).await.unwrap();
        let load = [("ana".to_owned(), 2), ("bo".to_owned(), 1)];
        assert_eq!(store.load().await, Ok(BTreeMap::from(load)));
        store.unrequested((10, 2), "BO").await.unwrap();
        store.close_pull(10, 1).await.unwrap();
        assert_eq!(store.load().await, Ok(BTreeMap::from([("ana".to_owned(), 1)])));
        assert_eq!(store.requested((10, 2), "bo", NOW).await, Ok(true));
    });
}

#[test]
fn only_what_is_over_and_old_is_taken_away() {
    everywhere(async |place| {
        let store = place.open().await;
        let year = 366 * 86_400;
        let old = vec![asks(pull(1), Cause::Head), asks(pull(2), Cause::Head)];
        let notes = vec![review(7, oid(1), Opinion::Approved)];
        store.accept(delivery("a", NOW, old, notes)).await.unwrap();
        let done = take(&store, NOW).await.unwrap();
        store.finish(&done, None).await.unwrap();
        store.set_pull(&Pull { open: false, ..open_pull(1, oid(1), NOW) }).await.unwrap();
        store.set_pull(&open_pull(2, oid(1), NOW)).await.unwrap();
        store.decide(decided(1, NOW), Some("{}".to_owned())).await.unwrap();
        store.remember("k", "v", NOW, NOW + 10).await.unwrap();
        assert_eq!(store.prune(&Keep::default(), NOW).await.unwrap().rows, 0);
        assert!(store.prune(&Keep::default(), NOW + 2 * year).await.unwrap().rows > 0);
        assert_eq!(store.prune(&Keep::default(), NOW + 2 * year).await.unwrap().rows, 0);
        assert_eq!(store.reviews(10, 1).await, Ok(vec![]));
        assert_eq!(store.pull(10, 1).await, Ok(None));
        assert!(store.pull(10, 2).await.unwrap().is_some());
        assert_eq!(store.decision(1).await.unwrap().unwrap().record, None);
        assert!(matches!(store.audit().await, Ok(Audit::Sound { decisions: 1, .. })));
        let left = take(&store, NOW).await.unwrap();
        assert_eq!(left.subject, pull(2));
        assert_eq!(store.finish(&left, None).await, Ok(Held::Still));
        // A slot that comes again is newer than it ever was.
        store.nudge(vec![asks(done.subject.clone(), Cause::Head)], NOW).await.unwrap();
        assert!(take(&store, NOW).await.unwrap().fence > done.fence);
    });
}

#[test]
fn many_may_open_one_database_at_once() {
    everywhere(async |place| {
        let mut tasks = Vec::new();
        for number in 0..8 {
            let url = place.url.clone();
            tasks.push(tokio::spawn(async move {
                let options = Options { connections: 2, ..Options::default() };
                let store = Store::open(&url, &options).await.unwrap();
                store.nudge(vec![asks(pull(number), Cause::Head)], NOW).await.unwrap();
                store.ready().await.unwrap();
                store.close().await;
                assert!(store.ready().await.is_err());
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(place.open().await.waiting(NOW).await.unwrap().due, 8);
    });
}

#[test]
fn a_newer_schema_and_a_strange_address_are_refused() {
    everywhere(async |place| {
        place.open().await.close().await;
        tamper(&place, "INSERT INTO refgate_schema (version) VALUES (99)").await;
        let newer = Store::open(&place.url, &Options::default()).await.err();
        assert!(matches!(newer, Some(StoreError::Newer { found: 99, .. })), "{newer:?}");
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for url in ["", "mysql://x", "sqlite:", "sqlite::memory:", "sqlite:/nowhere/at/all.db"] {
        let refused = runtime.block_on(Store::open(url, &Options::default())).err();
        assert!(matches!(refused, Some(StoreError::Unfit(_))), "{url}: {refused:?}");
    }
}

#[test]
fn what_is_no_database_is_left_as_it_is() {
    let place = Place::file();
    let path = place.url.strip_prefix("sqlite:").unwrap();
    std::fs::write(path, "something else entirely, and long enough to be read\n".repeat(90))
        .unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refused = runtime.block_on(Store::open(&place.url, &Options::default())).err();
    assert!(matches!(refused, Some(StoreError::Damaged(_))), "{refused:?}");
    assert!(std::fs::read_to_string(path).unwrap().starts_with("something else"));
}

#[test]
fn a_file_is_for_nobody_else() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::file();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = place.open().await;
        store.set_cursor("a", "b").await.unwrap();
        for file in std::fs::read_dir(place.dir.as_ref().unwrap().path()).unwrap() {
            let file = file.unwrap();
            let mode = file.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{:?}", file.path());
        }
    });
}

#[test]
fn a_subject_of_every_kind_has_a_slot_of_its_own() {
    everywhere(async |place| {
        let store = place.open().await;
        let group = |head| Subject::Group { home: HOME, head, base: "main".into(), onto: oid(2) };
        let deployment = |environment: &str| Subject::Deployment {
            home: HOME,
            run: 5,
            environment: environment.to_owned(),
            commit: oid(1),
        };
        let subjects = [
            pull(1),
            group(oid(1)),
            group(oid(3)),
            deployment("a\0'b"),
            deployment(&"production ".repeat(20)),
            Subject::Head { home: HOME, commit: oid(1) },
            Subject::Branch { home: HOME, name: "feature/\u{1f600}".repeat(40) },
            Subject::Repository { home: HOME },
            Subject::Installation { installation: 1 },
        ];
        let nudges = subjects.iter().map(|it| asks(it.clone(), Cause::Queue)).collect();
        store.nudge(nudges, NOW).await.unwrap();
        let mut found = Vec::new();
        while let Some(job) = take(&store, NOW).await {
            found.push(job.subject);
        }
        found.sort();
        let mut subjects = subjects.to_vec();
        subjects.sort();
        assert_eq!(found, subjects);
    });
}

#[test]
fn a_slot_that_cannot_be_read_keeps_nobody_waiting() {
    everywhere(async |place| {
        let store = place.open().await;
        store.nudge(vec![asks(pull(1), Cause::Head)], NOW).await.unwrap();
        store.nudge(vec![asks(pull(2), Cause::Head)], NOW + 1).await.unwrap();
        tamper(&place, "UPDATE slots SET subject = '{\"later\":{}}' WHERE slot = 'pull/10/1'")
            .await;
        assert_eq!(take(&store, NOW + 1).await.unwrap().subject, pull(2));
        assert_eq!(take(&store, NOW + 1).await, None);
        assert_eq!(store.waiting(NOW + 9000).await.unwrap().troubled, 1);
        store.nudge(vec![asks(pull(1), Cause::Head)], NOW + 2).await.unwrap();
        assert_eq!(take(&store, NOW + 2).await.unwrap().subject, pull(1));
    });
}

#[test]
fn whoever_holds_the_database_is_not_waited_for_for_ever() {
    everywhere(async |place| {
        let options = Options { patience: Duration::from_millis(600), ..Options::default() };
        let store = Store::open(&place.url, &options).await.unwrap();
        let it = delivery("a", NOW, vec![asks(pull(1), Cause::Head)], vec![]);
        let refused = match place.url.strip_prefix("sqlite:") {
            Some(path) => {
                let mut line = SqliteConnection::connect(path).await.unwrap();
                sqlx::query("BEGIN IMMEDIATE").execute(&mut line).await.unwrap();
                store.accept(it.clone()).await
            }
            None => {
                let mut line = PgConnection::connect(&place.url).await.unwrap();
                let mut held = line.begin().await.unwrap();
                sqlx::query("LOCK TABLE deliveries").execute(&mut *held).await.unwrap();
                store.accept(it.clone()).await
            }
        };
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        // Who was refused asks again, and is not told that it was done before.
        let mut again = store.accept(it.clone()).await;
        for _ in 0..100 {
            if again.is_ok() {
                break;
            }
            again = store.accept(it.clone()).await;
        }
        assert_eq!(again, Ok(Accepted::New));
        assert_eq!(store.accept(it).await, Ok(Accepted::Duplicate));
    });
}

#[test]
fn pull_requests_are_chosen_by_what_they_wait_for() {
    everywhere(async |place| {
        let store = place.open().await;
        let lines = ["", "1 of @acme/DBA: approve it", "100%_sure! 'ok\\", "the author: push"];
        for (number, waits_for) in (1..).zip(lines) {
            store.set_pull(&open_pull(number, oid(1), NOW)).await.unwrap();
            let waits_for = waits_for.to_owned();
            store.decide(Decided { waits_for, ..decided(number, NOW) }, None).await.unwrap();
        }
        store.set_pull(&open_pull(5, oid(1), NOW)).await.unwrap();
        let chosen = async |waits: WaitsFor| {
            let listed = store.pulls_waiting(&Within::All, &waits, FIRST).await.unwrap();
            listed.items.iter().map(|it| it.pull.number).collect::<Vec<_>>()
        };
        let named = |text: &str| WaitsFor::Named(text.to_owned());
        assert_eq!(chosen(WaitsFor::Anything).await, [1, 2, 3, 4, 5]);
        assert_eq!(chosen(WaitsFor::Nothing).await, [1], "5 was not judged yet");
        assert_eq!(chosen(named("ACME/dba")).await, [2]);
        for text in ["%", "_", "!", "%_SURE!", "'", "'ok\\", "\\"] {
            assert_eq!(chosen(named(text)).await, [3], "{text}");
        }
        assert_eq!(chosen(named("nobody")).await, [0; 0]);
        assert_eq!(chosen(named(&"x".repeat(5000))).await, [0; 0]);
        let here = Within::Only(vec![11]);
        let other = store.pulls_waiting(&here, &named("a"), FIRST).await.unwrap();
        assert_eq!(other.items, []);
    });
}

#[test]
fn decisions_are_chosen_by_how_they_came_out() {
    everywhere(async |place| {
        let store = place.open().await;
        let record =
            |text: &str| Some(format!("{{\"a\":\"\\\"outcome\\\": \\\"overridden\\\"\"{text}}}"));
        let all = [
            (Some(Decision::Warn), record(",\n \"outcome\": \"overridden\"")),
            (Some(Decision::Warn), record(",\"outcome\":\"overridden\"")),
            // What only says so is none.
            (Some(Decision::Warn), record("")),
            (Some(Decision::Warn), None),
            (Some(Decision::Deny), record(",\"outcome\":\"overridden\"")),
            (None, None),
            (Some(Decision::Pending), record("")),
            (Some(Decision::Pass), record("")),
        ];
        for (number, (decision, record)) in (1..).zip(all) {
            store.decide(Decided { decision, ..decided(number, NOW) }, record).await.unwrap();
        }
        let chosen = async |came: Came| {
            let listed = store.recent_that(&Within::Only(vec![10]), came, FIRST).await.unwrap();
            listed.items.iter().map(|it| it.id).collect::<Vec<_>>()
        };
        assert_eq!(chosen(Came::Anyhow).await, [8, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!(chosen(Came::Denied).await, [6, 5]);
        assert_eq!(chosen(Came::Waiting).await, [7]);
        assert_eq!(chosen(Came::Overridden).await, [2, 1]);
    });
}
