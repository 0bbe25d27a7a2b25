//! The vector, with every value on the way. Its `a` has 1024 bits; `tests/srp.rs` has the rest, against a server.

use std::time::{Duration, UNIX_EPOCH};

use crypto_bigint::{BoxedUint, U256, U3072};
use serde_json::Value;
use zeroize::Zeroizing;

use super::group::{GENERATOR, GROUP, MULTIPLIER, PRIME};
use super::integer::{from_hex, to_hex, to_signed_bytes};
use super::sizes::HASH_BITS;
use super::{Challenge, Srp, pool_name, private_key, scrambler, sha256};
use crate::core::secret::Secret;

const NOW: Duration = Duration::from_secs(1_793_696_707);

struct Vector(Value);

impl Vector {
    fn read() -> Self {
        Self(serde_json::from_str(include_str!("../../../tests/data/srp.json")).unwrap())
    }

    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap()
    }

    fn integer(&self, name: &str) -> BoxedUint {
        from_hex(self.text(name), 768).unwrap()
    }

    fn challenge(&self) -> Challenge<'_> {
        Challenge {
            group: pool_name(self.text("poolId")),
            user: self.text("userId"),
            srp_b: self.text("SRP_B"),
            salt: self.text("SALT"),
            secret_block: self.text("SECRET_BLOCK"),
        }
    }

    fn client(&self) -> Srp {
        let digits = self.text("a").as_bytes().chunks(2);
        let bytes: Vec<_> = digits
            .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        let exponent = Zeroizing::new(BoxedUint::from_be_slice_vartime(&bytes));
        let public = GROUP.generator().pow(&exponent).retrieve();
        Srp { exponent, public }
    }

    fn password(&self) -> Secret {
        Secret::new(self.text("password"))
    }
}

#[test]
fn the_vector_comes_out_value_for_value() {
    let vector = Vector::read();
    let (client, challenge) = (vector.client(), vector.challenge());
    assert_eq!(challenge.group, vector.text("poolName"));
    assert_eq!(client.public(), vector.text("SRP_A"));

    let b = vector.integer("SRP_B");
    let u = scrambler(&client.public, &b).unwrap();
    assert_eq!(to_hex(&u), vector.text("u"));
    let x = private_key(&challenge, &vector.integer("SALT"), &vector.password());
    assert_eq!(to_hex(&x), vector.text("x"));
    let premaster = GROUP.premaster(&client.exponent, &b, &u, &x).unwrap();
    assert_eq!(to_hex(&premaster), vector.text("S"));

    let claim = client
        .answer(&challenge, &vector.password(), UNIX_EPOCH + NOW)
        .unwrap();
    assert_eq!(claim.timestamp.expose(), vector.text("TIMESTAMP"));
    assert_eq!(
        claim.signature.expose(),
        vector.text("PASSWORD_CLAIM_SIGNATURE")
    );
}

#[test]
fn debug_shows_neither_exponent_nor_signature() {
    let vector = Vector::read();
    let client = vector.client();
    let claim = client
        .answer(&vector.challenge(), &vector.password(), UNIX_EPOCH + NOW)
        .unwrap();
    assert_eq!(format!("{client:?}"), "Srp(redacted)");
    assert_eq!(
        format!("{claim:?}"),
        "Claim { signature: Secret(redacted), timestamp: Secret(redacted) }"
    );
}

#[test]
fn k_is_the_hash_of_the_prime_and_the_generator() {
    let bytes = |integer| to_signed_bytes(&integer);
    let (n, g) = (bytes(PRIME.get().into()), bytes(GENERATOR.into()));
    assert_eq!(*g, [2]);
    assert_eq!(
        sha256(&[&n, &g]).as_ref(),
        MULTIPLIER.to_be_bytes().as_slice()
    );
}

#[test]
fn b_counts_modulo_the_prime() {
    let [a, u, x] = [3, 5, 7].map(|n: u8| BoxedUint::from(U256::from(n)));
    let premaster = |b: U3072| GROUP.premaster(&a, &b.into(), &u, &x);
    let n = PRIME.get();
    for small in [1, 2, u8::MAX].map(U3072::from) {
        assert_eq!(premaster(n.wrapping_add(&small)), premaster(small));
    }
    assert!(premaster(n).is_none() && premaster(U3072::ZERO).is_none());
}

#[test]
fn powers_are_the_librarys() {
    let bit = |bit| BoxedUint::one_with_precision(HASH_BITS).shl(bit);
    let bits = (0..HASH_BITS).map(bit);
    let others = [
        BoxedUint::zero_with_precision(HASH_BITS),
        BoxedUint::max(HASH_BITS),
        BoxedUint::from_be_slice_truncated(&[0xa5; 32], HASH_BITS),
        BoxedUint::from_be_slice_truncated(&(1..=32).collect::<Vec<_>>(), HASH_BITS),
    ];
    for exponent in bits.chain(others) {
        assert_eq!(
            *GROUP.powers.pow(&exponent),
            GROUP.generator().pow(&exponent),
            "{exponent:x}"
        );
    }
}
