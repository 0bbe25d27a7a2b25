"use strict";

// startSignIn: sign-ins that begin without a password.

const { inspect } = require("node:util");
const { createAuth } = require("../..");
const { createAuthenticator } = require("../../tools/testing/authenticator.js");
const { NAME, PASSWORD, error, last, operations, refused, usePools } = require("./support.js");

const open = usePools();
const EMAIL = { email: "theseus@example.com" };
const first = (pool) => pool.requests[0];

describe("USER_AUTH", () => {
  test("the user chooses: codes, passwords", async () => {
    const { pool, auth } = await open({ user: { attributes: EMAIL } });
    const step = await auth.startSignIn(NAME);
    expect(step).toMatchObject({ signedIn: false, name: "SELECT_CHALLENGE", username: NAME });
    expect(step.choices).toEqual(expect.arrayContaining(["EMAIL_OTP", "PASSWORD"]));
    const { operation, signed, body } = first(pool);
    expect([operation, signed]).toEqual(["InitiateAuth", false]);
    expect(body).toMatchObject({ AuthFlow: "USER_AUTH", AuthParameters: { USERNAME: NAME } });
    expect(body.AuthParameters).not.toHaveProperty("PASSWORD");
    const code = await step.answer("EMAIL_OTP");
    expect(code).toMatchObject({ name: "EMAIL_OTP", sent: { to: "t***@e***", by: "EMAIL" } });
    expect(await code.answer(pool.outbox.at(-1).code)).toMatchObject({ signedIn: true });
  });

  test.each([
    ["EMAIL_OTP", { to: "t***@e***", by: "EMAIL" }],
    ["SMS_OTP", { to: "+*******0100", by: "SMS" }],
  ])("a preferred %s: after a wrong code, another one", async (prefer, sent) => {
    const phone = { phone_number: "+14155550100", phone_number_verified: "true" };
    const { pool, auth } = await open({ user: { attributes: { ...EMAIL, ...phone } } });
    const step = await auth.startSignIn(NAME, { prefer });
    expect(step).toEqual({ signedIn: false, name: prefer, username: NAME, sent });
    expect(first(pool).body.AuthParameters).toEqual({
      USERNAME: NAME,
      PREFERRED_CHALLENGE: prefer,
    });
    expect(await refused(step.answer("00000000"))).toMatchObject({ reason: "code-wrong" });
    // As people copy it.
    const tokens = await step.answer(` ${pool.outbox.at(-1).code}\n`);
    expect(last(pool).ChallengeResponses).toEqual({
      USERNAME: NAME,
      [`${prefer}_CODE`]: pool.outbox.at(-1).code,
    });
    expect((await auth.verify(tokens.idToken))["cognito:username"]).toBe(NAME);
  });

  test("a choice of a password may bring it along, sent or proved", async () => {
    const { pool, auth } = await open();
    for (const [choice, ...responses] of [
      ["PASSWORD", { USERNAME: NAME, ANSWER: "PASSWORD", PASSWORD }],
      [
        "PASSWORD_SRP",
        { USERNAME: NAME, ANSWER: "PASSWORD_SRP", SRP_A: expect.stringMatching(/^[0-9a-f]+$/) },
        expect.objectContaining({ PASSWORD_CLAIM_SIGNATURE: expect.any(String) }),
      ],
    ]) {
      const step = await auth.startSignIn(NAME);
      pool.requests.splice(0);
      expect(await step.answer(choice, { password: PASSWORD })).toMatchObject({ signedIn: true });
      expect(pool.requests.map(({ body }) => body.ChallengeResponses)).toEqual(responses);
    }
    expect(JSON.stringify(pool.requests)).not.toContain(PASSWORD);
  });

  test("a proof without the user pool's id says so before anything is sent", async () => {
    const { pool } = await open();
    const { userPoolId: _, ...options } = pool.options;
    const step = await createAuth(options).startSignIn(NAME);
    for (const again of [1, 2]) {
      const failed = await refused(step.answer("PASSWORD_SRP", { password: PASSWORD }));
      expect([again, failed]).toMatchObject([again, { reason: "config" }]);
    }
    expect(operations(pool)).toEqual(["InitiateAuth"]);
    expect(await step.answer("PASSWORD", { password: PASSWORD })).toMatchObject({ signedIn: true });
  });

  test.each(["PASSWORD", "PASSWORD_SRP"])("a preferred %s is asked for", async (prefer) => {
    const { auth } = await open();
    const step = await auth.startSignIn(NAME, { prefer });
    expect(step.name).toBe(prefer);
    expect(await step.answer(PASSWORD)).toMatchObject({ signedIn: true });
  });

  const PASSKEYS = { passkeys: { relyingPartyId: "example.com" } };
  /** A user with a passkey, made while signed in with the password. */
  async function withPasskey() {
    const { pool, auth } = await open(PASSKEYS);
    const account = auth.account((await auth.signIn(NAME, PASSWORD)).accessToken);
    const authenticator = createAuthenticator({ origin: "https://example.com" });
    await account.finishPasskey(authenticator.create(await account.startPasskey()));
    pool.requests.splice(0);
    return { pool, auth, authenticator };
  }

  test.each([
    ["preferred", (auth) => auth.startSignIn(NAME, { prefer: "WEB_AUTHN" })],
    ["chosen", async (auth) => (await auth.startSignIn(NAME)).answer("WEB_AUTHN")],
  ])("a passkey that is %s, as an object or its text", async (_how, begin) => {
    const { pool, auth, authenticator } = await withPasskey();
    for (const given of [(credential) => credential, JSON.stringify]) {
      const step = await begin(auth);
      expect(step.name).toBe("WEB_AUTHN");
      expect(step.publicKey).toMatchObject({ rpId: "example.com", challenge: expect.any(String) });
      const tokens = await step.answer(given(authenticator.get(step.publicKey)));
      expect((await auth.verify(tokens.idToken))["cognito:username"]).toBe(NAME);
    }
    const sent = new Set(operations(pool).filter((operation) => operation !== "keys"));
    expect([...sent]).toEqual(["InitiateAuth", "RespondToAuthChallenge"]);
  });

  test("a passkey of a page of another origin is refused", async () => {
    const { auth, authenticator } = await withPasskey();
    const step = await auth.startSignIn(NAME, { prefer: "WEB_AUTHN" });
    const credential = authenticator.get(step.publicKey, { origin: "https://example.org" });
    expect(await refused(step.answer(credential))).toMatchObject({ reason: "bad-credentials" });
  });

  test.each([
    ["a text that is no object", "123456"],
    ["a text that is cut", '{"id":"a"'],
    ["a text that is too long", JSON.stringify({ id: "x".repeat(65_536) })],
    ["an object that is too large", { id: "x".repeat(65_536) }],
    ["bytes", { rawId: new Uint8Array(2).buffer }],
  ])("%s is no passkey's answer, and costs nothing", async (_what, value) => {
    const { pool, auth, authenticator } = await withPasskey();
    const step = await auth.startSignIn(NAME, { prefer: "WEB_AUTHN" });
    expect(await refused(step.answer(value))).toMatchObject({ reason: "invalid-argument" });
    expect(operations(pool)).toEqual(["InitiateAuth"]);
    const credential = authenticator.get(step.publicKey);
    expect(await step.answer(credential)).toMatchObject({ signedIn: true });
  });

  test("a passkey for another sign-in's challenge is refused", async () => {
    const { auth, authenticator } = await withPasskey();
    const [one, other] = [
      await auth.startSignIn(NAME, { prefer: "WEB_AUTHN" }),
      await auth.startSignIn(NAME, { prefer: "WEB_AUTHN" }),
    ];
    const credential = authenticator.get(other.publicKey);
    expect(await refused(one.answer(credential))).toMatchObject({ reason: "bad-credentials" });
    expect(await other.answer(credential)).toMatchObject({ signedIn: true });
  });

  test("a user who does not exist is no other than one with a wrong answer", async () => {
    const { auth } = await open({ user: { attributes: EMAIL } });
    const expected = error(
      "NotAuthorizedException",
      "bad-credentials",
      "Incorrect username or password.",
      401,
    );
    expect(await refused(auth.startSignIn("nobody", { prefer: "PASSWORD" }))).toEqual(expected);
  });
});

describe("CUSTOM_AUTH", () => {
  const customAuth = ({ session }) =>
    session.at(-1)?.result === true
      ? { next: true }
      : {
          next: "CUSTOM_CHALLENGE",
          parameters: { riddle: "What has roots?" },
          answer: "a mountain",
        };

  test.each([
    ["by option", {}, { authFlow: "CUSTOM_AUTH" }],
    ["of the Auth", { authFlow: "CUSTOM_AUTH" }, undefined],
  ])("%s: the triggers ask, without a password", async (_how, settings, options) => {
    const { pool, auth } = await open({ customAuth, settings });
    const step = await auth.startSignIn(NAME, options);
    expect(step).toMatchObject({
      name: "CUSTOM_CHALLENGE",
      parameters: { riddle: "What has roots?" },
    });
    expect(first(pool).body.AuthParameters).toEqual({ USERNAME: NAME });
    expect(await step.answer("a mountain")).toMatchObject({ signedIn: true });
  });
});

test.each([
  ["config", { authFlow: "USER_SRP_AUTH" }],
  ["config", { authFlow: "ADMIN_NO_SRP_AUTH" }],
  ["config", { authFlow: "NONE" }],
  ["config", { prefer: "PASSKEY" }],
  ["config", { prefer: "EMAIL_OTP", authFlow: "CUSTOM_AUTH" }],
  ["config", { password: PASSWORD }],
  ["invalid-argument", { prefer: 5 }],
  ["config", "EMAIL_OTP"],
])("%s: startSignIn(name, %j) sends nothing", async (reason, options) => {
  const { pool, auth } = await open();
  expect(await refused(auth.startSignIn(NAME, options))).toMatchObject({ reason });
  expect(pool.requests).toEqual([]);
});

test.each([undefined, null, 5, {}, "", "x".repeat(100_000), "\ud800"])(
  "startSignIn(%p) is invalid-argument",
  async (username) => {
    const { pool, auth } = await open();
    const failed = await auth.startSignIn(username).catch((thrown) => thrown);
    expect(failed).toMatchObject({ reason: "invalid-argument", status: 400 });
    expect(inspect(failed)).not.toContain("xxxxxxxxxx");
    expect(pool.requests).toEqual([]);
  },
);
