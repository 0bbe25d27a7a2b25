"use strict";

const { signalOf } = require("./lib/aborting");
const { Auth } = require("./lib/auth");
const { fingerprintOf } = require("./lib/environment");
const { AuthError, JsonWebTokenError, NotBeforeError, TokenExpiredError } = require("./lib/errors");
const { settingsFrom } = require("./lib/options");
const { userFunctions } = require("./lib/users");

function createAuth(options = {}) {
  const auth = new Auth(settingsFrom(options, createAuth), createAuth);
  const verifyToken = async (token, options = undefined) =>
    auth.verifier.verify(token, verifyToken, signalOf(options));
  const verify = async (token, options) =>
    auth.verifierFor(policyOf(options), verify).verify(token, verify, signalOf(options));
  const verifySync = (token, policy) =>
    auth.verifierFor(policy, verifySync).verifySync(token, verifySync);
  const ready = async (options = undefined) => auth.verifier.ready(ready, signalOf(options));
  return { ...userFunctions(() => auth.handle), verifyToken, verify, verifySync, ready };
}

/** The policy in the options of one call: all but the signal. What is no object is left for its checks to name. */
function policyOf(options) {
  if (typeof options !== "object" || options === null) return options;
  const { signal: _signal, ...policy } = options;
  return Object.keys(policy).length > 0 ? policy : undefined;
}

// The Auth of the environment's settings.
let defaultAuth;
let defaultFingerprint;
let defaultCanVerify = false;

/** The calls to Cognito look at the environment each time, as the original does. */
function defaultAuthNow(caller) {
  const settings = settingsFrom({}, caller);
  const fingerprint = fingerprintOf(settings);
  if (defaultAuth === undefined || fingerprint !== defaultFingerprint) {
    defaultAuth = new Auth(settings, caller);
    defaultFingerprint = fingerprint;
    defaultCanVerify = settings.userPoolId !== undefined && settings.clientId !== undefined;
  }
  return defaultAuth;
}

const { createCognitoUser, login, fetchUserByUsername } = userFunctions(
  (caller) => defaultAuthNow(caller).handle,
);

// Reading the environment would cost more than a whole verification: the Auth that is there serves.
const verifyToken = async (idToken, options = undefined) => {
  const auth = defaultCanVerify ? defaultAuth : defaultAuthNow(verifyToken);
  return auth.verifier.verify(idToken, verifyToken, signalOf(options));
};

module.exports = {
  AuthError,
  JsonWebTokenError,
  NotBeforeError,
  TokenExpiredError,
  createAuth,
  createCognitoUser,
  fetchUserByUsername,
  login,
  verifyToken,
};
