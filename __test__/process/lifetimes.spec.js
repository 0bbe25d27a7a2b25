"use strict";

// The ways in which a process, a thread, a context and a test run live and end. Each test has processes of its own.

const { ROOT, evaluate, run } = require("../support/child.js");
const { JEST, runProject } = require("../support/project.js");
const { hang, startServiceServer } = require("../../tools/testing/service-server.js");
const {
  CLIENT,
  POOL,
  idClaims,
  jwk,
  jwks,
  now,
  rsaPair,
  sign,
} = require("../../tools/testing/tokens.js");

const ROOT_TEXT = JSON.stringify(ROOT);

let service;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => {
  service.clear();
  service.serveKeys(POOL, jwks(jwk(rsaPair())));
});

const environment = () => ({
  AWS_REGION: "us-east-1",
  USER_POOL_ID: POOL,
  COGNITO_CLIENT_ID: CLIENT,
  AWS_ENDPOINT_URL: service.endpoint,
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
});

test("8 worker threads that are ended while they load, verify and sign in, 10 times over", async () => {
  service.always("AdminInitiateAuth", hang);
  const worker = `
    const { parentPort } = require("node:worker_threads");
    const { login, verifyToken } = require(${ROOT_TEXT});
    for (let i = 0; i < 5; i += 1) login("a", "b").catch(() => {});
    verifyToken(${JSON.stringify(sign())}).then(() => parentPort.postMessage("verified"), () => {});
    setInterval(() => verifyToken("x.y.z").catch(() => {}), 0);
  `;
  const source = `
    const { Worker } = require("node:worker_threads");
    const { verifyToken } = require("./index.js");
    const round = (i) => Promise.all(Array.from({ length: 8 }, (_, j) => new Promise((resolve, reject) => {
      const thread = new Worker(${JSON.stringify(worker)}, { eval: true });
      thread.once("error", reject);
      // Some as soon as they run, some in the middle of their calls, some later.
      const end = () => thread.terminate().then(resolve, reject);
      if (j % 4 === 0) thread.once("online", end);
      else thread.once("message", () => setTimeout(end, (i * j) % 7));
    })));
    (async () => {
      for (let i = 0; i < 10; i += 1) await round(i);
      console.log(JSON.stringify((await verifyToken(${JSON.stringify(sign())})).aud));
      process.exit(0);
    })();
  `;
  expect(await evaluate(source, { env: environment(), seconds: 60 })).toBe(CLIENT);
}, 70_000);

test("the main thread and its workers load the package at once", async () => {
  const worker = `require("node:worker_threads").parentPort.postMessage(typeof require(${ROOT_TEXT}).login)`;
  const source = `
    const { Worker } = require("node:worker_threads");
    const threads = Array.from({ length: 6 }, () => new Worker(${JSON.stringify(worker)}, { eval: true }));
    const replies = threads.map((thread) => new Promise((resolve) => thread.once("message", resolve)));
    const own = typeof require("./index.js").login;
    Promise.all(replies).then((all) => console.log(JSON.stringify([own, ...all])));
  `;
  expect(await evaluate(source)).toEqual(Array(7).fill("function"));
});

const jestFile = (serial) => `
  const token = ${JSON.stringify(sign({ payload: idClaims({ jti: String(serial) }) }))};
  beforeEach(() => jest.resetModules());
  test.each([1, 2, 3])("copy %i", async () => {
    const auth = require("cognito-auth-native");
    expect((await auth.verifyToken(token)).aud).toBe(${JSON.stringify(CLIENT)});
    expect(await auth.login("a", "b")).toBe("header.payload.sig");
    const error = await auth.verifyToken("x.y.z").catch((reason) => reason);
    expect(error).toBeInstanceOf(auth.AuthError);
    expect(error).toBeInstanceOf(Error);
  });
`;

test("Jest, with resetModules and several files in one process", async () => {
  const files = { "package.json": "{}", "jest.config.js": "module.exports = {};" };
  for (let i = 0; i < 3; i += 1) files[`file-${i}.test.js`] = jestFile(i);
  const { code, said } = await runProject(files, [JEST, "--runInBand"], environment());
  expect({ code, passed: /Tests: +(\d+) passed, \1 total/.exec(said)?.[1], said }).toMatchObject({
    code: 0,
    passed: "9",
  });
}, 60_000);

test("Jest's ES modules, in vm contexts", async () => {
  const { code, said } = await runProject(
    {
      "package.json": '{ "type": "module" }',
      "jest.config.js": "export default { transform: {} };",
      "file.test.js": `
        import auth, { AuthError, login, verifyToken } from "cognito-auth-native";
        test("works", async () => {
          expect(await login("a", "b")).toBe("header.payload.sig");
          expect(await verifyToken("x.y.z").catch((error) => AuthError.is(error))).toBe(true);
          expect(auth.login).toBe(login);
        });
      `,
    },
    ["--experimental-vm-modules", JEST],
    environment(),
  );
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining("1 passed") });
}, 60_000);

test("a vm context that is handed the functions", async () => {
  const source = `
    const vm = require("node:vm");
    const context = vm.createContext({ auth: require("./index.js"), token: ${JSON.stringify(sign())} });
    vm.runInContext(\`Promise.all([
      auth.verifyToken(token).then(({ aud }) => aud),
      auth.login("a", "b"),
      auth.verifyToken("x").catch((error) => error.message),
    ])\`, context).then((all) => console.log(JSON.stringify(all)));
  `;
  expect(await evaluate(source, { env: environment() })).toEqual([
    CLIENT,
    "header.payload.sig",
    "jwt malformed",
  ]);
});

test("processes of a cluster, forked while the first one has calls under way", async () => {
  const { code, said } = await runProject(
    {
      "cluster.js": `
        const cluster = require("node:cluster");
        const { login, verifyToken } = require("cognito-auth-native");
        const token = ${JSON.stringify(sign())};
        const work = () => Promise.all([login("a", "b"), verifyToken(token)]);
        if (cluster.isPrimary) {
          const own = work();
          const ends = [1, 2, 3].map(() => new Promise((resolve) => cluster.fork().once("exit", resolve)));
          Promise.all([own, ...ends]).then(([, ...codes]) => console.log(JSON.stringify(codes)));
        } else work().then(() => process.exit(7), () => process.exit(8));
      `,
    },
    ["cluster.js"],
    environment(),
  );
  expect({ code, said }).toEqual({ code: 0, said: "[7,7,7]\n" });
});

describe("SIGTERM in the middle of calls", () => {
  const source = (handler) => `
    const { login, createAuth } = require("./index.js");
    ${handler}
    for (let i = 0; i < 20; i += 1) login("a", "b").catch(() => {});
    createAuth().ready().catch(() => {});
    setTimeout(() => process.kill(process.pid, "SIGTERM"), 300);
  `;
  beforeEach(() => {
    service.always("AdminInitiateAuth", hang);
    service.always("GET", hang);
  });

  test("ends the process", async () => {
    const { code, signal, stderr } = await run(source(""), { env: environment() });
    expect({ code, signal, stderr }).toEqual({ code: null, signal: "SIGTERM", stderr: "" });
  });

  test("leaves it to a handler, which may exit", async () => {
    const handler = `process.on("SIGTERM", () => process.exit(5));`;
    const { code, stderr } = await run(source(handler), { env: environment() });
    expect({ code, stderr }).toEqual({ code: 5, stderr: "" });
  });
});

test("a clock that stands still, jumps a day ahead, and back", async () => {
  const token = sign({ payload: idClaims({ exp: now() + 3_600 }) });
  const source = `
    const { createAuth } = require("./index.js");
    const auth = createAuth();
    const token = ${JSON.stringify(token)};
    const real = Date.now;
    const tell = () => auth.verifyToken(token).then(() => "accepted", (error) => error.reason);
    (async () => {
      const told = [await tell(), await tell()];
      const still = real();
      Date.now = () => still;
      told.push(await tell(), await tell());
      Date.now = () => real() + 86_400_000;
      told.push(await tell(), await tell());
      Date.now = () => real() - 86_400_000;
      told.push(await tell());
      Date.now = () => Number.NaN;
      told.push(await tell());
      Date.now = real;
      told.push(await tell(), await auth.login("a", "b"));
      console.log(JSON.stringify(told));
    })();
  `;
  const [cold, again, still, stillAgain, ahead, aheadAgain, back, odd, ...real] = await evaluate(
    source,
    { env: environment() },
  );
  expect([cold, again, still, stillAgain]).toEqual(Array(4).fill("accepted"));
  expect([ahead, aheadAgain]).toEqual(Array(2).fill("token-expired"));
  expect(back).toBe("accepted");
  expect(odd).not.toBe("accepted");
  expect(real).toEqual(["accepted", "header.payload.sig"]);
  expect(service.of("GET")).toHaveLength(1);
});

test("10,000 sign-ins at once: bounded connections and a bounded line, and every one settles", async () => {
  const most = { connections: 0 };
  service.always("AdminInitiateAuth", (_record, _response, well) => {
    most.connections = Math.max(most.connections, service.connections());
    return well;
  });
  const source = `
    const { createAuth } = require("./index.js");
    const auth = createAuth({ timeoutMs: 60_000 });
    let stray = 0;
    process.on("unhandledRejection", () => { stray += 1; });
    Promise.allSettled(Array.from({ length: 10_000 }, () => auth.login("a", "b"))).then((all) => {
      const signedIn = all.filter(({ value }) => value === "header.payload.sig").length;
      const throttled = all.filter(({ reason }) => reason?.reason === "throttled").length;
      console.log(JSON.stringify({ signedIn, settled: signedIn + throttled, stray }));
    });
  `;
  const outcome = await evaluate(source, { env: environment(), seconds: 60 });
  expect(outcome).toEqual({ signedIn: expect.any(Number), settled: 10_000, stray: 0 });
  // 128 at once and 1,024 in line. The first ones are answered before the last ones come.
  expect(outcome.signedIn).toBeGreaterThanOrEqual(128 + 1_024);
  // 128 requests at once, and as many connections that are kept: one on its way back to them may be overtaken by a new one.
  expect(most.connections).toBeLessThanOrEqual(256);
  expect(most.connections).toBeGreaterThan(16);
}, 70_000);
