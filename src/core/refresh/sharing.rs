//! The requests in flight, and when a result is remembered.

use std::collections::HashMap;
use std::time::Duration;

use super::key::{Hash, Key, Lineage, hash_of, pool_hash};
use super::results::{Kept, Results, Rotated};
use crate::core::secret::Secret;

/// What a call has to do.
#[derive(Debug)]
pub enum Begin<H> {
    /// Send the request, and report how it ended with [`Refreshes::finish`]; wait for it as the others do.
    Send(Flight, H),
    /// Wait for a request that is in flight: its result is the call's too, success or failure.
    Wait(H),
    /// Wait for a request for the same token with other metadata. Then begin again, with the new refresh token if it brought
    /// one, and else with the same.
    WaitThenBegin(H),
    /// An earlier result, to be handed out as it is.
    Remembered(Secret),
    /// The token was replaced, in a refresh with other metadata: begin again with this one.
    Replaced(Secret),
}

/// A request in flight.
#[derive(Debug)]
#[must_use = "a flight that is not finished is waited for without end"]
pub struct Flight {
    number: u64,
    key: Key,
}

#[derive(Debug)]
struct InFlight<H> {
    number: u64,
    metadata: Hash,
    pool: Option<Hash>,
    handle: H,
    /// Whether somebody's sign-ins were ended meanwhile who may be this user.
    is_forgotten: bool,
}

/// Whose sign-ins were ended.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// Those of this refresh token, old or new: it was revoked.
    Token(&'a Secret),
    /// Those of the user with this `sub`.
    User(&'a str),
    /// Those of a user of this pool, who was named by a user name or an alias.
    SomebodyOf(&'a str),
}

/// The refreshes of a process. `H` is what a caller waits for a request with, such as a receiver.
///
/// Times are readings of a monotonic clock; `reuse` is the option `refreshReuse`.
#[derive(Debug)]
pub struct Refreshes<H> {
    flights: HashMap<Lineage, InFlight<H>>,
    results: Results,
    last_flight: u64,
}

impl<H> Default for Refreshes<H> {
    fn default() -> Self {
        Self {
            flights: HashMap::new(),
            results: Results::default(),
            last_flight: 0,
        }
    }
}

impl<H: Clone> Refreshes<H> {
    /// What a call with this key has to do. `open` makes the handle of a request that is to be sent.
    pub fn begin(
        &mut self,
        key: &Key,
        reuse: Duration,
        now: Duration,
        open: impl FnOnce() -> H,
    ) -> Begin<H> {
        self.results.drop_old(now);
        let newest = |is_wanted: &dyn Fn(&Kept) -> bool| {
            let token = key.lineage.token;
            self.results.newest(token, reuse, now, is_wanted)
        };
        if let Some(result) = newest(&|result| result.key == *key) {
            return Begin::Remembered(result.rotated.answer.clone());
        }
        if let Some(result) = newest(&|result| result.key.lineage == key.lineage) {
            return Begin::Replaced(result.rotated.refresh_token.clone());
        }
        if let Some(flight) = self.flights.get(&key.lineage) {
            let handle = flight.handle.clone();
            return if flight.metadata == key.metadata {
                Begin::Wait(handle)
            } else {
                Begin::WaitThenBegin(handle)
            };
        }
        self.last_flight += 1;
        let number = self.last_flight;
        let handle = open();
        let flight = InFlight {
            number,
            metadata: key.metadata,
            pool: key.pool,
            handle: handle.clone(),
            is_forgotten: false,
        };
        self.flights.insert(key.lineage, flight);
        Begin::Send(Flight { number, key: *key }, handle)
    }

    /// A request has ended: with what it brought if it replaced the refresh token, and with nothing if it failed or did not.
    /// Must be called however it ended.
    pub fn finish(
        &mut self,
        Flight { number, key }: Flight,
        rotated: Option<Rotated>,
        reuse: Duration,
        now: Duration,
    ) {
        self.results.drop_old(now);
        let is_this = |flight: &InFlight<H>| flight.number == number;
        if !self.flights.get(&key.lineage).is_some_and(is_this) {
            return;
        }
        let ended = self.flights.remove(&key.lineage);
        let is_forgotten = ended.is_none_or(|flight| flight.is_forgotten);
        let Some(rotated) = rotated.filter(|_| !is_forgotten && !reuse.is_zero()) else {
            return;
        };
        let next = key.with_token(&rotated.refresh_token);
        // What was just issued is not replaced, whatever was known of it. So results never lead in a circle.
        self.results.drop_known(&key, &next);
        if next.lineage == key.lineage {
            return;
        }
        self.results.add(Kept {
            key,
            next,
            rotated,
            at: now,
            reuse,
        });
    }

    /// Somebody's sign-ins were ended: no result that may be this user's is handed out any more, and none that is in flight is
    /// remembered. To be called once Cognito has answered, or may have taken the request.
    pub fn forget(&mut self, ended: Ended<'_>, now: Duration) {
        self.results.drop_old(now);
        match ended {
            Ended::Token(token) => self.forget_token(hash_of(token)),
            Ended::User(sub) => {
                self.results.drop_unless(|result| {
                    let other = result.rotated.sub.as_deref().filter(|other| *other != sub);
                    other.is_some()
                });
                self.flights
                    .values_mut()
                    .for_each(|flight| flight.is_forgotten = true);
            }
            Ended::SomebodyOf(pool) => {
                let pool = pool_hash(pool);
                let is_other = |other: Option<Hash>| other.is_some_and(|other| other != pool);
                self.results.drop_unless(|result| is_other(result.key.pool));
                for flight in self.flights.values_mut() {
                    flight.is_forgotten |= !is_other(flight.pool);
                }
            }
        }
    }

    /// Drops the results that led to the token and that came of it, and parts with requests in flight for them: a later call
    /// sends its own.
    fn forget_token(&mut self, token: Hash) {
        let tokens = self.results.drop_related(token);
        self.flights
            .retain(|lineage, _| !tokens.contains(&lineage.token));
    }
}
