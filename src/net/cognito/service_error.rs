//! A failure of the service, as it words it.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::config::http::HttpResponse;
use aws_smithy_runtime_api::http::Headers;
use serde_json::Value;

use super::diagnosis::{Again, Diagnosis};
use crate::core::config::whole_number;
use crate::core::error::AuthError;
use crate::core::limits;
use crate::core::operations::Row;

/// A failure as the service words it.
#[derive(Clone, Debug)]
pub(super) struct ServiceError {
    pub(super) status: u16,
    pub(super) code: String,
    message: Option<String>,
    pub(super) request_id: Option<String>,
    pub(super) retry_after: Option<Duration>,
}

impl ServiceError {
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
        Self {
            status,
            code: shortened(&code, limits::NAME_CHARACTERS),
            message: message.map(|message| shortened(&message, limits::MESSAGE_CHARACTERS)),
            request_id: request_id(response),
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

    /// The error, which says what the failure means for this operation.
    pub(super) fn into_error(self, operation: &Row) -> AuthError {
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

/// The request's id, by which AWS finds it.
pub(super) fn request_id(response: &HttpResponse) -> Option<String> {
    let headers = response.headers();
    let id = headers
        .get("x-amzn-requestid")
        .or_else(|| headers.get("x-amz-request-id"));
    id.map(|id| shortened(id, limits::NAME_CHARACTERS))
}

/// `Retry-After` in seconds, or AWS's own header in milliseconds.
fn retry_after(headers: &Headers) -> Option<Duration> {
    let number = |name| headers.get(name).and_then(|text| whole_number(text.trim()));
    let pause = number("retry-after")
        .map(Duration::from_secs)
        .or_else(|| number("x-amz-retry-after").map(Duration::from_millis))?;
    Some(pause.min(limits::LONGEST_RETRY_AFTER))
}

/// The beginning of a text that something other than Cognito may have sent.
fn shortened(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::{AuthError, HttpResponse, Row, ServiceError, limits};
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
        ServiceError::read(&response).into_error(SIGN_IN)
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
            ("18446744073709551616", Some(86_400)),
            ("99999999999999999999999", Some(86_400)),
            ("-1", None),
        ] {
            let mut response = HttpResponse::new(429.try_into().unwrap(), SdkBody::from("{}"));
            response
                .headers_mut()
                .insert("retry-after", seconds.to_owned());
            let error = ServiceError::read(&response).into_error(SIGN_IN);
            assert_eq!(error.context().retry_after, expected);
        }
    }
}
