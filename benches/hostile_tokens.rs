//! What a token costs that its sender has made as expensive as possible, beside a plain one of the same size.
//! `cargo bench --no-default-features --bench hostile_tokens`. What is compared is `plain` with the other shapes.
#![expect(clippy::unwrap_used, reason = "a benchmark may end")]

use std::fmt;

use base64_simd::URL_SAFE_NO_PAD;
use cognito_auth_native::core::jwk::KeySet;
use cognito_auth_native::core::token::{
    AcceptedClients, AcceptedUse, Policy, UnixTime, UnverifiedToken, check_unverified_claims,
};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// A shape of JSON: a name, and what makes one of about so many bytes, beginning with `start`.
#[derive(Clone, Copy)]
struct Shape(&'static str, fn(start: &str, bytes: usize) -> String);

const SHAPES: &[Shape] = &[
    Shape("plain", |start, bytes| {
        filled(start, r#""a":""#, "x", r#""}"#, bytes)
    }),
    Shape("members", |start, bytes| {
        listed(start, "", "}", bytes, |i| format!(r#""{i:x}":0"#))
    }),
    Shape(
        "members of one length, equal but for the end",
        |start, bytes| {
            listed(start, "", "}", bytes, |i| {
                format!(r#""{}{i:06}":0"#, "n".repeat(100))
            })
        },
    ),
    Shape("members with escapes in their names", |start, bytes| {
        listed(start, "", "}", bytes, |i| format!(r#""\u006e{i:x}":0"#))
    }),
    Shape("a text of escapes", |start, bytes| {
        filled(start, r#""a":""#, r"\n", r#""}"#, bytes)
    }),
    Shape("a text of surrogates", |start, bytes| {
        filled(start, r#""a":""#, r"\ud83e\uddf5", r#""}"#, bytes)
    }),
    Shape("a number of many digits", |start, bytes| {
        filled(start, r#""a":1"#, "7", "}", bytes)
    }),
    Shape("numbers, 64 deep", |start, bytes| {
        deep(start, 63, "0,", "0", bytes)
    }),
    Shape("escapes, 64 deep", |start, bytes| {
        deep(start, 63, r#""\n","#, "0", bytes)
    }),
    Shape("empty objects, 64 deep", |start, bytes| {
        deep(start, 62, "{},", "0", bytes)
    }),
    Shape("empty arrays, 64 deep", |start, bytes| {
        deep(start, 62, "[],", "0", bytes)
    }),
    Shape("nothing but brackets", |start, bytes| {
        let depth = (bytes - start.len()) / 2 - 4;
        format!(r#"{start}"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth))
    }),
    Shape(
        "objects in objects, 60 deep, again and again",
        |start, bytes| {
            let one = format!("{}0{}", r#"{"":"#.repeat(60), "}".repeat(60));
            listed(start, r#""a":["#, "]}", bytes, |_| one.clone())
        },
    ),
    Shape("objects of 33 members", |start, bytes| {
        let members: Vec<_> = (0..33).map(|i| format!(r#""{i:x}":0"#)).collect();
        let one = format!("{{{}}}", members.join(","));
        listed(start, r#""a":["#, "]}", bytes, |_| one.clone())
    }),
    Shape("white space", |start, bytes| {
        filled(start, r#""a":"#, " ", "0}", bytes)
    }),
];

fn filled(start: &str, before: &str, unit: &str, after: &str, bytes: usize) -> String {
    let room = bytes.saturating_sub(start.len() + before.len() + after.len());
    format!("{start}{before}{}{after}", unit.repeat(room / unit.len()))
}

fn listed(
    start: &str,
    before: &str,
    after: &str,
    bytes: usize,
    item: impl Fn(usize) -> String,
) -> String {
    let mut json = format!("{start}{before}{}", item(0));
    for i in 1.. {
        let item = item(i);
        if json.len() + item.len() + after.len() >= bytes {
            break;
        }
        json.push(',');
        json.push_str(&item);
    }
    json + after
}

fn deep(start: &str, depth: usize, unit: &str, last: &str, bytes: usize) -> String {
    let (open, close) = ("[".repeat(depth), format!("{last}{}}}", "]".repeat(depth)));
    filled(start, &format!(r#""a":{open}"#), unit, &close, bytes)
}

struct Case {
    shape: Shape,
    bytes: usize,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>5} {}", self.bytes, self.shape.0)
    }
}

fn cases(sizes: &[usize]) -> Vec<Case> {
    let of_size = |&bytes: &usize| SHAPES.iter().map(move |&shape| Case { shape, bytes });
    sizes.iter().flat_map(of_size).collect()
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes.as_ref())
}

fn keys() -> KeySet {
    let n = include_str!("../tests/data/rsa-2048.n.txt").trim();
    let jwks = format!(r#"{{"keys":[{{"kty":"RSA","n":"{n}","e":"AQAB","kid":"k"}}]}}"#);
    KeySet::parse(jwks.as_bytes()).unwrap()
}

fn policy() -> Policy {
    Policy::new(vec!["i".into()], AcceptedUse::Id, AcceptedClients::Any)
}

const NOW: f64 = 1_795_411_330_000.0;

fn refused(token: &str, keys: &KeySet, policy: &Policy) -> bool {
    let verdict = UnverifiedToken::parse(token).and_then(|token| {
        let key = keys.key(token.kid()).unwrap();
        token.verify(key, policy, UnixTime::from_millis(NOW))
    });
    verdict.is_err()
}

fn bench_refusal(bencher: Bencher<'_, '_>, token: &str) {
    let (keys, policy) = (keys(), policy());
    bencher.bench_local(|| assert!(refused(black_box(token), &keys, &policy)));
}

/// Sizes in the token, of which JSON is three quarters.
const SIZES: &[usize] = &[7_680, 15_872, 65_024];

/// Beginning with the longest header that is read.
const HEADER_SIZES: &[usize] = &[1_360, 7_680, 15_872, 65_024];

/// The header is of that shape, the signature is wrong.
#[divan::bench(args = cases(HEADER_SIZES))]
fn forged_header(bencher: Bencher<'_, '_>, case: &Case) {
    let header = case.shape.1(r#"{"alg":"RS256","kid":"k","#, case.bytes * 3 / 4);
    bench_refusal(
        bencher,
        &format!("{}.e30.{}", encode(header), encode([1; 256])),
    );
}

/// The header is of that shape, and no key has its `kid`: the signature is not looked at.
#[divan::bench(args = cases(HEADER_SIZES))]
fn header_of_an_unknown_key(bencher: Bencher<'_, '_>, case: &Case) {
    let header = case.shape.1(r#"{"alg":"RS256","kid":"u","#, case.bytes * 3 / 4);
    let token = format!("{}.e30.{}", encode(header), encode([1; 256]));
    let keys = keys();
    bencher.bench_local(|| {
        let token = UnverifiedToken::parse(black_box(&token));
        token.is_ok_and(|token| keys.key(token.kid()).is_some())
    });
}

/// The payload is of that shape, the signature is wrong.
#[divan::bench(args = cases(SIZES))]
fn forged_payload(bencher: Bencher<'_, '_>, case: &Case) {
    let payload = case.shape.1("{", case.bytes * 3 / 4);
    let header = encode(r#"{"alg":"RS256","kid":"k"}"#);
    let token = format!("{header}.{}.{}", encode(payload), encode([1; 256]));
    bench_refusal(bencher, &token);
}

/// The payload alone, as if its signature were right.
#[divan::bench(args = cases(SIZES))]
fn signed_payload(bencher: Bencher<'_, '_>, case: &Case) {
    let (payload, policy) = (case.shape.1("{", case.bytes * 3 / 4), policy());
    bencher.bench_local(|| {
        check_unverified_claims(black_box(&payload), &policy, UnixTime::from_millis(NOW)).is_err()
    });
}
