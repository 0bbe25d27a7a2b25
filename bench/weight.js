"use strict";

// What an application carries, and how long it takes to start: the packages as npm installs them, beside what a user would
// pick instead, in one run. Prints a Markdown table and writes it to WEIGHT.md, the numbers to weight.json.

const { spawn } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { parseArgs } = require("node:util");
const ownPackages = require("../scripts/package");
const { npmCommand } = require("../tools/npm");
const { median } = require("./report");

const { dependencies } = require("./package.json");
const of = (...names) => Object.fromEntries(names.map((name) => [name, dependencies[name]]));

const SUBJECTS = {
  "cognito-auth-native": { auth: "native.cjs", install: () => packTarballs(ownPackages) },
  "the tutorial's (SDK v2, jsonwebtoken, jwks-rsa)": {
    auth: "tutorial.cjs",
    install: async () => of("aws-sdk", "jsonwebtoken", "jwks-rsa"),
  },
  "AWS SDK v3 and aws-jwt-verify": {
    auth: "modern.cjs",
    install: async () => of("@aws-sdk/client-cognito-identity-provider", "aws-jwt-verify"),
  },
};

const ROWS = [
  ["packages", "", (it) => it.packages],
  ["packed", "MiB", (it) => it.packed],
  ["unpacked", "MiB", (it) => it.unpacked],
  ["`require()`", "ms", (it) => median(it.runs.map((run) => run.nothing.require))],
  ["memory of `require()`", "MiB", (it) => median(it.runs.map((run) => run.nothing.memory))],
  [
    "`require()` and the first verified token",
    "ms",
    (it) => median(it.runs.map((run) => run.verify.since)),
  ],
  [
    "the same, from the start of Node.js",
    "ms",
    (it) => median(it.runs.map((run) => run.verify.whole)),
  ],
  ["`require()` and the first login", "ms", (it) => median(it.runs.map((run) => run.login.since))],
  [
    "the same, from the start of Node.js",
    "ms",
    (it) => median(it.runs.map((run) => run.login.whole)),
  ],
];

const POOL = "us-east-1_AbCdEfGhI";
const CLIENT = "6f5t4r3e2w1q0p9o8i7u6y5t4r";
const KID = "k3VJgxrGRTa1dUqiwlSSqP0Vm8qfv2PxJBDcnNVyq9I=";

/** What is measured; with `also`, a folder with another checkout of this package, the two builds and nothing else. */
function subjectsWith(also) {
  if (also === undefined) return SUBJECTS;
  const { "cognito-auth-native": own } = SUBJECTS;
  const others = require(path.resolve(also, "scripts", "package"));
  return {
    "cognito-auth-native": own,
    "other build": { ...own, install: () => packTarballs(others) },
  };
}

/** The two packages that an application gets on this machine, by their tarballs, which a checkout's own script makes. */
async function packTarballs({ buildOwn, matchesThisMachine, pack, platforms }) {
  await buildOwn();
  const tarballs = await pack();
  const own = platforms().find(({ description }) => matchesThisMachine(description));
  const wanted = ["cognito-auth-native", own.description.name];
  return Object.fromEntries(
    tarballs
      .filter(({ name }) => wanted.includes(name))
      .map(({ name, file }) => [name, `file:${file}`]),
  );
}

function run(command, args, { cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) {
      child[stream].on("data", (text) => {
        output[stream] += text;
      });
    }
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(output.stdout);
      else reject(new Error(`${args.join(" ")} ended with ${code}: ${output.stderr}`));
    });
  });
}

const npm = (args, cwd) => {
  const [command, ...first] = npmCommand();
  return run(command, [...first, ...args, "--no-audit", "--no-fund"], { cwd, env: process.env });
};

const filesIn = (folder) =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

const bytesOf = (files) => files.reduce((sum, file) => sum + fs.statSync(file).size, 0);

/** Whether a file of npm's cache is a tarball: what the registry said of the packages is there too. */
function isTarball(file) {
  const beginning = fs.readFileSync(file).subarray(0, 2);
  return beginning[0] === 0x1f && beginning[1] === 0x8b;
}

/** Installs a subject's packages, and weighs them. */
async function install(folder, { auth, install: packages }) {
  fs.mkdirSync(folder);
  const manifest = { private: true, dependencies: await packages() };
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  fs.copyFileSync(path.join(__dirname, "weight", auth), path.join(folder, "auth.cjs"));
  fs.copyFileSync(path.join(__dirname, "weight", "start.cjs"), path.join(folder, "start.cjs"));
  // Our other platforms' packages are not published: ours are here by their tarballs.
  const optional = "--omit=optional";
  const cache = path.join(folder, "cache");
  await npm(["install", optional, "--cache", cache], folder);

  const modules = path.join(folder, "node_modules");
  const lock = JSON.parse(fs.readFileSync(path.join(modules, ".package-lock.json"), "utf8"));
  const local = Object.values(manifest.dependencies).filter((version) =>
    version.startsWith("file:"),
  );
  const packed =
    local.length > 0
      ? bytesOf(local.map((file) => file.slice("file:".length)))
      : bytesOf(filesIn(path.join(cache, "_cacache", "content-v2")).filter(isTarball));
  return {
    packages: Object.keys(lock.packages).length,
    packed: packed / 2 ** 20,
    unpacked:
      bytesOf(filesIn(modules).filter((file) => !file.endsWith(".package-lock.json"))) / 2 ** 20,
    runs: [],
  };
}

function makeToken(privateKey) {
  const encode = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: crypto.randomUUID(),
    iss: `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`,
    "cognito:username": "theseus",
    aud: CLIENT,
    token_use: "id",
    auth_time: now,
    exp: now + 86_400,
    iat: now,
  };
  const input = `${encode({ kid: KID, alg: "RS256" })}.${encode(claims)}`;
  return `${input}.${crypto.sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
}

/** One server for the keys and for signing in. */
async function startServer(jwks, token) {
  const signedIn = { AuthenticationResult: { IdToken: token }, ChallengeParameters: {} };
  const server = http.createServer((request, response) => {
    request.resume().on("end", () => {
      const type = request.method === "GET" ? "json" : "x-amz-json-1.1";
      response.setHeader("content-type", `application/${type}`);
      response.end(JSON.stringify(request.method === "GET" ? jwks : signedIn));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function measure(folder, subjects, rounds) {
  const pair = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...pair.publicKey.export({ format: "jwk" }), kid: KID, alg: "RS256", use: "sig" };
  const token = makeToken(pair.privateKey);
  const server = await startServer({ keys: [jwk] }, token);
  const address = `http://127.0.0.1:${server.address().port}`;
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI",
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: address,
    COGNITO_JWKS_URI: `${address}/${POOL}/.well-known/jwks.json`,
    USER_POOL_ID: POOL,
    COGNITO_CLIENT_ID: CLIENT,
    TOKEN: token,
  };
  const results = {};
  const folders = {};
  for (const [i, [name, subject]] of Object.entries(subjects).entries()) {
    console.error(`installing ${name}`);
    folders[name] = path.join(folder, String(i));
    results[name] = await install(folders[name], subject);
  }
  const names = Object.keys(subjects);
  const start = async (cwd, what) =>
    JSON.parse(await run(process.execPath, ["start.cjs", what], { cwd, env }));
  for (let round = -1; round < rounds; round += 1) {
    for (let i = 0; i < names.length; i += 1) {
      const name = names[(i + round + 1) % names.length];
      const one = {};
      for (const what of ["nothing", "verify", "login"])
        one[what] = await start(folders[name], what);
      // The first round fills the file system's cache.
      if (round >= 0) results[name].runs.push(one);
    }
  }
  server.close();
  return results;
}

const shown = (value) => (Number.isInteger(value) ? String(value) : value.toPrecision(3));

function report({ date, machine, node, rounds, subjects }) {
  const names = Object.keys(subjects);
  const row = ([title, unit, read]) => {
    const values = names.map((name) => read(subjects[name]));
    const cells = values.map((value, i) =>
      i === 0 ? shown(value) : `${shown(value)} (${(value / values[0]).toPrecision(2)} ×)`,
    );
    return `| ${title}${unit && `, ${unit}`} | ${cells.join(" | ")} |`;
  };
  return [
    "# Weight and start",
    "",
    `${date}, ${machine}, Node.js ${node}; one run, medians of ${rounds} rounds, a process for each figure. Keys and sign-in come from a server on loopback, in the clear. In brackets: beside ours. \`node weight.js\` makes this file.`,
    "",
    `| | ${names.join(" | ")} |`,
    `| --- | ${names.map(() => "---:").join(" | ")} |`,
    ...ROWS.map(row),
    "",
  ].join("\n");
}

async function main() {
  const { values } = parseArgs({
    options: {
      also: { type: "string" },
      rounds: { type: "string", default: "15" },
      "no-write": { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!(rounds >= 1)) throw new Error("--rounds takes a number");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "weight-"));
  try {
    const results = {
      date: new Date().toISOString().slice(0, 10),
      machine: `${os.cpus().length} × ${os.cpus()[0].model.trim()}`,
      node: process.version,
      rounds,
      subjects: await measure(folder, subjectsWith(values.also), rounds),
    };
    const text = report(results);
    console.log(text);
    if (!values["no-write"] && values.also === undefined) {
      fs.writeFileSync(
        path.join(__dirname, "weight.json"),
        `${JSON.stringify(results, null, 2)}\n`,
      );
      fs.writeFileSync(path.join(__dirname, "WEIGHT.md"), text);
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(`weight: ${error.message}`);
  process.exitCode = 1;
});
