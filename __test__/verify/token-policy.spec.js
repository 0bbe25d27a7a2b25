"use strict";

// What a VerifyPolicy accepts beside, or refuses. No network: keys are handed in.

const { createAuth } = require("../..");
const { attacker, make, pool, refused } = require("../support/pool-auth");
const {
  CLIENT,
  POOL,
  accessClaims,
  idClaims,
  jwk,
  jwks,
  now,
  sign,
} = require("../../tools/testing/tokens.js");

describe("VerifyPolicy", () => {
  const id = (over) => sign({ payload: idClaims(over) });
  const access = (over) => sign({ payload: accessClaims(over) });

  test('use "access" accepts access tokens of the client, and no ID tokens', async () => {
    const by = make({ verify: { use: "access" } });
    await expect(by.verifyToken(access())).resolves.toMatchObject({ token_use: "access" });
    const wrongUse = await refused(id(), by);
    expect({ message: wrongUse.message, reason: wrongUse.reason }).toEqual({
      message: "jwt token_use invalid. expected: access",
      reason: "token-use",
    });
    expect((await refused(access({ client_id: "another1client" }), by)).reason).toBe(
      "token-client",
    );
    expect((await refused(access({ client_id: undefined }), by)).reason).toBe("token-client");
  });

  test("an access token's aud is an API's URL and no client", async () => {
    const by = make({ verify: { use: "access" } });
    await expect(by.verifyToken(access({ aud: "https://api.example" }))).resolves.toBeTruthy();
    const stolen = access({ client_id: "another1client", aud: CLIENT });
    expect((await refused(stolen, by)).reason).toBe("token-client");
  });

  test('use "any" accepts both, each by its own claim', async () => {
    const by = make({ verify: { use: "any" } });
    await expect(by.verifyToken(id())).resolves.toMatchObject({ token_use: "id" });
    await expect(by.verifyToken(access())).resolves.toMatchObject({ token_use: "access" });
    expect((await refused(id({ aud: "another", client_id: CLIENT }), by)).reason).toBe(
      "token-client",
    );
    expect((await refused(access({ client_id: "another", aud: CLIENT }), by)).reason).toBe(
      "token-client",
    );
  });

  test("clientId as a string replaces the configured client", async () => {
    const by = make({ verify: { clientId: "second2client" } });
    await expect(by.verifyToken(id({ aud: "second2client" }))).resolves.toBeTruthy();
    expect((await refused(id(), by)).reason).toBe("token-client");
  });

  test("clientId as an array accepts each of them", async () => {
    const by = make({ verify: { clientId: ["first1client", "second2client"] } });
    for (const aud of ["first1client", "second2client"]) {
      await expect(by.verifyToken(id({ aud }))).resolves.toMatchObject({ aud });
    }
    expect((await refused(id(), by)).reason).toBe("token-client");
    expect((await refused(id({ aud: "first1client,second2client" }), by)).reason).toBe(
      "token-client",
    );
  });

  test("clientId null accepts every client of the pool, and still no other issuer", async () => {
    const by = make({ verify: { use: "any", clientId: null } });
    await expect(by.verifyToken(id({ aud: "whoever" }))).resolves.toBeTruthy();
    await expect(by.verifyToken(access({ client_id: "whoever" }))).resolves.toBeTruthy();
    expect((await refused(id({ iss: "https://evil.example" }), by)).reason).toBe("token-issuer");
    expect((await refused(sign({ key: attacker.privateKey }), by)).reason).toBe("token-signature");
  });

  test("clientId null needs no configured client", async () => {
    const by = createAuth({
      userPoolId: POOL,
      verify: { clientId: null },
      keys: { jwks: jwks(jwk(pool)) },
    });
    await expect(by.verifyToken(id({ aud: "whoever" }))).resolves.toBeTruthy();
  });

  test("clockTolerance moves both boundaries, and no further", async () => {
    const by = make({ verify: { clockTolerance: 60 } });
    await expect(by.verifyToken(id({ exp: now() - 30 }))).resolves.toBeTruthy();
    await expect(by.verifyToken(id({ nbf: now() + 30 }))).resolves.toBeTruthy();
    expect((await refused(id({ exp: now() - 90 }), by)).reason).toBe("token-expired");
    expect((await refused(id({ nbf: now() + 90 }), by)).reason).toBe("token-not-active");
  });

  test("clockTolerance does not change expiredAt", async () => {
    const by = make({ verify: { clockTolerance: 60 } });
    const exp = now() - 90;
    expect((await refused(id({ exp }), by)).expiredAt).toEqual(new Date(exp * 1000));
  });

  test.each([601, -1, Number.NaN, Number.POSITIVE_INFINITY, "60", null, {}])(
    "clockTolerance %p is refused when the Auth is made",
    (clockTolerance) => {
      expect(() => make({ verify: { clockTolerance } })).toThrow(
        expect.objectContaining({
          reason: "config",
          message: expect.stringContaining("clockTolerance"),
        }),
      );
    },
  );

  test("groups requires one of them", async () => {
    const one = make({ verify: { groups: "heroes" } });
    const some = make({ verify: { groups: ["heroes", "gods"] } });
    const token = id({ "cognito:groups": ["mortals", "heroes"] });
    await expect(one.verifyToken(token)).resolves.toBeTruthy();
    await expect(some.verifyToken(token)).resolves.toBeTruthy();
    await expect(some.verifyToken(id({ "cognito:groups": ["gods"] }))).resolves.toBeTruthy();
  });

  test.each([
    ["no groups", undefined],
    ["an empty list", []],
    ["other groups", ["mortals"]],
    ["another case", ["Heroes"]],
    ["a longer name", ["heroes2"]],
  ])("groups refuses %s with status 403", async (_name, groups) => {
    const by = make({ verify: { groups: "heroes" } });
    const error = await refused(id({ "cognito:groups": groups }), by);
    expect({ reason: error.reason, status: error.status }).toEqual({
      reason: "token-groups",
      status: 403,
    });
  });

  test("scopes requires one of them", async () => {
    const by = make({ verify: { use: "access", scopes: ["games/play", "games/admin"] } });
    await expect(by.verifyToken(access({ scope: "openid games/play" }))).resolves.toBeTruthy();
    await expect(by.verifyToken(access({ scope: "games/admin" }))).resolves.toBeTruthy();
  });

  test.each([
    ["no scope", undefined],
    ["an empty scope", ""],
    ["other scopes", "openid email"],
    ["a longer name", "games/player"],
    ["a shorter name", "games/pla"],
    ["commas between", "openid,games/play"],
  ])("scopes refuses %s with status 403", async (_name, scope) => {
    const by = make({ verify: { use: "access", scopes: "games/play" } });
    const error = await refused(access({ scope }), by);
    expect({ reason: error.reason, status: error.status }).toEqual({
      reason: "token-scopes",
      status: 403,
    });
  });

  test.each([
    ["an unknown use", { use: "ID" }],
    ["use null", { use: null }],
    ["an unknown member", { audience: CLIENT }],
    ["a clientId that is a number", { clientId: 5 }],
    ["a clientId with a number in its list", { clientId: [CLIENT, 5] }],
    ["groups that is a number", { groups: 5 }],
    ["scopes with null in its list", { scopes: [null] }],
    ["no object", "id"],
    ["an array", ["id"]],
  ])("%s is refused when the Auth is made", (_name, verify) => {
    expect(() => make({ verify })).toThrow(
      expect.objectContaining({ reason: "config", name: expect.any(String) }),
    );
  });

  test("two policies over the same keys do not see each other's verdicts", async () => {
    const lax = make({ verify: { use: "any", clientId: null } });
    const token = access({ client_id: "whoever" });
    await expect(lax.verifyToken(token)).resolves.toBeTruthy();
    expect((await refused(token)).reason).toBe("token-use");
    await expect(lax.verifyToken(token)).resolves.toBeTruthy();
  });
});
