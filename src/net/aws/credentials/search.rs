//! One search at a time, for as long as somebody waits for it.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tokio::time::timeout;

use super::chain::Chain;
use super::origin::Origin;
use super::report::Slow;
use crate::net::aws::transport::Transport;
use crate::net::runtime::{self, Purpose, lock};

/// Searches of a chain, one at a time. Calls that need credentials meanwhile join the search that is under way. It ends with
/// the last of them: a later call asks the sources again, and does not wait for one that was silent before.
pub(super) struct Search {
    origin: Origin,
    transport: Transport,
    /// The chain that found credentials. Its parts remember what they have read, so one that found none is not kept.
    chain: Arc<Mutex<Option<Arc<Chain>>>>,
    under_way: Mutex<Option<WeakShared<Searching>>>,
}

type Searching = BoxFuture<'static, Result<Credentials, Failure>>;

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
            let joined = under_way.as_ref().and_then(WeakShared::upgrade);
            joined
                .filter(|search| search.peek().is_none())
                .unwrap_or_else(|| {
                    let search = self.start();
                    *under_way = search.downgrade();
                    search
                })
        };
        searching.await.map_err(CredentialsError::provider_error)
    }

    fn start(&self) -> Shared<Searching> {
        let (origin, transport) = (self.origin.clone(), self.transport.clone());
        let kept = Arc::clone(&self.chain);
        let limit = origin.limit;
        let asked = Arc::new(Mutex::new(None));
        let asking = Arc::clone(&asked);
        let search = async move {
            let before = lock(&kept).take();
            let chain = match before {
                Some(chain) => chain,
                None => Arc::new(Chain::new(&origin, transport).await?),
            };
            let environment = Arc::clone(chain.environment());
            let search = async move {
                let found = chain.search(&asking).await;
                if found.is_ok() {
                    *lock(&kept) = Some(chain);
                }
                Ok(found.map_err(Failure::new))
            };
            runtime::off_thread(Purpose::Credentials, environment.scope(search)).await
        };
        timeout(limit, search)
            .map(move |ended| match ended {
                Ok(Ok(found)) => found,
                Ok(Err(error)) => Err(Failure::new(error)),
                Err(_) => Err(Failure::new(Slow {
                    limit,
                    asked: lock(&asked).take(),
                })),
            })
            .boxed()
            .shared()
    }
}

/// An error that several callers share.
#[derive(Clone, Debug)]
struct Failure(Arc<dyn Error + Send + Sync>);

impl Failure {
    fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(error))
    }
}

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
