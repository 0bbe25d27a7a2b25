//! Challenges: what each shows, and what its answer sends.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test fails as the test does"
)]

use cognito_auth_native::core::challenge::{
    Answer, Challenge, Options, Route, Sends, SignIn, Unreadable,
};
use cognito_auth_native::core::error::{AuthError, Reason};
use cognito_auth_native::core::secret::Secret;
use serde_json::{Map, Value, json};

const NOW: u64 = 1_790_000_000_000;

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(members) = value else {
        panic!("not an object")
    };
    members
}

fn sign_in() -> SignIn {
    SignIn::new("theseus@example.com", Route::Admin, None)
}

fn read(answer: Value) -> Result<Option<Challenge>, Unreadable> {
    Challenge::from_answer(&object(answer), sign_in(), NOW)
}

/// A challenge as Cognito sends it.
fn challenge(name: &str, parameters: Value) -> Challenge {
    let mut parameters = object(parameters);
    parameters.insert("USER_ID_FOR_SRP".into(), "u-1".into());
    let answer = json!({
        "ChallengeName": name,
        "Session": "s3ss10n",
        "ChallengeParameters": parameters,
        "AvailableChallenges": ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "WEB_AUTHN"],
    });
    read(answer).unwrap().unwrap()
}

fn shown(challenge: &Challenge) -> Value {
    serde_json::from_str(challenge.shown().unwrap().expose()).unwrap()
}

fn answered(
    challenge: &Challenge,
    answer: impl Into<Value>,
    options: &Value,
) -> Result<Sends, AuthError> {
    challenge.responses(&Answer::read(&answer.into())?, &Options::read(options)?)
}

fn responses(sends: Sends) -> Value {
    match sends {
        Sends::Responses(responses) => Value::Object(responses.to_json()),
        other => panic!("{other:?}"),
    }
}

fn sent(challenge: &Challenge, answer: impl Into<Value>, options: &Value) -> Value {
    responses(answered(challenge, answer, options).unwrap())
}

fn refused(result: Result<Sends, AuthError>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.reason(), Reason::InvalidArgument);
    error.message().to_owned()
}

#[test]
fn each_name_shows_and_sends_what_the_table_says() {
    let code = json!({ "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******0100" });
    let mail = json!({ "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "t***@e***" });
    let choices = json!({ "MFAS_CAN_CHOOSE": r#"["SMS_MFA","EMAIL_MFA"]"# });
    let password = json!({
        "requiredAttributes": r#"["userAttributes.given_name","family_name"]"#,
        "userAttributes": r#"{"email":"t@e","email_verified":true,"x":null}"#,
    });
    let passkey = json!({ "CREDENTIAL_REQUEST_OPTIONS": r#"{"challenge":"YQ","rpId":"e"}"# });
    let custom = json!({ "question": "who?", "USERNAME": "u-1" });
    // Name, parameters, what is shown, an answer, what is sent.
    let rows = [
        (
            "SMS_MFA",
            &code,
            json!({ "sent": { "to": "+*******0100", "by": "SMS" } }),
            "12",
            json!({ "SMS_MFA_CODE": "12" }),
        ),
        (
            "SMS_OTP",
            &code,
            json!({ "sent": { "to": "+*******0100", "by": "SMS" } }),
            "12",
            json!({ "SMS_OTP_CODE": "12" }),
        ),
        (
            "EMAIL_OTP",
            &mail,
            json!({ "sent": { "to": "t***@e***", "by": "EMAIL" } }),
            "12",
            json!({ "EMAIL_OTP_CODE": "12" }),
        ),
        (
            "SOFTWARE_TOKEN_MFA",
            &code,
            json!({}),
            "12",
            json!({ "SOFTWARE_TOKEN_MFA_CODE": "12" }),
        ),
        (
            "SELECT_MFA_TYPE",
            &choices,
            json!({ "choices": ["SMS_MFA", "EMAIL_MFA"] }),
            "EMAIL_MFA",
            json!({ "ANSWER": "EMAIL_MFA" }),
        ),
        (
            "NEW_PASSWORD_REQUIRED",
            &password,
            json!({ "requiredAttributes": ["given_name", "family_name"], "attributes": { "email": "t@e", "email_verified": "true" } }),
            "New-1",
            json!({ "NEW_PASSWORD": "New-1" }),
        ),
        (
            "CUSTOM_CHALLENGE",
            &custom,
            json!({ "parameters": { "question": "who?" } }),
            "I",
            json!({ "ANSWER": "I" }),
        ),
        (
            "SELECT_CHALLENGE",
            &code,
            json!({ "choices": ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "WEB_AUTHN"] }),
            "WEB_AUTHN",
            json!({ "ANSWER": "WEB_AUTHN" }),
        ),
        (
            "PASSWORD",
            &code,
            json!({}),
            "Labyrinth1",
            json!({ "PASSWORD": "Labyrinth1" }),
        ),
        (
            "WEB_AUTHN",
            &passkey,
            json!({ "publicKey": { "challenge": "YQ", "rpId": "e" } }),
            r#"{"id":"a"}"#,
            json!({ "CREDENTIAL": r#"{"id":"a"}"# }),
        ),
    ];
    for (name, parameters, shows, answer, sends) in rows {
        let challenge = challenge(name, parameters.clone());
        let mut expected =
            object(json!({ "signedIn": false, "name": name, "username": "theseus@example.com" }));
        expected.extend(object(shows));
        assert_eq!(shown(&challenge), Value::Object(expected), "{name}");
        let mut expected = object(sends);
        expected.insert("USERNAME".into(), "u-1".into());
        assert_eq!(
            sent(&challenge, answer, &json!({})),
            Value::Object(expected),
            "{name}"
        );
        assert_eq!(challenge.name(), name);
        assert_eq!(challenge.session().map(Secret::expose), Some("s3ss10n"));
        assert_eq!(challenge.username_to_send(), "u-1");
    }
}

#[test]
fn challenges_of_other_names_take_raw_responses_only() {
    for name in [
        "DEVICE_SRP_AUTH",
        "DEVICE_PASSWORD_VERIFIER",
        "ADMIN_NO_SRP_AUTH",
        "PASSWORD_VERIFIER",
        "NEXT_YEARS_2",
    ] {
        let challenge = challenge(name, json!({ "HINT": "h" }));
        assert_eq!(
            shown(&challenge)["parameters"],
            json!({ "HINT": "h" }),
            "{name}"
        );
        let message = refused(answered(&challenge, "text", &json!({})));
        assert_eq!(message, "This challenge is answered with answerRaw");
        let raw = Answer::read_raw(&json!({ "A": "1", "B": "" })).unwrap();
        let all = challenge.responses(&raw, &Options::default()).unwrap();
        assert_eq!(
            responses(all),
            json!({ "A": "1", "B": "", "USERNAME": "u-1" })
        );
    }
}

#[test]
fn raw_responses_are_strings_and_name_no_other_user() {
    for own in ["USERNAME", "SECRET_HASH", "DEVICE_KEY", "username"] {
        let error = Answer::read_raw(&json!({ own: "ariadne" })).unwrap_err();
        assert_eq!(error.reason(), Reason::InvalidArgument);
        assert!(!error.message().contains("ariadne"));
    }
    for wrong in [
        json!({ "A": 1 }),
        json!({ "A": null }),
        json!({ "A": {} }),
        json!(["A"]),
        json!("A"),
        json!(null),
    ] {
        assert_eq!(
            Answer::read_raw(&wrong).unwrap_err().reason(),
            Reason::InvalidArgument,
            "{wrong}"
        );
    }
}

#[test]
fn an_answer_is_a_string_and_an_object_only_for_a_passkey() {
    for wrong in [json!(1), json!(true), json!(null), json!(["12"]), json!("")] {
        assert_eq!(
            Answer::read(&wrong).unwrap_err().reason(),
            Reason::InvalidArgument,
            "{wrong}"
        );
    }
    let credential = json!({ "id": "a", "response": { "signature": "b" } });
    let passkey = challenge("WEB_AUTHN", json!({ "CREDENTIAL_REQUEST_OPTIONS": "{}" }));
    let text = credential.to_string();
    assert_eq!(
        sent(&passkey, credential.clone(), &json!({}))["CREDENTIAL"],
        text
    );
    assert_eq!(sent(&passkey, text.clone(), &json!({}))["CREDENTIAL"], text);
    for name in [
        "SMS_MFA",
        "CUSTOM_CHALLENGE",
        "NEW_PASSWORD_REQUIRED",
        "SELECT_CHALLENGE",
        "MFA_SETUP",
        "PASSWORD_SRP",
        "X",
    ] {
        let message = refused(answered(
            &challenge(name, json!({})),
            credential.clone(),
            &json!({}),
        ));
        assert_eq!(message, "The answer must be a string", "{name}");
    }
}

#[test]
fn blanks_around_a_code_are_not_part_of_it() {
    for (name, response) in [
        ("EMAIL_OTP", "EMAIL_OTP_CODE"),
        ("SMS_MFA", "SMS_MFA_CODE"),
        ("SMS_OTP", "SMS_OTP_CODE"),
        ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE"),
    ] {
        let challenge = challenge(name, json!({}));
        for text in ["123456", " 123456", "123456\r\n", "\u{a0}123456\t"] {
            let responses = sent(&challenge, text, &json!({}));
            assert_eq!(responses[response], "123456", "{name} {text:?}");
        }
        assert_eq!(
            refused(answered(&challenge, " \n", &json!({}))),
            "The answer must not be empty"
        );
    }
    let setup = json!({ "MFAS_CAN_SETUP": r#"["SOFTWARE_TOKEN_MFA"]"# });
    let setup = challenge("MFA_SETUP", setup);
    let setup = setup.with_totp(&Secret::new("JBSWY3DP"), None, "us-east-1_Ab1", NOW);
    let Sends::VerifyToken { code, .. } = answered(&setup, " 123456\n", &json!({})).unwrap() else {
        panic!("no code")
    };
    assert_eq!(code.expose(), "123456");
    refused(answered(&setup, "  ", &json!({})));
    // Of a password and of a trigger's question they are.
    for (name, response) in [
        ("CUSTOM_CHALLENGE", "ANSWER"),
        ("NEW_PASSWORD_REQUIRED", "NEW_PASSWORD"),
        ("PASSWORD", "PASSWORD"),
    ] {
        let responses = sent(&challenge(name, json!({})), " a ", &json!({}));
        assert_eq!(responses[response], " a ", "{name}");
    }
}

#[test]
fn a_passkeys_text_is_an_object() {
    let passkey = challenge("WEB_AUTHN", json!({ "CREDENTIAL_REQUEST_OPTIONS": "{}" }));
    for text in ["{}", " {\"id\":\"a\"}\n", r#"{"n":1e999,"s":"\ud800"}"#] {
        assert_eq!(sent(&passkey, text, &json!({}))["CREDENTIAL"], text);
    }
    for text in [
        "a", "5", "null", "[]", "\"{}\"", "{", "{}{}", "{'a':1}", "123456",
    ] {
        let message = refused(answered(&passkey, text, &json!({})));
        assert!(message.contains("navigator.credentials.get()"), "{text}");
    }
    refused(answered(&passkey, "[".repeat(60_000), &json!({})));
}

#[test]
fn options_are_of_their_types() {
    for wrong in [
        json!({ "password": 1 }),
        json!({ "password": "" }),
        json!({ "email": "" }),
        json!({ "email": {} }),
        json!({ "attributes": { "a": 1 } }),
        json!({ "attributes": { "a": null } }),
        json!({ "attributes": "a" }),
        json!({ "allow": "a" }),
        json!({ "allow": [1] }),
        json!("Labyrinth1"),
    ] {
        let error = Options::read(&wrong).unwrap_err();
        assert_eq!(error.reason(), Reason::InvalidArgument, "{wrong}");
        assert!(!format!("{error:?}").contains("Labyrinth1"));
    }
    assert!(Options::read(&json!({ "clientMetadata": { "a": "b" } })).is_ok());
}

#[test]
fn attributes_are_the_required_ones_and_those_that_are_allowed() {
    let challenge = challenge(
        "NEW_PASSWORD_REQUIRED",
        json!({ "requiredAttributes": r#"["userAttributes.given_name"]"# }),
    );
    let given = json!({ "attributes": { "given_name": "A" } });
    assert_eq!(
        sent(&challenge, "New-1", &given),
        json!({ "USERNAME": "u-1", "NEW_PASSWORD": "New-1", "userAttributes.given_name": "A" })
    );
    for name in [
        "custom:role",
        "email_verified",
        "userAttributes.given_name",
        "",
        "GIVEN_NAME",
    ] {
        let more = json!({ "attributes": { "given_name": "A", name: "admin" } });
        let message = refused(answered(&challenge, "New-1", &more));
        assert!(
            message.contains("option allow") && !message.contains("admin"),
            "{name}"
        );
    }
    let allowed = json!({ "attributes": { "custom:role": "admin" }, "allow": ["custom:role"] });
    assert_eq!(
        sent(&challenge, "New-1", &allowed)["userAttributes.custom:role"],
        "admin"
    );
}

#[test]
fn a_choice_is_one_of_the_list_and_may_bring_its_password() {
    let select = challenge("SELECT_CHALLENGE", json!({}));
    let with = json!({ "password": "Labyrinth1" });
    assert_eq!(
        sent(&select, "PASSWORD", &with),
        json!({ "USERNAME": "u-1", "ANSWER": "PASSWORD", "PASSWORD": "Labyrinth1" })
    );
    assert_eq!(
        sent(&select, "PASSWORD", &json!({})),
        json!({ "USERNAME": "u-1", "ANSWER": "PASSWORD" })
    );
    assert_eq!(
        sent(&select, "EMAIL_OTP", &with),
        json!({ "USERNAME": "u-1", "ANSWER": "EMAIL_OTP" })
    );
    let Sends::Proof { password, with } = answered(&select, "PASSWORD_SRP", &with).unwrap() else {
        panic!("no proof")
    };
    assert_eq!(password.expose(), "Labyrinth1");
    assert_eq!(
        Value::Object(with.to_json()),
        json!({ "USERNAME": "u-1", "ANSWER": "PASSWORD_SRP" })
    );
    for wrong in ["SMS_OTP", "password", "PASSWORD "] {
        refused(answered(&select, wrong, &json!({})));
    }
    // A service that sends no list decides itself.
    let unlisted = challenge("SELECT_MFA_TYPE", json!({}));
    assert_eq!(shown(&unlisted)["choices"], json!([]));
    assert_eq!(sent(&unlisted, "SMS_MFA", &json!({}))["ANSWER"], "SMS_MFA");
}

#[test]
fn a_password_that_is_proved_is_in_no_response() {
    let challenge = challenge("PASSWORD_SRP", json!({}));
    let Sends::Proof { password, with } = answered(&challenge, "Labyrinth1", &json!({})).unwrap()
    else {
        panic!("no proof")
    };
    assert_eq!(password.expose(), "Labyrinth1");
    assert_eq!(Value::Object(with.to_json()), json!({ "USERNAME": "u-1" }));
}

#[test]
fn an_authenticator_app_is_set_up_in_two_answers() {
    let setup = challenge(
        "MFA_SETUP",
        json!({ "MFAS_CAN_SETUP": r#"["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"# }),
    );
    assert_eq!(
        answered(&setup, "SOFTWARE_TOKEN_MFA", &json!({})).unwrap(),
        Sends::AssociateToken
    );
    refused(answered(&setup, "123456", &json!({})));
    refused(answered(&setup, "EMAIL_OTP", &json!({})));
    let error = answered(&setup, "SMS_MFA", &json!({})).unwrap_err();
    assert!(
        error
            .context()
            .hint
            .as_deref()
            .unwrap()
            .contains("administrator")
    );
    let mail = json!({ "email": "t@example.com" });
    assert_eq!(
        sent(&setup, "EMAIL_OTP", &mail),
        json!({ "USERNAME": "u-1", "EMAIL": "t@example.com" })
    );

    let secret = Secret::new("JBSWY3DP");
    let shows = setup.with_totp(&secret, Some(Secret::new("s2")), "us-east-1_Ab1", NOW + 1);
    assert_eq!(shows.session().map(Secret::expose), Some("s2"));
    assert_eq!(shows.received(), NOW + 1);
    assert_eq!(
        shown(&shows)["totp"],
        json!({ "secret": "JBSWY3DP", "uri": "otpauth://totp/us-east-1_Ab1:theseus%40example.com?secret=JBSWY3DP&issuer=us-east-1_Ab1" })
    );
    // Also after it was saved, and without the secret.
    let resumed = Challenge::restore(&shows.kept().unwrap()).unwrap();
    assert_eq!(shown(&resumed).get("totp"), None);
    for challenge in [shows, resumed] {
        let Sends::VerifyToken { code, then } = answered(&challenge, "123456", &json!({})).unwrap()
        else {
            panic!("no code")
        };
        assert_eq!(code.expose(), "123456");
        assert_eq!(Value::Object(then.to_json()), json!({ "USERNAME": "u-1" }));
        assert_eq!(
            answered(&challenge, "SOFTWARE_TOKEN_MFA", &json!({})).unwrap(),
            Sends::AssociateToken
        );
        assert_eq!(
            sent(&challenge, "EMAIL_OTP", &mail)["EMAIL"],
            "t@example.com"
        );
    }
    let unable = challenge("MFA_SETUP", json!({ "MFAS_CAN_SETUP": r#"["SMS_MFA"]"# }));
    refused(answered(&unable, "SOFTWARE_TOKEN_MFA", &json!({})));
}

#[test]
fn the_name_to_answer_with_is_cognitos_and_stays_for_the_next_challenge() {
    let first = challenge("CUSTOM_CHALLENGE", json!({}));
    let next = object(json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": "s2" }));
    let second = Challenge::from_answer(&next, first.sign_in().clone(), NOW)
        .unwrap()
        .unwrap();
    assert_eq!(second.username_to_send(), "u-1");
    assert_eq!(shown(&second)["username"], "theseus@example.com");
    for (parameters, name) in [
        (json!({}), "theseus@example.com"),
        (json!({ "USERNAME": "u-2" }), "u-2"),
        (
            json!({ "USERNAME": "u-2", "USER_ID_FOR_SRP": "u-3" }),
            "u-3",
        ),
        (
            json!({ "USERNAME": "", "USER_ID_FOR_SRP": "" }),
            "theseus@example.com",
        ),
    ] {
        let answer = json!({ "ChallengeName": "SMS_MFA", "ChallengeParameters": parameters });
        assert_eq!(read(answer).unwrap().unwrap().username_to_send(), name);
    }
}

#[test]
fn a_device_key_goes_with_every_answer() {
    let sign_in = SignIn::new("theseus", Route::Public, Some(Secret::new("d-1")));
    let answer = object(json!({ "ChallengeName": "SMS_MFA" }));
    let challenge = Challenge::from_answer(&answer, sign_in, NOW)
        .unwrap()
        .unwrap();
    let challenge = Challenge::restore(&challenge.kept().unwrap()).unwrap();
    assert_eq!(
        sent(&challenge, "12", &json!({})),
        json!({ "USERNAME": "theseus", "DEVICE_KEY": "d-1", "SMS_MFA_CODE": "12" })
    );
    assert_eq!(challenge.sign_in().route(), Route::Public);
    assert_eq!(challenge.session(), None);
}

#[test]
fn an_address_that_cognito_does_not_name_is_not_shown() {
    let bare = challenge("EMAIL_OTP", json!({}));
    assert_eq!(shown(&bare).get("sent"), None);
    for medium in [
        json!({}),
        json!({ "CODE_DELIVERY_DELIVERY_MEDIUM": "PIGEON" }),
    ] {
        let mut parameters = object(medium);
        parameters.insert("CODE_DELIVERY_DESTINATION".into(), "t***".into());
        let challenge = challenge("EMAIL_OTP", Value::Object(parameters));
        assert_eq!(
            shown(&challenge)["sent"],
            json!({ "to": "t***", "by": "EMAIL" })
        );
    }
}

#[test]
fn answers_of_another_form_are_unreadable() {
    assert!(read(json!({})).unwrap().is_none());
    assert!(read(json!({ "ChallengeName": null })).unwrap().is_none());
    let parameters =
        |parameters: Value| json!({ "ChallengeName": "X", "ChallengeParameters": parameters });
    let named = |name: &str, parameters: Value| json!({ "ChallengeName": name, "ChallengeParameters": parameters });
    for answer in [
        json!({ "ChallengeName": 1 }),
        json!({ "ChallengeName": "<script>" }),
        json!({ "ChallengeName": "A".repeat(129) }),
        json!({ "ChallengeName": "X", "Session": 1 }),
        parameters(json!([])),
        parameters(json!("text")),
        parameters(json!({ "a": 1 })),
        json!({ "ChallengeName": "SELECT_CHALLENGE", "AvailableChallenges": "PASSWORD" }),
        json!({ "ChallengeName": "SELECT_CHALLENGE", "AvailableChallenges": [1] }),
        named("SELECT_MFA_TYPE", json!({ "MFAS_CAN_CHOOSE": "SMS_MFA" })),
        named("SELECT_MFA_TYPE", json!({ "MFAS_CAN_CHOOSE": "{}" })),
        named("MFA_SETUP", json!({ "MFAS_CAN_SETUP": "[1]" })),
        named(
            "NEW_PASSWORD_REQUIRED",
            json!({ "requiredAttributes": "[" }),
        ),
        named("NEW_PASSWORD_REQUIRED", json!({ "userAttributes": "[]" })),
        named("WEB_AUTHN", json!({})),
        named("WEB_AUTHN", json!({ "CREDENTIAL_REQUEST_OPTIONS": "[]" })),
        named(
            "WEB_AUTHN",
            json!({ "CREDENTIAL_REQUEST_OPTIONS": "[".repeat(100_000) }),
        ),
    ] {
        assert!(
            read(answer.clone()).is_err(),
            "{}",
            answer.to_string().chars().take(100).collect::<String>()
        );
    }
}

#[test]
fn what_proves_shows_nowhere() {
    let sign_in = SignIn::new("theseus", Route::Admin, Some(Secret::new("d3v1ce")));
    let answer = object(json!({
        "ChallengeName": "CUSTOM_CHALLENGE",
        "Session": "s3ss10n",
        "ChallengeParameters": { "USER_ID_FOR_SRP": "1ntern4l", "USERNAME": "1ntern4l", "question": "who?" },
    }));
    let challenge = Challenge::from_answer(&answer, sign_in, NOW)
        .unwrap()
        .unwrap();
    let sends = answered(&challenge, "4nsw3r", &json!({ "password": "p4ss" })).unwrap();
    let texts = [
        challenge.shown().unwrap().expose().to_owned(),
        format!("{challenge:?} {:?} {sends:?}", challenge.sign_in()),
        format!("{:?}", Answer::read_raw(&json!({ "A": "4nsw3r" })).unwrap()),
        format!(
            "{:?} {:?}",
            challenge.kept().unwrap(),
            Options::read(&json!({ "password": "p4ss" })).unwrap()
        ),
    ];
    for text in texts {
        for secret in ["s3ss10n", "1ntern4l", "d3v1ce", "4nsw3r", "p4ss"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn what_is_kept_is_all_that_an_answer_needs_and_no_more() {
    for (name, parameters) in [
        (
            "NEW_PASSWORD_REQUIRED",
            json!({ "requiredAttributes": r#"["userAttributes.a"]"#, "userAttributes": r#"{"email":"t@e"}"# }),
        ),
        (
            "WEB_AUTHN",
            json!({ "CREDENTIAL_REQUEST_OPTIONS": r#"{"challenge":"YQ"}"# }),
        ),
        (
            "SELECT_MFA_TYPE",
            json!({ "MFAS_CAN_CHOOSE": r#"["SMS_MFA"]"# }),
        ),
        ("CUSTOM_CHALLENGE", json!({ "question": "é\u{0}" })),
        ("SMS_MFA", json!({ "CODE_DELIVERY_DESTINATION": "+1" })),
    ] {
        let challenge = challenge(name, parameters);
        let kept = challenge.kept().unwrap();
        let restored = Challenge::restore(&kept).unwrap();
        assert_eq!(restored.kept().unwrap(), kept, "{name}");
        let mut expected = object(shown(&challenge));
        for once in ["attributes", "publicKey", "totp"] {
            expected.remove(once);
        }
        assert_eq!(shown(&restored), Value::Object(expected), "{name}");
        assert_eq!(restored.received(), NOW);
        assert_eq!(restored.username_to_send(), "u-1");
        assert_eq!(restored.session(), challenge.session());
        let answer = if name == "WEB_AUTHN" { "{}" } else { "SMS_MFA" };
        assert_eq!(
            sent(&restored, answer, &json!({ "attributes": {} })),
            sent(&challenge, answer, &json!({ "attributes": {} })),
        );
    }
    for wrong in [
        "",
        "{}",
        "[]",
        r#"{"n":"X","u":"a","f":"other","p":{},"t":1}"#,
        r#"{"n":"X","u":"a","f":"admin","p":{},"t":1,"z":1}"#,
    ] {
        assert!(Challenge::restore(&Secret::new(wrong)).is_none(), "{wrong}");
    }
}
