"use strict";

// keysStatus(): what a health route shows of the keys, over real HTTP. It must never fetch anything itself.

const { Worker } = require("node:worker_threads");
const { createAuth } = require("../..");
const { ROOT, evaluate } = require("../support/child.js");
const { useEnvironment } = require("../support/environment.js");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { eventually, pause, refusal } = require("../../tools/outcomes.js");
const { CLIENT, POOL, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens.js");

const pool = rsaPair("pool");
const next = rsaPair("next");

let restoreEnvironment;
let server;

beforeEach(async () => {
  restoreEnvironment = useEnvironment();
  server = await startJwksServer(jwk(pool));
});
afterEach(async () => {
  restoreEnvironment();
  await server.stop();
});

const authOf = (over = {}) =>
  createAuth({ userPoolId: POOL, clientId: CLIENT, jwksUri: server.url, ...over });

const SECONDS = expect.any(Number);
const UNTRIED = { age: null, keys: 0, lastFailure: null };

/** The failure of a server that answers 500, as `keysStatus` shows it. */
const failureOf = (error) => ({
  reason: error.reason,
  message: error.message,
  hint: error.hint,
  cause: error.cause.message,
  age: SECONDS,
  retryAfter: SECONDS,
});

const isPlain = (value) =>
  value === null ||
  typeof value !== "object" ||
  (Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain));

test("before the first fetch there are no keys, and asking starts none", async () => {
  const auth = authOf();
  for (let call = 0; call < 100; call++) {
    expect(auth.keysStatus()).toEqual({ ...UNTRIED, address: server.url });
  }
  await pause(50);
  expect(server.connections()).toBe(0);
});

test("after a fetch: the address, the keys' age and number, as plain data of its own", async () => {
  server.serve(jwk(pool), jwk(next, { kid: "next" }));
  const auth = authOf();
  await auth.ready();
  const status = auth.keysStatus();
  expect(status).toEqual({ address: server.url, age: SECONDS, keys: 2, lastFailure: null });
  expect(Number.isInteger(status.age) && status.age >= 0).toBe(true);
  expect(isPlain(status)).toBe(true);
  expect(Object.keys(status)).toEqual(["address", "age", "keys", "lastFailure"]);
  status.keys = 0;
  status.address = "changed";
  expect(auth.keysStatus()).toMatchObject({ address: server.url, keys: 2 });
  expect(server.requests).toHaveLength(1);
});

test("the age grows", async () => {
  const auth = authOf();
  await auth.ready();
  await eventually(async () => expect(auth.keysStatus().age).toBeGreaterThanOrEqual(1));
  expect(server.requests).toHaveLength(1);
});

test("a failure without keys is that of the calls, and is over after a success", async () => {
  server.fail("status", 500);
  const auth = authOf();
  const error = await refusal(auth.verifyToken(sign()));
  const status = auth.keysStatus();
  expect(status).toEqual({
    address: server.url,
    age: null,
    keys: 0,
    lastFailure: failureOf(error),
  });
  expect(isPlain(status)).toBe(true);
  expect(Object.keys(status.lastFailure)).toEqual([
    "reason",
    "message",
    "hint",
    "cause",
    "age",
    "retryAfter",
  ]);
  expect(status.lastFailure).toMatchObject({ reason: "keys-unavailable", age: 0 });
  expect([0, 1]).toContain(status.lastFailure.retryAfter);
  expect(status.lastFailure.message).not.toContain(server.host);
  expect(status.lastFailure.cause).toContain(server.url);

  server.heal();
  await eventually(() => auth.ready());
  expect(auth.keysStatus()).toMatchObject({ keys: 1, lastFailure: null });
});

test("the pause after a failure ends, and asking does not use it up", async () => {
  server.fail("status", 500);
  const auth = authOf();
  await refusal(auth.ready());
  const { length } = server.requests;
  await eventually(async () => expect(auth.keysStatus().lastFailure.retryAfter).toBe(0));
  await eventually(async () => expect(auth.keysStatus().lastFailure.age).toBeGreaterThan(0));
  expect(server.requests).toHaveLength(length);
  await refusal(auth.ready());
  expect(server.requests.length).toBeGreaterThan(length);
});

test("a refresh that fails leaves the keys, and shows why", async () => {
  const auth = authOf();
  await auth.verifyToken(sign());
  server.fail("status", 503);
  const error = await refusal(
    auth.verifyToken(sign({ header: { kid: "next" }, key: next.privateKey })),
  );
  expect(error.reason).toBe("keys-unavailable");
  expect(auth.keysStatus()).toEqual({
    address: server.url,
    age: SECONDS,
    keys: 1,
    lastFailure: failureOf(error),
  });
});

test("an Auth shows the fetches of others with the same address, under any policy", async () => {
  const one = authOf();
  const other = authOf({ verify: { use: "access" }, replicaRegions: ["us-west-2"] });
  await one.verifyToken(sign());
  expect(other.keysStatus()).toMatchObject({ address: server.url, keys: 1 });
  expect(server.requests).toHaveLength(1);
});

test("so does one of a worker thread", async () => {
  await authOf().ready();
  const worker = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
     const { createAuth } = require(workerData.root);
     parentPort.postMessage(createAuth(workerData.options).keysStatus());`,
    {
      eval: true,
      workerData: {
        root: ROOT,
        options: { userPoolId: POOL, clientId: CLIENT, jwksUri: server.url },
      },
      // With this process's certificates: keys are shared by what is reached in the same way.
      env: { ...process.env },
    },
  );
  const status = await new Promise((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
  });
  await worker.terminate();
  expect(status).toEqual({ address: server.url, age: SECONDS, keys: 1, lastFailure: null });
  expect(server.requests).toHaveLength(1);
});

test("with option `keys` there are neither an address nor an age", () => {
  const auth = authOf({ keys: { jwks: jwks(jwk(pool), jwk(next, { kid: "next" })) } });
  expect(auth.keysStatus()).toEqual({ address: null, age: null, keys: 2, lastFailure: null });
});

test.each([
  ["the pool's own address", {}, `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`],
  [
    "not a replica's",
    { replicaRegions: ["eu-west-1"] },
    `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`,
  ],
  ["an endpoint's", { endpoint: "http://127.0.0.1:9" }, `http://127.0.0.1:9/${POOL}`],
])("%s", (_title, over, base) => {
  const auth = createAuth({ userPoolId: POOL, clientId: CLIENT, ...over });
  const address = `${base}/.well-known/jwks.json`;
  expect(auth.keysStatus()).toEqual({ ...UNTRIED, address });
});

test("a setting that is missing is a failure, and counts as soon as it is there", () => {
  const auth = createAuth();
  const status = auth.keysStatus();
  expect(status).toMatchObject({ address: null, age: null, keys: 0 });
  expect(status.lastFailure).toMatchObject({ reason: "config", age: 0, retryAfter: 0 });
  expect(status.lastFailure.message).toContain("USER_POOL_ID");
  process.env.USER_POOL_ID = POOL;
  process.env.COGNITO_CLIENT_ID = CLIENT;
  process.env.COGNITO_JWKS_URI = server.url;
  expect(auth.keysStatus()).toEqual({ ...UNTRIED, address: server.url });
});

test("so is a setting that cannot be used: nothing is thrown", () => {
  const auth = createAuth();
  process.env.USER_POOL_ID = "no pool";
  const { lastFailure, ...others } = auth.keysStatus();
  expect(others).toEqual({ address: null, age: null, keys: 0 });
  expect(lastFailure).toMatchObject({ reason: "config", cause: null, age: 0, retryAfter: 0 });
  expect(lastFailure.message).toContain("USER_POOL_ID");
  expect(isPlain(lastFailure)).toBe(true);
});

test("certificates that cannot be used are the reason of a failed fetch", async () => {
  process.env.NODE_EXTRA_CA_CERTS = "/no/such/file.pem";
  const auth = authOf({ jwksUri: "https://127.0.0.1:9/jwks.json" });
  const error = await refusal(auth.ready());
  expect(auth.keysStatus().lastFailure).toMatchObject({
    reason: "config",
    message: error.message,
    hint: error.hint ?? null,
  });
});

test("asking starts no thread", async () => {
  const threads = `require("node:fs").readdirSync("/proc/self/task").length`;
  const source = `
    const { createAuth } = require("./index.js");
    const auth = createAuth({ userPoolId: "${POOL}", clientId: "${CLIENT}" });
    const count = () => (process.platform === "linux" ? ${threads} : 0);
    const before = count();
    for (let call = 0; call < 100; call++) auth.keysStatus();
    console.log(JSON.stringify(count() - before));
  `;
  expect(await evaluate(source)).toBe(0);
});

test("it works without `this`, like the other functions", () => {
  const { keysStatus } = authOf();
  expect(keysStatus()).toEqual({ ...UNTRIED, address: server.url });
  expect({ ...authOf() }).toHaveProperty("keysStatus");
});
