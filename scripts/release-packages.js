"use strict";

// Compares a release's packages with the registry, and publishes those that are missing there:
//
//   node scripts/release-packages.js check FOLDER [--attested]
//   node scripts/release-packages.js publish FOLDER [--attested] [--platforms] [-- OPTIONS OF npm publish]
//
// FOLDER has the tarballs. Nothing is published unless every package passes. `--platforms` leaves the main package out.
// `--attested` refuses a published version without a provenance attestation. It runs in the job that may publish, where
// nothing is installed: Node.js' own modules only.

const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { parseArgs } = require("node:util");
const { npm } = require("../tools/npm");
const root = require("../tools/root");

/** A registry's caches show a new version some minutes late. */
const VISIBLE = { deadlineMs: 15 * 60_000, pauseMs: 5_000 };

/** What a release consists of, the main package last: with it on the registry, people install all of them. */
function packagesOf(folder) {
  const platforms = fs.readdirSync(path.join(root, "npm")).sort();
  const manifests = [
    ...platforms.map((name) => path.join("npm", name, "package.json")),
    "package.json",
  ];
  return manifests.map((manifest) => {
    const { name, version } = JSON.parse(fs.readFileSync(path.join(root, manifest), "utf8"));
    return {
      name,
      version,
      file: path.join(folder, `${name}-${version}.tgz`),
      isMain: manifest === "package.json",
    };
  });
}

/** The `dist` of a version on the registry, or undefined if the version is not there. */
async function publishedDist({ name, version }, registry) {
  const address = new URL(encodeURIComponent(name), registry.replace(/\/*$/, "/"));
  const response = await fetch(address, { headers: { "cache-control": "no-cache" } });
  // A name that nobody has could become a stranger's between this check and the publication.
  if (response.status === 404) throw new Error("the name is not reserved (see RELEASING.md)");
  // An answer that says nothing about the version is not taken for "not published".
  if (!response.ok) throw new Error(`the registry answered ${response.status}`);
  const { versions } = await response.json();
  return versions?.[version]?.dist;
}

/** Whether the package is on the registry, with the tarball's contents. Throws if it is there with any others. */
async function isPublished(release, registry, { attested = false } = {}) {
  const integrity = integrityOf(release.file);
  const dist = await publishedDist(release, registry);
  if (dist === undefined) return false;
  if (dist.integrity !== integrity) {
    throw new Error(`other contents are published: ${dist.integrity}, and not ${integrity}`);
  }
  if (attested && dist.attestations?.provenance === undefined) {
    throw new Error("it is published without a provenance attestation");
  }
  return true;
}

function integrityOf(file) {
  if (!fs.existsSync(file)) throw new Error(`there is no ${path.basename(file)}`);
  return `sha512-${crypto.createHash("sha512").update(fs.readFileSync(file)).digest("base64")}`;
}

/** The packages that are not on the registry yet. Throws one error with the problems of all packages. */
async function missingOf(packages, registry, options) {
  const missing = [];
  const problems = [];
  for (const release of packages) {
    try {
      if (!(await isPublished(release, registry, options))) missing.push(release);
    } catch (error) {
      problems.push(`${release.name}@${release.version}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return missing;
}

/** Publishes what is missing: first the platforms' packages, then, when all are visible, the main one. */
async function publish(
  packages,
  registry,
  { npmOptions = [], platforms = false, ...options } = {},
) {
  const missing = await missingOf(packages, registry, options);
  const isMissing = (release) => missing.includes(release);
  const rounds = [packages.filter(({ isMain }) => !isMain)];
  if (!platforms) rounds.push(packages.filter(({ isMain }) => isMain));
  for (const round of rounds) {
    for (const release of round.filter(isMissing)) await publishOne(release, registry, npmOptions);
    await untilPublished(round, registry, options);
  }
}

async function publishOne({ name, version, file }, registry, npmOptions) {
  const code = await npm(["publish", file, "--registry", registry, ...npmOptions]);
  if (code !== 0) throw new Error(`npm publish failed for ${name}@${version}`);
}

async function untilPublished(packages, registry, { deadlineMs, pauseMs, ...options }) {
  const deadline = Date.now() + (deadlineMs ?? VISIBLE.deadlineMs);
  for (;;) {
    const missing = await missingOf(packages, registry, options);
    if (missing.length === 0) return;
    if (Date.now() > deadline) {
      const names = missing.map(({ name, version }) => `${name}@${version}`);
      throw new Error(`the registry does not list ${names.join(", ")}`);
    }
    await sleep(pauseMs ?? VISIBLE.pauseMs);
  }
}

async function configuredRegistry() {
  let text = "";
  const onOutput = (part) => {
    text += part;
  };
  const code = await npm(["config", "get", "registry"], { onOutput });
  if (code !== 0) throw new Error("npm does not name its registry");
  return text.trim();
}

async function main() {
  const end = process.argv.indexOf("--");
  const npmOptions = end < 0 ? [] : process.argv.slice(end + 1);
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2, end < 0 ? undefined : end),
    allowPositionals: true,
    options: {
      attested: { type: "boolean", default: false },
      platforms: { type: "boolean", default: false },
    },
  });
  const [command, folder, ...others] = positionals;
  if (!["check", "publish"].includes(command) || folder === undefined || others.length > 0) {
    throw new Error("usage: node scripts/release-packages.js check|publish FOLDER");
  }
  const packages = packagesOf(path.resolve(folder));
  const registry = await configuredRegistry();
  if (command === "publish") await publish(packages, registry, { ...values, npmOptions });
  const missing = await missingOf(packages, registry, values);
  for (const release of packages) {
    const state = missing.includes(release) ? "not published yet" : "published, same contents";
    console.log(`release-packages: ${release.name}@${release.version}: ${state}`);
  }
}

if (require.main === module) {
  main().catch((error) => {
    console.error(`release-packages: ${error.message}`);
    process.exitCode = 1;
  });
}

module.exports = { missingOf, packagesOf, publish };
