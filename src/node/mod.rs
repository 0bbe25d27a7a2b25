//! The exports. JavaScript (`index.js`, `lib/`) checks arguments, reads the environment, and makes the errors.

mod environment;
mod lifetime;
mod outcome;
mod text;

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Either, Either3, External, Null, Object};
use napi_derive::napi;

use self::outcome::{failure_json, guarded, promise};
use self::text::{Payload, Token};
use crate::core::config::{PolicySettings, Settings};
use crate::core::error::{self, AuthError, Reason};
use crate::core::secret::Secret;
use crate::core::token::UnixTime;
use crate::net::abort::Abort;
use crate::net::batch;
use crate::net::cognito::{CallOptions, NewUser};
use crate::net::key_cache::Status;
use crate::net::pool::Pool;
use crate::net::verifier::{Verification, Verifier};

/// The version, which must be that of the JavaScript side.
#[napi]
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Called whenever an environment loads the addon.
#[napi(module_exports)]
pub fn init(_exports: Object<'_>, env: Env) -> napi::Result<()> {
    error::keep_panics_silent();
    lifetime::begin(env)
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
    external(guarded(|| {
        let settings: Settings = serde_json::from_str(&settings).map_err(unreadable)?;
        Pool::new(settings)
    }))
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
) -> Either<External<Arc<Verifier>>, Failure> {
    external(guarded(|| {
        let policy: PolicySettings = serde_json::from_str(&policy).map_err(unreadable)?;
        Verifier::new(Arc::clone(pool), policy)
    }))
}

/// The parser's own words could show a value.
fn unreadable(_: serde_json::Error) -> AuthError {
    AuthError::new(Reason::Config, "The options cannot be read")
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
    verifier: &External<Arc<Verifier>>,
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
    verifier: &External<Arc<Verifier>>,
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
pub fn key_generation(verifier: &External<Arc<Verifier>>) -> u32 {
    guarded(|| Ok(verifier.key_generation())).unwrap_or(0)
}

/// What is known of the keys, as JSON. Fetches nothing.
#[napi]
pub fn keys_status(verifier: &External<Arc<Verifier>>) -> String {
    let status = guarded(|| Ok(verifier.keys_status()));
    serde_json::to_string(&status.unwrap_or_else(|error| Status::failed(&error)))
        .unwrap_or_default()
}

/// Makes what [`abort`] raises.
#[napi]
pub fn new_abort() -> External<Arc<Abort>> {
    External::new(Arc::default())
}

/// Ends the call that was given `abort`: it resolves at once.
#[napi]
pub fn abort(abort: &External<Arc<Abort>>) {
    abort.raise();
}

/// An [`Abort`] that may be missing.
type Abortable<'a> = Option<&'a External<Arc<Abort>>>;

fn given(abort: Abortable) -> Arc<Abort> {
    abort.map(|abort| Arc::clone(abort)).unwrap_or_default()
}

fn options(trace_id: Option<String>, abort: Abortable) -> CallOptions {
    CallOptions {
        abort: given(abort),
        trace_id,
    }
}

/// Loads the keys, for a token or for any. Resolves to an outcome (JSON).
#[napi(ts_return_type = "Promise<string>")]
pub fn load_keys<'env>(
    env: &'env Env,
    verifier: &External<Arc<Verifier>>,
    token: Option<String>,
    abort: Option<&External<Arc<Abort>>>,
) -> napi::Result<Object<'env>> {
    let (verifier, abort) = (Arc::clone(verifier), given(abort));
    promise(env, async move {
        verifier.load_keys(token.as_deref(), &abort).await
    })
}

/// Registers and confirms a user. Resolves to an outcome (JSON).
#[napi(ts_return_type = "Promise<string>")]
#[allow(
    clippy::too_many_arguments,
    reason = "one for each of JavaScript's; not expected: the macro hides it from some builds"
)]
pub fn create_user<'env>(
    env: &'env Env,
    pool: &External<Arc<Pool>>,
    username: String,
    password: String,
    email: Option<String>,
    phone_number: Option<String>,
    trace_id: Option<String>,
    abort: Option<&External<Arc<Abort>>>,
) -> napi::Result<Object<'env>> {
    let (pool, options) = (Arc::clone(pool), options(trace_id, abort));
    let user = NewUser {
        username,
        password: Secret::new(password),
        email,
        phone_number,
    };
    promise(env, async move { pool.create_user(user, options).await })
}

/// Signs a user in. Resolves to an outcome (JSON) with the ID token.
#[napi(ts_return_type = "Promise<string>")]
pub fn login<'env>(
    env: &'env Env,
    pool: &External<Arc<Pool>>,
    username: Option<String>,
    password: Option<String>,
    trace_id: Option<String>,
    abort: Option<&External<Arc<Abort>>>,
) -> napi::Result<Object<'env>> {
    let (pool, options) = (Arc::clone(pool), options(trace_id, abort));
    let password = password.map(Secret::new);
    promise(env, async move {
        pool.login(username, password, options)
            .await
            .map(|token| token.expose().to_owned())
    })
}

/// Looks a user up. Resolves to an outcome (JSON) with the phone number.
#[napi(ts_return_type = "Promise<string>")]
pub fn phone_number<'env>(
    env: &'env Env,
    pool: &External<Arc<Pool>>,
    username: String,
    trace_id: Option<String>,
    abort: Option<&External<Arc<Abort>>>,
) -> napi::Result<Object<'env>> {
    let (pool, options) = (Arc::clone(pool), options(trace_id, abort));
    promise(
        env,
        async move { pool.phone_number(username, options).await },
    )
}
