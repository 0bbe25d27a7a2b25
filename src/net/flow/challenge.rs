//! Answering a challenge: what the table of challenges says is sent, in one to three requests.

use serde::Deserialize;
use serde_json::Value;

use super::input::{self, Extras};
use super::proof::Proof;
use super::respond::{respond, respond_in};
use super::step;
use crate::core::challenge::{Answer, Challenge, Options, Sends};
use crate::core::error::{AuthError, Reason, finding};
use crate::core::operations::{Row, operation};
use crate::core::secret::Secret;
use crate::net::cognito::{Answered, Body, Call, Cognito};

const ASSOCIATE: &Row = operation!("AssociateSoftwareToken");
const VERIFY: &Row = operation!("VerifySoftwareToken");

const MAY_HAVE_ARRIVED: &str =
    "Start the sign-in again: the answer may have arrived, and a challenge is answered only once.";
const START_AGAIN: &str = "Start the sign-in again: this challenge cannot be answered any more.";

/// Who an authenticator app names as the issuer if the pool's id is not known.
pub(super) const ISSUER: &str = "Amazon Cognito";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    kept: Secret,
    #[serde(default)]
    answer: Value,
    responses: Option<Value>,
    #[serde(default)]
    options: Value,
    #[serde(flatten)]
    extras: Extras,
}

/// Answers the challenge `Kept` with `Answer`, or with `Responses` as they are; what it leads to, as [`step`] has it.
pub(super) async fn answer(
    cognito: &Cognito,
    json: &Secret,
    call: &Call,
) -> Result<Answered, AuthError> {
    let input: Input = input::read(json)?;
    let challenge = Challenge::restore(&input.kept).ok_or_else(AuthError::internal)?;
    let answer = match &input.responses {
        Some(responses) => Answer::read_raw(responses)?,
        None => Answer::read(&input.answer)?,
    };
    let options = match &input.options {
        Value::Null => Options::default(),
        options => Options::read(options)?,
    };
    let extras = &input.extras;
    let (answer, sign_in) = match challenge.responses(&answer, &options)? {
        Sends::AssociateToken => return associate(cognito, challenge, extras, call).await,
        Sends::Responses(responses) => {
            let answer = respond(cognito, &challenge, responses, extras, call).await?;
            (answer, challenge.sign_in().clone())
        }
        Sends::VerifyToken { code, then } => {
            let session = verify(cognito, &challenge, &code, call).await?;
            call.next_request();
            let rest = (extras, call);
            let answer = respond_in(cognito, &challenge, Some(&session), then, rest).await?;
            (answer, challenge.sign_in().clone())
        }
        Sends::Proof { password, with } => {
            let proof = Proof::begin(cognito).await?;
            let with = with.with("SRP_A", Secret::new(proof.public()));
            let asked = respond(cognito, &challenge, with, extras, call).await?;
            let sign_in = challenge.sign_in().clone();
            proof
                .answer(cognito, asked, sign_in, &password, (extras, call))
                .await?
        }
    };
    step::step(answer, sign_in, extras.now)
}

/// The failure of a call, which says whether the challenge can be answered again.
pub(super) fn explain(error: AuthError, call: &Call) -> AuthError {
    if is_without_effect(&error, call) {
        return error.with(|context| context.open = true);
    }
    let hint = if may_have_arrived(&error) {
        Some(MAY_HAVE_ARRIVED)
    } else {
        Some(START_AGAIN).filter(|_| error.context().hint.is_none())
    };
    let error = error.with(|context| context.retryable = Some(false));
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// Whether the challenge is as it was: nothing was sent, or its first request was refused and Cognito has kept the session.
fn is_without_effect(error: &AuthError, call: &Call) -> bool {
    if call.attempts().is_none() {
        return true;
    }
    !call.is_further()
        && match error.reason() {
            Reason::CodeWrong | Reason::PasswordPolicy | Reason::AwsCredentials => true,
            _ => matches!(
                error.context().finding,
                Some(finding::RATE | finding::UNSENT)
            ),
        }
}

/// Whether nobody knows if the answer took effect.
fn may_have_arrived(error: &AuthError) -> bool {
    let is_refusal = |status| (400..500).contains(&status);
    matches!(
        error.reason(),
        Reason::Network | Reason::Timeout | Reason::Aborted
    ) || error
        .context()
        .status_code
        .is_some_and(|status| !is_refusal(status))
}

/// Asks for the secret of an authenticator app: the same challenge again, with it.
async fn associate(
    cognito: &Cognito,
    challenge: Challenge,
    extras: &Extras,
    call: &Call,
) -> Result<Answered, AuthError> {
    let body = Body::default().with("Session", challenge.session().map(Secret::expose));
    let answer = cognito.request(ASSOCIATE, body, call).await?;
    let (secret, session) = (answer.text("SecretCode")?, answer.text("Session")?);
    let (Some(secret), Some(session)) = (secret, session) else {
        return Err(answer.unreadable());
    };
    let issuer = cognito.config().known_user_pool_id().unwrap_or(ISSUER);
    let (secret, session) = (Secret::new(secret), Secret::new(session));
    let challenge = challenge.with_totp(&secret, Some(session), issuer, extras.now);
    step::challenge(answer, &challenge)
}

/// Whether `VerifySoftwareToken`'s answer is that the code is right.
pub(super) fn check_code(answer: &Answered) -> Result<(), AuthError> {
    match answer.text("Status")? {
        Some("SUCCESS") => Ok(()),
        Some("ERROR") => {
            let failure = AuthError::new(Reason::CodeWrong, "Code mismatch")
                .with(|context| context.retryable = Some(false));
            Err(answer.annotate(failure))
        }
        _ => Err(answer.unreadable()),
    }
}

/// Sends the first code of an authenticator app; the session that sets it up.
async fn verify(
    cognito: &Cognito,
    challenge: &Challenge,
    code: &Secret,
    call: &Call,
) -> Result<Secret, AuthError> {
    let body = Body::default()
        .with("Session", challenge.session().map(Secret::expose))
        .with("UserCode", Some(code.expose()));
    let answer = cognito.request(VERIFY, body, call).await?;
    check_code(&answer)?;
    match answer.text("Session")? {
        Some(session) => Ok(Secret::new(session)),
        None => Err(answer.unreadable()),
    }
}
