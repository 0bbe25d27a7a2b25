"use strict";

// The first step of a sign-in.

const { notPlayed, refusal } = require("../answers.js");
const { readRefreshToken } = require("../refresh-tokens.js");
const { checkRefreshHash, checkSecretHash } = require("../secret-hash.js");
const { tokensOf } = require("../tokens.js");
const { nextStep } = require("./challenges.js");

/** The user who signs in, or the refusal: not all pools tell which names exist. */
function userSigningIn({ settings, users, attempts }, name) {
  const user = users.named(name);
  if (user === undefined) {
    throw refusal(settings.hideUnknownUsers ? "badCredentials" : "userMissing");
  }
  attempts.check(user);
  if (!user.enabled) throw refusal("userDisabled");
  // Even with a wrong password: aws/aws-sdk-js#4608, amazon-archives/amazon-cognito-identity-js#288.
  if (user.status === "UNCONFIRMED") throw refusal("userUnconfirmed");
  if (user.status === "RESET_REQUIRED") throw refusal("passwordReset");
  return user;
}

function checkPassword({ users, attempts }, user, password) {
  const isTemporary = user.status === "FORCE_CHANGE_PASSWORD";
  const right = isTemporary ? user.temporaryPassword : user.password;
  if (right === undefined || password !== right) {
    attempts.failed(user);
    throw refusal("badCredentials");
  }
  if (isTemporary && users.isTemporaryPasswordExpired(user)) {
    throw refusal("temporaryPasswordExpired");
  }
  attempts.succeeded(user);
}

function byPassword(state, { USERNAME, PASSWORD, SECRET_HASH }) {
  if (USERNAME === undefined) throw refusal("parameterMissing", { parameter: "USERNAME" });
  if (PASSWORD === undefined) throw refusal("parameterMissing", { parameter: "PASSWORD" });
  checkSecretHash(state, USERNAME, SECRET_HASH);
  const user = userSigningIn(state, USERNAME);
  checkPassword(state, user, PASSWORD);
  return nextStep(state, user);
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html */
function byRefreshToken(state, { REFRESH_TOKEN, SECRET_HASH }) {
  if (state.settings.refreshTokenRotation !== undefined) {
    throw refusal("flowDisabled", { flow: "REFRESH_TOKEN_AUTH" });
  }
  if (REFRESH_TOKEN === undefined) {
    throw refusal("parameterMissing", { parameter: "REFRESH_TOKEN" });
  }
  const { user, signIn } = readRefreshToken(state, REFRESH_TOKEN);
  checkRefreshHash(state, user.username, SECRET_HASH);
  return { AuthenticationResult: tokensOf(state, user, signIn), ChallengeParameters: {} };
}

const BOTH = ["InitiateAuth", "AdminInitiateAuth"];

/**
 * Flow → the operations that take it, and how it begins. The admin operation's password flow has two names.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html
 */
const FLOWS = {
  __proto__: null,
  USER_PASSWORD_AUTH: { of: ["InitiateAuth"], begin: byPassword },
  ADMIN_NO_SRP_AUTH: { of: ["AdminInitiateAuth"], begin: byPassword },
  ADMIN_USER_PASSWORD_AUTH: { of: ["AdminInitiateAuth"], begin: byPassword },
  REFRESH_TOKEN_AUTH: { of: BOTH, begin: byRefreshToken },
  REFRESH_TOKEN: { of: BOTH, begin: byRefreshToken },
};

const handle =
  (operation) =>
  ({ state, body }) => {
    const flow = FLOWS[body.AuthFlow];
    if (flow === undefined) {
      throw notPlayed(`the flow ${body.AuthFlow}`, Object.keys(FLOWS));
    }
    if (!flow.of.includes(operation)) throw refusal("flowUnsupported");
    return flow.begin(state, body.AuthParameters ?? {});
  };

const INPUT = {
  ClientId: "ClientId*",
  AuthFlow: "AuthFlow*",
  AuthParameters: "Map",
  ClientMetadata: "Map",
  AnalyticsMetadata: "Any",
  Session: "Session",
};

module.exports = {
  InitiateAuth: {
    family: "signIn",
    signed: false,
    category: "UserAuthentication",
    input: { ...INPUT, UserContextData: "Any" },
    handle: handle("InitiateAuth"),
  },
  AdminInitiateAuth: {
    family: "signIn",
    signed: true,
    category: "UserAuthentication",
    input: { UserPoolId: "UserPoolId*", ...INPUT, ContextData: "Any" },
    handle: handle("AdminInitiateAuth"),
  },
};
