//! What an answer sends.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::shown::attribute_response;
use super::step::Challenge;
use super::table::Takes;
use crate::core::error::{AuthError, Reason};
use crate::core::secret::Secret;

/// Responses that are never a caller's: another user's name, or a proof for it.
const OWN_RESPONSES: [&str; 3] = ["DEVICE_KEY", "SECRET_HASH", "USERNAME"];

const SOFTWARE_TOKEN: &str = "SOFTWARE_TOKEN_MFA";
const PASSWORD: &str = "PASSWORD";
const PASSWORD_SRP: &str = "PASSWORD_SRP";

/// What the user answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// A code, a password, a choice or any other text.
    Text(Secret),
    /// A passkey's answer, as JSON text.
    Credential(Secret),
    /// Responses as they are.
    Raw(BTreeMap<String, Secret>),
}

impl Answer {
    /// The argument of `answer`: a string, or an object (which only a passkey's challenge takes).
    pub fn read(value: &Value) -> Result<Self, AuthError> {
        match value {
            Value::String(text) if text.is_empty() => Err(invalid("The answer must not be empty")),
            Value::String(text) => Ok(Self::Text(Secret::new(text))),
            Value::Object(_) => Ok(Self::Credential(Secret::new(value.to_string()))),
            _ => Err(invalid("The answer must be a string")),
        }
    }

    /// The argument of `answerRaw`: an object of strings.
    pub fn read_raw(value: &Value) -> Result<Self, AuthError> {
        let members = value.as_object().ok_or_else(not_responses)?;
        let mut responses = BTreeMap::new();
        for (name, value) in members {
            if OWN_RESPONSES
                .iter()
                .any(|own| own.eq_ignore_ascii_case(name))
            {
                return Err(invalid(
                    "The responses must not have USERNAME, SECRET_HASH or DEVICE_KEY: they are added",
                ));
            }
            let value = value.as_str().ok_or_else(not_responses)?;
            responses.insert(name.clone(), Secret::new(value));
        }
        Ok(Self::Raw(responses))
    }
}

fn not_responses() -> AuthError {
    invalid("The responses must be an object of strings")
}

/// What may be given besides an answer. A member counts only for the challenges that take it.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    /// With the choice of a password: the password.
    pub password: Option<Secret>,
    /// With a new password: attributes to set.
    pub attributes: BTreeMap<String, Secret>,
    /// Names of attributes that may be set beyond the required ones.
    pub allow: Vec<String>,
    /// With the choice `EMAIL_OTP` of `MFA_SETUP`: the address.
    pub email: Option<Secret>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").finish_non_exhaustive()
    }
}

impl Options {
    /// The options among the members of an object; others are left alone.
    pub fn read(value: &Value) -> Result<Self, AuthError> {
        // The parser's own words could show a value.
        let options = Self::deserialize(value).map_err(|_| {
            invalid("The options password and email must be strings, attributes an object of strings, allow a list of strings")
        })?;
        let texts = [(&options.password, "password"), (&options.email, "email")];
        for (text, name) in texts {
            if text.as_ref().is_some_and(|text| text.expose().is_empty()) {
                return Err(invalid(format!("option {name} must not be empty")));
            }
        }
        Ok(options)
    }
}

/// `ChallengeResponses`, with everything but `SECRET_HASH`.
#[derive(Clone, PartialEq, Eq)]
pub struct Responses(BTreeMap<String, Secret>);

impl fmt::Debug for Responses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responses").finish_non_exhaustive()
    }
}

impl Responses {
    /// The same with one more response.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: Secret) -> Self {
        self.0.insert(name.into(), value);
        self
    }

    /// As the member of the request.
    pub fn to_json(&self) -> Map<String, Value> {
        let value = |secret: &Secret| Value::from(secret.expose());
        self.0
            .iter()
            .map(|(name, secret)| (name.clone(), value(secret)))
            .collect()
    }
}

/// What an answer takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sends {
    /// `(Admin)RespondToAuthChallenge` with these responses.
    Responses(Responses),
    /// `AssociateSoftwareToken` with the challenge's session, then [`Challenge::with_totp`].
    AssociateToken,
    /// `VerifySoftwareToken` with the challenge's session and this code, then `(Admin)RespondToAuthChallenge` with these responses
    /// and the session of that answer.
    VerifyToken {
        /// The code.
        code: Secret,
        /// The responses after it.
        then: Responses,
    },
    /// The proof that the user knows the password (SRP): these responses and `SRP_A`, then the challenge `PASSWORD_VERIFIER`.
    Proof {
        /// The password.
        password: Secret,
        /// The responses of the first request.
        with: Responses,
    },
}

impl Challenge {
    /// What the answer sends, or why it cannot be an answer to this challenge.
    pub fn responses(&self, answer: &Answer, options: &Options) -> Result<Sends, AuthError> {
        let text = match answer {
            Answer::Raw(responses) => {
                let mut all = self.base();
                all.0.extend(responses.clone());
                return Ok(Sends::Responses(all));
            }
            Answer::Text(text) => text,
            Answer::Credential(json) if matches!(self.row().takes, Takes::Credential) => json,
            Answer::Credential(_) => return Err(invalid("The answer must be a string")),
        };
        let one = |name: &str, value: Secret| Ok(Sends::Responses(self.base().with(name, value)));
        match self.row().takes {
            Takes::Text(name) => one(name, text.clone()),
            Takes::Code(name) => one(name, code(text)?),
            Takes::Credential => one("CREDENTIAL", credential(text)?),
            Takes::Choice => self.choice(text, options),
            Takes::MfaSetup => self.mfa_setup(text, options),
            Takes::NewPassword => self.new_password(text, options),
            Takes::ProvedPassword => Ok(Sends::Proof {
                password: text.clone(),
                with: self.base(),
            }),
            Takes::Raw => Err(invalid("This challenge is answered with answerRaw")),
        }
    }

    /// The responses that every answer has.
    fn base(&self) -> Responses {
        let all = Responses(BTreeMap::new()).with("USERNAME", Secret::new(self.username_to_send()));
        match self.device_key() {
            Some(key) => all.with("DEVICE_KEY", key.clone()),
            None => all,
        }
    }

    fn choice(&self, text: &Secret, options: &Options) -> Result<Sends, AuthError> {
        self.check_choice(text)?;
        let with = self.base().with("ANSWER", text.clone());
        Ok(match (text.expose(), options.password.clone()) {
            (PASSWORD, Some(password)) => Sends::Responses(with.with(PASSWORD, password)),
            (PASSWORD_SRP, Some(password)) => Sends::Proof { password, with },
            _ => Sends::Responses(with),
        })
    }

    /// A wrong choice would cost the user the whole sign-in: Cognito takes each session once.
    fn check_choice(&self, text: &Secret) -> Result<(), AuthError> {
        let choices = self.choices();
        if choices.is_empty() || choices.iter().any(|choice| choice == text.expose()) {
            return Ok(());
        }
        Err(invalid("The answer must be one of the challenge's choices"))
    }

    fn mfa_setup(&self, text: &Secret, options: &Options) -> Result<Sends, AuthError> {
        match text.expose() {
            "SMS_MFA" => Err(invalid("SMS_MFA cannot be set up while signing in").hint(
                "An administrator has to add a phone number to the user, with AdminUpdateUserAttributes.",
            )),
            SOFTWARE_TOKEN => self.check_choice(text).map(|()| Sends::AssociateToken),
            given if self.awaits_totp && !self.choices().iter().any(|choice| choice == given) => Ok(Sends::VerifyToken {
                code: code(text)?,
                then: self.base(),
            }),
            "EMAIL_OTP" | "EMAIL_MFA" => {
                self.check_choice(text)?;
                let email = options.email.clone();
                let email = email.ok_or_else(|| {
                    invalid("option email is missing: the address that codes are to be sent to")
                })?;
                Ok(Sends::Responses(self.base().with("EMAIL", email)))
            }
            _ => Err(invalid("The answer must be one of the challenge's choices")),
        }
    }

    fn new_password(&self, text: &Secret, options: &Options) -> Result<Sends, AuthError> {
        let mut responses = self.base().with("NEW_PASSWORD", text.clone());
        for (name, value) in &options.attributes {
            if !self.required_attributes().contains(name) && !options.allow.contains(name) {
                return Err(invalid(
                    "option attributes has an attribute that is neither in requiredAttributes nor in option allow",
                ));
            }
            responses = responses.with(attribute_response(name), value.clone());
        }
        Ok(Sends::Responses(responses))
    }
}

/// A code as people copy it, with blanks around: Cognito would refuse it, and most of its refusals end the sign-in.
fn code(text: &Secret) -> Result<Secret, AuthError> {
    match text.expose().trim() {
        "" => Err(invalid("The answer must not be empty")),
        code => Ok(Secret::new(code)),
    }
}

/// A passkey's answer, which must be an object: what is none would cost the user the whole sign-in.
fn credential(text: &Secret) -> Result<Secret, AuthError> {
    let json = text.expose();
    if json.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(json).is_ok() {
        return Ok(text.clone());
    }
    Err(invalid(
        "The answer must be what navigator.credentials.get() gave, or its JSON",
    ))
}

fn invalid(message: impl Into<Cow<'static, str>>) -> AuthError {
    AuthError::new(Reason::InvalidArgument, message)
}
