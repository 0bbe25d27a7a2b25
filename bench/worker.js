"use strict";

// One peer, one case, one process: prints one number as JSON, or for `forged` the costs of several tokens.

const crypto = require("node:crypto");
const { fork } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const { monitorEventLoopDelay, performance } = require("node:perf_hooks");
const { setTimeout: sleep } = require("node:timers/promises");
const { forgedTokens } = require("./forged");
const { percentile, timeCalls } = require("./in-flight");
const { peersWith } = require("./peers");

const MINIMUM_MS = 400;

const FORGED_KIB = [8, 16, 64];
const PROBES = 20;

const ABREAST = 64;
const SIGN_INS = 6_000;
const SIGN_IN_WARM_UP = 3_000;

const isPromise = (value) => typeof value?.then === "function";

async function accepts(verify, token) {
  try {
    return (await verify(token)) !== undefined;
  } catch {
    return false;
  }
}

/** A peer that accepts what it must refuse, or refuses what is good, is not timed. */
async function assertCorrect(verify, { tokens, badSignatures, malformed }) {
  const wrong =
    !(await accepts(verify, tokens[0])) ||
    (await accepts(verify, badSignatures[0])) ||
    (await accepts(verify, malformed[0]));
  if (wrong) throw new Error("the peer's verdicts are wrong");
}

async function verifyAll(verify, tokens) {
  for (const token of tokens) {
    const claims = verify(token);
    if (isPromise(claims)) await claims;
  }
}

async function rejectAll(verify, tokens) {
  for (const token of tokens) {
    try {
      const claims = verify(token);
      if (isPromise(claims)) await claims;
    } catch {
      continue;
    }
    throw new Error("accepted");
  }
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Microseconds for each of `count`, over as many repetitions as it takes to measure. */
async function each(count, work) {
  await work();
  let [repetitions, took] = [0, 0];
  while (took < MINIMUM_MS) {
    took += await timed(work);
    repetitions += 1;
  }
  return (took * 1000) / (repetitions * count);
}

/** The name of the token that takes longest: the least of some times of each, so that a pause does not count. */
async function mostExpensive(verify, tokens) {
  const times = [];
  for (const [name, token] of Object.entries(tokens)) {
    const once = () => timed(() => rejectAll(verify, [token]));
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < PROBES; i++) least = Math.min(least, await once());
    times.push([least, name]);
  }
  return times.sort(([a], [b]) => b - a)[0][1];
}

const CASES = {
  async first(verify, { tokens, warmUp }) {
    await verifyAll(verify, warmUp);
    return ((await timed(() => verifyAll(verify, tokens))) * 1000) / tokens.length;
  },

  /** A server gets the same token as a new string with each request. Making the string is not counted. */
  async seen(verify, { tokens }) {
    const bytes = Buffer.from(tokens[0]);
    const loop = async (use) => {
      for (let i = 0; i < 1_000; i++) {
        const claims = use(bytes.latin1Slice());
        if (isPromise(claims)) await claims;
      }
    };
    const making = await each(1_000, () => loop((token) => token));
    return Math.max(0, (await each(1_000, () => loop(verify))) - making);
  },

  /** Tokens a second, 64 awaited at once. */
  async inflight(verify, { tokens, warmUp }) {
    const all = async (list) => {
      for (let i = 0; i + 64 <= list.length; i += 64) {
        await Promise.all(list.slice(i, i + 64).map(async (token) => verify(token)));
      }
    };
    await all(warmUp);
    const count = Math.floor(tokens.length / 64) * 64;
    return (count * 1000) / (await timed(() => all(tokens)));
  },

  /** The 99th percentile of the event loop's delay in ms, under 32 distinct tokens every 10 ms. */
  async delay(verify, { tokens, warmUp }) {
    await verifyAll(verify, warmUp);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for (let i = 0; i + 32 <= 200 * 32; i += 32) {
      const next = sleep(10);
      await Promise.all(tokens.slice(i, i + 32).map(async (token) => verify(token)));
      await next;
    }
    delay.disable();
    return delay.percentile(99) / 1e6;
  },

  bad: (verify, { badSignatures }) =>
    each(badSignatures.length, () => rejectAll(verify, badSignatures)),

  malformed: (verify, { malformed }) => each(malformed.length, () => rejectAll(verify, malformed)),

  /** A plain forged token, and of each size the shape that costs most: microseconds, one after the other. */
  async forged(verify, { badSignatures }) {
    const plain = badSignatures[0];
    const cost = (token) => each(10, () => rejectAll(verify, Array(10).fill(token)));
    const result = { plain: { cost: await cost(plain) } };
    for (const kib of FORGED_KIB) {
      const tokens = forgedTokens(plain, kib * 1024);
      const shape = await mostExpensive(verify, tokens);
      result[`${kib} KiB`] = { cost: await cost(tokens[shape]), shape };
    }
    return result;
  },

  /** CPU time of the server's process for each request, in µs; the requests are another process's. */
  async server(verify, { tokens, file }) {
    const server = http.createServer(async (request, response) => {
      try {
        const claims = await verify(request.headers.authorization);
        response.end(JSON.stringify({ user: claims["cognito:username"] }));
      } catch {
        response.writeHead(401).end();
      }
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const client = fork(require.resolve("./client"), [
      String(server.address().port),
      file,
      String(tokens.length),
    ]);
    const said = () => new Promise((resolve) => client.once("message", resolve));
    await said();
    const before = process.cpuUsage();
    client.send("go");
    const { requests } = await said();
    const { user, system } = process.cpuUsage(before);
    client.kill();
    server.close();
    return (user + system) / requests;
  },
};

/** 64 sign-ins at any time, of another process's service: how long each takes in ms, and CPU time of each in µs. */
async function signInsOf({ make }, context) {
  const service = fork(require.resolve("./service"));
  const port = await new Promise((resolve) => service.once("message", resolve));
  const signIn = make(context, `http://127.0.0.1:${port}`);
  if ((await signIn("theseus", "Labyrinth1")).length < 1_000) throw new Error("no ID token");
  const counts = { warmUp: SIGN_IN_WARM_UP, count: SIGN_INS, abreast: ABREAST };
  const result = await timeCalls(counts, () => signIn("theseus", "Labyrinth1"));
  service.disconnect();
  return result;
}

const SIGN_IN_CASES = {
  signIn: ({ times }) => percentile(times, 0.5),
  signInTail: ({ times }) => percentile(times, 0.99),
  signInCpu: ({ cpu }) => cpu,
};

async function measure(peer, caseName, context) {
  const { verifiers, signIns } = peersWith(context.also);
  const signInCase = SIGN_IN_CASES[caseName];
  if (signInCase !== undefined) return signInCase(await signInsOf(signIns[peer], context));
  const verify = await verifiers[peer].make(context);
  await assertCorrect(verify, context);
  return CASES[caseName](verify, context);
}

async function main(peer, caseName, file) {
  const context = JSON.parse(fs.readFileSync(file, "utf8"));
  context.file = file;
  context.key = crypto.createPublicKey(context.pem);
  const value = await measure(peer, caseName, context);
  process.stdout.write(JSON.stringify({ value }), () => process.exit(0));
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
