//! What users set once for all their AWS clients, in variables and in the files `~/.aws/config` and `~/.aws/credentials`:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>

use std::collections::{BTreeSet, HashMap};
use std::ffi::CStr;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex};

use aws_runtime::env_config::EnvConfigValue;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_runtime::env_config::property::PropertiesKey;
use aws_runtime::env_config::section::EnvConfigSections;
use aws_runtime::env_config::source;
use aws_smithy_types::retry::RetryMode;
use aws_types::os_shim_internal::{Env, Fs};
use tokio::runtime::Handle;

use crate::core::config::Config;
use crate::core::environment::Environment;
use crate::core::error::{AuthError, Reason, describe};
use crate::core::limits;
use crate::net::runtime::{self, Flight, lock};

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
    /// The profile that asks for a code of a device (`mfa_serial`).
    pub(in crate::net) mfa_profile: Option<String>,
    /// The file, and its line, that cannot be read.
    pub(in crate::net) problem: Option<String>,
}

impl SharedConfig {
    /// Reads the files. One that cannot be read or parsed has no settings; the search for credentials reports it.
    pub(in crate::net) async fn of(config: &Config) -> Result<Self, AuthError> {
        let sections = sections(&config.environment).await?;
        let env = Env::from_slice(&config.environment.texts());
        let sections = sections.as_ref().as_ref();
        let mut shared = Self::read(&env, sections.ok(), config.profile.as_deref())?;
        shared.problem = sections.err().cloned();
        Ok(shared)
    }

    fn read(
        env: &Env,
        sections: Option<&EnvConfigSections>,
        profile: Option<&str>,
    ) -> Result<Self, AuthError> {
        let reader = Reader { env, sections };
        let ignores_endpoints = reader
            .flag(
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                "ignore_configured_endpoint_urls",
            )?
            .unwrap_or_default();
        Ok(Self {
            use_fips: reader.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?,
            use_dual_stack: reader.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?,
            endpoint: reader.endpoint().filter(|_| !ignores_endpoints),
            ignores_endpoints,
            max_attempts: reader.max_attempts()?,
            retry_mode: reader.retry_mode()?,
            mfa_profile: sections
                .and_then(|sections| mfa_profile(sections, profile.unwrap_or("default"))),
            problem: None,
        })
    }
}

/// The files' contents, or what is wrong with them.
type Sections = Arc<Result<EnvConfigSections, String>>;

/// The variables that say which files there are, and which profile is selected.
const FILES: [&CStr; 5] = [
    c"AWS_CONFIG_FILE",
    c"AWS_PROFILE",
    c"AWS_SHARED_CREDENTIALS_FILE",
    c"HOME",
    c"USERPROFILE",
];

type Files = [Option<String>; FILES.len()];

/// Reads the files. All who want the same ones meanwhile wait for one thread: a file that does not answer blocks no further
/// ones.
fn sections(environment: &Environment) -> Flight<Sections> {
    static READING: LazyLock<Mutex<HashMap<Files, Flight<Sections>>>> =
        LazyLock::new(Mutex::default);

    let files = FILES.map(|name| environment.text(name).map(str::to_owned));
    let env = Env::from_slice(&environment.texts());
    let finished = files.clone();
    let work = async move {
        let read = runtime::off_thread(async move {
            let source = source::load(&env, &Fs::default(), &EnvConfigFiles::default()).await;
            let sections = source.map_err(|error| describe(&error)).and_then(|source| {
                EnvConfigSections::parse(source).map_err(|error| describe(&error))
            });
            Ok(Arc::new(sections))
        })
        .await;
        lock(&READING).remove(&finished);
        read
    };
    let mut reading = lock(&READING);
    let flight = reading
        .entry(files)
        .or_insert_with(|| runtime::flight(&Handle::current(), work));
    flight.clone()
}

/// Reads single settings: a variable, else the selected profile's property.
struct Reader<'a> {
    env: &'a Env,
    sections: Option<&'a EnvConfigSections>,
}

impl Reader<'_> {
    fn flag(&self, variable: &str, property: &str) -> Result<Option<bool>, AuthError> {
        self.setting(variable, property, "true or false", |text| {
            text.trim().to_ascii_lowercase().parse().ok()
        })
    }

    fn max_attempts(&self) -> Result<Option<u32>, AuthError> {
        let form = "a whole number above 0";
        self.setting("AWS_MAX_ATTEMPTS", "max_attempts", form, |text| {
            let attempts = text.trim().parse().ok().filter(|attempts| *attempts > 0)?;
            Some(limits::MOST_ATTEMPTS.min(attempts))
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
        let sections = self.sections?;
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
            .validate(self.env, self.sections, |text| parse(text).ok_or(Malformed))
            .map_err(|_| {
                AuthError::new(
                    Reason::Config,
                    format!("{variable} (in a profile: {property}) must be {form}"),
                )
            })
    }
}

/// The first of a profile's chain of profiles that assumes a role with a code of a device.
fn mfa_profile(sections: &EnvConfigSections, profile: &str) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut name = profile;
    while seen.insert(name) {
        let profile = sections.get_profile(name)?;
        if profile.get("role_arn").is_some() && profile.get("mfa_serial").is_some() {
            return Some(name.to_owned());
        }
        name = profile.get("source_profile")?;
    }
    None
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
    use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};

    use super::{Env, EnvConfigSections, Fs, Reason, RetryMode, SharedConfig, source};

    async fn read(
        variables: &[(&str, &str)],
        file: &str,
        profile: Option<&str>,
    ) -> Result<SharedConfig, (Reason, String)> {
        let env = Env::from_slice(variables);
        let files = EnvConfigFiles::builder()
            .with_contents(EnvConfigFileKind::Config, file)
            .build();
        let source = source::load(&env, &Fs::default(), &files).await.unwrap();
        let sections = EnvConfigSections::parse(source).unwrap();
        SharedConfig::read(&env, Some(&sections), profile)
            .map_err(|error| (error.reason(), error.message().to_owned()))
    }

    #[tokio::test]
    async fn variables_go_before_the_profile() {
        let file = "[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint=true\nmax_attempts = 7\n\
                    retry_mode = adaptive\nendpoint_url = http://127.0.0.1:1\n";
        let config = read(&[], file, None).await.unwrap();
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
        let config = read(&variables, file, None).await.unwrap();
        assert_eq!(config.use_fips, Some(false));
        assert_eq!(config.max_attempts, Some(10));
        assert_eq!(config.retry_mode, Some(RetryMode::Standard));
        assert_eq!(config.endpoint, None);
    }

    #[tokio::test]
    async fn a_service_has_an_endpoint_of_its_own() {
        let file = "[profile games]\nservices = local\nendpoint_url = http://127.0.0.1:1\n\
                    [services local]\ncognito_identity_provider =\n  endpoint_url = http://127.0.0.1:2\n";
        let config = read(&[("AWS_PROFILE", "games")], file, Some("games"))
            .await
            .unwrap();
        assert_eq!(config.endpoint.as_deref(), Some("http://127.0.0.1:2"));
    }

    #[tokio::test]
    async fn malformed_values_are_named_and_not_shown() {
        for variable in [
            "AWS_USE_FIPS_ENDPOINT",
            "AWS_MAX_ATTEMPTS",
            "AWS_RETRY_MODE",
        ] {
            let (reason, message) = read(&[(variable, "s3cret")], "", None).await.unwrap_err();
            assert_eq!(reason, Reason::Config);
            assert!(
                message.starts_with(variable) && !message.contains("s3cret"),
                "{message}"
            );
        }
    }

    #[tokio::test]
    async fn a_role_that_asks_for_a_code_is_found_through_source_profiles() {
        let file = "[profile a]\nsource_profile = b\nrole_arn = x\n[profile b]\nrole_arn = y\n\
                    mfa_serial = z\nsource_profile = a\n[profile c]\nsource_profile = c\nrole_arn = x\n";
        let found = |config: SharedConfig| config.mfa_profile;
        let of = |profile| read(&[], file, Some(profile));
        assert_eq!(of("a").await.map(found), Ok(Some("b".to_owned())));
        assert_eq!(of("c").await.map(found), Ok(None));
        assert_eq!(of("missing").await.map(found), Ok(None));
    }
}
