"use strict";

// What must work with the packages as they are published. Each check gets the context of ../package-check.js, throws
// what is wrong, and may return what it found.

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");

const { unzipSync, zipSync } = require("fflate");
const { FORMS, answersFor } = require("../../tools/authorizer-events");
const { testFiles } = require("../../tools/docs/testing-page");
const { startJwksServer } = require("../../tools/testing/jwks-server");
const { missingOf } = require("../release-packages");
const { checkGlibc } = require("../../tools/glibc");
const { nodeOf } = require("../../tools/packages/node-of");
const root = require("../../tools/root");

const NAME = "cognito-auth-native";
const json = (text) => JSON.parse(text.trim().split("\n").at(-1));

const CHECKS = [
  ["no compiler is on the PATH", noCompiler],
  ["npm install of the two tarballs: two packages, nothing else", twoPackages],
  ["the addon asks for nothing that an old Linux lacks", oldSystem],
  ["require, and the names of what is exported", required],
  ["an addon in the folder above the package: not loaded", plantedAddon],
  ["import, default and by names", imported],
  ["worker threads", workers],
  ["TypeScript, strict: CommonJS", (context) => typeScript(context, "strict.cts", "commonjs")],
  ["TypeScript, strict: NodeNext, ES module", (context) => typeScript(context, "strict.mts")],
  ["Jest with its default settings", jestDefaults],
  ["docs/testing.md, an application's tests: node:test", applicationTests("node")],
  ["docs/testing.md, an application's tests: Jest", applicationTests("jest")],
  ["docs/testing.md, an application's tests: Vitest", applicationTests("vitest")],
  ["Vitest: a test that fails before it stops its pool ends the run", failingTest],
  ["esbuild, the package external", esbuildExternal],
  ["esbuild, the addon copied beside the bundle", esbuildBundled],
  ["a Lambda zip: an authorizer, called with 15 forms of events", lambda],
  ["the example application, against an emulator", exampleApplication],
  ["without the platform's package: an error that names the cure", withoutPlatformPackage],
  ["an addon that cannot be loaded: an error that says why", brokenAddon],
  ["an addon of another version: an error that says so", otherVersion],
  ["an unsupported platform: an error that says which there are", unsupportedPlatform],
  ["Node.js 20", (context) => otherNode(context, nodeOf(context.tools, "node20"))],
  ["the newest Node.js", (context) => otherNode(context, nodeOf(context.tools, "node"))],
  [`a registry: npm install ${NAME}, then npm ci`, fromRegistry],
  [`a registry: pnpm add ${NAME}`, withPnpm],
  ["a registry: its packages have the tarballs' contents, as a release asks", comparedForRelease],
];

async function noCompiler({ sandbox }) {
  assert.deepStrictEqual(sandbox.compilers, []);
}

async function twoPackages({ installed, main, own }) {
  const modules = path.join(installed, "node_modules");
  const names = fs.readdirSync(modules).filter((name) => !name.startsWith("."));
  assert.deepStrictEqual(names.sort(), [main.name, own.name].sort());
  const packed = [main, own].reduce((sum, { file }) => sum + fs.statSync(file).size, 0);
  const unpacked = fs
    .readdirSync(modules, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith(".package-lock"))
    .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);
  const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
  assert(packed < 4 * 2 ** 20, `packed: ${mebibytes(packed)}`);
  assert(unpacked < 10 * 2 ** 20, `unpacked: ${mebibytes(unpacked)}`);
  return `${mebibytes(packed)} packed, ${mebibytes(unpacked)} unpacked`;
}

async function oldSystem({ installed, own }) {
  const folder = path.join(installed, "node_modules", own.name);
  const { main, libc } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  if (!libc?.includes("glibc")) return "not a matter of glibc here";
  return `glibc ${checkGlibc(path.join(folder, main))}`;
}

async function required({ consumer, sandbox, fixture }) {
  const cwd = consumer(["require.cjs"]);
  const { names, sub } = json(await sandbox.node(["require.cjs"], { cwd }));
  assert.strictEqual(sub, fixture.sub);
  const exported = Object.keys(require("../.."));
  assert.deepStrictEqual(names.exports.map(([key]) => key).sort(), exported.sort());
  const renamed = [...names.exports, ...names.methods].filter(([key, name]) => key !== name);
  assert.deepStrictEqual(renamed, []);
}

/** The folder above an installed package belongs to others, as a checkout's own folder does not. */
async function plantedAddon({ consumer, sandbox, fixture, own }) {
  const cwd = consumer(["require.cjs"]);
  const modules = path.join(cwd, "node_modules");
  const { main } = JSON.parse(
    fs.readFileSync(path.join(modules, own.name, "package.json"), "utf8"),
  );
  fs.writeFileSync(path.join(modules, main), "planted");
  assert.strictEqual(json(await sandbox.node(["require.cjs"], { cwd })).sub, fixture.sub);
}

async function imported({ consumer, sandbox, fixture }) {
  const cwd = consumer(["import.mjs"]);
  assert.strictEqual(json(await sandbox.node(["import.mjs"], { cwd })).sub, fixture.sub);
}

async function workers({ consumer, sandbox, fixture }) {
  const cwd = consumer(["worker.cjs"]);
  const { subs } = json(await sandbox.node(["worker.cjs"], { cwd }));
  assert.deepStrictEqual(subs, [fixture.sub, fixture.sub, fixture.sub]);
}

async function typeScript({ consumer, sandbox, tools }, file, module = "nodenext") {
  const cwd = consumer([file]);
  const compilerOptions = {
    strict: true,
    target: "es2022",
    module: module === "commonjs" ? "node16" : module,
    outDir: "out",
    types: ["node"],
    typeRoots: [path.join(tools, "@types")],
  };
  const config = { compilerOptions, files: [file] };
  fs.writeFileSync(path.join(cwd, "tsconfig.json"), JSON.stringify(config));
  await sandbox.node([path.join(tools, "typescript", "bin", "tsc"), "-p", "."], { cwd });
  assert(fs.existsSync(path.join(cwd, "out", file.replace(/ts$/, "js"))));
}

async function jestDefaults({ consumer, sandbox, tools }) {
  const cwd = consumer(["jest.test.js"]);
  const jest = path.join(tools, "jest", "bin", "jest.js");
  await sandbox.node([jest, "--json", "--outputFile", "results.json"], { cwd });
  const results = JSON.parse(fs.readFileSync(path.join(cwd, "results.json"), "utf8"));
  assert.deepStrictEqual([results.numPassedTests, results.numTotalTests], [2, 2]);
}

/** Runner → the arguments of Node.js, and where it says how many tests passed, of how many. */
const RUNNERS = {
  node: {
    args: (_tools, test) => ["--test", "--test-reporter=tap", test],
    counts: (output) => ["pass", "tests"].map((name) => output.match(`# ${name} (\\d+)`)[1]),
  },
  jest: {
    args: (tools, test) => [path.join(tools, "jest", "bin", "jest.js"), "--json", test],
    counts: jestCounts,
  },
  vitest: {
    args: (tools) => [path.join(tools, "vitest", "vitest.mjs"), "run", "--reporter=json"],
    counts: jestCounts,
  },
};

/** Of a report in Jest's form, which Vitest has too. */
function jestCounts(output) {
  const { numPassedTests, numTotalTests } = json(output);
  return [numPassedTests, numTotalTests];
}

/** The page's files in a folder that has the two packages, and what the runner itself needs. */
function applicationTests(runner) {
  return async ({ consumer, sandbox, tools }) => {
    const { files, test } = testFiles()[runner];
    const cwd = consumer([], files);
    if (runner === "vitest") linkVitest(cwd, tools);
    const { args, counts } = RUNNERS[runner];
    const output = await sandbox.node(args(tools, test), { cwd });
    const [passed, total] = counts(output).map(Number);
    assert(passed > 5, `${passed} tests passed`);
    assert.strictEqual(passed, total);
    return `${passed} tests`;
  };
}

function linkVitest(cwd, tools) {
  const link = path.join(cwd, "node_modules", "vitest");
  fs.symlinkSync(path.join(tools, "vitest"), link, "junction");
}

async function failingTest({ consumer, sandbox, tools }) {
  const cwd = consumer(["fails.test.mjs"]);
  linkVitest(cwd, tools);
  const said = await sandbox.node([path.join(tools, "vitest", "vitest.mjs"), "run"], {
    cwd,
    fails: true,
  });
  assert.match(said, /the thread is torn/);
}

async function esbuildExternal({ consumer, sandbox, tools, fixture }) {
  const cwd = consumer(["require.cjs"]);
  const { build } = require(path.join(tools, "esbuild"));
  await build({
    absWorkingDir: cwd,
    entryPoints: ["require.cjs"],
    bundle: true,
    platform: "node",
    external: [NAME],
    outfile: "out/bundle.js",
    logLevel: "silent",
  });
  assert.strictEqual(json(await sandbox.node(["out/bundle.js"], { cwd })).sub, fixture.sub);
}

async function esbuildBundled({ consumer, sandbox, tools, fixture }) {
  const cwd = consumer(["require.cjs"]);
  const { build } = require(path.join(tools, "esbuild"));
  const { warnings } = await build({
    absWorkingDir: cwd,
    entryPoints: ["require.cjs"],
    bundle: true,
    platform: "node",
    loader: { ".node": "copy" },
    outfile: "out/bundle.js",
    logLevel: "silent",
  });
  assert.deepStrictEqual(warnings, []);
  fs.renameSync(path.join(cwd, "node_modules"), path.join(cwd, "away"));
  assert.strictEqual(json(await sandbox.node(["out/bundle.js"], { cwd })).sub, fixture.sub);
}

/** Calls the authorizer with its sample event, which names a place for the token, and with all other forms of events. */
const INVOKE = `
  import { readFileSync } from "node:fs";
  import { createAuth } from "cognito-auth-native";
  import { handler } from "./index.mjs";

  const outcomeOf = (promise) =>
    promise.then(
      ({ ttlOverride, ...answer }) => answer,
      ({ message }) => ({ throws: message }),
    );
  const event = JSON.parse(readFileSync("event-http-api.json", "utf8").replaceAll("ID_TOKEN", process.env.TOKEN));
  const answers = [await outcomeOf(handler(event))];
  for (const { events, options } of JSON.parse(readFileSync("forms.json", "utf8"))) {
    const call = options === undefined ? handler : createAuth().lambdaAuthorizer(options);
    answers.push(await Promise.all(events.map((event) => outcomeOf(call(event)))));
  }
  console.log(JSON.stringify(answers));
`;

async function lambda({ consumer, sandbox, fixture }) {
  const packed = consumer([]);
  fs.cpSync(path.join(root, "examples", "lambda-authorizer"), packed, { recursive: true });
  const files = fs
    .readdirSync(packed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(packed, path.join(entry.parentPath, entry.name)));
  const contents = (file) => new Uint8Array(fs.readFileSync(path.join(packed, file)));
  const zip = zipSync(
    Object.fromEntries(files.map((file) => [file.replaceAll(path.sep, "/"), contents(file)])),
  );
  const sent = [`Bearer ${fixture.token}`, `Bearer ${fixture.token}x`, undefined];
  const forms = FORMS.map(([, eventFor, , options]) => ({ events: sent.map(eventFor), options }));
  const invocation = { "invoke.mjs": INVOKE, "forms.json": JSON.stringify(forms) };
  const task = sandbox.project({ ...unzipSync(zip), ...invocation });

  const { keys, region, userPoolId, clientId } = fixture.options;
  const server = await startJwksServer(...keys.jwks.keys);
  try {
    const env = {
      AWS_LAMBDA_FUNCTION_NAME: "authorizer",
      AWS_REGION: region,
      USER_POOL_ID: userPoolId,
      COGNITO_CLIENT_ID: clientId,
      COGNITO_JWKS_URI: server.url,
      TOKEN: fixture.token,
    };
    const [sample, ...found] = json(await sandbox.node(["invoke.mjs"], { cwd: task, env }));
    assert.strictEqual(sample.context.sub, fixture.sub);
    const expected = FORMS.map(([, , how]) => {
      const { allowed, refused } = answersFor(how, { sub: fixture.sub, username: "theseus" });
      return [allowed, refused, refused];
    });
    assert.deepStrictEqual(found, expected);
  } finally {
    await server.stop();
  }
  return `${(zip.length / 2 ** 20).toFixed(2)} MiB`;
}

async function exampleApplication({ sandbox, consumer, tools, playGame }) {
  const cwd = consumer([]);
  const example = path.join(root, "examples", "turn-based-game");
  fs.cpSync(example, cwd, { recursive: true, filter: (from) => !from.endsWith("package.json") });
  // Express stands for all that an application has beside us; it is not what is tried.
  fs.symlinkSync(
    path.join(tools, "express"),
    path.join(cwd, "node_modules", "express"),
    "junction",
  );
  return playGame(path.join(cwd, "server.js"), sandbox);
}

async function withoutPlatformPackage({ consumer, sandbox, own }) {
  const cwd = consumer(["require.cjs"]);
  fs.rmSync(path.join(cwd, "node_modules", own.name), { recursive: true });
  const said = await sandbox.node(["require.cjs"], { cwd, fails: true });
  assert.match(said, new RegExp(`Error: ${NAME}: the package ${own.name} is not installed`));
  assert.match(said, new RegExp(`npm install ${own.name}@${own.version}`));
  assert.match(said, /--omit=optional/);
}

async function brokenAddon({ consumer, sandbox, own }) {
  const cwd = consumer(["require.cjs"]);
  const installed = path.join(cwd, "node_modules", own.name);
  const { main } = JSON.parse(fs.readFileSync(path.join(installed, "package.json"), "utf8"));
  fs.writeFileSync(path.join(installed, main), "no shared library");
  const said = await sandbox.node(["require.cjs"], { cwd, fails: true });
  assert.match(
    said,
    new RegExp(`${NAME}: the addon of the package ${own.name} cannot be loaded: .`),
  );
}

async function otherVersion({ consumer, sandbox, own }) {
  const cwd = consumer(["require.cjs"]);
  const file = path.join(cwd, "node_modules", NAME, "index.js");
  const source = fs.readFileSync(file, "utf8");
  const other = source.replace(`VERSION = "${own.version}"`, 'VERSION = "99.0.0"');
  assert.notStrictEqual(other, source);
  fs.writeFileSync(file, other);
  const said = await sandbox.node(["require.cjs"], { cwd, fails: true });
  assert.match(
    said,
    new RegExp(`this is version 99.0.0, and its addon for \\S+ is version ${own.version}`),
  );
}

async function unsupportedPlatform({ consumer, sandbox }) {
  for (const [platform, arch] of [
    ["sunos", "x64"],
    ["linux", "riscv64"],
  ]) {
    const pretend = `for (const [name, value] of [["platform", "${platform}"], ["arch", "${arch}"]])
      Object.defineProperty(process, name, { value });`;
    const cwd = consumer(["require.cjs"], { "pretend.cjs": pretend });
    const args = ["--require", "./pretend.cjs", "require.cjs"];
    const said = await sandbox.node(args, { cwd, fails: true });
    assert.match(said, new RegExp(`${NAME}: there is no prebuilt package for ${platform}-${arch}`));
    assert.match(said, /Supported are Linux .*macOS.*Windows/);
  }
}

async function otherNode({ consumer, sandbox, fixture }, executable) {
  const cwd = consumer(["require.cjs", "import.mjs", "worker.cjs"]);
  const { sub, node } = json(await sandbox.otherNode(executable, ["require.cjs"], { cwd }));
  assert.strictEqual(sub, fixture.sub);
  await sandbox.otherNode(executable, ["import.mjs"], { cwd });
  await sandbox.otherNode(executable, ["worker.cjs"], { cwd });
  return node;
}

async function fromRegistry({ sandbox, consumerFiles, fixture, main, own, published }) {
  const cwd = sandbox.project(consumerFiles(["require.cjs"]));
  await sandbox.npm(["install", NAME], { cwd });
  const modules = path.join(cwd, "node_modules");
  const expectInstalled = async () => {
    const names = fs.readdirSync(modules).filter((name) => !name.startsWith("."));
    assert.deepStrictEqual(names.sort(), [main.name, own.name].sort());
    assert.strictEqual(json(await sandbox.node(["require.cjs"], { cwd })).sub, fixture.sub);
  };
  await expectInstalled();
  const lock = JSON.parse(fs.readFileSync(path.join(cwd, "package-lock.json"), "utf8"));
  const locked = Object.keys(lock.packages).filter(Boolean);
  assert.deepStrictEqual(locked.sort(), published.map((name) => `node_modules/${name}`).sort());
  fs.rmSync(modules, { recursive: true });
  await sandbox.npm(["ci"], { cwd });
  await expectInstalled();
  return `${locked.length} packages in the lock file, 2 of them installed`;
}

async function withPnpm({ sandbox, consumerFiles, fixture, tools }) {
  const cwd = sandbox.project(consumerFiles(["require.cjs", "import.mjs"]));
  const pnpm = path.join(tools, "pnpm", "bin", "pnpm.mjs");
  await sandbox.otherNode(nodeOf(tools, "node"), [pnpm, "add", NAME], { cwd });
  assert.strictEqual(json(await sandbox.node(["require.cjs"], { cwd })).sub, fixture.sub);
  assert.strictEqual(json(await sandbox.node(["import.mjs"], { cwd })).sub, fixture.sub);
}

async function comparedForRelease({ registry, main, own }) {
  assert.deepStrictEqual(await missingOf([own, main], registry.url), []);
  assert.deepStrictEqual(await missingOf([{ ...own, version: "99.0.0" }], registry.url), [
    { ...own, version: "99.0.0" },
  ]);
  await assert.rejects(missingOf([{ ...own, file: main.file }, main], registry.url), {
    message: new RegExp(`^${own.name}@${own.version}: other contents are published: sha512-.*$`),
  });
  await assert.rejects(
    missingOf([{ ...main, name: `${NAME}-none` }], registry.url),
    /not reserved/,
  );
}

module.exports = { CHECKS };
