"use strict";

// A C library that is preloaded into child processes. It sees what JavaScript cannot: environment reads and threads of the
// addon. Linux only: it replaces functions of the C library.

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** Names below it are looked up until `probe.release()`, for 30 s at most, and then not found. */
const UNANSWERED = "unanswered.test";

/**
 * Compiles the library, once for each spec file. A child process needs `env` in its environment; `remove` deletes the
 * library. With `COGNITO_PROBE_THREADS` in its environment, a child starts with that limit of threads; with
 * `COGNITO_PROBE_LOOK_UP_MS` (below 1,000), each look-up of a host name takes so much longer.
 */
function buildProbe() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "probe-"));
  const library = path.join(folder, "probe.so");
  const source = path.join(__dirname, "probe.c");
  const flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-pthread"];
  execFileSync("cc", [...flags, "-o", library, source, "-ldl"], { stdio: "pipe" });
  return {
    env: { LD_PRELOAD: library },
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

/** For the beginning of a child's script: `probe`, which fails if the library is not there. Main thread only. */
const PROBE = `
  const probe = {
    /** { reads: { onThreads, fromAddon, names }, spawnsWithEnviron, threads: { started, alive, most, refused }, resolving } */
    report: () => JSON.parse(process.env.COGNITO_PROBE_REPORT),
    forgetReads: () => process.env.COGNITO_PROBE_FORGET_READS,
    /** From now on the addon may start so many threads more; -1 is no limit. */
    allow: (threads) => process.env["COGNITO_PROBE_ALLOW_" + threads],
    release: () => process.env.COGNITO_PROBE_RELEASE,
  };
  probe.report();
`;

module.exports = { PROBE, UNANSWERED, buildProbe };
