//! The exports. JavaScript (`index.js`, `lib/`) checks arguments, reads the environment, and makes the errors.

mod environment;
mod fetches;
mod lifetime;
mod outcome;
mod text;

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::{Either, Either3, External, Null, Object};
use napi_derive::napi;

use self::outcome::{failure_json, guarded, promise};
use self::text::{Payload, Token};
use crate::core::clock;
use crate::core::config::Settings;
use crate::core::error::{self, AuthError, Reason};
use crate::core::secret::Secret;
use crate::core::token::UnixTime;
use crate::net::abort::Abort;
use crate::net::auth::{Auth, Verification};
use crate::net::batch;
use crate::net::cognito::{CallOptions, NewUser, Progress};

/// The version, which must be that of the JavaScript side.
#[napi]
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Called whenever an environment loads the addon.
#[napi(module_exports)]
pub fn init(_exports: Object<'_>, env: Env) -> napi::Result<()> {
    error::keep_panics_silent();
    fetches::begin();
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

/// Makes an Auth from settings (JSON).
#[napi]
#[allow(
    clippy::needless_pass_by_value,
    reason = "Node-API hands over owned strings; not expected: the macro hides it from some builds"
)]
pub fn open(settings: String) -> Either<External<Arc<Auth>>, Failure> {
    let auth = guarded(|| {
        let settings: Settings = serde_json::from_str(&settings).map_err(|_| {
            // The parser's own words could show a value.
            AuthError::new(Reason::Config, "The options cannot be read")
        })?;
        Auth::new(settings)
    });
    match auth {
        Ok(auth) => Either::A(External::new(Arc::new(auth))),
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
    auth: &External<Arc<Auth>>,
    #[napi(ts_arg_type = "string")] token: Token,
    now: f64,
    has_fetched: bool,
) -> Verdict {
    verdict(guarded(|| {
        auth.verify(&token.0, UnixTime::from_millis(now), has_fetched)
    }))
}

/// Verifies tokens that arrived together, sharing the work with a second core: what became of each, or one failure for
/// all of them.
#[napi(ts_return_type = "Array<string | null | Failure> | Failure")]
pub fn verify_many(
    auth: &External<Arc<Auth>>,
    #[napi(ts_arg_type = "Array<string>")] tokens: Vec<Token>,
    now: f64,
) -> Either<Vec<Verdict>, Failure> {
    let results = guarded(|| {
        let tokens = tokens.into_iter().map(|Token(token)| token).collect();
        Ok(batch::verify_all(
            Arc::clone(auth),
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
pub fn key_generation(auth: &External<Arc<Auth>>) -> u32 {
    guarded(|| Ok(auth.key_generation())).unwrap_or(0)
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
        progress: Progress::default(),
    }
}

/// Loads the keys, for a token or for any. Resolves to an outcome (JSON).
#[napi(ts_return_type = "Promise<string>")]
pub fn load_keys<'env>(
    env: &'env Env,
    auth: &External<Arc<Auth>>,
    token: Option<String>,
    abort: Option<&External<Arc<Abort>>>,
) -> napi::Result<Object<'env>> {
    let (auth, abort) = (Arc::clone(auth), given(abort));
    promise(env, Progress::default(), async move {
        auth.load_keys(token.as_deref(), &abort).await
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
    auth: &External<Arc<Auth>>,
    username: String,
    password: String,
    email: Option<String>,
    phone_number: Option<String>,
    trace_id: Option<String>,
    abort: Option<&External<Arc<Abort>>>,
) -> napi::Result<Object<'env>> {
    let (auth, options) = (Arc::clone(auth), options(trace_id, abort));
    let user = NewUser {
        username,
        password: Secret::new(password),
        email,
        phone_number,
    };
    promise(env, options.progress.clone(), async move {
        auth.create_user(user, options).await
    })
}

/// Signs a user in. Resolves to an outcome (JSON) with the ID token.
#[napi(ts_return_type = "Promise<string>")]
pub fn login<'env>(
    env: &'env Env,
    auth: &External<Arc<Auth>>,
    username: Option<String>,
    password: Option<String>,
    trace_id: Option<String>,
    abort: Option<&External<Arc<Abort>>>,
) -> napi::Result<Object<'env>> {
    let (auth, options) = (Arc::clone(auth), options(trace_id, abort));
    let password = password.map(Secret::new);
    promise(env, options.progress.clone(), async move {
        auth.login(username, password, options)
            .await
            .map(|token| token.expose().to_owned())
    })
}

/// Looks a user up. Resolves to an outcome (JSON) with the phone number.
#[napi(ts_return_type = "Promise<string>")]
pub fn phone_number<'env>(
    env: &'env Env,
    auth: &External<Arc<Auth>>,
    username: String,
    trace_id: Option<String>,
    abort: Option<&External<Arc<Abort>>>,
) -> napi::Result<Object<'env>> {
    let (auth, options) = (Arc::clone(auth), options(trace_id, abort));
    promise(env, options.progress.clone(), async move {
        auth.phone_number(username, options).await
    })
}
