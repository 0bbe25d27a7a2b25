//! Requests to Cognito, each call within a deadline. The only place that names the AWS SDK for them.

mod answers;
mod body;
mod call;
pub mod diagnosis;
mod failure;
mod link;
mod operation;
mod retry;
mod service_error;

use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use tokio::runtime::Handle;
use tokio::sync::SemaphorePermit;
use tokio::time::sleep;

pub use self::answers::Answered;
pub(in crate::net) use self::body::{Body, Request, secret_hash};
pub use self::call::Call;
use self::link::Link;
use crate::core::config::Config;
use crate::core::error::AuthError;
use crate::core::limits;
use crate::core::operations::Row;
use crate::net::line::Turns;
use crate::net::runtime::{self, Flight, lock};

/// One configuration's way to Cognito. Makes nothing before the first call.
pub struct Cognito {
    config: Arc<Config>,
    /// One for all callers, whether or not the first ones wait until it is there: making it reads files.
    link: Mutex<Option<Flight<Arc<Link>>>>,
    sign_ins: Turns,
    others: Turns,
}

/// What a call is about. Each topic has turns of its own: reads without an end keep nobody from signing in.
#[derive(Clone, Copy, Debug)]
pub(in crate::net) enum Topic {
    /// Signing in, answers to challenges, new tokens and signing out.
    SignIn,
    Other,
}

impl fmt::Debug for Cognito {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cognito").finish_non_exhaustive()
    }
}

impl Cognito {
    /// The way to Cognito of a configuration.
    pub fn new(config: Arc<Config>) -> Self {
        Self {
            config,
            link: Mutex::default(),
            sign_ins: Turns::new(limits::CONNECTIONS, limits::WAITING_CALLS),
            others: Turns::new(limits::CONNECTIONS, limits::WAITING_CALLS),
        }
    }

    pub(in crate::net) fn config(&self) -> &Config {
        &self.config
    }

    /// A call's turn, which ends when it is dropped. A call takes one for all of its requests: it is refused before the first one or
    /// not at all.
    pub(in crate::net) async fn turn(
        &self,
        topic: Topic,
    ) -> Result<SemaphorePermit<'_>, AuthError> {
        match topic {
            Topic::SignIn => self.sign_ins.take().await,
            Topic::Other => self.others.take().await,
        }
    }

    /// One request of an operation.
    pub(in crate::net) async fn request(
        &self,
        row: &'static Row,
        body: Body,
        call: &Call,
    ) -> Result<Answered, AuthError> {
        let request = body.request(row, &self.config)?;
        self.send(&request, call).await
    }

    /// Sends a request. AWS credentials are looked for only if it is signed.
    pub(in crate::net) async fn send(
        &self,
        request: &Request,
        call: &Call,
    ) -> Result<Answered, AuthError> {
        let link = if request.row.signed {
            self.signing_link().await?
        } else {
            self.link().await?
        };
        link.send(request, call).await
    }

    /// The link, with credentials that were there at least once.
    pub(in crate::net) async fn signing_link(&self) -> Result<Arc<Link>, AuthError> {
        let link = self.link().await?;
        link.ready().await?;
        Ok(link)
    }

    /// The link, for requests that are not signed.
    pub(in crate::net) fn link(&self) -> Flight<Arc<Link>> {
        let mut link = lock(&self.link);
        let usable = link
            .as_ref()
            // Settings that led to no credentials are read again: somebody may have corrected them.
            .filter(|link| match link.peek() {
                Some(made) => made.as_ref().is_ok_and(|link| !link.lacks_credentials()),
                None => true,
            });
        if let Some(link) = usable {
            return link.clone();
        }
        let (before, config) = (link.take(), Arc::clone(&self.config));
        let made = async move {
            let made = Link::new(config).await;
            // Not earlier: a search that is under way belongs to its source.
            drop(before);
            made
        };
        link.insert(runtime::flight(&Handle::current(), made))
            .clone()
    }

    /// The call's answer, unless its deadline passes or it is cancelled before; what is known of the call is added to a
    /// failure. A panic is a failure like any other.
    pub(in crate::net) async fn within_deadline(
        &self,
        call: &Call,
        answer: impl Future<Output = Result<Answered, AuthError>>,
    ) -> Result<Answered, AuthError> {
        let limit = self.config.call_timeout;
        let over = async {
            sleep(limit).await;
            limit
        };
        self.until(over, call, answer).await
    }

    /// The same with another deadline: when `over` resolves, to how long the answer was waited for.
    pub(in crate::net) async fn until(
        &self,
        over: impl Future<Output = Duration>,
        call: &Call,
        answer: impl Future<Output = Result<Answered, AuthError>>,
    ) -> Result<Answered, AuthError> {
        let environment = Arc::clone(&self.config.environment);
        // On the heap: it is moved several times from here on.
        let answer = Box::pin(AssertUnwindSafe(environment.scope(answer)).catch_unwind());
        let in_time = async {
            match select(answer, pin!(over)).await {
                Either::Left((Ok(result), _)) => result,
                Either::Left((Err(panic), _)) => Err(AuthError::panicked(&*panic)),
                Either::Right((limit, _)) => {
                    let limit = limit.as_millis();
                    Err(failure::timed_out(format!(
                        "No answer from Amazon Cognito within {limit} ms"
                    )))
                }
            }
        };
        match call.cancel.unless_cancelled(in_time).await {
            Ok(answered) => Ok(answered.after(call.attempts())),
            Err(error) => Err(call.annotate(error)),
        }
    }
}
