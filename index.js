"use strict";

const { LiveAuth } = require("./lib/auth");
const { exposed } = require("./lib/exposed");
const {
  definitePolicy,
  policyAndSignal,
  signalOf,
  signalWithoutPolicy,
} = require("./lib/settings/call-options");
const {
  AuthError,
  JsonWebTokenError,
  NotBeforeError,
  TokenExpiredError,
} = require("./lib/errors/auth-error");
const { answerTo, requestFunctions } = require("./lib/requests");
const { userFunctions } = require("./lib/tutorial/users");

function createAuth(options = {}) {
  const live = exposed(createAuth, () => {
    const made = new LiveAuth(options);
    // What is wrong is reported now; what is missing, by the first call that needs it.
    made.now();
    return made;
  });
  const verifyToken = async (token, options = undefined) =>
    exposed(verifyToken, () => {
      const signal = signalWithoutPolicy(options);
      return live.latest().verifier.verify(token, signal);
    });
  const verify = async (token, ...given) =>
    exposed(verify, () => {
      const { policy, signal } = policyAndSignal(given);
      return live.latest().verifierFor(policy).verify(token, signal);
    });
  const verifySync = (token, ...given) =>
    exposed(verifySync, () => live.latest().verifierFor(definitePolicy(given)).verifySync(token));
  const ready = async (options = undefined) =>
    exposed(ready, () => live.latest().verifier.ready(signalOf(options)));
  const keysStatus = () => live.keysStatus();
  const functions = { verifyToken, verify, verifySync, ready, keysStatus };
  return { ...userFunctionsOf(live), ...functions, ...requestFunctions(live) };
}

const userFunctionsOf = (live) => userFunctions(() => live.now().callHandle());

// The Auth of the environment's settings.
const live = new LiveAuth({});
const { createCognitoUser, login, fetchUserByUsername } = userFunctionsOf(live);
const verifyToken = async (idToken, options = undefined) =>
  exposed(verifyToken, () => {
    const signal = signalWithoutPolicy(options);
    return live.latest().verifier.verify(idToken, signal);
  });

module.exports = {
  AuthError,
  JsonWebTokenError,
  NotBeforeError,
  TokenExpiredError,
  answerTo,
  createAuth,
  createCognitoUser,
  fetchUserByUsername,
  login,
  verifyToken,
};
