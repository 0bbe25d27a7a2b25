//! JWKS bytes → verification keys by `kid`, each parsed once (RFC 7517, section 5).

use std::fmt;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64_simd::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse, RSAKeyParameters,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::core::limits;

/// A pool's RSA key, ready to verify RS256 signatures.
pub struct VerificationKey {
    kid: String,
    key: ParsedPublicKey,
}

impl VerificationKey {
    /// The key's id.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Whether `signature` is this key's RSASSA-PKCS1-v1_5 signature, with SHA-256, of `message`
    /// (RFC 8017, section 8.2.2).
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerificationKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// The usable keys of one JWKS. There is at least one.
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<VerificationKey>,
    /// Ids that several different keys have.
    ambiguous: Vec<String>,
}

/// Why a JWKS replaces nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwksError {
    /// It is no JSON object with an array `keys`.
    Malformed,
    /// Its keys for RS256 signatures share their `kid` with others.
    Ambiguous,
    /// It has no key for RS256 signatures.
    NoUsableKey,
    /// It has more than [`limits::JWKS_BYTES`] bytes.
    TooLarge,
    /// It has more than [`limits::JWKS_KEYS`] keys.
    TooManyKeys,
}

impl fmt::Display for JwksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the JWKS is no JSON object with an array `keys`"),
            Self::Ambiguous => f.write_str("the JWKS has different keys under one kid"),
            Self::NoUsableKey => f.write_str("the JWKS has no key for RS256 signatures"),
            Self::TooLarge => {
                write!(f, "the JWKS is larger than {} bytes", limits::JWKS_BYTES)
            }
            Self::TooManyKeys => write!(f, "the JWKS has more than {} keys", limits::JWKS_KEYS),
        }
    }
}

impl std::error::Error for JwksError {}

impl KeySet {
    /// Reads a JWKS. Keys that cannot verify RS256 signatures, or that have no `kid`, are skipped; so are
    /// different keys under one `kid`, of which nobody could say which is meant.
    pub fn parse(json: &[u8]) -> Result<Self, JwksError> {
        #[derive(Deserialize)]
        struct Jwks<'a> {
            #[serde(borrow)]
            keys: Vec<&'a RawValue>,
        }

        if json.len() > limits::JWKS_BYTES {
            return Err(JwksError::TooLarge);
        }
        let jwks: Jwks<'_> = serde_json::from_slice(json).map_err(|_| JwksError::Malformed)?;
        if jwks.keys.len() > limits::JWKS_KEYS {
            return Err(JwksError::TooManyKeys);
        }
        let mut keys: Vec<VerificationKey> = Vec::with_capacity(jwks.keys.len());
        let mut ambiguous: Vec<String> = Vec::new();
        for key in jwks
            .keys
            .into_iter()
            .filter_map(|jwk| verification_key(jwk.get()))
        {
            match keys.iter().find(|known| known.kid == key.kid) {
                None => keys.push(key),
                Some(known) if known.key.as_ref() == key.key.as_ref() => {}
                Some(_) => ambiguous.push(key.kid),
            }
        }
        keys.retain(|key| !ambiguous.contains(&key.kid));
        match (keys.is_empty(), ambiguous.is_empty()) {
            (true, true) => Err(JwksError::NoUsableKey),
            (true, false) => Err(JwksError::Ambiguous),
            _ => Ok(Self { keys, ambiguous }),
        }
    }

    /// Why no key has this id, for people.
    pub fn missing_hint(&self, kid: &str) -> &'static str {
        if self.ambiguous.iter().any(|ambiguous| ambiguous == kid) {
            "The key set has different keys under the token's kid, so none of them is used. Give each key a kid of its own."
        } else {
            "The token's kid names no key of the configured user pool."
        }
    }

    /// The key with this id.
    pub fn key(&self, kid: &str) -> Option<&VerificationKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// Whether every key of `other` is in this set too, unchanged.
    pub fn includes(&self, other: &Self) -> bool {
        other.keys_missing_in(self).next().is_none()
    }

    /// The keys that `other` does not have, or has under the same id with other contents.
    pub fn keys_missing_in<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = &'a VerificationKey> {
        self.keys.iter().filter(|key| {
            other
                .key(&key.kid)
                .is_none_or(|same| same.key.as_ref() != key.key.as_ref())
        })
    }

    /// The usable keys.
    pub fn keys(&self) -> &[VerificationKey] {
        &self.keys
    }

    /// How many usable keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Never true: a set without a usable key is not made.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

fn verification_key(json: &str) -> Option<VerificationKey> {
    let jwk: Jwk = serde_json::from_str(json).ok()?;
    let common = &jwk.common;
    let for_signatures = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature))
        && matches!(common.key_algorithm, None | Some(KeyAlgorithm::RS256))
        && common
            .key_operations
            .as_ref()
            .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    let AlgorithmParameters::RSA(rsa) = &jwk.algorithm else {
        return None;
    };
    let kid = common.key_id.clone().filter(|_| for_signatures)?;
    Some(VerificationKey {
        kid,
        key: rsa_key(rsa)?,
    })
}

fn rsa_key(rsa: &RSAKeyParameters) -> Option<ParsedPublicKey> {
    let n = URL_SAFE_NO_PAD.decode_to_vec(&rsa.n).ok()?;
    let e = URL_SAFE_NO_PAD.decode_to_vec(&rsa.e).ok()?;
    // RFC 7518, section 6.3.1.1, allows no leading zero; some issuers send one all the same.
    let n = n.strip_prefix(&[0]).unwrap_or(&n);
    let top = n.first().filter(|top| **top != 0)?;
    let bits = n.len() * 8 - top.leading_zeros() as usize;
    if !(limits::RSA_MIN_BITS..=limits::RSA_MAX_BITS).contains(&bits) || !is_exponent(&e) {
        return None;
    }
    RsaPublicKeyComponents { n, e: e.as_slice() }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .ok()
}

/// An odd number of at least 3 and at most 33 bits. With 1, every message would be its own signature.
fn is_exponent(e: &[u8]) -> bool {
    let value = e.iter().try_fold(0_u64, |value, byte| {
        (value < 1 << 32).then_some(value << 8 | u64::from(*byte))
    });
    value.is_some_and(|value| value >= 3 && value % 2 == 1 && value < 1 << 33)
}

#[cfg(test)]
mod tests {
    use super::{JwksError, KeySet, is_exponent};

    const N: &str = include_str!("../../tests/data/rsa-2048.n.txt");

    fn jwk(members: &str) -> String {
        format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"{members}}}"#, N.trim())
    }

    fn set(keys: &[String]) -> Result<KeySet, JwksError> {
        KeySet::parse(format!(r#"{{"keys":[{}]}}"#, keys.join(",")).as_bytes())
    }

    #[test]
    fn reads_cognito_s_form() {
        let keys = set(&[
            jwk(r#","kid":"a=","alg":"RS256","use":"sig""#),
            jwk(r#","kid":"b""#),
        ]);
        let keys = keys.unwrap();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys.key("a=").unwrap().kid(), "a=");
        assert!(keys.key("c").is_none() && keys.key("").is_none());
    }

    #[test]
    fn skips_what_is_not_for_rs256_and_keeps_the_rest() {
        for unusable in [
            jwk(""),
            jwk(r#","kid":"x","use":"enc""#),
            jwk(r#","kid":"x","alg":"RS512""#),
            jwk(r#","kid":"x","alg":"PS256""#),
            jwk(r#","kid":"x","alg":"RSA-OAEP""#),
            jwk(r#","kid":"x","alg":"of the future""#),
            jwk(r#","kid":"x","key_ops":["encrypt"]"#),
            jwk(r#","kid":7"#),
            r#"{"kty":"EC","kid":"x","crv":"P-256","x":"AA","y":"AA","alg":"RS256"}"#.to_owned(),
            r#"{"kty":"RSA","kid":"x","n":"AQAB","e":"AQAB"}"#.to_owned(),
            r#"{"kty":"RSA","kid":"x"}"#.to_owned(),
            jwk(r#","kid":"x""#).replace("AQAB", "AQ"),
            jwk(r#","kid":"x""#).replace("AQAB", "Ag"),
            jwk(r#","kid":"x""#).replace("AQAB", "AQAB="),
            "[]".to_owned(),
            "null".to_owned(),
        ] {
            assert_eq!(
                set(std::slice::from_ref(&unusable)).unwrap_err(),
                JwksError::NoUsableKey
            );
            let keys = set(&[unusable.clone(), jwk(r#","kid":"good""#)]).unwrap();
            assert_eq!(keys.len(), 1, "{unusable}");
            assert!(
                keys.key("good").is_some() && keys.key("x").is_none(),
                "{unusable}"
            );
        }
    }

    #[test]
    fn different_keys_under_one_kid_are_no_key() {
        let same = [jwk(r#","kid":"a""#), jwk(r#","kid":"a","use":"sig""#)];
        assert_eq!(set(&same).unwrap().len(), 1);
        let other = jwk(r#","kid":"a""#).replace("AQAB", "Aw");
        let keys = set(&[
            jwk(r#","kid":"a""#),
            other.clone(),
            jwk(r#","kid":"b""#),
            other,
        ]);
        let keys = keys.unwrap();
        assert!(keys.key("a").is_none() && keys.key("b").is_some());
        assert!(keys.missing_hint("a").contains("different keys"));
        assert!(!keys.missing_hint("c").contains("different keys"));
        let clash = [same[0].clone(), same[0].replace("AQAB", "Aw")];
        assert_eq!(set(&clash).unwrap_err(), JwksError::Ambiguous);
    }

    #[test]
    fn an_empty_unreadable_or_huge_set_is_an_error() {
        for json in [
            "",
            "[]",
            "{}",
            "null",
            r#"{"keys":{}}"#,
            r#"{"keys":null}"#,
            "<html>",
        ] {
            assert_eq!(
                KeySet::parse(json.as_bytes()).unwrap_err(),
                JwksError::Malformed
            );
        }
        assert_eq!(set(&[]).unwrap_err(), JwksError::NoUsableKey);
        let many: Vec<_> = (0..65).map(|i| jwk(&format!(r#","kid":"{i}""#))).collect();
        assert_eq!(set(&many).unwrap_err(), JwksError::TooManyKeys);
        assert_eq!(set(&many[..64]).unwrap().len(), 64);
        let huge = vec![b' '; 256 * 1024 + 1];
        assert_eq!(KeySet::parse(&huge).unwrap_err(), JwksError::TooLarge);
    }

    #[test]
    fn exponents() {
        for good in [&[3_u8][..], &[1, 0, 1], &[0, 1, 0, 1], &[1, 0, 0, 0, 1]] {
            assert!(is_exponent(good), "{good:?}");
        }
        for bad in [
            &[][..],
            &[0],
            &[1],
            &[2],
            &[1, 0, 0],
            &[2, 0, 0, 0, 1],
            &[1; 9],
        ] {
            assert!(!is_exponent(bad), "{bad:?}");
        }
    }
}
