"use strict";

// Options and environment → settings for the native side. JavaScript types are checked here, by name, never showing a
// value; what the values must look like is the native side's business.

/** @import { Members, NativePolicy, OptionCheck, Settings, Variables } from "../internal" */

const { isPromise } = require("node:util").types;
const { networkFrom, settingsFrom } = require("./environment");
const { Refusal, failure } = require("../errors/failure");
const {
  CLOCK_TOLERANCE,
  LONGEST_CALL_MS,
  LONGEST_REFRESH_REUSE,
  MOST_ATTEMPTS,
} = require("../generated/limits");
const { UNREADABLE, dataOf, isPlainObject, membersOf, readable } = require("../shape");

/**
 * @param {unknown} value
 * @returns {value is string}
 */
const isString = (value) => typeof value === "string" && value !== "" && value.isWellFormed();
/**
 * @param {unknown} value
 * @returns {value is string[]}
 */
const isListOfStrings = (value) => Array.isArray(value) && value.every(isString);
/** @param {unknown} value */
const isStringList = (value) => isListOfStrings(value) && value.length > 0;

/** @type {OptionCheck} */
const text = [isString, "a string that is not empty and has no lone surrogates"];
/** @type {OptionCheck} */
const texts = [
  (value) => isString(value) || isStringList(value),
  "a string that is not empty, or a list of at least one such string",
];
/**
 * @param {number} least
 * @param {number} most
 * @returns {OptionCheck}
 */
const wholeNumber = (least, most) => [
  (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= least && value <= most,
  `a whole number from ${least} to ${most}`,
];

/**
 * Or null: there is none, whatever the environment says.
 *
 * @param {OptionCheck} check
 * @returns {OptionCheck}
 */
const orNull = ({ 0: isRight, 1: expected }) => [
  (value) => value === null || isRight(value),
  `${expected}, or null`,
];

/** @type {OptionCheck} */
const CLIENTS = orNull(texts);

/** @type {Record<string, OptionCheck>} */
const OPTIONS = {
  region: text,
  userPoolId: text,
  clientId: text,
  clientSecret: orNull(text),
  authFlow: text,
  stateKey: orNull(texts),
  refreshReuse: wholeNumber(0, LONGEST_REFRESH_REUSE),
  endpoint: text,
  issuer: texts,
  replicaRegions: [isListOfStrings, "a list of strings"],
  jwksUri: text,
  credentials: [isPlainObject, "a plain object with accessKeyId and secretAccessKey"],
  timeoutMs: wholeNumber(1, LONGEST_CALL_MS),
  connectTimeoutMs: wholeNumber(1, LONGEST_CALL_MS),
  maxAttempts: wholeNumber(1, MOST_ATTEMPTS),
  verify: [isPlainObject, "a plain object"],
  keys: [isPlainObject, "a plain object with jwks"],
  pools: [
    (value) => Array.isArray(value) && value.length > 0,
    "a list of plain objects, one for each pool",
  ],
};
/** Options that null takes away: the variable counts no longer, and the native side gets nothing. */
const NULLABLE = ["clientSecret", "stateKey"];
/** What may stand beside `pools`: the rest is each pool's own. */
const BESIDE_POOLS = ["connectTimeoutMs", "pools", "timeoutMs", "verify"];
/** The options that verification needs. A pool of several has one or several app clients, or `null` for all of them. */
const POOL = {
  region: OPTIONS.region,
  userPoolId: OPTIONS.userPoolId,
  clientId: CLIENTS,
  endpoint: OPTIONS.endpoint,
  issuer: OPTIONS.issuer,
  replicaRegions: OPTIONS.replicaRegions,
  jwksUri: OPTIONS.jwksUri,
  keys: OPTIONS.keys,
};
/** @type {Record<string, OptionCheck>} */
const CREDENTIALS = { accessKeyId: text, secretAccessKey: text, sessionToken: text };
/** The AWS SDK for JavaScript v3 adds these to credentials that it has used. */
const IGNORED_CREDENTIALS = ["$source", "accountId", "credentialScope", "expiration"];
/** @type {Record<string, OptionCheck>} */
const VERIFY = {
  use: text,
  clientId: CLIENTS,
  clockTolerance: wholeNumber(0, CLOCK_TOLERANCE),
  groups: texts,
  scopes: texts,
};
/** `undefined` (of a variable that is not set, say) would leave the check out without a word. */
const NEVER_UNDEFINED = ["use", "clientId", "groups", "scopes"];
/** @type {Record<string, OptionCheck>} */
const KEYS = { jwks: [isPlainObject, "a JSON Web Key Set"] };

const PLAIN =
  "a plain object, not an instance of a class, a Map, a Proxy or an object that inherits members";
const READABLE = ", not a getter, a hidden property, a Proxy or a list with holes";

/**
 * Options as settings, on an object that inherits none: what is on Object.prototype is no setting.
 *
 * @param {unknown} options
 * @returns {Settings}
 */
function optionsFrom(options) {
  const members = checked(options, OPTIONS, "");
  const { keys, verify, credentials, issuer, stateKey, pools, ...given } = members;
  const settings = { __proto__: null, ...given };
  if (issuer !== undefined) settings.issuer = listOf(issuer);
  if (stateKey !== undefined) settings.stateKey = stateKey && listOf(stateKey);
  if (credentials !== undefined) settings.credentials = credentialsFrom(credentials);
  if (verify !== undefined) settings.verify = policyFrom(verify);
  if (keys !== undefined) settings.jwks = keySetFrom(keys, "keys.");
  if (pools !== undefined) {
    for (const name of Object.keys(settings)) {
      if (!BESIDE_POOLS.includes(name)) {
        const option = name === "jwks" ? "keys" : name;
        fail(`option ${option} cannot stand beside pools: each pool has its own`);
      }
    }
    if (settings.verify?.anyClient !== undefined) {
      fail("option verify.clientId cannot stand beside pools: each pool has its own clientId");
    }
    settings.pools = pools.map(poolFrom);
  }
  return settings;
}

/**
 * A pool of several.
 *
 * @param {unknown} options
 * @param {number} index
 */
function poolFrom(options, index) {
  const prefix = `pools[${index}].`;
  const members = checked(options, POOL, prefix, ["clientId"]);
  const { keys, issuer, clientId, ...given } = required(
    members,
    ["userPoolId", "clientId"],
    prefix,
  );
  /** @type {Settings} */
  const settings = { __proto__: null, ...given, verify: clientsFrom(clientId) };
  if (issuer !== undefined) settings.issuer = listOf(issuer);
  if (keys !== undefined) settings.jwks = keySetFrom(keys, `${prefix}keys.`);
  return settings;
}

/**
 * The part of a policy that says whose tokens are accepted.
 *
 * @param {string | readonly string[] | null} clientId
 */
const clientsFrom = (clientId) => ({
  anyClient: clientId === null,
  clientIds: clientId === null ? undefined : listOf(clientId),
});

/**
 * Settings for the native side: options, and for what they leave out the environment.
 *
 * @param {Settings} options
 * @param {Variables} variables
 * @returns {Settings}
 */
function settingsOf(options, variables) {
  if (options.pools === undefined) {
    /** @type {any} */
    const settings = { __proto__: null, ...settingsFrom(options, variables), ...options };
    for (const name of NULLABLE) if (settings[name] === null) delete settings[name];
    return settings;
  }
  const { pools, verify, ...shared } = options;
  const each = pools.map((pool) => ({ ...shared, ...networkFrom(pool, variables), ...pool }));
  return { __proto__: null, ...(verify && { verify }), pools: each };
}

/** @param {unknown} credentials */
function credentialsFrom(credentials) {
  const members = /** @type {Members} */ (membersOf(credentials, CREDENTIALS));
  for (const name of IGNORED_CREDENTIALS) delete members[name];
  return required(
    checked(members, CREDENTIALS, "credentials."),
    ["accessKeyId", "secretAccessKey"],
    "credentials.",
  );
}

/**
 * @param {unknown} keys
 * @param {string} prefix
 */
function keySetFrom(keys, prefix) {
  const { jwks } = required(checked(keys, KEYS, prefix), ["jwks"], prefix);
  const data = dataOf(jwks);
  if (data === undefined) {
    fail(
      `option ${prefix}jwks must be a JSON Web Key Set: plain objects, lists and values of JSON`,
    );
  }
  return data;
}

/** @param {string | readonly string[]} value */
const listOf = (value) => (typeof value === "string" ? [value] : value);

/**
 * The option `verify`, as the native side takes it.
 *
 * @param {unknown} verify
 * @returns {NativePolicy}
 */
function policyFrom(verify) {
  const members = checked(verify, VERIFY, "verify.", NEVER_UNDEFINED);
  const { clientId, groups, scopes, ...others } = members;
  const policy = { __proto__: null, ...others };
  if (clientId !== undefined) Object.assign(policy, clientsFrom(clientId));
  if (groups !== undefined) policy.groups = listOf(groups);
  if (scopes !== undefined) policy.scopes = listOf(scopes);
  return policy;
}

/**
 * The members of a plain object that are not undefined, as an object without a prototype. Unknown ones and those of a wrong
 * type are reported by name, and those of `neverUndefined` that are undefined.
 *
 * @param {unknown} object
 * @param {Record<string, OptionCheck>} table
 * @param {string} prefix
 * @param {readonly string[]} [neverUndefined]
 * @returns {any}
 */
function checked(object, table, prefix, neverUndefined = []) {
  const members = membersOf(object, table);
  if (members === undefined) {
    if (prefix === "" && isPromise(object)) fail("The options are a promise: await it");
    fail(`${prefix ? `option ${prefix.slice(0, -1)}` : "The options"} must be ${PLAIN}`);
  }
  for (const name of Object.keys(members)) {
    if (!Object.hasOwn(table, name)) {
      const known = Object.keys(table).join(", ");
      fail(`There is no option ${prefix}${name}; there are: ${known}`);
    }
    if (members[name] === undefined) {
      if (neverUndefined.includes(name)) {
        fail(`option ${prefix}${name} is undefined: set it or leave it out`);
      }
      delete members[name];
      continue;
    }
    const value = readable(members[name]);
    const { 0: isRight, 1: expected } = table[name];
    if (value === UNREADABLE || !isRight(value)) {
      fail(`option ${prefix}${name} must be ${expected}${value === UNREADABLE ? READABLE : ""}`);
    }
    members[name] = value;
  }
  return members;
}

/**
 * @param {Members} members
 * @param {readonly string[]} names
 * @param {string} prefix
 * @returns {any}
 */
function required(members, names, prefix) {
  for (const name of names) {
    if (members[name] === undefined) fail(`option ${prefix}${name} is missing`);
  }
  return members;
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  throw new Refusal(failure("config", message));
}

module.exports = {
  NEVER_UNDEFINED,
  PLAIN,
  VERIFY,
  checked,
  fail,
  optionsFrom,
  policyFrom,
  settingsOf,
};
