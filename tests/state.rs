//! Saved challenges open where they were saved for, and nowhere else.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails as the test does"
)]

use base64_simd::URL_SAFE_NO_PAD;
use cognito_auth_native::core::challenge::{Challenge, Route, SignIn};
use cognito_auth_native::core::error::{AuthError, Reason};
use cognito_auth_native::core::secret::Secret;
use cognito_auth_native::core::state::{Keys, Scope, missing_key, open, seal};
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: u64 = 1_790_000_000_000;
const KEY: &str = "vJb3Zk0yq6S1x8Nf5TtWm2Lr9Qc4Hd7P";
const OTHER_KEY: &str = "0123456789abcdefghijklmnopqrstuv";

fn keys(all: &[&str]) -> Keys {
    let all: Vec<_> = all.iter().map(|key| Secret::new(*key)).collect();
    Keys::parse(&all).unwrap()
}

fn scope<'a>(keys: &'a Keys, binding: Option<&'a Secret>) -> Scope<'a> {
    Scope {
        keys,
        user_pool_id: Some("us-east-1_Ab1"),
        client_id: "client",
        binding,
    }
}

fn challenge(session: &str, parameters: &Value) -> Challenge {
    let Value::Object(answer) = json!({
        "ChallengeName": "CUSTOM_CHALLENGE",
        "Session": session,
        "ChallengeParameters": parameters,
    }) else {
        panic!("not an object")
    };
    let sign_in = SignIn::new("theseus", Route::Admin, None);
    Challenge::from_answer(&answer, sign_in, NOW)
        .unwrap()
        .unwrap()
}

/// All that there is to know of what cannot be opened.
fn refusal(result: Result<Challenge, AuthError>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.reason(), Reason::InvalidArgument);
    serde_json::to_string(&error).unwrap()
}

#[test]
fn a_challenge_opens_as_it_was_saved() {
    let (keys, binding) = (keys(&[KEY]), Secret::new("c00k1e"));
    for binding in [None, Some(&binding)] {
        let scope = scope(&keys, binding);
        let challenge = challenge("s3ss10n", &json!({ "question": "who?" }));
        let text = seal(&challenge, &scope).unwrap();
        assert!(
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
        let opened = open(&text, &scope, NOW).unwrap();
        assert_eq!(opened.kept().unwrap(), challenge.kept().unwrap());
        // What is saved again has the same age.
        let again = open(&seal(&opened, &scope).unwrap(), &scope, NOW + 60_000).unwrap();
        assert_eq!(again.received(), NOW);
        assert_ne!(seal(&challenge, &scope).unwrap(), text);
    }
}

#[test]
fn a_text_of_the_first_version_opens_for_good() {
    let binding = Secret::new("c00k1e");
    let keys = keys(&[KEY]);
    let challenge = open(VECTOR, &scope(&keys, Some(&binding)), NOW).unwrap();
    assert_eq!(
        challenge.kept().unwrap().expose(),
        r#"{"n":"CUSTOM_CHALLENGE","s":"s3ss10n","u":"theseus","f":"admin","p":{"parameters":{"question":"who?"}},"t":1790000000000}"#
    );
}

/// Made with node:crypto, salt and nonce counted up.
const VECTOR: &str = "AQABAgMEBQYHCAkKCwwNDg8gISIjJCUmJygpKisGKVubdqbbZ-r1xju5p_WM4fygQt6g6JL6qBMBcQ1ERlf_6NeXsUOkkyQAGc7onwnCrumN5E-F4PkDyndmMBPnardAHdtFDANzEYslfNf1qqUYhbEiUMQhc67fmdBSoi99fQjV7Cgzgfd4J-PyqFMmoNG5aY74ErHUZY1DMhPLMmfCaro6whFGCw";

#[test]
fn a_text_of_another_version_has_the_same_message_although_it_is_genuine() {
    let binding = Secret::new("c00k1e");
    let keys = keys(&[KEY]);
    let scope = scope(&keys, Some(&binding));
    assert_eq!(
        refusal(open(OF_VERSION_2, &scope, NOW)),
        refusal(open("", &scope, NOW))
    );
}

/// Like the other, with the version 2 in it and authenticated.
const OF_VERSION_2: &str = "AgABAgMEBQYHCAkKCwwNDg8gISIjJCUmJygpKisGKVubdqbbZ-r1xju5p_WM4fygQt6g6JL6qBMBcQ1ERlf_6NeXsUOkkyQAGc7onwnCrumN5E-F4PkDyndmMBPnardAHdtFDANzEYslfNf1qqUYhbEiUMQhc67fmdBSoi99fQjV7Cgzgfd4J-PyqFMmoNG5aY74ErHUfPdewLj3TY7fvVPM62rpcw";

#[test]
fn any_changed_character_and_any_cut_have_one_message() {
    let (keys, binding) = (keys(&[KEY]), Secret::new("c00k1e"));
    let scope = scope(&keys, Some(&binding));
    let text = seal(&challenge("s3ss10n", &json!({})), &scope).unwrap();
    let expected = refusal(open("", &scope, NOW));
    for place in 0..text.len() {
        for other in ["A", "B", "_", "=", "+", " ", "é"] {
            let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
            if changed != text {
                assert_eq!(
                    refusal(open(&changed, &scope, NOW)),
                    expected,
                    "{place} {other}"
                );
            }
        }
        assert_eq!(
            refusal(open(&text[..place], &scope, NOW)),
            expected,
            "{place}"
        );
    }
    for changed in [
        format!("{text}A"),
        format!("{text}="),
        format!(" {text}"),
        format!("{text}\n"),
        format!("{text}{text}"),
        "A".repeat(8192),
        "A".repeat(8193),
        "é".repeat(10_000),
    ] {
        assert_eq!(refusal(open(&changed, &scope, NOW)), expected);
    }
}

#[test]
fn every_bit_counts() {
    let keys = keys(&[KEY]);
    let scope = scope(&keys, None);
    let text = seal(&challenge("s3ss10n", &json!({})), &scope).unwrap();
    let bytes = URL_SAFE_NO_PAD.decode_to_vec(&text).unwrap();
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << bit;
            refusal(open(
                &URL_SAFE_NO_PAD.encode_to_string(changed),
                &scope,
                NOW,
            ));
        }
    }
}

#[test]
fn spare_bits_and_padding_are_another_text() {
    let keys = keys(&[KEY]);
    let scope = scope(&keys, None);
    let mut seen = 0;
    for length in 0..3 {
        let text = seal(&challenge(&"s".repeat(20 + length), &json!({})), &scope).unwrap();
        let rest = &text[..text.len() - 1];
        for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars() {
            let changed = format!("{rest}{other}");
            if changed != text {
                refusal(open(&changed, &scope, NOW));
            }
        }
        seen += usize::from(!text.len().is_multiple_of(4));
    }
    assert_eq!(seen, 2, "two of three lengths have spare bits");
}

#[test]
fn another_pool_client_browser_or_key_has_the_same_message() {
    let (key, other_key) = (keys(&[KEY]), keys(&[OTHER_KEY]));
    let (binding, other_binding, empty) = (
        Secret::new("c00k1e"),
        Secret::new("c00k1f"),
        Secret::new(""),
    );
    let bound = scope(&key, Some(&binding));
    let unbound = scope(&key, None);
    let sealed = challenge("s3ss10n", &json!({}));
    let (text, unbound_text) = (
        seal(&sealed, &bound).unwrap(),
        seal(&sealed, &unbound).unwrap(),
    );
    let expected = refusal(open("", &bound, NOW));
    let others = [
        Scope {
            user_pool_id: Some("us-east-1_Ab2"),
            ..bound
        },
        Scope {
            user_pool_id: None,
            ..bound
        },
        Scope {
            client_id: "clienu",
            ..bound
        },
        Scope {
            client_id: "",
            ..bound
        },
        Scope {
            keys: &other_key,
            ..bound
        },
        Scope {
            binding: Some(&other_binding),
            ..bound
        },
        Scope {
            binding: Some(&empty),
            ..bound
        },
        unbound,
    ];
    for other in others {
        assert_eq!(refusal(open(&text, &other, NOW)), expected);
    }
    assert_eq!(refusal(open(&unbound_text, &bound, NOW)), expected);
    let error = seal(
        &sealed,
        &Scope {
            binding: Some(&empty),
            ..bound
        },
    )
    .unwrap_err();
    assert_eq!(error.reason(), Reason::InvalidArgument);
}

#[test]
fn the_first_key_seals_and_all_open() {
    let (old, new, both) = (keys(&[OTHER_KEY]), keys(&[KEY]), keys(&[KEY, OTHER_KEY]));
    let sealed = challenge("s3ss10n", &json!({}));
    let text = seal(&sealed, &scope(&old, None)).unwrap();
    assert!(open(&text, &scope(&both, None), NOW).is_ok());
    refusal(open(&text, &scope(&new, None), NOW));
    let text = seal(&sealed, &scope(&both, None)).unwrap();
    assert!(open(&text, &scope(&new, None), NOW).is_ok());
    refusal(open(&text, &scope(&old, None), NOW));
}

#[test]
fn the_client_secret_opens_nothing_that_a_key_sealed() {
    let (key, secret) = (keys(&[KEY]), Keys::of_client_secret(&Secret::new(KEY)));
    let sealed = challenge("s3ss10n", &json!({}));
    let text = seal(&sealed, &scope(&secret, None)).unwrap();
    assert!(open(&text, &scope(&secret, None), NOW).is_ok());
    refusal(open(&text, &scope(&key, None), NOW));
    let text = seal(&sealed, &scope(&key, None)).unwrap();
    refusal(open(&text, &scope(&secret, None), NOW));
}

#[test]
fn keys_that_can_be_guessed_are_refused() {
    for (key, part) in [
        ("", "32 characters"),
        (&KEY[1..], "32 characters"),
        (&"abcdefg".repeat(8), "8 of them different"),
        (&"a".repeat(64), "8 of them different"),
        (&format!("{KEY}\n"), "line break"),
        (&format!("{KEY} {KEY}"), "line break"),
        (&format!("{KEY}é"), "line break"),
    ] {
        let error = Keys::parse(&[Secret::new(KEY), Secret::new(key)]).unwrap_err();
        assert_eq!(error.reason(), Reason::Config);
        assert!(
            error.message().contains("COGNITO_STATE_KEY") && error.message().contains(part),
            "{key:?}"
        );
        assert!(key.is_empty() || !format!("{error:?}").contains(key));
    }
    assert_eq!(Keys::parse(&[]).unwrap_err().reason(), Reason::Config);
    assert!(Keys::parse(&[Secret::new("abcdefgh".repeat(4))]).is_ok());
    assert!(!format!("{:?}", keys(&[KEY])).contains(KEY));
    assert!(
        missing_key()
            .message()
            .starts_with("COGNITO_STATE_KEY is not set")
    );
    assert_eq!(missing_key().reason(), Reason::Config);
    assert!(
        missing_key()
            .context()
            .hint
            .as_deref()
            .unwrap()
            .contains("openssl rand -base64 32")
    );
}

#[test]
fn a_challenge_lives_for_15_minutes_from_the_first_time() {
    let keys = keys(&[KEY]);
    let scope = scope(&keys, None);
    let text = seal(&challenge("s3ss10n", &json!({})), &scope).unwrap();
    let minutes = 60_000;
    for (now, is_open) in [
        (NOW, true),
        (NOW + 15 * minutes, true),
        (NOW + 15 * minutes + 1, false),
        (u64::MAX, false),
        // Another server's clock was ahead.
        (NOW - 60_000, true),
        (NOW - 60_001, false),
        (0, false),
    ] {
        match open(&text, &scope, now) {
            Ok(_) => assert!(is_open, "{now}"),
            Err(error) => {
                assert!(!is_open, "{now}");
                assert_eq!(error.reason(), Reason::ChallengeExpired);
                assert_eq!(error.name(), "NotAuthorizedException");
            }
        }
    }
    // Saving again gives no time.
    let late = NOW + 14 * minutes;
    let again = seal(&open(&text, &scope, late).unwrap(), &scope).unwrap();
    assert!(open(&again, &scope, NOW + 15 * minutes).is_ok());
    assert!(open(&again, &scope, NOW + 16 * minutes).is_err());
}

#[test]
fn the_longest_session_fits_and_what_could_not_be_opened_is_not_saved() {
    let keys = keys(&[KEY]);
    let scope = scope(&keys, None);
    let text = seal(
        &challenge(&"s".repeat(4096), &json!({ "question": "who?" })),
        &scope,
    )
    .unwrap();
    assert!(text.len() < 6_000, "{}", text.len());
    assert!(open(&text, &scope, NOW).is_ok());
    for length in 5_900..6_100 {
        match seal(&challenge(&"s".repeat(length), &json!({})), &scope) {
            Ok(text) => assert!(open(&text, &scope, NOW).is_ok()),
            Err(error) => assert_eq!(error.reason(), Reason::Config),
        }
    }
}

#[test]
fn nothing_of_a_challenge_can_be_read_in_the_text() {
    let keys = keys(&[KEY]);
    let text = seal(
        &challenge("s3ss10n", &json!({ "question": "who?" })),
        &scope(&keys, None),
    )
    .unwrap();
    let bytes = URL_SAFE_NO_PAD.decode_to_vec(&text).unwrap();
    for part in [
        "s3ss10n",
        "theseus",
        "CUSTOM",
        "who?",
        "us-east-1",
        "client",
    ] {
        assert!(
            !bytes
                .windows(part.len())
                .any(|window| window == part.as_bytes()),
            "{part}"
        );
    }
}

proptest! {
    #[test]
    fn what_is_sealed_opens_with_every_session_and_binding(session in "[!-~]{1,2000}", question in ".{0,100}", binding in ".{1,100}") {
        let (keys, binding) = (keys(&[KEY]), Secret::new(binding));
        let scope = scope(&keys, Some(&binding));
        let challenge = challenge(&session, &json!({ "question": question }));
        let opened = open(&seal(&challenge, &scope).unwrap(), &scope, NOW).unwrap();
        prop_assert_eq!(opened.kept().unwrap(), challenge.kept().unwrap());
    }

    #[test]
    fn nothing_else_opens(text in ".{0,300}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let keys = keys(&[KEY]);
        let scope = scope(&keys, None);
        refusal(open(&text, &scope, NOW));
        refusal(open(&URL_SAFE_NO_PAD.encode_to_string(&bytes), &scope, NOW));
    }
}

#[test]
fn the_hint_of_a_text_that_is_too_long_names_the_part_that_is() {
    let keys = keys(&[KEY]);
    let long = "x".repeat(8_000);
    let named = |username: &str| {
        let Value::Object(answer) = json!({ "ChallengeName": "SMS_MFA", "Session": "s" }) else {
            panic!("not an object")
        };
        let sign_in = SignIn::new(username, Route::Public, None);
        Challenge::from_answer(&answer, sign_in, NOW)
            .unwrap()
            .unwrap()
    };
    for (challenge, part) in [
        (challenge("s", &json!({ "q": long })), "publicChallenge"),
        (challenge(&long, &json!({ "q": "who?" })), "session"),
        (named(&long), "user name"),
    ] {
        let error = seal(&challenge, &scope(&keys, None)).unwrap_err();
        let hint = error.context().hint.as_deref().unwrap_or_default();
        assert!(hint.contains(part), "{hint}");
    }
}
