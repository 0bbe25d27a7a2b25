//! Amazon Cognito user pools for Node.js: sign-up, sign-in, look-up and token verification.
//!
//! Three rings, as cargo features: the core (no feature) verifies tokens and is pure; `net` adds fetching keys and the
//! calls to Cognito; `node` adds the Node-API exports. `ARCHITECTURE.md` has the map.

#[cfg(feature = "net")]
#[forbid(unsafe_code)]
pub mod abort;
#[cfg(feature = "net")]
#[forbid(unsafe_code)]
pub mod batch;
#[forbid(unsafe_code)]
pub mod clock;
#[cfg(feature = "net")]
#[forbid(unsafe_code)]
pub mod cognito;
#[forbid(unsafe_code)]
pub mod config;
#[forbid(unsafe_code)]
pub mod environment;
#[forbid(unsafe_code)]
pub mod error;
#[cfg(feature = "net")]
#[forbid(unsafe_code)]
pub mod http_client;
#[forbid(unsafe_code)]
pub mod jwk;
#[cfg(feature = "net")]
#[forbid(unsafe_code)]
pub mod key_cache;
#[forbid(unsafe_code)]
pub mod limits;
#[cfg(feature = "node")]
#[allow(
    unsafe_code,
    reason = "what #[napi] generates is unsafe, and one call in `text`"
)]
pub mod node;
#[cfg(feature = "net")]
#[forbid(unsafe_code)]
pub mod pool;
#[cfg(feature = "net")]
#[forbid(unsafe_code)]
pub mod resolver;
#[cfg(feature = "net")]
#[forbid(unsafe_code)]
pub mod runtime;
#[forbid(unsafe_code)]
pub mod secret;
#[cfg(feature = "net")]
#[forbid(unsafe_code)]
pub mod shortage;
#[forbid(unsafe_code)]
pub mod token;
#[cfg(feature = "net")]
#[forbid(unsafe_code)]
pub mod verifier;
