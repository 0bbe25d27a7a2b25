//! The second ring: threads, HTTP, the keys of pools and the calls to Cognito.

pub mod auth;
mod aws;
pub mod batch;
pub mod cancel;
pub mod cognito;
pub mod flow;
pub mod http_client;
pub mod key_cache;
pub mod resolver;
pub mod runtime;
