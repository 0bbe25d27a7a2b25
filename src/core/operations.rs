//! The operations of Cognito's API that are called, one row each.

/// What is the same for every request of an operation.
#[derive(Debug)]
pub(crate) struct Row {
    /// The operation's name in the API reference.
    pub(crate) name: &'static str,
    /// Whether it is signed with AWS credentials (Signature Version 4).
    pub(crate) signed: bool,
    /// Whether it may be sent again when nobody knows if the first request took effect.
    pub(crate) idempotent: bool,
    /// What it is about: the same code of the service means different things in different families.
    pub(crate) family: Family,
}

/// The topic of an operation.
#[allow(
    dead_code,
    reason = "most operations have no caller yet; not expected: it depends on the features"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
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
    /// A user's or any user's devices.
    Devices,
    /// Administration of users.
    Users,
    /// Administration of groups and of their members.
    Groups,
    /// Administration of the pool: clients, domains, identity providers, branding, import, tags.
    Pool,
}

impl Row {
    /// The header `x-amz-target`.
    pub(crate) fn target(&self) -> String {
        format!("AWSCognitoIdentityProviderService.{}", self.name)
    }
}

pub(crate) const SIGN_UP: Row = Row {
    name: "SignUp",
    signed: false,
    idempotent: false,
    family: Family::Registration,
};

pub(crate) const ADMIN_CONFIRM_SIGN_UP: Row = Row {
    name: "AdminConfirmSignUp",
    signed: true,
    idempotent: true,
    family: Family::Users,
};

pub(crate) const ADMIN_INITIATE_AUTH: Row = Row {
    name: "AdminInitiateAuth",
    signed: true,
    idempotent: true,
    family: Family::SignIn,
};

pub(crate) const ADMIN_GET_USER: Row = Row {
    name: "AdminGetUser",
    signed: true,
    idempotent: true,
    family: Family::Users,
};
