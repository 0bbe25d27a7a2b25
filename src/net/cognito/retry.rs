//! What may be sent again. The SDK's own engine does the sending, counting and pausing.

use std::error::Error;

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_types::retry::ErrorKind;

use super::diagnosis::Again;
use super::service_error::ServiceError;
use crate::core::error::find;
use crate::core::limits;
use crate::net::http_client;

/// Narrows what the SDK's own classifiers would send again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Repeat {
    /// Whether the request may be sent again when nobody knows if the first one took effect.
    pub(super) idempotent: bool,
}

impl ClassifyRetry for Repeat {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if let Some(response) = context.response() {
            if response.status().is_success() {
                return RetryAction::NoActionIndicated;
            }
            let answer = ServiceError::read(response);
            let again = answer.again();
            let throttles = answer.status == 429 || again == Again::Throttled;
            return match answer.retry_after {
                _ if again == Again::Never => RetryAction::RetryForbidden,
                _ if !throttles && !self.idempotent => RetryAction::RetryForbidden,
                // The caller is told for how long, and need not wait here.
                Some(pause) if pause > limits::RETRY_AFTER => RetryAction::RetryForbidden,
                Some(pause) if throttles => RetryAction::retryable_error_with_explicit_delay(
                    ErrorKind::ThrottlingError,
                    pause,
                ),
                Some(pause) if answer.status >= 500 => {
                    RetryAction::retryable_error_with_explicit_delay(ErrorKind::ServerError, pause)
                }
                None if throttles => RetryAction::throttling_error(),
                _ => RetryAction::NoActionIndicated,
            };
        }
        let failure = context
            .output_or_error()
            .and_then(Result::err)
            .and_then(|error| error.as_connector_error());
        match failure {
            Some(failure) if http_client::is_refused_certificate(failure) => {
                RetryAction::RetryForbidden
            }
            Some(failure) if never_sent(failure) => RetryAction::NoActionIndicated,
            _ if self.idempotent => RetryAction::NoActionIndicated,
            _ => RetryAction::RetryForbidden,
        }
    }

    fn name(&self) -> &'static str {
        "cognito-auth-native"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// Whether the request cannot have reached the service: the connection was never made.
fn never_sent(error: &(dyn Error + 'static)) -> bool {
    find::<reqwest::Error>(error).is_some_and(reqwest::Error::is_connect)
}
