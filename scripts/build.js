"use strict";

// Builds the addon and generates its loader. `napi build` would do the same but for one thing: it runs `cargo build`,
// which does no link-time optimisation for a crate that is both a cdylib and an rlib. `cargo rustc` can ask for the
// cdylib alone; the type definitions and the loader still come from @napi-rs/cli.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { parseArgs } = require("node:util");

const root = path.join(__dirname, "..");
const typeDefs = path.join(root, "target", "napi-type-defs");

const LIBRARY = { win32: "cognito_auth_native.dll", darwin: "libcognito_auth_native.dylib" };

async function build({ release = true } = {}) {
  // npm scripts of all modules see the same @napi-rs/cli; a fresh clone has none until setup has run.
  const { generateTypeDef, parseTriple, readNapiConfig, writeJsBinding } = await import(
    "@napi-rs/cli"
  );
  const profile = release ? "release" : "debug";
  fs.rmSync(typeDefs, { recursive: true, force: true });
  fs.mkdirSync(typeDefs, { recursive: true });
  // The type definitions are a by-product of compiling src/node: without compiling there are none.
  const now = new Date();
  fs.utimesSync(path.join(root, "src", "node", "mod.rs"), now, now);

  cargo(["rustc", "--lib", "--crate-type", "cdylib", ...(release ? ["--release"] : [])]);

  const { platformArchABI } = parseTriple(hostTriple());
  const { binaryName, packageName } = await readNapiConfig(path.join(root, "package.json"));
  const addon = `${binaryName}.${platformArchABI}.node`;
  const library = LIBRARY[process.platform] ?? "libcognito_auth_native.so";
  // A new file, not new contents: a process that has the old one loaded keeps it.
  fs.rmSync(path.join(root, addon), { force: true });
  fs.copyFileSync(path.join(targetDir(), profile, library), path.join(root, addon));

  const { dts, exports } = await generateTypeDef({
    typeDefDir: typeDefs,
    cwd: root,
    noDtsHeader: false,
  });
  fs.writeFileSync(path.join(root, "binding.d.ts"), dts);
  await writeJsBinding({
    platform: true,
    idents: exports,
    jsBinding: "binding.js",
    binaryName,
    packageName,
    version: require("../package.json").version,
    outputDir: root,
  });
  return addon;
}

function cargo(args) {
  const { status, error } = spawnSync("cargo", args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NAPI_TYPE_DEF_TMP_FOLDER: typeDefs },
  });
  if (error !== undefined || status !== 0) {
    throw new Error(`cargo ${args[0]} failed${error === undefined ? "" : `: ${error.message}`}`);
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
  const { values } = parseArgs({ options: { debug: { type: "boolean", default: false } } });
  console.log(`built ${await build({ release: !values.debug })}`);
}

if (require.main === module) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

module.exports = { build };
