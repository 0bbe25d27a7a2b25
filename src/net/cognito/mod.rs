//! The calls to Cognito, each within a deadline. The only place that names the AWS SDK.

mod answers;
mod failure;
mod link;
mod operation;
mod progress;
mod retry;

use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::hmac;
use base64_simd::STANDARD;
use futures_util::FutureExt as _;
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::time::timeout;

use self::link::{Call, Link};
pub use self::progress::{LastRequest, Progress};
use crate::core::config::Config;
use crate::core::error::{AuthError, Reason};
use crate::core::limits;
use crate::core::operations::{
    ADMIN_CONFIRM_SIGN_UP, ADMIN_GET_USER, ADMIN_INITIATE_AUTH, SIGN_UP,
};
use crate::core::secret::Secret;
use crate::net::abort::Abort;
use crate::net::runtime::{self, Flight};

/// A user to register.
#[derive(Debug)]
pub struct NewUser {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// The attribute `email`.
    pub email: Option<String>,
    /// The attribute `phone_number`.
    pub phone_number: Option<String>,
}

/// What a caller hands in with any call.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    /// Ends the call.
    pub abort: Arc<Abort>,
    /// `_X_AMZN_TRACE_ID`, AWS Lambda's trace of the present invocation. It is sent if the environment is Lambda's.
    pub trace_id: Option<String>,
    /// How far the call has come: read when it has ended.
    pub progress: Progress,
}

/// One configuration's way to Cognito. Makes nothing before the first call.
#[derive(Default)]
pub struct Cognito {
    /// One for all callers, whether or not the first ones wait until it is there: making it reads files.
    link: Mutex<Option<Flight<Arc<Link>>>>,
}

impl fmt::Debug for Cognito {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cognito").finish_non_exhaustive()
    }
}

impl Cognito {
    /// SignUp, then AdminConfirmSignUp unless the pool has confirmed the user by itself.
    ///
    /// What the second call will need is checked before the first goes out: a user that exists but cannot be
    /// confirmed would block the name.
    pub async fn create_user(
        &self,
        config: &Arc<Config>,
        user: NewUser,
        options: CallOptions,
    ) -> Result<(), AuthError> {
        let (call, abort) = begin(config, options);
        within(config, &abort, async {
            config.client_id()?;
            let pool = config.user_pool_id()?;
            let link = self.signing_link(config).await?;
            let username = user.username.clone();
            if link.sign_up(config, user, &call).await? {
                return Ok(());
            }
            call.progress.confirming();
            link.confirm(pool, &username, &call).await
        })
        .await
        .map_err(|error| call.progress.annotate_registration(error))
    }

    /// AdminInitiateAuth; the ID token. A missing parameter is left out: the service judges that.
    pub async fn login(
        &self,
        config: &Arc<Config>,
        username: Option<String>,
        password: Option<Secret>,
        options: CallOptions,
    ) -> Result<Secret, AuthError> {
        let (call, abort) = begin(config, options);
        within(config, &abort, async {
            let app = (config.user_pool_id()?, config.client_id()?);
            let link = self.signing_link(config).await?;
            link.sign_in(config, app, username, password, &call).await
        })
        .await
        .map_err(|error| call.progress.annotate(error))
    }

    /// AdminGetUser; the phone number.
    pub async fn phone_number(
        &self,
        config: &Arc<Config>,
        username: String,
        options: CallOptions,
    ) -> Result<String, AuthError> {
        let (call, abort) = begin(config, options);
        within(config, &abort, async {
            let pool = config.user_pool_id()?;
            let link = self.signing_link(config).await?;
            link.phone_number(pool, &username, &call).await
        })
        .await
        .map_err(|error| call.progress.annotate(error))
    }

    /// The link, with credentials that were there at least once.
    async fn signing_link(&self, config: &Arc<Config>) -> Result<Arc<Link>, AuthError> {
        let link = self.link(config).await?;
        link.ready().await?;
        Ok(link)
    }

    fn link(&self, config: &Arc<Config>) -> Flight<Arc<Link>> {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        let usable = link
            .as_ref()
            // Settings that led to no credentials are read again: somebody may have corrected them.
            .filter(|link| match link.peek() {
                Some(made) => made.as_ref().is_ok_and(|link| !link.lacks_credentials()),
                None => true,
            });
        if let Some(link) = usable {
            return link.clone();
        }
        let (before, config) = (link.take(), Arc::clone(config));
        let made = async move {
            let made = Link::new(config).await;
            // Not earlier: a search that is under way belongs to its source.
            drop(before);
            made
        };
        link.insert(runtime::flight(&Handle::current(), made))
            .clone()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SignUp<'a> {
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_hash: Option<String>,
    username: &'a str,
    password: &'a str,
    user_attributes: Vec<Attribute<'a>>,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute<'a> {
    name: &'a str,
    value: &'a str,
}

/// AdminConfirmSignUp's and AdminGetUser's.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct User<'a> {
    user_pool_id: &'a str,
    username: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct InitiateAuth<'a> {
    user_pool_id: &'a str,
    client_id: &'a str,
    auth_flow: &'static str,
    auth_parameters: AuthParameters<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct AuthParameters<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
}

impl Link {
    /// Whether the pool has confirmed the user by itself.
    async fn sign_up(
        &self,
        config: &Config,
        user: NewUser,
        call: &Call,
    ) -> Result<bool, AuthError> {
        let client_id = config.client_id()?;
        let body = SignUp {
            client_id,
            secret_hash: secret_hash(config, &user.username, client_id),
            username: &user.username,
            password: user.password.expose(),
            user_attributes: attributes(&[
                ("email", user.email.as_deref()),
                ("phone_number", user.phone_number.as_deref()),
            ]),
        };
        self.invoke(&SIGN_UP, call, &body)
            .await?
            .flag("UserConfirmed")
    }

    async fn confirm(&self, pool: &str, username: &str, call: &Call) -> Result<(), AuthError> {
        let body = User {
            user_pool_id: pool,
            username,
        };
        match self.invoke(&ADMIN_CONFIRM_SIGN_UP, call, &body).await {
            // SignUp has just answered "unconfirmed": an earlier attempt, whose answer was lost, has done it.
            Err(error) if error.message().ends_with("Current status is CONFIRMED") => Ok(()),
            answered => answered.map(|_| ()),
        }
    }

    async fn sign_in(
        &self,
        config: &Config,
        (pool, client_id): (&str, &str),
        username: Option<String>,
        password: Option<Secret>,
        call: &Call,
    ) -> Result<Secret, AuthError> {
        let body = InitiateAuth {
            user_pool_id: pool,
            client_id,
            auth_flow: config.auth_flow.as_str(),
            auth_parameters: AuthParameters {
                password: password.as_ref().map(Secret::expose),
                secret_hash: username
                    .as_deref()
                    .and_then(|username| secret_hash(config, username, client_id)),
                username: username.as_deref(),
            },
        };
        let answer = self.invoke(&ADMIN_INITIATE_AUTH, call, &body).await?;
        if let Some(challenge) = answer.text("ChallengeName")? {
            if !is_challenge_name(challenge) {
                return Err(answer.unreadable());
            }
            return Err(challenge_required(challenge, answer.text("Session")?));
        }
        let token = match answer.part("AuthenticationResult")? {
            Some(result) => answer.text_in(result, "IdToken")?,
            None => None,
        };
        token
            .filter(|token| !token.is_empty())
            .map(Secret::new)
            .ok_or_else(|| answer.unreadable())
    }

    async fn phone_number(
        &self,
        pool: &str,
        username: &str,
        call: &Call,
    ) -> Result<String, AuthError> {
        let body = User {
            user_pool_id: pool,
            username,
        };
        let answer = self.invoke(&ADMIN_GET_USER, call, &body).await?;
        for attribute in answer.parts("UserAttributes")? {
            if answer.text_in(attribute, "Name")? == Some("phone_number") {
                return match answer.text_in(attribute, "Value")? {
                    Some(value) => Ok(value.to_owned()),
                    None => Err(phone_missing()),
                };
            }
        }
        Err(phone_missing())
    }
}

fn begin(config: &Config, options: CallOptions) -> (Call, Arc<Abort>) {
    let call = Call {
        trace_id: link::trace_id(&config.environment, options.trace_id),
        progress: options.progress,
    };
    (call, options.abort)
}

/// The call's result, unless its deadline passes or it is aborted before. A panic is a failure like any other, so that
/// what is known about the call is added to it.
async fn within<T>(
    config: &Config,
    abort: &Abort,
    call: impl Future<Output = Result<T, AuthError>>,
) -> Result<T, AuthError> {
    let environment = Arc::clone(&config.environment);
    // On the heap: it is moved several times from here on.
    let call = Box::pin(AssertUnwindSafe(environment.scope(call)).catch_unwind());
    let in_time = async {
        match timeout(config.call_limit, call).await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => Err(AuthError::panicked(&*panic)),
            Err(_) => {
                let limit = config.call_limit.as_millis();
                Err(failure::timed_out(format!(
                    "No answer from Amazon Cognito within {limit} ms"
                )))
            }
        }
    };
    abort.or(in_time).await
}

/// HMAC-SHA256 of user name and client id under the client's secret, in base64:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash>
fn secret_hash(config: &Config, username: &str, client_id: &str) -> Option<String> {
    let secret = config.client_secret.as_ref()?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(username.as_bytes());
    context.update(client_id.as_bytes());
    Some(STANDARD.encode_to_string(context.sign().as_ref()))
}

/// The attributes that have a value.
fn attributes<'a>(values: &[(&'a str, Option<&'a str>)]) -> Vec<Attribute<'a>> {
    let attribute =
        |&(name, value): &(&'a str, Option<&'a str>)| value.map(|value| Attribute { name, value });
    values.iter().filter_map(attribute).collect()
}

fn phone_missing() -> AuthError {
    AuthError::new(Reason::PhoneMissing, "The user has no phone number")
        .hint("the user's attribute phone_number is not set, or the app client may not read it")
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

#[cfg(test)]
mod tests {
    use super::{Attribute, Config, attributes, secret_hash};

    #[test]
    fn the_secret_hash_is_the_documented_one() {
        let settings = serde_json::from_str(r#"{"clientSecret":"key"}"#).unwrap();
        let config = Config::parse(settings).unwrap();
        // HMAC-SHA256("key", "The quick brown fox jumps over the lazy dog"), a published vector.
        let hash = secret_hash(&config, "The quick brown fox ", "jumps over the lazy dog");
        assert_eq!(
            hash.as_deref(),
            Some("97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=")
        );
        let without = Config::parse(serde_json::from_str("{}").unwrap()).unwrap();
        assert_eq!(secret_hash(&without, "a", "b"), None);
    }

    #[test]
    fn attributes_without_a_value_are_left_out() {
        let sent = attributes(&[("email", None), ("phone_number", Some("+1"))]);
        let phone_number = Attribute {
            name: "phone_number",
            value: "+1",
        };
        assert_eq!(sent, [phone_number]);
    }
}
