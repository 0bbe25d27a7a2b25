//! Stage two: the signature, by the pool's key.

use super::parse::UnverifiedToken;
use crate::core::error::{AuthError, Reason};
use crate::core::jwk::VerificationKey;

pub(super) fn check(token: &UnverifiedToken<'_>, key: &VerificationKey) -> Result<(), AuthError> {
    if key.verifies(token.signing_input().as_bytes(), token.signature()) {
        return Ok(());
    }
    Err(AuthError::new(Reason::TokenSignature, "invalid signature"))
}
