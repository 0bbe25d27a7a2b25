//! Wycheproof's vectors and the examples of RFC 7515 and RFC 7520, each through the crate's public API. `data/vectors/README.md`
//! says where they come from; `data/vectors/refusals.json` lists the good ones that we refuse, and why.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use base64_simd::URL_SAFE_NO_PAD;
use cognito_auth_native::core::error::Reason;
use cognito_auth_native::core::jwk::KeySet;
use cognito_auth_native::core::token::{
    AcceptedClients, AcceptedUse, Policy, UnixTime, UnverifiedToken,
};
use serde::Deserialize;
use serde_json::{Value, json};

fn read<T: for<'de> Deserialize<'de>>(file: &str) -> T {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/vectors");
    serde_json::from_str(&fs::read_to_string(folder.join(file)).unwrap()).unwrap()
}

/// What its makers say of a vector.
#[derive(Clone, Copy, Deserialize, PartialEq, Debug)]
#[serde(rename_all = "lowercase")]
enum Expected {
    Valid,
    Invalid,
    /// Either will do.
    Acceptable,
}

/// Our verdict: nothing, or the reason of the refusal.
type Verdict = Option<String>;

struct Judged {
    vector: String,
    expected: Expected,
    verdict: Verdict,
}

#[derive(Deserialize)]
struct Refusals {
    verdict: String,
    why: String,
    vectors: Vec<String>,
}

/// Every vector of `judged` is refused if it is invalid, and accepted otherwise, unless `refusals.json` says so.
fn hold(file: &str, judged: Vec<Judged>) {
    let refusals: Vec<Refusals> = read("refusals.json");
    let mut excepted: BTreeMap<String, &str> = BTreeMap::new();
    for refusal in &refusals {
        assert!(!refusal.why.is_empty());
        for vector in refusal
            .vectors
            .iter()
            .filter(|vector| vector.starts_with(file))
        {
            let before = excepted.insert(vector.clone(), &refusal.verdict);
            assert_eq!(before, None, "{vector} is listed twice");
        }
    }
    let mut wrong = Vec::new();
    for Judged {
        vector,
        expected,
        verdict,
    } in judged
    {
        let listed = excepted.remove(&vector);
        let is_right = match (expected, listed) {
            (Expected::Invalid, None) => verdict.is_some(),
            (Expected::Invalid, Some(_)) => false,
            (_, listed) => verdict.as_deref() == listed,
        };
        if !is_right {
            wrong.push(format!(
                "{vector}: {expected:?}, listed {listed:?}, is {verdict:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(excepted.is_empty(), "no such vectors: {excepted:?}");
}

fn key_set(jwk: &Value) -> Result<KeySet, String> {
    let jwks = json!({ "keys": [jwk] }).to_string();
    KeySet::parse(jwks.as_bytes()).map_err(|error| error.to_string())
}

/// As far as the signature. What a vector says is no claim of Cognito's, which is the first thing that is checked after
/// it.
fn token_verdict(token: &str, jwk: &Value) -> Verdict {
    let token = match UnverifiedToken::parse(token) {
        Ok(token) => token,
        Err(error) => return Some(error.reason().as_str().to_owned()),
    };
    let keys = match key_set(jwk) {
        Ok(keys) => keys,
        Err(error) => return Some(error),
    };
    let Some(key) = keys.key(token.kid()) else {
        return Some(Reason::KeyUnknown.as_str().to_owned());
    };
    let policy = Policy::new(Vec::new(), AcceptedUse::Any, AcceptedClients::Any);
    let error = token
        .verify(key, &policy, UnixTime::from_millis(0.0))
        .unwrap_err();
    (error.reason() == Reason::TokenSignature).then(|| error.reason().as_str().to_owned())
}

/// The signature alone, of any message.
fn signature_verdict(message: &[u8], signature: &[u8], jwk: &Value) -> Verdict {
    let keys = match key_set(jwk) {
        Ok(keys) => keys,
        Err(error) => return Some(error),
    };
    let key = keys.key(jwk["kid"].as_str().unwrap()).unwrap();
    (!key.verifies(message, signature)).then(|| Reason::TokenSignature.as_str().to_owned())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wycheproof<Test> {
    number_of_tests: usize,
    test_groups: Vec<Group<Test>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group<Test> {
    /// Of signatures.
    key_jwk: Option<Value>,
    /// Of tokens.
    public: Option<Value>,
    private: Option<Value>,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenTest {
    tc_id: usize,
    jws: String,
    result: Expected,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignatureTest {
    tc_id: usize,
    msg: String,
    sig: String,
    result: Expected,
}

#[test]
fn wycheproof_tokens() {
    let name = "json_web_signature_test";
    let file: Wycheproof<TokenTest> = read(&format!("wycheproof/{name}.json"));
    let (mut judged, mut signatures) = (Vec::new(), Vec::new());
    for group in file.test_groups {
        let jwk = group.public.or(group.private).unwrap();
        for test in group.tests {
            let vector = format!("{name}#{}", test.tc_id);
            if test.result == Expected::Valid {
                signatures.extend(signature_of(&vector, &test.jws, &jwk));
            }
            judged.push(Judged {
                vector,
                expected: test.result,
                verdict: token_verdict(&test.jws, &jwk),
            });
        }
    }
    assert_eq!(judged.len(), file.number_of_tests);
    assert_eq!(signatures.len(), 8, "those with RS256");
    judged.extend(signatures);
    hold(name, judged);
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

/// Their messages are any bytes, which no token has, so the key verifies them without one.
fn wycheproof_signatures(bits: usize) {
    let name = format!("rsa_signature_{bits}_sha256_test");
    let file: Wycheproof<SignatureTest> = read(&format!("wycheproof/{name}.json"));
    let mut judged = Vec::new();
    for group in file.test_groups {
        let jwk = group.key_jwk.unwrap();
        judged.extend(group.tests.into_iter().map(|test| Judged {
            vector: format!("{name}#{}", test.tc_id),
            expected: test.result,
            verdict: signature_verdict(&bytes(&test.msg), &bytes(&test.sig), &jwk),
        }));
    }
    assert_eq!(judged.len(), file.number_of_tests);
    hold(&name, judged);
}

#[test]
fn wycheproof_signatures_of_2048_bits() {
    wycheproof_signatures(2048);
}

#[test]
fn wycheproof_signatures_of_3072_bits() {
    wycheproof_signatures(3072);
}

#[test]
fn wycheproof_signatures_of_4096_bits() {
    wycheproof_signatures(4096);
}

#[test]
fn wycheproof_signatures_of_8192_bits() {
    wycheproof_signatures(8192);
}

/// The verdict on the signature of a good token alone, if it is RS256: whatever else the token is refused for.
fn signature_of(vector: &str, token: &str, jwk: &Value) -> Option<Judged> {
    let parts: Vec<_> = token.split('.').collect();
    let ([header, _, signature], Some("RSA")) = (&*parts, jwk["kty"].as_str()) else {
        return None;
    };
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode_to_vec(part).unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    if header.get("alg").is_none_or(|alg| alg != "RS256") {
        return None;
    }
    let mut jwk = jwk.clone();
    let kid = jwk.as_object_mut().unwrap().entry("kid");
    kid.or_insert_with(|| "none".into());
    let (message, _) = token.rsplit_once('.').unwrap();
    Some(Judged {
        vector: format!("{vector} signature"),
        expected: Expected::Valid,
        verdict: signature_verdict(message.as_bytes(), &decoded(signature), &jwk),
    })
}

/// The verdicts on a token of an RFC.
fn example(vector: String, token: &str, jwk: &Value) -> Vec<Judged> {
    let mut judged = Vec::from_iter(signature_of(&vector, token, jwk));
    judged.push(Judged {
        vector,
        expected: Expected::Valid,
        verdict: token_verdict(token, jwk),
    });
    judged
}

/// The compact form of each signature of a JWS in JSON, as far as it has one.
fn compact_forms(json: &Value) -> Vec<String> {
    let whole = std::slice::from_ref(json);
    let signatures = json["signatures"].as_array().map_or(whole, |list| &**list);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    signatures
        .iter()
        .map(|one| {
            format!(
                "{}.{}.{}",
                text(&one["protected"]),
                text(&json["payload"]),
                text(&one["signature"])
            )
        })
        .collect()
}

#[test]
fn rfc_7515_appendix_a() {
    #[derive(Deserialize)]
    struct Example {
        section: String,
        #[serde(default)]
        key: Value,
        compact: Option<String>,
        json: Option<Value>,
    }

    let mut judged = Vec::new();
    for Example {
        section,
        key,
        compact,
        json,
    } in read::<Vec<Example>>("rfc7515/appendix_a.json")
    {
        let name = format!("rfc7515#{section}");
        if let Some(token) = compact {
            judged.extend(example(name, &token, &key));
        } else if let Some(json) = json {
            for (i, token) in compact_forms(&json).iter().enumerate() {
                judged.extend(example(format!("{name} {i}"), token, &key));
            }
            judged.extend(example(name, &json.to_string(), &key));
        }
    }
    hold("rfc7515", judged);
}

#[test]
fn rfc_7520_section_4() {
    let mut judged = Vec::new();
    for file in [
        "4_1.rsa_v15_signature",
        "4_2.rsa-pss_signature",
        "4_3.ecdsa_signature",
        "4_4.hmac-sha2_integrity_protection",
        "4_5.signature_with_detached_content",
        "4_6.protecting_specific_header_fields",
        "4_7.protecting_content_only",
        "4_8.multiple_signatures",
    ] {
        let name = format!("rfc7520#{}", &file[..3]);
        let of: Value = read(&format!("rfc7520/{file}.json"));
        let keys = &of["input"]["key"];
        let first = keys.get(0).unwrap_or(keys);
        for (form, token) in of["output"].as_object().unwrap() {
            if let Some(token) = token.as_str() {
                judged.extend(example(format!("{name} {form}"), token, first));
                continue;
            }
            judged.extend(example(format!("{name} {form}"), &token.to_string(), first));
            for (i, token) in compact_forms(token).iter().enumerate() {
                let key = keys.get(i).unwrap_or(first);
                judged.extend(example(format!("{name} {form} {i}"), token, key));
            }
        }
    }
    hold("rfc7520", judged);
}
