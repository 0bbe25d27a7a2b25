"use strict";

// The functions of an Auth for registration, a user's own account and administration. What they do is loaded at their first use; the
// tables of ./tables have a row for each. They are written out, for every Auth makes all of them: functions that a loop makes and names
// take ten times as long.

/** @import { AccountContext, AccountFunction, AccountGroup, LiveAuth } from "../internal" */

const { exposed } = require("../exposed");
const lazy = require("./lazy");

/**
 * What runs the function of this name. `caller` is the public function.
 *
 * @param {AccountGroup} group
 * @param {AccountContext} context
 * @returns {(caller: AccountFunction, name: string, given: unknown[]) => any}
 */
const runner = (group, context) => (caller, name, given) =>
  exposed(caller, () => lazy.accounts().run(group, name, context, given));

/**
 * The same for one that gives an async iterator.
 *
 * @param {AccountGroup} group
 * @param {AccountContext} context
 * @returns {(name: string, given: unknown[]) => AsyncGenerator<any, void, void>}
 */
const iterator = (group, context) => (name, given) =>
  lazy.accounts().iterate(group, name, context, given);

/**
 * Registration, a forgotten password, and any operation.
 *
 * @param {AccountContext} context
 */
function authFunctions(context) {
  const run = runner("auth", context);
  /** @type {AccountFunction} */
  const signUp = async (...given) => run(signUp, "signUp", given);
  /** @type {AccountFunction} */
  const startSignUp = async (...given) => run(startSignUp, "startSignUp", given);
  /** @type {AccountFunction} */
  const confirmSignUp = async (...given) => run(confirmSignUp, "confirmSignUp", given);
  /** @type {AccountFunction} */
  const resendCode = async (...given) => run(resendCode, "resendCode", given);
  /** @type {AccountFunction} */
  const forgotPassword = async (...given) => run(forgotPassword, "forgotPassword", given);
  /** @type {AccountFunction} */
  const resetPassword = async (...given) => run(resetPassword, "resetPassword", given);
  /** @type {AccountFunction} */
  const call = async (...given) => run(call, "call", given);
  return { signUp, startSignUp, confirmSignUp, resendCode, forgotPassword, resetPassword, call };
}

/**
 * A user's own account.
 *
 * @param {AccountContext} context
 */
function ownFunctions(context) {
  const run = runner("account", context);
  /** @type {AccountFunction} */
  const get = async (...given) => run(get, "get", given);
  /** @type {AccountFunction} */
  const update = async (...given) => run(update, "update", given);
  /** @type {AccountFunction} */
  const sendCode = async (...given) => run(sendCode, "sendCode", given);
  /** @type {AccountFunction} */
  const verify = async (...given) => run(verify, "verify", given);
  /** @type {AccountFunction} */
  const changePassword = async (...given) => run(changePassword, "changePassword", given);
  /** @type {AccountFunction} */
  const setUpTotp = async (...given) => run(setUpTotp, "setUpTotp", given);
  /** @type {AccountFunction} */
  const confirmTotp = async (...given) => run(confirmTotp, "confirmTotp", given);
  /** @type {AccountFunction} */
  const setMfa = async (...given) => run(setMfa, "setMfa", given);
  /** @type {AccountFunction} */
  const startPasskey = async (...given) => run(startPasskey, "startPasskey", given);
  /** @type {AccountFunction} */
  const finishPasskey = async (...given) => run(finishPasskey, "finishPasskey", given);
  /** @type {AccountFunction} */
  const passkeys = async (...given) => run(passkeys, "passkeys", given);
  /** @type {AccountFunction} */
  const deletePasskey = async (...given) => run(deletePasskey, "deletePasskey", given);
  /** @type {AccountFunction} */
  const signOutEverywhere = async (...given) => run(signOutEverywhere, "signOutEverywhere", given);
  /** @type {{ delete: AccountFunction }} */
  const { delete: remove } = {
    delete: async (...given) => run(remove, "delete", given),
  };
  return {
    get,
    update,
    sendCode,
    verify,
    changePassword,
    setUpTotp,
    confirmTotp,
    setMfa,
    startPasskey,
    finishPasskey,
    passkeys,
    deletePasskey,
    signOutEverywhere,
    delete: remove,
  };
}

/**
 * Administration of users.
 *
 * @param {AccountContext} context
 */
function usersFunctions(context) {
  const run = runner("users", context);
  const iterate = iterator("users", context);
  /** @type {AccountFunction} */
  const get = async (...given) => run(get, "get", given);
  /** @type {AccountFunction} */
  const find = async (...given) => run(find, "find", given);
  /** @type {AccountFunction} */
  const create = async (...given) => run(create, "create", given);
  /** @type {AccountFunction} */
  const invite = async (...given) => run(invite, "invite", given);
  /** @type {AccountFunction} */
  const confirm = async (...given) => run(confirm, "confirm", given);
  /** @type {AccountFunction} */
  const update = async (...given) => run(update, "update", given);
  /** @type {{ delete: AccountFunction }} */
  const { delete: remove } = {
    delete: async (...given) => run(remove, "delete", given),
  };
  /** @type {AccountFunction} */
  const enable = async (...given) => run(enable, "enable", given);
  /** @type {AccountFunction} */
  const disable = async (...given) => run(disable, "disable", given);
  /** @type {AccountFunction} */
  const setPassword = async (...given) => run(setPassword, "setPassword", given);
  /** @type {AccountFunction} */
  const forcePasswordReset = async (...given) =>
    run(forcePasswordReset, "forcePasswordReset", given);
  /** @type {AccountFunction} */
  const setMfa = async (...given) => run(setMfa, "setMfa", given);
  /** @type {AccountFunction} */
  const signOutEverywhere = async (...given) => run(signOutEverywhere, "signOutEverywhere", given);
  /** @type {AccountFunction} */
  const groups = async (...given) => run(groups, "groups", given);
  /** @type {AccountFunction} */
  const addToGroup = async (...given) => run(addToGroup, "addToGroup", given);
  /** @type {AccountFunction} */
  const removeFromGroup = async (...given) => run(removeFromGroup, "removeFromGroup", given);
  /** @type {AccountFunction} */
  const list = (...given) => iterate("list", given);
  return {
    get,
    find,
    create,
    invite,
    confirm,
    update,
    delete: remove,
    enable,
    disable,
    setPassword,
    forcePasswordReset,
    setMfa,
    signOutEverywhere,
    groups,
    addToGroup,
    removeFromGroup,
    list,
  };
}

/**
 * Administration of groups.
 *
 * @param {AccountContext} context
 */
function groupsFunctions(context) {
  const run = runner("groups", context);
  const iterate = iterator("groups", context);
  /** @type {AccountFunction} */
  const get = async (...given) => run(get, "get", given);
  /** @type {AccountFunction} */
  const create = async (...given) => run(create, "create", given);
  /** @type {AccountFunction} */
  const update = async (...given) => run(update, "update", given);
  /** @type {{ delete: AccountFunction }} */
  const { delete: remove } = {
    delete: async (...given) => run(remove, "delete", given),
  };
  /** @type {AccountFunction} */
  const list = (...given) => iterate("list", given);
  /** @type {AccountFunction} */
  const users = (...given) => iterate("users", given);
  return { get, create, update, delete: remove, list, users };
}

/**
 * @param {LiveAuth} live
 * @returns {Record<string, any>}
 */
function accountFunctions(live) {
  const context = {
    handleFor: () => live.now().callHandle(),
    accountVerifier: () => live.now().accountVerifier(),
  };
  return {
    auth: authFunctions(context),
    /** @param {unknown} accessToken */
    account: (accessToken) => ownFunctions({ ...context, accessToken }),
    users: usersFunctions(context),
    groups: groupsFunctions(context),
  };
}

module.exports = { accountFunctions };
