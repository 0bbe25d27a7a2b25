//! SRP-6a as Amazon Cognito does it: proves that the user's password is known, without sending it.
//!
//! It differs from [RFC 5054](https://www.rfc-editor.org/rfc/rfc5054): the generator is 2, integers are hashed in the shortest
//! two's complement form and not padded to the length of N, and the proof is an HMAC under a key from HKDF.
//!
//! Powers with secret exponents take constant time. Secrets are zeroized when dropped, apart from intermediate values within
//! the libraries.

use std::error::Error;
use std::fmt;
use std::time::SystemTime;

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::{hkdf, hmac};
use base64_simd::{STANDARD, STANDARD_NO_PAD};
use crypto_bigint::BoxedUint;
use zeroize::Zeroizing;

use self::group::GROUP;
use crate::core::error::{AuthError, Reason};
use crate::core::limits;
use crate::core::secret::Secret;

mod comb;
mod group;
mod integer;
mod sizes;
mod timestamp;

use self::sizes::{HASH_BITS, HASH_BYTES};

/// Label of the key that signs a claim, as Amazon Cognito has it.
const KEY_LABEL: &[u8] = b"Caldera Derived Key";

/// The client's half of one sign-in: a secret exponent `a`, and `A`, which goes to Amazon Cognito. Use it once.
pub struct Srp {
    exponent: Zeroizing<BoxedUint>,
    public: BoxedUint,
}

/// What a `PASSWORD_VERIFIER` challenge says, and whose password it asks for.
#[derive(Clone, Copy)]
pub struct Challenge<'a> {
    /// The name of the user pool, from [`pool_name`]; for a device, its group key.
    pub group: &'a str,
    /// `USER_ID_FOR_SRP`; for a device, its key.
    pub user: &'a str,
    /// `SRP_B`, in hexadecimal.
    pub srp_b: &'a str,
    /// `SALT`, in hexadecimal.
    pub salt: &'a str,
    /// `SECRET_BLOCK`, in Base64.
    pub secret_block: &'a str,
}

/// The answer to a [`Challenge`].
#[derive(Clone, Debug)]
pub struct Claim {
    /// `PASSWORD_CLAIM_SIGNATURE`.
    pub signature: Secret,
    /// `TIMESTAMP`.
    pub timestamp: Secret,
}

/// The challenge breaks the protocol: a value has the wrong form, is too long, or would give the password away. Report it as an
/// answer of Amazon Cognito that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableChallenge;

impl fmt::Display for UnreadableChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the SRP challenge cannot be read")
    }
}

impl Error for UnreadableChallenge {}

/// The user pool's id without its region, which Amazon Cognito hashes and signs.
pub fn pool_name(user_pool_id: &str) -> &str {
    user_pool_id
        .split_once('_')
        .map_or(user_pool_id, |(_, name)| name)
}

impl Srp {
    /// Starts a sign-in. `random` fills a buffer with random bytes, as `aws_lc_rs::rand::fill` does. Takes 0.6 ms of CPU time, and
    /// the first time 1 ms more.
    ///
    /// The exponent has 256 bits, as [RFC 5054](https://www.rfc-editor.org/rfc/rfc5054#section-2.5.4) asks for. A longer one would
    /// only take longer: the group and SHA-256 are worth 128 bits of security.
    pub fn start<E>(random: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, AuthError> {
        let mut bytes = Zeroizing::new([0; HASH_BYTES]);
        let filled = random(bytes.as_mut_slice());
        // With an exponent of 0, S would depend on the password and on public values only.
        if filled.is_err() || bytes.iter().all(|byte| *byte == 0) {
            return Err(AuthError::new(
                Reason::Internal,
                "No random numbers are available",
            ));
        }
        let exponent = BoxedUint::from_be_slice_truncated(bytes.as_slice(), HASH_BITS);
        let exponent = Zeroizing::new(exponent);
        let public = GROUP.public(&exponent);
        Ok(Self { exponent, public })
    }

    /// `SRP_A`: hexadecimal in lower case, without leading zeros.
    pub fn public(&self) -> String {
        integer::to_hex(&self.public)
    }

    /// Answers a challenge at the time `now`, which must be within a few seconds of Amazon Cognito's clock. Takes 3.2 ms of CPU
    /// time. Cognito accepts the answer if the password is the user's.
    pub fn answer(
        &self,
        challenge: &Challenge<'_>,
        password: &Secret,
        now: SystemTime,
    ) -> Result<Claim, UnreadableChallenge> {
        let block = decode_block(challenge.secret_block).ok_or(UnreadableChallenge)?;
        let key = self.key(challenge, password).ok_or(UnreadableChallenge)?;
        let timestamp = timestamp::timestamp(now);
        let mut claim = hmac::Context::with_key(&key);
        for part in [
            challenge.group.as_bytes(),
            challenge.user.as_bytes(),
            &block,
            timestamp.as_bytes(),
        ] {
            claim.update(part);
        }
        Ok(Claim {
            signature: Secret::new(STANDARD.encode_to_string(claim.sign())),
            timestamp: Secret::new(timestamp),
        })
    }

    /// The key that signs the claim. None if a value of the challenge cannot be used.
    fn key(&self, challenge: &Challenge<'_>, password: &Secret) -> Option<hmac::Key> {
        let b = integer::from_hex(challenge.srp_b, limits::SRP_B_DIGITS)?;
        let salt = integer::from_hex(challenge.salt, limits::SRP_SALT_DIGITS)?;
        let u = scrambler(&self.public, &b)?;
        let x = private_key(challenge, &salt, password);
        let premaster = GROUP.premaster(&self.exponent, &b, &u, &x)?;
        derive_key(&u, &premaster)
    }
}

impl fmt::Debug for Srp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Srp(redacted)")
    }
}

/// `u`, which both sides know. With 0, S would not depend on the password.
fn scrambler(a: &BoxedUint, b: &BoxedUint) -> Option<BoxedUint> {
    let hash = sha256(&[&integer::to_signed_bytes(a), &integer::to_signed_bytes(b)]);
    let u = BoxedUint::from_be_slice_truncated(hash.as_ref(), HASH_BITS);
    (!bool::from(u.is_zero())).then_some(u)
}

/// `x`, from which the server's verifier of the password is made.
fn private_key(
    challenge: &Challenge<'_>,
    salt: &BoxedUint,
    password: &Secret,
) -> Zeroizing<BoxedUint> {
    let identity = sha256(&[
        challenge.group.as_bytes(),
        challenge.user.as_bytes(),
        b":",
        password.expose().as_bytes(),
    ]);
    let x = sha256(&[&integer::to_signed_bytes(salt), identity.as_ref()]);
    Zeroizing::new(BoxedUint::from_be_slice_truncated(x.as_ref(), HASH_BITS))
}

fn derive_key(u: &BoxedUint, premaster: &BoxedUint) -> Option<hmac::Key> {
    let mut key = Zeroizing::new([0; KeyLength::BYTES]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, &integer::to_signed_bytes(u))
        .extract(&integer::to_signed_bytes(premaster))
        .expand(&[KEY_LABEL], KeyLength)
        .and_then(|bytes| bytes.fill(key.as_mut_slice()))
        .ok()?;
    Some(hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()))
}

struct KeyLength;

impl KeyLength {
    const BYTES: usize = HASH_BYTES / 2;
}

impl hkdf::KeyType for KeyLength {
    fn len(&self) -> usize {
        Self::BYTES
    }
}

fn sha256(parts: &[&[u8]]) -> Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    context.finish()
}

/// Amazon Cognito sends standard Base64. Like the clients in use, this reads the URL-safe alphabet and missing padding too: some
/// emulators send those.
fn decode_block(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || text.len() > limits::SRP_SECRET_BLOCK_CHARACTERS {
        return None;
    }
    let text = text
        .trim_end_matches('=')
        .replace('-', "+")
        .replace('_', "/");
    STANDARD_NO_PAD.decode_to_vec(text).ok()
}

#[cfg(test)]
mod tests;
