//! The operations of Cognito's API that are called, one row each.

/// What is the same for every request of an operation.
#[derive(Debug)]
pub(super) struct Row {
    /// The operation's name in the API reference.
    pub(super) name: &'static str,
    /// Whether it is signed with AWS credentials (Signature Version 4).
    pub(super) signed: bool,
    /// Whether it may be sent again when nobody knows if the first request took effect.
    pub(super) idempotent: bool,
    /// What is being done: the same code means different things in different calls.
    pub(super) action: Action,
}

/// Which call an operation serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    SignUp,
    Confirm,
    SignIn,
    Fetch,
}

impl Row {
    /// The header `x-amz-target`.
    pub(super) fn target(&self) -> String {
        format!("AWSCognitoIdentityProviderService.{}", self.name)
    }
}

pub(super) const SIGN_UP: Row = Row {
    name: "SignUp",
    signed: false,
    idempotent: false,
    action: Action::SignUp,
};

pub(super) const ADMIN_CONFIRM_SIGN_UP: Row = Row {
    name: "AdminConfirmSignUp",
    signed: true,
    idempotent: true,
    action: Action::Confirm,
};

pub(super) const ADMIN_INITIATE_AUTH: Row = Row {
    name: "AdminInitiateAuth",
    signed: true,
    idempotent: true,
    action: Action::SignIn,
};

pub(super) const ADMIN_GET_USER: Row = Row {
    name: "AdminGetUser",
    signed: true,
    idempotent: true,
    action: Action::Fetch,
};
