//! Any texts as the values of an SRP challenge, separated by line feeds: no panic, and what is answered has the bounds of the
//! protocol.

#![no_main]

use std::convert::Infallible;
use std::sync::LazyLock;
use std::time::UNIX_EPOCH;

use cognito_auth_native::core::secret::Secret;
use cognito_auth_native::core::srp::{Challenge, Srp};
use libfuzzer_sys::fuzz_target;

static CLIENT: LazyLock<Srp> = LazyLock::new(|| {
    Srp::start(|buffer| {
        buffer.fill(7);
        Ok::<_, Infallible>(())
    })
    .unwrap()
});

fuzz_target!(|text: &str| {
    let mut parts = text.splitn(3, '\n');
    let mut next = || parts.next().unwrap_or_default();
    let (srp_b, salt, secret_block) = (next(), next(), next());
    let challenge = Challenge {
        group: "AbCdEfGhI",
        user: "theseus",
        srp_b,
        salt,
        secret_block,
    };
    let Ok(claim) = CLIENT.answer(&challenge, &Secret::new("Labyrinth1"), UNIX_EPOCH) else {
        return;
    };
    let is_integer = |text: &str, most: usize| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_hexdigit())
            && text.trim_start_matches('0').len() <= most
    };
    assert!(is_integer(srp_b, 768) && !srp_b.trim_start_matches('0').is_empty());
    assert!(is_integer(salt, 64));
    assert!((1..=4096).contains(&secret_block.len()) && secret_block.is_ascii());
    assert_eq!(claim.signature.expose().len(), 44);
    assert_eq!(claim.timestamp.expose(), "Thu Jan 1 00:00:00 UTC 1970");
});
