"use strict";

// A real HTTP server for key sets, and for everything that can go wrong with one.

const crypto = require("node:crypto");
const http = require("node:http");

/** The faults, by name. Each gets the response and the body that a healthy server would send. */
const FAULTS = {
  status: (code) => (response) => {
    response.writeHead(code, { "content-type": "application/json" }).end('{"message":"no"}');
  },
  /** Healthy keys under a status that is no success: they must not be used. */
  keysWithStatus: (code) => (response, body) => {
    response.writeHead(code, { "content-type": "application/json" }).end(body);
  },
  hang: () => () => {},
  hangAfterHeaders: () => (response, body) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    response.flushHeaders();
  },
  reset: () => (response) => {
    response.socket.resetAndDestroy();
  },
  /** Half of the announced body, then the end of the connection. */
  cut: () => (response, body) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    response.write(body.subarray(0, body.length / 2), () => response.socket.destroy());
  },
  /** A byte at a time: every read succeeds, the whole takes minutes. */
  drip: () => (response, body) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    let sent = 0;
    const timer = setInterval(() => {
      if (response.destroyed || sent === body.length) clearInterval(timer);
      else response.write(body.subarray(sent, ++sent));
    }, 200);
    response.on("close", () => clearInterval(timer));
  },
  /** Healthy keys, late. */
  slow: (ms) => (response, body) => {
    setTimeout(() => {
      response.writeHead(200, { "content-type": "application/json" }).end(body);
    }, ms);
  },
  text: (text, type) => (response) => {
    response.writeHead(200, { "content-type": type ?? "application/json" }).end(text);
  },
  redirect: (location) => (response) => {
    response.writeHead(302, { location }).end();
  },
  notHttp: () => (response) => {
    response.socket.end("SSH-2.0-OpenSSH_9.6\r\n");
  },
};

/**
 * Starts a server that answers with these keys. Its path is its own, for ports are used again within a
 * process and keys are cached by address.
 */
async function startJwksServer(...keys) {
  const path = `/${crypto.randomUUID()}/.well-known/jwks.json`;
  const requests = [];
  let set = { keys };
  let fault;
  const server = http.createServer((request, response) => {
    const { method, url, headers } = request;
    requests.push({ at: Date.now(), method, url, headers });
    response.on("error", () => {});
    const body = Buffer.from(JSON.stringify(set));
    if (fault) fault(response, body);
    else if (url === path) {
      response.writeHead(200, { "content-type": "application/json" }).end(body);
    } else response.writeHead(404).end();
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    path,
    url: origin + path,
    requests,
    /** From now on these keys, and no fault. */
    serve(...others) {
      set = { keys: others };
      fault = undefined;
    },
    /** From now on this fault: `fail("status", 500)`. */
    fail(name, ...options) {
      fault = FAULTS[name](...options);
    },
    /** The fault is over. */
    heal() {
      fault = undefined;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

module.exports = { startJwksServer };
