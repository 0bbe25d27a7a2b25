"use strict";

const { Auth } = require("./lib/auth");
const {
  definitePolicy,
  policyAndSignal,
  signalOf,
  signalWithoutPolicy,
} = require("./lib/call-options");
const { fingerprintOf } = require("./lib/environment");
const { AuthError, JsonWebTokenError, NotBeforeError, TokenExpiredError } = require("./lib/errors");
const { settingsFrom } = require("./lib/options");
const { userFunctions } = require("./lib/users");

function createAuth(options = {}) {
  const auth = new Auth(settingsFrom(options, createAuth), createAuth);
  const verifyToken = async (token, options = undefined) =>
    auth.verifier.verify(token, verifyToken, signalWithoutPolicy(options, verifyToken));
  const verify = async (token, ...given) => {
    const { policy, signal } = policyAndSignal(given, verify);
    return auth.verifierFor(policy, verify).verify(token, verify, signal);
  };
  const verifySync = (token, ...given) =>
    auth.verifierFor(definitePolicy(given, verifySync), verifySync).verifySync(token, verifySync);
  const ready = async (options = undefined) => auth.verifier.ready(ready, signalOf(options, ready));
  return { ...userFunctions(() => auth.handle), verifyToken, verify, verifySync, ready };
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
  const signal = signalWithoutPolicy(options, verifyToken);
  const auth = defaultCanVerify ? defaultAuth : defaultAuthNow(verifyToken);
  return auth.verifier.verify(idToken, verifyToken, signal);
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
