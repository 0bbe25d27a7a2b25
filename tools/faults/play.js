"use strict";

// What becomes of each call while something is the matter.

const { createAuth } = require("../..");
const { settled } = require("../outcomes.js");
const { startServiceServer } = require("../testing/service-server.js");
const { encode, idClaims, jwk, rsaPair, sign, POOL, CLIENT } = require("../testing/tokens.js");

const TIMEOUT_MS = 3_000;
/** Of a fetch of the keys, which has a deadline of its own. */
const FETCH_MS = 3_000;
/** No call outlives its deadline by more. */
const GRACE_MS = 500;

const OPERATIONS = ["SignUp", "AdminConfirmSignUp", "AdminInitiateAuth", "AdminGetUser", "GET"];

const token = () => sign({ payload: idClaims() });
const ofUnknownKey = () =>
  [encode({ alg: "RS256", kid: "unknown" }), ...token().split(".").slice(1)].join(".");

const CALLS = {
  login: { limit: TIMEOUT_MS, call: (auth) => auth.login("theseus", "Labyrinth1") },
  createCognitoUser: {
    limit: TIMEOUT_MS,
    call: (auth) =>
      auth.createCognitoUser("theseus", "Labyrinth1", "t@example.com", "+14155550100"),
  },
  "verifyToken, cold": { limit: FETCH_MS, call: (auth) => auth.verifyToken(token()) },
};

/** `{ outcome, reason, attempts, stage, retryable, retryAfter, took, late }` */
async function timed(promise, limit) {
  const start = performance.now();
  const { error } = await settled(promise, 30);
  const took = performance.now() - start;
  const { reason, attempts, stage, retryable, retryAfter } = error ?? {};
  const outcome = error ? "rejects" : "resolves";
  return {
    outcome,
    reason,
    attempts,
    stage,
    retryable,
    retryAfter,
    took,
    late: took > limit + GRACE_MS,
  };
}

/** The results of all calls under a fault, each against a server of its own. */
async function playFault(fault, certificates) {
  const calls = Object.entries(CALLS).map(async ([name, { call, limit }]) => [
    name,
    await onServer(fault, certificates, ({ auth }) => timed(call(auth()), limit)),
  ]);
  const warm = onServer({ name: fault.name }, certificates, async ({ server, auth }) => {
    const warmed = auth();
    await warmed.ready();
    breakDown(server, fault.answer ?? { status: 503, body: "" });
    // A key that nobody knows starts a fetch, which fails.
    const unknown = settled(warmed.verifyToken(ofUnknownKey()), 30);
    const result = await timed(warmed.verifyToken(token()), 0);
    await unknown;
    return result;
  });
  return Object.fromEntries([
    ...(await Promise.all(calls)),
    ["verifyToken, keys there", await warm],
  ]);
}

function breakDown(server, answer) {
  for (const operation of OPERATIONS) server.always(operation, answer);
}

/** Plays on a server with this fault; `auth` makes an Auth of `endpoint`, which has the keys too. */
async function onServer({ answer, tls, endpoint }, certificates, play) {
  const server = await startServiceServer({ tls: tls && certificates[tls] });
  try {
    server.serveKeys(POOL, { keys: [jwk(rsaPair())] });
    if (answer) breakDown(server, answer);
    const address = endpoint ? endpoint(server) : server.endpoint;
    const auth = () =>
      createAuth({
        ...server.options,
        clientId: CLIENT,
        endpoint: address,
        timeoutMs: TIMEOUT_MS,
      });
    return await play({ server, auth, endpoint: address });
  } finally {
    await server.stop();
  }
}

module.exports = { CALLS, onServer, playFault };
