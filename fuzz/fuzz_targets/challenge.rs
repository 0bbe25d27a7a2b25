//! Any JSON as Cognito's answer: a challenge that is read is shown, kept and restored without loss, and hides its session.

#![no_main]

use cognito_auth_native::core::challenge::{Answer, Challenge, Options, Route, SignIn};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(Value::Object(answer)) = serde_json::from_slice(data) else {
        return;
    };
    let sign_in = SignIn::new("theseus", Route::Public, None);
    let Ok(Some(challenge)) = Challenge::from_answer(&answer, sign_in, 1) else {
        return;
    };
    let kept = challenge.kept().unwrap();
    let restored = Challenge::restore(&kept).unwrap();
    assert_eq!(restored.kept().unwrap(), kept);
    // A passkey's options may be as deep as serde_json reads, and are one deeper in what is shown.
    if let Ok(shown) = serde_json::from_str::<Value>(challenge.shown().unwrap().expose()) {
        assert_eq!(shown["name"].as_str(), Some(challenge.name()));
        assert!(shown.get("session").is_none());
        assert!(shown["parameters"].get("USER_ID_FOR_SRP").is_none());
    }
    let text = Answer::read(&Value::from("123456")).unwrap();
    for challenge in [challenge, restored] {
        let _ = challenge.responses(&text, &Options::default());
    }
});
