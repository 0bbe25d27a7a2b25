"use strict";

// Where AWS credentials come from is decided by process.env of the thread that calls, as it is at the call: not by the
// process's environment, which process.env of a worker thread need not show, and not by what comes later.

const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { ROOT, evaluate } = require("../support/child.js");
const { CLIENT, POOL, startServiceServer } = require("../../tools/testing/service-server.js");

const ROLE = "arn:aws:iam::123456789012:role";

let home;
let service;
let sources;

beforeAll(async () => {
  service = await startServiceServer();
  sources = await startCredentialsServer();
});
afterAll(async () => {
  await service.stop();
  await sources.stop();
});
beforeEach(() => {
  service.clear();
  home = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-home-"));
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

/** Writes a file below the home; its path. */
function write(name, contents) {
  const file = path.join(home, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, contents);
  return file;
}

const keys = (key) => `aws_access_key_id = ${key}\naws_secret_access_key = x\n`;

/**
 * A profile whose credential process shows variables of its own environment in its key:
 * `AKID-<GAME>-<ONLY_MAIN>-<ONLY_WORKER>`.
 */
function writeProcess(delay = 0) {
  const script = write(
    "process.js",
    `const { GAME = "none", ONLY_MAIN = "none", ONLY_WORKER = "none" } = process.env;
    const AccessKeyId = ["AKID", GAME, ONLY_MAIN, ONLY_WORKER].join("-");
    setTimeout(() => console.log(JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey: "x" })), ${delay});`,
  );
  const command = `credential_process = "${process.execPath}" "${script}"`;
  return write("process", `[default]\n${command}\n[profile other]\n${command}\n`);
}

const environment = (env = {}) => ({
  AWS_REGION: "us-east-1",
  USER_POOL_ID: POOL,
  COGNITO_CLIENT_ID: CLIENT,
  AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: service.endpoint,
  AWS_EC2_METADATA_DISABLED: "true",
  HOME: home,
  USERPROFILE: home,
  ...env,
});

/** The access key of each user's requests, which say who asked. */
function signers() {
  const found = {};
  for (const { body, headers } of service.requests) {
    found[body.Username] ??= [];
    found[body.Username].push(/Credential=([^/]+)/.exec(headers.authorization)[1]);
  }
  return found;
}

/** Stands for STS (POST), and for a container's credentials at `/<key>` (GET). */
async function startCredentialsServer() {
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    if (request.method === "POST") {
      const role = new URLSearchParams(Buffer.concat(chunks).toString()).get("RoleArn");
      response.end(webIdentity(`AKID-${role.split("/").pop()}`, until));
    } else {
      const AccessKeyId = request.url.slice(1);
      response.setHeader("content-type", "application/json");
      const rest = { SecretAccessKey: "x", Token: "token", Expiration: until };
      response.end(JSON.stringify({ AccessKeyId, ...rest }));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const webIdentity = (key, until) => `
  <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
    <AssumeRoleWithWebIdentityResult><Credentials>
      <AccessKeyId>${key}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>
      <SessionToken>sts-token</SessionToken><Expiration>${until}</Expiration></Credentials>
      <AssumedRoleUser><AssumedRoleId>AROA:a</AssumedRoleId><Arn>${ROLE}</Arn></AssumedRoleUser>
    </AssumeRoleWithWebIdentityResult>
  </AssumeRoleWithWebIdentityResponse>`;

describe("a credential process", () => {
  const ask = (body, env) =>
    evaluate(
      `const { createAuth, fetchUserByUsername } = require("./index.js");
      (async () => { ${body} })().then(() => console.log("true"));`,
      { env: environment({ AWS_CONFIG_FILE: writeProcess(), ...env }) },
    );

  test("has the environment that the process was started with", async () => {
    await ask(`await fetchUserByUsername("theseus");`, { GAME: "chess" });
    expect(signers()).toEqual({ theseus: ["AKID-chess-none-none"] });
  });

  test("has the variables that were set through process.env, and none that was deleted", async () => {
    await ask(
      `process.env.GAME = "go";
      process.env.ONLY_WORKER = "set";
      delete process.env.ONLY_MAIN;
      await fetchUserByUsername("theseus");`,
      { GAME: "chess", ONLY_MAIN: "deleted" },
    );
    expect(signers()).toEqual({ theseus: ["AKID-go-none-set"] });
  });

  test("has process.env of Jest and others, who replace the object", async () => {
    await ask(
      `process.env = { ...process.env, GAME: "go", ONLY_MAIN: "replaced" };
      await createAuth().fetchUserByUsername("theseus");`,
      { GAME: "chess" },
    );
    expect(signers()).toEqual({ theseus: ["AKID-go-replaced-none"] });
  });
});

describe("two Auths of one thread", () => {
  test("have the environment of their calls, though it changes at once", async () => {
    const config = writeProcess(200);
    const source = `
      const { createAuth } = require("./index.js");
      const call = (user) => createAuth().fetchUserByUsername(user);
      process.env.GAME = "chess";
      const first = call("theseus");
      process.env.GAME = "go";
      process.env.AWS_PROFILE = "other";
      const second = call("ariadne");
      process.env.GAME = "none";
      delete process.env.AWS_PROFILE;
      delete process.env.AWS_CONFIG_FILE;
      Promise.all([first, second]).then(() => console.log("true"));
    `;
    await evaluate(source, { env: environment({ AWS_CONFIG_FILE: config }) });
    expect(signers()).toEqual({
      ariadne: ["AKID-go-none-none"],
      theseus: ["AKID-chess-none-none"],
    });
  });

  test("have the files of their own", async () => {
    const source = `
      const { createAuth } = require("./index.js");
      (async () => {
        await createAuth().fetchUserByUsername("theseus");
        process.env.AWS_SHARED_CREDENTIALS_FILE = process.env.OTHER;
        await createAuth().fetchUserByUsername("ariadne");
        console.log("true");
      })();
    `;
    const env = {
      AWS_SHARED_CREDENTIALS_FILE: write("one", `[default]\n${keys("AKIDONE")}`),
      OTHER: write("other", `[default]\n${keys("AKIDOTHER")}`),
    };
    await evaluate(source, { env: environment(env) });
    expect(signers()).toEqual({ ariadne: ["AKIDOTHER"], theseus: ["AKIDONE"] });
  });
});

describe("a worker thread with an environment of its own", () => {
  const profiles = () => [
    write("main", `[default]\n${keys("AKID-main")}[named]\n${keys("AKID-named")}`),
    write("worker", `[default]\n${keys("AKID-worker")}[named]\n${keys("AKID-named-worker")}`),
  ];

  /** Of each row: the variables of the main thread and of the worker, and their access keys. */
  const ROWS = {
    "static credentials": () => [
      [{ AWS_ACCESS_KEY_ID: "AKID-main", AWS_SECRET_ACCESS_KEY: "x" }, "AKID-main"],
      [{ AWS_ACCESS_KEY_ID: "AKID-worker", AWS_SECRET_ACCESS_KEY: "x" }, "AKID-worker"],
    ],
    "static credentials here, a profile there": () => [
      [{ AWS_ACCESS_KEY_ID: "AKID-static", AWS_SECRET_ACCESS_KEY: "x" }, "AKID-static"],
      [{ AWS_SHARED_CREDENTIALS_FILE: profiles()[1] }, "AKID-worker"],
    ],
    "files of profiles": () => {
      const [main, worker] = profiles();
      return [
        [{ AWS_SHARED_CREDENTIALS_FILE: main }, "AKID-main"],
        [{ AWS_SHARED_CREDENTIALS_FILE: worker }, "AKID-worker"],
      ];
    },
    "names of profiles": () => {
      const [file] = profiles();
      return [
        [{ AWS_SHARED_CREDENTIALS_FILE: file }, "AKID-main"],
        [{ AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: "named" }, "AKID-named"],
      ];
    },
    "home folders": () =>
      ["main", "worker"].map((name) => {
        write(`${name}/.aws/credentials`, `[default]\n${keys(`AKID-${name}`)}`);
        const folder = path.join(home, name);
        return [{ HOME: folder, USERPROFILE: folder }, `AKID-${name}`];
      }),
    "credential processes": () => {
      const AWS_CONFIG_FILE = writeProcess();
      return [
        [{ AWS_CONFIG_FILE, GAME: "chess", ONLY_MAIN: "main" }, "AKID-chess-main-none"],
        [{ AWS_CONFIG_FILE, GAME: "go", ONLY_WORKER: "worker" }, "AKID-go-none-worker"],
      ];
    },
    "containers' credentials": () =>
      ["AKID-main", "AKID-worker"].map((key) => [
        { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${sources.url}/${key}` },
        key,
      ]),
    "web identities": () => {
      const AWS_WEB_IDENTITY_TOKEN_FILE = write("token", "token");
      return ["main", "worker"].map((name) => [
        {
          AWS_WEB_IDENTITY_TOKEN_FILE,
          AWS_ROLE_ARN: `${ROLE}/${name}`,
          AWS_ENDPOINT_URL_STS: sources.url,
        },
        `AKID-${name}`,
      ]);
    },
  };

  // Both call at once, several times, by an Auth and by the functions of the environment.
  const source = `
    const { Worker, isMainThread } = require("node:worker_threads");
    const { createAuth, fetchUserByUsername } = require("./index.js");
    const call = async (user) => {
      const auth = createAuth();
      for (let i = 0; i < 3; i++) {
        await Promise.all([auth.fetchUserByUsername(user), fetchUserByUsername(user)]);
      }
    };
    if (isMainThread) {
      const { FIRST } = process.env;
      const env = JSON.parse(process.env.OF_WORKER);
      delete process.env.OF_WORKER;
      const worker = () => new Promise((resolve, reject) => {
        new Worker(__filename, { env }).on("error", reject).on("exit", resolve);
      });
      const work = async () => {
        if (FIRST === "worker") await worker();
        if (FIRST === "main") await call("main");
        await Promise.all([call("main"), worker()]);
      };
      work().then(() => console.log("true"));
    } else {
      call("worker").catch((error) => { throw new Error(error.cause?.message ?? error.message); });
    }
  `;

  const cases = Object.keys(ROWS).flatMap((row) => ["main", "worker"].map((first) => [row, first]));

  test.each(cases)("has its own %s (first: %s)", async (row, first) => {
    const [[main, mainKey], [worker, workerKey]] = ROWS[row]();
    const file = write("script.js", source.replace(`"./index.js"`, JSON.stringify(ROOT)));
    const env = environment({
      ...main,
      FIRST: first,
      OF_WORKER: JSON.stringify(environment({ PATH: process.env.PATH, ...worker })),
    });
    await evaluate("", { env, file });
    const found = signers();
    expect(new Set(found.main)).toEqual(new Set([mainKey]));
    expect(new Set(found.worker)).toEqual(new Set([workerKey]));
  });
});
