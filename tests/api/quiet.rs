//! No token is shown, whatever the server answers and however it is looked at.

use axum::body::Body;
use axum::http::Response;
use refgate::github::api::{Access, ApiError, Client, Scope, Secret};
use serde_json::{Value, json};

use crate::fake::{Fake, NOW, Seen, keys, mint, say, shown, token_text, with};

/// Answers badly in every way, and repeats what it was sent wherever it can.
fn parrot(it: &Seen) -> Response<Body> {
    if it.is_mint() {
        return mint(it, NOW);
    }
    let sent = it.header("authorization");
    let mut parts = it.path.trim_matches('/').split('/');
    let (how, status) = (parts.next().unwrap(), parts.next().unwrap_or("200").parse().unwrap());
    let error = json!({"message": format!("you sent {sent}"), "type": sent, "path": [sent]});
    match how {
        "message" => with(
            status,
            &[("x-accepted-github-permissions", sent)],
            json!({"message": format!("you sent {sent}"), "errors": [sent, error]}),
        ),
        "raw" => Response::builder().status(status).body(Body::from(sent.to_owned())).unwrap(),
        "typed" => say(status, json!({"id": sent, sent: sent})),
        "sent-on" => with(302, &[("location", &format!("http://{}/", &sent[7..]))], json!({})),
        "next" => {
            with(200, &[("link", &format!("<http://x/?{}>; rel=next", &sent[7..]))], json!([1]))
        }
        _ => say(200, json!({"data": {"id": sent}, "errors": [error]})),
    }
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
struct Row {
    id: u64,
}

#[tokio::test]
async fn no_error_shows_a_token() {
    let fake = Fake::new(parrot).await;
    let (client, _) = fake.client();
    let own = format!("{}{}", "plain-and-unlike-a-", "token");
    let callers = [
        client.with_token(Secret::new(&own)),
        client.installation(7, Scope::of(1).may(Access::Read, "contents")),
        client.app(),
    ];
    let mut out = String::new();
    let mut count = 0;
    for caller in &callers {
        let mut errors: Vec<ApiError> = Vec::new();
        for how in ["message", "raw", "typed"] {
            for status in [200, 400, 403, 404, 409, 410, 422, 500] {
                let path = format!("/{how}/{status}");
                errors.extend(caller.get::<Row>(&path).await.err());
                errors.extend(caller.post::<Row>(&path, &json!({})).await.err());
            }
        }
        errors.extend(caller.get::<Row>("/sent-on").await.err());
        errors.extend(caller.list::<u64>("/next", 10).await.err());
        errors.extend(caller.list_in::<u64>("/typed/200", "id", 10).await.err());
        errors.extend(caller.list_in::<u64>("/typed/200", "none", 10).await.err());
        let answer = caller.graphql::<Row>("{ x }", json!({})).await.unwrap();
        out += &shown(&[&answer, &errors], &[]);
        errors.extend(answer.whole().err());
        count += errors.len();
        errors.iter().for_each(|it| out += &shown(&[it], &[it]));
    }
    assert!(count > 120, "{count}");
    out += &shown(&[&client, &callers, &fake.setup().0], &[]);
    let key: String = keys().0.lines().nth(3).unwrap().to_owned();
    let mut hidden = vec![own, token_text(0), key];
    let sent = fake.seen();
    hidden.extend(sent.iter().filter_map(|it| it.token()).map(str::to_owned));
    for secret in &hidden {
        assert!(!out.contains(secret.as_str()), "{secret} is shown");
    }
    assert!(out.contains("you sent Bearer [redacted]"), "{}", &out[..2000]);
    assert!(out.lines().all(|it| !it.contains("eyJ")));
}

#[tokio::test]
async fn what_makes_a_token_is_not_repeated_if_it_cannot_be_read() {
    let secret = token_text(3);
    let bodies = [
        json!({"token": [secret], "expires_at": "2027-01-15T08:00:00Z"}),
        json!({"token": 1, secret.clone(): 1}),
        json!({"token": secret, "expires_at": secret}),
        json!({"token": secret, "expires_at": 1}),
        json!({"token": secret}),
        json!(secret),
    ];
    for body in bodies {
        let fake = Fake::new(move |_| say(201, body.clone())).await;
        let (client, _) = fake.client();
        let caller = client.installation(7, Scope::everything());
        let error = caller.get::<Value>("/x").await.unwrap_err();
        let told = "the answer of GitHub cannot be read: it holds no token of an installation";
        assert_eq!(error.to_string(), told);
        assert!(!shown(&[&error, &client], &[]).contains(&token_text(3)));
    }
}

#[test]
fn a_secret_shows_nothing_of_itself() {
    let secret = Secret::new("  hunter2 \n");
    assert_eq!(secret.expose(), "hunter2");
    assert_eq!(format!("{secret} {secret:?} {secret:#?}"), "[redacted] [redacted] [redacted]");
    let read: Result<Secret, _> =
        toml::from_str::<std::collections::BTreeMap<String, Secret>>("a = [\"hunter2\"]")
            .map(|mut it| it.remove("a").unwrap());
    assert!(!read.unwrap_err().message().contains("hunter2"));
    let read: Secret = serde_json::from_str("\"x\"").unwrap();
    assert_eq!(read.expose(), "x");
}

#[tokio::test]
async fn a_token_that_is_no_header_is_not_sent() {
    let fake = Fake::new(|_| say(200, json!(1))).await;
    let (client, _): (Client, _) = fake.client();
    for token in ["a\nb", "a\u{1}b"] {
        let asked = client.with_token(Secret::new(token)).get::<Value>("/x").await;
        assert_eq!(asked, Err(ApiError::Unauthorized));
    }
    assert!(fake.seen().is_empty());
}
