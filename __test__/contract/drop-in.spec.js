"use strict";

// The promise to whoever followed the tutorial: take auth.js out, put this in, change nothing else.

const auth = require("../..");
const { evaluate, run } = require("../support/child.js");
const { values } = require("../../tools/contract");
const { startEmulator } = require("../../tools/emulator.js");
const { useEnvironment } = require("../support/environment.js");
const { refusal } = require("../../tools/outcomes.js");
const { flip, rsaPair, sign } = require("../../tools/testing/tokens.js");

const FUNCTIONS = [
  ["createCognitoUser", 4],
  ["login", 2],
  ["fetchUserByUsername", 1],
  ["verifyToken", 1],
];

describe("the four functions", () => {
  let restore;
  beforeEach(() => {
    restore = useEnvironment();
  });
  afterEach(() => restore());

  test.each(FUNCTIONS)("%s has the original's name and length (%i)", (name, length) => {
    expect(auth[name].name).toBe(name);
    expect(auth[name]).toHaveLength(length);
  });

  test.each(FUNCTIONS)("%s returns a native promise", async (name) => {
    const promise = auth[name]("a", "b");
    expect(promise.constructor).toBe(Promise);
    expect(Object.getPrototypeOf(promise)).toBe(Promise.prototype);
    await promise.catch(() => {});
  });

  test.each(FUNCTIONS)("%s throws nothing synchronously, whatever is missing", async (name) => {
    const error = await refusal(auth[name]());
    expect(auth.AuthError.is(error)).toBe(true);
  });

  test.each(FUNCTIONS)(
    "%s of an Auth has the same name and length (%i), and needs no this",
    async (name, length) => {
      const { [name]: detached } = auth.createAuth();
      expect(detached.name).toBe(name);
      expect(detached).toHaveLength(length);
      expect(auth.AuthError.is(await refusal(detached()))).toBe(true);
    },
  );
});

describe("the exports", () => {
  const names = values();

  test("are what the types declare, and nothing else", () => {
    expect(names.length).toBeGreaterThanOrEqual(9);
    expect(Object.keys(auth).sort()).toEqual(names);
  });

  test("can be imported by name from an ES module", async () => {
    const source = `
      import { ${names.join(", ")} } from "cognito-auth-native";
      import all from "cognito-auth-native";
      console.log(JSON.stringify([${names.join(", ")}].map((value, i) =>
        typeof value === "function" && value === all[${JSON.stringify(names)}[i]])));
    `;
    expect(await evaluate(source, { module: true })).toEqual(names.map(() => true));
  });

  test("can be required by the package's name", async () => {
    const source = `
      const { createCognitoUser, login, fetchUserByUsername, verifyToken } = require("cognito-auth-native");
      console.log(JSON.stringify([createCognitoUser, login, fetchUserByUsername, verifyToken].map((f) => f.length)));
    `;
    expect(await evaluate(source)).toEqual([4, 2, 1, 1]);
  });

  test("have the package's own package.json beside them", async () => {
    const source = `console.log(JSON.stringify(require("cognito-auth-native/package.json").name))`;
    expect(await evaluate(source)).toBe("cognito-auth-native");
  });

  test("have no way to the parts inside", async () => {
    const result = await run(`require("cognito-auth-native/lib/errors/auth-error.js")`);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });
});

const emulators = {};

beforeAll(async () => {
  for (const kind of ["ministack", "cognito-local"]) {
    emulators[kind] = await startEmulator({ kind });
  }
}, 120_000);
afterAll(() => Promise.all(Object.values(emulators).map((emulator) => emulator.stop())));

describe.each([
  ["ministack", {}],
  ["ministack, a client with a secret", { clientSecret: true }],
  ["cognito-local", {}],
])("the tutorial's session on %s", (name, options) => {
  const { createCognitoUser, login, fetchUserByUsername, verifyToken } = auth;
  const kind = name.split(",")[0];
  const PASSWORD = "Labyrinth1";
  let emulator;
  let pool;
  let restore;
  let idToken;

  beforeAll(async () => {
    emulator = emulators[kind];
    pool = await emulator.createPool(options);
    restore = useEnvironment(pool.environment);
  });
  afterAll(() => restore?.());

  test("two players register", async () => {
    const myrtle = await createCognitoUser("myrtle", PASSWORD, "m@example.com", "+14155550111");
    expect(myrtle).toEqual({
      username: "myrtle",
      email: "m@example.com",
      phoneNumber: "+14155550111",
    });
    await createCognitoUser("theseus", PASSWORD, "t@example.com", "+14155550112");
  });

  test("both sign in", async () => {
    idToken = await login("myrtle", PASSWORD);
    expect(idToken).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(await login("theseus", PASSWORD)).not.toBe(idToken);
  });

  test("a game is created: the token says who asks, the opponent has a phone", async () => {
    const token = await verifyToken(idToken);
    expect(token["cognito:username"]).toBe("myrtle");
    expect(token.aud).toBe(pool.clientId);
    if (kind === "ministack") expect(token.phone_number).toBe("+14155550111");
    await expect(fetchUserByUsername("theseus")).resolves.toEqual({
      username: "theseus",
      phoneNumber: "+14155550112",
    });
  });

  test("the wrong password is refused", async () => {
    expect(await refusal(login("myrtle", "Wrong-Passw0rd"))).toMatchObject({
      reason: "bad-credentials",
    });
  });

  test("no token is refused", async () => {
    expect(await refusal(verifyToken(undefined))).toMatchObject({
      name: "JsonWebTokenError",
      message: "jwt must be provided",
    });
  });

  test("a token with one changed letter is refused", async () => {
    const [header, payload, signature] = idToken.split(".");
    const changed = `${header}.${payload}.${flip(signature, 40)}`;
    expect(await refusal(verifyToken(changed))).toMatchObject({ message: "invalid signature" });
    expect(auth.AuthError.is(await refusal(verifyToken(flip(idToken, header.length + 40))))).toBe(
      true,
    );
  });

  test("a token signed by another key whose kid is unknown is refused, and nothing stops", async () => {
    const claims = await verifyToken(idToken);
    const stranger = sign({
      header: { kid: "unknown" },
      payload: claims,
      key: rsaPair("stranger").privateKey,
    });
    expect(await refusal(verifyToken(stranger))).toMatchObject({
      name: "JsonWebTokenError",
      reason: "key-unknown",
    });
    await expect(verifyToken(idToken)).resolves.toEqual(claims);
  });

  test("the same user again is refused", async () => {
    const again = createCognitoUser("myrtle", PASSWORD, "m@example.com", "+14155550111");
    expect(await refusal(again)).toMatchObject({
      name: "UsernameExistsException",
      reason: "user-exists",
    });
  });

  test("a player who is not there is refused", async () => {
    expect(await refusal(fetchUserByUsername("nobody"))).toMatchObject({ reason: "user-missing" });
  });

  test("the access token of the same sign-in is no ID token", async () => {
    const { AuthenticationResult } = await emulator.call("AdminInitiateAuth", {
      UserPoolId: pool.userPoolId,
      ClientId: pool.clientId,
      AuthFlow: emulator.authFlow,
      AuthParameters: {
        USERNAME: "myrtle",
        PASSWORD,
        ...(pool.clientSecret && { SECRET_HASH: secretHash("myrtle", pool) }),
      },
    });
    await expect(verifyToken(AuthenticationResult.IdToken)).resolves.toBeTruthy();
    expect(await refusal(verifyToken(AuthenticationResult.AccessToken))).toMatchObject({
      reason: "token-use",
    });
    const access = auth.createAuth({ verify: { use: "access" } });
    await expect(access.verifyToken(AuthenticationResult.AccessToken)).resolves.toMatchObject({
      token_use: "access",
    });
  });
});

function secretHash(username, { clientId, clientSecret }) {
  const { createHmac } = require("node:crypto");
  return createHmac("sha256", clientSecret)
    .update(username + clientId)
    .digest("base64");
}
