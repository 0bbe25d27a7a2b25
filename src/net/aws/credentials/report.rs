//! What is said about a search that found no credentials.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;

use crate::core::error::find;
use crate::core::error::{AuthError, Reason, describe};
use crate::net::http_client;

/// No credentials, in the replaced SDK's words and with what to do.
pub(in crate::net) fn missing_credentials(cause: &(dyn Error + 'static)) -> AuthError {
    // Looking for them failed.
    if let Some(error) = find::<AuthError>(cause) {
        return error.clone();
    }
    let missing = AuthError::new(
        Reason::AwsCredentials,
        "Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1: \
         set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or provide a profile, an SSO session, a web identity, \
         or an ECS or EC2 role",
    )
    .with(|context| context.cause = Some(describe_without_output(cause)));
    match hint(cause) {
        Some(hint) => missing.hint(hint),
        None => missing,
    }
}

/// What happened, without what a credential process printed: that may be anything, secrets too.
fn describe_without_output(cause: &(dyn Error + 'static)) -> String {
    let tried = find::<Tried>(cause).map(ToString::to_string);
    let slow = || find::<Slow>(cause).map(ToString::to_string);
    let whole = tried.or_else(slow).unwrap_or_else(|| describe(cause));
    whole
        .split(" Stderr:")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn hint(cause: &(dyn Error + 'static)) -> Option<String> {
    let tried: &Tried = find(cause)?;
    let mfa = |attempt: &Attempt| find::<Mfa>(&attempt.error).map(|Mfa(profile)| profile.clone());
    if let Some(profile) = tried.attempts.iter().find_map(mfa) {
        return Some(format!(
            "Codes of a device (MFA) are not supported. Set the variables that \
             `aws configure export-credentials --profile {profile} --format env` prints, or give the profile a \
             credential_process."
        ));
    }
    if let Some(profile) = tried.expired_sso() {
        return Some(format!("run: aws sso login --profile {profile}"));
    }
    tried
        .attempts
        .iter()
        .find_map(|attempt| http_client::hint(&attempt.error))
        .map(str::to_owned)
}

/// A profile assumes a role with a code of a device.
#[derive(Debug)]
pub(super) struct Mfa(pub(super) String);

impl fmt::Display for Mfa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the profile assumes a role with a code of a device (mfa_serial)")
    }
}

impl Error for Mfa {}

/// A source is set up, but nothing can come of it.
#[derive(Debug)]
pub(super) struct Broken(pub(super) String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Broken {}

/// The source that was being asked did not answer in time.
#[derive(Debug)]
pub(super) struct Slow {
    pub(super) limit: Duration,
    /// What was being asked, if it had come so far.
    pub(super) asked: Option<String>,
}

impl fmt::Display for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = self.limit.as_millis();
        let asked = self.asked.as_deref().unwrap_or("the search for them");
        write!(f, "{asked} gave none within {limit} ms")
    }
}

impl Error for Slow {}

/// What each source that was asked had to say.
#[derive(Debug)]
pub(super) struct Tried {
    pub(super) profile: String,
    pub(super) problem: Option<String>,
    pub(super) attempts: Vec<Attempt>,
}

#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) source: String,
    /// The files that define it.
    pub(super) place: Option<String>,
    pub(super) error: CredentialsError,
}

impl Tried {
    /// The profile, if its SSO session has ended.
    fn expired_sso(&self) -> Option<&str> {
        self.attempts
            .iter()
            .any(|attempt| {
                // Signing in again changes nothing about a file that is a pipe.
                if find::<Broken>(&attempt.error).is_some() {
                    return false;
                }
                let said = describe(&attempt.error);
                ["SSO token", "/sso/cache/", "UnauthorizedException"]
                    .iter()
                    .any(|sign| said.contains(sign))
            })
            .then_some(self.profile.as_str())
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "these sources were tried:")?;
        write!(f, "\n  options and environment: no access key")?;
        if let Some(problem) = &self.problem {
            write!(f, "\n  profile files: {problem}")?;
        }
        for Attempt {
            source,
            place,
            error,
        } in &self.attempts
        {
            let said = match error.source() {
                Some(source) => describe(source),
                None => "has none".to_owned(),
            };
            // The SDK puts this before each layer.
            let said = said.replace("an error occurred while loading credentials: ", "");
            write!(f, "\n  {source}: {said}")?;
            if let Some(place) = place {
                write!(f, " (defined in {place})")?;
            }
        }
        Ok(())
    }
}

impl Error for Tried {}
