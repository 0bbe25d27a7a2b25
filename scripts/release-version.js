"use strict";

// Holds a release's tag against every file that names the version: node scripts/release-version.js v1.2.3

const fs = require("node:fs");
const path = require("node:path");
const root = require("../tools/root");

const read = (name) => fs.readFileSync(path.join(root, name), "utf8");

function versions() {
  const found = new Map([
    ["package.json", JSON.parse(read("package.json")).version],
    ["Cargo.toml", /^version = "(.+)"$/m.exec(read("Cargo.toml"))?.[1]],
    ["lib/host/native.js", /^const VERSION = "(.+)";$/m.exec(read("lib/host/native.js"))?.[1]],
    ["CHANGELOG.md", /^## (\S+) \(\d{4}-\d\d-\d\d\)$/m.exec(read("CHANGELOG.md"))?.[1]],
  ]);
  for (const platform of fs.readdirSync(path.join(root, "npm"))) {
    const name = `npm/${platform}/package.json`;
    found.set(name, JSON.parse(read(name)).version);
  }
  return found;
}

const [tag] = process.argv.slice(2);
if (!/^v\d/.test(tag ?? "")) {
  console.error("usage: node scripts/release-version.js v1.2.3");
  process.exitCode = 1;
} else {
  for (const [file, version] of versions()) {
    if (`v${version}` === tag) continue;
    console.error(`${file}: ${version ?? "no dated version"}, but the tag is ${tag}`);
    process.exitCode = 1;
  }
}
