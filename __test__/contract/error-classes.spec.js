"use strict";

// Which class an error has, errors that the application constructs itself, and what Cognito's answer leaves on one.

const { createRequire } = require("node:module");
const path = require("node:path");
const util = require("node:util");
const auth = require("../..");
const { closedPort, refusal } = require("../../tools/outcomes.js");
const {
  failure,
  hang,
  reset,
  startServiceServer,
} = require("../../tools/testing/service-server.js");
const {
  CLIENT,
  POOL,
  idClaims,
  jwk,
  jwks,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");
const root = require("../../tools/root");

const { AuthError, JsonWebTokenError, NotBeforeError, TokenExpiredError, createAuth } = auth;
const jsonwebtoken = createRequire(path.join(root, "__test__", "reference", "package.json"))(
  "jsonwebtoken",
);

let service;
beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

const make = (options = {}) =>
  createAuth({
    region: "us-east-1",
    userPoolId: POOL,
    clientId: CLIENT,
    endpoint: service.endpoint,
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    keys: { jwks: jwks(jwk(rsaPair())) },
    maxAttempts: 1,
    ...options,
  });

describe("the class follows from the reason", () => {
  test.each([
    "TokenExpiredError",
    "NotBeforeError",
    "JsonWebTokenError",
    "AuthError",
    "constructor",
    "toString",
    "token-expired",
  ])("and not from the name: %s of the service is a plain AuthError", async (name) => {
    service.always("AdminInitiateAuth", failure(name, "jwt expired"));
    const error = await refusal(make().login("theseus", "Labyrinth1"));
    expect(Object.getPrototypeOf(error)).toBe(AuthError.prototype);
    expect(error).toMatchObject({ name, code: name, message: "jwt expired", statusCode: 400 });
    expect(error.reason).not.toMatch(/token/);
    expect(error).not.toHaveProperty("expiredAt");
    expect(error).not.toHaveProperty("date");
    expect(Object.keys(error)).not.toContain("name");
  });

  test.each([
    ["token-expired", TokenExpiredError, { exp: 5 }],
    ["token-not-active", NotBeforeError, { nbf: 9e9 }],
    ["token-client", JsonWebTokenError, { aud: "another" }],
    ["token-issuer", JsonWebTokenError, { iss: "another" }],
    ["token-use", JsonWebTokenError, { token_use: "access" }],
  ])("%s", async (reason, expected, claims) => {
    const error = await refusal(make().verifyToken(sign({ payload: idClaims(claims) })));
    expect(error.reason).toBe(reason);
    expect(Object.getPrototypeOf(error)).toBe(expected.prototype);
  });
});

describe("dates are never invalid", () => {
  const LAST = 8.64e15;
  test.each([
    ["exp", -1e300, "expiredAt", -LAST],
    ["exp", -8.64e12, "expiredAt", -LAST],
    ["exp", -0.5, "expiredAt", -500],
    ["exp", 0, "expiredAt", 0],
    ["nbf", 1e300, "date", LAST],
    ["nbf", 8.64e12 + 1, "date", LAST],
  ])("%s %d", async (claim, seconds, member, expected) => {
    const error = await refusal(
      make().verifyToken(sign({ payload: idClaims({ [claim]: seconds }) })),
    );
    expect(error[member].getTime()).toBe(expected);
    expect(JSON.parse(JSON.stringify(error))[member]).toMatch(/^[-+\d]/);
  });
});

// As applications' own tests make them.
describe("constructed by the application, as jsonwebtoken's", () => {
  const at = new Date("2026-01-02T03:04:05Z");
  const inner = new Error("inner");
  const CASES = [
    ["JsonWebTokenError", ["invalid signature"], { reason: "token-malformed", status: 401 }],
    ["JsonWebTokenError", ["invalid token", inner], { reason: "token-malformed", status: 401 }],
    ["JsonWebTokenError", [""], { reason: "token-malformed", status: 401 }],
    ["TokenExpiredError", ["jwt expired", at], { reason: "token-expired", status: 401 }],
    ["TokenExpiredError", ["jwt expired"], { reason: "token-expired", status: 401 }],
    ["NotBeforeError", ["jwt not active", at], { reason: "token-not-active", status: 401 }],
  ];

  test.each(CASES)("new %s(%p)", (name, args, ours) => {
    const error = new auth[name](...args);
    const theirs = new jsonwebtoken[name](...args);
    for (const member of ["name", "message", "expiredAt", "date", "inner"]) {
      expect(error[member]).toBe(theirs[member]);
    }
    expect(Object.keys(error)).toEqual(expect.arrayContaining(Object.keys(theirs)));
    expect(String(error)).toBe(String(theirs));
    for (const parent of ["JsonWebTokenError", "TokenExpiredError", "NotBeforeError"]) {
      expect(error instanceof auth[parent]).toBe(theirs instanceof jsonwebtoken[parent]);
    }
    expect(error).toMatchObject({ ...ours, code: name });
    expect(error.time).toBeInstanceOf(Date);
    expect(AuthError.is(error)).toBe(true);
    expect(util.types.isNativeError(error)).toBe(true);
    const [first, frame] = error.stack.split("\n");
    expect(first.trim().replace(/:$/, "")).toBe(String(error));
    expect(frame).toContain("error-classes.spec.js");
  });

  test("AuthError, and a class of one's own", () => {
    expect(new AuthError("no")).toMatchObject({
      name: "AuthError",
      message: "no",
      reason: "internal",
      status: 500,
    });
    expect(new AuthError().message).toBe("");
    expect(new AuthError(5).message).toBe("5");
    class Mine extends TokenExpiredError {}
    const error = new Mine("jwt expired", at);
    expect(error).toBeInstanceOf(TokenExpiredError);
    expect(error).toMatchObject({
      name: "TokenExpiredError",
      message: "jwt expired",
      expiredAt: at,
    });
    expect(error.stack.split("\n")[1]).toContain("error-classes.spec.js");
  });

  test("is equal in a test of Jest to the error that verifyToken rejects with", async () => {
    const rejected = make().verifyToken(sign({ payload: idClaims({ exp: at.getTime() / 1000 }) }));
    await expect(rejected).rejects.toThrow(new TokenExpiredError("jwt expired", at));
    await expect(rejected).rejects.toThrow(TokenExpiredError);
    await expect(rejected).rejects.toMatchObject({ expiredAt: at });
  });
});

describe("error.cognito", () => {
  test("is what is known of the answer, which stands at the top as well", async () => {
    service.always(
      "AdminInitiateAuth",
      failure("UserNotFoundException", "No", { requestId: "r-9" }),
    );
    const error = await refusal(make().login("theseus", "Labyrinth1"));
    expect(error.cognito).toEqual({ statusCode: 400, requestId: "r-9", attempts: 1 });
    expect(error).toMatchObject(error.cognito);
    expect(Object.getPrototypeOf(error.cognito)).toBe(Object.prototype);
    expect(Object.keys(error)).toContain("cognito");
    expect(JSON.parse(JSON.stringify(error)).cognito).toEqual(error.cognito);
    expect(structuredClone({ ...error }).cognito).toEqual(error.cognito);
  });

  test("counts attempts", async () => {
    service.always("AdminGetUser", failure("InternalErrorException", "No", { status: 500 }));
    const error = await refusal(make({ maxAttempts: 2 }).fetchUserByUsername("theseus"));
    expect(error.cognito).toMatchObject({ statusCode: 500, attempts: 2 });
  });

  test.each([
    ["an answer that is not understood", () => ({ body: "<html>" }), 200],
    ["a challenge", () => ({ body: { ChallengeName: "SMS_MFA", Session: "x" } }), 200],
    ["a proxy's answer", () => ({ status: 403, body: "<html>" }), 403],
  ])("after %s", async (_name, answer, statusCode) => {
    service.always("AdminInitiateAuth", answer());
    const error = await refusal(make().login("theseus", "Labyrinth1"));
    // Whether an answer of 200 has left its status is the same at both places.
    expect(error.cognito?.statusCode).toBe(error.statusCode);
    if (error.statusCode !== undefined) expect(error.cognito.statusCode).toBe(statusCode);
  });

  test.each([
    ["a broken connection", reset, {}],
    ["a time-out", hang, { timeoutMs: 200 }],
  ])("is not there after %s: nothing was answered", async (_name, answer, options) => {
    service.always("AdminInitiateAuth", answer);
    const error = await refusal(make(options).login("theseus", "Labyrinth1"));
    expect(error).not.toHaveProperty("cognito");
    expect(error).not.toHaveProperty("statusCode");
  });

  test("is not there after a refused connection", async () => {
    const error = await refusal(
      make({ endpoint: await closedPort() }).login("theseus", "Labyrinth1"),
    );
    expect(error).not.toHaveProperty("cognito");
  });

  test("is not there on errors of tokens and arguments", async () => {
    expect(await refusal(make().verifyToken("x.y.z"))).not.toHaveProperty("cognito");
    expect(await refusal(make().login(5, 5))).not.toHaveProperty("cognito");
  });
});
