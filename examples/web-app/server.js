"use strict";

// Two processes behind one port: node:cluster hands each connection to another one. Nothing that a user does depends on which of them
// answers: a sign-in that one process begins is finished by the other.

const cluster = require("node:cluster");
const crypto = require("node:crypto");
const http = require("node:http");
const { createAuth } = require("cognito-auth-native");
const { createApp } = require("./app");
const { createGuesses } = require("./guesses");
const { createNotes } = require("./notes");
const { fromPrimary, share } = require("./shared");

const PROCESSES = 2;
const PAUSE_MS = 1000;
/** The site has six cookies, of up to 4 KB each (session.js). With Node's 16 KB, a user in many groups could not even sign out. */
const MAX_HEADER_BYTES = 32 * 1024;
const SIGNALS = ["SIGINT", "SIGTERM"];

/** Starts the processes that answer requests, and keeps what they share. */
function startAll() {
  share(cluster, { notes: createNotes(), guesses: createGuesses() });
  // What saves a challenge in one process opens it in another. Without a setting, sign-ins that are half-way end with this process.
  const key = process.env.COGNITO_STATE_KEY || crypto.randomBytes(32).toString("base64url");
  let listening = 0;
  let isStopping = false;

  cluster.on("listening", (_worker, { port }) => {
    listening += 1;
    if (listening === PROCESSES) {
      console.log(`Listening on ${originAt(port)}`);
    }
  });
  cluster.on("exit", () => {
    if (isStopping) return;
    if (listening < PROCESSES) {
      // Something is wrong from the beginning, such as a port that is taken.
      stop();
      process.exitCode = 1;
    } else {
      setTimeout(() => isStopping || start(), PAUSE_MS);
    }
  });

  const start = () => cluster.fork({ COGNITO_STATE_KEY: key });
  const stop = () => {
    isStopping = true;
    for (const worker of Object.values(cluster.workers)) {
      worker.process.kill();
    }
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  // In turn: the default of all systems but Windows.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let count = 0; count < PROCESSES; count += 1) start();
}

/** Answers requests. */
function serve() {
  const shared = fromPrimary(process, {
    notes: ["of", "add", "remove"],
    guesses: ["count", "forget"],
  });
  // USER_POOL_ID, COGNITO_CLIENT_ID and the others are read from the environment.
  const auth = createAuth();
  const server = http.createServer({ maxHeaderSize: MAX_HEADER_BYTES });
  server.on("error", (error) => {
    console.error(`Cannot listen: ${error.message}`);
    process.exit(1);
  });
  server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
    const app = createApp({ auth, origin: originAt(server.address().port), ...shared });
    server.on("request", (request, response) => {
      response.setHeader("x-process", cluster.worker.id);
      app(request, response);
    });
  });
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      server.close(() => process.exit());
      server.closeAllConnections();
    });
  }
}

/**
 * Behind a proxy or a load balancer, set ORIGIN to the address that browsers show. Without HTTPS, "localhost" is the host from which
 * browsers accept Secure cookies: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#secure
 */
function originAt(port) {
  return process.env.ORIGIN ?? `http://localhost:${port}`;
}

if (cluster.isPrimary) startAll();
else serve();
