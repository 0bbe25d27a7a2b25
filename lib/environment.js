"use strict";

// Settings from process.env. It is read here and handed down: Jest, worker threads and dotenv give code a process.env
// that the process's real environment does not show.

const { write } = require("./json");

const texts = (list) => list.split(/, */);

/**
 * The setting that each variable stands for, and how its value is read if not as it is; of two variables the first one that
 * is set counts.
 */
const VARIABLES = [
  ["region", ["COGNITO_REGION"]],
  // Where this code runs: Lambda sets it, wherever the pool is.
  ["ambientRegion", ["AWS_REGION", "AWS_DEFAULT_REGION"]],
  ["userPoolId", ["USER_POOL_ID"]],
  ["clientId", ["COGNITO_CLIENT_ID"]],
  ["clientSecret", ["COGNITO_CLIENT_SECRET"]],
  ["authFlow", ["COGNITO_AUTH_FLOW"]],
  ["endpoint", ["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL"]],
  ["issuer", ["COGNITO_ISSUER"], texts],
  ["jwksUri", ["COGNITO_JWKS_URI"]],
  ["profile", ["AWS_PROFILE"]],
  ["httpsProxy", ["HTTPS_PROXY", "https_proxy"]],
  ["noProxy", ["NO_PROXY", "no_proxy"]],
  ["extraCaCerts", ["NODE_EXTRA_CA_CERTS"]],
];

const CREDENTIALS = [
  ["accessKeyId", "AWS_ACCESS_KEY_ID"],
  ["secretAccessKey", "AWS_SECRET_ACCESS_KEY"],
  ["sessionToken", "AWS_SESSION_TOKEN"],
];

/**
 * Settings that belong to the pool or the app client of the environment. With another one, given as an option, they would
 * accept one pool's tokens as the other's, or send one client's secret with the other.
 */
const BELONGING = [
  ["userPoolId", ["issuer", "jwksUri", "clientId", "clientSecret"]],
  ["clientId", ["clientSecret"]],
];

/**
 * A variable's text, undefined if it is not set or empty. What is inherited is no variable: one assignment to
 * Object.prototype, which may come from outside, would be a setting. Lone surrogates become U+FFFD, as Node.js writes them to
 * the process's environment.
 */
function variable(env, name) {
  const value = env[name];
  if (typeof value !== "string" || value === "" || isInherited(env, name)) return undefined;
  return value.toWellFormed();
}

/** A proxy, such as Jest's process.env on Windows, may give a variable by reading alone. */
function isInherited(env, name) {
  if (Object.hasOwn(env, name)) return false;
  const prototype = Object.getPrototypeOf(env);
  return prototype !== null && name in prototype;
}

/**
 * Settings, as the native side takes them, without those that belong to another pool or app client than `given` names. A
 * variable that is not set has no member.
 */
function readEnvironment(given) {
  const { env } = process;
  const settings = { __proto__: null };
  for (const [setting, names, read] of VARIABLES) {
    for (const name of names) {
      const value = variable(env, name);
      if (value === undefined) continue;
      settings[setting] = read === undefined ? value : read(value);
      break;
    }
  }
  for (const [owner, belonging] of BELONGING) {
    if (given[owner] === undefined || settings[owner] === undefined) continue;
    if (given[owner] === settings[owner]) continue;
    for (const setting of belonging) delete settings[setting];
  }
  if (variable(env, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.toLowerCase() === "true") {
    delete settings.endpoint;
  }
  const credentials = { __proto__: null };
  for (const [part, name] of CREDENTIALS) {
    const value = variable(env, name);
    if (value !== undefined) credentials[part] = value;
  }
  const { accessKeyId, secretAccessKey } = credentials;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    settings.credentials = credentials;
  }
  return settings;
}

/** What requests depend on, beside the settings above: variables, and those that say where the AWS files are. */
const REQUESTS = [
  "AWS_CONFIG_FILE",
  "AWS_EXECUTION_ENV",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_MAX_ATTEMPTS",
  "AWS_PROFILE",
  "AWS_RETRY_MODE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "AWS_USE_FIPS_ENDPOINT",
  "HOME",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
  "USERPROFILE",
];

/** What the AWS SDK's sources of credentials read beside these. */
const SOURCES = [
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_EC2_METADATA_DISABLED",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
  "AWS_EC2_METADATA_V1_DISABLED",
  "AWS_ENDPOINT_URL_SSO",
  "AWS_ENDPOINT_URL_SSO_OIDC",
  "AWS_ENDPOINT_URL_STS",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
];

/**
 * A text that changes whenever settings from the environment do, and with them the Auth that they make. Static credentials
 * leave no need for sources of them, and reading a variable takes time.
 */
function fingerprintOf(settings) {
  const { env } = process;
  const names = settings.credentials === undefined ? [...REQUESTS, ...SOURCES] : REQUESTS;
  return write([settings, names.map((name) => variable(env, name))]);
}

/** The variables that native code reads if it needs no source of credentials. */
function requestVariables() {
  const { env } = process;
  const variables = { __proto__: null };
  for (const name of REQUESTS) variables[name] = variable(env, name);
  return variables;
}

/**
 * All variables of `process.env` that are texts, for sources of credentials: a credential process gets them. Where there are
 * thousands, reading them takes long.
 */
function snapshot() {
  const { env } = process;
  const variables = { __proto__: null };
  for (const name of Object.keys(env)) {
    const value = env[name];
    if (typeof value === "string") variables[name.toWellFormed()] = value.toWellFormed();
  }
  return variables;
}

/** AWS Lambda's trace of the present invocation. Each has its own. */
const traceId = () => variable(process.env, "_X_AMZN_TRACE_ID");

module.exports = { fingerprintOf, readEnvironment, requestVariables, snapshot, traceId };
