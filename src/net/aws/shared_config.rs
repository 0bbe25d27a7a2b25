//! What users set once for all their AWS clients, in variables and in the files `~/.aws/config` and `~/.aws/credentials`:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>

use std::fmt;

use aws_runtime::env_config::EnvConfigValue;
use aws_runtime::env_config::property::PropertiesKey;
use aws_runtime::env_config::section::EnvConfigSections;
use aws_smithy_types::retry::RetryMode;
use aws_types::os_shim_internal::Env;

use super::profile_files::{Kind, ProfileFile, ProfileFiles};
use super::profiles;
use crate::core::config::{Config, is_fips, whole_number};
use crate::core::error::{AuthError, Reason};
use crate::core::limits;

/// The service's name in the section `services` of a profile:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html>
const SERVICE: &str = "cognito_identity_provider";

/// The shared settings that matter to requests. A configuration's own options go before them.
#[derive(Debug, Default)]
pub(in crate::net) struct SharedConfig {
    pub(in crate::net) use_fips: Option<bool>,
    pub(in crate::net) use_dual_stack: Option<bool>,
    pub(in crate::net) endpoint: Option<String>,
    /// Whether variables and profiles say nothing about endpoints.
    pub(in crate::net) ignores_endpoints: bool,
    pub(in crate::net) max_attempts: Option<u32>,
    pub(in crate::net) retry_mode: Option<RetryMode>,
    /// Whether the selected profile gets its credentials from a process.
    pub(in crate::net) has_process: bool,
}

impl SharedConfig {
    /// Reads the files. A config file that cannot be used has no settings if nobody has named it or a profile; the search
    /// for credentials reports it. The file of credentials matters to that search only.
    pub(in crate::net) async fn of(config: &Config) -> Result<Self, AuthError> {
        let limit = limits::credentials(config.call_timeout);
        let files = ProfileFiles::read(&config.environment, limit).await?;
        if let Some(file) = files.unusable().find(|file| file.kind == Kind::Config) {
            return Err(unusable(file));
        }
        let env = Env::from_slice(&config.environment.texts());
        Self::read(&env, &files.sections)
    }

    fn read(env: &Env, sections: &EnvConfigSections) -> Result<Self, AuthError> {
        let reader = Reader { env, sections };
        let ignores_endpoints = reader
            .flag(
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                "ignore_configured_endpoint_urls",
            )?
            .unwrap_or_default();
        Ok(Self {
            use_fips: reader
                .flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?
                .or_else(|| reader.has_fips_region().then_some(true)),
            use_dual_stack: reader.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?,
            endpoint: reader.endpoint().filter(|_| !ignores_endpoints),
            ignores_endpoints,
            max_attempts: reader.max_attempts()?,
            retry_mode: reader.retry_mode()?,
            has_process: profiles::has_process(sections),
        })
    }
}

fn unusable(file: &ProfileFile) -> AuthError {
    AuthError::new(
        Reason::Config,
        "The AWS config file cannot be used (~/.aws/config, or the file that AWS_CONFIG_FILE names)",
    )
    .with(|context| context.cause = file.problem().map(str::to_owned))
    .hint("Correct the file, or remove AWS_CONFIG_FILE and AWS_PROFILE where no file is needed.")
}

/// Reads single settings: a variable, else the selected profile's property.
struct Reader<'a> {
    env: &'a Env,
    sections: &'a EnvConfigSections,
}

impl Reader<'_> {
    fn flag(&self, variable: &str, property: &str) -> Result<Option<bool>, AuthError> {
        self.setting(variable, property, "true or false", |text| {
            text.trim().to_ascii_lowercase().parse().ok()
        })
    }

    /// Whether the region is `fips-us-east-1` or `us-east-1-fips`: the AWS SDKs take such a name for a region and for FIPS. The
    /// pool's id has the region.
    fn has_fips_region(&self) -> bool {
        let set = |name| self.env.get(name).ok().filter(|region| !region.is_empty());
        let region = set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION"));
        region.is_some_and(|region| is_fips(&region))
    }

    fn max_attempts(&self) -> Result<Option<u32>, AuthError> {
        let form = "a whole number above 0";
        self.setting("AWS_MAX_ATTEMPTS", "max_attempts", form, |text| {
            let attempts = whole_number(text.trim()).filter(|attempts| *attempts > 0)?;
            Some(
                u32::try_from(attempts).map_or(limits::MOST_ATTEMPTS, |attempts| {
                    limits::MOST_ATTEMPTS.min(attempts)
                }),
            )
        })
    }

    fn retry_mode(&self) -> Result<Option<RetryMode>, AuthError> {
        let form = "standard, adaptive or legacy";
        self.setting("AWS_RETRY_MODE", "retry_mode", form, |text| {
            match text.trim().to_ascii_lowercase().as_str() {
                // Other SDKs' older one.
                "legacy" | "standard" => Some(RetryMode::Standard),
                "adaptive" => Some(RetryMode::Adaptive),
                _ => None,
            }
        })
    }

    /// The endpoint of a profile: JavaScript has read the variables.
    fn endpoint(&self) -> Option<String> {
        let sections = self.sections;
        let of_service = |services| {
            // The SDK's own reader looks for the name with hyphens, which AWS documents nowhere.
            let key = PropertiesKey::builder()
                .section_key("services")
                .section_name(services)
                .property_name(SERVICE)
                .sub_property_name("endpoint_url");
            sections.other_sections().get(&key.build().ok()?)
        };
        sections
            .get("services")
            .and_then(of_service)
            .map(String::as_str)
            .or_else(|| sections.get("endpoint_url"))
            .map(str::to_owned)
    }

    fn setting<T>(
        &self,
        variable: &str,
        property: &str,
        form: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, AuthError> {
        EnvConfigValue::new()
            .env(variable)
            .profile(property)
            .validate(self.env, Some(self.sections), |text| {
                parse(text).ok_or(Malformed)
            })
            .map_err(|_| {
                AuthError::new(
                    Reason::Config,
                    format!("{variable} (in a profile: {property}) must be {form}"),
                )
            })
    }
}

/// A value of another form. It is not shown.
#[derive(Debug)]
struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is malformed")
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::{Env, Reason, RetryMode, SharedConfig};
    use crate::net::aws::profile_files::tests::sections;

    async fn read(
        variables: &[(&str, &str)],
        file: &str,
    ) -> Result<SharedConfig, (Reason, String)> {
        let env = Env::from_slice(variables);
        SharedConfig::read(&env, &sections(&env, file).await)
            .map_err(|error| (error.reason(), error.message().to_owned()))
    }

    #[tokio::test]
    async fn variables_go_before_the_profile() {
        let file = "[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint=true\nmax_attempts = 7\n\
                    retry_mode = adaptive\nendpoint_url = http://127.0.0.1:1\n";
        let config = read(&[], file).await.unwrap();
        assert_eq!(
            (config.use_fips, config.use_dual_stack),
            (Some(true), Some(true))
        );
        assert_eq!(config.max_attempts, Some(7));
        assert_eq!(config.retry_mode, Some(RetryMode::Adaptive));
        assert_eq!(config.endpoint.as_deref(), Some("http://127.0.0.1:1"));
        let variables = [
            ("AWS_USE_FIPS_ENDPOINT", "FALSE"),
            ("AWS_MAX_ATTEMPTS", "2000"),
            ("AWS_RETRY_MODE", "legacy"),
            ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
        ];
        let config = read(&variables, file).await.unwrap();
        assert_eq!(config.use_fips, Some(false));
        assert_eq!(config.max_attempts, Some(10));
        assert_eq!(config.retry_mode, Some(RetryMode::Standard));
        assert_eq!(config.endpoint, None);
    }

    #[tokio::test]
    async fn a_region_may_ask_for_fips() {
        for (region, expected) in [
            ("fips-us-east-1", Some(true)),
            ("us-east-1-fips", Some(true)),
            ("us-east-1", None),
        ] {
            for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
                let config = read(&[(variable, region)], "").await.unwrap();
                assert_eq!(config.use_fips, expected, "{variable}={region}");
            }
            let off = [("AWS_REGION", region), ("AWS_USE_FIPS_ENDPOINT", "false")];
            assert_eq!(read(&off, "").await.unwrap().use_fips, Some(false));
        }
    }

    #[tokio::test]
    async fn a_service_has_an_endpoint_of_its_own() {
        let file = "[profile games]\nservices = local\nendpoint_url = http://127.0.0.1:1\n\
                    [services local]\ncognito_identity_provider =\n  endpoint_url = http://127.0.0.1:2\n";
        let config = read(&[("AWS_PROFILE", "games")], file).await.unwrap();
        assert_eq!(config.endpoint.as_deref(), Some("http://127.0.0.1:2"));
    }

    #[tokio::test]
    async fn malformed_values_are_named_and_not_shown() {
        for variable in [
            "AWS_USE_FIPS_ENDPOINT",
            "AWS_MAX_ATTEMPTS",
            "AWS_RETRY_MODE",
        ] {
            let (reason, message) = read(&[(variable, "s3cret")], "").await.unwrap_err();
            assert_eq!(reason, Reason::Config);
            assert!(
                message.starts_with(variable) && !message.contains("s3cret"),
                "{message}"
            );
        }
    }

    #[tokio::test]
    async fn attempts_above_the_limit_count_as_the_limit() {
        for (text, attempts) in [
            ("10", Some(10)),
            ("11", Some(10)),
            ("99999999999999999999", Some(10)),
            (" 007 ", Some(7)),
            ("0", None),
            ("-1", None),
            ("1.5", None),
            ("+2", None),
        ] {
            let read = read(&[("AWS_MAX_ATTEMPTS", text)], "").await;
            assert_eq!(
                read.ok().and_then(|config| config.max_attempts),
                attempts,
                "{text}"
            );
        }
    }
}
