//! How far a call has come, for the error that it may end in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use aws_smithy_types::config_bag::{Storable, StoreReplace};

use crate::core::error::{AuthError, Stage};

/// Counts the attempts of a request, as the SDK makes them.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    attempts: AtomicU32,
    is_confirming: AtomicBool,
}

impl Storable for Progress {
    type Storer = StoreReplace<Self>;
}

impl Progress {
    /// The request is sent, for the first time or again.
    pub(super) fn count_attempt(&self) {
        self.counts.attempts.fetch_add(1, Ordering::Relaxed);
    }

    /// SignUp is done: what fails from now on is AdminConfirmSignUp.
    pub(super) fn confirming(&self) {
        self.counts.is_confirming.store(true, Ordering::Relaxed);
        self.counts.attempts.store(0, Ordering::Relaxed);
    }

    /// The error, with the attempts that were made.
    pub(super) fn annotate(&self, error: AuthError) -> AuthError {
        let attempts = self.counts.attempts.load(Ordering::Relaxed);
        error.with(|context| context.attempts = (attempts > 0).then_some(attempts))
    }

    /// The same for a registration, with the half that failed.
    pub(super) fn annotate_registration(&self, error: AuthError) -> AuthError {
        let stage = if self.counts.is_confirming.load(Ordering::Relaxed) {
            Stage::Confirm
        } else {
            Stage::SignUp
        };
        self.annotate(error)
            .with(|context| context.stage = Some(stage))
    }
}
