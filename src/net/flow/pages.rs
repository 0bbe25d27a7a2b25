//! Answers that come in pages, read to the end within one call.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::input;
use crate::core::error::AuthError;
use crate::core::limits;
use crate::core::operations::{Row, operation};
use crate::core::secret::Secret;
use crate::net::cognito::{Answered, Body, Call, Cognito};

const LIST_USERS: &Row = operation!("ListUsers");

/// A function that gives all items at once.
pub(super) struct All {
    pub(super) name: &'static str,
    row: &'static Row,
    items: &'static str,
}

const FUNCTIONS: [All; 2] = [
    All {
        name: "flow/groups-of-user",
        row: operation!("AdminListGroupsForUser"),
        items: "Groups",
    },
    All {
        name: "flow/passkeys",
        row: operation!("ListWebAuthnCredentials"),
        items: "Credentials",
    },
];

impl All {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| function.name == name)
    }

    /// The items of all pages of the request that `json` has.
    pub(super) async fn request(
        &self,
        cognito: &Cognito,
        json: &Secret,
        call: &Call,
    ) -> Result<Answered, AuthError> {
        let body = || Body::read(json);
        let mut all = Vec::new();
        let pages = Pages {
            row: self.row,
            items: self.items,
            token: "NextToken",
        };
        let last = pages.read(cognito, body, call, |item| {
            all.push(item);
            all.len() < limits::ITEMS_COLLECTED
        });
        let last = last.await?;
        Ok(last.replaced([(self.items, all.into())]))
    }
}

struct Pages {
    row: &'static Row,
    items: &'static str,
    /// The member that asks for a page, and names the next one.
    token: &'static str,
}

impl Pages {
    /// Reads page after page until there is no more, or `take` says that it has enough; the last answer.
    async fn read(
        &self,
        cognito: &Cognito,
        body: impl Fn() -> Result<Body, AuthError>,
        call: &Call,
        mut take: impl FnMut(Value) -> bool,
    ) -> Result<Answered, AuthError> {
        let mut token: Option<String> = None;
        loop {
            let page = body()?.with(self.token, token.as_deref());
            let answer = cognito.request(self.row, page, call).await?;
            call.next_request();
            let Some(items) = answer.list(self.items)? else {
                return Err(answer.unreadable());
            };
            let next = answer.text(self.token)?.filter(|next| !next.is_empty());
            let next = next.map(str::to_owned);
            if next.is_some() && next == token {
                return Err(answer.unreadable());
            }
            if !items.iter().cloned().all(&mut take) || next.is_none() {
                return Ok(answer);
            }
            token = next;
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    filter: String,
    /// `Username`, or an attribute.
    attribute: String,
    value: String,
    /// Whether the attribute must be verified.
    #[serde(default)]
    verified: bool,
}

/// `Users`: none, the one that fits, or two of those that do. Cognito's answer is not relied on: emulators may ignore a filter.
pub(super) async fn find(
    cognito: &Cognito,
    json: &Secret,
    call: &Call,
) -> Result<Answered, AuthError> {
    let wanted: Wanted = input::read(json)?;
    let body = || Ok(Body::default().with("Filter", Some(wanted.filter.as_str())));
    let mut found: Vec<Value> = Vec::new();
    let pages = Pages {
        row: LIST_USERS,
        items: "Users",
        token: "PaginationToken",
    };
    let last = pages.read(cognito, body, call, |user| {
        // Users who were changed meanwhile may be on two pages.
        let is_other = |other: &Value| other.get("Username") != user.get("Username");
        if user.as_object().is_some_and(|user| wanted.fits(user)) && found.iter().all(is_other) {
            found.push(user);
        }
        found.len() < 2
    });
    let last = last.await?;
    Ok(last.replaced([("Users", found.into())]))
}

impl Wanted {
    fn fits(&self, user: &Map<String, Value>) -> bool {
        if self.attribute == "Username" {
            return user.get("Username").and_then(Value::as_str) == Some(self.value.as_str());
        }
        let Some(value) = attribute(user, &self.attribute) else {
            return false;
        };
        // The domain of an address has no case, and hardly anybody's mailbox does.
        let is_same = if self.attribute == "email" {
            value.eq_ignore_ascii_case(&self.value)
        } else {
            value == self.value
        };
        let is_verified = || {
            let verified = attribute(user, &format!("{}_verified", self.attribute));
            verified.is_some_and(|value| value.eq_ignore_ascii_case("true"))
        };
        is_same && (!self.verified || is_verified())
    }
}

fn attribute<'a>(user: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let attributes = user.get("Attributes")?.as_array()?;
    let named = |part: &&Value| part.get("Name").and_then(Value::as_str) == Some(name);
    attributes.iter().find(named)?.get("Value")?.as_str()
}
