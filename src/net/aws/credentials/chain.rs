//! The sources of the AWS SDKs' default chain. It is put together here, not by the SDK, so that a failure can say what each
//! source had to say.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::{Client as ImdsClient, credentials::ImdsCredentialsProvider};
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;

use super::origin::Origin;
use super::process::{self, Process};
use super::report::{Attempt, Broken, Mfa, Tried};
use super::token_files;
use crate::core::config::is_visible_ascii;
use crate::core::environment::Environment;
use crate::core::error::AuthError;
use crate::core::limits;
use crate::net::aws::profile_files::ProfileFiles;
use crate::net::aws::profiles::{self, Says, Token};
use crate::net::aws::transport::Transport;
use crate::net::resolver::Resolver;
use crate::net::runtime::lock;

/// The sources in their order. The first that has credentials is taken; one that is set up but fails ends the search, as in
/// the AWS SDKs.
#[derive(Debug)]
pub(super) struct Chain {
    environment: Arc<Environment>,
    files: ProfileFiles,
    sources: Vec<Source>,
}

#[derive(Debug)]
struct Source {
    name: String,
    provider: Box<dyn ProvideCredentials>,
    /// Whether nothing else is asked, also if this has none.
    is_final: bool,
    /// The files that the provider reads by itself.
    reads: Vec<PathBuf>,
}

impl Chain {
    /// Reads the settings files. Fails if they do not answer.
    pub(super) async fn new(origin: &Origin, transport: Transport) -> Result<Self, AuthError> {
        let files = ProfileFiles::read(&origin.environment, origin.limit).await?;
        let has_problem = files.problem().is_some();
        let environment = if has_problem {
            // The SDK's sources would read the files themselves, whatever they are.
            let environment = Environment::clone(&origin.environment)
                .with(c"AWS_CONFIG_FILE", c"")
                .with(c"AWS_SHARED_CREDENTIALS_FILE", c"");
            Arc::new(environment)
        } else {
            Arc::clone(&origin.environment)
        };
        let surroundings = ProviderConfig::without_region()
            .with_region(Some(origin.region.clone()))
            .with_use_fips(origin.use_fips)
            .with_use_dual_stack(origin.use_dual_stack)
            .with_http_client(transport);
        // Making providers looks at variables.
        let sources = environment.enter(|| {
            let mut sources = Vec::new();
            if !has_problem {
                sources.push(profile(origin, &files, &surroundings));
            }
            sources.extend(others(&environment, &files, &surroundings));
            sources
        });
        Ok(Self {
            environment,
            files,
            sources,
        })
    }

    /// What the sources take for the process's environment.
    pub(super) fn environment(&self) -> &Arc<Environment> {
        &self.environment
    }

    /// The selected profile's name.
    fn profile(&self) -> &str {
        self.files.sections.selected_profile()
    }

    /// Asks one source after the other. `asked` is the one whose answer is waited for.
    pub(super) async fn search(
        &self,
        asked: &Mutex<Option<String>>,
    ) -> Result<Credentials, CredentialsError> {
        let mut attempts = Vec::new();
        if let Some(refused) = self.refused() {
            attempts.push(refused);
        } else if self.files.unusable().next().is_none() {
            for source in &self.sources {
                *lock(asked) = Some(source.name.clone());
                let error = match source.ask().await {
                    Ok(credentials) => return Ok(credentials),
                    Err(error) => error,
                };
                let goes_on =
                    !source.is_final && matches!(error, CredentialsError::CredentialsNotLoaded(_));
                attempts.push(Attempt {
                    source: source.name.clone(),
                    place: source
                        .is_final
                        .then(|| self.place(self.profile()))
                        .flatten(),
                    error,
                });
                if !goes_on {
                    break;
                }
            }
        }
        Err(CredentialsError::not_loaded(Tried {
            profile: self.profile().to_owned(),
            problem: self.files.problem(),
            attempts,
        }))
    }

    /// Why the selected profile cannot be used, if that is known without asking anything.
    fn refused(&self) -> Option<Attempt> {
        let name = self.profile();
        let (profile, error) = match profiles::selected(&self.files.sections) {
            Says::Mfa(profile) => {
                let error = CredentialsError::invalid_configuration(Mfa(profile.clone()));
                (profile, error)
            }
            Says::Itself => {
                let said = format!("its source_profile is {name} itself, which has no credentials");
                (name.to_owned(), broken(said))
            }
            Says::TooLong => {
                let most = limits::PROFILE_CHAIN;
                let said = format!("its source_profile leads through more than {most} profiles");
                (name.to_owned(), broken(said))
            }
            Says::Undefined if self.files.is_profile_named && self.files.problem().is_none() => {
                let said = format!("it was not defined in {}", self.files.paths());
                (name.to_owned(), broken(said))
            }
            Says::Undefined | Says::Nothing | Says::Something => return None,
        };
        Some(Attempt {
            source: format!("profile {profile}"),
            place: self.place(&profile),
            error,
        })
    }

    /// The files that define a profile.
    fn place(&self, profile: &str) -> Option<String> {
        Some(self.files.defining(profile)).filter(|files| !files.is_empty())
    }
}

fn broken(said: String) -> CredentialsError {
    CredentialsError::invalid_configuration(Broken(said))
}

/// The selected profile. What it says about credentials counts, also if it gives none.
fn profile(origin: &Origin, files: &ProfileFiles, surroundings: &ProviderConfig) -> Source {
    let sections = &files.sections;
    let name = sections.selected_profile();
    let mut provider = ProfileFileCredentialsProvider::builder()
        .configure(surroundings)
        .with_custom_provider(profiles::CONTAINER, container(surroundings))
        .profile_name(name);
    let mut addition = String::new();
    if let Some(process) = profiles::process(sections) {
        addition = process.replaced_by(process::SOURCE);
        let process = Process::new(process.command, origin.limit);
        provider = provider.with_custom_provider(process::SOURCE, process);
    }
    Source {
        name: format!("profile {name}"),
        provider: Box::new(provider.profile_files(files.contents(&addition)).build()),
        is_final: profiles::selected(sections) == Says::Something,
        reads: match profiles::token(sections) {
            Some(Token::File(file)) => vec![PathBuf::from(file)],
            Some(Token::OfSession(session)) => {
                token_files::of_session(session).into_iter().collect()
            }
            Some(Token::OfContainer) => container_token(&origin.environment).into_iter().collect(),
            None => Vec::new(),
        },
    }
}

fn container(surroundings: &ProviderConfig) -> EcsCredentialsProvider {
    EcsCredentialsProvider::builder()
        .configure(surroundings)
        .dns(Resolver::shared())
        .build()
}

/// The file with the token that a container's credentials are asked for with. The provider reads it first, also if there is
/// no container.
fn container_token(environment: &Environment) -> Option<PathBuf> {
    let file = environment.text(c"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    file.map(PathBuf::from)
}

fn others(
    environment: &Environment,
    files: &ProfileFiles,
    surroundings: &ProviderConfig,
) -> [Source; 3] {
    let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(surroundings);
    let metadata = ImdsClient::builder()
        .configure(surroundings)
        .connect_timeout(limits::METADATA_CONNECT)
        .read_timeout(limits::METADATA_READ)
        .max_attempts(1)
        .build();
    let instance = ImdsCredentialsProvider::builder()
        .configure(surroundings)
        .imds_client(metadata);
    let source = |name: &str, provider, reads| Source {
        name: name.to_owned(),
        provider,
        is_final: false,
        reads,
    };
    let identity = environment.text(c"AWS_WEB_IDENTITY_TOKEN_FILE");
    // Where one of them has a problem, the variables lead to none.
    let settings = files.files.iter().filter(|_| files.problem().is_none());
    [
        source(
            "web identity",
            Box::new(web_identity.build()),
            identity.map(PathBuf::from).into_iter().collect(),
        ),
        source(
            "ECS container",
            Box::new(container(surroundings)),
            container_token(environment).into_iter().collect(),
        ),
        source(
            "EC2 instance metadata",
            Box::new(instance.build()),
            settings.map(|file| file.path.clone()).collect(),
        ),
    ]
}

impl Source {
    /// The source's credentials, if they can be used.
    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        for file in &self.reads {
            token_files::check(file).await?;
        }
        let credentials = self.provider.provide_credentials().await?;
        match unusable(&credentials) {
            None => Ok(credentials),
            Some(part) => Err(CredentialsError::invalid_configuration(Unusable(part))),
        }
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
