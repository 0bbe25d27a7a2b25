//! The AWS SDK's way to the network: our HTTP clients, so that there is one TLS stack, one connection pool and one set
//! of certificates.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use reqwest::{Request, Url};
use tokio::time::timeout;

use crate::core::limits;
use crate::net::http_client::HttpClients;

/// An answer of more than [`limits::ANSWER_BYTES`].
#[derive(Debug)]
pub(in crate::net) struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer has more than {} bytes", limits::ANSWER_BYTES)
    }
}

impl std::error::Error for TooLarge {}

/// Our HTTP clients, as the SDK wants one.
#[derive(Clone, Debug)]
pub(in crate::net) struct Transport {
    clients: HttpClients,
    limit: Option<Duration>,
    /// The first request's URL, as text and parsed. Those of one service are all the same.
    first: Arc<OnceLock<(String, Url)>>,
}

impl Transport {
    pub(in crate::net) fn new(clients: HttpClients) -> Self {
        Self {
            clients,
            limit: None,
            first: Arc::default(),
        }
    }

    fn parse(&self, url: &str) -> Result<Url, ConnectorError> {
        if let Some((text, parsed)) = self.first.get()
            && text == url
        {
            return Ok(parsed.clone());
        }
        let parsed = Url::parse(url).map_err(|error| ConnectorError::user(error.into()))?;
        let _ = self.first.set((url.to_owned(), parsed.clone()));
        Ok(parsed)
    }
}

impl HttpClient for Transport {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        // Credential sources set both, to give up soon where they do not exist; calls have a deadline of ours.
        let limit = settings.connect_timeout().zip(settings.read_timeout());
        SharedHttpConnector::new(Self {
            limit: limit.map(|(connect, read)| connect + read),
            ..self.clone()
        })
    }
}

impl HttpConnector for Transport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let transport = self.clone();
        HttpConnectorFuture::new(async move {
            let exchange = transport.exchange(request);
            match transport.limit {
                None => exchange.await,
                Some(limit) => timeout(limit, exchange)
                    .await
                    .unwrap_or_else(|elapsed| Err(ConnectorError::timeout(elapsed.into()))),
            }
        })
    }
}

impl Transport {
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let url = self.parse(request.uri())?;
        let request = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?;
        let (parts, body) = request.into_parts();
        let body = body
            .bytes()
            .map(<[u8]>::to_vec)
            .ok_or_else(|| ConnectorError::user("the request's body is not in memory".into()))?;
        let mut request = Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(body.into());
        let client = self
            .clients
            .client_for(request.url())
            .await
            .map_err(|error| ConnectorError::user(error.into()))?;
        let mut response = client.execute(request).await.map_err(failed)?;

        let mut whole = http::Response::builder().status(response.status());
        if let Some(headers) = whole.headers_mut() {
            *headers = std::mem::take(response.headers_mut());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > limits::ANSWER_BYTES {
                return Err(ConnectorError::other(TooLarge.into(), None));
            }
            body.extend_from_slice(&chunk);
        }
        whole
            .body(SdkBody::from(body))
            .map_err(|error| ConnectorError::other(error.into(), None))
            .and_then(|response| {
                HttpResponse::try_from(response)
                    .map_err(|error| ConnectorError::other(error.into(), None))
            })
    }
}

fn failed(error: reqwest::Error) -> ConnectorError {
    if error.is_timeout() {
        ConnectorError::timeout(error.into())
    } else {
        ConnectorError::io(error.into())
    }
}
