//! What a caller hands to a flow, as JSON.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::core::challenge::Route;
use crate::core::error::{AuthError, Reason};
use crate::core::secret::Secret;
use crate::net::cognito::Body;

/// Reads a flow's input. JavaScript has checked the types of what the application gave.
pub(super) fn read<T: DeserializeOwned>(json: &Secret) -> Result<T, AuthError> {
    // The parser's own words could show a value.
    serde_json::from_str(json.expose())
        .map_err(|_| AuthError::new(Reason::InvalidArgument, "The request cannot be read"))
}

/// What the requests of a sign-in carry besides. It has no `Debug`: metadata and a visitor are personal.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Extras {
    pub(super) client_metadata: Option<BTreeMap<String, String>>,
    visitor: Option<Visitor>,
    /// The time at the call, in milliseconds since 1970.
    pub(super) now: u64,
}

/// Whom a sign-in is for.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Visitor {
    ip: String,
    encoded_data: Option<String>,
    host: Option<String>,
    path: Option<String>,
    #[serde(default)]
    headers: Vec<(String, String)>,
}

impl Extras {
    /// Nothing but the time.
    pub(super) fn at(now: u64) -> Self {
        Self {
            now,
            ..Self::default()
        }
    }

    /// What to know of a visitor whom Cognito does not look at.
    pub(super) fn hint(&self, route: Route, has_secret: bool) -> Option<&'static str> {
        let is_ignored = self.visitor.is_some() && route == Route::Public && !has_secret;
        is_ignored.then_some("Amazon Cognito ignores the visitor's address in this flow: it takes it from app clients with a secret and EnablePropagateAdditionalUserContextData.")
    }

    /// The body, with the metadata and the visitor.
    pub(super) fn add_to(&self, body: Body, route: Route) -> Body {
        let context = self.visitor.as_ref().map(|visitor| visitor.context(route));
        let name = match route {
            Route::Admin => "ContextData",
            Route::Public => "UserContextData",
        };
        body.with("ClientMetadata", metadata(self.client_metadata.as_ref()))
            .with(name, context)
    }
}

/// `ClientMetadata`.
pub(super) fn metadata(metadata: Option<&BTreeMap<String, String>>) -> Option<Map<String, Value>> {
    let value = |(name, value): (&String, &String)| (name.clone(), Value::from(value.as_str()));
    metadata.map(|metadata| metadata.iter().map(value).collect())
}

impl Visitor {
    /// `ContextData`, all of whose members but the last are required, or `UserContextData`.
    fn context(&self, route: Route) -> Map<String, Value> {
        let header = |(name, value)| json!({ "headerName": name, "headerValue": value });
        let mut context = Map::new();
        let mut put = |name: &str, value: Value| {
            context.insert(name.to_owned(), value);
        };
        put("IpAddress", self.ip.as_str().into());
        if route == Route::Admin {
            put("ServerName", self.host.as_deref().unwrap_or("").into());
            put("ServerPath", self.path.as_deref().unwrap_or("/").into());
            let headers = self.headers.iter().map(|(name, value)| (name, value));
            put("HttpHeaders", headers.map(header).collect());
        }
        if let Some(data) = &self.encoded_data {
            put("EncodedData", data.as_str().into());
        }
        context
    }
}
