"use strict";

// The main thread and two workers, each with a copy of its own.

const { Worker, isMainThread, parentPort } = require("node:worker_threads");
const auth = require("cognito-auth-native");
const { options, token } = require("./fixture.json");

const verify = async () => (await auth.createAuth(options).verifyToken(token)).sub;

async function main() {
  const inWorker = () =>
    new Promise((resolve, reject) => {
      new Worker(__filename).once("message", resolve).once("error", reject);
    });
  const subs = await Promise.all([verify(), inWorker(), inWorker()]);
  console.log(JSON.stringify({ subs }));
}

if (isMainThread) main();
else verify().then((sub) => parentPort.postMessage(sub));
