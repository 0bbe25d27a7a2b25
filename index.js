"use strict";

const { Auth } = require("./lib/auth");
const { AuthError, JsonWebTokenError, NotBeforeError, TokenExpiredError } = require("./lib/errors");
const { settingsFrom } = require("./lib/options");
const { userFunctions } = require("./lib/users");

function createAuth(options = {}) {
  const auth = new Auth(settingsFrom(options, createAuth), createAuth);
  const verifyToken = async (token) => auth.verifier.verify(token, verifyToken);
  const verify = async (token, policy) => auth.verifierFor(policy, verify).verify(token, verify);
  const verifySync = (token, policy) =>
    auth.verifierFor(policy, verifySync).verifySync(token, verifySync);
  const ready = async () => auth.verifier.ready(ready);
  return { ...userFunctions(() => auth.handle), verifyToken, verify, verifySync, ready };
}

// The Auth of the environment's settings.
let defaultAuth;
let defaultSettings;
let defaultCanVerify = false;

/** The calls to Cognito look at the environment each time, as the original does. */
function defaultAuthNow(caller) {
  const settings = settingsFrom({}, caller);
  const text = JSON.stringify(settings);
  if (text !== defaultSettings) {
    defaultAuth = new Auth(settings, caller);
    defaultSettings = text;
    defaultCanVerify = settings.userPoolId !== undefined && settings.clientId !== undefined;
  }
  return defaultAuth;
}

const { createCognitoUser, login, fetchUserByUsername } = userFunctions(
  (caller) => defaultAuthNow(caller).handle,
);

// Reading the environment would cost more than a whole verification: the Auth that is there serves.
const verifyToken = async (idToken) => {
  const auth = defaultCanVerify ? defaultAuth : defaultAuthNow(verifyToken);
  return auth.verifier.verify(idToken, verifyToken);
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
