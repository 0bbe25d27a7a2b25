//! A result → what crosses into JavaScript. Native functions never reject and never throw: JavaScript makes the error,
//! because only there it can have a class, a realm and a stack.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt as _;
use napi::Env;
use napi::bindgen_prelude::Object;
use serde::Serialize;

use super::lifetime;
use crate::core::error::AuthError;
use crate::net::cognito::{LastRequest, Progress};
use crate::net::runtime;

/// A value or a failure, with what is known of the call's last request to Cognito if it made one.
#[derive(Serialize)]
struct Outcome<'a, T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a AuthError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<LastRequest>,
}

/// A result as JSON: `{"value": …}` or `{"failure": …}`, and `"request"` beside it.
pub(super) fn to_json<T: Serialize>(
    result: &Result<T, AuthError>,
    request: Option<LastRequest>,
) -> String {
    let json = serde_json::to_string(&Outcome {
        value: result.as_ref().ok(),
        failure: result.as_ref().err(),
        request,
    });
    // Not to be reached: nothing that crosses can fail to become JSON.
    json.unwrap_or_else(|_| r#"{"failure":{"reason":"internal","status":500,"name":"InternalError","message":"An outcome cannot be told"}}"#.to_owned())
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

/// A promise for the outcome of `work`, which runs on the network's threads and tells `progress` of its requests.
pub(super) fn promise<T: Serialize>(
    env: &Env,
    progress: Progress,
    work: impl Future<Output = Result<T, AuthError>> + Send + 'static,
) -> napi::Result<Object<'_>> {
    let (deferred, promise) = env.create_deferred()?;
    let settle = move |json: String| deferred.resolve(move |_| Ok(json));
    match runtime::handle() {
        Ok(runtime) => {
            let calls = lifetime::calls();
            let work = async move { calls.or(work).await };
            runtime.spawn(async move {
                let result = guarded_later(work).await;
                settle(to_json(&result, progress.last_request()));
            });
        }
        Err(error) => settle(to_json::<()>(&Err(error), None)),
    }
    Ok(promise)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::{LastRequest, guarded, guarded_later, to_json};
    use crate::core::error::{AuthError, Reason};

    #[test]
    fn outcomes_are_tagged() {
        assert_eq!(to_json(&Ok("t"), None), r#"{"value":"t"}"#);
        assert_eq!(to_json(&Ok(()), None), r#"{"value":null}"#);
        let error = AuthError::new(Reason::KeyUnknown, "invalid token");
        let failure = to_json::<()>(&Err(error), None);
        assert_eq!(
            failure,
            r#"{"failure":{"reason":"key-unknown","status":401,"name":"JsonWebTokenError","message":"invalid token"}}"#
        );
    }

    #[test]
    fn the_last_request_stands_beside_the_value() {
        let request = LastRequest {
            attempts: 2,
            status: Some(200),
            request_id: None,
        };
        assert_eq!(
            to_json(&Ok(()), Some(request)),
            r#"{"value":null,"request":{"attempts":2,"status":200}}"#
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
