"use strict";

// What the pool answers, case by case, in Cognito's words: the table of the specification.

const { play, signIn, startPool } = require("../support/test-pool.js");
const {
  NAMES,
  PASSWORD,
  REFUSALS,
  SECRET,
  USERS,
  attributes,
  flow,
  hash,
  signUp,
} = require("./cases/refusals.js");

const pools = new Map();
/** A pool for each set of options. */
async function poolWith(options) {
  const key = JSON.stringify(options);
  if (!pools.has(key)) pools.set(key, await startPool({ users: USERS, ...options }));
  return pools.get(key);
}

/** Sends a request of refusals.js. */
const ask = (pool, { operation, members }) =>
  play(pool, operation, typeof members === "function" ? members(pool) : members);

afterAll(() => Promise.all([...pools.values()].map((pool) => pool.stop())));

test.each(REFUSALS)("%s", async (_name, options, request, [type, words]) => {
  const pool = await poolWith(options);
  const { status, headers, body } = await ask(pool, request);
  const message = words.replace("{client}", pool.clientId);
  expect({ status, ...body }).toEqual({ status: 400, __type: type, message });
  expect(headers.get("x-amzn-errortype")).toBe(`${type}:`);
  expect(headers.get("x-amzn-requestid")).toMatch(/^[\da-f-]{36}$/);
});

describe("what goes well", () => {
  test("SignUp, AdminConfirmSignUp, and then a sign-in", async () => {
    const pool = await poolWith({});
    const Username = "daedalus";
    const signedUp = await play(pool, "SignUp", {
      Username,
      Password: PASSWORD,
      UserAttributes: [
        { Name: "email", Value: "daedalus@example.com" },
        { Name: "custom:craft", Value: "wings" },
      ],
    });
    expect(signedUp.status).toBe(200);
    expect(signedUp.body).toEqual({
      UserConfirmed: false,
      UserSub: expect.stringMatching(/^[\da-f-]{36}$/),
      CodeDeliveryDetails: {
        AttributeName: "email",
        DeliveryMedium: "EMAIL",
        Destination: "d***@e***",
      },
    });
    expect(pool.outbox.at(-1)).toEqual({
      to: "daedalus@example.com",
      by: "EMAIL",
      code: expect.stringMatching(/^\d{6}$/),
      username: Username,
    });
    const confirmed = await play(pool, "AdminConfirmSignUp", { Username });
    expect([confirmed.status, confirmed.body]).toEqual([200, {}]);
    const { body } = await signIn(pool, Username, PASSWORD);
    expect(body.AuthenticationResult.TokenType).toBe("Bearer");
    const found = await play(pool, "AdminGetUser", { Username });
    expect(found.body.UserAttributes).toEqual([
      { Name: "sub", Value: signedUp.body.UserSub },
      { Name: "email", Value: "daedalus@example.com" },
      { Name: "custom:craft", Value: "wings" },
      { Name: "email_verified", Value: "false" },
    ]);
  });

  test("SignUp with both addresses sends the code to the phone number, with neither nowhere", async () => {
    const pool = await poolWith({});
    const both = await ask(
      pool,
      attributes({ email: "a@example.com", phone_number: "+14155550101" }),
    );
    expect(both.body.CodeDeliveryDetails).toEqual({
      AttributeName: "phone_number",
      DeliveryMedium: "SMS",
      Destination: "+*******0101",
    });
    const sent = pool.outbox.length;
    const neither = await ask(pool, signUp({ Username: "icarus" }));
    expect(neither.body).toEqual({ UserConfirmed: false, UserSub: expect.any(String) });
    expect(pool.outbox).toHaveLength(sent);
  });

  test("SignUp with the client's secret", async () => {
    const pool = await poolWith({ clientSecret: SECRET });
    const { status } = await ask(pool, signUp({ SecretHash: hash(pool, "ariadne") }));
    expect(status).toBe(200);
    const { body } = await signIn(pool, "theseus", PASSWORD, {
      SECRET_HASH: hash(pool, "theseus"),
    });
    expect(body).toHaveProperty("AuthenticationResult");
  });

  test.each([
    ["AdminInitiateAuth", "ADMIN_NO_SRP_AUTH"],
    ["AdminInitiateAuth", "ADMIN_USER_PASSWORD_AUTH"],
    ["InitiateAuth", "USER_PASSWORD_AUTH"],
  ])("%s by %s", async (operation, name) => {
    const pool = await poolWith({});
    const { status, body } = await ask(pool, flow(operation, name, NAMES));
    expect(status).toBe(200);
    const token = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(body).toEqual({
      AuthenticationResult: {
        AccessToken: token,
        ExpiresIn: 3600,
        IdToken: token,
        RefreshToken: expect.stringMatching(/^([\w-]+\.){4}[\w-]+$/),
        TokenType: "Bearer",
      },
      ChallengeParameters: {},
    });
  });

  test("AdminGetUser by name and by sub", async () => {
    const pool = await poolWith({});
    const { sub } = pool.users.get("theseus").attributes;
    const before = Date.now() / 1000;
    for (const Username of ["theseus", sub]) {
      const { body } = await play(pool, "AdminGetUser", { Username });
      expect(body).toEqual({
        Enabled: true,
        UserAttributes: [
          { Name: "sub", Value: sub },
          { Name: "email", Value: "theseus@example.com" },
          { Name: "phone_number", Value: "+14155550100" },
          { Name: "email_verified", Value: "true" },
          { Name: "phone_number_verified", Value: "true" },
        ],
        UserCreateDate: expect.any(Number),
        UserLastModifiedDate: expect.any(Number),
        Username: "theseus",
        UserStatus: "CONFIRMED",
      });
      expect(body.UserCreateDate).toBeLessThanOrEqual(before);
    }
  });

  test("AdminGetUser names second factors", async () => {
    const pool = await startPool({
      mfa: "OPTIONAL",
      users: [
        { username: "one", mfa: ["SMS_MFA"], attributes: { phone_number: "+14155550100" } },
        {
          username: "two",
          mfa: ["SMS_MFA", "EMAIL_OTP"],
          attributes: { phone_number: "+14155550101", email: "two@example.com" },
        },
      ],
    });
    const one = await play(pool, "AdminGetUser", { Username: "one" });
    expect(one.body).toMatchObject({
      PreferredMfaSetting: "SMS_MFA",
      UserMFASettingList: ["SMS_MFA"],
    });
    const two = await play(pool, "AdminGetUser", { Username: "two" });
    expect(two.body.UserMFASettingList).toEqual(["SMS_MFA", "EMAIL_OTP"]);
    expect(two.body).not.toHaveProperty("PreferredMfaSetting");
    await pool.stop();
  });
});
