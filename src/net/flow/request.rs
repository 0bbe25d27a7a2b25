//! One request of an operation that the caller names: as a function of its own, or by `call`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::input;
use super::refresh;
use crate::core::error::{AuthError, Reason};
use crate::core::limits;
use crate::core::operations::{Row, UNLISTED};
use crate::core::refresh::Ended;
use crate::core::secret::Secret;
use crate::core::token::unverified;
use crate::net::cognito::{Answered, Body, Call, Cognito, Request};

/// Operations that end sign-ins of the access token's user.
const END_OWN: [&str; 3] = ["DeleteUser", "GlobalSignOut", "RevokeUserSession"];
/// Operations that end sign-ins of the user whom they name.
const END_ANYBODYS: [&str; 4] = [
    "AdminDeleteUser",
    "AdminDisableUser",
    "AdminRevokeUserSession",
    "AdminUserGlobalSignOut",
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    operation: String,
    #[serde(default)]
    parameters: Map<String, Value>,
    /// Whether the parameters may name another user pool or app client than the configured one.
    #[serde(default)]
    other_pool: bool,
    /// Whether the table may lack the operation.
    #[serde(default)]
    unlisted: bool,
}

/// A request of an operation.
pub(super) async fn request(
    cognito: &Cognito,
    row: &'static Row,
    body: Body,
    call: &Call,
) -> Result<Answered, AuthError> {
    let token = access_token(&body)?;
    let request = body.request(row, cognito.config())?;
    send(cognito, &request, token.as_ref(), call).await
}

/// `Operation` with `Parameters`, sent again only if it has had no effect.
pub(super) async fn call(
    cognito: &Cognito,
    json: &Secret,
    call: &Call,
) -> Result<Answered, AuthError> {
    let input: Input = input::read(json)?;
    let row = match Row::find(&input.operation) {
        Some(row) => row,
        None if input.unlisted => &UNLISTED,
        None => return Err(unknown_operation()),
    };
    let body = Body::of(input.parameters);
    if !input.other_pool {
        check_pool(cognito, &body)?;
    }
    let token = access_token(&body)?;
    let request = body.request(row, cognito.config())?.once();
    if request.len() > limits::REQUEST_BYTES {
        return Err(invalid("The parameters have more than 1 MiB of JSON"));
    }
    let request = request.named(input.operation);
    send(cognito, &request, token.as_ref(), call).await
}

/// The table lacks the operation.
pub(super) fn unknown_operation() -> AuthError {
    invalid("Amazon Cognito's API has no such operation")
}

fn access_token(body: &Body) -> Result<Option<Secret>, AuthError> {
    Ok(body.text("AccessToken")?.map(Secret::new))
}

/// Parameters that an application's user has a say in must not reach another pool.
fn check_pool(cognito: &Cognito, body: &Body) -> Result<(), AuthError> {
    let config = cognito.config();
    for (name, own) in [
        ("UserPoolId", config.known_user_pool_id()),
        ("ClientId", config.client_id().ok()),
    ] {
        let given = body.text(name)?;
        if given.zip(own).is_some_and(|(given, own)| given != own) {
            return Err(
                invalid(format!("{name} is not the one of this Auth")).hint(
                    "Create an Auth for the other user pool or app client, or allow this call with the option otherPool: true.",
                ),
            );
        }
    }
    Ok(())
}

async fn send(
    cognito: &Cognito,
    request: &Request,
    token: Option<&Secret>,
    call: &Call,
) -> Result<Answered, AuthError> {
    let ending = Ending::of(cognito, request.row(), token);
    let answer = cognito.send(request, call).await;
    drop(ending);
    answer.map_err(|error| with_expiry(error, token))
}

/// When the access token expired, which Cognito does not say.
pub(super) fn with_expiry(error: AuthError, token: Option<&Secret>) -> AuthError {
    if error.reason() != Reason::TokenExpired {
        return error;
    }
    let expiry = token.and_then(|token| unverified(token.expose()).exp);
    error.with(|context| context.expired_at = expiry)
}

/// Sign-ins that a request ends: results of earlier refreshes are not handed out any more, also if the call ends early, for Cognito may
/// have taken the request.
enum Ending {
    User(String),
    SomebodyOf(String),
}

impl Ending {
    fn of(cognito: &Cognito, row: &Row, token: Option<&Secret>) -> Option<Self> {
        let user = token.and_then(|token| unverified(token.expose()).sub);
        if END_OWN.contains(&row.name)
            && let Some(sub) = user
        {
            return Some(Self::User(sub));
        }
        let ends = END_OWN.contains(&row.name) || END_ANYBODYS.contains(&row.name);
        let pool = cognito.config().known_user_pool_id().unwrap_or_default();
        ends.then(|| Self::SomebodyOf(pool.to_owned()))
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        refresh::forget(match self {
            Self::User(sub) => Ended::User(sub),
            Self::SomebodyOf(pool) => Ended::SomebodyOf(pool),
        });
    }
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> AuthError {
    AuthError::new(Reason::InvalidArgument, message)
}
