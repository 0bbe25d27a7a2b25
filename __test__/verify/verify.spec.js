"use strict";

const { AuthError, createAuth } = require("../..");
const { refusal } = require("../../tools/outcomes");
const { startJwksServer } = require("../../tools/testing/jwks-server");
const {
  CLIENT,
  ISSUER,
  POOL,
  REGION,
  accessClaims,
  idClaims,
  jwk,
  jwks,
  now,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens");

const base = { region: REGION, userPoolId: POOL, clientId: CLIENT };
const keys = { jwks: jwks(jwk(rsaPair())) };
const makeAuth = (options = {}) => createAuth({ ...base, keys, ...options });

describe("verify(token, policy)", () => {
  test("without a policy it is verifyToken", async () => {
    const auth = makeAuth();
    const token = sign();
    expect(await auth.verify(token)).toEqual(await auth.verifyToken(token));
    expect(await refusal(auth.verify(sign({ payload: accessClaims() })))).toMatchObject({
      reason: "token-use",
    });
  });

  test("the policy goes for the one call", async () => {
    const auth = makeAuth();
    const access = sign({ payload: accessClaims() });
    expect(await auth.verify(access, { use: "access" })).toMatchObject({ client_id: CLIENT });
    expect(await refusal(auth.verify(access))).toMatchObject({ reason: "token-use" });
    expect(await refusal(auth.verify(sign(), { use: "access" }))).toMatchObject({
      reason: "token-use",
    });
  });

  test("a token that passed under one policy is not thereby accepted under another", async () => {
    const auth = makeAuth();
    const token = sign({ payload: idClaims({ aud: "another" }) });
    await auth.verify(token, { clientId: null });
    await auth.verify(token, { clientId: ["x", "another"] });
    expect(await refusal(auth.verify(token))).toMatchObject({ reason: "token-client" });
    expect(await refusal(auth.verify(token, { clientId: "x" }))).toMatchObject({
      reason: "token-client",
    });
  });

  test("members that the call leaves out are the Auth's own", async () => {
    const auth = makeAuth({ verify: { use: "access", groups: "admins" } });
    const token = sign({ payload: accessClaims({ "cognito:groups": ["admins"] }) });
    await auth.verify(token, { groups: ["admins", "others"] });
    expect(await refusal(auth.verify(token, { groups: "others" }))).toMatchObject({
      reason: "token-groups",
      status: 403,
    });
    expect(await refusal(auth.verify(token, { use: "id" }))).toMatchObject({ reason: "token-use" });
  });

  test("many policies are no trouble", async () => {
    const auth = makeAuth();
    const token = sign();
    for (let i = 0; i < 100; i++) {
      await auth.verify(token, { clientId: [CLIENT, `${i}`] });
    }
  });

  test.each([
    ["null", null],
    ["a string", "access"],
    ["an unknown member", { audience: "x" }],
    ["use of a wrong type", { use: 1 }],
    ["an unknown use", { use: "refresh" }],
    ["an empty list of clients", { clientId: [] }],
    ["a negative tolerance", { clockTolerance: -1 }],
  ])("a policy that is %s rejects with config", async (_name, policy) => {
    expect(await refusal(makeAuth().verify(sign(), policy))).toMatchObject({ reason: "config" });
  });
});

describe("verifySync(token, policy)", () => {
  test("gives the claims at once", () => {
    const claims = makeAuth().verifySync(sign());
    expect(claims).toMatchObject({ iss: ISSUER, aud: CLIENT });
    expect(Object.getPrototypeOf(claims)).toBe(Object.prototype);
  });

  test("throws what verify rejects with, from the caller's line", () => {
    const auth = makeAuth();
    let error;
    try {
      auth.verifySync("a.b");
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ reason: "token-malformed", message: "jwt malformed" });
    expect(error.stack.split("\n")[1]).toContain("verify.spec.js");
    expect(() => auth.verifySync()).toThrow("jwt must be provided");
    expect(() => auth.verifySync(sign(), { use: "access" })).toThrow(AuthError);
  });

  test("without keys throws keys-unavailable, and has them fetched", async () => {
    const server = await startJwksServer(jwk(rsaPair()));
    try {
      const auth = createAuth({ ...base, jwksUri: server.url });
      const token = sign();
      expect(() => auth.verifySync(token)).toThrow(
        expect.objectContaining({ reason: "keys-unavailable", retryable: true }),
      );
      await auth.ready();
      expect(auth.verifySync(token)).toMatchObject({ iss: ISSUER });
      expect(server.requests).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });
});

describe("tokens that were verified before", () => {
  afterEach(() => jest.useRealTimers());

  test("give a fresh copy each time, nested values included", async () => {
    const auth = makeAuth();
    const payload = idClaims({ address: { lines: ["a", { b: 1 }] } });
    const token = sign({ payload });
    for (let i = 0; i < 4; i++) {
      const claims = await auth.verifyToken(token);
      expect(claims).toEqual(payload);
      claims.sub = "poison";
      claims.address.lines[1].b = "poison";
      claims.address.lines.push("poison");
      claims.more = true;
    }
  });

  test("keep the order of members, and an own __proto__", async () => {
    const auth = makeAuth();
    const text = JSON.stringify(idClaims()).replace(
      "{",
      '{"z":1,"__proto__":{"a":[1]},"7":0,"b":2,',
    );
    const token = sign({ payload: text });
    for (let i = 0; i < 3; i++) {
      const claims = await auth.verifyToken(token);
      expect(JSON.stringify(claims)).toBe(JSON.stringify(JSON.parse(text)));
      expect(Object.getPrototypeOf(claims)).toBe(Object.prototype);
      expect(Object.hasOwn(claims, "__proto__")).toBe(true);
      Object.getOwnPropertyDescriptor(claims, "__proto__").value.a.push("poison");
    }
  });

  test("expire to the second", async () => {
    const start = now();
    jest.useFakeTimers({ now: start * 1000, doNotFake: ["queueMicrotask", "nextTick"] });
    const auth = makeAuth();
    const token = sign({ payload: idClaims({ exp: start + 10, nbf: start }) });
    await auth.verifyToken(token);
    jest.setSystemTime((start + 10) * 1000 - 1);
    await auth.verifyToken(token);
    jest.setSystemTime((start + 10) * 1000);
    expect(await refusal(auth.verifyToken(token))).toMatchObject({ name: "TokenExpiredError" });
    jest.setSystemTime(start * 1000 - 1);
    expect(await refusal(auth.verifyToken(token))).toMatchObject({ name: "NotBeforeError" });
  });

  test("are not mistaken for another token with the same end of the signature", async () => {
    const auth = makeAuth();
    const token = sign();
    await auth.verifyToken(token);
    const [header, , signature] = token.split(".");
    const payload = Buffer.from(JSON.stringify(idClaims({ sub: "other" }))).toString("base64url");
    expect(await refusal(auth.verifyToken(`${header}.${payload}.${signature}`))).toMatchObject({
      reason: "token-signature",
    });
  });

  test("thousands of them, one after the other and together", async () => {
    const auth = makeAuth();
    const tokens = Array.from({ length: 300 }, (_, i) =>
      sign({ payload: idClaims({ sub: `user-${i}` }) }),
    );
    for (let round = 0; round < 3; round++) {
      const all = [...tokens, "a.b.c", ...tokens];
      const results = await Promise.allSettled(all.map((token) => auth.verifyToken(token)));
      results.forEach(({ status, value }, i) => {
        if (i === 300) expect(status).toBe("rejected");
        else expect(value.sub).toBe(`user-${i > 300 ? i - 301 : i}`);
      });
    }
  });
});
