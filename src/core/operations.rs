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
    /// What is being done: the same code means different things in different calls.
    pub(crate) action: Action,
}

/// Which call an operation serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    SignUp,
    Confirm,
    SignIn,
    Fetch,
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
    action: Action::SignUp,
};

pub(crate) const ADMIN_CONFIRM_SIGN_UP: Row = Row {
    name: "AdminConfirmSignUp",
    signed: true,
    idempotent: true,
    action: Action::Confirm,
};

pub(crate) const ADMIN_INITIATE_AUTH: Row = Row {
    name: "AdminInitiateAuth",
    signed: true,
    idempotent: true,
    action: Action::SignIn,
};

pub(crate) const ADMIN_GET_USER: Row = Row {
    name: "AdminGetUser",
    signed: true,
    idempotent: true,
    action: Action::Fetch,
};
