"use strict";

// Devices that a pool remembers, by raw requests: NewDeviceMetadata, and the device's key at a refresh.

const { begin, outcome, play, respond, signIn, startPool } = require("../support/test-pool.js");

const PASSWORD = "Labyrinth1";
const INVALID = ["NotAuthorizedException", "Invalid Refresh Token."];
const DEVICE = {
  DeviceKey: expect.stringMatching(/^us-east-1_[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
  DeviceGroupKey: expect.stringMatching(/^-[\w-]{8}$/),
};

let pool;
beforeAll(async () => {
  pool = await startPool({ mfa: "OPTIONAL", rememberDevices: true });
});
beforeEach(() => {
  const attributes = { email: "theseus@example.com" };
  for (const username of ["theseus", "ariadne"]) {
    pool.users.set(username, { username, password: PASSWORD, attributes });
  }
});
afterAll(() => pool.stop());

const byPassword = async (more, USERNAME = "theseus") =>
  (await begin(pool, "USER_PASSWORD_AUTH", { USERNAME, PASSWORD, ...more })).AuthenticationResult;
const refresh = async (RefreshToken, DeviceKey) =>
  outcome((await play(pool, "GetTokensFromRefreshToken", { RefreshToken, DeviceKey })).body);

test("a sign-in on a new device says which one it is, and on a known one nothing", async () => {
  const { NewDeviceMetadata } = await byPassword();
  expect(NewDeviceMetadata).toEqual(DEVICE);
  const again = await byPassword({ DEVICE_KEY: NewDeviceMetadata.DeviceKey });
  expect(again).not.toHaveProperty("NewDeviceMetadata");
  expect(await refresh(again.RefreshToken, NewDeviceMetadata.DeviceKey)).toBe("tokens");
});

test.each([
  ["made up", async () => "us-east-1_00000000-0000-0000-0000-000000000000"],
  ["another user's", async () => (await byPassword({}, "ariadne")).NewDeviceMetadata.DeviceKey],
])("a key that is %s is a new device's", async (_name, key) => {
  const DEVICE_KEY = await key();
  const { NewDeviceMetadata } = await byPassword({ DEVICE_KEY });
  expect(NewDeviceMetadata).toEqual(DEVICE);
  expect(NewDeviceMetadata.DeviceKey).not.toBe(DEVICE_KEY);
});

test("a refresh needs the device's key", async () => {
  const { RefreshToken, NewDeviceMetadata } = await byPassword();
  const { DeviceKey } = NewDeviceMetadata;
  expect(await refresh(RefreshToken)).toEqual(INVALID);
  const { NewDeviceMetadata: other } = await byPassword();
  expect(await refresh(RefreshToken, other.DeviceKey)).toEqual(INVALID);
  expect(await refresh(RefreshToken, DeviceKey)).toBe("tokens");
  const flow = (more) =>
    begin(pool, "REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: RefreshToken, ...more });
  expect(outcome(await flow())).toEqual(INVALID);
  const { AuthenticationResult } = await flow({ DEVICE_KEY: DeviceKey });
  expect(AuthenticationResult).not.toHaveProperty("NewDeviceMetadata");
});

test("access tokens have the device's key, in the place where Cognito's have it; ID tokens have none", async () => {
  const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  const { AccessToken, IdToken, RefreshToken, NewDeviceMetadata } = await byPassword();
  const { DeviceKey } = NewDeviceMetadata;
  expect(Object.entries(claimsOf(AccessToken)).slice(0, 3)).toEqual([
    ["sub", expect.any(String)],
    ["device_key", DeviceKey],
    ["iss", pool.issuer],
  ]);
  expect(claimsOf(IdToken)).not.toHaveProperty("device_key");
  const input = { RefreshToken, DeviceKey };
  const { body } = await play(pool, "GetTokensFromRefreshToken", input);
  expect(claimsOf(body.AuthenticationResult.AccessToken).device_key).toBe(DeviceKey);
  const known = await byPassword({ DEVICE_KEY: DeviceKey });
  expect(claimsOf(known.AccessToken).device_key).toBe(DeviceKey);
  const admin = (await signIn(pool, "theseus", PASSWORD)).body.AuthenticationResult;
  expect(claimsOf(admin.AccessToken)).not.toHaveProperty("device_key");
});

test("the device comes with the tokens, and its key with the last answer", async () => {
  const { DeviceKey } = (await byPassword()).NewDeviceMetadata;
  pool.users.get("theseus").mfa = ["EMAIL_OTP"];
  const first = await begin(pool, "USER_PASSWORD_AUTH", { USERNAME: "theseus", PASSWORD });
  expect(first).not.toHaveProperty("AuthenticationResult");
  const code = () => ({ EMAIL_OTP_CODE: pool.outbox.at(-1).code });
  const { AuthenticationResult } = await respond(pool, first, code());
  expect(AuthenticationResult.NewDeviceMetadata).toEqual(DEVICE);
  const second = await begin(pool, "USER_PASSWORD_AUTH", { USERNAME: "theseus", PASSWORD });
  const body = await respond(pool, second, { ...code(), DEVICE_KEY: DeviceKey });
  expect(body.AuthenticationResult).not.toHaveProperty("NewDeviceMetadata");
});

test("administrators' sign-ins have no device: their refresh tokens are never taken", async () => {
  const { DeviceKey } = (await byPassword()).NewDeviceMetadata;
  const { body } = await signIn(pool, "theseus", PASSWORD, { DEVICE_KEY: DeviceKey });
  const { RefreshToken, ...tokens } = body.AuthenticationResult;
  expect(tokens).not.toHaveProperty("NewDeviceMetadata");
  for (const key of [undefined, DeviceKey])
    expect(await refresh(RefreshToken, key)).toEqual(INVALID);

  pool.users.get("theseus").mfa = ["EMAIL_OTP"];
  const challenge = (await signIn(pool, "theseus", PASSWORD)).body;
  const code = { EMAIL_OTP_CODE: pool.outbox.at(-1).code };
  const answer = await respond(pool, challenge, code, { admin: true });
  expect(answer.AuthenticationResult).not.toHaveProperty("NewDeviceMetadata");
  expect(await refresh(answer.AuthenticationResult.RefreshToken)).toEqual(INVALID);
});

test("with rotation the new refresh token is the same device's", async () => {
  const rotating = await startPool({
    users: [{ username: "theseus", password: PASSWORD }],
    rememberDevices: true,
    refreshTokenRotation: { retryGracePeriodSeconds: 10 },
  });
  const parameters = { USERNAME: "theseus", PASSWORD };
  const { AuthenticationResult } = await begin(rotating, "USER_PASSWORD_AUTH", parameters);
  const { DeviceKey } = AuthenticationResult.NewDeviceMetadata;
  const next = async (RefreshToken, members) =>
    (await play(rotating, "GetTokensFromRefreshToken", { RefreshToken, ...members })).body;
  const { AuthenticationResult: tokens } = await next(AuthenticationResult.RefreshToken, {
    DeviceKey,
  });
  expect(tokens).not.toHaveProperty("NewDeviceMetadata");
  expect(outcome(await next(tokens.RefreshToken))).toEqual(INVALID);
  expect(outcome(await next(tokens.RefreshToken, { DeviceKey }))).toBe("tokens");
  await rotating.stop();
});

test("without the option there are no devices, and a key is not looked at", async () => {
  const plain = await startPool({ users: [{ username: "theseus", password: PASSWORD }] });
  const DEVICE_KEY = "us-east-1_00000000-0000-0000-0000-000000000000";
  const parameters = { USERNAME: "theseus", PASSWORD, DEVICE_KEY };
  const { AuthenticationResult } = await begin(plain, "USER_PASSWORD_AUTH", parameters);
  expect(AuthenticationResult).not.toHaveProperty("NewDeviceMetadata");
  const { RefreshToken } = AuthenticationResult;
  for (const DeviceKey of [undefined, DEVICE_KEY]) {
    const { body } = await play(plain, "GetTokensFromRefreshToken", { RefreshToken, DeviceKey });
    expect(outcome(body)).toBe("tokens");
  }
  await plain.stop();
});
