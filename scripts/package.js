"use strict";

// Packs what is published: the main package (JavaScript and types), and one package for each platform whose addon is in
// npm/. The tarballs go to target/package/.

const fs = require("node:fs");
const path = require("node:path");
const { parseArgs } = require("node:util");
const { buildFor, hostTriple } = require("./build");
const { bundle } = require("./bundle");
const { npm } = require("../tools/npm");
const root = require("../tools/root");
const { modifiedAt, newestSource } = require("../tools/sources");

const folder = path.join(root, "target", "package");
const manifest = require("../package.json");

/**
 * What a published package.json says; the rest is for those who work on this package. `exports` lets the examples here
 * name the package; elsewhere it makes require() load Node's resolver of ES modules first, and take half as long again.
 */
const PUBLISHED = [
  "name",
  "version",
  "description",
  "license",
  "keywords",
  "homepage",
  "bugs",
  "repository",
  "main",
  "types",
  "files",
  "engines",
];

// A binary that is passed on carries the notices of what is in it.
const NOTICES = ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY-LICENSES.txt"];

/** The platforms that npm/ describes, with the addons that are published. */
function platforms() {
  return fs.readdirSync(path.join(root, "npm")).map((platform) => {
    const own = path.join(root, "npm", platform);
    const description = JSON.parse(fs.readFileSync(path.join(own, "package.json"), "utf8"));
    return { platform, own, description, addon: path.join(own, description.main) };
  });
}

/**
 * Packs the main package and those of all platforms whose addons are there; their tarballs. With `checkout`, this machine's
 * addon is the one that `npm run build` left in the checkout, which runs on no older system than this one.
 */
async function pack({ all = false, checkout = false } = {}) {
  const known = platforms().map((one) => {
    const isOwn = checkout && matchesThisMachine(one.description);
    return isOwn ? { ...one, addon: path.join(root, one.description.main) } : one;
  });
  const missing = known.filter(({ addon }) => !fs.existsSync(addon));
  if (all && missing.length > 0) {
    throw new Error(`no addon for ${missing.map(({ platform }) => platform).join(", ")}`);
  }
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const main = await stageMain(known);
  const others = known.filter((one) => !missing.includes(one)).map(stagePlatform);
  const tarballs = [];
  for (const staged of [...others, main]) tarballs.push(await packStaged(staged));
  return tarballs;
}

async function stageMain(known) {
  const published = Object.fromEntries(
    PUBLISHED.filter((member) => manifest[member] !== undefined).map((member) => [
      member,
      manifest[member],
    ]),
  );
  // Exactly this version: JavaScript and addon are made for each other.
  published.optionalDependencies = Object.fromEntries(
    known.map(({ description }) => [description.name, manifest.version]),
  );
  const bundled = await bundle(manifest.main);
  const copied = manifest.files.filter((name) => name !== "lib" && name !== manifest.main);
  published.files = [...Object.keys(bundled), ...copied];
  const staged = stage(manifest.name, published, ["README.md", ...copied], root);
  for (const [name, text] of Object.entries(bundled)) {
    fs.writeFileSync(path.join(staged, name), text);
  }
  return staged;
}

function stagePlatform({ own, description, addon }) {
  const files = [...description.files, ...NOTICES];
  const staged = stage(description.name, { ...description, files }, ["README.md"], own);
  fs.copyFileSync(addon, path.join(staged, description.main));
  for (const name of NOTICES) fs.copyFileSync(path.join(root, name), path.join(staged, name));
  return staged;
}

function stage(name, description, files, from) {
  const to = path.join(folder, name);
  fs.mkdirSync(to);
  fs.writeFileSync(path.join(to, "package.json"), `${JSON.stringify(description, null, 2)}\n`);
  for (const file of files) {
    fs.cpSync(path.join(from, file), path.join(to, file), { recursive: true });
  }
  return to;
}

async function packStaged(staged) {
  const { name, version } = JSON.parse(fs.readFileSync(path.join(staged, "package.json"), "utf8"));
  const code = await npm(["pack", "--silent", "--pack-destination", folder], { cwd: staged });
  if (code !== 0) throw new Error(`npm pack failed for ${name}`);
  return { name, version, file: path.join(folder, `${name}-${version}.tgz`) };
}

/** Builds this machine's addon for its package, unless it is there and newer than its sources. */
async function buildOwn() {
  const addon = platforms().find(({ description }) => matchesThisMachine(description))?.addon;
  if (addon === undefined) {
    throw new Error(`npm/ has no package for ${process.platform} on ${process.arch}`);
  }
  // Only a build needs the Rust toolchain.
  if (modifiedAt(addon) < newestSource()) {
    await buildFor(hostTriple(), { zig: process.platform === "linux" });
  }
}

function matchesThisMachine({ os, cpu, libc = [] }) {
  const { glibcVersionRuntime } = process.report.getReport().header;
  const own = glibcVersionRuntime === undefined ? "musl" : "glibc";
  return (
    os.includes(process.platform) &&
    cpu.includes(process.arch) &&
    (libc.length === 0 || libc.includes(own))
  );
}

async function main() {
  const { values } = parseArgs({ options: { all: { type: "boolean", default: false } } });
  // All of them come from elsewhere: this machine can build one or two.
  if (!values.all) await buildOwn();
  const tarballs = await pack(values);
  for (const { name, file } of tarballs) {
    const size = (fs.statSync(file).size / 2 ** 20).toFixed(2);
    console.log(`package: ${name}: ${path.relative(root, file)}, ${size} MiB`);
  }
}

if (require.main === module) {
  main().catch((error) => {
    console.error(`package: ${error.message}`);
    process.exitCode = 1;
  });
}

module.exports = { buildOwn, matchesThisMachine, pack, platforms };
