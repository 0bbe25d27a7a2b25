//! The server's side of SRP as Amazon Cognito does it, with nothing of the crate under test: num-bigint, an HKDF in two lines, a
//! prime from digits of π.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64_simd::STANDARD;
use num_bigint::{BigInt, BigUint};

/// Bytes that look random, the same in every run.
pub(crate) struct Random {
    seed: u32,
    number: u32,
}

impl Random {
    pub(crate) fn new(seed: u32) -> Self {
        Self { seed, number: 0 }
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < length {
            self.number += 1;
            let block = format!("srp {} {}", self.seed, self.number);
            bytes.extend_from_slice(digest(&SHA256, block.as_bytes()).as_ref());
        }
        bytes.truncate(length);
        bytes
    }
}

/// `2^bits / x`'s arc tangent.
fn arctan_of_inverse(x: u32, bits: u32) -> BigInt {
    let mut power = (BigInt::from(1) << bits) / x;
    let (mut sum, mut divisor) = (BigInt::from(0), 1);
    while power != BigInt::from(0) {
        sum += &power / divisor;
        divisor = -(divisor + 2 * i32::signum(divisor));
        power /= x * x;
    }
    sum
}

/// The 3072-bit prime, as RFC 3526 (section 4) defines it: 2^3072 - 2^3008 - 1 + 2^64 * ([2^2942 * π] + 1690314).
pub(crate) fn prime() -> BigUint {
    static PRIME: LazyLock<BigUint> = LazyLock::new(|| {
        const MORE: u32 = 64;
        let arctan = |x| arctan_of_inverse(x, 2942 + MORE);
        let pi: BigInt = (arctan(5) * 16 - arctan(239) * 4) >> MORE;
        let power = |exponent: u32| BigInt::from(1) << exponent;
        let prime: BigInt = power(3072) - power(3008) - 1 + power(64) * (pi + 1_690_314);
        prime.to_biguint().unwrap()
    });
    PRIME.clone()
}

pub(crate) fn hex(integer: &BigUint) -> String {
    integer.to_str_radix(16)
}

fn signed_bytes(integer: &BigUint) -> Vec<u8> {
    BigInt::from(integer.clone()).to_signed_bytes_be()
}

/// The hash of the integers' bytes, as an integer.
pub(crate) fn sha256(integers: &[&BigUint]) -> BigUint {
    let bytes: Vec<_> = integers.iter().flat_map(|n| signed_bytes(n)).collect();
    BigUint::from_bytes_be(digest(&SHA256, &bytes).as_ref())
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    sign(&Key::new(HMAC_SHA256, key), text).as_ref().to_vec()
}

/// A user's verifier, and the server's secret for one sign-in.
pub(crate) struct Server {
    who: String,
    exponent: BigUint,
    verifier: BigUint,
    pub(crate) salt: BigUint,
    pub(crate) private_key: BigUint,
    pub(crate) public: BigUint,
}

impl Server {
    pub(crate) fn new(random: &mut Random, group: &str, user: &str, password: &str) -> Self {
        let (n, g) = (prime(), BigUint::from(2u8));
        let who = format!("{group}{user}");
        let salt = BigUint::from_bytes_be(&random.bytes(16));
        let identity = digest(&SHA256, format!("{who}:{password}").as_bytes());
        let salted = [signed_bytes(&salt), identity.as_ref().to_vec()].concat();
        let private_key = BigUint::from_bytes_be(digest(&SHA256, &salted).as_ref());
        let verifier = g.modpow(&private_key, &n);
        let exponent = BigUint::from_bytes_be(&random.bytes(32));
        let k = sha256(&[&n, &g]);
        let public = (k * &verifier + g.modpow(&exponent, &n)) % n;
        Self {
            who,
            exponent,
            verifier,
            salt,
            private_key,
            public,
        }
    }

    /// The session with the client that sent `a`.
    pub(crate) fn session(&self, a: &str) -> Session {
        let a = BigUint::parse_bytes(a.as_bytes(), 16).unwrap();
        let u = sha256(&[&a, &self.public]);
        let base = a * self.verifier.modpow(&u, &prime());
        Session {
            who: self.who.clone(),
            premaster: base.modpow(&self.exponent, &prime()),
            u,
        }
    }
}

pub(crate) struct Session {
    who: String,
    pub(crate) u: BigUint,
    pub(crate) premaster: BigUint,
}

impl Session {
    fn key_bytes(&self) -> Vec<u8> {
        let secret = hmac(&signed_bytes(&self.u), &signed_bytes(&self.premaster));
        let mut key = hmac(&secret, b"Caldera Derived Key\x01");
        key.truncate(16);
        key
    }

    pub(crate) fn key(&self) -> BigUint {
        BigUint::from_bytes_be(&self.key_bytes())
    }

    /// The signature that the right password gives.
    pub(crate) fn signature(&self, block: &str, timestamp: &str) -> String {
        let block = STANDARD.decode_to_vec(block).unwrap();
        let text = [self.who.as_bytes(), &block, timestamp.as_bytes()].concat();
        STANDARD.encode_to_string(hmac(&self.key_bytes(), &text))
    }
}
