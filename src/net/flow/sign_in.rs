//! Signing in with a user name, with or without a password: the first request of every flow, and a proof's second one.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::input::{self, Extras};
use super::proof::Proof;
use super::step;
use crate::core::challenge::{Challenge, Route, SignIn};
use crate::core::config::AuthFlow;
use crate::core::error::{AuthError, Reason, finding};
use crate::core::limits;
use crate::core::operations::{Row, operation};
use crate::core::secret::Secret;
use crate::net::cognito::{Answered, Body, Call, Cognito, secret_hash};

const ADMIN_INITIATE_AUTH: &Row = operation!("AdminInitiateAuth");
const INITIATE_AUTH: &Row = operation!("InitiateAuth");

/// What the first request says of the password.
#[derive(Clone, Copy)]
enum Password {
    /// The password itself.
    Sent,
    /// That a password is chosen, and the password.
    ChosenAndSent,
    /// That it will be proved.
    Proved,
    /// That a password is chosen, and that it will be proved.
    ChosenAndProved,
    /// That it will be proved, before the pool's triggers ask.
    ProvedFirst,
    /// Nothing: what is asked for is this choice, or Cognito's.
    Unasked(Option<&'static str>),
}

impl Password {
    const fn of(flow: AuthFlow, prefers_proof: bool) -> Self {
        match flow {
            AuthFlow::UserSrpAuth => Self::Proved,
            AuthFlow::CustomAuth => Self::ProvedFirst,
            AuthFlow::UserAuth if prefers_proof => Self::ChosenAndProved,
            AuthFlow::UserAuth => Self::ChosenAndSent,
            _ => Self::Sent,
        }
    }

    const fn is_sent(self) -> bool {
        matches!(self, Self::Sent | Self::ChosenAndSent)
    }

    const fn is_proved(self) -> bool {
        matches!(
            self,
            Self::Proved | Self::ChosenAndProved | Self::ProvedFirst
        )
    }

    /// The parameters that have the same value for everybody.
    const fn parameters(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Sent | Self::Proved | Self::Unasked(None) => None,
            Self::Unasked(Some(choice)) => Some(("PREFERRED_CHALLENGE", choice)),
            Self::ChosenAndSent => Some(("PREFERRED_CHALLENGE", "PASSWORD")),
            Self::ChosenAndProved => Some(("PREFERRED_CHALLENGE", "PASSWORD_SRP")),
            Self::ProvedFirst => Some(("CHALLENGE_NAME", "SRP_A")),
        }
    }
}

const fn route(flow: AuthFlow) -> Route {
    match flow {
        AuthFlow::AdminNoSrpAuth | AuthFlow::AdminUserPasswordAuth => Route::Admin,
        _ => Route::Public,
    }
}

/// What a sign-in without a password may prefer.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
const CHOICES: [&str; 5] = [
    "EMAIL_OTP",
    "PASSWORD",
    "PASSWORD_SRP",
    "SMS_OTP",
    "WEB_AUTHN",
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    username: String,
    /// Missing in a sign-in that begins without one.
    password: Option<Secret>,
    auth_flow: Option<String>,
    prefer: Option<String>,
    #[serde(flatten)]
    extras: Extras,
}

impl Input {
    /// The flow of this sign-in, by option.
    fn flow(&self, otherwise: AuthFlow) -> Result<AuthFlow, AuthError> {
        let named = self.auth_flow.as_deref();
        named.map_or(Ok(otherwise), |name| {
            AuthFlow::parse(name, "option authFlow")
        })
    }
}

/// A sign-in as it begins. What is missing is left out, and judged by the service.
struct Beginning<'a> {
    flow: AuthFlow,
    how: Password,
    username: Option<&'a str>,
    password: Option<&'a str>,
    extras: Extras,
    /// Whether the first request may be sent again when nobody knows if it took effect: a code may have been sent.
    repeatable: bool,
}

/// Signs in with `Username` and `Password`; what that leads to, as [`step`] has it.
pub(super) async fn sign_in(
    cognito: &Cognito,
    json: &Secret,
    call: &Call,
) -> Result<Answered, AuthError> {
    let input: Input = input::read(json)?;
    let flow = input.flow(cognito.config().auth_flow)?;
    let proof = prefers_proof(flow, input.prefer.as_deref())?;
    first_step(cognito, input, (flow, Password::of(flow, proof)), call).await
}

/// The same with `Username` alone: codes, passkeys, the pool's own questions.
pub(super) async fn start(
    cognito: &Cognito,
    json: &Secret,
    call: &Call,
) -> Result<Answered, AuthError> {
    let input: Input = input::read(json)?;
    let flow = input.flow(match cognito.config().auth_flow {
        AuthFlow::CustomAuth => AuthFlow::CustomAuth,
        _ => AuthFlow::UserAuth,
    })?;
    let preferred = preferred(flow, input.prefer.as_deref())?;
    first_step(cognito, input, (flow, Password::Unasked(preferred)), call).await
}

async fn first_step(
    cognito: &Cognito,
    input: Input,
    (flow, how): (AuthFlow, Password),
    call: &Call,
) -> Result<Answered, AuthError> {
    let beginning = Beginning {
        flow,
        how,
        username: Some(&input.username),
        password: input.password.as_ref().map(Secret::expose),
        extras: input.extras,
        repeatable: false,
    };
    let begun = begin(cognito, &beginning, call).await;
    let (answer, sign_in) = begun.map_err(|error| {
        let has_secret = cognito.config().client_secret.is_some();
        let explained = explain(without_telling_who_exists(error));
        match beginning.extras.hint(route(flow), has_secret) {
            Some(hint) if explained.context().hint.is_none() => explained.hint(hint),
            _ => explained,
        }
    })?;
    step::step(answer, sign_in, beginning.extras.now)
}

fn preferred(flow: AuthFlow, prefer: Option<&str>) -> Result<Option<&'static str>, AuthError> {
    match (flow, prefer) {
        (AuthFlow::UserAuth | AuthFlow::CustomAuth, None) => Ok(None),
        (AuthFlow::UserAuth, Some(wanted)) => {
            let choice = CHOICES.into_iter().find(|choice| *choice == wanted);
            choice.map(Some).ok_or_else(|| {
                AuthError::new(
                    Reason::Config,
                    format!("option prefer must be one of {}", CHOICES.join(", ")),
                )
            })
        }
        (AuthFlow::CustomAuth, Some(_)) => Err(AuthError::new(
            Reason::Config,
            "option prefer needs the flow USER_AUTH",
        )),
        _ => Err(AuthError::new(
            Reason::Config,
            "option authFlow of startSignIn must be USER_AUTH or CUSTOM_AUTH: there is no password",
        )),
    }
}

fn prefers_proof(flow: AuthFlow, prefer: Option<&str>) -> Result<bool, AuthError> {
    match (prefer, flow) {
        (None, _) | (Some("PASSWORD"), AuthFlow::UserAuth) => Ok(false),
        (Some("PASSWORD_SRP"), AuthFlow::UserAuth) => Ok(true),
        (Some(_), AuthFlow::UserAuth) => Err(AuthError::new(
            Reason::Config,
            "option prefer of signIn must be PASSWORD or PASSWORD_SRP: there is a password",
        )),
        (Some(_), _) => Err(AuthError::new(
            Reason::Config,
            "option prefer needs the flow USER_AUTH",
        )),
    }
}

/// A user who does not exist looks as one whose password is wrong, in Cognito's own words for that.
fn without_telling_who_exists(error: AuthError) -> AuthError {
    if error.context().finding != Some(finding::USER_MISSING) {
        return error;
    }
    let context = error.context();
    AuthError::new(Reason::BadCredentials, "Incorrect username or password.").with(|wrong| {
        wrong.status_code = context.status_code;
        wrong.request_id.clone_from(&context.request_id);
        wrong.retryable = Some(false);
    })
}

/// A lock-out ends by itself, after 15 minutes at most. `login` says of it what the original does.
fn explain(error: AuthError) -> AuthError {
    let is_locked = error.reason() == Reason::AttemptsExceeded;
    error.with(|context| {
        if is_locked {
            context.retryable = Some(true);
        }
    })
}

/// The first request, and a proof's second one: the answer, and the sign-in as far as it has come.
async fn begin(
    cognito: &Cognito,
    beginning: &Beginning<'_>,
    call: &Call,
) -> Result<(Answered, SignIn), AuthError> {
    let config = cognito.config();
    let Beginning {
        username, password, ..
    } = *beginning;
    let (route, how) = (route(beginning.flow), beginning.how);
    // All that is missing, before anything is sent.
    if route == Route::Admin || how.is_proved() {
        config.user_pool_id()?;
    }
    let client_id = config.client_id()?;
    let hash = username.and_then(|username| secret_hash(config, username, client_id));
    let proof = if how.is_proved() {
        Some(Proof::begin(cognito).await?)
    } else {
        None
    };
    let public = proof.as_ref().map(Proof::public);
    let fixed = how.parameters();
    let parameters: Map<_, _> = [
        ("USERNAME", username),
        ("PASSWORD", password.filter(|_| how.is_sent())),
        ("SRP_A", public.as_deref()),
        ("SECRET_HASH", hash.as_deref()),
    ]
    .into_iter()
    .chain(fixed.map(|(name, value)| (name, Some(value))))
    .filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))))
    .collect();
    let body = Body::default()
        .with("AuthFlow", Some(beginning.flow.as_str()))
        .with("AuthParameters", Some(parameters));
    let row = match route {
        Route::Admin => ADMIN_INITIATE_AUTH,
        Route::Public => INITIATE_AUTH,
    };
    let request = beginning.extras.add_to(body, route).request(row, config)?;
    let request = if beginning.repeatable {
        request
    } else {
        request.once()
    };
    let link = match route {
        Route::Admin => cognito.signing_link().await?,
        // No credentials are looked for.
        Route::Public => cognito.link().await?,
    };
    let answer = link.send(&request, call).await?;
    let sign_in = SignIn::new(username.unwrap_or_default(), route, None);
    match proof {
        None => Ok((answer, sign_in)),
        Some(proof) => {
            let password = Secret::new(password.unwrap_or_default());
            let rest = (&beginning.extras, call);
            proof
                .answer(cognito, answer, sign_in, &password, rest)
                .await
        }
    }
}

/// `body` has `Username` and `Password`; one that is missing is left out, and judged by the service. The answer is the
/// `IdToken` alone.
pub(super) async fn login(
    cognito: &Cognito,
    body: Body,
    call: &Call,
) -> Result<Answered, AuthError> {
    let now = body.number("Now").unwrap_or_default();
    let flow = cognito.config().auth_flow;
    let beginning = Beginning {
        flow,
        how: Password::of(flow, false),
        username: body.text("Username")?,
        password: body.text("Password")?,
        extras: Extras::at(now),
        // As the original does.
        repeatable: true,
    };
    let (answer, sign_in) = begin(cognito, &beginning, call).await?;
    if let Some(challenge) = answer.text("ChallengeName")? {
        if !is_challenge_name(challenge) {
            return Err(answer.unreadable());
        }
        let failure = challenge_required(challenge, answer.text("Session")?);
        let open = Challenge::from_answer(answer.members(), sign_in, now);
        let open = open.ok().flatten().and_then(|open| step::open(&open).ok());
        return Err(answer
            .annotate(failure)
            .with(|context| context.challenge = open));
    }
    let token = match answer.part("AuthenticationResult")? {
        Some(result) => answer.text_in(result, "IdToken")?,
        None => None,
    };
    match token.filter(|token| !token.is_empty()).map(Value::from) {
        Some(token) => Ok(answer.replaced([("IdToken", token)])),
        None => Err(answer.unreadable()),
    }
}

/// The API reference's names consist of these; users of the application see the name.
fn is_challenge_name(text: &str) -> bool {
    let is_in_names = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=limits::NAME_CHARACTERS).contains(&text.len()) && text.bytes().all(is_in_names)
}

fn challenge_required(challenge: &str, session: Option<&str>) -> AuthError {
    AuthError::new(
        Reason::ChallengeRequired,
        format!("The sign-in needs a further step: {challenge}"),
    )
    .with(|context| {
        context.challenge_name = Some(challenge.to_owned());
        context.session = session.map(Secret::new);
        context.retryable = Some(false);
    })
    .hint("Answer the error's challenge: error.challenge.answer(code) gives the tokens, or the next challenge.")
}
