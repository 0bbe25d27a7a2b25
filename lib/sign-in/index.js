"use strict";

// The functions of an Auth for signing in and out. What they do is loaded at their first use.

/** @import { Failure, HandleFor } from "../internal" */

const { exposed } = require("../exposed");
const { own } = require("../shape");
const lazy = require("./lazy");

/**
 * signIn, startSignIn, resume, refresh and signOut over the native handle that `handleFor` gives.
 *
 * @type {(handleFor: HandleFor) => Record<string, (...given: any[]) => any>}
 */
function signInFunctions(handleFor) {
  /** @type {(username: unknown, password: unknown, options?: unknown) => Promise<any>} */
  const signIn = async (username, password, options = undefined) =>
    exposed(signIn, () => lazy.signIn().signIn(handleFor, username, password, options));
  /** @type {(username: unknown, options?: unknown) => Promise<any>} */
  const startSignIn = async (username, options = undefined) =>
    exposed(startSignIn, () => lazy.signIn().startSignIn(handleFor, username, options));
  /** @type {(state: unknown, options?: unknown) => any} */
  const resume = (state, options = undefined) =>
    exposed(resume, () => lazy.signIn().resume(handleFor, state, options));
  /** @type {(refreshToken: unknown, options?: unknown) => Promise<any>} */
  const refresh = async (refreshToken, options = undefined) =>
    exposed(refresh, () => lazy.signIn().refresh(handleFor, refreshToken, options));
  /** @type {(refreshToken: unknown, options?: unknown) => Promise<void>} */
  const signOut = async (refreshToken, options = undefined) =>
    exposed(signOut, () => lazy.signIn().signOut(handleFor, refreshToken, options));
  return { signIn, startSignIn, resume, refresh, signOut };
}

/**
 * The failure of `login`, with the challenge as an object that can be answered.
 *
 * @type {(failure: Failure, handleFor: HandleFor) => Failure}
 */
const withChallenge = (failure, handleFor) =>
  own(failure, "challenge") === undefined
    ? failure
    : lazy.signIn().withChallenge(failure, handleFor);

module.exports = { signInFunctions, withChallenge };
