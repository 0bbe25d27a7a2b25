//! Reading what Cognito answered. A member of another type than the API reference says makes the whole answer
//! unreadable; one that is missing or null is absent.

use std::fmt;
use std::time::SystemTime;

use serde::Serialize;
use serde_json::{Map, Value};

use super::operation::Success;
use crate::core::error::AuthError;

/// An answer: its members, and what is known of it besides.
#[derive(Clone, Serialize)]
pub struct Answered {
    answer: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cognito: Option<Origin>,
    /// The service's time.
    #[serde(skip)]
    date: Option<SystemTime>,
}

/// Where an answer comes from: what an error about it says.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Origin {
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<u32>,
}

/// Without the members: there may be tokens among them.
impl fmt::Debug for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered")
            .field("cognito", &self.cognito)
            .finish_non_exhaustive()
    }
}

impl Answered {
    /// An answer without a body has no members, as for the SDK.
    pub(super) fn read(success: Success) -> Result<Self, AuthError> {
        let Success {
            status,
            request_id,
            date,
            body,
        } = success;
        let members = if body.is_empty() {
            Ok(Map::new())
        } else {
            serde_json::from_slice(&body)
        };
        let mut answered = Self {
            answer: Map::new(),
            cognito: Some(Origin {
                status_code: status,
                request_id,
                attempts: None,
            }),
            date,
        };
        match members {
            Ok(members) => answered.answer = members,
            Err(_) => return Err(answered.unreadable()),
        }
        Ok(answered)
    }

    /// An earlier answer's members, which this call has sent no request for.
    pub(in crate::net) fn remembered(answer: Map<String, Value>) -> Self {
        Self {
            answer,
            cognito: None,
            date: None,
        }
    }

    /// An answer without members in the place of a failure that nobody is told of.
    pub(in crate::net) fn in_place_of(error: &AuthError) -> Self {
        let context = error.context();
        Self {
            answer: Map::new(),
            cognito: context.status_code.map(|status_code| Origin {
                status_code,
                request_id: context.request_id.clone(),
                attempts: None,
            }),
            date: None,
        }
    }

    /// The same, with how often the request was sent. Another call may have sent it.
    pub(super) fn after(mut self, attempts: Option<u32>) -> Self {
        if let Some(cognito) = &mut self.cognito {
            cognito.attempts = attempts.or(cognito.attempts);
        }
        self
    }

    /// All members.
    pub(in crate::net) fn members(&self) -> &Map<String, Value> {
        &self.answer
    }

    /// The service's time.
    pub(in crate::net) fn date(&self) -> Option<SystemTime> {
        self.date
    }

    /// The same answer, with `later` as the call's last request.
    pub(in crate::net) fn before(mut self, later: Self) -> Self {
        self.cognito = later.cognito;
        self
    }

    /// The same answer with other members.
    pub(in crate::net) fn replaced<const N: usize>(mut self, members: [(&str, Value); N]) -> Self {
        let owned = members.map(|(name, value)| (name.to_owned(), value));
        self.answer = Map::from_iter(owned);
        self
    }

    /// The same answer with these members in the place of all of its own.
    pub(in crate::net) fn with_members(&self, members: Map<String, Value>) -> Self {
        Self {
            answer: members,
            cognito: self.cognito.clone(),
            date: self.date,
        }
    }

    /// A text of the answer itself.
    pub(in crate::net) fn text(&self, name: &str) -> Result<Option<&str>, AuthError> {
        self.text_in(&self.answer, name)
    }

    /// A text of one of the answer's parts.
    pub(in crate::net) fn text_in<'a>(
        &self,
        part: &'a Map<String, Value>,
        name: &str,
    ) -> Result<Option<&'a str>, AuthError> {
        self.member(part, name, Value::as_str)
    }

    /// A flag: false unless the answer says otherwise.
    pub(in crate::net) fn flag(&self, name: &str) -> Result<bool, AuthError> {
        self.member(&self.answer, name, Value::as_bool)
            .map(Option::unwrap_or_default)
    }

    /// A whole number in one of the answer's parts.
    pub(in crate::net) fn number_in(
        &self,
        part: &Map<String, Value>,
        name: &str,
    ) -> Result<Option<u64>, AuthError> {
        self.member(part, name, Value::as_u64)
    }

    /// A part of one of the answer's parts.
    pub(in crate::net) fn part_in<'a>(
        &self,
        part: &'a Map<String, Value>,
        name: &str,
    ) -> Result<Option<&'a Map<String, Value>>, AuthError> {
        self.member(part, name, Value::as_object)
    }

    /// A list in the answer.
    pub(in crate::net) fn list(&self, name: &str) -> Result<Option<&Vec<Value>>, AuthError> {
        self.member(&self.answer, name, Value::as_array)
    }

    /// A part of the answer.
    pub(in crate::net) fn part(
        &self,
        name: &str,
    ) -> Result<Option<&Map<String, Value>>, AuthError> {
        self.member(&self.answer, name, Value::as_object)
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
    pub(in crate::net) fn unreadable(&self) -> AuthError {
        self.annotate(AuthError::unreadable_answer())
    }

    /// A failure that this answer means, with where the answer comes from.
    pub(in crate::net) fn annotate(&self, failure: AuthError) -> AuthError {
        failure.with(|context| {
            if let Some(cognito) = &self.cognito {
                context.status_code = Some(cognito.status_code);
                context.request_id.clone_from(&cognito.request_id);
            }
        })
    }
}
