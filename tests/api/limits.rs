//! GitHub's limits, which are kept to before it has to say so.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use refgate::github::api::{ApiError, Limit, Scope, Secret};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::fake::{Fake, NOW, left, mint, say, texts, with};

fn limited(result: Result<Value, ApiError>) -> (i64, Limit) {
    match result {
        Err(ApiError::Limited { until, kind }) => (until, kind),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_spent_window_stops_calls_until_the_next() {
    for status in [403, 429] {
        let fake = Fake::new(move |it| {
            let headers = left(5000, 0, NOW + 90);
            match it.before {
                0 => with(status, &texts(&headers), json!({"message": "API rate limit exceeded"})),
                _ => say(200, json!(1)),
            }
        })
        .await;
        let (client, clock) = fake.client();
        let caller = client.with_token(Secret::new("t"));
        for _ in 0..3 {
            assert_eq!(limited(caller.get("/x").await), (NOW + 90, Limit::Primary));
            assert_eq!(
                limited(caller.clone().urgent().get("/x").await),
                (NOW + 90, Limit::Primary)
            );
        }
        assert_eq!(fake.seen().len(), 1);
        clock.advance(90);
        caller.get::<Value>("/x").await.unwrap();
    }
}

#[tokio::test]
async fn a_window_that_ends_by_another_clock_stops_calls_for_a_minute() {
    for (reset, until) in [(NOW - 50, NOW + 60), (NOW + 9_999_999, NOW + 3600)] {
        let headers = left(5000, 0, reset);
        let fake = Fake::new(move |_| with(403, &texts(&headers), json!({}))).await;
        let (client, _) = fake.client();
        let caller = client.nobody();
        assert_eq!(limited(caller.get("/x").await), (until, Limit::Primary));
        assert_eq!(limited(caller.get("/x").await), (until, Limit::Primary));
        assert_eq!(fake.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_secondary_limit_stops_all_of_the_installation_and_no_other() {
    let fake = Fake::new(|it| match it.path.as_str() {
        _ if it.is_mint() => mint(it, NOW),
        "/busy" => with(429, &[("retry-after", "17")], json!({"message": "slow down"})),
        _ => say(200, json!(1)),
    })
    .await;
    let (client, clock) = fake.client();
    let caller = client.installation(7, Scope::of(1));
    assert_eq!(limited(caller.get("/busy").await), (NOW + 17, Limit::Secondary));
    let others = client.installation(7, Scope::of(2)).urgent();
    assert_eq!(limited(others.get("/x").await), (NOW + 17, Limit::Secondary));
    let graphql = others.graphql::<Value>("{ x }", json!({})).await;
    assert!(matches!(graphql, Err(ApiError::Limited { .. })));
    client.installation(8, Scope::of(1)).get::<Value>("/x").await.unwrap();
    clock.advance(17);
    others.get::<Value>("/x").await.unwrap();
}

#[tokio::test]
async fn a_secondary_limit_without_a_time_is_waited_for_longer_each_time() {
    let message =
        json!({"message": "You have exceeded a secondary rate limit. Wait a few minutes"});
    let fake = Fake::new(move |it| match it.path.as_str() {
        "/ok" => say(200, json!(1)),
        _ => with(403, &texts(&left(5000, 4000, NOW + 1800)), message.clone()),
    })
    .await;
    let (client, clock) = fake.client();
    let caller = client.nobody();
    let mut pauses = Vec::new();
    for _ in 0..3 {
        let (until, kind) = limited(caller.get("/x").await);
        assert_eq!(kind, Limit::Secondary);
        pauses.push(until - clock.now());
        clock.advance(until - clock.now());
    }
    assert!((60..75).contains(&pauses[0]), "{pauses:?}");
    assert!((120..135).contains(&pauses[1]), "{pauses:?}");
    assert!((240..255).contains(&pauses[2]), "{pauses:?}");
    caller.get::<Value>("/ok").await.unwrap();
    let (until, _) = limited(caller.get("/x").await);
    assert!((60..75).contains(&(until - clock.now())));
}

#[tokio::test]
async fn a_refusal_that_is_no_limit_is_none() {
    let fake = Fake::new(|_| {
        let mut headers = left(5000, 4999, NOW + 1800);
        headers.push(("x-accepted-github-permissions", "checks=write".to_owned()));
        with(403, &texts(&headers), json!({"message": "Resource not accessible by integration"}))
    })
    .await;
    let (client, _) = fake.client();
    for _ in 0..2 {
        let error = client.nobody().post::<Value>("/x", &json!({})).await.unwrap_err();
        let told = "GitHub forbids it: Resource not accessible by integration (needs checks=write)";
        assert_eq!(error.to_string(), told);
        assert!(
            matches!(error, ApiError::Forbidden { needs: Some(it), .. } if it == "checks=write")
        );
    }
    assert_eq!(fake.seen().len(), 2);
}

#[tokio::test]
async fn the_last_tenth_of_a_window_is_for_what_is_urgent() {
    let fake = Fake::new(|it| match it.path.as_str() {
        _ if it.is_mint() => mint(it, NOW),
        _ => with(200, &texts(&left(5000, 500, NOW + 600)), json!(1)),
    })
    .await;
    let (client, clock) = fake.client();
    let caller = client.installation(7, Scope::of(1));
    caller.get::<Value>("/x").await.unwrap();
    assert_eq!(limited(caller.get("/x").await), (NOW + 600, Limit::Primary));
    caller.clone().urgent().get::<Value>("/x").await.unwrap();
    // GraphQL has a window of its own.
    let asked = caller.graphql::<Value>("{ x }", json!({})).await;
    assert!(matches!(asked, Err(ApiError::Malformed(_))), "{asked:?}");
    let left = client.remaining();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].installation, left[0].resource.as_str()), (Some(7), "core"));
    assert_eq!((left[0].limit, left[0].remaining, left[0].reset), (5000, 500, NOW + 600));
    clock.advance(600);
    caller.get::<Value>("/x").await.unwrap();
}

#[tokio::test]
async fn answers_that_overtake_each_other_do_not_make_more_of_what_is_left() {
    let gate = Arc::new(Notify::new());
    let open = Arc::clone(&gate);
    let fake = Fake::slow(move |it| {
        let open = Arc::clone(&open);
        async move {
            let remaining = match it.path.as_str() {
                "/early" => {
                    open.notified().await;
                    3000
                }
                _ => 0,
            };
            with(200, &texts(&left(5000, remaining, NOW + 600)), json!(1))
        }
    })
    .await;
    let (client, _) = fake.client();
    let caller = client.nobody();
    let other = caller.clone();
    let early = tokio::spawn(async move { other.get::<Value>("/early").await });
    while fake.seen().is_empty() {
        tokio::task::yield_now().await;
    }
    caller.get::<Value>("/late").await.unwrap();
    gate.notify_one();
    early.await.unwrap().unwrap();
    assert_eq!(limited(caller.get("/x").await), (NOW + 600, Limit::Primary));
}

#[tokio::test]
async fn graphql_tells_of_limits_with_status_200() {
    let fake = Fake::new(|it| {
        let error = match it.body["query"].as_str().unwrap() {
            "{ primary }" => json!({"type": "RATE_LIMITED", "message": "API rate limit exceeded"}),
            _ => json!({"message": "You have exceeded a secondary rate limit"}),
        };
        let mut headers = left(5000, 0, NOW + 30);
        headers[3].1 = "graphql".to_owned();
        if it.body["query"] != "{ primary }" {
            headers[1].1 = "4000".to_owned();
        }
        with(200, &texts(&headers), json!({"data": null, "errors": [error]}))
    })
    .await;
    let (client, clock) = fake.client();
    let caller = client.with_token(Secret::new("t"));
    for _ in 0..2 {
        let asked = caller.graphql::<Value>("{ primary }", json!({})).await;
        assert_eq!(asked, Err(ApiError::Limited { until: NOW + 30, kind: Limit::Primary }));
    }
    assert_eq!(fake.seen().len(), 1);
    clock.advance(30);
    let asked = caller.graphql::<Value>("{ secondary }", json!({})).await;
    let Err(ApiError::Limited { until, kind: Limit::Secondary }) = asked else {
        panic!("{asked:?}");
    };
    assert!((90..105).contains(&(until - NOW)));
}

#[tokio::test]
async fn writes_of_an_installation_go_out_one_after_the_other() {
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let reads = Arc::new(Notify::new());
    let (all, seen, gate) = (Arc::clone(&now), Arc::clone(&most), Arc::clone(&reads));
    let fake = Fake::slow(move |it| {
        let (now, most, gate) = (Arc::clone(&all), Arc::clone(&seen), Arc::clone(&gate));
        async move {
            if it.is_mint() {
                return mint(&it, NOW);
            }
            let at_once = now.fetch_add(1, Ordering::SeqCst) + 1;
            let is_read = it.method == "GET";
            most[usize::from(is_read)].fetch_max(at_once, Ordering::SeqCst);
            match is_read {
                // Reads wait until there are four of them.
                true if at_once < 4 => gate.notified().await,
                true => gate.notify_waiters(),
                false => tokio::task::yield_now().await,
            }
            now.fetch_sub(1, Ordering::SeqCst);
            say(200, json!(1))
        }
    })
    .await;
    let (client, _) = fake.client();
    let mut tasks = Vec::new();
    for number in 0..8 {
        let caller = client.installation(7, Scope::of(1));
        tasks.push(tokio::spawn(async move {
            let path = format!("/x/{number}");
            match number % 2 {
                0 => caller.post::<Value>(&path, &json!({})).await.unwrap(),
                _ => caller
                    .graphql::<Value>("mutation { x }", json!({}))
                    .await
                    .map(|_| json!(1))
                    .unwrap_or_default(),
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let reads = (0..4).map(|number| {
        let caller = client.installation(7, Scope::of(1));
        tokio::spawn(async move { caller.get::<Value>(&format!("/y/{number}")).await.unwrap() })
    });
    for task in reads.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let most = most.each_ref().map(|it| it.load(Ordering::SeqCst));
    assert_eq!(most, [1, 4]);
}

#[test]
fn nothing_is_tried_again_before_a_limit_ends_nor_much_later() {
    for until in [NOW - 5, NOW, NOW + 900] {
        for attempt in [0, 1, 5, u32::MAX] {
            let error = ApiError::Limited { until, kind: Limit::Primary };
            let again = error.retry_at(NOW, attempt);
            assert!(again >= until && again > NOW && again <= until.max(NOW + 1) + 30);
        }
    }
    let error = ApiError::Unavailable(String::new());
    for (attempt, most) in [(0, 4), (1, 4), (2, 8), (3, 16), (9, 600), (u32::MAX, 600)] {
        let pauses: Vec<_> = (0..500).map(|_| error.retry_at(NOW, attempt) - NOW).collect();
        assert!(pauses.iter().all(|it| (1..=most).contains(it)), "{attempt}: {pauses:?}");
        assert!(pauses.iter().any(|it| *it > most / 2), "{attempt}");
    }
    assert_eq!(error.retry_at(i64::MAX, 3), i64::MAX);
}
