//! What is known of a pool's keys, for health checks.

use std::time::Duration;

use serde::Serialize;

use crate::core::error::{AuthError, Reason};
use crate::core::jwk::KeySet;

/// The state of a pool's keys. Times are in whole seconds.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Where the keys come from; none if they were given.
    pub address: Option<String>,
    /// How long ago they were fetched.
    pub age: Option<u64>,
    /// How many there are that may be used.
    pub keys: usize,
    /// Why the last fetch failed, if it did.
    pub last_failure: Option<LastFailure>,
    /// Of several pools, the state of each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<Status>,
}

/// The failure of the last fetch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LastFailure {
    /// The reason of the error that calls get.
    pub reason: Reason,
    /// Its message.
    pub message: String,
    /// Its hint.
    pub hint: Option<String>,
    /// Its cause.
    pub cause: Option<String>,
    /// How long ago the fetch failed.
    pub age: u64,
    /// How long no further fetch may start.
    pub retry_after: u64,
}

impl Status {
    /// Keys that are never fetched.
    pub fn given(keys: &KeySet) -> Self {
        Self {
            keys: keys.len(),
            ..Self::default()
        }
    }

    /// Nothing is fetched from `address` as yet.
    pub fn untried(address: String) -> Self {
        Self {
            address: Some(address),
            ..Self::default()
        }
    }

    /// Several pools: the fewest keys that one has, so that 0 says that some tokens cannot be verified; the age of the oldest, if
    /// all were fetched; the first failure.
    pub fn of_all(pools: Vec<Self>) -> Self {
        let ages: Option<Vec<u64>> = pools.iter().map(|pool| pool.age).collect();
        Self {
            address: None,
            age: ages.and_then(|ages| ages.into_iter().max()),
            keys: pools.iter().map(|pool| pool.keys).min().unwrap_or_default(),
            last_failure: pools.iter().find_map(|pool| pool.last_failure.clone()),
            pools,
        }
    }

    /// No fetch can start at all.
    pub fn failed(error: &AuthError) -> Self {
        Self {
            last_failure: Some(LastFailure::new(error, Duration::ZERO)),
            ..Self::default()
        }
    }
}

impl LastFailure {
    /// The failure of a fetch so long ago.
    pub fn new(error: &AuthError, age: Duration) -> Self {
        let context = error.context();
        Self {
            reason: error.reason(),
            message: error.message().to_owned(),
            hint: context.hint.as_deref().map(str::to_owned),
            cause: context.cause.clone(),
            age: age.as_secs(),
            retry_after: context.retry_after.unwrap_or_default(),
        }
    }
}
