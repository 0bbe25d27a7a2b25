"use strict";

// What becomes of a promise. The messages here never show a value: it may be a password.

/** The reason a promise rejects for. A promise that resolves fails the test. */
async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("resolved, but should have been rejected");
}

/** The outcome of a promise, or a failed test when there is none after `seconds`. */
async function settled(promise, seconds = 10) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`pending after ${seconds} s`)), seconds * 1000);
  });
  const outcome = promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  try {
    return await Promise.race([outcome, late]);
  } finally {
    clearTimeout(timer);
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls until it resolves, for `seconds` at most: for what comes back after a pause of unknown length. */
async function eventually(call, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(100);
    }
  }
}

/** An address of this machine where nobody listens. */
async function closedPort() {
  const net = require("node:net");
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

module.exports = { closedPort, eventually, pause, refusal, settled };
