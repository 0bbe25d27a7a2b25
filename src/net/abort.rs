//! A way to give a call up.

use std::future::Future;
use std::pin::pin;

use futures_util::future::{Either, select};
use tokio::sync::watch;

use crate::core::error::{AuthError, Reason};

/// Ends the call that it is given to, once it is raised.
#[derive(Debug)]
pub struct Abort {
    is_raised: watch::Sender<bool>,
}

impl Default for Abort {
    fn default() -> Self {
        Self {
            is_raised: watch::Sender::new(false),
        }
    }
}

impl Abort {
    /// Ends the call, now or as soon as it begins.
    pub fn raise(&self) {
        self.is_raised.send_replace(true);
    }

    /// The call's result, or that it was aborted: the call is dropped then.
    pub async fn or<T>(
        &self,
        call: impl Future<Output = Result<T, AuthError>>,
    ) -> Result<T, AuthError> {
        let mut watched = self.is_raised.subscribe();
        let raised = pin!(watched.wait_for(|is_raised| *is_raised));
        match select(raised, pin!(call)).await {
            Either::Left(_) => Err(AuthError::new(Reason::Aborted, "The call was aborted")),
            Either::Right((result, _)) => result,
        }
    }
}
