"use strict";

// Runs Node.js in a folder where this package is installed, as an application does.

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { ROOT } = require("./child.js");

/** Jest's command, to be run by Node.js. */
const JEST = path.join(path.dirname(require.resolve("jest/package.json")), "bin", "jest.js");

function link(target, name) {
  fs.mkdirSync(path.dirname(name), { recursive: true });
  fs.symlinkSync(target, name, "junction");
}

/**
 * Runs Node.js with `args` in a folder of its own with these files. `packages` are names of others that are installed there too; a
 * program that hangs is stopped after `timeout` milliseconds. Resolves to `{ code, signal, said }`.
 */
async function runProject(files, args, env = {}, packages = [], timeout = undefined) {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-"));
  try {
    const modules = path.join(place, "node_modules");
    link(ROOT, path.join(modules, "cognito-auth-native"));
    for (const name of packages)
      link(path.join(ROOT, "node_modules", name), path.join(modules, name));
    for (const [name, text] of Object.entries(files)) {
      fs.writeFileSync(path.join(place, name), text);
    }
    const child = spawn(process.execPath, args, {
      cwd: place,
      timeout,
      env: { PATH: process.env.PATH, HOME: place, ...env },
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        said += chunk;
      });
    }
    const [code, signal] = await new Promise((resolve) => {
      child.once("close", (...how) => resolve(how));
    });
    return { code, signal, said };
  } finally {
    fs.rmSync(place, { recursive: true, force: true });
  }
}

module.exports = { JEST, runProject };
