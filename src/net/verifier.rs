//! Verifying tokens under one policy with the keys of a pool. Any number of policies share a pool.

use std::sync::{Arc, OnceLock};

use crate::core::config::PolicyConfig;
use crate::core::error::{AuthError, Reason};
use crate::core::token::{Policy, UnixTime, UnverifiedToken, VerifiedClaims};
use crate::net::cancel::Cancel;
use crate::net::key_cache::{Lookup, Status};
use crate::net::pool::{Keys, Pool};

/// A policy over a pool. Creating one costs some hundred bytes, and does no I/O.
#[derive(Debug)]
pub struct Verifier {
    pool: Arc<Pool>,
    policy: PolicyConfig,
    ready: OnceLock<Ready>,
}

/// What verification needs, once no setting is missing.
#[derive(Debug)]
struct Ready {
    policy: Policy,
    keys: Keys,
}

/// How far a verification came without waiting.
#[derive(Debug)]
pub enum Verification {
    /// To the end.
    Verified(VerifiedClaims),
    /// The keys must be fetched first: wait for [`Verifier::load_keys`], then verify again.
    NeedsKeys,
}

impl Verifier {
    /// Missing settings are reported by the first call that needs them.
    pub fn new(pool: Arc<Pool>, policy: PolicyConfig) -> Self {
        Self {
            pool,
            policy,
            ready: OnceLock::new(),
        }
    }

    /// Verifies a token with the keys that are there. `has_fetched` says that the caller has waited for
    /// [`Verifier::load_keys`] for this token.
    pub fn verify(
        &self,
        token: UnverifiedToken<'_>,
        now: UnixTime,
        has_fetched: bool,
    ) -> Result<Verification, AuthError> {
        let ready = self.ready()?;
        let fetched;
        let keys = match &ready.keys {
            Keys::Given(keys) => &**keys,
            Keys::Fetched(cache) => match cache.lookup(token.kid(), has_fetched)? {
                Lookup::Found(keys) => {
                    fetched = keys;
                    &*fetched
                }
                Lookup::NeedsFetch => return Ok(Verification::NeedsKeys),
            },
        };
        let key = keys.key(token.kid()).ok_or_else(|| {
            AuthError::new(Reason::KeyUnknown, "invalid token").hint(keys.missing_hint(token.kid()))
        })?;
        token
            .verify(key, &ready.policy, now)
            .map(Verification::Verified)
            .map_err(|error| self.pool.config().explain(error))
    }

    /// The issuers whose tokens are accepted. Fails while a setting is missing.
    pub fn issuers(&self) -> Result<Vec<String>, AuthError> {
        self.ready()?;
        self.pool.config().issuers()
    }

    /// A number that changes whenever a key has gone, and 0 while no key may be used.
    pub fn key_generation(&self) -> u32 {
        match self.ready.get().map(|ready| &ready.keys) {
            Some(Keys::Given(_)) => 1,
            Some(Keys::Fetched(cache)) => cache.generation(),
            None => 0,
        }
    }

    /// Fetches the keys unless they are there: for the key of this id, or for any. Cancelling ends the wait, not the fetch,
    /// which others may wait for.
    pub async fn load_keys(&self, kid: Option<&str>, cancel: &Cancel) -> Result<(), AuthError> {
        match &self.ready()?.keys {
            Keys::Given(_) => Ok(()),
            Keys::Fetched(cache) => cancel.unless_cancelled(cache.load(kid)).await,
        }
    }

    /// What is known of the keys. Settings without which no token can be verified are a failure like any other.
    pub fn keys_status(&self) -> Status {
        self.pool
            .config()
            .check_verification(&self.policy)
            .and_then(|()| self.pool.keys_status())
            .unwrap_or_else(|error| Status::failed(&error))
    }

    fn ready(&self) -> Result<&Ready, AuthError> {
        if let Some(ready) = self.ready.get() {
            return Ok(ready);
        }
        let ready = Ready {
            policy: self.pool.config().policy(&self.policy)?,
            keys: self.pool.keys()?,
        };
        Ok(self.ready.get_or_init(|| ready))
    }
}
