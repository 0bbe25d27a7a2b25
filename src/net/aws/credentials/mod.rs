//! Where AWS credentials come from: the options or the environment, else the sources of the AWS SDKs' default chain. One
//! search serves all who wait for it, and all configurations of the same origin.

mod chain;
mod origin;
mod process;
mod report;
mod search;
mod token_files;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, Weak};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_cognitoidentityprovider::config::{IdentityCache, SharedIdentityCache};
use tokio::runtime::Handle;

use self::origin::Key;
use self::search::Search;
use super::transport::Transport;
use crate::core::config::StaticCredentials;
use crate::core::error::AuthError;
use crate::core::secret::Secret;
use crate::net::runtime::{self, Flight, lock};

pub(in crate::net) use self::origin::Origin;
pub(in crate::net) use self::report::missing_credentials;

/// The sources that are in use, so that configurations of one origin ask for credentials once.
static SHARED: LazyLock<Mutex<HashMap<Key, Weak<Source>>>> = LazyLock::new(Mutex::default);

/// Credentials, and the SDK's cache that keeps them fresh.
pub(in crate::net) struct Source {
    found: Arc<Found>,
    provider: SharedCredentialsProvider,
    cache: SharedIdentityCache,
    origin: Option<(Origin, Transport)>,
    looking: Mutex<Option<Flight>>,
}

impl Source {
    /// Credentials that do not change.
    pub(in crate::net) fn unchanging(credentials: &StaticCredentials) -> Arc<Self> {
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
    pub(in crate::net) fn shared(origin: Origin, transport: Transport) -> Arc<Self> {
        Self::shared_unless(origin, transport, |_| false)
    }

    /// Another source of the same origin, which reads files and asks services again: the one that another caller has
    /// started, or a new one. None for credentials that do not change.
    pub(in crate::net) fn renewed(self: &Arc<Self>) -> Option<Arc<Self>> {
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
        let key = origin.key();
        let mut sources = lock(&SHARED);
        let in_use = sources.get(&key).and_then(Weak::upgrade);
        if let Some(source) = in_use.filter(|source| !is_stale(source)) {
            return source;
        }
        sources.retain(|_, source| source.strong_count() > 0);
        let chain = Provider::Chain(Box::new(Search::new(origin.clone(), transport.clone())));
        let source = Arc::new(Self::new(Found::new(chain), Some((origin, transport))));
        sources.insert(key, Arc::downgrade(&source));
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
    pub(in crate::net) fn provider(&self) -> SharedCredentialsProvider {
        self.provider.clone()
    }

    /// What the SDK keeps them in, and fresh.
    pub(in crate::net) fn cache(&self) -> SharedIdentityCache {
        self.cache.clone()
    }

    /// Whether both have found the same credentials.
    pub(in crate::net) fn agrees_with(&self, other: &Self) -> bool {
        self.found.latest() == other.found.latest()
    }

    /// Waits for the first successful search, so that missing credentials are not reported as a service failure. All
    /// callers wait for one search: a credential process may ask its user.
    pub(in crate::net) async fn ready(&self) -> Result<(), AuthError> {
        if self.origin.is_none() {
            return Ok(());
        }
        let looking = {
            let mut looking = lock(&self.looking);
            // A search that found none is no answer to a later call.
            match looking.as_ref() {
                Some(search) if !matches!(search.peek(), Some(Err(_))) => search.clone(),
                _ => looking.insert(self.look()).clone(),
            }
        };
        looking.await
    }

    fn look(&self) -> Flight {
        let found = Arc::clone(&self.found);
        let search = async move {
            // A search has a deadline of its own.
            found
                .prime()
                .await
                .map_err(|error| missing_credentials(&error))
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
