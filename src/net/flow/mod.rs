//! What can be called by a name: operations of Cognito's API, and flows, which take several requests or read what one
//! answers.

mod authenticator;
mod challenge;
mod discreet;
mod input;
mod lifetime;
mod new_user;
mod pages;
mod proof;
mod refresh;
mod registration;
mod request;
mod respond;
mod sign_in;
mod sign_out;
mod step;

use std::sync::Arc;

use crate::core::error::{AuthError, Stage};
use crate::core::operations::{Family, Row};
use crate::core::secret::Secret;
use crate::net::cognito::{Answered, Body, Call, Cognito, Topic};

/// SignUp, then AdminConfirmSignUp.
const REGISTRATION: &str = "flow/registration";
/// AdminInitiateAuth, or what the configured flow takes; the ID token.
const LOGIN: &str = "flow/login";
/// The same; all tokens, or the challenge that comes next.
const SIGN_IN: &str = "flow/sign-in";
/// The same without a password: the challenge that comes first.
const START_SIGN_IN: &str = "flow/start-sign-in";
/// An answer to a challenge; tokens, or the challenge that comes next.
const CHALLENGE: &str = "flow/challenge";
/// `GetTokensFromRefreshToken`, one request for all who ask.
const REFRESH: &str = "flow/refresh";
/// `RevokeToken`.
const SIGN_OUT: &str = "flow/sign-out";

/// `AdminCreateUser`, then `AdminSetUserPassword`.
const NEW_USER: &str = "flow/new-user";
/// `ListUsers` for the one user that fits.
const FIND_USER: &str = "flow/find-user";
/// `AssociateSoftwareToken`.
const SET_UP_TOTP: &str = "flow/set-up-totp";
/// `VerifySoftwareToken`, then `SetUserMFAPreference`.
const CONFIRM_TOTP: &str = "flow/confirm-totp";
/// Any operation, by its name in the input.
const CALL: &str = "flow/call";

/// The part of a call that its first request is.
fn first_stage(name: &str) -> Option<Stage> {
    match name {
        REGISTRATION => Some(Stage::SignUp),
        NEW_USER => Some(Stage::Create),
        CONFIRM_TOTP => Some(Stage::Verify),
        _ => None,
    }
}

/// Whose turns a call waits for; none if it sends nothing itself, but waits for what may be sent for others as well.
fn topic(name: &str) -> Option<Topic> {
    let is_sign_in = match name {
        REFRESH => return None,
        LOGIN | SIGN_IN | START_SIGN_IN | CHALLENGE | SIGN_OUT => true,
        name => Row::find(name).is_some_and(|row| {
            matches!(
                row.family,
                Family::SignIn | Family::Challenge | Family::Refresh
            )
        }),
    };
    Some(if is_sign_in {
        Topic::SignIn
    } else {
        Topic::Other
    })
}

/// Makes a call: `name` is a flow's or an operation's, `json` the request's members. Its result, within the deadline.
pub async fn invoke(
    cognito: &Arc<Cognito>,
    name: &str,
    json: &Secret,
    call: &Call,
) -> Result<Answered, AuthError> {
    if let Some(stage) = first_stage(name) {
        call.enter(stage);
    }
    // On the heap: each layer around it would move it.
    let answer = Box::pin(async {
        let _turn = match topic(name) {
            Some(topic) => Some(cognito.turn(topic).await?),
            None => None,
        };
        let body = || Body::read(json);
        match name {
            REGISTRATION => registration::register(cognito, body()?, call).await,
            LOGIN => sign_in::login(cognito, body()?, call).await,
            SIGN_IN => sign_in::sign_in(cognito, json, call).await,
            START_SIGN_IN => sign_in::start(cognito, json, call).await,
            CHALLENGE => challenge::answer(cognito, json, call).await,
            REFRESH => refresh::refresh(cognito, json, call).await,
            SIGN_OUT => sign_out::sign_out(cognito, json, call).await,
            NEW_USER => new_user::create(cognito, body()?, call).await,
            FIND_USER => pages::find(cognito, json, call).await,
            SET_UP_TOTP => authenticator::set_up(cognito, body()?, call).await,
            CONFIRM_TOTP => authenticator::confirm(cognito, body()?, call).await,
            CALL => request::call(cognito, json, call).await,
            name => {
                if let Some(function) = discreet::Discreet::find(name) {
                    return function.request(cognito, json, call).await;
                }
                if let Some(function) = pages::All::find(name) {
                    return function.request(cognito, json, call).await;
                }
                let row = Row::find(name).ok_or_else(request::unknown_operation)?;
                request::request(cognito, row, body()?, call).await
            }
        }
    });
    let answered = cognito.within_deadline(call, answer).await;
    match name {
        CHALLENGE => answered.map_err(|error| challenge::explain(error, call)),
        _ => answered,
    }
}
