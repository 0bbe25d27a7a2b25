//! Which refreshes share a request, and which are answered by an earlier one.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use cognito_auth_native::core::config::HttpConfig;
use cognito_auth_native::core::limits;
use cognito_auth_native::core::refresh::{Begin, Ended, Flight, Key, Parts, Refreshes, Rotated};
use cognito_auth_native::core::secret::Secret;

const REUSE: Duration = limits::REFRESH_REUSE;

fn at(seconds: u64) -> Duration {
    Duration::from_secs(1_000 + seconds)
}

/// A refresh of `token` in `pool`, with `metadata` for the triggers.
fn key_in(pool: Option<&str>, token: &str, metadata: &str) -> Key {
    let metadata = BTreeMap::from([("m".to_owned(), metadata.to_owned())]);
    Key::new(&Parts {
        endpoint: "https://cognito-idp.us-east-1.amazonaws.com",
        http: &HttpConfig::default(),
        user_pool_id: pool,
        client_id: "client",
        client_secret: None,
        device_key: None,
        client_metadata: &metadata,
        refresh_token: &Secret::new(token),
    })
}

fn key(token: &str) -> Key {
    key_in(Some("us-east-1_Ab1"), token, "")
}

#[expect(clippy::unnecessary_wraps, reason = "as `finish` takes it")]
fn rotated(token: &str, sub: Option<&str>) -> Option<Rotated> {
    Some(Rotated {
        answer: Secret::new(format!("answer with {token}")),
        refresh_token: Secret::new(token),
        sub: sub.map(str::to_owned),
    })
}

/// The refreshes of a test: handles are the numbers of the requests.
#[derive(Default)]
struct Process {
    refreshes: Refreshes<usize>,
    requests: usize,
}

#[derive(Debug, PartialEq)]
enum Does {
    Waits(usize),
    WaitsThenBegins(usize),
    Has(String),
    BeginsWith(String),
}

impl Process {
    fn begin(&mut self, key: &Key, reuse: Duration, now: Duration) -> Result<Flight, Does> {
        let requests = &mut self.requests;
        let open = || {
            *requests += 1;
            *requests
        };
        match self.refreshes.begin(key, reuse, now, open) {
            Begin::Send(flight, handle) => {
                assert_eq!(handle, self.requests);
                Ok(flight)
            }
            Begin::Wait(handle) => Err(Does::Waits(handle)),
            Begin::WaitThenBegin(handle) => Err(Does::WaitsThenBegins(handle)),
            Begin::Remembered(answer) => Err(Does::Has(answer.expose().to_owned())),
            Begin::Replaced(token) => Err(Does::BeginsWith(token.expose().to_owned())),
        }
    }

    /// A request that brings a new refresh token.
    fn rotate(&mut self, key: &Key, token: &str, now: Duration) {
        let flight = self.begin(key, REUSE, now).unwrap();
        self.refreshes
            .finish(flight, rotated(token, Some("u-1")), REUSE, now);
    }

    fn does(&mut self, key: &Key, now: Duration) -> Does {
        match self.begin(key, REUSE, now) {
            Ok(flight) => {
                self.refreshes.finish(flight, None, REUSE, now);
                Does::Waits(0)
            }
            Err(does) => does,
        }
    }

    /// Whether a call sends a request, which fails.
    fn sends(&mut self, key: &Key, now: Duration) -> bool {
        self.does(key, now) == Does::Waits(0)
    }
}

fn has(token: &str) -> Does {
    Does::Has(format!("answer with {token}"))
}

#[test]
fn a_thousand_calls_at_once_make_one_request() {
    let mut process = Process::default();
    let flight = process.begin(&key("a"), REUSE, at(0)).unwrap();
    for _ in 1..1_000 {
        assert_eq!(
            process.begin(&key("a"), REUSE, at(1)).unwrap_err(),
            Does::Waits(1)
        );
    }
    assert_eq!(process.requests, 1);
    process
        .refreshes
        .finish(flight, rotated("b", None), REUSE, at(2));
    assert_eq!(process.does(&key("a"), at(2)), has("b"));
    assert_eq!(process.requests, 1);
}

/// All are different keys, and each is the same at every time.
fn assert_apart(all: &[Parts<'_>]) {
    for (place, one) in all.iter().enumerate() {
        for (other_place, other) in all.iter().enumerate() {
            let is_same = Key::new(one) == Key::new(other);
            assert_eq!(is_same, place == other_place, "{place} {other_place}");
        }
    }
}

fn parts<'a>(
    http: &'a HttpConfig,
    client_metadata: &'a BTreeMap<String, String>,
    refresh_token: &'a Secret,
) -> Parts<'a> {
    Parts {
        endpoint: "https://e",
        http,
        user_pool_id: Some("p_1"),
        client_id: "c",
        client_secret: None,
        device_key: None,
        client_metadata,
        refresh_token,
    }
}

#[test]
#[rustfmt::skip]
fn each_part_of_the_key_parts_calls() {
    let metadata = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let (none, some) = (metadata(&[]), metadata(&[("a", "bc")]));
    let (moved, split) = (metadata(&[("ab", "c")]), metadata(&[("a", "b"), ("c", "d")]));
    let joined = metadata(&[("a", "b\u{1}c\u{1}d")]);
    let (token, other, empty) = (Secret::new("a"), Secret::new("b"), Secret::new(""));
    let http = HttpConfig::default();
    let base = parts(&http, &none, &token);
    assert_apart(&[
        base,
        Parts { endpoint: "https://f", ..base },
        Parts { user_pool_id: Some("p_2"), ..base },
        Parts { user_pool_id: None, ..base },
        Parts { user_pool_id: Some(""), ..base },
        Parts { client_id: "d", ..base },
        // No two lists of parts are the same bytes.
        Parts { user_pool_id: Some("p_1c"), client_id: "", ..base },
        Parts { client_secret: Some(&other), ..base },
        Parts { client_secret: Some(&empty), ..base },
        Parts { device_key: Some(&other), ..base },
        Parts { device_key: Some(&empty), ..base },
        Parts { client_metadata: &some, ..base },
        Parts { client_metadata: &moved, ..base },
        Parts { client_metadata: &split, ..base },
        Parts { client_metadata: &joined, ..base },
        Parts { refresh_token: &other, ..base },
    ]);
}

#[test]
#[rustfmt::skip]
fn each_proxy_and_each_certificate_parts_calls() {
    let (none, token, text) = (BTreeMap::new(), Secret::new("a"), || Some("x".to_owned()));
    let http = HttpConfig::default();
    let ways = [
        http.clone(),
        HttpConfig { https_proxy: Some(Secret::new("x")), ..http.clone() },
        HttpConfig { no_proxy: text(), ..http.clone() },
        HttpConfig { extra_ca_certs: text(), ..http.clone() },
        HttpConfig { ssl_cert_file: text(), ..http.clone() },
        HttpConfig { ssl_cert_dir: text(), ..http.clone() },
    ];
    let all: Vec<_> = ways.iter().map(|http| parts(http, &none, &token)).collect();
    assert_apart(&all);
    let patient = HttpConfig { connect_timeout: REUSE, ..http.clone() };
    assert_eq!(Key::new(&parts(&patient, &none, &token)), Key::new(&parts(&http, &none, &token)));
}

#[test]
fn a_rotated_result_is_remembered_for_ten_seconds() {
    let mut process = Process::default();
    process.rotate(&key("a"), "b", at(0));
    for seconds in [0, 5, 9] {
        assert_eq!(process.does(&key("a"), at(seconds)), has("b"));
    }
    assert_eq!(process.requests, 1);
    assert!(process.sends(&key("a"), at(10)));
    assert_eq!(process.requests, 2);
}

#[test]
fn a_clock_that_stands_still_or_goes_back_does_no_harm() {
    let mut process = Process::default();
    process.rotate(&key("a"), "b", at(5));
    assert_eq!(process.does(&key("a"), at(5)), has("b"));
    assert_eq!(process.does(&key("a"), at(0)), has("b"));
}

#[test]
fn what_was_not_rotated_or_failed_is_not_remembered() {
    let mut process = Process::default();
    for result in [None, rotated("a", None)] {
        let flight = process.begin(&key("a"), REUSE, at(0)).unwrap();
        assert_eq!(
            process.begin(&key("a"), REUSE, at(0)).unwrap_err(),
            Does::Waits(process.requests)
        );
        process.refreshes.finish(flight, result, REUSE, at(0));
        assert!(process.sends(&key("a"), at(0)));
    }
}

#[test]
fn the_option_says_for_how_long() {
    let mut process = Process::default();
    let flight = process.begin(&key("a"), Duration::ZERO, at(0)).unwrap();
    process
        .refreshes
        .finish(flight, rotated("b", None), Duration::ZERO, at(0));
    assert!(process.sends(&key("a"), at(0)));

    let minute = Duration::from_mins(1);
    let flight = process.begin(&key("a"), minute, at(0)).unwrap();
    process
        .refreshes
        .finish(flight, rotated("b", None), minute, at(0));
    // Of two Auths that share all but the option, neither has more than it asked for.
    assert_eq!(
        process.begin(&key("a"), minute, at(59)).unwrap_err(),
        has("b")
    );
    assert!(
        process
            .begin(&key("a"), Duration::from_secs(59), at(59))
            .is_ok()
    );
}

#[test]
fn the_oldest_result_goes_first() {
    let mut process = Process::default();
    for number in 0..=limits::REFRESH_RESULTS {
        process.rotate(&key(&format!("a{number}")), &format!("b{number}"), at(0));
    }
    assert!(process.sends(&key("a0"), at(0)));
    assert_eq!(process.does(&key("a1"), at(0)), has("b1"));
    let last = limits::REFRESH_RESULTS;
    assert_eq!(
        process.does(&key(&format!("a{last}")), at(0)),
        has(&format!("b{last}"))
    );
}

#[test]
fn a_call_with_other_metadata_waits_and_then_uses_the_newest_token() {
    let mut process = Process::default();
    let other = key_in(Some("us-east-1_Ab1"), "a", "other");
    let flight = process.begin(&key("a"), REUSE, at(0)).unwrap();
    assert_eq!(
        process.begin(&other, REUSE, at(0)).unwrap_err(),
        Does::WaitsThenBegins(1)
    );
    process
        .refreshes
        .finish(flight, rotated("b", None), REUSE, at(1));
    assert_eq!(process.does(&other, at(1)), Does::BeginsWith("b".into()));
    assert_eq!(process.does(&key("a"), at(1)), has("b"));
    // Without rotation, the same token again.
    let mut process = Process::default();
    let flight = process.begin(&key("a"), REUSE, at(0)).unwrap();
    process.refreshes.finish(flight, None, REUSE, at(1));
    assert!(process.sends(&other, at(1)));
}

#[test]
fn a_late_call_gets_the_newest_result_of_several() {
    let mut process = Process::default();
    process.rotate(&key("a"), "b", at(0));
    process.rotate(&key("b"), "c", at(1));
    assert_eq!(process.does(&key("a"), at(2)), has("c"));
    assert_eq!(process.does(&key("b"), at(2)), has("c"));
    let other = key_in(Some("us-east-1_Ab1"), "a", "other");
    assert_eq!(process.does(&other, at(2)), Does::BeginsWith("c".into()));
}

#[test]
fn a_service_that_gives_an_old_token_again_leads_nobody_in_a_circle() {
    let mut process = Process::default();
    process.rotate(&key("a"), "b", at(0));
    process.rotate(&key("b"), "c", at(0));
    process.rotate(&key("c"), "a", at(0));
    assert!(process.sends(&key("a"), at(1)));
    assert_eq!(process.does(&key("b"), at(1)), has("a"));
    assert_eq!(
        process.does(&key_in(Some("us-east-1_Ab1"), "b", "other"), at(1)),
        Does::BeginsWith("a".into())
    );
}

#[test]
fn signing_out_with_either_token_drops_the_result() {
    for token in ["a", "b", "c"] {
        let mut process = Process::default();
        process.rotate(&key("a"), "b", at(0));
        process.rotate(&key("b"), "c", at(0));
        process.rotate(&key("x"), "y", at(0));
        process
            .refreshes
            .forget(Ended::Token(&Secret::new(token)), at(1));
        assert!(process.sends(&key("a"), at(1)), "{token}");
        assert!(process.sends(&key("b"), at(1)), "{token}");
        assert_eq!(process.does(&key("x"), at(1)), has("y"));
    }
}

#[test]
fn what_was_in_flight_when_its_token_was_revoked_is_neither_shared_further_nor_remembered() {
    for token in ["a", "b"] {
        let mut process = Process::default();
        process.rotate(&key("a"), "b", at(0));
        let flight = process.begin(&key("b"), REUSE, at(1)).unwrap();
        process
            .refreshes
            .forget(Ended::Token(&Secret::new(token)), at(2));
        let later = process.begin(&key("b"), REUSE, at(3)).unwrap();
        process
            .refreshes
            .finish(flight, rotated("c", None), REUSE, at(4));
        // The later request is the one that others wait for.
        assert_eq!(
            process.begin(&key("b"), REUSE, at(4)).unwrap_err(),
            Does::Waits(3),
            "{token}"
        );
        process.refreshes.finish(later, None, REUSE, at(5));
        assert!(process.sends(&key("b"), at(5)));
    }
}

#[test]
fn the_end_of_a_users_sign_ins_drops_what_may_be_that_users() {
    let mut process = Process::default();
    for (token, new, sub) in [
        ("a", "b", Some("u-1")),
        ("c", "d", Some("u-2")),
        ("e", "f", None),
    ] {
        let flight = process.begin(&key(token), REUSE, at(0)).unwrap();
        process
            .refreshes
            .finish(flight, rotated(new, sub), REUSE, at(0));
    }
    let flight = process.begin(&key("g"), REUSE, at(0)).unwrap();
    process.refreshes.forget(Ended::User("u-1"), at(1));
    assert!(process.sends(&key("a"), at(1)));
    assert_eq!(process.does(&key("c"), at(1)), has("d"));
    assert!(process.sends(&key("e"), at(1)));
    // One request for one token, all the same.
    assert_eq!(
        process.begin(&key("g"), REUSE, at(1)).unwrap_err(),
        Does::Waits(4)
    );
    process
        .refreshes
        .finish(flight, rotated("h", Some("u-1")), REUSE, at(2));
    assert!(process.sends(&key("g"), at(2)));
}

#[test]
fn a_user_of_whom_only_a_name_is_known_may_be_any_of_the_pool() {
    let mut process = Process::default();
    let pools = [Some("us-east-1_Ab1"), Some("us-east-1_Ab2"), None];
    let keys = pools.map(|pool| key_in(pool, "a", ""));
    let flying = pools.map(|pool| key_in(pool, "c", ""));
    let mut flights = Vec::new();
    for (key, flight) in keys.iter().zip(&flying) {
        process.rotate(key, "b", at(0));
        flights.push(process.begin(flight, REUSE, at(0)).unwrap());
    }
    process
        .refreshes
        .forget(Ended::SomebodyOf("us-east-1_Ab1"), at(1));
    for flight in flights {
        process
            .refreshes
            .finish(flight, rotated("d", None), REUSE, at(1));
    }
    let [first, second, unknown] = keys;
    assert!(process.sends(&first, at(1)) && process.sends(&unknown, at(1)));
    assert_eq!(process.does(&second, at(1)), has("b"));
    let [first, second, unknown] = flying;
    assert!(process.sends(&first, at(1)) && process.sends(&unknown, at(1)));
    assert_eq!(process.does(&second, at(1)), has("d"));
}
