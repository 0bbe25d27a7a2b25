//! Tokens that arrived together: the calling thread verifies them from the front, a helper from the back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use crate::auth::{Auth, Verification};
use crate::error::AuthError;
use crate::token::UnixTime;
use crate::{limits, runtime};

struct Batch {
    auth: Arc<Auth>,
    tokens: Vec<String>,
    now: UnixTime,
    /// Tokens that either thread has begun with.
    begun: AtomicUsize,
}

impl Batch {
    /// Whether a token is left for the thread that asks.
    fn begins(&self) -> bool {
        self.begun.fetch_add(1, Ordering::Relaxed) < self.tokens.len()
    }

    fn verify(&self, token: &str) -> Result<Verification, AuthError> {
        self.auth.verify(token, self.now, false)
    }
}

/// Verifies tokens, as [`Auth::verify`] does each, sharing the work with a second thread as soon as that is awake.
pub fn verify_all(
    auth: Arc<Auth>,
    tokens: Vec<String>,
    now: UnixTime,
) -> Vec<Result<Verification, AuthError>> {
    let batch = Arc::new(Batch {
        auth,
        tokens,
        now,
        begun: AtomicUsize::new(0),
    });
    let (send, from_helper) = mpsc::channel();
    if batch.tokens.len() >= limits::SHARED_BATCH
        && let Ok(runtime) = runtime::handle()
    {
        let batch = Arc::clone(&batch);
        runtime.spawn_blocking(move || {
            for token in batch.tokens.iter().rev() {
                if !batch.begins() || send.send(batch.verify(token)).is_err() {
                    break;
                }
            }
        });
    }
    let own = batch.tokens.iter().take_while(|_| batch.begins());
    let mut results: Vec<_> = own.map(|token| batch.verify(token)).collect();
    let left = batch.tokens.len() - results.len();
    let mut rest: Vec<_> = from_helper.iter().take(left).collect();
    // Should the helper have panicked, this thread does what is missing of its share.
    let missing = batch.tokens.iter().rev().skip(rest.len());
    rest.extend(
        missing
            .take(left - rest.len())
            .map(|token| batch.verify(token)),
    );
    results.extend(rest.into_iter().rev());
    results
}
