//! The SDK's errors → ours, with the service's own name, code and message.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cognitoidentityprovider::config::http::HttpResponse;
use aws_sdk_cognitoidentityprovider::error::SdkError;
use aws_smithy_runtime_api::http::Headers;
use serde_json::Value;

use super::diagnosis::{Again, Diagnosis};
use super::operation::Failed;
use crate::core::error::{AuthError, Reason, describe, find, innermost};
use crate::core::limits;
use crate::core::operations::Row;
use crate::net::aws::credentials;
use crate::net::aws::transport::TooLarge;
use crate::net::http_client;

/// A failure as the service words it.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) code: String,
    message: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) retry_after: Option<Duration>,
}

impl Answer {
    /// Reads name and message where the replaced SDK reads them: the code from `__type` behind any namespace, else
    /// from the header before any URL; the message from `message` or `Message`, else from the status.
    pub(super) fn read(response: &HttpResponse) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers();
        let header_code = headers
            .get("x-amzn-errortype")
            .and_then(|value| value.split(':').next())
            .filter(|code| !code.is_empty());
        let mut code = header_code.unwrap_or("UnknownError").to_owned();
        let body = response.body().bytes().unwrap_or_default();
        let message = match serde_json::from_slice::<Value>(body) {
            Ok(answer) if !answer.is_null() => {
                let text = |name: &str| answer.get(name).and_then(Value::as_str);
                let mut named = ["__type", "code", "Code"].into_iter().filter_map(text);
                if let Some(named) = named.find(|name| !name.is_empty()) {
                    named
                        .rsplit('#')
                        .next()
                        .unwrap_or(named)
                        .clone_into(&mut code);
                }
                text("message")
                    .or_else(|| text("Message"))
                    .map(str::to_owned)
            }
            _ if body.is_empty() => Some(status.to_string()),
            _ => http::StatusCode::from_u16(status)
                .ok()
                .and_then(|status| status.canonical_reason())
                .map(str::to_owned),
        };
        let request_id = headers
            .get("x-amzn-requestid")
            .or_else(|| headers.get("x-amz-request-id"));
        Self {
            status,
            code: shortened(&code, limits::NAME_CHARACTERS),
            message: message.map(|message| shortened(&message, limits::MESSAGE_CHARACTERS)),
            request_id: request_id.map(|id| shortened(id, limits::NAME_CHARACTERS)),
            retry_after: retry_after(headers),
        }
    }

    /// Whether the request may be sent again.
    pub(super) fn again(&self) -> Again {
        Diagnosis::again(&self.code, self.message())
    }

    fn message(&self) -> &str {
        self.message.as_deref().unwrap_or(&self.code)
    }

    fn into_error(self, operation: &Row) -> AuthError {
        let diagnosis = Diagnosis::of(operation, self.status, &self.code, self.message());
        let retryable = self.status >= 500 || self.status == 429 || diagnosis.retryable;
        let message = self.message().to_owned();
        let error = AuthError::new(diagnosis.reason, message)
            .named(self.code)
            .with(|context| {
                context.status_code = Some(self.status);
                context.request_id = self.request_id;
                context.retryable = Some(retryable);
                context.finding = Some(diagnosis.finding);
            });
        let error = match self.retry_after {
            Some(pause) => error.retry_after(pause),
            None => error,
        };
        match diagnosis.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// `Retry-After` in seconds, or AWS's own header in milliseconds.
fn retry_after(headers: &Headers) -> Option<Duration> {
    let number = |name| headers.get(name).and_then(|text| text.trim().parse().ok());
    let pause = number("retry-after")
        .map(Duration::from_secs)
        .or_else(|| number("x-amz-retry-after").map(Duration::from_millis))?;
    Some(pause.min(limits::LONGEST_RETRY_AFTER))
}

/// The beginning of a text that something other than Cognito may have sent.
fn shortened(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// Turns what the SDK reports into ours. Nothing of the request is in it.
pub(super) fn from_sdk(error: &Failed, operation: &Row) -> AuthError {
    match error {
        SdkError::ServiceError(failure) => {
            Answer::clone(&failure.err().answer).into_error(operation)
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

/// An answer that is not of the documented form.
pub(super) fn unreadable() -> AuthError {
    AuthError::new(Reason::Service, "Amazon Cognito's answer cannot be read")
        .hint("something between here and Cognito may have answered: check the endpoint and the proxy")
        .with(|context| context.retryable = Some(false))
}

/// The deadline passed.
pub(super) fn timed_out(message: impl Into<Cow<'static, str>>) -> AuthError {
    AuthError::new(Reason::Timeout, message).with(|context| context.retryable = Some(true))
}

/// Whether the request cannot have reached the service: the connection was never made.
pub(super) fn never_sent(error: &(dyn Error + 'static)) -> bool {
    find::<reqwest::Error>(error).is_some_and(reqwest::Error::is_connect)
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
        return unreadable();
    }
    let Some(cause) = find::<reqwest::Error>(error) else {
        return unmakeable(error);
    };
    if cause.is_timeout() {
        return timed_out("The connection to Amazon Cognito timed out");
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
        context.cause = Some(describe(cause));
    })
    .hint(http_client::hint(cause).unwrap_or(
        "Check the region, the endpoint and the network path (DNS, proxy, VPC, certificates).",
    ))
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::{Answer, AuthError, HttpResponse, Row, limits};
    use crate::core::operations::operation;

    const SIGN_IN: &Row = operation!("AdminInitiateAuth");

    fn answer(status: u16, header: Option<&str>, body: &str) -> AuthError {
        let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
        if let Some(header) = header {
            response
                .headers_mut()
                .insert("x-amzn-errortype", header.to_owned());
        }
        response.headers_mut().insert("x-amzn-requestid", "r-1");
        Answer::read(&response).into_error(SIGN_IN)
    }

    #[test]
    fn names_and_messages_are_read_where_the_original_reads_them() {
        for (status, header, body, name, message) in [
            (400, None, r#"{"__type":"A","message":"m"}"#, "A", "m"),
            (
                400,
                None,
                r#"{"__type":"com.amazon#A","Message":"m"}"#,
                "A",
                "m",
            ),
            (
                400,
                Some("H:http://x/"),
                r#"{"__type":"A","message":"m"}"#,
                "A",
                "m",
            ),
            (400, Some("H:http://x/"), r#"{"message":"m"}"#, "H", "m"),
            (400, None, r#"{"code":"A","message":""}"#, "A", ""),
            (500, None, "", "UnknownError", "500"),
            (502, None, "<html>", "UnknownError", "Bad Gateway"),
            (400, Some("H"), "", "H", "400"),
            (400, None, "[]", "UnknownError", "UnknownError"),
        ] {
            let error = answer(status, header, body);
            assert_eq!((error.name(), error.message()), (name, message), "{body}");
            assert_eq!(error.context().status_code, Some(status));
            assert_eq!(error.context().request_id.as_deref(), Some("r-1"));
            assert_eq!(error.context().retryable, Some(status >= 500), "{body}");
        }
    }

    #[test]
    fn texts_and_numbers_have_bounds() {
        let long = "x".repeat(900_000);
        let error = answer(
            400,
            None,
            &format!(r#"{{"__type":"{long}","message":"{long}"}}"#),
        );
        assert_eq!(error.name().len(), limits::NAME_CHARACTERS);
        assert_eq!(error.message().len(), limits::MESSAGE_CHARACTERS);
        for (seconds, expected) in [
            ("1", Some(1)),
            ("18446744073709551615", Some(86_400)),
            ("-1", None),
        ] {
            let mut response = HttpResponse::new(429.try_into().unwrap(), SdkBody::from("{}"));
            response
                .headers_mut()
                .insert("retry-after", seconds.to_owned());
            let error = Answer::read(&response).into_error(SIGN_IN);
            assert_eq!(error.context().retry_after, expected);
        }
    }
}
