//! The results that are remembered, found by their tokens.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use super::key::{Hash, Key};
use crate::core::limits;
use crate::core::secret::Secret;

/// What a refresh brought that replaced the refresh token.
#[derive(Clone, Debug)]
pub struct Rotated {
    /// The whole result, for each caller.
    pub answer: Secret,
    /// The new refresh token.
    pub refresh_token: Secret,
    /// The user, if known: see [`super::subject`].
    pub sub: Option<String>,
}

/// A result that is remembered.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) key: Key,
    /// The key of a call with the new refresh token.
    pub(super) next: Key,
    pub(super) rotated: Rotated,
    pub(super) at: Duration,
    /// For how long it is handed out.
    pub(super) reuse: Duration,
}

impl Kept {
    /// Whether a call that would reuse a result for so long may have it.
    fn is_alive(&self, reuse: Duration, now: Duration) -> bool {
        now.saturating_sub(self.at) < self.reuse.min(reuse)
    }

    fn end(&self) -> Duration {
        self.at.saturating_add(self.reuse)
    }

    fn tokens(&self) -> [Hash; 2] {
        [self.key.lineage.token, self.next.lineage.token]
    }

    fn bytes(&self) -> usize {
        let Rotated {
            answer,
            refresh_token,
            sub,
        } = &self.rotated;
        let sub = sub.as_ref().map_or(0, String::len);
        answer.expose().len() + refresh_token.expose().len() + sub
    }
}

/// The results. Each has a number: a later one a higher one.
#[derive(Debug, Default)]
pub(super) struct Results {
    kept: BTreeMap<u64, Kept>,
    /// The numbers of those that a token led to or came of, in order.
    by_token: HashMap<Hash, BTreeSet<u64>>,
    /// When each ends.
    ends: BTreeSet<(Duration, u64)>,
    bytes: usize,
    last: u64,
}

impl Results {
    /// Adds a result. The oldest ones make room for it.
    pub(super) fn add(&mut self, result: Kept) {
        let bytes = result.bytes();
        while self.kept.len() >= limits::REFRESH_RESULTS
            || self.bytes.saturating_add(bytes) > limits::REFRESH_BYTES
        {
            let Some((&oldest, _)) = self.kept.first_key_value() else {
                break;
            };
            self.remove(oldest);
        }
        self.last += 1;
        for token in result.tokens() {
            self.by_token.entry(token).or_default().insert(self.last);
        }
        self.ends.insert((result.end(), self.last));
        self.bytes = self.bytes.saturating_add(bytes);
        self.kept.insert(self.last, result);
    }

    fn remove(&mut self, number: u64) -> Option<Kept> {
        let result = self.kept.remove(&number)?;
        self.ends.remove(&(result.end(), number));
        self.bytes = self.bytes.saturating_sub(result.bytes());
        for token in result.tokens() {
            if let Some(numbers) = self.by_token.get_mut(&token) {
                numbers.remove(&number);
                if numbers.is_empty() {
                    self.by_token.remove(&token);
                }
            }
        }
        Some(result)
    }

    /// Tokens are not kept for longer than they are handed out.
    pub(super) fn drop_old(&mut self, now: Duration) {
        while let Some(&(end, number)) = self.ends.first()
            && end <= now
        {
            self.remove(number);
        }
    }

    /// Drops all of which `stays` says so.
    pub(super) fn drop_unless(&mut self, stays: impl Fn(&Kept) -> bool) {
        let gone: Vec<_> = self
            .kept
            .iter()
            .filter(|(_, result)| !stays(result))
            .map(|(&number, _)| number)
            .collect();
        for number in gone {
            self.remove(number);
        }
    }

    /// Drops what was known of a call, and of the token that it brought.
    pub(super) fn drop_known(&mut self, key: &Key, next: &Key) {
        let gone: Vec<_> = [key, next]
            .into_iter()
            .flat_map(|key| self.of(key.lineage.token))
            .filter(|(_, result)| result.key == *key || result.key.lineage == next.lineage)
            .map(|(number, _)| number)
            .collect();
        for number in gone {
            self.remove(number);
        }
    }

    /// Drops the results that led to a token and that came of it. All tokens of theirs.
    pub(super) fn drop_related(&mut self, token: Hash) -> HashSet<Hash> {
        let (mut tokens, mut next) = (HashSet::from([token]), vec![token]);
        while let Some(token) = next.pop() {
            for number in self.by_token.remove(&token).unwrap_or_default() {
                let Some(result) = self.remove(number) else {
                    continue;
                };
                let new = result.tokens().into_iter();
                next.extend(new.filter(|token| tokens.insert(*token)));
            }
        }
        tokens
    }

    /// The result that a call may have, or the last of those that came of it.
    pub(super) fn newest(
        &self,
        token: Hash,
        reuse: Duration,
        now: Duration,
        is_wanted: impl Fn(&Kept) -> bool,
    ) -> Option<&Kept> {
        let alive = |token, is_wanted: &dyn Fn(&Kept) -> bool| {
            let mut results = self.of(token).map(|(_, result)| result);
            results.find(|result| result.is_alive(reuse, now) && is_wanted(result))
        };
        let mut newest = alive(token, &is_wanted)?;
        while let Some(result) = alive(newest.next.lineage.token, &|result| {
            result.key == newest.next
        }) {
            newest = result;
        }
        Some(newest)
    }

    /// The results that a token led to or came of.
    fn of(&self, token: Hash) -> impl Iterator<Item = (u64, &Kept)> {
        let numbers = self.by_token.get(&token).into_iter().flatten();
        numbers.filter_map(|&number| Some((number, self.kept.get(&number)?)))
    }
}
