"use strict";

// Writes the tables in Markdown files that are made from what the tests know, or find out.

const fs = require("node:fs");
const path = require("node:path");
const differences = require("../__test__/differential/table");
const faults = require("../__test__/faults/table");
const { regenerated } = require("../__test__/support/generated");

const root = path.join(__dirname, "..");

function write(name, source, content) {
  const file = path.join(root, name);
  fs.writeFileSync(file, regenerated(fs.readFileSync(file, "utf8"), source, content));
}

async function main() {
  write("README.md", differences.SOURCE, differences.content);
  write(path.join("docs", "reliability.md"), faults.SOURCE, await faults.content());
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
