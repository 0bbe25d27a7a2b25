//! The latest fetches of key sets in this process, for subscribers. No callback is made: a thread that has subscribers
//! reads the log at its next use of the keys, so that nothing outlives the thread or keeps the process running.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::fetch::Problem;
use crate::core::error::Reason;
use crate::core::jwk::{KeySet, VerificationKey};
use crate::core::limits;
use crate::net::runtime::lock;

static LOG: Mutex<Log> = Mutex::new(Log::new());

struct Log {
    /// How many fetches there have been.
    count: u64,
    latest: VecDeque<Fetch>,
}

impl Log {
    const fn new() -> Self {
        Self {
            count: 0,
            latest: VecDeque::new(),
        }
    }

    fn add(&mut self, fetch: Fetch) {
        self.count += 1;
        if self.latest.len() >= limits::FETCHES_REMEMBERED {
            self.latest.pop_front();
        }
        self.latest.push_back(fetch);
    }

    /// The fetches behind the first `read` ones, as far as they are remembered.
    fn since(&self, read: u64) -> impl Iterator<Item = &Fetch> {
        let unread = usize::try_from(self.count - read).unwrap_or(usize::MAX);
        let skipped = self.latest.len().saturating_sub(unread);
        self.latest.iter().skip(skipped)
    }
}

/// How a fetch of a key set ended. Keys are public, and so are their ids.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fetch {
    /// Where the set is.
    pub address: String,
    /// Whether there is a set.
    pub outcome: FetchOutcome,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The ids of keys that the set before did not have.
    pub added: Vec<String>,
    /// The ids of keys that are refused from now on.
    pub removed: Vec<String>,
    /// How old the set before was, in seconds; nothing if there was none that could be used.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "seconds")]
    pub age: Option<Duration>,
    /// How long the fetch took, in milliseconds.
    #[serde(serialize_with = "millis")]
    pub duration: Duration,
}

/// How a fetch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FetchOutcome {
    /// There is a set. It may be the same as before.
    Fetched,
    /// There is none: the one before stays in use for as long as it may.
    Failed,
}

#[expect(clippy::ref_option, reason = "the signature is serde's")]
fn seconds<S: Serializer>(age: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    age.map(|age| age.as_secs()).serialize(serializer)
}

fn millis<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    (time.as_secs_f64() * 1e3).serialize(serializer)
}

impl Fetch {
    /// What became of a fetch, and of the set `before`.
    pub(super) fn new(
        address: &str,
        fetched: &Result<KeySet, Problem>,
        before: Option<&KeySet>,
    ) -> Self {
        let (outcome, reason) = match fetched {
            Ok(_) => (FetchOutcome::Fetched, None),
            Err(problem) => (FetchOutcome::Failed, Some(problem.reason())),
        };
        let (added, removed) = match (fetched, before) {
            (Ok(keys), Some(before)) => (
                ids(keys.keys_missing_in(before)),
                ids(before.keys_missing_in(keys)),
            ),
            (Ok(keys), None) => (ids(keys.keys().iter()), Vec::new()),
            (Err(_), _) => (Vec::new(), Vec::new()),
        };
        Self {
            address: address.to_owned(),
            outcome,
            reason,
            added,
            removed,
            age: None,
            duration: Duration::ZERO,
        }
    }

    /// Adds the fetch to the log.
    pub(super) fn remember(self) {
        lock(&LOG).add(self);
    }
}

/// Ids as they are, but for the length: an endpoint of one's own may send any.
fn ids<'a>(keys: impl Iterator<Item = &'a VerificationKey>) -> Vec<String> {
    keys.map(|key| key.kid().chars().take(limits::NAME_CHARACTERS).collect())
        .collect()
}

/// A place in the log.
#[derive(Debug)]
pub struct FetchReader {
    read: u64,
}

impl Default for FetchReader {
    /// At its end: fetches from now on are read.
    fn default() -> Self {
        Self {
            read: lock(&LOG).count,
        }
    }
}

impl FetchReader {
    /// The fetches since the last time, as far as they are remembered.
    pub fn read(&mut self) -> Vec<Fetch> {
        let log = lock(&LOG);
        let fetches = log.since(self.read).cloned().collect();
        self.read = log.count;
        fetches
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Fetch, Log, Problem, limits};

    fn failed(address: &str) -> Fetch {
        Fetch::new(address, &Err(Problem::default()), None)
    }

    #[test]
    fn each_fetch_is_read_once_and_the_latest_are_kept() {
        let mut log = Log::new();
        let addresses = |log: &Log, read| -> Vec<String> {
            log.since(read).map(|fetch| fetch.address.clone()).collect()
        };
        log.add(failed("0"));
        assert_eq!(addresses(&log, 0), ["0"]);
        assert!(addresses(&log, 1).is_empty());
        for number in 1..200 {
            log.add(failed(&number.to_string()));
        }
        assert_eq!(addresses(&log, 198), ["198", "199"]);
        let all = addresses(&log, 1);
        assert_eq!(all.len(), limits::FETCHES_REMEMBERED);
        assert_eq!(all.first().map(String::as_str), Some("136"));
    }

    #[test]
    fn crosses_as_json_with_whole_seconds_and_milliseconds() {
        let mut fetch = failed("https://example.com/jwks.json");
        fetch.age = Some(Duration::from_millis(1_999));
        fetch.duration = Duration::from_micros(2_500);
        assert_eq!(
            serde_json::to_string(&fetch).unwrap(),
            r#"{"address":"https://example.com/jwks.json","outcome":"failed","reason":"keys-unavailable","added":[],"removed":[],"age":1,"duration":2.5}"#
        );
    }
}
