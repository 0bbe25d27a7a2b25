"use strict";

// Loading, ending, and threads: promises about a whole process, so each test has one of its own.

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { evaluate, run } = require("../support/child.js");
const { startJwksServer } = require("../../tools/testing/jwks-server.js");
const { hang, startServiceServer } = require("../../tools/testing/service-server.js");
const { CLIENT, POOL, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens.js");
const root = require("../../tools/root");

let service;
let keyServer;

beforeAll(async () => {
  service = await startServiceServer();
});
afterAll(() => service.stop());
beforeEach(async () => {
  service.clear();
  keyServer = await startJwksServer(jwk(rsaPair()));
});
afterEach(() => keyServer.stop());

const environment = () => ({
  AWS_REGION: "us-east-1",
  USER_POOL_ID: POOL,
  COGNITO_CLIENT_ID: CLIENT,
  AWS_ENDPOINT_URL: service.endpoint,
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  COGNITO_JWKS_URI: keyServer.url,
});

/** Options of createAuth, as source text, for verifying without any network. */
const offline = () =>
  JSON.stringify({ userPoolId: POOL, clientId: CLIENT, keys: { jwks: jwks(jwk(rsaPair())) } });

describe("require()", () => {
  // Linux shows a process's threads and open files in /proc; elsewhere the FIFOs below must do.
  if (process.platform === "linux") {
    test("starts no thread and opens no socket, nor does making an Auth or verifying", async () => {
      const source = `
        const fs = require("node:fs");
        const look = () => ({
          threads: fs.readdirSync("/proc/self/task").length,
          handles: fs.readdirSync("/proc/self/fd").map((fd) => {
            try { return fs.readlinkSync("/proc/self/fd/" + fd); } catch { return "gone"; }
          }).filter((target) => target.startsWith("socket:") || target.startsWith("anon_inode:")).length,
        });
        look();
        const before = look();
        const { createAuth } = require("./index.js");
        const loaded = look();
        const auth = createAuth(${offline()});
        const made = look();
        auth.verifyToken(${JSON.stringify(sign())}).then(() => {
          console.log(JSON.stringify({ before, loaded, made, verified: look() }));
        });
      `;
      const { before, loaded, made, verified } = await evaluate(source, { env: environment() });
      expect(loaded).toEqual(before);
      expect(made).toEqual(before);
      expect(verified).toEqual(before);
      expect(service.requests).toHaveLength(0);
      expect(keyServer.requests).toHaveLength(0);
    });
  }

  test("opens no file of the AWS configuration, nor does making an Auth or verifying", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-"));
    try {
      // Opening a FIFO that nobody writes to never returns: who looks into one of these hangs.
      const aws = path.join(folder, ".aws");
      fs.mkdirSync(aws);
      for (const name of ["config", "credentials"]) execFileSync("mkfifo", [path.join(aws, name)]);
      const source = `
        const auth = require("./index.js").createAuth(${offline()});
        auth.verifyToken(${JSON.stringify(sign())}).then(() => console.log(JSON.stringify("ok")));
      `;
      const env = {
        HOME: folder,
        AWS_CONFIG_FILE: path.join(aws, "config"),
        AWS_SHARED_CREDENTIALS_FILE: path.join(aws, "credentials"),
        AWS_SDK_LOAD_CONFIG: "1",
      };
      expect(await evaluate(source, { env })).toBe("ok");
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each([
    ["nothing", {}],
    [
      "nonsense",
      {
        AWS_REGION: "\u0001",
        USER_POOL_ID: "?",
        COGNITO_CLIENT_ID: " ",
        AWS_ENDPOINT_URL: "::",
        COGNITO_ISSUER: "x",
        COGNITO_JWKS_URI: "x",
        HTTPS_PROXY: "::",
        NODE_EXTRA_CA_CERTS: "/no/such/file",
        AWS_CONFIG_FILE: "/",
        AWS_PROFILE: "no such profile",
      },
    ],
  ])("succeeds when the environment says %s", async (_name, env) => {
    expect(
      await evaluate(`console.log(JSON.stringify(Object.keys(require("./index.js")).length))`, {
        env,
      }),
    ).toBeGreaterThan(8);
  });

  test("succeeds from another working directory", async () => {
    const source = `process.chdir("/"); console.log(JSON.stringify(typeof require(${JSON.stringify(root)}).login))`;
    expect(await evaluate(source)).toBe("function");
  });

  test("prints nothing", async () => {
    expect(await run(`require("./index.js")`, { env: environment() })).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });
});

describe("a process ends by itself once its call has settled", () => {
  const calls = {
    createCognitoUser: 'createCognitoUser("a", "b")',
    login: 'login("a", "b")',
    fetchUserByUsername: 'fetchUserByUsername("a")',
    "verifyToken, after a fetch": `verifyToken(${JSON.stringify(sign({ header: { kid: "unknown" } }))})`,
    "ready()": "createAuth().ready()",
  };

  test.each(Object.entries(calls))("%s", async (_name, call) => {
    const source = `
      const { createAuth, createCognitoUser, login, fetchUserByUsername, verifyToken } = require("./index.js");
      ${call}.then(() => console.log("settled"), () => console.log("settled"));
    `;
    const { code, signal, lines, stderr, quiet } = await run(source, { env: environment() });
    expect({ code, signal, lines, stderr }).toEqual({
      code: 0,
      signal: null,
      lines: ["settled"],
      stderr: "",
    });
    expect(quiet).toBeLessThan(4000);
  });

  test("also when the call failed, and the server is still silent", async () => {
    service.always("AdminInitiateAuth", hang);
    const source = `
      const { createAuth } = require("./index.js");
      createAuth({ timeoutMs: 500 }).login("a", "b").catch((error) => console.log(error.reason));
    `;
    const { code, lines, quiet } = await run(source, { env: environment() });
    expect({ code, lines }).toEqual({ code: 0, lines: ["timeout"] });
    expect(quiet).toBeLessThan(4000);
  });

  test("and not before: nothing else needs to keep it alive", async () => {
    service.always("AdminInitiateAuth", {
      body: { AuthenticationResult: { IdToken: "late" } },
      delay: 1500,
    });
    const source = `require("./index.js").login("a", "b").then((token) => console.log(token));`;
    expect(await run(source, { env: environment() })).toMatchObject({ code: 0, lines: ["late"] });
    keyServer.fail("slow", 1500);
    const verify = `require("./index.js").createAuth().ready().then(() => console.log("ready"));`;
    expect(await run(verify, { env: environment() })).toMatchObject({ code: 0, lines: ["ready"] });
  });

  test("process.exit in the middle of calls is in order", async () => {
    service.always("AdminInitiateAuth", hang);
    keyServer.fail("hang");
    const source = `
      const { login, verifyToken } = require("./index.js");
      for (let i = 0; i < 20; i += 1) {
        login("a", "b").catch(() => {});
        verifyToken(${JSON.stringify(sign())}).catch(() => {});
      }
      setTimeout(() => { console.log("bye"); process.exit(3); }, 300);
    `;
    const { code, signal, stderr } = await run(source, { env: environment() });
    expect({ code, signal, stderr }).toEqual({ code: 3, signal: null, stderr: "" });
  });

  test("a rejection that nobody catches is Node's ordinary one", async () => {
    const { code, stderr } = await run(`require("./index.js").verifyToken("a.b.c")`, {
      env: environment(),
    });
    expect(code).toBe(1);
    expect(stderr).toContain("JsonWebTokenError: invalid token");
  });
});

describe("worker threads", () => {
  /** The source of a program that runs `worker` in threads and `main` beside them. */
  const program = (worker, main) => `
    const { Worker, isMainThread, parentPort, workerData } = require("node:worker_threads");
    const worker = ${JSON.stringify(`
      const { parentPort, workerData } = require("node:worker_threads");
      const { createAuth, login, verifyToken, fetchUserByUsername } = require(${JSON.stringify(root)});
      ${worker}
    `)};
    const start = (options) => new Worker(worker, { eval: true, ...options });
    const reply = (thread) => new Promise((resolve, reject) => {
      thread.once("message", resolve);
      thread.once("error", reject);
    });
    ${main}
  `;

  test("verify and sign in, several at once, beside the main thread", async () => {
    const source = program(
      `Promise.all([login("w", "p"), verifyToken(workerData)]).then(([token, claims]) =>
         parentPort.postMessage({ token: typeof token, aud: claims.aud }));`,
      `const { login, verifyToken } = require("./index.js");
       const token = ${JSON.stringify(sign())};
       const threads = Array.from({ length: 4 }, () => reply(start({ workerData: token })));
       Promise.all([...threads, login("m", "p"), verifyToken(token)]).then((all) =>
         console.log(JSON.stringify(all.map((one) => one.aud ?? one))));`,
    );
    const replies = await evaluate(source, { env: environment() });
    expect(replies.slice(0, 4)).toEqual([CLIENT, CLIENT, CLIENT, CLIENT]);
    expect(replies[5]).toBe(CLIENT);
    expect(service.of("AdminInitiateAuth")).toHaveLength(5);
  });

  test("share the keys of the process: one fetch for all", async () => {
    const source = program(
      "verifyToken(workerData).then(({ aud }) => parentPort.postMessage(aud));",
      `const { verifyToken } = require("./index.js");
       const token = ${JSON.stringify(sign())};
       verifyToken(token)
         .then(() => Promise.all([1, 2, 3].map(() => reply(start({ workerData: token })))))
         .then((all) => console.log(JSON.stringify(all)));`,
    );
    expect(await evaluate(source, { env: environment() })).toEqual([CLIENT, CLIENT, CLIENT]);
    expect(keyServer.requests).toHaveLength(1);
  });

  test("have a process.env of their own", async () => {
    const source = program(
      `fetchUserByUsername("w").then(() => parentPort.postMessage("done"));`,
      `const { fetchUserByUsername } = require("./index.js");
       const env = { ...process.env, USER_POOL_ID: "us-east-1_OfWorker" };
       Promise.all([reply(start({ env })), fetchUserByUsername("m")]).then(() => console.log('"ok"'));`,
    );
    await evaluate(source, { env: environment() });
    const pools = service.requests.map(({ body }) => [body.Username, body.UserPoolId]).sort();
    expect(pools).toEqual([
      ["m", POOL],
      ["w", "us-east-1_OfWorker"],
    ]);
  });

  test("can be ended in the middle of calls, and the rest goes on", async () => {
    const silent = await startJwksServer();
    silent.fail("hang");
    service.always("AdminInitiateAuth", ({ body }) =>
      body.AuthParameters.USERNAME === "w"
        ? undefined
        : { body: { AuthenticationResult: { IdToken: "main" } } },
    );
    const source = program(
      `for (let i = 0; i < 10; i += 1) {
         login("w", "p").catch(() => {});
         createAuth({ userPoolId: "us-east-1_Never" + i, clientId: "client", jwksUri: workerData }).ready().catch(() => {});
       }
       parentPort.postMessage("under way");`,
      `const { login, verifyToken } = require("./index.js");
       (async () => {
         for (let round = 0; round < 5; round += 1) {
           const thread = start({ workerData: ${JSON.stringify(silent.url)} });
           await reply(thread);
           await thread.terminate();
         }
         const claims = await verifyToken(${JSON.stringify(sign())});
         console.log(JSON.stringify([await login("m", "p"), claims.aud]));
       })();`,
    );
    try {
      expect(await evaluate(source, { env: environment() })).toEqual(["main", CLIENT]);
      expect(silent.requests.length).toBeGreaterThan(0);
    } finally {
      await silent.stop();
    }
  });

  test("a thread that ends by itself leaves the process in order", async () => {
    const source = program(
      `verifyToken("x").catch(() => parentPort.postMessage("done"));`,
      `(async () => {
         for (let round = 0; round < 10; round += 1) await reply(start({}));
         console.log('"ok"');
       })();`,
    );
    expect(await evaluate(source, { env: environment() })).toBe("ok");
  });
});

describe("memory", () => {
  test("100,000 bad tokens and 20,000 good ones leave it flat", async () => {
    const source = `
      const { createAuth } = require("./index.js");
      const auth = createAuth(${offline()});
      const good = ${JSON.stringify(Array.from({ length: 20 }, () => sign()))};
      const round = async () => {
        for (let i = 0; i < 20_000; i += 1) {
          const token = good[i % good.length];
          await auth.verifyToken(token.slice(0, i % token.length)).catch(() => {});
          if (i % 5 === 0) await auth.verifyToken(token);
        }
        await new Promise(setImmediate);
        gc();
        return process.memoryUsage().rss;
      };
      (async () => {
        await round();
        const before = await round();
        for (let i = 0; i < 3; i += 1) await round();
        console.log(JSON.stringify((await round()) - before));
      })();
    `;
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-"));
    const file = path.join(folder, "memory.js");
    const exposed = `require("node:v8").setFlagsFromString("--expose-gc"); globalThis.gc = require("node:vm").runInNewContext("gc");`;
    fs.writeFileSync(file, exposed + source.replace('"./index.js"', JSON.stringify(root)));
    try {
      expect(await evaluate("", { file })).toBeLessThan(30 * 1024 * 1024);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
