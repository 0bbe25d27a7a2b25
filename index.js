"use strict";

const { functionsOver, loadKeys, openHandle, verifyWith } = require("./lib/auth");
const { AuthError, JsonWebTokenError, NotBeforeError, TokenExpiredError } = require("./lib/errors");
const { settingsFrom } = require("./lib/options");

function createAuth(options = {}) {
  const handle = openHandle(settingsFrom(options, createAuth), createAuth);
  const verifyToken = async (token) => verifyWith(handle, token, verifyToken);
  const ready = async () => loadKeys(handle, ready);
  return { ...functionsOver(() => handle), verifyToken, ready };
}

// The default Auth, of the environment's settings.
let defaultSettings;
let defaultHandle;
let defaultCanVerify = false;

/** The calls to Cognito look at the environment each time, as the original does. */
function defaultHandleNow(caller) {
  const settings = settingsFrom({}, caller);
  const text = JSON.stringify(settings);
  if (text !== defaultSettings) {
    defaultHandle = openHandle(settings, caller);
    defaultSettings = text;
    defaultCanVerify = settings.userPoolId !== undefined && settings.clientId !== undefined;
  }
  return defaultHandle;
}

const { createCognitoUser, login, fetchUserByUsername } = functionsOver(defaultHandleNow);

// Reading the environment would cost more than a whole verification: the Auth that is there serves.
const verifyToken = async (idToken) =>
  verifyWith(
    defaultCanVerify ? defaultHandle : defaultHandleNow(verifyToken),
    idToken,
    verifyToken,
  );

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
