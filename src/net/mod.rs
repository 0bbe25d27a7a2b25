//! The second ring: threads, HTTP, the keys of pools and the calls to Cognito.

pub mod abort;
pub mod auth;
mod aws;
pub mod batch;
pub mod cognito;
pub mod http_client;
pub mod key_cache;
pub mod resolver;
pub mod runtime;
