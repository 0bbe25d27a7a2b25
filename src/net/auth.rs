//! One user pool: its configuration, its way to Cognito, its keys and its policy.

use std::sync::{Arc, OnceLock};

use crate::core::config::{Config, Settings};
use crate::core::error::{AuthError, Reason};
use crate::core::jwk::KeySet;
use crate::core::secret::Secret;
use crate::core::token::{
    AcceptedClients, AcceptedUse, Policy, UnixTime, UnverifiedToken, VerifiedClaims,
};
use crate::net::cancel::Cancel;
use crate::net::cognito::{Answered, Call, Cognito};
use crate::net::flow;
use crate::net::key_cache::{KeyCache, Lookup};

/// One user pool. Making one does no I/O.
#[derive(Debug)]
pub struct Auth {
    config: Arc<Config>,
    cognito: Cognito,
    verifier: OnceLock<Verifier>,
}

#[derive(Debug)]
struct Verifier {
    policy: Policy,
    keys: Keys,
}

#[derive(Debug)]
enum Keys {
    Given(KeySet),
    Fetched(Arc<KeyCache>),
}

/// How far a verification came without waiting.
#[derive(Debug)]
pub enum Verification {
    /// To the end.
    Verified(VerifiedClaims),
    /// The keys must be fetched first: wait for [`Auth::load_keys`], then verify again.
    NeedsKeys,
}

impl Auth {
    /// Checks the settings that are there. What is missing is named by the first call that needs it.
    pub fn new(settings: Settings) -> Result<Self, AuthError> {
        let config = Config::parse(settings)?;
        accepted_use(&config)?;
        given_keys(&config)?;
        let config = Arc::new(config);
        Ok(Self {
            cognito: Cognito::new(Arc::clone(&config)),
            config,
            verifier: OnceLock::new(),
        })
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

    /// Verifies a token with the keys that are there. `has_fetched` says that the caller has waited for
    /// [`Auth::load_keys`] for this token.
    pub fn verify(
        &self,
        token: &str,
        now: UnixTime,
        has_fetched: bool,
    ) -> Result<Verification, AuthError> {
        let token = UnverifiedToken::parse(token)?;
        let verifier = self.verifier()?;
        let fetched;
        let keys = match &verifier.keys {
            Keys::Given(keys) => keys,
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
            .verify(key, &verifier.policy, now)
            .map(Verification::Verified)
            .map_err(|error| self.config.explain(error))
    }

    /// A number that changes whenever a key has gone, and 0 while no key may be used.
    pub fn key_generation(&self) -> u32 {
        match self.verifier.get().map(|verifier| &verifier.keys) {
            Some(Keys::Given(_)) => 1,
            Some(Keys::Fetched(cache)) => cache.generation(),
            None => 0,
        }
    }

    /// Fetches the keys unless they are there: for the key that `token` names, or for any. Cancelling ends the wait, not the
    /// fetch, which others may wait for.
    pub async fn load_keys(&self, token: Option<&str>, cancel: &Cancel) -> Result<(), AuthError> {
        let kid = token.map(UnverifiedToken::parse).transpose()?;
        match &self.verifier()?.keys {
            Keys::Given(_) => Ok(()),
            Keys::Fetched(cache) => {
                cancel
                    .unless_cancelled(cache.load(kid.as_ref().map(UnverifiedToken::kid)))
                    .await
            }
        }
    }

    fn verifier(&self) -> Result<&Verifier, AuthError> {
        if let Some(verifier) = self.verifier.get() {
            return Ok(verifier);
        }
        let config = &self.config;
        config.check_verification()?;
        let keys = match given_keys(config)? {
            Some(keys) => Keys::Given(keys),
            None => Keys::Fetched(KeyCache::shared(&config.jwks_uri()?, &config.http)?),
        };
        let verifier = Verifier {
            policy: policy(config)?,
            keys,
        };
        Ok(self.verifier.get_or_init(|| verifier))
    }
}

fn policy(config: &Config) -> Result<Policy, AuthError> {
    let verify = &config.verify;
    let clients = match &verify.client_ids {
        _ if verify.any_client => AcceptedClients::Any,
        Some(clients) => AcceptedClients::These(clients.clone()),
        None => AcceptedClients::These(vec![config.client_id()?.to_owned()]),
    };
    Ok(
        Policy::new(config.issuers()?, accepted_use(config)?, clients)
            .clock_tolerance(verify.clock_tolerance.unwrap_or(0))
            .groups(verify.groups.clone())
            .scopes(verify.scopes.clone()),
    )
}

fn accepted_use(config: &Config) -> Result<AcceptedUse, AuthError> {
    match config.verify.token_use.as_deref() {
        None | Some("id") => Ok(AcceptedUse::Id),
        Some("access") => Ok(AcceptedUse::Access),
        Some("any") => Ok(AcceptedUse::Any),
        Some(_) => Err(AuthError::new(
            Reason::Config,
            "option verify.use must be \"id\", \"access\" or \"any\"",
        )),
    }
}

fn given_keys(config: &Config) -> Result<Option<KeySet>, AuthError> {
    let Some(jwks) = &config.jwks else {
        return Ok(None);
    };
    KeySet::parse(jwks.get().as_bytes())
        .map(Some)
        .map_err(|error| {
            AuthError::new(
                Reason::Config,
                format!("option keys.jwks cannot be used: {error}"),
            )
        })
}
