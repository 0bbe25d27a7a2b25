"use strict";

// Builds the addon: for this machine into the root, for a platform's package into npm/. `napi build` would do the same
// but for one thing: it runs `cargo build`, which does no link-time optimisation for a crate that is both a cdylib and
// an rlib. `cargo rustc` can ask for the cdylib alone; names and type definitions still come from @napi-rs/cli.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { parseArgs } = require("node:util");
const { GLIBC, checkGlibc } = require("../tools/glibc");
const python = require("../tools/python");
const root = require("../tools/root");

const typeDefs = path.join(root, "target", "napi-type-defs");

const LIBRARY = {
  darwin: "libcognito_auth_native.dylib",
  linux: "libcognito_auth_native.so",
  win32: "cognito_auth_native.dll",
};

/** Builds for this machine; the addon's name. */
async function build({ release = true } = {}) {
  const { generateTypeDef } = await napiCli();
  fs.rmSync(typeDefs, { recursive: true, force: true });
  // The type definitions are a by-product of compiling src/node: without compiling there are none.
  const now = new Date();
  fs.utimesSync(path.join(root, "src", "node", "mod.rs"), now, now);

  compile("cargo", cdylib(release));

  const addon = await addonOf(hostTriple());
  const file = path.join(root, addon.name);
  install(path.join(targetDir(), release ? "release" : "debug", addon.library), file);

  const options = { typeDefDir: typeDefs, cwd: root, noDtsHeader: false };
  const { dts } = await generateTypeDef(options);
  fs.writeFileSync(path.join(root, "binding.d.ts"), dts);
  return addon.name;
}

/** Builds a platform's release; the addon's path. With `zig`, an old C library will do on Linux. */
async function buildFor(triple, { zig = false } = {}) {
  const addon = await addonOf(triple);
  if (zig) {
    await needZig();
    const target = triple.endsWith("-linux-gnu") ? `${triple}.${GLIBC}` : triple;
    compile("cargo-zigbuild", [...cdylib(true), "--target", target]);
  } else {
    compile("cargo", [...cdylib(true), "--target", triple]);
  }
  const file = path.join(root, "npm", addon.platform, addon.name);
  install(path.join(targetDir(), triple, "release", addon.library), file);
  if (zig && triple.endsWith("-linux-gnu")) {
    console.log(`build: ${addon.name}: glibc ${checkGlibc(file)}`);
  }
  return file;
}

const cdylib = (release) => ["--lib", "--crate-type", "cdylib", ...(release ? ["--release"] : [])];

// A fresh clone has no node_modules until setup has run.
const napiCli = () => import("@napi-rs/cli");

async function addonOf(triple) {
  const { parseTriple, readNapiConfig } = await napiCli();
  const { platform, platformArchABI } = parseTriple(triple);
  const { binaryName } = await readNapiConfig(path.join(root, "package.json"));
  const library = LIBRARY[platform];
  if (library === undefined) throw new Error(`there is no package for ${triple}`);
  return { platform: platformArchABI, name: `${binaryName}.${platformArchABI}.node`, library };
}

/** A new file, not new contents: a process that has the old one loaded keeps it. */
function install(from, to) {
  fs.rmSync(to, { force: true });
  fs.copyFileSync(from, to);
}

async function needZig() {
  if (python.zig.isInstalled()) return;
  const problem = await python.zig.install();
  if (problem) throw new Error(`cargo-zigbuild is not available: ${problem}`);
}

/** Runs `cargo rustc`, or what stands in for cargo. */
function compile(command, args) {
  fs.mkdirSync(typeDefs, { recursive: true });
  const { status, error } = spawnSync(command, ["rustc", ...args], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      NAPI_TYPE_DEF_TMP_FOLDER: typeDefs,
      // cargo-zigbuild is there, and finds Zig there too.
      PATH: `${python.zig.scripts}${path.delimiter}${process.env.PATH}`,
    },
  });
  if (error !== undefined || status !== 0) {
    throw new Error(`${command} failed${error === undefined ? "" : `: ${error.message}`}`);
  }
}

function targetDir() {
  return process.env.CARGO_TARGET_DIR ?? path.join(root, "target");
}

function hostTriple() {
  const { stdout } = spawnSync("rustc", ["-vV"], { encoding: "utf8" });
  return /^host: (.+)$/m.exec(stdout)[1];
}

async function main() {
  const { values } = parseArgs({
    options: {
      debug: { type: "boolean", default: false },
      target: { type: "string" },
      zig: { type: "boolean", default: false },
    },
  });
  const { debug, target, zig } = values;
  if (debug && target) throw new Error("--debug builds for this machine only: leave --target out");
  if (zig && !target) throw new Error("--zig needs --target, such as x86_64-unknown-linux-gnu");
  const built = target
    ? path.relative(root, await buildFor(target, { zig }))
    : await build({ release: !debug });
  console.log(`built ${built}`);
}

if (require.main === module) {
  main().catch((error) => {
    console.error(`build: ${error.message}`);
    process.exitCode = 1;
  });
}

module.exports = { build, buildFor, hostTriple };
