"use strict";

// What the service answers to the three calls, in its own words. No emulator has all of it.

const { failure } = require("../../../tools/testing/service-server.js");

const PLAY = {
  SignUp: (auth) =>
    auth.createCognitoUser("theseus", "Labyrinth1", "theseus@example.com", "+14155550100"),
  AdminInitiateAuth: (auth) => auth.login("theseus", "Labyrinth1"),
  AdminGetUser: (auth) => auth.fetchUserByUsername("theseus"),
};
PLAY.AdminConfirmSignUp = PLAY.SignUp;

const COMMON = [
  ["InvalidParameterException", "1 validation error detected: Value at 'username' failed"],
  ["ResourceNotFoundException", "User pool client 1example does not exist."],
  ["NotAuthorizedException", "Unable to verify secret hash for client 1example"],
  ["LimitExceededException", "Exceeded daily email limit for the operation or the account."],
  ["InternalErrorException", "Something went wrong", { status: 500 }],
  ["TooManyRequestsException", "Rate exceeded"],
  ["ThrottlingException", "Rate exceeded"],
  ["ForbiddenException", "Request not allowed due to WAF block.", { status: 403 }],
  ["UserLambdaValidationException", "PreSignUp failed with error not today."],
  ["UnexpectedLambdaException", "PreSignUp invocation failed."],
  ["InvalidLambdaResponseException", "Unrecognizable lambda output"],
  ["SomethingNewException", "Not known when this was written."],
];

const SIGNED = [
  ["UnrecognizedClientException", "The security token included in the request is invalid."],
  [
    "AccessDeniedException",
    "User: arn:aws:iam::123456789012:user/x is not authorized to perform: cognito-idp:AdminGetUser",
  ],
  ["InvalidSignatureException", "The request signature we calculated does not match."],
  ["ExpiredTokenException", "The security token included in the request is expired"],
  ["IncompleteSignatureException", "Authorization header requires 'Credential' parameter."],
  ["MissingAuthenticationTokenException", "Missing Authentication Token", { status: 403 }],
  ["OptInRequired", "The AWS Access Key Id needs a subscription for the service"],
];

const ANSWERS = {
  SignUp: [
    ...COMMON,
    ["UsernameExistsException", "User already exists"],
    ["UsernameExistsException", "An account with the given email already exists."],
    ["InvalidPasswordException", "Password did not conform with policy: Password not long enough"],
    [
      "InvalidPasswordException",
      "Password did not conform with policy: Password must have uppercase characters",
    ],
    ["InvalidParameterException", "Invalid email address format."],
    ["InvalidParameterException", "Invalid phone number format."],
    [
      "InvalidParameterException",
      "Attributes did not conform to the schema: phone_number: The attribute is required\n",
    ],
    ["CodeDeliveryFailureException", "Unable to deliver message", { status: 400 }],
    ["InvalidSmsRoleAccessPolicyException", "Role does not have permission to publish with SNS"],
  ],
  AdminConfirmSignUp: [
    ...SIGNED,
    ["UserNotFoundException", "User does not exist."],
    ["TooManyFailedAttemptsException", "Too many failed attempts"],
    ["NotAuthorizedException", "User cannot be confirmed. Current status is ARCHIVED"],
    ["ResourceNotFoundException", "User pool us-east-1_AbCdEfGhI does not exist."],
  ],
  AdminInitiateAuth: [
    ...COMMON,
    ...SIGNED,
    ["NotAuthorizedException", "Incorrect username or password."],
    ["NotAuthorizedException", "Password attempts exceeded"],
    ["NotAuthorizedException", "User is disabled."],
    ["NotAuthorizedException", "Temporary password has expired and must be reset"],
    ["UserNotFoundException", "User does not exist."],
    ["UserNotConfirmedException", "User is not confirmed."],
    ["PasswordResetRequiredException", "Password reset required for the user"],
    ["InvalidParameterException", "Auth flow not enabled for this client"],
    ["InvalidUserPoolConfigurationException", "User pool configuration is invalid"],
    ["MFAMethodNotFoundException", "No MFA method"],
  ],
  AdminGetUser: [...COMMON, ...SIGNED, ["UserNotFoundException", "User does not exist."]],
};

function* refusals() {
  for (const [operation, answers] of Object.entries(ANSWERS)) {
    for (const [type, message, options] of answers) {
      yield {
        name: `${operation} answers ${type}: ${message.trim()}`,
        script: (server) => server.always(operation, failure(type, message, options)),
        play: PLAY[operation],
      };
    }
  }
}

const signedInWith = (body) => (server) => server.always("AdminInitiateAuth", { body });
const foundWith = (attributes) => (server) =>
  server.always("AdminGetUser", { body: { Username: "theseus", UserAttributes: attributes } });

const challenge = (ChallengeName) => ({
  name: `login is answered by the challenge ${ChallengeName}`,
  script: signedInWith({ ChallengeName, ChallengeParameters: {}, Session: "session" }),
  play: PLAY.AdminInitiateAuth,
  differs: ["challenge", { reason: "challenge-required" }],
});

module.exports = [
  {
    name: "createCognitoUser succeeds",
    play: PLAY.SignUp,
  },
  {
    name: "createCognitoUser: the members of the result, in their order",
    play: async (auth) => Object.entries(await PLAY.SignUp(auth)),
  },
  {
    name: "login succeeds",
    play: PLAY.AdminInitiateAuth,
  },
  {
    name: "fetchUserByUsername succeeds",
    play: PLAY.AdminGetUser,
  },
  {
    name: "fetchUserByUsername gives the name asked for, not the one found",
    script: (server) =>
      server.always("AdminGetUser", {
        body: { Username: "other", UserAttributes: [{ Name: "phone_number", Value: "+1" }] },
      }),
    play: PLAY.AdminGetUser,
  },
  {
    name: "fetchUserByUsername takes the first of two phone numbers",
    script: foundWith([
      { Name: "phone_number", Value: "+1" },
      { Name: "phone_number", Value: "+2" },
    ]),
    play: PLAY.AdminGetUser,
  },
  {
    name: "fetchUserByUsername of a user with an empty phone number",
    script: foundWith([{ Name: "phone_number", Value: "" }]),
    play: PLAY.AdminGetUser,
  },
  {
    name: "fetchUserByUsername of a user whose phone number has no value",
    script: foundWith([{ Name: "phone_number" }]),
    play: PLAY.AdminGetUser,
    differs: ["phone-missing", { reason: "phone-missing" }],
  },
  {
    name: "fetchUserByUsername of a user without a phone number",
    script: foundWith([{ Name: "email", Value: "theseus@example.com" }]),
    play: PLAY.AdminGetUser,
    differs: ["phone-missing", { reason: "phone-missing" }],
  },
  {
    name: "fetchUserByUsername of a user without attributes",
    script: (server) => server.always("AdminGetUser", { body: { Username: "theseus" } }),
    play: PLAY.AdminGetUser,
    differs: ["phone-missing", { reason: "phone-missing" }],
  },
  {
    name: "createCognitoUser in a pool that confirms by itself",
    script: (server) => {
      server.always("SignUp", { body: { UserConfirmed: true, UserSub: "sub" } });
      server.always(
        "AdminConfirmSignUp",
        failure("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"),
      );
    },
    play: PLAY.SignUp,
    differs: ["self-confirmed", { kind: "resolves" }],
  },
  {
    name: "createCognitoUser whose AdminConfirmSignUp is lost on its way back",
    script: (server) => {
      server.next("AdminConfirmSignUp", { status: 500, body: {} });
      server.always(
        "AdminConfirmSignUp",
        failure("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"),
      );
    },
    play: PLAY.SignUp,
    differs: ["confirmed-already", { kind: "resolves" }],
  },
  {
    name: "createCognitoUser whose SignUp is lost on its way back",
    script: (server) => {
      server.next("SignUp", { status: 500, body: {} });
      server.always("SignUp", failure("UsernameExistsException", "User already exists"));
    },
    play: PLAY.SignUp,
    differs: ["sign-up-repeated", { reason: "service" }],
  },
  challenge("NEW_PASSWORD_REQUIRED"),
  challenge("SMS_MFA"),
  challenge("MFA_SETUP"),
  ...[
    ["an empty result", { AuthenticationResult: {} }],
    ["no result", {}],
    ["null for a result", { AuthenticationResult: null }],
    ["null for an ID token", { AuthenticationResult: { IdToken: null } }],
    ["an empty ID token", { AuthenticationResult: { IdToken: "" } }],
    ["a number for an ID token", { AuthenticationResult: { IdToken: 5 } }],
  ].map(([name, body]) => ({
    name: `login is answered with ${name}`,
    script: signedInWith(body),
    play: PLAY.AdminInitiateAuth,
    differs: ["no-token", { reason: "service" }],
  })),
  ...refusals(),
];
