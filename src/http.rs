//! The HTTP client, one per way of reaching the outside world, shared by everything that agrees in it.

use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use reqwest::{Certificate, Client, NoProxy, Proxy, redirect};
use rustls::CertificateError;

use crate::config::HttpConfig;
use crate::environment::Environment;
use crate::error::{AuthError, Reason, describe};
use crate::limits;
use crate::resolver::Resolver;

/// Whether a client keeps connections for later requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reuse {
    /// It keeps up to [`limits::CONNECTIONS`].
    Connections,
    /// Each request has a connection of its own.
    Never,
}

/// The client for `config`. Making one reads the platform's certificates, so it is made once per process.
pub fn client(config: &HttpConfig, reuse: Reuse) -> Result<Client, AuthError> {
    type Clients = HashMap<(HttpConfig, Reuse), Client>;
    static CLIENTS: LazyLock<Mutex<Clients>> = LazyLock::new(Mutex::default);

    let name = (config.clone(), reuse);
    let mut clients = CLIENTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(client) = clients.get(&name) {
        return Ok(client.clone());
    }
    let client = build(config, reuse)?;
    clients.insert(name, client.clone());
    Ok(client)
}

fn build(config: &HttpConfig, reuse: Reuse) -> Result<Client, AuthError> {
    let kept = match reuse {
        Reuse::Connections => limits::CONNECTIONS,
        Reuse::Never => 0,
    };
    let mut builder = Client::builder()
        .user_agent(concat!("cognito-auth-native/", env!("CARGO_PKG_VERSION")))
        // Keys and answers come from the address that was configured or not at all.
        .redirect(redirect::Policy::none())
        .connect_timeout(config.connect_limit.unwrap_or(limits::CONNECT))
        .pool_max_idle_per_host(kept)
        .no_proxy()
        .dns_resolver(Resolver::shared())
        // Beside the platform's, for images without any: node:slim, distroless.
        .tls_certs_merge(mozilla_roots()?);
    if let Some(path) = &config.extra_ca_certs {
        builder = builder.tls_certs_merge(extra_roots(path)?);
    }
    if let Some(url) = config.https_proxy.as_ref().filter(|_| !excepts_all(config)) {
        let proxy = Proxy::https(url.expose()).map_err(|_| {
            AuthError::new(
                Reason::Config,
                "HTTPS_PROXY must be the URL of a proxy, such as http://proxy:3128",
            )
        })?;
        let exceptions = config.no_proxy.as_deref().and_then(NoProxy::from_string);
        builder = builder.proxy(proxy.no_proxy(exceptions));
    }
    // Reading the platform's certificates looks at these two variables.
    let variables = [
        ("SSL_CERT_FILE", &config.ssl_cert_file),
        ("SSL_CERT_DIR", &config.ssl_cert_dir),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
    let environment = Arc::new(Environment::new(variables));
    environment.enter(|| builder.build()).map_err(|error| {
        AuthError::new(
            Reason::Internal,
            format!("No HTTP client can be made: {}", describe(&error)),
        )
    })
}

/// reqwest takes `*` for all names, but not for addresses.
fn excepts_all(config: &HttpConfig) -> bool {
    let exceptions = config.no_proxy.as_deref().unwrap_or_default();
    exceptions
        .split(',')
        .any(|exception| exception.trim() == "*")
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

/// What to do about a request that failed on its way, where the failure itself tells.
pub fn cure(error: &(dyn Error + 'static)) -> Option<&'static str> {
    if let Some(problem) = refused_certificate(error) {
        return Some(match problem {
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => {
                "the server's certificate is not valid now: check this machine's clock, then the certificate"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "the server's certificate is for another host: check the endpoint, and what stands between it and here"
            }
            CertificateError::UnknownIssuer => {
                "nobody here knows who signed the server's certificate: if it is your own proxy's or endpoint's, name a PEM file with the authority's certificate in NODE_EXTRA_CA_CERTS"
            }
            _ => {
                "the server's certificate cannot be trusted: check the endpoint, and what stands between it and here"
            }
        });
    }
    chain(error)
        .any(|cause| cause.to_string().starts_with("tunnel error"))
        .then_some("the proxy that HTTPS_PROXY names does not let the request through: check its address, user and password, and NO_PROXY")
}

/// Whether the server's certificate was refused: asking again does not help.
pub fn is_refused_certificate(error: &(dyn Error + 'static)) -> bool {
    refused_certificate(error).is_some()
}

fn refused_certificate<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a CertificateError> {
    chain(error).find_map(|cause| match cause.downcast_ref() {
        Some(rustls::Error::InvalidCertificate(problem)) => Some(problem),
        _ => None,
    })
}

/// An error and what is behind it.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        // An io::Error that wraps another gives as its source what is behind that one.
        match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use rustls::CertificateError;
    use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

    use super::{cure, is_refused_certificate, mozilla_roots};

    #[test]
    fn the_roots_are_those_of_the_service() {
        assert!(mozilla_roots().unwrap().len() > 100);
        for name in [
            "Amazon Root CA 1",
            "Amazon Root CA 2",
            "Amazon Root CA 3",
            "Amazon Root CA 4",
        ] {
            let has_name = TLS_SERVER_ROOT_CERTS
                .iter()
                .any(|der| der.windows(name.len()).any(|part| part == name.as_bytes()));
            assert!(has_name, "{name}");
        }
    }

    #[test]
    fn a_refused_certificate_is_found_below_other_errors() {
        for (problem, says) in [
            (CertificateError::UnknownIssuer, "NODE_EXTRA_CA_CERTS"),
            (CertificateError::Expired, "clock"),
            (CertificateError::NotValidForName, "another host"),
            (CertificateError::Revoked, "cannot be trusted"),
        ] {
            let inner = io::Error::other(rustls::Error::InvalidCertificate(problem));
            let outer = io::Error::other(inner);
            assert!(is_refused_certificate(&outer));
            assert!(cure(&outer).unwrap().contains(says), "{says}");
        }
        assert!(!is_refused_certificate(&io::Error::other("reset")));
        assert_eq!(cure(&io::Error::other("reset")), None);
    }
}
