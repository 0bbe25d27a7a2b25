"use strict";

// The promises of native calls: each is settled, whatever JavaScript does meanwhile, and only one that is not settled keeps a
// process or a thread running. Each test has a process of its own.

const { ROOT, evaluate, run } = require("../support/child.js");
const { JEST, runProject } = require("../support/project.js");
const { hang, startServiceServer } = require("../../tools/testing/service-server.js");
const { CLIENT, POOL } = require("../../tools/testing/tokens.js");

const ROOT_TEXT = JSON.stringify(ROOT);
const TOKEN = "header.payload.sig";

let service;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(() => service.clear());

const environment = () => ({
  AWS_REGION: "us-east-1",
  USER_POOL_ID: POOL,
  COGNITO_CLIENT_ID: CLIENT,
  AWS_ENDPOINT_URL: service.endpoint,
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
});

const child = (source, options) => run(source, { env: environment(), ...options });
const told = (source, options) => evaluate(source, { env: environment(), ...options });

const HELPERS = `
  const { login } = require("./index.js");
  const SIGNED_IN = ${JSON.stringify(TOKEN)};
  const signIns = (count, then = (token) => token) =>
    Array.from({ length: count }, () => login("a", "b").then(then));
  const count = (all) => all.filter((token) => token === SIGNED_IN).length;
`;

/** Keeps JavaScript from taking results for a while, so that they gather. Whether they do, no test depends on. */
const STALL = `
  const stall = () =>
    setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500), 20);
`;

describe("results that are ready together", () => {
  test("are all settled", async () => {
    const source = `${HELPERS}${STALL}
      const all = signIns(300);
      stall();
      Promise.all(all).then((all) => console.log(JSON.stringify(count(all))));
    `;
    expect(await told(source)).toBe(300);
  });

  test("are all settled if handlers throw, and reported as unhandled rejections", async () => {
    const source = `${HELPERS}${STALL}
      let unhandled = 0;
      process.on("unhandledRejection", () => { unhandled += 1; });
      let handled = 0;
      signIns(100, () => { handled += 1; throw new Error("of a handler"); });
      stall();
      process.once("beforeExit", () => console.log(JSON.stringify({ handled, unhandled })));
    `;
    expect(await told(source)).toEqual({ handled: 100, unhandled: 100 });
  });

  test("are all settled if a promise hook throws, which the process learns of", async () => {
    const source = `${HELPERS}${STALL}
      const { promiseHooks } = require("node:v8");
      let throwing = true;
      const uncaught = new Set();
      process.on("uncaughtException", (error) => uncaught.add(error.message));
      const all = signIns(50);
      promiseHooks.onSettled(() => { if (throwing) throw new Error("of a hook"); });
      stall();
      let left = all.length;
      const settled = () => {
        left -= 1;
        if (left === 0) throwing = false;
      };
      for (const promise of all) promise.then(settled, settled);
      process.once("beforeExit", () => console.log(JSON.stringify({ left, uncaught: [...uncaught] })));
    `;
    expect(await told(source)).toEqual({ left: 0, uncaught: ["of a hook"] });
  });

  test("are all settled if a promise hook calls again", async () => {
    const source = `${HELPERS}${STALL}
      const { promiseHooks } = require("node:v8");
      const more = [];
      const all = signIns(50);
      promiseHooks.onSettled(() => { if (more.length < 50) more.push(login("a", "b")); });
      stall();
      Promise.all(all)
        .then(async (all) => [count(all), count(await Promise.all(more))])
        .then((counts) => console.log(JSON.stringify(counts)));
    `;
    expect(await told(source)).toEqual([50, 50]);
  });
});

describe("a process", () => {
  test("ends while nothing is unsettled, though it has called", async () => {
    const source = `${HELPERS}
      login("a", "b").then((token) => console.log(token));
    `;
    const { code, lines, stderr } = await child(source);
    expect({ code, lines, stderr }).toEqual({ code: 0, lines: [TOKEN], stderr: "" });
  });

  test("runs on until each call is settled, one that `beforeExit` makes too", async () => {
    const source = `${HELPERS}
      process.once("beforeExit", () => {
        console.log("first");
        signIns(3, () => console.log("settled"));
        process.once("beforeExit", () => console.log("second"));
      });
    `;
    const { code, lines } = await child(source);
    expect({ code, lines }).toEqual({
      code: 0,
      lines: ["first", "settled", "settled", "settled", "second"],
    });
  });

  test.each([
    ["process.exit(5)", { code: 5, signal: null }],
    ['process.kill(process.pid, "SIGINT")', { code: null, signal: "SIGINT" }],
    [
      'process.on("exit", () => { signIns(5); process.exitCode = 6; }); process.exit()',
      { code: 6 },
    ],
    ["process.reallyExit(8)", { code: 8 }],
  ])("ends with calls under way: %s", async (end, how) => {
    service.always("AdminInitiateAuth", hang);
    const source = `${HELPERS}
      signIns(20);
      setTimeout(() => { ${end} }, 50);
    `;
    const { code, signal, stdout, stderr } = await child(source);
    expect({ code, signal, stdout, stderr }).toMatchObject({ ...how, stdout: "", stderr: "" });
  });

  test("keeps nothing of the first call's asynchronous context, which each call has", async () => {
    const source = `${HELPERS}
      const { AsyncLocalStorage } = require("node:async_hooks");
      require("node:v8").setFlagsFromString("--expose-gc");
      const collect = require("node:vm").runInNewContext("gc");
      const storage = new AsyncLocalStorage();
      const later = () => new Promise((resolve) => setImmediate(resolve));
      const first = async () => {
        const store = { of: "the first call" };
        const kept = await storage.run(store, () => login("a", "b").then(() => storage.getStore() === store));
        return { kept, store: new WeakRef(store) };
      };
      (async () => {
        const { kept, store } = await first();
        const numbers = Array.from({ length: 20 }, (_, i) => storage.run(i, async () => {
          await login("a", "b");
          return storage.getStore() === i;
        }));
        const own = (await Promise.all(numbers)).every(Boolean);
        for (let i = 0; i < 50 && store.deref(); i += 1) {
          await later();
          collect();
        }
        console.log(JSON.stringify({ kept, own, retained: store.deref() !== undefined }));
      })();
    `;
    expect(await told(source)).toEqual({ kept: true, own: true, retained: false });
  });
});

describe("the resource of `async_hooks`", () => {
  test("says that it keeps the process running while a call is not settled, and only then", async () => {
    const source = `
      const resources = [];
      const init = (_id, type, _trigger, resource) => {
        if (type === "cognito-auth-native") resources.push(resource);
      };
      const setter = { set() { throw new Error("set"); }, configurable: true };
      Object.defineProperty(Object.prototype, "hasRef", setter);
      require("node:async_hooks").createHook({ init }).enable();
      const { login } = require("./index.js");
      delete Object.prototype.hasRef;
      const look = () => resources.map((resource) => resource.hasRef());
      const looks = [look()];
      const call = login("a", "b");
      setImmediate(() => looks.push(look()));
      call.then(() => console.log(JSON.stringify([...looks, look()])));
    `;
    expect(await told(source)).toEqual([[false], [true], [false]]);
  });

  test("is no open handle for Jest", async () => {
    const file = `
      test("signs in", async () => {
        expect(await require("cognito-auth-native").login("a", "b")).toBe(${JSON.stringify(TOKEN)});
      });
    `;
    const files = {
      "package.json": "{}",
      "jest.config.js": "module.exports = {};",
      "a.test.js": file,
    };
    const { code, said } = await runProject(files, [JEST, "--detectOpenHandles"], environment());
    expect(said).toContain("1 passed, 1 total");
    expect(said).not.toContain("open handle");
    expect(code).toBe(0);
  }, 60_000);
});

describe("a worker thread that ends with calls under way", () => {
  /** How it ends, and what the others learn of it. */
  const ENDS = {
    "is ended": { end: `parentPort.postMessage("ready")`, code: 1 },
    exits: { end: "process.exit(4)", code: 4 },
    "exits as a result arrives": { end: `login("a", "b").then(() => process.exit(4))`, code: 4 },
    "exits as a promise is settled": {
      end: `require("node:v8").promiseHooks.onSettled(() => process.exit(4))`,
      code: 4,
    },
    "exits with results that it has not taken": {
      end: `setTimeout(() => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
        process.exit(4);
      }, 1)`,
      code: 4,
    },
    throws: { end: `setImmediate(() => { throw new Error("thrown"); })`, code: 1 },
  };

  test.each(Object.entries(ENDS))(
    "%s: 4 at once, 5 times over",
    async (_name, { end, code }) => {
      const worker = `
      const { parentPort } = require("node:worker_threads");
      const { login } = require(${ROOT_TEXT});
      const again = () => login("a", "b").then(again, () => {});
      for (let i = 0; i < 10; i += 1) again();
      ${end};
    `;
      const source = `${HELPERS}
      const { Worker } = require("node:worker_threads");
      const thread = () => new Promise((resolve) => {
        const thread = new Worker(${JSON.stringify(worker)}, { eval: true });
        thread.on("error", () => {});
        thread.once("message", () => thread.terminate());
        thread.once("exit", resolve);
      });
      (async () => {
        const codes = [];
        for (let i = 0; i < 5; i += 1) {
          codes.push(...(await Promise.all([thread(), thread(), thread(), thread()])));
        }
        console.log(JSON.stringify({ codes, own: count(await Promise.all(signIns(5))) }));
      })();
    `;
      expect(await told(source, { seconds: 60 })).toEqual({ codes: Array(20).fill(code), own: 5 });
    },
    70_000,
  );
});

describe("several environments", () => {
  test("of one thread settle their own calls, and only unsettled ones keep the process running", async () => {
    const source = `${STALL}
      const load = () => {
        for (const name of Object.keys(require.cache)) delete require.cache[name];
        return require("./index.js").login;
      };
      const copies = Array.from({ length: 20 }, load);
      const all = copies.flatMap((login) => [login("a", "b"), login("a", "b")]);
      stall();
      Promise.all(all).then((all) => console.log(JSON.stringify({
        copies: new Set(copies).size,
        signedIn: all.filter((token) => token === ${JSON.stringify(TOKEN)}).length,
      })));
    `;
    expect(await told(source)).toEqual({ copies: 20, signedIn: 40 });
  });

  test("of several threads, whose calls end with their own thread only", async () => {
    const worker = `
      const { parentPort } = require("node:worker_threads");
      const { login } = require(${ROOT_TEXT});
      Promise.all(Array.from({ length: 20 }, () => login("a", "b"))).then((all) => parentPort.postMessage(all.length));
    `;
    const source = `${HELPERS}
      const { Worker } = require("node:worker_threads");
      const thread = () => new Promise((resolve, reject) => {
        let count;
        const thread = new Worker(${JSON.stringify(worker)}, { eval: true });
        thread.once("error", reject);
        thread.once("message", (value) => { count = value; });
        thread.once("exit", (code) => resolve([count, code]));
      });
      Promise.all([thread(), thread(), thread(), Promise.all(signIns(20)).then(count)])
        .then((all) => console.log(JSON.stringify(all)));
    `;
    expect(await told(source)).toEqual([[20, 0], [20, 0], [20, 0], 20]);
  });
});
