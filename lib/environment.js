"use strict";

// Settings from process.env. It is read here and handed down: Jest, worker threads and dotenv give code a process.env
// that the process's real environment does not show.

/** The option that each variable stands for; of two variables the first one that is set counts. */
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
  ["httpsProxy", ["HTTPS_PROXY", "https_proxy"]],
  ["noProxy", ["NO_PROXY", "no_proxy"]],
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

module.exports = { readEnvironment };
