//! The only caller of the clock. Everything else is given the time.

use std::fmt;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A point in time, by two clocks.
///
/// The monotonic clock stands still while a laptop or a virtual machine sleeps; the wall clock can be set back.
/// Elapsed time is the longer of the two, so that neither makes an old key look young.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    monotonic: Duration,
    wall: Duration,
}

impl Moment {
    /// A moment from readings of both clocks, each from an origin of its own.
    pub const fn new(monotonic: Duration, wall: Duration) -> Self {
        Self { monotonic, wall }
    }

    /// The time from `earlier` to here: zero if that lies ahead on both clocks.
    pub fn since(self, earlier: Self) -> Duration {
        let monotonic = self.monotonic.saturating_sub(earlier.monotonic);
        let wall = self.wall.saturating_sub(earlier.wall);
        monotonic.max(wall)
    }
}

/// Where moments come from: the system, or a test.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;
}

/// The system's clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// The time on the monotonic clock since its first use in this process.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the clock"
)]
pub fn uptime() -> Duration {
    static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    ORIGIN.elapsed()
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    fn now(&self) -> Moment {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Moment::new(uptime(), wall)
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, Duration, Moment, SystemClock};

    const fn at(monotonic: u64, wall: u64) -> Moment {
        Moment::new(Duration::from_secs(monotonic), Duration::from_secs(wall))
    }

    #[test]
    fn a_sleep_counts_although_the_monotonic_clock_stood_still() {
        assert_eq!(
            at(10, 5_000).since(at(9, 1_000)),
            Duration::from_secs(4_000)
        );
    }

    #[test]
    fn a_wall_clock_set_back_does_not_make_things_young() {
        assert_eq!(at(100, 0).since(at(10, 5_000)), Duration::from_secs(90));
    }

    #[test]
    fn the_system_clock_never_goes_back() {
        let earlier = SystemClock.now();
        assert!(SystemClock.now().since(earlier) < Duration::from_mins(1));
        assert_eq!(earlier.since(earlier), Duration::ZERO);
    }
}
