"use strict";

// The types of the errors that each operation can answer with, as its page of the API reference lists them.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html

const words = (text) => text.split(" ");

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html, and those of almost all operations. */
const OF_ALL = words(
  "AccessDeniedException ExpiredTokenException IncompleteSignature InternalErrorException InternalFailure " +
    "InvalidParameterException InvalidSignatureException MalformedHttpRequestException MissingAuthenticationTokenException " +
    "NotAuthorizedException OperationNotEnabledException OptInRequired RequestAbortedException RequestEntityTooLargeException " +
    "RequestExpired RequestTimeoutException ResourceNotFoundException SerializationException ServiceUnavailable " +
    "ThrottlingException TooManyRequestsException UnrecognizedClientException UnknownOperationException ValidationError",
);

// Without "Exception" at the end.
const LAMBDA = "InvalidLambdaResponse UnexpectedLambda UserLambdaValidation";
const SMS = "InvalidSmsRoleAccessPolicy InvalidSmsRoleTrustRelationship";
const SENDING = `InvalidEmailRoleAccessPolicy ${SMS}`;
const CODE = "CodeMismatch ExpiredCode";
/** Of a request without a signature: AWS WAF refuses it. */
const PUBLIC = "Forbidden";
const SIGNED_OUT = "PasswordResetRequired UserNotConfirmed";
const OWN = `${PUBLIC} ${SIGNED_OUT} UserNotFound`;
const PASSKEY = `${PUBLIC} LimitExceeded PasswordResetRequired`;
const SIGN_IN = `FeatureUnavailableInTier InvalidUserPoolConfiguration ${SIGNED_OUT} UnsupportedOperation UserNotFound ${LAMBDA} ${SENDING}`;
const PASSWORD = "InvalidPassword PasswordHistoryPolicyViolation";
const RESPOND =
  `AliasExists InvalidUserPoolConfiguration MFAMethodNotFound SoftwareTokenMFANotFound ${SIGNED_OUT} UserNotFound ` +
  `${CODE} ${LAMBDA} ${PASSWORD} ${SENDING}`;

/** Operation → its own types. */
const OWN_TYPES = {
  __proto__: null,
  SignUp: `CodeDeliveryFailure ${PUBLIC} InvalidPassword LimitExceeded UsernameExists ${LAMBDA} ${SENDING}`,
  ConfirmSignUp: `AliasExists ${PUBLIC} LimitExceeded TooManyFailedAttempts UserNotFound ${CODE} ${LAMBDA}`,
  ResendConfirmationCode: `CodeDeliveryFailure ${PUBLIC} LimitExceeded UserNotFound ${LAMBDA} ${SENDING}`,
  AdminConfirmSignUp: `LimitExceeded TooManyFailedAttempts UserNotFound ${LAMBDA}`,
  InitiateAuth: `${PUBLIC} ${SIGN_IN}`,
  AdminInitiateAuth: `MFAMethodNotFound ${SIGN_IN}`,
  RespondToAuthChallenge: `${PUBLIC} ${RESPOND}`,
  AdminRespondToAuthChallenge: RESPOND,
  GetTokensFromRefreshToken: `${PUBLIC} RefreshTokenReuse UserNotFound ${LAMBDA}`,
  RevokeToken: `${PUBLIC} Unauthorized UnsupportedOperation UnsupportedTokenType`,
  GlobalSignOut: `${PUBLIC} ${SIGNED_OUT}`,
  AdminUserGlobalSignOut: "UserNotFound",
  GetUser: OWN,
  ChangePassword: `LimitExceeded ${OWN} ${PASSWORD}`,
  UpdateUserAttributes: `AliasExists CodeDeliveryFailure ${OWN} ${CODE} ${LAMBDA} ${SENDING}`,
  DeleteUserAttributes: OWN,
  GetUserAttributeVerificationCode: `CodeDeliveryFailure LimitExceeded ${OWN} ${LAMBDA} ${SENDING}`,
  VerifyUserAttribute: `AliasExists LimitExceeded ${OWN} ${CODE}`,
  DeleteUser: OWN,
  SetUserMFAPreference: OWN,
  AssociateSoftwareToken: `ConcurrentModification ${PUBLIC} SoftwareTokenMFANotFound`,
  VerifySoftwareToken: `CodeMismatch EnableSoftwareTokenMFA InvalidUserPoolConfiguration SoftwareTokenMFANotFound ${OWN}`,
  StartWebAuthnRegistration: `WebAuthnConfigurationMissing WebAuthnNotEnabled ${PASSKEY}`,
  CompleteWebAuthnRegistration:
    "WebAuthnChallengeNotFound WebAuthnClientMismatch WebAuthnCredentialNotSupported WebAuthnNotEnabled " +
    `WebAuthnOriginNotAllowed WebAuthnRelyingPartyMismatch ${PASSKEY}`,
  ListWebAuthnCredentials: PASSKEY,
  DeleteWebAuthnCredential: PASSKEY,
  ForgotPassword: `CodeDeliveryFailure ${PUBLIC} LimitExceeded UserNotFound ${LAMBDA} ${SENDING}`,
  ConfirmForgotPassword: `${PUBLIC} LimitExceeded TooManyFailedAttempts UserNotConfirmed UserNotFound ${CODE} ${LAMBDA} ${PASSWORD}`,
  AdminGetUser: "UserNotFound",
  // The page's list lacks AliasExists, its text on ForceAliasCreation has it.
  AdminCreateUser:
    "AliasExists CodeDeliveryFailure InvalidPassword PreconditionNotMet UnsupportedUserState UserNotFound UsernameExists " +
    `${LAMBDA} ${SMS}`,
  AdminSetUserPassword: `UserNotFound ${PASSWORD}`,
  AdminDeleteUser: "UserNotFound",
  AdminEnableUser: "UserNotFound",
  AdminDisableUser: "UserNotFound",
  AdminResetUserPassword: `LimitExceeded UserNotFound ${LAMBDA} ${SENDING}`,
  AdminUpdateUserAttributes: `AliasExists UserNotFound ${LAMBDA} ${SENDING}`,
  AdminDeleteUserAttributes: "UserNotFound",
  AdminSetUserMFAPreference: `${SIGNED_OUT} UserNotFound`,
  ListUsers: "",
  CreateGroup: "GroupExists LimitExceeded",
  GetGroup: "",
  UpdateGroup: "",
  DeleteGroup: "",
  ListGroups: "",
  ListUsersInGroup: "",
  AdminAddUserToGroup: "UserNotFound",
  AdminRemoveUserFromGroup: "UserNotFound",
  AdminListGroupsForUser: "UserNotFound",
};

/** All types that an operation, or a document of the pool, can answer with: its own ones first. */
function errorsOf(name) {
  const own = words(OWN_TYPES[name] ?? "").filter((type) => type !== "");
  return [...own.map((type) => `${type}Exception`).sort(), ...OF_ALL];
}

module.exports = { OF_ALL, errorsOf };
