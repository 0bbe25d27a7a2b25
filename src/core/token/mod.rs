//! Verifying a Cognito token: structure, then signature, then claims. Pure and synchronous; the keys and the time
//! are handed in.

mod claims;
mod parse;
mod signature;
mod strict_json;
mod unverified;

use crate::core::error::AuthError;
use crate::core::jwk::VerificationKey;

pub use self::claims::{
    AcceptedClients, AcceptedUse, Policy, UnixTime, check_unverified as check_unverified_claims,
};
pub use self::parse::UnverifiedToken;
pub use self::unverified::{Unverified, unverified};

/// The payload of a token that has passed every check. Nothing but [`UnverifiedToken::verify`] makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct VerifiedClaims {
    json: String,
}

impl VerifiedClaims {
    /// The claims, as the JSON text that was signed.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The claims, as the JSON text that was signed.
    pub fn into_json(self) -> String {
        self.json
    }
}

impl UnverifiedToken<'_> {
    /// The issuer that the token names, to choose the pool whose keys and policy decide.
    pub fn unverified_issuer(&self) -> Option<String> {
        claims::unverified_issuer(std::str::from_utf8(self.payload()).ok()?)
    }

    /// Checks the signature with `key`, then the claims against `policy` at the time `now`.
    ///
    /// `key` must be the one that [`UnverifiedToken::kid`] names.
    pub fn verify(
        self,
        key: &VerificationKey,
        policy: &Policy,
        now: UnixTime,
    ) -> Result<VerifiedClaims, AuthError> {
        signature::check(&self, key)?;
        let json = self.into_payload()?;
        claims::check_unverified(&json, policy, now)?;
        Ok(VerifiedClaims { json })
    }
}
