"use strict";

// Installs and builds what is missing. A fresh clone has no node_modules: nothing but Node's own modules here.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { npm } = require("../tools/npm");
const python = require("../tools/python");
const { modifiedAt, newestSource } = require("../tools/sources");
const { timed } = require("../tools/steps");
const root = require("../tools/root");

/**
 * @param {object} [options]
 * @param {boolean} [options.addon] Whether the addon is needed. Building it takes minutes the first time.
 * @param {boolean} [options.reference] Whether the packages that the addon is compared with are needed.
 */
async function setup({ addon = true, reference = true } = {}) {
  await installNodePackages("npm packages", root);
  if (reference) {
    await installNodePackages("the tutorial's packages", path.join(root, "__test__", "reference"));
  }
  const emulator = "the emulator cognito-local, which needs no Python, steps in";
  await installPython("ministack", python.ministack, emulator);
  if (reference) {
    const comparison = "the table of operations cannot be compared with it: the tests will say so";
    await installPython("the model of Cognito's API", python.model, comparison);
  }
  if (addon) {
    await buildAddon();
  }
}

async function installNodePackages(title, cwd) {
  // npm writes this file at the end of an installation.
  const installed = modifiedAt(path.join(cwd, "node_modules", ".package-lock.json"));
  if (installed >= modifiedAt(path.join(cwd, "package-lock.json"))) {
    return upToDate(title);
  }
  await timed("setup", title, async () => {
    // Not `npm ci`: it refuses a lock file without the optional packages of other platforms, and npm leaves them out
    // of one where the registry does not have them. This takes the locked versions too, and writes no lock file.
    const options = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    const code = await npm(["install", ...options], { cwd });
    if (code !== 0) {
      throw new Error("npm install failed: see above");
    }
  });
}

/** Setup goes on without it: `withoutIt` says how. */
async function installPython(title, environment, withoutIt) {
  if (environment.isInstalled()) {
    return upToDate(title);
  }
  await timed("setup", `${title} (Python)`, async () => {
    const problem = await environment.install();
    if (problem) {
      console.log(`setup: ${title} is not available: ${problem}`);
      console.log(`setup: ${withoutIt}`);
    }
  });
}

async function buildAddon() {
  if (addonBuiltAt() >= newestSource()) {
    return upToDate("addon");
  }
  if (spawnSync("cargo", ["--version"]).status !== 0) {
    throw new Error(
      "cargo is not installed: install Rust as https://rustup.rs says, then try again",
    );
  }
  await timed("setup", "addon (Rust; the first build takes minutes)", async () => {
    const { build } = require("./build");
    await build({ release: true });
  });
}

function addonBuiltAt() {
  const platform = `cognito-auth-native.${process.platform}-${process.arch}`;
  const built = fs
    .readdirSync(root)
    .filter((name) => name.startsWith(platform) && name.endsWith(".node"))
    .map((name) => modifiedAt(path.join(root, name)));
  return Math.max(0, ...built);
}

function upToDate(title) {
  console.log(`setup: ${title}: up to date`);
}

module.exports = { installNodePackages, setup };

if (require.main === module) {
  setup().catch((error) => {
    console.error(`setup: ${error.message}`);
    process.exitCode = 1;
  });
}
