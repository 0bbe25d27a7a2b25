"use strict";

/** @import { Claims } from "./lib/internal" */

const { LiveAuth } = require("./lib/auth");
const { exposed } = require("./lib/exposed");
const {
  definitePolicy,
  onlySignalOf,
  policyAndSignal,
  signalWithoutPolicy,
} = require("./lib/settings/call-options");
const {
  AuthError,
  JsonWebTokenError,
  NotBeforeError,
  TokenExpiredError,
} = require("./lib/errors/auth-error");
const { accountFunctions } = require("./lib/accounts");
const { answerTo, requestFunctions } = require("./lib/requests");
const { signInFunctions } = require("./lib/sign-in");
const { userFunctions } = require("./lib/tutorial/users");

/**
 * @param {unknown} [options]
 * @returns {any} The functions that `Auth` declares; their types depend on the options.
 */
function createAuth(options = {}) {
  const live = exposed(createAuth, () => {
    const made = new LiveAuth(options);
    // What is wrong is reported now; what is missing, by the first call that needs it.
    made.now();
    return made;
  });
  /** @type {(token: string, options?: unknown) => Promise<Claims>} */
  const verifyToken = async (token, options = undefined) =>
    exposed(verifyToken, () => {
      const signal = signalWithoutPolicy(options);
      return live.latest().verifier.verify(token, signal);
    });
  /** @type {(token: string, ...given: unknown[]) => Promise<Claims>} */
  const verify = async (token, ...given) =>
    exposed(verify, () => {
      const { policy, signal } = policyAndSignal(given);
      return live.latest().verifierFor(policy).verify(token, signal);
    });
  /** @type {(token: string, ...given: unknown[]) => Claims} */
  const verifySync = (token, ...given) =>
    exposed(verifySync, () => live.latest().verifierFor(definitePolicy(given)).verifySync(token));
  /** @type {(options?: unknown) => Promise<void>} */
  const ready = async (options = undefined) =>
    exposed(ready, () => live.latest().verifier.ready(onlySignalOf(options, "ready")));
  const keysStatus = () => live.keysStatus();
  const { createCognitoUser, login, fetchUserByUsername } = userFunctionsOf(live);
  const { signIn, startSignIn, resume, refresh, signOut } = signInFunctions(() =>
    live.now().callHandle(),
  );
  const accounts = accountFunctions(live);
  const { authenticate, middleware, lambdaAuthorizer } = requestFunctions(live);
  // Written out: spreading the groups of functions takes longer than making them.
  return {
    createCognitoUser,
    login,
    fetchUserByUsername,
    verifyToken,
    verify,
    verifySync,
    ready,
    keysStatus,
    signIn,
    startSignIn,
    resume,
    refresh,
    signOut,
    signUp: accounts.auth.signUp,
    startSignUp: accounts.auth.startSignUp,
    confirmSignUp: accounts.auth.confirmSignUp,
    resendCode: accounts.auth.resendCode,
    forgotPassword: accounts.auth.forgotPassword,
    resetPassword: accounts.auth.resetPassword,
    call: accounts.auth.call,
    account: accounts.account,
    users: accounts.users,
    groups: accounts.groups,
    authenticate,
    middleware,
    lambdaAuthorizer,
  };
}

/** @param {InstanceType<typeof LiveAuth>} live */
const userFunctionsOf = (live) => userFunctions(() => live.now().callHandle());

// The Auth of the environment's settings.
const live = new LiveAuth({});
const { createCognitoUser, login, fetchUserByUsername } = userFunctionsOf(live);
/** @type {(token: string, options?: unknown) => Promise<Claims>} */
const verifyToken = async (idToken, options = undefined) =>
  exposed(verifyToken, () => {
    const signal = signalWithoutPolicy(options);
    return live.latest().verifier.verify(idToken, signal);
  });

/** @type {typeof import("./index")} */
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
