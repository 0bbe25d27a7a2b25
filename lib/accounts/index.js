"use strict";

// The functions of an Auth for registration, a user's own account and administration. What they do is loaded at their first use.

/** @import { AccountContext, AccountGroup, LiveAuth } from "../internal" */

const { define } = require("../errors/define");
const { exposed } = require("../exposed");
const lazy = require("./lazy");

/** The functions that give a promise, by the object that has them; the tables of ./tables have a row for each. */
const PROMISES = {
  auth: "signUp startSignUp confirmSignUp resendCode forgotPassword resetPassword call",
  account:
    "get update sendCode verify changePassword setUpTotp confirmTotp setMfa startPasskey finishPasskey passkeys " +
    "deletePasskey signOutEverywhere delete",
  users:
    "get find create invite confirm update delete enable disable setPassword forcePasswordReset setMfa " +
    "signOutEverywhere groups addToGroup removeFromGroup",
  groups: "get create update delete",
};

/** Those that give an async iterator. */
const ITERATORS = { auth: "", account: "", users: "list", groups: "list users" };

/** @param {string} text */
const names = (text) => (text === "" ? [] : text.split(" "));

/**
 * The functions of an object. `context` is what they work on.
 *
 * @param {AccountGroup} group
 * @param {AccountContext} context
 * @returns {Record<string, (...given: any[]) => any>}
 */
function functionsOf(group, context) {
  /** @type {Record<string, (...given: unknown[]) => any>} */
  const functions = {};
  // The name in brackets becomes the function's, which stack traces show.
  for (const name of names(PROMISES[group])) {
    const made = {
      /** @param {unknown[]} given */
      [name]: async (...given) =>
        exposed(made[name], () => lazy.accounts().run(group, name, context, given)),
    };
    define(functions, name, made[name], true);
  }
  for (const name of names(ITERATORS[group])) {
    const made = {
      /** @param {unknown[]} given */
      [name]: (...given) => lazy.accounts().iterate(group, name, context, given),
    };
    define(functions, name, made[name], true);
  }
  return functions;
}

/**
 * @param {LiveAuth} live
 * @returns {Record<string, any>}
 */
function accountFunctions(live) {
  const context = {
    handleFor: () => live.now().callHandle(),
    accountVerifier: () => live.now().accountVerifier(),
    callMs: () => live.now().callMs,
  };
  return {
    ...functionsOf("auth", context),
    /** @param {unknown} accessToken */
    account: (accessToken) => functionsOf("account", { ...context, accessToken }),
    users: functionsOf("users", context),
    groups: functionsOf("groups", context),
  };
}

module.exports = { accountFunctions };
