//! Any text as a payload: it is read if a second reader takes it for one object without duplicate names.

#![no_main]

#[path = "../../tests/second_reader/mod.rs"]
mod second_reader;

use cognito_auth_native::core::token::{
    AcceptedClients, AcceptedUse, Policy, UnixTime, check_unverified_claims,
};
use libfuzzer_sys::fuzz_target;

use second_reader::{Opinion, second_opinion};

/// Objects and arrays in the payload's own object.
const DEPTH: usize = 64;

fuzz_target!(|data: &[u8]| {
    let policy = Policy::new(vec!["i".into()], AcceptedUse::Any, AcceptedClients::Any);
    let text = String::from_utf8_lossy(data);
    let verdict = check_unverified_claims(&text, &policy, UnixTime::from_millis(1e12));
    let is_read = !verdict.is_err_and(|error| error.message() == "invalid token");
    match second_opinion(&text) {
        Opinion::Object(depth) => assert_eq!(is_read, depth <= DEPTH + 1),
        Opinion::Refused => assert!(!is_read),
        Opinion::Unknown => {}
    }
});
