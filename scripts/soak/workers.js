"use strict";

// Worker threads that load the package, verify, sign in, and are ended in the middle of it, again and again.

const { Worker, isMainThread, parentPort, workerData } = require("node:worker_threads");
const { CLIENT, POOL, jwk, jwks, rsaPair, sign } = require("../../tools/testing/tokens");
const { hang, startServiceServer } = require("../../tools/testing/service-server");
const { expectFlat, usage } = require("../../tools/usage");

const THREADS = 8;
const ROUNDS = 300;

function inThread({ options, token }) {
  const { createAuth } = require("../..");
  const auth = createAuth(options);
  const offline = createAuth({ ...options, keys: { jwks: workerData.jwks } });
  for (let i = 0; i < 10; i += 1) {
    auth.login("theseus", "Labyrinth1").catch(() => {});
    auth.ready().catch(() => {});
    offline.verifyToken(token).catch(() => {});
  }
  parentPort.postMessage("under way");
  setInterval(() => offline.verifyToken(token.slice(0, -1)).catch(() => {}), 0);
}

const ended = (worker) =>
  new Promise((resolve, reject) => {
    worker.once("error", reject);
    // While it starts, while it works, or a moment later.
    worker.once("message", () =>
      setTimeout(() => worker.terminate().then(resolve), Math.random() * 5),
    );
  });

async function main() {
  const server = await startServiceServer();
  server.always("AdminInitiateAuth", hang);
  server.always("GET", hang);
  const keys = jwks(jwk(rsaPair()));
  const token = sign();
  const options = { ...server.options, clientId: CLIENT, userPoolId: POOL };
  const start = performance.now();
  let before;
  for (let round = 0; round < ROUNDS; round += 1) {
    const workers = Array.from(
      { length: THREADS },
      () => new Worker(__filename, { workerData: { options, token, jwks: keys } }),
    );
    await Promise.all(workers.map(ended));
    // What the server remembers is not what is measured.
    server.requests.length = 0;
    if (round === ROUNDS / 2) before = usage();
  }
  const seconds = (performance.now() - start) / 1000;
  console.log(`${THREADS} threads, ${ROUNDS} times, ${seconds.toFixed(1)} s`);
  const { createAuth } = require("../..");
  const auth = createAuth({ ...options, keys: { jwks: keys } });
  if ((await auth.verifyToken(token)).aud !== CLIENT)
    throw new Error("the main thread is in disorder");
  await server.stop();
  expectFlat(before);
}

if (isMainThread) {
  main().catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
} else inThread(workerData);
