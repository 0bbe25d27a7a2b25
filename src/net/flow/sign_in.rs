//! Signing in: AdminInitiateAuth, with a user name and a password.

use serde_json::{Map, Value};

use crate::core::error::{AuthError, Reason};
use crate::core::limits;
use crate::core::operations::{Row, operation};
use crate::core::secret::Secret;
use crate::net::cognito::{Answered, Body, Call, Cognito, secret_hash};

const ADMIN_INITIATE_AUTH: &Row = operation!("AdminInitiateAuth");

/// `body` has `Username` and `Password`; one that is missing is left out, and judged by the service. The answer is the
/// `IdToken` alone.
pub(super) async fn login(
    cognito: &Cognito,
    body: Body,
    call: &Call,
) -> Result<Answered, AuthError> {
    let config = cognito.config();
    let (username, password) = (body.text("Username")?, body.text("Password")?);
    // Both before anything is sent.
    let (_, client_id) = (config.user_pool_id()?, config.client_id()?);
    let hash = username.and_then(|username| secret_hash(config, username, client_id));
    let parameters: Map<_, _> = [
        ("USERNAME", username),
        ("PASSWORD", password),
        ("SECRET_HASH", hash.as_deref()),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))))
    .collect();
    let request = Body::default()
        .with("AuthFlow", Some(config.auth_flow.as_str()))
        .with("AuthParameters", Some(parameters))
        .request(ADMIN_INITIATE_AUTH, config)?;
    let answer = cognito.signing_link().await?.send(&request, call).await?;
    if let Some(challenge) = answer.text("ChallengeName")? {
        if !is_challenge_name(challenge) {
            return Err(answer.unreadable());
        }
        let failure = challenge_required(challenge, answer.text("Session")?);
        return Err(answer.annotate(failure));
    }
    let token = match answer.part("AuthenticationResult")? {
        Some(result) => answer.text_in(result, "IdToken")?,
        None => None,
    };
    match token.filter(|token| !token.is_empty()).map(Value::from) {
        Some(token) => Ok(answer.replaced([("IdToken", token)])),
        None => Err(answer.unreadable()),
    }
}

/// The API reference's names consist of these; users of the application see the name.
fn is_challenge_name(text: &str) -> bool {
    let is_in_names = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=limits::NAME_CHARACTERS).contains(&text.len()) && text.bytes().all(is_in_names)
}

fn challenge_required(challenge: &str, session: Option<&str>) -> AuthError {
    AuthError::new(
        Reason::ChallengeRequired,
        format!("The sign-in needs a further step: {challenge}"),
    )
    .with(|context| {
        context.challenge_name = Some(challenge.to_owned());
        context.session = session.map(Secret::new);
        context.retryable = Some(false);
    })
    .hint("answer the challenge with AdminRespondToAuthChallenge and the error's session")
}
