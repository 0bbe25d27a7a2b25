//! What to do about a key, decided from the state of a cache and the time: use it, fetch, or refuse. Pure.

use std::time::Duration;

use crate::core::clock::Moment;
use crate::core::limits;

/// What a cache remembers of its fetches.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct History {
    loaded: Option<Moment>,
    unknown_key: Option<Moment>,
    failure: Option<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Failure {
    at: Moment,
    in_a_row: u32,
    pause: Duration,
}

/// What to do about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// Use the key.
    Use,
    /// Use the key and refresh the set in the background.
    UseAndRefresh,
    /// Fetch the set, then decide again.
    Fetch,
    /// Refuse: the set is young enough to know that there is no such key.
    RefuseUnknown,
    /// Refuse: the last fetch failed, and the next may start in so long.
    RefuseUnavailable(Duration),
}

impl History {
    /// Decides about a key that the set lists (`is_listed`) or not.
    pub fn decide(&self, is_listed: bool, now: Moment) -> Decision {
        let age = self.age(now);
        let pause = self.pause_left(now);
        match (age, is_listed) {
            (Some(age), true) if age < limits::KEYS_FRESH || pause.is_some() => Decision::Use,
            (Some(_), true) => Decision::UseAndRefresh,
            (Some(_), false) => match pause {
                Some(left) => Decision::RefuseUnavailable(left),
                None if self.may_ask_for_unknown(now) => Decision::Fetch,
                None => Decision::RefuseUnknown,
            },
            (None, _) => pause.map_or(Decision::Fetch, Decision::RefuseUnavailable),
        }
    }

    /// Whether the set is there and may be used.
    pub fn is_usable(&self, now: Moment) -> bool {
        self.age(now).is_some()
    }

    /// How old the set is; nothing if there is none that may be used.
    pub fn age(&self, now: Moment) -> Option<Duration> {
        self.loaded
            .map(|at| now.since(at))
            .filter(|age| *age < limits::KEYS_USABLE)
    }

    /// A fetch begins because a key is not listed in the set that is there.
    pub fn asks_for_unknown(&mut self, now: Moment) {
        self.unknown_key = Some(now);
    }

    /// A fetch brought a set.
    pub fn succeeded(&mut self, now: Moment) {
        self.loaded = Some(now);
        self.failure = None;
    }

    /// A fetch failed. `jitter` is random, from 0 to 1: it spreads the next attempts of many processes.
    pub fn failed(&mut self, now: Moment, jitter: f64) {
        let in_a_row = self
            .failure
            .map_or(0, |failure| failure.in_a_row)
            .saturating_add(1);
        let doubled = limits::BACKOFF_FIRST.saturating_mul(1 << in_a_row.min(16).saturating_sub(1));
        let longest = if self.is_usable(now) {
            limits::BACKOFF_LONGEST
        } else {
            limits::BACKOFF_LONGEST_WITHOUT_KEYS
        };
        let pause = doubled
            .min(longest)
            .mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
            .max(limits::BACKOFF_FIRST);
        self.failure = Some(Failure {
            at: now,
            in_a_row,
            pause,
        });
    }

    /// How long no fetch may start, because of failures.
    pub fn pause_left(&self, now: Moment) -> Option<Duration> {
        let failure = self.failure?;
        let left = failure.pause.saturating_sub(now.since(failure.at));
        (!left.is_zero()).then_some(left)
    }

    fn may_ask_for_unknown(&self, now: Moment) -> bool {
        self.unknown_key
            .is_none_or(|at| now.since(at) >= limits::UNKNOWN_KEY_PAUSE)
    }
}

#[cfg(test)]
mod tests {
    use super::{Decision, Duration, History, Moment};

    fn at(seconds: f64) -> Moment {
        let since_start = Duration::from_secs_f64(seconds);
        Moment::new(since_start, since_start)
    }

    fn loaded_at(seconds: f64) -> History {
        let mut history = History::default();
        history.succeeded(at(seconds));
        history
    }

    const HOUR: f64 = 3_600.0;

    #[test]
    fn cold_means_fetch() {
        assert_eq!(History::default().decide(false, at(0.0)), Decision::Fetch);
        assert!(!History::default().is_usable(at(0.0)));
    }

    #[test]
    fn fresh_for_an_hour_then_stale_for_a_day_then_gone() {
        let history = loaded_at(100.0);
        assert_eq!(history.decide(true, at(100.0)), Decision::Use);
        assert_eq!(history.decide(true, at(100.0 + HOUR - 1.0)), Decision::Use);
        assert_eq!(
            history.decide(true, at(100.0 + HOUR)),
            Decision::UseAndRefresh
        );
        assert_eq!(
            history.decide(true, at(100.0 + 24.0 * HOUR - 1.0)),
            Decision::UseAndRefresh
        );
        assert!(history.is_usable(at(100.0 + 24.0 * HOUR - 1.0)));
        assert_eq!(
            history.decide(true, at(100.0 + 24.0 * HOUR)),
            Decision::Fetch
        );
        assert!(!history.is_usable(at(100.0 + 24.0 * HOUR)));
    }

    #[test]
    fn an_unknown_kid_is_asked_for_once_in_ten_seconds() {
        let mut history = loaded_at(0.0);
        assert_eq!(history.decide(false, at(1.0)), Decision::Fetch);
        history.asks_for_unknown(at(1.0));
        history.succeeded(at(1.2));
        for seconds in [1.2, 5.0, 10.9] {
            assert_eq!(history.decide(false, at(seconds)), Decision::RefuseUnknown);
            assert_eq!(history.decide(true, at(seconds)), Decision::Use);
        }
        assert_eq!(history.decide(false, at(11.0)), Decision::Fetch);
    }

    #[test]
    fn a_failure_on_a_cold_cache_refuses_until_its_pause_is_over() {
        let mut history = History::default();
        history.failed(at(0.0), 1.0);
        assert_eq!(
            history.decide(false, at(0.1)),
            Decision::RefuseUnavailable(Duration::from_millis(150))
        );
        assert_eq!(history.decide(false, at(0.25)), Decision::Fetch);
    }

    #[test]
    fn pauses_double_up_to_half_a_minute_or_a_second_without_keys_and_end_with_a_success() {
        let pauses = |mut history: History| {
            [(); 10].map(|()| {
                history.failed(at(0.0), 1.0);
                history.pause_left(at(0.0)).unwrap().as_millis()
            })
        };
        assert_eq!(
            pauses(loaded_at(0.0)),
            [
                250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000
            ]
        );
        assert_eq!(
            pauses(History::default()),
            [
                250, 500, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000
            ]
        );
        let mut history = History::default();
        history.failed(at(0.0), 1.0);
        history.succeeded(at(0.0));
        assert_eq!(history.pause_left(at(0.0)), None);
        history.failed(at(0.0), 1.0);
        assert_eq!(
            history.pause_left(at(0.0)),
            Some(Duration::from_millis(250))
        );
    }

    #[test]
    fn jitter_halves_a_pause_at_the_most_and_never_below_the_first() {
        let mut history = loaded_at(0.0);
        history.failed(at(0.0), 0.0);
        assert_eq!(
            history.pause_left(at(0.0)),
            Some(Duration::from_millis(250))
        );
        history.failed(at(0.0), 0.0);
        history.failed(at(0.0), 0.0);
        assert_eq!(
            history.pause_left(at(0.0)),
            Some(Duration::from_millis(500))
        );
        for _ in 0..1_000 {
            history.failed(at(0.0), 0.0);
        }
        assert_eq!(history.pause_left(at(0.0)), Some(Duration::from_secs(15)));
    }

    #[test]
    fn an_outage_of_hours_refuses_no_listed_key_and_asks_only_after_each_pause() {
        let mut history = loaded_at(0.0);
        let mut refreshes = 0;
        let mut second = HOUR;
        while second < 24.0 * HOUR {
            match history.decide(true, at(second)) {
                Decision::UseAndRefresh => {
                    refreshes += 1;
                    history.failed(at(second), 0.5);
                }
                decision => assert_eq!(decision, Decision::Use),
            }
            second += 1.0;
        }
        let longest = 23.0 * HOUR / 22.0;
        assert!(
            (10.0..longest).contains(&f64::from(refreshes)),
            "{refreshes}"
        );
    }

    #[test]
    fn an_unknown_kid_during_an_outage_is_told_that_keys_are_unavailable() {
        let mut history = loaded_at(0.0);
        history.asks_for_unknown(at(20.0));
        history.failed(at(20.0), 1.0);
        assert!(matches!(
            history.decide(false, at(20.1)),
            Decision::RefuseUnavailable(_)
        ));
        assert_eq!(history.decide(true, at(20.1)), Decision::Use);
        assert_eq!(history.decide(false, at(20.3)), Decision::RefuseUnknown);
    }

    #[test]
    fn a_clock_set_back_keeps_keys_and_a_jump_ahead_only_refreshes() {
        let history = loaded_at(1_000.0);
        let set_back = Moment::new(Duration::from_secs(1_010), Duration::ZERO);
        assert_eq!(history.decide(true, set_back), Decision::Use);
        let ahead = Moment::new(
            Duration::from_secs(1_010),
            Duration::from_secs(1_000 + 7_200),
        );
        assert_eq!(history.decide(true, ahead), Decision::UseAndRefresh);
    }
}
