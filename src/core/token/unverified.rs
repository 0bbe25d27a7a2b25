//! What a token says of itself, without any check.

use base64_simd::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// Claims that nothing has checked: to describe a token, and never to trust it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Unverified {
    /// The user's id.
    pub sub: Option<String>,
    /// The user name in an access token.
    pub username: Option<String>,
    /// When the token expires, in seconds since 1970.
    pub exp: Option<f64>,
}

/// The claims of a token; none if it cannot be read.
pub fn unverified(token: &str) -> Unverified {
    let payload = token.split('.').nth(1);
    let bytes = payload.and_then(|payload| URL_SAFE_NO_PAD.decode_to_vec(payload).ok());
    let claims = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    claims.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{URL_SAFE_NO_PAD, unverified};

    #[test]
    fn what_cannot_be_read_says_nothing() {
        let token = |payload: &str| format!("a.{}.c", URL_SAFE_NO_PAD.encode_to_string(payload));
        let claims = unverified(&token(r#"{"sub":"1","username":"theseus","exp":5,"x":[]}"#));
        assert_eq!(claims.sub.as_deref(), Some("1"));
        assert_eq!(claims.username.as_deref(), Some("theseus"));
        assert_eq!(claims.exp, Some(5.0));
        for token in [
            "",
            "a",
            "a.b",
            "a.%.c",
            &token("[]"),
            &token(r#"{"sub":1}"#),
        ] {
            let claims = unverified(token);
            assert!(claims.sub.is_none() && claims.username.is_none() && claims.exp.is_none());
        }
    }
}
