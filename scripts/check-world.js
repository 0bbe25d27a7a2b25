"use strict";

// Packs the package as it is published, and runs one small program on it with bundlers and on other runtimes. Prints a line
// for each with its version, and ends non-zero if one of them fails or cannot be installed.

const assert = require("node:assert");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { parseArgs } = require("node:util");
const { buildOwn, matchesThisMachine, pack, platforms } = require("./package");
const { ENVIRONMENTS } = require("./check-world/environments");
const { installNodePackages, setup } = require("./setup");
const { duration, timed } = require("../tools/steps");

const USAGE = `usage: npm run check:world [-- OPTIONS]

  --checkout        packs the addon of the last "npm run build" instead of building the one that is published
  --allow-missing   environments whose tools cannot be installed do not count as failed
  --only TEXT       only the environments whose name contains this text`;

const here = path.join(__dirname, "check-world");
const tools = path.join(here, "node_modules");
/** The registry's. */
const nodeTools = path.join(__dirname, "package-check", "node_modules");

async function checkWorld({ checkout, "allow-missing": allowMissing, only = "" }) {
  const start = performance.now();
  const chosen = ENVIRONMENTS.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) throw new Error(`there is no environment whose name contains ${only}`);
  await setup({ addon: false, reference: false });
  await installNodePackages("a registry", path.dirname(nodeTools));
  await installTools();
  if (!checkout) await timed("check-world", "the addon for the package", buildOwn);
  const tarballs = await pack({ checkout });

  // Installed by now, and not before.
  const { makeFixture, publishPackages } = require("../tools/packages/publish");
  const { startEmulator } = require("../tools/emulator");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "check-world-"));
  const cleanups = [() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 })];
  try {
    const packages = { folder, tarballs, known: platforms(), isOwn: matchesThisMachine };
    const { main, registry, sandbox } = await publishPackages({ ...packages, tools: nodeTools });
    cleanups.push(registry.stop);
    const emulator = await startEmulator();
    cleanups.push(() => emulator.stop());
    const { environment } = await emulator.createPool();
    const fixture = makeFixture();
    const files = filesOf(path.join(here, "program"));
    const installed = sandbox.project();
    await sandbox.npm(["install", main.name], { cwd: installed });
    const context = {
      env: { ...environment, FIXTURE: JSON.stringify(fixture) },
      files,
      fixture,
      nodeTools,
      project: (others) => {
        const project = sandbox.project({ ...files, ...others });
        const modules = "node_modules";
        fs.cpSync(path.join(installed, modules), path.join(project, modules), { recursive: true });
        return project;
      },
      registry,
      sandbox,
      tools,
    };
    const failed = await runAll(context, chosen, allowMissing);
    console.log(`check-world: ${duration(performance.now() - start)}`);
    return failed === 0 ? 0 : 1;
  } finally {
    for (const clean of cleanups.reverse()) await clean();
  }
}

/** What cannot be installed is reported for each environment that needs it. */
async function installTools() {
  try {
    await installNodePackages("bundlers and runtimes", here);
  } catch (error) {
    console.error(`check-world: ${error.message}`);
  }
}

const filesOf = (folder) =>
  Object.fromEntries(
    fs.readdirSync(folder).map((name) => [name, fs.readFileSync(path.join(folder, name))]),
  );

async function runAll(context, chosen, allowMissing) {
  const count = { ok: 0, FAILED: 0, missing: 0 };
  console.log();
  for (const environment of chosen) {
    const [outcome, detail] = await outcomeOf(environment, context);
    count[outcome] += 1;
    console.log(`${outcome.padEnd(8)}${environment.name}: ${detail}`);
  }
  console.log(`\n${count.ok} of ${chosen.length} environments passed`);
  return count.FAILED + (allowMissing ? 0 : count.missing);
}

async function outcomeOf({ needs = [], run }, context) {
  const missing = needs.filter((name) => !fs.existsSync(path.join(tools, name)));
  if (missing.length > 0) return ["missing", `${missing.join(", ")} could not be installed`];
  try {
    const outputs = await run(context);
    const versions = new Set(outputs.map((output) => nodeVersion(output, context.fixture)));
    return ["ok", needs.map(versionOf).join(", ") || [...versions].join(", ")];
  } catch (error) {
    return ["FAILED", error.message.replaceAll("\n", "\n        ")];
  }
}

/** The version of Node.js that the program ran on, or says it did. Throws unless its result is right. */
function nodeVersion(output, { sub }) {
  const { node, ...result } = JSON.parse(output.trim().split("\n").at(-1));
  const expected = { sub, isTyped: true, reason: "token-signature", signedIn: true };
  assert.deepStrictEqual(result, expected);
  return node;
}

function versionOf(name) {
  const description = fs.readFileSync(path.join(tools, name, "package.json"), "utf8");
  return `${name} ${JSON.parse(description).version}`;
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        "allow-missing": { type: "boolean", default: false },
        checkout: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        only: { type: "string" },
      },
    });
    return values;
  } catch (error) {
    console.error(error.message);
    return undefined;
  }
}

const values = readArguments();
if (values === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else if (values.help) {
  console.log(USAGE);
} else {
  checkWorld(values).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(`check-world: ${error.message}`);
      process.exitCode = 1;
    },
  );
}
