//! SignUp, then AdminConfirmSignUp unless the pool has confirmed the user by itself.

use crate::core::error::{AuthError, Stage, finding};
use crate::core::operations::{Row, operation};
use crate::net::cognito::{Answered, Body, Call, Cognito};

const SIGN_UP: &Row = operation!("SignUp");
const CONFIRM: &Row = operation!("AdminConfirmSignUp");

/// `body` is SignUp's, and so are the answer's members; the request id and the status are those of the last request.
///
/// What the second request will need is checked before the first goes out: a user that exists but cannot be confirmed would
/// block the name.
pub(super) async fn register(
    cognito: &Cognito,
    body: Body,
    call: &Call,
) -> Result<Answered, AuthError> {
    let username = body.text("Username")?.map(str::to_owned);
    let sign_up = body.request(SIGN_UP, cognito.config())?;
    let confirm = Body::default()
        .with("Username", username)
        .request(CONFIRM, cognito.config())?
        // What a second one is told, that the user is confirmed already, counts as success below.
        .repeated();
    let link = cognito.signing_link().await?;
    let signed_up = link.send(&sign_up, call).await?;
    if signed_up.flag("UserConfirmed")? {
        return Ok(signed_up);
    }
    call.enter(Stage::Confirm);
    match link.send(&confirm, call).await {
        // SignUp has just answered "unconfirmed": an earlier attempt, whose answer was lost, has done it.
        Err(error) if error.context().finding == Some(finding::USER_CONFIRMED) => Ok(signed_up),
        confirmed => confirmed.map(|confirmed| signed_up.before(confirmed)),
    }
}
