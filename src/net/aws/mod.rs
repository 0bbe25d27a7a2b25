//! What AWS's SDK needs from us: credentials, the settings that all AWS clients share, and its way to our HTTP client.

pub(in crate::net) mod credentials;
mod profile_files;
mod profiles;
pub(in crate::net) mod shared_config;
pub(in crate::net) mod transport;
