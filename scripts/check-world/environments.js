"use strict";

// Where the program of program/ is run: bundled, in one file with Node.js, on other runtimes, without node_modules. Each
// environment gets the context of ../check-world.js, throws what is wrong, and returns what the program printed.

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { freePort } = require("../../tools/free-port");
const { nodeOf } = require("../../tools/packages/node-of");
const { copyPackages } = require("./copy-packages");
const { RECIPE_ENVIRONMENTS, ROUTE, checkRoute } = require("./recipes");

const NAME = "cognito-auth-native";
/** https://nodejs.org/docs/latest/api/single-executable-applications.html */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const SERVER_DEADLINE_MS = 60_000;
const CONFIGS = path.join(__dirname, "configs");

/** `needs` are the tools, the first of which gives the version; `run` returns what the program printed. */
const ENVIRONMENTS = [
  { name: "Node.js", run: plain },
  { name: "Node.js, newest", run: newestNode },
  { name: "webpack", needs: ["webpack", "webpack-cli"], run: webpack },
  { name: "rollup", needs: ["rollup", "@rollup/plugin-commonjs"], run: rollup },
  { name: "esbuild", needs: ["esbuild"], run: esbuildExternal },
  { name: "esbuild, the addon copied", needs: ["esbuild"], run: esbuildCopied },
  { name: "Next.js, standalone", needs: ["next", "react", "react-dom"], run: nextStandalone },
  { name: "Node.js, single executable", needs: ["postject", "esbuild"], run: singleExecutable },
  { name: "Bun", needs: ["bun"], run: bun },
  { name: "Deno", needs: ["deno"], run: deno },
  { name: "Yarn, Plug'n'Play", needs: ["@yarnpkg/cli-dist"], run: yarn },
  ...RECIPE_ENVIRONMENTS,
];

const config = (name) => fs.readFileSync(path.join(CONFIGS, name));

async function plain({ project, sandbox, env }) {
  const cwd = project();
  const options = { cwd, env };
  return [await sandbox.node(["main.cjs"], options), await sandbox.node(["main.mjs"], options)];
}

async function newestNode({ project, sandbox, env, nodeTools }) {
  const options = { cwd: project(), env };
  const node = nodeOf(nodeTools, "node");
  return [
    await sandbox.otherNode(node, ["main.cjs"], options),
    await sandbox.otherNode(node, ["main.mjs"], options),
  ];
}

async function webpack({ project, sandbox, env, tools }) {
  const cwd = project({ "webpack.config.js": config("webpack.config.js") });
  await sandbox.node([path.join(tools, "webpack-cli", "bin", "cli.js")], { cwd });
  return [await sandbox.node(["dist/main.js"], { cwd, env })];
}

async function rollup({ project, sandbox, env, tools }) {
  const cwd = project({ "rollup.config.mjs": config("rollup.config.mjs") });
  copyPackages(tools, ["@rollup/plugin-commonjs", "@rollup/plugin-node-resolve"], cwd);
  await sandbox.node([path.join(tools, "rollup", "dist", "bin", "rollup"), "-c"], { cwd });
  return [await sandbox.node(["dist/main.mjs"], { cwd, env })];
}

const EXTERNAL = [`--external:${NAME}`, "--outfile=dist/main.js"];
const COPIED = ["--loader:.node=copy", "--outfile=dist/main.js"];

/** Runs esbuild's command on program/main.cjs. */
function bundle({ sandbox, tools }, cwd, options) {
  const command = path.join(tools, ".bin", "esbuild");
  const args = ["main.cjs", "--bundle", "--platform=node", ...options];
  return sandbox.otherNode(command, args, { cwd });
}

async function esbuildExternal(context) {
  const cwd = context.project();
  await bundle(context, cwd, EXTERNAL);
  return [await context.sandbox.node(["dist/main.js"], { cwd, env: context.env })];
}

async function esbuildCopied(context) {
  const cwd = context.project();
  await bundle(context, cwd, COPIED);
  fs.rmSync(path.join(cwd, "node_modules"), { recursive: true });
  return [await context.sandbox.node(["dist/main.js"], { cwd, env: context.env })];
}

async function nextStandalone(context) {
  const { project, sandbox, tools } = context;
  const cwd = project({ "next.config.mjs": config("next.config.mjs"), ...ROUTE });
  fs.cpSync(path.join(CONFIGS, "app"), path.join(cwd, "app"), { recursive: true });
  copyPackages(tools, ["next", "react", "react-dom"], cwd);
  const command = path.join(cwd, "node_modules", "next", "dist", "bin", "next");
  const env = { NEXT_TELEMETRY_DISABLED: "1" };
  const answers = [];
  for (const bundler of ["--turbopack", "--webpack"]) {
    await sandbox.node([command, "build", bundler], { cwd, env, minutes: 15 });
    // Elsewhere: it must need nothing of the project.
    const deployed = path.join(sandbox.project(), "app");
    fs.renameSync(path.join(cwd, ".next", "standalone"), deployed);
    answers.push(await whileServing(context, deployed, context.env, answerOf));
    await checkRoute((env, ask) => whileServing(context, deployed, env, ask));
  }
  return answers;
}

/** What the route /check answers: the program's result. */
async function answerOf(url) {
  const response = await fetch(`${url}/check`);
  const text = await response.text();
  if (!response.ok) throw new Error(`/check: ${response.status} ${text}`);
  return text;
}

/** Starts a deployed server, and resolves to what `ask` makes of its URL. */
async function whileServing({ sandbox }, cwd, env, ask) {
  const port = await freePort();
  const variables = { ...sandbox.env, ...env, PORT: `${port}`, HOSTNAME: "127.0.0.1" };
  const stdio = ["ignore", "pipe", "pipe"];
  const server = spawn(process.execPath, ["server.js"], { cwd, env: variables, stdio });
  let output = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  try {
    const url = `http://127.0.0.1:${port}`;
    const deadline = Date.now() + SERVER_DEADLINE_MS;
    while (Date.now() < deadline && server.exitCode === null) {
      if (await fetch(url).catch(() => undefined)) return await ask(url);
      await sleep(100);
    }
    throw new Error("the server does not answer");
  } catch (error) {
    throw new Error(`${error.message}\n${output}`);
  } finally {
    if (server.exitCode === null) {
      server.kill();
      await once(server, "exit");
    }
  }
}

const BANNER = 'require = require("node:module").createRequire(process.execPath);';

async function singleExecutable(context) {
  const { project, sandbox, env, tools, nodeTools } = context;
  const postject = path.join(tools, "postject", "dist", "cli.js");
  const outputs = [];
  for (const node of [process.execPath, nodeOf(nodeTools, "node")]) {
    const cwd = project({ "sea-config.json": config("sea-config.json") });
    await bundle(context, cwd, [...EXTERNAL, `--banner:js=${BANNER}`]);
    await sandbox.otherNode(node, ["--experimental-sea-config", "sea-config.json"], { cwd });
    const main = path.join(cwd, "dist", "main");
    fs.copyFileSync(node, main);
    const blob = [main, "NODE_SEA_BLOB", "dist/main.blob", "--sentinel-fuse", FUSE];
    await sandbox.node([postject, ...blob], { cwd });
    // Elsewhere, with the package beside it.
    const deployed = sandbox.project();
    fs.renameSync(main, path.join(deployed, "main"));
    fs.renameSync(path.join(cwd, "node_modules"), path.join(deployed, "node_modules"));
    const options = { cwd: sandbox.folder, env };
    outputs.push(await sandbox.otherNode(path.join(deployed, "main"), [], options));
  }
  return outputs;
}

async function bun({ files, sandbox, env, tools }) {
  const cwd = sandbox.project(files);
  const command = path.join(tools, ".bin", "bun");
  await sandbox.otherNode(command, ["add", NAME], { cwd });
  const options = { cwd, env };
  return [
    await sandbox.otherNode(command, ["run", "main.cjs"], options),
    await sandbox.otherNode(command, ["run", "main.mjs"], options),
  ];
}

const PERMISSIONS = ["--allow-read", "--allow-env", "--allow-ffi"];

async function deno({ files, sandbox, env, tools }) {
  const cwd = sandbox.project(files);
  const command = path.join(tools, ".bin", "deno");
  const own = { DENO_NO_UPDATE_CHECK: "1" };
  // The package is seconds old here.
  const add = ["add", "--minimum-dependency-age=0", `npm:${NAME}`];
  await sandbox.otherNode(command, add, { cwd, env: own });
  const options = { cwd, env: { ...env, ...own } };
  return [
    await sandbox.otherNode(command, ["run", ...PERMISSIONS, "main.cjs"], options),
    await sandbox.otherNode(command, ["run", ...PERMISSIONS, "main.mjs"], options),
  ];
}

const PNP = ["nodeLinker: pnp", "pnpEnableEsmLoader: true"];

async function yarn({ files, registry, sandbox, env, tools }) {
  const settings = [
    ...PNP,
    "enableGlobalCache: false",
    "enableTelemetry: false",
    `npmRegistryServer: "${registry.url}"`,
    "unsafeHttpWhitelist: [127.0.0.1]",
    // The package is seconds old here.
    "npmMinimalAgeGate: 0",
  ];
  const cwd = sandbox.project({ ...files, ".yarnrc.yml": settings.join("\n"), "yarn.lock": "" });
  const command = path.join(tools, "@yarnpkg", "cli-dist", "bin", "yarn.js");
  await sandbox.node([command, "add", NAME], { cwd });
  const isThere = (name) => fs.existsSync(path.join(cwd, name));
  if (isThere("node_modules")) throw new Error("there is a node_modules");
  if (!isThere(".yarn/unplugged")) throw new Error("the addon is in a zip");
  const options = { cwd, env };
  return [
    await sandbox.node([command, "node", "main.cjs"], options),
    await sandbox.node([command, "node", "main.mjs"], options),
  ];
}

/** What the documents show of it. */
const SHOWN = {
  "docs/bundlers.md": [...EXTERNAL, ...COPIED, `--banner:js='${BANNER}'`, FUSE],
  "docs/runtimes.md": [...PERMISSIONS, ...PNP],
};

module.exports = { ENVIRONMENTS, SHOWN };
