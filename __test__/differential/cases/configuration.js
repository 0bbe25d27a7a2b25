"use strict";

// What is missing or wrong in the environment.

const register = (auth) =>
  auth.createCognitoUser("theseus", "Labyrinth1", "theseus@example.com", "+14155550100");
const signIn = (auth) => auth.login("theseus", "Labyrinth1");
const find = (auth) => auth.fetchUserByUsername("theseus");
const PLAYS = { createCognitoUser: register, login: signIn, fetchUserByUsername: find };

const noKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

const missing = (code, reason = "config") => ["configuration-words", { code, reason }];
const missingParameter = missing("MissingRequiredParameter");
const checkedFirst = (reason) => ["checked-first", { reason, sent: [] }];
const fromThePool = ["region-of-pool", { kind: "resolves" }];
const asIfNotSet = ["empty-variable", { code: "MissingRequiredParameter", reason: "config" }];

/** What is changed, and how createCognitoUser, login and fetchUserByUsername differ then. */
const ENVIRONMENTS = {
  "no USER_POOL_ID": [
    { USER_POOL_ID: undefined },
    checkedFirst("config"),
    missingParameter,
    missingParameter,
  ],
  "no COGNITO_CLIENT_ID": [{ COGNITO_CLIENT_ID: undefined }, missingParameter, missingParameter],
  "neither pool nor client": [
    { USER_POOL_ID: undefined, COGNITO_CLIENT_ID: undefined },
    missingParameter,
    missingParameter,
    missingParameter,
  ],
  "no AWS_REGION": [{ AWS_REGION: undefined }, fromThePool, fromThePool, fromThePool],
  "neither region nor pool": [
    { AWS_REGION: undefined, USER_POOL_ID: undefined },
    checkedFirst("config"),
    missingParameter,
    missingParameter,
  ],
  "no credentials": [
    noKeys,
    checkedFirst("aws-credentials"),
    missing("CredentialsError", "aws-credentials"),
    missing("CredentialsError", "aws-credentials"),
  ],
  "no secret access key": [
    { AWS_SECRET_ACCESS_KEY: undefined },
    checkedFirst("aws-credentials"),
    missing("CredentialsError", "aws-credentials"),
    missing("CredentialsError", "aws-credentials"),
  ],
  "an empty USER_POOL_ID": [{ USER_POOL_ID: "" }, asIfNotSet, asIfNotSet, asIfNotSet],
  "an empty COGNITO_CLIENT_ID": [{ COGNITO_CLIENT_ID: "" }, asIfNotSet, asIfNotSet],
  "a session token": [{ AWS_SESSION_TOKEN: "session" }],
};

module.exports = [
  ...Object.entries(ENVIRONMENTS).flatMap(([name, [environment, ...differs]]) =>
    Object.entries(PLAYS).map(([call, play], index) => ({
      name: `${call}: ${name}`,
      environment,
      play,
      differs: differs[index],
    })),
  ),
  {
    name: "fetchUserByUsername: a region that is none",
    environment: { AWS_REGION: "us east" },
    play: find,
    differs: missing("ConfigError"),
  },
  {
    name: "login: the pool is set after the package has been loaded",
    environment: { USER_POOL_ID: undefined, COGNITO_CLIENT_ID: undefined },
    play: (auth) => {
      process.env.USER_POOL_ID = "us-east-1_AbCdEfGhI";
      process.env.COGNITO_CLIENT_ID = "1later";
      return signIn(auth);
    },
  },
  {
    name: "login: the client changes between two calls",
    play: async (auth) => {
      const first = await signIn(auth);
      process.env.COGNITO_CLIENT_ID = "1other";
      return [first, await signIn(auth)];
    },
  },
];
