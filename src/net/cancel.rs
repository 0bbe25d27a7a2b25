//! Cancellation of a call.

use std::future::Future;
use std::pin::pin;

use futures_util::future::{Either, select};
use tokio::sync::watch;

use crate::core::error::AuthError;

/// Ends the call that it is given to.
#[derive(Debug)]
pub struct Cancel {
    is_cancelled: watch::Sender<bool>,
}

impl Default for Cancel {
    fn default() -> Self {
        Self {
            is_cancelled: watch::Sender::new(false),
        }
    }
}

impl Cancel {
    /// Ends the call, now or as soon as it begins.
    pub fn cancel(&self) {
        self.is_cancelled.send_replace(true);
    }

    /// The call's result, or that it was aborted: the call is dropped then.
    pub async fn unless_cancelled<T>(
        &self,
        call: impl Future<Output = Result<T, AuthError>>,
    ) -> Result<T, AuthError> {
        let mut watched = self.is_cancelled.subscribe();
        let cancelled = pin!(watched.wait_for(|is_cancelled| *is_cancelled));
        match select(cancelled, pin!(call)).await {
            Either::Left(_) => Err(AuthError::aborted()),
            Either::Right((result, _)) => result,
        }
    }
}
