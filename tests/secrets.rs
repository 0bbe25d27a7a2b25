//! No secret shows in an error or in `Debug`, whatever fails.
#![cfg(feature = "net")]
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::sync::Arc;

use cognito_auth_native::core::config::{Config, PolicyConfig};
use cognito_auth_native::core::secret::Secret;
use cognito_auth_native::net::cancel::Cancel;
use cognito_auth_native::net::cognito::Call;
use cognito_auth_native::net::pool::Pool;
use cognito_auth_native::net::verifier::Verifier;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const SECRETS: [&str; 4] = ["Labyrinth1", "AKIASECRET", "cl13nts3cret", "s3ss10n"];

/// A server that answers every request with the same bytes, or hangs up on them.
async fn server(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = vec![0; 65_536];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    format!("http://{address}")
}

fn config(endpoint: &str) -> Config {
    let settings = serde_json::json!({
        "region": "us-east-1",
        "userPoolId": "us-east-1_Ab1",
        "clientId": "client",
        "clientSecret": "cl13nts3cret",
        "endpoint": endpoint,
        "credentials": { "accessKeyId": "AKIASECRET", "secretAccessKey": "AKIASECRET" },
        "timeoutMs": 2_000,
        "maxAttempts": 1,
    });
    Config::read(&settings.to_string()).unwrap()
}

fn assert_clean(what: &str, text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_and_debug_output_are_clean() {
    let challenge = concat!(
        "HTTP/1.1 200 OK\r\ncontent-length: 63\r\nconnection: close\r\n\r\n",
        r#"{"ChallengeName":"NEW_PASSWORD_REQUIRED","Session":"s3ss10n"}  "#
    );
    let refusal = concat!(
        "HTTP/1.1 400 Bad Request\r\ncontent-length: 60\r\nconnection: close\r\n\r\n",
        r#"{"__type":"NotAuthorizedException","message":"Incorrect ..."}"#
    );
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"Auth";
    let html = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>";
    for answer in [challenge, refusal, cut, html, ""] {
        let pool = Arc::new(Pool::new(config(&server(answer).await)));
        assert_clean("pool", &format!("{pool:?}"));
        for flow in [
            "flow/login",
            "flow/registration",
            "flow/sign-in",
            "flow/refresh",
            "flow/sign-out",
            "flow/challenge",
            "SignUp",
        ] {
            // As each of them takes it: members of others count for nothing.
            let json = Secret::new(
                r#"{"Username":"theseus","Password":"Labyrinth1","RefreshToken":"Labyrinth1","Answer":"Labyrinth1",
                    "Kept":"{\"n\":\"SMS_MFA\",\"s\":\"s3ss10n\",\"u\":\"theseus\",\"f\":\"public\",\"p\":{},\"t\":0}"}"#,
            );
            match pool.invoke(flow, &json, &Call::default()).await {
                Ok(answered) => assert_clean(answer, &format!("{answered:?}")),
                Err(error) => {
                    assert_clean(answer, &format!("{error:?} {error}"));
                    // The one who answers the challenge needs both.
                    let error = error.with(|context| {
                        context.session = None;
                        context.challenge = None;
                    });
                    assert_clean(answer, &serde_json::to_string(&error).unwrap());
                }
            }
        }
    }
}

#[tokio::test]
async fn a_challenge_hands_its_session_over_and_nowhere_else() {
    let answer = concat!(
        "HTTP/1.1 200 OK\r\ncontent-length: 61\r\nconnection: close\r\n\r\n",
        r#"{"ChallengeName":"NEW_PASSWORD_REQUIRED","Session":"s3ss10n"}"#
    );
    let pool = Pool::new(config(&server(answer).await));
    let error = pool
        .invoke(
            "flow/login",
            &Secret::new(r#"{"Username":"a","Password":"b"}"#),
            &Call::default(),
        )
        .await
        .unwrap_err();
    assert_eq!(
        error.context().challenge_name.as_deref(),
        Some("NEW_PASSWORD_REQUIRED")
    );
    assert_eq!(
        error.context().session.as_ref().map(Secret::expose),
        Some("s3ss10n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn debug_has_no_password_of_a_proxy_once_the_keys_were_asked_for() {
    // A port that nobody listens on, as the proxy.
    let settings = serde_json::json!({
        "userPoolId": "us-east-1_Ab1",
        "clientId": "client",
        "httpsProxy": "http://user:s3ss10n@127.0.0.1:9",
    });
    let pool = Arc::new(Pool::new(Config::read(&settings.to_string()).unwrap()));
    let verifier = Verifier::new(pool, PolicyConfig::read("{}").unwrap());
    let error = verifier
        .load_keys(None, &Cancel::default())
        .await
        .unwrap_err();
    assert_clean("verifier", &format!("{verifier:?}"));
    assert_clean("error", &format!("{error:?} {error}"));
    assert_clean("error", &serde_json::to_string(&error).unwrap());
}
