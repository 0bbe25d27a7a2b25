//! Any text as a saved challenge: none opens but one that was sealed here. The input is opened as it is, and as changes of a
//! text that opens.

#![no_main]

use std::sync::LazyLock;

use base64_simd::URL_SAFE_NO_PAD;
use cognito_auth_native::core::challenge::{Challenge, Route, SignIn};
use cognito_auth_native::core::error::Reason;
use cognito_auth_native::core::secret::Secret;
use cognito_auth_native::core::state::{Keys, Scope, open, seal};
use libfuzzer_sys::fuzz_target;

const NOW: u64 = 1_790_000_000_000;

static KEYS: LazyLock<Keys> =
    LazyLock::new(|| Keys::parse(&[Secret::new("vJb3Zk0yq6S1x8Nf5TtWm2Lr9Qc4Hd7P")]).unwrap());
static SCOPE: LazyLock<Scope<'static>> = LazyLock::new(|| Scope {
    keys: &KEYS,
    user_pool_id: Some("us-east-1_Ab1"),
    client_id: "client",
    binding: None,
});
static SEALED: LazyLock<String> = LazyLock::new(|| {
    let answer = r#"{"ChallengeName":"SMS_MFA","Session":"s3ss10n"}"#;
    let answer = serde_json::from_str(answer).unwrap();
    let sign_in = SignIn::new("theseus", Route::Admin, None);
    let challenge = Challenge::from_answer(&answer, sign_in, NOW).unwrap();
    seal(&challenge.unwrap(), &SCOPE).unwrap()
});

fn refused(text: &str) {
    let error = open(text, &SCOPE, NOW).unwrap_err();
    assert_eq!(error.reason(), Reason::InvalidArgument);
}

fuzz_target!(|data: &[u8]| {
    refused(&String::from_utf8_lossy(data));
    refused(&URL_SAFE_NO_PAD.encode_to_string(data));
    let mut bytes = URL_SAFE_NO_PAD.decode_to_vec(SEALED.as_str()).unwrap();
    for (byte, change) in bytes.iter_mut().zip(data) {
        *byte ^= change;
    }
    let text = URL_SAFE_NO_PAD.encode_to_string(bytes);
    if text == *SEALED {
        assert!(open(&text, &SCOPE, NOW).is_ok());
    } else {
        refused(&text);
    }
});
