//! Codes by user name: functions whose outcome does not tell whether a user exists.

use serde_json::Map;

use crate::core::error::{AuthError, Reason, finding};
use crate::core::operations::{Row, operation};
use crate::core::secret::Secret;
use crate::net::cognito::{Answered, Body, Call, Cognito};

/// What becomes of a failure that would tell something of a user.
#[derive(Clone, Copy)]
enum Outcome {
    /// Success, without saying where a code was sent.
    Silence,
    /// A wrong code, in Cognito's own words for that.
    WrongCode,
}

/// A function: its operation, and the findings that it keeps to itself.
#[derive(Clone, Copy)]
pub(super) struct Discreet {
    pub(super) name: &'static str,
    row: &'static Row,
    outcome: Outcome,
    findings: &'static [&'static str],
}

const FUNCTIONS: [Discreet; 4] = [
    Discreet {
        name: "flow/forgot-password",
        row: operation!("ForgotPassword"),
        outcome: Outcome::Silence,
        findings: &[
            finding::USER_MISSING,
            finding::USER_UNREACHABLE,
            finding::USER_STATE,
            finding::USER_DISABLED,
        ],
    },
    Discreet {
        name: "flow/resend-code",
        row: operation!("ResendConfirmationCode"),
        outcome: Outcome::Silence,
        findings: &[
            finding::USER_MISSING,
            finding::CODE_UNNEEDED,
            finding::USER_DISABLED,
        ],
    },
    Discreet {
        name: "flow/reset-password",
        row: operation!("ConfirmForgotPassword"),
        outcome: Outcome::WrongCode,
        findings: &[finding::USER_MISSING],
    },
    Discreet {
        name: "flow/confirm-sign-up",
        row: operation!("ConfirmSignUp"),
        outcome: Outcome::WrongCode,
        findings: &[finding::USER_MISSING],
    },
];

impl Discreet {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| function.name == name)
    }

    /// Sends the request.
    pub(super) async fn request(
        &self,
        cognito: &Cognito,
        json: &Secret,
        call: &Call,
    ) -> Result<Answered, AuthError> {
        let answer = cognito.request(self.row, Body::read(json)?, call).await;
        match (self.outcome, answer) {
            (Outcome::Silence, Ok(answer)) => Ok(answer.with_members(Map::new())),
            (_, Ok(answer)) => Ok(answer),
            (outcome, Err(error)) if self.hides(&error) => match outcome {
                Outcome::Silence => Ok(Answered::in_place_of(&error)),
                Outcome::WrongCode => Err(wrong_code(&error)),
            },
            (_, Err(error)) => Err(error),
        }
    }

    fn hides(&self, error: &AuthError) -> bool {
        let finding = error.context().finding;
        finding.is_some_and(|finding| self.findings.contains(&finding))
    }
}

fn wrong_code(error: &AuthError) -> AuthError {
    let context = error.context();
    AuthError::new(
        Reason::CodeWrong,
        "Invalid verification code provided, please try again.",
    )
    .with(|wrong| {
        wrong.status_code = context.status_code;
        wrong.request_id.clone_from(&context.request_id);
        wrong.retryable = Some(false);
    })
}
