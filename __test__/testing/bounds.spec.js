"use strict";

// What a pool remembers has bounds, and the oldest goes first. Here they are small.

const fs = require("node:fs");
const path = require("node:path");
const { BOUNDS, BoundedMap, createLog } = require("../../testing/bounds.js");
const { createAuthenticator } = require("../../tools/testing/authenticator.js");
const root = require("../../tools/root.js");
const { createSrpClient } = require("../support/srp-client.js");
const { begin, outcome, play, respond, startPool } = require("../support/test-pool.js");

const PASSWORD = "Labyrinth1";
const REAL = { ...BOUNDS };
const SMALL = { ...Object.fromEntries(Object.keys(BOUNDS).map((name) => [name, 2])), users: 3 };

let pool;
beforeAll(async () => {
  Object.assign(BOUNDS, SMALL);
  pool = await startPool({ mfa: "OPTIONAL", passkeys: { relyingPartyId: "example.com" } });
});
afterAll(() => pool.stop());
beforeEach(() => {
  pool.users.clear();
  const attributes = { email: "theseus@example.com" };
  pool.users.set("theseus", { username: "theseus", password: PASSWORD, attributes });
});

const ask = async (operation, members) => (await play(pool, operation, members)).body;
const parameters = { USERNAME: "theseus", PASSWORD };
const signIn = (more) => begin(pool, "USER_PASSWORD_AUTH", { ...parameters, ...more });
/** What a function gives when it is called three times. */
const thrice = async (make) => [await make(), await make(), await make()];

test("a map of the newest entries", () => {
  const map = new BoundedMap(2);
  map.set("a", 1).set("b", 2).set("a", 3).set("c", 4);
  expect([...map]).toEqual([
    ["a", 3],
    ["c", 4],
  ]);
});

test("a log, by number and by size, that a test may empty", () => {
  const byNumber = createLog(2);
  for (const name of ["a", "b", "c"]) byNumber.push({ name });
  expect(byNumber.list).toEqual([{ name: "b" }, { name: "c" }]);
  const { list, push } = createLog(100, 10);
  push({ name: "a" }, 6);
  push({ name: "b" }, 4);
  push({ name: "c" }, 4);
  expect(list).toEqual([{ name: "b" }, { name: "c" }]);
  list.length = 0;
  push({ name: "d" }, 5);
  push({ name: "e" }, 5);
  expect(list).toEqual([{ name: "d" }, { name: "e" }]);
  push({ name: "f" }, 11);
  expect(list).toEqual([]);
});

test("requests and messages", async () => {
  const own = await startPool();
  BOUNDS.requestBytes = 1_000;
  const roomy = await startPool();
  BOUNDS.requestBytes = SMALL.requestBytes;
  const sizeOf = async ({ requests: list }, one) => {
    for (const Username of ["a", "b", "c"]) await play(one, "AdminGetUser", { Username });
    return list.map(({ body }) => body.Username);
  };
  expect(await sizeOf(roomy, roomy)).toEqual(["b", "c"]);
  // Two bytes hold no body at all.
  expect(await sizeOf(own, own)).toEqual([]);
  await thrice(() => ask("ForgotPassword", { Username: "theseus" }));
  expect(pool.outbox).toHaveLength(2);
  await Promise.all([own.stop(), roomy.stop()]);
});

test("sessions", async () => {
  pool.users.get("theseus").mfa = ["EMAIL_OTP"];
  const [first, , last] = await thrice(signIn);
  const code = { EMAIL_OTP_CODE: pool.outbox.at(-1).code };
  expect(outcome(await respond(pool, first, code))).toEqual([
    "NotAuthorizedException",
    "Invalid session for the user.",
  ]);
  expect(outcome(await respond(pool, last, code))).toBe("tokens");
});

test("sessions that were answered do not push out an open one", async () => {
  pool.users.get("theseus").mfa = ["EMAIL_OTP"];
  const begun = async () => {
    const challenge = await signIn();
    const code = { EMAIL_OTP_CODE: pool.outbox.at(-1).code };
    return async () => outcome(await respond(pool, challenge, code));
  };
  const finish = await begun();
  const [again] = await thrice(async () => {
    const other = await begun();
    expect(await other()).toBe("tokens");
    return other;
  });
  expect(await finish()).toBe("tokens");
  const USED = "Invalid session for the user, session can only be used once.";
  expect(await finish()).toEqual(["NotAuthorizedException", USED]);
  expect(await again()).toEqual(["NotAuthorizedException", "Invalid session for the user."]);
});

test("challenges of SRP", async () => {
  const client = createSrpClient(pool);
  const start = () => begin(pool, "USER_SRP_AUTH", { USERNAME: "theseus", SRP_A: client.srpA });
  const prove = async (challenge) => {
    const responses = client.answer(challenge.ChallengeParameters, PASSWORD, new Date());
    return outcome(await respond(pool, challenge, responses));
  };
  const [first, , last] = await thrice(start);
  expect((await prove(first))[0]).toBe("NotAuthorizedException");
  expect(await prove(last)).toBe("tokens");
});

test("challenges of passkeys", async () => {
  const AccessToken = pool.accessToken("theseus");
  const authenticator = createAuthenticator({ origin: "https://example.com" });
  const complete = (options) =>
    ask("CompleteWebAuthnRegistration", { AccessToken, Credential: authenticator.create(options) });
  const [first, , last] = await thrice(
    async () => (await ask("StartWebAuthnRegistration", { AccessToken })).CredentialCreationOptions,
  );
  expect((await complete(first)).__type).toBe("WebAuthnChallengeNotFoundException");
  expect(await complete(last)).toEqual({});
});

test("codes", async () => {
  const codes = [];
  for (const username of ["minos", "ariadne", "icarus"]) {
    const attributes = { email: `${username}@example.com` };
    pool.users.set(username, { username, status: "UNCONFIRMED", attributes });
    await ask("ResendConfirmationCode", { Username: username });
    codes.push([username, pool.outbox.at(-1).code]);
  }
  const confirm = ([Username, ConfirmationCode]) =>
    ask("ConfirmSignUp", { Username, ConfirmationCode });
  expect((await confirm(codes[0])).__type).toBe("ExpiredCodeException");
  expect(await confirm(codes[2])).toEqual({});
});

test("refresh tokens; a sign-in that is older than its bound ends with the user's others", async () => {
  const [first, second, third] = (await thrice(signIn)).map(
    ({ AuthenticationResult }) => AuthenticationResult.RefreshToken,
  );
  const refresh = async (RefreshToken) =>
    outcome(await ask("GetTokensFromRefreshToken", { RefreshToken }));
  expect(await refresh(first)).toEqual(["NotAuthorizedException", "Invalid Refresh Token."]);
  expect([await refresh(second), await refresh(third)]).toEqual(["tokens", "tokens"]);
  await thrice(() => pool.idToken("theseus"));
  await ask("AdminUserGlobalSignOut", { Username: "theseus" });
  expect(await refresh(third)).toEqual([
    "NotAuthorizedException",
    "Refresh Token has been revoked",
  ]);
});

test("devices", async () => {
  const own = await startPool({
    rememberDevices: true,
    users: [{ username: "theseus", password: PASSWORD }],
  });
  const device = async (DEVICE_KEY) => {
    const { AuthenticationResult } = await begin(own, "USER_PASSWORD_AUTH", {
      ...parameters,
      DEVICE_KEY,
    });
    return AuthenticationResult.NewDeviceMetadata?.DeviceKey;
  };
  const [first, , third] = await thrice(device);
  expect(await device(third)).toBeUndefined();
  expect(await device(first)).toEqual(expect.any(String));
  await own.stop();
});

test("users that requests make, groups, custom attributes", async () => {
  const signUp = (Username) => ask("SignUp", { Username, Password: PASSWORD });
  for (const name of ["a", "b", "e"]) expect(await signUp(name)).toHaveProperty("UserSub");
  const FULL = {
    __type: "LimitExceededException",
    message: "cognito-auth-native test pool: requests make 3 users at most",
  };
  expect(await signUp("c")).toEqual(FULL);
  expect(await ask("AdminCreateUser", { Username: "c" })).toEqual(FULL);
  pool.addUser({ username: "c" });

  for (const GroupName of ["a", "b"]) await ask("CreateGroup", { GroupName });
  expect((await ask("CreateGroup", { GroupName: "c" })).__type).toBe("LimitExceededException");

  const write = (...names) =>
    ask("AdminUpdateUserAttributes", {
      Username: "theseus",
      UserAttributes: names.map((name) => ({ Name: name, Value: name })),
    });
  expect(await write("custom:a", "custom:b", "name")).toEqual({});
  const TOO_MANY = [
    "InvalidParameterException",
    "Attributes did not conform to the schema: custom:c: Attribute does not exist in the schema.\n",
  ];
  expect(outcome(await write("custom:c"))).toEqual(TOO_MANY);
  expect(Object.keys(pool.users.get("theseus").attributes)).not.toContain("custom:c");

  // Whatever makes the user.
  pool.users.clear();
  const UserAttributes = ["custom:a", "custom:b", "custom:c"].map((Name) => ({ Name, Value: "x" }));
  const made = { Username: "minos", UserAttributes };
  expect(outcome(await ask("SignUp", { Password: PASSWORD, ...made }))).toEqual(TOO_MANY);
  expect(outcome(await ask("AdminCreateUser", made))).toEqual(TOO_MANY);
  const attributes = { "custom:a": "x", "custom:b": "x" };
  pool.addUser({ username: "minos", temporaryPassword: PASSWORD, attributes });
  const challenge = await begin(pool, "USER_PASSWORD_AUTH", { USERNAME: "minos", PASSWORD });
  const answer = { NEW_PASSWORD: "RedThread2", "userAttributes.custom:c": "x" };
  expect(outcome(await respond(pool, challenge, answer))).toEqual(TOO_MANY);
});

test("docs/testing.md has the bounds", () => {
  const text = fs.readFileSync(path.join(root, "docs", "testing.md"), "utf8");
  const [, table] = /\| A pool remembers at most \|.*\n\|.*\n((?:\|.*\n)+)/.exec(text) ?? [];
  const numbers = [...table.matchAll(/\| ([\d,]+)(?: MiB)? \|$/gm)].map(([, digits]) =>
    Number(digits.replaceAll(",", "")),
  );
  const expected = Object.entries(REAL).map(([name, bound]) =>
    name === "requestBytes" ? bound / 2 ** 20 : bound,
  );
  expect(numbers).toEqual(expected);
});
