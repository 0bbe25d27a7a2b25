//! What may be sent again. The SDK's own engine does the sending, counting and pausing.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_types::retry::ErrorKind;

use super::error::{Answer, is_throttling, never_sent};

/// Narrows what the SDK's own classifiers would send again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Repeat {
    /// Whether the request may be sent again when nobody knows if the first one took effect.
    pub(super) after_ambiguity: bool,
}

impl ClassifyRetry for Repeat {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if let Some(response) = context.response() {
            let answer = Answer::read(response);
            return match answer.code.as_str() {
                // Quotas of a day or an account: the replaced SDK does not try those again either.
                "LimitExceededException" => RetryAction::RetryForbidden,
                code if answer.status == 429 || is_throttling(code) => {
                    RetryAction::retryable_error(ErrorKind::ThrottlingError)
                }
                _ if self.after_ambiguity => RetryAction::NoActionIndicated,
                _ => RetryAction::RetryForbidden,
            };
        }
        let never_sent = context
            .output_or_error()
            .and_then(Result::err)
            .and_then(|error| error.as_connector_error())
            .is_some_and(|error| never_sent(error));
        if self.after_ambiguity || never_sent {
            RetryAction::NoActionIndicated
        } else {
            RetryAction::RetryForbidden
        }
    }

    fn name(&self) -> &'static str {
        "cognito-auth-native"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
