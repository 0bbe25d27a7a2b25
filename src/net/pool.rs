//! One user pool: its configuration, its way to Cognito and its keys. Policies are verifiers over it.

use std::sync::{Arc, OnceLock};

use crate::core::challenge::Challenge;
use crate::core::config::Config;
use crate::core::error::{AuthError, OpenChallenge};
use crate::core::jwk::KeySet;
use crate::core::secret::Secret;
use crate::core::state;
use crate::net::cognito::{Answered, Call, Cognito};
use crate::net::flow;
use crate::net::key_cache::{KeyCache, Status};

/// One user pool. Creating one does no I/O.
#[derive(Debug)]
pub struct Pool {
    config: Arc<Config>,
    cognito: Arc<Cognito>,
    keys: OnceLock<Keys>,
}

/// Where a pool's keys are. Copies are cheap.
#[derive(Clone, Debug)]
pub(crate) enum Keys {
    /// In the settings.
    Given(Arc<KeySet>),
    /// At an address.
    Fetched(Arc<KeyCache>),
}

impl Pool {
    /// Missing settings are reported by the first call that needs them.
    pub fn new(config: Config) -> Self {
        let config = Arc::new(config);
        let given = config.given_keys.clone().map(Keys::Given);
        Self {
            cognito: Arc::new(Cognito::new(Arc::clone(&config))),
            config,
            keys: given.map_or_else(OnceLock::new, OnceLock::from),
        }
    }

    /// Calls Cognito: `name` is an operation of its API or a flow, `json` the request's members.
    pub async fn invoke(
        &self,
        name: &str,
        json: &Secret,
        call: &Call,
    ) -> Result<Answered, AuthError> {
        flow::invoke(&self.cognito, name, json, call)
            .await
            .map_err(|error| self.config.explain(error))
    }

    /// Seals a challenge, which is given as `Kept` of a flow, for the browser that has the text `binding`.
    pub fn save(&self, kept: &Secret, binding: Option<&Secret>) -> Result<String, AuthError> {
        let keys = self.config.state_keys()?;
        let challenge = Challenge::restore(kept).ok_or_else(AuthError::internal)?;
        state::seal(&challenge, &self.scope(&keys, binding)?)
    }

    /// Opens what [`Pool::save`] has sealed, at the time `now` (milliseconds since 1970).
    pub fn resume(
        &self,
        text: &str,
        binding: Option<&Secret>,
        now: u64,
    ) -> Result<OpenChallenge, AuthError> {
        let keys = self.config.state_keys()?;
        let challenge = state::open(text, &self.scope(&keys, binding)?, now)?;
        Ok(OpenChallenge {
            shown: challenge.shown()?,
            kept: challenge.kept()?,
        })
    }

    fn scope<'a>(
        &'a self,
        keys: &'a state::Keys,
        binding: Option<&'a Secret>,
    ) -> Result<state::Scope<'a>, AuthError> {
        Ok(state::Scope {
            keys,
            user_pool_id: self.config.known_user_pool_id(),
            client_id: self.config.client_id()?,
            binding,
        })
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// The keys, which need not be there yet.
    pub(crate) fn keys(&self) -> Result<Keys, AuthError> {
        if let Some(keys) = self.keys.get() {
            return Ok(keys.clone());
        }
        let address = self.config.jwks_uri()?;
        let keys = Keys::Fetched(KeyCache::shared(&address, &self.config.http)?);
        Ok(self.keys.get_or_init(|| keys).clone())
    }

    /// What is known of the keys. Neither starts a thread nor fetches anything.
    pub(crate) fn keys_status(&self) -> Result<Status, AuthError> {
        match self.keys.get() {
            Some(Keys::Given(keys)) => Ok(Status::given(keys)),
            Some(Keys::Fetched(cache)) => Ok(cache.status()),
            None => Ok(KeyCache::shared_status(
                &self.config.jwks_uri()?,
                &self.config.http,
            )),
        }
    }
}
