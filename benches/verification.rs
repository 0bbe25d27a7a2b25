//! What each part of one verification costs, beside the RSA operation alone. `cargo bench --no-default-features`.
#![expect(clippy::unwrap_used, reason = "a benchmark may end")]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use base64_simd::URL_SAFE_NO_PAD;
use cognito_auth_native::core::jwk::KeySet;
use cognito_auth_native::core::token::{
    AcceptedClients, AcceptedUse, Policy, UnixTime, UnverifiedToken,
};
use divan::{Bencher, black_box};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

const ISSUER: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
const KID: &str = "1Zk2gVnXxS0b7Qv0yq9m4m3o8t5r6u7w8x9y0z1A2B3=";

fn main() {
    divan::main();
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes.as_ref())
}

fn modulus() -> &'static str {
    include_str!("../tests/data/rsa-2048.n.txt").trim()
}

/// A token as the service makes them: 13 claims, about 1,000 bytes.
fn token() -> String {
    let header = format!(r#"{{"kid":"{KID}","alg":"RS256"}}"#);
    let payload = format!(
        r#"{{"sub":"02df39be-feb0-47aa-980f-fa8e1b1641d2","email_verified":true,"iss":"{}","cognito:username":"theseus","origin_jti":"b0a64218-f3b0-4a30-b5ac-433b1695c45f","aud":"6f5t4r3e2w1q0p9o8i7u6y5t4r","event_id":"6690dba3-2812-445e-ac21-7144abf63257","token_use":"id","auth_time":1795411329,"phone_number":"+14155550100","exp":1795414929,"iat":1795411329,"jti":"5c02a424-70ff-42e2-8167-60e17aba1caf","email":"theseus@example.com"}}"#,
        ISSUER.replace('/', "\\/")
    );
    let input = format!("{}.{}", encode(header), encode(payload));
    let pair = RsaKeyPair::from_pkcs8(include_bytes!("../tests/data/rsa-2048.pkcs8.der")).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        input.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{input}.{}", encode(signature))
}

fn keys() -> KeySet {
    let jwks = format!(
        r#"{{"keys":[{{"kty":"RSA","n":"{}","e":"AQAB","kid":"{KID}","alg":"RS256","use":"sig"}}]}}"#,
        modulus()
    );
    KeySet::parse(jwks.as_bytes()).unwrap()
}

fn policy() -> Policy {
    let clients = AcceptedClients::These(vec!["6f5t4r3e2w1q0p9o8i7u6y5t4r".into()]);
    let second = format!("https://issuer-{}", ISSUER.trim_start_matches("https://"));
    Policy::new(vec![ISSUER.into(), second], AcceptedUse::Id, clients)
}

#[divan::bench]
fn parsed_public_key_alone(bencher: Bencher<'_, '_>) {
    let (token, n) = (token(), URL_SAFE_NO_PAD.decode_to_vec(modulus()).unwrap());
    let key: ParsedPublicKey = RsaPublicKeyComponents {
        n: n.as_slice(),
        e: &[1, 0, 1],
    }
    .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
    .unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode_to_vec(signature).unwrap();
    bencher.bench_local(|| {
        key.verify_sig(black_box(input.as_bytes()), black_box(&signature))
            .unwrap();
    });
}

#[divan::bench]
fn structure(bencher: Bencher<'_, '_>) {
    let token = token();
    bencher.bench_local(|| UnverifiedToken::parse(black_box(&token)).unwrap());
}

#[divan::bench]
fn whole_verification(bencher: Bencher<'_, '_>) {
    let (token, keys, policy) = (token(), keys(), policy());
    let now = UnixTime::from_millis(1_795_411_330_000.0);
    bencher.bench_local(|| {
        let token = UnverifiedToken::parse(black_box(&token)).unwrap();
        let key = keys.key(token.kid()).unwrap();
        token.verify(key, &policy, now).unwrap()
    });
}

#[divan::bench]
fn jsonwebtoken_crate_decode(bencher: Bencher<'_, '_>) {
    let token = token();
    let key = DecodingKey::from_rsa_components(modulus(), "AQAB").unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&["6f5t4r3e2w1q0p9o8i7u6y5t4r"]);
    bencher.bench_local(|| {
        jsonwebtoken::decode::<serde_json::Value>(black_box(&token), &key, &validation).unwrap()
    });
}
