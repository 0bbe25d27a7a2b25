//! What calls share a request by (hashes only).

use std::collections::BTreeMap;

use aws_lc_rs::digest::{Context, SHA256};

use crate::core::config::HttpConfig;
use crate::core::secret::Secret;

pub(super) type Hash = [u8; 32];

/// What a refresh depends on. Two calls that differ in any of it share nothing, but for a token's other metadata.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The URL that the request goes to.
    pub endpoint: &'a str,
    /// The proxy and the certificates. How long connecting may take does not count.
    pub http: &'a HttpConfig,
    /// The user pool's id, if it is set.
    pub user_pool_id: Option<&'a str>,
    /// The app client's id.
    pub client_id: &'a str,
    /// The app client's secret.
    pub client_secret: Option<&'a Secret>,
    /// The device's key.
    pub device_key: Option<&'a Secret>,
    /// What the pool's triggers are given.
    pub client_metadata: &'a BTreeMap<String, String>,
    /// The refresh token.
    pub refresh_token: &'a Secret,
}

/// What calls share a request by: hashes of everything that it depends on, and no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub(super) lineage: Lineage,
    pub(super) metadata: Hash,
    pub(super) pool: Option<Hash>,
}

/// A refresh token of one app client, by one way to Cognito.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lineage {
    auth: Hash,
    pub(super) token: Hash,
}

impl Key {
    /// The key of a refresh.
    pub fn new(parts: &Parts<'_>) -> Self {
        let HttpConfig {
            https_proxy,
            no_proxy,
            extra_ca_certs,
            ssl_cert_file,
            ssl_cert_dir,
            connect_timeout: _,
        } = parts.http;
        let secret = parts.client_secret.map(hash_of);
        let auth = Hasher::new()
            .text(Some(parts.endpoint))
            .text(https_proxy.as_ref().map(Secret::expose))
            .text(no_proxy.as_deref())
            .text(extra_ca_certs.as_deref())
            .text(ssl_cert_file.as_deref())
            .text(ssl_cert_dir.as_deref())
            .text(parts.user_pool_id)
            .text(Some(parts.client_id))
            .part(secret.as_ref().map(<[u8; 32]>::as_slice))
            .text(parts.device_key.map(Secret::expose))
            .finish();
        let metadata = parts.client_metadata.iter();
        let metadata = metadata.fold(Hasher::new(), |hasher, (name, value)| {
            hasher.text(Some(name)).text(Some(value))
        });
        Self {
            lineage: Lineage {
                auth,
                token: hash_of(parts.refresh_token),
            },
            metadata: metadata.finish(),
            pool: parts.user_pool_id.map(pool_hash),
        }
    }

    /// The key of the same call with another refresh token.
    pub(super) fn with_token(self, token: &Secret) -> Self {
        let lineage = Lineage {
            token: hash_of(token),
            ..self.lineage
        };
        Self { lineage, ..self }
    }
}

/// SHA-256 of parts, each with its length in front: no two lists of parts have the same bytes.
struct Hasher(Context);

impl Hasher {
    fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    fn text(self, text: Option<&str>) -> Self {
        self.part(text.map(str::as_bytes))
    }

    fn part(mut self, part: Option<&[u8]>) -> Self {
        self.0.update(&[u8::from(part.is_some())]);
        if let Some(part) = part {
            self.0.update(&part.len().to_be_bytes());
            self.0.update(part);
        }
        self
    }

    fn finish(self) -> Hash {
        let mut hash = Hash::default();
        // Both have 32 bytes.
        for (to, from) in hash.iter_mut().zip(self.0.finish().as_ref()) {
            *to = *from;
        }
        hash
    }
}

pub(super) fn hash_of(secret: &Secret) -> Hash {
    Hasher::new().text(Some(secret.expose())).finish()
}

pub(super) fn pool_hash(id: &str) -> Hash {
    Hasher::new().text(Some(id)).finish()
}
