//! The same against a GitHub that has a state, and holds what is asked to what GitHub
//! publishes about itself.

use std::time::Duration;

use refgate::github::api::{
    Access, ApiError, App, Call, Caller, Changed, Client, Endpoint, Limit, Scope, Secret, Setup,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::fake::shown;
use crate::files;
use crate::hub::{Hub, RepoHandle, Trouble};

/// A client of the App of `hub`.
fn client(hub: &Hub) -> Client {
    let app = App::new(&hub.app().id().to_string(), &Secret::new(&hub.app().key())).unwrap();
    let mut setup = Setup::new(Endpoint::of(&hub.api()).unwrap()).app(app);
    setup.patience.whole = Duration::from_secs(3);
    Client::new(setup).unwrap()
}

/// Speaks for what a check needs.
fn checker(hub: &Hub, shop: &RepoHandle) -> Caller {
    let scope = Scope::of(shop.id())
        .may(Access::Write, "checks")
        .may(Access::Read, "contents")
        .may(Access::Read, "pull_requests");
    client(hub).installation(hub.app().installation("acme"), scope)
}

#[derive(Debug, Deserialize)]
struct Made {
    id: u64,
}

#[tokio::test]
async fn a_token_does_what_it_was_made_for_and_no_more() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let head = shop.commit("main", files!["a" => "b"], "begin");
    let client = client(&hub);
    let app: Value = client.app().get("/app").await.unwrap();
    assert_eq!(app["slug"], "refgate");
    let check = json!({"name": "refgate", "head_sha": head, "status": "in_progress"});
    let path = "/repos/acme/shop/check-runs";
    let made: Made = checker(&hub, &shop).post(path, &check).await.unwrap();
    let path = format!("{path}/{}", made.id);
    let done = json!({"status": "completed", "conclusion": "success"});
    checker(&hub, &shop).patch::<Made>(&path, &done).await.unwrap();
    assert_eq!(shop.check_of(&head, "refgate").unwrap().conclusion.as_deref(), Some("success"));

    let reader = Scope::of(shop.id()).may(Access::Read, "checks");
    let reader = client.installation(hub.app().installation("acme"), reader);
    reader.get::<Made>(&path).await.unwrap();
    let error = reader.patch::<Value>(&path, &done).await.unwrap_err();
    let ApiError::Forbidden { needs: Some(needs), .. } = &error else { panic!("{error:?}") };
    assert_eq!(needs, "checks=write");
    let other = hub.repo("acme/other");
    other.commit("main", files!["a" => "b"], "begin");
    assert_eq!(reader.get::<Value>("/repos/acme/other").await, Err(ApiError::NotFound));
}

#[tokio::test]
async fn a_token_that_has_ended_is_replaced_and_a_renamed_repository_found() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let head = shop.commit("main", files!["a" => "b"], "begin");
    let caller = checker(&hub, &shop);
    let list = async || {
        let path = format!("/repos/acme/shop/commits/{head}/check-runs");
        caller.list_in::<Made>(&path, "check_runs", 500).await.unwrap()
    };
    assert!(list().await.complete);
    hub.expire_tokens();
    assert!(list().await.complete);
    assert_eq!(hub.calls("apps/create-installation-access-token").len(), 2);
    for name in 0..101 {
        shop.check(&head, "github-actions", &format!("job {name}"), Some("success"));
    }
    shop.rename("store");
    let listed = list().await;
    assert_eq!((listed.items.len(), listed.complete), (101, true));
    assert_eq!(caller.client().calls().of(Call::Token), 2);
}

#[tokio::test]
async fn what_goes_wrong_once_is_told_and_goes_well_the_next_time() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    shop.commit("main", files!["a" => "b"], "begin");
    for (trouble, told) in [
        (Trouble::Status(502), "Unavailable"),
        (Trouble::ResetBefore, "Unavailable"),
        (Trouble::ResetAfter, "Unavailable"),
        (Trouble::Cut, "Unavailable"),
        (Trouble::Slow(Duration::from_secs(6)), "Unavailable"),
        (Trouble::Garbage, "Malformed"),
        (Trouble::Primary(50), "Limited"),
        (Trouble::Secondary(None), "Limited"),
        (Trouble::Secondary(Some(9)), "Limited"),
    ] {
        let caller = checker(&hub, &shop);
        hub.trouble("repos/get", 1, trouble.clone());
        let error = caller.get::<Made>("/repos/acme/shop").await.unwrap_err();
        assert!(
            format!("{error:?}").starts_with(told) && error.is_temporary(),
            "{trouble:?}: {error:?}"
        );
        let again = checker(&hub, &shop);
        assert_eq!(again.get::<Made>("/repos/acme/shop").await.unwrap().id, shop.id());
        let token = caller.token().await.unwrap().unwrap();
        assert!(!shown(&[&error], &[&error]).contains(token.expose()));
    }
}

#[tokio::test]
async fn a_check_is_made_once_whatever_becomes_of_the_answer() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let head = shop.commit("main", files!["a" => "b"], "begin");
    let check = json!({"name": "refgate", "head_sha": head, "status": "in_progress"});
    for (trouble, made) in [
        (Trouble::ResetAfter, 1),
        (Trouble::Cut, 2),
        (Trouble::ResetBefore, 2),
        (Trouble::Status(503), 2),
        (Trouble::Expired, 3),
    ] {
        hub.trouble("checks/create", 1, trouble.clone());
        let caller = checker(&hub, &shop);
        let answer = caller.post::<Made>("/repos/acme/shop/check-runs", &check).await;
        // Only what was refused for its token is repeated.
        assert_eq!(answer.is_ok(), matches!(trouble, Trouble::Expired), "{trouble:?}: {answer:?}");
        assert_eq!(shop.checks_of(&head, "refgate").len(), made, "{trouble:?}");
    }
}

#[tokio::test]
async fn graphql_is_asked_where_it_is_and_what_is_as_it_was_is_free() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    shop.commit("main", files!["a" => "b"], "begin");
    let pull = shop.pull("feature", files!["c" => "d"]);
    let caller = checker(&hub, &shop);
    let query = "query($number: Int!) {
      repository(owner: \"acme\", name: \"shop\") { pullRequest(number: $number) { title } }
    }";
    let answer = caller.graphql::<Value>(query, json!({"number": pull.number})).await.unwrap();
    let data = answer.whole().unwrap();
    assert!(data["repository"]["pullRequest"]["title"].is_string(), "{data}");
    let answer = caller.graphql::<Value>(query, json!({"number": 99})).await.unwrap();
    assert_eq!(answer.whole(), Err(ApiError::NotFound));
    hub.trouble("graphql", 1, Trouble::Primary(30));
    let limited = caller.graphql::<Value>(query, json!({"number": 1})).await.unwrap_err();
    assert!(matches!(limited, ApiError::Limited { kind: Limit::Primary, .. }), "{limited:?}");

    let changed = async |tag: Option<&str>| {
        caller.get_if_changed::<Value>("/repos/acme/shop", tag).await.unwrap()
    };
    let Changed::New { tag: Some(tag), .. } = changed(None).await else { panic!() };
    assert_eq!(changed(Some(&tag)).await, Changed::Same);
    assert_eq!(caller.client().calls().of(Call::Unchanged), 1);
}
