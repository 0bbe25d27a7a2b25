//! What Cognito's failures mean: a table of data, and its look-up. Nothing else knows the service's codes and messages.

mod row;
mod table;

use crate::core::operations::Row as Operation;

pub use self::row::{Again, Diagnosis, Scope};

impl Scope {
    fn has(self, operation: &Operation) -> bool {
        match self {
            Self::Everywhere => true,
            Self::In(families) => families.contains(&operation.family),
            Self::Of(name) => operation.name == name,
        }
    }
}

impl Diagnosis {
    /// The table, in the order in which its rows are tried.
    pub fn all() -> &'static [Self] {
        table::ROWS
    }

    /// What an answer of the service to a request means.
    pub fn of(operation: &Operation, status: u16, code: &str, message: &str) -> &'static Self {
        let row = Self::all()
            .iter()
            .find(|row| row.scope.has(operation) && row.fits(code, message));
        row.unwrap_or(match status {
            429 => &table::TOO_MANY_REQUESTS,
            _ => &table::UNKNOWN,
        })
    }

    /// Whether a request of any operation may be sent again after such an answer.
    pub fn again(code: &str, message: &str) -> Again {
        let row = Self::all().iter().find(|row| row.fits(code, message));
        row.map_or(Again::AsUsual, |row| row.again)
    }

    fn fits(&self, code: &str, message: &str) -> bool {
        self.codes.contains(&code) && self.message.iter().all(|part| contains(message, part))
    }
}

fn contains(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    text.windows(part.len())
        .any(|window| window.eq_ignore_ascii_case(part))
}
