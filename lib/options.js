"use strict";

// Options and environment → settings for the native side. JavaScript types are checked here, by name, never showing a
// value; what the values must look like is the native side's business.

const { readEnvironment } = require("./environment");
const { errorFrom } = require("./errors");

const isString = (value) => typeof value === "string" && value !== "" && value.isWellFormed();
const isListOfStrings = (value) => Array.isArray(value) && value.every(isString);
const isStringList = (value) => isListOfStrings(value) && value.length > 0;
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

const text = [isString, "a string that is not empty and has no lone surrogates"];
const texts = [(value) => isString(value) || isStringList(value), "a string or a list of strings"];
const wholeNumber = (least, most) => [
  (value) => Number.isInteger(value) && value >= least && value <= most,
  `a whole number from ${least} to ${most}`,
];

const OPTIONS = {
  region: text,
  userPoolId: text,
  clientId: text,
  clientSecret: text,
  authFlow: text,
  endpoint: text,
  issuer: texts,
  replicaRegions: [isListOfStrings, "a list of strings"],
  jwksUri: text,
  credentials: [isObject, "an object with accessKeyId and secretAccessKey"],
  timeoutMs: wholeNumber(1, 300_000),
  connectTimeoutMs: wholeNumber(1, 300_000),
  maxAttempts: wholeNumber(1, 10),
  verify: [isObject, "an object"],
  keys: [isObject, "an object with jwks"],
};
const CREDENTIALS = { accessKeyId: text, secretAccessKey: text, sessionToken: text };
const VERIFY = {
  use: text,
  clientId: [(value) => value === null || texts[0](value), `${texts[1]}, or null`],
  clockTolerance: wholeNumber(0, 600),
  groups: texts,
  scopes: texts,
};
const KEYS = { jwks: [isObject, "a JSON Web Key Set"] };

/**
 * Settings for the native side, on an object that inherits none: what is on Object.prototype is no setting. Throws an
 * AuthError whose stack begins below `caller`.
 */
function settingsFrom(options, caller) {
  const given = checked(options, OPTIONS, "", caller);
  const { keys, verify, credentials, issuer, ...rest } = given;
  const settings = { __proto__: null, ...readEnvironment(given), ...rest };
  if (issuer !== undefined) settings.issuer = listOf(issuer);
  if (credentials !== undefined) {
    settings.credentials = checked(credentials, CREDENTIALS, "credentials.", caller);
    required(settings.credentials, ["accessKeyId", "secretAccessKey"], "credentials.", caller);
  }
  if (verify !== undefined) settings.verify = policyFrom(verify, caller);
  if (keys !== undefined) {
    const { jwks } = required(checked(keys, KEYS, "keys.", caller), ["jwks"], "keys.", caller);
    settings.jwks = jwks;
  }
  return settings;
}

const listOf = (value) => (typeof value === "string" ? [value] : value);

/** The option `verify`, as the native side takes it. */
function policyFrom(verify, caller) {
  const { clientId, groups, scopes, ...rest } = checked(verify, VERIFY, "verify.", caller);
  const policy = { __proto__: null, ...rest };
  if (clientId !== undefined) {
    policy.anyClient = clientId === null;
    policy.clientIds = clientId === null ? undefined : listOf(clientId);
  }
  if (groups !== undefined) policy.groups = listOf(groups);
  if (scopes !== undefined) policy.scopes = listOf(scopes);
  return policy;
}

/**
 * The members of an object that are not undefined, on an object that inherits none. Unknown ones and those of a wrong type
 * are reported by name.
 */
function checked(object, table, prefix, caller) {
  if (!isObject(object)) fail(`${prefix.slice(0, -1) || "The options"} must be an object`, caller);
  const members = { __proto__: null };
  for (const name of Object.keys(object)) {
    if (!Object.hasOwn(table, name)) {
      const known = Object.keys(table).join(", ");
      fail(`There is no option ${prefix}${name}; there are: ${known}`, caller);
    }
    const value = object[name];
    if (value === undefined) continue;
    const [isRight, expected] = table[name];
    if (!isRight(value)) fail(`option ${prefix}${name} must be ${expected}`, caller);
    members[name] = value;
  }
  return members;
}

function required(members, names, prefix, caller) {
  for (const name of names) {
    if (members[name] === undefined) fail(`option ${prefix}${name} is missing`, caller);
  }
  return members;
}

function fail(message, caller) {
  throw errorFrom({ reason: "config", status: 500, name: "ConfigError", message }, caller);
}

module.exports = { policyFrom, settingsFrom };
