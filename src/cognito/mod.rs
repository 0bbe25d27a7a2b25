//! The four service calls, each within a deadline. The only place that names the AWS SDK.

mod credentials;
mod error;
mod progress;
mod retry;
mod transport;

use std::fmt;
use std::future::Future;

use aws_lc_rs::hmac;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentityprovider::config::{
    BehaviorVersion, Builder, Region, StalledStreamProtectionConfig,
};
use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFlowType};
use aws_sdk_cognitoidentityprovider::{Client, Config as SdkConfig};
use base64_simd::STANDARD;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use self::error::Action;
use self::progress::Progress;
use self::retry::Repeat;
use self::transport::Transport;
use crate::abort::Abort;
use crate::config::{AuthFlow, Config};
use crate::error::{AuthError, Reason};
use crate::secret::Secret;
use crate::{http, limits};

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

/// One configuration's way to Cognito. Makes nothing before the first call.
#[derive(Default)]
pub struct Cognito {
    link: OnceCell<Link>,
}

struct Link {
    client: Client,
    credentials: credentials::Source,
}

impl fmt::Debug for Cognito {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cognito")
            .field("is_linked", &self.link.initialized())
            .finish()
    }
}

impl Cognito {
    /// SignUp, then AdminConfirmSignUp unless the pool has confirmed the user by itself.
    ///
    /// What the second call will need is checked before the first goes out: a user that exists but cannot be
    /// confirmed would block the name.
    pub async fn create_user(
        &self,
        config: &Config,
        user: NewUser,
        abort: &Abort,
    ) -> Result<(), AuthError> {
        let progress = Progress::default();
        within(
            config,
            abort,
            Box::pin(async {
                config.client_id()?;
                let pool = config.user_pool_id()?;
                let link = self.signing_link(config).await?;
                let username = user.username.clone();
                if link.sign_up(config, user, &progress).await? {
                    return Ok(());
                }
                progress.confirms();
                link.confirm(pool, username, &progress).await
            }),
        )
        .await
        .map_err(|error| progress.told_of_registration(error))
    }

    /// AdminInitiateAuth; the ID token. A parameter that is not there is left out: the service says what it thinks.
    pub async fn login(
        &self,
        config: &Config,
        username: Option<String>,
        password: Option<Secret>,
        abort: &Abort,
    ) -> Result<Secret, AuthError> {
        let progress = Progress::default();
        within(
            config,
            abort,
            Box::pin(async {
                let app = (config.user_pool_id()?, config.client_id()?);
                let link = self.signing_link(config).await?;
                link.sign_in(config, app, username, password, &progress)
                    .await
            }),
        )
        .await
        .map_err(|error| progress.told(error))
    }

    /// AdminGetUser; the phone number.
    pub async fn phone_number(
        &self,
        config: &Config,
        username: String,
        abort: &Abort,
    ) -> Result<String, AuthError> {
        let progress = Progress::default();
        within(
            config,
            abort,
            Box::pin(async {
                let pool = config.user_pool_id()?;
                let link = self.signing_link(config).await?;
                link.phone_number(pool, username, &progress).await
            }),
        )
        .await
        .map_err(|error| progress.told(error))
    }

    /// The link, with credentials that were there at least once.
    async fn signing_link(&self, config: &Config) -> Result<&Link, AuthError> {
        let link = self
            .link
            .get_or_try_init(|| async { Link::new(config) })
            .await?;
        link.credentials.ready().await?;
        Ok(link)
    }
}

impl Link {
    fn new(config: &Config) -> Result<Self, AuthError> {
        let region = Region::new(config.region()?.to_owned());
        let transport = Transport::new(http::client(&config.http)?);
        let credentials = credentials::Source::new(config, region.clone(), transport.clone());
        let retries = RetryConfig::standard()
            .with_max_attempts(config.max_attempts)
            .with_initial_backoff(limits::RETRY_PAUSE);
        let mut sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(region)
            .http_client(transport)
            .credentials_provider(credentials.provider())
            .identity_cache(credentials.cache())
            .retry_config(retries)
            .retry_classifier(Repeat {
                after_ambiguity: true,
            })
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        sdk.set_endpoint_url(config.endpoint.clone());
        Ok(Self {
            client: Client::from_conf(sdk.build()),
            credentials,
        })
    }

    async fn sign_up(
        &self,
        config: &Config,
        user: NewUser,
        progress: &Progress,
    ) -> Result<bool, AuthError> {
        let client_id = config.client_id()?;
        let answer = self
            .client
            .sign_up()
            .client_id(client_id)
            .set_secret_hash(secret_hash(config, &user.username, client_id))
            .username(user.username)
            .password(user.password.expose())
            .set_user_attributes(Some(attributes(&[
                ("email", user.email),
                ("phone_number", user.phone_number),
            ])?))
            .customize()
            .interceptor(progress.clone())
            .config_override(Builder::new().retry_classifier(Repeat {
                after_ambiguity: false,
            }))
            .send()
            .await
            .map_err(|error| error::from_sdk(&error, Action::SignUp))?;
        Ok(answer.user_confirmed())
    }

    async fn confirm(
        &self,
        pool: &str,
        username: String,
        progress: &Progress,
    ) -> Result<(), AuthError> {
        self.client
            .admin_confirm_sign_up()
            .user_pool_id(pool)
            .username(username)
            .customize()
            .interceptor(progress.clone())
            .send()
            .await
            .map(|_| ())
            .map_err(|error| error::from_sdk(&error, Action::Confirm))
            .or_else(|error| {
                // SignUp has just answered "unconfirmed": an earlier attempt, whose answer was lost, has done it.
                if error.message().ends_with("Current status is CONFIRMED") {
                    Ok(())
                } else {
                    Err(error)
                }
            })
    }

    async fn sign_in(
        &self,
        config: &Config,
        (pool, client_id): (&str, &str),
        username: Option<String>,
        password: Option<Secret>,
        progress: &Progress,
    ) -> Result<Secret, AuthError> {
        let flow = match config.auth_flow {
            AuthFlow::AdminNoSrpAuth => AuthFlowType::AdminNoSrpAuth,
            AuthFlow::AdminUserPasswordAuth => AuthFlowType::AdminUserPasswordAuth,
        };
        let hash = username
            .as_ref()
            .and_then(|username| secret_hash(config, username, client_id));
        let parameters = [
            ("SECRET_HASH", hash),
            ("USERNAME", username),
            (
                "PASSWORD",
                password.map(|password| password.expose().to_owned()),
            ),
        ];
        let parameters = parameters
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)));
        let answer = self
            .client
            .admin_initiate_auth()
            .user_pool_id(pool)
            .client_id(client_id)
            .auth_flow(flow)
            .set_auth_parameters(Some(parameters.collect()))
            .customize()
            .interceptor(progress.clone())
            .send()
            .await
            .map_err(|error| error::from_sdk(&error, Action::SignIn))?;
        if let Some(challenge) = answer.challenge_name() {
            return Err(challenge_required(challenge.as_str(), answer.session()));
        }
        answer
            .authentication_result()
            .and_then(|result| result.id_token())
            .filter(|token| !token.is_empty())
            .map(Secret::new)
            .ok_or_else(error::unreadable)
    }

    async fn phone_number(
        &self,
        pool: &str,
        username: String,
        progress: &Progress,
    ) -> Result<String, AuthError> {
        let answer = self
            .client
            .admin_get_user()
            .user_pool_id(pool)
            .username(username)
            .customize()
            .interceptor(progress.clone())
            .send()
            .await
            .map_err(|error| error::from_sdk(&error, Action::Fetch))?;
        answer
            .user_attributes()
            .iter()
            .find(|attribute| attribute.name() == "phone_number")
            .and_then(AttributeType::value)
            .map(str::to_owned)
            .ok_or_else(|| {
                AuthError::new(Reason::PhoneMissing, "The user has no phone number")
                    .hint("the user's attribute phone_number is not set, or the app client may not read it")
            })
    }
}

/// The call's result, unless its deadline passes or it is aborted before.
async fn within<T>(
    config: &Config,
    abort: &Abort,
    call: impl Future<Output = Result<T, AuthError>>,
) -> Result<T, AuthError> {
    let in_time = async {
        timeout(config.call_limit, call).await.unwrap_or_else(|_| {
            let limit = config.call_limit.as_millis();
            Err(error::timed_out(format!(
                "No answer from Amazon Cognito within {limit} ms"
            )))
        })
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

fn attributes(values: &[(&str, Option<String>)]) -> Result<Vec<AttributeType>, AuthError> {
    values
        .iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| (name, value)))
        .map(|(name, value)| {
            AttributeType::builder()
                .name(*name)
                .value(value)
                .build()
                .map_err(|error| {
                    AuthError::new(Reason::Internal, "A user attribute cannot be made")
                        .with(|context| context.cause = Some(error.to_string()))
                })
        })
        .collect()
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
    use super::{Config, attributes, secret_hash};

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
        let sent = attributes(&[("email", None), ("phone_number", Some("+1".into()))]).unwrap();
        assert_eq!(sent.len(), 1);
        assert_eq!(
            (sent[0].name(), sent[0].value()),
            ("phone_number", Some("+1"))
        );
    }
}
