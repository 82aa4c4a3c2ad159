//! The fake GitHub of these tests behaves as GitHub does where that is easy to get wrong.

#![cfg(feature = "github")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::too_many_lines)]

mod hub;

use std::sync::{Arc, Mutex};

use hub::State::{Approved, ChangesRequested, Commented};
use hub::http::{Answer, call};
use hub::{Content, Hub, Role, Trouble, Weather};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Calls REST with a token.
async fn ask(hub: &Hub, method: &str, path: &str, token: &str, body: Option<Value>) -> Answer {
    let header = format!("Bearer {token}");
    let headers = [
        ("User-Agent", "test"),
        ("Authorization", header.as_str()),
        ("Accept", "application/vnd.github+json"),
    ];
    let body = body.map(|it| it.to_string()).unwrap_or_default();
    let url =
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", hub.api()) };
    call(method, &url, &headers, body.as_bytes()).await.unwrap()
}

async fn get(hub: &Hub, path: &str, token: &str) -> Value {
    let answer = ask(hub, "GET", path, token, None).await;
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

/// Proves to be the App.
fn proof(hub: &Hub, from: i64, to: i64) -> String {
    let now = jiff::Timestamp::now().as_second();
    let claims = json!({ "iss": hub.app().id().to_string(), "iat": now + from, "exp": now + to });
    let key = EncodingKey::from_rsa_pem(hub.app().key().as_bytes()).unwrap();
    jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &key).unwrap()
}

/// What the fake's own files list, with the path of each.
fn described() -> Vec<(String, String, String)> {
    let whole: Value = serde_json::from_str(include_str!("hub/github/rest.json")).unwrap();
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    whole["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (text(&it["id"]), text(&it["method"]), text(&it["path"])))
        .collect()
}

/// A receiver of webhooks: event, action and guid of each, in order.
async fn receiver() -> (String, Arc<Mutex<Vec<(String, Value)>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhook", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut all, mut part) = (Vec::new(), vec![0; 65536]);
            let (head, body) = loop {
                let many = stream.read(&mut part).await.unwrap();
                all.extend_from_slice(&part[..many]);
                let Some(end) = all.windows(4).position(|it| it == b"\r\n\r\n") else { continue };
                let head = String::from_utf8_lossy(&all[..end]).into_owned();
                let length = head
                    .lines()
                    .find_map(|it| it.strip_prefix("Content-Length: "))
                    .unwrap()
                    .parse::<usize>()
                    .unwrap();
                if all.len() >= end + 4 + length {
                    break (head, all[end + 4..].to_vec());
                }
            };
            let signature = head
                .lines()
                .find_map(|it| it.strip_prefix("X-Hub-Signature-256: "))
                .unwrap()
                .to_owned();
            assert_eq!(signature, hub::signature("it's a secret to refgate", &body));
            let event =
                head.lines().find_map(|it| it.strip_prefix("X-GitHub-Event: ")).unwrap().to_owned();
            kept.lock().unwrap().push((event, serde_json::from_slice(&body).unwrap()));
            stream
                .write_all(
                    b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                )
                .await
                .unwrap();
        }
    });
    (url, seen)
}

#[test]
fn signatures_are_githubs() {
    let known = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    assert_eq!(hub::signature("It's a Secret to Everybody", b"Hello, World!"), known);
}

#[tokio::test]
async fn an_app_proves_itself_and_narrows_its_tokens() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let other = hub.repo("acme/other");
    shop.pull("feature", files!["a" => "b"]);
    for (from, to) in [(60, 300), (-60, 700), (-700, -60)] {
        assert_eq!(ask(&hub, "GET", "/app", &proof(&hub, from, to), None).await.status, 401);
    }
    let jwt = proof(&hub, -60, 500);
    assert_eq!(get(&hub, "/app", &jwt).await["slug"], "refgate");
    let installation = get(&hub, "/app/installations", &jwt).await[0]["id"].clone();
    let wanted =
        json!({ "repository_ids": [shop.id()], "permissions": { "pull_requests": "read" } });
    let path = format!("/app/installations/{installation}/access_tokens");
    let answer = ask(&hub, "POST", &path, &jwt, Some(wanted)).await;
    assert_eq!(answer.status, 201);
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    assert!(token.len() > 40);
    get(&hub, "/repos/acme/shop/pulls/1", &token).await;
    let refused = ask(&hub, "GET", "/repos/acme/shop/contents/README.md", &token, None).await;
    assert_eq!(
        (refused.status, refused.header("x-accepted-github-permissions")),
        (403, Some("contents=read"))
    );
    assert_eq!(
        ask(&hub, "GET", &format!("/repos/{}/pulls", other.slug()), &token, None).await.status,
        404
    );
    let more = json!({ "permissions": { "contents": "write" } });
    assert_eq!(ask(&hub, "POST", &path, &jwt, Some(more)).await.status, 422);
    hub.expire_tokens();
    assert_eq!(ask(&hub, "GET", "/repos/acme/shop/pulls/1", &token, None).await.status, 401);
}

#[tokio::test]
async fn a_dismissal_revives_nothing_and_a_forced_head_repoints() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let pr = shop.pull("feature", files!["src/a.rs" => "fn a() {}\n"]);
    let first = pr.head();
    pr.review("bo", Approved);
    let no = pr.review("bo", ChangesRequested);
    pr.dismiss(no, "ana");
    let token = hub.installation_token("acme");
    let reviews = get(&hub, "/repos/acme/shop/pulls/1/reviews", &token).await;
    let states: Vec<_> = reviews.as_array().unwrap().iter().map(|it| it["state"].clone()).collect();
    assert_eq!(states, ["APPROVED", "DISMISSED"]);
    pr.push(files!["src/b.rs" => "fn b() {}\n"]);
    let kept = get(&hub, "/repos/acme/shop/pulls/1/reviews", &token).await;
    assert_eq!(kept[0]["commit_id"], json!(first));
    let forced = pr.force_push(files!["src/a.rs" => "fn evil() {}\n"]);
    let moved = get(&hub, "/repos/acme/shop/pulls/1/reviews", &token).await;
    assert_eq!(moved[0]["commit_id"], json!(forced));
    let activity = get(&hub, "/repos/acme/shop/activity?ref=feature", &token).await;
    assert_eq!(activity[0]["activity_type"], "force_push");
    let refused = ask(
        &hub,
        "PUT",
        &format!("/repos/acme/shop/pulls/1/reviews/{no}/dismissals"),
        &token,
        Some(json!({ "message": "again" })),
    )
    .await;
    assert_eq!(refused.status, 422);
}

#[tokio::test]
async fn the_latest_check_of_a_name_is_shown_and_forks_have_no_pull_requests() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let pr = shop.pull("feature", files!["a" => "b"]);
    shop.check(&pr.head(), "ci", "build", Some("failure"));
    shop.check(&pr.head(), "ci", "build", Some("success"));
    shop.check(&pr.head(), "other", "build", None);
    let token = hub.installation_token("acme");
    let path = format!("/repos/acme/shop/commits/{}/check-runs", pr.head());
    let latest = get(&hub, &path, &token).await;
    assert_eq!(latest["total_count"], 2);
    assert_eq!(get(&hub, &format!("{path}?filter=all"), &token).await["total_count"], 3);
    assert_eq!(latest["check_runs"][0]["pull_requests"][0]["number"], 1);
    let fork = shop.propose("theirs").in_fork("eve").with(files!["c" => "d"]);
    let made = json!({ "name": "refgate", "head_sha": fork.head(), "status": "in_progress" });
    let run = ask(&hub, "POST", "/repos/acme/shop/check-runs", &token, Some(made)).await;
    assert_eq!((run.status, &run.json()["pull_requests"]), (201, &json!([])));
    // Statuses are another list.
    let combined =
        get(&hub, &format!("/repos/acme/shop/commits/{}/status", pr.head()), &token).await;
    assert_eq!((&combined["state"], &combined["total_count"]), (&json!("pending"), &json!(0)));
}

#[tokio::test]
async fn check_runs_are_the_apps_own_and_annotations_add_up() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let pr = shop.pull("feature", files!["a" => "b"]);
    let foreign = shop.check(&pr.head(), "ci", "build", Some("success"));
    let token = hub.installation_token("acme");
    let path = format!("/repos/acme/shop/check-runs/{foreign}");
    assert_eq!(
        ask(&hub, "PATCH", &path, &token, Some(json!({ "conclusion": "failure" }))).await.status,
        403
    );
    let note = json!({ "path": "a", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "no" });
    let output = |many: usize| json!({ "title": "t", "summary": "s", "annotations": vec![note.clone(); many] });
    let body = json!({ "name": "refgate", "head_sha": pr.head(), "output": output(50) });
    let made = ask(&hub, "POST", "/repos/acme/shop/check-runs", &token, Some(body)).await.json();
    let own = format!("/repos/acme/shop/check-runs/{}", made["id"]);
    assert_eq!(
        ask(&hub, "PATCH", &own, &token, Some(json!({ "output": output(51) }))).await.status,
        422
    );
    assert!(!hub.violations().is_empty());
    assert_eq!(
        ask(
            &hub,
            "PATCH",
            &own,
            &token,
            Some(json!({ "output": output(1), "conclusion": "success" }))
        )
        .await
        .status,
        200
    );
    let run = shop.check_of(&pr.head(), "refgate").unwrap();
    assert_eq!((run.annotations.len(), run.status.as_str(), run.writes), (51, "completed", 2));
    assert_eq!(
        get(&hub, &format!("{own}/annotations?per_page=100"), &token)
            .await
            .as_array()
            .unwrap()
            .len(),
        51
    );
}

#[tokio::test]
async fn lists_come_in_pages_and_renamed_repositories_redirect() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let pr = shop.pull("feature", files!["a" => "b"]);
    for at in 0..31 {
        pr.comment("bo", &format!("comment {at}"));
    }
    let token = hub.installation_token("acme");
    let first = ask(&hub, "GET", "/repos/acme/shop/issues/1/comments", &token, None).await;
    assert_eq!(first.json().as_array().unwrap().len(), 30);
    let link = first.header("link").unwrap();
    assert!(link.contains("/repositories/") && link.contains("rel=\"next\""), "{link}");
    let next = link.split('>').next().unwrap().trim_start_matches('<').to_owned();
    assert_eq!(get(&hub, &next, &token).await.as_array().unwrap().len(), 1);
    shop.rename("store");
    let moved = ask(&hub, "GET", "/repos/acme/shop/pulls/1", &token, None).await;
    assert_eq!(moved.status, 301);
    let to = moved.header("location").unwrap().to_owned();
    assert_eq!(get(&hub, &to, &token).await["base"]["repo"]["full_name"], "acme/store");
    // What did not change costs nothing.
    let etag = ask(&hub, "GET", "/repos/acme/store", &token, None)
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let header = format!("token {token}");
    let headers = [
        ("User-Agent", "test"),
        ("Authorization", header.as_str()),
        ("If-None-Match", etag.as_str()),
    ];
    let again =
        call("GET", &format!("{}/repos/acme/store", hub.api()), &headers, b"").await.unwrap();
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn trouble_comes_as_ordered() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let pr = shop.pull("feature", files!["a" => "b"]);
    let token = hub.installation_token("acme");
    hub.trouble("pulls/get", 1, Trouble::Secondary(Some(60)));
    let limited = ask(&hub, "GET", "/repos/acme/shop/pulls/1", &token, None).await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("60")));
    assert_eq!(ask(&hub, "GET", "/repos/acme/shop/pulls/1", &token, None).await.status, 200);
    hub.trouble("checks/create", 1, Trouble::ResetAfter);
    let header = format!("Bearer {token}");
    let headers = [("User-Agent", "test"), ("Authorization", header.as_str())];
    let body = json!({ "name": "refgate", "head_sha": pr.head() }).to_string();
    let url = format!("{}/repos/acme/shop/check-runs", hub.api());
    assert!(call("POST", &url, &headers, body.as_bytes()).await.is_err());
    assert_eq!(shop.checks_of(&pr.head(), "refgate").len(), 1);
    hub.trouble("pulls/get", 1, Trouble::Cut);
    assert!(
        call("GET", &format!("{}/repos/acme/shop/pulls/1", hub.api()), &headers, b"")
            .await
            .is_err()
    );
    hub.limit("acme", 1);
    assert_eq!(
        ask(&hub, "GET", "/repos/acme/shop", &token, None).await.header("x-ratelimit-remaining"),
        Some("0")
    );
    assert_eq!(ask(&hub, "GET", "/repos/acme/shop", &token, None).await.status, 403);
    assert_eq!(hub.calls("repos/get").len(), 2);
}

#[tokio::test]
async fn what_github_does_not_describe_is_a_violation() {
    let hub = Hub::start();
    hub.repo("acme/shop");
    let token = hub.installation_token("acme");
    assert_eq!(ask(&hub, "GET", "/repos/acme/shop/nothing", &token, None).await.status, 404);
    ask(&hub, "GET", "/repos/acme/shop/pulls?stat=open", &token, None).await;
    ask(
        &hub,
        "POST",
        "/repos/acme/shop/check-runs",
        &token,
        Some(json!({ "name": "x", "head_sha": "y", "titel": "z" })),
    )
    .await;
    let wrong = hub.violations();
    assert_eq!(wrong.len(), 3, "{wrong:#?}");
}

#[tokio::test]
async fn deliveries_are_signed_and_the_weather_is_ours() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let (url, seen) = receiver().await;
    hub.app().hook_at(&url);
    let pr = shop.pull("feature", files!["a" => "b"]);
    pr.review("bo", Commented);
    hub.settled().await;
    let events: Vec<_> = seen.lock().unwrap().iter().map(|it| it.0.clone()).collect();
    assert_eq!(events, ["push", "check_suite", "pull_request", "pull_request_review"]);
    assert_eq!(seen.lock().unwrap()[3].1["review"]["state"], "commented");
    hub.lose_next(1);
    pr.comment("bo", "lost");
    hub.settled().await;
    let jwt = proof(&hub, -60, 500);
    let failed = get(&hub, "/app/hook/deliveries?status=failure", &jwt).await;
    assert_eq!(failed.as_array().unwrap().len(), 1);
    let again = format!("/app/hook/deliveries/{}/attempts", failed[0]["id"]);
    assert_eq!(ask(&hub, "POST", &again, &jwt, None).await.status, 202);
    hub.settled().await;
    assert_eq!(hub.deliveries().last().unwrap().guid, failed[0]["guid"].as_str().unwrap());
    hub.weather(Weather { twice: 100, shuffled: true, seed: 3, ..Weather::default() });
    let before = seen.lock().unwrap().len();
    hub.hold();
    pr.push(files!["c" => "d"]);
    hub.release();
    hub.settled().await;
    assert_eq!(seen.lock().unwrap().len() - before, 6);
}

#[tokio::test]
async fn teams_include_their_children_and_roles_have_two_names() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    hub.team("acme/core", &["bo"]);
    let child = hub.child_team("acme/core", "acme/db", &["cy"]);
    shop.grant_team(child, Role::Maintain);
    let token = hub.installation_token("acme");
    let all = get(&hub, "/orgs/acme/teams/core/members", &token).await;
    let logins: Vec<_> = all.as_array().unwrap().iter().map(|it| it["login"].clone()).collect();
    assert_eq!(logins, ["bo", "cy"]);
    assert_eq!(get(&hub, "/orgs/acme/teams/core/memberships/cy", &token).await["state"], "active");
    assert_eq!(
        ask(&hub, "GET", "/orgs/acme/teams/core/memberships/eve", &token, None).await.status,
        404
    );
    let may = get(&hub, "/repos/acme/shop/collaborators/cy/permission", &token).await;
    assert_eq!((&may["permission"], &may["role_name"]), (&json!("write"), &json!("maintain")));
}

#[tokio::test]
async fn git_is_served_to_those_who_may_read() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let pr = shop
        .propose("theirs")
        .in_fork("eve")
        .with(files!["link" => Content::Link("README.md".into())]);
    let token = hub.installation_token("acme");
    let dir = tempfile::tempdir().unwrap();
    let url = format!("{}/acme/shop.git", hub.web());
    let git = |args: &[&str], header: Option<&str>| {
        let mut command = std::process::Command::new("git");
        command
            .current_dir(dir.path())
            .args(args)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        if let Some(header) = header {
            command
                .env("GIT_CONFIG_COUNT", "1")
                .env("GIT_CONFIG_KEY_0", "http.extraHeader")
                .env("GIT_CONFIG_VALUE_0", header);
        }
        command.output().unwrap()
    };
    let pair = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("x-access-token:{token}"),
    );
    let header = format!("Authorization: Basic {pair}");
    assert!(!git(&["clone", "-q", "--bare", &url, "no.git"], None).status.success());
    let cloned =
        git(&["clone", "-q", "--bare", "--filter=blob:none", &url, "yes.git"], Some(&header));
    assert!(cloned.status.success(), "{}", String::from_utf8_lossy(&cloned.stderr));
    let fetched = git(
        &["-C", "yes.git", "fetch", "-q", "origin", "refs/pull/1/head:refs/pull/1/head"],
        Some(&header),
    );
    assert!(fetched.status.success(), "{}", String::from_utf8_lossy(&fetched.stderr));
    let head = git(&["-C", "yes.git", "rev-parse", "refs/pull/1/head"], None).stdout;
    assert_eq!(String::from_utf8_lossy(&head).trim(), pr.head());
    assert!(hub.calls("git").len() > 2);
}

#[tokio::test]
async fn rulesets_want_full_names_and_hold_for_branches() {
    let hub = Hub::start();
    hub.repo("acme/shop");
    let token = hub.installation_token("acme");
    let ruleset = |name: &str| {
        json!({
            "name": "main", "target": "branch", "enforcement": "active",
            "conditions": { "ref_name": { "include": [name], "exclude": [] } },
            "rules": [{ "type": "required_status_checks", "parameters": {
                "required_status_checks": [{ "context": "refgate", "integration_id": 1 }], "strict_required_status_checks_policy": true,
            } }],
        })
    };
    let path = "/repos/acme/shop/rulesets";
    let wrong = ask(&hub, "POST", path, &token, Some(ruleset("main"))).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.json()["message"].as_str().unwrap().contains("Invalid target patterns: 'main'"));
    let made = ask(&hub, "POST", path, &token, Some(ruleset("~DEFAULT_BRANCH"))).await;
    assert_eq!(made.status, 201);
    let listed = get(&hub, path, &token).await;
    assert!(listed[0].get("rules").is_none());
    assert_eq!(
        get(&hub, "/repos/acme/shop/rules/branches/main", &token).await[0]["type"],
        "required_status_checks"
    );
    assert_eq!(get(&hub, "/repos/acme/shop/rules/branches/feature/x", &token).await, json!([]));
    let one = format!("{path}/{}", made.json()["id"]);
    assert_eq!(
        ask(&hub, "PUT", &one, &token, Some(json!({ "enforcement": "disabled" }))).await.status,
        200
    );
    assert_eq!(get(&hub, "/repos/acme/shop/rules/branches/main", &token).await, json!([]));
    assert_eq!(get(&hub, &one, &token).await["name"], "main");
    assert_eq!(ask(&hub, "DELETE", &one, &token, None).await.status, 204);
}

/// Asks GraphQL; the whole answer.
async fn query(hub: &Hub, token: &str, text: &str, variables: Value) -> Value {
    let header = format!("Bearer {token}");
    let headers = [("User-Agent", "test"), ("Authorization", header.as_str())];
    let body = json!({ "query": text, "variables": variables }).to_string();
    call("POST", &hub.graphql(), &headers, body.as_bytes()).await.unwrap().json()
}

#[tokio::test]
async fn graphql_walks_the_state_page_by_page() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let pr = shop.pull("feature", files!["src/a.rs" => "fn a() {}\n"]);
    for login in ["bo", "cy", "di"] {
        pr.review(login, Approved);
    }
    pr.review("eve[bot]", Commented);
    let old = pr.head();
    let new = pr.force_push(files!["src/a.rs" => "fn b() {}\n"]);
    shop.workflow(".github/workflows/ci.yml", "pull_request", &new, Some("success"), &["build"]);
    shop.status(&new, "lint", "success", "bo");
    hub.delete_user("di");
    let token = hub.installation_token("acme");
    let text = "query($after: String) { repository(owner: \"acme\", name: \"shop\") { pullRequest(number: 1) {
        reviews(first: 3, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { state author { login __typename } commit { oid } } }
        timelineItems(first: 10, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) { nodes { ... on HeadRefForcePushedEvent { beforeCommit { oid } } } }
        commits(last: 1) { nodes { commit { statusCheckRollup { contexts(first: 10) { nodes { __typename
            ... on CheckRun { name conclusion checkSuite { app { databaseId } workflowRun { event file { path } } } }
            ... on StatusContext { context state creator { login } } } } } } } }
    } } }";
    let first = query(&hub, &token, text, json!({})).await;
    let pull = &first["data"]["repository"]["pullRequest"];
    assert_eq!(pull["reviews"]["totalCount"], 4);
    assert_eq!(pull["reviews"]["pageInfo"]["hasNextPage"], true);
    assert_eq!(pull["reviews"]["nodes"][0]["commit"]["oid"], json!(new));
    assert_eq!(pull["reviews"]["nodes"][2]["author"], Value::Null);
    assert_eq!(pull["timelineItems"]["nodes"][0]["beforeCommit"]["oid"], json!(old));
    let contexts = &pull["commits"]["nodes"][0]["commit"]["statusCheckRollup"]["contexts"]["nodes"];
    assert_eq!(contexts[0]["checkSuite"]["app"]["databaseId"], 15368);
    assert_eq!(
        contexts[0]["checkSuite"]["workflowRun"]["file"]["path"],
        ".github/workflows/ci.yml"
    );
    assert_eq!(contexts[1]["creator"]["login"], "bo");
    let after = pull["reviews"]["pageInfo"]["endCursor"].clone();
    let second = query(&hub, &token, text, json!({ "after": after })).await;
    let last = &second["data"]["repository"]["pullRequest"]["reviews"]["nodes"][0]["author"];
    // No suffix here, other than in REST.
    assert_eq!(last, &json!({ "login": "eve", "__typename": "Bot" }));
}

#[tokio::test]
async fn graphql_refuses_what_is_not_in_the_schema_and_answers_in_part() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    shop.pull("feature", files!["a" => "b"]);
    let token = hub.installation_token("acme");
    let start = "{ repository(owner: \"acme\", name: \"shop\") { ";
    query(&hub, &token, &format!("{start} pullReqest(number: 1) {{ id }} }} }}"), json!({})).await;
    query(&hub, &token, &format!("{start} pullRequests {{ totalCount }} }} }}"), json!({})).await;
    query(&hub, &token, &format!("{start} diskUsage }} }}"), json!({})).await;
    let wrong = hub.violations();
    assert_eq!(wrong.len(), 3, "{wrong:#?}");
    let text = format!(
        "{start} isPrivate defaultBranchRef {{ name }} pullRequest(number: 1) {{ title labels(first: 1) {{ nodes {{ name }} }} }} }} }}"
    );
    hub.trouble("graphql", 1, Trouble::Partial("labels"));
    let partial = query(&hub, &token, &text, json!({})).await;
    assert_eq!(
        partial["data"]["repository"]["pullRequest"],
        json!({ "title": "add feature", "labels": null })
    );
    assert_eq!(partial["errors"][0]["path"], json!(["repository", "pullRequest", "labels"]));
    hub.app().permissions(&[("contents", "read"), ("metadata", "read")]);
    let narrow = hub.installation_token("acme");
    let forbidden = query(&hub, &narrow, &text, json!({})).await;
    assert_eq!(
        (&forbidden["errors"][0]["type"], &forbidden["data"]["repository"]["isPrivate"]),
        (&json!("FORBIDDEN"), &json!(true))
    );
    let unseen =
        query(&hub, &token, "{ repository(owner: \"acme\", name: \"none\") { id } }", json!({}))
            .await;
    assert_eq!(
        (&unseen["errors"][0]["type"], &unseen["data"]["repository"]),
        (&json!("NOT_FOUND"), &Value::Null)
    );
    hub.trouble("graphql", 1, Trouble::Primary(60));
    assert_eq!(query(&hub, &token, &text, json!({})).await["errors"][0]["type"], "RATE_LIMITED");
}

#[tokio::test]
async fn a_merge_queue_makes_groups_and_lands_them() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let (one, two) = (shop.pull("one", files!["a" => "a"]), shop.pull("two", files!["b" => "b"]));
    let (url, seen) = receiver().await;
    hub.app().hook_at(&url);
    let group = shop.queue(&[&one, &two]);
    let token = hub.installation_token("acme");
    let text = "{ repository(owner: \"acme\", name: \"shop\") { mergeQueue { entries(first: 10) { nodes { position headCommit { oid } pullRequest { number } } } } } }";
    let queue = query(&hub, &token, text, json!({})).await;
    let entries = &queue["data"]["repository"]["mergeQueue"]["entries"]["nodes"];
    assert_eq!(
        entries[1],
        json!({ "position": 2, "headCommit": { "oid": group.head() }, "pullRequest": { "number": 2 } })
    );
    group.merge();
    hub.settled().await;
    assert!(one.now().merged.is_some() && two.now().merged.is_some());
    let groups: Vec<_> = seen
        .lock()
        .unwrap()
        .iter()
        .filter(|it| it.0 == "merge_group")
        .map(|it| it.1["action"].clone())
        .collect();
    assert_eq!(groups, ["checks_requested", "checks_requested", "destroyed", "destroyed"]);
}

#[tokio::test]
async fn people_log_in_and_apps_come_from_manifests() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    shop.grant("ana", Role::Read);
    hub.visit("ana");
    let app = hub.app();
    let start = format!(
        "{}/login/oauth/authorize?client_id={}&state=s1&redirect_uri=http%3A%2F%2Fbot%2Fback",
        hub.web(),
        app.client_id()
    );
    let sent = call("GET", &start, &[], b"").await.unwrap();
    assert_eq!(sent.status, 302);
    let back = sent.header("location").unwrap().to_owned();
    let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let form =
        format!("client_id={}&client_secret={}&code={code}", app.client_id(), app.client_secret());
    let url = format!("{}/login/oauth/access_token", hub.web());
    let token = call("POST", &url, &[("Accept", "application/json")], form.as_bytes())
        .await
        .unwrap()
        .json();
    let text = token["access_token"].as_str().unwrap();
    assert_eq!(get(&hub, "/user", text).await["login"], "ana");
    get(&hub, "/repos/acme/shop", text).await;
    let again = call("POST", &url, &[("Accept", "application/json")], form.as_bytes())
        .await
        .unwrap()
        .json();
    assert_eq!(again["error"], "bad_verification_code");
    let code = hub.manifest(json!({ "name": "Other", "url": "http://bot", "default_permissions": { "checks": "write" }, "default_events": ["push"] }));
    let made = call(
        "POST",
        &format!("{}/app-manifests/{code}/conversions", hub.api()),
        &[("User-Agent", "test")],
        b"",
    )
    .await
    .unwrap();
    assert_eq!((made.status, &made.json()["permissions"]), (201, &json!({ "checks": "write" })));
    assert!(made.json()["pem"].as_str().unwrap().contains("PRIVATE KEY"));
}

#[tokio::test]
async fn whatever_can_be_looked_at_is_answered_as_described() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let pr = shop
        .pull("feature", files!["src/a.rs" => "fn a() {}\n", ".github/CODEOWNERS" => "* @bo\n"]);
    let team = hub.team("acme/core", &["bo"]);
    shop.grant_team(team, Role::Write);
    let review = pr.review("bo", Approved);
    let comment = pr.comment("bo", "fine");
    pr.thread("bo", "src/a.rs", 1, "why?");
    pr.label("big", "ana");
    pr.ask("cy", "ana");
    pr.dismiss(review, "ana");
    pr.retitle("better", "ana");
    let run =
        shop.workflow(".github/workflows/ci.yml", "push", &pr.head(), Some("success"), &["build"]);
    let check = shop.check(&pr.head(), "ci", "lint", Some("failure"));
    let suite = shop.check_of(&pr.head(), "lint").unwrap().suite;
    shop.status(&pr.head(), "old", "pending", "bo");
    shop.deployed("staging", &pr.head(), "success");
    let ruleset = shop
        .ruleset(json!({ "name": "x", "enforcement": "active", "rules": [{ "type": "deletion" }],
        "conditions": { "ref_name": { "include": ["~ALL"], "exclude": [] } } }));
    let dir = git2::Repository::open_bare(shop.dir()).unwrap();
    let head = dir.find_commit(git2::Oid::from_str(&pr.head()).unwrap()).unwrap();
    let blob =
        head.tree().unwrap().get_path(std::path::Path::new("src/a.rs")).unwrap().id().to_string();
    let deployment = hub.world().repo(shop.id()).deployments[0].id;
    let user = hub.world().account("bo").unwrap().id;
    let (url, _) = receiver().await;
    hub.app().hook_at(&url);
    pr.comment("cy", "more");
    hub.settled().await;
    let delivery = hub.deliveries()[0].id;
    let known = |name: &str| -> String {
        match name {
            "owner" | "org" => "acme".into(),
            "repo" => "shop".into(),
            "pull_number" | "issue_number" => "1".into(),
            "review_id" => review.to_string(),
            "comment_id" => comment.to_string(),
            "ref" | "commit_sha" | "tree_sha" => pr.head(),
            "file_sha" => blob.clone(),
            "check_run_id" => check.to_string(),
            "check_suite_id" => suite.to_string(),
            "run_id" => run.to_string(),
            "ruleset_id" => ruleset.to_string(),
            "deployment_id" => deployment.to_string(),
            "installation_id" => hub.app().installation("acme").to_string(),
            "delivery_id" => delivery.to_string(),
            "account_id" => user.to_string(),
            "branch" => "main".into(),
            "basehead" => "main...feature".into(),
            "path" => "README.md".into(),
            "team_slug" => "core".into(),
            "username" => "bo".into(),
            "app_slug" => "refgate".into(),
            other => panic!("{other}"),
        }
    };
    let (jwt, token) = (proof(&hub, -60, 500), hub.installation_token("acme"));
    let personal = hub.token("ana");
    let missing = [
        "repos/get-branch-protection",
        "orgs/get-org-ruleset",
        "repos/get-org-ruleset",
        "pulls/check-if-merged",
        "git/get-ref",
        "apps/get-user-installation",
    ];
    for (id, _, path) in described().into_iter().filter(|it| it.1 == "GET") {
        let filled: Vec<_> = path
            .split('/')
            .map(|it| match it.strip_prefix('{') {
                Some(name) => known(name.trim_end_matches('}')),
                None => it.to_owned(),
            })
            .collect();
        let whose = match id.as_str() {
            "users/get-authenticated" => &personal,
            _ if id.starts_with("apps/") && id != "apps/list-repos-accessible-to-installation" => {
                &jwt
            }
            _ if id.contains("org-ruleset") => &personal,
            _ => &token,
        };
        let status = ask(&hub, "GET", &filled.join("/"), whose, None).await.status;
        let expected = if missing.contains(&id.as_str()) { 404 } else { 200 };
        assert!(status == expected || status == 204, "{id}: {status}");
    }
}

#[test]
fn githubs_examples_are_at_hand() {
    let all = hub::examples::payloads();
    assert!(all.len() > 100, "{}", all.len());
    assert!(all.iter().any(|it| it.0 == "merge_group" && it.1["action"] == "checks_requested"));
}

#[tokio::test]
async fn what_github_computes_comes_late_and_long_changes_are_not_counted() {
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let long = "x\n".repeat(20_001);
    let pr = shop.pull("feature", files!["a" => "a\n", "b" => long]);
    let token = hub.installation_token("acme");
    let path = "/repos/acme/shop/pulls/1";
    assert_eq!(get(&hub, path, &token).await["mergeable"], Value::Null);
    let whole = get(&hub, path, &token).await;
    assert_eq!((&whole["mergeable"], &whole["additions"]), (&json!(true), &json!(20_002)));
    let files = get(&hub, &format!("{path}/files"), &token).await;
    assert_eq!(
        (&files[0]["additions"], &files[1]["additions"], files[1].get("patch")),
        (&json!(1), &json!(0), None)
    );
    shop.ruleset(json!({ "name": "x", "enforcement": "active", "conditions": { "ref_name": { "include": ["~ALL"], "exclude": [] } },
        "rules": [{ "type": "pull_request", "parameters": { "dismiss_stale_reviews_on_push": true, "required_approving_review_count": 1 } }] }));
    pr.review("bo", Approved);
    pr.push(files!["a" => "b\n"]);
    assert_eq!(pr.now().reviews[0].state, hub::State::Dismissed);
}

/// The bot's own client, as the App.
fn client(hub: &Hub) -> refgate::github::api::Client {
    use refgate::github::api::{App, Client, Endpoint, Secret, Setup};
    let app = App::new(&hub.app().id().to_string(), &Secret::new(&hub.app().key())).unwrap();
    Client::new(Setup::new(Endpoint::of(&hub.api()).unwrap()).app(app)).unwrap()
}

#[tokio::test]
async fn the_bot_reads_a_pull_request_page_by_page() {
    use refgate::github::api::{Access, Scope};
    use refgate::github::read::{Reading, query};
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let pr = shop.propose("feature").titled("a title").with(files!["src/a.rs" => "fn a() {}\n"]);
    let kept = pr.review("bo", Approved);
    pr.review("eve[bot]", Commented);
    let gone = pr.review("cy", ChangesRequested);
    pr.dismiss(gone, "ana");
    for at in 0..120 {
        pr.comment("bo", &format!("comment {at}"));
    }
    pr.thread("bo", "src/a.rs", 1, "why?");
    pr.label("big", "cy");
    pr.pushing(files!["src/b.rs" => "fn b() {}\n"])
        .says("b\n\nCo-authored-by: Di <di@example.com>")
        .now();
    let forced = pr.force_push(files!["src/a.rs" => "fn b() {}\n"]);
    shop.sign(&forced, Some("ana"), true);
    shop.workflow(".github/workflows/ci.yml", "pull_request", &forced, Some("success"), &["build"]);
    shop.status(&forced, "lint", "success", "bo");
    let scope = Scope::of(shop.id())
        .may(Access::Read, "pull_requests")
        .may(Access::Read, "checks")
        .may(Access::Read, "statuses")
        .may(Access::Read, "actions")
        .may(Access::Read, "merge_queues");
    let caller = client(&hub).installation(hub.app().installation("acme"), scope);
    let mut reading = Reading::of(&query::Part::ALL, true);
    let slug = "acme/shop".parse().unwrap();
    while let Some(variables) = reading.next(&slug, pr.number) {
        let answer = caller.graphql::<Value>(query::PULL, variables).await.unwrap();
        assert_eq!(answer.errors, []);
        reading.take(answer.data.unwrap()).unwrap();
    }
    let told = reading.done();
    assert_eq!(
        (told.number, told.proposal.title.as_str(), told.comments.len()),
        (1, "a title", 120)
    );
    assert_eq!(told.head.unwrap().to_string(), forced);
    assert_eq!(told.reviews[0].id, Some(kept));
    assert_eq!(told.reviews.len(), 4);
    assert_eq!(told.threads.len(), 1);
    assert_eq!(told.forced.len(), 1);
    assert_eq!(told.checks.len(), 2, "{:?}", told.checks);
    assert_eq!(told.workflows.len(), 1);
    assert!(told.partial.is_empty());
    // A token, and two pages.
    assert_eq!(
        (hub.calls("graphql").len(), hub.calls("apps/create-installation-access-token").len()),
        (2, 1)
    );
}

#[test]
fn a_reading_is_about_one_state_of_a_pull_request() {
    use refgate::github::read::{Reading, Torn, query};
    let page = |head: &str, base: &str, state: &str, at: &str| {
        json!({ "repository": { "databaseId": 1, "nameWithOwner": "acme/shop", "pullRequest": {
            "number": 1, "state": state, "isDraft": false, "title": "x", "updatedAt": at,
            "headRefName": "feature", "headRefOid": head.repeat(40), "isCrossRepository": false,
            "baseRefName": base,
            "comments": { "pageInfo": { "hasNextPage": true, "endCursor": "c" }, "nodes": [] },
        } } })
    };
    let (now, later) = ("2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z");
    let second = |page: Value, first: Value| {
        let mut reading = Reading::of(&[query::Part::Comments], false);
        reading.take(first).unwrap();
        reading.take(page)
    };
    let first = || page("a", "main", "OPEN", now);
    assert_eq!(second(first(), first()), Ok(()));
    for other in [
        page("b", "main", "OPEN", now),
        page("a", "lax", "OPEN", now),
        page("a", "main", "CLOSED", now),
        page("a", "main", "OPEN", later),
    ] {
        assert_eq!(second(other, first()), Err(Torn::Moved));
    }
}

#[tokio::test]
async fn the_bot_understands_what_is_told() {
    use refgate::github::event::{EVENTS, Ours, read};
    let hub = Hub::start();
    let shop = hub.repo("acme/shop");
    let listed: Vec<&str> = EVENTS.iter().map(|it| it.0).collect();
    hub.app().events(&listed);
    hub.app().hook_at("http://127.0.0.1:9/webhook");
    hub.hold();
    let pr = shop.pull("feature", files!["a" => "b"]);
    let other = shop.propose("theirs").in_fork("eve").with(files!["c" => "d"]);
    pr.review("bo", Approved);
    pr.resolve(pr.thread("bo", "a", 1, "why?"), "ana");
    pr.edit_comment(pr.comment("bo", "x"), "bo", "y");
    pr.delete_thread_comment(pr.thread("bo", "a", 1, "why?"), "bo");
    other.label("big", "ana");
    pr.retarget("main", "ana");
    shop.check(&pr.head(), "ci", "build", Some("success"));
    shop.workflow(
        ".github/workflows/ci.yml",
        "pull_request",
        &pr.head(),
        Some("success"),
        &["build"],
    );
    shop.status(&other.head(), "lint", "success", "bo");
    shop.deploy("production", &pr.head());
    shop.queue(&[&pr]).destroy("invalidated");
    hub.team("acme/core", &["bo"]);
    hub.rename_team("acme/core", "crew");
    hub.delete_team("acme/crew");
    hub.leave("acme", "bo");
    shop.grant("cy", Role::Admin);
    shop.rename("store");
    shop.ruleset(json!({ "name": "x", "enforcement": "active", "conditions": {}, "rules": [] }));
    hub.app().suspend("acme");
    hub.app().unsuspend("acme");
    hub.app().only("acme", &[]);
    let mut seen: Vec<String> = Vec::new();
    for it in hub.waiting() {
        let heard = read(&it.event, it.payload.as_bytes(), &Ours::default());
        assert!(heard.is_ok(), "{} {:?}: {}", it.event, it.action, heard.unwrap_err());
        seen.push(it.event);
    }
    let quiet = ["branch_protection_rule", "member", "check_suite"];
    for event in listed.iter().filter(|it| !quiet.contains(it)) {
        assert!(seen.iter().any(|it| it == event), "{event} was not told");
    }
}

#[tokio::test]
async fn the_same_story_makes_the_same_commits() {
    let told = |writes: bool| async move {
        let hub = Hub::at(1_767_225_600);
        let shop = hub.repo("acme/shop");
        let pr = shop.pull("feature", files!["a" => "b"]);
        if writes {
            // What the bot and workflows write through the API moves no clock of the story.
            let token = shop.actions_token(&[("checks", "write")]);
            let body = json!({ "name": "job", "head_sha": pr.head(), "conclusion": "success" });
            let made = ask(&hub, "POST", "/repos/acme/shop/check-runs", &token, Some(body)).await;
            assert_eq!((made.status, &made.json()["app"]["id"]), (201, &json!(15368)));
            assert_eq!(
                ask(&hub, "GET", "/repos/acme/shop/pulls/1", &token, None).await.status,
                403
            );
        }
        pr.push(files!["c" => "d"]);
        pr.update_branch("ana");
        pr.head()
    };
    assert_eq!(told(false).await, told(true).await);
}
