"use strict";

// The settings of a test, and nothing that this machine happens to have set.

/** Everything that this package reads from process.env. */
const OURS = /^(AWS_.*|COGNITO_.*|USER_POOL_ID|(HTTP|HTTPS|NO|ALL)_PROXY|NODE_EXTRA_CA_CERTS)$/i;

/** Sets these variables, and removes every other one of ours. Returns a function that undoes it. */
function useEnvironment(variables = {}) {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) {
    if (OURS.test(name)) delete process.env[name];
  }
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  };
}

const OPTIONS = {
  AWS_REGION: "region",
  USER_POOL_ID: "userPoolId",
  COGNITO_CLIENT_ID: "clientId",
  COGNITO_CLIENT_SECRET: "clientSecret",
  COGNITO_AUTH_FLOW: "authFlow",
  COGNITO_STATE_KEY: "stateKey",
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "endpoint",
  COGNITO_ISSUER: "issuer",
  COGNITO_JWKS_URI: "jwksUri",
};

/** The same settings as options of createAuth. */
function optionsFrom(environment) {
  const options = {};
  for (const [variable, option] of Object.entries(OPTIONS)) {
    if (environment[variable]) options[option] = environment[variable];
  }
  if (environment.AWS_ENDPOINT_URL) options.endpoint ??= environment.AWS_ENDPOINT_URL;
  if (environment.AWS_ACCESS_KEY_ID) {
    options.credentials = {
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
      ...(environment.AWS_SESSION_TOKEN && { sessionToken: environment.AWS_SESSION_TOKEN }),
    };
  }
  return options;
}

module.exports = { optionsFrom, useEnvironment };
