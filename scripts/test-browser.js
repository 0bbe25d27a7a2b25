"use strict";

// The browser's tests: real pages in Chromium. Not part of `npm test`, which needs no browser.

const fs = require("node:fs");
const path = require("node:path");
const { setup } = require("./setup");
const { findBrowser } = require("../tools/browser");
const root = require("../tools/root");
const { run } = require("../tools/steps");

async function main() {
  if (findBrowser() === undefined) {
    throw new Error(`no Chromium found in PATH. Install one:

  apt-get install -y chromium    # Debian; with sudo unless you are root

or set CHROMIUM to the program of another Chromium or Chrome.`);
  }
  await setup({ reference: false });
  const folder = path.join(root, "__test__", "browser");
  const tests = fs.readdirSync(folder).filter((name) => name.endsWith(".test.js"));
  return run(process.execPath, ["--test", ...tests.map((name) => path.join(folder, name))], {
    cwd: root,
  });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`test:browser: ${error.message}`);
    process.exitCode = 1;
  },
);
