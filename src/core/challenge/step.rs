//! A challenge: what it shows, what it hides, and what is kept of it.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::shown::{self, Listed, Once, Totp, Unreadable};
use super::table::{self, Row};
use super::totp::otpauth_uri;
use crate::core::error::{AuthError, Reason};
use crate::core::limits;
use crate::core::secret::Secret;

/// Which of the two families of operations a sign-in uses, from its first request to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Route {
    /// AdminInitiateAuth and `AdminRespondToAuthChallenge`: signed.
    Admin,
    /// `InitiateAuth` and `RespondToAuthChallenge`: not signed.
    Public,
}

/// The sign-in that a challenge belongs to.
#[derive(Clone)]
pub struct SignIn {
    username: String,
    internal_name: Option<String>,
    route: Route,
    device_key: Option<Secret>,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("route", &self.route)
            .finish_non_exhaustive()
    }
}

impl SignIn {
    /// A sign-in that begins, with the user name as it was given.
    pub fn new(username: impl Into<String>, route: Route, device_key: Option<Secret>) -> Self {
        Self {
            username: username.into(),
            internal_name: None,
            route,
            device_key,
        }
    }

    /// Which operations it uses.
    pub const fn route(&self) -> Route {
        self.route
    }
}

/// A challenge, with what it shows and what it hides. `Debug` shows its name only.
#[derive(Clone)]
pub struct Challenge {
    name: String,
    session: Option<Secret>,
    sign_in: SignIn,
    listed: Listed,
    once: Once,
    /// When Cognito sent it, in milliseconds since 1970.
    received: u64,
    /// Whether it is one of `MFA_SETUP` that an authenticator app's code answers.
    pub(super) awaits_totp: bool,
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What an application shows, in the order of the type definitions.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    signed_in: bool,
    name: &'a str,
    username: &'a str,
    #[serde(flatten)]
    listed: &'a Listed,
    #[serde(flatten)]
    once: &'a Once,
}

/// What a later answer needs: short names, because it is sealed into a text that a cookie is to hold.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept<'a> {
    n: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s: Option<Cow<'a, str>>,
    u: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    i: Option<Cow<'a, str>>,
    f: Route,
    p: Cow<'a, Listed>,
    t: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    a: bool,
}

impl Challenge {
    /// The challenge of an answer of `(Admin)InitiateAuth` or `(Admin)RespondToAuthChallenge`, received at `now` (milliseconds
    /// since 1970); nothing if the answer has none.
    pub fn from_answer(
        answer: &Map<String, Value>,
        mut sign_in: SignIn,
        now: u64,
    ) -> Result<Option<Self>, Unreadable> {
        let Some(name) = text(answer, "ChallengeName")? else {
            return Ok(None);
        };
        if !is_name(name) {
            return Err(Unreadable);
        }
        let parameters = shown::parameters(answer)?;
        // Answers under the name that was typed, such as an e-mail address, fail with UserNotFoundException.
        let internal_name = [shown::USER_ID, shown::USERNAME]
            .into_iter()
            .filter_map(|name| parameters.get(name))
            .find(|name| !name.is_empty());
        if let Some(internal_name) = internal_name {
            sign_in.internal_name = Some(internal_name.clone());
        }
        let (listed, once) = shown::read(table::find(name), answer, parameters)?;
        Ok(Some(Self {
            name: name.to_owned(),
            session: text(answer, "Session")?.map(Secret::new),
            sign_in,
            listed,
            once,
            received: now,
            awaits_totp: false,
        }))
    }

    /// The challenge `MFA_SETUP` after `AssociateSoftwareToken`: with the secret to show, and the session of that answer. The
    /// answer to it is the authenticator app's code.
    #[must_use]
    pub fn with_totp(
        mut self,
        secret: &Secret,
        session: Option<Secret>,
        issuer: &str,
        now: u64,
    ) -> Self {
        let uri = otpauth_uri(secret.expose(), issuer, &self.sign_in.username);
        self.once.totp = Some(Totp {
            secret: secret.expose().to_owned(),
            uri,
        });
        self.session = session;
        self.received = now;
        self.awaits_totp = true;
        self
    }

    /// Its name in the API reference.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What proves to Cognito that the earlier steps were taken.
    pub fn session(&self) -> Option<&Secret> {
        self.session.as_ref()
    }

    /// The sign-in that it belongs to, for the challenge that follows.
    pub fn sign_in(&self) -> &SignIn {
        &self.sign_in
    }

    /// The user name to send: Cognito's own, else the one that was given. `SECRET_HASH` is computed over it.
    pub fn username_to_send(&self) -> &str {
        let internal_name = self.sign_in.internal_name.as_ref();
        internal_name.unwrap_or(&self.sign_in.username)
    }

    /// When it was received, in milliseconds since 1970.
    pub const fn received(&self) -> u64 {
        self.received
    }

    /// How long the user's names are.
    pub(crate) fn name_characters(&self) -> usize {
        let internal_name = self.sign_in.internal_name.as_ref().map_or(0, String::len);
        self.sign_in.username.len() + internal_name
    }

    /// How long that is which is kept of what is shown, as JSON.
    pub(crate) fn listed_characters(&self) -> usize {
        serde_json::to_string(&self.listed).map_or(0, |json| json.len())
    }

    /// What may go to the user's browser, as a JSON object.
    pub fn shown(&self) -> Result<Secret, AuthError> {
        json(&Shown {
            signed_in: false,
            name: &self.name,
            username: &self.sign_in.username,
            listed: &self.listed,
            once: &self.once,
        })
    }

    /// What a later answer needs, as JSON for [`Challenge::restore`]. It must not leave this process unsealed.
    pub fn kept(&self) -> Result<Secret, AuthError> {
        let exposed = |secret: &'_ Secret| Cow::Owned(secret.expose().to_owned());
        json(&Kept {
            n: Cow::Borrowed(&self.name),
            s: self.session.as_ref().map(exposed),
            u: Cow::Borrowed(&self.sign_in.username),
            i: self.sign_in.internal_name.as_deref().map(Cow::Borrowed),
            f: self.sign_in.route,
            p: Cow::Borrowed(&self.listed),
            t: self.received,
            d: self.sign_in.device_key.as_ref().map(exposed),
            a: self.awaits_totp,
        })
    }

    /// The challenge that was kept, without what is shown only once: the attributes, a passkey's options and a TOTP secret.
    pub fn restore(kept: &Secret) -> Option<Self> {
        let kept: Kept<'_> = serde_json::from_str(kept.expose()).ok()?;
        Some(Self {
            name: kept.n.into_owned(),
            session: kept.s.map(Secret::new),
            sign_in: SignIn {
                username: kept.u.into_owned(),
                internal_name: kept.i.map(Cow::into_owned),
                route: kept.f,
                device_key: kept.d.map(Secret::new),
            },
            listed: kept.p.into_owned(),
            once: Once::default(),
            received: kept.t,
            awaits_totp: kept.a,
        })
    }

    pub(super) fn row(&self) -> &'static Row {
        table::find(&self.name)
    }

    pub(super) fn device_key(&self) -> Option<&Secret> {
        self.sign_in.device_key.as_ref()
    }

    pub(super) fn choices(&self) -> &[String] {
        self.listed.choices.as_deref().unwrap_or_default()
    }

    pub(super) fn required_attributes(&self) -> &[String] {
        let names = self.listed.required_attributes.as_deref();
        names.unwrap_or_default()
    }
}

/// A text of the answer itself. An empty one is none.
fn text<'a>(answer: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Unreadable> {
    match answer.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some(_) => Err(Unreadable),
    }
}

/// The API reference's names consist of these; users of the application see the name.
fn is_name(text: &str) -> bool {
    let is_in_names = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=limits::NAME_CHARACTERS).contains(&text.len()) && text.bytes().all(is_in_names)
}

fn json(value: &impl Serialize) -> Result<Secret, AuthError> {
    serde_json::to_string(value)
        .map(Secret::new)
        .map_err(|_| AuthError::new(Reason::Internal, "The challenge could not be serialized"))
}
