//! Any operation of Cognito's API as one generic request on the AWS SDK's orchestrator: JSON out, JSON in.

use std::fmt;
use std::time::SystemTime;

use aws_runtime::auth::sigv4::{self, SigV4AuthScheme};
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_runtime::user_agent::{AwsUserAgent, UserAgentInterceptor};
use aws_sdk_cognitoidentityprovider::config::http::HttpResponse;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::timeout::TimeoutConfig;
use aws_sdk_cognitoidentityprovider::config::{
    BehaviorVersion, Region, StalledStreamProtectionConfig,
};
use aws_sdk_cognitoidentityprovider::error::SdkError;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::RetryPartition;
use aws_smithy_runtime::client::retries::classifiers::{
    HttpStatusCodeClassifier, TransientErrorClassifier,
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::endpoint::EndpointResolverParams;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::{
    RuntimeComponents, RuntimeComponentsBuilder,
};
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer, Layer};
use aws_smithy_types::date_time::Format;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SigningName;
use aws_types::region::SigningRegion;

use super::call::Progress;
use super::retry::Repeat;
use super::service_error::{self, ServiceError};
use crate::core::operations::Row;
use crate::core::secret::Secret;
use crate::net::aws::credentials::Source;
use crate::net::aws::transport::Transport;

/// The name that requests are signed for.
const SIGNING_NAME: &str = "cognito-idp";

/// A request on its way into the orchestrator. `Debug`, which the SDK traces, shows the operation alone.
pub(super) struct Input {
    pub(super) row: &'static Row,
    /// The header `x-amz-target`.
    pub(super) target: String,
    pub(super) json: Secret,
    pub(super) trace_id: Option<String>,
    pub(super) progress: Progress,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input")
            .field("operation", &self.row.name)
            .finish_non_exhaustive()
    }
}

/// A successful answer. `Debug` does not show the body: there may be tokens in it.
pub(super) struct Success {
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
    pub(super) date: Option<SystemTime>,
    pub(super) body: Vec<u8>,
}

impl fmt::Debug for Success {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Success")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// An answer that is a failure.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) answer: Box<ServiceError>,
    metadata: Box<ErrorMetadata>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.answer.code)
    }
}

impl std::error::Error for Refused {}

impl ProvideErrorMetadata for Refused {
    fn meta(&self) -> &ErrorMetadata {
        &self.metadata
    }
}

pub(super) type Failed = SdkError<Refused, HttpResponse>;

/// What all requests of a link have in common.
pub(super) struct Common {
    pub(super) endpoint: String,
    pub(super) region: Region,
    pub(super) transport: Transport,
    pub(super) retries: RetryConfig,
    pub(super) user_agent: AwsUserAgent,
}

/// One kind of request: signed or not, repeatable or not.
#[derive(Debug)]
pub(super) struct Kind {
    operation: Operation<Input, Success, Refused>,
}

impl Kind {
    pub(super) fn new(common: &Common, credentials: &Source, row: &Row, repeatable: bool) -> Self {
        let builder = Operation::builder()
            .service_name("Cognito Identity Provider")
            .operation_name(row.name)
            .behavior_version(BehaviorVersion::latest())
            .http_client(common.transport.clone())
            .endpoint_url(&common.endpoint)
            .standard_retry(&common.retries)
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_classifier(HttpStatusCodeClassifier::default())
            .retry_classifier(TransientErrorClassifier::<Refused>::new())
            .retry_classifier(AwsErrorCodeClassifier::<Refused>::new())
            .retry_classifier(ServiceClockSkewClassifier::<Refused>::new())
            .retry_classifier(Repeat {
                idempotent: repeatable,
            })
            .interceptor(ServiceClockSkewInterceptor::new())
            .interceptor(RequestInfoInterceptor::new())
            .interceptor(UserAgentInterceptor::new())
            .interceptor(InvocationIdInterceptor::new())
            .interceptor(Prepare {
                user_agent: common.user_agent.clone(),
            });
        let plugin = StaticRuntimePlugin::new().with_config(settings(common));
        let builder = if row.signed {
            builder.runtime_plugin(plugin.with_runtime_components(signing(credentials)))
        } else {
            builder.no_auth().runtime_plugin(plugin)
        };
        Self {
            operation: builder
                .serializer(serialize)
                .deserializer(deserialize)
                .build(),
        }
    }

    pub(super) async fn invoke(&self, input: Input) -> Result<Success, Failed> {
        // On the heap: it is large, and every future that holds it would be as large.
        Box::pin(self.operation.invoke(input)).await
    }
}

fn settings(common: &Common) -> FrozenLayer {
    let mut layer = Layer::new("cognito-auth-native");
    layer.store_put(SigningRegion::from(common.region.clone()));
    layer.store_put(SigningName::from_static(SIGNING_NAME));
    // Failures of one endpoint use up its own allowance for retries, not another one's.
    layer.store_put(RetryPartition::new(common.endpoint.clone()));
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(SigV4OperationSigningConfig {
        signing_options: {
            let mut options = SigningOptions::default();
            options.double_uri_encode = true;
            options.content_sha256_header = false;
            options.normalize_uri_path = true;
            options
        },
        ..SigV4OperationSigningConfig::default()
    });
    layer.freeze()
}

fn signing(credentials: &Source) -> RuntimeComponentsBuilder {
    let schemes = StaticAuthSchemeOptionResolver::new(vec![sigv4::SCHEME_ID]);
    RuntimeComponentsBuilder::new("cognito-auth-native")
        .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
        .with_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(schemes)))
        .with_identity_cache(Some(credentials.cache()))
        .with_identity_resolver(sigv4::SCHEME_ID, credentials.provider())
}

/// The AWS JSON 1.1 protocol: <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>
fn serialize(input: Input) -> Result<HttpRequest, BoxError> {
    let body = input.json.expose().as_bytes();
    let length = body.len();
    let mut http = HttpRequest::new(SdkBody::from(body));
    http.set_method("POST")?;
    http.set_uri("/")?;
    let headers = http.headers_mut();
    headers.try_insert("content-type", "application/x-amz-json-1.1")?;
    headers.try_insert("content-length", length.to_string())?;
    headers.try_insert("x-amz-target", input.target)?;
    if let Some(trace_id) = input.trace_id {
        headers.try_insert("x-amzn-trace-id", trace_id)?;
    }
    Ok(http)
}

fn deserialize(response: &HttpResponse) -> Result<Success, OrchestratorError<Refused>> {
    if response.status().is_success() {
        return Ok(Success {
            status: response.status().as_u16(),
            request_id: service_error::request_id(response),
            date: date(response),
            body: response.body().bytes().unwrap_or_default().to_vec(),
        });
    }
    let answer = ServiceError::read(response);
    let metadata = ErrorMetadata::builder().code(&answer.code).build();
    Err(OrchestratorError::operation(Refused {
        answer: Box::new(answer),
        metadata: Box::new(metadata),
    }))
}

/// The service's time.
fn date(response: &HttpResponse) -> Option<SystemTime> {
    let text = response.headers().get("date")?;
    let date = DateTime::from_str(text, Format::HttpDate).ok()?;
    SystemTime::try_from(date).ok()
}

/// Counts a request's attempts, and gives the SDK what it would otherwise take from the process's environment.
#[derive(Debug)]
struct Prepare {
    user_agent: AwsUserAgent,
}

impl Intercept for Prepare {
    fn name(&self) -> &'static str {
        "cognito-auth-native"
    }

    fn read_before_execution(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let state = config.interceptor_state();
        state.store_put(EndpointResolverParams::new(()));
        state.store_put(self.user_agent.clone());
        if let Some(input) = context.input().downcast_ref::<Input>() {
            state.store_put(input.progress.clone());
        }
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(progress) = config.load::<Progress>() {
            progress.count_attempt()?;
        }
        Ok(())
    }
}
