"use strict";

// The settings that the four functions take from process.env: Jest's copy of it, as it is at each call.

const auth = require("../..");
const { evaluate } = require("../support/child.js");
const { startEmulator } = require("../../tools/emulator.js");
const { optionsFrom } = require("../support/environment.js");
const { CALLS, POOL, freshCopy, scopeOf, useServiceWorld } = require("../support/service-world");
const { refusal } = require("../../tools/outcomes.js");
const { startServiceServer } = require("../../tools/testing/service-server.js");
const { CLIENT, idClaims, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens.js");

const world = useServiceWorld();
const { only, use } = world;

const issuerOf = (pool) => `https://cognito-idp.us-east-1.amazonaws.com/${pool}`;

/** A pool id that no other test has: keys are cached by address, and ports are used again. */
let serial = 0;
function newPool() {
  serial += 1;
  return `us-east-1_Env${process.pid}x${Date.now()}x${serial}`;
}

describe("process.env, set inside a test, is what counts", () => {
  test.each(CALLS)("for %s", async (name, call) => {
    use();
    await call();
    expect(world.service.requests.length).toBeGreaterThan(0);
    for (const { body } of world.service.requests) {
      if ("UserPoolId" in body) expect(body.UserPoolId).toBe(POOL);
      if ("ClientId" in body) expect(body.ClientId).toBe(CLIENT);
    }
    const signed = world.service.requests.at(-1);
    expect(scopeOf(signed)[0]).toBe("AKIDEXAMPLE");
    expect(name).toEqual(expect.any(String));
  });

  test("for verifyToken", async () => {
    const pool = newPool();
    world.service.serveKeys(pool, jwks(jwk(rsaPair())));
    use({ USER_POOL_ID: pool });
    const token = sign({ payload: idClaims({ iss: issuerOf(pool) }) });
    await expect(freshCopy().verifyToken(token)).resolves.toMatchObject({ aud: CLIENT });
    expect(world.service.requests.map(({ url }) => url)).toEqual([
      `/${pool}/.well-known/jwks.json`,
    ]);
  });

  test("and not the environment that the process really has", async () => {
    // The process's own environment names another pool than its process.env does afterwards.
    const source = `
      const { createCognitoUser, fetchUserByUsername } = require("./index.js");
      process.env.USER_POOL_ID = "us-east-1_FromScript";
      process.env.AWS_ACCESS_KEY_ID = "AKIDSCRIPT";
      fetchUserByUsername("theseus").then((user) => console.log(JSON.stringify(user)));
    `;
    const env = {
      AWS_REGION: "us-east-1",
      USER_POOL_ID: "us-east-1_FromShell",
      AWS_ENDPOINT_URL: world.service.endpoint,
      AWS_ACCESS_KEY_ID: "AKIDSHELL",
      AWS_SECRET_ACCESS_KEY: "secret",
    };
    await evaluate(source, { env });
    expect(world.service.requests[0].body.UserPoolId).toBe("us-east-1_FromScript");
    expect(scopeOf(world.service.requests[0])[0]).toBe("AKIDSCRIPT");
  });
});

describe("a changed value counts from the next call on", () => {
  test.each([
    ["USER_POOL_ID", "us-east-1_Another", (request) => request.body.UserPoolId],
    ["COGNITO_CLIENT_ID", "another1client", (request) => request.body.ClientId],
    ["AWS_ACCESS_KEY_ID", "AKIDANOTHER", (request) => scopeOf(request)[0]],
    ["COGNITO_REGION", "eu-west-3", (request) => scopeOf(request)[2]],
    ["AWS_SESSION_TOKEN", "session==", (request) => request.headers["x-amz-security-token"]],
    ["COGNITO_AUTH_FLOW", "ADMIN_USER_PASSWORD_AUTH", (request) => request.body.AuthFlow],
  ])("%s", async (variable, value, seen) => {
    use();
    await auth.login("theseus", "Labyrinth1");
    process.env[variable] = value;
    await auth.login("theseus", "Labyrinth1");
    delete process.env[variable];
    const [before, after] = world.service.requests;
    expect(seen(before)).not.toBe(value);
    expect(seen(after)).toBe(value);
  });

  test("AWS_MAX_ATTEMPTS, which is no setting of our own", async () => {
    world.service.always("AdminInitiateAuth", { status: 500 });
    use();
    await refusal(auth.login("theseus", "Labyrinth1"));
    expect(world.service.requests).toHaveLength(3);
    process.env.AWS_MAX_ATTEMPTS = "1";
    await refusal(auth.login("theseus", "Labyrinth1"));
    expect(world.service.requests).toHaveLength(4);
  });

  test("the endpoint", async () => {
    const other = await startServiceServer();
    try {
      use();
      await auth.login("theseus", "Labyrinth1");
      process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = other.endpoint;
      await auth.login("theseus", "Labyrinth1");
      expect([world.service.requests.length, other.requests.length]).toEqual([1, 1]);
    } finally {
      await other.stop();
    }
  });

  test("for verifyToken, once a call to Cognito has looked", async () => {
    const [first, second] = [newPool(), newPool()];
    for (const pool of [first, second]) world.service.serveKeys(pool, jwks(jwk(rsaPair())));
    const of = (pool) => sign({ payload: idClaims({ iss: issuerOf(pool) }) });
    const copy = freshCopy();
    use({ USER_POOL_ID: first });
    await expect(copy.verifyToken(of(first))).resolves.toBeTruthy();
    process.env.USER_POOL_ID = second;
    await copy.login("theseus", "Labyrinth1");
    await expect(copy.verifyToken(of(second))).resolves.toBeTruthy();
    expect((await refusal(copy.verifyToken(of(first)))).reason).toBe("token-issuer");
  });

  test("a call under way goes on with the settings that it began with", async () => {
    world.service.always("SignUp", { body: { UserConfirmed: false }, delay: 300 });
    use();
    const call = auth.createCognitoUser("theseus", "Labyrinth1");
    process.env.USER_POOL_ID = "us-east-1_Another";
    await call;
    expect(world.service.of("AdminConfirmSignUp")[0].body.UserPoolId).toBe(POOL);
  });

  test("what was missing can be set afterwards", async () => {
    const copy = freshCopy();
    use({ USER_POOL_ID: undefined, COGNITO_CLIENT_ID: undefined });
    expect((await refusal(copy.login("theseus", "Labyrinth1"))).reason).toBe("config");
    expect((await refusal(copy.verifyToken(sign()))).reason).toBe("config");
    const pool = newPool();
    world.service.serveKeys(pool, jwks(jwk(rsaPair())));
    process.env.USER_POOL_ID = pool;
    process.env.COGNITO_CLIENT_ID = CLIENT;
    const token = sign({ payload: idClaims({ iss: issuerOf(pool) }) });
    await expect(copy.verifyToken(token)).resolves.toBeTruthy();
    await expect(copy.login("theseus", "Labyrinth1")).resolves.toEqual(expect.any(String));
  });
});

describe("several of them in one process", () => {
  test("jest.resetModules leaves both copies working", async () => {
    use();
    const before = require("../..");
    jest.resetModules();
    const after = require("../..");
    expect(after).not.toBe(before);
    await before.fetchUserByUsername("theseus");
    await after.fetchUserByUsername("theseus");
    await before.login("theseus", "Labyrinth1");
    expect(world.service.requests).toHaveLength(3);
    const keys = { jwks: jwks(jwk(rsaPair())) };
    for (const copy of [before, after, before]) {
      await expect(copy.createAuth({ keys }).verifyToken(sign())).resolves.toBeTruthy();
    }
  });

  test("many changes of the environment, and every call has its own", async () => {
    use();
    const pools = Array.from({ length: 30 }, (_, i) => `us-east-1_Many${i}`);
    const calls = pools.map((pool) => {
      process.env.USER_POOL_ID = pool;
      return auth.fetchUserByUsername("theseus");
    });
    await Promise.all(calls);
    expect(world.service.requests.map(({ body }) => body.UserPoolId).sort()).toEqual(pools.sort());
  });

  test("two Auths on two pools keep users and tokens apart", async () => {
    const emulator = await startEmulator({ kind: "ministack" });
    try {
      only();
      const [one, two] = await Promise.all([emulator.createPool(), emulator.createPool()]);
      const first = auth.createAuth(optionsFrom(one.environment));
      const second = auth.createAuth(optionsFrom(two.environment));
      await first.createCognitoUser("theseus", "Labyrinth1", "t@example.com", "+14155550101");
      await second.createCognitoUser("theseus", "Labyrinth2", "t@example.com", "+14155550102");
      expect((await refusal(first.login("theseus", "Labyrinth2"))).reason).toBe("bad-credentials");
      const [a, b] = await Promise.all([
        first.login("theseus", "Labyrinth1"),
        second.login("theseus", "Labyrinth2"),
      ]);
      await expect(first.verifyToken(a)).resolves.toMatchObject({ aud: one.clientId });
      await expect(second.verifyToken(b)).resolves.toMatchObject({ aud: two.clientId });
      for (const [pool, token] of [
        [first, b],
        [second, a],
      ]) {
        expect(await refusal(pool.verifyToken(token))).toBeInstanceOf(auth.JsonWebTokenError);
      }
      expect((await first.fetchUserByUsername("theseus")).phoneNumber).toBe("+14155550101");
      expect((await second.fetchUserByUsername("theseus")).phoneNumber).toBe("+14155550102");
    } finally {
      await emulator.stop();
    }
  }, 120_000);
});
