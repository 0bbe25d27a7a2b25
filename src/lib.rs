//! Amazon Cognito user pools for Node.js: sign-up, sign-in, look-up and token verification.
//!
//! Three rings, as cargo features: `core` (no feature) verifies tokens and is pure; `net` adds fetching keys and the
//! calls to Cognito; `node` adds the Node-API exports. `ARCHITECTURE.md` has the map.

#[forbid(unsafe_code)]
pub mod core;
#[cfg(feature = "net")]
#[forbid(unsafe_code)]
pub mod net;
#[cfg(feature = "node")]
#[allow(
    unsafe_code,
    reason = "what #[napi] generates is unsafe, and one call in `text`"
)]
pub mod node;
