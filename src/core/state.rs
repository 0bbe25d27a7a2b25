//! Saved challenges: sealed with AES-256-GCM into a text, which a browser may keep between two requests.
//!
//! The text is base64url of: the version, a salt, a nonce, the sealed challenge and its tag. Each text has a key of its own,
//! HKDF-SHA256 of the application's key and the salt; so the nonce never repeats for a key. Pool, app client, version and the
//! binding to a browser are authenticated with it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::{hkdf, rand};
use base64_simd::URL_SAFE_NO_PAD;

use crate::core::challenge::Challenge;
use crate::core::error::{AuthError, Reason};
use crate::core::limits;
use crate::core::secret::Secret;

const VERSION: u8 = 1;
const SALT_LEN: usize = 16;
const HEAD_LEN: usize = 1 + SALT_LEN + NONCE_LEN;

/// The setting, as messages name it.
const STATE_KEY: &str = "COGNITO_STATE_KEY (option stateKey)";
const MAKE_ONE: &str =
    "Make a key with `openssl rand -base64 32`, and set the same one on all servers.";

/// The keys that saved challenges are sealed with: the first seals, and all open.
#[derive(Clone, Debug)]
pub struct Keys {
    keys: Vec<Secret>,
    label: &'static str,
}

impl Keys {
    /// The application's own keys. Each must be long and varied enough not to be guessed.
    pub fn parse(keys: &[Secret]) -> Result<Self, AuthError> {
        if keys.is_empty() {
            return Err(config(format!("{STATE_KEY} must not be an empty list")));
        }
        for key in keys {
            let key = key.expose();
            if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(config(format!(
                    "{STATE_KEY} contains a line break, a blank or another character that it cannot have"
                )));
            }
            let variety: BTreeSet<_> = key.bytes().collect();
            if key.len() < limits::STATE_KEY_CHARACTERS || variety.len() < limits::STATE_KEY_VARIETY
            {
                return Err(config(format!(
                    "{STATE_KEY} must have at least {} characters, {} of them different",
                    limits::STATE_KEY_CHARACTERS,
                    limits::STATE_KEY_VARIETY
                ))
                .hint(MAKE_ONE));
            }
        }
        Ok(Self {
            keys: keys.to_vec(),
            label: "cognito-auth-native/state/1/key",
        })
    }

    /// The key that the app client's secret stands in for while there is no other. It opens nothing that was sealed with
    /// [`Keys::parse`]'s, even if the secret is one of them.
    pub fn of_client_secret(secret: &Secret) -> Self {
        Self {
            keys: vec![secret.clone()],
            label: "cognito-auth-native/state/1/client-secret",
        }
    }
}

/// The failure of saving and resuming without any key.
pub fn missing_key() -> AuthError {
    config("COGNITO_STATE_KEY is not set (nor option stateKey), and the app client has no secret to seal a challenge with")
        .hint(MAKE_ONE)
}

/// What a saved challenge is for: it opens only where all of this is the same.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The keys.
    pub keys: &'a Keys,
    /// The user pool's id, if it is set.
    pub user_pool_id: Option<&'a str>,
    /// The app client's id.
    pub client_id: &'a str,
    /// A text that only the browser has that began the sign-in.
    pub binding: Option<&'a Secret>,
}

impl Scope<'_> {
    /// Ids contain no `|`.
    fn pool_and_client(&self) -> String {
        format!(
            "{}|{}",
            self.user_pool_id.unwrap_or_default(),
            self.client_id
        )
    }

    /// What is authenticated and not in the text.
    fn associated(&self, version: u8) -> Vec<u8> {
        let mut data = vec![version];
        data.extend(self.pool_and_client().as_bytes());
        // A byte that no id has, so that no id can be taken for another one and a binding.
        data.push(u8::from(self.binding.is_some()));
        if let Some(binding) = self.binding {
            data.extend(digest(&SHA256, binding.expose().as_bytes()).as_ref());
        }
        data
    }

    fn text_key(&self, key: &Secret, salt: &[u8]) -> Result<LessSafeKey, Unspecified> {
        let pool_and_client = self.pool_and_client();
        let info = [self.keys.label.as_bytes(), b"|", pool_and_client.as_bytes()];
        hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
            .extract(key.expose().as_bytes())
            .expand(&info, &AES_256_GCM)
            .map(UnboundKey::from)
            .map(LessSafeKey::new)
    }
}

/// Seals a challenge into a text.
pub fn seal(challenge: &Challenge, scope: &Scope<'_>) -> Result<String, AuthError> {
    if scope
        .binding
        .is_some_and(|binding| binding.expose().is_empty())
    {
        return Err(AuthError::new(
            Reason::InvalidArgument,
            "option binding must not be empty",
        ));
    }
    let kept = challenge.kept()?;
    let sealed = sealed(kept.expose().as_bytes(), scope)
        .map_err(|_| AuthError::new(Reason::Internal, "The challenge could not be sealed"))?;
    let text = URL_SAFE_NO_PAD.encode_to_string(sealed);
    if text.len() > limits::STATE_CHARACTERS {
        return Err(config(format!(
            "The saved challenge would be longer than {} characters",
            limits::STATE_CHARACTERS
        ))
        .hint(largest_part(challenge)));
    }
    Ok(text)
}

/// What to do about the part that makes a saved challenge too long.
fn largest_part(challenge: &Challenge) -> &'static str {
    let session = challenge.session().map_or(0, |it| it.expose().len());
    let parts = [
        (
            session,
            "Amazon Cognito's session is part of it, and is longer than the API reference says: keep the challenge in the process's memory.",
        ),
        (
            challenge.name_characters(),
            "The user name is part of it, and is longer than Amazon Cognito allows.",
        ),
        (
            challenge.listed_characters(),
            "What the challenge shows is part of it, such as the trigger's publicChallengeParameters. Keep large ones elsewhere.",
        ),
    ];
    let largest = parts.into_iter().max_by_key(|(length, _)| *length);
    largest.map_or("", |(_, hint)| hint)
}

fn sealed(plain: &[u8], scope: &Scope<'_>) -> Result<Vec<u8>, Unspecified> {
    let key = scope.keys.keys.first().ok_or(Unspecified)?;
    let (mut salt, mut nonce) = ([0; SALT_LEN], [0; NONCE_LEN]);
    rand::fill(&mut salt)?;
    rand::fill(&mut nonce)?;
    let mut body = plain.to_vec();
    scope.text_key(key, &salt)?.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(scope.associated(VERSION)),
        &mut body,
    )?;
    Ok([&[VERSION], &salt[..], &nonce[..], &body].concat())
}

/// Opens a text that was sealed for the same scope, at the time `now` (milliseconds since 1970).
///
/// Whatever is wrong with the text has one message, and every text that can be decoded takes the same steps until its tag
/// has been checked.
pub fn open(text: &str, scope: &Scope<'_>, now: u64) -> Result<Challenge, AuthError> {
    let challenge = opened(text, scope).ok_or_else(refused)?;
    let (received, life) = (challenge.received(), milliseconds(limits::STATE_LIFE));
    let newest = now.saturating_add(milliseconds(limits::STATE_CLOCK_SKEW));
    if received > newest || now > received.saturating_add(life) {
        return Err(AuthError::new(
            Reason::ChallengeExpired,
            "The saved challenge is too old: start the sign-in again",
        ));
    }
    Ok(challenge)
}

fn opened(text: &str, scope: &Scope<'_>) -> Option<Challenge> {
    if text.len() > limits::STATE_CHARACTERS {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode_to_vec(text).ok()?;
    let (head, body) = bytes.split_at_checked(HEAD_LEN)?;
    let (version, head) = head.split_first()?;
    let (salt, nonce) = head.split_at_checked(SALT_LEN)?;
    let associated = scope.associated(*version);
    let mut plain = None;
    // All keys, whether or not one has opened it.
    for key in &scope.keys.keys {
        let mut body = body.to_vec();
        let key = scope.text_key(key, salt).ok()?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        if let Ok(opened) = key.open_in_place(nonce, Aad::from(&associated), &mut body) {
            plain = Some(opened.to_vec());
        }
    }
    let plain = plain.filter(|_| *version == VERSION)?;
    Challenge::restore(&Secret::new(String::from_utf8(plain).ok()?))
}

fn refused() -> AuthError {
    AuthError::new(
        Reason::InvalidArgument,
        "The saved challenge cannot be opened",
    )
    .hint("It was changed or cut, or it was saved for another pool, app client or browser, with another key, or by another version of this package.")
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn config(message: impl Into<Cow<'static, str>>) -> AuthError {
    AuthError::new(Reason::Config, message)
}
