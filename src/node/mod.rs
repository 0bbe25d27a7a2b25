//! The exports. JavaScript (`index.js`, `lib/`) checks arguments, reads the environment, and makes the errors.

pub mod challenge;
mod environment;
mod fetches;
pub mod invoke;
mod lifetime;
mod outcome;
mod promises;
mod text;

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Either, Either3, External, Null, Object};
use napi_derive::napi;

use self::outcome::{failure_json, guarded, promise};
use self::text::{Payload, Token};
use crate::core::clock;
use crate::core::config::{Config, PolicyConfig};
use crate::core::error::{self, AuthError};
use crate::core::token::UnixTime;
use crate::net::batch;
use crate::net::cancel::Cancel;
use crate::net::key_cache::Status;
use crate::net::pool::Pool;
use crate::net::verifier::{Verification, Verifier};
use crate::net::verifiers::Verifiers;

/// The version, which must be that of the JavaScript side.
#[napi]
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Called whenever an environment loads the addon.
#[napi(module_exports)]
pub fn init(_exports: Object<'_>, env: Env) -> napi::Result<()> {
    error::keep_panics_silent();
    fetches::begin();
    lifetime::begin(env)?;
    promises::begin(env)
}

/// A failure, as JSON.
#[napi(object)]
pub struct Failure {
    /// An `AuthError` of the Rust side, as JSON.
    pub failure: String,
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        Self {
            failure: failure_json(&error),
        }
    }
}

/// What became of a token: its payload, `null` if the keys must be loaded first, or a failure.
type Verdict = Either3<Payload, Null, Failure>;

fn verdict(result: Result<Verification, AuthError>) -> Verdict {
    match result {
        Ok(Verification::Verified(claims)) => Either3::A(Payload(claims.into_json())),
        Ok(Verification::NeedsKeys) => Either3::B(Null),
        Err(error) => Either3::C(error.into()),
    }
}

/// Creates a pool from settings (JSON).
#[napi]
#[allow(
    clippy::needless_pass_by_value,
    reason = "Node-API hands over owned strings; not expected: the macro hides it from some builds"
)]
pub fn open(settings: String) -> Either<External<Arc<Pool>>, Failure> {
    external(guarded(|| Config::read(&settings).map(Pool::new)))
}

/// Creates a verifier: a policy (JSON) over a pool.
#[napi]
#[allow(
    clippy::needless_pass_by_value,
    reason = "Node-API hands over owned strings; not expected: the macro hides it from some builds"
)]
pub fn verifier(
    pool: &External<Arc<Pool>>,
    policy: String,
) -> Either<External<Arc<Verifiers>>, Failure> {
    external(guarded(|| {
        let policy = PolicyConfig::read(&policy)?;
        let verifier = Verifier::new(Arc::clone(pool), policy);
        Ok(Verifiers::One(Arc::new(verifier)))
    }))
}

/// Creates one verifier of the verifiers of several pools: the issuer that a token names decides.
#[napi]
#[allow(
    clippy::needless_pass_by_value,
    reason = "Node-API hands over owned lists; not expected: the macro hides it from some builds"
)]
pub fn verifier_of_pools(
    verifiers: Vec<&External<Arc<Verifiers>>>,
) -> Either<External<Arc<Verifiers>>, Failure> {
    external(guarded(|| {
        let each = verifiers
            .iter()
            .filter_map(|verifiers| match &****verifiers {
                Verifiers::One(verifier) => Some(Arc::clone(verifier)),
                Verifiers::Several(_) => None,
            });
        Verifiers::several(each.collect())
    }))
}

fn external<T>(result: Result<T, AuthError>) -> Either<External<Arc<T>>, Failure> {
    match result {
        Ok(value) => Either::A(External::new(Arc::new(value))),
        Err(error) => Either::B(error.into()),
    }
}

/// Verifies a token with the keys that are there: the payload, `null` if the keys must be loaded first, or a failure.
/// `now` is in milliseconds since 1970.
#[napi(ts_return_type = "string | null | Failure")]
#[allow(
    clippy::needless_pass_by_value,
    reason = "Node-API hands over owned strings; not expected: the macro hides it from some builds"
)]
pub fn verify(
    verifier: &External<Arc<Verifiers>>,
    #[napi(ts_arg_type = "string")] token: Token,
    now: f64,
    has_fetched: bool,
) -> Verdict {
    verdict(guarded(|| {
        verifier.verify(&token.0, UnixTime::from_millis(now), has_fetched)
    }))
}

/// Verifies tokens that arrived together, sharing the work with a second core: what became of each, or one failure for
/// all of them.
#[napi(ts_return_type = "Array<string | null | Failure> | Failure")]
pub fn verify_many(
    verifier: &External<Arc<Verifiers>>,
    #[napi(ts_arg_type = "Array<string>")] tokens: Vec<Token>,
    now: f64,
) -> Either<Vec<Verdict>, Failure> {
    let results = guarded(|| {
        let tokens = tokens.into_iter().map(|Token(token)| token).collect();
        Ok(batch::verify_all(
            Arc::clone(verifier),
            tokens,
            UnixTime::from_millis(now),
        ))
    });
    match results {
        Ok(results) => Either::A(results.into_iter().map(verdict).collect()),
        Err(error) => Either::B(error.into()),
    }
}

/// A number that changes whenever a key has gone, and 0 while no key may be used.
#[napi]
pub fn key_generation(verifier: &External<Arc<Verifiers>>) -> u32 {
    guarded(|| Ok(verifier.key_generation())).unwrap_or(0)
}

/// The fetches of key sets since this was last called in this thread, as a list in JSON; nothing if there were none.
#[napi]
pub fn key_fetches() -> Option<String> {
    fetches::unread()
}

/// Milliseconds on a monotonic clock that nothing in JavaScript replaces.
#[napi]
pub fn uptime() -> f64 {
    clock::uptime().as_secs_f64() * 1e3
}

/// What is known of the keys, as JSON. Fetches nothing.
#[napi]
pub fn keys_status(verifier: &External<Arc<Verifiers>>) -> String {
    let status = guarded(|| Ok(verifier.keys_status()));
    serde_json::to_string(&status.unwrap_or_else(|error| Status::failed(&error)))
        .unwrap_or_default()
}

/// Makes what [`cancel`] ends a call by.
#[napi]
pub fn new_cancel() -> External<Arc<Cancel>> {
    External::new(Arc::default())
}

/// Ends the call that was given `cancel`: it resolves at once.
#[napi]
pub fn cancel(cancel: &External<Arc<Cancel>>) {
    cancel.cancel();
}

/// A [`Cancel`] that may be missing.
fn given(cancel: Option<&External<Arc<Cancel>>>) -> Arc<Cancel> {
    cancel.map(|cancel| Arc::clone(cancel)).unwrap_or_default()
}

/// Loads the keys, for a token or for any. Resolves to an outcome (JSON).
#[napi(ts_return_type = "Promise<string>")]
pub fn load_keys<'env>(
    env: &'env Env,
    verifier: &External<Arc<Verifiers>>,
    token: Option<String>,
    cancel: Option<&External<Arc<Cancel>>>,
) -> napi::Result<Object<'env>> {
    let (verifier, cancel) = (Arc::clone(verifier), given(cancel));
    promise(env, async move {
        verifier.load_keys(token.as_deref(), &cancel).await
    })
}
