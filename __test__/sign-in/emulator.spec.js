"use strict";

// Signing in on an emulator that others have written: ministack.

const { createAuth } = require("../..");
const { totpAt } = require("../../testing/totp.js");
const { startEmulator } = require("../../tools/emulator.js");
const { optionsFrom } = require("../support/environment.js");
const { NAME, PASSWORD, TEMPORARY, error, refusal, refused } = require("./support.js");

const WRONG = error(
  "NotAuthorizedException",
  "bad-credentials",
  "Incorrect username or password.",
  401,
);

describe("ministack", () => {
  let emulator;
  let pool;
  let auth;

  /** A pool with a user whose password is permanent, and an Auth of it. */
  async function open(options, settings) {
    const opened = await emulator.createPool({ poolSettings: { Schema: [] }, ...options });
    await addUser(opened, NAME, PASSWORD);
    return { pool: opened, auth: createAuth({ ...optionsFrom(opened.environment), ...settings }) };
  }

  async function addUser({ userPoolId: UserPoolId }, Username, Password, attributes = {}) {
    const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
    await emulator.call("AdminCreateUser", {
      UserPoolId,
      Username,
      TemporaryPassword: TEMPORARY,
      MessageAction: "SUPPRESS",
      UserAttributes,
    });
    if (Password === undefined) return;
    await emulator.call("AdminSetUserPassword", {
      UserPoolId,
      Username,
      Password,
      Permanent: true,
    });
  }

  beforeAll(async () => {
    emulator = await startEmulator({ kind: "ministack" });
    ({ pool, auth } = await open());
  });
  afterAll(() => emulator?.stop());

  test("tokens by the default flow", async () => {
    const began = Date.now();
    const tokens = await auth.signIn(NAME, PASSWORD);
    expect(tokens).toMatchObject({ signedIn: true, refreshToken: expect.any(String) });
    expect(tokens.expiresAt).toBeGreaterThan(began);
    expect(await auth.verifyToken(tokens.idToken)).toMatchObject({ "cognito:username": NAME });
  });

  test("a wrong password, an unknown user", async () => {
    expect(await refused(auth.signIn(NAME, "Labyrinth2"))).toEqual(WRONG);
    expect(await refused(auth.signIn("nobody", PASSWORD))).toEqual(WRONG);
    expect(await refusal(auth.login("nobody", PASSWORD))).toMatchObject({ reason: "user-missing" });
  });

  test("a disabled user, and one whose password was reset", async () => {
    const { userPoolId: UserPoolId } = pool;
    await addUser(pool, "minos", PASSWORD, { email: "minos@example.com", email_verified: "true" });
    await emulator.call("AdminDisableUser", { UserPoolId, Username: "minos" });
    expect(await refused(auth.signIn("minos", PASSWORD))).toEqual(
      error("NotAuthorizedException", "user-disabled", "User is disabled.", 403),
    );
    await emulator.call("AdminEnableUser", { UserPoolId, Username: "minos" });
    await emulator.call("AdminResetUserPassword", { UserPoolId, Username: "minos" });
    expect(await refusal(auth.signIn("minos", PASSWORD))).toMatchObject({
      name: "PasswordResetRequiredException",
      reason: "password-reset-required",
      hint: expect.any(String),
    });
  });

  test("a flow that the client does not allow", async () => {
    const failed = await refusal(auth.signIn(NAME, PASSWORD, { authFlow: "USER_PASSWORD_AUTH" }));
    expect(failed).toMatchObject({
      name: "InvalidParameterException",
      reason: "config",
      hint: expect.stringContaining("ALLOW_USER_PASSWORD_AUTH"),
    });
  });

  test("a client's secret, right and wrong", async () => {
    const { pool: secret, auth: right } = await open({ clientSecret: true });
    expect((await right.signIn(NAME, PASSWORD)).signedIn).toBe(true);
    const wrong = createAuth({ ...optionsFrom(secret.environment), clientSecret: "x".repeat(40) });
    expect(await refusal(wrong.signIn(NAME, PASSWORD))).toMatchObject({
      name: "NotAuthorizedException",
      reason: "config",
    });
  });

  test("USER_SRP_AUTH", async () => {
    const { auth: proving } = await open(
      {
        clientSecret: true,
        explicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      },
      { authFlow: "USER_SRP_AUTH", credentials: undefined },
    );
    expect((await proving.signIn(NAME, PASSWORD)).signedIn).toBe(true);
    expect(await refused(proving.signIn(NAME, "Labyrinth2"))).toEqual(WRONG);
    expect(await proving.verifyToken(await proving.login(NAME, PASSWORD))).toMatchObject({
      "cognito:username": NAME,
    });
  });

  test("an invited user sets a password", async () => {
    await addUser(pool, "ariadne", undefined, { email: "ariadne@example.com" });
    const step = await auth.signIn("ariadne", TEMPORARY);
    expect(step).toMatchObject({ name: "NEW_PASSWORD_REQUIRED", requiredAttributes: [] });
    expect(typeof step.attributes).toBe("object");
    expect((await step.answer("New-Labyrinth2")).signedIn).toBe(true);
    expect((await auth.signIn("ariadne", "New-Labyrinth2")).signedIn).toBe(true);
  });

  test("an authenticator app: a wrong code, the right one, and by login's error", async () => {
    await addUser(pool, "daedalus", PASSWORD);
    const { accessToken: AccessToken } = await auth.signIn("daedalus", PASSWORD);
    const { SecretCode } = await emulator.call("AssociateSoftwareToken", { AccessToken });
    const code = () => totpAt(SecretCode, Date.now());
    await emulator.call("VerifySoftwareToken", { AccessToken, UserCode: code() });
    await emulator.call("SetUserMFAPreference", {
      AccessToken,
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
    });
    await emulator.call("SetUserPoolMfaConfig", {
      UserPoolId: pool.userPoolId,
      SoftwareTokenMfaConfiguration: { Enabled: true },
      MfaConfiguration: "OPTIONAL",
    });
    const step = await auth.signIn("daedalus", PASSWORD);
    expect(step).toMatchObject({ name: "SOFTWARE_TOKEN_MFA", username: "daedalus" });
    const wrong = code() === "000000" ? "000001" : "000000";
    expect(await refusal(step.answer(wrong))).toMatchObject({
      name: "CodeMismatchException",
      reason: "code-wrong",
      status: 400,
    });
    expect((await step.answer(code())).signedIn).toBe(true);
    const failed = await refusal(auth.login("daedalus", PASSWORD));
    expect((await failed.challenge.answer(code())).signedIn).toBe(true);
  });

  test("refresh, then signOut", async () => {
    const { refreshToken } = await auth.signIn(NAME, PASSWORD);
    const tokens = await auth.refresh(refreshToken);
    expect(tokens).toMatchObject({ signedIn: true, refreshToken });
    await auth.verifyToken(tokens.idToken);
    await auth.signOut(refreshToken);
    expect(await refusal(auth.refresh(refreshToken))).toMatchObject({
      name: "NotAuthorizedException",
      reason: "refresh-expired",
      status: 401,
    });
  });
});
