//! Where AWS credentials come from: the options or the environment, else the sources of the AWS SDKs' default chain.
//!
//! The chain is put together here, not by the SDK, so that a failure can say what each source had to say.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
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
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::error::find;
use super::shared_config::SharedConfig;
use super::transport::Transport;
use crate::config::{Config, HttpConfig, StaticCredentials, is_visible_ascii};
use crate::environment::Environment;
use crate::error::{AuthError, Reason, describe};
use crate::runtime::{self, Flight};
use crate::secret::Secret;
use crate::{http_client, limits};

/// Where the credentials of a configuration come from.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    environment: Arc<Environment>,
    profile: Option<String>,
    mfa_profile: Option<String>,
    problem: Option<String>,
    region: Region,
    http: HttpConfig,
    use_fips: Option<bool>,
    use_dual_stack: Option<bool>,
    limit: Duration,
}

impl Origin {
    pub(super) fn new(config: &Config, region: Region, shared: &SharedConfig) -> Self {
        Self {
            environment: Arc::clone(&config.environment),
            profile: config.profile.clone(),
            mfa_profile: shared.mfa_profile.clone(),
            problem: shared.problem.clone(),
            region,
            http: config.http.clone(),
            use_fips: shared.use_fips,
            use_dual_stack: shared.use_dual_stack,
            limit: limits::credentials(config.call_limit),
        }
    }
}

/// The sources that are in use, so that configurations of one origin ask for credentials once.
static SHARED: LazyLock<Mutex<HashMap<Origin, Weak<Source>>>> = LazyLock::new(Mutex::default);

/// Credentials, and the SDK's cache that keeps them fresh.
pub(super) struct Source {
    found: Arc<Found>,
    provider: SharedCredentialsProvider,
    cache: SharedIdentityCache,
    origin: Option<(Origin, Transport)>,
    looking: Mutex<Option<Flight>>,
}

impl Source {
    /// Credentials that do not change.
    pub(super) fn unchanging(credentials: &StaticCredentials) -> Arc<Self> {
        let credentials = Credentials::new(
            credentials.access_key_id.expose(),
            credentials.secret_access_key.expose(),
            credentials
                .session_token
                .as_ref()
                .map(|token| token.expose().to_owned()),
            None,
            "cognito-auth-native",
        );
        Arc::new(Self::new(
            Found::new(Provider::Unchanging(credentials)),
            None,
        ))
    }

    /// The source of this origin: the one that is in use, or a new one. Does no I/O.
    pub(super) fn shared(origin: Origin, transport: Transport) -> Arc<Self> {
        Self::shared_unless(origin, transport, |_| false)
    }

    /// Another source of the same origin, which reads files and asks services again: the one that another caller has
    /// started, or a new one. None for credentials that do not change.
    pub(super) fn renewed(self: &Arc<Self>) -> Option<Arc<Self>> {
        let (origin, transport) = self.origin.clone()?;
        Some(Self::shared_unless(origin, transport, |source| {
            Arc::ptr_eq(source, self)
        }))
    }

    fn shared_unless(
        origin: Origin,
        transport: Transport,
        is_stale: impl FnOnce(&Arc<Self>) -> bool,
    ) -> Arc<Self> {
        let mut sources = lock(&SHARED);
        let in_use = sources.get(&origin).and_then(Weak::upgrade);
        if let Some(source) = in_use.filter(|source| !is_stale(source)) {
            return source;
        }
        sources.retain(|_, source| source.strong_count() > 0);
        let chain = Provider::Chain(Box::new(Search::new(origin.clone(), transport.clone())));
        let source = Arc::new(Self::new(
            Found::new(chain),
            Some((origin.clone(), transport)),
        ));
        sources.insert(origin, Arc::downgrade(&source));
        source
    }

    fn new(found: Found, origin: Option<(Origin, Transport)>) -> Self {
        let found = Arc::new(found);
        let mut cache = IdentityCache::lazy();
        if let Some((origin, _)) = &origin {
            cache = cache.load_timeout(origin.limit);
        }
        Self {
            provider: SharedCredentialsProvider::from(
                Arc::clone(&found) as Arc<dyn ProvideCredentials>
            ),
            cache: cache.build(),
            found,
            origin,
            looking: Mutex::default(),
        }
    }

    /// What the SDK takes them from.
    pub(super) fn provider(&self) -> SharedCredentialsProvider {
        self.provider.clone()
    }

    /// What the SDK keeps them in, and fresh.
    pub(super) fn cache(&self) -> SharedIdentityCache {
        self.cache.clone()
    }

    /// Whether both have found the same credentials.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        self.found.latest() == other.found.latest()
    }

    /// Waits for the first successful search, so that missing credentials are not reported as a service failure. All
    /// callers wait for one search: a credential process may ask its user.
    pub(super) async fn ready(&self) -> Result<(), AuthError> {
        let Some((origin, _)) = &self.origin else {
            return Ok(());
        };
        let looking = {
            let mut looking = lock(&self.looking);
            // A search that found none is no answer to a later call.
            match looking.as_ref() {
                Some(search) if !matches!(search.peek(), Some(Err(_))) => search.clone(),
                _ => looking.insert(self.look(origin)).clone(),
            }
        };
        looking.await
    }

    fn look(&self, origin: &Origin) -> Flight {
        let (found, limit) = (Arc::clone(&self.found), origin.limit);
        let search = async move {
            match timeout(limit, found.prime()).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(missing_credentials(&error)),
                Err(_) => Err(missing_credentials(&Slow(limit))),
            }
        };
        runtime::flight(&Handle::current(), search)
    }
}

/// Hands on what was found ahead of the SDK's first question, and remembers what was handed on.
struct Found {
    provider: Provider,
    first: Mutex<Option<Credentials>>,
    latest: Mutex<Option<Keys>>,
}

/// Credentials without the time at which they expire.
#[derive(Clone, PartialEq, Eq)]
struct Keys(Secret, Secret, Option<Secret>);

enum Provider {
    Unchanging(Credentials),
    Chain(Box<Search>),
}

impl Found {
    fn new(provider: Provider) -> Self {
        Self {
            provider,
            first: Mutex::default(),
            latest: Mutex::default(),
        }
    }

    async fn prime(&self) -> Result<(), CredentialsError> {
        let found = self.find().await?;
        *lock(&self.first) = Some(found);
        Ok(())
    }

    async fn find(&self) -> Result<Credentials, CredentialsError> {
        let found = match &self.provider {
            Provider::Unchanging(credentials) => credentials.clone(),
            Provider::Chain(search) => search.join().await?,
        };
        *lock(&self.latest) = Some(Keys(
            Secret::new(found.access_key_id()),
            Secret::new(found.secret_access_key()),
            found.session_token().map(Secret::new),
        ));
        Ok(found)
    }

    fn latest(&self) -> Option<Keys> {
        lock(&self.latest).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").finish_non_exhaustive()
    }
}

impl ProvideCredentials for Found {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match lock(&self.first).take() {
            Some(found) => future::ProvideCredentials::ready(Ok(found)),
            None => future::ProvideCredentials::new(self.find()),
        }
    }
}

/// Searches of a chain, one at a time: a search that its callers no longer wait for is joined by the next ones, for a file or
/// a credential process that does not answer the one does not answer the other.
struct Search {
    origin: Origin,
    transport: Transport,
    /// The chain that found credentials. Its parts remember what they have read, so one that found none is not kept.
    chain: Arc<Mutex<Option<Arc<Chain>>>>,
    under_way: Mutex<Option<Searching>>,
}

type Searching = Shared<BoxFuture<'static, Result<Credentials, Failure>>>;

impl Search {
    fn new(origin: Origin, transport: Transport) -> Self {
        Self {
            origin,
            transport,
            chain: Arc::default(),
            under_way: Mutex::default(),
        }
    }

    async fn join(&self) -> Result<Credentials, CredentialsError> {
        let searching = {
            let mut under_way = lock(&self.under_way);
            match under_way.as_ref().filter(|search| search.peek().is_none()) {
                Some(search) => search.clone(),
                None => under_way.insert(self.start()).clone(),
            }
        };
        searching.await.map_err(CredentialsError::provider_error)
    }

    fn start(&self) -> Searching {
        let environment = Arc::clone(&self.origin.environment);
        let (origin, transport) = (self.origin.clone(), self.transport.clone());
        let kept = Arc::clone(&self.chain);
        let search = async move {
            // Making one looks at variables too.
            let before = lock(&kept).take();
            let chain = before.unwrap_or_else(|| Arc::new(Chain::new(&origin, transport)));
            let found = chain.search().await;
            if found.is_ok() {
                *lock(&kept) = Some(chain);
            }
            Ok(found.map_err(|error| Failure(Arc::new(error))))
        };
        let task = tokio::spawn(runtime::off_thread(environment.scope(search)));
        task.map(|ended| match ended {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => Err(Failure(Arc::new(error))),
            Err(error) => Err(Failure(Arc::new(error))),
        })
        .boxed()
        .shared()
    }
}

/// An error that several callers share.
#[derive(Clone, Debug)]
struct Failure(Arc<dyn Error + Send + Sync>);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
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
pub(super) fn missing_credentials(cause: &(dyn Error + 'static)) -> AuthError {
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

/// The sources in their order. The first that has credentials is taken; one that is set up but fails ends the search, as in
/// the AWS SDKs.
#[derive(Debug)]
struct Chain {
    profile: String,
    is_profile_named: bool,
    mfa_profile: Option<String>,
    problem: Option<String>,
    sources: Vec<(String, Box<dyn ProvideCredentials>)>,
}

impl Chain {
    fn new(origin: &Origin, transport: Transport) -> Self {
        let surroundings = ProviderConfig::without_region()
            .with_region(Some(origin.region.clone()))
            .with_use_fips(origin.use_fips)
            .with_use_dual_stack(origin.use_dual_stack)
            .with_http_client(transport);
        let mut profile = ProfileFileCredentialsProvider::builder().configure(&surroundings);
        if let Some(name) = &origin.profile {
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
        let name = origin.profile.as_deref().unwrap_or("default");
        Self {
            profile: name.to_owned(),
            is_profile_named: origin.profile.is_some(),
            mfa_profile: origin.mfa_profile.clone(),
            problem: origin.problem.clone(),
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

    /// A source's credentials, if they can be used.
    async fn ask(
        &self,
        provider: &dyn ProvideCredentials,
    ) -> Result<Credentials, CredentialsError> {
        let credentials = provider.provide_credentials().await?;
        match unusable(&credentials) {
            None => Ok(credentials),
            Some(part) => Err(CredentialsError::invalid_configuration(Unusable(part))),
        }
    }

    /// Whether the next source is asked. Files that nobody has named may be there for other programs.
    fn goes_on(&self, error: &CredentialsError, is_first: bool) -> bool {
        match error {
            CredentialsError::CredentialsNotLoaded(_) => true,
            CredentialsError::InvalidConfiguration(_) => {
                is_first && !self.is_profile_named && find::<Unusable>(error).is_none()
            }
            _ => false,
        }
    }

    async fn search(&self) -> Result<Credentials, CredentialsError> {
        let mut attempts = Vec::new();
        if let Some(profile) = &self.mfa_profile {
            attempts.push(Attempt {
                source: format!("profile {profile}"),
                error: CredentialsError::invalid_configuration(Mfa(profile.clone())),
            });
        } else {
            for (index, (source, provider)) in self.sources.iter().enumerate() {
                let error = match self.ask(&**provider).await {
                    Ok(credentials) => return Ok(credentials),
                    Err(error) => error,
                };
                let goes_on = self.goes_on(&error, index == 0);
                attempts.push(Attempt {
                    source: source.clone(),
                    error,
                });
                if !goes_on {
                    break;
                }
            }
        }
        Err(CredentialsError::not_loaded(Tried {
            profile: self.profile.clone(),
            problem: self.problem.clone(),
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

/// A profile assumes a role with a code of a device.
#[derive(Debug)]
struct Mfa(String);

impl fmt::Display for Mfa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the profile assumes a role with a code of a device (mfa_serial)")
    }
}

impl Error for Mfa {}

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
    problem: Option<String>,
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
        if let Some(problem) = &self.problem {
            write!(f, "\n  profile files: {problem}")?;
        }
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
