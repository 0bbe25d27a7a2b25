"use strict";

// JSON that an application merges into objects can put any member on Object.prototype, and faulty code more than that. In a
// process of its own each name that our code could read is put there, in several forms, while calls of every kind are made:
// verdicts, endpoints, credentials and errors stay as they are.

const { playPolluted } = require("../support/polluted.js");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { LANGUAGE, namesInSources } = require("../support/pollution.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const { CLIENT, POOL, jwk, rsaPair } = require("../../tools/testing/tokens.js");

let service;
let attacker;
let keys;
let played;

beforeAll(async () => {
  [service, attacker, keys] = await Promise.all([
    startServiceServer(),
    startServiceServer(),
    startJwksServer(jwk(rsaPair())),
  ]);
  played = await playPolluted(require.resolve("../support/pollution.js"), {
    AWS_ENDPOINT_URL: service.endpoint,
    USER_POOL_ID: POOL,
    COGNITO_CLIENT_ID: CLIENT,
    COGNITO_JWKS_URI: keys.url,
    ATTACKER: attacker.endpoint,
  });
}, 300_000);
afterAll(() => Promise.all([service, attacker, keys].map((server) => server.stop())));

test("the names are those of our sources, and of the language", () => {
  const names = namesInSources();
  for (const name of [
    ...[
      "keys",
      "jwks",
      "verify",
      "clientIds",
      "anyClient",
      "signal",
      "groups",
      "clockTolerance",
      "nbf",
    ],
    ...["USER_POOL_ID", "COGNITO_JWKS_URI", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "NO_PROXY"],
    ...["failure", "stage", "hint", "session", "expiredAt", "accessKeyId", "token-expired"],
  ]) {
    expect(names).toContain(name);
  }
  expect(names.length).toBeGreaterThan(400);
  expect(played.cases).toBeGreaterThan(names.length * 6);
});

test("without pollution the calls end as they should", () => {
  const reasonOf = (outcome) => /"([a-z-]+)",\d+,/.exec(outcome)?.[1] ?? "resolved";
  const { clean } = played;
  expect(
    Object.fromEntries(Object.keys(clean).map((call) => [call, reasonOf(clean[call])])),
  ).toEqual({
    "a forged token": "token-signature",
    "a forged token, verified by a new Auth": "token-signature",
    "a good token": "resolved",
    "an expired token": "token-expired",
    "an access token of another client": "token-use",
    "a policy without groups": "token-use",
    "a policy with groups": "token-groups",
    "a token with a signal": "token-signature",
    "a token with a policy that is not looked at": "config",
    "tokens of one turn": "resolved",
    "wrong arguments": "invalid-argument",
    "a raised signal": "aborted",
    "an unknown option": "config",
    "a policy that is undefined": "config",
    "half of the credentials": "config",
    "a request with a good token": "resolved",
    "a request with a forged token": "token-signature",
    "a request without a token": "token-missing",
    "a request of another site": "cross-site",
    "an authorizer's event": "resolved",
    "an answer to an error": "resolved",
    "a sign-in": "resolved",
    "a forged token, verified after it": "token-signature",
  });
  expect(clean["tokens of one turn"]).toBe(
    '"token-signature token-signature token-expired token-use token-signature "',
  );
});

/** Node-API assigns to the items of a list: a getter for an index takes a verdict away, and the token is refused for that. */
const isLostInList = ([, name, kind, call, outcome]) =>
  LANGUAGE.indices.includes(name) &&
  kind.startsWith("getter") &&
  call === "tokens of one turn" &&
  /^"((internal|token-[a-z]+) ){5}"$/.test(outcome);

test("no call ends otherwise under pollution", () => {
  expect(played.differences.filter((difference) => !isLostInList(difference))).toEqual([]);
});

test("passwords and credentials go to the configured endpoint, and nothing goes elsewhere", () => {
  expect(attacker.requests).toEqual([]);
  // One for each case, and one without pollution.
  expect(service.requests).toHaveLength(played.cases + 1);
  for (const { operation, headers, body } of service.requests) {
    expect(operation).toBe("AdminInitiateAuth");
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDGOOD\/\d+\/us-east-1\//,
    );
    expect(body).toMatchObject({ UserPoolId: POOL, ClientId: CLIENT });
  }
});
