//! How far a call has come, for the error that it may end in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::error::{AuthError, Stage};

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

impl Progress {
    /// SignUp is done: what fails from now on is AdminConfirmSignUp.
    pub(super) fn confirms(&self) {
        self.counts.is_confirming.store(true, Ordering::Relaxed);
        self.counts.attempts.store(0, Ordering::Relaxed);
    }

    /// The error, with the attempts that were made.
    pub(super) fn told(&self, error: AuthError) -> AuthError {
        let attempts = self.counts.attempts.load(Ordering::Relaxed);
        error.with(|context| context.attempts = (attempts > 0).then_some(attempts))
    }

    /// The same for a registration, with the half that failed.
    pub(super) fn told_of_registration(&self, error: AuthError) -> AuthError {
        let stage = if self.counts.is_confirming.load(Ordering::Relaxed) {
            Stage::Confirm
        } else {
            Stage::SignUp
        };
        self.told(error).with(|context| context.stage = Some(stage))
    }
}

impl Intercept for Progress {
    fn name(&self) -> &'static str {
        "cognito-auth-native"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.counts.attempts.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
