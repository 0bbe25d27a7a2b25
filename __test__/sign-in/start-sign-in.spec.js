"use strict";

// startSignIn: sign-ins that begin without a password.

const { inspect } = require("node:util");
const { createAuthenticator } = require("../../tools/testing/authenticator.js");
const { NAME, PASSWORD, error, operations, refused, usePools } = require("./support.js");

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

  test("a preferred code: after a wrong one, another one", async () => {
    const { pool, auth } = await open({ user: { attributes: EMAIL } });
    const step = await auth.startSignIn(NAME, { prefer: "EMAIL_OTP" });
    expect(step.name).toBe("EMAIL_OTP");
    expect(await refused(step.answer("00000000"))).toMatchObject({ reason: "code-wrong" });
    const tokens = await step.answer(pool.outbox.at(-1).code);
    expect((await auth.verify(tokens.idToken))["cognito:username"]).toBe(NAME);
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
