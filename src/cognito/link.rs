//! One configuration's way to Cognito: endpoint, credentials, and requests of each kind.

use std::sync::{Arc, OnceLock};

use aws_runtime::user_agent::{ApiMetadata, AwsUserAgent, BusinessMetric};
use aws_sdk_cognitoidentityprovider::config::Region;
use aws_sdk_cognitoidentityprovider::config::endpoint::{
    DefaultResolver, Params, ResolveEndpoint as _,
};
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::meta::PKG_VERSION;
use aws_types::os_shim_internal::Env;
use serde::Serialize;
use url::Url;

use super::answers::Answered;
use super::credentials::Source;
use super::error::{self, unmakeable};
use super::operation::{Common, Kind, Request};
use super::operations::Row;
use super::progress::Progress;
use super::transport::Transport;
use crate::config::Config;
use crate::environment::Environment;
use crate::error::AuthError;
use crate::http_client::{HttpClients, Reuse};
use crate::limits;

/// What the requests of one configuration share.
pub(super) struct Link {
    common: Common,
    pub(super) credentials: Source,
    kinds: [OnceLock<Kind>; 4],
}

impl Link {
    /// Does no I/O, but for reading certificates the first time.
    pub(super) async fn new(config: &Config) -> Result<Self, AuthError> {
        let region = Region::new(config.region()?.to_owned());
        let endpoint = endpoint(config).await?;
        let clients = HttpClients::new(&config.http, Reuse::Connections);
        // Settings that cannot be used are reported before anything is sent.
        clients.client_for(&parse(&endpoint)?).await?;
        let transport = Transport::new(clients);
        let credentials = Source::new(config, region.clone(), transport.clone());
        let common = Common {
            endpoint,
            transport,
            retries: RetryConfig::standard()
                .with_max_attempts(config.max_attempts)
                .with_initial_backoff(limits::RETRY_PAUSE),
            user_agent: user_agent(config),
            credentials: credentials.provider(),
            identity_cache: credentials.cache(),
            region,
        };
        Ok(Self {
            common,
            credentials,
            kinds: Default::default(),
        })
    }

    /// Sends a request; what the service answered.
    pub(super) async fn invoke(
        &self,
        row: &'static Row,
        call: &Call,
        body: &impl Serialize,
    ) -> Result<Answered, AuthError> {
        let request = Request {
            row,
            body: serde_json::to_vec(body).map_err(|error| unmakeable(&error))?,
            trace_id: call.trace_id.clone(),
            progress: call.progress.clone(),
        };
        let [unrepeatable, repeatable, signed_unrepeatable, signed] = &self.kinds;
        let kind = match (row.signed, row.idempotent) {
            (false, false) => unrepeatable,
            (false, true) => repeatable,
            (true, false) => signed_unrepeatable,
            (true, true) => signed,
        };
        kind.get_or_init(|| Kind::new(&self.common, row))
            .invoke(request)
            .await
            .map_err(|error| error::from_sdk(&error, row.action))
            .and_then(Answered::read)
    }
}

/// What belongs to one call of a user, whatever requests it takes.
#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) progress: Progress,
    /// For the header `x-amzn-trace-id`.
    pub(super) trace_id: Option<String>,
}

/// The configured address, else the one that the SDK's endpoint rules give for the region.
async fn endpoint(config: &Config) -> Result<String, AuthError> {
    let params = Params::builder()
        .region(config.region()?)
        .set_endpoint(config.endpoint.clone())
        .build()
        .map_err(|error| unmakeable(&error))?;
    let resolver = DefaultResolver::new();
    let endpoint = resolver.resolve_endpoint(&params).await;
    endpoint
        .map(|endpoint| endpoint.url().to_owned())
        .map_err(|error| unmakeable(&*error))
}

fn parse(endpoint: &str) -> Result<Url, AuthError> {
    Url::parse(endpoint).map_err(|error| unmakeable(&error))
}

/// As the typed client of the SDK has it, with the environment that belongs to the configuration.
fn user_agent(config: &Config) -> AwsUserAgent {
    let execution = config.environment.text(c"AWS_EXECUTION_ENV");
    let variables: Vec<_> = execution
        .map(|value| ("AWS_EXECUTION_ENV", value))
        .into_iter()
        .collect();
    let api = ApiMetadata::new("cognitoidentityprovider", PKG_VERSION);
    let user_agent = AwsUserAgent::new_from_environment(Env::from_slice(&variables), api)
        .with_business_metric(BusinessMetric::RetryModeStandard);
    if config.endpoint.is_some() {
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
