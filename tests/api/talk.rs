//! What is asked and how it is answered: paths, lists, tags, redirects, GraphQL.

use proptest::{prop_assert, prop_assert_eq, proptest};
use refgate::github::api::{
    ApiError, Call, Changed, Client, Endpoint, GraphError, Scope, Secret, Setup, segment,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::fake::{Fake, NOW, mint, query, say, with};

#[test]
fn an_endpoint_is_known_by_its_interface() {
    let of = |api: &str| {
        let it = Endpoint::of(api).unwrap();
        let path = it.rest("/a").unwrap();
        format!("{path} {} {}", it.graphql, it.page("/o/r").unwrap())
    };
    let own = "https://api.github.com/a https://api.github.com/graphql https://github.com/o/r";
    assert_eq!(of("https://api.github.com"), own);
    assert_eq!(of(" https://api.github.com/\n"), own);
    assert_eq!(
        of("https://api.octo.ghe.com/"),
        "https://api.octo.ghe.com/a https://api.octo.ghe.com/graphql https://octo.ghe.com/o/r"
    );
    assert_eq!(
        of("https://ghe.example:8443/api/v3/"),
        "https://ghe.example:8443/api/v3/a https://ghe.example:8443/api/graphql \
         https://ghe.example:8443/o/r"
    );
    assert_eq!(
        of("http://127.0.0.1:80/"),
        "http://127.0.0.1/a http://127.0.0.1/graphql http://127.0.0.1/o/r"
    );
    for (api, why) in [
        ("https://github.com", "use https://api.github.com"),
        ("ftp://host", "it begins with neither https:// nor http://"),
        ("api.github.com", "relative URL without a base"),
        ("https://host/api/v3?x=1", "it goes on after its path"),
    ] {
        let told = format!("{api:?} is no address of GitHub's API: {why}");
        assert_eq!(Endpoint::of(api), Err(told));
    }
    let told = Endpoint::of("https://me:hidden@host/api/v3").unwrap_err();
    assert!(told.ends_with("it holds a user or a password") && !told.contains("hidden"), "{told}");
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_not_asked_for() {
    let fake = Fake::new(|_| say(200, json!(1))).await;
    let (client, _) = fake.client();
    for path in [
        "repos/o/r",
        "",
        "//evil.example/x",
        "/a//b",
        "/repos/../admin",
        "/repos/%2e%2E/admin",
        "/a/./b",
        "/a b",
        "/a\nb",
        "/a#b",
        "/ä",
        "/a\\b",
        "@evil.example/",
        "https://evil.example/",
    ] {
        let error = client.nobody().get::<Value>(path).await.unwrap_err();
        assert!(matches!(error, ApiError::Unprocessable(_)), "{path}: {error:?}");
        assert!(!error.to_string().contains('\n'));
    }
    assert!(fake.seen().is_empty());
    let (user, file) = (segment("dependabot[bot]"), segment("a b/ü?#%..~.md"));
    assert_eq!(file, "a%20b%2F%C3%BC%3F%23%25..~.md");
    client.nobody().get::<Value>(&format!("/x/{user}/{file}?ref={file}")).await.unwrap();
    assert_eq!(fake.seen()[0].path, format!("/x/dependabot%5Bbot%5D/{file}?ref={file}"));
}

proptest! {
    #[test]
    fn no_text_leads_out_of_a_path(text in "\\PC{0,12}|[./%\\\\?#@:e2]{0,8}") {
        let endpoint = Endpoint::of("https://ghe.example/api/v3").unwrap();
        let path = format!("/repos/{}/x?ref={}", segment(&text), segment(&text));
        match endpoint.rest(&path) {
            Ok(url) => prop_assert_eq!(url.as_str(), format!("https://ghe.example/api/v3{path}")),
            Err(_) => prop_assert!(["", ".", ".."].contains(&text.as_str()), "{path}"),
        }
        // As it is, it is refused or stays within.
        if let Ok(url) = endpoint.rest(&format!("/repos/{text}")) {
            prop_assert!(url.as_str().starts_with("https://ghe.example/api/v3/repos/"));
        }
        let _ = Endpoint::of(&format!("https://{text}"));
        let _ = Endpoint::of(&text);
    }
}

#[tokio::test]
async fn every_call_says_who_asks_and_in_which_version() {
    let fake = Fake::new(|_| say(200, json!({"data": {}}))).await;
    let (client, _) = fake.client();
    let caller = client.with_token(Secret::new(" mine\n"));
    caller.get::<Value>("/x").await.unwrap();
    caller.raw("/repos/o/r/contents/f").await.unwrap();
    caller.graphql::<Value>("{ x }", json!({"a": 1})).await.unwrap();
    caller.put::<Value>("/x", &json!({"b": 2})).await.unwrap();
    caller.delete("/x").await.unwrap();
    caller.delete_with("/x", &json!({"c": 3})).await.unwrap();
    client.nobody().at_web().post::<Value>("/login/oauth/access_token", &json!({})).await.unwrap();
    let seen = fake.seen();
    for it in &seen {
        assert_eq!(it.header("x-github-api-version"), "2022-11-28");
        assert_eq!(it.header("user-agent"), concat!("refgate/", env!("CARGO_PKG_VERSION")));
    }
    assert!(seen[..6].iter().all(|it| it.token() == Some("mine")));
    assert_eq!(seen[6].token(), None);
    let accepts: Vec<_> = seen.iter().map(|it| it.header("accept")).collect();
    let json = "application/vnd.github+json";
    let raw = "application/vnd.github.raw+json";
    assert_eq!(accepts, [json, raw, json, json, json, json, "application/json"]);
    let sent: Vec<_> =
        seen.iter().map(|it| format!("{} {} {}", it.method, it.path, it.body)).collect();
    assert_eq!(
        sent,
        [
            "GET /x null",
            "GET /repos/o/r/contents/f null",
            r#"POST /graphql {"query":"{ x }","variables":{"a":1}}"#,
            r#"PUT /x {"b":2}"#,
            "DELETE /x null",
            r#"DELETE /x {"c":3}"#,
            "POST /login/oauth/access_token {}",
        ]
    );
}

#[tokio::test]
async fn an_enterprise_server_is_asked_at_its_own_paths() {
    let fake = Fake::new(|_| say(200, json!({"data": {}}))).await;
    let endpoint = Endpoint::of(&format!("{}/api/v3", fake.url)).unwrap();
    let client = Client::new(Setup::new(endpoint)).unwrap();
    client.nobody().get::<Value>("/repos/o/r").await.unwrap();
    client.nobody().get::<Value>("/api/v3").await.unwrap();
    client.nobody().graphql::<Value>("{ x }", ()).await.unwrap();
    let paths: Vec<_> = fake.seen().into_iter().map(|it| it.path).collect();
    assert_eq!(paths, ["/api/v3/repos/o/r", "/api/v3/api/v3", "/api/graphql"]);
}

#[tokio::test]
async fn what_is_refused_is_told_in_one_line() {
    let long = "x".repeat(1000);
    let fake = Fake::new(move |it| {
        let (status, body) = match it.path.as_str() {
            "/422" => (
                422,
                json!({
                    "message": "Validation Failed",
                    "errors": [
                        {"resource": "CheckRun", "field": "name", "code": "missing_field"},
                        {"message": "too many"}, "plain", {"odd": 1},
                    ],
                }),
            ),
            "/409" => (409, json!({"message": "Head branch was modified\n\u{1b}[31mred"})),
            "/410" => (410, json!({"message": long})),
            "/400" => (400, json!([])),
            _ => (404, json!({"message": "Not Found"})),
        };
        say(status, body)
    })
    .await;
    let (client, _) = fake.client();
    let ask = async |path| client.nobody().get::<Value>(path).await.unwrap_err();
    assert_eq!(
        ask("/422").await.to_string(),
        "GitHub cannot do that: Validation Failed; name: missing_field; too many; plain"
    );
    assert_eq!(
        ask("/409").await.to_string(),
        "GitHub sees a conflict: Head branch was modified\\n\\u{1b}[31mred"
    );
    let told = ask("/410").await.to_string();
    assert_eq!(told, format!("GitHub refuses with 410: {}…", "x".repeat(300)));
    assert_eq!(ask("/400").await.to_string(), "GitHub refuses with 400: status 400");
    assert_eq!(ask("/404").await, ApiError::NotFound);
    for path in ["/422", "/409", "/410", "/400", "/404"] {
        assert!(!ask(path).await.is_temporary());
    }
}

#[tokio::test]
async fn what_is_as_it_was_is_not_sent_again() {
    let fake = Fake::new(|it| match it.header("if-none-match") {
        "\"two\"" => with(304, &[("etag", "\"two\"")], json!(null)),
        _ => with(200, &[("etag", "\"two\"")], json!([1])),
    })
    .await;
    let (client, _) = fake.client();
    let caller = client.nobody().for_purpose("policy");
    let first: Changed<Value> = caller.get_if_changed("/x", None).await.unwrap();
    let tag = Some("\"two\"".to_owned());
    assert_eq!(first, Changed::New { value: json!([1]), tag });
    let again = caller.get_if_changed::<Value>("/x", Some("\"two\"")).await;
    assert_eq!(again, Ok(Changed::Same));
    let other = caller.get_if_changed::<Value>("/x", Some("\"one\"")).await.unwrap();
    assert!(matches!(other, Changed::New { .. }));
    let calls = client.calls();
    assert_eq!((calls.of(Call::RestRead), calls.of(Call::Unchanged)), (3, 1));
}

#[tokio::test]
async fn calls_are_counted_by_purpose_and_kind() {
    let fake = Fake::new(|it| match it.is_mint() {
        true => mint(it, NOW),
        false => say(200, json!({"data": {}})),
    })
    .await;
    let (client, _) = fake.client();
    let caller = client.installation(7, Scope::of(1)).for_purpose("judge");
    caller.get::<Value>("/x").await.unwrap();
    caller.graphql::<Value>("{ x }", ()).await.unwrap();
    caller.post::<IgnoredAny>("/x", &json!({})).await.unwrap();
    client.nobody().get::<Value>("/x").await.unwrap();
    let calls = client.calls();
    assert_eq!((calls.made_for("judge"), calls.made_for("other"), calls.all()), (4, 1, 5));
    let each: Vec<_> = calls.each().map(|(why, kind, many)| (why, kind.name(), many)).collect();
    assert_eq!(
        each,
        [
            ("judge", "rest-read", 1),
            ("judge", "rest-write", 1),
            ("judge", "graphql", 1),
            ("judge", "token", 1),
            ("other", "rest-read", 1),
        ]
    );
}

#[tokio::test]
async fn a_list_is_read_to_its_end() {
    let url = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
    let own = std::sync::Arc::clone(&url);
    let fake = Fake::new(move |it| {
        let page: u64 = query(&it.path).get("page").map_or(1, |it| it.parse().unwrap());
        let items: Vec<_> = (page * 10..page * 10 + 2).collect();
        let url = own.get().unwrap();
        let link = format!(
            "<{url}/repositories/9/x?page=1>; rel=\"prev first\", \
             <{url}/repositories/9/x?per_page=100&page={}>; rel=\"next\"",
            page + 1
        );
        let body = match it.path.contains("/runs") {
            true => json!({"total_count": 7, "check_runs": items}),
            false => json!(items),
        };
        match page {
            3 => say(200, body),
            _ => with(200, &[("link", &link)], body),
        }
    })
    .await;
    url.set(fake.url.clone()).unwrap();
    let (client, _) = fake.client();
    let caller = client.nobody();
    let all = caller.list::<u64>("/repos/o/r/x?state=open", 1000).await.unwrap();
    assert_eq!((all.items, all.complete), (vec![10, 11, 20, 21, 30, 31], true));
    let paths: Vec<_> = fake.seen().into_iter().map(|it| it.path).collect();
    let next = |page| format!("/repositories/9/x?per_page=100&page={page}");
    assert_eq!(paths, ["/repos/o/r/x?state=open&per_page=100".to_owned(), next(2), next(3)]);

    let exactly = caller.list::<u64>("/repos/o/r/x", 6).await.unwrap();
    assert!(exactly.complete);
    for most in [0, 1, 3, 5] {
        let some = caller.list::<u64>("/repos/o/r/x", most).await.unwrap();
        assert_eq!((some.items.len(), some.complete), (most, false));
    }
    assert_eq!(fake.seen()[3].path, "/repos/o/r/x?per_page=100");
    // Seven there are, says GitHub; one is missing.
    let page = "/repos/o/r/runs?per_page=1&page=3";
    let runs = caller.list_in::<u64>(page, "check_runs", 99).await.unwrap();
    assert_eq!((runs.items, runs.complete), (vec![30, 31], false));
    let error = caller.list_in::<u64>(page, "statuses", 99).await.unwrap_err();
    assert_eq!(error.to_string(), "the answer of GitHub cannot be read: it has no `statuses`");
}

#[tokio::test]
async fn a_list_that_goes_on_elsewhere_is_not_followed() {
    let elsewhere = Fake::new(|_| say(200, json!([9]))).await;
    let url = elsewhere.url.clone();
    let fake = Fake::new(move |_| {
        let link = format!("<{url}/x?page=2>; rel=\"next\"");
        with(200, &[("link", &link)], json!([1]))
    })
    .await;
    let (client, _) = fake.client();
    let error = client.with_token(Secret::new("t")).list::<u64>("/x", 10).await.unwrap_err();
    assert!(error.to_string().contains("at another host"), "{error}");
    assert!(elsewhere.seen().is_empty());

    let circle = Fake::new(|_| with(200, &[("link", "</x>; rel=next")], json!([]))).await;
    let listed = circle.client().0.nobody().list::<u64>("/x", 50).await.unwrap();
    assert!(!listed.complete);
    assert_eq!(circle.seen().len(), 15);
}

#[tokio::test]
async fn the_next_page_is_found_however_it_is_written() {
    let fake = Fake::new(|it| {
        let (way, page) = it.path.trim_start_matches('/').split_once('?').unwrap();
        if page.contains("page=2") {
            return say(200, json!([2]));
        }
        let link = match way {
            "bare" => "</x?page=2>; rel=next",
            "late" => {
                "</x?page=1>; rel=\"first\",</x?a=1,2;3&page=2> ; title=\"x\" ;REL=\"last next\""
            }
            "other" => "</x?page=2>; rel=\"nextish\"",
            "none" => "</x?page=2>",
            "open" => "</x?page=2; rel=\"next\"",
            "swapped" => ">; rel=\"next\"<",
            _ => "",
        };
        with(200, &[("link", link)], json!([1]))
    })
    .await;
    let (client, _) = fake.client();
    let ask = async |path| client.nobody().list::<u64>(path, 10).await.unwrap().items;
    for path in ["/bare", "/late"] {
        assert_eq!(ask(path).await, [1, 2], "{path}");
    }
    for path in ["/other", "/none", "/open", "/swapped", "/empty"] {
        assert_eq!(ask(path).await, [1], "{path}");
    }
}

#[tokio::test]
async fn a_renamed_repository_is_found_and_nothing_goes_to_another_host() {
    let elsewhere = Fake::new(|_| say(200, json!("stolen"))).await;
    let url = elsewhere.url.clone();
    let fake = Fake::new(move |it| {
        let to = match it.path.as_str() {
            "/api/v3/repos/o/old" => (301, "/api/v3/repositories/9".to_owned()),
            "/api/v3/repos/o/old/check-runs" => {
                (307, "/api/v3/repositories/9/check-runs".to_owned())
            }
            "/api/v3/moved" => (301, "/api/v3/repositories/9".to_owned()),
            "/api/v3/away" => (302, format!("{url}/x?sig=hidden")),
            "/api/v3/out" => (302, "/login".to_owned()),
            "/api/v3/odd" => (302, "http://[".to_owned()),
            "/api/v3/round" => (302, "round".to_owned()),
            "/api/v3/nowhere" => return say(302, json!({"message": "go"})),
            _ => return say(200, json!(it.method.as_str())),
        };
        with(to.0, &[("location", &to.1)], json!({"message": "Moved"}))
    })
    .await;
    let endpoint = Endpoint::of(&format!("{}/api/v3", fake.url)).unwrap();
    let client = Client::new(Setup::new(endpoint)).unwrap();
    let caller = client.with_token(Secret::new("mine"));
    assert_eq!(caller.get::<String>("/repos/o/old").await.unwrap(), "GET");
    let made: String = caller.post("/repos/o/old/check-runs", &json!({"a": 1})).await.unwrap();
    assert_eq!(made, "POST");
    assert_eq!(fake.seen()[3].body, json!({"a": 1}));
    assert!(fake.seen().iter().all(|it| it.token() == Some("mine")));
    let before = fake.seen().len();
    for path in ["/away", "/out", "/odd"] {
        let error = caller.get::<Value>(path).await.unwrap_err();
        let told =
            "GitHub refuses with 302: it sends the call to another host, where no token may go";
        assert_eq!(error.to_string(), told);
    }
    assert_eq!(fake.seen().len(), before + 3);
    assert!(elsewhere.seen().is_empty());
    // A write is sent on only where the method stays as it is.
    let error = caller.post::<Value>("/moved", &json!({})).await.unwrap_err();
    assert_eq!(error.to_string(), "GitHub refuses with 301: Moved");
    let error = caller.get::<Value>("/nowhere").await.unwrap_err();
    assert_eq!(error.to_string(), "GitHub refuses with 302: go");
    let before = fake.seen().len();
    let error = caller.get::<Value>("/round").await.unwrap_err();
    assert!(error.to_string().contains("more than 5 times"), "{error}");
    assert_eq!(fake.seen().len(), before + 6);
}

#[tokio::test]
async fn a_member_is_there_or_not() {
    let fake = Fake::new(|it| match it.path.as_str() {
        "/yes" => {
            axum::http::Response::builder().status(204).body(axum::body::Body::empty()).unwrap()
        }
        "/no" => say(404, json!({"message": "Not Found"})),
        _ => say(500, json!({})),
    })
    .await;
    let (client, _) = fake.client();
    assert_eq!(client.nobody().exists("/yes").await, Ok(true));
    assert_eq!(client.nobody().exists("/no").await, Ok(false));
    client.nobody().exists("/unknown").await.unwrap_err();
    client.nobody().put::<()>("/yes", &json!({})).await.unwrap();
}

#[derive(Debug, Deserialize, PartialEq)]
struct Found {
    repository: Option<String>,
    viewer: String,
}

#[tokio::test]
async fn graphql_keeps_the_part_that_was_found_out() {
    let fake = Fake::new(|it| {
        let error = json!({
            "type": "NOT_FOUND", "path": ["repository", "pullRequests", 3], "message": "Could not\nresolve",
        });
        let body = match it.body["query"].as_str().unwrap() {
            "{ whole }" => json!({"data": {"repository": "r", "viewer": "me"}}),
            "{ part }" => json!({"data": {"repository": null, "viewer": "me"}, "errors": [error]}),
            "{ little }" => json!({"data": {"repository": "r", "viewer": null}, "errors": [error]}),
            "{ none }" => json!({"data": null, "errors": [error]}),
            "{ bad }" => json!({"errors": [{"message": "Field 'bad' doesn't exist on type 'Query'"}]}),
            "{ much }" => json!({
                "data": {"repository": "r", "viewer": "me"},
                "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "less"}],
            }),
            "{ long }" => json!({
                "data": null,
                "errors": [{"message": "Something went wrong while executing your query. This may be \
                    the result of a timeout, or it could be a GitHub bug."}],
            }),
            "{ wrong }" => json!({"data": {"viewer": 1}}),
            _ => json!({}),
        };
        say(200, body)
    })
    .await;
    let (client, _) = fake.client();
    let ask = async |query: &str| client.nobody().graphql::<Found>(query, json!({})).await;
    let found = |repository: Option<&str>| Found {
        repository: repository.map(str::to_owned),
        viewer: "me".to_owned(),
    };
    let missing = GraphError {
        kind: Some("NOT_FOUND".to_owned()),
        message: "Could not\\nresolve".to_owned(),
        path: "repository.pullRequests.3".to_owned(),
    };
    assert_eq!(ask("{ whole }").await.unwrap().whole(), Ok(found(Some("r"))));
    let part = ask("{ part }").await.unwrap();
    assert_eq!((&part.data, &part.errors), (&Some(found(None)), &vec![missing.clone()]));
    assert_eq!(part.whole(), Err(ApiError::NotFound));
    for query in ["{ little }", "{ none }"] {
        let answer = ask(query).await.unwrap();
        assert_eq!((answer.data, answer.errors), (None, vec![missing.clone()]));
    }
    let bad = ask("{ bad }").await.unwrap().whole().unwrap_err();
    let told = "GitHub refuses with 200: Field 'bad' doesn't exist on type 'Query'";
    assert_eq!(bad.to_string(), told);
    let much = ask("{ much }").await.unwrap();
    assert!(much.errors[0].is_too_much() && much.data.is_some());
    let long = ask("{ long }").await.unwrap_err();
    assert!(matches!(long, ApiError::Unavailable(_)) && long.is_temporary());
    let wrong = ask("{ wrong }").await.unwrap_err();
    assert!(matches!(wrong, ApiError::Malformed(_)), "{wrong:?}");
    let nothing = ask("{ nothing }").await.unwrap_err();
    assert_eq!(
        nothing.to_string(),
        "the answer of GitHub cannot be read: it has neither data nor errors"
    );
}
