//! The keys of one JWKS address, shared by everything in the process that verifies with them.
//!
//! There are no timers: what is due is done by the next use. One fetch at a time serves all who wait for it, with its
//! failure as well as with its keys.

mod fetch;
mod fetch_log;
mod status;

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::Duration;

use aws_lc_rs::rand;
use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::core::clock::{Clock, Moment, SystemClock, uptime};
use crate::core::config::HttpConfig;
use crate::core::error::{AuthError, Reason};
use crate::core::jwk::KeySet;
use crate::core::key_history::{Decision, History};
use crate::core::limits;
use crate::net::http_client::{HttpClients, Reuse};
use crate::net::runtime::{self, Flight, lock};

pub use self::fetch::{Fetcher, Fetching, HttpFetcher, Problem};
pub use self::fetch_log::{Fetch, FetchOutcome, FetchReader};
pub use self::status::{LastFailure, Status};

/// The keys of one JWKS address.
#[derive(Debug)]
pub struct KeyCache {
    uri: String,
    fetcher: Box<dyn Fetcher>,
    clock: Arc<dyn Clock>,
    runtime: Handle,
    state: Mutex<State>,
    /// A permit for each caller that waits for the fetch.
    waiting: Semaphore,
}

#[derive(Debug, Default)]
struct State {
    keys: Option<Arc<KeySet>>,
    history: History,
    generation: u32,
    problem: Problem,
    flight: Option<Flight>,
}

/// What a look-up found.
#[derive(Debug)]
pub enum Lookup {
    /// The set that lists the key.
    Found(Arc<KeySet>),
    /// Nothing yet: wait for [`KeyCache::load`], then look again.
    NeedsFetch,
}

/// Caches by address and by how that is reached.
type Caches = HashMap<(String, HttpConfig), Arc<KeyCache>>;

/// The process's.
static CACHES: LazyLock<Mutex<Caches>> = LazyLock::new(Mutex::default);

impl KeyCache {
    /// The process's cache for the JWKS at `uri`.
    pub fn shared(uri: &str, config: &HttpConfig) -> Result<Arc<Self>, AuthError> {
        let name = (uri.to_owned(), config.clone());
        let mut caches = lock(&CACHES);
        if let Some(cache) = caches.get(&name) {
            return Ok(Arc::clone(cache));
        }
        if caches.len() >= limits::KEY_CACHES {
            // Those that nothing but this table holds.
            caches.retain(|_, cache| Arc::strong_count(cache) > 1);
        }
        let fetcher = Box::new(HttpFetcher::new(
            HttpClients::new(config, Reuse::Never),
            uri,
        ));
        let cache = Self::new(uri, fetcher, Arc::new(SystemClock), runtime::handle()?);
        caches.insert(name, Arc::clone(&cache));
        Ok(cache)
    }

    /// The state of the process's cache for the JWKS at `uri`, without creating one.
    pub fn shared_status(uri: &str, config: &HttpConfig) -> Status {
        let name = (uri.to_owned(), config.clone());
        let cache = lock(&CACHES).get(&name).map(Arc::clone);
        cache.map_or_else(|| Status::untried(name.0), |cache| cache.status())
    }

    /// A cache with a fetcher, clock and runtime of one's own.
    pub fn new(
        uri: &str,
        fetcher: Box<dyn Fetcher>,
        clock: Arc<dyn Clock>,
        runtime: Handle,
    ) -> Arc<Self> {
        Arc::new(Self {
            uri: uri.to_owned(),
            fetcher,
            clock,
            runtime,
            state: Mutex::default(),
            waiting: Semaphore::new(limits::WAITING_FOR_KEYS),
        })
    }

    /// The key set for a token's `kid`, at once. `has_fetched` says that the caller has waited for
    /// [`KeyCache::load`] already: what is not there then is not asked for again.
    pub fn lookup(self: &Arc<Self>, kid: &str, has_fetched: bool) -> Result<Lookup, AuthError> {
        let now = self.clock.now();
        let mut state = self.state();
        let keys = state
            .keys
            .as_ref()
            .filter(|keys| keys.key(kid).is_some())
            .map(Arc::clone);
        let decision = state.history.decide(keys.is_some(), now);
        if decision == Decision::UseAndRefresh {
            // The task goes on by itself: nobody waits for it here.
            drop(self.join_flight(&mut state));
        }
        match (decision, keys) {
            (Decision::Use | Decision::UseAndRefresh, Some(keys)) => Ok(Lookup::Found(keys)),
            (Decision::Fetch, _) if !has_fetched => Ok(Lookup::NeedsFetch),
            // What is being fetched may list it.
            (Decision::RefuseUnknown, _) if !has_fetched && state.flight.is_some() => {
                Ok(Lookup::NeedsFetch)
            }
            (Decision::RefuseUnavailable(_), _) => Err(self.unavailable(&state, now)),
            _ => Err(key_unknown(state.keys.as_deref(), kid)),
        }
    }

    /// A number that changes whenever a key has gone, and 0 while no key may be used: what was verified under another
    /// number is to be verified again. A use like any other: it refreshes the set when that is due.
    pub fn generation(self: &Arc<Self>) -> u32 {
        let now = self.clock.now();
        let mut state = self.state();
        match state.history.decide(true, now) {
            Decision::Use => {}
            Decision::UseAndRefresh => drop(self.join_flight(&mut state)),
            _ => return 0,
        }
        state.generation
    }

    /// Joins the fetch that is under way, or starts one if the history allows: for the key `kid`, or for any.
    pub async fn load(self: &Arc<Self>, kid: Option<&str>) -> Result<(), AuthError> {
        let flight = {
            let now = self.clock.now();
            let mut state = self.state();
            let usable = state.history.is_usable(now);
            let is_listed = usable
                && state
                    .keys
                    .as_ref()
                    .is_some_and(|keys| kid.is_none_or(|kid| keys.key(kid).is_some()));
            if state.flight.is_none() {
                match state.history.decide(is_listed, now) {
                    Decision::Fetch if usable => state.history.asks_for_unknown(now),
                    Decision::Fetch | Decision::UseAndRefresh => {}
                    Decision::Use | Decision::RefuseUnknown => return Ok(()),
                    Decision::RefuseUnavailable(_) => return Err(self.unavailable(&state, now)),
                }
            } else if is_listed {
                return Ok(());
            }
            self.join_flight(&mut state)
        };
        let Ok(_place) = self.waiting.try_acquire() else {
            return Err(too_many_waiting());
        };
        flight.await
    }

    /// What is known of the keys, without using them: nothing is fetched.
    pub fn status(&self) -> Status {
        let now = self.clock.now();
        let state = self.state();
        let age = state.history.age(now);
        let usable = state.keys.as_ref().filter(|_| age.is_some());
        Status {
            address: Some(self.uri.clone()),
            age: age.map(|age| age.as_secs()),
            keys: usable.map_or(0, |keys| keys.len()),
            last_failure: state.history.failure_age(now).map(|age| {
                let pause = state.history.pause_left(now).unwrap_or_default();
                LastFailure::new(&self.unavailable(&state, now).retry_after(pause), age)
            }),
            ..Status::default()
        }
    }

    fn join_flight(self: &Arc<Self>, state: &mut State) -> Flight {
        if let Some(flight) = &state.flight {
            return flight.clone();
        }
        let cache = Arc::clone(self);
        let flight = runtime::flight(&self.runtime, async move {
            let started = uptime();
            // It always lands: a flight that did not would be joined for ever.
            let fetched = AssertUnwindSafe(cache.fetcher.fetch()).catch_unwind().await;
            let fetched =
                fetched.unwrap_or_else(|_| Err("the fetch failed unexpectedly".to_owned().into()));
            cache.land(fetched, uptime().saturating_sub(started))
        });
        state.flight = Some(flight.clone());
        flight
    }

    fn land(&self, fetched: Result<KeySet, Problem>, duration: Duration) -> Result<(), AuthError> {
        let now = self.clock.now();
        let mut state = self.state();
        state.flight = None;
        let mut fetch = Fetch::new(&self.uri, &fetched, state.keys.as_deref());
        (fetch.age, fetch.duration) = (state.history.age(now), duration);
        fetch.remember();
        match fetched {
            Ok(keys) => {
                if state
                    .keys
                    .as_ref()
                    .is_none_or(|before| !keys.includes(before))
                {
                    // 0 has a meaning of its own.
                    state.generation = state.generation.wrapping_add(1).max(1);
                }
                state.keys = Some(Arc::new(keys));
                state.history.succeeded(now);
                Ok(())
            }
            Err(problem) => {
                state.history.failed(now, jitter());
                state.problem = problem;
                Err(self.unavailable(&state, now))
            }
        }
    }

    fn unavailable(&self, state: &State, now: Moment) -> AuthError {
        let left = state.history.pause_left(now).unwrap_or_default();
        let Problem {
            what,
            detail,
            hint,
            settings,
            ..
        } = &state.problem;
        if let Some(error) = settings {
            return (**error).clone();
        }
        AuthError::new(
            Reason::KeysUnavailable,
            format!("The user pool's keys cannot be fetched: {what}"),
        )
        .with(|context| {
            context.retryable = Some(true);
            let detail = detail.as_ref().unwrap_or(what);
            context.cause = Some(format!("GET {}: {detail}", self.uri));
        })
        .retry_after(left)
        .hint(hint.unwrap_or(
            "Check the region, the pool's id and the network path to the address in `cause` (DNS, proxy, VPC, certificates).",
        ))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn too_many_waiting() -> AuthError {
    AuthError::new(
        Reason::KeysUnavailable,
        "The user pool's keys are being fetched, and too many tokens wait for them",
    )
    .with(|context| context.retryable = Some(true))
    .retry_after(Duration::from_secs(1))
}

fn key_unknown(keys: Option<&KeySet>, kid: &str) -> AuthError {
    let error = AuthError::new(Reason::KeyUnknown, "invalid token");
    match keys {
        Some(keys) => error.hint(keys.missing_hint(kid)),
        None => error,
    }
}

/// From 0 to 1. Without a source of randomness, attempts are merely not spread.
fn jitter() -> f64 {
    let mut byte = [0];
    match rand::fill(&mut byte) {
        Ok(()) => f64::from(byte[0]) / 255.0,
        Err(_) => 1.0,
    }
}
