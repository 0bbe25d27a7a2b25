//! One call: what its caller hands in, and how far it has come, for the error that it may end in.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_smithy_types::config_bag::{Storable, StoreReplace};

use crate::core::clock::uptime;
use crate::core::error::{AuthError, Stage};
use crate::core::limits;
use crate::net::cancel::Cancel;
use crate::net::runtime::lock;

/// What belongs to one call, whatever requests it takes.
#[derive(Debug, Default)]
pub struct Call {
    /// Ends the call.
    pub(in crate::net) cancel: Arc<Cancel>,
    /// AWS Lambda's trace of the present invocation. It is sent if the environment is Lambda's.
    pub(super) trace_id: Option<String>,
    pub(super) progress: Progress,
}

impl Call {
    /// A call that `cancel` ends. `trace_id` is the value of `_X_AMZN_TRACE_ID`.
    pub fn new(cancel: Arc<Cancel>, trace_id: Option<String>) -> Self {
        Self {
            cancel,
            trace_id,
            progress: Progress::default(),
        }
    }

    /// A call of its own for the same invocation, which nobody ends: others wait for what it brings.
    pub(in crate::net) fn apart(&self) -> Self {
        Self::new(Arc::default(), self.trace_id.clone())
    }

    /// What fails from now on is this part of the call. Attempts are counted from here.
    pub(in crate::net) fn enter(&self, stage: Stage) {
        *self.progress.stage() = Some(stage);
        self.progress.0.attempts.store(0, Ordering::Relaxed);
    }

    /// The next request is another one: its attempts are counted from one. Until it is sent, those of the latest one stand.
    pub(in crate::net) fn next_request(&self) {
        self.progress.0.is_next.store(true, Ordering::Relaxed);
        self.progress.0.is_further.store(true, Ordering::Relaxed);
        *lock(&self.progress.0.until) = None;
    }

    /// The next request is sent again until then at most, on the monotonic clock: what it says grows old.
    pub(in crate::net) fn repeat_until(&self, until: Duration) {
        *lock(&self.progress.0.until) = Some(until);
    }

    /// Whether a request of the call was answered with success, and another one follows.
    pub(in crate::net) fn is_further(&self) -> bool {
        self.progress.0.is_further.load(Ordering::Relaxed)
    }

    /// How often the latest request was sent, if it was.
    pub(in crate::net) fn attempts(&self) -> Option<u32> {
        let attempts = self.progress.0.attempts.load(Ordering::Relaxed);
        (attempts > 0).then_some(attempts)
    }

    /// The error, with the attempts that were made and the part of the call that failed.
    pub(super) fn annotate(&self, error: AuthError) -> AuthError {
        error.with(|context| {
            // Another call may have sent the request.
            context.attempts = self.attempts().or(context.attempts);
            context.stage = *self.progress.stage();
        })
    }
}

/// Counts the attempts of a request, as the SDK makes them.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    attempts: AtomicU32,
    /// When the request must not be sent again any more, on the monotonic clock.
    until: Mutex<Option<Duration>>,
    is_next: AtomicBool,
    is_further: AtomicBool,
    stage: Mutex<Option<Stage>>,
}

impl Storable for Progress {
    type Storer = StoreReplace<Self>;
}

impl Progress {
    /// The request is sent, for the first time or again. An error if it is too old for that; only an answer that throttles may have
    /// made it wait for so long.
    pub(super) fn count_attempt(&self) -> Result<(), AuthError> {
        if self.0.is_next.swap(false, Ordering::Relaxed) {
            self.0.attempts.store(0, Ordering::Relaxed);
        }
        let is_first = self.0.attempts.load(Ordering::Relaxed) == 0;
        let is_too_old = lock(&self.0.until).is_some_and(|until| uptime() > until);
        if is_too_old && !is_first {
            return Err(AuthError::throttled(
                "Too many requests: the proof of the password is too old to be sent again",
                limits::WAITING_PAUSE,
            ));
        }
        self.0.attempts.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn stage(&self) -> MutexGuard<'_, Option<Stage>> {
        lock(&self.0.stage)
    }
}
