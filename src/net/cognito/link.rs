//! One configuration's way to Cognito: endpoint, credentials, and requests of each kind.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_runtime::user_agent::{ApiMetadata, AwsUserAgent, BusinessMetric};
use aws_sdk_cognitoidentityprovider::config::Region;
use aws_sdk_cognitoidentityprovider::config::endpoint::{
    DefaultResolver, Params, ResolveEndpoint as _,
};
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::meta::PKG_VERSION;
use aws_smithy_types::retry::RetryMode;
use aws_types::os_shim_internal::Env;
use serde::Serialize;
use url::Url;

use super::answers::Answered;
use super::failure::{self, unmakeable};
use super::operation::{Common, Kind, Request};
use super::progress::Progress;
use crate::core::config::{Config, check_endpoint, is_visible_ascii};
use crate::core::environment::Environment;
use crate::core::error::{AuthError, Reason, innermost};
use crate::core::limits;
use crate::core::operations::Row;
use crate::net::aws::credentials::{Origin, Source};
use crate::net::aws::shared_config::SharedConfig;
use crate::net::aws::transport::Transport;
use crate::net::http_client::{HttpClients, Reuse};

/// What the requests of one configuration share.
pub(super) struct Link {
    common: Common,
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

    fn kind(&self, common: &Common, row: &Row) -> &Kind {
        let [unrepeatable, repeatable, signed_unrepeatable, signed] = &self.kinds;
        let kind = match (row.signed, row.idempotent) {
            (false, false) => unrepeatable,
            (false, true) => repeatable,
            (true, false) => signed_unrepeatable,
            (true, true) => signed,
        };
        kind.get_or_init(|| Kind::new(common, &self.credentials, row))
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

    /// Sends a request; what the service answered.
    pub(super) async fn invoke(
        &self,
        row: &'static Row,
        call: &Call,
        body: &impl Serialize,
    ) -> Result<Answered, AuthError> {
        let body = serde_json::to_vec(body).map_err(|error| unmakeable(&error))?;
        let request = || Request {
            row,
            body: body.clone(),
            trace_id: call.trace_id.clone(),
            progress: call.progress.clone(),
        };
        let session = self.session();
        let kind = session.kind(&self.common, row);
        let answered = match kind.invoke(request()).await {
            Err(error) if row.signed && failure::is_stale(&error) => {
                match self.renewed(&session).await {
                    Some(session) => session.kind(&self.common, row).invoke(request()).await,
                    None => Err(error),
                }
            }
            answered => answered,
        };
        let answered = answered
            .map_err(|error| failure::from_sdk(&error, row.action))
            .and_then(Answered::read);
        let (status, request_id) = match &answered {
            Ok(answer) => (Some(answer.status()), answer.request_id()),
            Err(error) => (
                error.context().status_code,
                error.context().request_id.as_deref(),
            ),
        };
        call.progress
            .answered(status, request_id.map(str::to_owned));
        answered
    }

    /// A session with other credentials than the ones of `stale`, if its source has others now.
    async fn renewed(&self, stale: &Arc<Session>) -> Option<Arc<Session>> {
        let session = {
            let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
            if Arc::ptr_eq(&session, stale) {
                *session = Session::new(stale.credentials.renewed()?);
            }
            Arc::clone(&session)
        };
        session.credentials.ready().await.ok()?;
        let is_same = session.credentials.agrees_with(&stale.credentials);
        (!is_same).then_some(session)
    }

    fn session(&self) -> Arc<Session> {
        Arc::clone(&self.session.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What belongs to one call of a user, whatever requests it takes.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) progress: Progress,
    /// For the header `x-amzn-trace-id`.
    pub(super) trace_id: Option<String>,
}

/// The configured address, else the one that the SDK's endpoint rules give for the region.
async fn endpoint(config: &Config, shared: &SharedConfig) -> Result<String, AuthError> {
    if let Some(endpoint) = shared
        .endpoint
        .as_ref()
        .filter(|_| config.endpoint.is_none())
    {
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
    config.endpoint.as_ref().or(shared.endpoint.as_ref())
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

/// AWS Lambda's trace of the present invocation, so that it can stop one that calls itself:
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html>
pub(super) fn trace_id(environment: &Arc<Environment>, given: Option<String>) -> Option<String> {
    let in_lambda = environment.get(c"AWS_LAMBDA_FUNCTION_NAME").is_some();
    given.filter(|id| {
        in_lambda && !id.is_empty() && id.bytes().all(|byte| (b' '..=b'~').contains(&byte))
    })
}
