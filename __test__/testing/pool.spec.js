"use strict";

// The pool under this package's functions: outages, its clock, its users, two at once, its end.

const { AuthError, createAuth } = require("../..");
const auth = require("../..");
const { createClock } = require("../../testing/clock.js");
const { useEnvironment } = require("../support/environment.js");
const { play, startPool } = require("../support/test-pool.js");

const PASSWORD = "Labyrinth1";
const THESEUS = {
  username: "theseus",
  password: PASSWORD,
  groups: ["heroes"],
  attributes: { email: "theseus@example.com", phone_number: "+14155550100" },
};
const SECRET = "0123456789abcdefghijklmnopqrstuv";

const started = [];
async function start(options) {
  const pool = await startPool({ users: [THESEUS], ...options });
  started.push(pool);
  return pool;
}
afterEach(() => Promise.all(started.splice(0).map((pool) => pool.stop())));

const operations = (pool) => pool.requests.map(({ operation }) => operation);

describe.each([
  ["without a client secret", {}],
  ["with a client secret", { clientSecret: SECRET }],
  ["with the updated issuer", { updatedIssuer: true }],
])("the tutorial's session, %s", (_name, options) => {
  const session = async (functions, pool) => {
    const { createCognitoUser, login, verifyToken, fetchUserByUsername } = functions;
    await createCognitoUser("ariadne", PASSWORD, "ariadne@example.com", "+14155550101");
    const claims = await verifyToken(await login("ariadne", PASSWORD));
    expect(claims).toMatchObject({ "cognito:username": "ariadne", email: "ariadne@example.com" });
    expect(await fetchUserByUsername("ariadne")).toEqual({
      username: "ariadne",
      phoneNumber: "+14155550101",
    });
    expect(pool.requests.map(({ operation, signed }) => [operation, signed])).toEqual([
      ["SignUp", false],
      ["AdminConfirmSignUp", true],
      ["AdminInitiateAuth", true],
      ["keys", false],
      ["AdminGetUser", true],
    ]);
  };

  test("createAuth(pool.options)", async () => {
    const pool = await start(options);
    await session(createAuth(pool.options), pool);
  });

  test("the four functions, by pool.environment, whatever was set before", async () => {
    const pool = await start(options);
    const restore = useEnvironment({
      AWS_PROFILE: "of another account",
      AWS_SESSION_TOKEN: "of another account",
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
      COGNITO_REGION: "eu-west-1",
      COGNITO_CLIENT_SECRET: "another",
      COGNITO_AUTH_FLOW: "USER_PASSWORD_AUTH",
      COGNITO_ISSUER: "https://example.com",
      COGNITO_JWKS_URI: "https://example.com/keys",
    });
    try {
      Object.assign(process.env, pool.environment);
      await session(auth, pool);
    } finally {
      restore();
    }
  });
});

test("a user without a phone number, and one whose name is taken", async () => {
  const pool = await start({ users: [{ username: "minos" }] });
  const { fetchUserByUsername, createCognitoUser } = createAuth(pool.options);
  await expect(fetchUserByUsername("minos")).rejects.toMatchObject({ reason: "phone-missing" });
  await expect(createCognitoUser("minos", PASSWORD)).rejects.toMatchObject({
    reason: "user-exists",
  });
});

describe("outages", () => {
  test("keys: 503 before the first token, and up ends it", async () => {
    const pool = await start();
    pool.down("keys");
    const { verifyToken, login } = createAuth({ ...pool.options, maxAttempts: 1 });
    const failure = await verifyToken(pool.idToken("theseus")).catch((error) => error);
    expect(failure).toMatchObject({ reason: "keys-unavailable", status: 503 });
    // The rest is there.
    await login("theseus", PASSWORD);
    pool.up();
    expect(await createAuth(pool.options).login("theseus", PASSWORD)).toMatch(/^ey/);
  });

  test.each([
    [503, "service"],
    [500, "service"],
    [429, "throttled"],
    ["reset", "network"],
    ["cut", "network"],
  ])("an operation, by %p: %s", async (how, reason) => {
    const pool = await start();
    const { login, fetchUserByUsername } = createAuth({ ...pool.options, maxAttempts: 1 });
    pool.down("AdminInitiateAuth", how);
    await expect(login("theseus", PASSWORD)).rejects.toMatchObject({ reason });
    await fetchUserByUsername("theseus");
    pool.up();
    await login("theseus", PASSWORD);
  });

  test("a request that is never answered", async () => {
    const pool = await start();
    pool.down("AdminGetUser", "hang");
    const { fetchUserByUsername } = createAuth({ ...pool.options, maxAttempts: 1, timeoutMs: 200 });
    await expect(fetchUserByUsername("theseus")).rejects.toMatchObject({ reason: "timeout" });
  });

  test("everything", async () => {
    const pool = await start();
    pool.down();
    const functions = createAuth({ ...pool.options, maxAttempts: 1 });
    await expect(functions.login("theseus", PASSWORD)).rejects.toMatchObject({ reason: "service" });
    await expect(functions.fetchUserByUsername("theseus")).rejects.toMatchObject({
      reason: "service",
    });
    await expect(functions.verifyToken(pool.idToken())).rejects.toMatchObject({
      reason: "keys-unavailable",
    });
  });

  test("failNext: one request, in Cognito's words; throttling is repeated", async () => {
    const pool = await start();
    const { login } = createAuth(pool.options);
    pool.failNext("AdminInitiateAuth", "TooManyRequestsException", "Rate exceeded");
    expect(await login("theseus", PASSWORD)).toMatch(/^ey/);
    expect(operations(pool)).toEqual(["AdminInitiateAuth", "AdminInitiateAuth"]);
    pool.failNext("AdminInitiateAuth", "UserNotFoundException", "First.");
    pool.failNext("AdminInitiateAuth", "NotAuthorizedException", "Zweitens: nicht erlaubt – 🧵");
    await expect(login("theseus", PASSWORD)).rejects.toMatchObject({
      code: "UserNotFoundException",
      message: "First.",
    });
    await expect(login("theseus", PASSWORD)).rejects.toMatchObject({
      message: "Zweitens: nicht erlaubt – 🧵",
    });
    await login("theseus", PASSWORD);
  });

  test("failNext: the status", async () => {
    const pool = await start();
    pool.failNext("AdminGetUser", "InternalErrorException", "Sorry.");
    pool.failNext(
      "AdminGetUser",
      "AccessDeniedException",
      "User is not authorized to perform: cognito-idp:AdminGetUser",
      403,
    );
    pool.failNext("AdminGetUser", "InternalFailure", "Sorry.");
    pool.failNext("AdminGetUser", "ServiceUnavailable", "Later.");
    const statuses = [];
    for (let count = 0; count < 5; count++) {
      statuses.push((await play(pool, "AdminGetUser", { Username: "theseus" })).status);
    }
    expect(statuses).toEqual([500, 403, 500, 503, 200]);
  });
});

describe("a mistake is reported", () => {
  let shared;
  beforeAll(async () => {
    shared = await startPool({ users: [THESEUS] });
  });
  afterAll(() => shared.stop());

  test.each([
    [
      "down",
      ["key"],
      /there is no "key" in a test pool, only all, keys, openid-configuration, SignUp/,
    ],
    ["down", ["ListDevices"], /there is no "ListDevices".*AdminGetUser/],
    ["down", ["keys", "slow"], /a status from 300 to 599, or one of reset, hang, cut/],
    ["down", ["keys", 200], /a status from 300 to 599/],
    ["failNext", ["ListDevices", "A", "b"], /there is no "ListDevices"/],
    [
      "failNext",
      ["SignUp", "UserNotFoundException", "b"],
      /SignUp has no error of type "UserNotFoundException" in Cognito, only CodeDeliveryFailureException, /,
    ],
    ["failNext", ["AdminGetUser", "ForbiddenException", "b"], /AdminGetUser has no error of type/],
    ["failNext", ["keys", "UserNotFoundException", "b"], /keys has no error of type/],
    ["failNext", ["SignUp", "constructor", "b"], /SignUp has no error of type/],
    ["failNext", ["SignUp"], /takes an operation, the error's type and its message/],
    ["failNext", ["SignUp", "UsernameExistsException", "b", 200], /a number from 400 to 599/],
    ["advance", [-1], /a number of seconds, 0 or more/],
    ["advance", ["60"], /a number of seconds/],
    ["totp", ["theseus"], /"theseus" has no authenticator app/],
    ["idToken", [5], /user is not an object/],
    ["idToken", [{ name: "theseus" }], /user: unknown member "name"/],
    ["accessToken", ["theseus", 60], /the second argument is not an object of claims/],
    ["idToken", ["theseus", { expiresIn: "1h" }], /expiresIn is not a whole number of seconds/],
    ["addUser", [THESEUS], /there is a user "theseus" already/],
    ["addUser", [{ name: "x" }], /unknown member "name". There are: username, password/],
    ["addUser", ["minos"], /addUser: the user is not an object/],
    ["sign", [], /sign: the claims are not an object/],
    ["sign", ["claims"], /sign: the claims are not an object/],
    ["sign", [{}, { kid: "x" }], /sign: unknown option "kid". There are: header/],
    ["sign", [{}, { header: "x" }], /sign: header is not an object/],
    ["expiredToken", ["theseus", { sub: "x" }], /takes a user alone.*idToken and sign/],
    ["foreignToken", ["theseus", { sub: "x" }], /takes a user alone/],
    ["forgedToken", ["theseus", { sub: "x" }], /takes a user alone/],
    ["up", ["keys"], /ends all outages, and takes no argument/],
  ])("%s(%j) is reported", (name, args, words) => {
    expect(() => shared[name](...args)).toThrow(words);
  });

  test.each([
    [true, /rotateKeys: the options are not an object/],
    [{ frsh: true }, /rotateKeys: unknown option "frsh". There are: fresh/],
    [{ fresh: "yes" }, /rotateKeys: fresh is not true or false/],
  ])("rotateKeys(%j) is reported", async (options, words) => {
    await expect(shared.rotateKeys(options)).rejects.toThrow(words);
  });

  test.each([
    ["groups", "heroes", /the user "theseus" was changed: groups is not a list of strings/],
    ["groups", undefined, /groups is not a list of strings/],
    ["attributes", { email_verified: true }, /attributes is not an object of strings/],
    ["enabled", "no", /enabled is not true or false/],
  ])("a user's %s that a test changed to %j is reported", (name, value, words) => {
    const user = shared.users.get("theseus");
    const before = user[name];
    user[name] = value;
    expect(() => shared.idToken("theseus")).toThrow(words);
    user[name] = before;
    shared.idToken("theseus");
  });

  test("a user as an object is the pool's user of this name", () => {
    const subOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url")).sub;
    const { sub } = shared.users.get("theseus").attributes;
    expect(subOf(shared.idToken({ username: "theseus", groups: ["admins"] }))).toBe(sub);
    expect(subOf(shared.idToken({ username: "minos" }))).not.toBe(sub);
  });

  test("functions may be passed on: further arguments that are no objects do not count", () => {
    expect(["theseus"].map(shared.expiredToken)).toHaveLength(1);
  });
});

describe("users", () => {
  test("a test reads and changes them, and the operations see it", async () => {
    const pool = await start();
    const { login, fetchUserByUsername } = createAuth(pool.options);
    const theseus = pool.users.get("theseus");
    expect(theseus).toEqual({
      ...THESEUS,
      enabled: true,
      status: "CONFIRMED",
      mfa: [],
      attributes: {
        sub: expect.any(String),
        ...THESEUS.attributes,
        email_verified: "true",
        phone_number_verified: "true",
      },
    });
    theseus.password = "Labyrinth2";
    await expect(login("theseus", PASSWORD)).rejects.toMatchObject({ reason: "bad-credentials" });
    theseus.attributes.phone_number = "+14155550199";
    expect((await fetchUserByUsername("theseus")).phoneNumber).toBe("+14155550199");
    theseus.enabled = false;
    await expect(login("theseus", "Labyrinth2")).rejects.toMatchObject({ reason: "user-disabled" });
    pool.users.delete("theseus");
    await expect(login("theseus", "Labyrinth2")).rejects.toMatchObject({ reason: "user-missing" });
  });

  test("are added by addUser and by users.set", async () => {
    const pool = await start();
    pool.addUser({ username: "minos", password: PASSWORD });
    pool.users.set("zoe", { username: "zoe", password: PASSWORD });
    const { login } = createAuth(pool.options);
    await login("minos", PASSWORD);
    await login("zoe", PASSWORD);
    expect(() => pool.users.set("zoe", { username: "minos" })).toThrow(/the name is "zoe"/);
  });

  test("a test's own object is not changed", async () => {
    const given = { username: "minos", attributes: {}, groups: ["judges"] };
    const pool = await start({ users: [given] });
    pool.users.get("minos").groups.push("kings");
    expect(given).toEqual({ username: "minos", attributes: {}, groups: ["judges"] });
  });

  test("a group that a test gives a user is one of the pool", async () => {
    const pool = await start();
    pool.users.get("theseus").groups.push("kings");
    const ask = async (operation, members) => (await play(pool, operation, members)).body;
    const { Groups } = await ask("AdminListGroupsForUser", { Username: "theseus" });
    expect(Groups.map(({ GroupName }) => GroupName)).toEqual(["heroes", "kings"]);
    const { Users } = await ask("ListUsersInGroup", { GroupName: "kings" });
    expect(Users.map(({ Username }) => Username)).toEqual(["theseus"]);
  });

  test("the authenticator app's code, of RFC 6238 at the pool's time", async () => {
    // The RFC's seed, "12345678901234567890".
    const totpSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const pool = await start({ mfa: "OPTIONAL", users: [{ username: "theseus", totpSecret }] });
    const { totpAt } = require("../../testing/totp.js");
    // Appendix B, the last six of eight digits.
    const vectors = {
      59: "287082",
      1111111109: "081804",
      1234567890: "005924",
      20000000000: "353130",
    };
    for (const [seconds, code] of Object.entries(vectors))
      expect(totpAt(totpSecret, seconds * 1000)).toBe(code);
    const now = Date.now();
    pool.advance(3600);
    const around = [0, 30_000].map((late) => totpAt(totpSecret, now + 3_600_000 + late));
    expect(around).toContain(pool.totp("theseus"));
  });
});

describe("the pool's clock", () => {
  test("advance moves the times of new tokens, and those of users", async () => {
    const pool = await start();
    const iat = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url")).iat;
    const before = iat(pool.idToken());
    pool.advance(7200);
    expect(iat(pool.idToken()) - before).toBeGreaterThanOrEqual(7200);
    pool.addUser({ username: "late" });
    const [early, late] = await Promise.all(
      ["theseus", "late"].map(
        async (Username) => (await play(pool, "AdminGetUser", { Username })).body.UserCreateDate,
      ),
    );
    expect(late - early).toBeGreaterThanOrEqual(7200);
  });

  test("fake timers that were there first do not stop the time of limits", () => {
    jest.useFakeTimers();
    try {
      jest.isolateModules(() => {
        const clock = require("../../testing/clock.js").createClock();
        const before = clock.elapsed();
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        expect(clock.elapsed()).toBeGreaterThan(before);
      });
    } finally {
      jest.useRealTimers();
    }
  });

  test("fake timers: the Date moves it, and nothing of the pool waits for a timer", async () => {
    const pool = await start();
    const { login } = createAuth(pool.options);
    const clock = createClock();
    const before = clock.elapsed();
    jest.useFakeTimers({ now: Date.parse("2031-01-01T00:00:00Z") });
    try {
      const token = await login("theseus", PASSWORD);
      const { iat } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
      expect(new Date(iat * 1000).getUTCFullYear()).toBe(2031);
      // What limits of requests a second go by is stopped by no fake Date, and does not jump with it.
      while (clock.elapsed() < before + 5);
      expect(clock.elapsed() - before).toBeLessThan(86_400_000);
    } finally {
      jest.useRealTimers();
    }
  });
});

test("two pools share nothing", async () => {
  const [one, two] = await Promise.all([start(), start({ users: [] })]);
  for (const name of [
    "userPoolId",
    "clientId",
    "endpoint",
    "issuer",
    "users",
    "outbox",
    "requests",
  ]) {
    expect(one[name]).not.toBe(two[name]);
  }
  const moduli = [one, two].flatMap((pool) => pool.jwks().keys.map(({ n }) => n));
  expect(new Set(moduli).size).toBe(4);
  one.down();
  one.advance(9000);
  one.failNext("AdminGetUser", "InternalErrorException", "No.");
  const { verifyToken, fetchUserByUsername } = createAuth(two.options);
  await expect(fetchUserByUsername("theseus")).rejects.toMatchObject({ reason: "user-missing" });
  await expect(verifyToken(one.idToken("theseus"))).rejects.toBeInstanceOf(AuthError);
  expect((await verifyToken(two.idToken("theseus"))).iat).toBeLessThanOrEqual(Date.now() / 1000);
  expect(one.requests).toEqual([]);
  await one.stop();
  await verifyToken(two.idToken("zoe"));
});

describe("stop", () => {
  test("ends connections, also those of requests that are never answered, and may be called twice", async () => {
    const pool = await start();
    pool.down("AdminGetUser", "hang");
    const { fetchUserByUsername } = createAuth({ ...pool.options, maxAttempts: 1 });
    const asked = fetchUserByUsername("theseus");
    while (pool.requests.length === 0) await new Promise(setImmediate);
    await Promise.all([
      pool.stop(),
      pool.stop(),
      expect(asked).rejects.toMatchObject({ reason: "network" }),
    ]);
    await pool.stop();
  });

  test("afterwards every function says so, and what was recorded is still there", async () => {
    const pool = await start();
    await createAuth(pool.options).login("theseus", PASSWORD);
    await pool.stop();
    const functions = Object.keys(pool).filter(
      (name) => typeof pool[name] === "function" && name !== "stop",
    );
    expect(functions.length).toBeGreaterThan(12);
    for (const name of functions) {
      const stopped = `${name}: this test pool has been stopped`;
      if (name === "rotateKeys") await expect(pool[name]()).rejects.toThrow(stopped);
      else expect(() => pool[name]("theseus")).toThrow(stopped);
    }
    expect(operations(pool)).toEqual(["AdminInitiateAuth"]);
    await expect(
      createAuth({ ...pool.options, maxAttempts: 1 }).login("theseus", PASSWORD),
    ).rejects.toMatchObject({ reason: "network" });
  });

  test("await using stops it", async () => {
    const pool = await start();
    expect(pool[Symbol.asyncDispose]).toBe(pool.stop);
  });
});
