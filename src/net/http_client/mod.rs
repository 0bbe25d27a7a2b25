//! HTTP clients: one per proxy, certificates and time-outs, shared by everything in the process that agrees in them.
//!
//! Only https needs certificates and a proxy. So plain http has a client of its own, which settings of neither can break,
//! and the client for https reads its certificates with the first request that needs it, on a thread for blocking work.

mod certificates;
mod diagnosis;
mod proxy;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex};

use reqwest::{Client, ClientBuilder, redirect};
use tokio::runtime::Handle;
use url::Url;

use self::proxy::Proxies;
use crate::core::config::HttpConfig;
use crate::core::error::{AuthError, Reason, describe};
use crate::core::limits;
use crate::net::resolver::Resolver;
use crate::net::runtime::{self, Flight, Purpose, lock};

pub use self::diagnosis::{hint, is_refused_certificate, wording};

/// Whether a client keeps connections for later requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reuse {
    /// It keeps up to [`limits::CONNECTIONS`].
    Connections,
    /// Each request has a connection of its own.
    Never,
}

/// The HTTP clients of one configuration. Creating it does no I/O; copies are cheap.
#[derive(Clone)]
pub struct HttpClients {
    config: Arc<HttpConfig>,
    proxies: Arc<Proxies>,
    reuse: Reuse,
    given: Option<Client>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Scheme {
    Http,
    Https,
}

/// A client, or the work that creates it. All callers wait for the same work.
type Creating = Flight<Client>;

impl HttpClients {
    /// The clients for `config`.
    pub fn new(config: &HttpConfig, reuse: Reuse) -> Self {
        Self {
            config: Arc::new(config.clone()),
            proxies: Arc::new(Proxies::new(config)),
            reuse,
            given: None,
        }
    }

    /// `client` for every request, whatever it was made with.
    pub fn given(client: Client) -> Self {
        Self {
            given: Some(client),
            ..Self::new(&HttpConfig::default(), Reuse::Never)
        }
    }

    /// The client for a request to `url`. Fails if the request needs certificates or a proxy whose settings cannot be used.
    pub async fn client_for(&self, url: &Url) -> Result<Client, AuthError> {
        if let Some(client) = &self.given {
            return Ok(client.clone());
        }
        if url.scheme() == "http" {
            return self.shared(Scheme::Http).await;
        }
        self.proxies.check(url)?;
        self.shared(Scheme::Https).await
    }

    fn shared(&self, scheme: Scheme) -> Creating {
        type Clients = HashMap<(HttpConfig, Reuse, Scheme), Creating>;
        static CLIENTS: LazyLock<Mutex<Clients>> = LazyLock::new(Mutex::default);

        let name = ((*self.config).clone(), self.reuse, scheme);
        let mut clients = lock(&CLIENTS);
        match clients.get(&name) {
            // A failure does not answer later requests: the file may be there by then.
            Some(client) if !matches!(client.peek(), Some(Err(_))) => client.clone(),
            _ => {
                let client = self.clone().create(scheme);
                clients.insert(name, client.clone());
                client
            }
        }
    }

    /// Starts to create a client.
    fn create(self, scheme: Scheme) -> Creating {
        let build = move || match scheme {
            Scheme::Http => self.build_http(),
            Scheme::Https => self.build_https(),
        };
        runtime::flight(
            &Handle::current(),
            runtime::off_thread(Purpose::Certificates, async move { build() }),
        )
    }

    fn builder(&self) -> ClientBuilder {
        let kept = match self.reuse {
            Reuse::Connections => limits::CONNECTIONS,
            Reuse::Never => 0,
        };
        Client::builder()
            .user_agent(concat!("cognito-auth-native/", env!("CARGO_PKG_VERSION")))
            // Keys and answers come from the address that was configured or not at all.
            .redirect(redirect::Policy::none())
            .connect_timeout(self.config.connect_timeout)
            .pool_max_idle_per_host(kept)
            // reqwest would read the environment.
            .no_proxy()
            .dns_resolver(Resolver::shared())
    }

    /// It trusts no certificate, because it meets none.
    fn build_http(&self) -> Result<Client, AuthError> {
        let builder = self.builder().tls_certs_only([]);
        builder.build().map_err(|error| {
            AuthError::new(Reason::Internal, "The HTTP client cannot be created")
                .with(|context| context.cause = Some(describe(&error)))
        })
    }

    fn build_https(&self) -> Result<Client, AuthError> {
        let extra = self.config.extra_ca_certs.as_deref();
        let mut builder = self
            .builder()
            // In addition to the platform's, for images without any: node:slim, distroless.
            .tls_certs_merge(certificates::mozilla()?)
            .tls_certs_merge(
                extra
                    .map(certificates::extra)
                    .transpose()?
                    .unwrap_or_default(),
            );
        if let Some(proxy) = Proxies::intercept(&self.proxies) {
            builder = builder.proxy(proxy);
        }
        let environment = Arc::new(certificates::platform_variables(&self.config));
        environment
            .enter(|| builder.build())
            .map_err(|error| certificates::refused(&error))
    }
}

impl fmt::Debug for HttpClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClients")
            .field("config", &self.config)
            .field("reuse", &self.reuse)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{HttpClients, Reuse};
    use crate::core::config::HttpConfig;
    use crate::core::error::Reason;
    use crate::core::secret::Secret;

    fn config(extra_ca_certs: Option<&str>, https_proxy: Option<&str>) -> HttpConfig {
        HttpConfig {
            extra_ca_certs: extra_ca_certs.map(str::to_owned),
            https_proxy: https_proxy.map(Secret::new),
            ..HttpConfig::default()
        }
    }

    #[tokio::test]
    async fn unusable_settings_concern_only_requests_that_need_them() {
        for (certificates, proxy, unaffected) in [
            (Some("/no/such/file"), None, "http://cognito.example/"),
            (None, Some("socks5://proxy:1080"), "http://cognito.example/"),
            (None, Some("socks5://proxy:1080"), "https://127.0.0.1:8443/"),
        ] {
            let clients = HttpClients::new(&config(certificates, proxy), Reuse::Never);
            let url = unaffected.parse().unwrap();
            assert!(clients.client_for(&url).await.is_ok(), "{unaffected}");
            let url = "https://cognito.example/".parse().unwrap();
            let error = clients.client_for(&url).await.unwrap_err();
            assert_eq!(error.reason(), Reason::Config);
        }
    }

    #[test]
    fn debug_shows_no_password_of_a_proxy() {
        let config = config(None, Some("http://jason:S3CRET@proxy:3128"));
        let clients = HttpClients::new(&config, Reuse::Never);
        let shown = format!("{config:?} {clients:?}");
        assert!(!shown.contains("S3CRET"), "{shown}");
    }
}
