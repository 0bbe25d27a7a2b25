//! Fetching a JWKS over HTTP: within a time, up to a size, from the configured address and no other.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use reqwest::{Client, StatusCode, header};
use tokio::time::timeout;

use crate::error::describe;
use crate::jwk::{JwksError, KeySet};
use crate::{http, limits};

/// A fetch under way.
pub type Fetching = Pin<Box<dyn Future<Output = Result<KeySet, Problem>> + Send>>;

/// What went wrong, in words.
#[derive(Debug, Default)]
pub struct Problem {
    /// What happened.
    pub what: String,
    /// What to do about it, where that is known.
    pub cure: Option<&'static str>,
}

impl From<String> for Problem {
    fn from(what: String) -> Self {
        Self { what, cure: None }
    }
}

impl From<reqwest::Error> for Problem {
    fn from(error: reqwest::Error) -> Self {
        Self {
            what: describe(&error),
            cure: http::cure(&error),
        }
    }
}

/// Where key sets come from. The one real implementation is [`HttpFetcher`]; the key engine's own tests, which
/// step through days, have another.
pub trait Fetcher: fmt::Debug + Send + Sync {
    /// Fetches the set once.
    fn fetch(&self) -> Fetching;
}

/// Fetches from one address.
#[derive(Clone, Debug)]
pub struct HttpFetcher {
    client: Client,
    uri: String,
}

impl HttpFetcher {
    /// For the JWKS at `uri`.
    pub fn new(client: Client, uri: impl Into<String>) -> Self {
        Self {
            client,
            uri: uri.into(),
        }
    }
}

impl Fetcher for HttpFetcher {
    fn fetch(&self) -> Fetching {
        let request = self
            .client
            .get(&self.uri)
            .header(header::ACCEPT, "application/json");
        Box::pin(async move {
            timeout(limits::JWKS_FETCH, read(request))
                .await
                .unwrap_or_else(|_| {
                    let limit = limits::JWKS_FETCH.as_secs();
                    Err(format!("no whole answer within {limit} seconds").into())
                })
        })
    }
}

async fn read(request: reqwest::RequestBuilder) -> Result<KeySet, Problem> {
    let mut response = request.send().await?;
    if response.status() != StatusCode::OK {
        return Err(format!("the answer has the status {}", response.status().as_u16()).into());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limits::JWKS_BYTES {
            return Err(JwksError::TooLarge.to_string().into());
        }
        body.extend_from_slice(&chunk);
    }
    KeySet::parse(&body).map_err(|error| error.to_string().into())
}
