"use strict";

// What the process has taken of the machine. Node must be started with --expose-gc.

const fs = require("node:fs");

const MEBIBYTE = 1024 * 1024;
const ALLOWED_GROWTH = 5 * MEBIBYTE;

/** Of threads and of open files: some come and go with Node's own work. */
const ALLOWED_MORE = 4;

/** Linux alone shows threads and open files. */
const countOf = (folder) => (fs.existsSync(folder) ? fs.readdirSync(folder).length : 0);

function usage() {
  globalThis.gc();
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  return {
    // V8 keeps room for its young objects, and makes it larger in steps of 8 MiB.
    memory: rss - heapTotal + heapUsed,
    threads: countOf("/proc/self/task"),
    files: countOf("/proc/self/fd"),
  };
}

/** Says what has been taken since `before`, and throws if it is more than can be noise. */
function expectFlat(before) {
  const after = usage();
  const growth = after.memory - before.memory;
  console.log(
    `after warm-up: memory grew by ${(growth / MEBIBYTE).toFixed(1)} MiB to ` +
      `${(after.memory / MEBIBYTE).toFixed(1)}, threads ${before.threads} to ${after.threads}, ` +
      `open files ${before.files} to ${after.files}`,
  );
  if (growth > ALLOWED_GROWTH) throw new Error("memory is not flat");
  if (after.threads > before.threads + ALLOWED_MORE) throw new Error("threads are not flat");
  if (after.files > before.files + ALLOWED_MORE) throw new Error("open files are not flat");
}

module.exports = { expectFlat, usage };
