//! What a request of a sign-in has come to: the next challenge, or tokens.

use serde_json::{Map, Value};

use crate::core::challenge::{Challenge, SignIn, Unreadable};
use crate::core::error::{AuthError, OpenChallenge};
use crate::core::secret::Secret;
use crate::core::{issued, limits};
use crate::net::cognito::Answered;

/// The step that an answer means, received at `now` (milliseconds since 1970): its members are those of [`challenge`] or of
/// [`tokens`].
pub(super) fn step(answer: Answered, sign_in: SignIn, now: u64) -> Result<Answered, AuthError> {
    match Challenge::from_answer(answer.members(), sign_in, now) {
        Ok(Some(next)) => challenge(answer, &next),
        Ok(None) => tokens(&answer, None, now),
        Err(Unreadable) => Err(answer.unreadable()),
    }
}

/// `Shown` and `Kept`, two JSON texts.
pub(super) fn challenge(answer: Answered, challenge: &Challenge) -> Result<Answered, AuthError> {
    let OpenChallenge { shown, kept } = open(challenge)?;
    Ok(answer.replaced([
        ("Shown", shown.expose().into()),
        ("Kept", kept.expose().into()),
    ]))
}

/// The challenge as JavaScript has it.
pub(super) fn open(challenge: &Challenge) -> Result<OpenChallenge, AuthError> {
    Ok(OpenChallenge {
        shown: challenge.shown()?,
        kept: challenge.kept()?,
    })
}

/// `IdToken`, `AccessToken`, `RefreshToken`, `ExpiresAt` in milliseconds since 1970, and of a device `DeviceKey` and
/// `DeviceGroupKey`. An answer to a refresh may lack a refresh token: the `old` one is good then.
pub(super) fn tokens(
    answer: &Answered,
    old: Option<&Secret>,
    now: u64,
) -> Result<Answered, AuthError> {
    let members = read_tokens(answer, old, now)?;
    members
        .map(|members| answer.with_members(members))
        .ok_or_else(|| answer.unreadable())
}

fn read_tokens(
    answer: &Answered,
    old: Option<&Secret>,
    now: u64,
) -> Result<Option<Map<String, Value>>, AuthError> {
    let Some(result) = answer.part("AuthenticationResult")? else {
        return Ok(None);
    };
    let text = |name| -> Result<Option<&str>, AuthError> {
        let text = answer.text_in(result, name)?;
        Ok(text.filter(|text| !text.is_empty()))
    };
    let refresh_token = text("RefreshToken")?.or_else(|| old.map(Secret::expose));
    let (Some(id), Some(access), Some(refresh)) =
        (text("IdToken")?, text("AccessToken")?, refresh_token)
    else {
        return Ok(None);
    };
    // cognito-local leaves it out.
    let seconds = answer.number_in(result, "ExpiresIn")?;
    let Some(seconds) = seconds.or_else(|| issued::lifetime(access)) else {
        return Ok(None);
    };
    let expires_at = now.saturating_add(seconds.saturating_mul(1000));
    let expires_at = expires_at.min(limits::LATEST_DATE);
    let mut members = Map::from_iter([
        ("IdToken".to_owned(), id.into()),
        ("AccessToken".to_owned(), access.into()),
        ("RefreshToken".to_owned(), refresh.into()),
        ("ExpiresAt".to_owned(), expires_at.into()),
    ]);
    if let Some(device) = answer.part_in(result, "NewDeviceMetadata")? {
        let of_device = |name| answer.text_in(device, name);
        let (key, group) = (of_device("DeviceKey")?, of_device("DeviceGroupKey")?);
        // One alone is of no use.
        if let (Some(key), Some(group)) = (key, group) {
            members.insert("DeviceKey".to_owned(), key.into());
            members.insert("DeviceGroupKey".to_owned(), group.into());
        }
    }
    Ok(Some(members))
}
