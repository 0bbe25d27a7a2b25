//! Waiting lines with a bound: what comes when one is full is refused at once.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::core::error::{AuthError, Reason};
use crate::core::limits;

/// A waiting line.
pub(super) struct Line {
    waiting: AtomicUsize,
    bound: usize,
}

/// A place in a line, until it is dropped.
pub(super) struct Place(&'static Line);

impl Line {
    pub(super) const fn new(bound: usize) -> Self {
        Self {
            waiting: AtomicUsize::new(0),
            bound,
        }
    }

    /// A place, or that there is none.
    pub(super) fn enter(&'static self) -> Result<Place, AuthError> {
        let place = Place(self);
        if self.waiting.fetch_add(1, Ordering::Relaxed) < self.bound {
            return Ok(place);
        }
        Err(AuthError::new(
            Reason::Throttled,
            "Too many calls of this process are waiting",
        )
        .with(|context| context.retryable = Some(true))
        .retry_after(limits::WAITING_PAUSE))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Reason};

    #[test]
    fn a_full_line_refuses_until_somebody_leaves() {
        static LINE: Line = Line::new(2);
        let (first, second) = (LINE.enter(), LINE.enter());
        assert!(first.is_ok() && second.is_ok());
        for _ in 0..3 {
            let refused = LINE.enter().err().unwrap();
            assert_eq!(refused.reason(), Reason::Throttled);
            assert_eq!(refused.context().retry_after, Some(1));
        }
        drop(first);
        assert!(LINE.enter().is_ok());
    }
}
