//! Every failure, once: why, what it is called, what it says, and what is known about it.

use std::any::Any;
use std::borrow::Cow;
use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::panic;
use std::sync::Once;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::secret::Secret;

/// Why a call failed. The set of reasons is part of the public contract (`Reason` in `index.d.ts`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The caller gave the call up.
    Aborted,
    /// AWS credentials are missing, expired or not allowed to make the call.
    AwsCredentials,
    /// The user name or the password is wrong.
    BadCredentials,
    /// Signing in takes a further step that this call does not have.
    ChallengeRequired,
    /// A setting is missing or wrong.
    Config,
    /// A defect of this package.
    Internal,
    /// An argument that no service can accept.
    InvalidArgument,
    /// The token's `kid` names no key of the pool.
    KeyUnknown,
    /// There are no keys, and none can be had now.
    KeysUnavailable,
    /// Cognito could not be reached, or the connection broke.
    Network,
    /// Cognito refuses the action for this user or client.
    NotAuthorized,
    /// The password breaks the pool's password policy.
    PasswordPolicy,
    /// The user must reset the password first.
    PasswordResetRequired,
    /// The user has no `phone_number`.
    PhoneMissing,
    /// A Lambda trigger of the pool refused.
    RejectedByTrigger,
    /// The operating system refuses to start a thread.
    Resources,
    /// Cognito failed, or answered what nobody expects.
    Service,
    /// Too many requests.
    Throttled,
    /// The deadline passed.
    Timeout,
    /// The token is not signed with RS256.
    TokenAlgorithm,
    /// The token was made for another app client.
    TokenClient,
    /// The token has expired.
    TokenExpired,
    /// The user is in none of the required groups.
    TokenGroups,
    /// Another issuer made the token.
    TokenIssuer,
    /// This is no token, or one of a form that is never accepted.
    TokenMalformed,
    /// The token is not active yet.
    TokenNotActive,
    /// The token has none of the required scopes.
    TokenScopes,
    /// The signature is missing or wrong.
    TokenSignature,
    /// The token is of the other kind (`token_use`).
    TokenUse,
    /// The user is disabled.
    UserDisabled,
    /// The user name, e-mail address or phone number is taken.
    UserExists,
    /// There is no such user.
    UserMissing,
    /// The user has not been confirmed.
    UserUnconfirmed,
}

impl Reason {
    /// Every reason, in the order of their names: what the tests compare `index.d.ts` with.
    pub const ALL: &[Self] = &[
        Self::Aborted,
        Self::AwsCredentials,
        Self::BadCredentials,
        Self::ChallengeRequired,
        Self::Config,
        Self::Internal,
        Self::InvalidArgument,
        Self::KeyUnknown,
        Self::KeysUnavailable,
        Self::Network,
        Self::NotAuthorized,
        Self::PasswordPolicy,
        Self::PasswordResetRequired,
        Self::PhoneMissing,
        Self::RejectedByTrigger,
        Self::Resources,
        Self::Service,
        Self::Throttled,
        Self::Timeout,
        Self::TokenAlgorithm,
        Self::TokenClient,
        Self::TokenExpired,
        Self::TokenGroups,
        Self::TokenIssuer,
        Self::TokenMalformed,
        Self::TokenNotActive,
        Self::TokenScopes,
        Self::TokenSignature,
        Self::TokenUse,
        Self::UserDisabled,
        Self::UserExists,
        Self::UserMissing,
        Self::UserUnconfirmed,
    ];

    /// The stable name that users switch on.
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The HTTP status to answer one's own client with.
    pub const fn status(self) -> u16 {
        self.row().1
    }

    /// What the error is called when the service gives no name.
    const fn default_name(self) -> &'static str {
        self.row().2
    }

    const fn row(self) -> (&'static str, u16, &'static str) {
        const JWT: &str = "JsonWebTokenError";
        match self {
            Self::Aborted => ("aborted", 503, "AbortError"),
            Self::AwsCredentials => ("aws-credentials", 500, "CredentialsError"),
            Self::BadCredentials => ("bad-credentials", 401, "NotAuthorizedException"),
            Self::ChallengeRequired => ("challenge-required", 401, "ChallengeRequiredError"),
            Self::Config => ("config", 500, "ConfigError"),
            Self::Internal => ("internal", 500, "InternalError"),
            Self::InvalidArgument => ("invalid-argument", 400, "InvalidParameterException"),
            Self::KeyUnknown => ("key-unknown", 401, JWT),
            Self::KeysUnavailable => ("keys-unavailable", 503, "KeysUnavailableError"),
            Self::Network => ("network", 503, "NetworkingError"),
            Self::NotAuthorized => ("not-authorized", 403, "NotAuthorizedException"),
            Self::PasswordPolicy => ("password-policy", 400, "InvalidPasswordException"),
            Self::PasswordResetRequired => (
                "password-reset-required",
                403,
                "PasswordResetRequiredException",
            ),
            Self::PhoneMissing => ("phone-missing", 400, "PhoneNumberMissingError"),
            Self::RejectedByTrigger => {
                ("rejected-by-trigger", 400, "UserLambdaValidationException")
            }
            Self::Resources => ("resources", 503, "ResourcesError"),
            Self::Service => ("service", 503, "UnknownError"),
            Self::Throttled => ("throttled", 429, "TooManyRequestsException"),
            Self::Timeout => ("timeout", 503, "TimeoutError"),
            Self::TokenAlgorithm => ("token-algorithm", 401, JWT),
            Self::TokenClient => ("token-client", 401, JWT),
            Self::TokenExpired => ("token-expired", 401, "TokenExpiredError"),
            Self::TokenGroups => ("token-groups", 403, JWT),
            Self::TokenIssuer => ("token-issuer", 401, JWT),
            Self::TokenMalformed => ("token-malformed", 401, JWT),
            Self::TokenNotActive => ("token-not-active", 401, "NotBeforeError"),
            Self::TokenScopes => ("token-scopes", 403, JWT),
            Self::TokenSignature => ("token-signature", 401, JWT),
            Self::TokenUse => ("token-use", 401, JWT),
            Self::UserDisabled => ("user-disabled", 403, "NotAuthorizedException"),
            Self::UserExists => ("user-exists", 409, "UsernameExistsException"),
            Self::UserMissing => ("user-missing", 404, "UserNotFoundException"),
            Self::UserUnconfirmed => ("user-unconfirmed", 403, "UserNotConfirmedException"),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Which half of a registration failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// SignUp failed: whether the user exists depends on the reason.
    SignUp,
    /// SignUp succeeded, AdminConfirmSignUp failed: the user exists, unconfirmed.
    Confirm,
}

/// A failure, with all that is known about it. Callers may rely on the reason, and on the name and message
/// being the replaced library's or the service's own.
///
/// `Display` is the message. No field holds a password, a token or a secret, but for `session`, which is
/// redacted.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthError {
    reason: Reason,
    status: u16,
    name: Cow<'static, str>,
    message: Cow<'static, str>,
    #[serde(flatten)]
    context: Box<Context>,
}

/// What applies to some failures only.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Context {
    /// The HTTP status that the service answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
    /// The request id that the service answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Whether the same call may succeed later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retryable: Option<bool>,
    /// Whole seconds to wait before that, as the header `Retry-After` has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// How often the request that failed was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// Which half of a registration failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Cow<'static, str>>,
    /// When the token expired, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired_at: Option<f64>,
    /// When the token becomes active, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<f64>,
    /// The challenge that a sign-in was answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge_name: Option<String>,
    /// The session to answer the challenge with.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "expose")]
    pub session: Option<Secret>,
    /// The failure behind this one, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

#[expect(clippy::ref_option, reason = "the signature is serde's")]
fn expose<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(Secret::expose).serialize(serializer)
}

impl AuthError {
    /// A failure with the name that its reason usually has.
    pub fn new(reason: Reason, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason,
            status: reason.status(),
            name: Cow::Borrowed(reason.default_name()),
            message: message.into(),
            context: Box::default(),
        }
    }

    /// A panic that was caught. The error has the panic's text only if it stands in the source: a formatted one could
    /// contain an argument.
    pub fn panicked(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().copied();
        let place = PANICKED_AT.take();
        let cause = [
            text.map(str::to_owned),
            place.map(|place| format!("at {place}")),
        ];
        let cause: Vec<_> = cause.into_iter().flatten().collect();
        Self::new(Reason::Internal, "An internal error: please report it")
            .with(|context| context.cause = (!cause.is_empty()).then(|| cause.join(" ")))
    }

    /// The same failure under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// The same failure with more known about it.
    #[must_use]
    pub fn with(mut self, add: impl FnOnce(&mut Context)) -> Self {
        add(&mut self.context);
        self
    }

    /// The same failure, which ends after `pause`: that is rounded up, for no earlier attempt would succeed.
    #[must_use]
    pub fn retry_after(self, pause: Duration) -> Self {
        let seconds = pause.as_secs() + u64::from(pause.subsec_nanos() > 0);
        self.with(|context| context.retry_after = Some(seconds))
    }

    /// The same failure with what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.with(|context| context.hint = Some(hint.into()))
    }

    /// Why.
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// What the replaced library or the service calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the replaced library or the service says.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What else is known.
    pub fn context(&self) -> &Context {
        &self.context
    }
}

thread_local! {
    /// Where in the source the thread's last panic came from.
    static PANICKED_AT: Cell<Option<String>> = const { Cell::new(None) };
}

/// Panics of this library print nothing from now on: each becomes an error, and its text could contain an argument.
pub fn keep_panics_silent() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|panic| {
            // A thread that ends has no such place any more.
            let _ =
                PANICKED_AT.try_with(|place| place.set(panic.location().map(ToString::to_string)));
        }));
    });
}

/// An error of a library in words, with everything behind it: libraries' own texts leave their sources out.
pub fn describe(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// The error at the end of the chain of sources: what really happened.
pub fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for AuthError {}

#[cfg(test)]
mod tests {
    use super::{AuthError, Duration, Reason, Secret};

    #[test]
    fn reasons_are_listed_once_in_order() {
        let names: Vec<_> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted);
    }

    #[test]
    fn every_status_is_one_that_the_contract_names() {
        for reason in Reason::ALL {
            assert!(
                [400, 401, 403, 404, 409, 429, 500, 503].contains(&reason.status()),
                "{}",
                reason.as_str()
            );
        }
    }

    #[test]
    fn crosses_as_flat_json_without_what_does_not_apply() {
        let error = AuthError::new(Reason::Throttled, "Rate exceeded").with(|context| {
            context.status_code = Some(400);
            context.retryable = Some(true);
        });
        assert_eq!(
            serde_json::to_string(&error).unwrap(),
            r#"{"reason":"throttled","status":429,"name":"TooManyRequestsException","message":"Rate exceeded","statusCode":400,"retryable":true}"#
        );
    }

    #[test]
    fn pauses_are_whole_seconds_and_never_too_short() {
        for (millis, seconds) in [(0, 0), (1, 1), (1_000, 1), (1_001, 2)] {
            let pause = Duration::from_millis(millis);
            let error = AuthError::new(Reason::Throttled, "Rate exceeded").retry_after(pause);
            assert_eq!(error.context().retry_after, Some(seconds));
        }
    }

    #[test]
    fn a_session_does_not_show_in_debug() {
        let error = AuthError::new(Reason::ChallengeRequired, "one more step")
            .with(|context| context.session = Some(Secret::new("s3ss10n")));
        assert!(!format!("{error:?}").contains("s3ss10n"));
        assert_eq!(error.to_string(), "one more step");
    }
}
