"use strict";

// auth.account(accessToken), on a test pool, and on a server whose answers the test writes.

const { inspect } = require("node:util");
const { TokenExpiredError, createAuth } = require("../..");
const { failure, reset, startServiceServer } = require("../../tools/testing/service-server.js");
const { totpAt } = require("../../testing/totp.js");
const {
  NAME,
  PASSWORD,
  usePools,
  error,
  last,
  operations,
  refusal,
  refused,
} = require("../sign-in/support.js");

const openPool = usePools();
const WITH_EMAIL = { user: { attributes: { email: "theseus@example.com" } } };

/** A pool, and the own account of its first user, signed in without AWS credentials. */
async function open(options = {}) {
  const { pool, auth } = await openPool({
    ...options,
    settings: { authFlow: "USER_PASSWORD_AUTH", credentials: undefined, ...options.settings },
  });
  const tokens = await auth.signIn(NAME, PASSWORD);
  pool.requests.splice(0);
  return { pool, auth, tokens, account: auth.account(tokens.accessToken) };
}

describe("get", () => {
  // Case 91.
  test("the user, without status and dates", async () => {
    const { pool, tokens, account } = await open(WITH_EMAIL);
    const { sub } = pool.users.get(NAME).attributes;
    expect(await account.get()).toEqual({
      username: NAME,
      sub,
      attributes: { sub, email: "theseus@example.com", email_verified: "true" },
      mfa: { enabled: [] },
    });
    expect(pool.requests).toEqual([
      { operation: "GetUser", body: { AccessToken: tokens.accessToken }, signed: false },
    ]);
  });

  test("functions are the object's own, and it shows no token", async () => {
    const { tokens, account } = await open();
    const { get, signOutEverywhere } = { ...account };
    expect(await get()).toMatchObject({ username: NAME });
    expect(inspect(account, { depth: 9, showHidden: true })).not.toContain(tokens.accessToken);
    expect(JSON.stringify(account)).toBe("{}");
    expect([get.name, signOutEverywhere.name]).toEqual(["get", "signOutEverywhere"]);
  });

  test.each([undefined, null, "", 5, {}, ["a.b.c"]])(
    "account(%p) does not throw; its functions reject, and nothing is sent",
    async (token) => {
      const { pool, auth } = await open();
      const account = auth.account(token);
      expect(await refused(account.get())).toMatchObject({
        reason: "invalid-argument",
        message: expect.stringContaining("accessToken must be a string"),
      });
      expect(pool.requests).toEqual([]);
    },
  );
});

// Case 92, and rule 11 of the security review.
describe("a token that is not good", () => {
  const tokensOf = (pool, { idToken, refreshToken }) => ({
    expired: pool.accessToken(NAME, { expiresIn: -60 }),
    "an ID token": idToken,
    "a refresh token": refreshToken,
    forged: pool.forgedToken(NAME),
    none: "n0-t0ken",
  });

  test("without keys, Cognito says so", async () => {
    const { pool, auth, tokens } = await open();
    const reasons = {};
    for (const [what, token] of Object.entries(tokensOf(pool, tokens))) {
      const failed = await refusal(auth.account(token).get());
      expect(failed).toMatchObject({ name: expect.any(String), status: 401 });
      expect(inspect(failed)).not.toContain(token);
      reasons[what] = failed.reason;
    }
    expect(reasons).toEqual({
      expired: "token-expired",
      "an ID token": "token-malformed",
      "a refresh token": "token-malformed",
      forged: expect.stringMatching(/^token-/),
      none: "token-malformed",
    });
    expect(operations(pool)).toEqual(Array(5).fill("GetUser"));
  });

  test("an expired one has the time, which Cognito does not say", async () => {
    const { pool, auth } = await open();
    const failed = await refusal(auth.account(pool.accessToken(NAME, { expiresIn: -60 })).get());
    expect(failed).toBeInstanceOf(TokenExpiredError);
    expect(failed.expiredAt).toBeInstanceOf(Date);
    expect(Math.abs(Date.now() - 60_000 - failed.expiredAt)).toBeLessThan(30_000);
  });

  test("with keys, nothing is sent", async () => {
    const { pool, auth, tokens } = await open();
    await auth.ready();
    pool.requests.splice(0);
    const reasons = {};
    for (const [what, token] of Object.entries(tokensOf(pool, tokens))) {
      reasons[what] = (await refusal(auth.account(token).get())).reason;
    }
    expect(reasons).toEqual({
      expired: "token-expired",
      "an ID token": "token-use",
      "a refresh token": "token-malformed",
      forged: "token-signature",
      none: "token-malformed",
    });
    expect(pool.requests).toEqual([]);
    expect(await auth.account(tokens.accessToken).get()).toMatchObject({ username: NAME });
  });

  test("the Auth's policy for verifyToken does not count", async () => {
    const verify = { use: "id", groups: "kings", clientId: "other" };
    const { auth, account } = await open({ settings: { verify } });
    await auth.ready();
    expect(await account.get()).toMatchObject({ username: NAME });
  });

  test("one that was revoked, and one of a user who is gone", async () => {
    const { auth, tokens, account } = await open();
    await auth.signOut(tokens.refreshToken);
    expect(await refused(account.get())).toMatchObject({
      reason: "token-revoked",
      message: "Access Token has been revoked",
    });
    const next = await auth.signIn(NAME, PASSWORD);
    await auth.account(next.accessToken).delete();
    expect(await refusal(auth.account(next.accessToken).get())).toMatchObject({
      status: expect.any(Number),
    });
  });
});

describe("update, sendCode, verify", () => {
  // Case 94.
  test("a new address is verified by the code that was sent there", async () => {
    const { pool, account } = await open(WITH_EMAIL);
    expect(await account.update({ email: "theseus@athens.example", name: "T" })).toEqual([
      { to: "t***@a***", by: "EMAIL", attribute: "email" },
    ]);
    expect(await account.get()).toMatchObject({ attributes: { email_verified: "false" } });
    expect(await refused(account.verify("email", "000000"))).toMatchObject({
      reason: "code-wrong",
    });
    await account.verify("email", ` ${pool.outbox.at(-1).code}\n`);
    expect(await account.get()).toMatchObject({
      attributes: { email: "theseus@athens.example", email_verified: "true", name: "T" },
    });
    expect(await account.sendCode("email")).toEqual({
      to: "t***@a***",
      by: "EMAIL",
      attribute: "email",
    });
    expect(await account.update({ name: "U" })).toEqual([]);
  });

  // Case 95.
  test("null deletes", async () => {
    const { pool, account } = await open({ user: { attributes: { "custom:ship": "black" } } });
    await account.update({ "custom:ship": null, name: "T" }, { allow: ["custom:ship"] });
    expect(last(pool).UserAttributes).toEqual([
      { Name: "custom:ship", Value: "" },
      { Name: "name", Value: "T" },
    ]);
    expect((await account.get()).attributes).not.toHaveProperty("custom:ship");
  });

  // Rule 11 of the security review.
  test.each([
    { "custom:role": "admin" },
    { email_verified: "true" },
    { phone_number_verified: "true", name: "T" },
    { "custom:role": null },
  ])("%j must be allowed by name", async (changes) => {
    const { pool, account } = await open();
    for (const options of [undefined, {}, { allow: [] }, { allow: ["custom:other"] }]) {
      expect(await refused(account.update(changes, options))).toMatchObject({
        reason: "invalid-argument",
        message: expect.stringMatching(/^The attribute \S+ must be named in the option allow$/),
      });
    }
    expect(pool.requests).toEqual([]);
  });

  test.each([
    {},
    null,
    { name: 5 },
    { name: true },
    { name: "" },
    { name: undefined },
    [["name", "a"]],
  ])("%j is refused, and nothing is sent", async (changes) => {
    const { pool, account } = await open();
    expect(await refused(account.update(changes))).toMatchObject({ reason: "invalid-argument" });
    expect(pool.requests).toEqual([]);
  });
});

describe("password, sign-ins, deletion", () => {
  // Case 96.
  test("changePassword", async () => {
    const { pool, auth, account } = await open();
    expect(await refused(account.changePassword("wrong", "New-Labyrinth2"))).toEqual(
      error("NotAuthorizedException", "bad-credentials", "Incorrect username or password.", 401),
    );
    await account.changePassword(PASSWORD, "New-Labyrinth2");
    expect(last(pool)).toMatchObject({
      PreviousPassword: PASSWORD,
      ProposedPassword: "New-Labyrinth2",
    });
    expect(await auth.signIn(NAME, "New-Labyrinth2")).toMatchObject({ signedIn: true });
    expect(await refused(account.changePassword("New-Labyrinth2", "x"))).toMatchObject({
      reason: "password-policy",
    });
    pool.requests.splice(0);
    for (const given of [[undefined, "a"], ["a"], ["a", {}], [["a"], "a"]]) {
      expect(await refused(account.changePassword(...given))).toMatchObject({
        reason: "invalid-argument",
      });
    }
    expect(pool.requests).toEqual([]);
  });

  // Rule 8 of the security review.
  test.each([
    ["signOutEverywhere", "refresh-expired"],
    ["delete", "user-missing"],
  ])("%s ends all sign-ins", async (name, reason) => {
    const { pool, auth, tokens, account } = await open({
      refreshTokenRotation: { retryGracePeriodSeconds: 0 },
    });
    await auth.refresh(tokens.refreshToken);
    await account[name]();
    const before = pool.requests.length;
    // No result of an earlier refresh is handed out.
    expect(await refusal(auth.refresh(tokens.refreshToken))).toMatchObject({ reason });
    expect(pool.requests.length).toBe(before + 1);
    expect(await refusal(account.get())).toMatchObject({ status: expect.any(Number) });
  });
});

describe("second factors", () => {
  // Case 97.
  test("setUpTotp and confirmTotp: the next sign-in asks for a code", async () => {
    const { pool, auth, account } = await open({ mfa: "OPTIONAL" });
    const { secret, uri } = await account.setUpTotp();
    expect(secret).toMatch(/^[A-Z2-7]{16,}$/);
    const issuer = encodeURIComponent(pool.userPoolId);
    expect(uri).toBe(`otpauth://totp/${issuer}:${NAME}?secret=${secret}&issuer=${issuer}`);
    const code = totpAt(secret, Date.now());
    expect(await account.confirmTotp(` ${code} `, { deviceName: "phone" })).toBeUndefined();
    expect(pool.requests.slice(-2).map(({ operation, body }) => [operation, body])).toEqual([
      [
        "VerifySoftwareToken",
        { AccessToken: expect.any(String), UserCode: code, FriendlyDeviceName: "phone" },
      ],
      [
        "SetUserMFAPreference",
        {
          AccessToken: expect.any(String),
          SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
        },
      ],
    ]);
    expect(await account.get()).toMatchObject({
      mfa: { enabled: ["SOFTWARE_TOKEN_MFA"], preferred: "SOFTWARE_TOKEN_MFA" },
    });
    expect(await auth.signIn(NAME, PASSWORD)).toMatchObject({ name: "SOFTWARE_TOKEN_MFA" });
    await account.setMfa({ totp: false });
    expect(await auth.signIn(NAME, PASSWORD)).toMatchObject({ signedIn: true });
  });

  test("the secret is hidden in logs", async () => {
    const { account } = await open({ mfa: "OPTIONAL" });
    const totp = await account.setUpTotp();
    expect(inspect(totp)).toBe("{ secret: '[hidden]', uri: '[hidden]' }");
    expect(JSON.parse(JSON.stringify(totp))).toEqual({ ...totp });
  });

  test("a wrong code", async () => {
    const { pool, account } = await open({ mfa: "OPTIONAL" });
    await account.setUpTotp();
    expect(await refusal(account.confirmTotp("000000"))).toMatchObject({
      name: "EnableSoftwareTokenMFAException",
      reason: "code-wrong",
      stage: "verify",
    });
    expect(operations(pool)).toEqual(["AssociateSoftwareToken", "VerifySoftwareToken"]);
  });
});

describe("on a server that answers anything", () => {
  let service;
  beforeAll(async () => {
    service = await startServiceServer();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.clear());
  const account = () => createAuth({ ...service.options, credentials: undefined }).account("a.b.c");

  test("confirmTotp says which request failed", async () => {
    service.always("VerifySoftwareToken", { body: { Status: "ERROR" } });
    expect(await refusal(account().confirmTotp("123456"))).toMatchObject({
      reason: "code-wrong",
      stage: "verify",
    });
    service.always("VerifySoftwareToken", { body: { Status: "SUCCESS" } });
    service.always("SetUserMFAPreference", failure("InternalErrorException", "x", { status: 500 }));
    expect(await refusal(account().confirmTotp("123456"))).toMatchObject({
      reason: "service",
      stage: "preference",
      attempts: 3,
    });
  });

  test.each([
    ["get", [], "GetUser", 3],
    ["setMfa", [{ totp: true }], "SetUserMFAPreference", 3],
    ["update", [{ name: "a" }], "UpdateUserAttributes", 1],
    ["sendCode", ["email"], "GetUserAttributeVerificationCode", 1],
    ["verify", ["email", "1"], "VerifyUserAttribute", 1],
    ["changePassword", ["a", "b"], "ChangePassword", 1],
    ["delete", [], "DeleteUser", 1],
    ["signOutEverywhere", [], "GlobalSignOut", 1],
    ["confirmTotp", ["1"], "VerifySoftwareToken", 1],
  ])("%s is sent again only if that is harmless", async (name, given, operation, times) => {
    service.always(operation, reset);
    expect(await refusal(account()[name](...given))).toMatchObject({ reason: "network" });
    expect(service.requests.length).toBe(times);
    expect(service.requests[0].headers).not.toHaveProperty("authorization");
  });

  test.each([
    ["setUpTotp", [], "AssociateSoftwareToken", {}],
    ["setUpTotp", [], "AssociateSoftwareToken", { SecretCode: 5 }],
    ["sendCode", ["email"], "GetUserAttributeVerificationCode", {}],
    ["update", [{ name: "a" }], "UpdateUserAttributes", { CodeDeliveryDetailsList: [5] }],
    ["update", [{ name: "a" }], "UpdateUserAttributes", { CodeDeliveryDetailsList: {} }],
    ["get", [], "GetUser", { Username: NAME }],
    ["get", [], "GetUser", { Username: 5, UserAttributes: [] }],
    ["get", [], "GetUser", { Username: NAME, UserAttributes: [{ Name: "sub" }, null] }],
  ])("%s %j: %s answers %j, which cannot be read", async (name, given, operation, body) => {
    service.always(operation, { body });
    expect(await refusal(account()[name](...given))).toMatchObject({
      reason: "service",
      status: 503,
    });
  });

  test("an attribute called __proto__ is an attribute", async () => {
    const UserAttributes = [
      { Name: "sub", Value: "s" },
      { Name: "__proto__", Value: "a" },
    ];
    service.always("GetUser", { body: { Username: NAME, UserAttributes } });
    const { attributes } = await account().get();
    expect(Object.keys(attributes)).toEqual(["sub", "__proto__"]);
  });
});
