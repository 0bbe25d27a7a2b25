"use strict";

const { LiveAuth } = require("./lib/auth");
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
const { userFunctions } = require("./lib/tutorial/users");

function createAuth(options = {}) {
  const live = new LiveAuth(options, createAuth);
  // What is wrong is reported now; what is missing, by the first call that needs it.
  live.now(createAuth);
  const verifyToken = async (token, options = undefined) => {
    const signal = signalWithoutPolicy(options, verifyToken);
    return live.latest(verifyToken).verifier.verify(token, verifyToken, signal);
  };
  const verify = async (token, ...given) => {
    const { policy, signal } = policyAndSignal(given, verify);
    return live.latest(verify).verifierFor(policy, verify).verify(token, verify, signal);
  };
  const verifySync = (token, ...given) => {
    const policy = definitePolicy(given, verifySync);
    return live.latest(verifySync).verifierFor(policy, verifySync).verifySync(token, verifySync);
  };
  const ready = async (options = undefined) =>
    live.latest(ready).verifier.ready(ready, signalOf(options, ready));
  const keysStatus = () => live.keysStatus(keysStatus);
  return { ...userFunctionsOf(live), verifyToken, verify, verifySync, ready, keysStatus };
}

const userFunctionsOf = (live) => userFunctions((caller) => live.now(caller).callHandle(caller));

// The Auth of the environment's settings.
const live = new LiveAuth({});
const { createCognitoUser, login, fetchUserByUsername } = userFunctionsOf(live);
const verifyToken = async (idToken, options = undefined) => {
  const signal = signalWithoutPolicy(options, verifyToken);
  return live.latest(verifyToken).verifier.verify(idToken, verifyToken, signal);
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
