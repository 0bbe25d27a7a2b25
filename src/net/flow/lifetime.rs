//! How long a request may take that several calls wait for, each within a deadline of its own.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::sleep;

use crate::core::clock::uptime;
use crate::core::limits;
use crate::net::runtime::lock;

/// The time of a request: until the latest deadline of those who wait, within a limit.
pub(super) struct Lifetime {
    /// On the monotonic clock, as is `end`.
    began: Duration,
    end: Mutex<Duration>,
}

impl Lifetime {
    /// The time of a request that begins now, for a call that waits for so long. It is not shorter than a usual call's: the
    /// result is remembered for a call that comes later.
    pub(super) fn new(wait: Duration) -> Self {
        let began = uptime();
        Self {
            began,
            end: Mutex::new(began + wait.max(limits::CALL)),
        }
    }

    /// From now on another call waits for so long.
    pub(super) fn extend(&self, wait: Duration) {
        self.extend_at(uptime(), wait);
    }

    fn extend_at(&self, now: Duration, wait: Duration) {
        let last = self.began + wait.max(limits::REFRESH);
        let mut end = lock(&self.end);
        *end = last.min(now + wait).max(*end);
    }

    /// Waits until the time is over; how long it was.
    pub(super) async fn over(&self) -> Duration {
        loop {
            let end = *lock(&self.end);
            let left = end.saturating_sub(uptime());
            if left.is_zero() {
                return end.saturating_sub(self.began);
            }
            sleep(left).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Lifetime, limits, lock};

    fn length(lifetime: &Lifetime) -> Duration {
        lock(&lifetime.end).saturating_sub(lifetime.began)
    }

    #[test]
    fn it_follows_the_latest_deadline_within_a_limit() {
        let (second, minute) = (Duration::from_secs(1), Duration::from_mins(1));
        let lifetime = Lifetime::new(second);
        let began = lifetime.began;
        // As long as a usual call's, also if the first call has less time.
        assert_eq!(length(&lifetime), limits::CALL);
        lifetime.extend_at(began + second, second);
        assert_eq!(length(&lifetime), limits::CALL);
        lifetime.extend_at(began + second, limits::CALL);
        assert_eq!(length(&lifetime), limits::CALL + second);
        // Calls that join again and again do not keep a request that has no answer.
        lifetime.extend_at(began + limits::REFRESH, limits::CALL);
        assert_eq!(length(&lifetime), limits::REFRESH);
        // One that waits for longer by itself does.
        lifetime.extend_at(began + second, minute);
        assert_eq!(length(&lifetime), minute);
    }

    #[tokio::test]
    async fn it_ends() {
        let lifetime = Lifetime::new(Duration::ZERO);
        *lock(&lifetime.end) = lifetime.began;
        assert_eq!(lifetime.over().await, Duration::ZERO);
    }
}
