"use strict";

// Packs the package as it is published, and tries it as its users will: installed from tarballs and from a registry into
// empty folders, where there is no compiler. Prints a list, and ends non-zero if anything on it fails.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { parseArgs } = require("node:util");
const { buildOwn, matchesThisMachine, pack, platforms } = require("./package");
const { installNodePackages, setup } = require("./setup");
const { duration, timed } = require("../tools/steps");

const here = path.join(__dirname, "package-check");
const tools = path.join(here, "node_modules");

async function main() {
  const start = performance.now();
  await setup({ addon: false, reference: false });
  await installNodePackages("what the package is tried with", here);
  await timed("package-check", "the addon for the package", buildOwn);
  const tarballs = await pack();

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "package-check-"));
  const cleanups = [() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 })];
  try {
    const context = await prepare(folder, tarballs, cleanups);
    const failed = await runChecks(context);
    console.log(`package-check: ${duration(performance.now() - start)}`);
    return failed === 0 ? 0 : 1;
  } finally {
    for (const clean of cleanups.reverse()) await clean();
  }
}

/** What the checks work with: a registry that has all packages, and a folder into which the tarballs were installed. */
async function prepare(folder, tarballs, cleanups) {
  // What it needs is installed by now, and not before.
  const { makeFixture, publishPackages } = require("../tools/packages/publish");
  const packages = { folder, tools, tarballs, known: platforms(), isOwn: matchesThisMachine };
  const { registry, sandbox, main, own, published } = await timed(
    "package-check",
    "publish to a registry here",
    () => publishPackages(packages),
  );
  cleanups.push(registry.stop);

  const installed = sandbox.project();
  await timed("package-check", "npm install of the tarballs", () =>
    sandbox.npm(["install", main.file, own.file], { cwd: installed }),
  );
  const fixture = makeFixture();
  /** Files of consumer/ by their names, and what they need. */
  const consumerFiles = (names) => ({
    "fixture.json": JSON.stringify(fixture),
    ...Object.fromEntries(
      names.map((name) => [name, fs.readFileSync(path.join(here, "consumer", name))]),
    ),
  });
  /** A copy of the folder that the tarballs were installed into, with files of consumer/ and others. */
  const consumer = (names, others = {}) => {
    const project = sandbox.project({ ...consumerFiles(names), ...others });
    fs.cpSync(path.join(installed, "node_modules"), path.join(project, "node_modules"), {
      recursive: true,
    });
    return project;
  };
  return {
    sandbox,
    registry,
    tools,
    main,
    own,
    published,
    installed,
    fixture,
    consumer,
    consumerFiles,
    playGame,
  };
}

/** Two players register and sign in, and one starts a game, on the application whose server is `file`. */
async function playGame(file, sandbox) {
  const { startEmulator } = require("../tools/emulator");
  const { startGameServer } = require("../tools/example-servers");
  const emulator = await startEmulator();
  try {
    const { environment } = await emulator.createPool();
    const server = await startGameServer({ ...sandbox.env, ...environment }, file);
    try {
      const call = async (route, body, token) => {
        const headers = {
          "content-type": "application/json",
          ...(token && { authorization: token }),
        };
        const init = { method: "POST", headers, body: JSON.stringify(body) };
        const response = await fetch(server.url + route, init);
        const answer = await response.json();
        if (response.status !== 200) throw new Error(`${route}: ${answer.message}`);
        return answer;
      };
      const password = "Labyrinth1";
      for (const [username, phoneNumber] of [
        ["theseus", "+14155550101"],
        ["ariadne", "+14155550102"],
      ]) {
        await call("/users", { username, password, email: `${username}@example.com`, phoneNumber });
      }
      const { idToken } = await call("/login", { username: "theseus", password });
      const game = await call("/games", { opponent: "ariadne" }, idToken);
      if (game.user1 !== "theseus") throw new Error(`no game, but ${JSON.stringify(game)}`);
      return `on ${emulator.kind}`;
    } finally {
      await server.stop();
    }
  } finally {
    await emulator.stop();
  }
}

async function runChecks(context) {
  // Installed by now, and not before.
  const { CHECKS } = require("./package-check/checks");
  let failed = 0;
  console.log();
  for (const [title, check] of CHECKS) {
    try {
      const found = await check(context);
      console.log(`ok      ${title}${found ? ` (${found})` : ""}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${title}\n        ${error.message.replaceAll("\n", "\n        ")}`);
    }
  }
  console.log(`\n${CHECKS.length - failed} of ${CHECKS.length} checks passed`);
  return failed;
}

// It takes no options: parseArgs refuses any.
Promise.resolve()
  .then(() => parseArgs({ options: {} }))
  .then(main)
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(`package-check: ${error.message}`);
      process.exitCode = 1;
    },
  );
