//! The flows of a sign-in with a password.

use super::wrong::refused;
use crate::core::error::AuthError;

/// How a user signs in with a password: `AuthFlow` in the API reference of `InitiateAuth` and AdminInitiateAuth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthFlow {
    /// `ADMIN_NO_SRP_AUTH`, as the tutorial has it: signed.
    #[default]
    AdminNoSrpAuth,
    /// `ADMIN_USER_PASSWORD_AUTH`, its newer name.
    AdminUserPasswordAuth,
    /// `CUSTOM_AUTH`: the pool's triggers ask, once the password is proved.
    CustomAuth,
    /// `USER_AUTH`: the pool's choice of factors.
    UserAuth,
    /// `USER_PASSWORD_AUTH`: the password is sent, without AWS credentials.
    UserPasswordAuth,
    /// `USER_SRP_AUTH`: the password is proved and not sent.
    UserSrpAuth,
}

impl AuthFlow {
    const ALL: [Self; 6] = [
        Self::AdminNoSrpAuth,
        Self::AdminUserPasswordAuth,
        Self::CustomAuth,
        Self::UserAuth,
        Self::UserPasswordAuth,
        Self::UserSrpAuth,
    ];

    /// The name in the API reference.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AdminNoSrpAuth => "ADMIN_NO_SRP_AUTH",
            Self::AdminUserPasswordAuth => "ADMIN_USER_PASSWORD_AUTH",
            Self::CustomAuth => "CUSTOM_AUTH",
            Self::UserAuth => "USER_AUTH",
            Self::UserPasswordAuth => "USER_PASSWORD_AUTH",
            Self::UserSrpAuth => "USER_SRP_AUTH",
        }
    }

    /// The flow of a name, or a message that names all of them. `setting` says where the name stands.
    pub fn parse(name: &str, setting: &str) -> Result<Self, AuthError> {
        let found = Self::ALL.into_iter().find(|flow| flow.as_str() == name);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            refused(format!("{setting} must be one of {names}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::AuthFlow;

    #[test]
    fn flows_are_read_by_their_names_and_a_wrong_one_is_not_shown() {
        for flow in AuthFlow::ALL {
            assert_eq!(AuthFlow::parse(flow.as_str(), "x").ok(), Some(flow));
        }
        for name in ["", "PASSWORD", "user_srp_auth", "REFRESH_TOKEN_AUTH"] {
            let error = AuthFlow::parse(name, "option authFlow").unwrap_err();
            assert_eq!(
                error.message(),
                "option authFlow must be one of ADMIN_NO_SRP_AUTH, ADMIN_USER_PASSWORD_AUTH, CUSTOM_AUTH, USER_AUTH, USER_PASSWORD_AUTH, USER_SRP_AUTH"
            );
        }
    }
}
