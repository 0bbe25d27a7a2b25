//! The HTTP client, one per way of reaching the outside world, shared by everything that agrees in it.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use reqwest::{Certificate, Client, NoProxy, Proxy, redirect};

use crate::config::HttpConfig;
use crate::error::{AuthError, Reason, describe};
use crate::limits;

/// The client for `config`. Making one reads the platform's certificates, so it is made once per process.
pub fn client(config: &HttpConfig) -> Result<Client, AuthError> {
    static CLIENTS: LazyLock<Mutex<HashMap<HttpConfig, Client>>> = LazyLock::new(Mutex::default);
    let mut clients = CLIENTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(client) = clients.get(config) {
        return Ok(client.clone());
    }
    let client = build(config)?;
    clients.insert(config.clone(), client.clone());
    Ok(client)
}

fn build(config: &HttpConfig) -> Result<Client, AuthError> {
    let mut builder = Client::builder()
        .user_agent(concat!("cognito-auth-native/", env!("CARGO_PKG_VERSION")))
        // Keys and answers come from the address that was configured or not at all.
        .redirect(redirect::Policy::none())
        .connect_timeout(config.connect_limit.unwrap_or(limits::CONNECT))
        .pool_max_idle_per_host(limits::CONNECTIONS)
        .no_proxy()
        // Beside the platform's, for images without any: node:slim, distroless.
        .tls_certs_merge(mozilla_roots()?);
    if let Some(path) = &config.extra_ca_certs {
        builder = builder.tls_certs_merge(extra_roots(path)?);
    }
    if let Some(url) = &config.https_proxy {
        let proxy = Proxy::https(url.as_str()).map_err(|_| {
            AuthError::new(
                Reason::Config,
                "HTTPS_PROXY must be the URL of a proxy, such as http://proxy:3128",
            )
        })?;
        let exceptions = config.no_proxy.as_deref().and_then(NoProxy::from_string);
        builder = builder.proxy(proxy.no_proxy(exceptions));
    }
    builder.build().map_err(|error| {
        AuthError::new(
            Reason::Internal,
            format!("No HTTP client can be made: {}", describe(&error)),
        )
    })
}

fn mozilla_roots() -> Result<Vec<Certificate>, AuthError> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(|certificate| Certificate::from_der(certificate))
        .collect::<Result<_, _>>()
        .map_err(|error| AuthError::new(Reason::Internal, describe(&error)))
}

fn extra_roots(path: &str) -> Result<Vec<Certificate>, AuthError> {
    let unreadable = || {
        AuthError::new(
            Reason::Config,
            "NODE_EXTRA_CA_CERTS must be the path of a readable file of PEM certificates",
        )
    };
    let pem = std::fs::read(path)
        .map_err(|error| unreadable().with(|c| c.cause = Some(error.to_string())))?;
    Certificate::from_pem_bundle(&pem).map_err(|_| unreadable())
}
