//! The operations of Cognito's API, one row each.

mod row;
mod table;

pub use self::row::{Family, Quota, Row, Setting};

/// An operation that the table lacks, such as one that is newer than it.
pub static UNLISTED: Row = row::row("Unlisted", Family::Pool, true, false, &[], None);

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
}

/// The header `x-amz-target` for an operation's name.
pub fn target(name: &str) -> String {
    format!("AWSCognitoIdentityProviderService.{name}")
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
    use super::{Family, Quota, Row, Setting, target};

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
        assert_eq!(target(row.name), "AWSCognitoIdentityProviderService.SignUp");
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
