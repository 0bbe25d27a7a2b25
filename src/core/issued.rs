//! What tokens say that Cognito has just sent: nobody else can have made them.

use base64_simd::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The `sub`.
pub fn subject(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Subject {
        sub: String,
    }
    payload(token).map(|Subject { sub }| sub)
}

/// For how many seconds it is good.
pub fn lifetime(token: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Times {
        iat: u64,
        exp: u64,
    }
    payload(token).and_then(|Times { iat, exp }| exp.checked_sub(iat))
}

fn payload<T: DeserializeOwned>(token: &str) -> Option<T> {
    let payload = token.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode_to_vec(payload).ok()?;
    serde_json::from_slice(&payload).ok()
}

#[cfg(test)]
mod tests {
    use super::{lifetime, subject};

    #[test]
    fn a_token_says_whose_it_is_and_for_how_long_it_is_good() {
        let payload = |json: &str| super::URL_SAFE_NO_PAD.encode_to_string(json);
        let token = |json| format!("header.{}.signature", payload(json));
        let good = token(r#"{"sub":"a","iat":100,"exp":3700}"#);
        assert_eq!(subject(&good).as_deref(), Some("a"));
        assert_eq!(lifetime(&good), Some(3600));
        for other in [
            token(r#"{"iat":3700,"exp":100}"#),
            token("[]"),
            token(r#"{"sub":1,"iat":"1","exp":2}"#),
            "a".to_owned(),
            "..".to_owned(),
            "e30.é.e30".to_owned(),
            "a.b.c".to_owned(),
            String::new(),
        ] {
            assert_eq!((subject(&other), lifetime(&other)), (None, None));
        }
    }
}
