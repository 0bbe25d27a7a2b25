//! Verifying tokens under one policy with the keys of a pool. Any number of policies share a pool.

use std::sync::{Arc, OnceLock};

use crate::core::config::PolicySettings;
use crate::core::error::{AuthError, Reason};
use crate::core::token::{
    AcceptedClients, AcceptedUse, Policy, UnixTime, UnverifiedToken, VerifiedClaims,
};
use crate::net::cancel::Cancel;
use crate::net::key_cache::{Lookup, Status};
use crate::net::pool::{Keys, Pool};

/// A policy over a pool. Creating one costs some hundred bytes, and does no I/O.
#[derive(Debug)]
pub struct Verifier {
    pool: Arc<Pool>,
    settings: PolicySettings,
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
    /// Checks the policy. Missing settings are reported by the first call that needs them.
    pub fn new(pool: Arc<Pool>, settings: PolicySettings) -> Result<Self, AuthError> {
        settings.check()?;
        accepted_use(&settings)?;
        Ok(Self {
            pool,
            settings,
            ready: OnceLock::new(),
        })
    }

    /// Verifies a token with the keys that are there. `has_fetched` says that the caller has waited for
    /// [`Verifier::load_keys`] for this token.
    pub fn verify(
        &self,
        token: &str,
        now: UnixTime,
        has_fetched: bool,
    ) -> Result<Verification, AuthError> {
        let token = UnverifiedToken::parse(token)?;
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

    /// A number that changes whenever a key has gone, and 0 while no key may be used.
    pub fn key_generation(&self) -> u32 {
        match self.ready.get().map(|ready| &ready.keys) {
            Some(Keys::Given(_)) => 1,
            Some(Keys::Fetched(cache)) => cache.generation(),
            None => 0,
        }
    }

    /// Fetches the keys unless they are there: for the key that `token` names, or for any. Cancelling ends the wait, not the
    /// fetch, which others may wait for.
    pub async fn load_keys(&self, token: Option<&str>, cancel: &Cancel) -> Result<(), AuthError> {
        let kid = token.map(UnverifiedToken::parse).transpose()?;
        match &self.ready()?.keys {
            Keys::Given(_) => Ok(()),
            Keys::Fetched(cache) => {
                cancel
                    .unless_cancelled(cache.load(kid.as_ref().map(UnverifiedToken::kid)))
                    .await
            }
        }
    }

    /// What is known of the keys. Settings without which no token can be verified are a failure like any other.
    pub fn keys_status(&self) -> Status {
        self.pool
            .config()
            .check_verification(&self.settings)
            .and_then(|()| self.pool.keys_status())
            .unwrap_or_else(|error| Status::failed(&error))
    }

    fn ready(&self) -> Result<&Ready, AuthError> {
        if let Some(ready) = self.ready.get() {
            return Ok(ready);
        }
        self.pool.config().check_verification(&self.settings)?;
        let ready = Ready {
            policy: self.policy()?,
            keys: self.pool.keys()?,
        };
        Ok(self.ready.get_or_init(|| ready))
    }

    fn policy(&self) -> Result<Policy, AuthError> {
        let config = self.pool.config();
        let settings = &self.settings;
        let clients = match &settings.client_ids {
            _ if settings.any_client => AcceptedClients::Any,
            Some(clients) => AcceptedClients::These(clients.clone()),
            None => AcceptedClients::These(vec![config.client_id()?.to_owned()]),
        };
        Ok(
            Policy::new(config.issuers()?, accepted_use(settings)?, clients)
                .clock_tolerance(settings.clock_tolerance.unwrap_or(0))
                .groups(settings.groups.clone())
                .scopes(settings.scopes.clone()),
        )
    }
}

fn accepted_use(settings: &PolicySettings) -> Result<AcceptedUse, AuthError> {
    match settings.token_use.as_deref() {
        None | Some("id") => Ok(AcceptedUse::Id),
        Some("access") => Ok(AcceptedUse::Access),
        Some("any") => Ok(AcceptedUse::Any),
        Some(_) => Err(AuthError::new(
            Reason::Config,
            "option verify.use must be \"id\", \"access\" or \"any\"",
        )),
    }
}
