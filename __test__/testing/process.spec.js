"use strict";

// The pool and the process that it runs in: what loads it, what keeps the process alive, who else reaches it.

const fs = require("node:fs");
const path = require("node:path");
const { evaluate, ROOT, run } = require("../support/child.js");
const { JEST, runProject } = require("../support/project.js");
const { startPool } = require("../support/test-pool.js");

const FOLDER = path.join(ROOT, "testing");
const START =
  'createTestPool({ inProduction: "I know", users: [{ username: "theseus", password: "Labyrinth1" }] })';
const REQUIRED = 'const { createTestPool } = require("cognito-auth-native/testing.js");';

describe("loading", () => {
  test("require() of the package loads nothing of it", async () => {
    const source = `require("cognito-auth-native"); console.log(JSON.stringify(Object.keys(require.cache)));`;
    const loaded = await evaluate(source);
    expect(loaded.length).toBeGreaterThan(1);
    expect(loaded.filter((file) => file.includes("testing"))).toEqual([]);
  });

  test("it loads nothing of the package, and Node's own modules alone", () => {
    const names = fs
      .readdirSync(FOLDER, { recursive: true })
      .filter((name) => name.endsWith(".js"));
    const files = [path.join(ROOT, "testing.js"), ...names.map((name) => path.join(FOLDER, name))];
    expect(files.length).toBeGreaterThan(20);
    const seen = new Set([files[0]]);
    for (const file of files) {
      const text = fs.readFileSync(file, "utf8");
      expect(text.match(/\brequire\((?!")|\bimport\(/g)).toBeNull();
      for (const [, name] of text.matchAll(/\brequire\("([^"]+)"\)/g)) {
        if (!name.startsWith(".")) {
          expect(name).toMatch(/^node:/);
          continue;
        }
        const required = require.resolve(path.resolve(path.dirname(file), name));
        expect([required, required.startsWith(FOLDER + path.sep)]).toEqual([required, true]);
        seen.add(required);
      }
    }
    // No file lies there that nothing uses.
    expect(files.filter((file) => !seen.has(file))).toEqual([]);
  });

  test("an ES module imports it by name", async () => {
    const source = `
      import { createTestPool } from "cognito-auth-native/testing.js";
      import { createAuth } from "cognito-auth-native";
      const pool = await ${START};
      const { sub } = await createAuth(pool.options).verifyToken(pool.idToken("theseus"));
      console.log(JSON.stringify(sub === pool.users.get("theseus").attributes.sub));
      await pool.stop();`;
    expect(await evaluate(source, { module: true })).toBe(true);
  });
});

describe("the process ends", () => {
  const ends = async (source) => {
    const { code, stderr, lines } = await run(
      `${REQUIRED} (async () => { ${source} console.log("done"); })();`,
    );
    expect([code, stderr, lines.at(-1)]).toEqual([0, "", "done"]);
  };

  test("though a pool is running", () => ends(`await ${START};`));

  test("though its connections are open, also one whose request is never answered", () =>
    ends(`
      const pool = await ${START};
      const { createAuth } = require("cognito-auth-native");
      const { login, fetchUserByUsername } = createAuth(pool.options);
      await login("theseus", "Labyrinth1");
      pool.down("AdminGetUser", "hang");
      const socket = require("node:net").connect(new URL(pool.endpoint).port, "127.0.0.1").unref();
      await new Promise((resolve) => socket.once("connect", resolve));
      await fetchUserByUsername("theseus", { signal: AbortSignal.timeout(100) }).catch(() => {});`));

  test("after three pools, of which one was stopped, and with a key rotation under way", () =>
    ends(`
      const pools = await Promise.all([${START}, ${START}, ${START}]);
      await pools[0].stop();
      pools[1].rotateKeys({ fresh: true });`));
});

describe("a test fails before it stops its pool: the run ends", () => {
  const failing = (runner) => `
    ${runner}
    ${REQUIRED}
    const { createAuth } = require("cognito-auth-native");
    test("fails", async () => {
      const pool = await ${START};
      await createAuth(pool.options).login("theseus", "Labyrinth1");
      await fetch(pool.options.jwksUri);
      throw new Error("oops");
    });`;

  test("node:test", async () => {
    const files = { "fails.test.js": failing('const { test } = require("node:test");') };
    const { code, signal, said } = await runProject(files, ["--test"], {}, [], 20_000);
    expect([code, signal, /oops/.test(said)]).toEqual([1, null, true]);
  });

  test("Jest", async () => {
    const files = { "package.json": "{}", "fails.test.js": failing("") };
    const { code, signal, said } = await runProject(files, [JEST], {}, [], 25_000);
    expect([code, signal, /oops/.test(said)]).toEqual([1, null, true]);
    expect(said).not.toContain("did not exit");
  });
});

test("a child process reaches it by the pool's environment", async () => {
  const pool = await startPool({
    users: [
      { username: "theseus", password: "Labyrinth1", attributes: { phone_number: "+14155550100" } },
    ],
  });
  const source = `
    const { login, verifyToken, fetchUserByUsername } = require("cognito-auth-native");
    (async () => {
      const claims = await verifyToken(await login("theseus", "Labyrinth1"));
      console.log(JSON.stringify([claims.sub, await fetchUserByUsername("theseus")]));
    })();`;
  const [sub, found] = await evaluate(source, { env: pool.environment });
  expect(sub).toBe(pool.users.get("theseus").attributes.sub);
  expect(found).toEqual({ username: "theseus", phoneNumber: "+14155550100" });
  await pool.stop();
});

test("the AWS SDK for JavaScript v3 signs in, by the pool's environment", async () => {
  const pool = await startPool({ users: [{ username: "theseus", password: "Labyrinth1" }] });
  const source = `
    const sdk = require("@aws-sdk/client-cognito-identity-provider");
    (async () => {
      const client = new sdk.CognitoIdentityProviderClient({});
      const ids = { ClientId: process.env.COGNITO_CLIENT_ID, UserPoolId: process.env.USER_POOL_ID };
      const AuthParameters = { USERNAME: "theseus", PASSWORD: "Labyrinth1" };
      const { AuthenticationResult } = await client.send(
        new sdk.AdminInitiateAuthCommand({ ...ids, AuthFlow: "ADMIN_USER_PASSWORD_AUTH", AuthParameters }));
      await client.send(
        new sdk.InitiateAuthCommand({ ClientId: ids.ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }));
      const found = await client.send(new sdk.AdminGetUserCommand({ ...ids, Username: "theseus" }));
      const failure = await client.send(new sdk.AdminGetUserCommand({ ...ids, Username: "nobody" }))
        .catch((error) => [error.name, error.message, error instanceof sdk.UserNotFoundException]);
      console.log(JSON.stringify([AuthenticationResult.TokenType, found.UserCreateDate, failure]));
    })();`;
  const env = { ...pool.environment, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
  const [type, created, failure] = await evaluate(source, { env });
  expect(type).toBe("Bearer");
  expect(Math.abs(Date.parse(created) - Date.now())).toBeLessThan(60_000);
  expect(failure).toEqual(["UserNotFoundException", "User does not exist.", true]);
  expect(pool.requests.map(({ operation, signed }) => [operation, signed])).toEqual([
    ["AdminInitiateAuth", true],
    ["InitiateAuth", false],
    ["AdminGetUser", true],
    ["AdminGetUser", true],
  ]);
  await pool.stop();
});
