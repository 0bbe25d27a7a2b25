"use strict";

// The four functions in a process of their own, with an environment that a test chooses: what a process trusts, and through
// which proxy it goes, is settled once.

const { evaluate } = require("./child.js");
const { CLIENT, POOL, idClaims, sign } = require("../../tools/testing/tokens.js");

const FUNCTIONS = ["createCognitoUser", "login", "fetchUserByUsername", "verifyToken"];
const ALL_WELL = Object.fromEntries(FUNCTIONS.map((name) => [name, "resolved"]));

const SOURCE = `
  Object.assign(process.env, JSON.parse(process.env.LATER));
  const auth = require("./index.js");
  const calls = {
    createCognitoUser: () => auth.createCognitoUser("theseus", "Labyrinth1"),
    login: () => auth.login("theseus", "Labyrinth1"),
    fetchUserByUsername: () => auth.fetchUserByUsername("theseus"),
    verifyToken: () => auth.verifyToken(process.env.TOKEN),
  };
  (async () => {
    const play = async ([name, call]) => [
      name,
      await call().then(
        () => "resolved",
        (error) => ({
          reason: error.reason, hint: error.hint, attempts: error.attempts, retryable: error.retryable,
          message: error.message, cause: error.cause?.message,
          all: error.message + error.cause?.message + error.stack + JSON.stringify(error),
        }),
      ),
    ];
    const outcomes = await Promise.all(Object.entries(calls).map(play));
    console.log(JSON.stringify(Object.fromEntries(outcomes)));
  })();
`;

/**
 * What becomes of the four functions, in a process with this environment. The variables in `later` are set by the script:
 * Node.js itself does not see them when it starts.
 */
function play(env, { later = {}, ...options } = {}) {
  const all = {
    AWS_REGION: "us-east-1",
    USER_POOL_ID: POOL,
    COGNITO_CLIENT_ID: CLIENT,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    TOKEN: sign({ payload: idClaims() }),
    LATER: JSON.stringify(later),
    ...env,
  };
  return evaluate(SOURCE, { env: all, ...options });
}

module.exports = { ALL_WELL, FUNCTIONS, play };
