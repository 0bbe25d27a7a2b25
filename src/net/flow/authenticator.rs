//! An authenticator app for a user who is signed in: its secret, and its first code.

use serde_json::json;

use super::challenge::{ISSUER, check_code};
use super::request::with_expiry;
use crate::core::challenge::otpauth_uri;
use crate::core::error::{AuthError, Stage};
use crate::core::operations::{Row, operation};
use crate::core::secret::Secret;
use crate::core::token::unverified;
use crate::net::cognito::{Answered, Body, Call, Cognito};

const ASSOCIATE: &Row = operation!("AssociateSoftwareToken");
const VERIFY: &Row = operation!("VerifySoftwareToken");
const PREFER: &Row = operation!("SetUserMFAPreference");

/// `Secret` and `Uri` for the user of `AccessToken`.
pub(super) async fn set_up(
    cognito: &Cognito,
    body: Body,
    call: &Call,
) -> Result<Answered, AuthError> {
    let token = Secret::new(body.text("AccessToken")?.unwrap_or_default());
    let answer = cognito.request(ASSOCIATE, body, call).await;
    let answer = answer.map_err(|error| with_expiry(error, Some(&token)))?;
    let Some(secret) = answer.text("SecretCode")? else {
        return Err(answer.unreadable());
    };
    // Cognito has accepted the token.
    let claims = unverified(token.expose());
    let username = claims.username.or(claims.sub).unwrap_or_default();
    let issuer = cognito.config().known_user_pool_id().unwrap_or(ISSUER);
    let uri = otpauth_uri(secret, issuer, &username);
    let secret = secret.to_owned();
    Ok(answer.replaced([("Secret", secret.into()), ("Uri", uri.into())]))
}

/// Verifies the app by `UserCode`, and asks for its codes from now on.
pub(super) async fn confirm(
    cognito: &Cognito,
    body: Body,
    call: &Call,
) -> Result<Answered, AuthError> {
    let token = Secret::new(body.text("AccessToken")?.unwrap_or_default());
    let explain = |error| with_expiry(error, Some(&token));
    let answer = cognito.request(VERIFY, body, call).await.map_err(explain)?;
    check_code(&answer)?;
    call.enter(Stage::Preference);
    let preference = Body::default()
        .with("AccessToken", Some(token.expose()))
        .with(
            "SoftwareTokenMfaSettings",
            Some(json!({ "Enabled": true, "PreferredMfa": true })),
        );
    let answer = cognito.request(PREFER, preference, call).await;
    answer.map_err(explain)
}
