//! The rows: scope, codes, parts of the message → reason, finding; then what else is known, and the hint.

use super::row::Scope::{self, Everywhere, In, Of};
use super::row::{Diagnosis, row};
use crate::core::error::{Reason as R, finding};
use crate::core::operations::Family as F;

/// Operations that take an access token.
const WITH_ACCESS_TOKEN: Scope = In(&[F::Account, F::Passkeys, F::Devices]);

/// Operations that take a challenge's session. Those of the account do while a sign-in sets up a second factor.
const WITH_SESSION: Scope = In(&[F::SignIn, F::Challenge, F::Account]);

const ADMIN_FLOW: &str = "Enable the sign-in flow: add ALLOW_ADMIN_USER_PASSWORD_AUTH to the app client's ExplicitAuthFlows (ADMIN_NO_SRP_AUTH in older clients).";
const CLOCK: &str = "The clock of this machine is wrong: the service says that the signature's time has passed or lies ahead. Synchronize the clock.";
const DELIVERY: &str = "Check the pool's e-mail and SMS settings: identities and sandbox of Amazon SES, sandbox and spending limit of SMS.";
const INVITE_AGAIN: &str = "An administrator must invite the user again (users.invite), or set a password (users.setPassword).";
const REACH: &str = "Check USER_POOL_ID, COGNITO_CLIENT_ID and AWS_REGION: Cognito knows no such user pool or app client in this region.";
const STALE_CODE: &str = "The code belongs to an earlier sign-in or to another factor: enter the newest one, or start the sign-in again.";
const TRIGGER: &str = "A Lambda trigger of the user pool failed: look at the log of its function.";

#[rustfmt::skip]
pub(super) static ROWS: &[Diagnosis] = &[
    // Users.
    row(Everywhere, &["UsernameExistsException", "AliasExistsException"], &[], R::UserExists, "user.exists"),
    row(Everywhere, &["UserNotFoundException"], &[], R::UserMissing, finding::USER_MISSING),
    row(Everywhere, &["UserNotConfirmedException"], &[], R::UserUnconfirmed, "user.unconfirmed")
        .hint("Confirm the user with the code that was sent (confirmSignUp; resendCode sends another one), or as an administrator (users.confirm)."),
    row(Everywhere, &["PasswordResetRequiredException"], &[], R::PasswordResetRequired, "user.reset-required")
        .hint("The user must set a new password with a code: forgotPassword, then resetPassword."),
    row(Everywhere, &["UnsupportedUserStateException", "PreconditionNotMetException"], &[], R::NotAuthorized, finding::USER_STATE)
        .hint("The user's status does not allow this: look at the status that users.get shows."),
    row(Everywhere, &["UserLambdaValidationException"], &[], R::RejectedByTrigger, "user.rejected"),

    // Passwords and codes. The first row is cognito-local's answer to a wrong password.
    row(In(&[F::SignIn]), &["InvalidPasswordException"], &[], R::BadCredentials, "user.password"),
    row(Everywhere, &["InvalidPasswordException", "PasswordHistoryPolicyViolationException"], &[], R::PasswordPolicy, "password.policy"),
    row(Everywhere, &["CodeMismatchException"], &["auth state"], R::CodeWrong, "code.wrong").hint(STALE_CODE),
    row(Everywhere, &["CodeMismatchException", "EnableSoftwareTokenMFAException"], &[], R::CodeWrong, "code.wrong"),
    row(Everywhere, &["ExpiredCodeException"], &[], R::CodeExpired, "code.expired"),
    row(Of("SignUp"), &["CodeDeliveryFailureException"], &[], R::DeliveryFailed, "pool.delivery")
        .hint("The user was created, and only the code was not sent. Check the pool's e-mail and SMS settings: identities and sandbox of Amazon SES, sandbox and spending limit of SMS."),
    row(Everywhere, &["CodeDeliveryFailureException"], &[], R::DeliveryFailed, "pool.delivery").hint(DELIVERY),

    // Limits.
    row(Everywhere, &["LimitExceededException"], &["attempt limit exceeded"], R::AttemptsExceeded, "user.locked").never_again(),
    row(Everywhere, &["TooManyFailedAttemptsException"], &[], R::AttemptsExceeded, "user.locked").never_again(),
    row(Everywhere, &["NotAuthorizedException"], &["attempts exceeded"], R::AttemptsExceeded, "user.locked").never_again(),
    row(Of("SignUp"), &["LimitExceededException"], &[], R::Throttled, "quota").never_again()
        .hint("The user may have been created, and only the code not sent: resendCode sends another one."),
    row(In(&[F::Passkeys]), &["LimitExceededException"], &[], R::Throttled, "quota").never_again()
        .hint("A user has at most 20 passkeys: one must be deleted (deletePasskey) before another one is made."),
    row(Everywhere, &["LimitExceededException"], &[], R::Throttled, "quota").never_again(),
    row(Everywhere, &["RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"], &[], R::Throttled, finding::RATE).throttled().retryable(),
    row(Of("AssociateSoftwareToken"), &["ConcurrentModificationException"], &[], R::Throttled, finding::RATE).retryable(),

    // One code for many things, which only the message distinguishes.
    row(Everywhere, &["NotAuthorizedException"], &["but secret_hash was not received"], R::Config, "client.secret")
        .hint("Set COGNITO_CLIENT_SECRET to the secret of the app client: it has one."),
    row(Everywhere, &["NotAuthorizedException"], &["secret hash"], R::Config, "client.secret")
        .hint("Set COGNITO_CLIENT_SECRET to the secret of this app client: the one that is set belongs to another client, or has been replaced."),
    row(Everywhere, &["NotAuthorizedException"], &["secret_hash"], R::Config, "client.secret")
        .hint("Set COGNITO_CLIENT_SECRET to the secret of the app client."),
    row(Everywhere, &["NotAuthorizedException"], &["SecretHash does not match"], R::Config, "client.secret")
        .hint("Set COGNITO_CLIENT_SECRET to the secret of the app client that the token was issued for."),
    row(In(&[F::Registration]), &["NotAuthorizedException"], &["SignUp is not permitted"], R::Config, "pool.sign-up")
        .hint("Allow users to sign themselves up: AdminCreateUserConfig.AllowAdminCreateUserOnly must be false (selfSignUpEnabled: true in the AWS CDK)."),
    row(Everywhere, &["NotAuthorizedException"], &["write unauthorized attribute"], R::Config, "client.write-attributes")
        .hint("Add the attributes, such as email and phone_number, to the app client's WriteAttributes."),
    row(Everywhere, &["NotAuthorizedException"], &["disabled"], R::UserDisabled, finding::USER_DISABLED),
    row(Everywhere, &["NotAuthorizedException"], &["security reasons"], R::NotAuthorized, "pool.threat-protection")
        .hint("Threat protection blocked this request: look at the user pool's risk configuration."),
    row(In(&[F::SignIn]), &["NotAuthorizedException"], &["has expired", "must be reset"], R::BadCredentials, "user.invitation").hint(INVITE_AGAIN),
    row(WITH_SESSION, &["NotAuthorizedException"], &["incorrect"], R::BadCredentials, "user.password"),
    row(WITH_SESSION, &["NotAuthorizedException"], &["invalid session"], R::ChallengeExpired, "challenge.expired"),
    row(WITH_SESSION, &["NotAuthorizedException"], &["invalid code or auth state"], R::ChallengeExpired, "challenge.expired").hint(STALE_CODE),
    row(WITH_SESSION, &["NotAuthorizedException"], &["session does not exist"], R::ChallengeExpired, "challenge.expired"),
    row(In(&[F::Challenge]), &["NotAuthorizedException"], &["cannot modify an already provided"], R::NotAuthorized, "challenge.attributes")
        .hint("Leave out the attribute: the user has a value for it already."),
    row(WITH_ACCESS_TOKEN, &["NotAuthorizedException"], &["access token has expired"], R::TokenExpired, "token.expired"),
    row(WITH_ACCESS_TOKEN, &["NotAuthorizedException"], &["access token has been revoked"], R::TokenRevoked, "token.revoked"),
    row(WITH_ACCESS_TOKEN, &["NotAuthorizedException"], &["invalid access token"], R::TokenMalformed, "token.malformed"),
    row(WITH_ACCESS_TOKEN, &["NotAuthorizedException"], &["could not verify signature"], R::TokenSignature, "token.signature"),
    row(WITH_ACCESS_TOKEN, &["NotAuthorizedException"], &["required scopes"], R::TokenScopes, "token.scopes")
        .hint("The access token needs the scope aws.cognito.signin.user.admin, which tokens of the hosted sign-in pages often lack."),
    row(In(&[F::Refresh, F::SignIn]), &["NotAuthorizedException"], &["invalid refresh token"], R::RefreshExpired, "token.refresh-device")
        .hint("The user must sign in again. If the user pool remembers devices, a refresh needs the device's key, and tokens of the administrator's flow cannot be refreshed."),
    row(In(&[F::SignIn]), &["NotAuthorizedException"], &["refresh token has"], R::RefreshExpired, "token.refresh-expired"),
    row(In(&[F::Refresh]), &["NotAuthorizedException"], &[], R::RefreshExpired, "token.refresh-expired"),
    row(Everywhere, &["NotAuthorizedException", "InvalidParameterException"], &["current status is CONFIRMED"], R::NotAuthorized, finding::USER_CONFIRMED),
    row(In(&[F::Recovery, F::Users]), &["NotAuthorizedException"], &["cannot be reset in the current state"], R::NotAuthorized, finding::USER_STATE).hint(INVITE_AGAIN),
    row(Everywhere, &["NotAuthorizedException"], &[], R::NotAuthorized, "user.refused"),

    // Refresh tokens, by code.
    row(Everywhere, &["RefreshTokenReuseException"], &[], R::RefreshReused, "token.refresh-reused")
        .hint("A refresh token was used twice. Set RefreshTokenRotation.RetryGracePeriodSeconds of the app client (up to 60) if answers can be lost."),
    row(Everywhere, &["UnsupportedTokenTypeException"], &[], R::Config, "token.kind")
        .hint("Only a refresh token can be revoked: pass that instead of the access or ID token."),
    row(Everywhere, &["UnauthorizedException"], &[], R::Config, "token.client")
        .hint("The token was issued for another app client: check COGNITO_CLIENT_ID and COGNITO_CLIENT_SECRET."),
    row(In(&[F::Refresh]), &["UnsupportedOperationException"], &[], R::Config, "client.token-revocation")
        .hint("Enable token revocation for the app client: EnableTokenRevocation."),

    // Parameters. "USER_PASSWORD_AUTH flow not enabled for this client", "CUSTOM_AUTH is not enabled for the client."
    row(In(&[F::SignIn]), &["InvalidParameterException"], &["ADMIN_", "not enabled"], R::Config, "client.flow").hint(ADMIN_FLOW),
    row(In(&[F::SignIn]), &["InvalidParameterException"], &["USER_PASSWORD_AUTH", "not enabled"], R::Config, "client.flow")
        .hint("Enable the sign-in flow: add ALLOW_USER_PASSWORD_AUTH to the app client's ExplicitAuthFlows."),
    row(In(&[F::SignIn]), &["InvalidParameterException"], &["USER_SRP_AUTH", "not enabled"], R::Config, "client.flow")
        .hint("Enable the sign-in flow: add ALLOW_USER_SRP_AUTH to the app client's ExplicitAuthFlows."),
    row(In(&[F::SignIn]), &["InvalidParameterException"], &["CUSTOM_AUTH", "not enabled"], R::Config, "client.flow")
        .hint("Enable the sign-in flow: add ALLOW_CUSTOM_AUTH to the app client's ExplicitAuthFlows."),
    row(In(&[F::SignIn]), &["InvalidParameterException"], &["USER_AUTH", "not enabled"], R::Config, "client.flow")
        .hint("Enable the sign-in flow: add ALLOW_USER_AUTH to the app client's ExplicitAuthFlows."),
    row(In(&[F::SignIn]), &["InvalidParameterException"], &["custom auth lambda trigger is not configured"], R::Config, "pool.custom-auth")
        .hint("Give the user pool the Lambda triggers of custom challenges: DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse."),
    row(Everywhere, &["InvalidParameterException"], &["flow not enabled"], R::Config, "client.flow").hint(ADMIN_FLOW),
    row(Everywhere, &["InvalidParameterException"], &["is not enabled for the client"], R::Config, "client.flow").hint(ADMIN_FLOW),
    row(Everywhere, &["InvalidParameterException"], &["auth method not supported"], R::Config, "client.flow").hint(ADMIN_FLOW),
    row(Everywhere, &["InvalidParameterException"], &["not configured for secret"], R::Config, "client.secret")
        .hint("Unset COGNITO_CLIENT_SECRET: the app client has no secret."),
    row(Everywhere, &["InvalidParameterException"], &["PrivateLink access is disabled"], R::Config, "pool.private-link")
        .hint("Call Cognito's public endpoint (through a NAT gateway or a proxy), or remove the user pool's domain: a pool with managed login cannot be reached through PrivateLink."),
    row(Everywhere, &["InvalidParameterException", "ValidationException"], &["validation error", "at 'userPoolId' failed"], R::Config, "settings.pool")
        .hint("Check USER_POOL_ID: its value does not have the form of a user pool's id."),
    row(Everywhere, &["InvalidParameterException", "ValidationException"], &["validation error", "at 'clientId' failed"], R::Config, "settings.client")
        .hint("Check COGNITO_CLIENT_ID: its value does not have the form of an app client's id."),
    row(WITH_SESSION, &["InvalidParameterException"], &["missing required parameter session"], R::ChallengeExpired, "challenge.expired"),
    row(In(&[F::Recovery]), &["InvalidParameterException"], &["cannot reset password"], R::InvalidArgument, finding::USER_UNREACHABLE)
        .hint("The user has no verified address to send a code to. An address that is the second factor does not count."),
    row(Of("ResendConfirmationCode"), &["InvalidParameterException"], &["already confirmed"], R::InvalidArgument, finding::CODE_UNNEEDED),
    row(Everywhere, &["InvalidParameterException", "SerializationException", "ValidationException"], &[], R::InvalidArgument, "argument"),

    // What is not there, or there already. A group that is missing has the code of a pool that is.
    row(Everywhere, &["ResourceNotFoundException"], &["user pool client"], R::Config, finding::CLIENT_MISSING).hint(REACH),
    row(Everywhere, &["ResourceNotFoundException"], &["user pool"], R::Config, finding::POOL_MISSING).hint(REACH),
    row(In(&[F::Groups]), &["ResourceNotFoundException"], &[], R::GroupMissing, "group.missing"),
    row(Of("DeleteWebAuthnCredential"), &["ResourceNotFoundException"], &[], R::PasskeyMissing, "passkey.missing"),
    row(Everywhere, &["ResourceNotFoundException"], &[], R::Config, finding::POOL_MISSING).hint(REACH),
    row(Everywhere, &["GroupExistsException"], &[], R::GroupExists, "group.exists"),

    // Second factors and passkeys.
    row(In(&[F::SignIn]), &["MFAMethodNotFoundException", "SoftwareTokenMFANotFoundException"], &[], R::Config, "pool.mfa")
        .hint("The user pool requires a second factor, and the user can have none of those that it allows: check the pool's MFA settings."),
    row(Everywhere, &["MFAMethodNotFoundException", "SoftwareTokenMFANotFoundException"], &[], R::MfaMissing, "user.mfa"),
    row(Everywhere, &[
        "WebAuthnChallengeNotFoundException", "WebAuthnClientMismatchException", "WebAuthnCredentialNotSupportedException",
        "WebAuthnOriginNotAllowedException", "WebAuthnRelyingPartyMismatchException",
    ], &[], R::PasskeyRefused, "passkey.refused"),
    row(Everywhere, &["WebAuthnConfigurationMissingException", "WebAuthnNotEnabledException"], &[], R::Config, "pool.passkeys")
        .hint("Enable passkeys: WEB_AUTHN among the user pool's allowed first factors, and a relying party id in its WebAuthn configuration."),

    // The pool's settings.
    row(Everywhere, &["InvalidSmsRoleAccessPolicyException", "InvalidSmsRoleTrustRelationshipException"], &[], R::Config, "pool.sms")
        .hint("Check the IAM role in the user pool's SmsConfiguration: it must allow sns:Publish, and Cognito must be allowed to assume it with the pool's external id."),
    row(Everywhere, &["InvalidEmailRoleAccessPolicyException"], &[], R::Config, "pool.email")
        .hint("Check the user pool's EmailConfiguration: Cognito is not allowed to send through that Amazon SES identity."),
    row(Everywhere, &["InvalidUserPoolConfigurationException"], &[], R::Config, "pool.configuration")
        .hint("The user pool's configuration contradicts itself: the message says where."),
    row(Everywhere, &["FeatureUnavailableInTierException"], &[], R::Config, "pool.tier")
        .hint("The user pool's feature plan lacks this feature: choose another plan (UserPoolTier), or another sign-in flow."),
    row(Everywhere, &["UserPoolAddOnNotEnabledException"], &[], R::Config, "pool.add-on")
        .hint("Enable threat protection for the user pool: UserPoolAddOns.AdvancedSecurityMode."),
    row(Everywhere, &["OperationNotEnabledException"], &[], R::Config, "pool.replica")
        .hint("This user pool does not carry out the operation: if it is a replica, call the primary pool's region (COGNITO_REGION)."),
    row(Everywhere, &["UnsupportedOperationException"], &[], R::Config, "pool.operation")
        .hint("The user pool or the app client is not set up for this operation: compare their settings with the operation's requirements."),
    row(Everywhere, &["ForbiddenException"], &[], R::NotAuthorized, "pool.waf")
        .hint("The AWS WAF web ACL of the user pool blocked the request: look at its rules and sampled requests."),
    row(Everywhere, &["UnexpectedLambdaException", "InvalidLambdaResponseException"], &[], R::Service, "pool.trigger").hint(TRIGGER),

    // AWS credentials.
    row(Everywhere, &["InvalidSignatureException", "SignatureDoesNotMatch"], &["signature expired"], R::AwsCredentials, "clock").hint(CLOCK),
    row(Everywhere, &["InvalidSignatureException", "SignatureDoesNotMatch"], &["not yet current"], R::AwsCredentials, "clock").hint(CLOCK),
    row(Everywhere, &["RequestExpired"], &[], R::AwsCredentials, "clock").retryable().hint(CLOCK),
    row(Everywhere, &["ExpiredToken", "ExpiredTokenException"], &[], R::AwsCredentials, "credentials.expired").with_fresh_credentials().retryable()
        .hint("The temporary AWS credentials have expired: renew them, for example with aws sso login or a new session."),
    row(Everywhere, &["InvalidClientTokenId", "UnrecognizedClientException"], &[], R::AwsCredentials, "credentials.unknown").with_fresh_credentials()
        .hint("AWS does not accept these credentials: check the access key id, and AWS_SESSION_TOKEN if they are temporary."),
    row(Everywhere, &["InvalidSignatureException", "SignatureDoesNotMatch"], &[], R::AwsCredentials, "credentials.signature")
        .hint("The signature is wrong: check that AWS_SECRET_ACCESS_KEY belongs to the access key id, and that no proxy changes requests."),
    row(Everywhere, &["IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException"], &[], R::AwsCredentials, "credentials.missing")
        .hint("The request arrived without its signature: check that no proxy removes the Authorization header."),
    row(Everywhere, &["AccessDeniedException"], &[], R::AwsCredentials, "iam")
        .hint("Allow the action on the user pool in the IAM policy of these credentials."),
];

/// Whatever the code, if the status says that there were too many requests.
pub(super) static TOO_MANY_REQUESTS: Diagnosis =
    row(Everywhere, &[], &[], R::Throttled, finding::RATE)
        .throttled()
        .retryable();

/// Any other failure.
pub(super) static UNKNOWN: Diagnosis = row(Everywhere, &[], &[], R::Service, "service");
