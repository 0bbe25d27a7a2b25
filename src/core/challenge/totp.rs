//! The address that authenticator apps read from a QR code.

use std::fmt::Write as _;

/// The address for a TOTP secret, with the defaults of SHA-1, six digits and 30 seconds:
/// <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>
pub fn otpauth_uri(secret: &str, issuer: &str, username: &str) -> String {
    let (secret, issuer, username) = (encoded(secret), encoded(issuer), encoded(username));
    format!("otpauth://totp/{issuer}:{username}?secret={secret}&issuer={issuer}")
}

/// Percent-encodes everything but the unreserved characters (RFC 3986, section 2.3).
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::otpauth_uri;

    #[test]
    fn label_and_issuer_are_percent_encoded() {
        assert_eq!(
            otpauth_uri("JBSWY3DP", "us-east-1_Ab1", "theseus"),
            "otpauth://totp/us-east-1_Ab1:theseus?secret=JBSWY3DP&issuer=us-east-1_Ab1"
        );
        assert_eq!(
            otpauth_uri("A=", "My:Shop & Co", "a/b?secret=X&issuer=é"),
            "otpauth://totp/My%3AShop%20%26%20Co:a%2Fb%3Fsecret%3DX%26issuer%3D%C3%A9?secret=A%3D&issuer=My%3AShop%20%26%20Co"
        );
    }
}
