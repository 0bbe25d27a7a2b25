"use strict";

// Sign-ins, good and bad, against a server of another process: memory, threads and open files must stay flat.

const { fork } = require("node:child_process");
const { once } = require("node:events");
const { createAuth } = require("../..");
const { expectFlat, usage } = require("../../tools/usage");

const WARM_UP = 50_000;
const COUNT = 100_000;
const ABREAST = 50;

async function main() {
  const server = fork(require.resolve("./server"));
  const [options] = await once(server, "message");
  const auth = createAuth(options);
  const outcomes = {};
  const signIn = async (i) => {
    const reason = await auth.login(i % 10 === 0 ? "nobody" : "theseus", "Labyrinth1").then(
      () => "signed in",
      (error) => error.reason,
    );
    outcomes[reason] = (outcomes[reason] ?? 0) + 1;
  };
  const start = performance.now();
  let before;
  for (let done = 0; done < WARM_UP + COUNT; done += ABREAST) {
    await Promise.all(Array.from({ length: ABREAST }, (_, i) => signIn(done + i)));
    if (done === WARM_UP) before = usage();
  }
  const seconds = (performance.now() - start) / 1000;
  const all = WARM_UP + COUNT;
  console.log(`${all} sign-ins, ${seconds.toFixed(1)} s: ${JSON.stringify(outcomes)}`);
  server.disconnect();
  if (outcomes["signed in"] !== all * 0.9 || outcomes["user-missing"] !== all * 0.1) {
    throw new Error("not what was to be expected");
  }
  expectFlat(before);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
