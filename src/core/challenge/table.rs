//! The table of challenges: what each shows, and what its answer is.

use self::{Shows as S, Takes as T};

/// What is known of a challenge.
pub(super) struct Row {
    /// The name in the API reference.
    pub(super) name: &'static str,
    /// What the user is shown.
    pub(super) shows: &'static [Shows],
    /// What the user answers.
    pub(super) takes: Takes,
}

/// A member that a challenge shows, and where Cognito's answer has it.
pub(super) enum Shows {
    /// Where a code was sent, and how, if Cognito does not say how.
    Sent(&'static str),
    /// The choices of the answer's own list `AvailableChallenges`.
    AvailableChallenges,
    /// The choices of this parameter.
    Choices(&'static str),
    /// The attributes that the answer must set.
    RequiredAttributes,
    /// The attributes that are set.
    Attributes,
    /// The options for the browser's passkey dialog.
    PublicKey,
    /// The parameters as they are.
    Parameters,
}

/// What an answer is, and what it sends.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// A text, sent as this response.
    Text(&'static str),
    /// A code, sent as this response without the blanks around it.
    Code(&'static str),
    /// One of the choices, and with a choice of a password the password.
    Choice,
    /// One of the choices, then a code of the authenticator app that was set up.
    MfaSetup,
    /// A new password, and attributes.
    NewPassword,
    /// A password that is proved and not sent.
    ProvedPassword,
    /// A passkey's answer: an object, or its JSON text.
    Credential,
    /// No text that a user gives: only responses as they are.
    Raw,
}

const fn row(name: &'static str, shows: &'static [Shows], takes: Takes) -> Row {
    Row { name, shows, takes }
}

/// A challenge whose name the table does not have.
pub(super) static OTHER: Row = row("", &[S::Parameters], T::Raw);

/// Every `ChallengeName` of the API reference:
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>
#[rustfmt::skip]
pub(super) static ROWS: [Row; 16] = [
    row("ADMIN_NO_SRP_AUTH", &[S::Parameters], T::Raw),
    row("CUSTOM_CHALLENGE", &[S::Parameters], T::Text("ANSWER")),
    row("DEVICE_PASSWORD_VERIFIER", &[S::Parameters], T::Raw),
    row("DEVICE_SRP_AUTH", &[S::Parameters], T::Raw),
    row("EMAIL_OTP", &[S::Sent("EMAIL")], T::Code("EMAIL_OTP_CODE")),
    row("MFA_SETUP", &[S::Choices("MFAS_CAN_SETUP")], T::MfaSetup),
    row("NEW_PASSWORD_REQUIRED", &[S::RequiredAttributes, S::Attributes], T::NewPassword),
    row("PASSWORD", &[], T::Text("PASSWORD")),
    row("PASSWORD_SRP", &[], T::ProvedPassword),
    row("PASSWORD_VERIFIER", &[S::Parameters], T::Raw),
    row("SELECT_CHALLENGE", &[S::AvailableChallenges], T::Choice),
    row("SELECT_MFA_TYPE", &[S::Choices("MFAS_CAN_CHOOSE")], T::Choice),
    row("SMS_MFA", &[S::Sent("SMS")], T::Code("SMS_MFA_CODE")),
    row("SMS_OTP", &[S::Sent("SMS")], T::Code("SMS_OTP_CODE")),
    row("SOFTWARE_TOKEN_MFA", &[], T::Code("SOFTWARE_TOKEN_MFA_CODE")),
    row("WEB_AUTHN", &[S::PublicKey], T::Credential),
];

/// The row of a name.
pub(super) fn find(name: &str) -> &'static Row {
    ROWS.iter().find(|row| row.name == name).unwrap_or(&OTHER)
}
