//! Settings as they are handed in.

use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::form::{is_line, is_visible_ascii};
use super::wrong::refused;
use crate::core::environment::Environment;
use crate::core::error::AuthError;
use crate::core::secret::Secret;

/// What JavaScript hands down: options, each already replaced by its environment variable where it was left out,
/// and of the right JavaScript type. `Debug` shows none: nothing has been checked, so that any may be a secret.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// `COGNITO_REGION`.
    pub region: Option<String>,
    /// `AWS_REGION`, which says where this code runs, not where the pool is.
    pub ambient_region: Option<String>,
    /// Further regions whose original issuers are accepted.
    pub replica_regions: Vec<String>,
    /// `USER_POOL_ID`.
    pub user_pool_id: Option<String>,
    /// `COGNITO_CLIENT_ID`.
    pub client_id: Option<String>,
    /// `COGNITO_CLIENT_SECRET`.
    pub client_secret: Option<Secret>,
    /// `COGNITO_AUTH_FLOW`.
    pub auth_flow: Option<String>,
    /// `COGNITO_STATE_KEY`: the keys that saved challenges are sealed with, the one that seals first.
    pub state_key: Option<Vec<Secret>>,
    /// Seconds for which a refresh result that replaced the refresh token is handed to later calls with the old one.
    pub refresh_reuse: Option<u32>,
    /// `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER`.
    pub endpoint: Option<String>,
    /// Whether the endpoint is a variable's and no option: a profile may switch it off.
    pub endpoint_is_variable: bool,
    /// `COGNITO_ISSUER`.
    pub issuer: Option<Vec<String>>,
    /// `COGNITO_JWKS_URI`.
    pub jwks_uri: Option<String>,
    /// `AWS_ACCESS_KEY_ID` and its companions.
    pub credentials: Option<StaticCredentials>,
    /// `AWS_PROFILE`, for the default credentials chain.
    pub profile: Option<String>,
    /// Milliseconds that one call may take.
    pub timeout_ms: Option<u64>,
    /// Milliseconds that connecting may take.
    pub connect_timeout_ms: Option<u64>,
    /// Attempts of one request.
    pub max_attempts: Option<u32>,
    /// A key set to use instead of fetching one.
    pub jwks: Option<Box<RawValue>>,
    /// `HTTPS_PROXY`, which may hold a password.
    pub https_proxy: Option<Secret>,
    /// `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// `NODE_EXTRA_CA_CERTS`: the path of a file of PEM certificates.
    pub extra_ca_certs: Option<String>,
    /// `process.env`, for what the AWS SDK and the platform's certificates read from it.
    pub environment: Environment,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

/// AWS credentials that do not change.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StaticCredentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: Secret,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: Secret,
    /// `AWS_SESSION_TOKEN`.
    #[serde(default)]
    pub session_token: Option<Secret>,
}

/// A secret made with `echo`, or a file read whole, ends with a line break. Nothing but what is sent would show it.
pub(super) fn check_characters(settings: &Settings) -> Result<(), AuthError> {
    let credentials = settings.credentials.as_ref();
    let keys = [
        (
            credentials.map(|all| &all.access_key_id),
            "AWS_ACCESS_KEY_ID (option credentials.accessKeyId)",
        ),
        (
            credentials.map(|all| &all.secret_access_key),
            "AWS_SECRET_ACCESS_KEY (option credentials.secretAccessKey)",
        ),
        (
            credentials.and_then(|all| all.session_token.as_ref()),
            "AWS_SESSION_TOKEN (option credentials.sessionToken)",
        ),
        (
            settings.client_secret.as_ref(),
            "COGNITO_CLIENT_SECRET (option clientSecret)",
        ),
    ];
    for (key, name) in keys {
        if key.is_some_and(|key| !is_visible_ascii(key.expose())) {
            return Err(refused(format!(
                "{name} contains a line break, a blank or another character that it cannot have"
            )));
        }
    }
    let line = |text: &'_ Option<String>| text.as_deref().is_some_and(|text| !is_line(text));
    let lines = [
        (line(&settings.profile), "AWS_PROFILE"),
        (
            line(&settings.endpoint),
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER (option endpoint)",
        ),
        (
            settings.issuer.iter().flatten().any(|text| !is_line(text)),
            "COGNITO_ISSUER (option issuer)",
        ),
        (
            line(&settings.jwks_uri),
            "COGNITO_JWKS_URI (option jwksUri)",
        ),
    ];
    match lines.into_iter().find(|(is_broken, _)| *is_broken) {
        None => Ok(()),
        Some((_, name)) => Err(refused(format!(
            "{name} contains a control character such as a line break, or a blank at its beginning or end"
        ))),
    }
}
