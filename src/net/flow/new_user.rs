//! A user whom an administrator creates with a password for good: `AdminCreateUser`, then `AdminSetUserPassword`.

use crate::core::error::{AuthError, Stage};
use crate::core::operations::{Row, operation};
use crate::net::cognito::{Answered, Body, Call, Cognito};

const CREATE: &Row = operation!("AdminCreateUser");
const SET_PASSWORD: &Row = operation!("AdminSetUserPassword");

/// `body` is `AdminCreateUser`'s, and has the `Password` besides; the answer's members are `AdminCreateUser`'s.
///
/// What the second request needs is checked before the first one is sent.
pub(super) async fn create(
    cognito: &Cognito,
    mut body: Body,
    call: &Call,
) -> Result<Answered, AuthError> {
    let password = body.take_text("Password")?;
    let set_password = Body::default()
        .with("Username", body.text("Username")?)
        .with("Password", password)
        .with("Permanent", Some(true))
        .request(SET_PASSWORD, cognito.config())?;
    let create = body.request(CREATE, cognito.config())?;
    let created = cognito.send(&create, call).await?;
    call.enter(Stage::Password);
    let set = cognito.send(&set_password, call).await?;
    Ok(created.before(set))
}
