"use strict";

// Writes the table of Cognito's operations for Rust and for JavaScript.

const fs = require("node:fs");
const path = require("node:path");
const { files } = require("../tools/operations");
const root = require("../tools/root");

try {
  for (const [name, text] of Object.entries(files())) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
} catch (error) {
  console.error(`operations: ${error.message}`);
  process.exitCode = 1;
}
