//! Options and settings handed in, parsed once into a [`Config`]. What is wrong is named here; what is missing is
//! named by the first call that needs it.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use url::{Host, Url};

use crate::environment::Environment;
use crate::error::{AuthError, Reason};
use crate::limits;
use crate::secret::Secret;

/// What JavaScript hands down: options, each already replaced by its environment variable where it was left out,
/// and of the right JavaScript type.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// `AWS_REGION`.
    pub region: Option<String>,
    /// `USER_POOL_ID`.
    pub user_pool_id: Option<String>,
    /// `COGNITO_CLIENT_ID`.
    pub client_id: Option<String>,
    /// `COGNITO_CLIENT_SECRET`.
    pub client_secret: Option<Secret>,
    /// `COGNITO_AUTH_FLOW`.
    pub auth_flow: Option<String>,
    /// `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER`.
    pub endpoint: Option<String>,
    /// `COGNITO_ISSUER`.
    pub issuer: Option<String>,
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
    /// Which tokens are accepted.
    pub verify: PolicySettings,
    /// A key set to use instead of fetching one.
    pub jwks: Option<Box<RawValue>>,
    /// `HTTPS_PROXY` or `ALL_PROXY`.
    pub https_proxy: Option<Secret>,
    /// `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// `NODE_EXTRA_CA_CERTS`: the path of a file of PEM certificates.
    pub extra_ca_certs: Option<String>,
    /// `process.env`, for what the AWS SDK and the platform's certificates read from it.
    pub environment: Environment,
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

/// The `verify` option.
#[derive(Debug, Default, Deserialize)]
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

/// The sign-in flow, by its two names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthFlow {
    /// `ADMIN_NO_SRP_AUTH`, as the tutorial has it.
    #[default]
    AdminNoSrpAuth,
    /// `ADMIN_USER_PASSWORD_AUTH`, its newer name.
    AdminUserPasswordAuth,
}

impl AuthFlow {
    /// The name in the API reference.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AdminNoSrpAuth => "ADMIN_NO_SRP_AUTH",
            Self::AdminUserPasswordAuth => "ADMIN_USER_PASSWORD_AUTH",
        }
    }
}

/// How the outside world is reached; configurations that agree in it share connections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct HttpConfig {
    /// The URL of the proxy for https, which may have a password.
    pub https_proxy: Option<Secret>,
    /// Hosts that are reached without a proxy, as `NO_PROXY` lists them.
    pub no_proxy: Option<String>,
    /// A file of further CA certificates.
    pub extra_ca_certs: Option<String>,
    /// How long connecting may take, if configured.
    pub connect_limit: Option<Duration>,
    /// `SSL_CERT_FILE`, instead of the platform's certificates.
    pub ssl_cert_file: Option<String>,
    /// `SSL_CERT_DIR`, likewise.
    pub ssl_cert_dir: Option<String>,
}

/// One pool's configuration, parsed.
#[derive(Debug)]
pub struct Config {
    region: Option<String>,
    user_pool_id: Option<String>,
    client_id: Option<String>,
    issuer: Option<String>,
    jwks_uri: Option<String>,
    /// The app client's secret.
    pub client_secret: Option<Secret>,
    /// The sign-in flow.
    pub auth_flow: AuthFlow,
    /// An emulator or VPC endpoint, without a slash at the end.
    pub endpoint: Option<String>,
    /// Credentials that do not change; without them the default chain serves.
    pub credentials: Option<StaticCredentials>,
    /// The profile of the default chain.
    pub profile: Option<String>,
    /// How long one call may take.
    pub call_limit: Duration,
    /// Attempts of one request.
    pub max_attempts: u32,
    /// Which tokens are accepted.
    pub verify: PolicySettings,
    /// A key set to use instead of fetching one.
    pub jwks: Option<Box<RawValue>>,
    /// How the outside world is reached.
    pub http: HttpConfig,
    /// What the AWS SDK takes for the process's environment.
    pub environment: Arc<Environment>,
}

impl Config {
    /// Checks the form of every setting that is there.
    pub fn parse(settings: Settings) -> Result<Self, AuthError> {
        check_characters(&settings)?;
        let user_pool_id = checked(
            settings.user_pool_id,
            is_pool_id,
            "USER_POOL_ID (option userPoolId)",
            POOL_FORM,
        )?;
        let region = settings.region.or_else(|| {
            user_pool_id
                .as_deref()
                .and_then(region_of)
                .map(str::to_owned)
        });
        let region = match region {
            Some(region) if !is_region(&region) => {
                return Err(AuthError::new(
                    Reason::Config,
                    "Invalid region in config: AWS_REGION (option region) must be a region's name, such as us-east-1",
                ));
            }
            region => region,
        };
        let client_id = checked(
            settings.client_id,
            is_client_id,
            "COGNITO_CLIENT_ID (option clientId)",
            CLIENT_FORM,
        )?;
        let endpoint = settings
            .endpoint
            .map(|text| {
                http_url(
                    &text,
                    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER (option endpoint)",
                )
            })
            .transpose()?;
        let issuer = settings.issuer.map(|text| issuer(&text)).transpose()?;
        let jwks_uri = settings
            .jwks_uri
            .map(|text| {
                jwks_address(
                    &text,
                    "COGNITO_JWKS_URI (option jwksUri)",
                    endpoint.as_ref(),
                )
            })
            .transpose()?;
        if let Some(issuer) = issuer
            .as_deref()
            .filter(|_| jwks_uri.is_none() && endpoint.is_none())
        {
            jwks_address(issuer, "COGNITO_ISSUER (option issuer)", None)?;
        }
        let auth_flow = match settings.auth_flow.as_deref() {
            None | Some("ADMIN_NO_SRP_AUTH") => AuthFlow::AdminNoSrpAuth,
            Some("ADMIN_USER_PASSWORD_AUTH") => AuthFlow::AdminUserPasswordAuth,
            Some(_) => {
                return Err(config_error(
                    "COGNITO_AUTH_FLOW (option authFlow) must be ADMIN_NO_SRP_AUTH or ADMIN_USER_PASSWORD_AUTH",
                ));
            }
        };
        let call_limit = duration(settings.timeout_ms, "option timeoutMs must be 1 to 300000")?;
        let connect_limit = duration(
            settings.connect_timeout_ms,
            "option connectTimeoutMs must be 1 to 300000",
        )?;
        let max_attempts = match settings.max_attempts {
            None => limits::ATTEMPTS,
            Some(attempts @ 1..=10) => attempts,
            Some(_) => return Err(config_error("option maxAttempts must be 1 to 10")),
        };
        let variable = |name| settings.environment.text(name).map(str::to_owned);
        Ok(Self {
            region,
            user_pool_id,
            client_id,
            issuer,
            jwks_uri,
            client_secret: settings.client_secret,
            auth_flow,
            endpoint: endpoint.map(|url| url.as_str().trim_end_matches('/').to_owned()),
            credentials: settings.credentials,
            profile: settings.profile,
            call_limit: call_limit.unwrap_or(limits::CALL),
            max_attempts,
            verify: settings.verify,
            jwks: settings.jwks,
            http: HttpConfig {
                https_proxy: settings.https_proxy,
                no_proxy: settings.no_proxy,
                extra_ca_certs: settings.extra_ca_certs,
                connect_limit,
                ssl_cert_file: variable(c"SSL_CERT_FILE"),
                ssl_cert_dir: variable(c"SSL_CERT_DIR"),
            },
            environment: Arc::new(settings.environment),
        })
    }

    /// The region, or what to set.
    pub fn region(&self) -> Result<&str, AuthError> {
        self.region.as_deref().ok_or_else(|| {
            AuthError::new(
                Reason::Config,
                "Missing region in config: AWS_REGION is not set (nor option region); set it to the user pool's region, such as us-east-1",
            )
        })
    }

    /// The user pool's id, or what to set.
    pub fn user_pool_id(&self) -> Result<&str, AuthError> {
        self.user_pool_id.as_deref().ok_or_else(|| {
            AuthError::new(
                Reason::Config,
                "Missing required key 'UserPoolId' in params: USER_POOL_ID is not set (nor option userPoolId); set it to the user pool's id, such as us-east-1_AbCdEfGhI",
            )
            .named("MissingRequiredParameter")
        })
    }

    /// The app client's id, or what to set.
    pub fn client_id(&self) -> Result<&str, AuthError> {
        self.client_id.as_deref().ok_or_else(|| {
            AuthError::new(
                Reason::Config,
                "Missing required key 'ClientId' in params: COGNITO_CLIENT_ID is not set (nor option clientId); set it to the app client's id",
            )
            .named("MissingRequiredParameter")
        })
    }

    /// The values of `iss` that the pool's tokens may have.
    ///
    /// Without a setting these are the pool's two forms; the second is the one that pools may be switched to since
    /// 2026: <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html>
    pub fn issuers(&self) -> Result<Vec<String>, AuthError> {
        if let Some(issuer) = &self.issuer {
            return Ok(vec![issuer.clone()]);
        }
        // The pool first: its id may name the region.
        let (pool, region) = (self.user_pool_id()?, self.region()?);
        let suffix = dns_suffix(region);
        Ok(vec![
            format!("https://cognito-idp.{region}.{suffix}/{pool}"),
            format!("https://issuer-cognito-idp.{region}.amazonaws.com/{pool}"),
        ])
    }

    /// Where the pool's keys are fetched from.
    pub fn jwks_uri(&self) -> Result<String, AuthError> {
        if let Some(uri) = &self.jwks_uri {
            return Ok(uri.clone());
        }
        let mut uri = match (&self.endpoint, &self.issuer) {
            (Some(endpoint), _) => format!("{endpoint}/{}", self.user_pool_id()?),
            (None, Some(issuer)) => issuer.trim_end_matches('/').to_owned(),
            (None, None) => {
                let (pool, region) = (self.user_pool_id()?, self.region()?);
                let suffix = dns_suffix(region);
                format!("https://cognito-idp.{region}.{suffix}/{pool}")
            }
        };
        uri.push_str("/.well-known/jwks.json");
        Ok(uri)
    }
}

/// A secret made with `echo`, or a file read whole, ends with a line break. Nothing but what is sent would show it.
fn check_characters(settings: &Settings) -> Result<(), AuthError> {
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
            return Err(config_error(&format!(
                "{name} contains a line break, a blank or another character that it cannot have"
            )));
        }
    }
    let lines = [
        (&settings.profile, "AWS_PROFILE"),
        (
            &settings.endpoint,
            "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER (option endpoint)",
        ),
        (&settings.issuer, "COGNITO_ISSUER (option issuer)"),
        (&settings.jwks_uri, "COGNITO_JWKS_URI (option jwksUri)"),
    ];
    for (line, name) in lines {
        if line.as_deref().is_some_and(|line| !is_line(line)) {
            return Err(config_error(&format!(
                "{name} contains a control character such as a line break, or a blank at its beginning or end"
            )));
        }
    }
    Ok(())
}

/// Whether a text consists of the characters that keys are made of, and so can be a part of an HTTP header.
pub fn is_visible_ascii(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_line(text: &str) -> bool {
    text.trim() == text && !text.contains(char::is_control)
}

const POOL_FORM: &str = "must be a user pool's id, such as us-east-1_AbCdEfGhI";
const CLIENT_FORM: &str = "must be an app client's id: 1 to 128 letters, digits, + or _";

fn duration(ms: Option<u64>, complaint: &'static str) -> Result<Option<Duration>, AuthError> {
    match ms.map(Duration::from_millis) {
        Some(limit) if limit.is_zero() || limit > limits::LONGEST_CALL => {
            Err(config_error(complaint))
        }
        limit => Ok(limit),
    }
}

fn config_error(message: &str) -> AuthError {
    AuthError::new(Reason::Config, message.to_owned())
}

fn checked(
    value: Option<String>,
    has_form: fn(&str) -> bool,
    variable: &str,
    form: &str,
) -> Result<Option<String>, AuthError> {
    match value {
        Some(text) if !has_form(&text) => Err(config_error(&format!("{variable} {form}"))),
        value => Ok(value),
    }
}

/// `[\w-]+_[0-9a-zA-Z]+`, at most 55 characters: `UserPoolId` in the API reference of AdminGetUser.
fn is_pool_id(text: &str) -> bool {
    text.len() <= 55
        && text.rsplit_once('_').is_some_and(|(region, id)| {
            !region.is_empty()
                && region
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                && !id.is_empty()
                && id.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// `[\w+]+`, at most 128 characters: `ClientId` in the API reference of SignUp.
fn is_client_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'+')
}

/// One label of a host name (RFC 1123, section 2.1), for the region becomes a part of one.
fn is_region(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// The region that a pool's id begins with.
fn region_of(pool_id: &str) -> Option<&str> {
    let (region, _) = pool_id.rsplit_once('_')?;
    is_region(region).then_some(region)
}

/// The DNS suffix of the region's partition, as the AWS SDKs' `partitions.json` has it.
fn dns_suffix(region: &str) -> &'static str {
    const PARTITIONS: &[(&str, &str)] = &[
        ("cn-", "amazonaws.com.cn"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("eusc-", "amazonaws.eu"),
        ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("us-isof-", "csp.hci.ic.gov"),
    ];
    PARTITIONS
        .iter()
        .find(|(prefix, _)| region.starts_with(prefix))
        .map_or("amazonaws.com", |(_, suffix)| suffix)
}

fn http_url(text: &str, setting: &str) -> Result<Url, AuthError> {
    Url::parse(text)
        .ok()
        .filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        })
        .ok_or_else(|| {
            let mut message = setting.to_owned();
            let _ = write!(
                message,
                " must be an http or https URL without user, query or fragment"
            );
            config_error(&message)
        })
}

/// The issuer is compared as it was written: only its form is checked.
fn issuer(text: &str) -> Result<String, AuthError> {
    http_url(text, "COGNITO_ISSUER (option issuer)").map(|_| text.to_owned())
}

/// Keys that came in the clear could be anybody's, so plain HTTP is for loopback and for the host that was
/// configured as the endpoint.
fn jwks_address(text: &str, setting: &str, endpoint: Option<&Url>) -> Result<String, AuthError> {
    let url = http_url(text, setting)?;
    let is_endpoint = endpoint.is_some_and(|endpoint| endpoint.origin() == url.origin());
    if url.scheme() == "https" || is_loopback(&url) || is_endpoint {
        return Ok(text.to_owned());
    }
    Err(config_error(&format!(
        "{setting} must be an https URL: keys are not fetched in the clear except from loopback or the configured endpoint"
    )))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, Settings};
    use crate::error::Reason;

    fn settings(json: &str) -> Settings {
        serde_json::from_str(json).unwrap()
    }

    fn config(json: &str) -> Config {
        Config::parse(settings(json)).unwrap()
    }

    fn refusal(json: &str) -> String {
        let error = Config::parse(settings(json)).unwrap_err();
        assert_eq!(error.reason(), Reason::Config);
        error.message().to_owned()
    }

    #[test]
    fn the_region_comes_from_the_pool_id_when_nothing_else_names_it() {
        assert_eq!(
            config(r#"{"userPoolId":"eu-west-1_Ab1"}"#)
                .region()
                .unwrap(),
            "eu-west-1"
        );
        let both = config(r#"{"region":"us-east-1","userPoolId":"eu-west-1_Ab1"}"#);
        assert_eq!(both.region().unwrap(), "us-east-1");
    }

    #[test]
    fn what_is_missing_is_named_with_its_cure() {
        let empty = config("{}");
        for (error, begins, names) in [
            (
                empty.region().unwrap_err(),
                "Missing region in config",
                "AWS_REGION",
            ),
            (
                empty.user_pool_id().unwrap_err(),
                "Missing required key 'UserPoolId' in params",
                "USER_POOL_ID",
            ),
            (
                empty.client_id().unwrap_err(),
                "Missing required key 'ClientId' in params",
                "COGNITO_CLIENT_ID",
            ),
        ] {
            assert_eq!(error.reason(), Reason::Config);
            assert!(error.message().starts_with(begins), "{error}");
            assert!(error.message().contains(names), "{error}");
        }
    }

    #[test]
    fn issuers_and_keys_follow_the_partition() {
        let china = config(r#"{"userPoolId":"cn-north-1_Ab1"}"#);
        assert_eq!(
            china.issuers().unwrap()[0],
            "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Ab1"
        );
        assert_eq!(
            china.jwks_uri().unwrap(),
            "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Ab1/.well-known/jwks.json"
        );
        let ireland = config(r#"{"userPoolId":"eu-west-1_Ab1"}"#);
        assert_eq!(
            ireland.issuers().unwrap(),
            [
                "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
                "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
            ]
        );
    }

    #[test]
    fn an_endpoint_moves_the_keys_but_not_the_issuer() {
        let local = config(r#"{"userPoolId":"us-east-1_Ab1","endpoint":"http://127.0.0.1:4566/"}"#);
        assert_eq!(
            local.jwks_uri().unwrap(),
            "http://127.0.0.1:4566/us-east-1_Ab1/.well-known/jwks.json"
        );
        assert_eq!(
            local.issuers().unwrap()[0],
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1"
        );
    }

    #[test]
    fn a_configured_issuer_is_the_only_one() {
        let own = config(r#"{"userPoolId":"us-east-1_Ab1","issuer":"https://login.example.com"}"#);
        assert_eq!(own.issuers().unwrap(), ["https://login.example.com"]);
        assert_eq!(
            own.jwks_uri().unwrap(),
            "https://login.example.com/.well-known/jwks.json"
        );
    }

    #[test]
    fn keys_are_not_fetched_in_the_clear_from_afar() {
        for json in [
            r#"{"jwksUri":"http://example.com/keys"}"#,
            r#"{"issuer":"http://example.com/pool"}"#,
            r#"{"jwksUri":"http://127.0.0.1.example.com/keys"}"#,
        ] {
            assert!(refusal(json).contains("https"), "{json}");
        }
        config(r#"{"jwksUri":"http://[::1]:9/keys"}"#);
        config(r#"{"jwksUri":"http://localhost:9/keys"}"#);
        config(r#"{"endpoint":"http://emulator:4566","jwksUri":"http://emulator:4566/x"}"#);
    }

    #[test]
    fn what_is_wrong_is_named_and_never_shown() {
        for (json, names) in [
            (r#"{"userPoolId":"s3cret"}"#, "USER_POOL_ID"),
            (r#"{"userPoolId":"us-east-1_"}"#, "USER_POOL_ID"),
            (r#"{"userPoolId":"us-east-1_a/../s3cret"}"#, "USER_POOL_ID"),
            (r#"{"clientId":"s3cret s3cret"}"#, "COGNITO_CLIENT_ID"),
            (r#"{"region":"s3cret.example.com"}"#, "AWS_REGION"),
            (r#"{"endpoint":"s3cret"}"#, "AWS_ENDPOINT_URL"),
            (
                r#"{"endpoint":"http://u:s3cret@localhost"}"#,
                "AWS_ENDPOINT_URL",
            ),
            (r#"{"issuer":"ftp://s3cret"}"#, "COGNITO_ISSUER"),
            (r#"{"jwksUri":"file:///s3cret"}"#, "COGNITO_JWKS_URI"),
            (r#"{"authFlow":"s3cret"}"#, "COGNITO_AUTH_FLOW"),
            (r#"{"timeoutMs":0}"#, "timeoutMs"),
            (r#"{"timeoutMs":300001}"#, "timeoutMs"),
            (r#"{"maxAttempts":0}"#, "maxAttempts"),
            (r#"{"maxAttempts":11}"#, "maxAttempts"),
            (r#"{"clientSecret":"s3cret\n"}"#, "COGNITO_CLIENT_SECRET"),
            (r#"{"profile":"s3cret\n"}"#, "AWS_PROFILE"),
            (r#"{"issuer":"https://s3cret\r\n"}"#, "COGNITO_ISSUER"),
        ] {
            let message = refusal(json);
            assert!(message.contains(names), "{json}: {message}");
            assert!(!message.contains("s3cret"), "{json}: {message}");
        }
    }

    #[test]
    fn keys_with_line_breaks_and_blanks_are_named_and_never_shown() {
        for (member, names) in [
            ("accessKeyId", "AWS_ACCESS_KEY_ID"),
            ("secretAccessKey", "AWS_SECRET_ACCESS_KEY"),
            ("sessionToken", "AWS_SESSION_TOKEN"),
        ] {
            for broken in [
                "s3cret\\n",
                " s3cret",
                "s3 cret",
                "s3cret\\t",
                "s3cret\u{e9}",
            ] {
                let mut json = serde_json::json!({"accessKeyId": "A", "secretAccessKey": "B"});
                json[member] = serde_json::from_str(&format!("\"{broken}\"")).unwrap();
                let message = refusal(&format!(r#"{{"credentials":{json}}}"#));
                assert!(message.contains(names), "{message}");
                assert!(!message.contains("s3"), "{message}");
            }
        }
    }

    #[test]
    fn debug_of_settings_has_no_secret() {
        let settings = settings(
            r#"{"clientSecret":"s3cret","credentials":{"accessKeyId":"s3cret","secretAccessKey":"s3cret","sessionToken":"s3cret"}}"#,
        );
        assert!(!format!("{settings:?}").contains("s3cret"));
        assert!(!format!("{:?}", Config::parse(settings).unwrap()).contains("s3cret"));
    }
}
