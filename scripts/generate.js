"use strict";

// Writes what is generated: the table of Cognito's operations from the API's model, and the tables of reasons and limits from
// those in Rust.

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { files } = require("../tools/operations");
const root = require("../tools/root");

const RUST = ["test", "--quiet", "--no-default-features", "--test", "generated"];

function main() {
  for (const [name, text] of Object.entries(files())) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  const env = { ...process.env, GENERATE: "1" };
  const { status, error } = spawnSync("cargo", RUST, { cwd: root, env, stdio: "inherit" });
  if (status !== 0) throw error ?? new Error("cargo failed");
}

try {
  main();
} catch (error) {
  console.error(`generate: ${error.message}`);
  process.exitCode = 1;
}
