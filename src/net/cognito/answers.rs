//! Reading what Cognito answered. A member of another type than the API reference says makes the whole answer
//! unreadable; one that is missing or null is absent.

use serde_json::{Map, Value};

use super::failure::unreadable;
use super::operation::Success;
use crate::core::error::AuthError;

/// An answer: its members, and what an error about them would say of it.
pub(super) struct Answered {
    members: Map<String, Value>,
    status: u16,
    request_id: Option<String>,
}

impl Answered {
    /// An answer without a body has no members, as for the SDK.
    pub(super) fn read(success: Success) -> Result<Self, AuthError> {
        let Success {
            status,
            request_id,
            body,
        } = success;
        let members = if body.is_empty() {
            Ok(Map::new())
        } else {
            serde_json::from_slice(&body)
        };
        let mut answered = Self {
            members: Map::new(),
            status,
            request_id,
        };
        match members {
            Ok(members) => answered.members = members,
            Err(_) => return Err(answered.unreadable()),
        }
        Ok(answered)
    }

    /// Its HTTP status.
    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// Its request id.
    pub(super) fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// A text of the answer itself.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, AuthError> {
        self.text_in(&self.members, name)
    }

    /// A text of one of the answer's parts.
    pub(super) fn text_in<'a>(
        &self,
        part: &'a Map<String, Value>,
        name: &str,
    ) -> Result<Option<&'a str>, AuthError> {
        self.member(part, name, Value::as_str)
    }

    /// A flag: false unless the answer says otherwise.
    pub(super) fn flag(&self, name: &str) -> Result<bool, AuthError> {
        self.member(&self.members, name, Value::as_bool)
            .map(Option::unwrap_or_default)
    }

    /// A part of the answer.
    pub(super) fn part(&self, name: &str) -> Result<Option<&Map<String, Value>>, AuthError> {
        self.member(&self.members, name, Value::as_object)
    }

    /// A list of parts; empty unless the answer has one.
    pub(super) fn parts(&self, name: &str) -> Result<Vec<&Map<String, Value>>, AuthError> {
        let list = self.member(&self.members, name, Value::as_array)?;
        list.into_iter()
            .flatten()
            .map(|part| part.as_object().ok_or_else(|| self.unreadable()))
            .collect()
    }

    fn member<'a, T>(
        &self,
        part: &'a Map<String, Value>,
        name: &str,
        as_type: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, AuthError> {
        match part.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => as_type(value).map(Some).ok_or_else(|| self.unreadable()),
        }
    }

    /// The answer is not of the documented form.
    pub(super) fn unreadable(&self) -> AuthError {
        unreadable().with(|context| {
            context.status_code = Some(self.status);
            context.request_id.clone_from(&self.request_id);
        })
    }
}
