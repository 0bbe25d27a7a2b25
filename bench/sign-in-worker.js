"use strict";

// One peer and one case of sign-in.js in a process of its own, which says its values.

const { fork } = require("node:child_process");
const { monitorEventLoopDelay, performance } = require("node:perf_hooks");
const { setImmediate: turn, setTimeout: sleep } = require("node:timers/promises");
const v8 = require("node:v8");
const { runInNewContext } = require("node:vm");
const { inFlight, percentile, timeCalls } = require("./in-flight");
const { CASES } = require("./sign-in-cases");

const ABREAST = 64;
/** In the case `srp`. A pool takes a proof for some seconds only, and amazon-cognito-identity-js computes one after the other. */
const SRP_ABREAST = 4;
const SRP_WARM_UP = 8;

const POOL = "us-east-1_AbCdEfGhI";
const CLIENT = "6f5t4r3e2w1q0p9o8i7u6y5t4r";
const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI" };

/** Starts the server of a case in a process of its own. `options` is what createAuth takes. */
const SERVERS = {
  async service() {
    const child = fork(require.resolve("./service"));
    const port = await new Promise((resolve) => child.once("message", resolve));
    const settings = { region: "us-east-1", userPoolId: POOL, clientId: CLIENT };
    const endpoint = `http://127.0.0.1:${port}`;
    return { child, options: { ...settings, endpoint, credentials: CREDENTIALS } };
  },
  async pool() {
    const child = fork(require.resolve("./srp-pool"));
    return { child, options: await new Promise((resolve) => child.once("message", resolve)) };
  },
};

/** Throws if a peer fails with a good input, or does not refuse a bad one. */
async function assertVerdicts(call, { input, refused, isGood }, floor = false) {
  const result = await call(...input(0));
  if (!isGood(result)) throw new Error("not timed: what it gave for a good input is wrong");
  if (floor) return;
  const accepted = await call(...refused).then(
    () => true,
    () => false,
  );
  if (accepted) throw new Error("not timed: it accepted what must be refused");
}

/** The event loop's delay during `work`, in ms. Its timer of 1 ms is in the percentile, and not in the longest block. */
async function delayDuring(work) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  return { p99: delay.percentile(99) / 1e6, block: delay.max / 1e6 - 1 };
}

/** Each measure: its values by name. */
const MEASURES = {
  async calls(call, { calls }) {
    const { times, cpu } = await timeCalls({ warmUp: calls, count: calls, abreast: ABREAST }, call);
    return { median: percentile(times, 0.5), p99: percentile(times, 0.99), cpu };
  },

  async cpu(call, { signIns }) {
    const { cpu } = await timeCalls(
      { warmUp: SRP_WARM_UP, count: signIns, abreast: SRP_ABREAST },
      call,
    );
    return { cpu };
  },

  /** What is in memory after each 20 pages, when garbage has been collected: the users of the list, and the heap beyond its start. */
  async memory(_call, _counts, _server, list) {
    await collect();
    const start = process.memoryUsage().heapUsed;
    let alive = [];
    let listed = 0;
    const most = { users: 0, heap: 0 };
    await list(async (user) => {
      alive.push(new WeakRef(user));
      listed += 1;
      if (listed % 1_200 !== 0) return;
      await collect();
      alive = alive.filter((reference) => reference.deref() !== undefined);
      most.users = Math.max(most.users, alive.length);
      most.heap = Math.max(most.heap, (process.memoryUsage().heapUsed - start) / 2 ** 20);
    });
    return most;
  },

  /**
   * Without sign-ins, the pool's process is as busy, and the time as long. A sign-in fails if the event loop is blocked until its
   * proof is too old.
   */
  async delay(call, _counts, pool) {
    await inFlight({ count: SRP_WARM_UP, abreast: SRP_ABREAST }, call);
    let failed = 0;
    const attempt = (index) =>
      call(index).catch(() => {
        failed += 1;
      });
    const start = performance.now();
    const during = await delayDuring(() => inFlight({ count: ABREAST, abreast: ABREAST }, attempt));
    const took = performance.now() - start;
    pool.send({ busy: true });
    const without = await delayDuring(() => sleep(took));
    pool.send({ busy: false });
    return {
      p99: during.p99,
      p99Without: without.p99,
      block: during.block,
      blockWithout: without.block,
      failed,
    };
  },
};

/** Collects garbage. What a WeakRef was asked for lives until the turn has ended. */
async function collect() {
  v8.setFlagsFromString("--expose-gc");
  await turn();
  runInNewContext("gc")();
  await turn();
}

async function measure(caseName, peer, counts) {
  const theCase = CASES[caseName];
  const { make, server = theCase.server ?? "service", floor } = theCase.peers[peer];
  const { child, options } = await SERVERS[server]();
  const call = make(options);
  await assertVerdicts(call, theCase, floor);
  const inputs = (index) => call(...theCase.input(index + 1));
  const values = await MEASURES[theCase.measure](inputs, counts, child, call);
  child.disconnect();
  return values;
}

if (require.main === module) {
  const [caseName, peer, counts] = process.argv.slice(2);
  measure(caseName, peer, JSON.parse(counts)).then(
    (values) => process.send(values, () => process.exit()),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}

module.exports = { assertVerdicts };
