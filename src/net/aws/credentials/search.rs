//! One search at a time, on a thread that files may block.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};

use tokio::time::timeout;

use super::chain::Chain;
use super::origin::Origin;
use crate::core::limits;
use crate::net::aws::transport::Transport;
use crate::net::runtime::{self, Purpose, lock};

/// Searches of a chain, one at a time: a search that its callers no longer wait for is joined by the next ones, for a file or
/// a credential process that does not answer the one does not answer the other.
pub(super) struct Search {
    origin: Origin,
    transport: Transport,
    /// The chain that found credentials. Its parts remember what they have read, so one that found none is not kept.
    chain: Arc<Mutex<Option<Arc<Chain>>>>,
    under_way: Mutex<Option<Searching>>,
}

type Searching = Shared<BoxFuture<'static, Result<Credentials, Failure>>>;

impl Search {
    pub(super) fn new(origin: Origin, transport: Transport) -> Self {
        Self {
            origin,
            transport,
            chain: Arc::default(),
            under_way: Mutex::default(),
        }
    }

    pub(super) async fn join(&self) -> Result<Credentials, CredentialsError> {
        let searching = {
            let mut under_way = lock(&self.under_way);
            match under_way.as_ref().filter(|search| search.peek().is_none()) {
                Some(search) => search.clone(),
                None => under_way.insert(self.start()).clone(),
            }
        };
        searching.await.map_err(CredentialsError::provider_error)
    }

    fn start(&self) -> Searching {
        let (origin, transport) = (self.origin.clone(), self.transport.clone());
        let kept = Arc::clone(&self.chain);
        let task = tokio::spawn(async move {
            let before = lock(&kept).take();
            let chain = match before {
                Some(chain) => chain,
                None => Arc::new(Chain::new(&origin, transport).await?),
            };
            let environment = Arc::clone(chain.environment());
            let search = async move {
                let found = timeout(limits::SEARCH, chain.search())
                    .await
                    .unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(limits::SEARCH)));
                if found.is_ok() {
                    *lock(&kept) = Some(chain);
                }
                Ok(found.map_err(|error| Failure(Arc::new(error))))
            };
            runtime::off_thread(Purpose::Credentials, environment.scope(search)).await
        });
        task.map(|ended| match ended {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => Err(Failure(Arc::new(error))),
            Err(error) => Err(Failure(Arc::new(error))),
        })
        .boxed()
        .shared()
    }
}

/// An error that several callers share.
#[derive(Clone, Debug)]
struct Failure(Arc<dyn Error + Send + Sync>);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}
