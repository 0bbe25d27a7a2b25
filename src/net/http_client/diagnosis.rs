//! What to do about a request that failed on its way, where the failure itself shows it.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};

use crate::core::error::{find, innermost, links};
use crate::net::shortage;

/// What to do about `error`, if it shows that.
pub fn hint(error: &(dyn Error + 'static)) -> Option<&'static str> {
    if let Some(hint) = links(error).find_map(|cause| shortage::hint(cause.downcast_ref()?)) {
        return Some(hint);
    }
    let tunnel = links(error).find_map(|cause| TunnelFailure::read(&cause.to_string()));
    match tls_failure(error) {
        Some(rustls::Error::InvalidCertificate(problem)) => Some(certificate_hint(problem)),
        Some(rustls::Error::AlertReceived(alert)) => Some(alert_hint(*alert)),
        Some(rustls::Error::PeerIncompatible(_)) => Some(OLD_TLS),
        Some(rustls::Error::InvalidMessage(_)) if tunnel == Some(TunnelFailure::Unreachable) => {
            Some(
                "The proxy does not speak TLS. If the URL in HTTPS_PROXY (or ALL_PROXY) begins with https://, try http://, which is what most proxies expect.",
            )
        }
        Some(rustls::Error::InvalidMessage(_)) => Some(
            "The server does not speak TLS on this port. Check the port, or begin the endpoint with http:// if it is an emulator without TLS.",
        ),
        _ => tunnel.map(TunnelFailure::hint),
    }
}

/// What happened to a request, in the system's words or ours: users of the application may see them, and the libraries' own
/// name hosts (of a certificate) and link to their manuals.
pub fn wording(error: &reqwest::Error) -> String {
    let innermost = innermost(error);
    let system = innermost
        .downcast_ref::<io::Error>()
        .filter(|error| error.raw_os_error().is_some());
    if let Some(system) = system {
        return system.to_string();
    }
    let words = if is_refused_certificate(error) {
        "the server's certificate was refused"
    } else if error.is_timeout() {
        "the connection timed out"
    } else if error.is_connect() {
        "no connection to the server was made"
    } else {
        "the server sent no complete HTTP response"
    };
    words.to_owned()
}

/// Whether the server's certificate was refused: asking again does not help.
pub fn is_refused_certificate(error: &(dyn Error + 'static)) -> bool {
    matches!(
        tls_failure(error),
        Some(rustls::Error::InvalidCertificate(_))
    )
}

fn certificate_hint(problem: &CertificateError) -> &'static str {
    match problem {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => {
            "The server's certificate is not valid at this time. Check this machine's clock first, then the certificate's dates."
        }
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            "The server's certificate has no subjectAltName, and its common name (CN) does not count. Issue it again with the host in it, such as -addext subjectAltName=DNS:localhost,IP:127.0.0.1 for openssl req."
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "The server's certificate was issued for another host. Check the endpoint, and whether DNS or a proxy leads to another server."
        }
        CertificateError::UnknownIssuer => {
            "The server's certificate was issued by an unknown authority. If it belongs to your own proxy or endpoint, set NODE_EXTRA_CA_CERTS to a PEM file with that authority's certificate."
        }
        CertificateError::BadSignature
        | CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "The signature of the server's certificate is not accepted: it was made with an RSA key below 2048 bits, with SHA-1 or another weak algorithm, or by an authority of the same name with another key. Issue the certificate again with RSA 2048 or ECDSA P-256, and SHA-256."
        }
        CertificateError::Revoked => {
            "The server's certificate was revoked. Its owner must replace it."
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            WRONG_PURPOSE
        }
        CertificateError::Other(other) => OTHERS
            .iter()
            .find(|(name, _)| other.to_string().contains(name))
            .map_or(UNTRUSTED, |(_, hint)| hint),
        _ => UNTRUSTED,
    }
}

/// Problems that rustls hands on from the libraries below it, by the beginning of their texts.
const OTHERS: &[(&str, &str)] = &[
    (
        "CaUsedAsEndEntity",
        "The server presents a CA certificate as its own, as `openssl req -x509` creates it by default. Issue it again with -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost,IP:127.0.0.1 and set NODE_EXTRA_CA_CERTS to it, or sign a certificate for the server with that CA.",
    ),
    (
        "UnsupportedCertVersion",
        "The server's certificate is of X.509 version 1. Issue it again as version 3, with the host in its subjectAltName.",
    ),
    ("certificate had invalid extensions", WRONG_PURPOSE),
];

const WRONG_PURPOSE: &str = "The server's certificate was not issued for servers. Issue it again with extendedKeyUsage=serverAuth, or without extendedKeyUsage.";
const UNTRUSTED: &str = "The server's certificate cannot be trusted. Check the endpoint, and whether a proxy answers in its place.";

const OLD_TLS: &str = "The server supports neither TLS 1.2 nor TLS 1.3 with a cipher suite that is considered safe. Update it, or the proxy that answers in its place.";
const CLIENT_CERTIFICATE: &str = "The server requires a client certificate, which is not supported. Check the endpoint, and whether a proxy answers in its place.";

/// The server's or proxy's reason for ending a TLS handshake.
fn alert_hint(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity => OLD_TLS,
        AlertDescription::AccessDenied
        | AlertDescription::BadCertificate
        | AlertDescription::CertificateRequired
        | AlertDescription::CertificateUnknown
        | AlertDescription::NoCertificate
        | AlertDescription::UnknownCA => CLIENT_CERTIFICATE,
        AlertDescription::HandshakeFailure => {
            "The server refuses the TLS handshake: it has no cipher suite in common with this client, or requires a client certificate, which is not supported. Its log says which."
        }
        AlertDescription::UnrecognisedName => {
            "The server has no certificate for this host name. Check the host in the endpoint."
        }
        _ => "The server ended the TLS connection. Its log says why.",
    }
}

/// How a proxy failed to open a tunnel.
#[derive(Clone, Copy, Debug, PartialEq)]
enum TunnelFailure {
    Unauthorized,
    Unreachable,
    Refused,
}

impl TunnelFailure {
    /// hyper-util does not export its error.
    fn read(text: &str) -> Option<Self> {
        match text.strip_prefix("tunnel error: ")? {
            "proxy authorization required" => Some(Self::Unauthorized),
            "failed to create underlying connection" => Some(Self::Unreachable),
            _ => Some(Self::Refused),
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Unauthorized => {
                "The proxy requires a user name and a password, or refuses those in HTTPS_PROXY (or ALL_PROXY). Write them as http://user:password@proxy:3128, percent-encoded."
            }
            Self::Unreachable => {
                "The proxy cannot be reached. Check the host and port in HTTPS_PROXY (or ALL_PROXY)."
            }
            Self::Refused => {
                "The proxy in HTTPS_PROXY (or ALL_PROXY) refuses to connect to the host. Allow the host there, or add it to NO_PROXY to connect directly."
            }
        }
    }
}

fn tls_failure<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    find(error)
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::fmt;
    use std::io;
    use std::sync::Arc;

    use rustls::pki_types::ServerName;
    use rustls::{
        AlertDescription, CertificateError, InvalidMessage, OtherError, PeerIncompatible,
    };

    use super::{hint, is_refused_certificate};

    #[derive(Debug)]
    struct Layer(&'static str, io::Error);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Layer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.1)
        }
    }

    fn nested(error: impl Error + Send + Sync + 'static) -> io::Error {
        io::Error::other(io::Error::other(error))
    }

    fn other(text: &'static str) -> CertificateError {
        CertificateError::Other(OtherError(Arc::new(io::Error::other(text))))
    }

    fn name(presented: &[&str]) -> CertificateError {
        CertificateError::NotValidForNameContext {
            expected: ServerName::try_from("localhost").unwrap(),
            presented: presented.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn each_refused_certificate_has_a_hint_of_its_own() {
        for (problem, says) in [
            (CertificateError::UnknownIssuer, "NODE_EXTRA_CA_CERTS"),
            (CertificateError::Expired, "clock"),
            (CertificateError::NotValidYet, "clock"),
            (CertificateError::NotValidForName, "another host"),
            (name(&["DnsName(\"x\")"]), "another host"),
            (name(&[]), "subjectAltName"),
            (CertificateError::BadSignature, "2048"),
            (CertificateError::Revoked, "revoked"),
            (CertificateError::InvalidPurpose, "serverAuth"),
            (CertificateError::BadEncoding, "cannot be trusted"),
            (other("CaUsedAsEndEntity"), "openssl req -x509"),
            (other("UnsupportedCertVersion"), "version 1"),
            (other("anything"), "cannot be trusted"),
        ] {
            let error = nested(rustls::Error::InvalidCertificate(problem));
            assert!(is_refused_certificate(&error));
            assert!(hint(&error).unwrap().contains(says), "{says}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_shortage_is_seen_behind_other_errors() {
        let files = || io::Error::from_raw_os_error(24);
        for error in [
            files(),
            nested(files()),
            nested(Layer("client error (Connect)", files())),
            nested(Layer(
                "tunnel error: failed to create underlying connection",
                files(),
            )),
        ] {
            assert!(hint(&error).unwrap().contains("ulimit -n"));
        }
    }

    #[test]
    fn so_have_other_failures_of_tls_and_proxies() {
        let not_tls = || rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType);
        let tunnel = "tunnel error: failed to create underlying connection";
        let alert = |alert| nested(rustls::Error::AlertReceived(alert));
        for (error, says) in [
            (nested(not_tls()), "does not speak TLS on this port"),
            (nested(Layer(tunnel, nested(not_tls()))), "try http://"),
            (
                nested(Layer(tunnel, nested(io::Error::other("refused")))),
                "cannot be reached",
            ),
            (
                nested(io::Error::other("tunnel error: unsuccessful")),
                "NO_PROXY",
            ),
            (
                nested(io::Error::other(
                    "tunnel error: proxy authorization required",
                )),
                "user:password@",
            ),
            (
                nested(rustls::Error::PeerIncompatible(
                    PeerIncompatible::Tls12NotOffered,
                )),
                "TLS 1.2",
            ),
            (alert(AlertDescription::ProtocolVersion), "TLS 1.2"),
            (
                alert(AlertDescription::HandshakeFailure),
                "client certificate",
            ),
            (
                alert(AlertDescription::CertificateRequired),
                "client certificate",
            ),
            (alert(AlertDescription::UnrecognisedName), "host name"),
            (alert(AlertDescription::InternalError), "log"),
        ] {
            assert!(!is_refused_certificate(&error));
            assert!(hint(&error).unwrap().contains(says), "{says}");
        }
        let reset = io::Error::other("reset");
        assert_eq!(hint(&reset), None);
        assert!(!is_refused_certificate(&reset));
    }
}
