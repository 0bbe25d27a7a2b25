//! A request's body: what the caller gives, and what the configuration fills in.

use aws_lc_rs::hmac;
use base64_simd::STANDARD;
use serde_json::{Map, Value};

use super::failure::unmakeable;
use crate::core::config::Config;
use crate::core::error::{AuthError, Reason};
use crate::core::operations::{Row, Setting};
use crate::core::secret::Secret;

/// The members of a request. It has no `Debug`: there may be a password among them.
#[derive(Default)]
pub(in crate::net) struct Body(Map<String, Value>);

/// A request as it is sent.
pub(in crate::net) struct Request {
    pub(super) row: &'static Row,
    /// The operation's name, if the row is not its own.
    pub(super) name: Option<String>,
    /// Whether it may be sent again when nobody knows if the first one took effect.
    pub(super) repeatable: bool,
    pub(super) json: Secret,
}

impl Body {
    /// Reads a caller's JSON. Members that are null count as left out.
    pub(in crate::net) fn read(json: &Secret) -> Result<Self, AuthError> {
        let members = serde_json::from_str(json.expose());
        members
            .map(Self::of)
            // The parser's own words could show a value.
            .map_err(|_| invalid("The request is not a JSON object"))
    }

    /// Takes a text out of the body.
    pub(in crate::net) fn take_text(&mut self, name: &str) -> Result<Option<String>, AuthError> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(invalid(format!("{name} must be a string"))),
        }
    }

    /// The body with one more member; `None` leaves it out.
    #[must_use]
    pub(in crate::net) fn with(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }

    /// The body with these members. Those that are null count as left out.
    pub(in crate::net) fn of(mut members: Map<String, Value>) -> Self {
        members.retain(|_, value| !value.is_null());
        Self(members)
    }

    /// A text that the caller may leave out.
    pub(in crate::net) fn text(&self, name: &str) -> Result<Option<&str>, AuthError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(invalid(format!("{name} must be a string"))),
        }
    }

    /// A whole number that the caller may leave out.
    pub(in crate::net) fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name).and_then(Value::as_u64)
    }

    /// The request of an operation, with what the configuration has for it where the caller left that out; or the
    /// setting that is missing.
    pub(in crate::net) fn request(
        mut self,
        row: &'static Row,
        config: &Config,
    ) -> Result<Request, AuthError> {
        for setting in row.filled_in {
            if !self.0.contains_key(setting.as_str()) {
                let value = self.value_of(*setting, config)?;
                self = self.with(setting.as_str(), value);
            }
        }
        let json = serde_json::to_string(&self.0).map_err(|error| unmakeable(&error))?;
        Ok(Request {
            row,
            name: None,
            repeatable: row.repeatable,
            json: Secret::new(json),
        })
    }

    fn value_of(&self, setting: Setting, config: &Config) -> Result<Option<String>, AuthError> {
        match setting {
            Setting::UserPoolId => config.user_pool_id().map(|id| Some(id.to_owned())),
            Setting::ClientId => config.client_id().map(|id| Some(id.to_owned())),
            Setting::SecretHash => {
                let (username, client) = (self.text("Username")?, self.text("ClientId")?);
                // The secret is the configured app client's: a hash for another one would be a wrong one, made with it.
                let is_own = |client: &&str| config.client_id().map_or(true, |own| own == *client);
                let client = client.filter(is_own);
                let hash = |(username, client)| secret_hash(config, username, client);
                Ok(username.zip(client).and_then(hash))
            }
        }
    }
}

impl Request {
    /// The same request, sent again only if it has had no effect, whatever its row says.
    #[must_use]
    pub(in crate::net) fn once(mut self) -> Self {
        self.repeatable = false;
        self
    }

    /// The same request, sent again also if nobody knows whether it took effect, whatever its row says.
    #[must_use]
    pub(in crate::net) fn repeated(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// The same request for another operation than the row's.
    #[must_use]
    pub(in crate::net) fn named(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }

    /// The operation's row.
    pub(in crate::net) fn row(&self) -> &'static Row {
        self.row
    }

    /// The length of the body in bytes.
    pub(in crate::net) fn len(&self) -> usize {
        self.json.expose().len()
    }
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> AuthError {
    AuthError::new(Reason::InvalidArgument, message)
}

/// HMAC-SHA256 of user name and client id under the client's secret, in base64:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash>
pub(in crate::net) fn secret_hash(
    config: &Config,
    username: &str,
    client_id: &str,
) -> Option<String> {
    let secret = config.client_secret.as_ref()?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(username.as_bytes());
    context.update(client_id.as_bytes());
    Some(STANDARD.encode_to_string(context.sign().as_ref()))
}

#[cfg(test)]
mod tests {
    use super::{Body, Config, Reason, Secret, secret_hash};
    use crate::core::operations::Row;

    fn config(settings: &str) -> Config {
        Config::parse(serde_json::from_str(settings).unwrap()).unwrap()
    }

    fn sent(operation: &str, body: &str, config: &Config) -> String {
        let body = Body::read(&Secret::new(body)).unwrap();
        let row = Row::find(operation).unwrap();
        let request = body.request(row, config).unwrap();
        request.json.expose().to_owned()
    }

    const POOL: &str = r#"{"region":"us-east-1","userPoolId":"us-east-1_Ab1","clientId":"jumps over the lazy dog"}"#;

    #[test]
    fn the_secret_hash_is_the_documented_one() {
        // HMAC-SHA256("key", "The quick brown fox jumps over the lazy dog"), a published vector.
        let hash = "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=";
        let config = config(r#"{"clientSecret":"key"}"#);
        let made = secret_hash(&config, "The quick brown fox ", "jumps over the lazy dog");
        assert_eq!(made.as_deref(), Some(hash));
        let body = r#"{"Username":"The quick brown fox ","ClientId":"jumps over the lazy dog"}"#;
        assert!(sent("SignUp", body, &config).contains(hash));
    }

    #[test]
    fn what_the_caller_leaves_out_is_filled_in_where_the_operation_takes_it() {
        let config = config(&POOL.replace("jumps over the lazy dog", "client"));
        for (operation, body, expected) in [
            ("AdminGetUser", "{}", r#"{"UserPoolId":"us-east-1_Ab1"}"#),
            (
                "AdminGetUser",
                r#"{"UserPoolId":null}"#,
                r#"{"UserPoolId":"us-east-1_Ab1"}"#,
            ),
            (
                "AdminGetUser",
                r#"{"UserPoolId":"other"}"#,
                r#"{"UserPoolId":"other"}"#,
            ),
            ("SignUp", "{}", r#"{"ClientId":"client"}"#),
            // Without a secret of the client there is no hash.
            (
                "SignUp",
                r#"{"Username":"a"}"#,
                r#"{"ClientId":"client","Username":"a"}"#,
            ),
            (
                "GetUser",
                r#"{"AccessToken":"a"}"#,
                r#"{"AccessToken":"a"}"#,
            ),
            ("DeleteUserPool", "{}", "{}"),
        ] {
            assert_eq!(sent(operation, body, &config), expected, "{operation}");
        }
    }

    #[test]
    fn the_secret_makes_no_hash_for_another_app_client() {
        let config = config(r#"{"region":"us-east-1","clientId":"own","clientSecret":"key"}"#);
        let hashed = |body| sent("SignUp", body, &config).contains("SecretHash");
        assert!(hashed(r#"{"Username":"a"}"#));
        assert!(hashed(r#"{"Username":"a","ClientId":"own"}"#));
        assert!(!hashed(r#"{"Username":"a","ClientId":"other"}"#));
    }

    #[test]
    fn a_missing_setting_is_reported_and_no_value_shown() {
        let body = Body::read(&Secret::new(r#"{"Username":"s3cret"}"#)).unwrap();
        let row = Row::find("AdminGetUser").unwrap();
        let error = body.request(row, &config("{}")).err().unwrap();
        assert_eq!(error.reason(), Reason::Config);
        for json in ["s3cret", "[\"s3cret\"]", "{\"a\":\"s3cret", "\"s3cret\""] {
            let error = Body::read(&Secret::new(json)).err().unwrap();
            assert_eq!(error.reason(), Reason::InvalidArgument);
            assert!(!format!("{error:?}").contains("s3cret"));
        }
        let body = Body::read(&Secret::new(r#"{"Username":["s3cret"]}"#)).unwrap();
        let error = body.text("Username").unwrap_err();
        assert!(!format!("{error:?}").contains("s3cret"));
    }
}
