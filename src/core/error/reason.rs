//! The table of reasons: everything that is known of a reason without the failure itself.

use serde::{Serialize, Serializer};

/// Makes `Reason` of rows: variant, stable name, HTTP status, default name of the error, meaning, and `shown` if the message may
/// be shown to the application's users. The type `Reason`, JavaScript's tables and docs/errors.md's are generated from them:
/// `npm run generate`, then `npm run docs`.
macro_rules! reasons {
    ($($variant:ident $name:literal $status:literal $default_name:literal $meaning:literal $($shown:ident)?,)+) => {
        /// Why a call failed. The set of reasons is part of the public contract (`Reason` in the type definitions).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $(#[doc = $meaning] $variant,)+
        }

        impl Reason {
            /// Every reason, in the order of their names.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            const fn row(self) -> Row {
                match self {
                    $(Self::$variant => Row {
                        name: $name,
                        status: $status,
                        default_name: $default_name,
                        meaning: $meaning,
                        audience: audience!($($shown)?),
                    },)+
                }
            }
        }
    };
}

macro_rules! audience {
    () => {
        Audience::Log
    };
    (shown) => {
        Audience::Users
    };
}

/// Who may read the messages of a reason's errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The application's log alone: its users get a fixed text.
    Log,
    /// The application's users too: Cognito's message says more than a fixed text could.
    Users,
}

struct Row {
    name: &'static str,
    status: u16,
    default_name: &'static str,
    meaning: &'static str,
    audience: Audience,
}

reasons! {
    Aborted "aborted" 503 "AbortError" "The caller gave the call up: `cause` is the signal's reason.",
    AttemptsExceeded "attempts-exceeded" 429 "LimitExceededException" "Too many wrong passwords or codes, or too many codes requested: Cognito refuses further attempts for a while.",
    AwsCredentials "aws-credentials" 500 "CredentialsError" "AWS credentials are missing, expired or not allowed to make the call.",
    BadCredentials "bad-credentials" 401 "NotAuthorizedException" "The user name or the password is wrong.",
    ChallengeExpired "challenge-expired" 401 "NotAuthorizedException" "The challenge has expired or has already been answered: the sign-in must start again.",
    ChallengeRequired "challenge-required" 401 "ChallengeRequiredError" "Signing in takes a further step: `challengeName`, `challenge`.",
    CodeExpired "code-expired" 400 "ExpiredCodeException" "The code has expired.",
    CodeWrong "code-wrong" 400 "CodeMismatchException" "The code is wrong.",
    Config "config" 500 "ConfigError" "A setting is missing or wrong: the message names it.",
    CrossSite "cross-site" 403 "CrossSiteError" "A page of another site sent the request, and the token is in a cookie.",
    DeliveryFailed "delivery-failed" 503 "CodeDeliveryFailureException" "Cognito could not send the code: after a sign-up the user exists.",
    GroupExists "group-exists" 409 "GroupExistsException" "A group of this name exists.",
    GroupMissing "group-missing" 404 "ResourceNotFoundException" "There is no such group.",
    Internal "internal" 500 "InternalError" "A defect of this package.",
    InvalidArgument "invalid-argument" 400 "InvalidParameterException" "An argument that Cognito cannot accept." shown,
    KeyUnknown "key-unknown" 401 "JsonWebTokenError" "The token's `kid` names no key of the pool.",
    KeysUnavailable "keys-unavailable" 503 "KeysUnavailableError" "There are no keys, and none can be had now: `retryAfter`.",
    MfaMissing "mfa-missing" 400 "SoftwareTokenMFANotFoundException" "The user has not set up this second factor.",
    Network "network" 503 "NetworkingError" "Cognito cannot be reached, or the connection broke.",
    NotAuthorized "not-authorized" 403 "NotAuthorizedException" "Cognito refuses the action for this user or client.",
    PasskeyMissing "passkey-missing" 404 "ResourceNotFoundException" "There is no such passkey.",
    PasskeyRefused "passkey-refused" 400 "WebAuthnCredentialNotSupportedException" "Cognito refuses the passkey.",
    PasswordPolicy "password-policy" 400 "InvalidPasswordException" "The password breaks the pool's policy: the message says how." shown,
    PasswordResetRequired "password-reset-required" 403 "PasswordResetRequiredException" "The user must reset the password first.",
    PhoneMissing "phone-missing" 400 "PhoneNumberMissingError" "The user has no `phone_number`.",
    RefreshExpired "refresh-expired" 401 "NotAuthorizedException" "The refresh token has expired or has been revoked.",
    RefreshReused "refresh-reused" 401 "RefreshTokenReuseException" "The refresh token has been replaced by a new one.",
    RejectedByTrigger "rejected-by-trigger" 400 "UserLambdaValidationException" "A Lambda trigger of the pool refused." shown,
    Resources "resources" 503 "ResourcesError" "The operating system refuses to start a thread: nothing was sent, and a later call tries again.",
    Service "service" 503 "UnknownError" "Cognito failed, or answered what nobody expects.",
    Throttled "throttled" 429 "TooManyRequestsException" "Too many requests.",
    Timeout "timeout" 503 "TimeoutError" "The deadline passed.",
    TokenAlgorithm "token-algorithm" 401 "JsonWebTokenError" "The token is not signed with RS256.",
    TokenAmbiguous "token-ambiguous" 400 "TokenAmbiguousError" "The request carries more than one token.",
    TokenClient "token-client" 401 "JsonWebTokenError" "The token was made for another app client.",
    TokenExpired "token-expired" 401 "TokenExpiredError" "The token has expired: `expiredAt`.",
    TokenGroups "token-groups" 403 "JsonWebTokenError" "The user is in none of the required groups.",
    TokenIssuer "token-issuer" 401 "JsonWebTokenError" "Another issuer made the token.",
    TokenMalformed "token-malformed" 401 "JsonWebTokenError" "This is no token, or one of a form that is never accepted.",
    TokenMissing "token-missing" 401 "TokenMissingError" "The request carries no token.",
    TokenNotActive "token-not-active" 401 "NotBeforeError" "The token is not active yet: `date`.",
    TokenRevoked "token-revoked" 401 "NotAuthorizedException" "The access token has been revoked.",
    TokenScopes "token-scopes" 403 "JsonWebTokenError" "The token has none of the required scopes.",
    TokenSignature "token-signature" 401 "JsonWebTokenError" "The signature is missing or wrong.",
    TokenUse "token-use" 401 "JsonWebTokenError" "The token is of the other kind (`token_use`).",
    UserAmbiguous "user-ambiguous" 409 "UserAmbiguousError" "Several users fit the filter.",
    UserDisabled "user-disabled" 403 "NotAuthorizedException" "The user is disabled.",
    UserExists "user-exists" 409 "UsernameExistsException" "The user name, e-mail address or phone number is taken." shown,
    UserMissing "user-missing" 404 "UserNotFoundException" "There is no such user.",
    UserUnconfirmed "user-unconfirmed" 403 "UserNotConfirmedException" "The user has not been confirmed.",
}

impl Reason {
    /// The stable name that users switch on.
    pub const fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The HTTP status for the application's own client.
    pub const fn status(self) -> u16 {
        self.row().status
    }

    /// The error's `name` when the service gives none.
    pub const fn default_name(self) -> &'static str {
        self.row().default_name
    }

    /// One sentence that says when a call fails for this reason.
    pub const fn meaning(self) -> &'static str {
        self.row().meaning
    }

    /// Who may read the messages of errors of this reason.
    pub const fn audience(self) -> Audience {
        self.row().audience
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
