//! The operations of Cognito's API, one row each.

mod table;

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

impl Row {
    /// Every operation, in the order of their names.
    pub const fn all() -> &'static [Self] {
        &table::ROWS
    }

    /// The operation of a name in the API reference.
    pub const fn find(name: &str) -> Option<&'static Self> {
        let mut rows = Self::all();
        while let [row, rest @ ..] = rows {
            if is_same(row.name.as_bytes(), name.as_bytes()) {
                return Some(row);
            }
            rows = rest;
        }
        None
    }

    /// The header `x-amz-target`.
    pub fn target(&self) -> String {
        format!("AWSCognitoIdentityProviderService.{}", self.name)
    }
}

/// `==`, which constants cannot have yet.
const fn is_same(mut left: &[u8], mut right: &[u8]) -> bool {
    while let ([first, left_rest @ ..], [other, right_rest @ ..]) = (left, right) {
        if *first != *other {
            return false;
        }
        (left, right) = (left_rest, right_rest);
    }
    left.is_empty() && right.is_empty()
}

/// A row of the generated table, in one line.
const fn row(
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

/// The row of an operation that Rust itself calls: of a name that the table lacks, the program does not compile.
#[cfg(any(feature = "net", test))]
macro_rules! operation {
    ($name:literal) => {
        const {
            match $crate::core::operations::Row::find($name) {
                Some(row) => row,
                None => panic!("the table has no such operation"),
            }
        }
    };
}
#[cfg(feature = "net")]
pub(crate) use operation;

#[cfg(test)]
mod tests {
    use super::{Family, Quota, Row, Setting};

    #[test]
    fn rows_are_found_by_their_whole_name() {
        for name in ["", "SignU", "SignUpX", "signUp", "flow/registration"] {
            assert!(Row::find(name).is_none(), "{name}");
        }
        for row in Row::all() {
            assert!(std::ptr::eq(Row::find(row.name).unwrap(), row));
        }
        assert!(Row::all().is_sorted_by_key(|row| row.name));
    }

    #[test]
    fn a_row_says_what_the_api_reference_does() {
        let row = operation!("SignUp");
        assert_eq!(row.target(), "AWSCognitoIdentityProviderService.SignUp");
        assert_eq!(row.family, Family::Registration);
        assert!(!row.signed && !row.repeatable);
        assert_eq!(row.filled_in, [Setting::ClientId, Setting::SecretHash]);
        assert_eq!(row.quota, Some(Quota::UserCreation));
        let row = operation!("AdminGetUser");
        assert!(row.signed && row.repeatable);
        assert_eq!(row.filled_in, [Setting::UserPoolId]);
        assert_eq!(Row::all().iter().filter(|row| !row.signed).count(), 34);
    }

    #[test]
    fn what_destroys_the_pool_or_the_client_names_it() {
        for name in ["DeleteUserPool", "DeleteUserPoolClient"] {
            assert!(Row::find(name).unwrap().filled_in.is_empty());
        }
    }
}
