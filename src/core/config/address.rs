//! URLs among the settings: what they may be, and those that follow from a pool's id.

use url::{Host, Url};

use super::form::dns_suffix;
use super::wrong::refused;
use crate::core::error::AuthError;

/// The pool's own address, which is also its original issuer.
pub(super) fn of_pool(region: &str, pool: &str) -> String {
    format!("https://cognito-idp.{region}.{}/{pool}", dns_suffix(region))
}

/// The issuer that pools may be switched to since 2026. It carries the pool's primary region, also in replicas:
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html>
pub(super) fn updated_issuer(region: &str, pool: &str) -> String {
    format!("https://issuer-cognito-idp.{region}.amazonaws.com/{pool}")
}

/// An http or https URL and nothing beside: no user, query or fragment.
pub(super) fn http_url(text: &str, setting: &str) -> Result<Url, AuthError> {
    Url::parse(text)
        .ok()
        .filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        })
        .ok_or_else(|| {
            refused(format!(
                "{setting} must be an http or https URL without user, query or fragment"
            ))
        })
}

/// An endpoint from elsewhere than the options and variables.
pub fn check_endpoint(text: &str, setting: &str) -> Result<(), AuthError> {
    http_url(text, setting).map(|_| ())
}

/// Keys that came in the clear could be anybody's, so plain HTTP is for loopback and for the host that was
/// configured as the endpoint.
pub(super) fn jwks_url(
    text: &str,
    setting: &str,
    endpoint: Option<&Url>,
) -> Result<String, AuthError> {
    let url = http_url(text, setting)?;
    let is_endpoint = endpoint.is_some_and(|endpoint| endpoint.origin() == url.origin());
    if url.scheme() == "https" || is_loopback(&url) || is_endpoint {
        return Ok(text.to_owned());
    }
    Err(refused(format!(
        "{setting} must be an https URL: keys are not fetched in the clear except from loopback or the configured endpoint"
    )))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
