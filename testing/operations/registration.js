"use strict";

// Signing up, and confirming it.

const { refusal } = require("../answers.js");
const { attributesOf, checkAttributes } = require("../attributes.js");
const { simulatedDelivery } = require("../codes.js");
const { countFailures, countRequest } = require("../hourly.js");
const { checkPassword } = require("../password-policy.js");
const { checkSecretHash } = require("../secret-hash.js");

/**
 * Where the code goes: to the phone number if there are both, as in a pool that verifies both by itself.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
 */
const VERIFIED_BY_CODE = ["phone_number", "email"];

/** Sends a new user's code, if there is an address: older ones are good no longer. */
function sendCode(codes, user) {
  const address = VERIFIED_BY_CODE.find((name) => user.attributes[name] !== undefined);
  return address && { CodeDeliveryDetails: codes.send(user, address, "signUp") };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html */
function signUp({ state, body }) {
  const { settings, users, codes } = state;
  const { Username: username, Password: password, SecretHash, UserAttributes } = body;
  checkSecretHash(state, username, SecretHash);
  // Without a password only where codes by e-mail or SMS are first factors, which this pool has not.
  if (password === undefined) throw refusal("parameterMissing", { parameter: "Password" });
  checkPassword(settings, password);
  const attributes = attributesOf(UserAttributes);
  checkAttributes(attributes, { required: settings.requiredAttributes });
  const refused = users.refusalOfName(username, "userExists");
  if (refused !== undefined) throw refused;
  users.checkRoom();
  // An address is an alias from when it is verified on; this attribute would be one at once.
  if (settings.aliases.includes("preferred_username") && attributes.preferred_username) {
    throw refusal("preferredNameEarly");
  }
  users.make(username, { username, password, attributes, status: "UNCONFIRMED" });
  const user = users.get(username);
  return {
    ...sendCode(codes, user),
    UserConfirmed: false,
    UserSub: user.attributes.sub,
  };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html */
function confirmSignUp({ state, body }) {
  const { settings, users, codes } = state;
  const { Username: username, SecretHash, ConfirmationCode: code, ForceAliasCreation } = body;
  checkSecretHash(state, username, SecretHash);
  const user = users.named(username);
  // Where names are hidden, as for a code that there is not: aws-amplify/amplify-flutter#1128.
  if (user === undefined) {
    throw refusal(settings.hideUnknownUsers ? "codeExpired" : "clientUserMissing");
  }
  if (user.status !== "UNCONFIRMED") throw refusal("notConfirmable", { status: user.status });
  const attribute = countFailures(state, user, "signUp", () => codes.take(user, "signUp", code));
  users.verify(user, attribute, { force: ForceAliasCreation });
  user.status = "CONFIRMED";
  return {};
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html */
function resendConfirmationCode({ state, body }) {
  const { settings, users, codes } = state;
  const { Username: username, SecretHash } = body;
  checkSecretHash(state, username, SecretHash);
  const user = users.named(username);
  const isWaiting = user?.status === "UNCONFIRMED";
  // Of users who are confirmed as well: aws-amplify/amplify-js#14762.
  if (!isWaiting && settings.hideUnknownUsers) {
    return { CodeDeliveryDetails: simulatedDelivery(username) };
  }
  if (user === undefined) throw refusal("clientUserMissing");
  if (!isWaiting) throw refusal("confirmedAlready");
  countRequest(state, user, "resend");
  return { ...sendCode(codes, user) };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html */
function adminConfirmSignUp({ state: { users }, body }) {
  const user = users.existing(body.Username);
  if (user.status !== "UNCONFIRMED") throw refusal("notConfirmable", { status: user.status });
  user.status = "CONFIRMED";
  users.touch(user);
  return {};
}

module.exports = {
  SignUp: {
    family: "registration",
    signed: false,
    category: "UserCreation",
    input: {
      ClientId: "ClientId*",
      SecretHash: "SecretHash",
      Username: "Username*",
      Password: "Password",
      UserAttributes: "Attributes",
      ValidationData: "Attributes",
      AnalyticsMetadata: "Any",
      UserContextData: "Any",
      ClientMetadata: "Map",
    },
    handle: signUp,
  },
  ConfirmSignUp: {
    family: "registration",
    signed: false,
    category: "UserCreation",
    input: {
      ClientId: "ClientId*",
      SecretHash: "SecretHash",
      Username: "Username*",
      ConfirmationCode: "Code*",
      ForceAliasCreation: "Flag",
      AnalyticsMetadata: "Any",
      UserContextData: "Any",
      ClientMetadata: "Map",
      Session: "Session",
    },
    handle: confirmSignUp,
  },
  ResendConfirmationCode: {
    family: "registration",
    signed: false,
    category: "UserResourceRead",
    input: {
      ClientId: "ClientId*",
      SecretHash: "SecretHash",
      UserContextData: "Any",
      Username: "Username*",
      AnalyticsMetadata: "Any",
      ClientMetadata: "Map",
    },
    handle: resendConfirmationCode,
  },
  AdminConfirmSignUp: {
    family: "users",
    signed: true,
    category: "UserCreation",
    input: { UserPoolId: "UserPoolId*", Username: "Username*", ClientMetadata: "Map" },
    handle: adminConfirmSignUp,
  },
};
