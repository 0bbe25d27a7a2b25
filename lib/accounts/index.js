"use strict";

// The functions of an Auth for registration, a user's own account and administration. What they do is loaded at their first use; the
// tables of ./tables have a row for each. They are written out, for every Auth makes all of them: functions that a loop makes and names
// take ten times as long.

/** @import { AccountContext, AccountFunction, AccountGroup, LiveAuth } from "../internal" */

const { exposed } = require("../exposed");
const lazy = require("./lazy");

/**
 * What runs the function of this name.
 *
 * @param {AccountGroup} group
 * @param {AccountContext} context
 * @returns {(name: string, given: unknown[]) => any}
 */
const runner = (group, context) => (name, given) =>
  lazy.accounts().run(group, name, context, given);

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
  const signUp = async (...given) => exposed(signUp, () => run("signUp", given));
  /** @type {AccountFunction} */
  const startSignUp = async (...given) => exposed(startSignUp, () => run("startSignUp", given));
  /** @type {AccountFunction} */
  const confirmSignUp = async (...given) =>
    exposed(confirmSignUp, () => run("confirmSignUp", given));
  /** @type {AccountFunction} */
  const resendCode = async (...given) => exposed(resendCode, () => run("resendCode", given));
  /** @type {AccountFunction} */
  const forgotPassword = async (...given) =>
    exposed(forgotPassword, () => run("forgotPassword", given));
  /** @type {AccountFunction} */
  const resetPassword = async (...given) =>
    exposed(resetPassword, () => run("resetPassword", given));
  /** @type {AccountFunction} */
  const call = async (...given) => exposed(call, () => run("call", given));
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
  const get = async (...given) => exposed(get, () => run("get", given));
  /** @type {AccountFunction} */
  const update = async (...given) => exposed(update, () => run("update", given));
  /** @type {AccountFunction} */
  const sendCode = async (...given) => exposed(sendCode, () => run("sendCode", given));
  /** @type {AccountFunction} */
  const verify = async (...given) => exposed(verify, () => run("verify", given));
  /** @type {AccountFunction} */
  const changePassword = async (...given) =>
    exposed(changePassword, () => run("changePassword", given));
  /** @type {AccountFunction} */
  const setUpTotp = async (...given) => exposed(setUpTotp, () => run("setUpTotp", given));
  /** @type {AccountFunction} */
  const confirmTotp = async (...given) => exposed(confirmTotp, () => run("confirmTotp", given));
  /** @type {AccountFunction} */
  const setMfa = async (...given) => exposed(setMfa, () => run("setMfa", given));
  /** @type {AccountFunction} */
  const startPasskey = async (...given) => exposed(startPasskey, () => run("startPasskey", given));
  /** @type {AccountFunction} */
  const finishPasskey = async (...given) =>
    exposed(finishPasskey, () => run("finishPasskey", given));
  /** @type {AccountFunction} */
  const passkeys = async (...given) => exposed(passkeys, () => run("passkeys", given));
  /** @type {AccountFunction} */
  const deletePasskey = async (...given) =>
    exposed(deletePasskey, () => run("deletePasskey", given));
  /** @type {AccountFunction} */
  const signOutEverywhere = async (...given) =>
    exposed(signOutEverywhere, () => run("signOutEverywhere", given));
  /** @type {{ delete: AccountFunction }} */
  const { delete: remove } = {
    delete: async (...given) => exposed(remove, () => run("delete", given)),
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
  const get = async (...given) => exposed(get, () => run("get", given));
  /** @type {AccountFunction} */
  const find = async (...given) => exposed(find, () => run("find", given));
  /** @type {AccountFunction} */
  const create = async (...given) => exposed(create, () => run("create", given));
  /** @type {AccountFunction} */
  const invite = async (...given) => exposed(invite, () => run("invite", given));
  /** @type {AccountFunction} */
  const confirm = async (...given) => exposed(confirm, () => run("confirm", given));
  /** @type {AccountFunction} */
  const update = async (...given) => exposed(update, () => run("update", given));
  /** @type {{ delete: AccountFunction }} */
  const { delete: remove } = {
    delete: async (...given) => exposed(remove, () => run("delete", given)),
  };
  /** @type {AccountFunction} */
  const enable = async (...given) => exposed(enable, () => run("enable", given));
  /** @type {AccountFunction} */
  const disable = async (...given) => exposed(disable, () => run("disable", given));
  /** @type {AccountFunction} */
  const setPassword = async (...given) => exposed(setPassword, () => run("setPassword", given));
  /** @type {AccountFunction} */
  const forcePasswordReset = async (...given) =>
    exposed(forcePasswordReset, () => run("forcePasswordReset", given));
  /** @type {AccountFunction} */
  const setMfa = async (...given) => exposed(setMfa, () => run("setMfa", given));
  /** @type {AccountFunction} */
  const signOutEverywhere = async (...given) =>
    exposed(signOutEverywhere, () => run("signOutEverywhere", given));
  /** @type {AccountFunction} */
  const groups = async (...given) => exposed(groups, () => run("groups", given));
  /** @type {AccountFunction} */
  const addToGroup = async (...given) => exposed(addToGroup, () => run("addToGroup", given));
  /** @type {AccountFunction} */
  const removeFromGroup = async (...given) =>
    exposed(removeFromGroup, () => run("removeFromGroup", given));
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
  const get = async (...given) => exposed(get, () => run("get", given));
  /** @type {AccountFunction} */
  const create = async (...given) => exposed(create, () => run("create", given));
  /** @type {AccountFunction} */
  const update = async (...given) => exposed(update, () => run("update", given));
  /** @type {{ delete: AccountFunction }} */
  const { delete: remove } = {
    delete: async (...given) => exposed(remove, () => run("delete", given)),
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
    callMs: () => live.now().callMs,
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
