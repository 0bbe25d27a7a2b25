"use strict";

// What is older than what it was made from.

const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..", "..");

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

module.exports = { modifiedAt, newestSource };
