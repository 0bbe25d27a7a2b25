//! Options and settings handed in, parsed once into a [`Config`]. A wrong setting is reported here; a missing one by the
//! first call that needs it.

mod address;
mod auth_flow;
mod form;
mod missing;
mod policy;
mod region;
mod settings;
mod wrong;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;

pub use self::address::check_endpoint;
pub use self::auth_flow::AuthFlow;
pub use self::form::{is_fips, is_visible_ascii, whole_number};
pub use self::policy::{PolicyConfig, PolicySettings};
pub use self::settings::{Settings, StaticCredentials};

use self::form::{is_client_id, is_pool_id, is_region, prefix_of};
use self::missing::{Needed, missing};
use self::region::Regions;
use self::wrong::{refused, unreadable};
use crate::core::environment::Environment;
use crate::core::error::{AuthError, Reason, finding};
use crate::core::jwk::KeySet;
use crate::core::limits;
use crate::core::secret::Secret;
use crate::core::state::{self, Keys};
use crate::core::token::{AcceptedClients, Policy};

/// How the outside world is reached; configurations that agree in it share connections.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HttpConfig {
    /// The proxy for HTTPS, whose URL may hold a password.
    pub https_proxy: Option<Secret>,
    /// Hosts that are reached without a proxy.
    pub no_proxy: Option<String>,
    /// A file of further CA certificates.
    pub extra_ca_certs: Option<String>,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// `SSL_CERT_FILE`, instead of the platform's certificates.
    pub ssl_cert_file: Option<String>,
    /// `SSL_CERT_DIR`, likewise.
    pub ssl_cert_dir: Option<String>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            https_proxy: None,
            no_proxy: None,
            extra_ca_certs: None,
            connect_timeout: limits::CONNECT,
            ssl_cert_file: None,
            ssl_cert_dir: None,
        }
    }
}

impl fmt::Debug for HttpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpConfig")
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

/// One pool's configuration, parsed. `Debug` shows no text that was handed in: any may be a secret in the wrong place.
pub struct Config {
    regions: Regions,
    replica_regions: Vec<String>,
    user_pool_id: Option<String>,
    client_id: Option<String>,
    issuers: Option<Vec<String>>,
    jwks_uri: Option<String>,
    /// The app client's secret.
    pub client_secret: Option<Secret>,
    /// The sign-in flow.
    pub auth_flow: AuthFlow,
    /// The keys that saved challenges are sealed with, if configured.
    state_keys: Option<Keys>,
    /// How long a refresh result that replaced the refresh token is handed to later calls with the old one.
    pub refresh_reuse: Duration,
    /// An emulator or VPC endpoint, without a slash at the end.
    pub endpoint: Option<String>,
    /// Whether the endpoint comes from a variable, which a profile may switch off for calls.
    pub endpoint_is_variable: bool,
    /// Credentials that do not change; without them the default chain serves.
    pub credentials: Option<StaticCredentials>,
    /// The profile of the default chain.
    pub profile: Option<String>,
    /// How long one call may take.
    pub call_timeout: Duration,
    /// Attempts of one request, if configured.
    pub max_attempts: Option<u32>,
    /// Keys to use instead of fetching any.
    pub given_keys: Option<Arc<KeySet>>,
    /// How the outside world is reached.
    pub http: HttpConfig,
    /// What the AWS SDK takes for the process's environment.
    pub environment: Arc<Environment>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("auth_flow", &self.auth_flow)
            .field("call_timeout", &self.call_timeout)
            .field("max_attempts", &self.max_attempts)
            .field("http", &self.http)
            .finish_non_exhaustive()
    }
}

const POOL: &str = "USER_POOL_ID (option userPoolId)";
const POOL_FORM: &str = "must be a user pool's id, such as us-east-1_AbCdEfGhI";
const CLIENT: &str = "COGNITO_CLIENT_ID (option clientId)";
const CLIENT_FORM: &str = "must be an app client's id: 1 to 128 letters, digits, + or _";
const ENDPOINT: &str = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER (option endpoint)";
const ISSUER: &str = "COGNITO_ISSUER (option issuer)";
const JWKS_URI: &str = "COGNITO_JWKS_URI (option jwksUri)";

impl Config {
    /// Reads settings (JSON).
    pub fn read(json: &str) -> Result<Self, AuthError> {
        serde_json::from_str(json)
            .map_err(unreadable)
            .and_then(Self::parse)
    }

    /// Parses every setting that is there.
    pub fn parse(settings: Settings) -> Result<Self, AuthError> {
        settings::check_characters(&settings)?;
        let user_pool_id = settings.user_pool_id;
        let pool = user_pool_id.as_deref();
        if pool.is_some_and(|pool| !is_pool_id(pool)) {
            return Err(refused(format!("{POOL} {POOL_FORM}")).with(|context| {
                context.hint = pool.and_then(form::pool_look_alike).map(Into::into);
            }));
        }
        let is_moved = settings.endpoint.is_some() || settings.jwks_uri.is_some();
        let in_aws = pool.and_then(prefix_of).is_none_or(is_region);
        if !in_aws && !is_moved {
            return Err(refused(format!(
                "{POOL} {POOL_FORM}; an emulator's id that begins with no region of AWS needs an endpoint or a COGNITO_JWKS_URI"
            )));
        }
        let regions = Regions::parse(
            settings.region,
            settings.ambient_region,
            pool,
            settings.endpoint.is_some(),
        )?;
        region::check_replicas(&settings.replica_regions)?;
        if settings
            .client_id
            .as_deref()
            .is_some_and(|id| !is_client_id(id))
        {
            let look_alike = settings
                .client_id
                .as_deref()
                .and_then(form::client_look_alike);
            return Err(refused(format!("{CLIENT} {CLIENT_FORM}"))
                .with(|context| context.hint = look_alike.map(Into::into)));
        }
        let endpoint = settings.endpoint.as_deref();
        let endpoint = endpoint
            .map(|text| address::http_url(text, ENDPOINT))
            .transpose()?;
        check_issuers(settings.issuer.as_deref())?;
        let jwks_uri = settings.jwks_uri.as_deref();
        let jwks_uri = jwks_uri
            .map(|text| address::jwks_url(text, JWKS_URI, endpoint.as_ref()))
            .transpose()?;
        let variable = |name| settings.environment.text(name).map(str::to_owned);
        Ok(Self {
            regions,
            replica_regions: settings.replica_regions,
            user_pool_id,
            client_id: settings.client_id,
            issuers: settings.issuer,
            jwks_uri,
            client_secret: settings.client_secret,
            auth_flow: auth_flow(settings.auth_flow.as_deref())?,
            state_keys: settings.state_key.as_deref().map(Keys::parse).transpose()?,
            refresh_reuse: refresh_reuse(settings.refresh_reuse)?,
            endpoint: endpoint.map(|url| url.as_str().trim_end_matches('/').to_owned()),
            endpoint_is_variable: settings.endpoint_is_variable,
            credentials: settings.credentials,
            profile: settings.profile,
            call_timeout: duration(settings.timeout_ms, "option timeoutMs must be 1 to 300000")?
                .unwrap_or(limits::CALL),
            max_attempts: max_attempts(settings.max_attempts)?,
            http: HttpConfig {
                https_proxy: settings.https_proxy,
                no_proxy: settings.no_proxy,
                extra_ca_certs: settings.extra_ca_certs,
                connect_timeout: duration(
                    settings.connect_timeout_ms,
                    "option connectTimeoutMs must be 1 to 300000",
                )?
                .unwrap_or(limits::CONNECT),
                ssl_cert_file: variable(c"SSL_CERT_FILE"),
                ssl_cert_dir: variable(c"SSL_CERT_DIR"),
            },
            environment: Arc::new(settings.environment),
            given_keys: given_keys(settings.jwks.as_deref())?,
        })
    }

    /// The region of the calls, or what to set.
    pub fn region(&self) -> Result<&str, AuthError> {
        self.regions
            .of_calls()
            .ok_or_else(|| missing(Needed::Region, &[]))
    }

    /// The region of the pool's issuers and keys, or what to set.
    fn pool_region(&self) -> Result<&str, AuthError> {
        self.regions
            .of_pool()
            .ok_or_else(|| missing(Needed::Region, &[]))
    }

    /// The user pool's id, or what to set.
    pub fn user_pool_id(&self) -> Result<&str, AuthError> {
        self.user_pool_id
            .as_deref()
            .ok_or_else(|| missing(Needed::UserPoolId, &[]))
    }

    /// The app client's id, or what to set.
    pub fn client_id(&self) -> Result<&str, AuthError> {
        self.client_id
            .as_deref()
            .ok_or_else(|| missing(Needed::ClientId, &[]))
    }

    /// The keys that saved challenges are sealed with: the configured ones, else the one that the client's secret stands in for.
    pub fn state_keys(&self) -> Result<Keys, AuthError> {
        let keys = self.state_keys.clone();
        let of_secret = || self.client_secret.as_ref().map(Keys::of_client_secret);
        keys.or_else(of_secret).ok_or_else(state::missing_key)
    }

    /// The user pool's id, if it is set: what does not need it is bound to it all the same.
    pub fn known_user_pool_id(&self) -> Option<&str> {
        self.user_pool_id.as_deref()
    }

    /// The values of `iss` that the pool's tokens may have: the configured ones, else the pool's two forms; and the original
    /// issuers of the regions that the pool is replicated to.
    pub fn issuers(&self) -> Result<Vec<String>, AuthError> {
        let mut issuers = if let Some(configured) = &self.issuers {
            configured.clone()
        } else {
            // The pool first: its id may name the region.
            let (pool, region) = (self.user_pool_id()?, self.pool_region()?);
            vec![
                address::of_pool(region, pool),
                address::updated_issuer(region, pool),
            ]
        };
        for region in &self.replica_regions {
            issuers.push(address::of_pool(region, self.user_pool_id()?));
        }
        Ok(issuers)
    }

    /// Where the pool's keys are fetched from: the configured address, else the pool's own, whatever its issuers are.
    pub fn jwks_uri(&self) -> Result<String, AuthError> {
        if let Some(uri) = &self.jwks_uri {
            return Ok(uri.clone());
        }
        let pool = self.user_pool_id()?;
        let address = match &self.endpoint {
            Some(endpoint) => format!("{endpoint}/{pool}"),
            None => address::of_pool(self.pool_region()?, pool),
        };
        Ok(format!("{address}/.well-known/jwks.json"))
    }

    /// The policy for tokens of this pool.
    pub fn policy(&self, policy: &PolicyConfig) -> Result<Policy, AuthError> {
        self.check_verification(policy)?;
        let clients = match &policy.clients {
            Some(clients) => clients.clone(),
            None => AcceptedClients::These(vec![self.client_id()?.to_owned()]),
        };
        Ok(Policy::new(self.issuers()?, policy.token_use, clients)
            .clock_tolerance(policy.clock_tolerance)
            .groups(policy.groups.clone())
            .scopes(policy.scopes.clone()))
    }

    /// Reports all settings at once that verifying tokens under `policy` needs and that are not set.
    pub fn check_verification(&self, policy: &PolicyConfig) -> Result<(), AuthError> {
        let has_keys = self.given_keys.is_some() || self.jwks_uri.is_some();
        let needs_pool = self.issuers.is_none() || !self.replica_regions.is_empty() || !has_keys;
        let needs_region = self.issuers.is_none() || !(has_keys || self.endpoint.is_some());
        let needs_client = policy.clients.is_none();
        let needed = [
            (
                needs_pool && self.user_pool_id.is_none(),
                Needed::UserPoolId,
            ),
            (needs_client && self.client_id.is_none(), Needed::ClientId),
            (
                needs_region && self.regions.of_pool().is_none(),
                Needed::Region,
            ),
        ];
        let lacking: Vec<_> = needed
            .into_iter()
            .filter_map(|(is_missing, setting)| is_missing.then_some(setting))
            .collect();
        match lacking.split_first() {
            None => Ok(()),
            Some((first, others)) => Err(missing(*first, others)),
        }
    }

    /// The failure, whose hint names two regions if a setting and the pool's id contradict each other and that may be why.
    pub fn explain(&self, error: AuthError) -> AuthError {
        let hint = if error.reason() == Reason::TokenIssuer && self.issuers.is_none() {
            self.regions.issuer_hint(&self.replica_regions)
        } else if matches!(
            error.context().finding,
            Some(finding::POOL_MISSING | finding::CLIENT_MISSING)
        ) {
            self.regions.not_found_hint()
        } else {
            None
        };
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// Issuers are compared as they were written: only their form is checked.
fn check_issuers(issuers: Option<&[String]>) -> Result<(), AuthError> {
    if issuers.is_some_and(<[_]>::is_empty) {
        return Err(refused(format!("{ISSUER} must not be an empty list")));
    }
    for issuer in issuers.unwrap_or_default() {
        address::http_url(issuer, ISSUER)?;
    }
    Ok(())
}

fn auth_flow(name: Option<&str>) -> Result<AuthFlow, AuthError> {
    name.map(|name| AuthFlow::parse(name, "COGNITO_AUTH_FLOW (option authFlow)"))
        .transpose()
        .map(Option::unwrap_or_default)
}

fn refresh_reuse(seconds: Option<u32>) -> Result<Duration, AuthError> {
    match seconds {
        None => Ok(limits::REFRESH_REUSE),
        Some(seconds) if seconds <= limits::LONGEST_REFRESH_REUSE => {
            Ok(Duration::from_secs(seconds.into()))
        }
        Some(_) => Err(refused("option refreshReuse must be 0 to 60")),
    }
}

fn given_keys(jwks: Option<&RawValue>) -> Result<Option<Arc<KeySet>>, AuthError> {
    jwks.map(|jwks| KeySet::parse(jwks.get().as_bytes()).map(Arc::new))
        .transpose()
        .map_err(|error| refused(format!("option keys.jwks cannot be used: {error}")))
}

fn max_attempts(attempts: Option<u32>) -> Result<Option<u32>, AuthError> {
    if attempts.is_some_and(|attempts| !(1..=limits::MOST_ATTEMPTS).contains(&attempts)) {
        return Err(refused("option maxAttempts must be 1 to 10"));
    }
    Ok(attempts)
}

fn duration(ms: Option<u64>, complaint: &'static str) -> Result<Option<Duration>, AuthError> {
    match ms.map(Duration::from_millis) {
        Some(limit) if limit.is_zero() || limit > limits::LONGEST_CALL => Err(refused(complaint)),
        limit => Ok(limit),
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, PolicyConfig, Settings};
    use crate::core::error::{AuthError, Reason, finding};

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
    fn the_calls_go_to_the_region_that_is_the_most_specific() {
        for (json, calls) in [
            (r#"{"userPoolId":"eu-west-1_Ab1"}"#, "eu-west-1"),
            (
                r#"{"ambientRegion":"us-east-1","userPoolId":"eu-west-1_Ab1"}"#,
                "eu-west-1",
            ),
            (
                r#"{"region":"eu-west-2","ambientRegion":"us-east-1","userPoolId":"eu-west-1_Ab1"}"#,
                "eu-west-2",
            ),
            (r#"{"ambientRegion":"us-east-1"}"#, "us-east-1"),
            (
                r#"{"ambientRegion":"us-east-1","userPoolId":"local_1","endpoint":"http://localhost:9"}"#,
                "us-east-1",
            ),
            (
                r#"{"userPoolId":"local_1","endpoint":"http://localhost:9"}"#,
                "local",
            ),
        ] {
            assert_eq!(config(json).region().unwrap(), calls, "{json}");
        }
    }

    #[test]
    fn issuers_and_keys_have_the_region_of_the_pool_wherever_the_calls_go() {
        for region in ["region", "ambientRegion"] {
            let away = config(&format!(
                r#"{{"{region}":"cn-north-1","userPoolId":"eu-west-1_Ab1"}}"#
            ));
            assert_eq!(
                away.issuers().unwrap(),
                [
                    "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
                    "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
                ]
            );
            assert_eq!(
                away.jwks_uri().unwrap(),
                "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1/.well-known/jwks.json"
            );
        }
        let emulated = config(
            r#"{"region":"us-west-2","userPoolId":"local_1","jwksUri":"http://localhost:9/keys"}"#,
        );
        assert_eq!(
            emulated.issuers().unwrap()[0],
            "https://cognito-idp.us-west-2.amazonaws.com/local_1"
        );
    }

    #[test]
    fn no_region_but_one_of_aws_becomes_a_part_of_a_host() {
        const INVALID: &str = "Invalid region in config";
        for (json, begins) in [
            (r#"{"region":"s3"}"#, INVALID),
            (r#"{"region":"local"}"#, INVALID),
            (r#"{"ambientRegion":"local"}"#, INVALID),
            (r#"{"region":"US-EAST-1"}"#, INVALID),
            (
                r#"{"region":"s3","userPoolId":"us-east-1_Ab1","jwksUri":"https://a.example"}"#,
                INVALID,
            ),
            (
                r#"{"region":"us east","endpoint":"http://localhost:9"}"#,
                INVALID,
            ),
            (
                r#"{"ambientRegion":"us east","userPoolId":"us-east-1_Ab1"}"#,
                INVALID,
            ),
            (r#"{"userPoolId":"s3_Ab1"}"#, "USER_POOL_ID"),
            (r#"{"userPoolId":"s3-us-west-2_Ab1"}"#, "USER_POOL_ID"),
            (
                r#"{"userPoolId":"s3_Ab1","region":"us-east-1"}"#,
                "USER_POOL_ID",
            ),
            (r#"{"userPoolId":"a_b_C1"}"#, "USER_POOL_ID"),
            (
                r#"{"replicaRegions":["us-east-1","s3"]}"#,
                "option replicaRegions",
            ),
            (
                r#"{"replicaRegions":["local"],"endpoint":"http://localhost:9"}"#,
                "option replicaRegions",
            ),
        ] {
            let message = refusal(json);
            assert!(message.starts_with(begins), "{json}: {message}");
        }
        // Unused, or only signed.
        config(r#"{"ambientRegion":"local","userPoolId":"us-east-1_Ab1"}"#);
        config(r#"{"region":"local","endpoint":"http://localhost:9"}"#);
        config(r#"{"userPoolId":"local_1","jwksUri":"http://localhost:9/keys"}"#);
    }

    #[test]
    fn replicas_have_their_original_issuers_and_the_pools_keys() {
        let replicated =
            r#""userPoolId":"us-east-1_Ab1","replicaRegions":["us-west-2","cn-north-1"]"#;
        let replicas = [
            "https://cognito-idp.us-west-2.amazonaws.com/us-east-1_Ab1",
            "https://cognito-idp.cn-north-1.amazonaws.com.cn/us-east-1_Ab1",
        ];
        let own = config(&format!("{{{replicated}}}"));
        assert_eq!(own.issuers().unwrap().len(), 4);
        assert_eq!(own.issuers().unwrap()[2..], replicas);
        assert_eq!(
            own.jwks_uri().unwrap(),
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1/.well-known/jwks.json"
        );
        let other = config(&format!(
            r#"{{{replicated},"issuer":["https://a.example"]}}"#
        ));
        assert_eq!(other.issuers().unwrap()[0], "https://a.example");
        assert_eq!(other.issuers().unwrap()[1..], replicas);
    }

    #[test]
    fn a_hint_names_both_regions_if_they_may_be_why() {
        let of_issuer = || AuthError::new(Reason::TokenIssuer, "m").hint("other");
        let not_found = || {
            AuthError::new(Reason::Config, "m")
                .with(|context| context.finding = Some(finding::POOL_MISSING))
        };
        let hint =
            |json: &str, error: AuthError| config(json).explain(error).context().hint.clone();
        for region in ["region", "ambientRegion"] {
            let json = format!(r#"{{"{region}":"us-west-2","userPoolId":"eu-west-1_Ab1"}}"#);
            for error in [of_issuer(), not_found()] {
                let hint = hint(&json, error).unwrap();
                assert!(hint.contains("us-west-2"), "{hint}");
                assert!(hint.contains("eu-west-1"), "{hint}");
            }
            let named = format!(
                r#"{{"{region}":"us-west-2","userPoolId":"eu-west-1_Ab1","issuer":["https://a.example"]}}"#
            );
            assert_eq!(hint(&named, of_issuer()).as_deref(), Some("other"));
            let replicated = format!(
                r#"{{"{region}":"us-west-2","userPoolId":"eu-west-1_Ab1","replicaRegions":["us-west-2"]}}"#
            );
            assert_eq!(hint(&replicated, of_issuer()).as_deref(), Some("other"));
            let expired = AuthError::new(Reason::TokenExpired, "m");
            assert_eq!(hint(&json, expired), None);
            let same = format!(r#"{{"{region}":"eu-west-1","userPoolId":"eu-west-1_Ab1"}}"#);
            assert_eq!(hint(&same, of_issuer()).as_deref(), Some("other"));
            assert_eq!(hint(&same, not_found()), None);
        }
    }

    #[test]
    fn all_that_verifying_lacks_is_reported_at_once() {
        let lacks_under = |policy: &str, json: &str| {
            let policy = PolicyConfig::read(policy).unwrap();
            let checked = config(json).check_verification(&policy);
            checked.map_err(|error| (error.name().to_owned(), error.message().to_owned()))
        };
        let lacks = |json| lacks_under("{}", json);
        let (name, message) = lacks("{}").unwrap_err();
        assert_eq!(name, "MissingRequiredParameter");
        assert!(message.starts_with("Missing required key 'UserPoolId' in params"));
        for variable in ["USER_POOL_ID", "COGNITO_CLIENT_ID", "AWS_REGION"] {
            assert!(message.contains(variable), "{message}");
        }
        let (_, message) = lacks(r#"{"userPoolId":"us-east-1_Ab1"}"#).unwrap_err();
        assert!(message.starts_with("Missing required key 'ClientId' in params"));
        assert!(!message.contains("AWS_REGION"), "{message}");
        let (name, message) =
            lacks(r#"{"userPoolId":"a_b_1","clientId":"c","jwksUri":"https://a.example"}"#)
                .unwrap_err();
        assert_eq!(name, "ConfigError");
        assert!(message.starts_with("Missing region in config"), "{message}");
        for whole in [
            r#"{"userPoolId":"us-east-1_Ab1","clientId":"c"}"#,
            r#"{"issuer":["https://a.example"],"jwksUri":"https://a.example","clientId":"c"}"#,
            r#"{"userPoolId":"a_b_1","issuer":["https://a.example"],"endpoint":"https://a.example","clientId":"c"}"#,
        ] {
            assert_eq!(lacks(whole), Ok(()), "{whole}");
        }
        for policy in [r#"{"anyClient":true}"#, r#"{"clientIds":["a"]}"#] {
            let lacking = lacks_under(policy, r#"{"userPoolId":"us-east-1_Ab1"}"#);
            assert_eq!(lacking, Ok(()), "{policy}");
        }
    }

    #[test]
    fn a_missing_setting_is_reported_with_what_to_set() {
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
    fn configured_issuers_replace_the_pools_own_and_move_no_keys() {
        let own = config(
            r#"{"userPoolId":"us-east-1_Ab1","issuer":["https://a.example","http://b.example"]}"#,
        );
        assert_eq!(
            own.issuers().unwrap(),
            ["https://a.example", "http://b.example"]
        );
        assert_eq!(
            own.jwks_uri().unwrap(),
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab1/.well-known/jwks.json"
        );
        let without_pool = config(r#"{"issuer":["https://a.example"]}"#);
        assert_eq!(
            without_pool.jwks_uri().unwrap_err().name(),
            "MissingRequiredParameter"
        );
        assert!(refusal(r#"{"issuer":[]}"#).contains("COGNITO_ISSUER"));
    }

    #[test]
    fn keys_are_not_fetched_in_the_clear_from_afar() {
        for json in [
            r#"{"jwksUri":"http://example.com/keys"}"#,
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
            (r#"{"region":"s3cret.example.com"}"#, "COGNITO_REGION"),
            (r#"{"ambientRegion":"s3cret.example.com"}"#, "AWS_REGION"),
            (r#"{"endpoint":"s3cret"}"#, "AWS_ENDPOINT_URL"),
            (
                r#"{"endpoint":"http://u:s3cret@localhost"}"#,
                "AWS_ENDPOINT_URL",
            ),
            (
                r#"{"issuer":["https://a.example","ftp://s3cret"]}"#,
                "COGNITO_ISSUER",
            ),
            (r#"{"jwksUri":"file:///s3cret"}"#, "COGNITO_JWKS_URI"),
            (r#"{"authFlow":"s3cret"}"#, "COGNITO_AUTH_FLOW"),
            (r#"{"timeoutMs":0}"#, "timeoutMs"),
            (r#"{"timeoutMs":300001}"#, "timeoutMs"),
            (r#"{"maxAttempts":0}"#, "maxAttempts"),
            (r#"{"maxAttempts":11}"#, "maxAttempts"),
            (r#"{"clientSecret":"s3cret\n"}"#, "COGNITO_CLIENT_SECRET"),
            (r#"{"profile":"s3cret\n"}"#, "AWS_PROFILE"),
            (
                r#"{"issuer":["https://a.example","https://s3cret\r\n"]}"#,
                "COGNITO_ISSUER",
            ),
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
    fn debug_has_no_secret_whichever_setting_holds_it() {
        let settings = || {
            settings(
                r#"{
                    "region": "s3cret", "ambientRegion": "s3cret", "replicaRegions": ["us-east-1"],
                    "userPoolId": "s3cret_s3cret", "clientId": "s3cret", "clientSecret": "s3cret",
                    "endpoint": "https://s3cret.example", "issuer": ["https://s3cret.example"],
                    "jwksUri": "https://s3cret.example", "profile": "s3cret",
                    "credentials": {
                        "accessKeyId": "s3cret", "secretAccessKey": "s3cret", "sessionToken": "s3cret"
                    },
                    "jwks": { "keys": [{ "d": "s3cret" }] }, "httpsProxy": "http://user:s3cret@proxy:3128",
                    "noProxy": "s3cret", "extraCaCerts": "/s3cret",
                    "environment": { "SSL_CERT_FILE": "s3cret", "SSL_CERT_DIR": "s3cret", "s3cret": "s3cret" }
                }"#,
            )
        };
        let mut usable = settings();
        usable.jwks = None;
        let config = Config::parse(usable).unwrap();
        let written = settings();
        let error = Config::parse(settings()).unwrap_err();
        assert_eq!(
            error.message(),
            "option keys.jwks cannot be used: the JWKS has no key for RS256 signatures"
        );
        for shown in [
            format!("{written:?}"),
            format!("{:?}", written.credentials),
            format!("{config:?}"),
            format!("{:?} {:?}", config.http, config.credentials),
            format!("{error:?}"),
        ] {
            assert!(!shown.contains("s3cret"), "{shown}");
        }
        let refused = settings_with_every_text("http://user:s3cret@proxy:3128");
        assert!(!format!("{refused:?}").contains("s3cret"));
    }

    /// Not one of them of the form that it must have.
    fn settings_with_every_text(text: &str) -> Settings {
        let names = [
            "region",
            "ambientRegion",
            "userPoolId",
            "clientId",
            "clientSecret",
            "authFlow",
            "endpoint",
            "jwksUri",
            "profile",
            "httpsProxy",
            "noProxy",
            "extraCaCerts",
        ];
        let texts = names.map(|name| (name.to_owned(), text.into()));
        serde_json::from_value(serde_json::Value::Object(texts.into_iter().collect())).unwrap()
    }
}
