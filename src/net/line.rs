//! Waiting lines with a bound: what comes when one is full is refused at once.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::core::error::AuthError;
use crate::core::limits;

/// A waiting line.
#[derive(Debug)]
pub(super) struct Line {
    waiting: AtomicUsize,
    bound: usize,
}

/// A place in a line, until it is dropped.
pub(super) struct Place<'a>(&'a Line);

impl Line {
    pub(super) const fn new(bound: usize) -> Self {
        Self {
            waiting: AtomicUsize::new(0),
            bound,
        }
    }

    /// A place, or that there is none.
    pub(super) fn enter(&self) -> Result<Place<'_>, AuthError> {
        let place = Place(self);
        if self.waiting.fetch_add(1, Ordering::Relaxed) < self.bound {
            return Ok(place);
        }
        Err(AuthError::throttled(
            "Too many calls of this process are waiting",
            limits::WAITING_PAUSE,
        ))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Turns of which so many may be taken at once. Others wait in a line, first come, first served.
#[derive(Debug)]
pub(super) struct Turns {
    free: Semaphore,
    line: Line,
}

impl Turns {
    pub(super) const fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            free: Semaphore::const_new(at_once),
            line: Line::new(waiting),
        }
    }

    /// A turn, which ends when it is dropped, or that the line is full.
    pub(super) async fn take(&self) -> Result<SemaphorePermit<'_>, AuthError> {
        if let Ok(turn) = self.free.try_acquire() {
            return Ok(turn);
        }
        let _place = self.line.enter()?;
        let turn = self.free.acquire().await;
        turn.map_err(|_| AuthError::internal())
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::{Line, Turns};
    use crate::core::error::Reason;

    #[test]
    fn a_full_line_refuses_until_somebody_leaves() {
        let line = Line::new(2);
        let (first, second) = (line.enter(), line.enter());
        assert!(first.is_ok() && second.is_ok());
        for _ in 0..3 {
            let refused = line.enter().err().unwrap();
            assert_eq!(refused.reason(), Reason::Throttled);
            assert_eq!(refused.context().retry_after, Some(1));
        }
        drop(first);
        assert!(line.enter().is_ok());
    }

    fn poll<F: Future>(future: &mut Pin<&mut F>) -> Poll<F::Output> {
        future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_turn_goes_to_the_first_in_line_and_one_that_gives_up_makes_room() {
        let turns = Turns::new(1, 2);
        let Poll::Ready(Ok(turn)) = poll(&mut pin!(turns.take())) else {
            panic!("the first one takes it at once");
        };
        let mut second = pin!(turns.take());
        assert!(poll(&mut second).is_pending());
        {
            let mut third = pin!(turns.take());
            assert!(poll(&mut third).is_pending());
            let Poll::Ready(Err(refused)) = poll(&mut pin!(turns.take())) else {
                panic!("the line is full");
            };
            assert_eq!(refused.reason(), Reason::Throttled);
        }
        let mut fourth = pin!(turns.take());
        assert!(poll(&mut fourth).is_pending());
        drop(turn);
        assert!(poll(&mut fourth).is_pending());
        assert!(matches!(poll(&mut second), Poll::Ready(Ok(_))));
    }
}
