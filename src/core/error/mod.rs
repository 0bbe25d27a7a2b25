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

use crate::core::secret::Secret;

mod chain;
mod reason;
mod shared;

pub use self::chain::{describe, find, innermost, links};
pub use self::reason::{Audience, Reason};

/// Ids of findings that code asks for.
pub mod finding {
    /// There is no such app client, or not in this region.
    pub const CLIENT_MISSING: &str = "client.missing";
    /// There is no such user pool, or not in this region.
    pub const POOL_MISSING: &str = "pool.missing";
    /// There is no such user.
    pub const USER_MISSING: &str = "user.missing";
    /// A request was not sent: the connection could not be made.
    pub const UNSENT: &str = "network.unsent";
    /// The service refused a request for the number of requests: it has had no effect.
    pub const RATE: &str = "rate";
    /// The user to confirm is confirmed.
    pub const USER_CONFIRMED: &str = "user.confirmed";
    /// A code is asked for a user who is confirmed.
    pub const CODE_UNNEEDED: &str = "user.code-unneeded";
    /// The user is disabled.
    pub const USER_DISABLED: &str = "user.disabled";
    /// The user's status does not allow the action.
    pub const USER_STATE: &str = "user.state";
    /// The user has no verified address for a code.
    pub const USER_UNREACHABLE: &str = "user.unreachable";
}

/// Which request failed of a function that sends two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// SignUp failed: whether the user exists depends on the reason.
    SignUp,
    /// SignUp succeeded, AdminConfirmSignUp failed: the user exists, unconfirmed.
    Confirm,
    /// `AdminCreateUser` failed: whether the user exists depends on the reason.
    Create,
    /// `AdminCreateUser` succeeded, `AdminSetUserPassword` failed: the user exists, without the password.
    Password,
    /// `VerifySoftwareToken` failed: the authenticator app is not set up.
    Verify,
    /// `VerifySoftwareToken` succeeded, `SetUserMFAPreference` failed: the authenticator app is set up, and not asked for.
    Preference,
}

/// A failure, with all that is known about it. Callers may rely on the reason, and on the name and message
/// being the replaced library's or the service's own.
///
/// `Display` is the message. No field holds a password, a token or a secret, but for `session` and `challenge`,
/// which are redacted.
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
    /// Which request failed of a function that sends two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<Cow<'static, str>>,
    /// What is the matter, as an id that stays the same. Not for JavaScript.
    #[serde(skip)]
    pub finding: Option<&'static str>,
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
    /// The same challenge, to be answered in this process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<OpenChallenge>,
    /// That the challenge can be answered again: nothing of the answer took effect. Absent otherwise.
    #[serde(skip_serializing_if = "is_false")]
    pub open: bool,
    /// The failure behind this one, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// A challenge that a failure leaves open: JSON texts, for JavaScript alone.
#[derive(Clone, Debug, Serialize)]
pub struct OpenChallenge {
    /// What may be shown.
    #[serde(serialize_with = "expose_text")]
    pub shown: Secret,
    /// What the answer needs.
    #[serde(serialize_with = "expose_text")]
    pub kept: Secret,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature is serde's"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

fn expose_text<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
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
        Self::internal()
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

    /// Too much was asked for: nothing was done, and after `pause` it may be.
    pub fn throttled(message: impl Into<Cow<'static, str>>, pause: Duration) -> Self {
        Self::new(Reason::Throttled, message)
            .with(|context| context.retryable = Some(true))
            .retry_after(pause)
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
