//! Passwords that are proved and not sent (SRP): the second request of such a sign-in, on threads of its own.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand;

use super::input::Extras;
use super::respond::respond;
use crate::core::challenge::{Answer, Challenge, Options, Sends, SignIn, Unreadable};
use crate::core::clock::uptime;
use crate::core::error::{AuthError, Reason};
use crate::core::limits;
use crate::core::secret::Secret;
use crate::core::srp::{self, Srp};
use crate::net::cognito::{Answered, Call, Cognito};
use crate::net::line::{Line, Place};
use crate::net::runtime::{Purpose, off_thread};

/// The challenge that asks for the proof.
const PASSWORD_VERIFIER: &str = "PASSWORD_VERIFIER";

const CLOCK: &str = "The clock of this machine and Amazon Cognito's are more than 5 minutes apart, which makes every proof of a password wrong: synchronize the clock.";

static LINE: Line = Line::new(limits::PROVERS + limits::WAITING_FOR_PROOF);

/// A proof that has begun: its first half is sent as `SRP_A`.
pub(super) struct Proof {
    srp: Srp,
    /// The user pool's id, which is part of what is proved.
    pool: String,
    /// Until the second half is made: sign-ins that begin never take the place of one that has come so far.
    place: Place<'static>,
    /// When it began, on the monotonic clock.
    began: Duration,
}

impl Proof {
    /// Nothing begins without the user pool's id: by the time that the challenge comes, a session would be spent.
    pub(super) async fn begin(cognito: &Cognito) -> Result<Self, AuthError> {
        let pool = cognito.config().user_pool_id()?.to_owned();
        let began = uptime();
        let place = LINE.enter()?;
        let srp = on_prover(|| Srp::start(|bytes: &mut [u8]| rand::fill(bytes))).await?;
        Ok(Self {
            srp,
            pool,
            place,
            began,
        })
    }

    pub(super) fn public(&self) -> String {
        self.srp.public()
    }

    /// Answers `asked`, if it asks for the proof; what comes of it, with the sign-in as far as it has come. Another answer is
    /// handed back.
    pub(super) async fn answer(
        self,
        cognito: &Cognito,
        asked: Answered,
        sign_in: SignIn,
        password: &Secret,
        (extras, call): (&Extras, &Call),
    ) -> Result<(Answered, SignIn), AuthError> {
        if asked.text("ChallengeName")? != Some(PASSWORD_VERIFIER) {
            return Ok((asked, sign_in));
        }
        let challenge = match Challenge::from_answer(asked.members(), sign_in, extras.now) {
            Ok(Some(challenge)) => challenge,
            Ok(None) | Err(Unreadable) => return Err(asked.unreadable()),
        };
        let parameters = asked.part("ChallengeParameters")?;
        let parameter = |name| -> Result<String, AuthError> {
            let text = match parameters {
                Some(parameters) => asked.text_in(parameters, name)?,
                None => None,
            };
            text.map(str::to_owned).ok_or_else(|| asked.unreadable())
        };
        let (srp_b, salt) = (parameter("SRP_B")?, parameter("SALT")?);
        let secret_block = parameter("SECRET_BLOCK")?;
        let user = challenge.username_to_send().to_owned();
        let ours = self.now(extras.now);
        let skew = asked.date().map(|theirs| Skew { ours, theirs });
        let now = skew.map_or(ours, Skew::time);
        let made = uptime();
        let (srp, pool) = (self.srp, self.pool);
        let (password, block) = (password.clone(), secret_block.clone());
        let claim = on_prover(move || {
            let challenge = srp::Challenge {
                group: srp::pool_name(&pool),
                user: &user,
                srp_b: &srp_b,
                salt: &salt,
                secret_block: &block,
            };
            Ok(srp.answer(&challenge, &password, now))
        });
        let claim = claim.await?.map_err(|_| asked.unreadable())?;
        drop(self.place);
        let responses = BTreeMap::from([
            ("PASSWORD_CLAIM_SIGNATURE".to_owned(), claim.signature),
            (
                "PASSWORD_CLAIM_SECRET_BLOCK".to_owned(),
                Secret::new(secret_block),
            ),
            ("TIMESTAMP".to_owned(), claim.timestamp),
        ]);
        let sends = challenge.responses(&Answer::Raw(responses), &Options::default())?;
        let Sends::Responses(responses) = sends else {
            return Err(AuthError::internal());
        };
        call.next_request();
        call.repeat_until(made + limits::PROOF_LIFE);
        let answer = respond(cognito, &challenge, responses, extras, call).await;
        let answer = answer.map_err(|error| explain(error, skew))?;
        // Nobody could answer it: what a proof is made from is never shown.
        if answer.text("ChallengeName")? == Some(PASSWORD_VERIFIER) {
            return Err(answer.unreadable());
        }
        Ok((answer, challenge.sign_in().clone()))
    }

    /// The time by the caller's clock, which said `at_call` (milliseconds since 1970).
    fn now(&self, at_call: u64) -> SystemTime {
        let elapsed = uptime().saturating_sub(self.began);
        UNIX_EPOCH
            .checked_add(Duration::from_millis(at_call) + elapsed)
            .unwrap_or(UNIX_EPOCH)
    }
}

/// What two clocks say at the same moment.
#[derive(Clone, Copy)]
struct Skew {
    ours: SystemTime,
    /// Cognito's, from its answer.
    theirs: SystemTime,
}

impl Skew {
    fn size(self) -> Duration {
        let size = self.theirs.duration_since(self.ours);
        size.unwrap_or_else(|error| error.duration())
    }

    /// The time to prove for: Cognito's, if that is ahead or behind by little more than it accepts.
    fn time(self) -> SystemTime {
        let is_better = limits::PROOF_CLOCK_PRECISION..=limits::PROOF_CLOCK_SKEW;
        if is_better.contains(&self.size()) {
            self.theirs
        } else {
            self.ours
        }
    }
}

/// The failure of a proof. With a clock that is wrong by too much, every password looks wrong.
fn explain(error: AuthError, skew: Option<Skew>) -> AuthError {
    let is_far = skew.is_some_and(|skew| skew.size() > limits::PROOF_CLOCK_SKEW);
    if is_far && error.reason() == Reason::BadCredentials {
        error.hint(CLOCK)
    } else {
        error
    }
}

async fn on_prover<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AuthError> + Send + 'static,
) -> Result<T, AuthError> {
    off_thread(Purpose::Proofs, async move { work() }).await
}
