"use strict";

// Which flows an app client allows, and Cognito's words where it does not: by raw requests.

const { createTestPool } = require("../../testing.js");
const { begin, outcome, play, startPool } = require("../support/test-pool.js");

const PASSWORD = "Labyrinth1";
const USER = { username: "theseus", password: PASSWORD };
const PARAMETERS = { USERNAME: "theseus", PASSWORD, SRP_A: "2", REFRESH_TOKEN: "none" };
const ALL = [
  "USER_PASSWORD_AUTH",
  "ADMIN_USER_PASSWORD_AUTH",
  "USER_SRP_AUTH",
  "CUSTOM_AUTH",
  "USER_AUTH",
  "REFRESH_TOKEN_AUTH",
];
const customAuth = () => ({ next: true });
const refused = (message) => ["InvalidParameterException", message];

/** Operation, flow, its name among those that are allowed, the words. */
const CASES = [
  [
    "InitiateAuth",
    "USER_PASSWORD_AUTH",
    "USER_PASSWORD_AUTH",
    "USER_PASSWORD_AUTH flow not enabled for this client",
  ],
  [
    "AdminInitiateAuth",
    "ADMIN_USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "Auth flow not enabled for this client",
  ],
  [
    "AdminInitiateAuth",
    "ADMIN_NO_SRP_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "Auth flow not enabled for this client",
  ],
  ...["InitiateAuth", "AdminInitiateAuth"].flatMap((operation) => [
    [operation, "USER_SRP_AUTH", "USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."],
    [operation, "CUSTOM_AUTH", "CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client."],
    [operation, "USER_AUTH", "USER_AUTH", "USER_AUTH flow not enabled for this client"],
    ...["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"].map((flow) => [
      operation,
      flow,
      "REFRESH_TOKEN_AUTH",
      "REFRESH_TOKEN_AUTH flow not enabled for this client",
    ]),
  ]),
];

const pools = new Map();
async function poolOf(authFlows) {
  const key = JSON.stringify(authFlows);
  if (!pools.has(key)) {
    pools.set(key, await startPool({ users: [USER], customAuth, authFlows }));
  }
  return pools.get(key);
}
afterAll(() => Promise.all([...pools.values()].map((pool) => pool.stop())));

const ask = async (pool, operation, AuthFlow, AuthParameters = PARAMETERS) =>
  outcome((await play(pool, operation, { AuthFlow, AuthParameters })).body);

test.each(CASES)("%s: %s needs %s", async (operation, flow, allowed, words) => {
  const without = await poolOf(ALL.filter((name) => name !== allowed));
  expect(await ask(without, operation, flow)).toEqual(refused(words));
  // Before anything is asked of the parameters.
  expect(await ask(without, operation, flow, {})).toEqual(refused(words));
  const alone = await poolOf([allowed]);
  const byDefault = await poolOf(undefined);
  const answer = await ask(alone, operation, flow);
  expect(answer).not.toEqual(refused(words));
  expect(await ask(byDefault, operation, flow)).toEqual(answer);
});

test("an operation that does not take a flow says so, whatever is allowed", async () => {
  const pool = await poolOf(["USER_SRP_AUTH"]);
  const words = refused("Initiate Auth method not supported.");
  expect(await ask(pool, "AdminInitiateAuth", "USER_PASSWORD_AUTH")).toEqual(words);
  expect(await ask(pool, "InitiateAuth", "ADMIN_NO_SRP_AUTH")).toEqual(words);
});

test("GetTokensFromRefreshToken needs none of them", async () => {
  const pool = await poolOf(["USER_PASSWORD_AUTH"]);
  const { AuthenticationResult } = await begin(pool, "USER_PASSWORD_AUTH", PARAMETERS);
  const { RefreshToken } = AuthenticationResult;
  const { body } = await play(pool, "GetTokensFromRefreshToken", { RefreshToken });
  expect(outcome(body)).toBe("tokens");
});

describe("with rotation", () => {
  const refreshTokenRotation = { retryGracePeriodSeconds: 0 };

  test("REFRESH_TOKEN_AUTH is not allowed, the others are", async () => {
    const pool = await startPool({ users: [USER], customAuth, refreshTokenRotation });
    for (const [operation, flow, allowed, words] of CASES) {
      const answer = await ask(pool, operation, flow);
      if (allowed === "REFRESH_TOKEN_AUTH") expect(answer).toEqual(refused(words));
      else expect(answer).not.toEqual(refused(words));
    }
    await pool.stop();
  });

  test("and cannot be", async () => {
    const options = { refreshTokenRotation, authFlows: ALL };
    await expect(createTestPool(options)).rejects.toThrow(
      "createTestPool: an app client with refreshTokenRotation does not allow REFRESH_TOKEN_AUTH",
    );
  });
});
