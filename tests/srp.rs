//! SRP against a server of our own on another implementation of integers, beside AWS's own client, and what a server may send instead.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cognito_auth_native::core::error::Reason;
use cognito_auth_native::core::secret::Secret;
use cognito_auth_native::core::srp::{Challenge, Srp, UnreadableChallenge, pool_name};
use num_bigint::BigUint;
use serde_json::Value;

use self::srp_server::{Random, Server, hex, prime, sha256};

mod srp_server;

const GROUP: &str = "AbCdEfGhI";
const USER: &str = "5c3b6d0e-8f7a-4a52-9a0e-1f2d3c4b5a69";
const BLOCK: &str = "9snXvk5oHSdjxYB+Lu7LIA==";

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_793_696_707)
}

/// A client whose exponent is made of `bytes`.
fn client(bytes: &[u8]) -> Srp {
    Srp::start(|buffer| {
        buffer.copy_from_slice(bytes);
        Ok::<_, Infallible>(())
    })
    .unwrap()
}

fn answer(challenge: &Challenge<'_>, password: &str) -> Result<String, UnreadableChallenge> {
    client(&[7; 32])
        .answer(challenge, &Secret::new(password), now())
        .map(|claim| claim.signature.expose().to_owned())
}

/// A challenge that can be answered.
fn challenge() -> Challenge<'static> {
    Challenge {
        group: GROUP,
        user: USER,
        srp_b: "b0b",
        salt: "8ce8291892390f6b53a245933faf6164",
        secret_block: BLOCK,
    }
}

/// What decides how a value is padded.
fn forms(digits: &str, length: usize) -> &'static str {
    let padded = format!("{digits:0>length$}");
    match padded.as_bytes() {
        [b'0', b'0', ..] => "leading zero byte",
        [b'8'..=b'9' | b'a'..=b'f', ..] => "top bit set",
        _ => "neither",
    }
}

#[test]
fn a_server_of_its_own_accepts_a_thousand_claims() {
    let mut seen: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for round in 0..1000 {
        let mut random = Random::new(round);
        let client = client(&random.bytes(32));
        let password = format!("Pässwörd-{round}!");
        let server = Server::new(&mut random, GROUP, USER, &password);
        let a = client.public();
        assert!(a.bytes().all(|digit| b"0123456789abcdef".contains(&digit)) && !a.starts_with('0'));

        // As the service, as other servers, and in capitals.
        let (b, salt) = (hex(&server.public), hex(&server.salt));
        let write = |digits: String| match round % 3 {
            0 => digits,
            1 => format!("00{digits}"),
            _ => digits.to_uppercase(),
        };
        let challenge = Challenge {
            srp_b: &write(b.clone()),
            salt: &write(salt.clone()),
            ..challenge()
        };
        let claim = client
            .answer(&challenge, &Secret::new(password), now())
            .unwrap();
        let session = server.session(&a);
        assert_eq!(
            claim.signature.expose(),
            session.signature(BLOCK, claim.timestamp.expose()),
            "round {round}"
        );

        for (name, digits, length) in [
            ("A", a, 768),
            ("B", b, 768),
            ("salt", salt, 32),
            ("u", hex(&session.u), 64),
            ("x", hex(&server.private_key), 64),
            ("S", hex(&session.premaster), 768),
            ("K", hex(&session.key()), 32),
        ] {
            *seen.entry((name, forms(&digits, length))).or_default() += 1;
        }
    }
    for name in ["A", "B", "salt", "u", "x", "S", "K"] {
        for form in ["leading zero byte", "top bit set", "neither"] {
            assert!(seen.contains_key(&(name, form)), "{name}: no {form}");
        }
    }
}

/// `__test__/sign-in/claims.spec.js` has AWS's client make these claims.
#[test]
fn the_claims_are_those_of_awss_own_client() {
    let claims: Vec<Value> = serde_json::from_str(include_str!("data/srp-clients.json")).unwrap();
    assert!(claims.len() > 20);
    for claim in &claims {
        let text = |name: &str| claim[name].as_str().unwrap();
        let bytes = BigUint::parse_bytes(text("a").as_bytes(), 16).unwrap();
        let bytes = bytes.to_bytes_be();
        let exponent = [vec![0; 32 - bytes.len()], bytes].concat();
        let client = client(&exponent);
        assert_eq!(client.public(), text("SRP_A"), "{}", text("what"));

        let challenge = Challenge {
            group: pool_name(text("poolId")),
            user: text("userId"),
            srp_b: text("SRP_B"),
            salt: text("SALT"),
            secret_block: text("SECRET_BLOCK"),
        };
        let now = UNIX_EPOCH + Duration::from_secs(claim["time"].as_u64().unwrap());
        let made = client.answer(&challenge, &Secret::new(text("password")), now);
        let made = made.unwrap();
        assert_eq!(made.timestamp.expose(), text("TIMESTAMP"));
        assert_eq!(
            made.signature.expose(),
            text("PASSWORD_CLAIM_SIGNATURE"),
            "{}",
            text("what")
        );
    }
}

#[test]
fn a_claim_depends_on_every_value() {
    let good = challenge();
    let of = |challenge: Challenge<'_>, password| answer(&challenge, password).unwrap();
    let mut claims = vec![
        of(good, "Labyrinth1"),
        of(good, "labyrinth1"),
        of(good, "Labyrinth1 "),
        of(good, ""),
        of(
            Challenge {
                group: "AbCdEfGhJ",
                ..good
            },
            "Labyrinth1",
        ),
        of(
            Challenge {
                user: "theseus",
                ..good
            },
            "Labyrinth1",
        ),
        of(
            Challenge {
                srp_b: "b0c",
                ..good
            },
            "Labyrinth1",
        ),
        of(
            Challenge {
                salt: "8ce8",
                ..good
            },
            "Labyrinth1",
        ),
        of(
            Challenge {
                secret_block: "AAAA",
                ..good
            },
            "Labyrinth1",
        ),
    ];
    for (bytes, time) in [([8; 32], now()), ([7; 32], now() + Duration::from_secs(1))] {
        let claim = client(&bytes).answer(&good, &Secret::new("Labyrinth1"), time);
        claims.push(claim.unwrap().signature.expose().to_owned());
    }
    let number = claims.len();
    claims.sort();
    claims.dedup();
    assert_eq!(claims.len(), number);
}

#[test]
fn the_same_values_in_other_words_give_the_same_claim() {
    let good = answer(&challenge(), "Labyrinth1");
    for (srp_b, salt, secret_block) in [
        ("B0B", "8CE8291892390F6B53A245933FAF6164", BLOCK),
        ("0b0b", "008ce8291892390f6b53a245933faf6164", BLOCK),
        ("b0b", challenge().salt, "9snXvk5oHSdjxYB-Lu7LIA=="),
        ("b0b", challenge().salt, "9snXvk5oHSdjxYB+Lu7LIA"),
        (&format!("{}b0b", "0".repeat(800)), challenge().salt, BLOCK),
    ] {
        let other = Challenge {
            srp_b,
            salt,
            secret_block,
            ..challenge()
        };
        assert_eq!(answer(&other, "Labyrinth1"), good);
    }
}

#[test]
fn values_of_any_length_within_the_bounds_are_accepted() {
    for (srp_b, salt, secret_block) in [
        (&*hex(&(prime() - 1u8)), "0", "AA=="),
        // Not reduced modulo N.
        (&hex(&(prime() + 1u8)), "00", "AAA="),
        (&"f".repeat(768), &"f".repeat(64), &"A".repeat(4096)),
        ("1", "f", "AAAA"),
    ] {
        let challenge = Challenge {
            srp_b,
            salt,
            secret_block,
            ..challenge()
        };
        assert!(answer(&challenge, "Labyrinth1").is_ok(), "{srp_b}");
    }
}

#[test]
fn values_that_break_the_protocol_are_refused() {
    let good = challenge();
    let (n, long) = (hex(&prime()), "1".repeat(769));
    let bad_integers = [
        "", " ", "-1", "+1", "0x1", "1g", "1 ", "1_1", "ä", "\u{661}",
    ];
    let bad_b = bad_integers.into_iter().chain(["0", "000", &n, &long]);
    let (capitals, padded, long_salt) = (n.to_uppercase(), format!("00{n}"), "1".repeat(65));
    let bad_b = bad_b.chain([&*capitals, &padded]);
    let bad_salt = bad_integers.into_iter().chain([&*long_salt]);
    let long_block = "A".repeat(4100);
    let bad_block = [
        "",
        "A",
        "AA AA",
        "A===A",
        "AA\nAA",
        "****",
        "ä",
        "AAAAA",
        &long_block,
    ];
    let bad = (bad_b.map(|srp_b| Challenge { srp_b, ..good }))
        .chain(bad_salt.map(|salt| Challenge { salt, ..good }))
        .chain(bad_block.map(|secret_block| Challenge {
            secret_block,
            ..good
        }));
    for bad in bad {
        assert_eq!(
            answer(&bad, "Labyrinth1"),
            Err(UnreadableChallenge),
            "{:?} {:?} {:?}",
            bad.srp_b,
            bad.salt,
            bad.secret_block
        );
    }
}

#[test]
fn a_is_random_and_never_0() {
    let fresh = || Srp::start(aws_lc_rs::rand::fill).unwrap().public();
    assert_ne!(fresh(), fresh());
    let smallest: Vec<_> = (0..32).map(|index| u8::from(index == 31)).collect();
    for (bytes, exponent) in [
        (smallest, BigUint::from(1u8)),
        (vec![0xff; 32], (BigUint::from(1u8) << 256u32) - 1u8),
    ] {
        let expected = BigUint::from(2u8).modpow(&exponent, &prime());
        assert_eq!(client(&bytes).public(), hex(&expected));
    }
}

#[test]
fn without_random_numbers_nothing_starts() {
    let errors = [
        Srp::start(|_| Err(())).unwrap_err(),
        // A source that fills in nothing.
        Srp::start(|_| Ok::<_, Infallible>(())).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.reason(), Reason::Internal);
        assert_eq!(error.to_string(), "No random numbers are available");
    }
}

#[test]
fn the_name_of_a_pool_is_its_id_without_the_region() {
    for (id, name) in [
        ("eu-west-1_AbCdEfGhI", "AbCdEfGhI"),
        ("local_1a_2b", "1a_2b"),
        ("_", ""),
        ("AbCdEfGhI", "AbCdEfGhI"),
    ] {
        assert_eq!(pool_name(id), name);
    }
}

#[test]
fn the_server_has_the_services_k() {
    assert_eq!(
        hex(&sha256(&[&prime(), &BigUint::from(2u8)])),
        "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
    );
}
