"use strict";

// The pool's own clock: the process's time, plus what a test has added with `advance`.

const { performance } = require("node:perf_hooks");

// Taken as this file is loaded, and not from a global object: fake timers replace those, and a limit that never passes would stop a test.
const monotonic = performance.now.bind(performance);

/** Times stay such that dates and tokens have them. */
const MOST_MS = 100 * 366 * 24 * 3600 * 1000;

function createClock() {
  let aheadMs = 0;
  return {
    /** Milliseconds since 1970. A fake Date moves it, as it moves the time at which tokens are verified. */
    now: () => Date.now() + aheadMs,
    /** Seconds since 1970, as in tokens. */
    seconds: () => Math.floor((Date.now() + aheadMs) / 1000),
    /** Milliseconds that no fake Date stops, for rates. */
    elapsed: () => monotonic() + aheadMs,
    advance(seconds) {
      if (!Number.isFinite(seconds) || seconds < 0 || aheadMs + seconds * 1000 > MOST_MS) {
        throw new TypeError("advance: takes a number of seconds, 0 or more, a century in all");
      }
      aheadMs += seconds * 1000;
    },
  };
}

module.exports = { createClock };
