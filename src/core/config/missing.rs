//! Settings that are not set, in the replaced SDK's words and with what to set.

use crate::core::error::{AuthError, Reason};

/// A setting that something cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needed {
    UserPoolId,
    ClientId,
    Region,
}

impl Needed {
    /// The replaced SDK's name and message, and what to set.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::UserPoolId => (
                "MissingRequiredParameter",
                "Missing required key 'UserPoolId' in params",
                "USER_POOL_ID is not set (nor option userPoolId); set it to the user pool's id, such as us-east-1_AbCdEfGhI",
            ),
            Self::ClientId => (
                "MissingRequiredParameter",
                "Missing required key 'ClientId' in params",
                "COGNITO_CLIENT_ID is not set (nor option clientId); set it to the app client's id",
            ),
            Self::Region => (
                "ConfigError",
                "Missing region in config",
                "neither COGNITO_REGION nor AWS_REGION is set (nor option region), and the user pool's id begins with no region; set the user pool's region, such as us-east-1",
            ),
        }
    }
}

/// The failure of something that needs `first`, and also lacks `others`.
pub(super) fn missing(first: Needed, others: &[Needed]) -> AuthError {
    let (name, original, what) = first.words();
    let mut message = format!("{original}: {what}");
    for other in others {
        let (_, _, what) = other.words();
        message.push_str(". Also, ");
        message.push_str(what);
    }
    AuthError::new(Reason::Config, message).named(name)
}
