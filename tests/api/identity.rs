//! Who speaks: the App, its installations, and how long their tokens last.

use octocrab::jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use refgate::github::api::{Access, ApiError, App, Scope, Secret};
use serde_json::{Value, json};

use crate::fake::{Fake, NOW, Seen, keys, mint, openssl, say, shown, token_text};

/// What a token of the App claims, once its signature has been found right.
fn claims(token: &str) -> Value {
    assert_eq!(decode_header(token).unwrap().alg, Algorithm::RS256);
    let key = DecodingKey::from_rsa_pem(keys().1.as_bytes()).unwrap();
    let mut rules = Validation::new(Algorithm::RS256);
    rules.validate_exp = false;
    decode::<Value>(token, &key, &rules).unwrap().claims
}

#[tokio::test]
async fn the_app_signs_for_nine_minutes_and_reaches_back_one() {
    let fake = Fake::new(|_| say(200, json!({"slug": "refgate"}))).await;
    let (client, _) = fake.client();
    client.app().get::<Value>("/app").await.unwrap();
    let claims = claims(fake.seen()[0].token().unwrap());
    assert_eq!(claims, json!({"iss": "4711", "iat": NOW - 60, "exp": NOW + 540}));
}

#[test]
fn a_key_is_taken_in_any_form_that_people_have_it_in() {
    let pkcs1 = &keys().0;
    assert!(pkcs1.contains("RSA PRIVATE"), "{}", pkcs1.lines().next().unwrap());
    let pkcs8 = openssl(&["pkcs8", "-topk8", "-nocrypt"], pkcs1);
    for key in [pkcs1.clone(), pkcs8, pkcs1.trim().replace('\n', "\\n"), format!("\n{pkcs1}\n\n")] {
        App::new("Iv23.abc", &Secret::new(&key)).unwrap();
    }
}

#[test]
fn a_key_that_cannot_sign_is_refused_and_not_repeated() {
    let middle: String = keys().0.lines().skip(2).take(3).collect();
    let public = &keys().1;
    let cut = keys().0.replace(keys().0.lines().nth(4).unwrap(), "");
    let begin = format!("-----BEGIN {} KEY-----", "RSA PRIVATE");
    let bad = format!("{begin}\n{middle}\n{}", begin.replace("BEGIN", "END"));
    for key in ["", "hello", &middle, public, &cut, &bad] {
        let error = App::new("1", &Secret::new(key)).unwrap_err();
        assert!(error.starts_with("the App's private key cannot be used: "), "{error}");
        assert!(!error.contains(&middle[..20]), "{error}");
    }
    let error = App::new("1\nx", &Secret::new(&keys().0)).unwrap_err();
    assert_eq!(error, r#""1\nx" is neither an App's id nor a client id"#);
}

#[tokio::test]
async fn without_an_app_nothing_is_asked_as_one() {
    let fake = Fake::new(|_| say(200, json!({}))).await;
    let (mut setup, _) = fake.setup();
    setup.app = None;
    let client = refgate::github::api::Client::new(setup).unwrap();
    assert_eq!(client.app().get::<Value>("/app").await, Err(ApiError::Unauthorized));
    let installation = client.installation(1, Scope::everything());
    assert_eq!(installation.get::<Value>("/x").await, Err(ApiError::Unauthorized));
    assert!(fake.seen().is_empty());
}

#[tokio::test]
async fn a_token_is_narrowed_to_its_scope_and_kept_for_it() {
    let fake = Fake::new(|it| if it.is_mint() { mint(it, NOW) } else { say(200, json!(1)) }).await;
    let (client, _) = fake.client();
    let scope = || Scope::of(9).and(3).may(Access::Read, "contents").may(Access::Write, "checks");
    for _ in 0..2 {
        client.installation(7, scope()).get::<i32>("/x").await.unwrap();
    }
    assert_eq!(fake.minted(), 1);
    let seen = &fake.seen()[0];
    assert_eq!(seen.path, "/app/installations/7/access_tokens");
    assert_eq!(claims(seen.token().unwrap())["iss"], "4711");
    let permissions = json!({"checks": "write", "contents": "read"});
    assert_eq!(seen.body, json!({"repository_ids": [3, 9], "permissions": permissions}));
    for it in &fake.asked() {
        assert_eq!(it.token(), Some(token_text(0).as_str()));
    }

    client.installation(7, Scope::of(9)).get::<i32>("/x").await.unwrap();
    client.installation(7, Scope::everything()).get::<i32>("/x").await.unwrap();
    client.installation(8, scope()).get::<i32>("/x").await.unwrap();
    let bodies: Vec<_> = fake.seen().into_iter().filter(Seen::is_mint).collect();
    assert_eq!(bodies.len(), 4);
    assert_eq!(bodies[1].body, json!({"repository_ids": [9]}));
    assert_eq!(bodies[2].body, json!({}));
    assert_eq!(bodies[3].path, "/app/installations/8/access_tokens");
}

#[tokio::test]
async fn many_who_need_a_token_ask_for_it_once() {
    let fake = Fake::new(|it| if it.is_mint() { mint(it, NOW) } else { say(200, json!(1)) }).await;
    let (client, _) = fake.client();
    let calls = (0..20).map(|_| {
        let caller = client.installation(7, Scope::of(1));
        tokio::spawn(async move { caller.get::<i32>("/x").await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    assert_eq!((fake.minted(), fake.asked().len()), (1, 20));
}

#[tokio::test]
async fn a_token_is_replaced_five_minutes_before_it_ends() {
    let fake = Fake::new(|it| match it.is_mint() {
        true => mint(it, NOW + 3300 * i64::try_from(it.before).unwrap()),
        false => say(200, json!(1)),
    })
    .await;
    let (client, clock) = fake.client();
    let caller = client.installation(7, Scope::of(1));
    caller.get::<i32>("/x").await.unwrap();
    clock.advance(3299);
    caller.get::<i32>("/x").await.unwrap();
    assert_eq!(fake.minted(), 1);
    clock.advance(1);
    caller.get::<i32>("/x").await.unwrap();
    assert_eq!(fake.minted(), 2);
    assert_eq!(fake.asked()[2].token(), Some(token_text(1).as_str()));
}

#[tokio::test]
async fn a_token_that_is_about_to_end_does_while_no_other_can_be_had() {
    let fake = Fake::new(|it| match (it.is_mint(), it.before) {
        (true, 0) => mint(it, NOW),
        (true, _) => say(502, json!({})),
        (false, _) => say(200, json!(1)),
    })
    .await;
    let (client, clock) = fake.client();
    let caller = client.installation(7, Scope::of(1));
    caller.get::<i32>("/x").await.unwrap();
    clock.advance(3400);
    caller.get::<i32>("/x").await.unwrap();
    assert_eq!(fake.minted(), 2);
    clock.advance(180);
    let error = caller.get::<i32>("/x").await.unwrap_err();
    assert!(matches!(error, ApiError::Unavailable(_)), "{error:?}");
    assert_eq!(fake.asked().len(), 2);
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_replaced_once_and_the_call_repeated() {
    let fake = Fake::new(|it| match it {
        it if it.is_mint() => mint(it, NOW),
        it if it.token() == Some(&token_text(0)) => say(401, json!({"message": "Bad credentials"})),
        _ => say(201, json!({"id": 5})),
    })
    .await;
    let (client, _) = fake.client();
    let caller = client.installation(7, Scope::of(1));
    let made: Value = caller.post("/repos/o/r/check-runs", &json!({"name": "n"})).await.unwrap();
    assert_eq!((made, fake.minted(), fake.asked().len()), (json!({"id": 5}), 2, 2));
    assert!(fake.asked().iter().all(|it| it.body == json!({"name": "n"})));
    caller.get::<Value>("/x").await.unwrap();
    assert_eq!(fake.minted(), 2);
}

#[tokio::test]
async fn a_call_that_no_token_helps_is_repeated_once_and_given_up() {
    let fake = Fake::new(|it| match it.is_mint() {
        true => mint(it, NOW),
        false => say(401, json!({"message": "Bad credentials"})),
    })
    .await;
    let (client, _) = fake.client();
    let caller = client.installation(7, Scope::of(1));
    assert_eq!(caller.get::<Value>("/x").await, Err(ApiError::Unauthorized));
    assert_eq!((fake.minted(), fake.asked().len()), (2, 2));
    let caller = client.with_token(Secret::new("mine"));
    assert_eq!(caller.get::<Value>("/y").await, Err(ApiError::Unauthorized));
    assert_eq!(fake.asked().len(), 3);
}

#[tokio::test]
async fn what_an_installation_may_not_have_is_told() {
    let fake = Fake::new(|it| match it.path.as_str() {
        "/app/installations/1/access_tokens" => say(404, json!({"message": "Not Found"})),
        "/app/installations/2/access_tokens" => {
            say(403, json!({"message": "This installation has been suspended"}))
        }
        "/app/installations/3/access_tokens" => {
            say(422, json!({"message": "The permissions requested are not granted"}))
        }
        _ => say(201, json!({"token": "", "expires_at": "2027-01-15T08:00:00Z"})),
    })
    .await;
    let (client, _) = fake.client();
    let ask = async |id| {
        let caller = client.installation(id, Scope::everything());
        caller.get::<Value>("/x").await.unwrap_err().to_string()
    };
    assert_eq!(ask(1).await, "GitHub knows nothing there, or may not show it");
    assert_eq!(ask(2).await, "GitHub forbids it: This installation has been suspended");
    assert_eq!(ask(3).await, "GitHub cannot do that: The permissions requested are not granted");
    let malformed = "the answer of GitHub cannot be read: it holds no token of an installation";
    assert_eq!(ask(4).await, malformed);
    assert!(fake.asked().is_empty());
}

#[tokio::test]
async fn git_takes_the_same_token_and_may_say_that_it_is_none() {
    let fake = Fake::new(|it| mint(it, NOW)).await;
    let (client, _) = fake.client();
    let caller = client.installation(7, Scope::of(1));
    let first = caller.token().await.unwrap().unwrap();
    assert_eq!(first.expose(), token_text(0));
    assert!(caller.drop_token(&first).await);
    let second = caller.token().await.unwrap().unwrap();
    assert_eq!(second.expose(), token_text(1));
    // Told late about the first, the second stays.
    caller.drop_token(&first).await;
    assert_eq!(caller.token().await.unwrap().unwrap().expose(), token_text(1));
    client.forget(7);
    assert_eq!(caller.token().await.unwrap().unwrap().expose(), token_text(2));
    assert!(client.nobody().token().await.unwrap().is_none());
    assert!(!shown(&[&first, &second], &[&first]).contains("made"));
}
