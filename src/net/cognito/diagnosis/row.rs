//! A row of the table, and what it is written with.

use crate::core::error::Reason;
use crate::core::operations::Family;

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

pub(super) const fn row(
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
    pub(super) const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    pub(super) const fn never_again(mut self) -> Self {
        self.again = Again::Never;
        self
    }

    pub(super) const fn throttled(mut self) -> Self {
        self.again = Again::Throttled;
        self
    }

    pub(super) const fn with_fresh_credentials(mut self) -> Self {
        self.again = Again::WithFreshCredentials;
        self
    }

    pub(super) const fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }
}
