//! Any bytes as a JWKS: no panic, and a set that is made has between one and 64 keys, each found under its `kid`.

#![no_main]

use cognito_auth_native::core::jwk::KeySet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(keys) = KeySet::parse(data) {
        assert!((1..=64).contains(&keys.len()));
        assert!(keys.includes(&keys));
    }
});
