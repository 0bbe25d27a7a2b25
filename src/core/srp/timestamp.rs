//! The time in the one form that Amazon Cognito reads.

use std::time::{SystemTime, UNIX_EPOCH};

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// 1 January 1970.
const FIRST_WEEKDAY: u64 = 4;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const DAY: u64 = 24 * 60 * 60;

/// `EEE MMM d HH:mm:ss 'UTC' yyyy` in English; the day has no leading zero. Times before 1970 count as its beginning.
pub(super) fn timestamp(now: SystemTime) -> String {
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (days, second) = (seconds / DAY, seconds % DAY);
    let (year, month, day) = date(days);
    let weekday = name(&WEEKDAYS, (days + FIRST_WEEKDAY) % 7);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!(
        "{weekday} {} {day} {hour:02}:{minute:02}:{second:02} UTC {year:04}",
        name(&MONTHS, month)
    )
}

fn name(names: &[&'static str], index: u64) -> &'static str {
    let index = usize::try_from(index).unwrap_or_default();
    names.get(index).copied().unwrap_or_default()
}

/// The year, the month from 0 and the day from 1 of a day since 1970. Years are counted from March here: the leap day is the last
/// one, and the months before it have lengths of one pattern, 153 days in five.
fn date(days: u64) -> (u64, u64, u64) {
    const CYCLE: u64 = 400 * 365 + 97;
    // 1 March 0000.
    let days = days + 719_468;
    let (cycle, day) = (days / CYCLE, days % CYCLE);
    let year = (day - day / 1460 + day / 36_524 - day / (CYCLE - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let next_year = u64::from(month >= 10);
    (cycle * 400 + year + next_year, (month + 2) % 12, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{UNIX_EPOCH, date, timestamp};

    fn at(seconds: u64) -> String {
        timestamp(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    #[test]
    fn the_form_is_cognitos() {
        for (seconds, text) in [
            (0, "Thu Jan 1 00:00:00 UTC 1970"),
            (951_782_399, "Mon Feb 28 23:59:59 UTC 2000"),
            (951_782_400, "Tue Feb 29 00:00:00 UTC 2000"),
            (951_868_800, "Wed Mar 1 00:00:00 UTC 2000"),
            (1_793_696_707, "Tue Nov 3 09:05:07 UTC 2026"),
            (1_798_761_599, "Thu Dec 31 23:59:59 UTC 2026"),
            (4_107_542_400, "Mon Mar 1 00:00:00 UTC 2100"),
            (253_402_300_799, "Fri Dec 31 23:59:59 UTC 9999"),
            (253_402_300_800, "Sat Jan 1 00:00:00 UTC 10000"),
        ] {
            assert_eq!(at(seconds), text);
        }
    }

    #[test]
    fn a_fraction_of_a_second_is_dropped_and_a_time_before_1970_counts_as_1970() {
        assert_eq!(
            timestamp(UNIX_EPOCH + Duration::from_millis(1_999)),
            "Thu Jan 1 00:00:01 UTC 1970"
        );
        assert_eq!(
            timestamp(UNIX_EPOCH - Duration::from_secs(1)),
            "Thu Jan 1 00:00:00 UTC 1970"
        );
    }

    #[test]
    fn the_latest_time_has_a_text() {
        let latest = (0..63).rev().fold(UNIX_EPOCH, |time, bit| {
            time.checked_add(Duration::from_secs(1 << bit))
                .unwrap_or(time)
        });
        assert!(timestamp(latest).contains(" UTC "));
    }

    #[test]
    fn every_day_of_a_thousand_years_follows_the_one_before() {
        let is_leap = |year: u64| {
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
        };
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let (mut year, mut month, mut day) = (1970, 0, 1);
        for days in 0..365_243 {
            assert_eq!(date(days), (year, month as u64, day), "{days}");
            day += 1;
            if day > lengths[month] + u64::from(month == 1 && is_leap(year)) {
                (month, day) = (month + 1, 1);
            }
            if month == 12 {
                (year, month) = (year + 1, 0);
            }
        }
        assert_eq!(year, 2970);
    }
}
