//! The pools whose tokens one Auth accepts: a token is verified with the keys and the policy of the pool that it names as
//! its issuer. Most Auths have one pool, whose tokens are not looked into for that.

use std::sync::Arc;

use futures_util::future::try_join_all;

use crate::core::error::{AuthError, Reason};
use crate::core::token::{UnixTime, UnverifiedToken};
use crate::net::cancel::Cancel;
use crate::net::key_cache::Status;
use crate::net::verifier::{Verification, Verifier};

/// One verifier, or one for each of several pools.
#[derive(Debug)]
pub enum Verifiers {
    /// One pool's.
    One(Arc<Verifier>),
    /// Several pools'.
    Several(Vec<Member>),
}

/// A pool among several.
#[derive(Debug)]
pub struct Member {
    issuers: Vec<String>,
    verifier: Arc<Verifier>,
}

impl Verifiers {
    /// Fails if a pool lacks a setting, or if two have an issuer in common: their tokens could not be distinguished.
    pub fn several(verifiers: Vec<Arc<Verifier>>) -> Result<Self, AuthError> {
        let mut members: Vec<Member> = Vec::with_capacity(verifiers.len());
        for (index, verifier) in verifiers.into_iter().enumerate() {
            let refused = |what: &str| {
                AuthError::new(Reason::Config, format!("option pools[{index}]: {what}"))
            };
            let issuers = verifier
                .issuers()
                .map_err(|error| refused(error.message()))?;
            let twin = members
                .iter()
                .position(|member| issuers.iter().any(|issuer| member.issuers.contains(issuer)));
            if let Some(twin) = twin {
                return Err(refused(&format!(
                    "it has an issuer that option pools[{twin}] has too"
                )));
            }
            members.push(Member { issuers, verifier });
        }
        Ok(Self::Several(members))
    }

    /// As [`Verifier::verify`], for the text of a token.
    pub fn verify(
        &self,
        token: &str,
        now: UnixTime,
        has_fetched: bool,
    ) -> Result<Verification, AuthError> {
        let token = UnverifiedToken::parse(token)?;
        self.of(&token)?.verify(token, now, has_fetched)
    }

    /// As [`Verifier::key_generation`]: another number whenever a key of any pool has gone.
    pub fn key_generation(&self) -> u32 {
        match self {
            Self::One(verifier) => verifier.key_generation(),
            Self::Several(members) => members
                .iter()
                .map(|member| member.verifier.key_generation())
                .fold(1, |all, generation| {
                    u32::wrapping_add(all.wrapping_mul(31), generation).max(1)
                }),
        }
    }

    /// As [`Verifier::load_keys`]: for the key that `token` names, or for any key of each pool.
    pub async fn load_keys(&self, token: Option<&str>, cancel: &Cancel) -> Result<(), AuthError> {
        if let Some(token) = token {
            let token = UnverifiedToken::parse(token)?;
            return self.of(&token)?.load_keys(Some(token.kid()), cancel).await;
        }
        match self {
            Self::One(verifier) => verifier.load_keys(None, cancel).await,
            Self::Several(members) => {
                let loads = members
                    .iter()
                    .map(|member| member.verifier.load_keys(None, cancel));
                try_join_all(loads).await.map(drop)
            }
        }
    }

    /// As [`Verifier::keys_status`].
    pub fn keys_status(&self) -> Status {
        match self {
            Self::One(verifier) => verifier.keys_status(),
            Self::Several(members) => Status::of_all(
                members
                    .iter()
                    .map(|member| member.verifier.keys_status())
                    .collect(),
            ),
        }
    }

    /// The verifier of the pool that a token is said to be of.
    fn of(&self, token: &UnverifiedToken<'_>) -> Result<&Verifier, AuthError> {
        match self {
            Self::One(verifier) => Ok(verifier),
            Self::Several(members) => choose(members, token),
        }
    }
}

fn choose<'a>(
    members: &'a [Member],
    token: &UnverifiedToken<'_>,
) -> Result<&'a Verifier, AuthError> {
    let issuer = token.unverified_issuer();
    members
        .iter()
        .find(|member| {
            issuer
                .as_ref()
                .is_some_and(|issuer| member.issuers.contains(issuer))
        })
        .map(|member| &*member.verifier)
        .ok_or_else(|| {
            AuthError::new(Reason::TokenIssuer, "jwt issuer invalid")
                .hint("the token was made by none of the pools of option pools")
        })
}
