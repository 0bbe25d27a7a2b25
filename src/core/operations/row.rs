//! A row of the table, and what it is written with.

/// What is known of an operation.
#[derive(Debug)]
#[non_exhaustive]
pub struct Row {
    /// The operation's name in the API reference.
    pub name: &'static str,
    /// What it is about: the same code of the service means different things in different families.
    pub family: Family,
    /// Whether it is signed with AWS credentials (Signature Version 4).
    pub signed: bool,
    /// Whether it may be sent again when nobody knows if the first request took effect.
    pub repeatable: bool,
    /// The members of the request that come from the configuration if the caller leaves them out.
    pub filled_in: &'static [Setting],
    /// The quota that it counts towards, if AWS documents one.
    pub quota: Option<Quota>,
}

/// The topic of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// SignUp and its code.
    Registration,
    /// The first request of a sign-in.
    SignIn,
    /// An answer to a challenge.
    Challenge,
    /// Refresh tokens: new tokens for one, and its revocation.
    Refresh,
    /// A forgotten password.
    Recovery,
    /// A user's own account, by access token.
    Account,
    /// A user's own passkeys, by access token.
    Passkeys,
    /// Remembered devices, a user's own or any user's.
    Devices,
    /// Administration of users.
    Users,
    /// Administration of groups and of their members.
    Groups,
    /// Administration of the pool: clients, domains, identity providers, branding, import, tags.
    Pool,
    /// Tokens that belong to no sign-in: an app client's own, and derived ones.
    Machine,
}

/// A member of a request that the configuration has a value for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The user pool's id.
    UserPoolId,
    /// The app client's id.
    ClientId,
    /// The proof that the caller knows the app client's secret, for the request's `Username`.
    SecretHash,
}

impl Setting {
    /// The member's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserPoolId => "UserPoolId",
            Self::ClientId => "ClientId",
            Self::SecretHash => "SecretHash",
        }
    }
}

/// Operations that share a limit of requests a second, in an account and region:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#category_operations>
#[expect(missing_docs, reason = "the names are AWS's, and explained there")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quota {
    ClientAuthentication,
    LimitManagement,
    UserAccountRecovery,
    UserAuthentication,
    UserCreation,
    UserList,
    UserPoolClientRead,
    UserPoolClientUpdate,
    UserPoolRead,
    UserPoolResourceRead,
    UserPoolResourceUpdate,
    UserPoolUpdate,
    UserRead,
    UserResourceRead,
    UserResourceUpdate,
    UserToken,
    UserUpdate,
}

/// A row of the generated table, in one line.
pub(super) const fn row(
    name: &'static str,
    family: Family,
    signed: bool,
    repeatable: bool,
    filled_in: &'static [Setting],
    quota: Option<Quota>,
) -> Row {
    Row {
        name,
        family,
        signed,
        repeatable,
        filled_in,
        quota,
    }
}
