"use strict";

// What a server's process costs under requests: its verdicts first, then its CPU time.

const { fork } = require("node:child_process");
const http = require("node:http");
const { inFlight } = require("./in-flight");
const { NONE } = require("./servers");

const ABREAST = 32;

/** Sends GET / with a token, or without one: status and body. */
const asks = (port, agent) => (token) =>
  new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    http
      .get({ port, host: "127.0.0.1", agent, headers }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.once("error", reject).once("end", () => {
          resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() });
        });
      })
      .once("error", reject);
  });

const subOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url")).sub;

/** Throws if a server refuses a good token, gets its user wrong, or does not refuse each of the others with 401 or 403. */
async function assertVerdicts(ask, name, { good, refused }) {
  const { status, body } = await ask(good);
  if (status !== 200 || JSON.parse(body).sub !== subOf(good))
    throw new Error(`${name} is not timed: it answers a good token with ${status} ${body}`);
  for (const [what, token] of Object.entries(refused)) {
    const answer = await ask(token);
    if (answer.status !== 401 && answer.status !== 403)
      throw new Error(`${name} is not timed: it answers ${what} with ${answer.status}`);
  }
}

/** Starts one of servers.js in a process of its own. */
async function startProcess(server, context) {
  const env = { ...process.env, NODE_ENV: "production" };
  const child = fork(require.resolve("./servers"), { env });
  const reply = (message) =>
    new Promise((resolve, reject) => {
      const ended = () =>
        reject(new Error(`${server.peer}, ${server.framework}: the process ended`));
      child.once("exit", ended);
      child.once("message", (answer) => {
        child.off("exit", ended);
        resolve(answer);
      });
      child.send(message);
    });
  const { port } = await reply({ server, context });
  return { port, cpu: async () => (await reply({})).cpu, stop: () => child.kill() };
}

/**
 * Microseconds of the server's CPU for each of `requests` requests, after as many to warm up: a server's first thousands cost
 * more than twice as much, while its code is compiled. `tokenAt` gives the token of each request, `verdicts` the tokens that are
 * tried first.
 */
async function serverCost({ server, context, requests, tokenAt, verdicts }) {
  const { port, cpu, stop } = await startProcess(server, context);
  const agent = new http.Agent({ keepAlive: true, maxSockets: ABREAST });
  const ask = asks(port, agent);
  try {
    if (server.peer !== NONE)
      await assertVerdicts(ask, `${server.peer} in ${server.framework}`, verdicts);
    const send = async (index) => {
      const { status } = await ask(tokenAt(index));
      if (status !== 200) throw new Error(`${server.peer}, ${server.framework}: status ${status}`);
    };
    await inFlight({ count: requests, abreast: ABREAST }, send);
    const before = await cpu();
    await inFlight({ from: requests, count: requests, abreast: ABREAST }, send);
    return ((await cpu()) - before) / requests;
  } finally {
    agent.destroy();
    stop();
  }
}

module.exports = { asks, assertVerdicts, serverCost };
