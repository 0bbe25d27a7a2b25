"use strict";

// The first step of a sign-in.

const { refusal } = require("../answers.js");
const { withDevice } = require("../devices.js");
const { readRefreshToken } = require("../refresh-tokens.js");
const { checkRefreshHash, checkSecretHash } = require("../secret-hash.js");
const { tokensOf } = require("../tokens.js");
const { nextStep } = require("./challenges.js");
const customAuth = require("./custom-auth.js");
const { checkMaySignIn, checkNoReset, checkPassword, noUser } = require("./first-factor.js");
const { askForProof } = require("./password-verifier.js");
const userAuth = require("./user-auth.js");

/** What a flow that names its user begins with: that user, undefined for a name that there is not. */
function userNamed(state, { USERNAME, SECRET_HASH }) {
  if (USERNAME === undefined) throw refusal("parameterMissing", { parameter: "USERNAME" });
  checkSecretHash(state, USERNAME, SECRET_HASH);
  const user = state.users.named(USERNAME);
  if (user !== undefined) checkMaySignIn(state, user);
  return user;
}

function byPassword(state, parameters) {
  const { USERNAME, PASSWORD } = parameters;
  if (USERNAME !== undefined && PASSWORD === undefined) {
    throw refusal("parameterMissing", { parameter: "PASSWORD" });
  }
  const user = userNamed(state, parameters);
  if (user === undefined) throw noUser(state.settings);
  checkNoReset(user);
  checkPassword(state, user, PASSWORD);
  return nextStep(state, user);
}

/** The answer has no session: its SECRET_BLOCK stands for one (measured by the authors of ministack). */
function bySrp(state, parameters) {
  const { USERNAME: name, SRP_A: srpA } = parameters;
  const user = userNamed(state, parameters);
  if (user === undefined && !state.settings.hideUnknownUsers) throw noUser(state.settings);
  return askForProof(state, { user, name, srpA, proceed: nextStep, session: false });
}

const byTriggers = (state, parameters) =>
  customAuth.begin(state, userNamed(state, parameters), parameters);
const byChoice = (state, parameters) =>
  userAuth.begin(state, userNamed(state, parameters), parameters);

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html */
function byRefreshToken(state, { REFRESH_TOKEN, SECRET_HASH, DEVICE_KEY }) {
  if (REFRESH_TOKEN === undefined) {
    throw refusal("parameterMissing", { parameter: "REFRESH_TOKEN" });
  }
  const { user, signIn } = readRefreshToken(state, REFRESH_TOKEN, DEVICE_KEY);
  checkRefreshHash(state, user.username, SECRET_HASH);
  return { AuthenticationResult: tokensOf(state, user, signIn), ChallengeParameters: {} };
}

const BOTH = ["InitiateAuth", "AdminInitiateAuth"];

const ADMIN_PASSWORD = {
  flow: "ADMIN_USER_PASSWORD_AUTH",
  of: ["AdminInitiateAuth"],
  begin: byPassword,
  disabled: "adminFlowDisabled",
};
const REFRESH = {
  flow: "REFRESH_TOKEN_AUTH",
  of: BOTH,
  begin: byRefreshToken,
  disabled: "flowDisabled",
};

/**
 * Flow → the name in the option `authFlows`, if that is another one; the operations that accept the flow; the function that begins it;
 * the refusal if the app client does not allow it. The admin operation's password flow has two names.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html
 */
const FLOWS = {
  __proto__: null,
  USER_PASSWORD_AUTH: { of: ["InitiateAuth"], begin: byPassword, disabled: "flowDisabled" },
  ADMIN_NO_SRP_AUTH: ADMIN_PASSWORD,
  ADMIN_USER_PASSWORD_AUTH: ADMIN_PASSWORD,
  USER_SRP_AUTH: { of: BOTH, begin: bySrp, disabled: "flowNotEnabled" },
  CUSTOM_AUTH: { of: BOTH, begin: byTriggers, disabled: "flowNotEnabled" },
  USER_AUTH: { of: BOTH, begin: byChoice, disabled: "flowDisabled" },
  REFRESH_TOKEN_AUTH: REFRESH,
  REFRESH_TOKEN: REFRESH,
};

const handle =
  (operation) =>
  async ({ state, body: { AuthFlow: name, AuthParameters: parameters = {} } }) => {
    const { of, flow = name, begin, disabled } = FLOWS[name];
    if (!of.includes(operation)) throw refusal("flowUnsupported");
    if (!state.settings.authFlows.includes(flow)) throw refusal(disabled, { flow });
    const answer = await begin(state, parameters);
    const byAdmin = operation === "AdminInitiateAuth";
    return withDevice(state, answer, { deviceKey: parameters.DEVICE_KEY, byAdmin });
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
