"use strict";

// Calls that fail, one for each way in which an error is made, and what they are to fail for.

const { makeTokens, options } = require("./many-tokens.js");
const { idClaims, rsaPair, sign } = require("../../tools/testing/tokens.js");

/** "resolved", the reason of a typed error, or the text of another. Descriptors show what is the error's own. */
async function outcome(call) {
  try {
    await call();
    return "resolved";
  } catch (error) {
    const ownOf = (value, name) => Object.getOwnPropertyDescriptor(value, name)?.value;
    const own = (name) => ownOf(error, name);
    for (const name of ["name", "message", "hint", "cause", "session"]) {
      if (own(name) === "polluted") return `polluted ${name}`;
    }
    if (ownOf(own("cause") ?? {}, "message") === "polluted") return "polluted cause";
    const isTyped = own("code") === own("name") && typeof own("message") === "string";
    return isTyped && own("status") !== undefined ? own("reason") : `untyped: ${error}`;
  }
}

/** `outcomes()` plays the calls; all that they need is made here, before anything is replaced. */
function OUTCOMES({ createAuth, login, verifyToken }) {
  const [good] = makeTokens(1);
  const expired = sign({ payload: idClaims({ exp: 5 }) });
  const early = sign({ payload: idClaims({ nbf: 9e9 }) });
  const forged = sign({ key: rsaPair("attacker").privateKey });
  const away = {
    ...options(),
    keys: undefined,
    jwksUri: "http://127.0.0.1:1/jwks",
    endpoint: "http://127.0.0.1:1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
  };
  const here = options();
  const raised = AbortSignal.abort();
  const pairOf = (auth, token) => Promise.all([good, token].map((one) => auth.verifyToken(one)));
  const CALLS = [
    ["resolved", () => createAuth(here).verifyToken(good)],
    ["token-expired", () => createAuth(here).verifyToken(expired)],
    ["token-not-active", () => createAuth(here).verifyToken(early)],
    ["token-signature", () => createAuth(here).verifyToken(forged)],
    ["token-malformed", () => createAuth(here).verifyToken("x.y.z")],
    ["token-malformed", () => createAuth(here).verifyToken(5)],
    ["token-expired", () => createAuth(here).verifySync(expired)],
    ["token-expired", () => pairOf(createAuth(here), expired)],
    ["resolved", () => createAuth(here).verify(good, { clientId: null })],
    ["token-use", () => createAuth(here).verify(good, { use: "access" })],
    ["keys-unavailable", () => createAuth(away).verifyToken(good)],
    ["keys-unavailable", () => createAuth(away).ready()],
    ["invalid-argument", () => createAuth(away).createCognitoUser(undefined, 5)],
    ["invalid-argument", () => createAuth(away).login("a", "b", { signal: 5 })],
    ["aborted", () => createAuth(away).login("a", "b", { signal: raised })],
    ["network", () => createAuth(away).login("a", "b", { signal: new AbortController().signal })],
    ["config", () => createAuth({ regoin: 1 })],
    ["config", () => login("a", "b")],
    ["token-malformed", () => verifyToken("x.y.z")],
    ["config", () => createAuth({ userPoolId: "\n" })],
  ];
  return {
    expected: CALLS.map(([reason]) => reason),
    async outcomes() {
      const all = [];
      for (const [, call] of CALLS) all.push(await outcome(call));
      return all;
    },
  };
}

module.exports = { OUTCOMES, outcome };
