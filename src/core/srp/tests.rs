//! The vector, with every value on the way. Its `a` has 1024 bits; `tests/srp.rs` has the rest, against a server.

use std::time::{Duration, UNIX_EPOCH};

use crypto_bigint::BoxedUint;
use serde_json::Value;
use zeroize::Zeroizing;

use super::group::GROUP;
use super::integer::{from_hex, to_hex};
use super::{Challenge, Srp, pool_name, private_key, scrambler};
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
