"use strict";

// Cognito's refusals, in its own words, and where those words were seen. `owner/repo#n` is an issue on GitHub.

const PREFIX = "cognito-auth-native test pool: ";

/**
 * Name → [type, message]. A message that needs names is a function of them. Types and what they are for:
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html and each operation's page.
 */
const ANSWERS = {
  // --- what every operation may answer ---
  // aws/aws-aspnet-cognito-identity-provider#66
  unsigned: ["MissingAuthenticationTokenException", "Missing Authentication Token"],
  // The words of AWS's services: their common check of Signature Version 4
  signatureRegion: ["InvalidSignatureException", "Credential should be scoped to a valid region."],
  signatureService: [
    "InvalidSignatureException",
    "Credential should be scoped to correct service: 'cognito-idp'.",
  ],
  // aws-amplify/amplify-js#3554, boto/boto3#2517
  tooManyRequests: ["TooManyRequestsException", "Rate exceeded"],
  // aws/aws-aspnet-cognito-identity-provider#135
  poolMissing: ["ResourceNotFoundException", ({ pool }) => `User pool ${pool} does not exist.`],
  // aws/aws-sdk-php#2183
  clientMissing: [
    "ResourceNotFoundException",
    ({ client }) => `User pool client ${client} does not exist.`,
  ],
  // amazon-archives/amazon-cognito-auth-js#65, amazon-archives/amazon-cognito-identity-js#551
  validation: [
    "InvalidParameterException",
    ({ failures }) =>
      `${failures.length} validation error${failures.length === 1 ? "" : "s"} detected: ${failures.join("; ")}`,
  ],
  // Types: amazon-archives/amazon-cognito-identity-js#485. Words: those of AWS's other services for a number, a truth value or
  // no JSON, which nobody has quoted of Cognito; aws-amplify/amplify-js#5165 for a structure.
  notJson: ["SerializationException", undefined],
  wrongType: ["SerializationException", ({ found }) => `${found} can not be converted to a String`],
  wrongStructure: ["SerializationException", "Start of structure or map found where not expected."],

  // --- SECRET_HASH ---
  // https://repost.aws/knowledge-center/cognito-unable-to-verify-secret-hash has the first two
  secretHashMissing: [
    "NotAuthorizedException",
    ({ client }) => `Client ${client} is configured with secret but SECRET_HASH was not received`,
  ],
  secretHashWrong: [
    "NotAuthorizedException",
    ({ client }) => `Unable to verify secret hash for client ${client}`,
  ],
  // measured by the authors of ministack
  secretHashUnexpected: [
    "InvalidParameterException",
    ({ client }) =>
      `App client ${client} is not configured for secret but secret hash was received`,
  ],

  // --- users ---
  // amazon-archives/amazon-cognito-identity-js#147, aws-amplify/aws-sdk-ios#1732: of operations that a client calls for a name
  clientUserMissing: ["UserNotFoundException", "Username/client id combination not found."],
  // amazon-archives/amazon-cognito-identity-js#192
  userMissing: ["UserNotFoundException", "User does not exist."],
  // aws-amplify/amplify-js#6238
  userExists: ["UsernameExistsException", "User already exists"],
  // amazon-archives/awsmobile-cli#178, aws-amplify/amplify-js#8800. Of phone numbers, applications quote the first half
  nameIsEmail: [
    "InvalidParameterException",
    "Username cannot be of email format, since user pool is configured for email alias.",
  ],
  nameIsPhone: [
    "InvalidParameterException",
    "Username cannot be of phone number format, since user pool is configured for phone number alias.",
  ],
  // aws-amplify/amplify-js#1669
  preferredNameEarly: [
    "InvalidParameterException",
    "Preferred username cannot be provided for unconfirmed account, since user pool is configured for preferred username alias.",
  ],
  // furaiev/amazon-cognito-identity-dart-2#80
  notConfirmable: [
    "NotAuthorizedException",
    ({ status }) => `User cannot be confirmed. Current status is ${status}`,
  ],
  // amazon-archives/amazon-cognito-identity-js#525
  confirmedAlready: ["InvalidParameterException", "User is already confirmed."],
  // aws-amplify/amplify-js#6238
  aliasExists: [
    "AliasExistsException",
    ({ attribute }) => `An account with the given ${attribute} already exists.`,
  ],
  // localstack/localstack#4465
  accountExists: ["UsernameExistsException", "User account already exists"],
  // floci-io/floci#755; the type is the reference's: API_AdminCreateUser.html
  resendUnsupported: [
    "UnsupportedUserStateException",
    ({ username }) => `Resend not possible. ${username} status is not FORCE_CHANGE_PASSWORD`,
  ],
  // amazon-archives/amazon-cognito-identity-js#678, aws/aws-sdk-js-v3#7101
  resetNowhere: [
    "InvalidParameterException",
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
  ],
  // aws/aws-aspnet-cognito-identity-provider#37, aws-amplify/amplify-js#1340
  resetImpossible: [
    "NotAuthorizedException",
    "User password cannot be reset in the current state.",
  ],
  // aws-amplify/amplify-js#8013
  attemptsExceeded: [
    "LimitExceededException",
    "Attempt limit exceeded, please try after some time.",
  ],
  // aws-amplify/amplify-js#944
  totpUnset: ["InvalidParameterException", "User has not set up software token mfa"],
  // after AssociateSoftwareToken: Amplify's Auth.setPreferredMFA looks for both words
  totpUnverified: ["InvalidParameterException", "User has not verified software token mfa"],
  // aws/aws-sdk-js-v3#4645, of AdminSetUserMFAPreference
  factorUndeliverable: [
    "InvalidParameterException",
    ({ factor }) => `User does not have delivery config set to turn on ${factor}`,
  ],
  // Nobody has quoted the words for an attribute without codes, or without a value.
  attributeUnverifiable: [
    "InvalidParameterException",
    ({ attribute }) => `The attribute ${attribute} can not be verified for the user.`,
  ],
  // aws/aws-sdk-php#1088, aws/aws-sdk-js#3147
  filterMalformed: ["InvalidParameterException", "Error while parsing filter."],
  // aws/aws-sdk-js#3705: of ListUsers without the filter of the page before
  pageForeign: ["InvalidParameterException", "Paging Marker is Invalid for Request"],

  // --- groups ---
  // The types are the reference's: API_CreateGroup.html, API_GetGroup.html. moto has the first words, guides of applications the
  // second ones.
  groupExists: ["GroupExistsException", "A group with the name already exists."],
  groupMissing: ["ResourceNotFoundException", "Group not found."],
  // The type is the reference's: API_CreateGroup.html. Nobody has quoted the words.
  groupsTooMany: ["LimitExceededException", "The user pool has the maximum number of groups."],

  // --- passwords ---
  // https://qiita.com/Khmer495/items/15d36754072096e4ba96 has each rule's words, as seen
  passwordPolicy: [
    "InvalidPasswordException",
    ({ how }) => `Password did not conform with policy: ${how}`,
  ],
  // aws-amplify/amplify-js#5532
  attributes: [
    "InvalidParameterException",
    ({ failures }) => `Attributes did not conform to the schema: ${failures.join("")}`,
  ],
  // amazon-archives/amazon-cognito-identity-js#316
  phoneFormat: ["InvalidParameterException", "Invalid phone number format."],
  emailFormat: ["InvalidParameterException", "Invalid email address format."],
  // Nobody has quoted the words.
  flagFormat: ["InvalidParameterException", 'Invalid value: it is "true" or "false".'],
  // aws/aws-sdk-js#3603
  attributeUnwritable: [
    "NotAuthorizedException",
    "A client attempted to write unauthorized attribute",
  ],

  // --- sign-in: amazon-archives/amazon-cognito-identity-js#38, aws-amplify/amplify-js#1183 ---
  badCredentials: ["NotAuthorizedException", "Incorrect username or password."],
  userDisabled: ["NotAuthorizedException", "User is disabled."],
  // amazon-archives/amazon-cognito-identity-js#288
  userUnconfirmed: ["UserNotConfirmedException", "User is not confirmed."],
  // amazon-archives/amazon-cognito-identity-js#468
  passwordReset: ["PasswordResetRequiredException", "Password reset required for the user"],
  // amazon-archives/amazon-cognito-identity-js#506
  lockedOut: ["NotAuthorizedException", "Password attempts exceeded"],
  // aws-amplify/amplify-js#1182
  temporaryPasswordExpired: [
    "NotAuthorizedException",
    "Temporary password has expired and must be reset by an administrator.",
  ],
  // soto-project/soto-cognito-authentication-kit#10
  flowUnsupported: ["InvalidParameterException", "Initiate Auth method not supported."],
  // USER_PASSWORD_AUTH: measured by the authors of ministack; USER_AUTH: aws-amplify/amplify-ui looks for "USER_AUTH flow not enabled".
  // Applications look for these words of REFRESH_TOKEN_AUTH
  flowDisabled: [
    "InvalidParameterException",
    ({ flow }) => `${flow} flow not enabled for this client`,
  ],
  // measured by the authors of ministack, as the next one
  adminFlowDisabled: ["InvalidParameterException", "Auth flow not enabled for this client"],
  // USER_SRP_AUTH: aws-samples/aws-serverless-workshops
  flowNotEnabled: [
    "InvalidParameterException",
    ({ flow }) => `${flow} is not enabled for the client.`,
  ],
  // aws/aws-sdk-php#1057, aws/aws-sdk-cpp#452
  parameterMissing: [
    "InvalidParameterException",
    ({ parameter }) => `Missing required parameter ${parameter}`,
  ],

  // measured by the authors of ministack
  timestampForm: [
    "InvalidParameterException",
    "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
  ],
  signatureForm: [
    "InvalidParameterException",
    "Invalid PASSWORD_CLAIM_SIGNATURE format. Must be a Base64 string.",
  ],
  // aws-amplify/amplify-js#7401
  customUnset: [
    "InvalidParameterException",
    "Custom auth lambda trigger is not configured for the user pool.",
  ],
  // the form of the words of other triggers, as in "PreSignUp failed with error …"
  customFailed: [
    "UserLambdaValidationException",
    ({ message }) => `DefineAuthChallenge failed with error ${message}.`,
  ],
  // The type and what it is for: API_RespondToAuthChallenge.html. Nobody has quoted the words.
  customAnswer: [
    "InvalidLambdaResponseException",
    "DefineAuthChallenge returned a challenge name that is none: CUSTOM_CHALLENGE, PASSWORD_VERIFIER, true or false",
  ],

  // --- sessions of challenges ---
  // aws-amplify/amplify-js#14330
  sessionUsed: [
    "NotAuthorizedException",
    "Invalid session for the user, session can only be used once.",
  ],
  sessionExpired: ["NotAuthorizedException", "Invalid session for the user, session is expired."],
  // aws-amplify/amplify-js#2582
  sessionForeign: ["NotAuthorizedException", "Invalid session for the user."],

  // measured by the authors of ministack
  responsesMissing: [
    "InvalidParameterException",
    "Missing required parameter challenge responses.",
  ],
  // aws-saas-factory-bootcamp#67, aws-amplify/amplify-js#10491
  attributeGiven: [
    "NotAuthorizedException",
    ({ attribute }) => `Cannot modify an already provided ${attribute}`,
  ],
  // amazon-archives/aws-cognito-angular-quickstart#116
  attributeMissing: [
    "InvalidParameterException",
    ({ attribute }) => `Invalid attributes given, ${attribute} is missing`,
  ],
  // The type is the reference's: API_RespondToAuthChallenge.html. Nobody has quoted the words.
  factorUnavailable: [
    "InvalidParameterException",
    ({ factor }) => `${factor} is not one of the available challenges.`,
  ],

  // --- passkeys ---
  // The types and what each is for are the reference's: API_CompleteWebAuthnRegistration.html. Nobody has quoted the words.
  passkeysOff: ["WebAuthnNotEnabledException", "Passkeys are not enabled for the user pool."],
  relyingPartyMissing: [
    "WebAuthnConfigurationMissingException",
    "The user pool has no relying party ID and no domain.",
  ],
  passkeysTooMany: ["LimitExceededException", "The user has the maximum number of passkeys."],
  challengeMissing: [
    "WebAuthnChallengeNotFoundException",
    "The challenge of the registration has expired.",
  ],
  clientMismatch: [
    "WebAuthnClientMismatchException",
    "The access token is for another client than the one that started the registration.",
  ],
  originNotAllowed: [
    "WebAuthnOriginNotAllowedException",
    "The origin does not align with the relying party ID of the user pool.",
  ],
  relyingPartyMismatch: [
    "WebAuthnRelyingPartyMismatchException",
    "The credential is for another relying party ID than the user pool's.",
  ],
  credentialUnsupported: [
    "WebAuthnCredentialNotSupportedException",
    "The credential is of an unsupported device or provider.",
  ],
  // aws/aws-sdk-net#4386
  credentialInvalid: ["InvalidParameterException", "Credential data is not valid"],
  passkeyMissing: ["ResourceNotFoundException", "Credential not found."],

  // --- refresh tokens ---
  // aws-amplify/amplify-swift#3344
  refreshExpired: ["NotAuthorizedException", "Refresh Token has expired"],
  refreshRevoked: ["NotAuthorizedException", "Refresh Token has been revoked"],
  // aws/aws-sdk-java#2841
  refreshInvalid: ["NotAuthorizedException", "Invalid Refresh Token."],
  // The type and what it is for: API_GetTokensFromRefreshToken.html. Nobody has quoted the words.
  refreshReused: [
    "RefreshTokenReuseException",
    "Refresh token has been invalidated by refresh token rotation",
  ],
  // measured by the authors of ministack
  refreshHashWrong: [
    "NotAuthorizedException",
    ({ client }) => `SecretHash does not match for the client: ${client}`,
  ],
  // The type and what it is for: API_RevokeToken.html. Nobody has quoted the words.
  revokeUnsupported: ["UnsupportedTokenTypeException", "Unsupported token type"],

  // --- access tokens ---
  // amazon-archives/aws-cognito-angular-quickstart#137
  accessTokenInvalid: ["NotAuthorizedException", "Invalid Access Token"],
  // ministack answers so
  accessTokenSignature: ["NotAuthorizedException", "Could not verify signature for Access Token"],
  // aws-amplify/amplify-js#974, aws-amplify/aws-sdk-ios#1376
  accessTokenExpired: ["NotAuthorizedException", "Access Token has expired"],
  // aws-amplify/amplify-js#2205, aws-amplify/amplify-js#3435
  accessTokenRevoked: ["NotAuthorizedException", "Access Token has been revoked"],
  // aws-amplify/amplify-js#1906, aws-amplify/amplify-android#1592
  accessTokenScopes: ["NotAuthorizedException", "Access Token does not have required scopes"],

  // --- codes ---
  // Words in use by applications: "Invalid code received for user" beside SOFTWARE_TOKEN_MFA, SMS_MFA and EMAIL_OTP; measured by
  // the authors of ministack for SOFTWARE_TOKEN_MFA
  factorCodeWrong: ["CodeMismatchException", "Invalid code received for user"],
  // aws-amplify/amplify-js#3066, aws-amplify/amplify-js#11069: a code of an earlier sign-in
  factorCodeStale: ["CodeMismatchException", "Invalid code or auth state for the user."],
  // aws-amplify/amplify-swift, AuthIntegrationTests (TOTP): a code is good once within its 30 seconds
  totpUsed: ["ExpiredCodeException", "Your software token has already been used once."],
  // https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html
  totpOff: [
    "SoftwareTokenMFANotFoundException",
    "Software Token MFA has not been enabled by the userPool",
  ],
  // faiscadev/fakecloud answers so; the type is the reference's: API_VerifySoftwareToken.html
  totpSetupWrong: [
    "EnableSoftwareTokenMFAException",
    "Code mismatch and fail enable Software Token MFA",
  ],
  // aws-amplify/amplify-js#11738
  codeWrong: ["CodeMismatchException", "Invalid verification code provided, please try again."],
  // awslabs/aws-sdk-ios-samples#144
  codeExpired: ["ExpiredCodeException", "Invalid code provided, please request a code again."],
};

/** A refusal as it goes out. It is thrown by operations, and is no Error: its stack would be of no use to anybody. */
class Answer {
  constructor(type, message, status = 400) {
    this.type = type;
    this.message = message;
    this.status = status;
  }
}

/** A mistake of the test that a request meets: a user was changed to something that is none, or `customAuth` returned no step. */
class Mistake extends TypeError {}

/** The refusal of this name, to be thrown: `throw refusal("poolMissing", { pool })`. */
function refusal(name, names) {
  const [type, message] = ANSWERS[name];
  return new Answer(type, typeof message === "function" ? message(names) : message);
}

/** What the pool itself has to say, in no words of Cognito's. */
const ownAnswer = (type, message, status) => new Answer(type, PREFIX + message, status);

/** The answer to a request for something that the pool does not play. */
const notPlayed = (what, played) =>
  ownAnswer(
    "UnknownOperationException",
    `it does not play ${what}. It plays ${played.join(", ")}. ` +
      "For everything else there is an emulator: run `npm run emulator` in a checkout of cognito-auth-native.",
  );

module.exports = { ANSWERS, Answer, Mistake, PREFIX, notPlayed, ownAnswer, refusal };
