//! The second ring: threads, HTTP, the keys of pools and the calls to Cognito.

mod aws;
pub mod batch;
pub mod cancel;
pub mod cognito;
mod files;
pub mod flow;
pub mod http_client;
pub mod key_cache;
mod line;
pub mod pool;
pub mod resolver;
pub mod runtime;
pub mod shortage;
pub mod verifier;
pub mod verifiers;
