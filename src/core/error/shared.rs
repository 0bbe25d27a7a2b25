//! Failures that JavaScript makes too, which gets them from here: `npm run generate` writes `lib/generated/failures.js`.

use super::{AuthError, Reason};

impl AuthError {
    /// A defect of this package.
    pub fn internal() -> Self {
        Self::new(Reason::Internal, "An internal error: please report it")
    }

    /// The caller gave the call up.
    pub fn aborted() -> Self {
        Self::new(Reason::Aborted, "The call was aborted")
    }

    /// There is no token, in the words of the package jsonwebtoken.
    pub fn token_missing() -> Self {
        Self::new(Reason::TokenMalformed, "jwt must be provided").hint(
            "There is no token. Check where the application reads it: the part of the Authorization header after `Bearer `, for example.",
        )
    }

    /// An answer of Cognito that is not of the documented form.
    pub fn unreadable_answer() -> Self {
        Self::new(Reason::Service, "Amazon Cognito's answer cannot be read")
            .hint("something between here and Cognito may have answered: check the endpoint and the proxy")
            .with(|context| context.retryable = Some(false))
    }
}
