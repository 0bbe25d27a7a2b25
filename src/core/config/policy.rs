//! The option `verify`, and what calls replace of it.

use std::fmt;

use serde::Deserialize;

use super::refused;
use crate::core::error::AuthError;

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

impl PolicySettings {
    /// Checks the form of the scopes. A token's are words with blanks between them: one with a blank would match none.
    pub fn check(&self) -> Result<(), AuthError> {
        let is_word = |scope: &String| !scope.is_empty() && !scope.contains(char::is_whitespace);
        if self.scopes.iter().flatten().all(is_word) {
            return Ok(());
        }
        Err(refused(
            "option verify.scopes must be scopes without blanks",
        )
        .hint(r#"Pass several scopes as a list: ["orders/read", "orders/write"]. A token that has one of them is accepted."#))
    }
}

impl fmt::Debug for PolicySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicySettings").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::PolicySettings;
    use crate::core::error::Reason;

    fn policy(value: serde_json::Value) -> PolicySettings {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn scopes_are_words() {
        let check = |scopes| policy(serde_json::json!({ "scopes": scopes })).check();
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
        let policy = policy(serde_json::json!({
            "use": "s3cret", "clientIds": secrets, "groups": secrets, "scopes": secrets
        }));
        assert!(!format!("{policy:?}").contains("s3cret"));
    }
}
