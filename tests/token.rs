//! Whole tokens through the crate's public API, signed here with a key of our own.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64_simd::URL_SAFE_NO_PAD;
use cognito_auth_native::core::error::{AuthError, Reason};
use cognito_auth_native::core::jwk::KeySet;
use cognito_auth_native::core::token::{
    AcceptedClients, AcceptedUse, Policy, UnixTime, UnverifiedToken, VerifiedClaims,
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use proptest::prelude::*;

const ISSUER: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_A";
const NOW: u64 = 1_700_000_000;

struct Signer(RsaKeyPair);

impl Signer {
    fn new() -> Self {
        Self(RsaKeyPair::from_pkcs8(include_bytes!("data/rsa-2048.pkcs8.der")).unwrap())
    }

    fn sign(&self, header: &str, payload: &str) -> String {
        let input = format!("{}.{}", encode(header), encode(payload));
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                input.as_bytes(),
                &mut signature,
            )
            .unwrap();
        format!("{input}.{}", encode(&signature))
    }

    fn token(&self) -> String {
        self.sign(r#"{"kid":"k","alg":"RS256"}"#, &payload())
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes.as_ref())
}

fn payload() -> String {
    format!(
        r#"{{"sub":"s","iss":"{ISSUER}","token_use":"id","aud":"client","exp":{},"custom":"\ud800"}}"#,
        NOW + 1
    )
}

fn keys() -> KeySet {
    let n = include_str!("data/rsa-2048.n.txt").trim();
    let jwks = format!(
        r#"{{"keys":[{{"kty":"RSA","n":"{n}","e":"AQAB","kid":"k","alg":"RS256","use":"sig"}}]}}"#
    );
    KeySet::parse(jwks.as_bytes()).unwrap()
}

fn policy() -> Policy {
    Policy::new(
        vec![ISSUER.into()],
        AcceptedUse::Id,
        AcceptedClients::These(vec!["client".into()]),
    )
}

fn verify(token: &str, keys: &KeySet) -> Result<VerifiedClaims, AuthError> {
    let token = UnverifiedToken::parse(token)?;
    let key = keys
        .key(token.kid())
        .ok_or_else(|| AuthError::new(Reason::KeyUnknown, "invalid token"))?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    token.verify(key, &policy(), UnixTime::from_millis(NOW as f64 * 1000.0))
}

#[test]
fn the_key_and_its_modulus_belong_together() {
    let n = URL_SAFE_NO_PAD
        .decode_to_vec(include_str!("data/rsa-2048.n.txt").trim())
        .unwrap();
    assert_eq!(
        Signer::new()
            .0
            .public_key()
            .modulus()
            .big_endian_without_leading_zero(),
        n
    );
}

#[test]
fn a_good_token_gives_its_payload_back_to_the_letter() {
    let verified = verify(&Signer::new().token(), &keys()).unwrap();
    assert_eq!(verified.json(), payload());
}

#[test]
fn every_single_changed_character_is_refused() {
    let (keys, token) = (keys(), Signer::new().token());
    for position in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[position] = if changed[position] == b'A' {
            b'B'
        } else {
            b'A'
        };
        let changed = String::from_utf8(changed).unwrap();
        assert!(verify(&changed, &keys).is_err(), "position {position}");
    }
    for length in 0..token.len() {
        assert!(verify(&token[..length], &keys).is_err(), "length {length}");
    }
}

#[test]
fn a_signature_of_another_length_or_key_is_refused() {
    let (keys, token) = (keys(), Signer::new().token());
    let input = token.rsplit_once('.').unwrap().0;
    for length in [1, 255, 257, 512, 4096] {
        let error = verify(&format!("{input}.{}", encode(vec![1; length])), &keys).unwrap_err();
        assert_eq!(error.reason(), Reason::TokenSignature, "{length}");
    }
    let unknown = Signer::new().sign(r#"{"kid":"other","alg":"RS256"}"#, &payload());
    assert_eq!(
        verify(&unknown, &keys).unwrap_err().reason(),
        Reason::KeyUnknown
    );
}

/// The `jsonwebtoken` crate's verdict on the same token under the same rules.
fn second_opinion(token: &str) -> bool {
    let n = include_str!("data/rsa-2048.n.txt").trim();
    let key = DecodingKey::from_rsa_components(n, "AQAB").unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = 0;
    // Its own clock cannot be set, so that rule is left to ours.
    validation.validate_exp = false;
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&["client"]);
    jsonwebtoken::decode::<serde_json::Value>(token, &key, &validation).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_on_text(text in any::<String>()) {
        prop_assert!(verify(&text, &keys()).is_err());
    }

    #[test]
    fn nothing_panics_on_what_looks_like_a_token(
        header in r#"(\{"(alg|kid|crit|b64)":("RS256"|"k"|null|1e400|\[\{\}\])[,}]){1,3}|.{0,20}"#,
        payload in any::<Vec<u8>>(),
        signature in any::<Vec<u8>>(),
    ) {
        let token = format!("{}.{}.{}", encode(header), encode(payload), encode(signature));
        prop_assert!(verify(&token, &keys()).is_err());
    }

    /// Where we accept, the second opinion accepts: we are stricter, never laxer.
    #[test]
    fn a_damaged_token_is_refused_and_never_accepted_against_the_second_opinion(
        position in any::<prop::sample::Index>(),
        replacement in "[A-Za-z0-9_.=+/ -]",
    ) {
        // The second opinion reads claims into Rust strings, so this one has no lone surrogate.
        let payload = payload().replace(r"\ud800", "x");
        let token = Signer::new().sign(r#"{"kid":"k","alg":"RS256"}"#, &payload);
        let position = position.index(token.len());
        let damaged = format!("{}{replacement}{}", &token[..position], &token[position + 1..]);
        let ours = verify(&damaged, &keys()).is_ok();
        prop_assert_eq!(ours, damaged == token);
        prop_assert!(!ours || second_opinion(&damaged));
    }

    /// On payloads of either kind both agree, but for what only we check.
    #[test]
    fn good_and_bad_claims_are_judged_alike(
        issuer in prop::sample::select(vec![ISSUER, "https://example.com", ""]),
        audience in prop::sample::select(vec!["client", "other", ""]),
        exp in prop::sample::select(vec![NOW + 1, NOW + 100_000]),
    ) {
        let payload = format!(
            r#"{{"iss":"{issuer}","aud":"{audience}","token_use":"id","exp":{exp}}}"#
        );
        let token = Signer::new().sign(r#"{"kid":"k","alg":"RS256"}"#, &payload);
        prop_assert_eq!(verify(&token, &keys()).is_ok(), second_opinion(&token));
    }
}
