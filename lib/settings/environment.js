"use strict";

// Settings from process.env. It is read here and handed down: Jest, worker threads and dotenv give code a process.env
// that the process's real environment does not show.

/** @import { Settings, Variables } from "../internal" */

const { isProxy } = require("node:util").types;
const { REQUESTS, SOURCES } = require("../generated/variables");
const { write } = require("../host/json");

const { getPrototypeOf, hasOwn, keys } = Object;

/** @param {string} list */
const texts = (list) => list.split(/, */);

// Rows of the tables are read by index, and loops over lists end with the list: anything else calls a `return` that
// Object.prototype may have.

/**
 * The setting that each variable stands for; of several variables the first one that is set counts. The order for the proxy is
 * that of curl and Node.js.
 *
 * @type {ReadonlyArray<readonly [keyof Settings, readonly string[]]>}
 */
const VARIABLES = [
  ["region", ["COGNITO_REGION"]],
  // Where this code runs: Lambda sets it, wherever the pool is.
  ["ambientRegion", ["AWS_REGION", "AWS_DEFAULT_REGION"]],
  ["userPoolId", ["USER_POOL_ID"]],
  ["clientId", ["COGNITO_CLIENT_ID"]],
  ["clientSecret", ["COGNITO_CLIENT_SECRET"]],
  ["authFlow", ["COGNITO_AUTH_FLOW"]],
  ["stateKey", ["COGNITO_STATE_KEY"]],
  ["endpoint", ["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL"]],
  ["issuer", ["COGNITO_ISSUER"]],
  ["jwksUri", ["COGNITO_JWKS_URI"]],
  ["profile", ["AWS_PROFILE"]],
  ["httpsProxy", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]],
  ["noProxy", ["no_proxy", "NO_PROXY"]],
  ["extraCaCerts", ["NODE_EXTRA_CA_CERTS"]],
];

/** Those of which there may be several, separated by commas. */
const LISTS = ["issuer", "stateKey"];

/** @type {ReadonlyArray<readonly [string, string]>} */
const CREDENTIALS = [
  ["accessKeyId", "AWS_ACCESS_KEY_ID"],
  ["secretAccessKey", "AWS_SECRET_ACCESS_KEY"],
  ["sessionToken", "AWS_SESSION_TOKEN"],
];

/**
 * Settings that belong to the pool or the app client of the environment. With another one, given as an option, they would
 * accept one pool's tokens as the other's, or send one client's secret with the other.
 *
 * @type {ReadonlyArray<readonly [keyof Settings, ReadonlyArray<keyof Settings>]>}
 */
const BELONGING = [
  ["userPoolId", ["issuer", "jwksUri", "clientId", "clientSecret"]],
  ["clientId", ["clientSecret"]],
];

/**
 * A variable's text, undefined if it is not set or empty. What is inherited is no variable: one assignment to
 * Object.prototype, which may come from outside, would be a setting. Lone surrogates become U+FFFD, as Node.js writes them to
 * the process's environment.
 *
 * @param {Variables} env
 * @param {string} name
 * @returns {string | undefined}
 */
function variable(env, name) {
  // Reading what is inherited could call a getter.
  if (!hasOwn(env, name) && !isGiven(env, name)) return undefined;
  const value = env[name];
  return typeof value === "string" && value !== "" ? value.toWellFormed() : undefined;
}

/**
 * A proxy, such as Jest's process.env on Windows, may give a variable by reading alone.
 *
 * @param {Variables} env
 * @param {string} name
 */
function isGiven(env, name) {
  if (!isProxy(env)) return false;
  const prototype = getPrototypeOf(env);
  return prototype === null || !(name in prototype);
}

/**
 * `process.env`, which a test may have replaced by anything.
 *
 * @returns {Variables}
 */
function environmentNow() {
  const { env } = process;
  return typeof env === "object" && env !== null ? env : /** @type {any} */ ({ __proto__: null });
}

/**
 * The variables that are watched: all that settings and requests depend on, static credentials first, and what sources of credentials
 * depend on beside them. Put together at the first use; a few stand in it twice.
 *
 * @type {{ always: readonly string[], all: readonly string[] } | undefined}
 */
let watched;

function watchedNow() {
  if (watched !== undefined) return watched;
  const always = [
    ...CREDENTIALS.map(({ 1: name }) => name),
    ...VARIABLES.flatMap(({ 1: names }) => names),
    ...REQUESTS,
  ];
  watched = { always, all: [...always, ...SOURCES] };
  return watched;
}

/**
 * The variables that an Auth depends on, as they are now: one value for each name that is watched. Static credentials leave no need
 * for sources of them, and reading a variable takes time.
 *
 * @param {Settings} given
 * @returns {ReadonlyArray<string | undefined>}
 */
function valuesNow(given) {
  const env = environmentNow();
  const { always } = watchedNow();
  /** @param {string} name */
  const read = (name) => variable(env, name);
  const values = always.map(read);
  const { 0: accessKeyId, 1: secretAccessKey } = values;
  if (given.credentials !== undefined || (accessKeyId && secretAccessKey)) return values;
  return [...values, ...SOURCES.map(read)];
}

/**
 * The variables of such values, by their names.
 *
 * @param {ReadonlyArray<string | undefined>} values
 * @returns {Variables}
 */
function variablesOf(values) {
  /** @type {any} */
  const variables = { __proto__: null };
  const { all } = watchedNow();
  for (let index = 0; index < values.length; index++) variables[all[index]] = values[index];
  return variables;
}

/**
 * Leaving a loop, or taking the first items of a list by `[a, b]`, would call a `return` that Object.prototype has.
 *
 * @param {Variables} variables
 * @param {readonly string[]} names
 */
function firstOf(variables, names) {
  for (let index = 0; index < names.length; index++) {
    const value = variables[names[index]];
    if (value !== undefined) return value;
  }
  return undefined;
}

/**
 * Settings, as the native side takes them, without those that belong to another pool or app client than `given` names. A
 * variable that is not set has no member.
 *
 * @param {Settings} given
 * @param {Variables} variables
 * @returns {Settings}
 */
function settingsFrom(given, variables) {
  /** @type {any} */
  const settings = { __proto__: null };
  for (const { 0: setting, 1: names } of VARIABLES) {
    const value = firstOf(variables, names);
    if (value !== undefined) settings[setting] = value;
  }
  for (const name of LISTS) {
    if (settings[name] !== undefined) settings[name] = texts(settings[name]);
  }
  for (const { 0: owner, 1: belonging } of BELONGING) {
    if (given[owner] === undefined || settings[owner] === undefined) continue;
    if (given[owner] === settings[owner]) continue;
    for (const setting of belonging) delete settings[setting];
  }
  if (variables.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === "true") {
    delete settings.endpoint;
  }
  if (settings.endpoint !== undefined && given.endpoint === undefined) {
    settings.endpointIsVariable = true;
  }
  /** @type {any} */
  const credentials = { __proto__: null };
  for (const { 0: part, 1: name } of CREDENTIALS) {
    const value = variables[name];
    if (value !== undefined) credentials[part] = value;
  }
  const { accessKeyId, secretAccessKey } = credentials;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    settings.credentials = credentials;
  }
  return settings;
}

/** The settings that belong to no pool: the addresses of an emulator and of a proxy, and certificates. */
const NETWORK = ["endpoint", "endpointIsVariable", "extraCaCerts", "httpsProxy", "noProxy"];

/**
 * The environment's settings for a pool that is given as an option and has all of its own settings.
 *
 * @param {Settings} given
 * @param {Variables} variables
 * @returns {Settings}
 */
function networkFrom(given, variables) {
  const settings = settingsFrom(given, variables);
  for (const name of keys(settings)) {
    if (!NETWORK.includes(name)) delete settings[/** @type {keyof Settings} */ (name)];
  }
  return settings;
}

/**
 * A text that changes whenever settings from the environment do, and with them the Auth that they make.
 *
 * @param {Settings} settings
 * @param {Variables} variables
 */
function fingerprintOf(settings, variables) {
  const names = settings.credentials === undefined ? [...REQUESTS, ...SOURCES] : REQUESTS;
  return write([settings, names.map((name) => variables[name])]);
}

/**
 * The variables that native code reads if it needs no source of credentials.
 *
 * @param {Variables} variables
 * @returns {Variables}
 */
function requestVariables(variables) {
  /** @type {any} */
  const wanted = { __proto__: null };
  for (const name of REQUESTS) wanted[name] = variables[name];
  return wanted;
}

/**
 * All variables of `process.env` that are texts, for sources of credentials: a credential process gets them. Where there are
 * thousands, reading them takes long.
 *
 * @returns {Variables}
 */
function snapshot() {
  const env = environmentNow();
  /** @type {any} */
  const variables = { __proto__: null };
  for (const name of keys(env)) {
    const value = env[name];
    if (typeof value === "string") variables[name.toWellFormed()] = value.toWellFormed();
  }
  return variables;
}

/** AWS Lambda's trace of the present invocation. Each has its own. */
const traceId = () => variable(environmentNow(), "_X_AMZN_TRACE_ID");

module.exports = {
  fingerprintOf,
  networkFrom,
  requestVariables,
  settingsFrom,
  snapshot,
  traceId,
  valuesNow,
  variablesOf,
};
