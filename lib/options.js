"use strict";

// Options and environment → settings for the native side. JavaScript types are checked here, by name, never showing a
// value; what the values must look like is the native side's business.

const { readEnvironment } = require("./environment");
const { errorFrom } = require("./errors");

const isString = (value) => typeof value === "string" && value !== "";
const isStringList = (value) => Array.isArray(value) && value.length > 0 && value.every(isString);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

const text = [isString, "a string that is not empty"];
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
  issuer: text,
  jwksUri: text,
  credentials: [isObject, "an object with accessKeyId and secretAccessKey"],
  timeoutMs: wholeNumber(1, 300_000),
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

/** Settings for the native side. Throws an AuthError whose stack begins below `caller`. */
function settingsFrom(options, caller) {
  const fail = (message) => {
    throw errorFrom({ reason: "config", status: 500, name: "ConfigError", message }, caller);
  };
  const checked = (object, table, prefix) => {
    const members = {};
    for (const name of Object.keys(object)) {
      if (!Object.hasOwn(table, name)) {
        fail(`There is no option ${prefix}${name}; there are: ${Object.keys(table).join(", ")}`);
      }
      const value = object[name];
      if (value === undefined) continue;
      const [isRight, expected] = table[name];
      if (!isRight(value)) fail(`option ${prefix}${name} must be ${expected}`);
      members[name] = value;
    }
    return members;
  };

  if (!isObject(options)) fail("The options must be an object");
  const { keys, verify, credentials, ...given } = checked(options, OPTIONS, "");
  const settings = { ...readEnvironment(), ...given };
  if (credentials !== undefined) {
    settings.credentials = checked(credentials, CREDENTIALS, "credentials.");
    for (const name of ["accessKeyId", "secretAccessKey"]) {
      if (settings.credentials[name] === undefined) fail(`option credentials.${name} is missing`);
    }
  }
  if (verify !== undefined) settings.verify = policyFrom(checked(verify, VERIFY, "verify."));
  if (keys !== undefined) {
    const { jwks } = checked(keys, KEYS, "keys.");
    if (jwks === undefined) fail("option keys.jwks is missing");
    settings.jwks = jwks;
  }
  return settings;
}

const listOf = (value) => (typeof value === "string" ? [value] : value);

function policyFrom({ clientId, groups, scopes, ...policy }) {
  if (clientId === null) policy.anyClient = true;
  else if (clientId !== undefined) policy.clientIds = listOf(clientId);
  if (groups !== undefined) policy.groups = listOf(groups);
  if (scopes !== undefined) policy.scopes = listOf(scopes);
  return policy;
}

module.exports = { settingsFrom };
