//! Where AWS credentials come from: the options or the environment, else the sources of the AWS SDKs' default chain.
//!
//! The chain is put together here, not by the SDK, so that a failure can say what each source had to say.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::{Client as ImdsClient, credentials::ImdsCredentialsProvider};
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_cognitoidentityprovider::config::{IdentityCache, Region, SharedIdentityCache};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::error::find;
use super::transport::Transport;
use crate::config::{Config, StaticCredentials, is_visible_ascii};
use crate::environment::Environment;
use crate::error::{AuthError, Reason, describe};
use crate::runtime::{self, Flight};
use crate::{http_client, limits};

/// A configuration's credentials.
pub(super) struct Source {
    provider: Arc<Primed>,
    limit: Duration,
    environment: Arc<Environment>,
    looking: Mutex<Option<Flight>>,
}

impl Source {
    /// Does no I/O.
    pub(super) fn new(config: &Config, region: Region, transport: Transport) -> Self {
        let provider: Box<dyn ProvideCredentials> = match &config.credentials {
            Some(credentials) => Box::new(unchanging(credentials)),
            None => Box::new(Chain::new(config, region, transport)),
        };
        Self {
            provider: Arc::new(Primed {
                provider,
                first: Mutex::default(),
            }),
            limit: limits::credentials(config.call_limit),
            environment: Arc::clone(&config.environment),
            looking: Mutex::default(),
        }
    }

    /// What the SDK takes them from.
    pub(super) fn provider(&self) -> SharedCredentialsProvider {
        SharedCredentialsProvider::from(Arc::clone(&self.provider) as Arc<dyn ProvideCredentials>)
    }

    /// What the SDK keeps them in, and fresh.
    pub(super) fn cache(&self) -> SharedIdentityCache {
        IdentityCache::lazy().load_timeout(self.limit).build()
    }

    /// Waits until there have been some, so that their lack is told apart from the service's failures. All callers wait for
    /// one search: a credential process may ask its user.
    pub(super) async fn ready(&self) -> Result<(), AuthError> {
        let looking = {
            let mut looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
            // A search that found none is no answer to a later call.
            match looking.as_ref() {
                Some(search) if !matches!(search.peek(), Some(Err(_))) => search.clone(),
                _ => looking.insert(self.look()).clone(),
            }
        };
        looking.await
    }

    fn look(&self) -> Flight {
        let (provider, limit) = (Arc::clone(&self.provider), self.limit);
        let search = async move {
            match timeout(limit, provider.prime()).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(none(&error)),
                Err(_) => Err(none(&Slow(limit))),
            }
        };
        let environment = Arc::clone(&self.environment);
        runtime::flight(&Handle::current(), environment.scope(search))
    }
}

/// Hands on what was found ahead of the SDK's first question.
struct Primed {
    provider: Box<dyn ProvideCredentials>,
    first: Mutex<Option<Credentials>>,
}

impl Primed {
    async fn prime(&self) -> Result<(), CredentialsError> {
        let found = self.provider.provide_credentials().await?;
        *self.first() = Some(found);
        Ok(())
    }

    fn first(&self) -> MutexGuard<'_, Option<Credentials>> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Primed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Primed").finish_non_exhaustive()
    }
}

impl ProvideCredentials for Primed {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match self.first().take() {
            Some(found) => future::ProvideCredentials::ready(Ok(found)),
            None => self.provider.provide_credentials(),
        }
    }
}

/// The part of these credentials that no HTTP header can carry: the SDK would panic while it signs.
fn unusable(credentials: &Credentials) -> Option<&'static str> {
    let token = credentials.session_token().unwrap_or_default();
    [
        ("access key id", credentials.access_key_id()),
        ("secret access key", credentials.secret_access_key()),
        ("session token", token),
    ]
    .into_iter()
    .find_map(|(part, value)| (!is_visible_ascii(value)).then_some(part))
}

/// Credentials that cannot be used.
#[derive(Debug)]
struct Unusable(&'static str);

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = self.0;
        write!(
            f,
            "its {part} contains a line break, a blank or another character that no AWS key has"
        )
    }
}

impl Error for Unusable {}

/// No credentials, in the replaced SDK's words and with what to do.
pub(super) fn none(cause: &(dyn Error + 'static)) -> AuthError {
    let missing = AuthError::new(
        Reason::AwsCredentials,
        "Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1: \
         set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or provide a profile, an SSO session, a web identity, \
         or an ECS or EC2 role",
    )
    .with(|context| context.cause = Some(said(cause)));
    match cure(cause) {
        Some(cure) => missing.hint(cure),
        None => missing,
    }
}

/// What happened, without what a credential process printed: that may be anything, secrets too.
fn said(cause: &(dyn Error + 'static)) -> String {
    let whole = find::<Tried>(cause).map_or_else(|| describe(cause), ToString::to_string);
    whole
        .split(" Stderr:")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn cure(cause: &(dyn Error + 'static)) -> Option<String> {
    let tried: &Tried = find(cause)?;
    if let Some(profile) = tried.expired_sso() {
        return Some(format!("run: aws sso login --profile {profile}"));
    }
    tried
        .attempts
        .iter()
        .find_map(|attempt| http_client::hint(&attempt.error))
        .map(str::to_owned)
}

fn unchanging(credentials: &StaticCredentials) -> Credentials {
    Credentials::new(
        credentials.access_key_id.expose(),
        credentials.secret_access_key.expose(),
        credentials
            .session_token
            .as_ref()
            .map(|token| token.expose().to_owned()),
        None,
        "cognito-auth-native",
    )
}

/// The sources in their order. The first that has credentials is taken; one that is set up but fails ends the search, as in
/// the AWS SDKs.
#[derive(Debug)]
struct Chain {
    profile: String,
    sources: Vec<(String, Box<dyn ProvideCredentials>)>,
}

impl Chain {
    fn new(config: &Config, region: Region, transport: Transport) -> Self {
        let surroundings = ProviderConfig::without_region()
            .with_region(Some(region))
            .with_http_client(transport);
        let mut profile = ProfileFileCredentialsProvider::builder().configure(&surroundings);
        if let Some(name) = &config.profile {
            profile = profile.profile_name(name);
        }
        let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(&surroundings);
        let container = EcsCredentialsProvider::builder().configure(&surroundings);
        let metadata = ImdsClient::builder()
            .configure(&surroundings)
            .connect_timeout(limits::METADATA_CONNECT)
            .read_timeout(limits::METADATA_READ)
            .max_attempts(1)
            .build();
        let instance = ImdsCredentialsProvider::builder()
            .configure(&surroundings)
            .imds_client(metadata);
        let name = config.profile.as_deref().unwrap_or("default");
        Self {
            profile: name.to_owned(),
            sources: vec![
                (format!("profile {name}"), Box::new(profile.build())),
                ("web identity".to_owned(), Box::new(web_identity.build())),
                ("ECS container".to_owned(), Box::new(container.build())),
                (
                    "EC2 instance metadata".to_owned(),
                    Box::new(instance.build()),
                ),
            ],
        }
    }

    async fn search(&self) -> Result<Credentials, CredentialsError> {
        let mut attempts = Vec::new();
        for (source, provider) in &self.sources {
            let error = match provider.provide_credentials().await {
                Ok(credentials) => match unusable(&credentials) {
                    None => return Ok(credentials),
                    Some(part) => CredentialsError::invalid_configuration(Unusable(part)),
                },
                Err(error) => error,
            };
            let goes_on = matches!(error, CredentialsError::CredentialsNotLoaded(_));
            attempts.push(Attempt {
                source: source.clone(),
                error,
            });
            if !goes_on {
                break;
            }
        }
        Err(CredentialsError::not_loaded(Tried {
            profile: self.profile.clone(),
            attempts,
        }))
    }
}

impl ProvideCredentials for Chain {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.search())
    }
}

/// A source did not answer in time.
#[derive(Debug)]
struct Slow(Duration);

impl fmt::Display for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = self.0.as_millis();
        write!(
            f,
            "the profile's credential process, or another source, gave none within {limit} ms"
        )
    }
}

impl Error for Slow {}

/// What each source that was asked had to say.
#[derive(Debug)]
struct Tried {
    profile: String,
    attempts: Vec<Attempt>,
}

#[derive(Debug)]
struct Attempt {
    source: String,
    error: CredentialsError,
}

impl Tried {
    /// The profile, if its SSO session has ended.
    fn expired_sso(&self) -> Option<&str> {
        self.attempts
            .iter()
            .any(|attempt| {
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
        for Attempt { source, error } in &self.attempts {
            let said = match error.source() {
                Some(source) => describe(source),
                None => "has none".to_owned(),
            };
            // The SDK puts this before each layer.
            let said = said.replace("an error occurred while loading credentials: ", "");
            write!(f, "\n  {source}: {said}")?;
        }
        Ok(())
    }
}

impl Error for Tried {}
