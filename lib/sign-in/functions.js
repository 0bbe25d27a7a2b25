"use strict";

// signIn, resume, refresh, signOut: arguments → a flow of the native side → tokens or a challenge. Loaded at the first use of one
// of them.

/** @import { Failure, HandleFor, Later, Members } from "../internal" */

const { invoke } = require("../invoke");
const {
  AT_REFRESH,
  AT_RESUME,
  AT_SIGN_IN,
  AT_SIGN_OUT,
  AT_START_SIGN_IN,
  now,
  optionsOf,
  text,
} = require("./options");
const { own } = require("../shape");
const { oneHandle } = require("./one-handle");
const { challengeFrom, opened, stepFrom, tokensFrom } = require("./steps");

/** Those of a refresh would send the user to sign in. */
const NOTHING_TO_REVOKE =
  "The refresh token has expired, has been revoked, or is not one of this app client: there is nothing to revoke. Delete it, as " +
  "after any sign-out.";

/** @type {(handleFor: HandleFor, username: unknown, password: unknown, options: unknown) => Later<any>} */
const signIn = (handleFor, username, password, options) => {
  const given = { Username: text(username, "username"), Password: text(password, "password") };
  return begin(handleFor, { flow: "flow/sign-in", at: AT_SIGN_IN, given, options });
};

/** @type {(handleFor: HandleFor, username: unknown, options: unknown) => Later<any>} */
const startSignIn = (handleFor, username, options) => {
  const given = { Username: text(username, "username") };
  return begin(handleFor, { flow: "flow/start-sign-in", at: AT_START_SIGN_IN, given, options });
};

/**
 * The first step of a sign-in.
 *
 * @param {HandleFor} handleFor
 * @param {{ flow: string, at: typeof AT_SIGN_IN, given: Members, options: unknown }} beginning
 * @returns {Later<any>}
 */
function begin(handleFor, { flow, at, given, options }) {
  const { signal, authFlow, prefer, visitor, clientMetadata } = optionsOf(options, at);
  const request = {
    ...given,
    AuthFlow: authFlow,
    Prefer: prefer,
    ClientMetadata: clientMetadata,
    Visitor: visitor,
    Now: now(),
  };
  const sameHandle = oneHandle(handleFor);
  return invoke(flow, request, {
    operation: at.call,
    handleFor: sameHandle,
    signal,
    read: (answer) => stepFrom(answer, sameHandle),
  });
}

/** @type {(handleFor: HandleFor, state: unknown, options: unknown) => object} */
function resume(handleFor, state, options) {
  const { binding } = optionsOf(options, AT_RESUME);
  return opened(handleFor, state, binding);
}

/** @type {(handleFor: HandleFor, refreshToken: unknown, options: unknown) => Later<any>} */
function refresh(handleFor, refreshToken, options) {
  const { signal, deviceKey, clientMetadata } = optionsOf(options, AT_REFRESH);
  const request = {
    RefreshToken: text(refreshToken, "refreshToken"),
    DeviceKey: deviceKey,
    ClientMetadata: clientMetadata,
    Now: now(),
  };
  return invoke("flow/refresh", request, {
    operation: "refresh",
    handleFor,
    signal,
    read: tokensFrom,
  });
}

/** @type {(handleFor: HandleFor, refreshToken: unknown, options: unknown) => Later<undefined>} */
function signOut(handleFor, refreshToken, options) {
  const { signal } = optionsOf(options, AT_SIGN_OUT);
  const request = { RefreshToken: text(refreshToken, "refreshToken") };
  return invoke("flow/sign-out", request, {
    operation: "signOut",
    handleFor,
    signal,
    read: () => undefined,
    refused: (failed) =>
      failed.reason === "refresh-expired"
        ? { __proto__: null, ...failed, hint: NOTHING_TO_REVOKE }
        : failed,
  });
}

/** @type {(failure: Failure, handleFor: HandleFor) => Failure} */
function withChallenge(failure, handleFor) {
  const { challenge } = failure;
  const made = challengeFrom(own(challenge, "shown"), own(challenge, "kept"), handleFor);
  return { __proto__: null, ...failure, challenge: made };
}

module.exports = { refresh, resume, signIn, signOut, startSignIn, withChallenge };
