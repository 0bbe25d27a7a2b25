//! Settings that are wrong.

use std::borrow::Cow;

use crate::core::error::{AuthError, Reason};

/// The failure of a setting that is wrong. The message never shows its value.
pub(super) fn refused(message: impl Into<Cow<'static, str>>) -> AuthError {
    AuthError::new(Reason::Config, message)
}

/// The failure of settings that are not of the form in which JavaScript hands them down. The parser's own words could show a value.
pub(super) fn unreadable(_: serde_json::Error) -> AuthError {
    refused("The options cannot be read")
}
