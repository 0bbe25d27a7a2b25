//! Stage one, structure: text → [`UnverifiedToken`] (RFC 7515, section 3.1, strictly read).

use base64_simd::URL_SAFE_NO_PAD;

use super::strict_json::read_members;
use crate::core::error::{AuthError, Reason};
use crate::core::limits;

/// A JWS in compact form whose parts are in order. Nothing in it is to be believed yet.
#[derive(Debug)]
pub struct UnverifiedToken<'a> {
    signing_input: &'a str,
    kid: String,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> UnverifiedToken<'a> {
    /// Takes a token apart. Refused are: other than three parts; padding, foreign characters and spare bits in
    /// base64url; a header that is not UTF-8, that is longer than [`limits::HEADER_BYTES`], is no JSON object or has
    /// duplicate members; an algorithm other than RS256; `crit` and `b64`, which would change what the signature means.
    ///
    /// The payload is not looked into before its signature has been checked, not even for being UTF-8.
    pub fn parse(token: &'a str) -> Result<Self, AuthError> {
        Self::read(token).map_err(|error| match look_alike(token) {
            Some(hint) if error.reason() == Reason::TokenMalformed => error.hint(hint),
            _ => error,
        })
    }

    fn read(token: &'a str) -> Result<Self, AuthError> {
        if token.is_empty() {
            return Err(AuthError::token_missing());
        }
        if token.len() > limits::TOKEN_BYTES {
            return Err(malformed("jwt malformed")
                .hint("the token is longer than 65536 bytes, more than any Cognito token"));
        }
        let (signing_input, header, payload, signature) = parts(token)?;
        // Of unpadded base64url, four characters are three bytes.
        if header.len() * 3 / 4 > limits::HEADER_BYTES {
            return Err(invalid().hint("The token's header is longer than 1024 bytes. Headers of Cognito tokens have about 90."));
        }
        let header = String::from_utf8(decoded(header)?).map_err(|_| invalid())?;
        let header = Header::read(&header)?;
        let payload = decoded(payload)?;
        if payload.is_empty() {
            return Err(invalid());
        }
        if signature.is_empty() {
            return Err(AuthError::new(
                Reason::TokenSignature,
                "jwt signature is required",
            ));
        }
        let signature = URL_SAFE_NO_PAD
            .decode_to_vec(signature)
            .map_err(|_| undecodable(signature))?;
        if header.algorithm.as_deref() != Some("RS256") {
            return Err(AuthError::new(Reason::TokenAlgorithm, "invalid algorithm")
                .hint(header.algorithm_hint()));
        }
        let Some(kid) = header.kid else {
            return Err(AuthError::new(Reason::KeyUnknown, "invalid token")
                .hint("the token's header has no kid, which every Cognito token has"));
        };
        Ok(Self {
            signing_input,
            kid,
            payload,
            signature,
        })
    }

    /// The id of the key that is said to have signed.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    pub(super) fn signing_input(&self) -> &'a str {
        self.signing_input
    }

    pub(super) fn signature(&self) -> &[u8] {
        &self.signature
    }

    pub(super) fn into_payload(self) -> Result<String, AuthError> {
        String::from_utf8(self.payload).map_err(|_| invalid())
    }
}

fn malformed(message: &'static str) -> AuthError {
    AuthError::new(Reason::TokenMalformed, message)
}

fn invalid() -> AuthError {
    malformed("invalid token")
}

/// By what a text is recognised.
type Sign = fn(&str) -> bool;

/// What a text looks like that is no ID or access token of a user pool: the first row that applies. Each looks at no more
/// than the text's ends, or at the bytes of a text of at most `limits::TOKEN_BYTES`.
const LOOK_ALIKES: &[(Sign, &str)] = &[
    (
        |text| {
            let scheme = text.get(..BEARER.len());
            let rest = text.as_bytes().get(BEARER.len());
            scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(BEARER))
                && rest.is_none_or(|byte| *byte == b' ')
        },
        "The text begins with `Bearer`. Pass the token alone: the part of the Authorization header after `Bearer `.",
    ),
    (
        |text| text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace),
        "The text begins or ends with white space, such as the line break of a file. Pass the token without it: `token.trim()`.",
    ),
    (
        |text| text.starts_with('"'),
        "The text is a JSON string. Pass the token without the quotation marks: `JSON.parse(text)`.",
    ),
    (
        |text| matches!(text, "undefined" | "null" | "NaN" | "[object Object]"),
        "The text is a missing value or an object that JavaScript converted to a string. Check where the application reads the token.",
    ),
    (
        |text| is_short(text) && text.contains('%'),
        "The text is URL-encoded. Pass the decoded token: `decodeURIComponent(text)`.",
    ),
    (
        |text| is_short(text) && text.contains(','),
        "The text has a comma, as several header lines that were joined have. Pass one token.",
    ),
    (
        // RFC 7516, section 3.1.
        |text| is_short(text) && text.bytes().filter(|byte| *byte == b'.').count() == 4,
        "The token has five parts: it is encrypted, as Cognito's refresh tokens are. Pass the ID token or the access token.",
    ),
];

const BEARER: &str = "Bearer";

fn is_short(text: &str) -> bool {
    text.len() <= limits::TOKEN_BYTES
}

fn look_alike(token: &str) -> Option<&'static str> {
    let row = LOOK_ALIKES.iter().find(|(applies, _)| applies(token));
    row.map(|(_, hint)| *hint)
}

/// A signature in the alphabet of base64url is one to the original, whatever its length and spare bits.
fn undecodable(signature: &str) -> AuthError {
    let is_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if signature.bytes().all(is_alphabet) {
        AuthError::new(Reason::TokenSignature, "invalid signature")
    } else {
        invalid()
    }
}

/// Signing input, header, payload and signature.
fn parts(token: &str) -> Result<(&str, &str, &str, &str), AuthError> {
    let not_three = || malformed("jwt malformed");
    let (signing_input, signature) = token.rsplit_once('.').ok_or_else(not_three)?;
    let (header, payload) = signing_input.split_once('.').ok_or_else(not_three)?;
    if payload.contains('.') {
        return Err(not_three());
    }
    Ok((signing_input, header, payload, signature))
}

fn decoded(part: &str) -> Result<Vec<u8>, AuthError> {
    URL_SAFE_NO_PAD.decode_to_vec(part).map_err(|_| invalid())
}

#[derive(Default)]
struct Header {
    algorithm: Option<String>,
    kid: Option<String>,
    /// Application Load Balancers name themselves here.
    has_signer: bool,
}

impl Header {
    fn read(json: &str) -> Result<Self, AuthError> {
        let mut header = Self::default();
        let mut refused = false;
        read_members(json, |name, value| match name {
            b"alg" => header.algorithm = text(value),
            b"signer" => header.has_signer = true,
            b"kid" => header.kid = text(value),
            b"crit" | b"b64" => refused = true,
            _ => {}
        })
        .map_err(|_| invalid())?;
        if refused {
            return Err(invalid().hint("headers with crit or b64 are not accepted"));
        }
        Ok(header)
    }

    fn algorithm_hint(&self) -> &'static str {
        match self.algorithm.as_deref() {
            // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
            Some("ES256") if self.has_signer => {
                "The token was signed by an Application Load Balancer (header x-amzn-oidc-data), with a key of its own. \
                 Pass the access token of the header x-amzn-oidc-accesstoken, or an ID token."
            }
            // https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html
            Some("RS512") => {
                "The token looks like one of an identity pool (GetOpenIdToken), which signs with RS512. Pass an ID or access token \
                 of the user pool: those are signed with RS256, and nothing else is accepted."
            }
            _ => "User pools sign ID and access tokens with RS256, and nothing else is accepted.",
        }
    }
}

fn text(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use base64_simd::URL_SAFE_NO_PAD;

    use super::UnverifiedToken;
    use crate::core::error::Reason;

    fn encode(text: impl AsRef<[u8]>) -> String {
        URL_SAFE_NO_PAD.encode_to_string(text.as_ref())
    }

    fn refusal(token: &str) -> (Reason, String) {
        let error = UnverifiedToken::parse(token).unwrap_err();
        (error.reason(), error.message().to_owned())
    }

    const GOOD: &str = r#"{"alg":"RS256","kid":"k"}"#;

    fn with_header(header: &str) -> String {
        format!("{}.{}.{}", encode(header), encode("{}"), encode([1; 256]))
    }

    #[test]
    fn a_good_token_comes_apart() {
        let token = with_header(r#"{"kid":"k","typ":"JWT","alg":"RS256"}"#);
        let parsed = UnverifiedToken::parse(&token).unwrap();
        assert_eq!((parsed.kid(), &*parsed.payload), ("k", &b"{}"[..]));
        assert_eq!(parsed.signature(), [1; 256]);
        assert!(token.starts_with(parsed.signing_input()));
        assert_eq!(parsed.signing_input().matches('.').count(), 1);
    }

    #[test]
    fn other_than_three_parts() {
        assert_eq!(
            refusal(""),
            (Reason::TokenMalformed, "jwt must be provided".into())
        );
        for token in ["a", "a.b", "a.b.c.d", "a.b.c.d.e", ".", "...", "Bearer x"] {
            assert_eq!(
                refusal(token),
                (Reason::TokenMalformed, "jwt malformed".into()),
                "{token}"
            );
        }
        assert_eq!(refusal(&"a".repeat(65_537)).1, "jwt malformed");
    }

    #[test]
    fn base64url_is_canonical() {
        let good = with_header(GOOD);
        for token in [
            good.replacen('.', "=.", 1),
            format!("{good}="),
            format!("{good}\n"),
            format!(" {good}"),
            format!("Bearer {good}"),
            good.replacen('.', "\0.", 1),
            format!("{}.e+.AAAA", encode(GOOD)),
            format!("{}.e/.AAAA", encode(GOOD)),
            // Spare bits that are not zero: `{}` is `e30`, `e31` decodes to it loosely.
            format!("{}.e31.AAAA", encode(GOOD)),
            "..".into(),
            ".e30.AAAA".into(),
            format!("{}..AAAA", encode(GOOD)),
        ] {
            assert_eq!(
                refusal(&token),
                (Reason::TokenMalformed, "invalid token".into()),
                "{token}"
            );
        }
    }

    #[test]
    fn a_signature_that_no_bytes_have_is_wrong() {
        for signature in ["A", "AAB", "AAAAA"] {
            assert_eq!(
                refusal(&format!("{}.e30.{signature}", encode(GOOD))),
                (Reason::TokenSignature, "invalid signature".into()),
            );
        }
    }

    #[test]
    fn the_header_is_a_strict_json_object_and_utf8() {
        for json in [
            "",
            "null",
            "[]",
            "1",
            r#""x""#,
            "{",
            "\u{feff}{}",
            r#"{"a":1,"a":2}"#,
        ] {
            assert_eq!(refusal(&with_header(json)).1, "invalid token", "{json}");
        }
        let not_utf8 = b"{\"a\":\"\xff\"}";
        let in_header = format!("{}.e30.AAAA", encode(not_utf8));
        assert_eq!(refusal(&in_header).1, "invalid token");
    }

    #[test]
    fn algorithms() {
        for alg in [
            r#""none""#,
            r#""None""#,
            r#""NONE""#,
            r#""HS256""#,
            r#""RS384""#,
            r#""PS256""#,
            r#""ES256""#,
            r#""rs256""#,
            r#""RS256 ""#,
            r#""""#,
            "null",
            "256",
            r#"["RS256"]"#,
        ] {
            let header = format!(r#"{{"alg":{alg},"kid":"k"}}"#);
            assert_eq!(
                refusal(&with_header(&header)),
                (Reason::TokenAlgorithm, "invalid algorithm".into()),
                "{alg}"
            );
            let unsigned = format!("{}.e30.", encode(header));
            assert_eq!(
                refusal(&unsigned),
                (Reason::TokenSignature, "jwt signature is required".into())
            );
        }
        assert_eq!(
            refusal(&with_header(r#"{"kid":"k"}"#)).1,
            "invalid algorithm"
        );
    }

    fn hint(token: &str) -> String {
        let error = UnverifiedToken::parse(token).unwrap_err();
        error
            .context()
            .hint
            .clone()
            .unwrap_or_default()
            .into_owned()
    }

    #[test]
    fn what_is_no_token_of_a_user_pool_is_recognised() {
        let good = with_header(GOOD);
        for bearer in [
            "Bearer x",
            "bearer x.y.z",
            "Bearer",
            "BEARER ",
            &format!("Bearer {good}"),
        ] {
            assert!(hint(bearer).contains("Authorization header"), "{bearer}");
        }
        assert!(hint("").contains("no token"));
        for other in ["Beärer x", "Bearerx", "a.b.c.d", "a.b"] {
            assert_eq!(hint(other), "", "{other}");
        }
        for padded in [format!(" {good}"), format!("{good}\n"), "\u{a0}x".into()] {
            assert!(hint(&padded).contains("white space"), "{padded}");
        }
        for (text, expected) in [
            (format!("\"{good}\""), "JSON string"),
            ("undefined".into(), "missing value"),
            ("[object Object]".into(), "missing value"),
            (format!("{good}%3D"), "URL-encoded"),
            (format!("{good},{good}"), "comma"),
        ] {
            assert!(hint(&text).contains(expected), "{text}");
        }
        for encrypted in ["a.b.c.d.e", "....", &format!("{good}.c.d")] {
            assert!(hint(encrypted).contains("refresh token"), "{encrypted}");
        }
        let algorithms = [
            (r#"{"alg":"RS512","kid":"k"}"#, "identity pool"),
            (
                r#"{"alg":"ES256","kid":"k","signer":"arn:aws:x"}"#,
                "Load Balancer",
            ),
            (
                r#"{"alg":"ES256","kid":"k"}"#,
                "sign ID and access tokens with RS256",
            ),
            (
                r#"{"alg":"HS256","kid":"k","signer":"x"}"#,
                "sign ID and access tokens with RS256",
            ),
        ];
        for (header, expected) in algorithms {
            assert!(hint(&with_header(header)).contains(expected), "{header}");
        }
    }

    #[test]
    fn crit_and_b64_are_refused_and_foreign_keys_ignored() {
        for member in [
            r#""crit":["exp"]"#,
            r#""crit":[]"#,
            r#""b64":false"#,
            r#""b64":true"#,
        ] {
            let header = format!(r#"{{"alg":"RS256","kid":"k",{member}}}"#);
            assert_eq!(
                refusal(&with_header(&header)).1,
                "invalid token",
                "{member}"
            );
        }
        for member in [
            r#""jwk":{"kty":"RSA"}"#,
            r#""jku":"https://x""#,
            r#""x5u":"https://x""#,
        ] {
            let token = with_header(&format!(r#"{{"alg":"RS256","kid":"k",{member}}}"#));
            assert_eq!(
                UnverifiedToken::parse(&token).unwrap().kid(),
                "k",
                "{member}"
            );
        }
    }

    #[test]
    fn kid_is_required_and_a_string() {
        for header in [
            r#"{"alg":"RS256"}"#,
            r#"{"alg":"RS256","kid":7}"#,
            r#"{"alg":"RS256","kid":null}"#,
        ] {
            assert_eq!(
                refusal(&with_header(header)),
                (Reason::KeyUnknown, "invalid token".into())
            );
        }
    }
}
