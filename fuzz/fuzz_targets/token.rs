//! Any text as a token: no panic, nothing accepted.

#![no_main]

use std::sync::LazyLock;

use cognito_auth_native::core::jwk::KeySet;
use cognito_auth_native::core::token::{AcceptedClients, AcceptedUse, Policy, UnixTime, UnverifiedToken};
use libfuzzer_sys::fuzz_target;

static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let n = include_str!("../../tests/data/rsa-2048.n.txt").trim();
    let jwks = format!(r#"{{"keys":[{{"kty":"RSA","n":"{n}","e":"AQAB","kid":"k"}}]}}"#);
    KeySet::parse(jwks.as_bytes()).expect("our own key")
});

fuzz_target!(|data: &[u8]| {
    let policy = Policy::new(vec!["i".into()], AcceptedUse::Any, AcceptedClients::Any);
    let now = UnixTime::from_millis(1e12);
    let text = String::from_utf8_lossy(data);
    if let Ok(token) = UnverifiedToken::parse(&text)
        && let Some(key) = KEYS.key(token.kid())
    {
        assert!(token.verify(key, &policy, now).is_err());
    }
});
