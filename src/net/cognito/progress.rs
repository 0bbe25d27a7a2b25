//! How far a call has come, for the error that it may end in and for those who watch calls.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use aws_smithy_types::config_bag::{Storable, StoreReplace};
use serde::Serialize;

use crate::core::error::{AuthError, Stage};
use crate::net::runtime::lock;

/// Counts the attempts of a request, as the SDK makes them, and keeps what is public of the answer.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    attempts: AtomicU32,
    is_confirming: AtomicBool,
    answer: Mutex<Answered>,
}

#[derive(Clone, Debug, Default)]
struct Answered {
    status: Option<u16>,
    request_id: Option<String>,
}

/// What events show of a call's last request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LastRequest {
    /// How often it was sent.
    pub attempts: u32,
    /// The HTTP status of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The answer's request id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
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
        self.answered(None, None);
    }

    /// The request has been answered, or has failed without an answer.
    pub(super) fn answered(&self, status: Option<u16>, request_id: Option<String>) {
        *lock(&self.counts.answer) = Answered { status, request_id };
    }

    /// What is known of the last request; nothing if none was sent.
    pub fn last_request(&self) -> Option<LastRequest> {
        let attempts = self.counts.attempts.load(Ordering::Relaxed);
        let Answered { status, request_id } = lock(&self.counts.answer).clone();
        (attempts > 0).then_some(LastRequest {
            attempts,
            status,
            request_id,
        })
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
