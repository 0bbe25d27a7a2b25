"use strict";

// Calls of which some are in flight at any time.

const { performance } = require("node:perf_hooks");

/** Calls `call` with `count` indexes from `from`, `abreast` at any time. */
async function inFlight({ from = 0, count, abreast }, call) {
  let next = from;
  const lane = async () => {
    while (next < from + count) await call(next++);
  };
  await Promise.all(Array.from({ length: abreast }, lane));
}

/** How long each call takes, in ms and sorted, and this process's CPU time for each, in µs. The warm-up is not counted. */
async function timeCalls({ warmUp, count, abreast }, call) {
  await inFlight({ count: warmUp, abreast }, call);
  const times = [];
  const before = process.cpuUsage();
  await inFlight({ from: warmUp, count, abreast }, async (index) => {
    const start = performance.now();
    await call(index);
    times.push(performance.now() - start);
  });
  const { user, system } = process.cpuUsage(before);
  return { times: times.sort((a, b) => a - b), cpu: (user + system) / count };
}

/** The value below which `share` of the sorted times are. */
const percentile = (times, share) => times[Math.floor(times.length * share)];

module.exports = { inFlight, percentile, timeCalls };
