//! Ends one sign-in: its refresh token, and at Cognito the access tokens that came of it.

use serde::Deserialize;

use super::input;
use super::refresh::forget;
use crate::core::error::AuthError;
use crate::core::operations::{Row, operation};
use crate::core::refresh::Ended;
use crate::core::secret::Secret;
use crate::net::cognito::{Answered, Body, Call, Cognito};

const REVOKE: &Row = operation!("RevokeToken");

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    refresh_token: Secret,
}

/// Forgets a token's remembered results, also if the call ends early: Cognito may have taken the request.
struct Forgetting(Secret);

impl Drop for Forgetting {
    fn drop(&mut self) {
        forget(Ended::Token(&self.0));
    }
}

/// Revokes `RefreshToken`.
pub(super) async fn sign_out(
    cognito: &Cognito,
    json: &Secret,
    call: &Call,
) -> Result<Answered, AuthError> {
    let input: Input = input::read(json)?;
    let secret = cognito.config().client_secret.as_ref();
    let body = Body::default()
        .with("Token", Some(input.refresh_token.expose()))
        .with("ClientSecret", secret.map(Secret::expose));
    let token = Forgetting(input.refresh_token);
    let answer = cognito.request(REVOKE, body, call).await;
    drop(token);
    answer
}
