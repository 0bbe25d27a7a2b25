//! What Cognito's failures mean: a table of data, and its look-up. Nothing else knows the service's codes and messages.

mod table;

use crate::core::error::Reason;
use crate::core::operations::{Family, Row as Operation};

/// What a failure means. The first row of the table that fits counts.
#[derive(Debug)]
pub struct Diagnosis {
    /// The operations that this is about.
    pub scope: Scope,
    /// The codes that this is about; none for the rows of last resort.
    pub codes: &'static [&'static str],
    /// Parts of the message, all of which must occur, in any case of ASCII letters. Without parts every message fits.
    pub message: &'static [&'static str],
    /// Our reason.
    pub reason: Reason,
    /// A stable id of what is the matter, which `doctor` reports and scripts compare. Ids begin with what has to be looked at: a
    /// check of doctor's (`pool`, `client`, `iam`, …), or `user`, `token` and so on if nothing is misconfigured.
    pub finding: &'static str,
    /// Whether the request may be sent again. Scopes make no difference to that.
    pub again: Again,
    /// Whether the same call may succeed later. Until a 5xx or 429 says so, as the replaced SDK has it.
    pub retryable: bool,
    /// What to do about it.
    pub hint: Option<&'static str>,
}

/// Operations that a row is about.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// All.
    Everywhere,
    /// Those of these families.
    In(&'static [Family]),
    /// The one of this name.
    Of(&'static str),
}

/// Whether a request may be sent again after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// As after any other failure: it depends on the status and the operation.
    AsUsual,
    /// No: a quota of a day or an account, or a lock-out, which lasts longer with each attempt.
    Never,
    /// After a pause: the request has had no effect.
    Throttled,
    /// Once, with other credentials than these, if there are any.
    WithFreshCredentials,
}

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

const fn row(
    scope: Scope,
    codes: &'static [&'static str],
    message: &'static [&'static str],
    reason: Reason,
    finding: &'static str,
) -> Diagnosis {
    Diagnosis {
        scope,
        codes,
        message,
        reason,
        finding,
        again: Again::AsUsual,
        retryable: false,
        hint: None,
    }
}

impl Diagnosis {
    const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    const fn never_again(mut self) -> Self {
        self.again = Again::Never;
        self
    }

    const fn throttled(mut self) -> Self {
        self.again = Again::Throttled;
        self
    }

    const fn with_fresh_credentials(mut self) -> Self {
        self.again = Again::WithFreshCredentials;
        self
    }

    const fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }
}
