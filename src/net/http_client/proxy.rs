//! Which requests go through a proxy: `HTTPS_PROXY` or `ALL_PROXY`, and `NO_PROXY`, as curl and Node.js read them.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::Proxy;
use url::{Host, Url};

use crate::core::config::HttpConfig;
use crate::core::error::{AuthError, Reason};

/// The proxy for https, and the hosts that are reached without it. Plain http never goes through a proxy: that is an
/// emulator, or an address of this machine's network from which credentials come.
pub(super) struct Proxies {
    proxy: Option<Result<Url, AuthError>>,
    exceptions: Vec<Exception>,
}

impl Proxies {
    pub(super) fn new(config: &HttpConfig) -> Self {
        let exceptions = config.no_proxy.as_deref().unwrap_or_default();
        Self {
            proxy: config.https_proxy.as_ref().map(|url| parse(url.expose())),
            exceptions: exceptions
                .split(|separator: char| separator == ',' || separator.is_whitespace())
                .filter(|entry| !entry.is_empty())
                .map(Exception::parse)
                .collect(),
        }
    }

    /// Fails if `url` is to be reached through a proxy that cannot be used.
    pub(super) fn check(&self, url: &Url) -> Result<(), AuthError> {
        match &self.proxy {
            Some(Err(error)) if self.concern(url) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// The proxy for requests that have passed [`Self::check`].
    pub(super) fn intercept(proxies: &Arc<Self>) -> Option<Proxy> {
        let proxy = proxies.proxy.as_ref()?.as_ref().ok()?.clone();
        let proxies = Arc::clone(proxies);
        Some(Proxy::custom(move |url| {
            proxies.concern(url).then(|| proxy.clone())
        }))
    }

    fn concern(&self, url: &Url) -> bool {
        url.scheme() == "https"
            && !is_local(url)
            && !self
                .exceptions
                .iter()
                .any(|exception| exception.matches(url))
    }
}

/// Whether an address is this machine's or its own network's: elsewhere it means another one. Go and browsers do not send
/// them to a proxy either.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unicast_link_local(),
        None => false,
    }
}

const FORM: &str =
    "HTTPS_PROXY (or ALL_PROXY) must be the URL of an HTTP proxy, such as http://proxy:3128";

/// A proxy's URL. Without a scheme it is http, as for curl.
fn parse(value: &str) -> Result<Url, AuthError> {
    let malformed = || {
        AuthError::new(Reason::Config, FORM).hint(
            "If it has a user name and a password, percent-encode the characters # / ? @ : % in them, such as %23 for #.",
        )
    };
    let value = value.trim();
    if value.contains(char::is_control) {
        return Err(malformed());
    }
    let whole = match value.split_once("://") {
        Some(_) => value.to_owned(),
        None => format!("http://{value}"),
    };
    let mut url = Url::parse(&whole).map_err(|_| malformed())?;
    match url.scheme() {
        "http" | "https" => {}
        scheme => {
            let what = if scheme.starts_with("socks") {
                "SOCKS proxies are not supported"
            } else {
                "its scheme is not supported"
            };
            return Err(
                AuthError::new(Reason::Config, format!("{FORM}: {what}")).hint(
                    "Set HTTPS_PROXY to a proxy that supports CONNECT, or add the host to NO_PROXY to connect directly.",
                ),
            );
        }
    }
    // The rest of a password that was not encoded: what comes before it is not the proxy's host.
    if url[url::Position::AfterPort..].contains('@') {
        return Err(malformed());
    }
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    // reqwest connects directly if this does not succeed.
    url.as_str().parse::<http::Uri>().map_err(|_| malformed())?;
    Ok(url)
}

/// An entry of `NO_PROXY`.
#[derive(Debug, PartialEq)]
struct Exception {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Debug, PartialEq)]
enum Hosts {
    /// `*`
    All,
    /// `example.com` and `.example.com`: the host, and all below it.
    Domain(String),
    /// `*.example.com`: hosts below it.
    Ending(String),
    /// An address, or a network such as `10.0.0.0/8`.
    Network(IpNet),
    /// `10.0.0.1-10.0.0.9`, as Node.js reads it.
    Range(RangeInclusive<Ipv4Addr>),
}

impl Exception {
    fn parse(entry: &str) -> Self {
        // An IPv6 address has colons too.
        if let Some(network) = network(entry) {
            return Self {
                hosts: Hosts::Network(network),
                port: None,
            };
        }
        let with_port = entry
            .rsplit_once(':')
            .and_then(|(hosts, port)| Some((hosts, port.parse().ok()?)));
        match with_port {
            Some((hosts, port)) => Self {
                hosts: Hosts::parse(hosts),
                port: Some(port),
            },
            None => Self {
                hosts: Hosts::parse(entry),
                port: None,
            },
        }
    }

    fn matches(&self, url: &Url) -> bool {
        self.port
            .is_none_or(|port| url.port_or_known_default() == Some(port))
            && url.host().is_some_and(|host| self.hosts.include(&host))
    }
}

impl Hosts {
    fn parse(text: &str) -> Self {
        if text == "*" {
            return Self::All;
        }
        if let Some(network) = network(text) {
            return Self::Network(network);
        }
        let range = text
            .split_once('-')
            .and_then(|(first, last)| Some(first.parse().ok()?..=last.parse().ok()?));
        if let Some(range) = range {
            return Self::Range(range);
        }
        let text = text.trim_end_matches('.').to_ascii_lowercase();
        match text.strip_prefix('*') {
            Some(ending) => Self::Ending(ending.to_owned()),
            None => Self::Domain(text.strip_prefix('.').unwrap_or(&text).to_owned()),
        }
    }

    fn include(&self, host: &Host<&str>) -> bool {
        let address = match *host {
            Host::Domain(name) => {
                let name = name.trim_end_matches('.');
                return match self {
                    Self::All => true,
                    Self::Domain(domain) => name
                        .strip_suffix(domain.as_str())
                        .is_some_and(|before| before.is_empty() || before.ends_with('.')),
                    Self::Ending(ending) => name.ends_with(ending.as_str()),
                    Self::Network(_) | Self::Range(_) => false,
                };
            }
            Host::Ipv4(address) => IpAddr::V4(address),
            Host::Ipv6(address) => IpAddr::V6(address),
        };
        match (self, address) {
            (Self::All, _) => true,
            (Self::Network(network), address) => network.contains(&address),
            (Self::Range(range), IpAddr::V4(address)) => range.contains(&address),
            _ => false,
        }
    }
}

fn network(text: &str) -> Option<IpNet> {
    let text = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(address)
}

#[cfg(test)]
mod tests {
    use super::{Proxies, parse};
    use crate::core::config::HttpConfig;
    use crate::core::error::Reason;
    use crate::core::secret::Secret;

    fn proxied(url: &str, no_proxy: &str) -> bool {
        let proxies = Proxies::new(&HttpConfig {
            https_proxy: Some(Secret::new("http://proxy:3128")),
            no_proxy: Some(no_proxy.to_owned()),
            ..HttpConfig::default()
        });
        proxies.concern(&url.parse().unwrap())
    }

    #[test]
    fn no_proxy_is_read_as_curl_and_node_read_it() {
        const HOST: &str = "https://cognito-idp.us-east-1.amazonaws.com/";
        const OTHER_PORT: &str = "https://cognito-idp.us-east-1.amazonaws.com:8443/";
        for (no_proxy, url, expected) in [
            ("", HOST, true),
            (" , ,", HOST, true),
            ("*", HOST, false),
            ("*", "https://192.0.2.1/", false),
            ("*", "https://[2001:db8::1]/", false),
            ("localhost  *", HOST, false),
            ("cognito-idp.us-east-1.amazonaws.com", HOST, false),
            ("COGNITO-IDP.us-east-1.amazonaws.com.", HOST, false),
            ("cognito-idp.us-east-1.amazonaws.com", OTHER_PORT, false),
            ("amazonaws.com", HOST, false),
            (".amazonaws.com", HOST, false),
            (".amazonaws.com", "https://amazonaws.com/", false),
            ("amazonaws.com", "https://amazonaws.com./", false),
            ("azonaws.com", HOST, true),
            ("amazonaws.com.invalid", HOST, true),
            ("*.amazonaws.com", HOST, false),
            ("*.amazonaws.com", "https://amazonaws.com/", true),
            ("*amazonaws.com", HOST, false),
            ("cognito-idp.*.amazonaws.com", HOST, true),
            ("localhost .amazonaws.com", HOST, false),
            ("localhost\t.amazonaws.com", HOST, false),
            ("localhost,\n.amazonaws.com", HOST, false),
            ("amazonaws.com:443", HOST, false),
            (".amazonaws.com:443", HOST, false),
            ("*.amazonaws.com:443", HOST, false),
            ("*:443", HOST, false),
            ("amazonaws.com:443", OTHER_PORT, true),
            ("amazonaws.com:8443", HOST, true),
            ("amazonaws.com:8443", OTHER_PORT, false),
            ("amazonaws.com:", HOST, true),
            ("amazonaws.com:99999", HOST, true),
            ("192.0.2.1", "https://192.0.2.1/", false),
            ("192.0.2.1:443", "https://192.0.2.1/", false),
            ("192.0.2.1:444", "https://192.0.2.1/", true),
            ("192.0.2.0/24", "https://192.0.2.1/", false),
            ("192.0.2.0/31", "https://192.0.2.2/", true),
            ("192.0.2.0/99", "https://192.0.2.2/", true),
            ("192.0.2.1-192.0.2.9", "https://192.0.2.9/", false),
            ("192.0.2.1-192.0.2.9", "https://192.0.2.10/", true),
            ("192.0.2.1-192.0.2.9", "https://[2001:db8::1]/", true),
            ("192.0.2.1", HOST, true),
            ("2001:db8::1", "https://[2001:db8::1]/", false),
            ("[2001:db8::1]", "https://[2001:db8::1]/", false),
            ("[2001:db8::1]:443", "https://[2001:db8::1]/", false),
            ("[2001:db8::1]:444", "https://[2001:db8::1]/", true),
            ("2001:db8::/32", "https://[2001:db8::1]/", false),
            ("2001:db8::/32", "https://[2001:db9::1]/", true),
        ] {
            assert_eq!(proxied(url, no_proxy), expected, "{no_proxy:?} {url}");
        }
    }

    #[test]
    fn plain_http_and_local_addresses_never_go_through_a_proxy() {
        for url in [
            "http://cognito.example/",
            "http://169.254.169.254/latest/api/token",
            "https://169.254.170.2/v2/credentials",
            "https://[fe80::1]/",
            "https://127.0.0.1:8443/",
            "https://127.1.2.3/",
            "https://[::1]/",
            "https://localhost/",
            "https://localhost./",
            "https://cognito.localhost/",
        ] {
            assert!(!proxied(url, ""), "{url}");
        }
        for url in [
            "https://localhost.example/",
            "https://notlocalhost/",
            "https://10.0.0.1/",
        ] {
            assert!(proxied(url, ""), "{url}");
        }
    }

    #[test]
    fn a_proxy_is_an_http_url_with_or_without_its_scheme() {
        for (value, expected) in [
            ("http://proxy:3128", "http://proxy:3128/"),
            (" http://proxy:3128/\n", "http://proxy:3128/"),
            ("proxy:3128", "http://proxy:3128/"),
            ("proxy", "http://proxy/"),
            ("//proxy:3128", "http://proxy:3128/"),
            ("127.0.0.1:3128", "http://127.0.0.1:3128/"),
            ("[::1]:3128", "http://[::1]:3128/"),
            ("HTTPS://proxy", "https://proxy/"),
            (
                "http://proxy:3128/some/path?query#part",
                "http://proxy:3128/",
            ),
            ("user:p%40ss@proxy:3128", "http://user:p%40ss@proxy:3128/"),
            ("http://user:p@ss@proxy", "http://user:p%40ss@proxy/"),
            (
                "http://user:p^s|s`{}@proxy",
                "http://user:p%5Es%7Cs%60%7B%7D@proxy/",
            ),
        ] {
            assert_eq!(parse(value).unwrap().as_str(), expected, "{value}");
        }
    }

    #[test]
    fn anything_else_is_a_mistake_in_the_configuration() {
        for value in [
            "",
            "http://",
            "::",
            "://proxy",
            "http://pro\nxy",
            "http://S3CRET:p#ss@proxy",
            "http://S3CRET#s@proxy",
            "http://S3CRET/s@proxy",
            "http://S3CRET?s@proxy",
            "socks://S3CRET@proxy:1080",
            "socks5://S3CRET@proxy:1080",
            "socks5h://proxy",
            "SOCKS4://proxy",
            "ftp://S3CRET@proxy",
            "S3CRET://proxy",
            "file:///proxy",
        ] {
            let error = parse(value).unwrap_err();
            assert_eq!(error.reason(), Reason::Config, "{value}");
            assert!(error.message().starts_with("HTTPS_PROXY"), "{value}");
            assert!(error.context().hint.is_some());
            assert_eq!(
                error.message().contains("SOCKS"),
                value.to_lowercase().starts_with("socks"),
                "{value}"
            );
            let shown = format!("{error:?}").to_lowercase();
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}
