"use strict";

const { spawn } = require("node:child_process");

/** A span of time for people: `0.4 s`, `3 min 12 s`. */
function duration(milliseconds) {
  const seconds = milliseconds / 1_000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Runs one part of a longer job: says that it begins, and how long it took. */
async function timed(prefix, title, work) {
  const start = performance.now();
  console.log(`${prefix}: ${title} …`);
  try {
    return await work();
  } finally {
    console.log(`${prefix}: ${title}: ${duration(performance.now() - start)}`);
  }
}

/**
 * Runs a command to its end, with its output shown as it comes, and resolves to its exit code.
 * `onOutput` gets its standard output as well.
 */
function run(command, args, { cwd, env, onOutput } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ["inherit", onOutput ? "pipe" : "inherit", "inherit"];
    const child = spawn(command, args, { cwd, env, stdio });
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      process.stdout.write(text);
      onOutput(text);
    });
    const kill = () => child.kill();
    process.once("exit", kill);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.removeListener("exit", kill);
      resolve(signal ? 1 : code);
    });
  });
}

module.exports = { duration, run, timed };
