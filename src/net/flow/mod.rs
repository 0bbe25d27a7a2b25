//! What can be called by a name: operations of Cognito's API, and flows, which take several requests or read what one
//! answers.

mod registration;
mod sign_in;

use crate::core::error::{AuthError, Reason, Stage};
use crate::core::operations::Row;
use crate::core::secret::Secret;
use crate::net::cognito::{Answered, Body, Call, Cognito};

/// SignUp, then AdminConfirmSignUp.
const REGISTRATION: &str = "flow/registration";
/// AdminInitiateAuth; the ID token.
const LOGIN: &str = "flow/login";

/// Makes a call: `name` is a flow's or an operation's, `json` the request's members. Its result, within the deadline.
pub async fn invoke(
    cognito: &Cognito,
    name: &str,
    json: &Secret,
    call: &Call,
) -> Result<Answered, AuthError> {
    if name == REGISTRATION {
        call.enter(Stage::SignUp);
    }
    let answer = async {
        let body = Body::read(json)?;
        match name {
            REGISTRATION => registration::register(cognito, body, call).await,
            LOGIN => sign_in::login(cognito, body, call).await,
            name => {
                let row = Row::find(name).ok_or_else(unknown_operation)?;
                cognito.request(row, body, call).await
            }
        }
    };
    cognito.within_deadline(call, answer).await
}

fn unknown_operation() -> AuthError {
    AuthError::new(
        Reason::InvalidArgument,
        "Amazon Cognito's API has no such operation",
    )
}
