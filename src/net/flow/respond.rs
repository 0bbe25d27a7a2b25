//! `(Admin)RespondToAuthChallenge`.

use super::input::Extras;
use crate::core::challenge::{Challenge, Responses, Route};
use crate::core::error::AuthError;
use crate::core::operations::{Row, operation};
use crate::core::secret::Secret;
use crate::net::cognito::{Answered, Body, Call, Cognito, secret_hash};

const RESPOND: &Row = operation!("RespondToAuthChallenge");
const ADMIN_RESPOND: &Row = operation!("AdminRespondToAuthChallenge");

/// Sends the responses to a challenge.
pub(super) async fn respond(
    cognito: &Cognito,
    challenge: &Challenge,
    responses: Responses,
    extras: &Extras,
    call: &Call,
) -> Result<Answered, AuthError> {
    let session = challenge.session();
    respond_in(cognito, challenge, session, responses, (extras, call)).await
}

/// Sends the responses to a challenge, with another session than its own.
pub(super) async fn respond_in(
    cognito: &Cognito,
    challenge: &Challenge,
    session: Option<&Secret>,
    responses: Responses,
    (extras, call): (&Extras, &Call),
) -> Result<Answered, AuthError> {
    let config = cognito.config();
    let name = challenge.username_to_send();
    let responses = match secret_hash(config, name, config.client_id()?) {
        Some(hash) => responses.with("SECRET_HASH", Secret::new(hash)),
        None => responses,
    };
    let body = Body::default()
        .with("ChallengeName", Some(challenge.name()))
        .with("Session", session.map(Secret::expose))
        .with("ChallengeResponses", Some(responses.to_json()));
    let route = challenge.sign_in().route();
    let row = match route {
        Route::Admin => ADMIN_RESPOND,
        Route::Public => RESPOND,
    };
    cognito.request(row, extras.add_to(body, route), call).await
}
