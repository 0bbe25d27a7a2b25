//! What decides where credentials are found.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_cognitoidentityprovider::config::Region;

use crate::core::config::{Config, HttpConfig};
use crate::core::environment::Environment;
use crate::core::limits;
use crate::net::aws::shared_config::SharedConfig;

/// Where the credentials of a configuration come from.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in crate::net) struct Origin {
    pub(super) environment: Arc<Environment>,
    pub(super) profile: Option<String>,
    pub(super) mfa_profile: Option<String>,
    pub(super) problem: Option<String>,
    pub(super) region: Region,
    pub(super) http: HttpConfig,
    pub(super) use_fips: Option<bool>,
    pub(super) use_dual_stack: Option<bool>,
    pub(super) limit: Duration,
}

impl Origin {
    pub(in crate::net) fn new(config: &Config, region: Region, shared: &SharedConfig) -> Self {
        Self {
            environment: Arc::clone(&config.environment),
            profile: config.profile.clone(),
            mfa_profile: shared.mfa_profile.clone(),
            problem: shared.problem.clone(),
            region,
            http: config.http.clone(),
            use_fips: shared.use_fips,
            use_dual_stack: shared.use_dual_stack,
            limit: limits::credentials(config.call_timeout),
        }
    }
}
