"use strict";

// Writes the tables in Markdown files that are made from what the tests know, or find out.

const fs = require("node:fs");
const path = require("node:path");
const accounts = require("../tools/accounts/table");
const answers = require("../tools/answers/table");
const configuration = require("../tools/configuration/table");
const differences = require("../tools/differences/table");
const faults = require("../tools/faults/table");
const reasons = require("../tools/reasons/table");
const { regenerated } = require("../tools/generated");
const root = require("../tools/root");

function write(name, source, content) {
  const file = path.join(root, name);
  fs.writeFileSync(file, regenerated(fs.readFileSync(file, "utf8"), source, content));
}

async function main() {
  write(path.join("docs", "differences.md"), differences.SOURCE, differences.content);
  write(path.join("docs", "errors.md"), reasons.SOURCE, reasons.content);
  for (const [source, content] of Object.entries(configuration.PARTS)) {
    write(path.join("docs", "configuration.md"), source, content);
  }
  write(path.join("docs", "requests.md"), answers.SOURCE, answers.content);
  for (const [page, parts] of Object.entries(accounts.PARTS)) {
    for (const [source, content] of Object.entries(parts)) write(page, source, content);
  }
  write(path.join("docs", "reliability.md"), faults.SOURCE, await faults.content());
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
