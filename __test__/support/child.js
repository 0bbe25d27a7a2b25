"use strict";

// Runs a script in a Node.js process of its own, with no environment but the one given: for promises about
// a whole process, which Jest's own would blur.

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const ROOT = require("../../tools/root");

/**
 * Runs `source` with the package's folder as its working directory.
 * `command` is what Node.js is started by, if by anything. Resolves to `{ code, signal, stdout, stderr, lines, quiet }`: `lines` are the lines of stdout, `quiet` is how
 * many milliseconds passed between the last of them and the end of the process.
 */
function run(source, { env = {}, module = false, seconds = 20, file, command = [] } = {}) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "cognito-auth-native-"));
  const type = module ? ["--input-type=module"] : [];
  const args = file ? [file] : [...type, "-e", source];
  return new Promise((resolve, reject) => {
    const [executable, ...first] = [...command, process.execPath];
    const child = spawn(executable, [...first, ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: home, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    let spoke = Date.now();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, seconds * 1000);
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      spoke = Date.now();
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      fs.rmSync(home, { recursive: true, force: true });
      if (late) {
        reject(new Error(`still running after ${seconds} s; it said: ${stdout}${stderr}`));
        return;
      }
      const lines = stdout.split("\n").filter(Boolean);
      resolve({ code, signal, stdout, stderr, lines, quiet: Date.now() - spoke });
    });
  });
}

/** Runs `source`, which prints one line of JSON, and returns the value. Fails unless it ends well. */
async function evaluate(source, options) {
  const result = await run(source, options);
  if (result.code !== 0) {
    throw new Error(`ended with ${result.signal ?? result.code}: ${result.stdout}${result.stderr}`);
  }
  return JSON.parse(result.lines.at(-1));
}

module.exports = { ROOT, evaluate, run };
