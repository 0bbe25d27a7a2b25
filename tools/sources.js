"use strict";

// The files that the addon and the package are made of.

const fs = require("node:fs");
const path = require("node:path");
const root = require("./root");

/** The package's JavaScript, as paths from the root. */
function packageModules() {
  const names = fs.readdirSync(path.join(root, "lib"), { recursive: true }).sort();
  const files = names.filter((name) => name.endsWith(".js"));
  return ["index.js", ...files.map((name) => path.join("lib", name))];
}

/** When the newest file that the addon is compiled from was changed. */
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

module.exports = { modifiedAt, newestSource, packageModules };
