"use strict";

// Settings from process.env. It is read here and handed down: Jest, worker threads and dotenv give code a process.env
// that the process's real environment does not show.

const { write } = require("./json");

/**
 * The option that each variable stands for; of several variables the first one that is set counts. The order for the proxy is
 * that of curl and Node.js.
 */
const VARIABLES = [
  ["region", ["AWS_REGION", "AWS_DEFAULT_REGION"]],
  ["userPoolId", ["USER_POOL_ID"]],
  ["clientId", ["COGNITO_CLIENT_ID"]],
  ["clientSecret", ["COGNITO_CLIENT_SECRET"]],
  ["authFlow", ["COGNITO_AUTH_FLOW"]],
  ["endpoint", ["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL"]],
  ["issuer", ["COGNITO_ISSUER"]],
  ["jwksUri", ["COGNITO_JWKS_URI"]],
  ["profile", ["AWS_PROFILE"]],
  ["httpsProxy", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]],
  ["noProxy", ["no_proxy", "NO_PROXY"]],
  ["extraCaCerts", ["NODE_EXTRA_CA_CERTS"]],
];

/** Settings, as the native side takes them; a variable that is not set or empty has no member. */
function readEnvironment() {
  const { env } = process;
  const settings = {};
  for (const [option, names] of VARIABLES) {
    const name = names.find((candidate) => env[candidate]);
    if (name !== undefined) settings[option] = env[name];
  }
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) {
    settings.credentials = {
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    };
    if (env.AWS_SESSION_TOKEN) settings.credentials.sessionToken = env.AWS_SESSION_TOKEN;
  }
  return settings;
}

/** What the AWS SDK's sources of credentials read, beside the settings above. */
const SOURCES = [
  "AWS_CONFIG_FILE",
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
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "HOME",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
];

/**
 * A text that changes whenever settings from the environment do, and with them the Auth that they make. Static credentials
 * leave no need for sources of them, and reading a variable takes time.
 */
function fingerprintOf(settings) {
  const { env } = process;
  const sources = settings.credentials === undefined ? SOURCES.map((name) => env[name]) : [];
  return write([settings, sources]);
}

/** All of `process.env`, for native code that reads variables. */
const snapshot = () => ({ ...process.env });

/** AWS Lambda's trace of the present invocation. Each has its own. */
const traceId = () => process.env._X_AMZN_TRACE_ID;

module.exports = { fingerprintOf, readEnvironment, snapshot, traceId };
