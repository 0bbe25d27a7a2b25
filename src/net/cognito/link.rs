//! One configuration's way to Cognito: endpoint, credentials, and requests of each kind.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use aws_runtime::user_agent::{ApiMetadata, AwsUserAgent, BusinessMetric};
use aws_sdk_cognitoidentityprovider::config::Region;
use aws_sdk_cognitoidentityprovider::config::endpoint::{
    DefaultResolver, Params, ResolveEndpoint as _,
};
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::meta::PKG_VERSION;
use aws_smithy_types::retry::RetryMode;
use aws_types::os_shim_internal::Env;
use url::Url;

use super::answers::Answered;
use super::body::Request;
use super::call::Call;
use super::failure::{self, unmakeable};
use super::operation::{Common, Input, Kind};
use crate::core::config::{Config, check_endpoint, is_visible_ascii};
use crate::core::environment::Environment;
use crate::core::error::{AuthError, Reason, innermost};
use crate::core::limits;
use crate::core::operations::target;
use crate::net::aws::credentials::{Origin, Source};
use crate::net::aws::shared_config::SharedConfig;
use crate::net::aws::transport::Transport;
use crate::net::http_client::{HttpClients, Reuse};
use crate::net::runtime::lock;

/// What the requests of one configuration share.
pub(in crate::net) struct Link {
    common: Common,
    /// Whether this runs in AWS Lambda.
    in_lambda: bool,
    session: Mutex<Arc<Session>>,
    lacks_credentials: AtomicBool,
}

/// Requests that are signed with credentials of one source.
struct Session {
    credentials: Arc<Source>,
    kinds: [OnceLock<Kind>; 4],
}

impl Session {
    fn new(credentials: Arc<Source>) -> Arc<Self> {
        Arc::new(Self {
            credentials,
            kinds: Default::default(),
        })
    }

    fn kind(&self, common: &Common, request: &Request) -> &Kind {
        let (row, is_repeatable) = (request.row, request.repeatable);
        let [unrepeatable, repeatable, signed_unrepeatable, signed] = &self.kinds;
        let kind = match (row.signed, is_repeatable) {
            (false, false) => unrepeatable,
            (false, true) => repeatable,
            (true, false) => signed_unrepeatable,
            (true, true) => signed,
        };
        kind.get_or_init(|| Kind::new(common, &self.credentials, row, is_repeatable))
    }
}

impl Link {
    /// Reads the files of the AWS SDKs' shared settings and, the first time, certificates.
    pub(super) async fn new(config: Arc<Config>) -> Result<Arc<Self>, AuthError> {
        let config = &*config;
        let region = Region::new(config.region()?.to_owned());
        let shared = SharedConfig::of(config).await?;
        let endpoint = endpoint(config, &shared).await?;
        let clients = HttpClients::new(&config.http, Reuse::Connections);
        // Settings that cannot be used are reported before anything is sent.
        clients.client_for(&parse(&endpoint)?).await?;
        let transport = Transport::new(clients);
        let credentials = if let Some(credentials) = &config.credentials {
            Source::unchanging(credentials)
        } else {
            let origin = Origin::new(config, region.clone(), &shared);
            Source::shared(origin, transport.clone())
        };
        let attempts = config.max_attempts.or(shared.max_attempts);
        let common = Common {
            endpoint,
            transport,
            retries: RetryConfig::standard()
                .with_retry_mode(shared.retry_mode.unwrap_or(RetryMode::Standard))
                .with_max_attempts(attempts.unwrap_or(limits::ATTEMPTS))
                .with_initial_backoff(limits::RETRY_PAUSE),
            user_agent: user_agent(config, &shared),
            region,
        };
        Ok(Arc::new(Self {
            common,
            in_lambda: is_lambda(&config.environment),
            session: Mutex::new(Session::new(credentials)),
            lacks_credentials: AtomicBool::new(false),
        }))
    }

    /// Waits for the first credentials.
    pub(super) async fn ready(&self) -> Result<(), AuthError> {
        let ready = self.session().credentials.ready().await;
        self.lacks_credentials
            .store(ready.is_err(), Ordering::Relaxed);
        ready
    }

    /// Whether the last call that waited for credentials got none.
    pub(super) fn lacks_credentials(&self) -> bool {
        self.lacks_credentials.load(Ordering::Relaxed)
    }

    /// The URL that requests go to.
    pub(in crate::net) fn endpoint(&self) -> &str {
        &self.common.endpoint
    }

    /// Whether a request may be sent more than once.
    pub(in crate::net) fn repeats(&self) -> bool {
        self.common.retries.max_attempts() > 1
    }

    /// Sends a request; what the service answered.
    pub(in crate::net) async fn send(
        &self,
        request: &Request,
        call: &Call,
    ) -> Result<Answered, AuthError> {
        let row = request.row;
        let input = || Input {
            row,
            target: target(request.name.as_deref().unwrap_or(row.name)),
            json: request.json.clone(),
            trace_id: self.trace_id(call),
            progress: call.progress.clone(),
        };
        let session = self.session();
        let kind = session.kind(&self.common, request);
        let answered = match kind.invoke(input()).await {
            Err(error) if row.signed && failure::is_stale(&error) => {
                match self.renewed(&session).await {
                    Some(session) => session.kind(&self.common, request).invoke(input()).await,
                    None => Err(error),
                }
            }
            answered => answered,
        };
        answered
            .map_err(|error| failure::from_sdk(&error, row))
            .and_then(Answered::read)
    }

    /// A session with other credentials than the ones of `stale`, if its source has others now.
    async fn renewed(&self, stale: &Arc<Session>) -> Option<Arc<Session>> {
        let session = {
            let mut session = lock(&self.session);
            if Arc::ptr_eq(&session, stale) {
                *session = Session::new(stale.credentials.renewed()?);
            }
            Arc::clone(&session)
        };
        session.credentials.ready().await.ok()?;
        let is_same = session.credentials.agrees_with(&stale.credentials);
        (!is_same).then_some(session)
    }

    /// AWS Lambda's trace of the present invocation, so that it can stop one that calls itself:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html>
    fn trace_id(&self, call: &Call) -> Option<String> {
        let is_header =
            |id: &String| !id.is_empty() && id.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        call.trace_id
            .clone()
            .filter(|id| self.in_lambda && is_header(id))
    }

    fn session(&self) -> Arc<Session> {
        Arc::clone(&lock(&self.session))
    }
}

/// The configured address, else the one that the SDK's endpoint rules give for the region.
async fn endpoint(config: &Config, shared: &SharedConfig) -> Result<String, AuthError> {
    if let (Some(endpoint), None) = (&shared.endpoint, &config.endpoint) {
        check_endpoint(endpoint, "endpoint_url of the AWS profile")?;
    }
    let params = Params::builder()
        .region(config.region()?)
        .set_use_fips(shared.use_fips)
        .set_use_dual_stack(shared.use_dual_stack)
        .set_endpoint(own_endpoint(config, shared).cloned())
        .build()
        .map_err(|error| unmakeable(&error))?;
    let resolver = DefaultResolver::new();
    let endpoint = resolver.resolve_endpoint(&params).await;
    endpoint
        .map(|endpoint| endpoint.url().to_owned())
        // The rules' own words: FIPS or dual stack that a partition does not have, or beside an address of one's own.
        .map_err(|error| AuthError::new(Reason::Config, innermost(&*error).to_string()))
}

fn own_endpoint<'a>(config: &'a Config, shared: &'a SharedConfig) -> Option<&'a String> {
    let is_ignored = config.endpoint_is_variable && shared.ignores_endpoints;
    let configured = config.endpoint.as_ref().filter(|_| !is_ignored);
    configured.or(shared.endpoint.as_ref())
}

fn parse(endpoint: &str) -> Result<Url, AuthError> {
    Url::parse(endpoint).map_err(|error| unmakeable(&error))
}

/// As the typed client of the SDK has it, with the environment that belongs to the configuration.
fn user_agent(config: &Config, shared: &SharedConfig) -> AwsUserAgent {
    let execution = config
        .environment
        .text(c"AWS_EXECUTION_ENV")
        .filter(|value| is_visible_ascii(value));
    let variables: Vec<_> = execution
        .map(|value| ("AWS_EXECUTION_ENV", value))
        .into_iter()
        .collect();
    let api = ApiMetadata::new("cognitoidentityprovider", PKG_VERSION);
    let user_agent = AwsUserAgent::new_from_environment(Env::from_slice(&variables), api)
        .with_business_metric(match shared.retry_mode {
            Some(RetryMode::Adaptive) => BusinessMetric::RetryModeAdaptive,
            _ => BusinessMetric::RetryModeStandard,
        });
    if own_endpoint(config, shared).is_some() {
        user_agent.with_business_metric(BusinessMetric::EndpointOverride)
    } else {
        user_agent
    }
}

fn is_lambda(environment: &Environment) -> bool {
    environment.get(c"AWS_LAMBDA_FUNCTION_NAME").is_some()
}
