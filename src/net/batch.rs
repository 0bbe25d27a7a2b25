//! Tokens that arrived together: the calling thread verifies them from the front, a helper from the back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::core::error::AuthError;
use crate::core::limits;
use crate::core::token::UnixTime;
use crate::net::runtime::{THREAD_NAME, lock};
use crate::net::verifier::Verification;
use crate::net::verifiers::Verifiers;

struct Batch {
    verifiers: Arc<Verifiers>,
    tokens: Vec<String>,
    now: UnixTime,
    /// Tokens that either thread has begun with.
    begun: AtomicUsize,
}

type Verified = Result<Verification, AuthError>;

impl Batch {
    /// Whether a token is left for the thread that asks.
    fn claim_next(&self) -> bool {
        self.begun.fetch_add(1, Ordering::Relaxed) < self.tokens.len()
    }

    fn verify(&self, token: &str) -> Verified {
        self.verifiers.verify(token, self.now, false)
    }
}

/// Verifies tokens, as [`Verifiers::verify`] does each, sharing the work with the helper if that is idle.
pub fn verify_all(verifiers: Arc<Verifiers>, tokens: Vec<String>, now: UnixTime) -> Vec<Verified> {
    let batch = Arc::new(Batch {
        verifiers,
        tokens,
        now,
        begun: AtomicUsize::new(0),
    });
    let (send, from_helper) = mpsc::channel();
    if batch.tokens.len() >= limits::SHARED_BATCH {
        offer(Share {
            batch: Arc::clone(&batch),
            send,
        });
    } else {
        drop(send);
    }
    let own = batch.tokens.iter().take_while(|_| batch.claim_next());
    let mut results: Vec<_> = own.map(|token| batch.verify(token)).collect();
    let left = batch.tokens.len() - results.len();
    let mut rest: Vec<_> = from_helper.iter().take(left).collect();
    // If the helper panicked, this thread does the rest of its share.
    let missing = batch.tokens.iter().rev().skip(rest.len());
    rest.extend(
        missing
            .take(left - rest.len())
            .map(|token| batch.verify(token)),
    );
    results.extend(rest.into_iter().rev());
    results
}

/// A batch on its way to the helper.
struct Share {
    batch: Arc<Batch>,
    send: Sender<Verified>,
}

impl Share {
    fn work(self) {
        for token in self.batch.tokens.iter().rev() {
            if !self.batch.claim_next() || self.send.send(self.batch.verify(token)).is_err() {
                break;
            }
        }
    }
}

/// Hands a share to the helper if that waits for one at this moment. Nothing is queued: a busy helper would come too late,
/// and a queue would hold tokens.
fn offer(share: Share) {
    static HELPER: Mutex<Option<SyncSender<Share>>> = Mutex::new(None);

    let mut helper = lock(&HELPER);
    let sent = helper.as_ref().map(|helper| helper.try_send(share));
    if matches!(sent, None | Some(Err(TrySendError::Disconnected(_)))) {
        // Without a thread to be had, batches are verified by their own.
        *helper = start_helper();
    }
}

fn start_helper() -> Option<SyncSender<Share>> {
    // Without capacity: what is sent is received at once or not at all.
    let (send, receive) = sync_channel(0);
    thread::Builder::new()
        .name(THREAD_NAME.to_owned())
        .spawn(move || help(&receive))
        .ok()
        .map(|_| send)
}

fn help(shares: &Receiver<Share>) {
    for share in shares {
        // The caller does what is missing.
        let _ = catch_unwind(AssertUnwindSafe(|| share.work()));
    }
}
