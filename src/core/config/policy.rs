//! The option `verify`, and what calls replace of it.

use std::fmt;

use serde::Deserialize;

use super::wrong::{refused, unreadable};
use crate::core::error::AuthError;
use crate::core::token::{AcceptedClients, AcceptedUse};

/// Which tokens are accepted. `Debug` shows nothing: any text may be a secret in the wrong place.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PolicySettings {
    /// `id`, `access` or `any`.
    #[serde(rename = "use")]
    pub token_use: Option<String>,
    /// The clients to accept instead of the configured one.
    pub client_ids: Option<Vec<String>>,
    /// Whether every client of the pool is accepted.
    pub any_client: bool,
    /// Seconds of clock skew.
    pub clock_tolerance: Option<u32>,
    /// Groups, one of which is required.
    pub groups: Option<Vec<String>>,
    /// Scopes, one of which is required.
    pub scopes: Option<Vec<String>>,
}

/// A policy, parsed, but for what the pool's configuration adds.
pub struct PolicyConfig {
    pub(super) token_use: AcceptedUse,
    /// The configured client if there are none.
    pub(super) clients: Option<AcceptedClients>,
    pub(super) clock_tolerance: u32,
    pub(super) groups: Option<Vec<String>>,
    pub(super) scopes: Option<Vec<String>>,
}

impl PolicyConfig {
    /// Reads a policy (JSON).
    pub fn read(json: &str) -> Result<Self, AuthError> {
        serde_json::from_str(json)
            .map_err(unreadable)
            .and_then(Self::parse)
    }

    /// Parses every member that is there.
    pub fn parse(settings: PolicySettings) -> Result<Self, AuthError> {
        check_scopes(settings.scopes.as_deref().unwrap_or_default())?;
        Ok(Self {
            token_use: accepted_use(settings.token_use.as_deref())?,
            clients: if settings.any_client {
                Some(AcceptedClients::Any)
            } else {
                settings.client_ids.map(AcceptedClients::These)
            },
            clock_tolerance: settings.clock_tolerance.unwrap_or(0),
            groups: settings.groups,
            scopes: settings.scopes,
        })
    }
}

/// A token's scopes are words with blanks between them: one with a blank would match none.
fn check_scopes(scopes: &[String]) -> Result<(), AuthError> {
    let is_word = |scope: &String| !scope.is_empty() && !scope.contains(char::is_whitespace);
    if scopes.iter().all(is_word) {
        return Ok(());
    }
    Err(refused("option verify.scopes must be scopes without blanks")
        .hint(r#"Pass several scopes as a list: ["orders/read", "orders/write"]. A token that has one of them is accepted."#))
}

fn accepted_use(name: Option<&str>) -> Result<AcceptedUse, AuthError> {
    match name {
        None | Some("id") => Ok(AcceptedUse::Id),
        Some("access") => Ok(AcceptedUse::Access),
        Some("any") => Ok(AcceptedUse::Any),
        Some(_) => Err(refused(
            "option verify.use must be \"id\", \"access\" or \"any\"",
        )),
    }
}

impl fmt::Debug for PolicyConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyConfig")
            .field("token_use", &self.token_use)
            .field("clock_tolerance", &self.clock_tolerance)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PolicySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicySettings").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{PolicyConfig, PolicySettings};
    use crate::core::error::Reason;

    fn policy(value: serde_json::Value) -> PolicySettings {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn scopes_are_words() {
        let check = |scopes| PolicyConfig::parse(policy(serde_json::json!({ "scopes": scopes })));
        check(serde_json::json!([
            "openid",
            "orders/read",
            "https://api.example/read"
        ]))
        .unwrap();
        for scope in [
            "orders/read orders/write",
            " openid",
            "openid\n",
            "",
            "a\u{a0}b",
        ] {
            let error = check(serde_json::json!(["openid", scope])).unwrap_err();
            assert_eq!(error.reason(), Reason::Config);
            assert!(error.message().contains("verify.scopes"), "{scope:?}");
        }
    }

    #[test]
    fn debug_shows_no_text() {
        let secrets = ["s3cret"];
        let mut settings = policy(serde_json::json!({
            "use": "s3cret", "clientIds": secrets, "groups": secrets, "scopes": secrets
        }));
        assert!(!format!("{settings:?}").contains("s3cret"));
        settings.token_use = None;
        let parsed = PolicyConfig::parse(settings).unwrap();
        assert!(!format!("{parsed:?}").contains("s3cret"));
    }

    #[test]
    fn what_cannot_be_read_is_not_shown() {
        for json in [
            r#"{"use":1,"groups":["s3cret"]}"#,
            r#"{"s3cret":1}"#,
            "s3cret",
        ] {
            let error = PolicyConfig::read(json).unwrap_err();
            assert_eq!(error.reason(), Reason::Config);
            assert_eq!(error.message(), "The options cannot be read");
            assert!(!format!("{error:?}").contains("s3cret"));
        }
    }

    #[test]
    fn uses_are_parsed_once() {
        for (name, accepted) in [("id", "Id"), ("access", "Access"), ("any", "Any")] {
            let parsed = PolicyConfig::read(&format!(r#"{{"use":"{name}"}}"#)).unwrap();
            assert_eq!(format!("{:?}", parsed.token_use), accepted);
        }
        let error = PolicyConfig::read(r#"{"use":"refresh"}"#).unwrap_err();
        assert!(error.message().contains("verify.use"));
    }
}
