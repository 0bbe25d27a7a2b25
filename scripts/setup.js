"use strict";

// Installs and builds what is missing. A fresh clone has no node_modules: nothing but Node's own modules here.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const python = require("./support/python");
const { run, timed } = require("./support/steps");

const root = path.join(__dirname, "..");

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
  await installMinistack();
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
    const code = await npm(["install", ...options], cwd);
    if (code !== 0) {
      throw new Error("npm install failed: see above");
    }
  });
}

function npm(args, cwd) {
  // Under `npm run`: the npm that runs us, by its own file. On Windows `npm` itself is a batch file, which needs a shell.
  const own = process.env.npm_execpath;
  if (own && path.basename(own) === "npm-cli.js") {
    return run(process.execPath, [own, ...args], { cwd });
  }
  return process.platform === "win32"
    ? run("cmd.exe", ["/d", "/c", "npm", ...args], { cwd })
    : run("npm", args, { cwd });
}

async function installMinistack() {
  if (python.hasMinistack()) {
    return upToDate("ministack");
  }
  await timed("setup", "ministack (Python)", async () => {
    const problem = await tryToInstallMinistack();
    if (problem) {
      fs.rmSync(python.directory, { recursive: true, force: true });
      console.log(`setup: ministack is not available: ${problem}`);
      console.log("setup: the emulator cognito-local, which needs no Python, steps in");
    }
  });
}

/** What went wrong, or undefined. */
async function tryToInstallMinistack() {
  const names = process.platform === "win32" ? ["python", "python3"] : ["python3", "python"];
  const found = names.find((name) => {
    const probe = spawnSync(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"]);
    return probe.status === 0;
  });
  if (!found) {
    return "there is no Python 3.10 or newer here";
  }
  fs.rmSync(python.directory, { recursive: true, force: true });
  if ((await run(found, ["-m", "venv", python.directory])) !== 0) {
    return `"${found} -m venv" failed (on Debian and Ubuntu: install the package python3-venv)`;
  }
  const options = ["--quiet", "--disable-pip-version-check", "--retries", "2", "--timeout", "15"];
  const install = ["-m", "pip", "install", ...options, "-r", python.requirements];
  if ((await run(python.executable, install)) !== 0) {
    return "pip could not install requirements-dev.txt";
  }
  fs.copyFileSync(python.requirements, python.stamp);
  return undefined;
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

function newestSource() {
  const sources = fs
    .readdirSync(path.join(root, "src"), { recursive: true })
    .map((name) => path.join("src", name));
  return Math.max(
    ...["Cargo.toml", "Cargo.lock", "build.rs", ...sources].map((name) =>
      modifiedAt(path.join(root, name)),
    ),
  );
}

/** 0 for a file that is not there: older than every other. */
function modifiedAt(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function upToDate(title) {
  console.log(`setup: ${title}: up to date`);
}

module.exports = { setup };

if (require.main === module) {
  setup().catch((error) => {
    console.error(`setup: ${error.message}`);
    process.exitCode = 1;
  });
}
