//! The sources of the AWS SDKs' default chain. It is put together here, not by the SDK, so that a failure can say what each
//! source had to say.

use std::error::Error;
use std::fmt;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::{Client as ImdsClient, credentials::ImdsCredentialsProvider};
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;

use super::origin::Origin;
use super::report::{Attempt, Mfa, Tried};
use crate::core::config::is_visible_ascii;
use crate::core::error::find;
use crate::core::limits;
use crate::net::aws::transport::Transport;

/// The sources in their order. The first that has credentials is taken; one that is set up but fails ends the search, as in
/// the AWS SDKs.
#[derive(Debug)]
pub(super) struct Chain {
    profile: String,
    is_profile_named: bool,
    mfa_profile: Option<String>,
    problem: Option<String>,
    sources: Vec<(String, Box<dyn ProvideCredentials>)>,
}

impl Chain {
    pub(super) fn new(origin: &Origin, transport: Transport) -> Self {
        let surroundings = ProviderConfig::without_region()
            .with_region(Some(origin.region.clone()))
            .with_use_fips(origin.use_fips)
            .with_use_dual_stack(origin.use_dual_stack)
            .with_http_client(transport);
        let mut profile = ProfileFileCredentialsProvider::builder().configure(&surroundings);
        if let Some(name) = &origin.profile {
            profile = profile.profile_name(name);
        }
        let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(&surroundings);
        let container = EcsCredentialsProvider::builder().configure(&surroundings);
        let metadata = ImdsClient::builder()
            .configure(&surroundings)
            .connect_timeout(limits::METADATA_CONNECT)
            .read_timeout(limits::METADATA_READ)
            .max_attempts(1)
            .build();
        let instance = ImdsCredentialsProvider::builder()
            .configure(&surroundings)
            .imds_client(metadata);
        let name = origin.profile.as_deref().unwrap_or("default");
        Self {
            profile: name.to_owned(),
            is_profile_named: origin.profile.is_some(),
            mfa_profile: origin.mfa_profile.clone(),
            problem: origin.problem.clone(),
            sources: vec![
                (format!("profile {name}"), Box::new(profile.build())),
                ("web identity".to_owned(), Box::new(web_identity.build())),
                ("ECS container".to_owned(), Box::new(container.build())),
                (
                    "EC2 instance metadata".to_owned(),
                    Box::new(instance.build()),
                ),
            ],
        }
    }

    /// A source's credentials, if they can be used.
    async fn ask(
        &self,
        provider: &dyn ProvideCredentials,
    ) -> Result<Credentials, CredentialsError> {
        let credentials = provider.provide_credentials().await?;
        match unusable(&credentials) {
            None => Ok(credentials),
            Some(part) => Err(CredentialsError::invalid_configuration(Unusable(part))),
        }
    }

    /// Whether the next source is asked. Files that nobody has named may be there for other programs.
    fn goes_on(&self, error: &CredentialsError, is_first: bool) -> bool {
        match error {
            CredentialsError::CredentialsNotLoaded(_) => true,
            CredentialsError::InvalidConfiguration(_) => {
                is_first && !self.is_profile_named && find::<Unusable>(error).is_none()
            }
            _ => false,
        }
    }

    pub(super) async fn search(&self) -> Result<Credentials, CredentialsError> {
        let mut attempts = Vec::new();
        if let Some(profile) = &self.mfa_profile {
            attempts.push(Attempt {
                source: format!("profile {profile}"),
                error: CredentialsError::invalid_configuration(Mfa(profile.clone())),
            });
        } else {
            for (index, (source, provider)) in self.sources.iter().enumerate() {
                let error = match self.ask(&**provider).await {
                    Ok(credentials) => return Ok(credentials),
                    Err(error) => error,
                };
                let goes_on = self.goes_on(&error, index == 0);
                attempts.push(Attempt {
                    source: source.clone(),
                    error,
                });
                if !goes_on {
                    break;
                }
            }
        }
        Err(CredentialsError::not_loaded(Tried {
            profile: self.profile.clone(),
            problem: self.problem.clone(),
            attempts,
        }))
    }
}

/// The part of these credentials that no HTTP header can carry: the SDK would panic while it signs.
fn unusable(credentials: &Credentials) -> Option<&'static str> {
    let token = credentials.session_token().unwrap_or_default();
    [
        ("access key id", credentials.access_key_id()),
        ("secret access key", credentials.secret_access_key()),
        ("session token", token),
    ]
    .into_iter()
    .find_map(|(part, value)| (!is_visible_ascii(value)).then_some(part))
}

/// Credentials that cannot be used.
#[derive(Debug)]
struct Unusable(&'static str);

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = self.0;
        write!(
            f,
            "its {part} contains a line break, a blank or another character that no AWS key has"
        )
    }
}

impl Error for Unusable {}
