//! What can be called by a name: operations of Cognito's API, and flows, which take several requests or read what one
//! answers.

mod challenge;
mod input;
mod lifetime;
mod line;
mod proof;
mod refresh;
mod registration;
mod respond;
mod sign_in;
mod sign_out;
mod step;

use std::sync::Arc;

use crate::core::error::{AuthError, Reason, Stage};
use crate::core::operations::Row;
use crate::core::secret::Secret;
use crate::net::cognito::{Answered, Body, Call, Cognito};

/// SignUp, then AdminConfirmSignUp.
const REGISTRATION: &str = "flow/registration";
/// AdminInitiateAuth, or what the configured flow takes; the ID token.
const LOGIN: &str = "flow/login";
/// The same; all tokens, or the challenge that comes next.
const SIGN_IN: &str = "flow/sign-in";
/// An answer to a challenge; tokens, or the challenge that comes next.
const CHALLENGE: &str = "flow/challenge";
/// `GetTokensFromRefreshToken`, one request for all who ask.
const REFRESH: &str = "flow/refresh";
/// `RevokeToken`.
const SIGN_OUT: &str = "flow/sign-out";

/// Makes a call: `name` is a flow's or an operation's, `json` the request's members. Its result, within the deadline.
pub async fn invoke(
    cognito: &Arc<Cognito>,
    name: &str,
    json: &Secret,
    call: &Call,
) -> Result<Answered, AuthError> {
    if name == REGISTRATION {
        call.enter(Stage::SignUp);
    }
    let answer = async {
        let body = || Body::read(json);
        match name {
            REGISTRATION => registration::register(cognito, body()?, call).await,
            LOGIN => sign_in::login(cognito, body()?, call).await,
            SIGN_IN => sign_in::sign_in(cognito, json, call).await,
            CHALLENGE => challenge::answer(cognito, json, call).await,
            REFRESH => refresh::refresh(cognito, json, call).await,
            SIGN_OUT => sign_out::sign_out(cognito, json, call).await,
            name => {
                let body = body()?;
                let row = Row::find(name).ok_or_else(unknown_operation)?;
                cognito.request(row, body, call).await
            }
        }
    };
    let answered = cognito.within_deadline(call, answer).await;
    match name {
        CHALLENGE => answered.map_err(|error| challenge::explain(error, call)),
        _ => answered,
    }
}

fn unknown_operation() -> AuthError {
    AuthError::new(
        Reason::InvalidArgument,
        "Amazon Cognito's API has no such operation",
    )
}
