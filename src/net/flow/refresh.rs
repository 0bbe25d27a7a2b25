//! New tokens for a refresh token: one request in the process for all who ask at once, in any thread.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::input;
use super::lifetime::Lifetime;
use super::step;
use crate::core::clock::uptime;
use crate::core::error::{AuthError, Reason, finding};
use crate::core::issued::subject;
use crate::core::limits;
use crate::core::operations::{Row, operation};
use crate::core::refresh::{Begin, Ended, Flight, Key, Parts, Refreshes, Rotated};
use crate::core::secret::Secret;
use crate::net::cognito::{Answered, Body, Call, Cognito, Topic};
use crate::net::line::Line;
use crate::net::runtime::{self, lock};

const GET_TOKENS: &Row = operation!("GetTokensFromRefreshToken");

/// What calls wait for a request with.
#[derive(Clone)]
struct Waiting {
    result: runtime::Flight<Arc<Answered>>,
    lifetime: Arc<Lifetime>,
}

impl Waiting {
    /// The request's result, for a call that waits for so long.
    async fn join(self, wait: Duration) -> Result<Arc<Answered>, AuthError> {
        self.lifetime.extend(wait);
        self.result.await
    }
}

static REFRESHES: LazyLock<Mutex<Refreshes<Waiting>>> = LazyLock::new(Mutex::default);
static LINE: Line = Line::new(limits::WAITING_FOR_REFRESH);

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    refresh_token: Secret,
    device_key: Option<Secret>,
    #[serde(default)]
    client_metadata: BTreeMap<String, String>,
    /// In milliseconds since 1970.
    #[serde(default)]
    now: u64,
}

/// Tokens for `RefreshToken`, as [`step::tokens`] has them. Whoever gives up waiting does not end the request.
pub(super) async fn refresh(
    cognito: &Arc<Cognito>,
    json: &Secret,
    call: &Call,
) -> Result<Answered, AuthError> {
    let mut input: Input = input::read(json)?;
    let config = cognito.config();
    let client_id = config.client_id()?;
    let link = cognito.link().await?;
    loop {
        let key = Key::new(&Parts {
            endpoint: link.endpoint(),
            http: &config.http,
            user_pool_id: config.known_user_pool_id(),
            client_id,
            client_secret: config.client_secret.as_ref(),
            device_key: input.device_key.as_ref(),
            client_metadata: &input.client_metadata,
            refresh_token: &input.refresh_token,
        });
        let (report, result) = oneshot::channel();
        let begin = lock(&REFRESHES).begin(&key, config.refresh_reuse, uptime(), || {
            let result = result.map(|result| result.unwrap_or_else(|_| Err(AuthError::internal())));
            Waiting {
                result: result.boxed().shared(),
                lifetime: Arc::new(Lifetime::new(config.call_timeout)),
            }
        });
        match begin {
            Begin::Send(flight, Waiting { result, lifetime }) => {
                let landing = Landing {
                    flight: Some(flight),
                    cognito: Arc::clone(cognito),
                };
                Handle::current().spawn(send(landing, input, call.apart(), (lifetime, report)));
                return result.await.map(Arc::unwrap_or_clone);
            }
            Begin::Wait(request) => {
                let _place = LINE.enter()?;
                let result = request.join(config.call_timeout).await;
                return result.map(Arc::unwrap_or_clone);
            }
            Begin::WaitThenBegin(request) => {
                let _place = LINE.enter()?;
                // If it failed, this call finds out for itself: the metadata may be why.
                if let Ok(answer) = request.join(config.call_timeout).await
                    && let Some(token) = answer.text("RefreshToken")?
                {
                    input.refresh_token = Secret::new(token);
                }
            }
            Begin::Remembered(answer) => {
                let answer = serde_json::from_str(answer.expose());
                return answer
                    .map(Answered::remembered)
                    .map_err(|_| AuthError::internal());
            }
            Begin::Replaced(token) => input.refresh_token = token,
        }
    }
}

/// Nobody's results for sign-ins that were ended are handed out any more.
pub(super) fn forget(ended: Ended<'_>) {
    lock(&REFRESHES).forget(ended, uptime());
}

/// Reports the end of a request, however it ends.
struct Landing {
    flight: Option<Flight>,
    cognito: Arc<Cognito>,
}

impl Landing {
    fn land(&mut self, rotated: Option<Rotated>) {
        if let Some(flight) = self.flight.take() {
            let reuse = self.cognito.config().refresh_reuse;
            lock(&REFRESHES).finish(flight, rotated, reuse, uptime());
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.land(None);
    }
}

/// Sends the request for all who wait, within a deadline of its own.
async fn send(
    mut landing: Landing,
    input: Input,
    call: Call,
    (lifetime, report): (
        Arc<Lifetime>,
        oneshot::Sender<Result<Arc<Answered>, AuthError>>,
    ),
) {
    let cognito = &*landing.cognito;
    let request = request(cognito, &input, &call);
    let answer = cognito.until(lifetime.over(), &call, request).await;
    let rotated = answer.as_ref().ok();
    let rotated = rotated.and_then(|answer| rotated_by(answer, &input.refresh_token));
    // Before anybody can begin again.
    landing.land(rotated);
    // Nobody may wait any more.
    let _ = report.send(answer.map(Arc::new));
}

/// The request, sent again once if nobody knows whether it took effect: without rotation that changes nothing, and with
/// rotation the grace period is for it. While the first one may still be answered, it is listened to as well: without a grace
/// period, nothing else has the new token.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RefreshTokenRotationType.html>
async fn request(cognito: &Cognito, input: &Input, call: &Call) -> Result<Answered, AuthError> {
    let _turn = cognito.turn(Topic::SignIn).await?;
    let config = cognito.config();
    let metadata = Some(&input.client_metadata).filter(|metadata| !metadata.is_empty());
    let request = Body::default()
        .with("RefreshToken", Some(input.refresh_token.expose()))
        .with(
            "ClientSecret",
            config.client_secret.as_ref().map(Secret::expose),
        )
        .with("DeviceKey", input.device_key.as_ref().map(Secret::expose))
        .with("ClientMetadata", input::metadata(metadata))
        .request(GET_TOKENS, config)?;
    let link = cognito.link().await?;
    let send = async || {
        let answer = link.send(&request, call).await?;
        step::tokens(&answer, Some(&input.refresh_token), input.now)
    };
    let first = pin!(send());
    if !link.repeats() {
        return first.await;
    }
    // Half of the time, so that an answer that does not come leaves time for another request.
    match select(first, pin!(sleep(config.call_timeout / 2))).await {
        Either::Left((Err(error), _)) if is_ambiguous(&error) => send().await,
        Either::Left((answer, _)) => answer,
        Either::Right(((), first)) => of_either(first, pin!(send())).await,
    }
}

/// The tokens that a request or its repetition brings. With rotation one of them may be told that the token was used already,
/// and the other one has the tokens.
async fn of_either<T>(
    first: impl Future<Output = Result<T, AuthError>> + Unpin,
    second: impl Future<Output = Result<T, AuthError>> + Unpin,
) -> Result<T, AuthError> {
    let (first, second) = match select(first, second).await {
        Either::Left((first, second)) => match first {
            Ok(answer) => return Ok(answer),
            Err(first) => (Err(first), second.await),
        },
        Either::Right((second, first)) => match second {
            Ok(answer) => return Ok(answer),
            Err(second) => (first.await, Err(second)),
        },
    };
    match (first, second) {
        (Ok(answer), _) | (_, Ok(answer)) => Ok(answer),
        // What Cognito says counts for more than that it says nothing.
        (Err(first), Err(second)) if is_ambiguous(&second) && !is_ambiguous(&first) => Err(first),
        (_, Err(second)) => Err(second),
    }
}

/// Whether the request may have taken effect.
fn is_ambiguous(error: &AuthError) -> bool {
    let context = error.context();
    match error.reason() {
        Reason::Timeout | Reason::Network => context.finding != Some(finding::UNSENT),
        _ => context.status_code.is_some_and(|status| status >= 500),
    }
}

fn rotated_by(answer: &Answered, old: &Secret) -> Option<Rotated> {
    let text = |name| answer.text(name).ok().flatten();
    let refresh_token = text("RefreshToken").filter(|new| *new != old.expose())?;
    Some(Rotated {
        answer: Secret::new(serde_json::to_string(answer.members()).ok()?),
        refresh_token: Secret::new(refresh_token),
        sub: text("AccessToken").and_then(subject),
    })
}
