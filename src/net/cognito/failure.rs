//! The SDK's errors → ours, with the service's own name, code and message.

use std::borrow::Cow;
use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cognitoidentityprovider::error::SdkError;

use super::diagnosis::Again;
use super::operation::Failed;
use super::service_error::ServiceError;
use crate::core::error::{AuthError, Reason, describe, find, finding, innermost};
use crate::core::operations::Row;
use crate::net::aws::credentials;
use crate::net::aws::transport::TooLarge;
use crate::net::http_client;

/// Turns what the SDK reports into ours. Nothing of the request is in it.
pub(super) fn from_sdk(error: &Failed, operation: &Row) -> AuthError {
    match error {
        SdkError::ServiceError(failure) => {
            ServiceError::clone(&failure.err().answer).into_error(operation)
        }
        SdkError::TimeoutError(_) => timed_out("The connection to Amazon Cognito timed out"),
        error => unsent(error),
    }
}

/// A request that could not be put together.
pub(super) fn unmakeable(error: &(dyn Error + 'static)) -> AuthError {
    AuthError::new(
        Reason::Internal,
        "The request to Amazon Cognito could not be made",
    )
    .with(|context| context.cause = Some(innermost(error).to_string()))
}

/// The deadline passed.
pub(super) fn timed_out(message: impl Into<Cow<'static, str>>) -> AuthError {
    AuthError::new(Reason::Timeout, message).with(|context| context.retryable = Some(true))
}

/// Whether other credentials may help.
pub(super) fn is_stale(error: &Failed) -> bool {
    matches!(error, SdkError::ServiceError(failure) if failure.err().answer.again() == Again::WithFreshCredentials)
}

fn unsent(error: &(dyn Error + 'static)) -> AuthError {
    if let Some(cause) = find::<CredentialsError>(error) {
        return credentials::missing_credentials(cause);
    }
    if let Some(settings) = find::<AuthError>(error) {
        return settings.clone();
    }
    if find::<TooLarge>(error).is_some() {
        return AuthError::unreadable_answer();
    }
    let Some(cause) = find::<reqwest::Error>(error) else {
        return unmakeable(error);
    };
    let unsent = cause.is_connect().then_some(finding::UNSENT);
    if cause.is_timeout() {
        return timed_out("The connection to Amazon Cognito timed out")
            .with(|context| context.finding = unsent);
    }
    let what = if cause.is_connect() {
        "cannot be reached"
    } else {
        "broke the connection"
    };
    AuthError::new(
        Reason::Network,
        format!("Amazon Cognito {what}: {}", http_client::wording(cause)),
    )
    .with(|context| {
        context.retryable = Some(!http_client::is_refused_certificate(cause));
        context.finding = unsent;
        context.cause = Some(describe(cause));
    })
    .hint(http_client::hint(cause).unwrap_or(
        "Check the region, the endpoint and the network path (DNS, proxy, VPC, certificates).",
    ))
}
