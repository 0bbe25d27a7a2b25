//! A result → what crosses into JavaScript. Native functions never reject and never throw: JavaScript makes the error,
//! because only there it can have a class, a realm and a stack.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt as _;
use napi::Env;
use napi::bindgen_prelude::Object;
use serde::Serialize;

use super::{lifetime, promises};
use crate::core::error::AuthError;
use crate::net::runtime;

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome<'a, T> {
    Value(T),
    Failure(&'a AuthError),
}

/// A result as JSON: `{"value": …}` or `{"failure": …}`.
pub(super) fn to_json<T: Serialize>(result: &Result<T, AuthError>) -> String {
    let json = match result {
        Ok(value) => serde_json::to_string(&Outcome::Value(value)),
        Err(error) => serde_json::to_string(&Outcome::<T>::Failure(error)),
    };
    // Not to be reached: nothing that crosses can fail to become JSON.
    json.unwrap_or_else(|_| r#"{"failure":{"reason":"internal","status":500,"name":"InternalError","message":"The result could not be serialized"}}"#.to_owned())
}

/// A failure as JSON, without the envelope.
pub(super) fn failure_json(error: &AuthError) -> String {
    serde_json::to_string(error).unwrap_or_default()
}

/// Runs `work`, a panic becoming a failure.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, AuthError>) -> Result<T, AuthError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(AuthError::panicked(&*panic)))
}

/// Awaits `work`, a panic becoming a failure.
async fn guarded_later<T>(
    work: impl Future<Output = Result<T, AuthError>>,
) -> Result<T, AuthError> {
    let result = AssertUnwindSafe(work).catch_unwind().await;
    result.unwrap_or_else(|panic| Err(AuthError::panicked(&*panic)))
}

/// A promise for the outcome of `work`, which runs on the network's threads.
pub(super) fn promise<T: Serialize>(
    env: &Env,
    work: impl Future<Output = Result<T, AuthError>> + Send + 'static,
) -> napi::Result<Object<'_>> {
    let (promise, settle) = promises::unsettled(env)?;
    match runtime::handle() {
        Ok(runtime) => {
            let calls = lifetime::calls();
            let work = async move { calls.unless_cancelled(work).await };
            runtime.spawn(async move { settle.with(to_json(&guarded_later(work).await)) });
        }
        Err(error) => settle.with(to_json::<()>(&Err(error))),
    }
    Ok(promise)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::{guarded, guarded_later, to_json};
    use crate::core::error::{AuthError, Reason};

    #[test]
    fn outcomes_are_tagged() {
        assert_eq!(to_json(&Ok("t")), r#"{"value":"t"}"#);
        assert_eq!(to_json(&Ok(())), r#"{"value":null}"#);
        let failure = to_json::<()>(&Err(AuthError::new(Reason::KeyUnknown, "invalid token")));
        assert_eq!(
            failure,
            r#"{"failure":{"reason":"key-unknown","status":401,"name":"JsonWebTokenError","message":"invalid token"}}"#
        );
    }

    #[test]
    fn a_panic_becomes_a_failure_without_its_arguments() {
        let secret = "s3cret";
        let error = guarded::<()>(|| panic!("with {secret}")).unwrap_err();
        assert_eq!(error.reason(), Reason::Internal);
        assert!(!format!("{error:?}").contains(secret));
        let later = guarded_later::<()>(async { panic!("with {secret}") });
        assert_eq!(
            later.now_or_never().unwrap().unwrap_err().reason(),
            Reason::Internal
        );
        let error = guarded::<()>(|| panic!("plain words")).unwrap_err();
        assert_eq!(error.context().cause.as_deref(), Some("plain words"));
    }
}
