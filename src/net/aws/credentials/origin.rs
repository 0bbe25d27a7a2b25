//! What credentials depend on, and so which configurations share them.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_cognitoidentityprovider::config::Region;

use crate::core::config::{Config, HttpConfig};
use crate::core::environment::{self, Environment};
use crate::core::limits;
use crate::net::aws::shared_config::SharedConfig;

/// The variables that a credential process gets like all others, and that say nothing about whose credentials are asked
/// for: AWS Lambda sets them for each invocation.
const PER_INVOCATION: &[&str] = &["_X_AMZN_TRACE_ID", "AWS_LAMBDA_LOG_STREAM_NAME"];

/// Where the credentials of a configuration come from. Sources and processes get the whole environment of the
/// configuration that asked first.
#[derive(Clone)]
pub(in crate::net) struct Origin {
    pub(super) environment: Arc<Environment>,
    pub(super) region: Region,
    pub(super) use_fips: Option<bool>,
    pub(super) use_dual_stack: Option<bool>,
    pub(super) limit: Duration,
    http: HttpConfig,
    has_process: bool,
}

/// What two origins must agree in to be one.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Key {
    variables: Environment,
    region: Region,
    use_fips: Option<bool>,
    use_dual_stack: Option<bool>,
    limit: Duration,
    http: HttpConfig,
}

impl Origin {
    pub(in crate::net) fn new(config: &Config, region: Region, shared: &SharedConfig) -> Self {
        Self {
            environment: Arc::clone(&config.environment),
            region,
            http: config.http.clone(),
            use_fips: shared.use_fips,
            use_dual_stack: shared.use_dual_stack,
            limit: limits::credentials(config.call_timeout),
            has_process: shared.has_process,
        }
    }

    pub(super) fn key(&self) -> Key {
        Key {
            variables: self.variables(),
            region: self.region.clone(),
            use_fips: self.use_fips,
            use_dual_stack: self.use_dual_stack,
            limit: self.limit,
            http: self.http.clone(),
        }
    }

    /// A credential process may read any variable.
    fn variables(&self) -> Environment {
        if self.has_process {
            self.environment
                .only(|name| !PER_INVOCATION.contains(&name))
        } else {
            // Others, such as one that each invocation of a function has for itself, make no other source.
            self.environment.only(environment::is_read_by_sources)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Arc, Environment, HttpConfig, Origin, Region};
    use crate::core::limits;

    fn agree(has_process: bool, variables: [(&str, &str); 2]) -> bool {
        let [one, other] = variables.map(|(name, value)| {
            let variables = [("HOME", "/a"), ("PATH", "/b"), (name, value)];
            let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let origin = Origin {
                environment: Arc::new(Environment::new(variables)),
                region: Region::from_static("us-east-1"),
                http: HttpConfig::default(),
                use_fips: None,
                use_dual_stack: None,
                limit: limits::CALL,
                has_process,
            };
            origin.key()
        });
        one == other
    }

    #[test]
    fn only_variables_that_sources_read_make_another_origin() {
        for (name, of_sources, of_process) in [
            ("_X_AMZN_TRACE_ID", true, true),
            ("TENANT", true, false),
            ("AWS_PROFILE", false, false),
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", false, false),
        ] {
            let variables = [(name, "1"), (name, "2")];
            assert_eq!(agree(false, variables), of_sources, "{name}");
            assert_eq!(agree(true, variables), of_process, "{name}");
        }
    }
}
