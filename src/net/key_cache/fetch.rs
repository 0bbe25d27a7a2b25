//! Fetching a JWKS over HTTP: within a time, up to a size, from the configured address and no other.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use reqwest::{StatusCode, header};
use tokio::time::{sleep, timeout};
use url::Url;

use crate::core::error::{AuthError, Reason, describe};
use crate::core::jwk::{JwksError, KeySet};
use crate::core::limits;
use crate::net::http_client::{self, HttpClients};

/// A fetch under way.
pub type Fetching = Pin<Box<dyn Future<Output = Result<KeySet, Problem>> + Send>>;

/// What went wrong, in words. None of them is an address: users of the application may see the message.
#[derive(Debug, Default)]
pub struct Problem {
    /// What happened.
    pub what: String,
    /// The library's own words, if there are any.
    pub detail: Option<String>,
    /// What to do about it, where that is known.
    pub hint: Option<&'static str>,
    /// The error to report instead, if settings are wrong.
    pub settings: Option<Box<AuthError>>,
    /// Whether another attempt would end in the same way.
    pub is_final: bool,
}

impl Problem {
    /// The reason of the error that it leads to.
    pub(super) fn reason(&self) -> Reason {
        self.settings
            .as_ref()
            .map_or(Reason::KeysUnavailable, |error| error.reason())
    }
}

impl From<String> for Problem {
    fn from(what: String) -> Self {
        Self {
            what,
            ..Self::default()
        }
    }
}

impl From<reqwest::Error> for Problem {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        Self {
            what: http_client::wording(&error),
            detail: Some(describe(&error)),
            hint: http_client::hint(&error),
            is_final: http_client::is_refused_certificate(&error),
            settings: None,
        }
    }
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        Self {
            what: error.to_string(),
            settings: Some(Box::new(error)),
            is_final: true,
            ..Self::default()
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
    clients: HttpClients,
    uri: String,
}

impl HttpFetcher {
    /// For the JWKS at `uri`. The clients should keep no connections: one that has died would fail several attempts.
    pub fn new(clients: HttpClients, uri: impl Into<String>) -> Self {
        Self {
            clients,
            uri: uri.into(),
        }
    }

    async fn attempt(self, pause: Duration) -> Result<KeySet, Problem> {
        sleep(pause).await;
        let url = Url::parse(&self.uri).map_err(|error| error.to_string())?;
        let client = self.clients.client_for(&url).await?;
        let request = client.get(url).header(header::ACCEPT, "application/json");
        read(request).await
    }
}

impl Fetcher for HttpFetcher {
    fn fetch(&self) -> Fetching {
        let fetching = repeated(self.clone());
        Box::pin(async move {
            timeout(limits::JWKS_FETCH, fetching)
                .await
                .unwrap_or_else(|_| {
                    let limit = limits::JWKS_FETCH.as_secs();
                    Err(format!("no whole answer within {limit} seconds").into())
                })
        })
    }
}

/// Makes further attempts when one fails, or is not answered for a while; the first that succeeds counts.
async fn repeated(fetcher: HttpFetcher) -> Result<KeySet, Problem> {
    let mut pauses = limits::JWKS_PAUSES.into_iter();
    let mut attempts = FuturesUnordered::new();
    attempts.push(fetcher.clone().attempt(Duration::ZERO));
    loop {
        let patience = pin!(sleep(limits::JWKS_PATIENCE));
        let problem = match select(attempts.next(), patience).await {
            Either::Left((Some(Ok(keys)), _)) => return Ok(keys),
            Either::Left((Some(Err(problem)), _)) => Some(problem),
            Either::Left((None, _)) | Either::Right(_) => None,
        };
        let is_final = problem.as_ref().is_some_and(|problem| problem.is_final);
        match pauses.next().filter(|_| !is_final) {
            Some(pause) => attempts.push(fetcher.clone().attempt(pause)),
            None => match problem {
                Some(problem) if attempts.is_empty() => return Err(problem),
                _ => {}
            },
        }
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
