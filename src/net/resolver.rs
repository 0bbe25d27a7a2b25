//! Host names → addresses, through the system's resolver, which blocks a thread for as long as a name server is silent.
//!
//! Calls that need the same name share one look-up, so that a silent name server costs one thread for each name.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs as _, UdpSocket};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::vec::IntoIter;

use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use crate::core::limits;
use crate::net::runtime::lock;
use crate::net::shortage;

type Lookup = Shared<BoxFuture<'static, Result<Arc<[SocketAddr]>, Failure>>>;

/// Looks host names up, each once at a time. Copies share their look-ups.
#[derive(Clone, Debug)]
pub struct Resolver {
    lookups: Arc<Lookups>,
}

#[derive(Debug)]
struct Lookups {
    under_way: Mutex<HashMap<String, Lookup>>,
    threads: Semaphore,
}

impl Resolver {
    /// The process's resolver.
    pub fn shared() -> Self {
        static SHARED: LazyLock<Resolver> = LazyLock::new(|| Resolver {
            lookups: Arc::new(Lookups {
                under_way: Mutex::default(),
                threads: Semaphore::new(limits::LOOKUPS),
            }),
        });
        SHARED.clone()
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = Arc::clone(&self.lookups).look_up(name.as_str());
        Box::pin(async move {
            let addresses = lookup.await.map_err(Failure::into_error)?.to_vec();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

impl ResolveDns for Resolver {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        DnsFuture::new(async move {
            let lookup = Arc::clone(&self.lookups).look_up(name);
            let addresses = lookup.await.map_err(ResolveDnsError::new)?;
            Ok(addresses.iter().map(SocketAddr::ip).collect())
        })
    }
}

impl Lookups {
    /// Joins the look-up of `host` that is under way, or starts one.
    fn look_up(self: Arc<Self>, host: &str) -> Lookup {
        let mut under_way = self.under_way();
        if let Some(lookup) = under_way.get(host) {
            return lookup.clone();
        }
        let (lookups, name) = (Arc::clone(&self), host.to_owned());
        // A task of its own: a caller that gives up leaves the look-up to the others.
        let task = tokio::spawn(async move {
            let found = lookups.ask_system(&name).await;
            lookups.under_way().remove(&name);
            found
        });
        let lookup = task
            .map(|ended| ended.unwrap_or_else(|error| Err(io::Error::from(error).into())))
            .boxed()
            .shared();
        under_way.insert(host.to_owned(), lookup.clone());
        lookup
    }

    async fn ask_system(&self, host: &str) -> Result<Arc<[SocketAddr]>, Failure> {
        let _thread = self.threads.acquire().await.map_err(io::Error::other)?;
        let host = host.to_owned();
        let blocking = tokio::task::spawn_blocking(move || ask_system(&host));
        Ok(blocking.await.map_err(io::Error::from)??.collect())
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<String, Lookup>> {
        lock(&self.under_way)
    }
}

/// The C library reports a look-up that it could open no file or socket for as one that found nothing: what a socket of our
/// own meets tells them apart.
fn ask_system(host: &str) -> io::Result<IntoIter<SocketAddr>> {
    (host, 0).to_socket_addrs().map_err(|error| {
        UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
            .err()
            .filter(|refused| shortage::hint(refused).is_some())
            .unwrap_or(error)
    })
}

/// An error that several calls share.
#[derive(Clone, Debug)]
struct Failure(Arc<io::Error>);

impl Failure {
    /// The system's own error, for who looks for its code.
    fn into_error(self) -> Box<dyn Error + Send + Sync> {
        match self.0.raw_os_error() {
            Some(code) => io::Error::from_raw_os_error(code).into(),
            None => self.into(),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(Arc::new(error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Failure {}
